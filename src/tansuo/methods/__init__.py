"""The method language: what an author of a pack imports.

from tansuo.methods import Method, extend, ladder, rung, sum_over, weighted_mean, spread, first_of, branch, …
"""

from tansuo.methods.building import (
    bands,
    branch,
    first_of,
    first_order_decay,
    piecewise,
    ratio,
    spread,
    sum_over,
    weighted_mean,
    weights,
)
from tansuo.methods.ladder import ladder, rung
from tansuo.methods.method import Method
from tansuo.methods.pack import extend
from tansuo.methods.term import Rung

__all__ = [
    "Method",
    "Rung",
    "bands",
    "branch",
    "extend",
    "first_of",
    "first_order_decay",
    "ladder",
    "piecewise",
    "ratio",
    "rung",
    "spread",
    "sum_over",
    "weighted_mean",
    "weights",
]
