"""One box for everything: subjects, receipts, entries, methods and indicators, as the viewer may see them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy import Connection

from tansuo.accounting import search as figures
from tansuo.accounting.overview import DIRECT, INDIRECT
from tansuo.api.policy import Viewer, policy
from tansuo.api.shapes import Amount, of_published
from tansuo.api.viewer import Moment, reading, require
from tansuo.evidence import search as log
from tansuo.registry import search as roll
from tansuo.registry import subject
from tansuo.registry.subject import KINDS
from tansuo.reporting.ledger_pages import TYPES

router = APIRouter(prefix="/api", tags=["search"])

SHOWN = 20
NUMBERED = re.compile(r"^(?:条目|entry|#)\s*(?=\d+$)", re.IGNORECASE)
"""What pages write before an entry's number."""
QUANTITIES = {DIRECT: ("直接排放", "direct emission"), INDIRECT: ("间接排放", "indirect emission")}
PLACES = ("city", "division", "assessment_unit")
"""Kinds of subjects that everybody finds: what is published of them is for all to ask."""

Kind = Literal["subject", "receipt", "entry", "method", "indicator"]
GROUPS: dict[str, tuple[str, str]] = {
    "subject": ("对象", "Subjects"),
    "receipt": ("收据", "Receipts"),
    "entry": ("账本条目", "Ledger entries"),
    "method": ("方法", "Methods"),
    "indicator": ("指标", "Indicators"),
}


class Hit(BaseModel):
    """Something found. `id` names it within its kind; `detail` says more in both languages; a receipt has its
    amount, an entry its number."""

    kind: Kind
    id: str
    sort: str
    title_zh: str
    title_en: str
    detail_zh: str
    detail_en: str
    synthetic: bool
    amount: Amount | None = None


class Group(BaseModel):
    """Hits of one kind, the best first; `count` is how many there are in all."""

    kind: Kind
    name_zh: str
    name_en: str
    count: int
    hits: list[Hit]


class Found(BaseModel):
    """What a text finds; groups without a hit are left out."""

    q: str
    groups: list[Group]


@router.get("/search", name="search")
def search(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("search"))],
    q: Annotated[str, Query(min_length=1, max_length=100)],
    kind: Annotated[Kind | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=SHOWN)] = SHOWN,
) -> Found:
    """What `q` finds: subjects by name, id or code, receipts and entries by number or hash, methods, indicators."""
    text = NUMBERED.sub("", q.strip())
    with reading(request, viewer) as connection:
        size = moment.size(connection)
        as_of = size if moment.fixed else None
        groups = []
        for one in GROUPS if kind is None else (kind,):
            count, hits = _search(connection, viewer, one, text, limit, size, as_of) if text else (0, [])
            if hits:
                zh, en = GROUPS[one]
                groups.append(Group(kind=hits[0].kind, name_zh=zh, name_en=en, count=count, hits=hits))
        return Found(q=text, groups=groups)


def _search(
    connection: Connection, viewer: Viewer, kind: str, text: str, limit: int, size: int, as_of: int | None
) -> tuple[int, list[Hit]]:
    """Count and hits of one kind. Of subjects, who may not list them finds the city and its parts only."""
    match kind:
        case "subject":
            kinds = () if policy().rules["list_subjects"].allows(viewer.role) else PLACES
            count, found = roll.subjects(connection, text, kinds=kinds, limit=limit, as_of=as_of)
            return count, [_subject(one) for one in found]
        case "receipt":
            return _receipts(connection, text, limit, as_of)
        case "entry":
            return _entries(connection, text, limit, size)
        case "method":
            return _methods(connection, text, limit, as_of)
    count, found = roll.indicators(connection, text, limit=limit, as_of=as_of)
    return count, [_indicator(one) for one in found]


def _subject(one: roll.Hit) -> Hit:
    zh, en = KINDS.get(one.kind, (one.kind, one.kind))
    tail = f" · {one.code}" if one.code else ""
    return Hit(
        kind="subject",
        id=one.id,
        sort=one.kind,
        title_zh=one.name_zh,
        title_en=one.name_en,
        detail_zh=zh + tail,
        detail_en=en + tail,
        synthetic=one.synthetic,
    )


def _indicator(one: roll.Hit) -> Hit:
    return Hit(
        kind="indicator",
        id=one.id,
        sort=one.kind,
        title_zh=one.name_zh,
        title_en=one.name_en,
        detail_zh=f"{one.id} · {one.kind}",
        detail_en=f"{one.id} · {one.kind}",
        synthetic=False,
    )


def _receipts(connection: Connection, text: str, limit: int, as_of: int | None) -> tuple[int, list[Hit]]:
    count, found = figures.receipts(connection, text, limit=limit, as_of=as_of)
    ids = sorted({one.cell.subject for one in found})
    names = {one.id: one for one in subject.find(connection, ids=ids, as_of=as_of)} if ids else {}
    hits = []
    for one in found:
        about = names.get(one.cell.subject)
        zh, en = QUANTITIES.get(one.cell.quantity, (one.cell.quantity, one.cell.quantity))
        hits.append(
            Hit(
                kind="receipt",
                id=one.receipt,
                sort=one.stage.value,
                title_zh=one.receipt,
                title_en=one.receipt,
                detail_zh=f"{about.name_zh if about else one.cell.subject} · {zh} · {one.cell.period}",
                detail_en=f"{about.name_en if about else one.cell.subject} · {en} · {one.cell.period}",
                synthetic=one.synthetic,
                amount=of_published(one),
            )
        )
    return count, hits


def _entries(connection: Connection, text: str, limit: int, size: int) -> tuple[int, list[Hit]]:
    count, found = log.entries(connection, text, size, limit=limit)
    hits = []
    for one in found:
        zh, en = TYPES.get(one.type, (one.type,) * 2) if one.type else ("不在可见范围", "outside your scope")
        detail = one.subject or one.leaf_hash.hex()
        hits.append(
            Hit(
                kind="entry",
                id=str(one.index),
                sort=one.type or "",
                title_zh=f"条目 {one.index} · {zh}",
                title_en=f"Entry {one.index} · {en}",
                detail_zh=detail,
                detail_en=detail,
                synthetic=False,
            )
        )
    return count, hits


def _methods(connection: Connection, text: str, limit: int, as_of: int | None) -> tuple[int, list[Hit]]:
    count, found = figures.methods(connection, text, limit=limit, as_of=as_of)
    hits = [
        Hit(
            kind="method",
            id=one.fingerprint,
            sort=one.id,
            title_zh=f"{one.title_zh} {one.edition}",
            title_en=f"{one.title_en} {one.edition}",
            detail_zh=f"{one.id} · SHA-256 {one.fingerprint[:12]}…",
            detail_en=f"{one.id} · SHA-256 {one.fingerprint[:12]}…",
            synthetic=False,
        )
        for one in found
    ]
    return count, hits
