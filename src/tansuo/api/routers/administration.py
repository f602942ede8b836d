"""The three administrators, each at their own work: the platform's health, who is let in, who did what.

None of them sees data of the business, and none can do what another one does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from tansuo.api import access_log, people, sessions
from tansuo.api.access_log import AccessEvent, note_request
from tansuo.api.audit import actions
from tansuo.api.health import health
from tansuo.api.policy import Viewer, policy
from tansuo.api.problems import not_found
from tansuo.api.promise_shapes import ReceivingPromise, receiving_promise
from tansuo.api.viewer import clock_of, reading, require, summing
from tansuo.database.settings import home
from tansuo.evidence import ledger
from tansuo.monitoring.promise import standing
from tansuo.registry.subject import Subject

router = APIRouter(prefix="/api/administration", tags=["administration"])

FAILURES = frozenset({"sign_in_failed", "refused"})
PAGE = 50

Label = Annotated[str, Path(max_length=128)]
Before = Annotated[int | None, Query(ge=0, le=2**53, description="Older than this one")]


class ServiceBody(BaseModel):
    """A service of this machine."""

    name: str
    state: Literal["running", "stopped", "never"]
    since: datetime | None
    address: str


class ProjectionBody(BaseModel):
    """How many ledger entries a package's tables have not applied yet."""

    name: str
    lag: int


class SystemHealth(BaseModel):
    """The platform's own state; sizes are in bytes."""

    services: list[ServiceBody]
    ledger_size: int
    projections: list[ProjectionBody]
    checkpoint_size: int | None
    checkpoint_at: datetime | None
    last_entry_at: datetime | None
    last_arrival_at: datetime | None
    waiting_chunks: int
    waiting_records: int
    quarantined: int
    database_bytes: int
    segment_bytes: int
    disk_bytes: int
    disk_free_bytes: int
    database_version: str
    promise: ReceivingPromise


class PersonBody(BaseModel):
    """Somebody by pseudonym, with role and scope. `administrator`: their links are made on the server alone."""

    label: str
    role: str
    role_zh: str
    role_en: str
    subject: str
    subject_zh: str
    subject_en: str
    administrator: bool
    seen: datetime | None
    open_sessions: int
    waiting_links: int


class LinkBody(BaseModel):
    """A link that waits to be used, named by digits that open nothing."""

    id: str
    label: str
    role: str
    subject: str
    created: datetime
    expires: datetime


class EventBody(BaseModel):
    """Who came in, was refused, or let whom in."""

    id: int
    at: datetime
    kind: str
    actor: str
    role: str
    session: str
    address: str
    operation: str
    about: str
    detail: str


class PeopleBody(BaseModel):
    """Everybody who has or had access, the links that wait, and the youngest failures."""

    people: list[PersonBody]
    links: list[LinkBody]
    failures: list[EventBody]


class DirectoryPlaceBody(BaseModel):
    """A subject a role can be held over."""

    id: str
    kind: str
    name_zh: str
    name_en: str


class RoleBody(BaseModel):
    """A role links can be made for, and the kinds of subjects it is held over (none: no subject)."""

    id: str
    name_zh: str
    name_en: str
    kinds: list[str]


class DirectoryBody(BaseModel):
    """What a link can be made of."""

    roles: list[RoleBody]
    places: list[DirectoryPlaceBody]


class LinkRequest(BaseModel):
    """Whom to let in: `label` is a pseudonym, never a name; the link works once, within `hours`."""

    role: str = Field(max_length=32)
    subject: str = Field(default="", max_length=64)
    label: str = Field(max_length=64)
    hours: int = Field(default=24, ge=1, le=72)


class NewLink(BaseModel):
    """The way in, told this once and kept nowhere: path of the sign-in page, and when it ends."""

    path_zh: str
    path_en: str
    expires: datetime


class Ended(BaseModel):
    """How many open sessions were ended."""

    sessions: int


class ActionBody(BaseModel):
    """One entry of the ledger and who made it; what it says is not told here."""

    index: int
    type: str
    at: datetime
    actor: str
    role: str
    session: str


class ActionsPage(BaseModel):
    """Entries of the ledger by people, the youngest first; `next` is what to ask for as `before`."""

    actions: list[ActionBody]
    next: int | None


class EventsPage(BaseModel):
    """Access events, the youngest first, and how many of each kind the last day had."""

    events: list[EventBody]
    last_day: dict[str, int]
    next: int | None


def _event(one: AccessEvent) -> EventBody:
    return EventBody.model_validate(one, from_attributes=True)


@router.get("/system", name="get_system_health")
def get_system_health(
    request: Request, viewer: Annotated[Viewer, Depends(require("get_system_health"))]
) -> SystemHealth:
    """Services, the tables behind the log, signed heads, what waits, disk."""
    with summing(request) as connection:
        found = health(connection, home())
        promise = standing(connection, clock_of(request).now_ms())
    return SystemHealth(
        services=[ServiceBody.model_validate(one, from_attributes=True) for one in found.services],
        promise=receiving_promise(promise),
        projections=[ProjectionBody(name=name, lag=lag) for name, lag in found.lags.items()],
        **{
            name: getattr(found, name)
            for name in SystemHealth.model_fields.keys() - {"services", "projections", "promise"}
        },
    )


