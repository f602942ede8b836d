"""查询 explorer: any indicator × subjects × periods × world × basis × stage, as JSON, CSV and XLSX.

Everybody may ask; what is answered is what the reader may see. Provisional figures are computed for those who
may call get_figure, everybody else gets statements and published figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, StringConstraints
from sqlalchemy import Connection

from tansuo.accounting.inventory import known_size
from tansuo.accounting.overview import METHOD
from tansuo.accounting.query import catalogue as catalogues
from tansuo.accounting.query.answer import Answer, answer, registered
from tansuo.accounting.query.computed import Access, computed, monitored_since
from tansuo.accounting.query.question import LIMIT, Grain, Question, question
from tansuo.accounting.query.said import About, Said, Total, Voice
from tansuo.accounting.wording import refuse
from tansuo.api.policy import Viewer, policy
from tansuo.api.problems import FindingBody, not_found
from tansuo.api.shapes import Amount, Named, named, of_said, of_total
from tansuo.api.site import site_of
from tansuo.api.viewer import AsOfQuery, Moment, inventory_of, reading, require, summing
from tansuo.evidence.as_of import AsOf
from tansuo.evidence.ledger import origin
from tansuo.evidence.moment import recorded_at, zone_of
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding
from tansuo.registry.source import Source
from tansuo.registry.statement import Stage
from tansuo.registry.subject import find
from tansuo.reporting.query_export import Export, as_csv, as_json, as_xlsx

router = APIRouter(prefix="/api/explore", tags=["explore"])

Text = Annotated[str, StringConstraints(max_length=128)]


class Point(BaseModel):
    """The point of the ledger an answer is as of: `origin@size`, and when its last entry was recorded."""

    origin: str
    size: int
    known: str


class Coded(BaseModel):
    """A code with its names."""

    code: str
    name_zh: str
    name_en: str


class IndicatorBody(BaseModel):
    """An indicator. `method` and `quantity` are null for the registry's, `scope` is direct, indirect or null."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    additivity: str
    decimals: int | None
    owner: str
    method: str | None
    quantity: str | None
    scope: str | None


class AskableBody(IndicatorBody):
    """An indicator of which something is known: over which months, at which grains, on which bases and stages."""

    first: str | None
    last: str | None
    grains: list[str]
    bases: list[str]
    stages: list[str]


class SubjectBody(Named):
    """A subject that can be asked for; `parent` is the nearest one above it that can be asked for too."""

    parent: str | None


class CatalogueBody(BaseModel):
    """Everything that can be asked within the reader's scope as of a point. `computes`: provisional figures too.
    `method`: by which the key enterprises are summed in the overview."""

    as_of: Point
    indicators: list[AskableBody]
    subjects: list[SubjectBody]
    kinds: list[Coded]
    worlds: list[Coded]
    bases: list[Coded]
    stages: list[Coded]
    grains: list[str]
    first: str | None
    last: str | None
    computes: bool
    method: str
    limit: int


class CitationBody(BaseModel):
    """A citation: title, page or clause, standing, and the stored document's SHA-256 ("" where there is none)."""

    text: str
    status: str
    page: str
    document: str


class VoiceBody(BaseModel):
    """Who says it: world, basis 口径, stage and issuer.

    `form`: stated by an entry, summed from the months an entry each states, published by a receipt,
    provisional (computed as of the point), or absent.
    """

    form: str
    world: str
    basis: str
    stage: str | None
    issuer: str


class CellBody(BaseModel):
    """One statement about one cell; a cell with several has several of these.

    `partial`: what is known of an incomplete value. `why`: the reason there is none. `entry`: the ledger entry
    that says it. `key_enterprises`: a sum over the enterprises that report for the subject, no city total.
    """

    indicator: str
    subject: str
    period: str
    voice: VoiceBody
    amount: Amount
    partial: str | None
    why: FindingBody | None
    source: CitationBody | None
    entry: int | None
    key_enterprises: bool


class SubtotalBody(BaseModel):
    """A sub-total of one indicator and voice; `why` says why there is none. `parts` cells, `present` of them there."""

    along: str
    indicator: str
    subject: str | None
    period: str | None
    voice: VoiceBody
    amount: Amount
    partial: str | None
    parts: int
    present: int
    why: FindingBody | None


