"""Acceptance: what a candidate reading does to what is already known of its time.

- Nothing is known: it is accepted (late or not).
- The same value, state and provenance is known: it is a duplicate and changes nothing.
- A number comes where the device had only sent an invalid one (missing): it fills the hole.
- Anything else that differs needs a reason. A correction, or a file that came with one, supersedes; both
  versions stay. Without a reason the newcomer is kept as a conflict, not in force, with a finding. Two values
  for one time inside one arrival are a conflict too: no reason can prefer one row of a file to another.
- A correction, and a file with a reason, decide on their time: conflicts that waited there are settled from
  that entry on, also where what they state is in force already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Connection, Row, Text, bindparam, text

from tansuo.database.bulk import insert_rows
from tansuo.monitoring.binding import Candidate
from tansuo.monitoring.grid import instant
from tansuo.monitoring.segments import VERSION_COLUMNS, MeterDay, closed, reopen
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import Provenance, State

Time = tuple[str, int]

_TIMES = (bindparam("series", type_=ARRAY(Text)), bindparam("starts", type_=ARRAY(BigInteger)))
_NEWEST = text(
    "SELECT series, (SELECT start FROM reading WHERE reading.series = wanted.series"
    " AND superseded_at IS NULL ORDER BY start DESC LIMIT 1) FROM unnest(:series) AS wanted(series)"
).bindparams(bindparam("series", type_=ARRAY(Text)))
_IN_FORCE = text(
    "SELECT series, start, value, state, provenance, arrival, revision, entry"
    " FROM unnest(:series, :starts) AS wanted(series, start) JOIN reading USING (series, start)"
    " WHERE superseded_at IS NULL"
).bindparams(*_TIMES)
_KEPT = text(
    "SELECT series, start, value, state, provenance"
    " FROM unnest(:series, :starts) AS wanted(series, start) JOIN reading_conflict USING (series, start)"
).bindparams(*_TIMES)
_SUPERSEDE = text(
    "UPDATE reading SET superseded_at = newer.entry FROM unnest(:series, :starts, :entries)"
    " AS newer(series, start, entry)"
    " WHERE reading.series = newer.series AND reading.start = newer.start AND superseded_at IS NULL"
).bindparams(*_TIMES, bindparam("entries", type_=ARRAY(BigInteger)))
_SETTLE = text(
    "UPDATE reading_conflict SET superseded_at = decided.entry FROM unnest(:series, :starts, :arrivals, :entries)"
    " AS decided(series, start, arrival, entry)"
    " WHERE reading_conflict.series = decided.series AND reading_conflict.start = decided.start"
    " AND superseded_at IS NULL"
    " AND (reading_conflict.arrival, reading_conflict.entry) <> (decided.arrival, decided.entry)"
).bindparams(
    *_TIMES,
    bindparam("arrivals", type_=ARRAY(BigInteger)),
    bindparam("entries", type_=ARRAY(BigInteger)),
)

Said = tuple[int | None, State, Provenance]


class Noted(NamedTuple):
    """A finding with the entry that gave rise to it and the organisation it concerns."""

    finding: Finding
    entry: int
    org: str


class Held(NamedTuple):
    """What is in force for one time, stored already or on its way."""

    said: Said
    arrival: int
    revision: int
    entry: int


def accept(connection: Connection, candidates: Sequence[Candidate], *, decided: bool = False) -> list[Noted]:
    """Bring candidates, in order, into `reading` and `reading_conflict`; what was found on the way.

    `decided` is true for corrections: they hold against anything.
    Where a call begins and ends does not matter: one by one gives the same tables as all at once.
    """
    if not candidates:
        return []
    batch = _Batch(connection, candidates)
    for one in candidates:
        batch.take(one, decided)
    batch.write()
    return batch.findings


class _Batch:
    """Candidates of one call against what was in force before it."""

    def __init__(self, connection: Connection, candidates: Sequence[Candidate]) -> None:
        self.connection = connection
        self.candidates = candidates
        self.held = held(connection, candidates)
        self.findings: list[Noted] = []
        self._kept: set[tuple[Time, Said]] | None = None
        self._new: dict[tuple[Time, int], list[object]] = {}
        self._superseded: dict[Time, int] = {}
        self._touched: dict[MeterDay, int] = {}
        self._conflicts: dict[tuple[Time, int, int], list[object]] = {}
        self._disputed: dict[Time, list[tuple[Candidate, list[object]]]] = {}
        self._deciding: dict[Time, list[Candidate]] = {}

    def take(self, one: Candidate, decided: bool) -> None:
        """Decide on one candidate by the rules of the module."""
        time: Time = (one.series, one.start)
        said: Said = (one.value, one.state, one.provenance)
        known = self.held.get(time)
        revision = 0
        if known is not None:
            if known.said == said and not decided:
                if one.reasoned:
                    self._settle(one, time)
                return
            if not decided and not _may_replace(one, known):
                self._keep(one, time, said, known)
                return
            if decided or one.reasoned:
                self._settle(one, time)
            revision = known.revision + 1
            if (time, known.revision) in self._new:
                self._new[time, known.revision][-1] = one.entry
            else:
                self._superseded[time] = one.entry
        self.held[time] = Held(said, one.arrival, revision, one.entry)
        self._new[time, revision] = _row(one, revision)
        self._touched.setdefault((one.series, one.day), one.entry)

    def _keep(self, one: Candidate, time: Time, said: Said, known: Held) -> None:
        if self._kept is None:
            rows = self.connection.execute(_KEPT, _times(self.candidates))
            self._kept = {(_time(row), _said(row)) for row in rows}
        place = (time, one.arrival, one.record)
        if (time, said) in self._kept or place in self._conflicts:
            return
        self._kept.add((time, said))
        row = self._conflicts[place] = _row(one, 0)
        self._disputed.setdefault(time, []).append((one, row))
        params: dict[str, str | int] = {
            "known": _words(known.said),
            "known_entry": known.entry,
            "other": _words(said),
        }
        where: dict[str, str | int] = {
            "series": one.series,
            "time": instant(one.start).isoformat(),
            "entry": one.arrival,
            "frame": one.record,
        }
        self.findings.append(
            Noted(Finding("monitoring.conflict", where, params, "warning"), one.entry, one.org)
        )

    def _settle(self, one: Candidate, time: Time) -> None:
        """Settle what is in conflict at a time; not what came in the same arrival, which no reason prefers."""
        self._deciding.setdefault(time, []).append(one)
        for other, row in self._disputed.get(time, ()):
            if row[-1] is None and (other.arrival, other.entry) != (one.arrival, one.entry):
                row[-1] = one.entry

    def _write_settled(self) -> None:
        """Settle stored conflicts: the first that decides on a time, then those after it."""
        waiting = [list(those) for those in self._deciding.values()]
        while waiting:
            now = [those.pop(0) for those in waiting]
            columns = {"arrivals": [one.arrival for one in now], "entries": [one.entry for one in now]}
            self.connection.execute(_SETTLE, {**_times(now), **columns})
            waiting = [those for those in waiting if those]

    def write(self) -> None:
        """Bring the outcome into the tables: days that are closed are opened first."""
        reopen(self.connection, self._touched)
        if self._superseded:
            times, entries = list(self._superseded), list(self._superseded.values())
            columns = {"series": [series for series, _ in times], "starts": [start for _, start in times]}
            self.connection.execute(_SUPERSEDE, {**columns, "entries": entries})
        if self._new:
            # In the order of the keys, which the indexes take in faster.
            rows = [row for _, row in sorted(self._new.items(), key=itemgetter(0))]
            insert_rows(self.connection, "reading", VERSION_COLUMNS, rows)
        self._write_settled()
        if self._conflicts:
            insert_rows(self.connection, "reading_conflict", VERSION_COLUMNS, self._conflicts.values())


def _may_replace(one: Candidate, known: Held) -> bool:
    if (one.arrival, one.entry) == (known.arrival, known.entry):
        return False
    return one.reasoned or fills(one, known)


def fills(one: Candidate, known: Held) -> bool:
    """Whether a candidate brings a number, or a reason, where so far it was known only that none came."""
    return known.said[1] is State.MISSING and one.state is not State.MISSING


def held(connection: Connection, candidates: Sequence[Candidate]) -> dict[Time, Held]:
    """What is in force for the times of candidates, of open and of closed days; nothing is changed."""
    held = {
        _time(row): Held(_said(row), row.arrival, row.revision, row.entry)
        for row in _in_force(connection, candidates)
    }
    days = dict.fromkeys((one.series, one.day) for one in candidates)
    for versions in closed(connection, list(days)).values():
        for one in versions:
            if one.superseded_at is None:
                said = (one.value, one.state, one.provenance)
                held[one.series, one.start] = Held(said, one.arrival, one.revision, one.entry)
    return held


def _in_force(connection: Connection, candidates: Sequence[Candidate]) -> Iterable[Row[Any]]:
    """The open rows in force for the times of candidates. Most readings are younger than all that is known of
    their series, so one look a series spares a look a reading."""
    series = list({one.series for one in candidates})
    newest = {row[0]: row[1] for row in connection.execute(_NEWEST, {"series": series}) if row[1] is not None}
    older = [one for one in candidates if one.series in newest and one.start <= newest[one.series]]
    return connection.execute(_IN_FORCE, _times(older)) if older else ()


def _times(candidates: Sequence[Candidate]) -> dict[str, list[object]]:
    return {"series": [one.series for one in candidates], "starts": [one.start for one in candidates]}


def _time(row: Row[Any]) -> Time:
    return (row.series, row.start)


def _said(row: Row[Any]) -> Said:
    return (row.value, State(row.state), Provenance(row.provenance))


def _words(said: Said) -> str:
    value, state, provenance = said
    return f"{state.value if value is None else value} ({provenance.value})"


def _row(one: Candidate, revision: int) -> list[object]:
    """A candidate as a row in the order of VERSION_COLUMNS, not superseded."""
    return [
        one.series, one.start, one.day, one.value, one.state.value, one.provenance.value, one.flag,
        one.synthetic, one.arrival, one.record, revision, one.org, one.entry, None,
    ]  # fmt: skip
