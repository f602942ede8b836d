"""Drill-down: from a figure to its formula with values, to factors and series, to a day's readings.

Three clicks: the figure (formula, worked lines, factors with citation, amounts by source and month), a month
of a source by days, a day by readings. The last click, from a reading to the bytes, is ``accounting.raw``.
Everything is read as of the figure's log size, so that an old receipt shows what was known then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from tansuo.accounting.activity_data import Activity
from tansuo.accounting.binding import Bound, compiled
from tansuo.accounting.completeness import CellState, cell_state
from tansuo.accounting.figure import Figure
from tansuo.accounting.tested import Tested
from tansuo.accounting.wording import refuse
from tansuo.accounting.working import steps
from tansuo.methods.evaluate import Cell
from tansuo.methods.expression import Node
from tansuo.methods.ladder import OVERRIDE, Chosen
from tansuo.methods.lineage import children, factors, leaves
from tansuo.methods.render import name, text, worked_line
from tansuo.monitoring.amounts import amount
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.reading import PeriodSum, Reading
from tansuo.monitoring.series import curve, day_readings, line_of
from tansuo.quantity.decimals import CONTEXT, scaled
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, State, Value
from tansuo.quantity.unit import convert
from tansuo.registry.statement import Statement


@dataclass(frozen=True, slots=True)
class Step:
    """One quantity on the way to a figure: its formula, the same with numbers, and what it is made of.

    ``formula`` is in symbols, ``expression`` the tree for mathematics; ``worked`` by language. ``parts`` are
    the cells of terms and quantities that the formula names.
    """

    cell: Cell
    names: Mapping[str, str]
    formula: str
    expression: Node
    worked: Mapping[str, str]
    value: Value
    unit: str
    clause: str
    parts: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class FactorUse:
    """A factor as it was taken: which rung of the ladder, from which source, for which cells.

    ``title`` is the source's title by language; ``statement`` the firm's own statement behind a local value,
    ``tested`` the laboratory results it was worked out from. What an override replaced is in ``chosen.instead_of``.
    """

    symbol: str
    names: Mapping[str, str]
    chosen: Chosen
    cells: tuple[str, ...]
    title: Mapping[str, str]
    statement: Statement | None
    tested: Tested | None = None

    @property
    def reason(self) -> str:
        """Why an operator replaced a default; "" for any other factor."""
        detail = self.statement.detail if self.statement is not None else None
        return str(detail.get("reason", "")) if detail else ""


@dataclass(frozen=True, slots=True)
class Amount:
    """One activity of one source and month, and how complete it is."""

    activity: Activity
    names: Mapping[str, str]
    source_names: Mapping[str, str]
    state: CellState


@dataclass(frozen=True, slots=True)
class ReadingShare:
    """A reading, the amount it gives in the activity's unit, and what the figure would be of it alone.

    ``amount`` and ``alone`` are None where the reading has no value, or its series is a register (whose
    amounts are differences of readings).
    """

    reading: Reading
    amount: Decimal | None
    alone: Decimal | None


def steps_of(figure: Figure) -> list[Step]:
    """The quantities a figure is made of, parts before wholes, itself last; [] for a roll-up."""
    if figure.bound is None:
        return []
    evaluation, words = figure.evaluation, figure.method.words
    found = []
    for cell in steps(figure):
        quantity = evaluation.method.quantities[cell[0]]
        found.append(
            Step(
                cell=cell,
                names=_names(cell[0], words),
                formula=f"{cell[0]} = {text(quantity.expression)}",
                expression=quantity.expression,
                worked={
                    "zh": worked_line(evaluation, *cell, language="zh"),
                    "en": worked_line(evaluation, *cell, language="en"),
                },
                value=evaluation.quantities[cell],
                unit=quantity.unit,
                clause=quantity.clause,
                parts=children(evaluation.document, evaluation.inputs.shape, cell, evaluation.taken),
            )
        )
    return found


def factors_of(figure: Figure) -> list[FactorUse]:
    """The factors a figure rests on, each once with the cells it was taken for; [] for a roll-up."""
    bound = figure.bound
    if bound is None:
        return []
    given = {one.key: one for one in bound.locals}
    grouped: dict[tuple[str, str, str], list[tuple[str, Chosen]]] = {}
    for (symbol, place), chosen in factors(figure.evaluation, figure.result_cell).items():
        grouped.setdefault((symbol, chosen.factor_id, chosen.rung), []).append((place, chosen))
    sources: Mapping[str, Mapping[str, Any]] = figure.method.words.get("sources", {})
    found = []
    for (symbol, _, rung), uses in grouped.items():
        local = given.get((symbol, uses[0][0], rung)) if uses[0][1].status in ("local", OVERRIDE) else None
        found.append(
            FactorUse(
                symbol=symbol,
                names=_names(symbol, figure.method.words),
                chosen=uses[0][1],
                cells=tuple(place for place, _ in uses),
                title=_title(sources.get(uses[0][1].source, {}), uses[0][1]),
                statement=local.statement if local else None,
                tested=local.tested if local else None,
            )
        )
    return found


def amounts_of(figure: Figure) -> list[Amount]:
    """The activity amounts a figure rests on, by source and month; [] for a roll-up."""
    bound = figure.bound
    if bound is None:
        return []
    feeding = set(leaves(bound.evaluation, figure.result_cell))
    return [
        Amount(
            activity=one,
            names=_names(one.term, figure.method.words),
            source_names={
                "zh": bound.sources[one.source].name_zh,
                "en": bound.sources[one.source].name_en,
            },
            state=cell_state(one),
        )
        for cell, one in bound.activities.items()
        if cell in feeding
    ]


def month_by_days(connection: Connection, figure: Figure, series: str, month: str) -> list[PeriodSum]:
    """The daily sums of a series that a figure rests on, for one month, as known at the figure's size."""
    period = Period.parse(month)
    return curve(connection, series, period.start, period.end, figure.as_of)


