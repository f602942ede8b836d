"""Corrections: one person asks with a reason, another one confirms; both versions of the reading stay."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection, text

from tansuo.api.looking import cited_document, stated
from tansuo.api.policy import Viewer
from tansuo.api.problems import FindingBody, Problem, not_found, refused, sought
from tansuo.api.shapes import Named, named
from tansuo.api.viewer import Moment, clock_of, own, reading, require, summing
from tansuo.evidence.entry import Actor, Entry
from tansuo.evidence.ledger import append, get, history, receipt_id
from tansuo.monitoring.correction import ASKED, REQUEST, correct
from tansuo.monitoring.doubt import doubts, impossible
from tansuo.monitoring.lookup import day_readings, line_of
from tansuo.monitoring.plan import PlanLine
from tansuo.quantity.decimals import parse_decimal, plain, round_to
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.state import State
from tansuo.registry import case, subject
from tansuo.registry.case import Case

router = APIRouter(prefix="/api/corrections", tags=["monitoring"])

KIND = REQUEST
_SOMEBODY = Actor("somebody-else", "enterprise_reviewer")
"""Stands for the second person while a request is tried out."""
CONFIRMED, DECLINED = "confirmed", "declined"


class CorrectionRequest(BaseModel):
    """What a reading shall be: `value` a decimal text in the series' unit, or `state` where it has no number."""

    series: str = Field(max_length=200)
    start: datetime
    value: str | None = Field(default=None, max_length=40)
    state: State | None = None
    reason: str = Field(min_length=3, max_length=2000)
    document: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


class PendingCorrection(BaseModel):
    """A request that waits for a second person. `value` null: `state` says why there is no number.

    `present` is what the ledger says now of that time, null where nothing does; `change` is the value asked for less
    the present one, `change_percent` that in per cent of it. `doubts` are warnings on the value. `mine`: this viewer
    asked, so somebody else must answer.
    """

    case: str
    entry: int
    asked_at: datetime
    asked_by: str
    mine: bool
    firm: Named
    series: str
    source_zh: str
    source_en: str
    start: datetime
    day: date
    unit: str
    value: str | None
    state: str
    present: str | None
    present_state: str | None
    change: str | None
    change_percent: str | None
    doubts: list[FindingBody]
    reason: str
    document: str | None
    synthetic: bool


class Refusal(BaseModel):
    """Why a correction is not confirmed."""

    reason: str = Field(min_length=3, max_length=2000)


class Asked(BaseModel):
    """The case that was opened, its entry, and what is doubtful of the value asked for."""

    case: str
    entry: int
    doubts: list[FindingBody]


class Settled(BaseModel):
    """The entry that settled the case."""

    entry: int


@router.get("", name="list_corrections")
def list_corrections(
    request: Request, moment: Moment, viewer: Annotated[Viewer, Depends(require("list_corrections"))]
) -> list[PendingCorrection]:
    """Corrections in the viewer's scope that wait for a second person, the oldest first."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        return waiting_corrections(connection, viewer, size)


def waiting_corrections(
    connection: Connection, viewer: Viewer, as_of: int | None = None
) -> list[PendingCorrection]:
    """What `list_corrections` answers, for pages that show it among other things."""
    asked = [one for one in case.find(connection, kind=KIND, as_of=as_of) if one.step == ASKED]
    found = [_waiting(connection, viewer, one, as_of) for one in sorted(asked, key=lambda one: one.entry)]
    return [one for one in found if one is not None]


def _waiting(
    connection: Connection, viewer: Viewer, one: Case, as_of: int | None
) -> PendingCorrection | None:
    entry = get(connection, one.entry)
    firm = subject.get(connection, one.org, as_of=as_of)
    if entry is None or firm is None:
        return None
    wanted = CorrectionRequest.model_validate(one.body["notes"])
    line = line_of(connection, wanted.series, as_of)
    source = subject.get(connection, line.source, as_of=as_of)
    day = wanted.start.astimezone(ZoneInfo(line.zone)).date()
    there = [now for now in day_readings(connection, wanted.series, day, as_of) if now.start == wanted.start]
    present = there[0] if there else None
    change, percent = change_of(None if present is None else present.value, wanted.value)
    return PendingCorrection(
        case=one.id,
        entry=one.entry,
        asked_at=datetime.fromtimestamp(entry.recorded_ms / 1000, UTC),
        asked_by=entry.by.id,
        mine=entry.by.id == viewer.label,
        firm=named(firm),
        series=wanted.series,
        source_zh=source.name_zh if source else line.source,
        source_en=source.name_en if source else line.source,
        start=wanted.start,
        day=day,
        unit=line.unit,
        value=wanted.value,
        state="value" if wanted.state is None else wanted.state.value,
        present=None if present is None or present.value is None else plain(present.value),
        present_state=None if present is None else present.state.value,
        change=change,
        change_percent=percent,
        doubts=doubts_of(connection, line, wanted, as_of),
        reason=wanted.reason,
        document=wanted.document,
        synthetic=one.synthetic,
    )


def change_of(before: Decimal | None, after: str | None) -> tuple[str | None, str | None]:
    """What a value changes: the difference, and its per cent of the present value; None where there is none."""
    if before is None or after is None:
        return None, None
    change = parse_decimal(after) - before
    percent = None if before == 0 else plain(round_to(change / before * 100, 1))
    return plain(change), percent


def doubts_of(
    connection: Connection, line: PlanLine, wanted: CorrectionRequest, as_of: int | None = None
) -> list[FindingBody]:
    """Warnings on the value that a request asks for, as known at a ledger size."""
    found = doubts(connection, line, wanted.start, stated(wanted.value, wanted.state), as_of)
    return [FindingBody.model_validate(one.as_json()) for one in found]


@router.post("/{name}/decline", name="decline_correction", status_code=201)
def decline_correction(
    request: Request,
    name: str,
    refusal: Refusal,
    viewer: Annotated[Viewer, Depends(require("decline_correction"))],
) -> Settled:
    """Settle somebody's request without a correction; the reason stays beside it for ever."""
    with summing(request) as connection:
        asked = _asked(connection, viewer, name)
        body: Mapping[str, Any] = asked.body
        done = case.step(
            name, KIND, body["subject"], body["title"]["zh"], body["title"]["en"], step=DECLINED, role="",
            notes={"reason": refusal.reason}, synthetic=body["synthetic"], org=asked.org, by=viewer.actor,
        )  # fmt: skip
        return Settled(entry=append(connection, [done], clock_of(request))[0].index)


