"""What people state of an enterprise: laboratory results, declared amounts, and defaults that are replaced."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from tansuo.accounting.activity_data import PREFIX as ACTIVITY
from tansuo.accounting.fuel_basis import Basis
from tansuo.accounting.fuel_tests import Analysis, LabReport, Result, Sample, carbon, drafts, heat, judge
from tansuo.accounting.laboratory import clients
from tansuo.accounting.local_factor import override
from tansuo.api.basis_shapes import Recorded
from tansuo.api.looking import cited_document, number_of, stated
from tansuo.api.policy import Viewer
from tansuo.api.problems import FindingBody, Problem, not_found, refused
from tansuo.api.viewer import clock_of, own, require, summing
from tansuo.evidence.entry import Draft
from tansuo.evidence.ledger import append
from tansuo.evidence.moment import zone_of
from tansuo.quantity.state import Provenance, State
from tansuo.registry import subject
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import state_
from tansuo.registry.subject import Subject

router = APIRouter(prefix="/api/enterprises", tags=["enterprises"])

DIGEST = "^[0-9a-f]{64}$"


class TestResult(BaseModel):
    """One value: parameter, basis (ar, ad, d, daf), a decimal text in `unit`."""

    parameter: str = Field(max_length=40)
    basis: Basis
    value: str = Field(max_length=40)
    unit: str = Field(max_length=20)


class LaboratoryResults(BaseModel):
    """One report on one sample of a source's fuel. Days are both in; `amount` is the fuel burnt (t) that the sample
    represents; `laboratory` is the laboratory's id, and of a laboratory that submits always itself."""

    source: str = Field(max_length=128)
    sample: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")
    composite: bool = True
    taken_from: date
    taken_to: date
    represents_from: date
    represents_to: date
    amount: str | None = Field(default=None, max_length=40)
    laboratory: str = Field(default="", max_length=128)
    report: str = Field(min_length=1, max_length=200)
    tested: date
    marks: list[str] = Field(default=[], max_length=4)
    document: str | None = Field(default=None, pattern=DIGEST)
    results: list[TestResult] = Field(min_length=1, max_length=24)


class Judged(BaseModel):
    """What was found, the lines by which the results come to the basis as received, and the entries; none where it
    was only looked at."""

    findings: list[FindingBody]
    worked: list[str]
    entries: list[int]


class DeclaredAmount(BaseModel):
    """An amount of a source and month that nobody meters: `value` in `unit`, or the `state` that says why none."""

    source: str = Field(max_length=128)
    indicator: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")
    month: str = Field(pattern=r"^\d{4}-\d{2}$")
    value: str | None = Field(default=None, max_length=40)
    state: State | None = None
    unit: str = Field(max_length=40)
    estimated: bool = False
    citation: str = Field(min_length=3, max_length=300)
    document: str | None = Field(default=None, pattern=DIGEST)


class DefaultReplaced(BaseModel):
    """A provider's default replaced for a subject and period: `column` of the factor (ncv, cc, of) or its symbol."""

    subject: str = Field(max_length=128)
    column: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")
    period: str = Field(max_length=9)
    value: str = Field(max_length=40)
    unit: str = Field(max_length=40)
    reason: str = Field(min_length=3, max_length=2000)
    citation: str = Field(min_length=3, max_length=300)
    page: str = Field(default="", max_length=80)
    document: str | None = Field(default=None, pattern=DIGEST)


@router.post("/{name}/laboratory-results", name="submit_laboratory_results", status_code=201)
def submit_laboratory_results(
    request: Request,
    name: str,
    wanted: LaboratoryResults,
    viewer: Annotated[Viewer, Depends(require("submit_laboratory_results"))],
    check: Annotated[bool, Query(description="Only judge and convert; state nothing")] = False,
) -> Judged:
    """State a report's results; a laboratory may for the firms that name it. 422 with findings for what cannot be,
    also where it is only looked at."""
    with summing(request) as connection:
        firm = _firm(request, connection, viewer, name)
        source = _below(connection, firm, wanted.source)
        laboratory = viewer.subject if viewer.role == "laboratory" else wanted.laboratory
        if not laboratory:
            raise refused("no_laboratory")
        cited_document(connection, wanted.document)
        one = _analysis(wanted, source, laboratory)
        today = _today(request, connection)
        found = judge(one, today)
        if any(item.severity == "error" for item in found):
            raise Problem(422, found)
        drafted = drafts(one, org=firm.org, by=viewer.actor)
        entries = [] if check else [made.index for made in append(connection, drafted, clock_of(request))]
        return Judged(
            findings=[FindingBody.model_validate(item.as_json()) for item in found],
            worked=[way.worked for way in (carbon(one), heat(one)) if way is not None],
            entries=entries,
        )


