"""The findings kept of a check: a page of them, all of them, as they were found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from tansuo.monitoring.importing.staging import Staged
from tansuo.monitoring.tables_import import staged_finding
from tansuo.quantity.finding import Finding


def findings_of(connection: Connection, one: Staged) -> list[Finding]:
    """Every kept finding of a file, in the order of its sheets and rows."""
    table = staged_finding
    query = select(table).where(table.c.file == one.id).order_by(table.c.place)
    return [_finding(row) for row in connection.execute(query).mappings()]


def page(
    connection: Connection,
    one: Staged,
    *,
    severities: Sequence[str] = (),
    codes: Sequence[str] = (),
    sheet: str | None = None,
    column: str | None = None,
    offset: int = 0,
    limit: int = 100,
) -> tuple[int, list[tuple[Finding, str]]]:
    """How many kept findings are meant, and a page of them with the addresses of their cells."""
    table = staged_finding
    wanted: list[ColumnElement[bool]] = [table.c.file == one.id]
    if severities:
        wanted.append(table.c.severity.in_(severities))
    if codes:
        wanted.append(table.c.code.in_(codes))
    if sheet is not None:
        wanted.append(table.c.sheet == sheet)
    if column is not None:
        wanted.append(table.c.column == column)
    total = connection.execute(select(func.count()).select_from(table).where(*wanted)).scalar_one()
    query = select(table).where(*wanted).order_by(table.c.place).offset(offset).limit(limit)
    found = [(_finding(row), str(row["cell"])) for row in connection.execute(query).mappings()]
    return int(total), found


def _finding(row: RowMapping) -> Finding:
    return Finding(row["code"], row["where_"], row["params"], row["severity"])
