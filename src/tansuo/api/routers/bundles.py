"""Evidence bundles to take away, and the page that checks them without the platform."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from tansuo.accounting.figure import Figure, read_cell
from tansuo.accounting.inventory import figure
from tansuo.api.policy import Viewer, policy
from tansuo.api.problems import not_found
from tansuo.api.viewer import clock_of, own, reading, require, summing
from tansuo.evidence.entry import PUBLIC, Entry
from tansuo.evidence.ledger import find_receipt
from tansuo.reporting.bundle import make_bundle, signed_size
from tansuo.reporting.cells import Seen
from tansuo.reporting.frame import frame
from tansuo.reporting.html import Language, Page
from tansuo.reporting.receipt_pages import figure_at, receipt_page
from tansuo.reporting.receipt_sheet import receipt_sheet
from tansuo.reporting.verify_page import verifier_page

router = APIRouter(tags=["evidence"])

_POLICY = re.compile(rb'http-equiv="Content-Security-Policy" content="([^"]*)"')


@router.get("/api/receipts/{receipt}/bundle", name="get_bundle", response_class=Response)
def get_bundle(
    request: Request, receipt: str, viewer: Annotated[Viewer, Depends(require("get_bundle"))]
) -> Response:
    """证据包: the zip that shows a published figure without the platform, with what the reader may see of it.

    What the reader may not see is named in its absent.json.
    """
    with summing(request) as connection:
        entry = _published(connection, viewer, receipt)
        papers = _papers(request, connection, viewer, receipt, entry, "zh")
        head = signed_size(connection)
        html = receipt_page(*papers, under_as_of=head)
        pdf = receipt_sheet(*papers, corrected_as_of=head)
    with reading(request, viewer) as connection:
        data = make_bundle(connection, receipt, _computed(request, viewer, entry), html, pdf)
    headers = {"Content-Disposition": f'attachment; filename="{receipt}.zip"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/zip", headers=headers)


@router.get("/api/receipts/{receipt}/sheet.pdf", name="get_receipt_sheet", response_class=Response)
def get_receipt_sheet(
    request: Request,
    receipt: str,
    viewer: Annotated[Viewer, Depends(require("get_receipt_sheet"))],
    language: Language = "zh",
) -> Response:
    """A published receipt as a sheet to print and file (PDF/A), with what the reader may see of it."""
    with summing(request) as connection:
        entry = _published(connection, viewer, receipt)
        papers = _papers(request, connection, viewer, receipt, entry, language)
        data = receipt_sheet(*papers, corrected_as_of=signed_size(connection))
    headers = {"Content-Disposition": f'attachment; filename="{receipt}.pdf"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)


@router.get("/verify.html", name="verify_page", response_class=HTMLResponse)
def verify_page(viewer: Annotated[Viewer, Depends(require("verify_page"))]) -> Response:
    """验真: the same page that lies in every bundle. It forbids itself every connection."""
    page = verifier_page()
    found = _POLICY.search(page)
    assert found is not None
    own_policy = f"{found[1].decode()}; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": own_policy})


def _seen(viewer: Viewer) -> Seen:
    return Seen(viewer.orgs, policy().rules["get_overview"].allows(viewer.role))


def _published(connection: Connection, viewer: Viewer, receipt: str) -> Entry:
    """The entry of a receipt the viewer may see; 404 otherwise."""
    entry = find_receipt(connection, receipt)
    if entry is None or entry.type != "figure":
        raise not_found("receipt", receipt)
    if entry.org != PUBLIC:
        own(viewer, entry.org, "receipt", receipt)
    return entry


def _papers(
    request: Request, connection: Connection, viewer: Viewer, receipt: str, entry: Entry, language: Language
) -> tuple[Connection, Page, Figure, Entry, str, Seen]:
    """What a receipt's page and its sheet are made of."""
    page = frame(
        connection,
        language=language,
        section="overview",
        path=f"receipts/{receipt}",
        clock=clock_of(request),
        as_of=entry.index + 1,
        pick_date=False,
    )
    made = figure_at(connection, read_cell(entry.body["cell"]), int(str(entry.body["size"])))  # type: ignore[arg-type]
    return connection, page, made, entry, receipt, _seen(viewer)


def _computed(request: Request, viewer: Viewer, entry: Entry) -> Figure | None:
    """The figure computed again, for who may compute it; a roll-up needs none."""
    cell = read_cell(entry.body["cell"])  # type: ignore[arg-type]
    if cell.relation or not policy().rules["get_figure"].allows(viewer.role):
        return None
    with reading(request, viewer) as connection:
        return figure(connection, cell, int(str(entry.body["size"])))
