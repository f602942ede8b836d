"""From stored integers to amounts: the one place where a sum of integers becomes a decimal."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from tansuo.monitoring.plan import PlanLine
from tansuo.quantity.decimals import CONTEXT, unscaled
from tansuo.quantity.unit import parse_unit


def amount(line: PlanLine, number: int) -> Decimal:
    """`number` stored integers of a line, summed, in `line.amount_unit`.

    Exact for interval amounts and registers. A rate is multiplied by its step in seconds and divided once, so
    it is exact wherever the quotient has at most 34 digits (t/h and kW on steps that divide the hour in
    2^a·5^b parts do), else rounded half-even to 34.
    """
    if line.form != "rate":
        return unscaled(number, line.decimals)
    per_cell = (parse_unit(line.unit) * parse_unit("s")).scale * line.step_s
    times: Fraction = per_cell / parse_unit(line.amount_unit).scale
    product = number * times.numerator
    if times.denominator == 1:
        return unscaled(product, line.decimals)
    return CONTEXT.divide(Decimal(product), Decimal(times.denominator * 10**line.decimals))
