"""The keys file: what opens the sealed personal data of a backup, kept apart from all backups and only once.

A backup holds personal data sealed; salts and keys are in this one file, which each backup replaces. What was erased
has no key in the newest file, so that no older backup brings it back. The file also holds the ``redact`` entries:
a restore of a backup that is older than an erasure writes them again (docs/reference/personal-data.md).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, delete, select

from tansuo.evidence import canonical, ledger
from tansuo.evidence.clock import Clock
from tansuo.evidence.durable import make_folders, replace_file
from tansuo.evidence.entry import Actor
from tansuo.evidence.erasable import REDACT, kept_entry, redact, redactions
from tansuo.evidence.tables import erasable, erasable_key
from tansuo.quantity.finding import Finding, FindingError

FORM = "tansuo.keys/1"
NAME = "personal.keys"
"""The file's name where nobody names another: beside the folders of the backups."""

RESTORER = Actor("restore", "service")
_COLUMNS = ("commitment", "org_id", "person", "salt", "key")


@dataclass(frozen=True, slots=True)
class Keys:
    """What a keys file states: of which log, as of how many entries; ``rows`` of the table, ``redacted`` by
    commitment what each ``redact`` entry said and its index."""

    origin: str
    size: int
    rows: tuple[Mapping[str, Any], ...]
    redacted: Mapping[str, Mapping[str, Any]]


def write_keys(connection: Connection, file: Path) -> Keys:
    """Replace the keys file by one of what ``connection`` sees, with the whole city in view.

    FindingError ``evidence.keys_elsewhere``: the file that is there is of another log, or of this log at a larger
    size: what was erased since would come back.
    """
    size, origin = ledger.size(connection), ledger.origin(connection)
    if file.exists():
        known = read_keys(file)
        if known.origin != origin or known.size > size:
            params: dict[str, str | int] = {"origin": known.origin, "there": known.size, "size": size}
            raise FindingError(Finding("evidence.keys_elsewhere", {"file": str(file)}, params))
    query = select(*(erasable_key.c[name] for name in _COLUMNS)).order_by(erasable_key.c.commitment)
    rows = [
        {name: _text(value) for name, value in row.items()} for row in connection.execute(query).mappings()
    ]
    redacted = {
        str(one.body["commitment"]): {**one.body, "index": one.index, "by": one.by.as_json()}
        for one in ledger.read(connection, 0, size, {REDACT})
    }
    stated = {"form": FORM, "origin": origin, "size": size, "keys": rows, "redacted": redacted}
    make_folders(file.absolute().parent)
    replace_file(file, canonical.encode(stated))
    return read_keys(file)


def read_keys(file: Path) -> Keys:
    """What a keys file states; FindingError ``evidence.keys_unreadable`` for anything else."""
    try:
        stated = cast("dict[str, Any]", canonical.decode(file.read_bytes()))
        if stated["form"] != FORM:
            raise ValueError(f"form {stated['form']}")
        rows = tuple(
            {
                **{name: row[name] for name in _COLUMNS},
                **{name: base64.b64decode(row[name], validate=True) for name in ("salt", "key")},
            }
            for row in stated["keys"]
        )
        return Keys(stated["origin"], stated["size"], rows, stated["redacted"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise FindingError(
            Finding("evidence.keys_unreadable", {"file": str(file)}, {"what": str(problem)})
        ) from problem


def fitting(connection: Connection, keys: Keys) -> None:
    """FindingError ``evidence.keys_old`` unless the keys are of this log and no older than it is here."""
    size, origin = ledger.size(connection), ledger.origin(connection)
    if keys.origin != origin or keys.size < size:
        params: dict[str, str | int] = {"origin": keys.origin, "there": keys.size, "size": size}
        raise FindingError(Finding("evidence.keys_old", {}, params))


def put_keys(connection: Connection, keys: Keys, clock: Clock) -> int:
    """Give a restored log its keys, and erase again what was erased after its backup; how much that was.

    Each of these becomes a ``redact`` entry that says what the lost one said, and which place it had (``again``).
    To be called once, before anything else is written. FindingError ``evidence.keys_old``.
    """
    fitting(connection, keys)
    sealed = set(connection.scalars(select(erasable.c.commitment)))
    rows = [row for row in keys.rows if row["commitment"] in sealed]
    if rows:
        connection.execute(erasable_key.insert(), rows)
    again = sealed & keys.redacted.keys()
    known = redactions(connection, again)
    for commitment in sorted(again):
        connection.execute(delete(erasable).where(erasable.c.commitment == commitment))
        stated = keys.redacted[commitment]
        kept = kept_entry(connection, int(stated["entry"]))
        if kept is None or commitment in known:
            continue
        said = {name: value for name, value in stated.items() if name not in ("index", "by", "form")}
        said |= {"again": stated["index"], "redacted_by": stated["by"]}
        redact(connection, kept, said, RESTORER, clock)
    return len(again)


def _text(value: object) -> object:
    return base64.b64encode(bytes(value)).decode() if isinstance(value, bytes | memoryview) else value
