"""Activity data 活动数据: what was burnt and bought, by source and month, in the unit the method asks for.

The monitoring plan says which authoritative series measure an activity of a source; their sums over the
plan's grid are converted to the term's unit. Where a series has holes the amount is Missing and the known
part is kept beside it. Nothing is filled in here.

An amount that nobody meters (clinker by stock-taking, output, raw material bought) is a statement of the source
with the indicator ``activity.<indicator>`` for exactly that month. It counts where the plan has no authoritative
series for the activity on any day of the month: a quantity has one stream, and a statement never mends a meter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from tansuo.accounting.holdings import Span
from tansuo.methods.term import Declared
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.reading import PeriodSum
from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State, Value
from tansuo.quantity.unit import compatible, convert
from tansuo.registry.statement import Statement, highest

LineMonth = tuple[str, date, str]
"""A plan line (series and first day) and the text of a month."""

Sums = Mapping[LineMonth, PeriodSum]

PREFIX = "activity."
"""Indicators of statements that say an amount: ``activity.clinker_production``."""


@dataclass(frozen=True, slots=True)
class Activity:
    """The amount of one activity of one source in one month.

    ``value`` in ``unit``: a Decimal when every series is complete, else a Missing that says why. ``known`` is
    the amount that is there (None where nothing is); ``by_provenance`` adds up to it. ``share`` is the part
    of the source that counts for the subject. ``sums`` are the series it was made from, in their own units.
    ``unplanned`` are spans of days [first, last) on which the source belongs to the subject and no series of
    the plan is valid: nobody said then what was to be measured, so the month cannot be complete. ``statement`` is
    the one that says the amount where no series measures it.
    """

    term: str
    source: str
    month: str
    unit: str
    value: Value
    known: Decimal | None
    by_provenance: Mapping[Provenance, Decimal] = field(default_factory=dict)
    sums: tuple[PeriodSum, ...] = ()
    share: Decimal = Decimal(1)
    synthetic: bool = False
    unplanned: tuple[tuple[date, date], ...] = ()
    statement: Statement | None = None

    @property
    def cell(self) -> tuple[str, str]:
        """Symbol and ``source/month``, as the evaluator names the cell."""
        return self.term, f"{self.source}/{self.month}"


def lines_for(term: Declared, source: str, lines: Sequence[PlanLine], month: Period) -> list[PlanLine]:
    """The authoritative plan lines that measure ``term`` of ``source`` on some day of ``month``."""
    return [
        line
        for line in lines
        if line.source == source
        and line.indicator == term.indicator
        and line.authoritative
        and line.valid_from < month.end
        and (line.valid_to is None or line.valid_to > month.start)
    ]


def activity(
    term: Declared,
    source: str,
    month: Period,
    lines: Sequence[PlanLine],
    sums: Sums,
    held: Sequence[Span],
    said: Sequence[Statement] = (),
) -> Activity:
    """The amount of ``term`` for ``source`` in ``month`` from the sums of its series.

    ``held``: the spans of the month in which the source belongs to the subject (``Holding.counted``). None at
    all: nothing is added and nothing is missing. Without a series in the plan the amount is what a statement of
    ``said`` (all of the source) states of it; without either it is missing.
    """
    cell = f"{source}/{month.text}"

    def absent(state: State, what: str = term.symbol) -> Activity:
        return Activity(term.symbol, source, month.text, term.unit, Missing(state, what, cell), None)

    if not held:
        return absent(State.NOT_OCCURRING)
    here = lines_for(term, source, lines, month)
    statement = None if here else declared(term, source, month, said)
    if not here and statement is None:
        return absent(State.MISSING)
    units = [line.amount_unit for line in here] if statement is None else [statement.unit]
    if any(not compatible(unit, term.unit) for unit in units):
        return absent(State.MISSING, f"{term.symbol} (unit)")
    shares = [one.share for one in held if one.share is not None]
    if len(shares) < len(held):
        return absent(State.MISSING, f"{term.symbol} (share)")
    if statement is not None:
        return _stated(term, source, month, statement, sum(shares, Decimal()))
    found = tuple(sums[line.series, line.valid_from, month.text] for line in here)
    made = _joined(term, source, month, found, sum(shares, Decimal()))
    gaps = _unplanned(month, here, held)
    if not gaps:
        return made
    return replace(made, unplanned=gaps, value=Missing(State.MISSING, f"{term.symbol} (plan)", cell))


def declared(term: Declared, source: str, month: Period, said: Sequence[Statement]) -> Statement | None:
    """Of statements about one source the one that says ``term`` of ``month``: highest stage, then latest entry."""
    wanted = PREFIX + (term.indicator or term.symbol)
    return highest(
        [one for one in said if (one.subject, one.indicator, one.period) == (source, wanted, month.text)]
    )


def _stated(term: Declared, source: str, month: Period, one: Statement, share: Decimal) -> Activity:
    """The amount a statement says: a number of its own provenance, or the state it gives instead of one."""
    usual = {"share": share, "synthetic": one.synthetic, "statement": one}
    if one.value is None:
        value = Missing(one.state, term.symbol, f"{source}/{month.text}")
        return Activity(term.symbol, source, month.text, term.unit, value, None, **usual)  # type: ignore[arg-type]
    amount = _in(term.unit, one.value, one.unit, share)
    kinds = {one.provenance: amount}
    return Activity(term.symbol, source, month.text, term.unit, amount, amount, kinds, **usual)  # type: ignore[arg-type]


def _unplanned(
    month: Period, lines: Sequence[PlanLine], held: Sequence[Span]
) -> tuple[tuple[date, date], ...]:
    """Spans of days on which the source is held and no line is valid."""
    gaps: list[tuple[date, date]] = []
    for day in month.days():
        if any(line.covers(day) for line in lines) or not any(one.covers(day) for one in held):
            continue
        if gaps and gaps[-1][1] == day:
            gaps[-1] = (gaps[-1][0], day + timedelta(days=1))
        else:
            gaps.append((day, day + timedelta(days=1)))
    return tuple(gaps)


def _joined(
    term: Declared, source: str, month: Period, sums: tuple[PeriodSum, ...], share: Decimal
) -> Activity:
    value: Value | None = None
    known: Decimal | None = None
    kinds: dict[Provenance, Decimal] = {}
    for one in sums:
        whole = one.value()
        if isinstance(whole, Missing):
            part: Value = Missing(whole.state, term.symbol, f"{source}/{month.text}")
        else:
            part = _in(term.unit, whole, one.unit, share)
        value = part if value is None else _add(value, part)
        if one.partial is not None:
            here = _in(term.unit, one.partial, one.unit, share)
            known = here if known is None else CONTEXT.add(known, here)
        for kind, amount in one.by_provenance.items():
            kinds[kind] = CONTEXT.add(kinds.get(kind, Decimal()), _in(term.unit, amount, one.unit, share))
    assert value is not None
    synthetic = any(one.synthetic for one in sums)
    return Activity(term.symbol, source, month.text, term.unit, value, known, kinds, sums, share, synthetic)


def _add(one: Value, other: Value) -> Value:
    """A sum over the series of one activity: states that add nothing are passed over, a hole is not."""
    if isinstance(one, Missing) and isinstance(other, Missing):
        return Missing.of((one, other))
    if isinstance(one, Missing) or isinstance(other, Missing):
        absent, present = (one, other) if isinstance(one, Missing) else (other, one)
        assert isinstance(absent, Missing)
        return present if absent.state.adds_nothing else absent
    return CONTEXT.add(one, other)


def _in(unit: str, value: Decimal, source_unit: str, share: Decimal) -> Decimal:
    """``value`` in ``unit``, times the share; exact where the share is one."""
    there = convert(value, source_unit, unit)
    return there if share == 1 else CONTEXT.multiply(there, share)
