"""Who belongs to a roll-up: the tree under a subject by a named relation, month by month, with shares.

An enterprise counts for a month where the relation says so on the month's first day. Enterprises are leaves;
whatever stands between them and the subject (assessment units under a city) is rolled up itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection

from tansuo.accounting.wording import refuse
from tansuo.quantity.period import Period
from tansuo.registry.relation import Relation, relations
from tansuo.registry.subject import Subject, find

LEAVES = frozenset({"enterprise", "facility", "emission_source"})
"""Kinds of subjects that have figures of their own."""

IN_BETWEEN = frozenset({"city", "division", "assessment_unit", "park", "zone", "space_unit"})
"""Kinds that are rolled up over the same relation; children of any other kind carry no figures."""

_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Member:
    """A child of a roll-up and the months in which it belongs, each with its share (None: not stated)."""

    subject: str
    months: Mapping[str, Decimal | None]

    def segments(self, period: Period) -> list[tuple[str, Decimal | None]]:
        """Periods to ask the child for: the whole one where nothing changes, else month by month."""
        months = [month.text for month in period.by_month()]
        shares = set(self.months.values())
        if len(self.months) == len(months) and len(shares) == 1:
            return [(period.text, next(iter(shares)))]
        return [(month, self.months[month]) for month in months if month in self.months]


@dataclass(frozen=True)
class Tree:
    """The subjects under one or more roots by one relation, as known at one log size."""

    relation: str
    links: Mapping[str, Sequence[Relation]]
    subjects: Mapping[str, Subject]

    def members(self, parent: str, period: Period) -> list[Member]:
        """The children of ``parent`` that carry figures, over the months of ``period``, by id."""
        found: dict[str, dict[str, Decimal | None]] = {}
        for month in period.by_month():
            for link in self.links.get(parent, ()):
                about = self.subjects.get(link.a)
                if about is None or about.kind not in LEAVES | IN_BETWEEN or not _holds(link, month):
                    continue
                found.setdefault(link.a, {})[month.text] = link.share
        return [Member(name, found[name]) for name in sorted(found)]

    def leaves(self, parent: str, period: Period) -> set[str]:
        """Every enterprise below ``parent`` in some month of ``period``."""
        found: set[str] = set()
        for member in self.members(parent, period):
            if self.is_leaf(member.subject):
                found.add(member.subject)
            else:
                found |= self.leaves(member.subject, period)
        return found

    def is_leaf(self, subject: str) -> bool:
        """Whether the subject has figures of its own."""
        return self.subjects[subject].kind in LEAVES


def _holds(link: Relation, month: Period) -> bool:
    day = month.start
    return (link.valid_from is None or link.valid_from <= day) and (
        link.valid_to is None or day < link.valid_to
    )


def tree(connection: Connection, roots: Sequence[str], relation: str, as_of: int | None = None) -> Tree:
    """The tree under ``roots``: one query a level. FindingError where the relation runs in a circle."""
    links: dict[str, list[Relation]] = {}
    subjects: dict[str, Subject] = {}
    frontier = sorted(set(roots))
    for _ in range(_DEEPEST):
        if not frontier:
            break
        found = relations(connection, relation, b=frontier, as_of=as_of)
        for name in frontier:
            links[name] = []
        for one in found:
            links[one.b].append(one)
        names = sorted({one.a for one in found} - set(subjects))
        subjects.update({one.id: one for one in find(connection, ids=names, as_of=as_of)})
        frontier = sorted({one.a for one in found if _inner(subjects.get(one.a))} - set(links))
    for root in roots:
        _check_circle(links, root, ())
    missing = sorted(set(roots) - set(subjects))
    subjects.update({one.id: one for one in find(connection, ids=missing, as_of=as_of)})
    return Tree(relation, links, subjects)


def _inner(about: Subject | None) -> bool:
    return about is not None and about.kind in IN_BETWEEN


def _check_circle(links: Mapping[str, Sequence[Relation]], here: str, path: tuple[str, ...]) -> None:
    if here in path:
        raise refuse("circle", subject=here)
    for link in links.get(here, ()):
        _check_circle(links, link.a, (*path, here))
