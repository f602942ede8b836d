"""Relations 关系: dated, many-to-many, with shares. Roll-up and access follow named relations.

``a relation b`` reads as a sentence: an enterprise reports_for an assessment unit, a source is part_of a
facility, a source is measured_by a meter. The children of b are the a's. A share is the part of a that counts
towards b (decimal, 0 < share ≤ 1); None means that nobody has stated it, and no sum may pretend to know it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, select

from tansuo.database.bulk import among
from tansuo.evidence.as_of import visible
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.finding import Finding
from tansuo.registry import tables
from tansuo.registry.slices import ALWAYS, holds_on
from tansuo.registry.source import Source, read_source
from tansuo.registry.wording import decimal, identifier, refuse, span

RELATIONS: Mapping[str, tuple[str, str]] = {
    "belongs_to": ("统计归属", "belongs to"),
    "lies_in": ("位于", "lies in"),
    "reports_for": ("计入", "reports for"),
    "supplies": ("供给", "supplies"),
    "part_of": ("组成部分", "part of"),
    "measured_by": ("由…计量", "measured by"),
    "carries_out": ("承担", "carries out"),
    "tests_for": ("为其检测", "tests for"),
}
"""Named relations with their wording in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Relation:
    """``a relation b`` over a half-open span of days; ``share`` None where it has not been stated."""

    a: str
    relation: str
    b: str
    share: Decimal | None
    valid_from: date | None
    valid_to: date | None
    source: Source | None
    entry: int


@dataclass(frozen=True, slots=True)
class Child:
    """A descendant found by walking a relation down: its direct parent, depth (1 = direct) and share.

    ``share`` is the product of the shares on the way; None where one of them is not stated.
    """

    subject: str
    parent: str
    depth: int
    share: Decimal | None


def relate(
    a: str,
    relation: str,
    b: str,
    share: str | None = "1",
    valid_from: date | None = None,
    valid_to: date | None = None,
    *,
    source: Source | None = None,
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry that relates ``a`` to ``b`` over a span; it replaces what was said of that span before."""
    if share is not None and not 0 < decimal(share, "share") <= 1:
        raise refuse("bad_share", a=a, b=b, share=share)
    return _draft(a, relation, b, {"holds": True, "share": share}, valid_from, valid_to, source, org, by)


def part(
    a: str,
    relation: str,
    b: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
    *,
    source: Source | None = None,
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry that says that ``a`` has no such relation to ``b`` over a span of days."""
    return _draft(a, relation, b, {"holds": False, "share": None}, valid_from, valid_to, source, org, by)


def _draft(
    a: str,
    relation: str,
    b: str,
    what: dict[str, bool | str | None],
    valid_from: date | None,
    valid_to: date | None,
    source: Source | None,
    org: str,
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    if relation not in RELATIONS:
        raise refuse("unknown_relation", relation=relation, known=", ".join(RELATIONS))
    body = {
        "a": identifier(a),
        "relation": relation,
        "b": identifier(b),
        **what,
        "source": source and source.as_json(),
    }
    return Draft(
        type="relation",
        subject=f"relation/{a}/{relation}/{b}",
        body=body,
        org=org,
        valid=span(valid_from, valid_to),
        by=by,
    )


def relations(
    connection: Connection,
    relation: str,
    *,
    a: Sequence[str] | None = None,
    b: Sequence[str] | None = None,
    on: date | None = None,
    as_of: int | None = None,
) -> list[Relation]:
    """Relations of one name, by either end, ordered by a, b and first day; ``on`` None gives all spans."""
    table = tables.relation
    query = (
        select(table)
        .where(visible(table, as_of), table.c.relation == relation)
        .order_by(table.c.a, table.c.b, table.c.valid_from)
    )
    if a is not None:
        query = query.where(among(table.c.a, a))
    if b is not None:
        query = query.where(among(table.c.b, b))
    if on is not None:
        query = query.where(holds_on(table, on))
    return [_relation(row) for row in connection.execute(query).mappings()]


def parents(
    connection: Connection, subject: str, relation: str, on: date, as_of: int | None = None
) -> list[Relation]:
    """What ``subject`` is related to on a day: for ``reports_for``, the units it counts for."""
    return relations(connection, relation, a=[subject], on=on, as_of=as_of)


def children(
    connection: Connection,
    subject: str,
    relation: str,
    on: date,
    as_of: int | None = None,
    deep: bool = False,
) -> list[Child]:
    """What is related to ``subject`` on a day, direct only or all the way down (``deep``), by depth and id.

    A descendant reached on two ways is listed once a way, so that shares of both ways count. Raises
    FindingError where the relation runs in a circle.
    """
    return list(_descend(connection, subject, relation, on, as_of, deep))


def _descend(
    connection: Connection, root: str, relation: str, on: date, as_of: int | None, deep: bool
) -> Iterator[Child]:
    ways: list[tuple[str, Decimal | None, frozenset[str]]] = [(root, Decimal(1), frozenset({root}))]
    depth = 0
    while ways:
        depth += 1
        found = relations(connection, relation, b=sorted({one for one, _, _ in ways}), on=on, as_of=as_of)
        below: list[tuple[str, Decimal | None, frozenset[str]]] = []
        for parent, share, path in ways:
            for link in (one for one in found if one.b == parent):
                if link.a in path:
                    raise refuse("circle", relation=relation, subject=link.a)
                passed = None if share is None or link.share is None else CONTEXT.multiply(share, link.share)
                yield Child(link.a, parent, depth, passed)
                below.append((link.a, passed, path | {link.a}))
        ways = below if deep else []


def judge_shares(connection: Connection, relation: str, on: date, as_of: int | None = None) -> list[Finding]:
    """Findings on a day's shares: a subject whose stated shares of one relation add up to more than one."""
    totals: dict[str, Decimal] = {}
    for one in relations(connection, relation, on=on, as_of=as_of):
        if one.share is not None:
            totals[one.a] = totals.get(one.a, Decimal()) + one.share
    return [
        Finding(
            "registry.shares_above_one",
            {"key": subject},
            {"relation": relation, "subject": subject, "total": str(total)},
            "warning",
        )
        for subject, total in totals.items()
        if total > 1
    ]


def _relation(row: RowMapping) -> Relation:
    return Relation(
        a=row["a"],
        relation=row["relation"],
        b=row["b"],
        share=row["share"],
        valid_from=None if row["valid_from"] == ALWAYS else row["valid_from"],
        valid_to=row["valid_to"],
        source=read_source(row["source"]),
        entry=row["stated_by"],
    )
