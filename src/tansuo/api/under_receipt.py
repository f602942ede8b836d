"""Findings and holds under a receipt as one viewer sees them: for the API, for pages and for homes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection

from tansuo.accounting import verification
from tansuo.accounting.receipt import Published
from tansuo.accounting.verification import Remark, Step
from tansuo.api.policy import Viewer, policy
from tansuo.api.shapes import named
from tansuo.api.verification_shapes import FindingStep, HoldBody, NodeBody, VerificationFinding
from tansuo.evidence.document import CITY
from tansuo.evidence.ledger import history
from tansuo.registry import hold, subject
from tansuo.registry.hold import Hold
from tansuo.reporting.under_receipt import NOTHING, Ways

STEP_OF_WAY: Mapping[str, Step] = {"answer": "answered", "close": "closed", "reopen": "reopened"}


def organisation_of(viewer: Viewer) -> str:
    """For whom a viewer acts: the city's own people for the city, everybody else for what their role is held over."""
    return CITY if viewer.role in ("city_manager", "city_approver") else viewer.subject


def may(viewer: Viewer, operation: str) -> bool:
    """Whether the policy row lets the viewer's role call an operation."""
    return policy().rules[operation].allows(viewer.role)


def remark_body(
    connection: Connection, viewer: Viewer, one: Remark, as_of: int | None = None
) -> VerificationFinding:
    """A finding with its steps up to a log size, and what the viewer may do."""
    about = subject.get(connection, one.subject, as_of=as_of)
    return VerificationFinding(
        id=one.id,
        receipt=one.receipt,
        subject=None if about is None else named(about),
        node=NodeBody(id=one.node.id, zh=one.node.zh, en=one.node.en),
        severity=one.severity,
        clause=one.clause,
        state=one.state,
        organisation=one.organisation,
        deadline=one.deadline,
        synthetic=one.synthetic,
        steps=_steps(connection, one.id, as_of),
        may=_finding_ways(viewer, one),
    )


def _finding_ways(viewer: Viewer, one: Remark) -> list[Literal["answer", "close", "reopen"]]:
    ways: list[Literal["answer", "close", "reopen"]] = []
    acting = organisation_of(viewer)
    opened = one.state in (verification.OPEN, verification.REOPENED)
    answers = acting == one.org and viewer.label != one.finder and may(viewer, "answer_finding")
    if answers and opened:
        ways.append("answer")
    if acting == one.organisation and may(viewer, "close_finding"):
        if not one.closed:
            ways.append("close")
        if not opened:
            ways.append("reopen")
    return ways


def hold_body(connection: Connection, viewer: Viewer, one: Hold, as_of: int | None = None) -> HoldBody:
    """A hold with its steps up to a log size, and what the viewer may do."""
    ways: list[Literal["ask", "confirm"]] = []
    if may(viewer, "ask_hold_release") and one.state == hold.HELD:
        ways.append("ask")
    if may(viewer, "confirm_hold_release") and one.state == hold.RELEASE_ASKED and viewer.label != one.asker:
        ways.append("confirm")
    return HoldBody(
        id=one.id,
        subject=one.subject,
        period=one.period,
        receipt=one.receipt,
        state=one.state,
        stands=one.stands,
        org=one.org,
        reason=one.reason,
        synthetic=one.synthetic,
        steps=_steps(connection, one.id, as_of),
        may=ways,
    )


def _steps(connection: Connection, name: str, as_of: int | None) -> list[FindingStep]:
    found = []
    for entry in history(connection, f"case/{name}"):
        body: Mapping[str, Any] = entry.body
        if as_of is None or entry.index < as_of:
            found.append(
                FindingStep(
                    step=body["step"],
                    by=entry.by.id,
                    role=entry.by.role,
                    at=datetime.fromtimestamp(entry.recorded_ms / 1000, UTC),
                    said=body["notes"]["said"],
                    entry=entry.index,
                )
            )
    return found


def under(
    connection: Connection, viewer: Viewer, published: Published, as_of: int | None = None
) -> tuple[list[VerificationFinding], list[HoldBody]]:
    """Findings and holds of a receipt that the reader of ``connection`` may see."""
    remarks = verification.findings(connection, receipt=published.receipt, as_of=as_of)
    cell = published.cell
    held = [
        one
        for one in hold.holds(connection, as_of=as_of)
        if one.covers(cell.subject, cell.period, published.receipt)
    ]
    return (
        [remark_body(connection, viewer, one, as_of) for one in remarks],
        [hold_body(connection, viewer, one, as_of) for one in held],
    )


def waiting_findings(
    connection: Connection, viewer: Viewer, as_of: int | None = None
) -> list[VerificationFinding]:
    """What a home lists: of a verifier what its organisation raised, of everybody else what they answer; not closed."""
    acting = organisation_of(viewer)
    found = (
        verification.findings(connection, organisation=acting, as_of=as_of)
        if viewer.role == "verifier"
        else verification.findings(connection, org=acting, as_of=as_of)
    )
    return [remark_body(connection, viewer, one, as_of) for one in found if not one.closed]


def ways_on_page(connection: Connection, viewer: Viewer, published: Published, done: int | None) -> Ways:
    """What the receipt document offers this viewer."""
    if not viewer.signed_in:
        return NOTHING
    remarks, held = under(connection, viewer, published)
    return Ways(
        steps={one.id: one.may for one in remarks} | {one.id: one.may for one in held},
        attach=may(viewer, "attach_finding"),
        place=may(viewer, "place_hold"),
        done=done,
    )
