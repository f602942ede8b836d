"""Why two figures of one cell differ: parts that add up to the gap, to the last digit.

The first figure is turned into the second step by step: amounts of sources that came or left (boundary),
every other amount that changed (activity), every factor that changed (factor), and what is left over is the
method itself (or, of a sum under one method, its rounding). Each step is one run of the evaluator; a part is
the difference of two runs, so that nothing is left unexplained. The order is fixed: where two changes meet in
a product, the later one takes the product.

Where one of the two is incomplete there is no gap between totals: then what is known of each is compared.

Two periods of one subject, of as many months each, are compared in the same way, month for month: what stands
in the second period's first month is put in the place of the first period's first month, and so on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from tansuo.accounting.binding import Bound, compiled
from tansuo.accounting.figure import Figure
from tansuo.accounting.methods_store import StoredMethod
from tansuo.accounting.wording import refuse
from tansuo.methods.evaluate import Cell, Program, Shape, SourceKey
from tansuo.methods.ladder import Chosen
from tansuo.methods.lineage import feeds
from tansuo.quantity.decimals import CONTEXT, plain
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, State, Value

Kind = Literal["boundary", "activity", "factor", "method", "child", "rounding"]
Basis = Literal["value", "known"]


@dataclass(frozen=True, slots=True)
class Part:
    """One step from the first figure to the second: what changed, from what to what, and what it added.

    ``symbol`` and ``place`` name the amount or factor (of a child: "" and its subject); ``before`` and
    ``after`` are as a receipt writes values, with the factor's id and rung where there is one.
    """

    kind: Kind
    symbol: str
    place: str
    before: str
    after: str
    added: Decimal


@dataclass(frozen=True, slots=True)
class Explanation:
    """``gap`` = second − first = Σ ``parts``. ``basis`` "known": at least one of the two is incomplete."""

    first: Decimal
    second: Decimal
    gap: Decimal
    unit: str
    basis: Basis
    parts: tuple[Part, ...]

    def by_kind(self) -> dict[Kind, Decimal]:
        """The parts added up by kind; they still add up to the gap."""
        sums: dict[Kind, Decimal] = {}
        for one in self.parts:
            sums[one.kind] = CONTEXT.add(sums.get(one.kind, Decimal()), one.added)
        return sums


def explain(first: Figure, second: Figure) -> Explanation:
    """The difference of two figures of one cell (of two log sizes, or of two editions of a method), or of two
    periods of one subject; places are then named by the first period's months.

    FindingError ``accounting.other_cell`` for figures of different cells, units, numbers of months, or one
    roll-up and one not; ``accounting.nothing_known`` where nothing at all is known of one of them.
    """
    if _alike(first) != _alike(second):
        raise refuse("other_cell", first=str(first.cell), second=str(second.cell))
    basis: Basis = "known" if first.value is None or second.value is None else "value"
    before, after = (_value(one, basis) for one in (first, second))
    if first.bound is None or second.bound is None:
        steps = list(_children(first, second, basis))
    else:
        steps = list(
            _steps(first, _side(first.bound, basis), _side(second.bound, basis, first.bound), before)
        )
    explained = before
    for one in steps:
        explained = CONTEXT.add(explained, one.added)
    left = CONTEXT.subtract(after, explained)
    if left != Decimal():
        kind: Kind = "rounding" if first.method_fingerprint == second.method_fingerprint else "method"
        steps.append(Part(kind, first.cell.quantity, "", _method(first), _method(second), left))
    return Explanation(before, after, CONTEXT.subtract(after, before), first.unit, basis, tuple(steps))


def _alike(figure: Figure) -> tuple[object, ...]:
    """What two figures must have in common to be compared."""
    about = replace(figure.cell, period="")
    return about, len(Period.parse(figure.cell.period).by_month()), figure.unit, figure.bound is None


def _value(figure: Figure, basis: Basis) -> Decimal:
    value = figure.value if basis == "value" else figure.partial
    if value is None:
        raise refuse("nothing_known", cell=str(figure.cell), size=figure.as_of)
    return value


def _method(figure: Figure) -> str:
    return f"{figure.method.data.edition} {figure.method_fingerprint[:12]}"


def _children(first: Figure, second: Figure, basis: Basis) -> Iterator[Part]:
    """What each child of a roll-up adds to the gap."""
    before, after = _contributions(first, basis), _contributions(second, basis)
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            added = CONTEXT.subtract(Decimal() if new is None else new, Decimal() if old is None else old)
            yield Part("child", "", name, _text(old), _text(new), added)


def _contributions(figure: Figure, basis: Basis) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for child in figure.children:
        if basis == "value":
            if child.contribution is not None:
                found[child.subject] = child.contribution
            continue
        for one, share in zip(child.figures, child.shares, strict=True):
            if one.partial is not None and share is not None:
                part = one.partial if share == 1 else CONTEXT.multiply(one.partial, share)
                found[child.subject] = CONTEXT.add(found.get(child.subject, Decimal()), part)
    return found


def _text(value: Decimal | None) -> str:
    return "—" if value is None else plain(value)


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two figures as the evaluator sees it: amounts and factors by place, and where these are from."""

    method: StoredMethod
    sources: Mapping[str, SourceKey]
    terms: Mapping[Cell, Value]
    chosen: Mapping[Cell, Chosen]
    shape: Shape

    def said(self, cell: Cell, value: Value) -> str:
        """A value as a receipt writes it, with the factor's id and rung where there is one."""
        written = value.state.value if isinstance(value, Missing) else plain(value)
        chosen = self.chosen.get(cell)
        return written if chosen is None else f"{written} ({chosen.factor_id}, {chosen.rung})"

    def adds(self, cell: Cell) -> bool:
        """Whether the cell is an amount, which adds nothing where its source is not there."""
        return self.method.data.terms[cell[0]].kind == "activity"


