"""Corrections: one person asks with a reason, another one confirms; both versions of the reading stay."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from tansuo.api.policy import Viewer
from tansuo.api.problems import Problem, not_found
from tansuo.api.viewer import own, require, summing
from tansuo.evidence.clock import SystemClock
from tansuo.evidence.entry import Actor
from tansuo.evidence.ledger import append, get, receipt_id
from tansuo.monitoring.correction import correct
from tansuo.monitoring.lookup import line_of
from tansuo.quantity.decimals import parse_decimal
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import State
from tansuo.registry import case

router = APIRouter(prefix="/api/corrections", tags=["monitoring"])

KIND = "correction"
ASKED, CONFIRMED = "asked", "confirmed"


class CorrectionRequest(BaseModel):
    """What a reading shall be: `value` a decimal text in the series' unit, or `state` where it has no number."""

    series: str = Field(max_length=200)
    start: datetime
    value: str | None = Field(default=None, max_length=40)
    state: State | None = None
    reason: str = Field(min_length=3, max_length=2000)
    document: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


def _refused(name: str, value: object, reason: str) -> Problem:
    params = {"name": name, "value": str(value), "reason": reason}
    return Problem(422, [Finding("api.bad_parameter", params=params)])


def _value(value: str | None, state: State | None) -> Decimal | State:
    if (value is None) == (state is None):
        raise _refused("value", value, "give either value or state")
    if value is None:
        assert state is not None
        return state
    try:
        return parse_decimal(value)
    except ValueError as error:
        raise _refused("value", value, str(error)) from error


def _actor(viewer: Viewer) -> Actor:
    return Actor(viewer.label, viewer.role, (viewer.session or "")[:16])


@router.post("", name="ask_correction", status_code=201)
def ask_correction(
    request: Request, wanted: CorrectionRequest, viewer: Annotated[Viewer, Depends(require("ask_correction"))]
) -> dict[str, Any]:
    """Open a case that asks for a correction; nothing changes until another person confirms it."""
    _value(wanted.value, wanted.state)
    if wanted.start.tzinfo is None:
        raise _refused("start", wanted.start, "needs an offset, such as +08:00")
    with summing(request) as connection:
        line = line_of(connection, wanted.series)
        own(viewer, line.org, "series", wanted.series)
        name = f"correction-{secrets.token_hex(6)}"
        draft = case.step(
            name, KIND, line.source, "读数更正", "Correction of a reading", step=ASKED,
            role="enterprise_reviewer", notes=wanted.model_dump(mode="json"), synthetic=line.synthetic,
            org=line.org, by=_actor(viewer),
        )  # fmt: skip
        made = append(connection, [draft], SystemClock())[0]
        return {"case": name, "entry": made.index}


@router.post("/{name}/confirm", name="confirm_correction", status_code=201)
def confirm_correction(
    request: Request, name: str, viewer: Annotated[Viewer, Depends(require("confirm_correction"))]
) -> dict[str, Any]:
    """Confirm somebody else's request: the correction becomes an entry and supersedes the reading."""
    with summing(request) as connection:
        found = case.get(connection, name)
        if found is None or found.kind != KIND or found.step != ASKED:
            raise not_found("case", name)
        own(viewer, found.org, "case", name)
        asked = get(connection, found.entry)
        assert asked is not None
        if asked.by.id == viewer.label:
            raise Problem(422, [Finding("api.second_person", params={"name": viewer.label})])
        wanted = CorrectionRequest.model_validate(found.body["notes"])
        made = correct(
            connection,
            wanted.series,
            wanted.start.astimezone(UTC),
            _value(wanted.value, wanted.state),
            wanted.reason,
            wanted.document,
            asked.by,
            _actor(viewer),
            SystemClock(),
        )
        done = case.step(
            name, KIND, found.subject, found.title_zh, found.title_en, step=CONFIRMED, role="",
            notes={"correction": made.index}, synthetic=found.synthetic, org=found.org, by=_actor(viewer),
        )  # fmt: skip
        append(connection, [done], SystemClock())
        return {"entry": made.index, "receipt": receipt_id(made)}
