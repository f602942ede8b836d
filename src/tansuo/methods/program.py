"""From formulas to flat steps: one small closure a product, sum, quotient or rounding of a cell.

A program is compiled once for a shape (which sources, which months) and run for any values. Every step reads
earlier slots and appends one. Ratio constants are kept as integers beside the slot: a product multiplies all
its numerators first and its value is divided once, where it is rounded or shown. So an unrounded value is a
decimal over an integer, and sums of such values are exact however many twelfths they hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from functools import reduce
from math import lcm
from operator import add, itemgetter, mul

from tansuo.methods.expression import (
    Node,
    Number,
    Product,
    Quotient,
    Spread,
    Sum,
    SumOver,
    Term,
    WeightedMean,
)
from tansuo.methods.term import Keys, MethodData, Quantity
from tansuo.quantity.decimals import CONTEXT, RULES, Ratio
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, State, Value

Step = Callable[[Sequence[Value]], Value]
Cell = tuple[str, str]  # symbol, "source/month" | "source" | "month" | ""
Place = tuple[str, str]  # source or "", month or ""
_Ref = tuple[str, int]  # ("input" | "constant" | "step", position)
_Exact = tuple[_Ref, int]  # a decimal, and the integer it is still to be divided by


@dataclass(frozen=True)
class SourceKey:
    """A source of the grid: its id and the attributes that put it into the domains of terms."""

    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    def fits(self, keys: Keys) -> bool:
        """Whether every attribute in ``keys`` has one of the wanted values."""
        return all(self.attributes.get(name) in wanted for name, wanted in keys.items())

    def __hash__(self) -> int:
        return hash((self.id, tuple(sorted(self.attributes.items()))))


@dataclass(frozen=True)
class Shape:
    """The declared grid: what should be there, whether values came or not. Months are period texts."""

    sources: tuple[SourceKey, ...]
    months: tuple[str, ...]

    def places(self, over: Sequence[str], keys: Keys) -> list[Place]:
        """Every place of a term over ``over`` in the domain ``keys``, sources first, then months."""
        sources = [one.id for one in self.sources if one.fits(keys)] if "source" in over else [""]
        months = self.months if "month" in over else ("",)
        return [(source, month) for source in sources for month in months]

    def period(self) -> Period:
        """First to last month as one span."""
        spans = sorted(Period.parse(month) for month in self.months)
        if len(spans) == 1:
            return spans[0]
        text = f"{spans[0].text}..{spans[-1].text}"
        return Period(text, spans[0].start, spans[-1].end, "years")


def cell_text(place: Place) -> str:
    """``source/month`` without what is empty."""
    return "/".join(part for part in place if part)


@dataclass(frozen=True)
class Program:
    """``inputs``: the cells to give values for, in order; ``outputs``: the quantity cells they yield.

    ``unrounded``: for each output the slot of the value before rounding and the integer it is over.
    """

    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    constants: tuple[Decimal, ...]
    steps: tuple[Step, ...]
    published: tuple[int, ...]
    unrounded: tuple[tuple[int, int], ...]

    def trace(self, values: Sequence[Value]) -> list[Value]:
        """Every slot: the inputs, the constants, one value a step."""
        if len(values) != len(self.inputs):
            raise ValueError(f"{len(values)} values for {len(self.inputs)} inputs")
        with localcontext(CONTEXT):
            slots: list[Value] = [*values, *self.constants]
            push = slots.append
            for step in self.steps:
                push(step(slots))
        return slots

    def run(self, values: Sequence[Value]) -> list[Value]:
        """Published values of ``outputs`` for ``values`` of ``inputs``; what is Missing makes Missing."""
        return list(map(self.trace(values).__getitem__, self.published))


def compile_program(method: MethodData, shape: Shape) -> Program:
    """The flat program of every quantity of ``method`` on the grid ``shape``."""
    builder = _Builder(method, shape)
    for quantity in method.quantities.values():
        for place in shape.places(quantity.over, quantity.keys):
            builder.quantity(quantity, place)
    return builder.link()


@dataclass(frozen=True, slots=True)
class _Factors:
    """A product in the making: slots above and below the line, integers above and below it."""

    above: list[_Ref]
    below: list[_Ref]
    number: int
    under: int

    @classmethod
    def of(cls, exact: _Exact) -> "_Factors":
        return cls([exact[0]], [], 1, exact[1])

    def times(self, other: "_Factors") -> "_Factors":
        above, below = self.above + other.above, self.below + other.below
        return _Factors(above, below, self.number * other.number, self.under * other.under)

    def inverse(self) -> "_Factors":
        return _Factors(self.below, self.above, self.under, self.number)


class _Builder:
    """Records steps by reference, then links references to slots once the inputs are counted."""

    def __init__(self, method: MethodData, shape: Shape) -> None:
        self.method = method
        self.shape = shape
        self.inputs: dict[Cell, int] = {}
        self.constants: dict[Decimal, int] = {}
        self.steps: list[Callable[[Callable[[_Ref], int]], Step]] = []
        self.terms: dict[tuple[str, Place], _Exact] = {}
        self.exact: dict[tuple[str, Place], _Exact] = {}
        self.published: dict[tuple[str, Place], _Ref] = {}
        self.current = ("", "")

    def link(self) -> Program:
        firsts = {"input": 0, "constant": len(self.inputs), "step": len(self.inputs) + len(self.constants)}

        def slot(ref: _Ref) -> int:
            return firsts[ref[0]] + ref[1]

        return Program(
            inputs=tuple(self.inputs),
            outputs=tuple((symbol, cell_text(place)) for symbol, place in self.published),
            constants=tuple(self.constants),
            steps=tuple(make(slot) for make in self.steps),
            published=tuple(slot(ref) for ref in self.published.values()),
            unrounded=tuple((slot(ref), under) for ref, under in self.exact.values()),
        )

    def step(self, make: Callable[[Callable[[_Ref], int]], Step]) -> _Ref:
        self.steps.append(make)
        return ("step", len(self.steps) - 1)

    def number(self, number: int) -> _Ref:
        return ("constant", self.constants.setdefault(Decimal(number), len(self.constants)))

    def quantity(self, quantity: Quantity, place: Place) -> None:
        self.current = (quantity.symbol, cell_text(place))
        at = (quantity.symbol, place)
        ref, under = self.value(quantity.expression, place)
        self.exact[at] = (ref, under)
        if quantity.places is not None:
            quantum, rule = _quantum(quantity.places), RULES[quantity.rounding]
            self.published[at] = self.step(lambda slot: _round(slot(ref), under, quantum, rule))
        elif under != 1:
            self.published[at] = self.divide(ref, self.number(under))
        else:
            self.published[at] = ref

    def term(self, symbol: str, place: Place) -> _Exact:
        """What a formula reads where it names ``symbol``, at the term's own place within ``place``."""
        quantity = self.method.quantities.get(symbol)
        here = own_place(self.method, symbol, place)
        at = (symbol, here)
        if quantity:
            return (self.published[at], 1) if quantity.parents == "sum_published" else self.exact[at]
        if at not in self.terms:
            cell = (symbol, cell_text(here))
            ref: _Ref = ("input", self.inputs.setdefault(cell, len(self.inputs)))
            term = self.method.terms[symbol]
            if term.places is not None:
                quantum, rule, raw = _quantum(term.places), RULES[term.rounding], ref
                ref = self.step(lambda slot: _round(slot(raw), 1, quantum, rule))
            self.terms[at] = (ref, 1)
        return self.terms[at]

    def value(self, node: Node, place: Place) -> _Exact:
        match node:
            case SumOver(of, dims):
                return self.add(
                    [(1, self.value(of, here)) for here in along(self.method, self.shape, of, dims, place)]
                )
            case Sum(terms):
                return self.add([(sign, self.value(part, place)) for sign, part in terms])
            case WeightedMean(of, weight, dims):
                both = Product((of, weight))
                heres = along(self.method, self.shape, both, dims, place)
                over = self.add([(1, self.value(both, here)) for here in heres])
                under = self.add([(1, self.value(weight, here)) for here in heres])
                return self.quotient(_Factors.of(over).times(_Factors.of(under).inverse()))
            case Spread(of, how, weight):
                return self.share(of, how, weight, place)
        return self.quotient(self.factors(node, place))

    def factors(self, node: Node, place: Place) -> "_Factors":
        """Everything a product or quotient multiplies and divides by, nested ones opened."""
        constant = _constant(self.method, node)
        if constant is not None:
            return _Factors([], [], constant.numerator, constant.denominator)
        if isinstance(node, Product):
            return reduce(_Factors.times, (self.factors(part, place) for part in node.factors))
        if isinstance(node, Quotient):
            return self.factors(node.over, place).times(self.factors(node.under, place).inverse())
        return _Factors.of(
            self.term(node.symbol, place) if isinstance(node, Term) else self.value(node, place)
        )

    def quotient(self, parts: "_Factors") -> _Exact:
        """Everything is multiplied before anything is divided; integers below are left for later."""
        above, below = list(parts.above), list(parts.below)
        if parts.number != 1 or not above:
            above.append(self.number(parts.number))
        if not below:
            return self.multiply(above), parts.under
        if parts.under != 1:
            below.append(self.number(parts.under))
        return self.divide(self.multiply(above), self.multiply(below)), 1

    def multiply(self, refs: Sequence[_Ref]) -> _Ref:
        if len(refs) == 1:
            return refs[0]
        return self.step(lambda slot: _multiply([slot(ref) for ref in refs]))

    def divide(self, over: _Ref, under: _Ref) -> _Ref:
        symbol, cell = self.current
        return self.step(lambda slot: _divide(slot(over), slot(under), symbol, cell))

    def add(self, parts: Sequence[tuple[int, _Exact]]) -> _Exact:
        """Signed sum, brought to one common integer denominator, so that nothing is divided yet."""
        if not parts:
            return self.number(0), 1
        under = lcm(*(one for _, (_, one) in parts))
        level = [
            (sign, ref if one == under else self.multiply([ref, self.number(under // one)]))
            for sign, (ref, one) in parts
        ]
        plus = [ref for sign, ref in level if sign > 0]
        minus = [ref for sign, ref in level if sign < 0]
        if len(level) == 1 and plus:
            return plus[0], under
        return self.step(lambda slot: _add([slot(ref) for ref in plus], [slot(ref) for ref in minus])), under

    def share(self, of: Node, how: str, weight: Node | None, place: Place) -> _Exact:
        """One month's part of a whole: the rounded running share up to it less the one before it."""
        whole, under = self.value(of, place)
        months = self.shape.months
        now = months.index(place[1])
        if weight is not None:
            sums = [
                self.add([(1, self.value(weight, (place[0], month))) for month in months[:upto]])
                for upto in (now, now + 1, len(months))
            ]
            common = lcm(*(one for _, one in sums))
            low, high, total = (
                ref if one == common else self.multiply([ref, self.number(common // one)])
                for ref, one in sums
            )
        else:
            spans = [1 if how == "equal" else len(Period.parse(month).days()) for month in months]
            low, high, total = (self.number(sum(spans[:upto])) for upto in (now, now + 1, len(months)))
        bottom = self.multiply([total, self.number(under)]) if under != 1 else total
        quantity = self.method.quantities[self.current[0]]
        assert quantity.places is not None
        quantum, rule = _quantum(quantity.places), RULES[quantity.rounding]

        def running(upto: _Ref) -> _Ref:
            part = self.divide(self.multiply([whole, upto]), bottom)
            return self.step(lambda slot: _round(slot(part), 1, quantum, rule))

        first, last = running(low), running(high)
        return self.step(lambda slot: _add([slot(last)], [slot(first)])), 1


def _constant(method: MethodData, node: Node) -> Ratio | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Term) and node.symbol in method.terms:
        return method.terms[node.symbol].exactly
    return None


def own_place(method: MethodData, symbol: str, place: Place) -> Place:
    """Where the term ``symbol`` is read for a formula that stands at ``place``: without what it lacks."""
    made = method.quantities.get(symbol) or method.terms[symbol]
    return (place[0] if "source" in made.over else "", place[1] if "month" in made.over else "")


def along(method: MethodData, shape: Shape, node: Node, dims: Sequence[str], place: Place) -> list[Place]:
    """The places of the domain of ``node``'s parts along ``dims`` that lie within ``place``."""
    keys = _domain(method, node)
    sources = [one.id for one in shape.sources if one.fits(keys)] if "source" in dims else [place[0]]
    months = shape.months if "month" in dims else (place[1],)
    return [(source, month) for source in sources for month in months]


def _domain(method: MethodData, node: Node) -> Keys:
    """Attributes that the sources of ``node`` must have (checked for consistency when it was defined)."""
    if isinstance(node, SumOver | WeightedMean) and "source" in node.dims:
        return {}
    if isinstance(node, Term):
        made = method.quantities.get(node.symbol) or method.terms[node.symbol]
        return made.keys
    met: dict[str, tuple[str, ...]] = {}
    for part in node.parts:
        for name, values in _domain(method, part).items():
            met[name] = tuple(one for one in values if one in met.get(name, values))
    return met


def _quantum(places: int) -> Decimal:
    return Decimal((0, (1,), -places))


def _several(slots: Sequence[int]) -> Callable[[Sequence[Value]], tuple[Value, ...]]:
    if len(slots) == 1:
        only = slots[0]
        return lambda values: (values[only],)
    return itemgetter(*slots)


def _multiply(slots: Sequence[int]) -> Step:
    if len(slots) == 2:
        first, second = slots
        return lambda values: values[first] * values[second]
    get = _several(slots)
    return lambda values: reduce(mul, get(values))


def _add(plus: Sequence[int], minus: Sequence[int]) -> Step:
    if not minus:
        get = _several(plus)

        def added(values: Sequence[Value]) -> Value:
            total = reduce(add, get(values))
            return total if total.__class__ is Decimal else _incomplete(get(values), ())

        return added
    first, others, taken = plus[:1], plus[1:], minus

    def signed(values: Sequence[Value]) -> Value:
        total: Value = values[first[0]] if first else _ZERO
        for slot in others:
            total = total + values[slot]
        for slot in taken:
            total = total - values[slot]
        if total.__class__ is Decimal:
            return total
        return _incomplete([values[slot] for slot in plus], [values[slot] for slot in minus])

    return signed


_ZERO = Decimal(0)


def _incomplete(added: Sequence[Value], taken: Sequence[Value]) -> Value:
    """A sum with something absent: what somebody declared to add nothing is passed over, a hole is not."""
    absent = [one for one in (*added, *taken) if isinstance(one, Missing)]
    holes = [one for one in absent if not one.state.adds_nothing]
    if holes or len(absent) == len(added) + len(taken):
        return Missing.of(holes or absent)
    plus = sum((one for one in added if isinstance(one, Decimal)), _ZERO)
    return plus - sum((one for one in taken if isinstance(one, Decimal)), _ZERO)


def _divide(over: int, under: int, symbol: str, cell: str) -> Step:
    undefined = Missing(State.NOT_ESTIMATED, f"{symbol} (÷ 0)", cell)

    def step(values: Sequence[Value]) -> Value:
        try:
            return values[over] / values[under]
        except (DivisionByZero, InvalidOperation):
            return undefined

    return step


def _round(at: int, under: int, quantum: Decimal, rule: str) -> Step:
    if under == 1:
        if rule == CONTEXT.rounding:
            return lambda values: values[at].quantize(quantum)
        return lambda values: values[at].quantize(quantum, rule)
    divisor = Decimal(under)
    return lambda values: (values[at] / divisor).quantize(quantum, rule)
