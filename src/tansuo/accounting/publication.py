"""What stands before a decision to publish: the sums of a month, and which of them may go out.

ready: complete, and nothing of it published yet. published: this very value stands published. moved: another
value does; publishing again needs a reason. incomplete: something is missing, and nobody can decide it. nothing: no
firm has a source of the kind, so there is no amount to publish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD, RELATION
from tansuo.accounting.receipt import Published, receipts
from tansuo.quantity.period import Period
from tansuo.registry.statement import Stage

Readiness = Literal["ready", "published", "moved", "incomplete", "nothing"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sum as now computed, what stands published of it, and what that makes of it."""

    figure: Figure
    standing: Published | None
    readiness: Readiness


def candidates(
    inventory: Inventory, city: str, period: Period, quantities: Sequence[str] = (DIRECT, INDIRECT)
) -> list[Candidate]:
    """The city's sums and its units' for ``period``: quantity by quantity, the city first, units by id.

    Needs access to the whole city.
    """
    tree = inventory.tree(RELATION, [city])
    units = [one.subject for one in tree.members(city, period) if not tree.is_leaf(one.subject)]
    filled = [one for one in units if tree.leaves(one, period)]
    cells = [
        Cell(subject, quantity, period.text, METHOD, RELATION)
        for quantity in quantities
        for subject in (city, *filled)
    ]
    standing = receipts(inventory.connection, cells, inventory.as_of)
    return [
        Candidate(figure, standing.get(figure.cell), _readiness(figure, standing.get(figure.cell)))
        for figure in inventory.figures(cells)
    ]


def _readiness(figure: Figure, standing: Published | None) -> Readiness:
    if standing is not None and standing.stage is Stage.PUBLISHED and standing.value is not None:
        return "published" if standing.value == figure.text else "moved"
    if figure.value is not None:
        return "ready"
    return "nothing" if figure.completeness.complete else "incomplete"
