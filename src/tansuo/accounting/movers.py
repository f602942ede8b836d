"""Biggest movers: whose month differs most from another month, and why, in parts that add up to the gap.

The reasons are the evaluator's (``explain``): amounts by source, factors, boundary, method. Where a month was
published and has moved since, the comparison is of the months as first published, and what corrections and
late data added to either of them since is a part of its own. What stood still, was missing or was replaced is
said beside the parts, with the number of readings: it is why an amount is small, not a further part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tansuo.accounting.explain import Basis, Explanation, explain
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.memory import Memory
from tansuo.accounting.receipt import Published
from tansuo.quantity.decimals import CONTEXT, plain, round_to
from tansuo.quantity.period import Period
from tansuo.quantity.state import State

Why = Literal["boundary", "activity", "factor", "method", "rounding", "child", "revised"]
Said = Literal["stopped", "hole", "conflict", "revised"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a gap. ``source`` is a source's id ("" where none is meant), ``symbol`` the term's or the
    quantity's; ``before`` and ``after`` as a receipt writes values, in ``unit``; ``added`` in the figure's."""

    kind: Why
    source: str
    symbol: str
    period: str
    before: str
    after: str
    unit: str
    added: Decimal


@dataclass(frozen=True, slots=True)
class Remark:
    """What happened to the readings of a source in a month, and to how many of them."""

    what: Said
    source: str
    period: str
    readings: int


@dataclass(frozen=True, slots=True)
class Mover:
    """How far one enterprise's figure of a month lies from that of another month.

    ``gap`` = later − earlier = Σ ``reasons``. ``basis`` "known": one of the two is incomplete, and what is
    known of each is compared; such a gap says little of emissions and much of holes.
    """

    later: Figure
    earlier: Figure
    gap: Decimal
    basis: Basis
    reasons: tuple[Reason, ...]
    remarks: tuple[Remark, ...]

    @property
    def percent(self) -> Decimal | None:
        """The gap in percent of the earlier month, one decimal; None on what is known, or of nothing."""
        return percent_of(self.gap, self.earlier.value) if self.basis == "value" else None

    def rest(self, shown: int) -> Decimal | None:
        """What the reasons after the first ``shown`` add together; None where there are none."""
        left = self.reasons[shown:]
        if not left:
            return None
        total = Decimal()
        for one in left:
            total = CONTEXT.add(total, one.added)
        return total


def percent_of(part: Decimal, whole: Decimal | None) -> Decimal | None:
    """``part`` in percent of ``whole``, rounded half-even to one decimal; None of nothing or of zero."""
    if whole is None or whole == 0:
        return None
    return round_to(CONTEXT.divide(CONTEXT.multiply(part, Decimal(100)), whole), 1)


def movers(
    pairs: Sequence[tuple[Figure, Figure]],
    most: int,
    inventory: Inventory,
    histories: Mapping[Cell, Sequence[Published]],
    memory: Memory | None = None,
) -> list[Mover]:
    """The ``most`` biggest movers of ``pairs`` (later, earlier), those without holes first, by size of the gap.

    A pair of which nothing is known on one side is left out. ``histories``: what was published of the cells,
    oldest first, as far as the inventory's size knows.
    """
    comparable = [one for one in pairs if all(side.partial is not None for side in one)]
    chosen = sorted(comparable, key=_rank)[:most]
    firsts = _as_first_published([side for pair in chosen for side in pair], inventory, histories, memory)
    return [_mover(later, earlier, firsts) for later, earlier in chosen]


def _rank(pair: tuple[Figure, Figure]) -> tuple[bool, Decimal, str]:
    later, earlier = pair
    if later.value is None or earlier.value is None:
        assert later.partial is not None and earlier.partial is not None
        return True, -abs(CONTEXT.subtract(later.partial, earlier.partial)), later.cell.subject
    return False, -abs(CONTEXT.subtract(later.value, earlier.value)), later.cell.subject


def _as_first_published(
    figures: Sequence[Figure],
    inventory: Inventory,
    histories: Mapping[Cell, Sequence[Published]],
    memory: Memory | None,
) -> dict[Cell, Figure]:
    """Figures that have moved since they were first published, as they were then."""
    by_size: dict[int, list[Cell]] = {}
    for one in figures:
        known = histories.get(one.cell, ())
        if known and known[0].value is not None and one.text is not None and known[0].value != one.text:
            by_size.setdefault(known[0].size, []).append(one.cell)
    found: dict[Cell, Figure] = {}
    for size, cells in by_size.items():
        then = Inventory(inventory.connection, size, memory).figures(cells)
        found.update((one.cell, one) for one in then if one.value is not None)
    return found


def _mover(later: Figure, earlier: Figure, firsts: Mapping[Cell, Figure]) -> Mover:
    complete = later.value is not None and earlier.value is not None
    then = [firsts.get(one.cell, one) if complete else one for one in (earlier, later)]
    why = explain(*then)
    reasons = [
        *_reasons(why, then[1], earlier),
        *_revised(then[1], later, 1),
        *_revised(then[0], earlier, -1),
    ]
    gap = Decimal()
    for one in reasons:
        gap = CONTEXT.add(gap, one.added)
    reasons.sort(key=lambda one: (-abs(one.added), one.source, one.symbol, one.period))
    remarks = [remark for one in (later, earlier) for remark in _remarks(one)]
    return Mover(later, earlier, gap, why.basis, tuple(reasons), tuple(remarks))


def _reasons(why: Explanation, later: Figure, earlier: Figure) -> list[Reason]:
    months = {
        one.text: other.text
        for one, other in zip(
            Period.parse(earlier.cell.period).by_month(),
            Period.parse(later.cell.period).by_month(),
            strict=True,
        )
    }
    found = []
    for part in why.parts:
        source, _, month = part.place.rpartition("/")
        term = later.method.data.terms.get(part.symbol)
        found.append(
            Reason(
                kind=part.kind,
                source=source if month in months else part.place,
                symbol=part.symbol,
                period=months.get(month, later.cell.period),
                before=part.before,
                after=part.after,
                unit=later.unit if term is None else term.unit,
                added=part.added,
            )
        )
    return found


def _revised(first: Figure, now: Figure, sign: int) -> list[Reason]:
    """What came to be known of a month after it was first published."""
    if first.value is None or now.value is None or first.value == now.value:
        return []
    added = CONTEXT.multiply(CONTEXT.subtract(now.value, first.value), Decimal(sign))
    before, after = plain(first.value), plain(now.value)
    return [Reason("revised", "", now.cell.quantity, now.cell.period, before, after, now.unit, added)]


def _remarks(figure: Figure) -> list[Remark]:
    if figure.bound is None:
        return []
    found: list[Remark] = []
    asked = {(one.term, one.source, one.month): one for one in figure.completeness.cells}
    for activity in figure.bound.activities.values():
        state = asked.get((activity.term, activity.source, activity.month))
        if state is None:
            continue
        stopped = sum(one.counts.get(State.NOT_OPERATING, 0) for one in activity.sums)
        missing = sum(hole.cells for hole in state.holes)
        counts: list[tuple[Said, int]] = [
            ("stopped", stopped), ("hole", missing), ("conflict", state.conflicts), ("revised", state.revised),
        ]  # fmt: skip
        found += [Remark(what, activity.source, activity.month, count) for what, count in counts if count]
    return found
