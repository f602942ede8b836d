"""Figures and receipts as data: decimal strings with unit, kinds and receipt; publication and replay."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from tansuo.accounting.drilldown import steps_of
from tansuo.accounting.figure import Cell, Child, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.overview import METHOD, Line, overview
from tansuo.accounting.receipt import Published, publish, published
from tansuo.accounting.replay import open_receipt, replay
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found, refused, sought
from tansuo.api.viewer import (
    Moment,
    clock_of,
    computing,
    inventory_of,
    own,
    own_subject,
    period_of,
    reading,
    require,
    summing,
)
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import PUBLIC
from tansuo.evidence.ledger import append, receipt_id, size
from tansuo.quantity.decimals import plain
from tansuo.registry import subject
from tansuo.registry.case import decide
from tansuo.registry.statement import Stage

router = APIRouter(prefix="/api", tags=["accounting"])


def figure_as_json(figure: Figure, viewer: Viewer | None = None) -> dict[str, Any]:
    """A figure: `value` is null where something is missing, and `completeness` says what.

    With a `viewer` also what it is made of; of an enterprise outside their scope only that it is part of it.
    """
    body: dict[str, Any] = {
        "cell": figure.cell.as_json(),
        "value": figure.text,
        "unit": figure.unit,
        "state": "value" if figure.missing is None else figure.missing.state.value,
        "partial": None if figure.partial is None else plain(figure.partial),
        "by_kind": {kind.value: plain(amount) for kind, amount in figure.by_kind.items()},
        "kinds": sorted(kind.value for kind in figure.kinds),
        "scope": figure.quantity.scope,
        "completeness": figure.completeness.as_json(),
        "synthetic": figure.synthetic,
        "fingerprint": figure.method_fingerprint,
        "as_of": figure.as_of,
        "input_digest": figure.input_digest,
        "stage": Stage.CALCULATED.value,
    }
    if viewer is not None:
        body["children"] = [_child(child, viewer) for child in figure.children]
        body["steps"] = [
            {"quantity": one.cell[0], "cell": one.cell[1], "formula": one.formula, "worked": dict(one.worked)}
            for one in steps_of(figure)
        ]
    return body


def _child(child: Child, viewer: Viewer) -> dict[str, Any]:
    shown = all(one.org == CITY or viewer.sees(one.org) for one in child.figures)
    known = shown and child.contribution is not None
    return {
        "subject": child.subject,
        "name_zh": child.name_zh,
        "name_en": child.name_en,
        "contribution": plain(child.contribution) if known and child.contribution is not None else None,
        "complete": child.complete,
        "shown": shown,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "subject": line.subject.id,
        "name_zh": line.subject.name_zh,
        "name_en": line.subject.name_en,
        "direct": figure_as_json(line.direct),
        "indirect": figure_as_json(line.indirect),
        "enterprises": line.coverage.enterprises,
        "complete": line.coverage.complete,
        "readings_expected": line.coverage.readings_expected,
        "readings_present": line.coverage.readings_present,
        "synthetic": line.synthetic,
    }


@router.get("/overview", name="get_overview")
def get_overview(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_overview"))],
    period: Annotated[str, Query(max_length=32)],
    method: Annotated[str, Query(max_length=128)] = METHOD,
) -> dict[str, Any]:
    """重点企业合计 of the city and its assessment units; enterprises only within the viewer's scope."""
    span = period_of(period)
    with summing(request) as connection:
        size_ = moment.size(connection) if moment.fixed else None
        cities = subject.find(connection, kind="city", as_of=size_)
        if not cities:
            raise not_found("city", "")
        inventory = inventory_of(request, connection, size_)
        found = overview(connection, cities[0].id, span.text, method=method, inventory=inventory)
        return {
            "as_of": found.as_of,
            "period": found.period,
            "title_zh": "重点企业合计",
            "title_en": "Key enterprises, sum",
            "city_total": None,
            "city": _line(found.city),
            "units": [_line(one) for one in found.units],
            "enterprises": [_line(one) for one in found.enterprises if viewer.sees(one.subject.org)],
        }


@router.get("/figures", name="get_figure")
def get_figure(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_figure"))],
    subject_id: Annotated[str, Query(alias="subject", max_length=128)],
    quantity: Annotated[str, Query(max_length=64)],
    period: Annotated[str, Query(max_length=32)],
    method: Annotated[str, Query(max_length=128)] = METHOD,
    relation: Annotated[str, Query(max_length=32)] = "",
) -> dict[str, Any]:
    """The provisional figure of a cell, computed from (cell, method, ledger size)."""
    cell = Cell(subject_id, quantity, period_of(period).text, method, relation or None)
    with computing(request, viewer, roll_up=bool(relation)) as connection:
        size_ = moment.size(connection) if moment.fixed else None
        own_subject(connection, viewer, subject_id, "figure", size_)
        figure = inventory_of(request, connection, size_).figures([cell])[0]
        if figure.org != CITY:
            own(viewer, figure.org, "figure", subject_id)
        return figure_as_json(figure, viewer)


