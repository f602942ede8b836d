"""Whether subjects may be added: nobody and nothing below them may count twice.

A firm belongs to a unit, a unit to a division and to the city, and a functional area lies across divisions:
to add a city and its units, or a division and the unit of the same name, counts the same tonne twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from tansuo.quantity.decimals import CONTEXT
from tansuo.registry.relation import Relation, relations

RELATIONS = ("reports_for", "belongs_to", "part_of", "lies_in")
"""Relations by which one subject is contained in another."""

_DEEPEST = 8


@dataclass
class Containment:
    """Who lies in whom, by any containing relation, as of one log size; asked by day."""

    connection: Connection
    as_of: int
    _links: dict[str, list[Relation]] | None = field(default=None, repr=False)
    _known: dict[tuple[tuple[str, ...], date], str] = field(default_factory=dict, repr=False)

    def twice(self, subjects: Sequence[str], day: date) -> str:
        """The first subject (by id) that would count twice in a sum over ``subjects`` on a day; "" for none.

        Shares count: two halves of one firm in two units are one firm. A share that nobody stated is some
        part of it, so it makes a whole beside another whole too much, and never one beside another of its kind.
        """
        named = tuple(sorted(subjects))
        # Units are assessed since 2014 and lie in the city before that too: what holds now is asked as well.
        for asked in (day, date.max):
            if (named, asked) not in self._known:
                self._known[named, asked] = self._twice(named, asked)
        return self._known[named, day] or self._known[named, date.max]

    def _twice(self, subjects: Sequence[str], day: date) -> str:
        stated: dict[str, Decimal] = {}
        unstated: set[str] = set()
        for root in subjects:
            for name, share in self._below(root, day).items():
                if share is None:
                    unstated.add(name)
                else:
                    stated[name] = CONTEXT.add(stated.get(name, Decimal()), share)
        double = [name for name, sum_ in stated.items() if sum_ > 1 or (sum_ == 1 and name in unstated)]
        return min(double, default="")

    def _below(self, root: str, day: date) -> dict[str, Decimal | None]:
        """Everything in ``root`` on a day, itself among it, each with the largest share of any way down."""
        found: dict[str, Decimal | None] = {root: Decimal(1)}
        frontier = [root]
        for _ in range(_DEEPEST):
            below: list[str] = []
            for parent in frontier:
                for link in self.links.get(parent, ()):
                    if not _holds(link, day):
                        continue
                    above = found[parent]
                    share = (
                        None if above is None or link.share is None else CONTEXT.multiply(above, link.share)
                    )
                    known = found.get(link.a)
                    if link.a not in found or (share is not None and (known is None or share > known)):
                        found[link.a] = share
                        below.append(link.a)
            frontier = below
        return found

    @property
    def links(self) -> dict[str, list[Relation]]:
        """Every containing relation by its upper end."""
        if self._links is None:
            self._links = {}
            for name in RELATIONS:
                for one in relations(self.connection, name, as_of=self.as_of):
                    self._links.setdefault(one.b, []).append(one)
        return self._links


def _holds(link: Relation, day: date) -> bool:
    return (link.valid_from is None or link.valid_from <= day) and (
        link.valid_to is None or day < link.valid_to
    )
