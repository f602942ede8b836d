"""Findings and holds under a receipt as one viewer sees them: for the API, for pages and for homes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Literal

from sqlalchemy import Connection

from tansuo.accounting import verification
from tansuo.accounting.receipt import Published
from tansuo.accounting.verification import Remark, Step
from tansuo.api.looking import Look
from tansuo.api.policy import Viewer, policy
from tansuo.api.shapes import Named, named
from tansuo.api.verification_shapes import FindingStep, HoldBody, NodeBody, VerificationFinding
from tansuo.evidence.document import CITY
from tansuo.registry import case, hold, subject
from tansuo.registry.hold import Hold
from tansuo.reporting.under_receipt import NOTHING, Ways

STEP_OF_WAY: Mapping[str, Step] = {"answer": "answered", "close": "closed", "reopen": "reopened"}


def organisation_of(viewer: Viewer) -> str:
    """For whom a viewer acts: the city's own people for the city, everybody else for what their role is held over."""
    return CITY if viewer.role in ("city_manager", "city_approver") else viewer.subject


def may(viewer: Viewer, operation: str) -> bool:
    """Whether the policy row lets the viewer's role call an operation."""
    return policy().rules[operation].allows(viewer.role)


def remark_body(look: Look, one: Remark) -> VerificationFinding:
    """A finding with its steps, and what the viewer may do: from a past point nothing."""
    about = subject.get(look.connection, one.subject, as_of=look.size)
    return VerificationFinding(
        id=one.id,
        receipt=one.receipt,
        subject=None if about is None else named(about),
        node=NodeBody(id=one.node.id, zh=one.node.zh, en=one.node.en),
        severity=one.severity,
        clause=one.clause,
        state=one.state,
        organisation=_named(look, one.organisation),
        deadline=one.deadline,
        late=one.late(look.today),
        synthetic=one.synthetic,
        steps=_steps(look, one.id),
        may=[] if look.past else _finding_ways(look.viewer, one),
    )


def _named(look: Look, name: str) -> Named:
    """A subject by its name; by its id where the viewer sees none."""
    found = subject.get(look.connection, name, as_of=look.size)
    if found is None:
        return Named(id=name, kind="", name_zh=name, name_en=name, synthetic=False)
    return named(found)


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


def hold_body(look: Look, one: Hold) -> HoldBody:
    """A hold with its steps, and what the viewer may do: from a past point nothing."""
    return HoldBody(
        id=one.id,
        subject=_named(look, one.subject),
        period=one.period,
        receipt=one.receipt,
        state=one.state,
        stands=one.stands,
        org=one.org,
        reason=one.reason,
        synthetic=one.synthetic,
        steps=_steps(look, one.id),
        may=[] if look.past else _hold_ways(look.viewer, one),
    )


def _hold_ways(viewer: Viewer, one: Hold) -> list[Literal["ask", "confirm"]]:
    if may(viewer, "ask_hold_release") and one.state == hold.HELD:
        return ["ask"]
    confirms = one.state == hold.RELEASE_ASKED and viewer.label != one.asker
    return ["confirm"] if confirms and may(viewer, "confirm_hold_release") else []


def _steps(look: Look, name: str) -> list[FindingStep]:
    found = []
    for entry in case.steps(look.connection, name, look.size):
        body: Mapping[str, Any] = entry.body
        role = policy().roles.get(entry.by.role)
        found.append(
            FindingStep(
                step=body["step"],
                by=entry.by.id,
                role_zh=role.zh if role else entry.by.role,
                role_en=role.en if role else entry.by.role,
                at=datetime.fromtimestamp(entry.recorded_ms / 1000, UTC),
                said=body["notes"]["said"],
                entry=entry.index,
            )
        )
    return found


def _under(
    connection: Connection, published: Published, as_of: int | None
) -> tuple[list[Remark], list[Hold]]:
    """Findings and holds of a receipt that the reader of ``connection`` may see."""
    cell = published.cell
    held = [
        one
        for one in hold.holds(connection, as_of=as_of)
        if one.covers(cell.subject, cell.period, published.receipt)
    ]
    return verification.findings(connection, receipt=published.receipt, as_of=as_of), held


def under(look: Look, published: Published) -> tuple[list[VerificationFinding], list[HoldBody]]:
    """Findings and holds of a receipt as the viewer is told them."""
    remarks, held = _under(look.connection, published, look.size)
    return [remark_body(look, one) for one in remarks], [hold_body(look, one) for one in held]


def open_findings(
    look: Look, organisation: str | None = None, org: str | None = None
) -> list[VerificationFinding]:
    """Findings not closed, of one finder or owner or of all: late answers first, then by deadline, then by age."""
    known = verification.findings(look.connection, organisation=organisation, org=org, as_of=look.size)
    found = [one for one in known if not one.closed]
    found.sort(key=lambda one: (not one.late(look.today), one.deadline or date.max, one.entry))
    return [remark_body(look, one) for one in found]


def waiting_findings(look: Look) -> list[VerificationFinding]:
    """What a home lists: of a verifier what its organisation raised, of everybody else what they answer; not closed."""
    acting = organisation_of(look.viewer)
    if look.viewer.role == "verifier":
        return open_findings(look, organisation=acting)
    return open_findings(look, org=acting)


def ways_on_page(
    connection: Connection, viewer: Viewer, published: Published, done: int | None, *, past: bool
) -> Ways:
    """What the receipt document offers this viewer; from a past point it offers nothing and says what was late."""
    if not viewer.signed_in:
        return NOTHING
    if past:
        return Ways()
    remarks, held = _under(connection, published, None)
    return Ways(
        steps={one.id: _finding_ways(viewer, one) for one in remarks}
        | {one.id: _hold_ways(viewer, one) for one in held},
        attach=may(viewer, "attach_finding"),
        place=may(viewer, "place_hold"),
        done=done,
    )
