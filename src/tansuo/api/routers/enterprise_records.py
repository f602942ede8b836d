"""企业 page: documents, published figures first against now, what happened, and corrections that wait."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from tansuo.accounting.biography import Event, biography, with_change
from tansuo.accounting.figure import Cell
from tansuo.accounting.papers import Paper, papers
from tansuo.accounting.receipt import histories_of, published
from tansuo.api.looking import Look, firm_of, looking
from tansuo.api.policy import Viewer, policy
from tansuo.api.problems import FindingBody, Problem, not_found
from tansuo.api.routers.corrections import KIND, CorrectionRequest, change_of, doubts_of
from tansuo.api.routers.enterprise_page import FirstAgainstNow, published_body
from tansuo.api.shapes import Amount, of_figure
from tansuo.api.viewer import Moment, require
from tansuo.evidence.document import get_blob
from tansuo.evidence.erasable import redactions
from tansuo.evidence.ledger import get
from tansuo.methods.render import name as symbol_name
from tansuo.monitoring import plan
from tansuo.monitoring.correction import ASKED
from tansuo.monitoring.lookup import day_readings
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.registry import case
from tansuo.registry.case import Case
from tansuo.registry.personal import open_document
from tansuo.registry.subject import Subject

router = APIRouter(prefix="/api/enterprises", tags=["enterprises"])

Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
PageSize = Annotated[int, Query(ge=1, le=200)]


class DocumentUse(BaseModel):
    """One use of a document, by an entry: statement, attribute, correction, life_event or readings."""

    kind: str
    entry: int
    what: str
    about: str
    period: str


class EnterpriseDocument(BaseModel):
    """A document: its entry and hash, who brought it, and where it is used. A `sealed` one bears personal data: the
    hash is a salted commitment, the name is told with the content alone; `redacted` is the entry of its erasure."""

    entry: int
    received: datetime
    sha256: str
    name: str
    title_zh: str
    title_en: str
    media_type: str
    bytes: int
    kind: str
    about: str
    by: str
    role: str
    fields: dict[str, str]
    uses: list[DocumentUse]
    sealed: bool
    redacted: int | None


class EnterpriseDocuments(BaseModel):
    """Documents of an enterprise, newest first."""

    point: str
    as_of: int
    synthetic: bool
    total: int
    page: int
    size: int
    rows: list[EnterpriseDocument]


@router.get("/{name}/documents", name="list_enterprise_documents")
def list_enterprise_documents(
    request: Request,
    name: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_enterprise_documents"))],
    page: PageNumber = 1,
    size: PageSize = 50,
) -> EnterpriseDocuments:
    """Laboratory reports, bills and files of readings, with their hashes and uses."""
    with looking(request, viewer, moment) as look:
        firm = firm_of(look, name)
        found = papers(look.connection, firm.org, look.size)
        return EnterpriseDocuments(
            point=look.point,
            as_of=look.size,
            synthetic=firm.synthetic,
            total=len(found),
            page=page,
            size=size,
            rows=[_document(one) for one in found[(page - 1) * size : page * size]],
        )


@router.get("/{name}/documents/{digest}", name="get_enterprise_document")
def get_enterprise_document(
    request: Request,
    name: str,
    digest: Digest,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_enterprise_document"))],
) -> EnterpriseDocument:
    """One document of the enterprise."""
    with looking(request, viewer, moment) as look:
        return _document(_paper(look, firm_of(look, name), digest))


@router.get(
    "/{name}/documents/{digest}/content", name="download_enterprise_document", response_class=Response
)
def download_enterprise_document(
    request: Request,
    name: str,
    digest: Digest,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("download_enterprise_document"))],
) -> Response:
    """The bytes as received, hashed again before they leave; always as an attachment, never opened in place."""
    with looking(request, viewer, moment) as look:
        one = _paper(look, firm_of(look, name), digest)
        name, data = _content(look, one)
        digest = sha256(data).hexdigest()
        raw = base64.b64encode(bytes.fromhex(digest)).decode()
        return Response(
            data,
            media_type="application/octet-stream",
            headers={
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
                "Content-Digest": f"sha-256=:{raw}:",
                "X-Content-SHA256": digest,
            },
        )


def _content(look: Look, one: Paper) -> tuple[str, bytes]:
    """Name and bytes of a document; 410 with the entry that erased them, 500 where they are not what they were."""
    where: dict[str, str | int] = {"entry": one.entry}
    if one.sealed:
        opened = open_document(look.connection, one.sha256)
        if opened is not None:
            return opened
        gone = redactions(look.connection, [one.sha256]).get(one.sha256)
        if gone is not None:
            raise Problem(410, [Finding("api.redacted", where, {"redact": gone.index})])
    else:
        data = get_blob(look.connection, one.sha256)
        if data is not None and sha256(data).hexdigest() == one.sha256:
            return one.name, data
    raise Problem(500, [Finding("api.document_bytes", where, {"document": one.sha256})])


def _paper(look: Look, firm: Subject, digest: str) -> Paper:
    for one in papers(look.connection, firm.org, look.size):
        if one.sha256 == digest:
            return one
    raise not_found("document", digest)


def _document(one: Paper) -> EnterpriseDocument:
    return EnterpriseDocument(
        entry=one.entry,
        received=_instant(one.recorded_ms),
        sha256=one.sha256,
        name=one.name,
        title_zh=one.title_zh,
        title_en=one.title_en,
        media_type=one.media_type,
        bytes=one.bytes,
        kind=one.kind,
        about=one.about,
        by=one.by,
        role=one.role,
        fields=dict(one.fields),
        uses=[
            DocumentUse(kind=use.kind, entry=use.entry, what=use.what, about=use.about, period=use.period)
            for use in one.uses
        ],
        sealed=one.sealed,
        redacted=one.redacted,
    )


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


class EnterpriseFigure(BaseModel):
    """A cell of which something was published: what was said first, what stands, and what is known now."""

    quantity: str
    name_zh: str
    name_en: str
    scope: str
    period: str
    method: str
    published: FirstAgainstNow
    now: Amount
    times: int


class EnterpriseFigures(BaseModel):
    """Published figures of an enterprise, the youngest period first. `moved` of `total` differ from what is
    known now."""

    point: str
    as_of: int
    synthetic: bool
    total: int
    moved: int
    page: int
    size: int
    rows: list[EnterpriseFigure]


@router.get("/{name}/figures", name="list_enterprise_figures")
def list_enterprise_figures(
    request: Request,
    name: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_enterprise_figures"))],
    page: PageNumber = 1,
    size: PageSize = 50,
    moved: Annotated[bool, Query(description="Only those that have moved since")] = False,
) -> EnterpriseFigures:
    """首次发布 against 现在 for every published cell of the enterprise."""
    with looking(request, viewer, moment) as look:
        firm = firm_of(look, name)
        standing = published(look.connection, subject=firm.id, as_of=look.size)
        cells = sorted(
            {one.cell for one in standing if one.cell.relation is None},
            key=lambda cell: (Period.parse(cell.period), cell.quantity),
        )
        found = [one for one in _figures(look, cells[::-1]) if one.published.moved or not moved]
        return EnterpriseFigures(
            point=look.point,
            as_of=look.size,
            synthetic=any(one.synthetic for one in standing),
            total=len(found),
            moved=sum(1 for one in found if one.published.moved),
            page=page,
            size=size,
            rows=found[(page - 1) * size : page * size],
        )


def _figures(look: Look, cells: list[Cell]) -> list[EnterpriseFigure]:
    made = look.inventory.figures(cells)
    said = histories_of(look.connection, cells) if cells else {}
    found = []
    for cell, now in zip(cells, made, strict=True):
        before = [one for one in said[cell] if one.entry < look.size]
        body = published_body(before, now)
        if body is not None:
            same = [one for one in before if one.value is not None and one.value == now.text]
            found.append(
                EnterpriseFigure(
                    quantity=cell.quantity,
                    name_zh=symbol_name(cell.quantity, "zh", now.method.words),
                    name_en=symbol_name(cell.quantity, "en", now.method.words),
                    scope=now.quantity.scope,
                    period=cell.period,
                    method=cell.method,
                    published=body,
                    now=of_figure(now, same[-1].receipt if same else None),
                    times=len(before),
                )
            )
    return found


class EnterpriseEvent(BaseModel):
    """One event; see `accounting.biography.Event`. What `said` holds depends on `kind`."""

    entry: int
    recorded: datetime
    kind: str
    about: str
    by: str
    role: str
    second_by: str
    reason: str
    document: str
    supersedes: int | None
    receipt: str | None
    said: dict[str, str | list[str] | None]


class EnterpriseHistory(BaseModel):
    """Events, newest first. `kinds`: how many there are of each kind, whatever was asked for."""

    point: str
    as_of: int
    total: int
    page: int
    size: int
    kinds: dict[str, int]
    rows: list[EnterpriseEvent]


@router.get("/{name}/history", name="get_enterprise_history")
def get_enterprise_history(
    request: Request,
    name: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_enterprise_history"))],
    kind: Annotated[list[str] | None, Query(max_length=20)] = None,
    page: PageNumber = 1,
    size: PageSize = 30,
) -> EnterpriseHistory:
    """Registry, plan, meters, corrections with both values and both people, late data, documents, figures."""
    with looking(request, viewer, moment) as look:
        firm = firm_of(look, name)
        events, kinds = biography(look.connection, firm.org, look.size, kinds=frozenset(kind or ()))
        shown = [with_change(look.connection, one) for one in events[(page - 1) * size : page * size]]
        return EnterpriseHistory(
            point=look.point,
            as_of=look.size,
            total=len(events),
            page=page,
            size=size,
            kinds=dict(sorted(kinds.items())),
            rows=[_body(one) for one in shown],
        )


def _body(one: Event) -> EnterpriseEvent:
    return EnterpriseEvent(
        entry=one.entry,
        recorded=_instant(one.recorded_ms),
        kind=one.kind,
        about=one.about,
        by=one.by,
        role=one.role,
        second_by=one.second_by,
        reason=one.reason,
        document=one.document,
        supersedes=one.supersedes,
        receipt=one.receipt,
        said=dict(one.said or {}),
    )


class EnterpriseCorrection(BaseModel):
    """A correction that somebody asked for: what stands, what shall stand, the change between them (in per cent of
    what stands too), what is doubtful, why, and whether this viewer may confirm it (another person must)."""

    case: str
    entry: int
    asked: datetime
    by: str
    role: str
    series: str
    start: datetime
    unit: str
    before: str | None
    before_state: str
    after: str | None
    after_state: str
    change: str | None
    change_percent: str | None
    doubts: list[FindingBody]
    reason: str
    document: str | None
    may_confirm: bool
    synthetic: bool


@router.get("/{name}/corrections", name="list_waiting_corrections")
def list_waiting_corrections(
    request: Request,
    name: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_waiting_corrections"))],
) -> list[EnterpriseCorrection]:
    """Corrections asked for and not confirmed yet, the oldest first."""
    with looking(request, viewer, moment) as look:
        firm = firm_of(look, name)
        waiting = [
            one
            for one in case.find(look.connection, kind=KIND, as_of=look.size)
            if one.step == ASKED and one.org == firm.org
        ]
        return [_waiting(look, one) for one in sorted(waiting, key=lambda one: one.entry)]


def _waiting(look: Look, one: Case) -> EnterpriseCorrection:
    wanted = CorrectionRequest.model_validate(one.body["notes"])
    entry = get(look.connection, one.entry)
    assert entry is not None
    line = plan.lines(look.connection, look.size, series=wanted.series)[-1]
    start = wanted.start.astimezone(UTC)
    day = start.astimezone(ZoneInfo(line.zone)).date()
    here = [at for at in day_readings(look.connection, line.series, day, look.size) if at.start == start]
    value = here[0].value if here else None
    change, percent = change_of(value, wanted.value)
    allowed = policy().rules["confirm_correction"].allows(look.viewer.role)
    return EnterpriseCorrection(
        case=one.id,
        entry=one.entry,
        asked=_instant(entry.recorded_ms),
        by=entry.by.id,
        role=entry.by.role,
        series=wanted.series,
        start=start,
        unit=line.unit,
        before=None if value is None else plain(value),
        before_state=here[0].state.value if here else "missing",
        after=wanted.value,
        after_state="value" if wanted.state is None else wanted.state.value,
        change=change,
        change_percent=percent,
        doubts=doubts_of(look.connection, line, wanted, look.size),
        reason=wanted.reason,
        document=wanted.document,
        may_confirm=allowed and entry.by.id != look.viewer.label,
        synthetic=one.synthetic,
    )
