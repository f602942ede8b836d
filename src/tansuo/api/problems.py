"""Errors as `application/problem+json` (RFC 9457): a stable code, the finding in words, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from tansuo.quantity.finding import Finding, FindingError, render
from tansuo.reporting.html import Language, language_of, problem_page


class Problem(Exception):
    """An answer other than success. `status` is HTTP's; `findings` say what, where and the remedy."""

    def __init__(self, status: int, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(finding.code for finding in findings))
        self.status = status
        self.findings = tuple(findings)


def not_found(what: str, name: str) -> Problem:
    """404 for a thing that does not exist or lies outside the viewer's scope: one answer for both."""
    return Problem(404, [Finding("api.not_found", params={"what": what, "name": name})])


def _language(request: Request) -> Language:
    return language_of(request.url.path, request.headers.get("accept-language", ""))


def _wants_html(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def answer(request: Request, status: int, findings: Sequence[Finding]) -> Response:
    """The problem in the form the caller reads: a page for people, JSON for programs."""
    language = _language(request)
    if _wants_html(request):
        return HTMLResponse(problem_page(language, status, [render(f, language) for f in findings]), status)
    body = {
        "type": f"urn:tansuo:problem:{findings[0].code}" if findings else "about:blank",
        "title": render(findings[0], "en") if findings else "error",
        "title_zh": render(findings[0], "zh") if findings else "错误",
        "status": status,
        "instance": request.url.path,
        "findings": [finding.as_json() for finding in findings],
    }
    return JSONResponse(body, status, media_type="application/problem+json")


async def on_problem(request: Request, error: Exception) -> Response:
    """Handler for Problem."""
    assert isinstance(error, Problem)
    return answer(request, error.status, error.findings)


async def on_finding_error(request: Request, error: Exception) -> Response:
    """Handler for FindingError raised below the API: the request asked for something that cannot be done."""
    assert isinstance(error, FindingError)
    return answer(request, 422, list(error.findings))
