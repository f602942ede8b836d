"""The workspace: one page for every address below /{language}/app, and its built files."""

from __future__ import annotations

import re
import secrets
from datetime import date
from functools import cache
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import QueryParams

from tansuo import __version__
from tansuo.api.loading import told
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found
from tansuo.api.routers.session import session_of
from tansuo.api.viewer import clock_of, require, summing
from tansuo.reporting.html import Language
from tansuo.reporting.workspace import Built, ledger_facts

router = APIRouter(tags=["workspace"])

FOR_EVER = "public, max-age=31536000, immutable"
"""A built file's name holds the hash of its content."""


SIZE = re.compile(r"[1-9][0-9]{0,15}")


@cache
def built() -> Built:
    """The built workspace of this process."""
    return Built.here()


def content_security_policy(nonce: str) -> str:
    """What the workspace's page may load: our own files; style elements carry the nonce.

    Style attributes are allowed, since chart tooltips are made of them; scripts are files of ours, always.
    """
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
        "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )


@router.get("/{language}/app", name="workspace_home")
def workspace_home(
    language: Language, viewer: Annotated[Viewer, Depends(require("workspace_home"))]
) -> Response:
    """The address as people type it."""
    return RedirectResponse(f"/{language}/app/", status_code=307)


@router.get("/{language}/app/{path:path}", response_class=HTMLResponse, name="workspace_page")
def workspace_page(
    request: Request,
    language: Language,
    path: str,
    viewer: Annotated[Viewer, Depends(require("workspace_page"))],
) -> Response:
    """The page that starts the workspace; which part it opens is the browser's business."""
    nonce = secrets.token_urlsafe(18)
    with summing(request) as connection:
        ledger = ledger_facts(connection, clock_of(request))
    boot = {
        "ledger": ledger,
        "loading": told() is not None,
        "session": session_of(request, viewer).model_dump(mode="json"),
        "language": language,
        "version": __version__,
    }
    data = _first_data(request.query_params, str(ledger["today"])) if path == "overview" else []
    page = built().page(language, path, nonce, boot, data)
    headers = {"Content-Security-Policy": content_security_policy(nonce)}
    return HTMLResponse(page, headers=headers if built().manifest is not None else None)


def _first_data(asked: QueryParams, today: str) -> list[str]:
    """What the overview asks for at once, as it will write it: the browser fetches it beside the script. A moment that
    is none, or that is not over on the day `today`, is not asked for."""
    moment: dict[str, str] = {}
    size, day = asked.get("as_of", ""), asked.get("known_on", "")
    if SIZE.fullmatch(size):
        moment = {"as_of": size}
    elif _is_day(day) and day < today:
        moment = {"known_on": day}
    period = {"period": asked["period"]} if asked.get("period") else {}
    queries = (("/api/cockpit", {**moment, **period}), ("/api/map", moment))
    return [f"{address}?{urlencode(query)}" if query else address for address, query in queries]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@router.get("/assets/{name:path}", name="workspace_asset")
def workspace_asset(
    request: Request, name: str, viewer: Annotated[Viewer, Depends(require("workspace_asset"))]
) -> Response:
    """A built file, compressed beforehand where the browser takes it so."""
    found = built().asset(name, request.headers.get("accept-encoding", ""))
    if found is None:
        raise not_found("page", request.url.path)
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if found.encoding:
        headers["Content-Encoding"] = found.encoding
    return Response(found.data, media_type=found.media_type, headers=headers)
