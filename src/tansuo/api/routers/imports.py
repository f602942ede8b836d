"""Imports: a file comes in parts, is checked, and is received as evidence. A closed browser loses nothing.

A viewer sees the imports of their own organisation and no others: an enterprise its own, the city's roles the
city's. What a firm has staged is nobody else's business until it is received.
"""

from __future__ import annotations

import mimetypes
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from sqlalchemy import Connection

from tansuo.accounting.figure import Cell
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD
from tansuo.api.import_shapes import (
    ImportBody,
    Imports,
    Kept,
    Move,
    Moves,
    NewImport,
    Parts,
    WantedCommit,
    body,
    brief,
)
from tansuo.api.policy import Viewer, policy
from tansuo.api.problems import Problem, not_found, refused
from tansuo.api.shapes import known_of_figure, named
from tansuo.api.viewer import clock_of, database_of, reading, require, summing
from tansuo.evidence.document import CITY, put_blob
from tansuo.evidence.ledger import receipt_id
from tansuo.monitoring.connectors.workbook.document_map import UNKNOWN_TYPE, Described
from tansuo.monitoring.connectors.workbook.listing import listing
from tansuo.monitoring.importing import staging
from tansuo.monitoring.importing.documents import keep
from tansuo.monitoring.importing.findings import findings_of
from tansuo.monitoring.importing.staging import DEFAULT_LIMIT, Staged
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.registry import subject
from tansuo.registry.personal import keep_document

router = APIRouter(prefix="/api/imports", tags=["imports"])

Name = Annotated[str, Path(pattern="^[A-Za-z0-9]{8,24}$", description="An import")]
UPLOAD_LIMITS = {"put_import_part": staging.PART_BYTES}
"""Bodies longer than usual; see `app.BODY_LIMITS`."""

_MONTHS_COMPARED = 36


def home_org(viewer: Viewer) -> str:
    """Whose imports a viewer sees and makes. 403 for a role that has no organisation of its own."""
    reach = policy().roles[viewer.role].scope
    if reach == "enterprise":
        return viewer.subject
    if reach == "city":
        return CITY
    raise Problem(403, [Finding("api.no_organisation", params={"role": viewer.role})])


def own_import(connection: Connection, viewer: Viewer, name: str, *, hold: bool = False) -> Staged:
    """The viewer's own import; 404 for one of others as for one that does not exist."""
    found = staging.get(connection, name, home_org(viewer), hold=hold)
    if found is None:
        raise not_found("import", name)
    return found


def _body(connection: Connection, one: Staged) -> ImportBody:
    return body(one, staging.have(connection, one) if one.state == "uploading" else [])


def upload_limit(request: Request) -> int:
    """How many bytes one file may have, as the application was told."""
    limit: int = getattr(request.app.state, "upload_bytes", DEFAULT_LIMIT)
    return limit


@router.get("", name="list_imports")
def list_imports(request: Request, viewer: Annotated[Viewer, Depends(require("list_imports"))]) -> Imports:
    """The imports of the viewer's own organisation, newest first."""
    org = home_org(viewer)
    with reading(request, viewer) as connection:
        found = staging.find(connection, org)
    return Imports(org=org, limit_bytes=upload_limit(request), imports=[brief(one) for one in found])


@router.post("", name="begin_import", status_code=201)
def begin_import(
    request: Request, wanted: NewImport, viewer: Annotated[Viewer, Depends(require("begin_import"))]
) -> ImportBody:
    """A place for a file; the same unfinished file is taken up where it stood."""
    with reading(request, viewer) as connection:
        one = staging.begin(
            connection, home_org(viewer), wanted.name, wanted.size, wanted.sha256, viewer.actor,
            clock_of(request), limit=upload_limit(request),
        )  # fmt: skip
        return _body(connection, one)