@router.get("/receipts", name="list_receipts")
def list_receipts(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_receipts"))],
    subject_id: Annotated[str | None, Query(alias="subject", max_length=128)] = None,
    stage: Annotated[Stage | None, Query()] = None,
) -> list[dict[str, Any]]:
    """Published figures in force that the viewer may see, oldest first; for the public, what is public."""
    with reading(request, viewer) as connection:
        size_ = moment.size(connection) if moment.fixed else None
        found = published(connection, subject=subject_id, stage=stage, as_of=size_)
        return [_published(one) for one in found]


def _published(one: Published) -> dict[str, Any]:
    return {
        "receipt": one.receipt,
        "entry": one.entry,
        "cell": one.cell.as_json(),
        "value": one.value,
        "unit": one.unit,
        "stage": one.stage.value,
        "as_of": one.size,
        "decision": one.decision,
        "synthetic": one.synthetic,
        "org": one.org,
    }


@router.get("/receipts/{receipt}", name="get_receipt")
def get_receipt(
    request: Request, receipt: str, viewer: Annotated[Viewer, Depends(require("get_receipt"))]
) -> dict[str, Any]:
    """A published figure exactly as its ledger entry says it."""
    with reading(request, viewer) as connection:
        with sought("receipt", receipt):
            found, problems = open_receipt(connection, receipt)
        if found.org != PUBLIC:
            own(viewer, found.org, "receipt", receipt)
        return {
            "receipt": found.receipt,
            "entry": found.entry,
            "stage": found.stage.value,
            "org": found.org,
            "figure": dict(found.body),
            "findings": [one.as_json() for one in problems],
        }


@router.post("/receipts/{receipt}/replay", name="replay_receipt")
def replay_receipt(
    request: Request, receipt: str, viewer: Annotated[Viewer, Depends(require("replay_receipt"))]
) -> dict[str, Any]:
    """Rebuild the inputs of a published figure from raw bytes and compare the strings. Takes seconds."""
    with summing(request) as connection:
        with sought("receipt", receipt):
            found, _ = open_receipt(connection, receipt)
        if found.org != PUBLIC:
            own(viewer, found.org, "receipt", receipt)
        result = replay(connection, receipt)
        return {
            "receipt": receipt,
            "published": result.published,
            "replayed": result.replayed,
            "equal": result.equal,
            "findings": [one.as_json() for one in result.findings],
        }


class PublicationRequest(BaseModel):
    """Which cells to publish by one decision. `audience`: `public`, or the organisation that may see them."""

    subjects: list[str] = Field(min_length=1, max_length=200)
    quantities: list[str] = Field(min_length=1, max_length=20)
    period: str = Field(max_length=32)
    method: str = Field(default=METHOD, max_length=128)
    relation: str = Field(default="", max_length=32)
    stage: Stage = Stage.PUBLISHED
    audience: str = Field(default=PUBLIC, max_length=128)
    title_zh: str = Field(min_length=2, max_length=200)
    title_en: str = Field(min_length=2, max_length=200)
    reason: str = Field(default="", max_length=2000)


@router.post("/publications", name="publish_figures", status_code=201)
def publish_figures(
    request: Request,
    wanted: PublicationRequest,
    viewer: Annotated[Viewer, Depends(require("publish_figures"))],
) -> dict[str, Any]:
    """A decision that freezes the present ledger size and publishes the figures of the cells named."""
    if wanted.stage not in (Stage.APPROVED, Stage.PUBLISHED):
        raise refused("bad_stage", stage=wanted.stage.value)
    span = period_of(wanted.period)
    with summing(request) as connection:
        if wanted.audience not in (PUBLIC, CITY):
            firm = subject.get(connection, wanted.audience)
            if firm is None or firm.org != wanted.audience:
                raise refused("bad_audience", audience=wanted.audience)
        inventory = Inventory(connection)
        cells = [
            Cell(one, quantity, span.text, wanted.method, wanted.relation or None)
            for one in wanted.subjects
            for quantity in wanted.quantities
        ]
        made = inventory.figures(cells)
        by = viewer.actor
        draft = decide(
            f"publication-{span.text.replace('/', '-')}-{size(connection)}", "publication", wanted.subjects[0],
            wanted.title_zh, wanted.title_en, outcome="published", authority=viewer.label, size=inventory.as_of,
            audience=wanted.audience, stage=wanted.stage, synthetic=any(one.synthetic for one in made), by=by,
            covers={
                "period": wanted.period, "quantity": wanted.quantities, "subject": wanted.subjects,
                "relation": wanted.relation, "method": wanted.method,
            },
        )  # fmt: skip
        decision = append(connection, [draft], clock_of(request))[0]
        entries = publish(connection, made, decision, by, clock=clock_of(request), reason=wanted.reason)
        return {
            "decision": decision.index,
            "receipts": [{"receipt": receipt_id(one), "cell": one.body["cell"]} for one in entries],
        }
