"""Projections: tables that are made from entries, kept up with the log, and can be made again."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import read, size
from tansuo.evidence.tables import projection_state
from tansuo.quantity.finding import Finding, FindingError

Progress = Callable[[int, int], None]
"""Told (entries looked at, entries in all) now and then."""

_BATCH = 500
_STEP_LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=0x7A6E_7300_0002)


@dataclass(frozen=True, slots=True)
class Projection:
    """How one package turns entries into tables.

    ``apply(connection, entries)`` is called with entries of ``entry_types`` only, in index order, each
    once; it writes unqualified ``tables`` and uses no sequence, no clock and no random number, so that a
    rebuild gives equal rows. It may read the tables of projections that stand before its own: they have
    then applied every entry below the first one given. Where a call begins and ends must not matter.

    ``beside`` are tables that hold no truth of their own (a manifest of files, a cache): a rebuild sees them
    empty and does not compare them. ``elsewhere`` names tables part of whose rows the live system keeps in
    another place; its function ``(connection, target)`` copies those rows into the table ``target``, so that
    live and rebuilt content can be compared.
    """

    name: str
    tables: tuple[str, ...]
    entry_types: frozenset[str]
    apply: Callable[[Connection, Sequence[Entry]], None]
    beside: tuple[str, ...] = ()
    elsewhere: Mapping[str, Callable[[Connection, str], None]] = field(default_factory=dict)


def applied(connection: Connection, projections: Sequence[Projection]) -> dict[str, int]:
    """For each projection the log size that is in its tables; 0 for one that has never run."""
    rows = connection.execute(select(projection_state.c.name, projection_state.c.applied))
    known: dict[str, int] = {name: until for name, until in rows}  # noqa: C416 - Row is no pair
    return {one.name: known.get(one.name, 0) for one in projections}


def catch_up(
    connection: Connection,
    projections: Sequence[Projection],
    stop: int | None = None,
    *,
    batch: int = _BATCH,
    progress: Progress | None = None,
) -> int:
    """Bring every projection up to ``stop`` entries (all there are, if None); returns that size.

    Entries are walked once, in order; each projection sees an entry only after those before it in
    ``projections`` have applied everything below. A projection that has come further is left alone.
    One transaction at a time does this in a database. FindingError ``evidence.beyond_the_log`` for a stop
    the log has not reached.
    """
    connection.execute(_STEP_LOCK)
    until = _reached(connection, stop)
    begun = applied(connection, projections)
    walk(connection, projections, begun, dict.fromkeys(begun, until), batch=batch, progress=progress)
    return until


def walk(
    connection: Connection,
    projections: Sequence[Projection],
    begun: Mapping[str, int],
    until: Mapping[str, int],
    *,
    batch: int = _BATCH,
    progress: Progress | None = None,
) -> None:
    """Apply to each projection the entries from ``begun[name]`` to ``until[name]`` and note how far it is."""
    moving = [one for one in projections if begun[one.name] < until[one.name]]
    if not moving:
        return
    low, top = min(begun[one.name] for one in moving), max(until[one.name] for one in moving)

    def readers(entry: Entry) -> tuple[Projection, ...]:
        return tuple(
            one
            for one in moving
            if entry.type in one.entry_types and begun[one.name] <= entry.index < until[one.name]
        )

    types = frozenset[str]().union(*(one.entry_types for one in moving))
    for interested, run in _runs(read(connection, low, top, types), readers, batch):
        for one in interested:
            one.apply(connection, run)
        if progress is not None:
            progress(run[-1].index + 1 - low, top - low)
    for one in moving:
        state = {"name": one.name, "applied": until[one.name]}
        connection.execute(
            insert(projection_state)
            .values(state)
            .on_conflict_do_update(index_elements=["name"], set_={"applied": state["applied"]})
        )
    if progress is not None:
        progress(top - low, top - low)


def _runs(
    entries: Iterable[Entry], readers: Callable[[Entry], tuple[Projection, ...]], batch: int
) -> Iterator[tuple[tuple[Projection, ...], list[Entry]]]:
    """Neighbouring entries with the same readers, at most ``batch`` together.

    Cutting wherever the readers change keeps the order strict: a projection never sees tables of another
    that know an entry later than its own.
    """
    interested: tuple[Projection, ...] = ()
    run: list[Entry] = []
    for entry in entries:
        now = readers(entry)
        if run and (now != interested or len(run) >= batch):
            yield interested, run
            run = []
        if now:
            interested = now
            run.append(entry)
    if run:
        yield interested, run


def _reached(connection: Connection, stop: int | None) -> int:
    there = size(connection)
    if stop is None:
        return there
    if not 0 <= stop <= there:
        raise FindingError(Finding("evidence.beyond_the_log", {}, {"asked": stop, "size": there}))
    return stop