@router.get("/{name}", name="get_import")
def get_import(
    request: Request, name: Name, viewer: Annotated[Viewer, Depends(require("get_import"))]
) -> ImportBody:
    """An import with everything that a page needs to go on with it; ask again while it is at work."""
    with reading(request, viewer) as connection:
        return _body(connection, own_import(connection, viewer, name))


@router.put("/{name}/parts/{number}", name="put_import_part")
def put_import_part(
    request: Request,
    name: Name,
    number: Annotated[int, Path(ge=1, le=100_000)],
    data: Annotated[bytes, Body(media_type="application/octet-stream")],
    viewer: Annotated[Viewer, Depends(require("put_import_part"))],
) -> Parts:
    """One part of a file; the same part again replaces itself. The answer says which parts have come."""
    with reading(request, viewer) as connection:
        one = own_import(connection, viewer, name)
        staging.put(connection, one, number, data)
        return Parts(have=staging.have(connection, one), parts=one.parts, part_bytes=one.part_bytes)


@router.post("/{name}/complete", name="complete_import")
def complete_import(
    request: Request, name: Name, viewer: Annotated[Viewer, Depends(require("complete_import"))]
) -> ImportBody:
    """Say that all parts have come; 422 and an empty place where they do not give the SHA-256 announced."""
    with reading(request, viewer) as connection:
        one = own_import(connection, viewer, name, hold=True)
        whole = staging.complete(connection, one, clock_of(request))
        made = _body(connection, whole)
    if whole.state == "uploading":
        raise Problem(422, [Finding("monitoring.import_sha256", {"file": one.name})])
    return made


@router.delete("/{name}", name="discard_import", status_code=204)
def discard_import(
    request: Request, name: Name, viewer: Annotated[Viewer, Depends(require("discard_import"))]
) -> Response:
    """Throw a file away that was not received."""
    with reading(request, viewer) as connection:
        staging.discard(connection, own_import(connection, viewer, name, hold=True))
    return Response(status_code=204)


@router.post("/{name}/check", name="check_import", status_code=202)
def check_import(
    request: Request, name: Name, viewer: Annotated[Viewer, Depends(require("check_import"))]
) -> ImportBody:
    """Have the whole file judged and compared; the importer takes it up, `get_import` says how far it is."""
    with reading(request, viewer) as connection:
        one = own_import(connection, viewer, name, hold=True)
        if one.state == "checking":
            return _body(connection, one)
        staging.need(one, staging.MAPPABLE - {"uploaded"})
        if one.map is None:
            raise refused("import_without_map", file=one.name)
        return _body(
            connection,
            staging.change(
                connection, one, clock_of(request), state="checking", done=0, of=100, what="", problem=None,
                judged=None, attempts=0,
            ),
        )  # fmt: skip


@router.post("/{name}/commit", name="commit_import", status_code=202)
def commit_import(
    request: Request,
    name: Name,
    wanted: WantedCommit,
    viewer: Annotated[Viewer, Depends(require("commit_import"))],
) -> ImportBody:
    """Receive a checked file as evidence, by who asks; the importer takes it up. Once is enough."""
    with reading(request, viewer) as connection:
        one = own_import(connection, viewer, name, hold=True)
        if one.state in ("committing", "committed"):
            return _body(connection, one)
        staging.need(one, {"checked"})
        by = viewer.actor
        reason = (wanted.reason or "").strip() or None
        return _body(
            connection,
            staging.change(
                connection, one, clock_of(request), state="committing", reason=reason, by_id=by.id,
                by_role=by.role, by_session=by.session, done=0, of=100, what="", problem=None, attempts=0,
            ),
        )  # fmt: skip


