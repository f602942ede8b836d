"""Published figures of enterprises in short, without their workings: for lists and for drawing samples."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, select

from tansuo.accounting import tables
from tansuo.evidence.as_of import visible


@dataclass(frozen=True, slots=True)
class Listed:
    """A published figure over a subject's own sources, complete: its value is a number."""

    receipt: str
    subject: str
    quantity: str
    period: str
    value: Decimal
    synthetic: bool
    entry: int


def listed(connection: Connection, *, quantity: str | None = None, as_of: int | None = None) -> list[Listed]:
    """Complete published figures that are no roll-ups, in force at a ledger size, oldest entry first."""
    table = tables.figure
    query = (
        select(
            table.c.receipt, table.c.subject, table.c.quantity, table.c.period, table.c.value,
            table.c.synthetic, table.c.entry,
        )
        .where(visible(table, as_of), table.c.relation == "", table.c.value.is_not(None))
        .order_by(table.c.entry)
    )  # fmt: skip
    if quantity is not None:
        query = query.where(table.c.quantity == quantity)
    return [
        Listed(
            row.receipt, row.subject, row.quantity, row.period, Decimal(row.value), row.synthetic, row.entry
        )
        for row in connection.execute(query)
    ]
