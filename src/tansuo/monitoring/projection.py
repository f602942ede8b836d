"""The projector of monitoring: from entries to plans, readings, conflicts, quarantine and findings.

Entry types: `plan` (whose series are expected), `arrival` (what came), `correction` (a person's decision
about one reading, or a life event of a register), `redrive` (try the quarantine again under the plan of
today). An arrival is bound under the plan in force at its own index, so that a rebuild gives the same rows.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import cast

from sqlalchemy import Connection, insert, select, text, update

from tansuo.database.bulk import insert_rows
from tansuo.evidence.entry import PUBLIC, Entry
from tansuo.evidence.projection import Projection
from tansuo.monitoring import parse, plan, quarantine, tables
from tansuo.monitoring.acceptance import Noted, accept
from tansuo.monitoring.binding import Binder, Candidate, Origin, Refused
from tansuo.monitoring.correction import candidate_of, life_event_row
from tansuo.monitoring.frames import FramesSeen
from tansuo.monitoring.quality import STOPPED_WITH_VALUE, place_of
from tansuo.monitoring.reading import Measurement
from tansuo.monitoring.segments import closed_into
from tansuo.quantity.finding import Finding

Measure = Callable[[Connection, Entry], tuple[list[Measurement], list[Finding]]]
"""How the measurements of an arrival are read out of its raw bytes, with what was found wrong in them."""

CITY = "city"
_FOR_ALL = (CITY, PUBLIC)
_AT_ONCE = 60_000
_HOLD = text("LOCK TABLE reading IN ROW EXCLUSIVE MODE")


def project(connection: Connection, entries: Sequence[Entry], measure: Measure = parse.measurements) -> None:
    """Apply entries in order. Deterministic: no clock, no sequence, and batches make no difference."""
    # Held to the end, so that no day is closed while we look at what is in force.
    connection.execute(_HOLD)
    with _without_collector():
        for kind, run in groupby(entries, key=lambda entry: entry.type):
            if kind == "arrival":
                _arrivals(connection, run, measure)
            else:
                for entry in run:
                    _APPLY[kind](connection, entry)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the cycle collector: a batch makes hundreds of thousands of tuples and no cycle, and looking
    through them again and again costs half of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _plan(connection: Connection, entry: Entry) -> None:
    """Replace the organisation's plan. A line that changes what a series' stored integers depend on, or takes
    the series or a device's stream from another organisation, is left out with a finding."""
    table = tables.plan_line
    connection.execute(
        update(table)
        .where(table.c.org_id == entry.org, table.c.superseded_at.is_(None))
        .values(superseded_at=entry.index)
    )
    stated = cast("list[dict[str, object]]", entry.body["lines"])
    lines = [plan.line_from_json(body, entry.index) for body in stated]
    first = _first_lines(connection, [line.series for line in lines])
    taken = _taken_streams(connection, lines)
    rows, noted = [], []
    for line in lines:
        before = first.setdefault(line.series, line)
        changed = "org" if before.org != line.org else plan.changed_field(before, line)
        if changed:
            finding = Finding("monitoring.series_changed", {"series": line.series}, {"field": changed})
            noted.append(Noted(finding, entry.index, entry.org))
        elif any(plan.overlap(line, other) for other in taken.get(line.key, ())):
            params: dict[str, str | int] = {"device": line.device, "stream": line.stream}
            finding = Finding("monitoring.stream_taken", {"series": line.series}, params)
            noted.append(Noted(finding, entry.index, entry.org))
        else:
            rows.append(plan.line_row(line, entry.index))
    if rows:
        connection.execute(insert(table), rows)
    _note(connection, entry.index, noted)


def _first_lines(connection: Connection, series: Sequence[str]) -> dict[str, plan.PlanLine]:
    table = tables.plan_line
    query = select(table).where(table.c.series.in_(series)).order_by(table.c.entry.desc())
    return {row["series"]: plan.line_from_row(row) for row in connection.execute(query).mappings()}


def _taken_streams(
    connection: Connection, lines: Sequence[plan.PlanLine]
) -> dict[tuple[str, str, str], list[plan.PlanLine]]:
    """Lines in force of other organisations on the devices of `lines`, by stream. Files are not among them:
    each speaks for its own sender only."""
    table = tables.plan_line
    query = select(table).where(
        table.c.superseded_at.is_(None),
        table.c.channel != "file",
        table.c.device.in_({line.device for line in lines}),
    )
    taken: dict[tuple[str, str, str], list[plan.PlanLine]] = {}
    for row in connection.execute(query).mappings():
        other = plan.line_from_row(row)
        taken.setdefault(other.key, []).append(other)
    return taken


