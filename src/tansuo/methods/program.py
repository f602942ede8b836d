"""From formulas to flat steps, compiled once for a shape and run for any values.

A program is compiled for which sources and which months there are; every step (``steps``) reads earlier slots
and fills one. Ratio constants are kept as integers beside the slot: a product multiplies all its numerators
first and its value is divided once, where it is rounded or shown. So an unrounded value is a decimal over an
integer, and sums of such values are exact however many twelfths they hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import compress
from math import lcm

from tansuo.methods import steps as make
from tansuo.methods.document import Cell, Document, Json, Place, Shape, cell_text, product
from tansuo.methods.steps import Step
from tansuo.quantity.decimals import CONTEXT, RULES, parse_decimal
from tansuo.quantity.period import Period
from tansuo.quantity.state import Value

Exact = tuple[int, int]  # a slot, and the integer its decimal is still to be divided by
Ending = tuple[int, Decimal | None, Decimal, str]
"""A rounding that no formula reads: the slot it reads, what that is over if not 1, quantum, rule."""


@dataclass(frozen=True)
class Program:
    """``inputs``: the cells to give values for, in order; ``outputs``: the quantity cells they yield.

    Slots are numbered through: inputs, constants, one for each step, one for each ending; ``published``: of outputs.
    ``unrounded``: for each output the slot of the value before rounding and the integer it is over.
    ``choices``: for each cell whose formula is a ladder the names of its branches and their slots.
    """

    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    constants: tuple[Value, ...]
    steps: tuple[Step, ...]
    endings: tuple[Ending, ...]
    published: tuple[int, ...]
    unrounded: tuple[Exact, ...]
    choices: tuple[tuple[Cell, Sequence[str], Sequence[int]], ...]

    def trace(self, values: Sequence[Value]) -> list[Value]:
        """Every slot, filled from ``values`` of ``inputs``; what is Missing makes Missing."""
        if len(values) != len(self.inputs):
            raise ValueError(f"{len(values)} values for {len(self.inputs)} inputs")
        slots = [*values, *self.constants]
        push = slots.append
        with localcontext(CONTEXT):
            for step in self.steps:
                push(step(slots))
            slots += [
                (slots[at] if divisor is None else slots[at] / divisor).quantize(quantum, rule)
                for at, divisor, quantum, rule in self.endings
            ]
        return slots

    def run(self, values: Sequence[Value]) -> list[Value]:
        """Published values of ``outputs`` for ``values`` of ``inputs``."""
        return list(map(self.trace(values).__getitem__, self.published))

    def taken(self, slots: Sequence[Value]) -> dict[Cell, str]:
        """The name of the branch taken in each cell whose formula is a ladder; "" where none has a value."""
        found: dict[Cell, str] = {}
        for cell, names, branches in self.choices:
            position = make.taken(slots, branches)
            found[cell] = "" if position < 0 else names[position]
        return found


def compile_program(document: Document, shape: Shape, answers: Mapping[str, str] | None = None) -> Program:
    """The flat program of every quantity of a method on the grid ``shape``.

    ``answers``: of the method's options; branches that want another answer are left out.
    """
    builder = _Builder(document, shape, document.answers(answers or {}))
    for quantity in document.quantities.values():
        for place in shape.places(quantity.get("over", ()), quantity.get("keys", {})):
            builder.quantity(quantity, place)
    return builder.program()


class _Builder:
    """Notes each operation with what it reads: steps by 0, 1, …, what is given by −1, −2, … until all is known."""

    def __init__(self, document: Document, shape: Shape, answers: Mapping[str, str]) -> None:
        self.document = document
        self.shape = shape
        self.answers = answers
        self.steps: list[tuple[Callable[..., Step], Sequence[int], Sequence[object]]] = []
        self.endings: dict[Cell, Ending] = {}
        self.given: dict[Cell | Value, int] = {}  # inputs by their cells, constants by what they are
        self.terms: dict[Cell, int] = {}
        self.exact: dict[Cell, Exact] = {}
        self.published: dict[Cell, int] = {}
        self.choices: list[tuple[Cell, Sequence[str], Sequence[int]]] = []
        self.kept: dict[Exact, int] = {}
        self.stocks: dict[str, list[int]] = {}
        self.current = ("", "")

    def program(self) -> Program:
        inputs = [one for one in self.given if isinstance(one, tuple)]
        constants = [one for one in self.given if not isinstance(one, tuple)]
        known = {self.given[one]: number for number, one in enumerate([*inputs, *constants])}
        ends = {cell: len(known) + len(self.steps) + number for number, cell in enumerate(self.endings)}

        def slot(at: int) -> int:
            return len(known) + at if at >= 0 else known[at]

        return Program(
            inputs=tuple(inputs),
            outputs=tuple(self.exact),
            constants=tuple(constants),
            steps=tuple(step([slot(at) for at in reads], *rest) for step, reads, rest in self.steps),
            endings=tuple(
                (slot(at), over, quantum, rule) for at, over, quantum, rule in self.endings.values()
            ),
            published=tuple(ends[one] if one in ends else slot(self.published[one]) for one in self.exact),
            unrounded=tuple((slot(at), under) for at, under in self.exact.values()),
            choices=tuple((cell, names, [slot(at) for at in reads]) for cell, names, reads in self.choices),
        )

    def step(self, step: Callable[..., Step], reads: Sequence[int], *rest: object) -> int:
        self.steps.append((step, reads, rest))
        return len(self.steps) - 1

    def give(self, one: Cell | Value) -> int:
        return self.given.setdefault(one, -1 - len(self.given))

    def number(self, number: int | Decimal) -> int:
        return self.give(Decimal(number))

    def quantity(self, quantity: Json, place: Place) -> None:
        self.current = cell = (quantity["symbol"], cell_text(place))
        exact = self.exact[cell] = self.value(quantity["expression"], place)
        if "places" not in quantity:
            self.published[cell] = self.bare(exact)
        elif quantity["parents"] == "sum_published":
            self.published[cell] = self.rounded(exact, quantity)
        else:
            divisor = None if exact[1] == 1 else Decimal(exact[1])
            self.endings[cell] = (exact[0], divisor, *_rounding(quantity))

    def rounded(self, exact: Exact, made: Json) -> int:
        return self.step(make.rounded, exact[:1], exact[1], *_rounding(made))

    def term(self, symbol: str, place: Place) -> Exact:
        """What a formula reads where it names ``symbol``, at the term's own place within ``place``."""
        cell = self.document.own_cell(symbol, place)
        quantity = self.document.quantities.get(symbol)
        if quantity:
            return (self.published[cell], 1) if quantity["parents"] == "sum_published" else self.exact[cell]
        if cell not in self.terms:
            at = self.give(cell)
            term = self.document.terms[symbol]
            self.terms[cell] = self.rounded((at, 1), term) if "places" in term else at
        return self.terms[cell], 1

    def value(self, node: Json, place: Place) -> Exact:
        match node["node"]:
            case "sum_over":
                of, where = node["of"], node.get("where")
                heres = self.document.along(self.shape, of, node["over"], place, where)
                return self.add([(True, self.value(of, here)) for here in heres])
            case "sum":
                return self.add([(one["sign"] == "+", self.value(one["of"], place)) for one in node["of"]])
            case "weighted_mean":
                weight = node["weight"]
                both = product(node["of"], weight)
                heres = self.document.along(self.shape, both, node["over"], place)
                over, under = (
                    self.add([(True, self.value(part, here)) for here in heres]) for part in (both, weight)
                )
                return self.quotient([over[0]], [under[0]], under[1], over[1])
            case "spread":
                return self.share(node, place)
            case "first_of":
                return self.first_of(node["branches"], place)
            case "bands":
                at, divisor = self.value(node["of"], place)
                return self.step(make.band, [at], divisor, node["steps"], *self.current), 1
            case "piecewise":
                at, divisor = self.value(node["of"], place)
                return self.step(make.lines, [at], divisor, node["points"], node["beyond"], *self.current), 1
            case "weights":
                return self.add([(True, self.weighted(one, place)) for one in node["of"]])
            case "first_order_decay":
                return self.decay(node, place), 1
            case "term" | "number" | "product" | "quotient":
                above: list[int] = []
                below: list[int] = []
                return self.quotient(above, below, *self.factors(node, place, above, below))
        raise ValueError(f"unknown node of a formula: {node['node']!r}")

    def factors(self, node: Json, place: Place, above: list[int], below: list[int]) -> tuple[int, int]:
        """Everything a product or quotient multiplies and divides by, nested ones opened.

        Slots are put ``above`` and ``below`` the line; the integers above and below it are given back.
        """
        constant = self.document.constant(node)
        if constant is not None:
            return constant.numerator, constant.denominator
        number = under = 1
        match node["node"]:
            case "product":
                for part in node["of"]:
                    over, divisor = self.factors(part, place, above, below)
                    number, under = number * over, under * divisor
            case "quotient":
                number, under = self.factors(node["over"], place, above, below)
                over, divisor = self.factors(node["under"], place, below, above)
                number, under = number * divisor, under * over
            case "term":
                at, under = self.term(node["symbol"], place)
                above.append(at)
            case _:
                at, under = self.value(node, place)
                above.append(at)
        return number, under

    def quotient(self, above: list[int], below: list[int], number: int, under: int) -> Exact:
        """Everything is multiplied before anything is divided; integers below are left for later."""
        if number != 1 or not above:
            above = [*above, self.number(number)]
        if not below:
            return self.multiply(above), under
        if under != 1:
            below = [*below, self.number(under)]
        return self.divide(self.multiply(above), self.multiply(below)), 1

    def multiply(self, slots: Sequence[int]) -> int:
        return self.step(make.multiply, slots) if len(slots) > 1 else slots[0]

    def divide(self, over: int, under: int) -> int:
        return self.step(make.divide, [over, under], *self.current)

    def bare(self, exact: Exact) -> int:
        """A value with its division carried out."""
        at, under = exact
        return at if under == 1 else self.divide(at, self.number(under))

    def level(self, parts: Sequence[Exact]) -> tuple[list[int], int]:
        """Values brought to one common integer that all of them are still to be divided by."""
        under = lcm(*(one for _, one in parts))
        return [
            at if one == under else self.multiply([at, self.number(under // one)]) for at, one in parts
        ], under

    def add(self, parts: Sequence[tuple[bool, Exact]]) -> Exact:
        """What is added (True) less what is not, over one common integer, so that nothing is divided yet."""
        if not parts:
            return self.number(make.ZERO), 1
        slots, under = self.level([exact for _, exact in parts])
        plus = [*compress(slots, (added for added, _ in parts))]
        minus = [*compress(slots, (not added for added, _ in parts))]
        if len(slots) == 1 and plus:
            return plus[0], under
        return self.step(make.plus_and_minus, [*plus, *minus], len(plus)), under

    def weighted(self, one: Json, place: Place) -> Exact:
        at, under = self.value(one["of"], place)
        return self.multiply([at, self.number(parse_decimal(one["weight"]))]), under

    def first_of(self, branches: Sequence[Json], place: Place) -> Exact:
        """The first open branch that has a value."""
        cell = self.current
        wanted = [(one, one.get("when", {}).items()) for one in branches]
        open_ = [
            one for one, when in wanted if all(self.answers.get(name) == answer for name, answer in when)
        ]
        if not open_:
            return self.give(make.undefined(*cell)), 1
        slots, under = self.level([self.value(one["of"], place) for one in open_])
        self.choices.append((cell, [one["name"] for one in open_], slots))
        return self.step(make.first_of, slots), under

    def decay(self, node: Json, place: Place) -> int:
        """What is left of the deposits at the end of a year, or what was released of them in it."""
        k = self.value(node["rate"], place)
        if k not in self.kept:
            self.kept[k] = self.step(make.remains, [self.bare(k)])
        kept = self.kept[k]
        years = sorted(self.shape.months)
        now = years.index(place[1])
        stocks = self.stocks.setdefault(repr((node["of"], node["rate"], place[0])), [])
        for year in years[len(stocks) : now + 1]:
            deposited = self.bare(self.value(node["of"], (place[0], year)))
            left = [(True, (self.multiply([stocks[-1], kept]), 1))] if stocks else []
            stocks.append(self.add([*left, (True, (deposited, 1))])[0])
        if node["gives"] == "stock":
            return stocks[now]
        return self.step(make.released, [stocks[now - 1], kept]) if now else self.number(make.ZERO)

    def share(self, node: Json, place: Place) -> Exact:
        """One month's part of a whole: the rounded running share up to it less the one before it."""
        whole, under = self.value(node["of"], place)
        months, weight = self.shape.months, node["weight"]
        now = months.index(place[1])
        if weight is None:
            spans = [1 if node["how"] == "equal" else len(Period.parse(month).days()) for month in months]
            low, high, total = (self.number(sum(spans[:upto])) for upto in (now, now + 1, len(months)))
        else:
            sums = [
                self.add([(True, self.value(weight, (place[0], month))) for month in months[:upto]])
                for upto in (now, now + 1, len(months))
            ]
            (low, high, total), _ = self.level(sums)
        bottom = total if under == 1 else self.multiply([total, self.number(under)])
        quantity = self.document.quantities[self.current[0]]
        before, after = (
            self.rounded((self.divide(self.multiply([whole, upto]), bottom), 1), quantity)
            for upto in (low, high)
        )
        return self.step(make.plus_and_minus, [after, before], 1), 1


def _rounding(made: Json) -> tuple[Decimal, str]:
    """The quantum and the rule that a term or quantity is rounded by."""
    return Decimal((0, (1,), -made["places"])), RULES[made.get("rounding", "half_even")]
