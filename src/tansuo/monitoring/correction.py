"""Corrections: a person changes what is known of one reading, with a reason, a document and a second person.

Both values stay: the old one is what was known up to the correction's index, the new one from there on. A
life event of a register (roll-over, reset, new meter) is declared the same way.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypedDict, cast

from sqlalchemy import Connection

from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.evidence.ledger import append, history
from tansuo.monitoring.binding import Candidate
from tansuo.monitoring.grid import cells, civil_day, epoch, instant
from tansuo.monitoring.plan import IRREGULAR, PlanLine, lines
from tansuo.monitoring.quality import state_of
from tansuo.monitoring.reading import LARGEST
from tansuo.monitoring.registers import KINDS
from tansuo.quantity.decimals import plain, scaled
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.state import Provenance, State

REQUEST = "correction"
"""Kind of the case by which one person asks for a correction that another one has to confirm."""
ASKED = "asked"
"""Its step while it waits."""


def correct(
    connection: Connection,
    series: str,
    start: datetime,
    value: Decimal | State,
    reason: str,
    document: str | None,
    by: Actor,
    second_by: Actor,
    clock: Clock,
    *,
    provenance: Provenance = Provenance.DECLARED,
) -> Entry:
    """State what the reading of `series` at `start` (aware; start of its cell, or instant) is; the entry.

    `value` is a decimal in the series' unit, or a state without a number (missing, not operating, …).
    `document` is the SHA-256 of the evidence, None where only the reason speaks. A cell that never had a
    reading may be given one. It supersedes whatever is in force and settles conflicts of that time.

    FindingError: `monitoring.no_second_person`, `monitoring.no_reason`, `monitoring.unknown_series`,
    `monitoring.off_grid`, `monitoring.too_many_decimals`, `monitoring.too_large`,
    `monitoring.state_has_value`.
    """
    _four_eyes(series, reason, by, second_by)
    at = epoch(start)
    day, line = _line_at(connection, series, at)
    if line.form != "register" and line.step_s != IRREGULAR and at not in cells(line.zone, line.step_s, day):
        raise _refuse("off_grid", series, label=instant(at).isoformat(), step=line.step_s)
    number: int | None = None
    if isinstance(value, State):
        if value.has_value:
            raise _refuse("state_has_value", series, state=value.value)
        state = value
    else:
        number = _scaled(line, value)
        state = state_of(number, provenance)
    body: dict[str, object] = {
        "series": series,
        "start": _written(at),
        "day": day.isoformat(),
        "value": None if number is None else plain(cast("Decimal", value)),
        "unit": line.unit,
        "scaled": number,
        "state": state.value,
        "provenance": provenance.value,
        "synthetic": line.synthetic,
        "second_by": second_by.id,
    }
    return _append(
        connection, f"reading/{series}/{_written(at)}", line.org, body, reason, document, by, clock
    )


def declare_life_event(
    connection: Connection,
    series: str,
    at: datetime,
    kind: str,
    last: Decimal,
    first: Decimal,
    reason: str,
    document: str | None,
    by: Actor,
    second_by: Actor,
    clock: Clock,
) -> Entry:
    """State that the register `series` went at `at` from count `last` to count `first`; the entry.

    `kind` is rollover, reset or replaced. A roll-over of a five-digit register is last 100000, first 0. A
    later declaration for the same instant replaces this one.

    FindingError as in `correct`, and `monitoring.life_event_kind` for another kind or a series that is no
    register.
    """
    _four_eyes(series, reason, by, second_by)
    seconds = epoch(at)
    _, line = _line_at(connection, series, seconds)
    if kind not in KINDS or line.form != "register":
        raise _refuse("life_event_kind", series, kind=kind, form=line.form)
    body: dict[str, object] = {
        "life_event": kind,
        "series": series,
        "at": _written(seconds),
        "last": plain(last),
        "first": plain(first),
        "unit": line.unit,
        "last_scaled": _scaled(line, last),
        "first_scaled": _scaled(line, first),
        "second_by": second_by.id,
    }
    return _append(
        connection, f"register/{series}/{_written(seconds)}", line.org, body, reason, document, by, clock
    )


class _Corrected(TypedDict):
    series: str
    start: str
    day: str
    scaled: int | None
    state: str
    provenance: str
    synthetic: bool


def candidate_of(entry: Entry) -> Candidate:
    """The reading that a correction states; known from its index on."""
    body = cast("_Corrected", entry.body)
    return Candidate(
        series=body["series"],
        start=epoch(datetime.fromisoformat(body["start"])),
        day=date.fromisoformat(body["day"]),
        value=body["scaled"],
        state=State(body["state"]),
        provenance=Provenance(body["provenance"]),
        flag="",
        synthetic=body["synthetic"],
        arrival=entry.index,
        record=0,
        org=entry.org,
        entry=entry.index,
        reasoned=True,
    )


def life_event_row(entry: Entry) -> dict[str, object]:
    """The life event that a correction states, as a row of `life_event`."""
    body = entry.body
    return {
        "series": body["series"],
        "at": epoch(datetime.fromisoformat(str(body["at"]))),
        "kind": body["life_event"],
        "last_value": body["last_scaled"],
        "first_value": body["first_scaled"],
        "org_id": entry.org,
        "entry": entry.index,
        "superseded_at": None,
    }


def _four_eyes(series: str, reason: str, by: Actor, second_by: Actor) -> None:
    if not second_by.id or second_by.id == by.id:
        raise _refuse("no_second_person", series, by=by.id)
    if not reason.strip():
        raise _refuse("no_reason", series)


def _line_at(connection: Connection, series: str, at: int) -> tuple[date, PlanLine]:
    for line in lines(connection, series=series):
        day = civil_day(line.zone, at)
        if line.covers(day):
            return day, line
    raise _refuse("unknown_series", series)


def _scaled(line: PlanLine, value: Decimal) -> int:
    try:
        number = scaled(value, line.decimals)
    except ValueError:
        raise _refuse("too_many_decimals", line.series, value=plain(value), decimals=line.decimals) from None
    if abs(number) > LARGEST:
        raise _refuse("too_large", line.series, value=plain(value))
    return number


def _written(seconds: int) -> str:
    return instant(seconds).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _append(
    connection: Connection,
    subject: str,
    org: str,
    body: dict[str, object],
    reason: str,
    document: str | None,
    by: Actor,
    clock: Clock,
) -> Entry:
    before = history(connection, subject)
    why = {"reason": reason} if document is None else {"reason": reason, "document": document}
    supersedes = before[-1].index if before else None
    draft = Draft("correction", subject, body, org=org, supersedes=supersedes, why=why, by=by)
    return append(connection, [draft], clock)[0]


def _refuse(code: str, series: str, **params: str | int) -> FindingError:
    return FindingError(Finding("monitoring." + code, {"series": series}, {"series": series, **params}))
