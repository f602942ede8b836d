"""Who moved: figures of one month against those of another, the largest change first.

A change exists only between two complete figures. Its percentage names its base: the earlier month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.quantity.decimals import CONTEXT, round_to
from tansuo.quantity.period import Period


@dataclass(frozen=True, slots=True)
class Movement:
    """A subject's figure in two months. ``percent`` of the earlier one, to one decimal; None over a zero."""

    subject: str
    before: Figure
    after: Figure
    change: Decimal
    percent: Decimal | None


def movements(
    inventory: Inventory,
    subjects: Sequence[str],
    quantity: str,
    month: Period,
    base: Period,
    method: str,
    relation: str | None = None,
) -> list[Movement]:
    """Movements of ``subjects`` from ``base`` to ``month``, largest first; the incomplete have none."""
    cells = [
        Cell(subject, quantity, period.text, method, relation)
        for subject in subjects
        for period in (base, month)
    ]
    made = iter(inventory.figures(cells))
    found = []
    for subject in subjects:
        before, after = next(made), next(made)
        if before.value is None or after.value is None:
            continue
        change = CONTEXT.subtract(after.value, before.value)
        percent = (
            round_to(CONTEXT.divide(CONTEXT.multiply(change, Decimal(100)), before.value), 1)
            if before.value
            else None
        )
        found.append(Movement(subject, before, after, change, percent))
    return sorted(found, key=lambda one: (-abs(one.change), one.subject))
