"""The steps of a flat program: one small closure a product, sum, quotient, rounding, choice or score.

Each reads earlier slots and gives the next one. A Missing goes through arithmetic by itself (``state``);
where a step compares, it is handed on as it is.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation
from functools import reduce
from operator import add, itemgetter, mul, sub

from tansuo.methods.document import Json
from tansuo.quantity.decimals import parse_decimal
from tansuo.quantity.state import Missing, State, Value

Step = Callable[[Sequence[Value]], Value]

ZERO = Decimal(0)
_ONE = Decimal(1)


def undefined(symbol: str, cell: str) -> Missing:
    """What a formula gives where it defines no value."""
    return Missing(State.NOT_ESTIMATED, symbol, cell)


def multiply(slots: Sequence[int]) -> Step:
    """The product of several slots; those of two, three and five, the usual ones, written out for speed."""
    match slots:
        case [a, b]:
            return lambda values: values[a] * values[b]
        case [a, b, c]:
            return lambda values: values[a] * values[b] * values[c]
        case [a, b, c, d, e]:
            return lambda values: values[a] * values[b] * values[c] * values[d] * values[e]
    get = itemgetter(*slots)
    return lambda values: reduce(mul, get(values))


def _several(slots: Sequence[int]) -> Callable[[Sequence[Value]], Sequence[Value]]:
    if len(slots) > 1:
        return itemgetter(*slots)
    only = slice(slots[0], slots[0] + 1) if slots else slice(0)
    return lambda values: values[only]


def plus_and_minus(slots: Sequence[int], added: int) -> Step:
    """The sum of the first ``added`` slots less the others; a hole makes it missing, what adds nothing does not."""
    plus, minus = slots[:added], slots[added:]
    more, less = _several(plus), _several(minus)

    def signed(values: Sequence[Value]) -> Value:
        total = reduce(add, more(values)) if plus else ZERO
        if minus:
            total = reduce(sub, less(values), total)
        return total if total.__class__ is Decimal else _incomplete(more(values), less(values))

    return signed


def _incomplete(added: Sequence[Value], taken: Sequence[Value]) -> Value:
    """A sum with something absent: what somebody declared to add nothing is passed over, a hole is not."""
    absent = [one for one in (*added, *taken) if isinstance(one, Missing)]
    holes = [one for one in absent if not one.state.adds_nothing]
    if holes or len(absent) == len(added) + len(taken):
        return Missing.of(holes or absent)
    plus = sum((one for one in added if isinstance(one, Decimal)), ZERO)
    return plus - sum((one for one in taken if isinstance(one, Decimal)), ZERO)


def divide(slots: Sequence[int], symbol: str, cell: str) -> Step:
    """A quotient; by zero there is no value, and the quantity is named."""
    over, under = slots
    by_zero = undefined(f"{symbol} (÷ 0)", cell)

    def step(values: Sequence[Value]) -> Value:
        try:
            return values[over] / values[under]
        except (DivisionByZero, InvalidOperation):
            return by_zero

    return step


def rounded(slots: Sequence[int], under: int, quantum: Decimal, rule: str) -> Step:
    """A slot over an integer, rounded once by its rule."""
    (at,) = slots
    if under == 1:
        return lambda values: values[at].quantize(quantum, rule)
    divisor = Decimal(under)
    return lambda values: (values[at] / divisor).quantize(quantum, rule)


def taken(values: Sequence[Value], slots: Sequence[int]) -> int:
    """Which of several slots a choice takes: the first number, else the first that adds nothing, else −1."""
    for position, slot in enumerate(slots):
        if values[slot].__class__ is Decimal:
            return position
    for position, slot in enumerate(slots):
        one = values[slot]
        if isinstance(one, Missing) and not one.holes:
            return position
    return -1


def first_of(slots: Sequence[int]) -> Step:
    """The first slot without a hole; where all have one, what all of them lack, else what the last one does."""

    def step(values: Sequence[Value]) -> Value:
        position = taken(values, slots)
        return values[slots[position]] if position >= 0 else _lacking([values[slot] for slot in slots])

    return step


def _lacking(branches: Sequence[Value]) -> Value:
    """The holes to name where no branch has a value: filling any other would not be enough, or not be needed."""
    absent = [one for one in branches if isinstance(one, Missing)]
    shared = set.intersection(*(set(one.parts) for one in absent))
    return Missing.of(shared) if shared else absent[-1]


def band(slots: Sequence[int], under: int, steps: Sequence[Json], symbol: str, cell: str) -> Step:
    """The value of the last band whose lower bound the slot (over an integer) reaches."""
    (at,) = slots
    bounds = [parse_decimal(one["from"]) * under for one in steps if one["from"]]
    scores: list[Value] = [parse_decimal(one["value"]) for one in steps]
    if steps[0]["from"]:
        scores.insert(0, undefined(f"{symbol} (< {steps[0]['from']})", cell))

    def step(values: Sequence[Value]) -> Value:
        value = values[at]
        return value if isinstance(value, Missing) else scores[bisect_right(bounds, value)]

    return step


def lines(
    slots: Sequence[int], under: int, points: Sequence[Sequence[str]], beyond: str, symbol: str, cell: str
) -> Step:
    """Straight lines between points, multiplied first and divided once; the slot is over an integer."""
    (at,) = slots
    across = [parse_decimal(x) * under for x, _ in points]
    up = [parse_decimal(y) for _, y in points]
    outside = undefined(f"{symbol} ({points[0][0]} … {points[-1][0]})", cell)
    below, above = (up[0], up[-1]) if beyond == "hold" else (outside, outside)

    def step(values: Sequence[Value]) -> Value:
        value = values[at]
        if isinstance(value, Missing):
            return value
        if value < across[0]:
            return below
        if value > across[-1]:
            return above
        right = min(bisect_right(across, value), len(across) - 1)
        low, high = up[right - 1], up[right]
        width = across[right] - across[right - 1]
        return (low * width + (value - across[right - 1]) * (high - low)) / width

    return step


def remains(slots: Sequence[int]) -> Step:
    """e^-k, correctly rounded to 34 digits."""
    (rate,) = slots

    def step(values: Sequence[Value]) -> Value:
        k = values[rate]
        return k if isinstance(k, Missing) else (-k).exp()

    return step


def released(slots: Sequence[int]) -> Step:
    """stock × (1 − e^-k)."""
    stock, keep = slots

    def step(values: Sequence[Value]) -> Value:
        return values[stock] * (_ONE - values[keep])

    return step
