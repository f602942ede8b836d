"""Inventory 清单: figures of cells, each a pure function of (cell, method fingerprint, log size).

A cell of a subject is evaluated over the sources that belong to it. A cell over a relation is the sum of its
children's figures: of their published values where the method says ``sum_published``, of the unrounded ones
otherwise. Direct and indirect emission are separate quantities and are never added here. A hole anywhere
makes the figure None, with the hole named, and keeps what is known apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Connection, text

from tansuo.accounting.activity_data import Activity
from tansuo.accounting.attribution import known_part
from tansuo.accounting.binding import Binder, Bound
from tansuo.accounting.completeness import Completeness, of_activities
from tansuo.accounting.figure import Cell, Child, Figure
from tansuo.accounting.memory import Held, Key, Memory, months_of
from tansuo.accounting.methods_store import Editions, StoredMethod
from tansuo.accounting.projection import PROJECTION
from tansuo.accounting.rollup import Member, Tree, tree
from tansuo.accounting.summation import (
    completeness_of,
    contribution,
    is_hole,
    kinds_of,
    known_of,
    total_of,
)
from tansuo.accounting.wording import refuse
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import PUBLIC
from tansuo.evidence.projection import applied
from tansuo.methods.lineage import kinds, leaves
from tansuo.methods.term import Quantity
from tansuo.monitoring.projection import PROJECTION as MONITORING
from tansuo.monitoring.touched import SeriesMonth
from tansuo.quantity.decimals import round_to
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, State
from tansuo.registry.projection import PROJECTION as REGISTRY
from tansuo.registry.subject import Subject

PROJECTIONS = (REGISTRY, MONITORING, PROJECTION)
"""Everything a figure is read from, in the order the projections read one another."""

__all__ = ["PROJECTIONS", "Cell", "Child", "Figure", "Inventory", "figure", "figures", "known_size"]


def figure(connection: Connection, cell: Cell, as_of: int | None = None) -> Figure:
    """The figure of one cell as of a log size (None: as now known). FindingErrors as in ``figures``."""
    return Inventory(connection, as_of).figures([cell])[0]


def figures(connection: Connection, cells: Sequence[Cell], as_of: int | None = None) -> list[Figure]:
    """Figures of many cells at one log size, in their order; what they share is read once.

    FindingError ``accounting.no_method``, ``accounting.no_quantity``, ``accounting.no_subject``,
    ``accounting.not_one_value`` (the quantity has several cells for the subject),
    ``accounting.not_additive`` (a ratio over a relation), ``accounting.beyond_known`` (the projections have
    not come to that size), ``accounting.needs_whole_city`` (a roll-up for a reader who sees only a part).
    """
    return Inventory(connection, as_of).figures(cells)


def known_size(connection: Connection) -> int:
    """The log size that every projection a figure is read from has come to."""
    return min(applied(connection, PROJECTIONS).values())


class Inventory:
    """Figures of one log size. What has been read is kept, so ask one object for all that a page needs.

    A ``memory`` gives what was evaluated before and still holds at this size; it is used where the whole city
    is in view, and left alone by a reader of a part of it.
    """

    def __init__(
        self, connection: Connection, as_of: int | None = None, memory: Memory | None = None
    ) -> None:
        known = known_size(connection)
        if as_of is not None and as_of > known:
            raise refuse("beyond_known", asked=as_of, known=known)
        self.connection = connection
        self.as_of = known if as_of is None else as_of
        self._memory = memory if memory is not None and _sees_all(connection) else None
        if self._memory is not None:
            self._memory.follow(connection, self.as_of)
        self._editions = Editions(connection, self.as_of)
        self._binders: dict[str, list[Binder]] = {}
        self._bound: dict[tuple[str, str, str], Bound] = {}
        self._trees: dict[str, tuple[frozenset[str], Tree]] = {}
        self._made: dict[tuple[Cell, str], Figure] = {}

    def figures(self, cells: Sequence[Cell]) -> list[Figure]:
        """The figures of ``cells``, in their order; see ``figures``."""
        self._prepare(cells)
        return [self._figure(cell, self.method(cell.method, Period.parse(cell.period))) for cell in cells]

    def method(self, method: str, period: Period) -> StoredMethod:
        """The method in force for a period."""
        return self._editions.in_force(method, period)

    def bound(self, subject: str, period: Period, method: StoredMethod) -> Bound:
        """The inputs of one subject and period, evaluated at most once."""
        key = (subject, period.text, method.fingerprint)
        if key not in self._bound:
            held = self._held(subject, period, method)
            if held is None or held.bound is None:
                binder = self._binder(subject, period, method)
                self._bound[key] = binder.bound(subject, period)
                self._keep(
                    subject, period, method, months_of(binder.series_of(subject), period), self._bound[key]
                )
            else:
                self._bound[key] = held.bound
        return self._bound[key]

    def _held(self, subject: str, period: Period, method: StoredMethod, relation: str = "") -> Held | None:
        """What was computed before of a subject and period, and holds at this size."""
        if self._memory is None:
            return None
        return self._memory.recall((subject, period.text, relation, method.listing.entry), self.as_of)

    def _keep(
        self,
        subject: str,
        period: Period,
        method: StoredMethod,
        rests_on: frozenset[SeriesMonth],
        bound: Bound | None,
        relation: str = "",
    ) -> Held | None:
        if self._memory is None:
            return None
        held = Held(rests_on, self.as_of, self.as_of, bound)
        return self._memory.keep((subject, period.text, relation, method.listing.entry), held)

    def tree(self, relation: str, roots: Iterable[str]) -> Tree:
        """The tree under ``roots`` by a relation. FindingError for a reader who sees a part of the city."""
        wanted = frozenset(roots)
        known = self._trees.get(relation)
        # What stands below a root already read has been read with it: a city's tree holds its units' trees.
        if known is None or not wanted <= known[0] | known[1].links.keys():
            if not _sees_all(self.connection):
                raise refuse("needs_whole_city", relation=relation)
            roots_now = wanted | (known[0] if known else frozenset())
            known = (roots_now, self._read_tree(sorted(roots_now), relation))
            self._trees[relation] = known
        return known[1]

    def _read_tree(self, roots: Sequence[str], relation: str) -> Tree:
        key: Key = (" ".join(roots), "", relation, -1)
        held = None if self._memory is None else self._memory.recall(key, self.as_of)
        if held is not None and held.tree is not None:
            return held.tree
        made = tree(self.connection, roots, relation, self.as_of)
        if self._memory is not None:
            self._memory.keep(key, Held(frozenset(), self.as_of, self.as_of, tree=made))
        return made

    def _prepare(self, cells: Sequence[Cell]) -> None:
        """Read what all cells need with one binder a method."""
        by_relation: dict[str, set[str]] = {}
        for cell in cells:
            if cell.relation:
                by_relation.setdefault(cell.relation, set()).add(cell.subject)
        for relation, roots in by_relation.items():
            self.tree(relation, roots)
        wanted: dict[str, tuple[StoredMethod, set[str], set[Period]]] = {}
        for cell in cells:
            period = Period.parse(cell.period)
            if period.grain == "day":
                raise refuse("day_figure", period=cell.period)
            method = self.method(cell.method, period)
            _, subjects, periods = wanted.setdefault(method.fingerprint, (method, set(), set()))
            if cell.relation:
                whole = self._held(cell.subject, period, method, cell.relation)
                if whole is not None and cell.quantity in whole.figures:
                    continue
            for subject, span in self._own_spans(cell):
                if self._held(subject, span, method) is None:
                    subjects.add(subject)
                    periods.add(span)
        for method, subjects, periods in wanted.values():
            if not subjects:
                continue
            window = _window(periods)
            lacking = sorted(one for one in subjects if self._found(one, window, method) is None)
            if lacking:
                binder = Binder(self.connection, lacking, window, method, self.as_of)
                self._binders.setdefault(method.fingerprint, []).append(binder)

    def _own_spans(self, cell: Cell) -> Iterator[tuple[str, Period]]:
        """The subjects with sources of their own that a cell rests on, each with the period asked of it."""
        if not cell.relation:
            yield cell.subject, Period.parse(cell.period)
            return
        under = self.tree(cell.relation, [cell.subject])
        for member in under.members(cell.subject, Period.parse(cell.period)):
            for period, _ in member.segments(Period.parse(cell.period)):
                leaf = under.is_leaf(member.subject)
                below = replace(
                    cell, subject=member.subject, period=period, relation=None if leaf else cell.relation
                )
                yield from self._own_spans(below)

    def _found(self, subject: str, period: Period, method: StoredMethod) -> Binder | None:
        for binder in self._binders.get(method.fingerprint, ()):
            if subject in binder.holdings.of and binder.window.contains(period):
                return binder
        return None

    def _binder(self, subject: str, period: Period, method: StoredMethod) -> Binder:
        found = self._found(subject, period, method)
        if found is None:
            found = Binder(self.connection, [subject], period, method, self.as_of)
            self._binders.setdefault(method.fingerprint, []).append(found)
        return found

    def _figure(self, cell: Cell, method: StoredMethod) -> Figure:
        key = (cell, method.fingerprint)
        if key not in self._made:
            quantity = method.data.quantities.get(cell.quantity)
            if quantity is None:
                raise refuse("no_quantity", quantity=cell.quantity, method=method.id)
            made = self._rolled if cell.relation else self._own
            self._made[key] = made(cell, method, quantity)
        return self._made[key]

    def _own(self, cell: Cell, method: StoredMethod, quantity: Quantity) -> Figure:
        """A figure over the subject's own sources."""
        period = Period.parse(cell.period)
        held = self._held(cell.subject, period, method)
        if held is None:
            if cell.subject not in self._binder(cell.subject, period, method).holdings.subjects:
                raise refuse("no_subject", subject=cell.subject)
        elif cell.quantity in held.figures:
            return self._again(held.figures[cell.quantity])
        bound = self.bound(cell.subject, period, method)
        held = held or self._held(cell.subject, period, method)
        made = self._evaluated(cell, method, quantity, bound)
        if held is not None:
            held.figures[cell.quantity] = made
        return made

    def _again(self, figure: Figure) -> Figure:
        """A figure that was made at another size and holds at this one."""
        return figure if figure.as_of == self.as_of else replace(figure, as_of=self.as_of)

    def _evaluated(self, cell: Cell, method: StoredMethod, quantity: Quantity, bound: Bound) -> Figure:
        evaluation = bound.evaluation
        results = [one for one in evaluation.quantities if one[0] == cell.quantity]
        if len(results) != 1:
            raise refuse("not_one_value", quantity=cell.quantity, subject=cell.subject, cells=len(results))
        result = results[0]
        feeding = set(leaves(evaluation, result))
        amounts = [one for at, one in bound.activities.items() if at in feeding]
        value = evaluation.quantities[result]
        if not amounts:
            state = State.NOT_OCCURRING if bound.inputs.shape.sources else State.NOT_ESTIMATED
            value = Missing(state, cell.quantity, f"{cell.subject}/{cell.period}")
        missing = value if isinstance(value, Missing) else None
        terms = [name for name, term in method.data.terms.items() if term.kind == "activity"]
        unrounded = evaluation.unrounded[result]
        partial, by_kind = known_part(bound, result) if quantity.additivity == "flow" else (None, {})
        return Figure(
            cell=cell,
            value=None if isinstance(value, Missing) else value,
            unit=quantity.unit,
            missing=missing,
            partial=partial,
            by_kind=by_kind,
            kinds=kinds(evaluation, result),
            completeness=_own_completeness(bound, amounts, missing, terms),
            synthetic=bound.synthetic,
            method=method,
            as_of=self.as_of,
            org=_owner(bound.subject),
            unrounded=unrounded if isinstance(unrounded, Decimal) and missing is None else None,
            bound=bound,
        )

    def _rolled(self, cell: Cell, method: StoredMethod, quantity: Quantity) -> Figure:
        """A figure over the children of the subject."""
        period, relation = Period.parse(cell.period), cell.relation or ""
        held = self._held(cell.subject, period, method, relation)
        if held is not None and cell.quantity in held.figures:
            return self._again(held.figures[cell.quantity])
        made = self._summed(cell, method, quantity)
        if held is None and self._memory is not None:
            below = [self._held(name, span, method) for name, span in self._own_spans(cell)]
            if None not in below:
                rests_on = frozenset[SeriesMonth]().union(*(one.rests_on for one in below if one))
                held = self._keep(cell.subject, period, method, rests_on, None, relation)
        if held is not None:
            held.figures[cell.quantity] = made
        return made

    def _summed(self, cell: Cell, method: StoredMethod, quantity: Quantity) -> Figure:
        if quantity.additivity != "flow":
            raise refuse("not_additive", quantity=cell.quantity, method=method.id)
        assert cell.relation is not None
        period = Period.parse(cell.period)
        under = self.tree(cell.relation, [cell.subject])
        if cell.subject not in under.subjects:
            raise refuse("no_subject", subject=cell.subject)
        children = [
            self._child(cell, member, under, period, method) for member in under.members(cell.subject, period)
        ]
        total, missing = total_of(cell, children)
        places = quantity.places
        value = (
            None if total is None else total if places is None else round_to(total, places, quantity.rounding)
        )
        return Figure(
            cell=cell,
            value=value,
            unit=quantity.unit,
            missing=missing,
            partial=known_of(children),
            by_kind=kinds_of(children),
            kinds=frozenset().union(*(one.kinds for child in children for one in child.figures)),
            completeness=completeness_of(period, children),
            synthetic=any(child.synthetic for child in children),
            method=method,
            as_of=self.as_of,
            org=CITY,
            unrounded=total,
            children=tuple(children),
        )

    def _child(self, cell: Cell, member: Member, under: Tree, period: Period, method: StoredMethod) -> Child:
        about = under.subjects[member.subject]
        relation = None if under.is_leaf(member.subject) else cell.relation
        segments = member.segments(period)
        made = tuple(
            self._figure(Cell(member.subject, cell.quantity, text_, cell.method, relation), method)
            for text_, _ in segments
        )
        shares = tuple(share for _, share in segments)
        return Child(
            subject=member.subject,
            name_zh=about.name_zh,
            name_en=about.name_en,
            figures=made,
            shares=shares,
            contribution=contribution(made, shares),
            complete=all(not is_hole(one, share) for one, share in zip(made, shares, strict=True)),
            synthetic=any(one.synthetic for one in made),
        )


def _sees_all(connection: Connection) -> bool:
    """Whether the whole city is in view of this transaction."""
    return bool(connection.scalar(text("SELECT current_setting('tansuo.scope', true)")) == "all")


def _window(periods: Iterable[Period]) -> Period:
    spans = list(periods)
    first, last = min(one.start for one in spans), max(one.end for one in spans)
    return Period(f"{first.isoformat()}..{last.isoformat()}", first, last, "years")


def _owner(about: Subject) -> str:
    return CITY if about.org == PUBLIC else about.org


def _own_completeness(
    bound: Bound, amounts: Sequence[Activity], missing: Missing | None, terms: Sequence[str]
) -> Completeness:
    months = [month.text for month in bound.period.by_month()]
    return of_activities(months, amounts, missing, terms)
