"""From formulas to flat steps, compiled once for a shape and run for any values.

A program is compiled for which sources and which months there are; every step (``steps``) reads earlier slots
and appends one. Ratio constants are kept as integers beside the slot: a product multiplies all its numerators
first and its value is divided once, where it is rounded or shown. So an unrounded value is a decimal over an
integer, and sums of such values are exact however many twelfths they hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import reduce
from math import lcm

from tansuo.methods import steps as make
from tansuo.methods.expression import (
    Bands,
    Decay,
    FirstOf,
    Node,
    Number,
    Piecewise,
    Product,
    Quotient,
    Spread,
    Sum,
    SumOver,
    Term,
    WeightedMean,
    Weights,
)
from tansuo.methods.grid import Cell, Place, Shape, along, cell_text, own_place
from tansuo.methods.steps import Step
from tansuo.methods.term import MethodData, Quantity
from tansuo.quantity.decimals import CONTEXT, RULES, Ratio
from tansuo.quantity.period import Period
from tansuo.quantity.state import Value

_Ref = tuple[str, int]  # ("input" | "constant" | "step" | "ending", position)
_Exact = tuple[_Ref, int]  # a decimal, and the integer it is still to be divided by


#: A rounding that no formula reads: slot, the divisor it is still over (or None), quantum, rule.
Ending = tuple[int, Decimal | None, Decimal, str]


@dataclass(frozen=True)
class Program:
    """``inputs``: the cells to give values for, in order; ``outputs``: the quantity cells they yield.

    ``unrounded``: for each output the slot of the value before rounding and the integer it is over.
    ``choices``: for each cell whose formula is a ladder the names of its branches and their slots.
    ``endings``: the last slots, published values that are read by nobody.
    """

    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    constants: tuple[Decimal, ...]
    steps: tuple[Step, ...]
    published: tuple[int, ...]
    unrounded: tuple[tuple[int, int], ...]
    choices: tuple[tuple[Cell, tuple[str, ...], tuple[int, ...]], ...] = ()
    endings: tuple[Ending, ...] = ()

    def trace(self, values: Sequence[Value]) -> list[Value]:
        """Every slot: the inputs, the constants, one value a step, one an ending."""
        if len(values) != len(self.inputs):
            raise ValueError(f"{len(values)} values for {len(self.inputs)} inputs")
        with localcontext(CONTEXT):
            slots: list[Value] = [*values, *self.constants]
            push = slots.append
            for step in self.steps:
                push(step(slots))
            slots += [
                (slots[at] if divisor is None else slots[at] / divisor).quantize(quantum, rule)
                for at, divisor, quantum, rule in self.endings
            ]
        return slots

    def run(self, values: Sequence[Value]) -> list[Value]:
        """Published values of ``outputs`` for ``values`` of ``inputs``; what is Missing makes Missing."""
        return list(map(self.trace(values).__getitem__, self.published))

    def taken(self, slots: Sequence[Value]) -> dict[Cell, str]:
        """The name of the branch taken in each cell whose formula is a ladder; "" where none has a value."""
        found: dict[Cell, str] = {}
        for cell, names, branches in self.choices:
            position = make.taken(slots, branches)
            found[cell] = "" if position < 0 else names[position]
        return found


def compile_program(method: MethodData, shape: Shape, answers: Mapping[str, str] | None = None) -> Program:
    """The flat program of every quantity of ``method`` on the grid ``shape``.

    ``answers``: of the method's options; branches that want another answer are left out.
    """
    defaults = {name: option.default for name, option in method.options.items()}
    builder = _Builder(method, shape, {**defaults, **(answers or {})})
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

    def __init__(self, method: MethodData, shape: Shape, answers: Mapping[str, str]) -> None:
        self.method = method
        self.shape = shape
        self.answers = answers
        self.inputs: dict[Cell, int] = {}
        self.constants: dict[Decimal, int] = {}
        self.steps: list[Callable[[Callable[[_Ref], int]], Step]] = []
        self.terms: dict[tuple[str, Place], _Exact] = {}
        self.exact: dict[tuple[str, Place], _Exact] = {}
        self.published: dict[tuple[str, Place], _Ref] = {}
        self.choices: list[tuple[Cell, tuple[str, ...], list[_Ref]]] = []
        self.endings: list[tuple[_Ref, Decimal | None, Decimal, str]] = []
        self.keeps: dict[_Exact, _Ref] = {}
        self.stocks: dict[tuple[Node, str], list[_Ref]] = {}
        self.current = ("", "")

    def link(self) -> Program:
        given = len(self.inputs) + len(self.constants)
        firsts = {
            "input": 0,
            "constant": len(self.inputs),
            "step": given,
            "ending": given + len(self.steps),
        }

        def slot(ref: _Ref) -> int:
            return firsts[ref[0]] + ref[1]

        return Program(
            inputs=tuple(self.inputs),
            outputs=tuple((symbol, cell_text(place)) for symbol, place in self.published),
            constants=tuple(self.constants),
            steps=tuple(link(slot) for link in self.steps),
            published=tuple(slot(ref) for ref in self.published.values()),
            unrounded=tuple((slot(ref), under) for ref, under in self.exact.values()),
            choices=tuple(
                (cell, names, tuple(slot(ref) for ref in refs)) for cell, names, refs in self.choices
            ),
            endings=tuple((slot(ref), over, quantum, rule) for ref, over, quantum, rule in self.endings),
        )

    def step(self, link: Callable[[Callable[[_Ref], int]], Step]) -> _Ref:
        self.steps.append(link)
        return ("step", len(self.steps) - 1)

    def number(self, number: int | Decimal) -> _Ref:
        return ("constant", self.constants.setdefault(Decimal(number), len(self.constants)))

    def quantity(self, quantity: Quantity, place: Place) -> None:
        self.current = (quantity.symbol, cell_text(place))
        at = (quantity.symbol, place)
        ref, under = self.value(quantity.expression, place)
        self.exact[at] = (ref, under)
        if quantity.places is not None:
            self.published[at] = self.publish(quantity, quantity.places, ref, under)
        else:
            self.published[at] = self.bare((ref, under))

    def publish(self, quantity: Quantity, places: int, ref: _Ref, under: int) -> _Ref:
        """The rounded value: a step where formulas may read it, else an ending."""
        quantum, rule = make.quantum_of(places), RULES[quantity.rounding]
        if quantity.parents == "sum_published":
            return self.step(lambda slot: make.rounded(slot(ref), under, quantum, rule))
        self.endings.append((ref, None if under == 1 else Decimal(under), quantum, rule))
        return ("ending", len(self.endings) - 1)

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
                quantum, rule, raw = make.quantum_of(term.places), RULES[term.rounding], ref
                ref = self.step(lambda slot: make.rounded(slot(raw), 1, quantum, rule))
            self.terms[at] = (ref, 1)
        return self.terms[at]

    def value(self, node: Node, place: Place) -> _Exact:
        match node:
            case SumOver(of, dims, where):
                heres = along(self.method, self.shape, of, dims, place, dict(where))
                return self.add([(1, self.value(of, here)) for here in heres])
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
        return self.choice(node, place)

    def choice(self, node: Node, place: Place) -> _Exact:
        """The value of a node that chooses, scores or looks back; of anything else its product."""
        symbol, cell = self.current
        match node:
            case FirstOf(branches):
                open_ = [one for one in branches if one.open(self.answers)]
                if not open_:
                    return self.step(lambda _: make.nothing(symbol, cell)), 1
                refs, under = self.level([self.value(one.of, place) for one in open_])
                self.choices.append(((symbol, cell), tuple(one.name for one in open_), refs))
                return self.step(lambda slot: make.first_of([slot(ref) for ref in refs])), under
            case Bands(of, steps, _):
                at, under = self.value(of, place)
                return self.step(lambda slot: make.band(slot(at), under, steps, symbol, cell)), 1
            case Piecewise(of, points, _, beyond):
                at, under = self.value(of, place)
                return self.step(lambda slot: make.lines(slot(at), under, points, beyond, symbol, cell)), 1
            case Weights(terms, _):
                parts = [(weight, self.value(part, place)) for weight, part in terms]
                return self.add(
                    [
                        (1, (self.multiply([ref, self.number(weight)]), under))
                        for weight, (ref, under) in parts
                    ]
                )
            case Decay(of, rate, gives):
                return self.decay(of, rate, gives, place), 1
        return self.quotient(self.factors(node, place))

    def level(self, parts: Sequence[_Exact]) -> tuple[list[_Ref], int]:
        """Values brought to one common integer that all of them are still to be divided by."""
        under = lcm(*(one for _, one in parts))
        return [
            ref if one == under else self.multiply([ref, self.number(under // one)]) for ref, one in parts
        ], under

    def decay(self, of: Node, rate: Node, gives: str, place: Place) -> _Ref:
        """What is left of the deposits at the end of a year, or what was released of them in it."""
        k = self.value(rate, place)
        keep = self.keeps.get(k)
        if keep is None:
            bare = self.bare(k)
            keep = self.keeps[k] = self.step(lambda slot: make.remains(slot(bare)))
        kept = keep
        years = sorted(self.shape.months, key=lambda text: Period.parse(text).start)
        stocks = self.stocks.setdefault((Decay(of, rate, ""), place[0]), [])
        for year in years[len(stocks) : years.index(place[1]) + 1]:
            deposited = self.bare(self.value(of, (place[0], year)))
            if stocks:
                before = self.multiply([stocks[-1], kept])
                stocks.append(self.add([(1, (before, 1)), (1, (deposited, 1))])[0])
            else:
                stocks.append(deposited)
        now = years.index(place[1])
        if gives == "stock":
            return stocks[now]
        if now == 0:
            return self.number(0)
        last = stocks[now - 1]
        return self.step(lambda slot: make.released(slot(last), slot(kept)))

    def bare(self, exact: _Exact) -> _Ref:
        """A value with its division carried out."""
        ref, under = exact
        return ref if under == 1 else self.divide(ref, self.number(under))

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
        return self.step(lambda slot: make.multiply([slot(ref) for ref in refs]))

    def divide(self, over: _Ref, under: _Ref) -> _Ref:
        symbol, cell = self.current
        return self.step(lambda slot: make.divide(slot(over), slot(under), symbol, cell))

    def add(self, parts: Sequence[tuple[int, _Exact]]) -> _Exact:
        """Signed sum, brought to one common integer denominator, so that nothing is divided yet."""
        if not parts:
            return self.number(0), 1
        refs, under = self.level([exact for _, exact in parts])
        plus = [ref for (sign, _), ref in zip(parts, refs, strict=True) if sign > 0]
        minus = [ref for (sign, _), ref in zip(parts, refs, strict=True) if sign < 0]
        if len(refs) == 1 and plus:
            return plus[0], under
        return self.step(
            lambda slot: make.plus_and_minus([slot(ref) for ref in plus], [slot(ref) for ref in minus])
        ), under

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
        quantum, rule = make.quantum_of(quantity.places), RULES[quantity.rounding]

        def running(upto: _Ref) -> _Ref:
            part = self.divide(self.multiply([whole, upto]), bottom)
            return self.step(lambda slot: make.rounded(slot(part), 1, quantum, rule))

        first, last = running(low), running(high)
        return self.step(lambda slot: make.plus_and_minus([slot(last)], [slot(first)])), 1


def _constant(method: MethodData, node: Node) -> Ratio | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Term) and node.symbol in method.terms:
        return method.terms[node.symbol].exactly
    return None
