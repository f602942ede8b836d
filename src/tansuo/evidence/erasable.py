"""Personal data outside entries: an entry holds a salted commitment, and what it commits to can be erased.

A ``personal`` entry states SHA-256(salt ‖ data) with a salt of 16 random bytes; without the salt nobody can try out
guesses. The data lie sealed by AES-256-GCM under a key of their own (table ``erasable``), salt and key apart from
them (``erasable_key``). To erase is to delete both rows and to write a ``redact`` entry; no proof changes. Keys apart
from what they open is what makes old copies of the sealed data worthless
(docs/decisions/0013-personal-data-behind-commitments.md).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, select

from tansuo.evidence import ledger
from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.evidence.tables import erasable, erasable_key
from tansuo.quantity.finding import Finding, FindingError

PERSONAL, REDACT = "personal", "redact"
FORM, REDACT_FORM = "tansuo.personal/1", "tansuo.redact/1"
SALT_BYTES, KEY_BYTES = 16, 32
_NONCE = bytes(12)  # each key seals one thing, once


@dataclass(frozen=True, slots=True)
class Opened:
    """What an entry commits to, opened and compared with its commitment."""

    commitment: str
    entry: int
    salt: bytes
    data: bytes


def commitment_of(salt: bytes, data: bytes) -> str:
    """SHA-256(salt ‖ data) in hex."""
    return sha256(salt + data).hexdigest()


def keep(connection: Connection, draft: Draft, data: bytes, clock: Clock, *, person: str = "") -> Entry:
    """Append ``draft`` as a ``personal`` entry whose body holds the commitment to ``data``, and store these sealed.

    ``person`` is the pseudonym they are about, empty for a document of an organisation. The caller sees to it that
    nothing else of the draft is personal.
    """
    salt, key = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(KEY_BYTES)
    commitment = commitment_of(salt, data)
    body = {**draft.body, "form": FORM, "commitment": commitment, "person": person}
    [entry] = ledger.append(connection, [replace(draft, type=PERSONAL, body=body)], clock)
    row = {"commitment": commitment, "org_id": entry.org, "person": person}
    sealed = AESGCM(key).encrypt(_NONCE, data, commitment.encode())
    connection.execute(erasable.insert().values(**row, entry=entry.index, sealed=sealed))
    connection.execute(erasable_key.insert().values(**row, salt=salt, key=key))
    return entry


def open_(connection: Connection, commitment: str) -> Opened | None:
    """What is committed to; None where it is erased, or not for this reader: row-level security decides.

    FindingError ``evidence.personal_differs`` where what is stored is not what the entry commits to.
    """
    query = (
        select(erasable.c.entry, erasable.c.sealed, erasable_key.c.salt, erasable_key.c.key)
        .join(erasable_key, erasable.c.commitment == erasable_key.c.commitment)
        .where(erasable.c.commitment == commitment)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    try:
        data = AESGCM(bytes(row.key)).decrypt(_NONCE, bytes(row.sealed), commitment.encode())
    except InvalidTag:
        data = None
    if data is None or commitment_of(bytes(row.salt), data) != commitment:
        raise FindingError(
            Finding("evidence.personal_differs", {"entry": row.entry}, {"commitment": commitment})
        )
    return Opened(commitment, row.entry, bytes(row.salt), data)


def is_kept(connection: Connection, commitment: str) -> bool:
    """Whether something is stored under a commitment, and for this reader."""
    query = select(erasable.c.entry).where(erasable.c.commitment == commitment)
    return connection.scalar(query) is not None


def erase(
    connection: Connection, kept: Entry, basis: str, reason: str, by: Actor, clock: Clock, **further: str
) -> Entry:
    """Delete data, salt and key that ``kept`` commits to, and write the ``redact`` entry that says so.

    ``basis`` is the code of the legal basis, ``further`` what else the entry shall say (who asked, by which case).
    FindingError ``evidence.already_redacted``, ``evidence.personal_missing``.
    """
    commitment = str(kept.body["commitment"])
    entry = redact(connection, kept, {"basis": basis, "reason": reason, **further}, by, clock)
    gone = [
        connection.execute(delete(table).where(table.c.commitment == commitment)).rowcount
        for table in (erasable_key, erasable)
    ]
    if gone != [1, 1]:
        # A silent deletion is not made good by an entry.
        raise FindingError(
            Finding("evidence.personal_missing", {"entry": kept.index}, {"commitment": commitment})
        )
    return entry


def redact(connection: Connection, kept: Entry, said: Mapping[str, object], by: Actor, clock: Clock) -> Entry:
    """The ``redact`` entry alone; FindingError ``evidence.already_redacted``."""
    commitment = str(kept.body["commitment"])
    body = {"form": REDACT_FORM, "commitment": commitment, "entry": kept.index, **said}
    draft = Draft(REDACT, _subject(commitment), body, org=kept.org, region=kept.region, by=by)
    # Appended first: the append lock is held then, and nobody erases the same beside us.
    [entry] = ledger.append(connection, [draft], clock)
    first = ledger.history(connection, draft.subject)[0]
    if first.index < entry.index:
        where: dict[str, str | int] = {"entry": kept.index}
        raise FindingError(Finding("evidence.already_redacted", where, {"redact": first.index}))
    return entry


def redactions(connection: Connection, commitments: Collection[str]) -> dict[str, Entry]:
    """The ``redact`` entries of those of the commitments that were erased and that the reader may see."""
    found = ledger.newest(connection, [_subject(one) for one in commitments])
    return {str(one.body["commitment"]): one for one in found.values()}


def redacted_below(connection: Connection, commitments: Collection[str], size: int) -> dict[str, int]:
    """Of those of the commitments that were erased below ``size``, the index of the ``redact`` entry."""
    found = redactions(connection, commitments) if commitments else {}
    return {commitment: one.index for commitment, one in found.items() if one.index < size}


def redacted_by(connection: Connection, kept: Entry, size: int) -> int | None:
    """The ``redact`` entry below ``size`` that erased what ``kept`` commits to; None where there is none."""
    if kept.type != PERSONAL:
        return None
    commitment = str(kept.body["commitment"])
    return redacted_below(connection, [commitment], size).get(commitment)


def kept_entry(connection: Connection, index: int) -> Entry | None:
    """The ``personal`` entry at an index; None for any other."""
    found = ledger.get(connection, index)
    return found if found is not None and found.type == PERSONAL else None


def _subject(commitment: str) -> str:
    return f"redact/{commitment}"


def check_erasable(connection: Connection) -> Iterator[Finding]:
    """Every commitment is open to what is stored, or redacted and nothing of it stored; nothing else is stored.

    Findings ``evidence.personal_differs``, ``.personal_missing`` (gone without a ``redact`` entry),
    ``.personal_still_stored``, ``.personal_stray``, ``.redact_unknown``.
    """
    kept: dict[str, Entry] = {}
    redacted: dict[str, int] = {}
    for one in ledger.read(connection, 0, ledger.size(connection), {PERSONAL, REDACT}):
        commitment = str(one.body["commitment"])
        if one.type == PERSONAL:
            kept[commitment] = one
        elif _lawful(one, kept.get(commitment)) and commitment not in redacted:
            redacted[commitment] = one.index
        else:
            yield Finding("evidence.redact_unknown", {"entry": one.index}, {"commitment": commitment})
    there = {table.name: _places(connection, table.name) for table in (erasable, erasable_key)}
    for commitment, one in kept.items():
        halves = [name for name, rows in there.items() if commitment in rows]
        where: dict[str, str | int] = {"entry": one.index}
        if commitment in redacted:
            if halves:
                said: dict[str, str | int] = {"redact": redacted[commitment], "tables": ", ".join(halves)}
                yield Finding("evidence.personal_still_stored", where, said)
        elif len(halves) < len(there):
            yield Finding("evidence.personal_missing", where, {"commitment": commitment})
        else:
            yield from _compared(connection, commitment)
    for name, rows in there.items():
        for commitment, place in rows.items():
            entry = kept.get(commitment)
            if entry is None or place != (
                entry.org,
                entry.body["person"],
                *([entry.index] * (name == "erasable")),
            ):
                yield Finding("evidence.personal_stray", {"table": name}, {"commitment": commitment})


def _lawful(redact: Entry, kept: Entry | None) -> bool:
    body: Mapping[str, Any] = redact.body
    return kept is not None and (body["entry"], redact.org) == (kept.index, kept.org)


def _places(connection: Connection, name: str) -> dict[str, tuple[object, ...]]:
    table = erasable if name == "erasable" else erasable_key
    columns = [table.c.commitment, table.c.org_id, table.c.person]
    rows = connection.execute(select(*columns, *([table.c.entry] if table is erasable else [])))
    return {row[0]: tuple(row[1:]) for row in rows}


def _compared(connection: Connection, commitment: str) -> Iterator[Finding]:
    try:
        open_(connection, commitment)
    except FindingError as problem:
        yield from problem.findings