class ExploreBody(BaseModel):
    """The answer to a question, as of one point; `permalink` asks it again there (below `/zh/app/`, `/en/app/`)."""

    as_of: Point
    permalink: str
    indicators: list[IndicatorBody]
    subjects: list[Named]
    periods: list[str]
    grain: str
    cells: list[CellBody]
    totals: list[SubtotalBody]
    synthetic: bool


class ExportForm(StrEnum):
    """Forms of an export."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


MEDIA = {
    ExportForm.CSV: "text/csv; charset=utf-8",
    ExportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportForm.JSON: "application/json",
}


class Asked:
    """The question of a request."""

    def __init__(
        self,
        indicator: Annotated[
            list[Text], Query(min_length=1, max_length=20, description="Codes of indicators")
        ],
        subject: Annotated[list[Text], Query(min_length=1, max_length=500, description="Ids of subjects")],
        period: Annotated[
            str, Query(max_length=32, description="2025, 2010/2025, 2025-01/2025-12, 2025-Q1/2025-Q4")
        ],
        grain: Annotated[Grain, Query(description="The periods asked for")] = "year",
        world: Annotated[
            list[Text] | None, Query(max_length=20, description="Worlds; none means all")
        ] = None,
        basis: Annotated[list[Text] | None, Query(max_length=20, description="Bases; none means all")] = None,
        stage: Annotated[
            list[Stage] | None, Query(max_length=5, description="Stages; none means all")
        ] = None,
    ) -> None:
        self.question: Question = question(
            indicator,
            subject,
            period,
            grain,
            worlds=world or (),
            bases=basis or (),
            stages=stage or (),
        )


Wanted = Annotated[Asked, Depends()]


@router.get("/catalogue", name="get_explore_catalogue")
def get_explore_catalogue(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_explore_catalogue"))],
) -> CatalogueBody:
    """What can be asked within the reader's scope as of the point: indicators, subjects, worlds, bases, stages."""
    with _opened(request, viewer, moment) as found:
        monitored = None if found.access is None else (found.access.since, found.access.until)
        made = catalogues.catalogue(found.connection, found.size, monitored)
        kinds = dict.fromkeys(one.subject.kind for one in made.subjects)
        return CatalogueBody(
            as_of=found.point,
            indicators=[
                AskableBody(
                    **_indicator(one.about).model_dump(),
                    first=one.first,
                    last=one.last,
                    grains=list(one.grains),
                    bases=list(one.bases),
                    stages=list(one.stages),
                )
                for one in made.indicators
            ],
            subjects=[
                SubjectBody(**named(one.subject).model_dump(), parent=one.parent) for one in made.subjects
            ],
            kinds=[_coded(catalogues.kind(name)) for name in kinds],
            worlds=[_coded(one) for one in made.worlds],
            bases=[_coded(one) for one in made.bases],
            stages=[_coded(one) for one in made.stages],
            grains=["month", "quarter", "year"],
            first=made.first,
            last=made.last,
            computes=found.access is not None,
            method=METHOD,
            limit=LIMIT,
        )


@router.get("", name="explore")
def explore(
    request: Request,
    wanted: Wanted,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("explore"))],
) -> ExploreBody:
    """Every statement and figure about the asked cells, side by side, with sub-totals where they may be added."""
    with _opened(request, viewer, moment) as found:
        made = found.answer(wanted.question)
        return ExploreBody(
            as_of=found.point,
            permalink=permalink(wanted.question, found.size),
            indicators=[_indicator(one) for one in made.abouts],
            subjects=[named(one) for one in made.subjects],
            periods=[one.text for one in wanted.question.periods],
            grain=wanted.question.grain,
            cells=[_cell(one) for one in made.said],
            totals=[_total(one) for one in made.totals],
            synthetic=made.synthetic,
        )


@router.get("/export.{form}", name="export_explore", response_class=Response)
def export_explore(
    request: Request,
    form: ExportForm,
    wanted: Wanted,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("export_explore"))],
) -> Response:
    """The same answer as a file: one row a statement, with all that a citation needs."""
    with _opened(request, viewer, moment) as found:
        made = found.answer(wanted.question)
        site = site_of(request)
        base = f"{request.url.scheme}://{request.url.netloc}" if site is None else site.origin
        link = f"{base}/zh/app/{permalink(wanted.question, found.size)}"
        export = Export(made, AsOf(found.point.origin, found.size), found.point.known, link)
    write = {ExportForm.CSV: as_csv, ExportForm.XLSX: as_xlsx, ExportForm.JSON: as_json}[form]
    name = f"tansuo-query-{wanted.question.span.replace('/', '-to-')}-{found.size}.{form.value}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(write(export), media_type=MEDIA[form], headers=headers)


