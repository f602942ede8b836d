"""Units, periods, decimals, states of a value, findings and their words."""

from tansuo.quantity import wording as wording
