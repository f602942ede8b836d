"""The documents: pages rendered by the server, without script; every figure leads to its receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from tansuo.accounting.figure import Cell, read_cell
from tansuo.accounting.inventory import known_size
from tansuo.accounting.receipt import of_entry
from tansuo.api.own_frames import own_frame
from tansuo.api.policy import Viewer, policy
from tansuo.api.problems import not_found, sought
from tansuo.api.under_receipt import ways_on_page
from tansuo.api.viewer import (
    AsOfQuery,
    Day,
    Index,
    Moment,
    clock_of,
    computing,
    memory_of,
    own,
    own_subject,
    period_of,
    reading,
    require,
    summing,
)
from tansuo.evidence.browse import type_count
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import PUBLIC
from tansuo.evidence.ledger import find_receipt
from tansuo.monitoring.lookup import line_of
from tansuo.registry import subject
from tansuo.reporting.cells import Seen
from tansuo.reporting.day_pages import day_page
from tansuo.reporting.enterprise_pages import enterprise_page
from tansuo.reporting.frame import frame
from tansuo.reporting.html import Language, Page, language_of
from tansuo.reporting.ledger_pages import entry_page as render_entry
from tansuo.reporting.ledger_pages import ledger_page as render_ledger
from tansuo.reporting.method_pages import factors_page, methods_page
from tansuo.reporting.method_pages import method_page as render_method
from tansuo.reporting.method_pages import pack_page as render_pack
from tansuo.reporting.overview_pages import overview_page as render_overview
from tansuo.reporting.public_overview import public_overview_page as render_public_overview
from tansuo.reporting.receipt_pages import figure_at
from tansuo.reporting.receipt_pages import receipt_page as render_receipt
from tansuo.reporting.record_pages import frame_page as render_frame

router = APIRouter(tags=["documents"], default_response_class=HTMLResponse)


def _frame(
    request: Request,
    connection: Connection,
    language: Language,
    viewer: Viewer,
    moment: AsOfQuery,
    section: str,
    path: str,
    kept: Sequence[tuple[str, str]] = (),
    *,
    pick_date: bool = True,
) -> Page:
    size = moment.size(connection) if moment.fixed else None
    named = policy().roles[viewer.role]
    role = named.zh if language == "zh" else named.en
    return frame(
        connection,
        language=language,
        section=section,
        path=path,
        clock=clock_of(request),
        as_of=size,
        known=None if section == "ledger" else known_size(connection),
        known_on=moment.known_on.isoformat() if moment.known_on and moment.as_of is None else "",
        viewer=f"{role} {viewer.label}" if viewer.signed_in else "",
        form_token=viewer.form_token,
        kept=[(name, value) for name, value in kept if value],
        pick_date=pick_date,
    )


def _as_of(page: Page) -> int | None:
    return page.size if page.as_of_fixed else None


def _seen(viewer: Viewer) -> Seen:
    return Seen(viewer.orgs, policy().rules["get_overview"].allows(viewer.role))


@router.get("/", name="home")
def home(request: Request, viewer: Annotated[Viewer, Depends(require("home"))]) -> Response:
    """To the overview in the reader's language."""
    return RedirectResponse(
        f"/{language_of('', request.headers.get('accept-language', ''))}/", status_code=307
    )


@router.get("/{language}", name="language_home")
def language_home(
    language: Language, viewer: Annotated[Viewer, Depends(require("language_home"))]
) -> Response:
    """The address as people type it."""
    return RedirectResponse(f"/{language}/", status_code=307)


