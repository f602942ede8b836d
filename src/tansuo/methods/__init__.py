"""The method language: what an author of a pack imports.

from tansuo.methods import Method, ladder, ratio, rung, spread, sum_over, weighted_mean
"""

from tansuo.methods.expression import ratio, spread, sum_over, weighted_mean
from tansuo.methods.ladder import ladder, rung
from tansuo.methods.method import Method
from tansuo.methods.term import Rung

__all__ = ["Method", "Rung", "ladder", "ratio", "rung", "spread", "sum_over", "weighted_mean"]