def permalink(asked: Question, size: int) -> str:
    """The question as an address below `/{language}/app/`, pinned to a ledger size."""
    pairs = [
        *(("indicator", one) for one in asked.indicators),
        *(("subject", one) for one in asked.subjects),
        ("period", asked.span),
        ("grain", asked.grain),
        *(("world", one) for one in sorted(asked.worlds)),
        *(("basis", one) for one in sorted(asked.bases)),
        *(("stage", one.value) for one in sorted(asked.stages)),
        ("as_of", str(size)),
    ]
    return f"explore?{urlencode(pairs, safe='/:')}"


@dataclass(frozen=True)
class _Opened:
    """What a request reads with: the reader's own connection, and who computes (None: nobody)."""

    connection: Connection
    size: int
    point: Point
    access: Access | None

    def answer(self, asked: Question) -> Answer:
        """The answer; 404 for an indicator or a subject that is not there, or not for this reader."""
        known, made = registered(self.connection, self.size), computed(self.connection, self.size)
        for code in asked.indicators:
            if code not in known and code not in made.abouts:
                raise not_found("indicator", code)
        subjects = {one.id: one for one in find(self.connection, ids=asked.subjects, as_of=self.size)}
        for name in asked.subjects:
            if name not in subjects:
                raise not_found("subject", name)
        return answer(self.connection, asked, known, made, subjects, self.size, self.access)


@contextmanager
def _opened(request: Request, viewer: Viewer, moment: AsOfQuery) -> Iterator[_Opened]:
    """One transaction of the reader, and one over the city for sums where the reader may have them computed."""
    with ExitStack() as stack:
        connection = stack.enter_context(reading(request, viewer))
        known = known_size(connection)
        size = moment.size(connection) if moment.fixed else known
        if size > known:
            raise refuse("beyond_known", asked=size, known=known)
        at = recorded_at(connection, size, zone_of(connection))
        access = None
        if at is not None and policy().rules["get_figure"].allows(viewer.role):
            whole = stack.enter_context(summing(request))
            access = Access(
                own=inventory_of(request, connection, size),
                whole=inventory_of(request, whole, size),
                since=monitored_since(whole, size),
                until=at.date(),
            )
        point = Point(origin=origin(connection), size=size, known="" if at is None else at.isoformat())
        yield _Opened(connection, size, point, access)


def _indicator(one: About) -> IndicatorBody:
    return IndicatorBody(
        code=one.code,
        name_zh=one.name_zh,
        name_en=one.name_en,
        unit=one.unit,
        additivity=one.additivity,
        decimals=one.decimals,
        owner=one.owner,
        method=one.method or None,
        quantity=one.quantity or None,
        scope=one.scope or None,
    )


def _coded(one: catalogues.Named) -> Coded:
    return Coded(code=one.code, name_zh=one.name_zh, name_en=one.name_en)


def _voice(one: Voice) -> VoiceBody:
    stage = None if one.stage is None else one.stage.value
    return VoiceBody(form=one.form, world=one.world, basis=one.basis, stage=stage, issuer=one.issuer)


def _finding(one: Finding | None) -> FindingBody | None:
    return None if one is None else FindingBody.model_validate(one.as_json())


def _source(one: Source | None) -> CitationBody | None:
    if one is None:
        return None
    return CitationBody(text=one.text, status=one.status.value, page=one.page, document=one.document)


def _cell(one: Said) -> CellBody:
    return CellBody(
        indicator=one.indicator,
        subject=one.subject,
        period=one.period,
        voice=_voice(one.voice),
        amount=of_said(one),
        partial=None if one.partial is None else plain(one.partial),
        why=_finding(one.why),
        source=_source(one.source),
        entry=one.entry,
        key_enterprises=one.cell is not None and one.cell.relation is not None,
    )


def _total(one: Total) -> SubtotalBody:
    return SubtotalBody(
        along=one.along,
        indicator=one.indicator,
        subject=one.subject,
        period=one.period,
        voice=_voice(one.voice),
        amount=of_total(one),
        partial=None if one.partial is None else plain(one.partial),
        parts=one.parts,
        present=one.present,
        why=_finding(one.why),
    )