@router.post("/{name}/keep", name="keep_import")
def keep_import(
    request: Request,
    name: Name,
    viewer: Annotated[Viewer, Depends(require("keep_import"))],
    sealed: Annotated[
        bool, Query(description="It bears personal data: kept so that it can be erased")
    ] = False,
) -> ImportBody:
    """Keep a file as a document with what was found in it, without any reading: nothing sent need be lost.

    One that bears personal data (`sealed`) is kept sealed, with its name and without findings, which may quote it.
    """
    with summing(request) as connection:
        one = own_import(connection, viewer, name, hold=True)
        if one.state == "kept":
            return _body(connection, one)
        staging.need(one, staging.MAPPABLE)
        data = staging.data_of(connection, one)
        media_type = mimetypes.guess_type(one.name)[0] or UNKNOWN_TYPE
        about = "" if one.org == CITY else one.org
        if sealed:
            entry = keep_document(
                connection, one.name, media_type, data, one.org, viewer.actor, clock_of(request), about=about,
                kind="import_file",
            )  # fmt: skip
            outcome = Kept(receipt=receipt_id(entry), entry=entry.index, sha256=str(entry.body["commitment"]))
            return _body(
                connection,
                staging.forget_content(connection, one, clock_of(request), outcome.model_dump(mode="json")),
            )
        found = findings_of(connection, one)
        problem = [Finding(str(bad["code"]), bad["where"], bad["params"]) for bad in one.problem or ()]
        listed = put_blob(connection, listing([*problem, *found], "zh"), one.org)
    said = Described(
        "import_file", media_type, one.org, about, one.name, one.name,
        {"findings": listed, "errors": str(sum(1 for bad in [*problem, *found] if bad.severity == "error"))},
    )  # fmt: skip
    kept = keep(database_of(request), clock_of(request), one.name, data, said, one.map, viewer.actor)
    with summing(request) as connection:
        one = own_import(connection, viewer, name, hold=True)
        outcome = Kept(receipt=receipt_id(kept.entry), entry=kept.entry.index, sha256=one.sha256)
        staging.forget_parts(connection, one)
        one = staging.change(
            connection, one, clock_of(request), state="kept", outcome=outcome.model_dump(mode="json")
        )
        return _body(connection, one)


@router.get("/{name}/moves", name="get_import_moves")
def get_import_moves(
    request: Request, name: Name, viewer: Annotated[Viewer, Depends(require("get_import_moves"))]
) -> Moves:
    """The figures that receiving the file moved: direct and indirect emission of the months it touches."""
    with reading(request, viewer) as connection:
        one = own_import(connection, viewer, name)
        staging.need(one, {"committed"})
        outcome, judged = one.outcome or {}, one.judged or {}
        before, after = int(outcome["before"]), int(outcome["after"])
        about = subject.find(connection, ids=[str(org) for org in outcome["enterprises"]][:10])
        months = _months(judged.get("series", []))
        cells = [
            Cell(firm.id, quantity, month, METHOD)
            for firm in about
            for month in months
            for quantity in (DIRECT, INDIRECT)
        ]
        moves: list[Move] = []
        looked_at = 0
        firms = {firm.id: firm for firm in about}
        earlier, later = Inventory(connection, before), Inventory(connection, after)
        for cell in cells:
            try:
                was, now = earlier.figures([cell])[0], later.figures([cell])[0]
            except FindingError:
                continue  # no method, or the firm was not there yet: there is nothing to compare
            looked_at += 1
            old, new = known_of_figure(was), known_of_figure(now)
            if (old.value, old.state, old.complete) != (new.value, new.state, new.complete):
                moves.append(
                    Move(
                        subject=named(firms[cell.subject]), quantity=cell.quantity, period=cell.period,
                        before=old, after=new,
                    )
                )  # fmt: skip
    return Moves(before=before, after=after, looked_at=looked_at, moves=moves)


def _months(series: list[dict[str, str]]) -> list[str]:
    """The months between the first and the last time of a checked file, the last of them if they are many."""
    if not series:
        return []
    first = Period.parse(min(one["first"] for one in series)[:7])
    last = Period.parse(max(one["last"] for one in series)[:7])
    found: list[str] = []
    year, month = first.start.year, first.start.month
    while (year, month) <= (last.start.year, last.start.month):
        found.append(f"{year:04d}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found[-_MONTHS_COMPARED:]
