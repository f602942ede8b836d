"""Enterprises of one period side by side: direct and indirect emission, and how each moved.

A change is a percentage of a named base period, and exists only between two complete figures. Direct and
indirect emission are never added. Shares of measured amounts are of what is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tansuo.accounting.completeness import CellState
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.methods_store import StoredMethod
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD
from tansuo.quantity.decimals import CONTEXT, round_to
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance
from tansuo.registry.subject import Subject

PERCENT_PLACES = 1


@dataclass(frozen=True, slots=True)
class Change:
    """A figure against that of ``base`` (a period). ``percent`` of the base, rounded half-even to one decimal;
    None where either is incomplete, does not occur, or the base is zero."""

    base: str
    before: Figure
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its changes against the period before and the same period a year before.

    ``measured`` is the share of the known amount that rests on measured activity, in percent with one
    decimal; None where nothing is known.
    """

    figure: Figure
    since_before: Change | None
    since_year: Change | None
    measured: Decimal | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One enterprise of a period. Readings are of both figures together, each amount counted once."""

    subject: Subject
    direct: Measured
    indirect: Measured
    expected: int
    present: int
    holes: int

    @property
    def complete(self) -> bool:
        """Whether nothing that either figure needs is missing."""
        return all(one.figure.completeness.complete for one in (self.direct, self.indirect))

    @property
    def readings(self) -> Decimal | None:
        """Share of the expected readings that is there, in percent with two decimals, rounded down: what is
        not complete never reads 100.00. None where none was expected."""
        if not self.expected:
            return None
        return round_to(CONTEXT.divide(Decimal(100 * self.present), Decimal(self.expected)), 2, "floor")


def same_period_last_year(period: Period) -> Period | None:
    """The period of the same form a year earlier; None for a span of several years."""
    if period.grain == "years":
        return None
    year = int(period.text[:4]) - 1
    return Period.parse(f"{year:04d}{period.text[4:]}")


def percent_of(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    """(value − base) / base in percent, half-even to one decimal; None where there is nothing to divide."""
    if value is None or base is None or not base:
        return None
    gap = CONTEXT.subtract(value, base)
    return round_to(CONTEXT.divide(CONTEXT.multiply(gap, Decimal(100)), abs(base)), PERCENT_PLACES)


def standings(
    inventory: Inventory,
    firms: Sequence[Subject],
    period: Period,
    *,
    method: str = METHOD,
    quantities: tuple[str, str] = (DIRECT, INDIRECT),
) -> list[Standing]:
    """Every one of ``firms`` over ``period``, in their order.

    A base period for which no edition of the method holds gives no change. FindingErrors as in
    ``inventory.figures``.
    """
    before = _computable(inventory, method, period.previous())
    year = _computable(inventory, method, same_period_last_year(period))
    made: dict[Cell, Figure] = {}
    for one in dict.fromkeys((period, before, year)):
        if one is not None:  # asked for one by one, so that no month between them is read
            cells = [Cell(firm.id, quantity, one.text, method) for firm in firms for quantity in quantities]
            made.update(zip(cells, inventory.figures(cells), strict=True))

    def measured(firm: Subject, quantity: str) -> Measured:
        def of(one: Period) -> Figure:
            return made[Cell(firm.id, quantity, one.text, method)]

        figure = of(period)
        changes = [None if base is None else change(figure, base, of(base)) for base in (before, year)]
        return Measured(figure, changes[0], changes[1], measured_share(figure))

    return [_standing(firm, measured(firm, quantities[0]), measured(firm, quantities[1])) for firm in firms]


def _computable(inventory: Inventory, method: str, period: Period | None) -> Period | None:
    """The period, where an edition of the method holds for it."""
    if period is None:
        return None
    try:
        inventory.method(method, period)
    except FindingError as error:
        if error.findings[0].code == "accounting.no_method":
            return None
        raise
    return period


def change(figure: Figure, base: Period, before: Figure) -> Change:
    """How a figure stands to that of a base period."""
    return Change(base.text, before, percent_of(figure.value, before.value))


def measured_share(figure: Figure) -> Decimal | None:
    """Percent of the known amount that rests on measured activity, one decimal; None where nothing is known."""
    if figure.partial is None or not figure.partial:
        return None
    part = figure.by_kind.get(Provenance.MEASURED, Decimal())
    return round_to(CONTEXT.divide(CONTEXT.multiply(part, Decimal(100)), figure.partial), PERCENT_PLACES)


def _standing(firm: Subject, direct: Measured, indirect: Measured) -> Standing:
    cells = cells_of((direct.figure, indirect.figure))
    gridded = [one for one in cells.values() if one.expected is not None]
    return Standing(
        subject=firm,
        direct=direct,
        indirect=indirect,
        expected=sum(one.expected for one in gridded if one.expected is not None),
        present=sum(one.present for one in gridded),
        holes=sum(1 for one in cells.values() if one.is_hole),
    )


def cells_of(figures: Iterable[Figure]) -> Mapping[tuple[str, str, str], CellState]:
    """The amounts that figures of one subject rest on, each once, by activity, source and month."""
    return {(one.term, one.source, one.month): one for figure in figures for one in figure.completeness.cells}


def shown_quantities(method: StoredMethod) -> list[str]:
    """Quantities of a method that an enterprise has one value of in a period, in the method's order.

    Quantities by source or month are working steps. A quantity of both scopes is there where the method itself
    adds them.
    """
    return [one.symbol for one in method.data.quantities.values() if not one.over]
