"""What the cockpit shows of our own figures: the key enterprises' sum and how it runs, where it comes from, how
much of it is there, how it is known, and who moved it.

重点企业合计 is the sum over the enterprises that report for a unit, never the total of the city. Direct and
indirect emission stand side by side and are not added. A month with holes is a gap in the trend, with what is
known of it kept apart. All of it is of one log size and comes from one inventory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.movers import percent_of
from tansuo.accounting.overview import DIRECT, INDIRECT, RELATION, Coverage, coverage_of
from tansuo.accounting.receipt import Published, histories_of
from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance
from tansuo.registry.subject import Subject

QUANTITIES = (DIRECT, INDIRECT)
MONTHS = 13
"""A month, the twelve before it: the same month of last year is the first."""


@dataclass(frozen=True, slots=True)
class Said:
    """A figure as now known, and what was first published of its cell (None: nothing was)."""

    now: Figure
    first: Published | None
    latest: Published | None

    @property
    def moved(self) -> bool:
        """Whether it is another value now than the one first published."""
        return self.first is not None and self.first.value is not None and self.first.value != self.now.text


@dataclass(frozen=True, slots=True)
class Change:
    """A figure against that of another period: the gap and percent of that period's value, None across holes.

    ``like_gap`` and ``like_percent`` compare like with like: the ``like`` enterprises, of ``of``, that have a
    value in both periods, and no others; None where there is none.
    """

    against: str
    gap: Decimal | None
    percent: Decimal | None
    like: int
    of: int
    like_gap: Decimal | None
    like_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Row:
    """One subject in a period: direct and indirect emission, and how much of them is there."""

    subject: Subject
    direct: Said
    indirect: Said
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Share:
    """How much of what is known came to be in one way, and that in percent of what is known."""

    kind: Provenance
    value: Decimal
    percent: Decimal | None


@dataclass(frozen=True)
class Cockpit:
    """The city in ``period``. ``trend`` runs over ``MONTHS`` months to the period's last (direct, indirect).

    ``units`` by direct emission, largest first, incomplete last; ``enterprises`` likewise. ``pairs``: each
    enterprise's figure of the period beside those of the periods it is compared with, by quantity and period.
    """

    period: Period
    total: Row
    trend: tuple[tuple[str, Said, Said], ...]
    changes: Mapping[str, tuple[Change, ...]]
    shares: Mapping[str, tuple[Share, ...]]
    units: tuple[Row, ...]
    enterprises: tuple[Row, ...]
    unit_of: Mapping[str, str]
    pairs: Mapping[tuple[str, str], Sequence[tuple[Figure, Figure]]]
    histories: Mapping[Cell, Sequence[Published]]

    @property
    def synthetic(self) -> bool:
        """Whether anything in the sum is invented."""
        return self.total.direct.now.synthetic or self.total.indirect.now.synthetic


def trend_months(period: Period, today: date) -> list[Period]:
    """The months of the trend: to the period's last month, or to the present one where that is earlier."""
    months = [one for one in period.by_month() if one.start <= today] or list(period.by_month()[:1])
    found = [months[-1]]
    while len(found) < MONTHS:
        found.append(found[-1].previous())
    return found[::-1]


def year_before(period: Period) -> Period:
    """The same period a year earlier."""
    year = int(period.text[:4]) - 1
    return Period.parse(f"{year:04d}{period.text[4:]}")


def cockpit(
    connection: Connection, inventory: Inventory, city: str, period: Period, method: str, today: date
) -> Cockpit:
    """The cockpit of ``city`` for a month, quarter, half or year. Needs the whole city in view.

    FindingErrors as in ``accounting.inventory.figures``.
    """
    under = inventory.tree(RELATION, [city])
    units = [one.subject for one in under.members(city, period)]
    firms = sorted(under.leaves(city, period))
    groups = [city, *(one for one in units if one not in firms)]
    months = [one.text for one in trend_months(period, today)]
    against = list(dict.fromkeys(one.text for one in (period.previous(), year_before(period))))

    def cell(subject: str, quantity: str, text: str) -> Cell:
        return Cell(subject, quantity, text, method, None if subject in firms else RELATION)

    wanted = [
        cell(subject, quantity, text)
        for quantity in QUANTITIES
        for subject, texts in (
            *((one, (period.text, *(against if one == city else ()))) for one in groups),
            *((one, (period.text, *against)) for one in firms),
            (city, tuple(months)),
        )
        for text in texts
    ]
    cells = list(dict.fromkeys(wanted))
    made = dict(zip(cells, inventory.figures(cells), strict=True))
    histories = {
        one: [old for old in known if old.entry < inventory.as_of]
        for one, known in histories_of(connection, cells).items()
    }

    def said(subject: str, quantity: str, text: str) -> Said:
        one = cell(subject, quantity, text)
        known = histories[one]
        return Said(made[one], known[0] if known else None, known[-1] if known else None)

    def row(subject: str) -> Row:
        direct, indirect = (said(subject, quantity, period.text) for quantity in QUANTITIES)
        return Row(under.subjects[subject], direct, indirect, coverage_of([direct.now, indirect.now]))

    pairs = {
        (quantity, text): [
            (made[cell(one, quantity, period.text)], made[cell(one, quantity, text)]) for one in firms
        ]
        for quantity in QUANTITIES
        for text in against
    }
    return Cockpit(
        period=period,
        total=row(city),
        trend=tuple((text, said(city, DIRECT, text), said(city, INDIRECT, text)) for text in months),
        changes={
            quantity: tuple(
                _change(
                    made[cell(city, quantity, period.text)],
                    made[cell(city, quantity, text)],
                    pairs[quantity, text],
                )
                for text in against
            )
            for quantity in QUANTITIES
        },
        shares={quantity: _shares(made[cell(city, quantity, period.text)]) for quantity in QUANTITIES},
        units=tuple(sorted((row(one) for one in groups[1:]), key=_rank)),
        enterprises=tuple(sorted((row(one) for one in firms), key=_rank)),
        unit_of={firm: unit for unit in units if unit not in firms for firm in under.leaves(unit, period)},
        pairs=pairs,
        histories=histories,
    )


def _change(now: Figure, before: Figure, pairs: Sequence[tuple[Figure, Figure]]) -> Change:
    gap = None if now.value is None or before.value is None else CONTEXT.subtract(now.value, before.value)
    both = [
        (later.value, earlier.value)
        for later, earlier in pairs
        if later.value is not None and earlier.value is not None
    ]
    then = sum((earlier for _, earlier in both), Decimal())
    like = sum((later for later, _ in both), Decimal()) - then if both else None
    return Change(
        against=before.cell.period,
        gap=gap,
        percent=None if gap is None else percent_of(gap, before.value),
        like=len(both),
        of=sum(1 for pair in pairs if any(_may_be(one) for one in pair)),
        like_gap=like,
        like_percent=None if like is None else percent_of(like, then),
    )


def _may_be(figure: Figure) -> bool:
    """Whether something occurs, or may: all but what somebody said does not."""
    return figure.missing is None or not figure.missing.state.adds_nothing


def _shares(figure: Figure) -> tuple[Share, ...]:
    return tuple(
        Share(kind, figure.by_kind[kind], percent_of(figure.by_kind[kind], figure.partial))
        for kind in Provenance
        if kind in figure.by_kind
    )


def _rank(row: Row) -> tuple[bool, Decimal, str]:
    value = row.direct.now.value
    return (value is None, Decimal() if value is None else -value, row.subject.id)
