"""T8: rows of any table are edited, deleted or copied at random, as the owner of the database can: each is found.

What `tansuo ledger check` cannot find inside is asserted too: marks that no signature covers, and what was taken
away whole and is remembered only outside.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from attacked import Platform, Root
from stamping import needs_openssl
from tansuo.database.connect import SYSTEM, admit
from tansuo.entry.checking import full_check
from tansuo.entry.compose import projections
from tansuo.evidence.backup import LEDGER
from tansuo.evidence.check_outside import check_outside
from tansuo.evidence.document import register_document
from tansuo.evidence.entry import Actor
from tansuo.evidence.timestamp import Authority
from tansuo.evidence.timestamp import collect as stamp_all
from tansuo.registry.personal import store
from town import COAL

EDITS, LOTS = 60, 2
UNSIGNED = {("checkpoint", "created"), ("cosignature", "received"), ("time_stamp", "received")}
"""When a thing came in by our own clock: told, and never evidence."""
OUTSIDE = {"checkpoint", "cosignature", "time_stamp"}
"""A row of these that is taken away is missed by nobody inside: the signer's memory and those outside know it."""


def tables() -> list[str]:
    """The ledger's own tables, and those made of them. (How far those have come is a bookmark: set forward it is
    found, see test_check; set back, entries are applied twice, and that is found.)"""
    made = [table for one in projections() for table in one.tables]
    return [*(one.name for one in LEDGER), "erasable", "erasable_key", *made]


@dataclass(frozen=True)
class Edit:
    """One edit: of which table, what was done, and to what."""

    table: str
    what: str
    row: str


def other(value: Any, chance: random.Random) -> Any:
    """Another value of the same type."""
    match value:
        case None:
            return chance.randint(0, 9)
        case bool():
            return not value
        case int():
            return value + chance.choice((-1, 1))
        case Decimal():
            return value + 1
        case bytes() | memoryview():
            data = bytearray(value)
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            return bytes(data)
        case date():
            return value + timedelta(days=1)
        case list():
            return [*value, value[0]] if value else ["x"]
        case dict():
            return {**value, "x": "y"}
        case _:
            at = chance.randrange(len(value)) if value else 0
            return value[:at] + ("b" if value[at : at + 1] == "a" else "a") + value[at + 1 :]


def edit(connection: Connection, table: str, chance: random.Random) -> Edit | None:
    """Make one random edit; None where the table is empty or PostgreSQL itself refuses it."""
    rows = (
        connection.execute(text(f"SELECT ctid::text AS place, * FROM {table} ORDER BY 2, 3")).mappings().all()
    )
    if not rows:
        return None
    row: Mapping[str, Any] = chance.choice(rows)
    columns = [name for name in row if name != "place" and (table, name) not in UNSIGNED]
    ways = (
        ["change"] * 6
        + (["copy"] if table not in OUTSIDE else [])
        + (["delete"] if table not in OUTSIDE else [])
    )
    way = chance.choice(ways)
    where = {"place": row["place"]}
    try:
        if way == "delete":
            connection.execute(text(f"DELETE FROM {table} WHERE ctid = CAST(:place AS tid)"), where)
        else:
            name = chance.choice(columns)
            value = other(row[name], chance)
            if value == row[name]:
                return None
            if way == "copy":
                rest = [one for one in row if one not in ("place", name)]
                listed = "".join(f', "{one}"' for one in rest)
                onto = f'INSERT INTO {table} ("{name}"{listed}) SELECT :value{listed} FROM {table}'
                statement = f"{onto} WHERE ctid = CAST(:place AS tid)"
            else:
                statement = f'UPDATE {table} SET "{name}" = :value WHERE ctid = CAST(:place AS tid)'
            connection.execute(text(statement), {**where, "value": value})
            way = f"{way} {name}"
    except DBAPIError:
        return None
    return Edit(table, way, str({one: str(row[one])[:40] for one in row})[:400])


@pytest.fixture
def whole(platform: Platform) -> Platform:
    """Something of everything: frames, a file, figures, seals, a correction, a conflict, cosigned heads."""
    platform.month(without=[30])
    platform.head()
    platform.cosigned()
    with platform.act() as town:
        register_document(town.connection, "bill.pdf", "application/pdf", b"%PDF-1", "a", clock=town.clock)
        store(town.connection, "town.clerk", "a", {"name": "示例人员甲"}, Actor("s.one"), town.clock)
        town.days("a", COAL, "2026-02", "55")
    platform.account()
    platform.head()
    platform.cosigned()
    return platform


