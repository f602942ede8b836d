"""Published methods as data: the canonical document that is fingerprinted, and its wording."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from tansuo.accounting.methods_store import Listing, by_fingerprint, listings
from tansuo.api.policy import Viewer
from tansuo.api.problems import sought
from tansuo.api.viewer import Moment, reading, require

router = APIRouter(prefix="/api/methods", tags=["methods"])


def _listing(one: Listing) -> dict[str, object]:
    return {
        "id": one.id,
        "edition": one.edition,
        "fingerprint": one.fingerprint,
        "valid": one.valid,
        "title_zh": one.title_zh,
        "title_en": one.title_en,
        "entry": one.entry,
    }


@router.get("", name="list_methods")
def list_methods(
    request: Request, moment: Moment, viewer: Annotated[Viewer, Depends(require("list_methods"))]
) -> list[dict[str, object]]:
    """Published editions in force, oldest first."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        return [_listing(one) for one in listings(connection, as_of=size)]


@router.get("/{fingerprint}", name="get_method")
def get_method(
    request: Request,
    fingerprint: str,
    viewer: Annotated[Viewer, Depends(require("get_method"))],
) -> dict[str, object]:
    """One method: `document` gives the fingerprint when encoded canonically; `words` are the labels."""
    with reading(request, viewer) as connection, sought("method", fingerprint):
        found = by_fingerprint(connection, fingerprint)
        return {**_listing(found.listing), "document": found.data.as_json(), "words": dict(found.words)}
