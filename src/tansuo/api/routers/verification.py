"""Findings of verifiers 不符合项: attached to a node of a receipt, answered by its owner, closed by the finder."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection

from tansuo.accounting import verification
from tansuo.accounting.figure import Figure, read_cell
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.receipt import Published, of_entry
from tansuo.accounting.verification import Severity, Step
from tansuo.api.looking import looking
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found, sought
from tansuo.api.under_receipt import STEP_OF_WAY, may, organisation_of, remark_body, under
from tansuo.api.verification_shapes import (
    FindingSaid,
    Made,
    NewFinding,
    NodeBody,
    UnderReceipt,
    VerificationFinding,
    step_made,
)
from tansuo.api.viewer import Moment, clock_of, own, require, summing
from tansuo.evidence.entry import PUBLIC
from tansuo.evidence.ledger import find_receipt

router = APIRouter(prefix="/api", tags=["verification"])


def published_receipt(connection: Connection, viewer: Viewer, receipt: str) -> Published:
    """The published figure of a receipt; 404 for none, or one that is not for this viewer."""
    entry = find_receipt(connection, receipt)
    if entry is None or entry.type != "figure":
        raise not_found("receipt", receipt)
    if entry.org != PUBLIC:
        own(viewer, entry.org, "receipt", receipt)
    return of_entry(entry)


def computed(connection: Connection, published: Published) -> Figure:
    """The figure of a receipt at its own log size."""
    return Inventory(connection, published.size).figures([read_cell(published.body["cell"])])[0]


@router.get("/findings", name="list_findings")
def list_findings(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_findings"))],
    state: Annotated[Literal["open", "all"], Query(description="open: not closed yet")] = "open",
) -> list[VerificationFinding]:
    """Findings in the viewer's scope, those that wait first."""
    with looking(request, viewer, moment) as look:
        found = verification.findings(look.connection, as_of=look.size)
        return [remark_body(look, one) for one in found if state == "all" or not one.closed]


@router.get("/receipts/{receipt}/findings", name="get_under_receipt")
def get_under_receipt(
    request: Request,
    receipt: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_under_receipt"))],
) -> UnderReceipt:
    """Findings and holds of a receipt that the viewer may see, and what they may do: from a past point nothing."""
    attaches = may(viewer, "attach_finding")
    nodes: list[NodeBody] = []
    with summing(request) as connection:
        published = published_receipt(connection, viewer, receipt)
        if attaches:
            places = verification.nodes_of(computed(connection, published))
            nodes = [NodeBody(id=one.id, zh=one.zh, en=one.en) for one in places]
    with looking(request, viewer, moment) as look:
        findings, holds = under(look, published)
        past = look.past
    return UnderReceipt(
        receipt=receipt,
        findings=findings,
        holds=holds,
        nodes=[] if past else nodes,
        may_hold=not past and may(viewer, "place_hold"),
    )


@router.post("/receipts/{receipt}/findings", name="attach_finding", status_code=201)
def attach_finding(
    request: Request,
    receipt: str,
    wanted: NewFinding,
    viewer: Annotated[Viewer, Depends(require("attach_finding"))],
) -> Made:
    """Attach a finding to a node of a receipt."""
    return attached(request, viewer, receipt, wanted)


def attached(request: Request, viewer: Viewer, receipt: str, wanted: NewFinding) -> Made:
    """What `attach_finding` does, for the form of the receipt document too."""
    with summing(request) as connection:
        published = published_receipt(connection, viewer, receipt)
        severity: Severity = wanted.severity
        entry = verification.attach(
            connection, published, computed(connection, published), wanted.node, severity, wanted.clause,
            wanted.text, organisation_of(viewer), viewer.actor, clock_of(request), deadline=wanted.deadline,
        )  # fmt: skip
        return step_made(entry)


def moved(
    request: Request, viewer: Viewer, name: str, step: Step, said: str, deadline: date | None = None
) -> Made:
    """One step of a finding; 404 for one outside the viewer's scope as for one that does not exist."""
    with summing(request) as connection:
        with sought("finding", name):
            standing = verification.latest(connection, name)
        own(viewer, standing.org, "finding", name)
        acting, clock = organisation_of(viewer), clock_of(request)
        entry = verification.move(
            connection, name, step, said, acting, viewer.actor, clock, deadline=deadline
        )
        return Made(id=name, entry=entry.index)


def _offer(way: str, about: str) -> None:
    """One operation a step, since each has its own row of the policy."""
    operation = f"{way}_finding"
    allowed = Depends(require(operation))

    def step(request: Request, name: str, said: FindingSaid, viewer: Viewer = allowed) -> Made:
        return moved(request, viewer, name, STEP_OF_WAY[way], said.text, said.deadline)

    router.add_api_route(
        f"/findings/{{name}}/{way}",
        step,
        methods=["POST"],
        name=operation,
        status_code=201,
        description=about,
    )


_offer("answer", "Answer a finding about a figure of the viewer's own organisation.")
_offer("close", "Close a finding of the viewer's own organisation.")
_offer("reopen", "Open a finding of the viewer's own organisation again: the answer does not settle it.")
