"""Shipped packs: what came with the product, and which of it is published in this ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection

from tansuo.accounting.factor_library import using
from tansuo.accounting.methods_store import editions, listings, publish_method, usage
from tansuo.accounting.shipped import GROUPS, Shelf, group_of, shelf
from tansuo.api.method_shapes import MethodBody
from tansuo.api.method_sheet import parts
from tansuo.api.pack_shapes import (
    MethodUser,
    MethodUsers,
    PackPublication,
    PackRow,
    PackSheet,
    PublishedPack,
)
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found
from tansuo.api.shapes import named
from tansuo.api.viewer import Moment, clock_of, reading, require, summing
from tansuo.methods.cases import read_cases
from tansuo.methods.pack import Pack
from tansuo.registry import subject

router = APIRouter(prefix="/api", tags=["methods"])

SHOWN = 50
"""Users of a method that are named."""


def _pack(folder: str) -> tuple[Shelf, Pack]:
    carried = shelf()
    if folder not in carried.packs:
        raise not_found("pack", folder)
    return carried, carried.packs[folder]


def _rows(connection: Connection, carried: Shelf, size: int | None) -> list[dict[str, Any]]:
    used = usage(connection, size)
    standing = {(one.id, one.edition): one.fingerprint for one in listings(connection, as_of=size)}
    rows: list[dict[str, Any]] = []
    for folder, pack in carried.packs.items():
        entries = {one.fingerprint: one.entry for one in editions(connection, pack.data.id, size)}
        figures, subjects = used.get(pack.fingerprint, (0, 0))
        now = standing.get((pack.data.id, pack.data.edition))
        rows.append(
            {
                **_head(pack, carried),
                "published": entries.get(pack.fingerprint) if now == pack.fingerprint else None,
                "standing": None if now == pack.fingerprint else now,
                "figures": figures,
                "subjects": subjects,
                "cases": _case_count(folder, pack),
            }
        )
    return sorted(rows, key=lambda row: (GROUPS.index(row["group"]), row["pack"]))


def _head(pack: Pack, carried: Shelf) -> dict[str, Any]:
    title: Mapping[str, str] = pack.words["title"]
    return {
        "pack": pack.id,
        "group": group_of(pack.id),
        "id": pack.data.id,
        "edition": pack.data.edition,
        "valid": pack.data.valid,
        "fingerprint": pack.fingerprint,
        "title_zh": title["zh"],
        "title_en": title["en"],
        "extends": carried.base(pack.data),
        "rows_from": list(carried.rows_from(pack.id)),
        "quantities": len(pack.data.quantities),
        "factors": len(pack.data.factors),
        "statuses": dict(sorted(Counter(row.status for row in pack.data.factors).items())),
    }


_CASES: dict[tuple[str, str], int] = {}


def _case_count(folder: str, pack: Pack) -> int:
    """How many cases a pack has; read once, for nothing changes in a build that runs."""
    key = (folder, pack.fingerprint)
    if key not in _CASES:
        _CASES[key] = len(read_cases(pack)[0])
    return _CASES[key]


@router.get("/packs", name="list_packs")
def list_packs(
    request: Request, moment: Moment, viewer: Annotated[Viewer, Depends(require("list_packs"))]
) -> list[PackRow]:
    """Every pack that came with the product, by group, and whether it is published in this ledger."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        return [PackRow(**one) for one in _rows(connection, shelf(), size)]


@router.get("/packs/{pack}", name="get_pack_sheet")
def get_pack_sheet(
    request: Request,
    pack: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_pack_sheet"))],
) -> PackSheet:
    """A shipped pack for reading: formulas, terms, factors, cases with their results, what the standard asks for."""
    carried, found = _pack(pack)
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        (row,) = [one for one in _rows(connection, carried, size) if one["pack"] == pack]
        return PackSheet(**row, body=MethodBody(**parts(found, pack)))


@router.post("/packs/{pack}/publication", name="publish_pack", status_code=201)
def publish_pack(
    request: Request,
    pack: str,
    wanted: PackPublication,
    viewer: Annotated[Viewer, Depends(require("publish_pack"))],
) -> PublishedPack:
    """Publish a shipped pack in this ledger; where exactly it stands already, the entry it stands by."""
    _, found = _pack(pack)
    with summing(request) as connection:
        entry = publish_method(
            connection, found, by=viewer.actor, clock=clock_of(request), reason=wanted.reason.strip()
        )
        return PublishedPack(entry=entry.index, fingerprint=found.fingerprint)


@router.get("/methods/{fingerprint}/users", name="list_method_users")
def list_method_users(
    request: Request,
    fingerprint: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_method_users"))],
) -> MethodUsers:
    """The subjects with figures published by a method, as far as the viewer sees them."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        found = using(connection, fingerprint, size)
        shown = list(found)[:SHOWN]
        about = {one.id: one for one in subject.find(connection, ids=shown, as_of=size)} if shown else {}
        users = [
            MethodUser(subject=named(about[name]), figures=count, first=first, last=last)
            for name, (count, first, last) in found.items()
            if name in about
        ]
        return MethodUsers(
            figures=sum(count for count, _, _ in found.values()), users=users, more=len(found) - len(users)
        )
