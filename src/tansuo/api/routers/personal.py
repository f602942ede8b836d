"""Personal data beside the ledger: everybody's own (查阅, 更正, 删除), and the security administrator's desk.

Content is read with the viewer's own access, so that the database itself refuses it to everybody else.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from tansuo.api import people
from tansuo.api.access_log import note_request
from tansuo.api.personal_shapes import (
    ErasureBody,
    ErasureSaid,
    NewErasure,
    OwnData,
    OwnErasure,
    PersonalFields,
    PersonalOf,
    PersonalPage,
    PersonalVersion,
    erasure_body,
    fields_of,
    item_body,
    version_body,
)
from tansuo.api.policy import Viewer, policy
from tansuo.api.problems import not_found, refused
from tansuo.api.verification_shapes import Made, step_made
from tansuo.api.viewer import clock_of, reading, require, summing
from tansuo.evidence.document import CITY
from tansuo.registry import personal

router = APIRouter(prefix="/api/personal", tags=["personal"])

_PHONE = re.compile(r"\+?\(?[0-9]([0-9() \-]{3,28})[0-9](( ?(转|ext\.?|x) ?)[0-9]{1,6})?", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")

Label = Annotated[str, Path(max_length=128)]


@router.get("/own", name="get_own_data")
def get_own_data(request: Request, viewer: Annotated[Viewer, Depends(require("get_own_data"))]) -> OwnData:
    """What is kept of the viewer, what was erased and as of which entry, and what was asked for (第四十五条)."""
    return _own(request, viewer)


@router.get("/own/download", name="download_own_data", response_class=JSONResponse)
def download_own_data(
    request: Request, viewer: Annotated[Viewer, Depends(require("download_own_data"))]
) -> JSONResponse:
    """The same as a file: with salt and data of each version its commitment can be computed by anybody."""
    name = f"personal-{viewer.label}.json"
    return JSONResponse(
        _own(request, viewer).model_dump(mode="json"),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.put("/own", name="put_own_data")
def put_own_data(
    request: Request, wanted: PersonalFields, viewer: Annotated[Viewer, Depends(require("put_own_data"))]
) -> Made:
    """Keep the viewer's own particulars, in the place of an older version."""
    with summing(request) as connection:
        return _kept(request, connection, viewer, viewer.label, wanted)


@router.post("/own/erasure", name="ask_own_erasure", status_code=201)
def ask_own_erasure(
    request: Request, wanted: OwnErasure, viewer: Annotated[Viewer, Depends(require("ask_own_erasure"))]
) -> Made:
    """Ask that everything kept of the viewer be erased; an administrator confirms, or declines with a reason."""
    with summing(request) as connection:
        return step_made(
            personal.ask(
                connection, wanted.basis, wanted.reason, viewer.actor, clock_of(request), person=viewer.label
            )
        )


@router.get("", name="list_personal_data")
def list_personal_data(
    request: Request, viewer: Annotated[Viewer, Depends(require("list_personal_data"))]
) -> PersonalPage:
    """Of whom something is kept, and what was erased; no content."""
    with summing(request) as connection:
        labels = {one.label for one in people.people(connection, clock_of(request))}
        found = [item_body(one) for one in personal.items(connection)]
    return PersonalPage(people=sorted(labels), items=found[::-1])


@router.get("/people/{label}", name="get_personal_data")
def get_personal_data(
    request: Request, label: Label, viewer: Annotated[Viewer, Depends(require("get_personal_data"))]
) -> PersonalOf:
    """What is kept behind one pseudonym; each look is noted among the access events."""
    with summing(request) as connection:
        _known(connection, label)
        note_request(connection, request, "personal_opened", viewer, "get_personal_data", about=label)
    return PersonalOf(label=label, versions=_versions(request, viewer, label))


