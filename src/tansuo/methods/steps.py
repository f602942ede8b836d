"""The steps of a flat program: one small closure a product, sum, quotient, rounding, choice or score.

Each reads earlier slots and gives the next one. A Missing goes through arithmetic by itself (``state``);
where a step compares, it is handed on as it is.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation
from functools import reduce
from operator import add, itemgetter, mul, sub

from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.state import Missing, State, Value

Step = Callable[[Sequence[Value]], Value]

_ZERO = Decimal(0)
_ONE = Decimal(1)


def quantum_of(places: int) -> Decimal:
    """The decimal that ``quantize`` takes for ``places`` decimals."""
    return Decimal((0, (1,), -places))


def _several(slots: Sequence[int]) -> Callable[[Sequence[Value]], tuple[Value, ...]]:
    if len(slots) == 1:
        only = slots[0]
        return lambda values: (values[only],)
    return itemgetter(*slots)


def multiply(slots: Sequence[int]) -> Step:
    """The product of several slots."""
    if len(slots) == 2:
        first, second = slots
        return lambda values: values[first] * values[second]
    if len(slots) == 3:
        first, second, third = slots
        return lambda values: values[first] * values[second] * values[third]
    if len(slots) == 5:
        a, b, c, d, e = slots
        return lambda values: values[a] * values[b] * values[c] * values[d] * values[e]
    get = _several(slots)
    return lambda values: reduce(mul, get(values))


def plus_and_minus(plus: Sequence[int], minus: Sequence[int]) -> Step:
    """The sum of ``plus`` less ``minus``; a hole makes it missing, what adds nothing does not."""
    if not minus:
        get = _several(plus)

        def added(values: Sequence[Value]) -> Value:
            total = reduce(add, get(values))
            return total if total.__class__ is Decimal else _incomplete(get(values), ())

        return added
    more, less = (_several(plus) if plus else lambda _: (_ZERO,)), _several(minus)

    def signed(values: Sequence[Value]) -> Value:
        total = reduce(sub, less(values), reduce(add, more(values)))
        if total.__class__ is Decimal:
            return total
        return _incomplete(more(values) if plus else (), less(values))

    return signed


def _incomplete(added: Sequence[Value], taken: Sequence[Value]) -> Value:
    """A sum with something absent: what somebody declared to add nothing is passed over, a hole is not."""
    absent = [one for one in (*added, *taken) if isinstance(one, Missing)]
    holes = [one for one in absent if not one.state.adds_nothing]
    if holes or len(absent) == len(added) + len(taken):
        return Missing.of(holes or absent)
    plus = sum((one for one in added if isinstance(one, Decimal)), _ZERO)
    return plus - sum((one for one in taken if isinstance(one, Decimal)), _ZERO)


def divide(over: int, under: int, symbol: str, cell: str) -> Step:
    """A quotient; by zero there is no value, and the quantity is named."""
    undefined = Missing(State.NOT_ESTIMATED, f"{symbol} (÷ 0)", cell)

    def step(values: Sequence[Value]) -> Value:
        try:
            return values[over] / values[under]
        except (DivisionByZero, InvalidOperation):
            return undefined

    return step


def rounded(at: int, under: int, quantum: Decimal, rule: str) -> Step:
    """A slot over an integer, rounded once by its rule."""
    if under == 1:
        if rule == CONTEXT.rounding:
            return lambda values: values[at].quantize(quantum)
        return lambda values: values[at].quantize(quantum, rule)
    divisor = Decimal(under)
    if rule == CONTEXT.rounding:
        return lambda values: (values[at] / divisor).quantize(quantum)
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
    shared = [part for part in absent[-1].parts if all(part in one.parts for one in absent)]
    return Missing.of(shared) if shared else absent[-1]


def nothing(symbol: str, cell: str) -> Step:
    """No value: no branch is open under the options."""
    absent = Missing(State.NOT_ESTIMATED, symbol, cell)
    return lambda _: absent


def band(
    at: int, under: int, steps: Sequence[tuple[Decimal | None, Decimal]], symbol: str, cell: str
) -> Step:
    """The value of the last band whose lower bound the slot (over an integer) reaches."""
    bounds = [low * under for low, _ in steps if low is not None]
    scores: list[Value] = [score for _, score in steps]
    if steps[0][0] is not None:
        scores.insert(0, Missing(State.NOT_ESTIMATED, f"{symbol} (< {steps[0][0]})", cell))

    def step(values: Sequence[Value]) -> Value:
        value = values[at]
        return value if isinstance(value, Missing) else scores[bisect_right(bounds, value)]

    return step


def lines(
    at: int, under: int, points: Sequence[tuple[Decimal, Decimal]], beyond: str, symbol: str, cell: str
) -> Step:
    """Straight lines between points, multiplied first and divided once; the slot is over an integer."""
    across = [x * under for x, _ in points]
    first, last = points[0][1], points[-1][1]
    outside = Missing(State.NOT_ESTIMATED, f"{symbol} ({points[0][0]} … {points[-1][0]})", cell)
    hold = beyond == "hold"

    def step(values: Sequence[Value]) -> Value:
        value = values[at]
        if isinstance(value, Missing):
            return value
        if value < across[0] or value > across[-1]:
            return (first if value < across[0] else last) if hold else outside
        right = min(bisect_right(across, value), len(across) - 1)
        low, high = points[right - 1][1], points[right][1]
        width = across[right] - across[right - 1]
        return (low * width + (value - across[right - 1]) * (high - low)) / width

    return step


def remains(rate: int) -> Step:
    """e^-k, correctly rounded to 34 digits."""

    def step(values: Sequence[Value]) -> Value:
        k = values[rate]
        return k if isinstance(k, Missing) else (-k).exp()

    return step


def released(stock: int, keep: int) -> Step:
    """stock × (1 − e^-k)."""

    def step(values: Sequence[Value]) -> Value:
        kept = values[keep]
        return values[stock] * (kept if isinstance(kept, Missing) else _ONE - kept)

    return step