@router.get("/{language}/", name="overview_page")
def overview_page(
    request: Request,
    language: Language,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("overview_page"))],
    period: Annotated[str, Query(max_length=7)] = "",
) -> str:
    """总览: as now known for those who work with the data, as published for everybody else."""
    span = period_of(period) if period else None
    kept = [("period", period)]
    if not policy().rules["get_overview"].allows(viewer.role):
        with reading(request, viewer) as connection:
            page = _frame(request, connection, language, viewer, moment, "overview", "", kept)
            return render_public_overview(connection, page, _as_of(page), span)
    with summing(request) as connection:
        page = _frame(request, connection, language, viewer, moment, "overview", "", kept)
        memory = memory_of(request)
        return render_overview(connection, page, _as_of(page), _seen(viewer), period=span, memory=memory)


@router.get("/{language}/enterprises/{name}", name="enterprise_page")
def enterprise_page_(
    request: Request,
    language: Language,
    name: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("enterprise_page"))],
) -> str:
    """企业."""
    with reading(request, viewer) as connection:
        page = _frame(request, connection, language, viewer, moment, "overview", f"enterprises/{name}")
        found = subject.get(connection, name, as_of=_as_of(page))
        if found is None or found.kind != "enterprise":
            raise not_found("enterprise", name)
        own(viewer, found.org, "enterprise", name)
        return enterprise_page(connection, page, found, _as_of(page), memory_of(request))


@router.get("/{language}/receipts/{receipt}", name="receipt_page")
def receipt_page(
    request: Request,
    language: Language,
    receipt: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("receipt_page"))],
    done: Annotated[
        int | None, Query(ge=0, le=2**53, description="Entry that a form of the page became")
    ] = None,
) -> str:
    """收据 of a published figure, as first published, with what is known now beside it."""
    with summing(request) as connection:
        entry = find_receipt(connection, receipt)
        if entry is None or entry.type != "figure":
            raise not_found("receipt", receipt)
        if entry.org != PUBLIC:
            own(viewer, entry.org, "receipt", receipt)
        page = _frame(
            request, connection, language, viewer, moment, "overview", f"receipts/{receipt}", pick_date=False
        )
        cell, size, memory = read_cell(entry.body["cell"]), int(str(entry.body["size"])), memory_of(request)  # type: ignore[arg-type]
        figure = figure_at(connection, cell, size, memory)
        ways = ways_on_page(connection, viewer, of_entry(entry), done, past=page.as_of_fixed)
        return render_receipt(
            connection,
            page,
            figure,
            entry,
            receipt,
            _seen(viewer),
            ways,
            under_as_of=_as_of(page),
            memory=memory,
        )


@router.get("/{language}/figures", name="figure_page")
def figure_page(
    request: Request,
    language: Language,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("figure_page"))],
    subject_id: Annotated[str, Query(alias="subject", max_length=128)],
    quantity: Annotated[str, Query(max_length=64)],
    period: Annotated[str, Query(max_length=32)],
    method: Annotated[str, Query(max_length=128)],
    relation: Annotated[str, Query(max_length=32)] = "",
) -> str:
    """The provisional receipt of a cell, as known at the asked point."""
    kept = [("subject", subject_id), ("quantity", quantity), ("period", period), ("method", method)]
    with computing(request, viewer, roll_up=bool(relation)) as connection:
        page = _frame(
            request,
            connection,
            language,
            viewer,
            moment,
            "overview",
            "figures",
            [*kept, ("relation", relation)],
        )
        own_subject(connection, viewer, subject_id, "figure", _as_of(page))
        cell = Cell(subject_id, quantity, period_of(period).text, method, relation or None)
        memory = memory_of(request)
        figure = figure_at(connection, cell, _as_of(page), memory)
        if figure.org != CITY:
            own(viewer, figure.org, "figure", subject_id)
        receipt = f"{quantity}@{figure.as_of}"
        return render_receipt(connection, page, figure, None, receipt, _seen(viewer), memory=memory)


