"""The web application: routers behind one policy table, security headers on every answer."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from tansuo import __version__
from tansuo.api.policy import policy
from tansuo.api.problems import Problem, answer, on_finding_error, on_problem
from tansuo.api.routers import (
    accounting,
    corrections,
    documents,
    ledger,
    live,
    methods,
    monitoring,
    registry,
    session,
)
from tansuo.database.connect import Database
from tansuo.quantity.finding import Finding, FindingError
from tansuo.reporting.html import style

STYLE_HASH = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; img-src 'self' data:; connect-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
PARTS = (session, registry, monitoring, corrections, accounting, methods, ledger, live, documents)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def create_app(database: Database) -> FastAPI:
    """The application over `database`. Raises ValueError when a route and the policy table disagree."""
    app = FastAPI(
        title="Tansuo 碳索",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/docs.json",
        description="The carbon platform of a city. Numbers are decimal strings with unit, kind and receipt.",
    )
    app.state.database = database
    for part in PARTS:
        app.include_router(part.router)
    _check_policy()
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(FindingError, on_finding_error)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(OperationalError, _on_database_down)
    app.add_exception_handler(HTTPException, _on_http)
    app.middleware("http")(_guard)
    return app


def operations() -> dict[str, str]:
    """Every endpoint's operation name and path, documents included."""
    return {
        str(getattr(route, "name", "")): str(getattr(route, "path", ""))
        for part in PARTS
        for route in part.router.routes
    }


def _check_policy() -> None:
    routes, rules = operations().keys(), policy().rules.keys()
    if missing := sorted(routes - rules):
        raise ValueError(f"policy.toml has no row for: {', '.join(missing)}")
    if unused := sorted(rules - routes):
        raise ValueError(f"policy.toml has rows without a route: {', '.join(unused)}")


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse unsafe requests from other sites; put the security headers on every answer."""
    refused = None if request.method in SAFE else _foreign_origin(request)
    if refused is not None:
        response = answer(request, 403, [Finding("api.cross_site", params={"origin": refused})])
    else:
        response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "cache-control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _foreign_origin(request: Request) -> str | None:
    """The other site's name when an unsafe request does not come from a page of ours."""
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:  # the browser itself says where the request comes from
        return None if fetch_site in ("same-origin", "none") else request.headers.get("origin", fetch_site)
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        return origin
    return None


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    findings = [
        Finding(
            "api.invalid_request",
            params={"where": ".".join(str(part) for part in item["loc"]), "reason": str(item["msg"])},
        )
        for item in error.errors()
    ]
    return answer(request, 422, findings)


async def _on_database_down(request: Request, error: Exception) -> Response:
    return answer(request, 503, [Finding("api.unavailable", params={})])


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return answer(
            request, 404, [Finding("api.not_found", params={"what": "page", "name": request.url.path})]
        )
    return answer(
        request,
        error.status_code,
        [Finding("api.invalid_request", params={"where": request.method, "reason": str(error.detail)})],
    )
