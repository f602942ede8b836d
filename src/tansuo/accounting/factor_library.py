"""Every factor row this build and this ledger know, each once, with where it is used.

A row belongs to the pack that brought it; packs that extend that one or use its table have the same row. Three
dates of a factor are kept apart: the year its data are of, the day it was published, the periods it applies to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, func, select

from tansuo.accounting import tables
from tansuo.accounting.methods_store import ReadableMethod, StoredMethod, by_fingerprint, listings
from tansuo.accounting.shipped import Shelf
from tansuo.accounting.working import read_working
from tansuo.evidence.as_of import visible
from tansuo.methods.pack import Pack
from tansuo.methods.term import FactorRow

Group = tuple[str, ...]


@dataclass(frozen=True)
class LibraryRow:
    """A factor row of the pack ``origin`` ("" for a document of the ledger that no shipped pack is).

    ``method`` is a method that has it, for the words of its citation. ``users``: (pack folder, or the method's id
    where it is not shipped; the terms that may read it). ``fingerprints``: of the documents that hold it.
    """

    origin: str
    row: FactorRow
    method: ReadableMethod
    users: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fingerprints: frozenset[str] = frozenset()

    @property
    def group(self) -> Group:
        """Everything that names the number except when it holds: editions of one number share it."""
        row = self.row
        return (self.origin, row.table, row.key, row.column, row.level, row.region, row.applies_to)

    @property
    def words(self) -> str:
        """What a search looks at, in lower case."""
        row, said = self.row, self.method.words.get("sources", {}).get(self.row.source, {})
        parts = (
            row.id,
            row.data_year,
            row.published_on,
            row.unit,
            self.origin,
            note_of(self),
            *said.values(),
        )
        return " ".join(map(str, parts)).lower()


def note_of(one: LibraryRow) -> str:
    """The note a row carries; "" where it has none."""
    return str(one.method.words.get("notes", {}).get(one.row.id, ""))


@dataclass
class _Making:
    origin: str
    row: FactorRow
    method: ReadableMethod
    users: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fingerprints: set[str] = field(default_factory=set)


def library(connection: Connection, shelf: Shelf, as_of: int | None) -> tuple[LibraryRow, ...]:
    """All rows of shipped packs, and of documents published below ``as_of`` that no shipped pack is."""
    others = [
        by_fingerprint(connection, one.fingerprint, as_of)
        for one in listings(connection, as_of=as_of)
        if one.fingerprint not in shelf.by_fingerprint
    ]
    packs = list(shelf.packs.values())
    key = (
        *(one.fingerprint + one.wording_fingerprint for one in packs),
        *(one.fingerprint + one.listing.wording for one in others),
    )
    if key not in _MADE:
        if len(_MADE) >= _KEPT:
            _MADE.clear()
        _MADE[key] = _make(packs, others)
    return _MADE[key]


_KEPT = 4


_MADE: dict[tuple[str, ...], tuple[LibraryRow, ...]] = {}
"""By the fingerprints and wordings it was made of; only the newest few are kept."""


def _make(packs: Sequence[Pack], others: Sequence[StoredMethod]) -> tuple[LibraryRow, ...]:
    made: dict[tuple[str, FactorRow], _Making] = {}

    def take(origin: str, row: FactorRow, method: ReadableMethod, user: str, terms: tuple[str, ...]) -> None:
        one = made.setdefault((origin, row), _Making(origin, row, method))
        one.users[user] = terms
        one.fingerprints.add(method.fingerprint)

    for pack in sorted(
        packs, key=lambda one: bool(one.handed.origins)
    ):  # the words of those who brought rows
        terms = _reading(pack)
        for row in pack.data.factors:
            take(pack.handed.origins.get(row.id, pack.id), row, pack, pack.id, terms[row.id])
    for stored in others:
        terms = _reading(stored)
        known = {row: origin for origin, row in made}
        for row in stored.data.factors:
            take(known.get(row, ""), row, stored, stored.id, terms[row.id])
    rows = [
        LibraryRow(one.origin, one.row, one.method, tuple(one.users.items()), frozenset(one.fingerprints))
        for one in made.values()
    ]
    return tuple(sorted(rows, key=lambda one: (one.origin, one.row.id)))


def _reading(method: ReadableMethod) -> Mapping[str, tuple[str, ...]]:
    """Row id → the terms whose ladder may take it."""
    steps = [
        (term.symbol, step)
        for term in method.data.terms.values()
        for step in term.ladder
        if step.take == "table"
    ]
    return {
        row.id: tuple(dict.fromkeys(symbol for symbol, step in steps if step.may_take(row)))
        for row in method.data.factors
    }


@dataclass(frozen=True)
class Wanted:
    """Which rows: words that must all occur, and exact values; what is empty asks nothing.

    ``day``: only rows that hold on it. ``published_by``: only the last one of each number published before it.
    """

    text: str = ""
    pack: str = ""
    table: str = ""
    status: str = ""
    day: date | None = None
    published_by: date | None = None

    def of(self, rows: Sequence[LibraryRow]) -> list[LibraryRow]:
        """The rows that are wanted, in their order."""
        asked = self.text.lower().split()
        found = [one for one in rows if self._takes(one) and all(word in one.words for word in asked)]
        if self.published_by is None:
            return found
        last = last_published(rows, self.published_by)
        return [one for one in found if last.get(one.group) is one]

    def _takes(self, one: LibraryRow) -> bool:
        row = one.row
        holds = self.day is None or (
            row.valid_from <= self.day and (row.valid_to is None or self.day < row.valid_to)
        )
        packs = (one.origin, *(user for user, _ in one.users))
        return (
            holds
            and self.pack in ("", *packs)
            and self.table in ("", row.table)
            and self.status in ("", row.status)
        )


def last_published(rows: Sequence[LibraryRow], day: date) -> Mapping[Group, LibraryRow]:
    """Of each number the row last published before ``day``; rows without a day of publication are none."""
    found: dict[Group, LibraryRow] = {}
    for one in rows:
        said = one.row.published_on
        if said and said < day.isoformat():
            before = found.get(one.group)
            newest = None if before is None else (before.row.published_on, before.row.valid_from)
            if newest is None or newest < (said, one.row.valid_from):
                found[one.group] = one
    return found


@dataclass(frozen=True)
class FactorUse:
    """Published figures in force that rest on a row: how many, and of how many of them for each subject."""

    figures: int
    subjects: Mapping[str, int]


def figures_with(connection: Connection, one: LibraryRow, as_of: int | None) -> FactorUse:
    """The figures that name the row in their working and were made by a document that holds it, as the reader
    may see them.
    """
    table = tables.figure
    query = (
        select(table.c.subject, table.c.body)
        .where(visible(table, as_of))
        .where(table.c.body["fingerprint"].astext.in_(sorted(one.fingerprints)))
        .order_by(table.c.subject)
    )
    found: dict[str, int] = {}
    for subject, body in connection.execute(query):
        if any(taken["id"] == one.row.id for taken in read_working(connection, body).get("factors", ())):
            found[subject] = found.get(subject, 0) + 1
    return FactorUse(sum(found.values()), found)


def using(connection: Connection, fingerprint: str, as_of: int | None) -> Mapping[str, tuple[int, str, str]]:
    """Subject → (figures published by the method and in force, first period, last period)."""
    table = tables.figure
    query = (
        select(table.c.subject, func.count(), func.min(table.c.period), func.max(table.c.period))
        .where(visible(table, as_of))
        .where(table.c.body["fingerprint"].astext == fingerprint)
        .group_by(table.c.subject)
        .order_by(func.count().desc(), table.c.subject)
    )
    return {subject: (count, first, last) for subject, count, first, last in connection.execute(query)}
