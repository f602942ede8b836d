"""What belongs to a subject: its emission sources by day, and the attributes it takes over from above.

A source belongs to an enterprise through ``part_of`` relations, which are dated and may carry shares. A month
is given to whoever holds the source on its first day; a source that nobody held then belongs to the first
holder within the month, so that a source that starts on the 15th is counted and one that is sold is counted
once. Attributes (province, grid region, options of a method) are taken from the nearest subject that has
them: the source, its facility, the enterprise, the assessment unit, the city.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.period import Period
from tansuo.registry.relation import Relation, relations
from tansuo.registry.subject import Attribute, Subject, attributes, find

SOURCE_KIND = "emission_source"
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Span:
    """A source is part of a subject on [start, end) with a share; ``share`` None where nobody stated it."""

    start: date | None
    end: date | None
    share: Decimal | None

    def covers(self, day: date) -> bool:
        """Whether the civil day lies in the span."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def begins_in(self, month: Period) -> bool:
        """Whether the span begins inside ``month``, after its first day."""
        return self.start is not None and month.start < self.start < month.end

    def meet(self, first: date | None, last: date | None, share: Decimal | None) -> "Span | None":
        """The days common with another span, shares multiplied; None where there is none."""
        starts = [day for day in (self.start, first) if day is not None]
        ends = [day for day in (self.end, last) if day is not None]
        start, end = max(starts, default=None), min(ends, default=None)
        if start is not None and end is not None and end <= start:
            return None
        product = None if self.share is None or share is None else CONTEXT.multiply(self.share, share)
        return Span(start, end, product)


@dataclass(frozen=True, slots=True)
class Holding:
    """A source of a subject: the spans in which it belongs to it, and the way up, nearest parent first."""

    source: Subject
    spans: tuple[Span, ...]
    way: tuple[str, ...]

    def counted(self, month: Period, others: Sequence[Span] = ()) -> tuple[Span, ...]:
        """The spans by which the source's ``month`` counts for the subject; none where it does not.

        ``others``: spans of holders elsewhere. Several spans are several ways up, and their shares add.
        """
        today = tuple(one for one in self.spans if one.covers(month.start))
        if today or any(one.covers(month.start) for one in others):
            return today
        begun = [one for one in (*self.spans, *others) if one.begins_in(month)]
        first = min((one.start for one in begun if one.start is not None), default=None)
        return tuple(one for one in self.spans if one.begins_in(month) and one.start == first)


@dataclass(frozen=True)
class Holdings:
    """Sources of several subjects as known at one log size, with every subject met on the way.

    ``of``: sources by root. ``up``: relations upwards, by the lower end, of all days. ``elsewhere``: spans in
    which a source that changes hands belongs to somebody outside the way we came down.
    """

    of: Mapping[str, tuple[Holding, ...]]
    subjects: Mapping[str, Subject]
    up: Mapping[str, Sequence[Relation]]
    dated: Mapping[str, Sequence[Attribute]]
    elsewhere: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def above(self, root: str, on: date) -> tuple[str, ...]:
        """What ``root`` is part of and reports for on a day, all the way up, nearest first."""
        found: list[str] = []
        tips = [root]
        while tips:
            links = [one for tip in tips for one in self.up.get(tip, ()) if _holds(one, on)]
            tips = [name for name in dict.fromkeys(one.b for one in links) if name not in (root, *found)]
            found.extend(tips)
        return tuple(found)

    def attributes(self, root: str, on: date) -> dict[str, str]:
        """Attributes that hold for a root on a day: of itself and the subjects above, the nearest counts."""
        return self._nearest((root, *self.above(root, on)), on)

    def own(self, root: str, held: Holding, on: date) -> dict[str, str]:
        """Attributes on a day of a source and of what lies between it and the root.

        Of a source that has ended before that day, or begins after it, those of its nearest day.
        """
        first, last = held.source.valid_from, held.source.valid_to
        if last is not None and last <= on:
            on = last - timedelta(days=1)
        elif first is not None and on < first:
            on = first
        return self._nearest((held.source.id, *(name for name in held.way if name != root)), on)

    def _nearest(self, way: Sequence[str], on: date) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in reversed(way):
            found.update((one.name, one.value) for one in self.dated.get(name, ()) if _in_span(one, on))
        return found


