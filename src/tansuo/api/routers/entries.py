"""Entries of the ledger as data: browsed newest first, and one by one with the proof that they are in the tree."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy import Connection

from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found
from tansuo.api.viewer import Index, Moment, reading, require
from tansuo.evidence import canonical, ledger
from tansuo.evidence.browse import Spine, heads, place, replaced_by, spine, type_counts
from tansuo.evidence.checkpoint import Issued, log_keys
from tansuo.evidence.erasable import redacted_by
from tansuo.evidence.moment import civil, zone_of
from tansuo.evidence.note import NoteError, open_note
from tansuo.evidence.proof import ProofError, inclusion_steps, make_inclusion, verify_inclusion
from tansuo.monitoring.intake import records
from tansuo.reporting.ledger_pages import TYPES

router = APIRouter(prefix="/api/ledger", tags=["ledger"])


class EntryRow(BaseModel):
    """A place of the log. What the viewer may not open has its hash and time, and null for the rest."""

    index: int
    recorded: str
    recorded_ms: int
    leaf_hash: str
    readable: bool
    type: str | None
    type_zh: str
    type_en: str
    subject: str | None
    org: str | None
    supersedes: int | None


class EntryPage(BaseModel):
    """Entries newest first; `next` is the `before` of the following page, null on the last."""

    origin: str
    size: int
    entries: list[EntryRow]
    next: int | None


class EntryType(BaseModel):
    """A type of entry with its names, and how many of it the viewer may open."""

    type: str
    type_zh: str
    type_en: str
    count: int


class HeadBody(BaseModel):
    """A signed head. `signature`: whether one of the log's own keys signed it; `root_matches`: whether the tree
    as stored has that root now. No outside witness stands behind either."""

    size: int
    root: str
    note: str
    signed: str
    signature: bool
    root_matches: bool


class ProofStep(BaseModel):
    """Hash with `sibling` on the `side` named; `head` is the result. Hashes in hex."""

    side: Literal["left", "right"]
    sibling: str
    head: str


class InclusionBody(BaseModel):
    """The way from a leaf to the root over the first `size` entries, checked by the server. `head`: the signed
    head of that size, null where it is not signed yet."""

    size: int
    root: str
    steps: list[ProofStep]
    verified: bool
    problem: str
    head: HeadBody | None


class EntryBody(EntryRow):
    """One entry: `data` are its canonical bytes in base64, `entry` the same read as JSON; null for those who may
    not open it. `records` counts the raw frames or files of an arrival; they are shown to readers of the city."""

    receipt: str | None
    entry: dict[str, Any] | None
    data: str | None
    superseded_by: int | None
    redacted_by: int | None
    previous: int | None
    next: int | None
    records: int | None
    proof: InclusionBody


def _civil(milliseconds: int, zone: str) -> str:
    return civil(milliseconds, zone).isoformat(timespec="seconds")


def _row(one: Spine, zone: str) -> dict[str, Any]:
    zh, en = TYPES.get(one.type, (one.type, one.type)) if one.type else ("不在可见范围", "outside your scope")
    return {
        "index": one.index,
        "recorded": _civil(one.recorded_ms, zone),
        "recorded_ms": one.recorded_ms,
        "leaf_hash": one.leaf_hash.hex(),
        "readable": one.type is not None,
        "type": one.type,
        "type_zh": zh,
        "type_en": en,
        "subject": one.subject,
        "org": one.org,
        "supersedes": one.supersedes,
    }


@router.get("/entries", name="list_entries")
def list_entries(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_entries"))],
    before: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    of_type: Annotated[str, Query(alias="type", max_length=40)] = "",
    about: Annotated[str, Query(alias="subject", max_length=128)] = "",
) -> EntryPage:
    """Entries newest first, below `before`; by type or by a text in their subject only those one may open."""
    with reading(request, viewer) as connection:
        size, zone = moment.size(connection), zone_of(connection)
        found = spine(connection, size, before=before, limit=limit + 1, of_type=of_type, about=about)
        shown = found[:limit]
        return EntryPage(
            origin=ledger.origin(connection),
            size=size,
            entries=[EntryRow(**_row(one, zone)) for one in shown],
            next=shown[-1].index if len(found) > limit else None,
        )


@router.get("/types", name="list_entry_types")
def list_entry_types(
    request: Request, moment: Moment, viewer: Annotated[Viewer, Depends(require("list_entry_types"))]
) -> list[EntryType]:
    """The types of entries there are, with names and how many the viewer may open."""
    with reading(request, viewer) as connection:
        return [
            EntryType(type=name, type_zh=TYPES.get(name, (name,) * 2)[0], type_en=TYPES.get(name, (name,) * 2)[1],
                      count=count)
            for name, count in type_counts(connection, moment.size(connection)).items()
        ]  # fmt: skip


@router.get("/checkpoints", name="list_checkpoints")
def list_checkpoints(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_checkpoints"))],
    before: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[HeadBody]:
    """Signed heads, the largest first; each with its signature and its root checked again."""
    with reading(request, viewer) as connection:
        found = heads(connection, moment.size(connection), before=before, limit=limit)
        return [_head(connection, one) for one in found]


def _head(connection: Connection, one: Issued) -> HeadBody:
    stated = one.checkpoint
    try:
        signature = bool(open_note(one.note, log_keys(connection)).signed_by)
    except NoteError:
        signature = False
    return HeadBody(
        size=one.size,
        root=stated.root.hex(),
        note=one.note,
        signed=_civil(one.created_ms, zone_of(connection)),
        signature=signature,
        root_matches=ledger.root_at(connection, one.size) == stated.root,
    )


@router.get("/entries/{index}", name="get_entry")
def get_entry(
    request: Request, index: Index, moment: Moment, viewer: Annotated[Viewer, Depends(require("get_entry"))]
) -> EntryBody:
    """One entry: leaf hash and proof for everybody, content where the viewer may read it."""
    with reading(request, viewer) as connection:
        size = moment.size(connection)
        spot = place(connection, index, size)
        if spot is None:
            raise not_found("entry", str(index))
        one = ledger.get(connection, index)
        counted = one is not None and one.type == "arrival" and viewer.orgs is None
        return EntryBody(
            **_row(spot, zone_of(connection)),
            receipt=ledger.receipt_id(one) if one else None,
            entry=_object(canonical.decode(one.data)) if one else None,
            data=base64.b64encode(one.data).decode() if one else None,
            superseded_by=replaced_by(connection, index, size),
            redacted_by=redacted_by(connection, one, size) if one else None,
            previous=index - 1 if index else None,
            next=index + 1 if index + 1 < size else None,
            records=len(records(connection, one)) if counted and one else None,
            proof=_proof(connection, spot, size),
        )


def _object(value: object) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value


def _proof(connection: Connection, spot: Spine, size: int) -> InclusionBody:
    """The proof to the newest signed head that holds the entry; to the first `size` entries before there is one."""
    head = next((one for one in heads(connection, size, limit=1) if one.size > spot.index), None)
    to = size if head is None else head.size
    root = ledger.root_at(connection, to) if head is None else head.checkpoint.root
    path = make_inclusion(ledger.stored_nodes(connection), spot.index, to)
    problem = ""
    try:
        verify_inclusion(spot.leaf_hash, spot.index, to, path, root)
    except ProofError as error:
        problem = str(error)
    return InclusionBody(
        size=to,
        root=root.hex(),
        steps=[
            ProofStep(side="left" if one.left else "right", sibling=one.sibling.hex(), head=one.head.hex())
            for one in inclusion_steps(spot.leaf_hash, spot.index, to, path)
        ],
        verified=not problem,
        problem=problem,
        head=None if head is None else _head(connection, head),
    )
