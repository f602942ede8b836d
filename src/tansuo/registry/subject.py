"""Subjects 对象: typed nodes with an opaque id, dated attributes and optional geometry.

City, assessment unit, enterprise, facility, emission source, meter, project, action, task, space unit … are
kinds, not tables. Codes (统一社会信用代码, GB/T 2260) are dated attributes and never the id: they change.
A name may also be a dated attribute (``name_zh``, ``name_en``): then the name of the asked day is given.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from tansuo.database.bulk import among
from tansuo.evidence.as_of import visible
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.registry import tables
from tansuo.registry.slices import ALWAYS, holds_on
from tansuo.registry.source import Source, read_source
from tansuo.registry.wording import identifier, refuse, span

KINDS: Mapping[str, tuple[str, str]] = {
    "city": ("城市", "city"),
    "division": ("行政区划", "administrative division"),
    "assessment_unit": ("考核单元", "assessment unit"),
    "department": ("部门", "department"),
    "laboratory": ("检测机构", "laboratory"),
    "verifier": ("技术审核机构", "verifier"),
    "park": ("园区", "park"),
    "zone": ("功能区", "function zone"),
    "space_unit": ("空间单元", "space unit"),
    "shoreline_segment": ("岸线段", "shoreline segment"),
    "enterprise": ("报告主体", "enterprise"),
    "facility": ("设施", "facility"),
    "emission_source": ("排放源", "emission source"),
    "meter": ("计量点", "meter"),
    "fuel": ("燃料", "fuel"),
    "product": ("产品", "product"),
    "boundary": ("核算边界", "boundary"),
    "project": ("项目", "project"),
    "action": ("行动", "action"),
    "task": ("任务", "task"),
}
"""Kinds a subject may have, with their names in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject as known at one log size, with the attributes that hold on one day.

    ``valid_from`` None means since always, ``valid_to`` None means still. ``geometry`` is a shape of
    ``registry.geometry`` or None. ``synthetic`` marks invented subjects (演示数据).
    """

    id: str
    kind: str
    name_zh: str
    name_en: str
    attributes: dict[str, str] = field(default_factory=dict)
    org: str = "public"
    geometry: dict[str, Any] | None = None
    synthetic: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    source: Source | None = None
    region: str = ""
    entry: int = -1


@dataclass(frozen=True, slots=True)
class Attribute:
    """One dated value of an attribute: who said it, from which day, until which day (exclusive)."""

    subject: str
    name: str
    value: str
    valid_from: date | None
    valid_to: date | None
    source: Source | None
    entry: int


def new_id(kind: str) -> str:
    """A fresh opaque id, ``<kind>.<16 hex digits>``: it says nothing that could later become wrong."""
    return f"{kind}.{secrets.token_hex(8)}"


def declare(
    subject_id: str,
    kind: str,
    name_zh: str,
    name_en: str,
    *,
    attributes: Mapping[str, str] | None = None,
    org: str = "public",
    region: str = "",
    geometry: dict[str, Any] | None = None,
    synthetic: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
    source: Source | None = None,
    by: Actor = SYSTEM_ACTOR,
    supersedes: int | None = None,
    why: Mapping[str, Any] | None = None,
) -> Draft:
    """The entry that brings a subject into being, or restates it: the later declaration of an id holds.

    Attributes named here hold over the subject's own span; attributes not named keep what was said of them.
    """
    if kind not in KINDS:
        raise refuse("unknown_kind", kind=kind, known=", ".join(KINDS))
    body = {
        "op": "declare",
        "id": identifier(subject_id),
        "kind": kind,
        "name": {"zh": name_zh, "en": name_en},
        "attributes": dict(attributes or {}),
        "geometry": geometry,
        "synthetic": synthetic,
        "source": source and source.as_json(),
    }
    return Draft(
        type="subject",
        subject=f"subject/{subject_id}",
        body=body,
        org=org,
        region=region,
        valid=span(valid_from, valid_to),
        supersedes=supersedes,
        why=why,
        by=by,
    )


def set_attribute(
    subject: str,
    name: str,
    value: str | None,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    source: Source | None = None,
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry that gives an attribute a value over a span of days; None says that it has none there."""
    body = {
        "op": "attribute",
        "id": identifier(subject),
        "name": name,
        "value": value,
        "source": source and source.as_json(),
    }
    return Draft(
        type="subject",
        subject=f"subject/{subject}/{name}",
        body=body,
        org=org,
        valid=span(valid_from, valid_to),
        by=by,
    )


def get(
    connection: Connection, subject_id: str, *, as_of: int | None = None, on: date | None = None
) -> Subject | None:
    """The subject as known at log size ``as_of`` (None: now), or None if nobody had declared it."""
    found = find(connection, ids=[subject_id], as_of=as_of, on=on)
    return found[0] if found else None


def find(
    connection: Connection,
    *,
    kind: str | None = None,
    ids: Sequence[str] | None = None,
    attribute: tuple[str, str] | None = None,
    org: str | None = None,
    as_of: int | None = None,
    on: date | None = None,
) -> list[Subject]:
    """Subjects by kind, ids, owner or one attribute's value, ordered by id.

    ``on`` is the civil day on which attributes (and the subject itself) must hold; None takes the latest
    value of each attribute and asks nothing of the subject's own span.
    """
    table = tables.subject
    query = select(table).where(visible(table, as_of)).order_by(table.c.id)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    if ids is not None:
        query = query.where(among(table.c.id, ids))
    if org is not None:
        query = query.where(table.c.org_id == org)
    if on is not None:
        query = query.where(holds_on(table, on))
    rows = connection.execute(query).mappings().all()
    named: dict[str, dict[str, str]] = {row["id"]: {} for row in rows}
    for one in attributes(connection, list(named), as_of=as_of, on=on):
        named[one.subject][one.name] = one.value
    subjects = [_subject(row, named[row["id"]]) for row in rows]
    if attribute is not None:
        name, value = attribute
        subjects = [one for one in subjects if one.attributes.get(name) == value]
    return subjects


def attributes(
    connection: Connection,
    ids: Sequence[str],
    *,
    name: str | None = None,
    as_of: int | None = None,
    on: date | None = None,
) -> list[Attribute]:
    """Dated attribute values of the subjects ``ids``, ordered by subject, name and first day."""
    table = tables.subject_attribute
    query = (
        select(table)
        .where(visible(table, as_of), among(table.c.subject, ids))
        .order_by(table.c.subject, table.c.name, table.c.valid_from)
    )
    if name is not None:
        query = query.where(table.c.name == name)
    if on is not None:
        query = query.where(holds_on(table, on))
    return [
        Attribute(
            subject=row["subject"],
            name=row["name"],
            value=row["value"],
            valid_from=_since(row["valid_from"]),
            valid_to=row["valid_to"],
            source=read_source(row["source"]),
            entry=row["stated_by"],
        )
        for row in connection.execute(query).mappings()
    ]


def _since(day: date) -> date | None:
    return None if day == ALWAYS else day


def _subject(row: RowMapping, named: dict[str, str]) -> Subject:
    return Subject(
        id=row["id"],
        kind=row["kind"],
        name_zh=named.get("name_zh", row["name_zh"]),
        name_en=named.get("name_en", row["name_en"]),
        attributes=named,
        org=row["org_id"],
        geometry=row["geometry"],
        synthetic=row["synthetic"],
        valid_from=_since(row["valid_from"]),
        valid_to=row["valid_to"],
        source=read_source(row["source"]),
        region=row["region"],
        entry=row["entry"],
    )
