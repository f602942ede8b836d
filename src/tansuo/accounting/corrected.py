"""Corrected values 更正值: what a figure's period holds that replaced another value, with both versions and the people.

A reading is corrected by a correction (one person asks, another confirms) or by a file that came with a reason; a
statement by a later one of the same name. Late data that fill a hole correct nothing. docs/decisions/0002 says why
both versions stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ARRAY, Connection, Text, bindparam, select, text

from tansuo.accounting.figure import Figure
from tansuo.evidence import ledger
from tansuo.evidence.entry import Entry, read_entry
from tansuo.evidence.tables import entry as entries
from tansuo.methods.lineage import leaves
from tansuo.monitoring import plan
from tansuo.monitoring.grid import civil_day
from tansuo.monitoring.lookup import versions_of
from tansuo.monitoring.reading import Version
from tansuo.quantity.decimals import plain, unscaled
from tansuo.quantity.period import Period
from tansuo.quantity.state import State
from tansuo.registry.statement import Statement

_REVISED = text(
    "SELECT series, day FROM reading WHERE series = ANY(:series) AND revision > 0"
    " UNION SELECT series, day FROM segment_day WHERE series = ANY(:series) AND revised > 0"
    " AND reopened_at IS NULL"
).bindparams(bindparam("series", type_=ARRAY(Text)))

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Corrected:
    """One value that replaced another. ``what``: the series, or indicator and subject of a statement; ``at``: the
    instant of the reading in UTC, or the statement's period; ``day``: the reading's civil day, None of a statement.
    ``before`` is "" and ``before_entry`` None where nothing stood; ``second_by`` is "" where nobody confirmed.
    ``versions``: of a reading the version that stood, if any, and the one that replaced it."""

    what: str
    at: str
    day: date | None
    before: str
    after: str
    unit: str
    reason: str
    by: str
    second_by: str
    recorded_ms: int
    before_entry: int | None
    entry: int
    versions: tuple[Version | None, Version] | None = None

    @property
    def people(self) -> str:
        """Who corrected, and who confirmed."""
        return f"{self.by} + {self.second_by}" if self.second_by else self.by


def corrected(connection: Connection, figure: Figure, as_of: int | None = None) -> list[Corrected]:
    """Every corrected value of the series, days and statements that ``figure`` rests on, known at a log size.

    In the order of their entries. One of an entry at or above ``figure.as_of`` is not in the figure: it was
    corrected afterwards.
    """
    size = ledger.size(connection) if as_of is None else as_of
    spans: dict[str, Span] = {}
    said: set[str] = set()
    for leaf in _leaves(figure):
        series, statements = _rests_on(leaf)
        period = Period.parse(leaf.cell.period)
        for one in series:
            first, last = spans.get(one, (period.start, period.end))
            spans[one] = min(first, period.start), max(last, period.end)
        said.update(one.key for one in statements)
    found = [*_readings(connection, spans, size), *_statements(connection, said, size)]
    return sorted(found, key=lambda one: (one.entry, one.what, one.at))


def _leaves(figure: Figure) -> Iterator[Figure]:
    """The figures below that have sources of their own."""
    if figure.bound is not None:
        yield figure
    for child in figure.children:
        for one in child.figures:
            yield from _leaves(one)


def _rests_on(figure: Figure) -> tuple[set[str], list[Statement]]:
    """The series and the statements that a figure was computed from."""
    bound, evaluation = figure.bound, figure.evaluation
    assert bound is not None
    feeding = set(leaves(evaluation, figure.result_cell))
    activities = [one for cell, one in bound.activities.items() if cell in feeding]
    statements = [one.statement for one in activities if one.statement is not None]
    symbols = {symbol for symbol, _ in feeding}
    for local in bound.locals:
        if local.value.symbol in symbols:
            tested = local.tested.analyses if local.tested is not None else ()
            statements += [local.statement, *(said for one in tested for said in one.statements)]
    return {item.series for one in activities for item in one.sums}, statements


def _readings(connection: Connection, spans: Mapping[str, Span], size: int) -> Iterator[Corrected]:
    if not spans:
        return
    units = {line.series: line for line in plan.lines(connection) if line.series in spans}
    stated = _stated(connection, spans, size)
    days = {(str(one.body["series"]), date.fromisoformat(str(one.body["day"]))) for one in stated.values()}
    days.update((series, day) for series, day in connection.execute(_REVISED, {"series": list(spans)}))
    wanted: dict[str, set[date]] = {}
    for series, day in days:
        if spans[series][0] <= day < spans[series][1]:
            wanted.setdefault(series, set()).add(day)
    pairs = [
        pair
        for series in sorted(wanted)
        for first, last in _runs(sorted(wanted[series]))
        for pair in _replaced(versions_of(connection, [series], first, last)[series], stated)
        if pair[1].entry < size
    ]
    known = {**ledger.get_many(connection, {new.entry for _, new in pairs} - stated.keys()), **stated}
    for old, new in pairs:
        line, by = units[new.series], known.get(new.entry)
        if by is None:
            continue
        at = datetime.fromtimestamp(new.start, UTC).isoformat()
        made = _corrected(
            by, new.series, at, civil_day(line.zone, new.start), "" if old is None else _text(old, line.decimals),
            _text(new, line.decimals), line.unit, None if old is None else old.entry,
        )  # fmt: skip
        yield replace(made, versions=(old, new))


def _stated(connection: Connection, spans: Mapping[str, Span], size: int) -> dict[int, Entry]:
    """The corrections of readings of these series, by entry."""
    query = select(entries.c.index, entries.c.data).where(
        entries.c.type == "correction", entries.c.subject.startswith("reading/"), entries.c.index < size
    )
    found = [read_entry(index, bytes(data)) for index, data in connection.execute(query)]
    return {one.index: one for one in found if one.body["series"] in spans}


def _runs(days: Sequence[date]) -> Iterator[Span]:
    """Days side by side as spans [first, last)."""
    start = days[0]
    for one, following in pairwise([*days, date.max]):
        if following - one > timedelta(days=1):
            yield start, one + timedelta(days=1)
            start = following


def _replaced(
    versions: Sequence[Version], stated: Mapping[int, Entry]
) -> Iterator[tuple[Version | None, Version]]:
    """Each version that corrects something, after the one it replaced; ``versions`` by start and revision."""
    before: Version | None = None
    for one in versions:
        old = before if before is not None and before.start == one.start else None
        if one.entry in stated or (old is not None and old.state is not State.MISSING):
            yield old, one
        before = one


def _text(one: Version, decimals: int) -> str:
    return one.state.value if one.value is None else plain(unscaled(one.value, decimals))


def _statements(connection: Connection, keys: Iterable[str], size: int) -> Iterator[Corrected]:
    """Statements that replaced others of the same name and say something else."""
    chosen = sorted(keys)
    twice = (
        select(entries.c.subject)
        .where(entries.c.subject.in_(chosen))
        .group_by(entries.c.subject)
        .having(text("count(*) > 1"))
    )
    for key in sorted(connection.execute(twice).scalars()) if chosen else ():
        known = [one for one in ledger.history(connection, key) if one.index < size]
        for old, new in pairwise(known):
            before, after = (_stated_value(one.body) for one in (old, new))
            if before != after:
                body: Mapping[str, Any] = new.body
                what, unit = f"{body['indicator']} {body['subject']}", str(body["unit"])
                yield _corrected(new, what, str(body["period"]), None, before, after, unit, old.index)


def _stated_value(body: Mapping[str, object]) -> str:
    return str(body["state"] if body["value"] is None else body["value"])


def _corrected(
    by: Entry, what: str, at: str, day: date | None, before: str, after: str, unit: str, old: int | None
) -> Corrected:
    # A file carries the reason of its sender in its body.
    reason, second = (by.why or by.body).get("reason"), by.body.get("second_by")
    return Corrected(
        what, at, day, before, after, unit, str(reason or ""), by.by.id,
        second if isinstance(second, str) else "", by.recorded_ms, old, by.index,
    )  # fmt: skip
