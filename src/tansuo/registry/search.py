"""Finding subjects and indicators by name, id or code, best match first.

A name matches by any part of it, an id or a code (统一社会信用代码, GB/T 2260: attributes whose names end in
``code``) from its beginning. Row-level security decides what is found at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, false, func, or_, select

from tansuo.evidence.as_of import visible
from tansuo.registry import tables
from tansuo.registry.subject import find


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its id, kind (of an indicator its unit), names, and the code that matched, if one did."""

    id: str
    kind: str
    name_zh: str
    name_en: str
    code: str
    synthetic: bool


def rank(exact: Sequence[ColumnElement[str]], names: Sequence[ColumnElement[str]], text: str) -> Any:
    """0 an id or code is ``text``, 1 a name is, 2 a name or id begins with it, 3 the rest; for ORDER BY."""
    wanted = text.lower()
    whole = or_(false(), *(func.lower(one) == wanted for one in exact))
    named = or_(false(), *(func.lower(one) == wanted for one in names))
    begins = or_(*(one.istartswith(text, autoescape=True) for one in (*names, *exact)))
    return case((whole, 0), (named, 1), (begins, 2), else_=3)


def subjects(
    connection: Connection,
    text: str,
    *,
    kinds: Sequence[str] = (),
    limit: int = 20,
    as_of: int | None = None,
) -> tuple[int, list[Hit]]:
    """How many subjects ``text`` finds, and the best ``limit`` of them; ``kinds`` keeps these kinds only."""
    table, held = tables.subject, tables.subject_attribute
    coded = (
        select(held.c.subject, func.min(held.c.value).label("code"))
        .where(
            visible(held, as_of),
            held.c.name.endswith("code"),
            held.c.value.istartswith(text, autoescape=True),
        )
        .group_by(held.c.subject)
        .subquery()
    )
    renamed = select(held.c.subject).where(
        visible(held, as_of),
        held.c.name.in_(("name_zh", "name_en")),
        held.c.value.icontains(text, autoescape=True),
    )
    names = (table.c.name_zh, table.c.name_en)
    code = func.coalesce(coded.c.code, "")
    order = rank((table.c.id, code), names, text)
    query = (
        select(table, code.label("code"), func.count().over().label("found"))
        .select_from(table.outerjoin(coded, coded.c.subject == table.c.id))
        .where(
            visible(table, as_of),
            or_(
                *(one.icontains(text, autoescape=True) for one in names),
                table.c.id.icontains(text, autoescape=True),
                coded.c.code.is_not(None),
                table.c.id.in_(renamed),
            ),
        )
        .order_by(func.least(order, 2), _weight(table.c.kind), order, table.c.id)
        .limit(limit)
    )
    if kinds:
        query = query.where(table.c.kind.in_(kinds))
    rows = connection.execute(query).mappings().all()
    about = {one.id: one for one in find(connection, ids=[row["id"] for row in rows], as_of=as_of)}
    hits = [
        Hit(one.id, one.kind, one.name_zh, one.name_en, row["code"], one.synthetic)
        for row in rows
        if (one := about.get(row["id"])) is not None
    ]
    return (rows[0]["found"] if rows else 0), hits


def _weight(kind: ColumnElement[str]) -> Any:
    """City, units and enterprises before the meters and sources below them."""
    first = ("city", "assessment_unit", "enterprise", "park", "project", "facility", "emission_source")
    return case(*((kind == one, number) for number, one in enumerate(first)), else_=len(first))


def indicators(
    connection: Connection, text: str, *, limit: int = 20, as_of: int | None = None
) -> tuple[int, list[Hit]]:
    """How many indicators ``text`` finds by code or name, and the best ``limit`` of them."""
    table = tables.indicator
    names = (table.c.name_zh, table.c.name_en)
    query = (
        select(table, func.count().over().label("found"))
        .where(
            visible(table, as_of),
            or_(*(one.icontains(text, autoescape=True) for one in (*names, table.c.code))),
        )
        .order_by(rank((table.c.code,), names, text), table.c.code)
        .limit(limit)
    )
    rows = connection.execute(query).mappings().all()
    hits = [Hit(row["code"], row["unit"], row["name_zh"], row["name_en"], row["code"], False) for row in rows]
    return (rows[0]["found"] if rows else 0), hits
