"""Imports: a file with a map becomes evidence, then readings. Nothing is stored before it has been judged.

Three transactions, each safe by itself: projections are brought up to the log; what the map declares and the
file itself are appended together; projections are brought up again. An import that is broken off leaves
either nothing or a received file, and the same command goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select, text

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.evidence import ledger
from tansuo.evidence.clock import Clock
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import Actor, Entry
from tansuo.evidence.projection import Projection, applied, catch_up
from tansuo.monitoring import tables
from tansuo.monitoring.connectors.workbook import Judged, Mapping
from tansuo.monitoring.importing.declarations import Declarations, declarations
from tansuo.monitoring.intake import receive_file
from tansuo.quantity.finding import Finding, FindingError

OPERATOR = Actor("operator", "service")
Progress = Callable[[int, int, str], None]

_ENTRIES_AT_ONCE = 200
_DECLARING = frozenset({"subject", "relation", "plan"})
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=0x7A6E_7300_0010)


@dataclass(frozen=True, slots=True)
class File:
    """A file to import, and the map to read it with, both as bytes with their names."""

    name: str
    data: bytes
    map_name: str
    map_data: bytes


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. ``fresh`` is False where the same file with the same map had been received before.

    ``conflicts`` are readings that differ from ones already known and came without a reason; ``waiting`` are
    readings that no plan line could take.
    """

    arrival: Entry
    fresh: bool
    declared: Declarations
    judged: Judged
    conflicts: int
    waiting: int

    @property
    def receipt(self) -> str:
        """The receipt id of the arrival."""
        return ledger.receipt_id(self.arrival)

    def as_json(self) -> dict[str, object]:
        """What ``import --json`` prints."""
        judged = self.judged
        return {
            "receipt": self.receipt,
            "already": not self.fresh,
            "document": self.arrival.body["document"],
            "enterprises": self.declared.orgs,
            "declared": {"subjects": self.declared.subjects, "plan_lines": self.declared.lines},
            "accepted": judged.accepted,
            "partly": judged.partly,
            "refused": judged.refused,
            "left_out": judged.left_out,
            "readings": judged.readings,
            "conflicts": self.conflicts,
            "waiting": self.waiting,
            **judged.as_json(),
        }


def import_readings(
    database: Database,
    projections: Sequence[Projection],
    clock: Clock,
    file: File,
    mapping: Mapping,
    judged: Judged,
    *,
    by: Actor = OPERATOR,
    reason: str | None = None,
    org: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Receive a judged file. FindingError where it gives no reading at all: then nothing is stored.

    ``reason`` says why its values should replace differing ones. ``org`` is whose file it is; where None, the
    one enterprise's that its map names, else the city's. Idempotent by file, map and reason.
    FindingError ``monitoring.import_foreign_enterprise`` where the map speaks for an enterprise that is not
    ``org``: only a file of the city may speak for others.
    """
    if not judged.readings:
        raise FindingError(
            judged.findings or [Finding("monitoring.import_without_readings", {"file": file.name})]
        )
    tell = progress or _silent
    received = None
    while received is None:
        tell(0, 3, "ledger")
        bring_up(database, projections)
        tell(1, 3, "evidence")
        received = _receive(database, projections, clock, file, mapping, judged, by, reason, org)
    arrival, fresh, declared = received
    tell(2, 3, "readings")
    bring_up(database, projections)
    tell(3, 3, "")
    conflicts, waiting = _outcome(database, arrival)
    return Imported(arrival, fresh, declared, judged, conflicts, waiting)


def _silent(done: int, of: int, what: str) -> None:
    """No progress wanted."""


def _receive(
    database: Database,
    projections: Sequence[Projection],
    clock: Clock,
    file: File,
    mapping: Mapping,
    judged: Judged,
    by: Actor,
    reason: str | None,
    org: str | None,
) -> tuple[Entry, bool, Declarations] | None:
    """What was received; None where the registry or a plan has moved on meanwhile and must be read again."""
    with transaction(database, SYSTEM) as connection:
        connection.execute(_ONE_AT_A_TIME)
        low = min(applied(connection, projections).values(), default=0)
        if any(ledger.read(connection, low, ledger.size(connection), types=_DECLARING)):
            return None
        declared = declarations(connection, mapping, judged, by)
        owner = declared.org if org is None else org
        _speaks_for(owner, declared, file)
        # Declarations come first, so that the file finds its plan.
        ledger.append(connection, declared.drafts, clock)
        named = (file.name, file.data, file.map_data, file.map_name)
        entry = receive_file(connection, *named, owner, by, reason, clock=clock)
        if entry is not None:
            return entry, True, declared
        known = ledger.history(connection, _subject(file))
        return known_arrival(known, owner, reason), False, declared


def _speaks_for(owner: str, declared: Declarations, file: File) -> None:
    foreign = [one for one in declared.orgs if owner not in (CITY, one)]
    if foreign:
        params: dict[str, str | int] = {"enterprise": ", ".join(foreign), "org": owner}
        raise FindingError(Finding("monitoring.import_foreign_enterprise", {"file": file.name}, params))


def _subject(file: File) -> str:
    return f"arrival/file/{sha256(file.data).hexdigest()}/{sha256(file.map_data).hexdigest()}"


def known_arrival(known: Sequence[Entry], org: str, reason: str | None) -> Entry:
    """The arrival that made a repeated import do nothing: the latest of the organisation with its reason."""
    own = [one for one in known if one.org == org]
    same = [one for one in own if reason is None or one.body["reason"] == reason]
    return same[-1]


def bring_up(database: Database, projections: Sequence[Projection]) -> None:
    """Apply every entry of the log to the projections, in transactions of bounded size."""
    while True:
        with transaction(database, SYSTEM) as connection:
            size = ledger.size(connection)
            low = min(applied(connection, projections).values(), default=size)
            if low >= size:
                return
            catch_up(connection, projections, min(size, low + _ENTRIES_AT_ONCE))


def _outcome(database: Database, arrival: Entry) -> tuple[int, int]:
    """(conflicts, readings in quarantine) that an arrival has left and nobody has settled."""
    counts: list[int] = []
    with transaction(database, SYSTEM) as connection:
        for table in (tables.reading_conflict, tables.quarantine):
            query = (
                select(func.count())
                .select_from(table)
                .where(table.c.arrival == arrival.index, table.c.superseded_at.is_(None))
            )
            counts.append(int(connection.execute(query).scalar_one()))
    return counts[0], counts[1]
