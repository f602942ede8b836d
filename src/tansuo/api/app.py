"""The web application: routers behind one policy table, security headers on every answer."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Match

from tansuo import __version__
from tansuo.accounting.memory import Memory
from tansuo.api.attempts import Attempts
from tansuo.api.policy import policy
from tansuo.api.problems import (
    RESPONSES,
    Problem,
    answer,
    invalid,
    not_found,
    on_finding_error,
    on_problem,
    problem_schemas,
)
from tansuo.api.routers import (
    accounting,
    administration,
    bundles,
    city_map,
    cockpit,
    corrections,
    declarations,
    deliveries,
    desk,
    documents,
    drawer,
    enterprise_bases,
    enterprise_page,
    enterprise_readings,
    enterprise_records,
    enterprises,
    entries,
    explore,
    factors,
    holds,
    home,
    import_maps,
    imports,
    ledger,
    live,
    live_now,
    loading,
    methods,
    monitoring,
    notices,
    packs,
    personal,
    proofs,
    receipt_forms,
    registry,
    samples,
    search,
    session,
    verification,
    workspace,
)
from tansuo.api.site import Site, foreign_origin, over_tls
from tansuo.api.viewer import SAFE
from tansuo.database.connect import Database
from tansuo.evidence.clock import Clock, SystemClock
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
TRANSPORT = "max-age=31536000"
"""Strict-Transport-Security, said where the reader's connection is TLS already."""

PARTS = (
    session,
    home,
    administration,
    registry,
    enterprises,
    enterprise_bases,
    enterprise_page,
    enterprise_readings,
    enterprise_records,
    monitoring,
    import_maps,
    imports,
    corrections,
    declarations,
    deliveries,
    desk,
    accounting,
    explore,
    drawer,
    cockpit,
    samples,
    notices,
    methods,
    packs,
    factors,
    entries,
    ledger,
    proofs,
    search,
    live,
    live_now,
    city_map,
    loading,
    workspace,
    bundles,
    verification,
    holds,
    personal,
    receipt_forms,
    documents,
)
BODY_BYTES = 1024 * 1024
"""Longest body of a request that is no upload."""

BODY_LIMITS: dict[str, int] = {**imports.UPLOAD_LIMITS, **city_map.BOUNDARY_LIMITS}
"""Operations that take more: their name in the policy table → the longest body in bytes."""

log = logging.getLogger("tansuo.api")


class Api(FastAPI):
    """The application; its description knows the form of our problems."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, the same of every application; nobody changes it."""
        return _document()


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    """The description of the routes, made when it is first asked for: it takes seconds."""
    document = FastAPI.openapi(_bare_app())
    document.setdefault("components", {}).setdefault("schemas", {}).update(problem_schemas())
    return document


@lru_cache(maxsize=1)
def _routes() -> APIRouter:
    """All routes, taken together once: FastAPI works each out at the first request, a good part of a second in all.

    They know no application, so that all applications of a process have the same.
    """
    shared = APIRouter(responses=RESPONSES, generate_unique_id_function=_operation_id, redirect_slashes=False)
    for part in PARTS:
        shared.include_router(part.router)
    return shared


def _bare_app() -> Api:
    """The routes alone: enough to describe the API."""
    app = Api(
        title="Tansuo 碳索",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/docs.json",
        redirect_slashes=False,
        description="The carbon platform of a city. Numbers are decimal strings with unit, kind and receipt.",
    )
    app.router.routes.extend(_routes().routes)
    return app


def _operation_id(route: APIRoute) -> str:
    """One name for an operation everywhere: in the policy table, in the description, in the client."""
    return route.name


def description() -> dict[str, Any]:
    """The OpenAPI document of the data operations, without the pages; needs no database."""
    document = _document()
    paths = document["paths"].items()
    return {**document, "paths": {path: rules for path, rules in paths if path.startswith("/api/")}}


def create_app(database: Database, clock: Clock | None = None, public_url: str | None = None) -> FastAPI:
    """The application over `database`, with the present by `clock` (None: the machine's).

    `public_url` is the address readers use, where a proxy stands between; it decides on cookie, HSTS and Origin.
    Raises ValueError when a route and the policy table disagree, FindingError for a URL that is no site's.
    """
    app = _bare_app()
    app.state.database = database
    app.state.clock = clock or SystemClock()
    app.state.memory = Memory()
    app.state.attempts = Attempts(app.state.clock)
    app.state.site = None if public_url is None else Site.of(public_url)
    _check_policy()
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(FindingError, on_finding_error)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(DataError, _on_data_error)
    app.add_exception_handler(OperationalError, _on_database_down)
    app.add_exception_handler(HTTPException, _on_http)
    app.middleware("http")(_guard)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=6)  # event streams pass as they are
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
    for name, wanted in policy().features.items():
        if unruled := sorted(wanted - rules):
            raise ValueError(f"policy.toml, feature {name}: no operation {', '.join(unruled)}")


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse unsafe requests from other sites; put the security headers on every answer."""
    response = None if request.method in SAFE else _refused(request)
    if response is None:
        try:
            response = await call_next(request)
        except Exception:
            log.exception("%s %s", request.method, request.url.path)
            response = answer(request, 500, [Finding("api.broken")])
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if over_tls(request):
        response.headers["Strict-Transport-Security"] = TRANSPORT
    if "cache-control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _refused(request: Request) -> Response | None:
    """The refusal of an unsafe request: from another site, or with a body that is too long or unmeasured."""
    origin = foreign_origin(request)
    if origin is not None:
        return answer(request, 403, [Finding("api.cross_site", params={"origin": origin})])
    length = request.headers.get("content-length")
    if length is None and "transfer-encoding" in request.headers:
        return answer(request, 411, [Finding("api.no_length")])
    if length is None:
        return None
    bytes_ = int(length[:12]) if length.isdecimal() else None
    if bytes_ is None or bytes_ > BODY_BYTES:
        limit = body_limit(request)
        if bytes_ is None or bytes_ > limit:
            return answer(request, 413, [Finding("api.too_long", params={"limit": limit})])
    return None


def body_limit(request: Request) -> int:
    """The longest body, in bytes, that the operation of this path and method takes."""
    for route in (route for part in PARTS for route in part.router.routes):
        matched, _ = route.matches(request.scope)
        if matched is Match.FULL:
            return BODY_LIMITS.get(str(getattr(route, "name", "")), BODY_BYTES)
    return BODY_BYTES


async def _on_validation(request: Request, error: Exception) -> Response:
    """422 for a wrong parameter or body; 404 where the path itself names nothing we have."""
    assert isinstance(error, RequestValidationError)
    items = error.errors()
    if any(item["loc"][:1] == ("path",) for item in items):
        return await on_problem(request, not_found("page", request.url.path))
    return answer(request, 422, [invalid(item) for item in items])


async def _on_data_error(request: Request, error: Exception) -> Response:
    """The request carried something no column can hold, a NUL for instance."""
    return answer(request, 422, [Finding("api.unstorable")])


async def _on_database_down(request: Request, error: Exception) -> Response:
    return answer(request, 503, [Finding("api.unavailable")])


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return await on_problem(request, not_found("page", request.url.path))
    if error.status_code == 405:
        params = {"method": request.method, "path": request.url.path}
        return answer(request, 405, [Finding("api.method", params=params)], error.headers)
    return answer(request, error.status_code, [Finding("api.unreadable")], error.headers)
