"""How the platform itself fares: services, tables behind the log, disk, signed heads. Nothing of the business.

A service says that it is ready by a file with its process; this looks at the files of this machine's home.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, func, select, text

from tansuo.evidence import ledger
from tansuo.evidence.tables import checkpoint, entry, projection_state
from tansuo.monitoring.tables import quarantine
from tansuo.monitoring.tables_intake import raw_chunk

SERVICES = ("gateway", "worker", "signer", "api")

State = Literal["running", "stopped", "never"]
"""running: its file names a process that lives; stopped: one that does not; never: there is no file."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service of this machine, and since when it is ready (UTC)."""

    name: str
    state: State
    since: datetime | None
    address: str


@dataclass(frozen=True, slots=True)
class Health:
    """The platform's own state. Sizes are in bytes; a lag is in ledger entries not yet in the tables."""

    services: tuple[Service, ...]
    ledger_size: int
    lags: dict[str, int]
    checkpoint_size: int | None
    checkpoint_at: datetime | None
    last_entry_at: datetime | None
    last_arrival_at: datetime | None
    waiting_chunks: int
    waiting_records: int
    quarantined: int
    database_bytes: int
    segment_bytes: int
    disk_bytes: int
    disk_free_bytes: int
    database_version: str


def service(folder: Path, name: str) -> Service:
    """The service whose ready file is ``<folder>/<name>.json``."""
    file = folder / f"{name}.json"
    try:
        said = json.loads(file.read_text())
        since = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except (FileNotFoundError, ValueError):
        return Service(name, "never", None, "")
    lives = _lives(int(said.get("pid", 0)))
    port = said.get("port") or 0
    return Service(
        name, "running" if lives else "stopped", since, f"{said.get('host', '')}:{port}" if port else ""
    )


def _lives(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def health(connection: Connection, home: Path) -> Health:
    """Everything at once; `connection` needs the platform's own access, `home` is the folder of this machine."""
    size = ledger.size(connection)
    states = connection.execute(select(projection_state.c.name, projection_state.c.applied))
    newest = connection.execute(
        select(checkpoint.c.size, checkpoint.c.created).order_by(checkpoint.c.size.desc()).limit(1)
    ).one_or_none()
    chunks = connection.execute(select(func.count(), func.coalesce(func.sum(raw_chunk.c.records), 0))).one()
    arrivals = select(func.max(entry.c.recorded)).where(entry.c.type == "arrival")
    there = next(one for one in (home, *home.parents) if one.exists())
    disk = shutil.disk_usage(there)
    return Health(
        services=tuple(service(home / "run", name) for name in SERVICES),
        ledger_size=size,
        lags={name: size - applied for name, applied in sorted((row.name, row.applied) for row in states)},
        checkpoint_size=newest.size if newest else None,
        checkpoint_at=_instant(newest.created) if newest else None,
        last_entry_at=_instant(connection.scalar(select(func.max(entry.c.recorded)))),
        last_arrival_at=_instant(connection.scalar(arrivals)),
        waiting_chunks=int(chunks[0]),
        waiting_records=int(chunks[1]),
        quarantined=_count(connection, select(func.count()).where(quarantine.c.superseded_at.is_(None))),
        database_bytes=_count(connection, text("SELECT pg_database_size(current_database())")),
        segment_bytes=_bytes_below(home / "segments"),
        disk_bytes=disk.total,
        disk_free_bytes=disk.free,
        database_version=str(connection.scalar(text("SHOW server_version"))),
    )


def _count(connection: Connection, query: object) -> int:
    found: int | None = connection.scalar(query)  # type: ignore[call-overload]
    return int(found or 0)


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def _bytes_below(folder: Path) -> int:
    files: Iterable[Path] = folder.rglob("*") if folder.is_dir() else ()
    return sum(file.stat().st_size for file in files if file.is_file())
