"""Projections: tables that are made from entries, and can be made again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tansuo.evidence.entry import Entry


@dataclass(frozen=True, slots=True)
class Projection:
    """How one package turns entries into tables.

    ``apply(connection, entries)`` is called with entries of ``entry_types`` only, in index order, each
    once; it writes unqualified ``tables`` and uses no sequence, no clock and no random number, so that a
    rebuild gives equal rows. It may read the tables of projections that stand before its own: they have
    then applied everything below the first entry given.
    """

    name: str
    tables: tuple[str, ...]
    entry_types: frozenset[str]
    apply: Callable[[Connection, Sequence[Entry]], None]