@router.get("/people", name="list_people")
def list_people(request: Request, viewer: Annotated[Viewer, Depends(require("list_people"))]) -> PeopleBody:
    """Who is let in, which links wait, what failed lately."""
    clock = clock_of(request)
    with summing(request) as connection:
        named = {one.id: one for one in people.places(connection)}
        found = people.people(connection, clock)
        links = people.waiting_links(connection, clock)
        failures = access_log.events(connection, kinds=FAILURES, limit=PAGE)
    return PeopleBody(
        people=[_person(one, named.get(one.subject)) for one in found if one.role in policy().roles],
        links=[LinkBody.model_validate(one, from_attributes=True) for one in links],
        failures=[_event(one) for one in failures],
    )


def _person(one: people.Person, over: Subject | None) -> PersonBody:
    role = policy().roles[one.role]
    return PersonBody(
        label=one.label,
        role=role.id,
        role_zh=role.zh,
        role_en=role.en,
        subject=one.subject,
        subject_zh=over.name_zh if over else "",
        subject_en=over.name_en if over else "",
        administrator=role.id in people.ADMINISTRATORS,
        seen=one.seen,
        open_sessions=one.open_sessions,
        waiting_links=one.waiting_links,
    )


@router.get("/directory", name="get_directory")
def get_directory(
    request: Request, viewer: Annotated[Viewer, Depends(require("get_directory"))]
) -> DirectoryBody:
    """Roles that links can be made for, and the names of what they are held over; nothing else of either."""
    with summing(request) as connection:
        found = people.places(connection)
    roles = [
        RoleBody(id=one.id, name_zh=one.zh, name_en=one.en, kinds=sorted(people.kinds_for(one.id)))
        for one in policy().roles.values()
        if one.id not in people.ADMINISTRATORS and one.id != "public"
    ]
    places = [
        DirectoryPlaceBody(id=one.id, kind=one.kind, name_zh=one.name_zh, name_en=one.name_en)
        for one in found
    ]
    return DirectoryBody(roles=roles, places=places)


@router.post("/links", name="make_link", status_code=201)
def make_link(
    request: Request, wanted: LinkRequest, viewer: Annotated[Viewer, Depends(require("make_link"))]
) -> NewLink:
    """A one-time link for a business role; the event is kept, the link itself only as a hash."""
    clock = clock_of(request)
    life = timedelta(hours=wanted.hours)
    with summing(request) as connection:
        token = people.let_in(
            connection, role=wanted.role, over=wanted.subject, label=wanted.label, life=life, clock=clock
        )
        detail = f"{wanted.role} {wanted.subject}".strip()
        note_request(connection, request, "link_made", viewer, "make_link", about=wanted.label, detail=detail)
    return NewLink(
        path_zh=f"/zh/sign-in/{token}", path_en=f"/en/sign-in/{token}", expires=sessions.now(clock) + life
    )


@router.delete("/links/{link}", name="withdraw_link", status_code=204)
def withdraw_link(
    request: Request,
    link: Annotated[str, Path(max_length=64)],
    viewer: Annotated[Viewer, Depends(require("withdraw_link"))],
) -> None:
    """Let a link end that nobody has used."""
    with summing(request) as connection:
        label = people.withdraw(connection, link, clock_of(request))
        if label is None:
            raise not_found("link", link)
        note_request(connection, request, "link_withdrawn", viewer, "withdraw_link", about=label)


@router.post("/people/{label}/end-sessions", name="end_sessions")
def end_sessions(
    request: Request, label: Label, viewer: Annotated[Viewer, Depends(require("end_sessions"))]
) -> Ended:
    """End every open session of one person at once."""
    clock = clock_of(request)
    with summing(request) as connection:
        if not any(one.label == label for one in people.people(connection, clock)):
            raise not_found("person", label)
        count = sessions.end_all(connection, label, clock)
        note_request(
            connection, request, "sessions_ended", viewer, "end_sessions", about=label, detail=str(count)
        )
    return Ended(sessions=count)


@router.get("/actions", name="list_actions")
def list_actions(
    request: Request,
    viewer: Annotated[Viewer, Depends(require("list_actions"))],
    before: Before = None,
    actor: Annotated[str, Query(max_length=128)] = "",
    machines: Annotated[bool, Query(description="Also what the platform itself wrote")] = False,
) -> ActionsPage:
    """The ledger's entries by who made them: type, time, actor; never what they say."""
    with summing(request) as connection:
        below = ledger.size(connection) if before is None else before
        found = actions(connection, before=below, actor=actor, machines=machines, limit=PAGE)
    return ActionsPage(
        actions=[ActionBody.model_validate(one, from_attributes=True) for one in found],
        next=found[-1].index if len(found) == PAGE else None,
    )


@router.get("/events", name="list_access_events")
def list_access_events(
    request: Request,
    viewer: Annotated[Viewer, Depends(require("list_access_events"))],
    before: Before = None,
    kind: Annotated[access_log.Kind | None, Query()] = None,
    actor: Annotated[str, Query(max_length=128)] = "",
) -> EventsPage:
    """Sessions opened and ended, attempts refused, links made: read-only, page by page."""
    since = sessions.now(clock_of(request)) - timedelta(days=1)
    with reading(request, viewer) as connection:
        found = access_log.events(
            connection, kinds=None if kind is None else {kind}, actor=actor or None, before=before, limit=PAGE
        )
        counted = access_log.counts(connection, since)
    return EventsPage(
        events=[_event(one) for one in found],
        last_day=counted,
        next=found[-1].id if len(found) == PAGE else None,
    )