@router.post("", name="ask_correction", status_code=201)
def ask_correction(
    request: Request, wanted: CorrectionRequest, viewer: Annotated[Viewer, Depends(require("ask_correction"))]
) -> Asked:
    """Open a case that asks for a correction; nothing changes until another person confirms it.

    What could not be confirmed is refused here already, and a second request for a time of which one waits. `doubts`
    tells what is unlikely of the value; it is not refused for that.
    """
    stated(wanted.value, wanted.state)
    if wanted.start.tzinfo is None:
        raise refused("no_offset", value=wanted.start.isoformat())
    with summing(request) as connection:
        with sought("series", wanted.series):
            line = line_of(connection, wanted.series)
        own(viewer, line.org, "series", wanted.series)
        cited_document(connection, wanted.document)
        with connection.begin_nested() as trial:
            _correct(connection, request, wanted, viewer.actor, _SOMEBODY)
            trial.rollback()
        _only_one(connection, wanted, line.org)
        name = f"correction-{secrets.token_hex(6)}"
        draft = case.step(
            name, KIND, line.source, "读数更正", "Correction of a reading", step=ASKED,
            role="enterprise_reviewer", notes=wanted.model_dump(mode="json"), synthetic=line.synthetic,
            org=line.org, by=viewer.actor,
        )  # fmt: skip
        made = append(connection, [draft], clock_of(request))[0]
        return Asked(case=name, entry=made.index, doubts=doubts_of(connection, line, wanted))


def _only_one(connection: Connection, wanted: CorrectionRequest, org: str) -> None:
    """Refuse a request for a series and time of which one waits, also before the tables have followed the log.

    Two people who ask at once wait for one another.
    """
    key = f"{KIND}/{wanted.series}/{wanted.start.astimezone(UTC).isoformat()}"
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
    for one in case.newest_steps(connection, KIND, "correction-", org):
        body = case.said_in(one)
        if body["step"] != ASKED:
            continue
        other = CorrectionRequest.model_validate(body["notes"])
        if (other.series, other.start) == (wanted.series, wanted.start):
            raise refused(
                "correction_open", case=body["id"], entry=one.index, by=one.by.id,
                value=other.value or str(other.state),
            )  # fmt: skip


@router.post("/{name}/confirm", name="confirm_correction", status_code=201)
def confirm_correction(
    request: Request, name: str, viewer: Annotated[Viewer, Depends(require("confirm_correction"))]
) -> dict[str, Any]:
    """Confirm somebody else's request: the correction becomes an entry and supersedes the reading."""
    with summing(request) as connection:
        asked = _asked(connection, viewer, name)
        if asked.by.id == viewer.label:
            raise refused("second_person", name=viewer.label)
        body: Mapping[str, Any] = asked.body
        wanted = CorrectionRequest.model_validate(body["notes"])
        made = _correct(connection, request, wanted, asked.by, viewer.actor)
        done = case.step(
            name, KIND, body["subject"], body["title"]["zh"], body["title"]["en"], step=CONFIRMED, role="",
            notes={"correction": made.index}, synthetic=body["synthetic"], org=asked.org, by=viewer.actor,
        )  # fmt: skip
        append(connection, [done], clock_of(request))
        return {"entry": made.index, "receipt": receipt_id(made)}


def _asked(connection: Connection, viewer: Viewer, name: str) -> Entry:
    """The entry that asked, from the log itself: 404 for no such case, 409 for one that is settled.

    Two people who confirm at once wait for one another, so that a request is confirmed once.
    """
    key = f"case/{name}"
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
    steps = history(connection, key)
    if not steps or steps[-1].body["kind"] != KIND:
        raise not_found("case", name)
    own(viewer, steps[-1].org, "case", name)
    if steps[-1].body["step"] != ASKED:
        raise Problem(409, [Finding("api.case_settled", params={"name": name})])
    return steps[-1]


def _correct(
    connection: Connection, request: Request, wanted: CorrectionRequest, by: Actor, second: Actor
) -> Entry:
    line = line_of(connection, wanted.series)
    now = datetime.fromtimestamp(clock_of(request).now_ms() / 1000, UTC)
    value = stated(wanted.value, wanted.state)
    if wrong := impossible(line, wanted.start, value, now):
        raise FindingError(wrong)
    return correct(
        connection,
        wanted.series,
        wanted.start.astimezone(UTC),
        value,
        wanted.reason,
        wanted.document,
        by,
        second,
        clock_of(request),
    )
