"""Subjects as data, within the viewer's scope."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found
from tansuo.api.viewer import Moment, reading, require
from tansuo.registry import subject
from tansuo.registry.subject import Subject

router = APIRouter(prefix="/api/subjects", tags=["registry"])


def _as_json(one: Subject) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "attributes": dict(one.attributes),
        "org": one.org,
        "geometry": one.geometry,
        "synthetic": one.synthetic,
        "valid_from": one.valid_from.isoformat() if one.valid_from else None,
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        "source": one.source.as_json() if one.source else None,
    }


@router.get("", name="list_subjects")
def list_subjects(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_subjects"))],
    kind: Annotated[str | None, Query(max_length=40)] = None,
) -> list[dict[str, object]]:
    """Subjects, all or of one kind, ordered by id."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        return [_as_json(one) for one in subject.find(connection, kind=kind, as_of=size)]


@router.get("/{name}", name="get_subject")
def get_subject(
    request: Request,
    name: str,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_subject"))],
) -> dict[str, object]:
    """One subject."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        found = subject.get(connection, name, as_of=size)
        if found is None:
            raise not_found("subject", name)
        return _as_json(found)
