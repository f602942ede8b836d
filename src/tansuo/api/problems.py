"""Errors as `application/problem+json` (RFC 9457): a stable code, the finding in words, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel

from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.wording import render
from tansuo.reporting.html import Language, language_of, problem_page

MEDIA_TYPE = "application/problem+json"

ABSENT = frozenset(
    {
        "accounting.no_finding",
        "accounting.no_method",
        "accounting.no_receipt",
        "accounting.no_record",
        "accounting.no_subject",
        "monitoring.import_no_enterprise",
        "monitoring.unknown_series",
        "registry.no_erasure",
        "registry.no_hold",
    }
)
"""What is asked for does not exist, or not for this reader."""

DAMAGED = frozenset(
    {
        "accounting.entry_unreadable",
        "accounting.method_bytes",
        "accounting.working_bytes",
        "evidence.personal_differs",
        "evidence.personal_missing",
        "monitoring.arrival_bytes_differ",
        "monitoring.arrival_bytes_missing",
        "monitoring.unknown_parser",
    }
)
"""The evidence itself is not what it was: no fault of the request."""


class FindingBody(BaseModel):
    """One finding: code with parameters, and its words in both languages."""

    code: str
    severity: str
    where: dict[str, str | int]
    params: dict[str, str | int]
    zh: str
    en: str


class ProblemBody(BaseModel):
    """An answer other than success, RFC 9457: `type` is stable, `findings` say what, where and the remedy."""

    type: str
    title: str
    title_zh: str
    status: int
    instance: str
    findings: list[FindingBody]


_REFERENCE = "#/components/schemas/{model}"
_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model=ProblemBody.__name__)}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "Refused; the findings say why", "content": _CONTENT},
    "5XX": {"description": "Not possible now", "content": _CONTENT},
}
"""What every operation may answer beside success, as OpenAPI says it."""


def problem_schemas() -> dict[str, Any]:
    """The schemas that RESPONSES refers to, by name."""
    schema = ProblemBody.model_json_schema(ref_template=_REFERENCE)
    return {**schema.pop("$defs"), ProblemBody.__name__: schema}


class Problem(Exception):
    """An answer other than success. `status` is HTTP's; `findings` say what, where and the remedy."""

    def __init__(
        self, status: int, findings: Sequence[Finding], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__("; ".join(finding.code for finding in findings))
        self.status = status
        self.findings = tuple(findings)
        self.headers = headers


def not_found(what: str, name: str) -> Problem:
    """404 for a thing that does not exist or lies outside the viewer's scope: one answer for both."""
    return Problem(404, [Finding("api.not_found", params={"what": what, "name": name})])


def refused(code: str, **params: str | int) -> Problem:
    """422 by a finding of the API, `api.<code>`."""
    return Problem(422, [Finding(f"api.{code}", params=params)])


@contextmanager
def sought(what: str, name: str) -> Iterator[None]:
    """404 in the words of `not_found` where what is asked for turns out not to exist."""
    try:
        yield
    except FindingError as error:
        if error.findings[0].code in ABSENT:
            raise not_found(what, name) from None
        raise


def invalid(item: Mapping[str, Any]) -> Finding:
    """The finding of one complaint about a parameter or body: which field, and what kind of complaint."""
    field = ".".join(str(part) for part in item["loc"][1:]) or "body"
    kind = str(item["type"])
    if kind == "missing":
        return Finding("api.field_missing", params={"field": field})
    bounds = {key: value for key, value in item.get("ctx", {}).items() if isinstance(value, int | str)}
    said = ", ".join(f"{key} {value}" for key, value in bounds.items() if len(str(value)) < 60)
    if said and kind.startswith(("greater", "less", "string_too", "too_")):
        return Finding("api.field_range", params={"field": field, "bounds": said})
    return Finding("api.field_form", params={"field": field, "kind": kind})


def _language(request: Request) -> Language:
    return language_of(request.url.path, request.headers.get("accept-language", ""))


def _wants_html(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def answer(
    request: Request, status: int, findings: Sequence[Finding], headers: Mapping[str, str] | None = None
) -> Response:
    """The problem in the form the caller reads: a page for people, JSON for programs. `findings` is not empty."""
    language = _language(request)
    if _wants_html(request):
        lines = [render(finding, language) for finding in findings]
        path = request.url.path
        back = path.removesuffix("/under") if path.endswith("/under") else ""
        return HTMLResponse(problem_page(language, status, lines, back), status, headers)
    body = {
        "type": f"urn:tansuo:problem:{findings[0].code}",
        "title": render(findings[0], "en"),
        "title_zh": render(findings[0], "zh"),
        "status": status,
        "instance": request.url.path,
        "findings": [finding.as_json() for finding in findings],
    }
    return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)


async def on_problem(request: Request, error: Exception) -> Response:
    """Handler for Problem."""
    assert isinstance(error, Problem)
    return answer(request, error.status, error.findings, error.headers)


async def on_finding_error(request: Request, error: Exception) -> Response:
    """Handler for FindingError raised below the API: absent, damaged, or not to be done as asked."""
    assert isinstance(error, FindingError)
    codes = {finding.code for finding in error.findings}
    status = 404 if codes & ABSENT else 500 if codes & DAMAGED else 422
    return answer(request, status, list(error.findings))
