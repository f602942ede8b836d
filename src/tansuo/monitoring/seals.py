"""Seals: what the data of one organisation over one day or month were, stated as an entry of the ledger.

An arrival commits to what came; a seal commits to what it was taken to mean: for each authoritative series of
the organisation's plan the hash of its segment text, and how much of what the plan expects is there, as known
at a ledger size. Late data or a correction make another seal of the same subject that supersedes it with a
reason; both stay true, each at its size. docs/reference/seal.md is the format.
"""

from __future__ import annotations

import base64
import secrets
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, Connection, Date, Text, bindparam, text

from tansuo.evidence import canonical
from tansuo.evidence.document import get_blob, put_blob
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.monitoring.coverage import late_after
from tansuo.monitoring.grid import cells, day_bounds, days_between
from tansuo.monitoring.holes import is_hole
from tansuo.monitoring.intake import PARSERS
from tansuo.monitoring.lookup import versions_of
from tansuo.monitoring.plan import IRREGULAR, MONTHLY, PlanLine, lines
from tansuo.monitoring.reading import Version
from tansuo.monitoring.segment_text import segment_hash, segment_text
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance

SEAL = "seal"
FORM = "tansuo.seal/1"
SEALER = Actor("sealer", "service")
KEY_BYTES = 16
LONGEST = 40_000
"""Longest body, in bytes, that stands in the entry itself; entries end at 65,535."""
READINGS_AT_ONCE = 100_000
_EVENTS = 100
"""Guess of how many events a series without a grid has in a period."""

_CONFLICTS = text(
    "SELECT w.n, count(*) FROM unnest(:n, :series, :first, :last) AS w(n, series, first, last)"
    " JOIN reading_conflict x ON x.series = w.series AND x.day >= w.first AND x.day < w.last"
    " WHERE x.entry < :size AND (x.superseded_at IS NULL OR x.superseded_at >= :size) GROUP BY w.n"
).bindparams(
    bindparam("n", type_=ARRAY(BigInteger)),
    bindparam("series", type_=ARRAY(Text)),
    bindparam("first", type_=ARRAY(Date)),
    bindparam("last", type_=ARRAY(Date)),
    bindparam("size", type_=BigInteger),
)
_RECORDED = text("SELECT index, recorded FROM leaf WHERE index = ANY (:entries)").bindparams(
    bindparam("entries", type_=ARRAY(BigInteger))
)


@dataclass(frozen=True, slots=True)
class Part:
    """One plan line over those civil days [first, last) of a period on which it is valid."""

    line: PlanLine
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Segment:
    """A part with the text of its readings in force and what is counted about them (all of the item but the
    hash, which needs the key of a seal). `entries` made those readings known; `fresh` are those of them that brought
    what was not known before: a first reading of a time, or a number where none had come."""

    part: Part
    text: str
    facts: Mapping[str, object]
    entries: frozenset[int]
    fresh: frozenset[int]

    def item(self, key: bytes) -> dict[str, object]:
        """The segment as one of the series of a seal."""
        return {**self.facts, "sha256": segment_hash(key, self.text)}


def subject_of(org: str, period: Period) -> str:
    """The subject of an organisation's seals of one period."""
    return f"seal/{org}/{period.text}"


def parts_of(connection: Connection, org: str, period: Period, size: int) -> list[Part]:
    """What a seal of a period covers: the authoritative lines of the plan in force at a ledger size, by series
    and first day. A series of one value a month stands in seals of months only."""
    found = []
    for line in lines(connection, size, org=org):
        first = max(period.start, line.valid_from)
        last = period.end if line.valid_to is None else min(period.end, line.valid_to)
        monthly = line.step_s == MONTHLY
        if line.authoritative and first < last and not (monthly and period.grain == "day"):
            found.append(Part(line, first, last))
    return found


def expected_cells(part: Part) -> int | None:
    """How many readings the plan expects of a part; None for a series without a grid."""
    line = part.line
    if line.step_s == IRREGULAR:
        return None
    return sum(
        len(cells(line.zone, line.step_s, day)) for day in days_between(part.first, part.last, line.step_s)
    )


def segments(connection: Connection, parts: Sequence[Part], size: int) -> list[Segment]:
    """The segment of each part as known at a ledger size, in their order; every row group is decoded once.

    A register's segment ends with its reading at the end of the last day, if there is one: its sum goes from
    boundary to boundary. That line is in the text and among `rows`; it is not counted otherwise.
    """
    found: list[Segment] = []
    for some in _in_pieces(parts):
        found += _segments(connection, some, size)
    return found