@router.get("/{language}/series/{series:path}/{day}", name="series_day_page")
def series_day_page(
    request: Request,
    language: Language,
    series: str,
    day: Day,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("series_day_page"))],
) -> str:
    """One day of a series, hour by hour."""
    with reading(request, viewer) as connection:
        page = _frame(request, connection, language, viewer, moment, "overview", f"series/{series}/{day}")
        with sought("series", series):
            line = line_of(connection, series, _as_of(page))
        own(viewer, line.org, "series", series)
        return day_page(connection, page, series, day, _as_of(page))


@router.get("/{language}/frames/{arrival}/{number}", name="frame_page")
def frame_page(
    request: Request,
    language: Language,
    arrival: Index,
    number: Index,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("frame_page"))],
) -> str:
    """One raw frame; shown to those who may see the device's enterprise."""
    with summing(request) as connection:
        entry, _ = own_frame(connection, viewer, arrival, number, "frame")
        page = _frame(
            request,
            connection,
            language,
            viewer,
            moment,
            "ledger",
            f"frames/{arrival}/{number}",
            pick_date=False,
        )
        text = render_frame(connection, page, entry, number)
        if text is None:
            raise not_found("frame", f"{arrival}/{number}")
        return text


@router.get("/{language}/methods", name="method_list_page")
def method_list_page(
    request: Request,
    language: Language,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("method_list_page"))],
) -> str:
    """方法."""
    with reading(request, viewer) as connection:
        page = _frame(request, connection, language, viewer, moment, "methods", "methods")
        return methods_page(connection, page, _as_of(page))


@router.get("/{language}/methods/{fingerprint}", name="method_page")
def method_page(
    request: Request,
    language: Language,
    fingerprint: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("method_page"))],
) -> str:
    """One method with its formulas and factors."""
    with reading(request, viewer) as connection:
        page = _frame(
            request,
            connection,
            language,
            viewer,
            moment,
            "methods",
            f"methods/{fingerprint}",
            pick_date=False,
        )
        with sought("method", fingerprint):
            return render_method(connection, page, fingerprint, _as_of(page))


@router.get("/{language}/packs/{pack}", name="pack_page")
def pack_page(
    request: Request,
    language: Language,
    pack: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("pack_page"))],
) -> str:
    """A method pack as it came with the product."""
    with reading(request, viewer) as connection:
        page = _frame(
            request, connection, language, viewer, moment, "methods", f"packs/{pack}", pick_date=False
        )
        shown = render_pack(page, pack)
    if shown is None:
        raise not_found("pack", pack)
    return shown


@router.get("/{language}/factors", name="factor_list_page")
def factor_list_page(
    request: Request,
    language: Language,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("factor_list_page"))],
) -> str:
    """The factor tables of all packs."""
    with reading(request, viewer) as connection:
        page = _frame(request, connection, language, viewer, moment, "methods", "factors", pick_date=False)
        return factors_page(page)


@router.get("/{language}/ledger", name="ledger_page")
def ledger_page(
    request: Request,
    language: Language,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("ledger_page"))],
    of_type: Annotated[str, Query(alias="type", max_length=40)] = "",
    before: Annotated[int | None, Query(ge=0, le=2**53)] = None,
) -> str:
    """账本."""
    with reading(request, viewer) as connection:
        page = _frame(request, connection, language, viewer, moment, "ledger", "ledger", [("type", of_type)])
        now = clock_of(request).now_ms()
        with summing(request) as whole:
            seals = type_count(whole, "seal", page.size)
        return render_ledger(connection, page, now, seals, of_type=of_type, before=before)


@router.get("/{language}/ledger/{index}", name="entry_page")
def entry_page(
    request: Request,
    language: Language,
    index: Index,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("entry_page"))],
) -> str:
    """One entry with its proof; its content where the viewer may read it."""
    with reading(request, viewer) as connection:
        page = _frame(
            request, connection, language, viewer, moment, "ledger", f"ledger/{index}", pick_date=False
        )
        text = render_entry(connection, page, index, show_records=viewer.orgs is None)
        if text is None:
            raise not_found("entry", str(index))
        return text
