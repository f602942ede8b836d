"""Facts that replace one another, and facts that hold over days: older answers can always be read back.

Old rows are never changed except for ``superseded_at``, so that the state as of any log size stays what it
was. Everything here works on a whole batch of entries at once: one query for what is in force, one statement
to end rows, one to add them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from tansuo.database.bulk import text_array

ALWAYS = date.min
"""The first day of a fact that is stated without a beginning."""

Key = tuple[str, ...]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """What an entry says of ``key`` on [valid_from, valid_to): a value (``row`` without key, days and entry),
    or None, that nothing holds there. ``valid_to`` None is open-ended."""

    key: Key
    valid_from: date
    valid_to: date | None
    entry: int
    row: Row | None


def carve(connection: Connection, table: Table, names: Key, facts: Sequence[Fact]) -> None:
    """Apply dated ``facts`` (in entry order); ``names`` are the key's columns.

    A fact takes over the days it covers: what held there is replaced, what sticks out on either side is kept
    as new rows that begin with this entry and keep ``stated_by`` of the entry that first said it.
    """
    live: dict[Key, list[Row]] = {fact.key: [] for fact in facts}
    ended: list[Row] = []
    added: list[Row] = []
    for row in _in_force(connection, table, names, live):
        live[tuple(row[name] for name in names)].append(row)
    fresh: set[int] = set()
    for fact in facts:
        kept: list[Row] = []
        for row in live[fact.key]:
            if not _overlaps(row, fact):
                kept.append(row)
                continue
            row["superseded_at"] = fact.entry
            if id(row) not in fresh:
                ended.append(row)
            for first, last in _leftovers(row, fact):
                piece = {
                    **row, "valid_from": first, "valid_to": last, "entry": fact.entry, "superseded_at": None,
                }  # fmt: skip
                added.append(piece)
                kept.append(piece)
        if fact.row is not None:
            named = dict(zip(names, fact.key, strict=True))
            span = {"valid_from": fact.valid_from, "valid_to": fact.valid_to}
            own = {"entry": fact.entry, "stated_by": fact.entry, "superseded_at": None}
            made = {**named, **fact.row, **span, **own}
            added.append(made)
            kept.append(made)
        fresh.update(id(row) for row in added)
        live[fact.key] = kept
    _end(connection, table, (*names, "valid_from", "entry"), ended)
    if added:
        connection.execute(insert(table), added)


def _overlaps(row: Row, fact: Fact) -> bool:
    begins_before_end = fact.valid_to is None or row["valid_from"] < fact.valid_to
    return begins_before_end and (row["valid_to"] is None or fact.valid_from < row["valid_to"])


def _leftovers(row: Row, fact: Fact) -> list[tuple[date, date | None]]:
    pieces: list[tuple[date, date | None]] = []
    if row["valid_from"] < fact.valid_from:
        pieces.append((row["valid_from"], fact.valid_from))
    if fact.valid_to is not None and (row["valid_to"] is None or fact.valid_to < row["valid_to"]):
        pieces.append((fact.valid_to, row["valid_to"]))
    return pieces


def supersede(connection: Connection, table: Table, names: Key, rows: Sequence[Row]) -> None:
    """Insert ``rows`` (entry order); each supersedes the live row of its key, within the batch too.

    A row carries its ``entry``; ``superseded_at`` is filled in here. For facts that have one value a key at a
    time, without days of their own.
    """
    first: dict[Key, int] = {}
    last: dict[Key, Row] = {}
    for row in rows:
        row["superseded_at"] = None
        key = tuple(row[name] for name in names)
        if key in last:
            last[key]["superseded_at"] = row["entry"]
        first.setdefault(key, row["entry"])
        last[key] = row
    ended = [
        {**row, "superseded_at": first[tuple(row[name] for name in names)]}
        for row in _in_force(connection, table, names, first)
    ]
    _end(connection, table, (*names, "entry"), ended)
    connection.execute(insert(table), list(rows))


def _in_force(connection: Connection, table: Table, names: Key, keys: Iterable[Key]) -> list[Row]:
    """The live rows of ``keys``."""
    texts = list(map(text_array, zip(*keys, strict=True)))
    if not texts:
        return []
    wanted = (
        func.unnest(*(cast(literal(one), ARRAY(Text)) for one in texts))
        .table_valued(*(column(name, Text) for name in names), name="wanted")
        .render_derived()
    )
    # Looked up by the key, one after the other: OFFSET 0 keeps the planner from comparing every row with every key.
    same = [table.c[name] == wanted.c[name] for name in names]
    live = select(table).where(table.c.superseded_at.is_(None), *same).offset(0).lateral("live")
    query = select(live).select_from(wanted.join(live, true()))
    return [dict(row) for row in connection.execute(query).mappings()]


def _end(connection: Connection, table: Table, names: Key, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write ``superseded_at`` of rows that are in the table, found by the columns ``names``."""
    if not rows:
        return
    same = and_(*(table.c[name] == bindparam(f"old_{name}") for name in names))
    change = update(table).where(same).values(superseded_at=bindparam("ended_by"))
    parameters = [
        {**{f"old_{name}": row[name] for name in names}, "ended_by": row["superseded_at"]} for row in rows
    ]
    connection.execute(change, parameters)


def holds_on(table: Table, day: date) -> ColumnElement[bool]:
    """Clause: the row's span of validity contains the civil day ``day``."""
    return and_(table.c.valid_from <= day, or_(table.c.valid_to.is_(None), table.c.valid_to > day))
