"""Figures and receipts as data: decimal strings with unit, kinds and receipt; publication and replay."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from tansuo.accounting.drilldown import steps_of
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.overview import METHOD, Line, overview
from tansuo.accounting.receipt import publish
from tansuo.accounting.replay import open_receipt, replay
from tansuo.api.policy import Viewer
from tansuo.api.problems import Problem, not_found
from tansuo.api.viewer import Moment, own, require, summing
from tansuo.evidence.clock import SystemClock
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import PUBLIC, Actor
from tansuo.evidence.ledger import append, receipt_id, size
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding
from tansuo.registry import subject
from tansuo.registry.case import decide
from tansuo.registry.statement import Stage

router = APIRouter(prefix="/api", tags=["accounting"])


def figure_as_json(figure: Figure, *, details: bool = True) -> dict[str, Any]:
    """A figure: `value` is null where something is missing, and `completeness` says what."""
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
    if details:
        body["children"] = [
            {
                "subject": child.subject,
                "name_zh": child.name_zh,
                "name_en": child.name_en,
                "contribution": None if child.contribution is None else plain(child.contribution),
                "complete": child.complete,
            }
            for child in figure.children
        ]
        body["steps"] = [
            {"quantity": one.cell[0], "cell": one.cell[1], "formula": one.formula, "worked": dict(one.worked)}
            for one in steps_of(figure)
        ]
    return body


def _line(line: Line) -> dict[str, Any]:
    return {
        "subject": line.subject.id,
        "name_zh": line.subject.name_zh,
        "name_en": line.subject.name_en,
        "direct": figure_as_json(line.direct, details=False),
        "indirect": figure_as_json(line.indirect, details=False),
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
    with summing(request) as connection:
        size_ = moment.size(connection) if moment.fixed else None
        cities = subject.find(connection, kind="city", as_of=size_)
        if not cities:
            raise not_found("city", "")
        found = overview(connection, cities[0].id, period, as_of=size_, method=method)
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
    with summing(request) as connection:
        size_ = moment.size(connection) if moment.fixed else None
        cell = Cell(subject_id, quantity, period, method, relation or None)
        figure = Inventory(connection, size_).figures([cell])[0]
        if figure.org != CITY:
            own(viewer, figure.org, "figure", subject_id)
        return figure_as_json(figure)


@router.get("/receipts/{receipt}", name="get_receipt")
def get_receipt(
    request: Request, receipt: str, viewer: Annotated[Viewer, Depends(require("get_receipt"))]
) -> dict[str, Any]:
    """A published figure exactly as its ledger entry says it."""
    with summing(request) as connection:
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
        params = {"name": "stage", "value": wanted.stage.value, "reason": "approved or published"}
        raise Problem(422, [Finding("api.bad_parameter", params=params)])
    with summing(request) as connection:
        inventory = Inventory(connection)
        cells = [
            Cell(one, quantity, wanted.period, wanted.method, wanted.relation or None)
            for one in wanted.subjects
            for quantity in wanted.quantities
        ]
        made = inventory.figures(cells)
        by = Actor(viewer.label, viewer.role, viewer.session or "")
        draft = decide(
            f"publication-{wanted.period}-{size(connection)}", "publication", wanted.subjects[0],
            wanted.title_zh, wanted.title_en, outcome="published", authority=viewer.label, size=inventory.as_of,
            audience=wanted.audience, stage=wanted.stage, synthetic=any(one.synthetic for one in made), by=by,
            covers={
                "period": wanted.period, "quantity": wanted.quantities, "subject": wanted.subjects,
                "relation": wanted.relation, "method": wanted.method,
            },
        )  # fmt: skip
        decision = append(connection, [draft], SystemClock())[0]
        entries = publish(connection, made, decision, by, clock=SystemClock(), reason=wanted.reason)
        return {
            "decision": decision.index,
            "receipts": [{"receipt": receipt_id(one), "cell": one.body["cell"]} for one in entries],
        }