def _arrivals(connection: Connection, entries: Iterable[Entry], measure: Measure) -> None:
    binder = Binder(plan.lines(connection))
    frames = FramesSeen(connection)
    candidates: list[Candidate] = []
    held_back: list[tuple[object, ...]] = []
    noted: list[Noted] = []
    for entry in entries:
        found, findings = measure(connection, entry)
        noted.extend(Noted(finding, entry.index, CITY) for finding in findings)
        sender = None if entry.org in _FOR_ALL else entry.org
        origin = Origin(entry.index, entry.index, bool(entry.body.get("reason")), sender)
        fresh, changed = frames.fresh(found, entry.index)
        # Now, not at the end, where the parser of the next arrival may look up a split message's first packet.
        if frames.packets:
            frames.write()
        noted.extend(Noted(finding, entry.index, CITY) for finding in changed)
        refused = quarantine.Refusals(origin)
        round_ = binder.round()
        for place, one in fresh:
            bound = round_.bind(one, origin)
            if isinstance(bound, Refused):
                refused.add(place, one, bound)
            else:
                candidates.append(bound)
                noted.extend(_disowned(bound))
        held_back.extend(refused.rows)
        noted.extend(Noted(finding, entry.index, CITY) for finding in refused.findings())
        if len(candidates) >= _AT_ONCE:
            noted.extend(accept(connection, candidates))
            candidates = []
    noted.extend(accept(connection, candidates))
    frames.write()
    quarantine.write(connection, held_back)
    _note_all(connection, noted)


def _correction(connection: Connection, entry: Entry) -> None:
    if "life_event" in entry.body:
        table = tables.life_event
        row = life_event_row(entry)
        connection.execute(
            update(table)
            .where(table.c.series == row["series"], table.c.at == row["at"], table.c.superseded_at.is_(None))
            .values(superseded_at=entry.index)
        )
        connection.execute(insert(table), [row])
        return
    accept(connection, [candidate_of(entry)], decided=True)


def _redrive(connection: Connection, entry: Entry) -> None:
    binder = Binder(plan.lines(connection))
    candidates, done = [], []
    noted: list[Noted] = []
    rows = quarantine.waiting(connection, entry.body.get("device"), entry.body.get("stream"))
    for arrival, group in groupby(rows, key=lambda row: cast("int", row["arrival"])):
        round_ = binder.round()
        for row in group:
            origin = Origin(arrival, entry.index, row["reasoned"], row["sender"])
            bound = round_.bind(quarantine.measurement(row), origin)
            if isinstance(bound, Candidate):
                candidates.append(bound)
                done.append((arrival, row["place"]))
                noted.extend(_disowned(bound))
    quarantine.release(connection, done, entry.index)
    _note(connection, entry.index, [*noted, *accept(connection, candidates)])


def _disowned(one: Candidate) -> Iterator[Noted]:
    """Said for each: the number is nowhere else but in the raw frame."""
    if one.disowned is not None:
        where = place_of(one.series, one.start, one.arrival, one.record)
        finding = Finding(STOPPED_WITH_VALUE, where, {"value": one.disowned}, "warning")
        yield Noted(finding, one.entry, one.org)


def _note_all(connection: Connection, noted: Iterable[Noted]) -> None:
    by_entry: dict[int, list[Noted]] = {}
    for one in noted:
        by_entry.setdefault(one.entry, []).append(one)
    rows = [row for entry, group in by_entry.items() for row in _rows(entry, group)]
    if rows:
        insert_rows(connection, "monitoring_finding", _FINDING, rows)


def _note(connection: Connection, entry: int, noted: Sequence[Noted]) -> None:
    _note_all(connection, (one._replace(entry=entry) for one in noted))


_FINDING = ("entry", "place", "code", "severity", "series", "where_", "params", "org_id")


def _rows(entry: int, noted: Sequence[Noted]) -> Iterable[tuple[object, ...]]:
    for place, (finding, _, org) in enumerate(noted):
        series = finding.where.get("series")
        where, params = json.dumps(dict(finding.where)), json.dumps(dict(finding.params))
        yield (entry, place, finding.code, finding.severity, series, where, params, org)


_APPLY: dict[str, Callable[[Connection, Entry], None]] = {
    "plan": _plan,
    "correction": _correction,
    "redrive": _redrive,
}

PROJECTION = Projection(
    name="monitoring",
    tables=tables.PROJECTED,
    entry_types=frozenset({"arrival", *_APPLY}),
    apply=project,
    beside=("segment_day",),
    elsewhere={"reading": closed_into},
)
"""`segment_day` is emptied in a rebuild, which closes nothing; the live rows it points to are counted as rows
of `reading` when the two are compared."""
