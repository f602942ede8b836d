"""报送: a department states a value of an indicator that it owns."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from tansuo.api.basis_shapes import Recorded
from tansuo.api.looking import cited_document, stated
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found, refused
from tansuo.api.viewer import clock_of, period_of, require, summing
from tansuo.evidence.document import CITY
from tansuo.evidence.ledger import append, is_demo
from tansuo.evidence.moment import zone_of
from tansuo.quantity.state import State
from tansuo.registry import indicator, statement, subject
from tansuo.registry.indicator import Indicator
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import Stage, state_
from tansuo.registry.subject import Subject

router = APIRouter(prefix="/api/deliveries", tags=["registry"])

KINDS = ("city", "division", "assessment_unit")
"""Kinds of subjects of which a department reports."""


class Delivered(BaseModel):
    """A value of an indicator in its own unit, or the `state` that says why there is none.

    `subject` is the city where it is empty. `reason`: why it replaces what the department stated before of the same
    subject, period and stage.
    """

    indicator: str = Field(max_length=128)
    subject: str = Field(default="", max_length=128)
    period: str = Field(max_length=9)
    value: str | None = Field(default=None, max_length=40)
    state: State | None = None
    stage: Literal["flash", "preliminary", "approved"] = "preliminary"
    citation: str = Field(min_length=3, max_length=300)
    page: str = Field(default="", max_length=80)
    document: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    reason: str | None = Field(default=None, min_length=3, max_length=2000)


@router.post("", name="deliver_statement", status_code=201)
def deliver_statement(
    request: Request,
    wanted: Delivered,
    viewer: Annotated[Viewer, Depends(require("deliver_statement"))],
) -> Recorded:
    """State it. 404 for an indicator of another department, 422 for a period that has not begun."""
    value = stated(wanted.value, wanted.state)
    with summing(request) as connection:
        department = subject.get(connection, viewer.subject)
        about = _owned(connection, wanted.indicator, department)
        place = _place(connection, wanted.subject)
        _begun(request, connection, wanted.period)
        cited_document(connection, wanted.document)
        known = statement.find(
            connection, subject=place.id, indicator=about.code, period=wanted.period, world="actual", basis="",
            stage=Stage(wanted.stage), issuer=viewer.subject,
        )  # fmt: skip
        if known and wanted.reason is None:
            raise refused("replaces_without_reason", entry=known[0].entry)
        demo = is_demo(connection)
        draft = state_(
            place.id,
            about.code,
            wanted.period,
            value,
            about.unit,
            stage=Stage(wanted.stage),
            synthetic=demo,
            issuer=viewer.subject,
            source=Source(
                wanted.citation,
                Status.EXAMPLE if demo else Status.OFFICIAL,
                wanted.page,
                wanted.document or "",
            ),
            org=CITY,
            by=viewer.actor,
            supersedes=known[0].entry if known else None,
            why={"reason": wanted.reason} if wanted.reason else None,
        )
        return Recorded(entries=[append(connection, [draft], clock_of(request))[0].index])


def _owned(connection: Connection, code: str, department: Subject | None) -> Indicator:
    """The indicator, if the department owns it; 404 for any other."""
    about = indicator.get(connection, code)
    if about is None or department is None or about.owner != department.name_zh:
        raise not_found("indicator", code)
    return about


def _place(connection: Connection, name: str) -> Subject:
    """The city, or a part of it that is named; 404 for anything else."""
    if not name:
        return subject.find(connection, kind="city")[0]
    found = subject.get(connection, name)
    if found is None or found.kind not in KINDS:
        raise not_found("subject", name)
    return found


def _begun(request: Request, connection: Connection, period: str) -> None:
    today = datetime.fromtimestamp(clock_of(request).now_ms() / 1000, ZoneInfo(zone_of(connection))).date()
    if period_of(period).start > today:
        raise refused("period_ahead", period=period, today=today.isoformat())
