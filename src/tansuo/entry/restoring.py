"""Restoring a backup, and proving that it can be: into a database of its own, checked, computed again.

A backup that was never restored is a hope. The proof makes every projection from the entries, runs the full check
of the ledger over the result, and replays published figures from their raw bytes.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from tansuo.accounting import tables as accounting_tables
from tansuo.accounting.replay import replay_all
from tansuo.database.bulk import analyze
from tansuo.database.connect import SYSTEM, Database, admit, owner_transaction, transaction
from tansuo.database.migrate import upgrade
from tansuo.database.supervisor import OWNER, PostgresServer
from tansuo.entry.checking import full_check
from tansuo.entry.compose import migration_sets, projections
from tansuo.evidence import ledger
from tansuo.evidence.backup import BESIDE, Backup, Primary, back_up, load, read_manifest
from tansuo.evidence.clock import Clock, SystemClock
from tansuo.evidence.durable import replace_file
from tansuo.evidence.entry import Actor, Draft
from tansuo.evidence.erasable_keys import NAME as KEYS
from tansuo.evidence.erasable_keys import Keys, put_keys, read_keys, write_keys
from tansuo.evidence.projection import applied, catch_up
from tansuo.evidence.timestamp import FILE as AUTHORITIES
from tansuo.evidence.witnessing import FILE as POLICY
from tansuo.quantity.finding import Finding, FindingError

#: What is not in the ledger yet, or never comes into it.
FURTHER = (
    Primary("erasable", ("commitment",)),
    Primary("raw_chunk", ("id",)),
    Primary("staged_file", ("id",)),
    Primary("staged_part", ("file", "number")),
    Primary("staged_finding", ("file", "place")),
    Primary("access_event", ("id",)),
)

DRILL = "drill"
"""The type of the entry that says a backup was restored, and with what result."""

SAMPLE = 1000
_STEP = 500

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a restore gave: ``findings`` of the ledger's check, figures asked and equal, and how long it took."""

    backup: Backup
    findings: tuple[Finding, ...]
    replayed: int
    equal: int
    seconds: float

    @property
    def sound(self) -> bool:
        """True if nothing was found and every figure came out the same."""
        return not self.findings and self.replayed == self.equal


def write(
    database: Database,
    directory: Path,
    home: Path,
    progress: Progress | None = None,
    keys: Path | None = None,
) -> Backup:
    """A backup of a database and the files beside it, of one moment, while everything runs.

    What opens its personal data is written to ``keys`` in the place of what stood there: beside the folder, if None.
    """
    beside = [home / POLICY, home / AUTHORITIES, *sorted(home.glob("*.pem"))]
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.begin() as connection:
        admit(connection, SYSTEM)
        write_keys(connection, keys or keys_beside(directory))
        return back_up(connection, directory, FURTHER, beside, progress)


def keys_beside(directory: Path) -> Path:
    """Where the keys of a backup's personal data are if nobody says otherwise: one file for all backups of a place."""
    return directory.absolute().parent / KEYS


def restore(
    database: Database,
    directory: Path,
    home: Path,
    progress: Progress | None = None,
    *,
    keys: Path | None = None,
    without_keys: bool = False,
    clock: Clock | None = None,
) -> Backup:
    """Put a backup into an empty database and home, and make every projection from its entries.

    ``keys``: the newest keys file, beside the folder if None. What was erased after the backup is erased again.
    FindingError ``evidence.keys_needed`` where there is none and the backup holds personal data, unless
    ``without_keys``: these then cannot be opened, and the check says so.
    """
    known = None if without_keys else _keys(directory, keys)
    with owner_transaction(database) as owner:
        admit(owner, SYSTEM)
        backup = load(owner, directory, progress)
        if known is not None:
            put_keys(owner, known, clock or SystemClock())
    for name in backup.beside:
        replace_file(home / name, (directory / BESIDE / name).read_bytes())
    ours = projections()
    while True:
        with transaction(database, SYSTEM) as connection:
            size = ledger.size(connection)
            done = min(applied(connection, ours).values(), default=size)
            if done < size:
                catch_up(connection, ours, min(size, done + _STEP))
        if done >= size:
            analyze(database)
            return backup
        if progress is not None:
            progress("projections", min(size, done + _STEP), size)


def _keys(directory: Path, named: Path | None) -> Keys | None:
    """The keys for a backup; None where it holds nothing that has any."""
    file = named or keys_beside(directory)
    held = read_manifest(directory).tables.get("erasable", {"rows": 0})["rows"]
    if named is None and not file.exists():
        if held:
            raise FindingError(Finding("evidence.keys_needed", {}, {"count": held, "file": str(file)}))
        return None
    return read_keys(file)


def prove(
    directory: Path, sample: int = SAMPLE, progress: Progress | None = None, keys: Path | None = None
) -> Proof:
    """Restore a backup into a database of its own, check it whole, replay figures, and throw it away."""
    begun = time.monotonic()
    # A socket's path is short, so the folder lies where temporary ones do and has a short name.
    place = Path(tempfile.mkdtemp(prefix="tansuo-drill-"))
    server = PostgresServer(place, durable=False)
    try:
        server.start()
        database = Database(server.url(role=OWNER), server.url())
        upgrade(database, migration_sets())
        backup = restore(database, directory, place, progress, keys=keys)
        findings, replayed, equal = _examine(database, sample, progress)
        database.close()
    finally:
        server.stop()
        server.release()
        shutil.rmtree(place, ignore_errors=True)
    return Proof(backup, tuple(findings), replayed, equal, time.monotonic() - begun)


def _examine(database: Database, sample: int, progress: Progress | None) -> tuple[list[Finding], int, int]:
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.begin() as connection:
        admit(connection, SYSTEM)
        report = full_check(connection, progress=progress, rebuild=False)
    with engine.begin() as connection:
        admit(connection, SYSTEM)
        results = replay_all(connection, drawn(connection, sample))
    return list(report.findings), len(results), sum(one.equal for one in results)


def drawn(connection: Connection, sample: int) -> Sequence[str]:
    """Receipts to replay: all published figures, or ``sample`` of them, drawn anew each time."""
    table = accounting_tables.figure
    every = list(connection.scalars(select(table.c.receipt).order_by(table.c.entry)))
    if len(every) <= sample:
        return every
    return sorted(random.SystemRandom().sample(every, sample))


def record(database: Database, proof: Proof, clock: Clock) -> int:
    """State in the ledger that a backup was restored, with what result; the entry's index."""
    body = {
        "form": "tansuo.drill/1",
        "kind": "restore",
        "backup": proof.backup.digest,
        "size": proof.backup.size,
        "findings": len(proof.findings),
        "replayed": proof.replayed,
        "equal": proof.equal,
        "sound": proof.sound,
        "milliseconds": int(proof.seconds * 1000),
    }
    with transaction(database, SYSTEM) as connection:
        draft = Draft(DRILL, "drill/restore", body, by=Actor("backup", "service"))
        [entry] = ledger.append(connection, [draft], clock)
        return entry.index
