"""What the overview page needs, in few queries: the city and its assessment units, and how complete they are.

重点企业合计 is the sum over the enterprises that report for a unit, never the total of the city. Direct and
indirect emission stand side by side and are not added. Each figure is of one month or of the whole span, so
that a month with holes shows as a gap in the trend and never as a small month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Connection

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.receipt import Published
from tansuo.quantity.period import Period
from tansuo.registry.subject import Subject

METHOD = "general_combustion_and_power"
DIRECT = "E_fuel"
INDIRECT = "E_indirect"
RELATION = "reports_for"


def published_month(found: Mapping[Cell, Published], city: str, method: str = METHOD) -> str | None:
    """The last month of which a sum over the city's key enterprises is published with a value; None without any."""
    months = [
        cell.period
        for cell, one in found.items()
        if (cell.subject, cell.method, cell.relation) == (city, method, RELATION)
        and cell.quantity in (DIRECT, INDIRECT)
        and one.value is not None
        and Period.parse(cell.period).grain == "month"
    ]
    return max(months, default=None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a roll-up is there: enterprises, and readings against the plan."""

    enterprises: int
    complete: int
    readings_expected: int
    readings_present: int

    @property
    def readings(self) -> Fraction | None:
        """Share of the expected readings that is there; None where none was expected."""
        return Fraction(self.readings_present, self.readings_expected) if self.readings_expected else None

    @property
    def percent(self) -> Decimal | None:
        """That share in percent, cut to two decimals: 100 means all of them. None where none was expected."""
        if not self.readings_expected:
            return None
        hundredths = 10_000 * self.readings_present // self.readings_expected
        return Decimal(hundredths).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Line:
    """One subject of the overview: figures of the whole span, and month by month.

    ``direct`` and ``indirect`` are for the span; ``trend`` gives (month, direct, indirect) in order.
    """

    subject: Subject
    direct: Figure
    indirect: Figure
    trend: tuple[tuple[str, Figure, Figure], ...]
    coverage: Coverage
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The city, its units and its enterprises, over ``months``, as of one log size.

    ``units`` in the order of their direct emission, what is incomplete last; units without enterprises are in
    ``empty``.
    """

    city: Line
    units: tuple[Line, ...]
    enterprises: tuple[Line, ...]
    empty: tuple[Subject, ...]
    months: tuple[str, ...]
    period: str
    as_of: int


def overview(
    connection: Connection,
    city: str,
    period: str,
    *,
    as_of: int | None = None,
    method: str = METHOD,
    direct: str = DIRECT,
    indirect: str = INDIRECT,
    inventory: Inventory | None = None,
) -> Overview:
    """The overview of ``city`` for ``period`` (a month or longer) by one method.

    Needs access to the whole city. All figures come from one reading of the tables; a page that has an
    ``inventory`` of this size gives it, so that nothing is read twice.
    """
    if inventory is None:
        inventory = Inventory(connection, as_of)
    span = Period.parse(period)
    under = inventory.tree(RELATION, [city])
    units = [one.subject for one in under.members(city, span)]
    enterprises = sorted(under.leaves(city, span))
    roots = [city, *(one for one in units if one not in enterprises)]
    periods = [period, *(month.text for month in span.by_month() if month.text != period)]
    cells = {
        (subject, quantity, text): Cell(
            subject, quantity, text, method, None if subject in enterprises else RELATION
        )
        for subject in (*roots, *enterprises)
        for quantity in (direct, indirect)
        for text in periods
    }
    made = dict(zip(cells, inventory.figures(list(cells.values())), strict=True))
    subjects = under.subjects

    def line(subject: str) -> Line:
        months = [month.text for month in span.by_month()]
        trend = tuple(
            (month, made[subject, direct, month], made[subject, indirect, month]) for month in months
        )
        whole = (made[subject, direct, period], made[subject, indirect, period])
        return Line(
            subject=subjects[subject],
            direct=whole[0],
            indirect=whole[1],
            trend=trend,
            coverage=coverage_of(whole),
            synthetic=any(one.synthetic for one in whole),
        )

    lines = {subject: line(subject) for subject in (*roots, *enterprises)}
    filled = [one for one in roots[1:] if under.leaves(one, span)]
    return Overview(
        city=lines[city],
        units=tuple(sorted((lines[one] for one in filled), key=_rank)),
        enterprises=tuple(sorted((lines[one] for one in enterprises), key=_rank)),
        empty=tuple(subjects[one] for one in roots[1:] if one not in filled),
        months=tuple(month.text for month in span.by_month()),
        period=period,
        as_of=inventory.as_of,
    )


def _rank(line: Line) -> tuple[bool, Decimal, str]:
    value = line.direct.value
    return (value is None, Decimal() if value is None else -value, line.subject.id)


def coverage_of(figures: Sequence[Figure]) -> Coverage:
    """Coverage of what the figures rest on together, each enterprise counted once."""
    below: dict[str, list[Figure]] = {}
    for one in figures:
        for name, leaf in _leaves(one):
            below.setdefault(name, []).append(leaf)
    cells = {
        (name, state.term, state.source, state.month): state
        for name, made in below.items()
        for one in made
        for state in one.completeness.cells
    }
    gridded = [one for one in cells.values() if one.expected is not None]
    return Coverage(
        enterprises=len(below),
        complete=sum(1 for made in below.values() if all(one.completeness.complete for one in made)),
        readings_expected=sum(one.expected for one in gridded if one.expected is not None),
        readings_present=sum(one.present for one in gridded),
    )


def _leaves(figure: Figure) -> list[tuple[str, Figure]]:
    """The enterprises' own figures below one, those left out that say that nothing occurs."""
    if figure.bound is not None:
        nothing = figure.missing is not None and figure.missing.state.adds_nothing
        return [] if nothing else [(figure.cell.subject, figure)]
    return [leaf for child in figure.children for one in child.figures for leaf in _leaves(one)]