def _analysis(wanted: LaboratoryResults, source: Subject, laboratory: str) -> Analysis:
    amount = None if wanted.amount is None else number_of(wanted.amount)
    sample = Sample(
        wanted.sample, wanted.taken_from, wanted.taken_to, wanted.composite, wanted.represents_from,
        wanted.represents_to, amount,
    )  # fmt: skip
    status = Status.EXAMPLE if source.synthetic else Status.OFFICIAL
    report = LabReport(
        laboratory, wanted.report, wanted.tested, tuple(wanted.marks), wanted.document or "", status
    )
    results = tuple(
        Result(one.parameter, one.basis, number_of(one.value), one.unit) for one in wanted.results
    )
    return Analysis(source.id, sample, report, results, source.synthetic)


@router.post("/{name}/amounts", name="declare_amount", status_code=201)
def declare_amount(
    request: Request,
    name: str,
    wanted: DeclaredAmount,
    viewer: Annotated[Viewer, Depends(require("declare_amount"))],
) -> Recorded:
    """State the amount of an activity that no meter of the plan measures; it never mends a metered one."""
    value = stated(wanted.value, wanted.state)
    with summing(request) as connection:
        firm = _firm(request, connection, viewer, name)
        source = _below(connection, firm, wanted.source)
        cited_document(connection, wanted.document)
        draft = state_(
            source.id,
            ACTIVITY + wanted.indicator,
            wanted.month,
            value,
            wanted.unit,
            provenance=Provenance.ESTIMATED if wanted.estimated else Provenance.DECLARED,
            synthetic=source.synthetic,
            issuer=firm.id,
            source=_cited(source, wanted.citation, "", wanted.document),
            org=firm.org,
            by=viewer.actor,
        )
        return _state(request, connection, draft)


@router.post("/{name}/overrides", name="override_default", status_code=201)
def override_default(
    request: Request,
    name: str,
    wanted: DefaultReplaced,
    viewer: Annotated[Viewer, Depends(require("override_default"))],
) -> Recorded:
    """Replace a provider's default, with a reason and a citation; the default stays visible on every figure."""
    with summing(request) as connection:
        firm = _firm(request, connection, viewer, name)
        about = _below(connection, firm, wanted.subject)
        cited_document(connection, wanted.document)
        draft = override(
            about.id,
            wanted.column,
            wanted.period,
            number_of(wanted.value),
            wanted.unit,
            wanted.reason,
            synthetic=about.synthetic,
            issuer=viewer.label,
            source=_cited(about, wanted.citation, wanted.page, wanted.document),
            org=firm.org,
            by=viewer.actor,
        )
        return _state(request, connection, draft)


def _state(request: Request, connection: Connection, draft: Draft) -> Recorded:
    return Recorded(entries=[append(connection, [draft], clock_of(request))[0].index])


def _firm(request: Request, connection: Connection, viewer: Viewer, name: str) -> Subject:
    """The enterprise, if the viewer may state something of it; 404 for any other."""
    firm = subject.get(connection, name)
    if firm is None or firm.kind != "enterprise":
        raise not_found("enterprise", name)
    if viewer.role == "laboratory":
        if firm.id not in clients(connection, viewer.subject, _today(request, connection)):
            raise not_found("enterprise", name)
    else:
        own(viewer, firm.org, "enterprise", name)
    return firm


def _below(connection: Connection, firm: Subject, name: str) -> Subject:
    """A subject that belongs to the firm: itself, a facility or a source; 404 for any other."""
    found = subject.get(connection, name)
    if (
        found is None
        or found.org != firm.org
        or found.kind not in ("enterprise", "facility", "emission_source")
    ):
        raise not_found("source", name)
    return found


def _today(request: Request, connection: Connection) -> date:
    zone = ZoneInfo(zone_of(connection))
    return datetime.fromtimestamp(clock_of(request).now_ms() / 1000, zone).date()


def _cited(about: Subject, text: str, page: str, digest: str | None) -> Source:
    status = Status.EXAMPLE if about.synthetic else Status.OFFICIAL
    return Source(text, status, page, digest or "")
