"""Queries 查询: what was said and computed of some indicators, subjects and periods, side by side, never merged."""
