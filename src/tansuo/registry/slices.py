"""Dated facts: a new fact takes over the days it covers, and every older answer can still be read back.

Attributes and relations hold over half-open spans of civil days. A new span cuts the older spans of the same
key: what it covers is replaced, what sticks out on either side is kept as new rows. Old rows are never
changed except for ``superseded_at``, so that the state as of any log size stays what it was.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, insert, or_, select, tuple_, update

ALWAYS = date.min
"""The first day of a fact that is stated without a beginning."""


def carve(
    connection: Connection,
    table: Table,
    key: Mapping[str, str],
    valid_from: date,
    valid_to: date | None,
    entry: int,
) -> None:
    """Clear [valid_from, valid_to) of the live spans of ``key`` by entry ``entry``; None is open-ended."""
    columns = table.c
    same = and_(*(columns[name] == value for name, value in key.items()))
    overlapping = [columns.superseded_at.is_(None), _ends_after(table, valid_from)]
    if valid_to is not None:
        overlapping.append(columns.valid_from < valid_to)
    rows = connection.execute(select(table).where(same, *overlapping)).mappings().all()
    for row in rows:
        connection.execute(
            update(table)
            .where(same, columns.valid_from == row["valid_from"], columns.entry == row["entry"])
            .values(superseded_at=entry)
        )
        for first, last in _leftovers(row["valid_from"], row["valid_to"], valid_from, valid_to):
            connection.execute(insert(table), _copy(row, first, last, entry))


def _ends_after(table: Table, day: date) -> ColumnElement[bool]:
    return or_(table.c.valid_to.is_(None), table.c.valid_to > day)


def _leftovers(
    old_from: date, old_to: date | None, new_from: date, new_to: date | None
) -> list[tuple[date, date | None]]:
    pieces: list[tuple[date, date | None]] = []
    if old_from < new_from:
        pieces.append((old_from, new_from))
    if new_to is not None and (old_to is None or new_to < old_to):
        pieces.append((new_to, old_to))
    return pieces


def _copy(row: Mapping[Any, Any], first: date, last: date | None, entry: int) -> dict[str, Any]:
    return {**row, "valid_from": first, "valid_to": last, "entry": entry, "superseded_at": None}


def holds_on(table: Table, day: date) -> ColumnElement[bool]:
    """Clause: the row's span of validity contains the civil day ``day``."""
    return and_(table.c.valid_from <= day, _ends_after(table, day))


def supersede(
    connection: Connection, table: Table, key: tuple[str, ...], rows: Sequence[dict[str, Any]]
) -> None:
    """Insert ``rows`` (entry order); each supersedes the live row of its key, within the batch too.

    A row carries its ``entry``; ``superseded_at`` is filled in here. For facts that have one value a key at a
    time, without days of their own.
    """
    first: dict[tuple[str, ...], int] = {}
    last: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        row["superseded_at"] = None
        name = tuple(row[part] for part in key)
        if name in last:
            last[name]["superseded_at"] = row["entry"]
        first.setdefault(name, row["entry"])
        last[name] = row
    columns = [table.c[part] for part in key]
    live = select(*columns).where(table.c.superseded_at.is_(None), tuple_(*columns).in_(list(first)))
    for found in connection.execute(live).all():
        same = and_(*(column == value for column, value in zip(columns, found, strict=True)))
        change = update(table).where(same, table.c.superseded_at.is_(None))
        connection.execute(change.values(superseded_at=first[tuple(found)]))
    connection.execute(insert(table), list(rows))
