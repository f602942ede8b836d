"""Adding children up: contributions with shares, holes by name, sums by kind, completeness of the whole."""

from collections.abc import Sequence
from decimal import Decimal

from tansuo.accounting.completeness import Completeness, of_members
from tansuo.accounting.figure import Cell, Child, Figure
from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State


def completeness_of(period: Period, children: Sequence[Child]) -> Completeness:
    """Completeness of a roll-up over ``period`` from that of its children."""
    members: dict[str, Completeness | None] = {}
    for child in children:
        for one, share in zip(child.figures, child.shares, strict=True):
            if one.missing is not None and one.missing.state.adds_nothing:
                continue
            name = child.subject if len(child.figures) == 1 else f"{child.subject}/{one.cell.period}"
            members[name] = one.completeness if share is not None else None
    return of_members([month.text for month in period.by_month()], members)


def is_hole(one: Figure, share: Decimal | None) -> bool:
    """Whether a child's figure leaves a hole: no value though something may occur, or a share not stated."""
    if one.missing is not None and one.missing.state.adds_nothing:
        return False
    return one.value is None or share is None


def _exact(one: Figure) -> Decimal | None:
    """What of a child's figure is summed: the published value, or the unrounded one if the method says so."""
    return one.value if one.quantity.parents == "sum_published" else one.unrounded


def contribution(made: Sequence[Figure], shares: Sequence[Decimal | None]) -> Decimal | None:
    """What one child adds over all its periods; None where it leaves a hole or adds nothing."""
    total: Decimal | None = None
    for one, share in zip(made, shares, strict=True):
        value = _exact(one)
        if is_hole(one, share):
            return None
        if value is not None and share is not None:
            part = value if share == 1 else CONTEXT.multiply(value, share)
            total = part if total is None else CONTEXT.add(total, part)
    return total


def total_of(cell: Cell, children: Sequence[Child]) -> tuple[Decimal | None, Missing | None]:
    """The sum of all contributions, or what is missing; states that add nothing are passed over."""
    holes: list[Missing] = []
    total: Decimal | None = None
    for child in children:
        for one, share in zip(child.figures, child.shares, strict=True):
            if is_hole(one, share):
                where = f"{child.subject}/{one.cell.period}"
                holes.append(
                    one.missing if one.missing is not None else Missing(State.MISSING, "share", where)
                )
        if child.contribution is not None:
            total = child.contribution if total is None else CONTEXT.add(total, child.contribution)
    if holes:
        return None, Missing.of(holes)
    if total is None:
        return None, Missing(State.NOT_OCCURRING, cell.quantity, f"{cell.subject}/{cell.period}")
    return total, None


def known_of(children: Sequence[Child]) -> Decimal | None:
    """What is known of the whole, None where nothing is."""
    known: Decimal | None = None
    for child in children:
        for one, share in zip(child.figures, child.shares, strict=True):
            if one.partial is not None and share is not None:
                part = one.partial if share == 1 else CONTEXT.multiply(one.partial, share)
                known = part if known is None else CONTEXT.add(known, part)
    return known


def kinds_of(children: Sequence[Child]) -> dict[Provenance, Decimal]:
    """The kinds of what is known, added over the children."""
    sums: dict[Provenance, Decimal] = {}
    for child in children:
        for one, share in zip(child.figures, child.shares, strict=True):
            for kind, part in one.by_kind.items() if share is not None else ():
                added = part if share == 1 or share is None else CONTEXT.multiply(part, share)
                sums[kind] = CONTEXT.add(sums.get(kind, Decimal()), added)
    return sums
