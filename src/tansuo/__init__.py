"""Tansuo 碳索: the carbon platform a city runs on."""

__version__ = "0.1.0"
