"""Readings one by one: a day's cells with everything ever said of them, the latest ones, plausibility."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import ARRAY, BigInteger, Connection, Row, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from tansuo.evidence.as_of import visible
from tansuo.monitoring import plan, tables
from tansuo.monitoring.grid import cell_end, civil_day, day_bounds, instant
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.quality import STOPPED, STOPPED_WITH_VALUE, has_limits, place_of, plausibility
from tansuo.monitoring.reading import Reading, Version
from tansuo.monitoring.registers import Count, differences, life_events
from tansuo.monitoring.segment_file import Location, read
from tansuo.monitoring.segment_row import unfold
from tansuo.monitoring.tally import NOW
from tansuo.quantity.decimals import unscaled
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance, State

_NAMED = (bindparam("series", type_=ARRAY(Text)), bindparam("size", type_=BigInteger))
_LATEST = text(
    "SELECT newest.* FROM unnest(:series) AS wanted(series) CROSS JOIN LATERAL (SELECT * FROM reading"
    " WHERE reading.series = wanted.series AND entry + 0 < :size"
    " AND (superseded_at IS NULL OR superseded_at >= :size) ORDER BY start DESC LIMIT 1) AS newest"
).bindparams(*_NAMED)
_LATEST_CLOSED = text(
    "SELECT newest.* FROM unnest(:series) AS wanted(series) CROSS JOIN LATERAL"
    " (SELECT file, row_group, row_in_group FROM segment_day WHERE segment_day.series = wanted.series"
    " AND from_entry < :size AND reopened_at IS NULL ORDER BY day DESC LIMIT 1) AS newest"
).bindparams(*_NAMED)


def line_of(connection: Connection, series: str, as_of: int | None = None) -> PlanLine:
    """The newest plan line of a series that a ledger size knows; FindingError `monitoring.unknown_series`."""
    table = tables.plan_line
    query = (
        select(table)
        .where(table.c.series == series)
        .order_by(table.c.entry.desc(), table.c.valid_from.desc())
    )
    if as_of is not None:
        query = query.where(table.c.entry < as_of)
    row = connection.execute(query.limit(1)).mappings().one_or_none()
    if row is None:
        raise FindingError(Finding("monitoring.unknown_series", {"series": series}, {"series": series}))
    return plan.line_from_row(row)


def _lines_of(connection: Connection, series: Iterable[str], as_of: int | None) -> dict[str, PlanLine]:
    """`line_of` of many series with one statement; a series in no plan is not there."""
    table = tables.plan_line
    query = (
        select(table)
        .ext(distinct_on(table.c.series))
        .where(table.c.series.in_(sorted(series)))
        .order_by(table.c.series, table.c.entry.desc(), table.c.valid_from.desc())
    )
    if as_of is not None:
        query = query.where(table.c.entry < as_of)
    return {row["series"]: plan.line_from_row(row) for row in connection.execute(query).mappings()}


def versions(connection: Connection, series: str, first: date, last: date) -> list[Version]:
    """Every accepted version of the civil days [first, last), open and closed, by start and revision."""
    return versions_of(connection, [series], first, last)[series]


def versions_of(
    connection: Connection, series: Sequence[str], first: date, last: date
) -> dict[str, list[Version]]:
    """`versions` of many series with two statements, and every row group they lie in decoded once."""
    table, manifest = tables.reading, tables.segment_day
    open_days = select(table).where(table.c.series.in_(series), table.c.day >= first, table.c.day < last)
    closed_days = select(manifest.c.file, manifest.c.row_group, manifest.c.row_in_group).where(
        manifest.c.series.in_(series),
        manifest.c.day >= first,
        manifest.c.day < last,
        manifest.c.reopened_at.is_(None),
    )
    places = [Location(*row) for row in connection.execute(closed_days)]
    found: dict[str, list[Version]] = {one: [] for one in series}
    for row in connection.execute(open_days):
        found[row.series].append(_version(row))
    for _, stored in read(places):
        for version in unfold(stored):
            found[version.series].append(version)
    return {name: sorted(those, key=lambda one: (one.start, one.revision)) for name, those in found.items()}


def readings(
    connection: Connection, series: str, first: date, last: date, as_of: int | None = None
) -> list[Reading]:
    """The readings of civil days [first, last) of the series' zone, in time order, as known at a ledger size.

    One for each time of which anything was known; absent cells are not there (a PeriodSum names them).
    Earlier versions and conflicts known by then hang on each. FindingError `monitoring.unknown_series`.
    """
    size = NOW if as_of is None else as_of
    line = line_of(connection, series, as_of)
    table = tables.reading_conflict
    query = select(table).where(
        visible(table, as_of), table.c.series == series, table.c.day >= first, table.c.day < last
    )
    disputed: dict[int, list[Reading]] = {}
    for row in connection.execute(query.order_by(table.c.start, table.c.entry, table.c.record)):
        disputed.setdefault(row.start, []).append(_reading(line, _version(row)))
    earlier: dict[int, list[Reading]] = {}
    found: list[Reading] = []
    for version in versions(connection, series, first, last):
        if version.in_force(size):
            before, others = earlier.get(version.start, ()), disputed.get(version.start, ())
            found.append(_reading(line, version, before, others))
        elif version.entry < size:
            earlier.setdefault(version.start, []).append(_reading(line, version))
    return found


def day_readings(connection: Connection, series: str, day: date, as_of: int | None = None) -> list[Reading]:
    """The readings of one civil day; see `readings`."""
    return readings(connection, series, day, day + timedelta(days=1), as_of)


def latest(connection: Connection, series: Sequence[str], as_of: int | None = None) -> dict[str, Reading]:
    """The youngest reading in force of each series that has one, whatever its state."""
    size = NOW if as_of is None else as_of
    parameters = {"series": list(series), "size": size}
    found = [_version(row) for row in connection.execute(_LATEST, parameters)]
    places = [Location(*row) for row in connection.execute(_LATEST_CLOSED, parameters)]
    for _, stored in read(places):
        found += [version for version in unfold(stored) if version.in_force(size)]
    newest: dict[str, Version] = {}
    for version in found:
        if version.series not in newest or newest[version.series].start < version.start:
            newest[version.series] = version
    lines = _lines_of(connection, newest, as_of)
    return {name: _reading(lines[name], one) for name, one in newest.items()}


def check(connection: Connection, line: PlanLine, period: Period, as_of: int | None = None) -> list[Finding]:
    """Plausibility findings on a line's readings in force over a period (see quality.plausibility),
    `monitoring.stopped_with_value` for amounts that came with the mark of a stopped source, as long as nobody
    has decided on them, and `monitoring.register_decreased` for a register that fell without a declared life
    event."""
    return checks(connection, [line], [period], as_of)


def checks(
    connection: Connection, lines: Sequence[PlanLine], periods: Sequence[Period], as_of: int | None = None
) -> list[Finding]:
    """`check` of every line over every period, by line, then period; the readings of all are read at once."""
    size = NOW if as_of is None else as_of
    lines = _with_rules(connection, lines)
    if not lines or not periods:
        return []
    first, last = min(one.start for one in periods), max(one.end for one in periods)
    known = versions_of(connection, sorted({line.series for line in lines}), first, last)
    findings: list[Finding] = []
    for line in lines:
        for period in periods:
            start, end = (day_bounds(line.zone, day)[0] for day in (period.start, period.end))
            found = [one for one in known[line.series] if start <= one.start < end and one.in_force(size)]
            findings += _judged(connection, line, found, as_of)
    return findings


def _with_rules(connection: Connection, lines: Sequence[PlanLine]) -> list[PlanLine]:
    """The lines of which `checks` could say anything at all; the readings of others need not be looked at."""
    table = tables.monitoring_finding
    query = select(table.c.series).where(
        table.c.code == STOPPED_WITH_VALUE, table.c.series.in_({line.series for line in lines})
    )
    noted = set(connection.execute(query.distinct()).scalars()) if lines else set()
    return [one for one in lines if one.form == "register" or has_limits(one) or one.series in noted]


def _judged(
    connection: Connection, line: PlanLine, found: Sequence[Version], as_of: int | None
) -> list[Finding]:
    """What is to be said of the readings in force of a line over one period."""
    findings = [*_disowned(connection, found), *plausibility(line, found)]
    if line.form == "register":
        counts = [
            Count(one.start, one.value, one.provenance, one.entry) for one in found if one.value is not None
        ]
        events = life_events(connection, [line.series], as_of).get(line.series, ())
        findings += [
            Finding(
                "monitoring.register_decreased",
                {"series": line.series, "time": instant(one.end).isoformat()},
                {"since": instant(one.start).isoformat()},
            )
            for one in differences(counts, events)
            if one.amount is None
        ]
    return findings


def _disowned(connection: Connection, found: Sequence[Version]) -> list[Finding]:
    """What was noted of the holes among `found` that an amount marked "stopped" has left."""
    holes = [one for one in found if one.state is State.MISSING and one.flag == STOPPED]
    if not holes:
        return []
    table = tables.monitoring_finding
    query = (
        select(table.c.where_, table.c.params)
        .where(
            table.c.series == holes[0].series,
            table.c.code == STOPPED_WITH_VALUE,
            table.c.entry.in_({one.entry for one in holes}),
        )
        .order_by(table.c.entry, table.c.place)
    )
    places = [place_of(one.series, one.start, one.arrival, one.record) for one in holes]
    noted = {tuple(row.where_[name] for name in places[0]): row for row in connection.execute(query)}
    rows = [noted[key] for key in (tuple(place.values()) for place in places) if key in noted]
    return [Finding(STOPPED_WITH_VALUE, row.where_, row.params, "warning") for row in rows]


def _version(row: Row[tuple[object, ...]]) -> Version:
    values = row._mapping
    return Version(
        series=values["series"],
        start=values["start"],
        value=values["value"],
        state=State(values["state"]),
        provenance=Provenance(values["provenance"]),
        flag=values["flag"],
        synthetic=values["synthetic"],
        arrival=values["arrival"],
        record=values["record"],
        revision=values["revision"],
        entry=values["entry"],
        superseded_at=values["superseded_at"],
        org=values["org_id"],
    )


def _reading(
    line: PlanLine, one: Version, earlier: Iterable[Reading] = (), disputed: Iterable[Reading] = ()
) -> Reading:
    start = instant(one.start)
    end = instant(cell_end(line, one.start, civil_day(line.zone, one.start)))
    return Reading(
        time_utc=end if line.label == "end" else start,
        start=start,
        end=end,
        value=None if one.value is None else unscaled(one.value, line.decimals),
        state=one.state,
        provenance=one.provenance,
        flag=one.flag,
        entry=one.entry,
        arrival=one.arrival,
        record=one.record,
        synthetic=one.synthetic,
        superseded=tuple(earlier),
        conflicts=tuple(disputed),
    )
