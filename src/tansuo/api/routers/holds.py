"""Holds 证据保全: placed with a reason, released by two people; while one stands nothing under it is erased."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection

from tansuo.api.looking import looking
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found, refused
from tansuo.api.routers.verification import published_receipt
from tansuo.api.under_receipt import hold_body
from tansuo.api.verification_shapes import HoldBody, HoldSaid, Made, NewHold, step_made
from tansuo.api.viewer import Moment, clock_of, require, summing
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import PUBLIC
from tansuo.registry import hold, subject

router = APIRouter(prefix="/api/holds", tags=["verification"])


@router.get("", name="list_holds")
def list_holds(
    request: Request, moment: Moment, viewer: Annotated[Viewer, Depends(require("list_holds"))]
) -> list[HoldBody]:
    """Holds in the viewer's scope, those that stand first; the audit administrator sees all of them."""
    sees = replace(viewer, orgs=None) if viewer.role == "audit_admin" else viewer
    with looking(request, sees, moment) as look:
        found = hold.holds(look.connection, as_of=look.size)
        return [hold_body(look, one) for one in found if sees.sees(one.org)]


@router.post("", name="place_hold", status_code=201)
def place_hold(
    request: Request, wanted: NewHold, viewer: Annotated[Viewer, Depends(require("place_hold"))]
) -> Made:
    """Place a hold over a receipt, or over a subject with or without a period."""
    with summing(request) as connection:
        return placed(request, connection, viewer, wanted)


def placed(request: Request, connection: Connection, viewer: Viewer, wanted: NewHold) -> Made:
    """What `place_hold` does, for the form of the receipt document too."""
    if bool(wanted.receipt) == bool(wanted.subject):
        raise refused("hold_scope")
    name, period, figure = wanted.subject, wanted.period, None
    if wanted.receipt:
        # Whether the receipt exists is no secret of the business: who holds it needs no scope.
        published = published_receipt(connection, _everywhere(viewer), wanted.receipt)
        name, period, figure = published.cell.subject, published.cell.period, published.entry
    about = subject.get(connection, name)
    if about is None:
        raise not_found("subject", name)
    org = CITY if about.org == PUBLIC else about.org
    entry = hold.place(
        connection, about.id, org, wanted.reason, viewer.actor, clock_of(request), period=period,
        receipt=wanted.receipt, figure=figure, synthetic=about.synthetic,
    )  # fmt: skip
    return step_made(entry)


def _everywhere(viewer: Viewer) -> Viewer:
    return Viewer(viewer.role, viewer.label, viewer.subject, None)


@router.post("/{name}/release", name="ask_hold_release", status_code=201)
def ask_hold_release(
    request: Request,
    name: str,
    said: HoldSaid,
    viewer: Annotated[Viewer, Depends(require("ask_hold_release"))],
) -> Made:
    """Ask for the release of a hold; it stands until another person confirms."""
    with summing(request) as connection:
        return step_made(hold.ask_release(connection, name, said.reason, viewer.actor, clock_of(request)))


@router.post("/{name}/release/confirm", name="confirm_hold_release", status_code=201)
def confirm_hold_release(
    request: Request, name: str, viewer: Annotated[Viewer, Depends(require("confirm_hold_release"))]
) -> Made:
    """Release a hold whose release somebody else asked for."""
    with summing(request) as connection:
        return step_made(hold.confirm_release(connection, name, viewer.actor, clock_of(request)))
