"""Backups of what cannot be made again: the ledger and what is not yet in it, as files with their hashes.

Projections are left out: restoring makes them again from the entries, which is a proof no copy of them would be.
Everything is read from one state (REPEATABLE READ), so a backup of a running system is whole. A folder holds
``manifest.json`` (canonical: origin, size, head, tables with columns, rows and SHA-256, beside files) and one gzip
file a table in PostgreSQL's own binary COPY form.
"""

import gzip
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection

from tansuo.evidence import canonical, checkpoint, ledger
from tansuo.evidence.durable import make_folders, replace_file, sync_directory
from tansuo.quantity.finding import Finding, FindingError

FORM = "tansuo.backup/1"
MANIFEST = "manifest.json"
BESIDE = "home"
"""Folder of the files that lie in the home folder and belong to the log (policy, authorities)."""

Progress = Callable[[str, int, int], None]
"""Told (table, tables done, tables in all)."""

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Primary:
    """A table that is backed up, and the columns its rows are ordered by, so that equal content is equal bytes."""

    name: str
    order: tuple[str, ...]


#: The ledger's own tables; a package with further ones hands them to ``back_up``.
LEDGER = (
    Primary("entry", ("index",)),
    Primary("leaf", ("index",)),
    Primary("tree_node", ("level", "index")),
    Primary("checkpoint", ("size",)),
    Primary("second_node", ("hash", "level", "index")),
    Primary("second_head", ("hash", "size")),
    Primary("cosignature", ("size", "key")),
    Primary("time_stamp", ("size", "authority")),
    Primary("blob", ("sha256", "org_id")),
)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as its manifest states it. ``head``: the newest signed note in it, "" where there is none."""

    origin: str
    size: int
    head: str
    tables: dict[str, dict[str, Any]]
    beside: dict[str, str]
    digest: str


def back_up(
    connection: Connection,
    directory: Path,
    further: Sequence[Primary] = (),
    beside: Iterable[Path] = (),
    progress: Progress | None = None,
) -> Backup:
    """Write a backup of what ``connection`` sees into a new or empty folder; the manifest is written last.

    To be called with the whole city in view, in REPEATABLE READ. FindingError ``evidence.backup_not_empty``.
    """
    make_folders(directory)
    if any(directory.iterdir()):
        raise FindingError(Finding("evidence.backup_not_empty", {"folder": str(directory)}))
    directory.chmod(0o700)  # it holds what only some may read
    tables: dict[str, dict[str, Any]] = {}
    wanted = (*LEDGER, *further)
    for done, one in enumerate(wanted, 1):
        tables[one.name] = _copy_out(connection, one, directory / f"{one.name}.gz")
        if progress is not None:
            progress(one.name, done, len(wanted))
    files: dict[str, str] = {}
    for path in beside:
        if path.is_file():
            make_folders(directory / BESIDE)
            replace_file(directory / BESIDE / path.name, path.read_bytes())
            files[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    newest = checkpoint.latest(connection)
    stated: dict[str, object] = {
        "form": FORM,
        "origin": ledger.origin(connection),
        "size": ledger.size(connection),
        "head": "" if newest is None else newest.note,
        "tables": tables,
        "beside": files,
    }
    sync_directory(directory)
    replace_file(directory / MANIFEST, canonical.encode(stated))
    return read_manifest(directory)


def _copy_out(connection: Connection, table: Primary, file: Path) -> dict[str, Any]:
    driver = _driver(connection)
    columns = _columns(driver, table.name)
    statement = sql.SQL(
        "COPY (SELECT {columns} FROM {table} ORDER BY {order}) TO STDOUT (FORMAT binary)"
    ).format(columns=_named(columns), table=sql.Identifier(table.name), order=_named(table.order))
    with driver.cursor() as cursor:
        with (
            file.open("wb") as raw,
            gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3, mtime=0) as packed,
            cursor.copy(statement) as copy,
        ):
            for piece in copy:
                packed.write(piece)
        rows = cursor.rowcount
    return {"columns": columns, "rows": rows, "sha256": _digest(file)}


def read_manifest(directory: Path) -> Backup:
    """What a folder's manifest states; FindingError ``evidence.backup_unreadable`` for anything else."""
    file = directory / MANIFEST
    try:
        data = file.read_bytes()
        stated = cast("dict[str, Any]", canonical.decode(data))
        if stated["form"] != FORM:
            raise ValueError(f"form {stated['form']}")
        return Backup(
            stated["origin"],
            stated["size"],
            stated["head"],
            stated["tables"],
            stated["beside"],
            hashlib.sha256(data).hexdigest(),
        )
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise FindingError(
            Finding("evidence.backup_unreadable", {"file": str(file)}, {"what": str(problem)})
        ) from problem


