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


_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
_LENGTHS = {"min_length": "≥", "max_length": "≤"}
_FORMS: Mapping[str, tuple[str, str]] = {
    "int": ("整数", "a whole number"),
    "float": ("数", "a number"),
    "decimal": ("数", "a number"),
    "bool": ("true 或 false", "true or false"),
    "date": ("日期,如 2026-05-21", "a day such as 2026-05-21"),
    "datetime": ("时间,如 2026-05-21T08:00:00+08:00", "a time such as 2026-05-21T08:00:00+08:00"),
    "string": ("文字", "a text"),
    "list": ("列表", "a list"),
    "dict": ("JSON 对象", "a JSON object"),
    "model": ("JSON 对象", "a JSON object"),
    "json": ("JSON", "JSON"),
}
_UNKNOWN_FORM = ("接口说明所写的样子", "as the API description writes it")


def invalid(item: Mapping[str, Any]) -> Finding:
    """The finding of one complaint about a parameter or body: which field, and what it should be."""
    field = ".".join(str(part) for part in item["loc"][1:]) or "body"
    kind, context = str(item["type"]), item.get("ctx", {})
    if kind == "missing":
        return Finding("api.field_missing", params={"field": field})
    bounds = [f"{sign} {context[name]}" for name, sign in _SIGNS.items() if name in context]
    lengths = [f"{sign} {context[name]}" for name, sign in _LENGTHS.items() if name in context]
    if kind.startswith(("greater", "less", "string_too", "too_")) and (bounds or lengths):
        zh, en = (", ".join([*bounds, *(f"{word} {one}" for one in lengths)]) for word in ("长度", "length"))
        return Finding("api.field_range", params={"field": field, "bounds_zh": zh, "bounds_en": en})
    if kind in ("enum", "literal_error"):
        choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        wanted = (f"下列之一:{choices}", f"one of: {choices}")
    else:
        wanted = _UNKNOWN_FORM if "pattern" in kind else _FORMS.get(kind.partition("_")[0], _UNKNOWN_FORM)
    return Finding("api.field_form", params={"field": field, "wanted_zh": wanted[0], "wanted_en": wanted[1]})


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
