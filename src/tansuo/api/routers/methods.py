"""Published methods as data: the canonical document that is fingerprinted, its wording, a sheet for reading."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy import Connection

from tansuo.accounting.methods_store import by_fingerprint, editions, listings, usage
from tansuo.api.comparison import compared, side
from tansuo.api.comparison_shapes import EditionComparison
from tansuo.api.method_shapes import MethodRow, MethodSheet
from tansuo.api.method_sheet import parts, row
from tansuo.api.policy import Viewer
from tansuo.api.problems import sought
from tansuo.api.viewer import Moment, reading, require
from tansuo.evidence.ledger import get

router = APIRouter(prefix="/api/methods", tags=["methods"])


def _standing(connection: Connection, size: int | None) -> frozenset[str]:
    """Fingerprints of the editions in force."""
    return frozenset(one.fingerprint for one in listings(connection, as_of=size))


@router.get("", name="list_methods")
def list_methods(
    request: Request, moment: Moment, viewer: Annotated[Viewer, Depends(require("list_methods"))]
) -> list[MethodRow]:
    """Published editions in force, oldest first, and how much is published by each."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        used, standing = usage(connection, size), _standing(connection, size)
        return [MethodRow(**row(one, used, standing)) for one in listings(connection, as_of=size)]


@router.get("/{fingerprint}", name="get_method")
def get_method(
    request: Request,
    fingerprint: str,
    viewer: Annotated[Viewer, Depends(require("get_method"))],
) -> dict[str, object]:
    """One method: `document` gives the fingerprint when encoded canonically; `words` are the labels."""
    with reading(request, viewer) as connection, sought("method", fingerprint):
        found = by_fingerprint(connection, fingerprint)
        used, standing = usage(connection), _standing(connection, None)
        return {
            **row(found.listing, used, standing),
            "document": found.data.as_json(),
            "words": dict(found.words),
        }


@router.get("/{fingerprint}/sheet", name="get_method_sheet")
def get_method_sheet(
    request: Request,
    fingerprint: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_method_sheet"))],
) -> MethodSheet:
    """A method for reading: formulas with a worked example, terms, factors with sources, and what it is used for."""
    with reading(request, viewer) as connection, sought("method", fingerprint):
        size = moment.size(connection) if moment.fixed else None
        found = by_fingerprint(connection, fingerprint, size)
        used, standing = usage(connection, size), _standing(connection, size)
        entry = get(connection, found.listing.entry)
        pack = "" if entry is None else str(entry.body.get("pack", ""))
        others = editions(connection, found.id, size)
        return MethodSheet(
            **row(found.listing, used, standing),
            **parts(found, pack),
            editions=[MethodRow(**row(one, used, standing)) for one in others],
        )


@router.get("/{fingerprint}/compare/{other}", name="compare_methods")
def compare_methods(
    request: Request,
    fingerprint: str,
    other: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("compare_methods"))],
) -> EditionComparison:
    """Two documents side by side, published or shipped: what differs, what it touches, how far the cases move."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        one, before = side(connection, fingerprint, size)
        two, after = side(connection, other, size)
        return compared(one, two, (before, after))