def _holds(link: Relation, on: date) -> bool:
    return (link.valid_from is None or link.valid_from <= on) and (
        link.valid_to is None or on < link.valid_to
    )


def _in_span(one: Attribute, on: date) -> bool:
    return (one.valid_from is None or one.valid_from <= on) and (one.valid_to is None or on < one.valid_to)


def holdings(connection: Connection, roots: Sequence[str], as_of: int | None = None) -> Holdings:
    """The emission sources at or below each of ``roots``, on all days, as known at log size ``as_of``.

    A root may itself be a source. Every query is made once for all roots, one a level.
    """
    down, up = _below(connection, roots, as_of), _up(connection, roots, as_of)
    ids = {*roots, *down, *up}
    for links in (*down.values(), *up.values()):
        ids.update(name for one in links for name in (one.a, one.b))
    names = sorted(ids)
    subjects = {one.id: one for one in find(connection, ids=names, as_of=as_of)}
    dated: dict[str, list[Attribute]] = {}
    for one in attributes(connection, names, as_of=as_of):
        dated.setdefault(one.subject, []).append(one)
    held = {root: tuple(_held(root, down, subjects)) for root in roots}
    return Holdings(held, subjects, up, dated, _elsewhere(connection, held, as_of))


def _below(connection: Connection, roots: Sequence[str], as_of: int | None) -> dict[str, list[Relation]]:
    """Relations ``part_of`` at and below ``roots``, by parent, of all days."""
    found: dict[str, list[Relation]] = {}
    frontier = sorted(set(roots))
    for _ in range(_DEEPEST):
        if not frontier:
            break
        links = relations(connection, "part_of", b=frontier, as_of=as_of)
        for name in frontier:
            found[name] = []
        for one in links:
            found[one.b].append(one)
        frontier = sorted({one.a for one in links} - set(found))
    return found


def _up(connection: Connection, roots: Sequence[str], as_of: int | None) -> dict[str, list[Relation]]:
    """Relations ``part_of`` and ``reports_for`` at and above ``roots``, by their lower end, of all days."""
    found: dict[str, list[Relation]] = {}
    frontier = sorted(set(roots))
    for _ in range(_DEEPEST):
        if not frontier:
            break
        links = [
            *relations(connection, "part_of", a=frontier, as_of=as_of),
            *relations(connection, "reports_for", a=frontier, as_of=as_of),
        ]
        for name in frontier:
            found[name] = []
        for one in links:
            found[one.a].append(one)
        frontier = sorted({one.b for one in links} - set(found))
    return found


def _held(root: str, down: Mapping[str, list[Relation]], subjects: Mapping[str, Subject]) -> list[Holding]:
    spans: dict[str, list[Span]] = {}
    ways: dict[str, tuple[str, ...]] = {}
    whole = Span(None, None, Decimal(1))
    stack: list[tuple[str, Span, tuple[str, ...]]] = [(root, whole, ())]
    while stack:
        here, span, way = stack.pop()
        about = subjects.get(here)
        if about is not None and about.kind == SOURCE_KIND:
            own = span.meet(about.valid_from, about.valid_to, Decimal(1))
            if own is not None:
                spans.setdefault(here, []).append(own)
                ways.setdefault(here, way)
        for link in down.get(here, ()):
            below = span.meet(link.valid_from, link.valid_to, link.share)
            if below is not None and link.a not in (here, *way):
                stack.append((link.a, below, (here, *way)))
    return [Holding(subjects[name], tuple(spans[name]), ways[name]) for name in sorted(spans)]


def _elsewhere(
    connection: Connection, held: Mapping[str, Sequence[Holding]], as_of: int | None
) -> dict[str, tuple[Span, ...]]:
    """Spans in which sources that change hands belong to somebody outside the way we came down."""
    moving = {
        one.source.id: {one.way[0]} if one.way else set()
        for holdings_ in held.values()
        for one in holdings_
        if any(span.start is not None for span in one.spans)
    }
    found: dict[str, list[Span]] = {}
    if moving:
        for link in relations(connection, "part_of", a=sorted(moving), as_of=as_of):
            if link.b not in moving[link.a]:
                found.setdefault(link.a, []).append(Span(link.valid_from, link.valid_to, link.share))
    return {name: tuple(spans) for name, spans in found.items()}
