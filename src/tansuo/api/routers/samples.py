"""A verifier's samples: drawn by size from what stands published, with the seed in the ledger for anybody to redraw."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from tansuo.accounting.listed import Listed, listed
from tansuo.accounting.receipt import of_entry
from tansuo.accounting.sampling import draw
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found, refused
from tansuo.api.shapes import Amount, Named, named, of_published
from tansuo.api.viewer import Moment, clock_of, period_of, reading, require
from tansuo.evidence.document import CITY
from tansuo.evidence.ledger import append, get
from tansuo.quantity.period import Period
from tansuo.registry import case, subject
from tansuo.registry.case import Case

router = APIRouter(prefix="/api/samples", tags=["accounting"])

KIND = "sample"
METHOD = "monetary-unit-sampling/sha256"


class SampleRequest(BaseModel):
    """How many published receipts of a period to draw; without a `seed` one is drawn by lot, and recorded."""

    period: str = Field(max_length=32)
    count: int = Field(ge=1, le=200)
    quantity: str = Field(default="E_fuel", max_length=64)
    seed: str = Field(default="", max_length=64)


class DrawnBody(BaseModel):
    """A receipt to open. `certain`: so large that every seed draws it."""

    receipt: str
    firm: Named
    period: str
    amount: Amount
    certain: bool


class SampleBody(BaseModel):
    """A sample: anybody draws it again from the ledger size, the period, the quantity, the count and the seed."""

    id: str
    entry: int
    drawn_by: str
    drawn_at: datetime
    period: str
    quantity: str
    count: int
    seed: str
    size: int
    population: int
    method: str
    drawn: list[DrawnBody]


@router.post("", name="draw_sample", status_code=201)
def draw_sample(
    request: Request, wanted: SampleRequest, viewer: Annotated[Viewer, Depends(require("draw_sample"))]
) -> SampleBody:
    """Draw published receipts of enterprises with probability proportional to size; the draw is an entry."""
    span = period_of(wanted.period)
    with reading(request, viewer) as connection:
        inside = population(connection, span, wanted.quantity)
        if not inside:
            raise refused("nothing_to_sample", period=span.text)
        seed = wanted.seed or secrets.token_hex(8)
        size = max(one.entry for one in listed(connection)) + 1
        name = f"sample-{secrets.token_hex(6)}"
        draft = case.step(
            name, KIND, _about(connection), f"抽样 {span.text}", f"Sample of {span.text}", step="drawn", role="",
            notes={
                "period": span.text, "quantity": wanted.quantity, "count": wanted.count, "seed": seed,
                "size": size, "method": METHOD,
            },
            synthetic=any(one.synthetic for one in inside), org=CITY, by=viewer.actor,
        )  # fmt: skip
        entry = append(connection, [draft], clock_of(request))[0]
        return _sample(connection, name, entry.index, dict(entry.body["notes"]))  # type: ignore[call-overload]


def _about(connection: Connection) -> str:
    cities = subject.find(connection, kind="city")
    if not cities:
        raise not_found("city", "")
    return cities[0].id


@router.get("", name="list_samples")
def list_samples(
    request: Request, moment: Moment, viewer: Annotated[Viewer, Depends(require("list_samples"))]
) -> list[SampleBody]:
    """Samples drawn so far, the youngest first, each drawn again from what its entry says."""
    with reading(request, viewer) as connection:
        return samples(connection, moment.size(connection) if moment.fixed else None)


def samples(connection: Connection, as_of: int | None = None) -> list[SampleBody]:
    """What `list_samples` answers, for pages that show it among other things."""
    found: list[Case] = sorted(
        case.find(connection, kind=KIND, as_of=as_of), key=lambda one: one.entry, reverse=True
    )
    return [_sample(connection, one.id, one.entry, one.body["notes"]) for one in found]


def population(
    connection: Connection, period: Period, quantity: str, as_of: int | None = None
) -> list[Listed]:
    """What may be drawn: enterprises' published figures of the months inside a period, complete ones."""
    found = listed(connection, quantity=quantity, as_of=as_of)
    return [one for one in found if period.contains(Period.parse(one.period))]


def _sample(connection: Connection, name: str, index: int, notes: dict[str, object]) -> SampleBody:
    """The sample that a case's notes describe, drawn at its ledger size."""
    size, count = int(str(notes["size"])), int(str(notes["count"]))
    period, quantity, seed = (str(notes[key]) for key in ("period", "quantity", "seed"))
    inside = {one.receipt: one for one in population(connection, Period.parse(period), quantity, size)}
    drawn = draw({name: abs(one.value) for name, one in inside.items()}, count, seed)
    ids = sorted({inside[one.receipt].subject for one in drawn})
    firms = {one.id: named(one) for one in subject.find(connection, ids=ids)}
    entries = {one.receipt: get(connection, inside[one.receipt].entry) for one in drawn}
    amounts = {name: of_published(of_entry(found)) for name, found in entries.items() if found is not None}
    entry = get(connection, index)
    assert entry is not None
    return SampleBody(
        id=name,
        entry=index,
        drawn_by=entry.by.id,
        drawn_at=datetime.fromtimestamp(entry.recorded_ms / 1000, UTC),
        period=period,
        quantity=quantity,
        count=count,
        seed=seed,
        size=size,
        population=len(inside),
        method=str(notes["method"]),
        drawn=[
            DrawnBody(
                receipt=one.receipt,
                firm=firms[inside[one.receipt].subject],
                period=inside[one.receipt].period,
                amount=amounts[one.receipt],
                certain=one.certain,
            )
            for one in drawn
        ],
    )