def _in_pieces(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """So many parts that their readings fit the memory well: a month of minute data of a firm does not."""
    piece: list[Part] = []
    held = 0
    for part in parts:
        weight = expected_cells(part) or _EVENTS
        if piece and held + weight > READINGS_AT_ONCE:
            yield piece
            piece, held = [], 0
        piece.append(part)
        held += weight
    if piece:
        yield piece


def _segments(connection: Connection, parts: Sequence[Part], size: int) -> list[Segment]:
    known = _known(connection, parts)
    disputed = _conflicts(connection, parts, size)
    chosen = []
    for part in parts:
        low, high = _bounds(part)
        closing = part.line.form == "register"
        chosen.append(
            [
                one
                for one in known[part.line.series]
                if one.entry < size and (low <= one.start < high or (closing and one.start == high))
            ]
        )
    timed = {one.entry for part, held in zip(parts, chosen, strict=True) if _timed(part.line) for one in held}
    recorded = {row[0]: row[1] for row in connection.execute(_RECORDED, {"entries": sorted(timed)})}
    return [
        _segment(part, held, size, recorded, disputed.get(n, 0))
        for n, (part, held) in enumerate(zip(parts, chosen, strict=True))
    ]


def _known(connection: Connection, parts: Sequence[Part]) -> Mapping[str, list[Version]]:
    """Every version of the days of the parts; of registers those of the day after too."""
    found: dict[str, list[Version]] = {}
    for closing in (False, True):
        those = [part for part in parts if (part.line.form == "register") is closing]
        if those:
            first, last = min(part.first for part in those), max(part.last for part in those)
            series = sorted({part.line.series for part in those})
            found |= versions_of(connection, series, first, last + timedelta(days=int(closing)))
    return found


def _conflicts(connection: Connection, parts: Sequence[Part], size: int) -> dict[int, int]:
    given = {
        "n": list(range(len(parts))),
        "series": [part.line.series for part in parts],
        "first": [part.first for part in parts],
        "last": [part.last for part in parts],
        "size": size,
    }
    return {n: count for n, count in connection.execute(_CONFLICTS, given)}  # noqa: C416 - Row is no pair


def _bounds(part: Part) -> tuple[int, int]:
    zone = part.line.zone
    return day_bounds(zone, part.first)[0], day_bounds(zone, part.last)[0]


def _timed(line: PlanLine) -> bool:
    """Whether there is an hour by which a reading of the line is due; files come when they come."""
    return line.channel != "file" and line.step_s > 0


def _segment(
    part: Part, held: Sequence[Version], size: int, recorded: Mapping[int, int], conflicts: int
) -> Segment:
    line, (low, high) = part.line, _bounds(part)
    rows = [one for one in held if one.in_force(size)]
    inside = [one for one in rows if low <= one.start < high and not is_hole(one.state)]
    place = _places(part, inside)
    expected = expected_cells(part)
    received = len(set(place)) if expected is not None else len(inside)
    arrivals = [one.arrival for one in rows]
    facts: dict[str, object] = {
        "series": line.series,
        "plan": line.entry,
        "source": line.source,
        "meter": line.meter,
        "indicator": line.indicator,
        "unit": line.unit,
        "decimals": line.decimals,
        "form": line.form,
        "step_s": line.step_s,
        "label": line.label,
        "zone": line.zone,
        "from": part.first.isoformat(),
        "to": part.last.isoformat(),
        "rows": len(rows),
        "expected": expected,
        "received": received,
        "late": _late(part, held, inside, place, recorded) if _timed(line) else None,
        "gap": None if expected is None else expected - received,
        "revised": sum(one.revision > 0 for one in rows),
        "conflicts": conflicts,
        "first_arrival": min(arrivals, default=None),
        "last_arrival": max(arrivals, default=None),
        "synthetic": line.synthetic or any(one.synthetic for one in rows),
    }
    return Segment(part, segment_text(rows), facts, frozenset(one.entry for one in rows), _fresh(rows, held))


def _fresh(rows: Iterable[Version], held: Iterable[Version]) -> frozenset[int]:
    holes = {(one.start, one.revision) for one in held if is_hole(one.state)}
    return frozenset(one.entry for one in rows if one.revision == 0 or (one.start, one.revision - 1) in holes)


def _places(part: Part, inside: Sequence[Version]) -> list[int]:
    """The cell of each reading, by its first second; a register's readings may lie anywhere in theirs."""
    line = part.line
    if line.form != "register" or line.step_s == IRREGULAR:
        return [one.start for one in inside]
    grid = [
        start
        for day in days_between(part.first, part.last, line.step_s)
        for start in cells(line.zone, line.step_s, day)
    ]
    return [bisect_right(grid, one.start) for one in inside]


def _late(
    part: Part,
    held: Iterable[Version],
    inside: Sequence[Version],
    place: Sequence[int],
    recorded: Mapping[int, int],
) -> int:
    """How many of the received cells first became known too late; what a person stated is not late."""
    line = part.line
    grace = int(late_after(line).total_seconds())
    days = [
        day_bounds(line.zone, part.first + timedelta(days=n)) for n in range((part.last - part.first).days)
    ]
    begins = [first for first, _ in days]
    first: dict[int, Version] = {}
    for one in held:
        first.setdefault(one.start, one)

    def timely(one: Version) -> bool:
        known = first[one.start]
        due = (days[bisect_right(begins, one.start) - 1][1] + grace) * 1000
        return known.provenance is Provenance.DECLARED or recorded[known.entry] <= due

    punctual = {cell for cell, one in zip(place, inside, strict=True) if timely(one)}
    return len(set(place) - punctual)


def body_of(period: Period, size: int, key: bytes, found: Iterable[Segment]) -> dict[str, object]:
    """The whole body of a seal. FindingError ``monitoring.seal_counts`` where expected is not received and gap."""
    series = [one.item(key) for one in found]
    for item in series:
        if not adds_up(item):
            raise FindingError(count_finding(item, period))
    return {
        "form": FORM,
        "period": period.text,
        "size": size,
        "parser": dict(PARSERS),
        "key": base64.b64encode(key).decode(),
        "series": series,
    }


def adds_up(item: Mapping[str, Any]) -> bool:
    """Whether what is expected of a series was received or is a gap, and nothing is late that did not come."""
    expected, received, gap, late = (item[name] for name in ("expected", "received", "gap", "late"))
    whole = gap is None if expected is None else expected == received + gap and gap >= 0
    timely = late is None or (late >= 0 and late <= received)
    return bool(whole and timely and received >= 0 and item["rows"] >= 0)


def count_finding(item: Mapping[str, Any], period: Period) -> Finding:
    """That the counts of a series do not add up."""
    shown = {name: str(item[name]) for name in ("expected", "received", "gap", "late")}
    return Finding("monitoring.seal_counts", {"series": item["series"], "period": period.text}, shown)


def fresh_key() -> bytes:
    """The random key of one seal."""
    return secrets.token_bytes(KEY_BYTES)


def draft(
    connection: Connection,
    org: str,
    period: Period,
    zone: str,
    body: Mapping[str, object],
    *,
    supersedes: int | None = None,
    why: Mapping[str, object] | None = None,
) -> Draft:
    """The entry of a seal; a body too long for one is kept as a blob of the organisation."""
    first, last = period.bounds(zone)
    data = canonical.encode(body)
    if len(data) > LONGEST:
        head = {name: body[name] for name in ("form", "period", "size", "parser")}
        body = {**head, "blob": put_blob(connection, data, org), "bytes": len(data)}
    return Draft(
        SEAL,
        subject_of(org, period),
        body,
        org=org,
        valid=(first.isoformat(), last.isoformat()),
        supersedes=supersedes,
        why=why,
        by=SEALER,
    )


def read_seal(connection: Connection, entry: Entry) -> Mapping[str, Any]:
    """The whole body of a seal. FindingError ``monitoring.seal_bytes`` where its blob is not there or is not
    what the entry names, ``monitoring.seal_form`` for a form this program does not know."""
    body: Mapping[str, Any] = entry.body
    if "blob" in body:
        data = get_blob(connection, str(body["blob"]))
        if data is None or sha256(data).hexdigest() != body["blob"]:
            raise FindingError(
                Finding("monitoring.seal_bytes", {"entry": entry.index}, {"blob": str(body["blob"])})
            )
        body = cast("Mapping[str, Any]", canonical.decode(data))
    if body["form"] != FORM:
        raise FindingError(
            Finding("monitoring.seal_form", {"entry": entry.index}, {"form": str(body["form"])})
        )
    return body


def key_of(body: Mapping[str, Any]) -> bytes:
    """The key of a seal from its whole body."""
    return base64.b64decode(str(body["key"]), validate=True)


def sealed_segments(connection: Connection, entry: Entry) -> list[tuple[Mapping[str, Any], str]]:
    """Each series of a seal with its segment text, made again from the readings as of the seal's size.

    Whether the text has the hash that the seal states is for the caller to see (`segment_hash`, `key_of`).
    FindingError ``monitoring.seal_series`` where the plan as of then gives other series.
    """
    body = read_seal(connection, entry)
    period, size = Period.parse(body["period"]), int(body["size"])
    parts = parts_of(connection, entry.org, period, size)
    stated = [(item["series"], item["from"]) for item in body["series"]]
    if stated != [(part.line.series, part.first.isoformat()) for part in parts]:
        raise FindingError(Finding("monitoring.seal_series", {"entry": entry.index}, {"period": period.text}))
    made = segments(connection, parts, size)
    return [(item, one.text) for item, one in zip(body["series"], made, strict=True)]


def totals(body: Mapping[str, Any]) -> dict[str, int | None]:
    """Counts over the series of a seal; None where no series has the count."""
    found: Counter[str] = Counter()
    has: set[str] = set()
    for item in body["series"]:
        for name in ("rows", "expected", "received", "late", "gap", "revised", "conflicts"):
            if item[name] is not None:
                found[name] += item[name]
                has.add(name)
    names = ("rows", "expected", "received", "late", "gap", "revised", "conflicts")
    return {"series": len(body["series"]), **{name: found[name] if name in has else None for name in names}}
