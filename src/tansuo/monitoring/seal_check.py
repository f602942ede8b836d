"""Checking seals: every one is made again from the readings as of its size and compared, series by series."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from tansuo.evidence import ledger
from tansuo.evidence.entry import Entry
from tansuo.evidence.tables import entry as entry_table
from tansuo.monitoring.seals import (
    SEAL,
    Part,
    Segment,
    adds_up,
    count_finding,
    key_of,
    parts_of,
    read_seal,
    segments,
)
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period

Progress = Callable[[int, int], None]
"""Told (seals checked, seals in all)."""

_AT_ONCE = 24


def check_seals(connection: Connection, progress: Progress | None = None) -> list[Finding]:
    """What is wrong with the seals of the log; [] where each follows from the readings as of its size.

    Superseded seals too: `monitoring.seal_differs` names the series and what differs, `seal_series` a seal
    about other series than the plan gives, `seal_counts` counts that do not add up, `seal_bytes` a lost body.
    With the whole city in view, in one state of the database.
    """
    subjects = select(entry_table.c.subject, entry_table.c.index).where(entry_table.c.type == SEAL)
    named = sorted(
        (str(subject).rpartition("/")[2], index) for subject, index in connection.execute(subjects)
    )
    findings: list[Finding] = []
    done = 0
    for _, those in groupby(named, key=lambda one: one[0]):
        indexes = [index for _, index in those]
        for at in range(0, len(indexes), _AT_ONCE):
            some = indexes[at : at + _AT_ONCE]
            findings += _checked(connection, some)
            done += len(some)
            if progress is not None:
                progress(done, len(named))
    return findings


def check_seal(connection: Connection, entry: Entry) -> list[Finding]:
    """The same for one seal."""
    return _checked(connection, (entry.index,))


def _checked(connection: Connection, indexes: Sequence[int]) -> list[Finding]:
    """Seals of one period, whose readings are read together where they were sealed at one size."""
    findings: list[Finding] = []
    opened: list[tuple[Entry, Mapping[str, Any]]] = []
    for index in indexes:
        entry = ledger.get(connection, index)
        if entry is None:
            continue
        try:
            opened.append((entry, read_seal(connection, entry)))
        except FindingError as broken:
            findings += broken.findings
    opened.sort(key=lambda one: one[1]["size"])
    for size, group in groupby(opened, key=lambda one: int(one[1]["size"])):
        some = list(group)
        planned = [
            parts_of(connection, entry.org, Period.parse(body["period"]), size) for entry, body in some
        ]
        made = iter(segments(connection, [part for parts in planned for part in parts], size))
        for (entry, body), parts in zip(some, planned, strict=True):
            findings += _compared(entry, body, parts, [next(made) for _ in parts])
    return findings


def _compared(
    entry: Entry, body: Mapping[str, Any], parts: Sequence[Part], made: Sequence[Segment]
) -> Iterator[Finding]:
    period, key = Period.parse(body["period"]), key_of(body)
    where: dict[str, str | int] = {"entry": entry.index}
    stated: Sequence[Mapping[str, Any]] = body["series"]
    for item in stated:
        if not adds_up(item):
            yield count_finding(item, period)
    if [(one["series"], one["from"]) for one in stated] != [
        (one.line.series, one.first.isoformat()) for one in parts
    ]:
        yield Finding("monitoring.seal_series", where, {"period": period.text})
        return
    for item, one in zip(stated, made, strict=True):
        now = one.item(key)
        if now != item:
            names = ", ".join(name for name in sorted({*now, *item}) if now.get(name) != item.get(name))
            params = {"series": str(item["series"]), "period": period.text, "what": names}
            yield Finding("monitoring.seal_differs", where, params)
