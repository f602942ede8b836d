"""What stands published of many cells, without the workings: for lists that show a receipt beside a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from tansuo.accounting import tables
from tansuo.accounting.figure import Cell, Figure, read_cell
from tansuo.database.bulk import among
from tansuo.evidence.as_of import visible
from tansuo.registry.statement import Stage


@dataclass(frozen=True, slots=True)
class StandingValue:
    """A published value in force: its receipt, value text and stage."""

    receipt: str
    value: str | None
    stage: Stage
    entry: int


def standing_values(
    connection: Connection, cells: Sequence[Cell], as_of: int | None = None
) -> Mapping[Cell, StandingValue]:
    """Of each of ``cells`` that has one, the published value of the highest stage, as known at a ledger size."""
    table = tables.figure
    columns = (
        table.c.subject, table.c.quantity, table.c.period, table.c.method, table.c.relation,
        table.c.receipt, table.c.value, table.c.stage, table.c.entry,
    )  # fmt: skip
    query = (
        select(*columns)
        .where(
            visible(table, as_of),
            among(table.c.subject, {one.subject for one in cells}),
            among(table.c.period, {one.period for one in cells}),
            among(table.c.quantity, {one.quantity for one in cells}),
        )
        .order_by(table.c.entry)
    )
    wanted = set(cells)
    found: dict[Cell, StandingValue] = {}
    for row in connection.execute(query).mappings():
        cell = read_cell(row)  # type: ignore[arg-type]
        stage = Stage(row["stage"])
        if cell in wanted and (cell not in found or found[cell].stage.rank <= stage.rank):
            found[cell] = StandingValue(row["receipt"], row["value"], stage, row["entry"])
    return found


def receipt_for(figure: Figure, standing: Mapping[Cell, StandingValue]) -> str | None:
    """The receipt that says this very value; None where nothing was published, or something else."""
    said = standing.get(figure.cell)
    return said.receipt if said is not None and said.value is not None and said.value == figure.text else None