@pytest.mark.parametrize("lot", range(LOTS))
def test_every_random_edit_is_found_by_the_check(whole: Platform, lot: int) -> None:
    assert whole.check().sound
    chance = random.Random(20261126 + lot)
    missed: list[Edit] = []
    done: dict[str, int] = {}
    names = tables()
    with whole.database.owner_engine.connect() as connection:
        admit(connection, SYSTEM)
        while sum(done.values()) < EDITS // LOTS:
            with connection.begin_nested() as point:
                made = edit(connection, chance.choice(names), chance)
                if made is not None:
                    done[made.table] = done.get(made.table, 0) + 1
                    if full_check(connection, [whole.key]).sound:
                        missed.append(made)
                point.rollback()
        connection.rollback()
    assert missed == [], "\n".join(map(str, missed))
    assert len(done) >= 10, done


def test_what_the_check_cannot_see_is_seen_by_somebody_else(whole: Platform, root: Root) -> None:
    newest = whole.size
    # Our own clock's marks are told and are no evidence: nobody catches them, and nothing rests on them.
    root.run("UPDATE checkpoint SET created = created + 1", "UPDATE cosignature SET received = received + 1")
    assert whole.check().sound
    # A head taken away: its signer remembers the last one and puts it back, letter by letter.
    before = whole.note(newest)
    root.run(
        f"DELETE FROM checkpoint WHERE size = {newest}", f"DELETE FROM cosignature WHERE size = {newest}"
    )
    assert whole.check().sound
    whole.account()
    whole.head()
    assert whole.note(newest) == before
    # A cosignature taken away: the witness who gave it has seen more, and cosigns the next head from there.
    assert [whole.ask(one).status for one in whole.witnesses.values()] == [200, 200]


def test_entries_that_no_head_covers_yet_are_held_by_the_tables_alone(whole: Platform, root: Root) -> None:
    """Seconds to a minute: what was entered since the last head can still be taken back by the operator."""
    signed = whole.size
    whole.account()
    root.cut(signed)
    assert whole.check().sound
    assert whole.refusal() == "" if whole.size > signed else whole.size == signed


def test_bookmarks_that_were_moved_are_found_where_it_matters(whole: Platform, root: Root) -> None:
    root.run("UPDATE projection_state SET applied = applied + 1 WHERE name = 'registry'")
    assert "evidence.projection_ahead" in {one.code for one in whole.check().findings}
    root.run("UPDATE projection_state SET applied = 20 WHERE name = 'registry'")
    assert {one.code for one in whole.check().findings} == {"evidence.projection_differs"}


@needs_openssl
def test_time_stamps_that_were_altered_or_moved_are_found(
    whole: Platform, root: Root, authority: Authority
) -> None:
    assert "stamped" in stamp_all(whole.database, [authority], whole.clock)["tsa"]
    assert whole.check().sound
    size = whole.size
    edits = (
        "UPDATE time_stamp SET stamped = stamped + 1000",
        f"UPDATE time_stamp SET size = {size - 1}",
        "UPDATE time_stamp SET response = substring(response from 1 for 200)",
        f"UPDATE time_stamp SET size = (SELECT min(size) FROM checkpoint WHERE size < {size})",
    )
    for one in edits:
        with whole.database.owner_engine.connect() as connection:
            admit(connection, SYSTEM)
            assert connection.exec_driver_sql(one).rowcount == 1
            codes = {found.code for found in full_check(connection, [whole.key]).findings}
            connection.rollback()
        assert codes == {"evidence.time_stamp_row"}, one
    # With the authority's own roots its signature is looked at too; without them hash and time alone.
    with whole.database.owner_engine.connect() as connection:
        admit(connection, SYSTEM)
        last = "length(response) - 1"
        flip = f"UPDATE time_stamp SET response = set_byte(response, {last}, get_byte(response, {last}) # 1)"
        connection.exec_driver_sql(flip)
        assert check_outside(connection) == []
        assert [one.code for one in check_outside(connection, [authority])] == ["evidence.time_stamp_row"]
        connection.rollback()
