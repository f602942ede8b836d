"""Personal data as the API tells them: one's own, those behind a pseudonym, and requests to erase them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import Connection

from tansuo.api.policy import Viewer, policy
from tansuo.evidence.ledger import get
from tansuo.registry import personal
from tansuo.registry.personal import Erasure, Item, Particulars

Basis = Literal["pipl-47-1", "pipl-47-2", "pipl-47-3", "pipl-47-4", "pipl-47-5"]


class PersonalFields(BaseModel):
    """Particulars of a person; what is empty is not kept."""

    name: str = Field(default="", max_length=200)
    position: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=200)
    certificate: str = Field(default="", max_length=200)


class PersonalVersion(BaseModel):
    """Particulars as one entry commits to them. SHA-256 of salt (hex) and `data` is the commitment."""

    entry: int
    at: datetime
    fields: PersonalFields
    commitment: str
    salt: str
    data: str


class PersonalItem(BaseModel):
    """A commitment without its content. `current`: no newer version replaced it; `redacted`: the entry of its erasure;
    `redacted_as`: the legal basis."""

    entry: int
    at: datetime
    kind: Literal["person", "document"]
    person: str
    org: str
    by: str
    about: str
    bytes: int | None
    current: bool
    redacted: int | None
    redacted_as: str


class ErasureBody(BaseModel):
    """A request for erasure. `entries`: what it is about, `redacted`: the entries that erased it; `may`: what this
    viewer may do with it now."""

    id: str
    entry: int
    at: datetime | None
    state: Literal["asked", "erased", "declined"]
    person: str
    org: str
    entries: list[int]
    redacted: list[int]
    basis: Basis
    reason: str
    asker: str
    said: str
    may: list[Literal["confirm", "decline"]]


class OwnData(BaseModel):
    """What is kept of the viewer: versions that are stored, all commitments with their erasures, and requests."""

    label: str
    versions: list[PersonalVersion]
    items: list[PersonalItem]
    erasures: list[ErasureBody]


class PersonalPage(BaseModel):
    """What is kept of everybody, by pseudonym and without content; `people` are labels that data can be kept of."""

    people: list[str]
    items: list[PersonalItem]


class PersonalOf(BaseModel):
    """What is kept of one person."""

    label: str
    versions: list[PersonalVersion]


class OwnErasure(BaseModel):
    """Why one's own data shall be erased; the reason goes into the ledger and names nobody."""

    basis: Basis
    reason: str = Field(min_length=3, max_length=1000)


class NewErasure(OwnErasure):
    """What shall be erased: everything of a person, or what one entry commits to."""

    person: str = Field(default="", max_length=64)
    entry: int | None = Field(default=None, ge=0, le=2**53)


class ErasureSaid(BaseModel):
    """Why a request is declined."""

    reason: str = Field(min_length=3, max_length=1000)


def fields_of(wanted: PersonalFields) -> Mapping[str, str]:
    """The fields as the registry takes them."""
    return {name: getattr(wanted, name) for name in personal.FIELDS}


def version_body(one: Particulars) -> PersonalVersion:
    """A version with everything that opens its commitment."""
    return PersonalVersion(
        entry=one.entry,
        at=_instant(one.recorded_ms),
        fields=PersonalFields(**one.fields),
        commitment=one.commitment,
        salt=one.salt.hex(),
        data=one.data.decode(),
    )


def item_body(one: Item) -> PersonalItem:
    """A commitment without its content."""
    document = not one.person
    return PersonalItem(
        entry=one.entry,
        at=_instant(one.recorded_ms),
        kind="document" if document else "person",
        person=one.person,
        org=one.org,
        by=one.by,
        about=str(one.body.get("about", "")),
        bytes=int(one.body["bytes"]) if document else None,
        current=one.current,
        redacted=None if one.redacted is None else one.redacted.index,
        redacted_as="" if one.redacted is None else str(one.redacted.body["basis"]),
    )


def erasure_body(connection: Connection, viewer: Viewer, one: Erasure) -> ErasureBody:
    """A request, and what the viewer may do with it."""
    ways: list[Literal["confirm", "decline"]] = []
    if one.state == personal.ASKED:
        if policy().rules["confirm_erasure"].allows(viewer.role) and viewer.label != one.asker:
            ways.append("confirm")
        if policy().rules["decline_erasure"].allows(viewer.role):
            ways.append("decline")
    step = get(connection, one.entry)
    return ErasureBody.model_validate(
        {
            **{
                name: getattr(one, name)
                for name in ("id", "entry", "state", "person", "org", "basis", "reason")
            },
            **{name: getattr(one, name) for name in ("asker", "said", "entries", "redacted")},
            "at": None if step is None else _instant(step.recorded_ms),
            "may": ways,
        }
    )


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
