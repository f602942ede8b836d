"""What happened to an enterprise: every change of its registry, plan, readings, documents and figures.

Each event is an entry of the ledger of the enterprise's own organisation, told in its parts, newest first.
Data that came late are told beside them: the entry is then the arrival by which they became known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from tansuo.evidence.entry import Entry, read_entry
from tansuo.evidence.ledger import receipt_id
from tansuo.evidence.tables import entry
from tansuo.monitoring import plan
from tansuo.monitoring.coverage import Late, late_readings
from tansuo.monitoring.lookup import day_readings
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import FindingError

LATE = "late"
Said = str | list[str] | None


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``kind`` is the entry's type, or ``attribute``, ``life_event`` or ``late``; ``said`` what it
    states, as texts by name. ``by`` and ``second_by`` are pseudonyms."""

    entry: int
    recorded_ms: int
    kind: str
    about: str
    by: str = ""
    role: str = ""
    second_by: str = ""
    reason: str = ""
    document: str = ""
    supersedes: int | None = None
    receipt: str | None = None
    said: Mapping[str, Said] | None = None


def biography(
    connection: Connection, org: str, size: int, *, kinds: frozenset[str] = frozenset()
) -> tuple[list[Event], Mapping[str, int]]:
    """Events of an organisation below a ledger size, newest first, narrowed to ``kinds``; and how many there
    are of each kind. What an event changed is not told yet: see ``with_change``."""
    query = (
        select(entry.c.index, entry.c.data)
        .where(entry.c.org_id == org, entry.c.index < size)
        .order_by(entry.c.index.desc())
    )
    events = [_event(read_entry(index, bytes(data))) for index, data in connection.execute(query)]
    events += _late(connection, org, size)
    events.sort(key=lambda one: (-one.entry, one.about))
    counted = Counter(one.kind for one in events)
    return [one for one in events if not kinds or one.kind in kinds], counted


def with_change(connection: Connection, one: Event) -> Event:
    """The event with what it replaced: the reading before a correction, the lines a plan added or dropped."""
    if one.kind == "correction":
        return _with_reading(connection, one)
    if one.kind == "plan":
        return _with_plan(connection, one)
    return one


def _event(one: Entry) -> Event:
    body: Mapping[str, Any] = one.body
    kind = one.type
    if kind == "subject" and body["op"] == "attribute":
        kind = "attribute"
    elif kind == "correction" and "life_event" in body:
        kind = "life_event"
    why = one.why or {}
    return Event(
        entry=one.index,
        recorded_ms=one.recorded_ms,
        kind=kind,
        about=one.subject,
        by=one.by.id,
        role=one.by.role,
        second_by=str(body.get("second_by", "")),
        reason=str(why.get("reason") or why.get("text") or ""),
        document=str(why.get("document") or ""),
        supersedes=one.supersedes,
        receipt=receipt_id(one) if one.type == "figure" else None,
        said=_TOLD.get(kind, _nothing)(one, body),
    )


def _nothing(one: Entry, body: Mapping[str, Any]) -> dict[str, Said]:
    return {}


def _names(*names: str) -> Callable[[Entry, Mapping[str, Any]], dict[str, Said]]:
    def told(one: Entry, body: Mapping[str, Any]) -> dict[str, Said]:
        return {name: _text(body.get(name)) for name in names}

    return told


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _span(one: Entry) -> dict[str, Said]:
    first, last = one.valid or (None, None)
    return {"valid_from": first, "valid_to": last}


def _subject(one: Entry, body: Mapping[str, Any]) -> dict[str, Said]:
    return {
        "id": body["id"],
        "kind": body["kind"],
        "name_zh": body["name"]["zh"],
        "name_en": body["name"]["en"],
    }


def _attribute(one: Entry, body: Mapping[str, Any]) -> dict[str, Said]:
    return {"id": body["id"], "name": body["name"], "value": _text(body["value"]), **_span(one)}


def _relation(one: Entry, body: Mapping[str, Any]) -> dict[str, Said]:
    holds = "yes" if body["holds"] else "no"
    return {**_names("a", "relation", "b", "share")(one, body), "holds": holds, **_span(one)}


def _plan(one: Entry, body: Mapping[str, Any]) -> dict[str, Said]:
    return {"lines": str(len(body["lines"]))}


