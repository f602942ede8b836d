"""The approver's desk: what of a month is complete and not published yet, before a decision freezes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from tansuo.accounting.publication import Candidate, Readiness, candidates
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found
from tansuo.api.shapes import Amount, Named, named, of_figure, of_published
from tansuo.api.viewer import Moment, inventory_of, period_of, require, summing
from tansuo.registry import subject

router = APIRouter(prefix="/api/publications", tags=["accounting"])


class CandidateBody(BaseModel):
    """A sum that may be published: as now computed, and as it stands published (null where it does not).

    `incomplete_months` and `members` say what is missing: enterprises that belong to it, and those complete.
    """

    subject: Named
    quantity: str
    scope: str
    readiness: Readiness
    now: Amount
    published: Amount | None
    incomplete_months: list[str]
    enterprises: int
    complete_enterprises: int


class Desk(BaseModel):
    """The candidates of a period at one ledger size, in the order a decision lists them."""

    as_of: int
    period: str
    method: str
    relation: str
    candidates: list[CandidateBody]


@router.get("/desk", name="get_publication_desk")
def get_publication_desk(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_publication_desk"))],
    period: Annotated[str, Query(max_length=32)],
) -> Desk:
    """重点企业合计 of a period that wait for a decision, and those that stand published."""
    span = period_of(period)
    with summing(request) as connection:
        inventory = inventory_of(request, connection, moment.size(connection) if moment.fixed else None)
        cities = subject.find(connection, kind="city", as_of=inventory.as_of)
        if not cities:
            raise not_found("city", "")
        found = candidates(inventory, cities[0].id, span)
        ids = sorted({one.figure.cell.subject for one in found})
        names = {one.id: named(one) for one in subject.find(connection, ids=ids, as_of=inventory.as_of)}
        cell = found[0].figure.cell
        return Desk(
            as_of=inventory.as_of,
            period=span.text,
            method=cell.method,
            relation=cell.relation or "",
            candidates=[_candidate(one, names) for one in found],
        )


def _candidate(one: Candidate, names: dict[str, Named]) -> CandidateBody:
    figure, standing = one.figure, one.standing
    members = figure.completeness.members or (0, 0)
    return CandidateBody(
        subject=names[figure.cell.subject],
        quantity=figure.cell.quantity,
        scope=figure.quantity.scope,
        readiness=one.readiness,
        now=of_figure(figure, standing.receipt if one.readiness == "published" and standing else None),
        published=None if standing is None else of_published(standing),
        incomplete_months=list(figure.completeness.incomplete_months),
        enterprises=members[0],
        complete_enterprises=members[1],
    )