@router.put("/people/{label}", name="put_personal_data")
def put_personal_data(
    request: Request,
    label: Label,
    wanted: PersonalFields,
    viewer: Annotated[Viewer, Depends(require("put_personal_data"))],
) -> Made:
    """Keep the particulars of one person, in the place of an older version."""
    with summing(request) as connection:
        return _kept(request, connection, viewer, label, wanted)


@router.get("/erasures", name="list_erasures")
def list_erasures(
    request: Request, viewer: Annotated[Viewer, Depends(require("list_erasures"))]
) -> list[ErasureBody]:
    """Requests for erasure, those that wait first."""
    with summing(request) as connection:
        return [erasure_body(connection, viewer, one) for one in personal.erasures(connection)]


@router.post("/erasures", name="ask_erasure", status_code=201)
def ask_erasure(
    request: Request, wanted: NewErasure, viewer: Annotated[Viewer, Depends(require("ask_erasure"))]
) -> Made:
    """Ask for an erasure with its legal basis (第四十七条); another person confirms."""
    with summing(request) as connection:
        return step_made(
            personal.ask(
                connection, wanted.basis, wanted.reason, viewer.actor, clock_of(request), person=wanted.person,
                entry=wanted.entry,
            )
        )  # fmt: skip


@router.post("/erasures/{name}/confirm", name="confirm_erasure", status_code=201)
def confirm_erasure(
    request: Request, name: Label, viewer: Annotated[Viewer, Depends(require("confirm_erasure"))]
) -> Made:
    """Erase what somebody else asked to be erased: data, salt and key are gone, a `redact` entry says so."""
    with summing(request) as connection:
        return step_made(personal.confirm(connection, name, viewer.actor, clock_of(request)))


@router.post("/erasures/{name}/decline", name="decline_erasure", status_code=201)
def decline_erasure(
    request: Request,
    name: Label,
    said: ErasureSaid,
    viewer: Annotated[Viewer, Depends(require("decline_erasure"))],
) -> Made:
    """Decline a request with a reason, such as a period of keeping that is not over."""
    with summing(request) as connection:
        return step_made(personal.decline(connection, name, said.reason, viewer.actor, clock_of(request)))


def _own(request: Request, viewer: Viewer) -> OwnData:
    with summing(request) as connection:
        found = [one for one in personal.items(connection) if one.person == viewer.label]
        asked = [
            erasure_body(connection, viewer, one)
            for one in personal.erasures(connection, person=viewer.label)
        ]
    return OwnData(
        label=viewer.label,
        versions=_versions(request, viewer, viewer.label),
        items=[item_body(one) for one in found[::-1]],
        erasures=asked,
    )


def _versions(request: Request, viewer: Viewer, label: str) -> list[PersonalVersion]:
    """The youngest first. Which there are is asked of the log; what they say, with the viewer's own access."""
    with summing(request) as connection:
        entries = personal.versions(connection, label)
    with reading(request, viewer) as connection:
        return [version_body(one) for one in reversed(personal.opened(connection, entries))]


def _kept(
    request: Request, connection: Connection, viewer: Viewer, label: str, wanted: PersonalFields
) -> Made:
    org = _known(connection, label)
    if wanted.phone.strip() and not _PHONE.fullmatch(wanted.phone.strip()):
        raise refused("phone_form")
    if wanted.email.strip() and not _EMAIL.fullmatch(wanted.email.strip()):
        raise refused("email_form")
    entry = personal.store(connection, label, org, fields_of(wanted), viewer.actor, clock_of(request))
    return Made(id=str(entry.body["commitment"]), entry=entry.index)


def _known(connection: Connection, label: str) -> str:
    """Whose rows a person's are: their firm's, else the city's; 404 for a label nobody has or had."""
    for role, over in people.roles_of(connection, label):
        if role in policy().roles:
            return over if policy().roles[role].scope == "enterprise" else CITY
    before = personal.versions(
        connection, label
    )  # sessions are in no backup: a restored platform knows no labels
    if not before:
        raise not_found("person", label)
    return before[-1].org