def load(connection: Connection, directory: Path, progress: Progress | None = None) -> Backup:
    """Put a backup's tables into a database whose ledger has not been opened, as its owner with all in view.

    Every file is held against its hash first. FindingError ``evidence.backup_damaged`` (a file is gone or
    altered), ``evidence.backup_elsewhere`` (the database holds a ledger), ``evidence.backup_columns`` (the tables
    here are not those of the backup: another version of Tansuo wrote it).
    """
    backup = read_manifest(directory)
    if ledger.size(connection):
        raise FindingError(Finding("evidence.backup_elsewhere", {}, {"size": ledger.size(connection)}))
    for name, stated in backup.tables.items():
        file = directory / f"{name}.gz"
        if not file.is_file() or _digest(file) != stated["sha256"]:
            raise FindingError(Finding("evidence.backup_damaged", {"file": str(file)}))
    for name, digest in backup.beside.items():
        file = directory / BESIDE / name
        if not file.is_file() or _digest(file) != digest:
            raise FindingError(Finding("evidence.backup_damaged", {"file": str(file)}))
    for done, (name, stated) in enumerate(backup.tables.items(), 1):
        _copy_in(connection, name, stated, directory / f"{name}.gz")
        if progress is not None:
            progress(name, done, len(backup.tables))
    return backup


def _copy_in(connection: Connection, name: str, stated: dict[str, Any], file: Path) -> None:
    driver = _driver(connection)
    here = _columns(driver, name)
    if here != stated["columns"]:
        params = {"there": ", ".join(stated["columns"]), "here": ", ".join(here)}
        raise FindingError(Finding("evidence.backup_columns", {"table": name}, params))
    parts = {
        "table": sql.Identifier(name),
        "staging": sql.Identifier(f"staging_{name}"),
        "columns": _named(here),
    }
    with driver.cursor() as cursor:
        # COPY FROM is refused on a table with row-level security; a temporary twin takes it, then one INSERT.
        cursor.execute(
            sql.SQL(
                "CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0"
            ).format(**parts)
        )
        with (
            gzip.open(file, "rb") as packed,
            cursor.copy(
                sql.SQL("COPY {staging} ({columns}) FROM STDIN (FORMAT binary)").format(**parts)
            ) as copy,
        ):
            while piece := packed.read(_PIECE):
                copy.write(piece)
        cursor.execute(
            sql.SQL(
                "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {staging}"
            ).format(**parts)
        )
        if cursor.rowcount != stated["rows"]:
            raise FindingError(Finding("evidence.backup_damaged", {"file": str(file)}))
        cursor.execute(sql.SQL("DROP TABLE {staging}").format(**parts))
        if "id" in here and _numbered(driver, name):  # numbers that the database gives go on where they were
            cursor.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence({name}, 'id'), greatest(max(id), 1), max(id) IS NOT NULL)"
                    " FROM {table}"
                ).format(name=sql.Literal(name), table=parts["table"])
            )


def _numbered(driver: "psycopg.Connection[tuple[object, ...]]", table: str) -> bool:
    """Whether the rows of a table are numbered by the database."""
    with driver.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", (table,))
        row = cursor.fetchone()
    return row is not None and row[0] is not None


def _driver(connection: Connection) -> "psycopg.Connection[tuple[object, ...]]":
    return cast("psycopg.Connection[tuple[object, ...]]", connection.connection.driver_connection)


def _columns(driver: "psycopg.Connection[tuple[object, ...]]", table: str) -> list[str]:
    with driver.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(sql.Identifier(table)))
        return [column.name for column in cursor.description or ()]


def _named(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


def _digest(file: Path) -> str:
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()
