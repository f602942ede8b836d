"""Two bases of one enterprise explained to the last tonne: source by source what each counts, and why it differs.

What a source adds to a total is the total of that source alone under the same formulas and factors. For sums of
products these parts add up to the total but for rounding; what is left over is said in a line of its own, so that
the lines always add up to the difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tansuo.accounting.binding import Bound, compiled
from tansuo.accounting.figure import Figure
from tansuo.accounting.methods_store import StoredMethod
from tansuo.methods.evaluate import Cell
from tansuo.methods.ladder import Chosen
from tansuo.methods.lineage import factors, leaves
from tansuo.methods.render import name
from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.state import Missing, State, Value

Why = Literal["boundary", "factor", "amount", "formula", "same"]
"""Counted on one side only; other factors; other amounts; the same of both in another formula; no difference."""


@dataclass(frozen=True, slots=True)
class FactorUsed:
    """A factor of a source on one side, with the rung it stands on; several values of months are a range of one."""

    symbol: str
    names: Mapping[str, str]
    chosen: Chosen


@dataclass(frozen=True, slots=True)
class Side:
    """What one basis counts of a source: tonnes (None: nothing known), amounts by term and unit, factors."""

    added: Decimal | None
    amounts: Mapping[str, tuple[Decimal | None, str]]
    factors: tuple[FactorUsed, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A source, what each side counts of it, the difference second minus first, and the reasons."""

    source: str
    names: Mapping[str, str]
    first: Side
    second: Side
    difference: Decimal
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Two totals and the lines between them; ``left`` is what rounding and joint terms leave over.

    ``difference`` is None where either total is not known; the lines then compare what is known.
    """

    first: Figure
    second: Figure
    lines: tuple[Line, ...]
    left: Decimal
    difference: Decimal | None


def like(first: StoredMethod, head: str, second: StoredMethod, other: str) -> tuple[str, str]:
    """Quantities of two methods in one unit: their totals, or what of the one in CO2e is CO2 alone."""
    pair = []
    units = {first.data.quantities[head].unit, second.data.quantities[other].unit}
    for method, total in ((first, head), (second, other)):
        made = method.data.quantities[total]
        if len(units) > 1 and made.unit != "t CO2":
            inner = [
                one.symbol
                for one in method.data.quantities.values()
                if one.unit == "t CO2" and not one.over and one.scope == made.scope
            ]
            total = inner[-1] if inner else total
        pair.append(total)
    return pair[0], pair[1]


def reconcile(first: Figure, second: Figure) -> Reconciliation:
    """Explain the difference of two figures of one subject and period under two methods.

    ValueError for a roll-up: of sums their parts are reconciled, each by itself.
    """
    if first.bound is None or second.bound is None:
        raise ValueError("a roll-up is reconciled part by part")
    sides = _sides(first), _sides(second)
    lines = []
    for source in sorted({*sides[0], *sides[1]}):
        one, two = (side.get(source, Side(None, {}, ())) for side in sides)
        gap = CONTEXT.subtract(two.added or Decimal(), one.added or Decimal())
        about = first.bound.sources.get(source) or second.bound.sources[source]
        names = {"zh": about.name_zh, "en": about.name_en}
        lines.append(Line(source, names, one, two, gap, _why(one, two, gap)))
    totals = [one.value if one.value is not None else one.partial or Decimal() for one in (first, second)]
    whole = CONTEXT.subtract(totals[1], totals[0])
    left = whole
    for line in lines:
        left = CONTEXT.subtract(left, line.difference)
    known = first.value is not None and second.value is not None
    return Reconciliation(first, second, tuple(lines), left, whole if known else None)


def _sides(figure: Figure) -> dict[str, Side]:
    bound = figure.bound
    assert bound is not None
    evaluation, result = bound.evaluation, figure.result_cell
    feeding = set(leaves(evaluation, result))
    taken = factors(evaluation, result)
    words = figure.method.words
    found = {}
    for source in bound.sources:
        own = [cell for cell, one in bound.activities.items() if cell in feeding and one.source == source]
        if not own:
            continue
        amounts: dict[str, tuple[Decimal | None, str]] = {}
        for cell in own:
            known, before = bound.activities[cell].known, amounts.get(cell[0], (None, ""))[0]
            total = known if before is None else before if known is None else CONTEXT.add(before, known)
            amounts[cell[0]] = (total, bound.activities[cell].unit)
        used: dict[tuple[str, str, Decimal], FactorUsed] = {}
        for (symbol, place), chosen in taken.items():
            if place == source or place.startswith(f"{source}/"):
                both = {language: name(symbol, language, words) for language in ("zh", "en")}
                used.setdefault((symbol, chosen.factor_id, chosen.value), FactorUsed(symbol, both, chosen))
        found[source] = Side(_alone(bound, result, own), amounts, tuple(used.values()))
    return found


def _alone(bound: Bound, result: Cell, own: Sequence[Cell]) -> Decimal | None:
    """The total with nothing but the known amounts of one source; None where nothing of it is known."""
    if all(bound.activities[cell].known is None for cell in own):
        return None
    program = compiled(bound.method).program(bound.inputs.shape, bound.options)
    kept = set(own)
    values: list[Value] = []
    for cell in program.inputs:
        one = bound.activities.get(cell)
        if one is None:
            values.append(bound.evaluation.terms[cell])
        elif cell in kept and one.known is not None:
            values.append(one.known)
        else:
            values.append(Missing(State.NOT_OCCURRING, *cell))
    made = program.run(values)[program.outputs.index(result)]
    return None if isinstance(made, Missing) else made


def _why(one: Side, two: Side, gap: Decimal) -> tuple[Why, ...]:
    if gap == 0:
        return ("same",)
    if one.added is None or two.added is None:
        return ("boundary",)
    why: list[Why] = []
    if sorted(str(value) for value, _ in one.amounts.values()) != sorted(
        str(value) for value, _ in two.amounts.values()
    ):
        why.append("amount")
    if {item.chosen.value.normalize() for item in one.factors} != {
        item.chosen.value.normalize() for item in two.factors
    }:
        why.append("factor")
    return tuple(why) or ("formula",)