def _side(bound: Bound, basis: Basis, other: Bound | None = None) -> _Side:
    """A figure's side, in the months of ``other`` where there is one; holes left out where the known counts."""
    terms = dict(bound.evaluation.terms)
    if basis == "known":
        for cell, one in bound.activities.items():
            if cell in terms:
                terms[cell] = Missing(State.NOT_OCCURRING, *cell) if one.known is None else one.known
    shape = bound.inputs.shape if other is None else other.inputs.shape
    months = dict(zip(bound.inputs.shape.months, shape.months, strict=True))

    def placed(cell: Cell) -> Cell:
        where, slash, month = cell[1].rpartition("/")
        return cell[0], f"{where}{slash}{months.get(month, month)}"

    return _Side(
        method=bound.method,
        sources={one.id: one for one in bound.inputs.shape.sources},
        terms={placed(cell): value for cell, value in terms.items()},
        chosen={placed(cell): value for cell, value in bound.evaluation.chosen.items()},
        shape=shape,
    )


def _steps(first: Figure, one: _Side, two: _Side, start: Decimal) -> Iterator[Part]:
    """Boundary, activity and factor steps, under the first figure's formulas."""
    sources = {**one.sources, **two.sources}
    shape = Shape(tuple(sources[name] for name in sorted(sources)), one.shape.months)
    program = compiled(one.method).program(shape, first.bound.options if first.bound else None)
    result = next(cell for cell in program.outputs if cell[0] == first.cell.quantity)
    relevant = set(feeds(one.method.data.document, shape, result))
    values = [_at_first(cell, one, two) for cell in program.inputs]
    now = start
    for kind, cells in _ordered(program, one, two, relevant).items():
        for cell in cells:
            at = program.inputs.index(cell)
            wanted = _at_last(cell, one, two)
            if values[at] == wanted:
                continue
            before, values[at] = values[at], wanted
            value = program.run(values)[program.outputs.index(result)]
            if isinstance(value, Missing):
                value = now
            added = CONTEXT.subtract(value, now)
            now = value
            yield Part(kind, *cell, one.said(cell, before), two.said(cell, wanted), added)


def _ordered(program: Program, one: _Side, two: _Side, relevant: set[Cell]) -> Mapping[Kind, Sequence[Cell]]:
    found: dict[Kind, list[Cell]] = {"boundary": [], "activity": [], "factor": []}
    for cell in program.inputs:
        if cell not in relevant:
            continue
        if not one.adds(cell):
            found["factor"].append(cell)
            continue
        source = cell[1].rpartition("/")[0]
        found["activity" if source in one.sources and source in two.sources else "boundary"].append(cell)
    return found


def _at_first(cell: Cell, one: _Side, two: _Side) -> Value:
    """What stands in a cell before the first step; a source that came later adds nothing yet."""
    if cell in one.terms:
        return one.terms[cell]
    if one.adds(cell):
        return Missing(State.NOT_OCCURRING, *cell)
    return two.terms.get(cell, Missing(State.MISSING, *cell))


def _at_last(cell: Cell, one: _Side, two: _Side) -> Value:
    """What stands in a cell after its step; a source that left adds nothing any more."""
    if cell in two.terms:
        return two.terms[cell]
    source = cell[1].rpartition("/")[0] or cell[1]
    if one.adds(cell) and source not in two.sources:
        return Missing(State.NOT_OCCURRING, *cell)
    return one.terms[cell] if cell in one.terms else Missing(State.NOT_OCCURRING, *cell)