def day_by_readings(connection: Connection, figure: Figure, series: str, day: date) -> list[ReadingShare]:
    """The readings of a civil day of a series, each with the amount it gives and the figure of it alone.

    ``alone`` is the figure's own formula, with the factors of that month, over this one reading: for a sum of
    products these add up to the figure, but for rounding. FindingError ``accounting.not_its_series`` for a
    series the figure does not rest on.
    """
    bound = figure.bound
    cell = _activity_of(figure, series, day)
    if bound is None or cell is None:
        raise refuse("not_its_series", series=series, cell=str(figure.cell))
    line = line_of(connection, series, figure.as_of)
    readings = day_readings(connection, series, day, figure.as_of)
    given = [_amount(line, one, bound.activities[cell]) for one in readings]
    alone = _alone(bound, figure.result_cell, cell, given)
    return [
        ReadingShare(reading, number, part)
        for reading, number, part in zip(readings, given, alone, strict=True)
    ]


def _activity_of(figure: Figure, series: str, day: date) -> Cell | None:
    month = Period.of_month(day.year, day.month).text
    for one in amounts_of(figure):
        if one.activity.month == month and any(part.series == series for part in one.activity.sums):
            return one.activity.cell
    return None


def _amount(line: PlanLine, reading: Reading, activity: Activity) -> Decimal | None:
    if reading.value is None or line.form == "register":
        return None
    given = amount(line, scaled(reading.value, line.decimals))
    there = convert(given, line.amount_unit, activity.unit)
    return there if activity.share == 1 else CONTEXT.multiply(there, activity.share)


def _alone(bound: Bound, result: Cell, cell: Cell, given: Sequence[Decimal | None]) -> list[Decimal | None]:
    """The result with nothing but one amount in ``cell``, for each amount."""
    if bound.method.data.quantities[result[0]].additivity != "flow":
        return [None for _ in given]
    program = compiled(bound.method).program(bound.inputs.shape, bound.options)
    terms = bound.evaluation.terms
    values: list[Value] = [
        Missing(State.NOT_OCCURRING, *one) if one in bound.activities else terms[one]
        for one in program.inputs
    ]
    at, out = program.inputs.index(cell), program.outputs.index(result)
    found: list[Decimal | None] = []
    for number in given:
        if number is None:
            found.append(None)
            continue
        values[at] = number
        value = program.run(values)[out]
        found.append(None if isinstance(value, Missing) else value)
    return found


def _names(symbol: str, words: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": name(symbol, "zh", words), "en": name(symbol, "en", words)}


def _title(words: Mapping[str, Any], chosen: Chosen) -> dict[str, str]:
    """The title of a factor's source in both languages; of a local value the citation itself."""
    return {lang: str(words.get(f"title_{lang}", chosen.citation)) for lang in ("zh", "en")}