def _case(one: Entry, body: Mapping[str, Any]) -> dict[str, Said]:
    return {
        **_names("id", "kind", "step")(one, body), "title_zh": body["title"]["zh"],
        "title_en": body["title"]["en"], "outcome": _text(body.get("outcome")),
    }  # fmt: skip


def _document(one: Entry, body: Mapping[str, Any]) -> dict[str, Said]:
    return _names("name", "blob", "media_type", "bytes", "about", "kind")(one, body)


def _figure(one: Entry, body: Mapping[str, Any]) -> dict[str, Said]:
    cell = {name: _text(body["cell"][name]) for name in ("quantity", "period")}
    return {**cell, **_names("value", "unit", "state", "stage")(one, body)}


def _seal(one: Entry, body: Mapping[str, Any]) -> dict[str, Said]:
    """How many readings the sealed period was to hold and held, over the series of which that is known."""
    series = body["series"]
    known = [each for each in series if each["expected"] is not None]
    counts = {name: str(sum(int(each[name]) for each in known)) for name in ("expected", "received")}
    return {"period": _text(body["period"]), "series": str(len(series)), **counts}


_TOLD: Mapping[str, Callable[[Entry, Mapping[str, Any]], dict[str, Said]]] = {
    "subject": _subject,
    "attribute": _attribute,
    "relation": _relation,
    "plan": _plan,
    "correction": _names("series", "start", "value", "unit", "state", "provenance"),
    "life_event": _names("series", "at", "life_event", "last", "first", "unit"),
    "statement": _names("subject", "indicator", "period", "value", "state", "unit", "issuer", "basis"),
    "case": _case,
    "decision": _case,
    "document": _document,
    "figure": _figure,
    "arrival": _names("name", "document", "rows", "map"),
    "seal": _seal,
}


def _late(connection: Connection, org: str, size: int) -> list[Event]:
    """Late data of the plan's authoritative series, the days of one arrival and series together."""
    lines = [one for one in plan.lines(connection, size, org=org) if one.authoritative]
    found: dict[tuple[int, str], list[Late]] = {}
    for one in late_readings(connection, lines, date(1970, 1, 1), date(9999, 12, 31), size):
        found.setdefault((one.entry, one.series), []).append(one)
    return [
        Event(
            entry=index,
            recorded_ms=parts[0].recorded_ms,
            kind=LATE,
            about=series,
            said={
                "series": series,
                "readings": str(sum(one.readings for one in parts)),
                "first": min(one.first for one in parts).isoformat(),
                "last": max(one.last for one in parts).isoformat(),
                "hours": str(max(one.delay for one in parts) // timedelta(hours=1)),
            },
        )
        for (index, series), parts in found.items()
    ]


def _with_reading(connection: Connection, one: Event) -> Event:
    """The correction with the reading that was in force before it."""
    said = dict(one.said or {})
    start = datetime.fromisoformat(str(said["start"]))
    try:
        line = plan.lines(connection, one.entry, series=str(said["series"]))[-1]
        day = start.astimezone(ZoneInfo(line.zone)).date()
        before = [at for at in day_readings(connection, line.series, day, one.entry) if at.start == start]
    except (FindingError, IndexError):
        before = []
    value = before[0].value if before else None
    state = before[0].state.value if before else "missing"
    kind = before[0].provenance.value if before else None
    added = {
        "before": None if value is None else plain(value), "before_state": state, "before_provenance": kind,
    }  # fmt: skip
    return replace(one, said={**said, **added})


def _with_plan(connection: Connection, one: Event) -> Event:
    """The plan with the series it added, dropped or changed against the plan before."""
    now = _lines(connection, one.entry)
    before = {} if one.supersedes is None else _lines(connection, one.supersedes)
    told: dict[str, Said] = {
        "added": sorted(now.keys() - before.keys()),
        "dropped": sorted(before.keys() - now.keys()),
        "changed": sorted(name for name in now.keys() & before.keys() if now[name] != before[name]),
    }
    return replace(one, said={**(one.said or {}), **told})


def _lines(connection: Connection, index: int) -> dict[str, Sequence[Mapping[str, Any]]]:
    data = connection.scalar(select(entry.c.data).where(entry.c.index == index))
    found: dict[str, list[Mapping[str, Any]]] = {}
    if data is not None:
        body: Mapping[str, Any] = read_entry(index, bytes(data)).body
        for line in body["lines"]:
            found.setdefault(str(line["series"]), []).append(line)
    return dict(found)
