"""Anchors: once a day a signed head goes to a notary or judicial platform (公证、司法存证), and its reply is kept.

Who that is and how it is spoken with is the operator's: a program that is given the head and prints the reply
(``docs/reference/anchor.md``), or a person who carries both as files. The reply is kept byte for byte as a document,
and an entry of type ``anchor`` says of which head. What the reply is worth is for its issuer to say; it is not judged.
"""

import logging
import subprocess
import threading
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from tansuo.database.connect import SYSTEM, TROUBLES, Database, transaction
from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.clock import Clock
from tansuo.evidence.document import put_blob
from tansuo.evidence.entry import PUBLIC, Actor, Draft, Entry
from tansuo.evidence.tables import anchor_attempt
from tansuo.quantity.finding import Finding, FindingError

log = logging.getLogger("tansuo.anchoring")

ANCHOR = "anchor"
FILE = "anchors.toml"
FORM = "tansuo.anchor/1"
DAY_MS = 86_400_000
RETRY_MS = 1_800_000
LOOK_SECONDS = 60.0
TIMEOUT = 120.0
LARGEST = 1_000_000
_ACTOR = Actor("anchoring", "service")


@dataclass(frozen=True, slots=True)
class Party:
    """Who anchors: its name in the settings, its title for people, the program that speaks with it ([] = by file)."""

    name: str
    title: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a party has anchored: the last entry about it; when the last attempt was, and what went wrong."""

    party: Party
    last: Entry | None
    tried_ms: int | None
    problem: str

    @property
    def size(self) -> int | None:
        """The log size it anchored last."""
        return None if self.last is None else int(str(self.last.body["size"]))


class AnchorError(Exception):
    """An attempt that brought no reply; the message says why."""


def parties_of(home: Path) -> list[Party]:
    """The parties an operator has named; none where there is no file. FindingError ``evidence.anchors_unreadable``."""
    file = home / FILE
    if not file.exists():
        return []
    try:
        named = tomllib.loads(file.read_text(encoding="utf-8"))
        return [_party(name, one) for name, one in named.items()]
    except (OSError, ValueError) as problem:
        raise FindingError(
            Finding("evidence.anchors_unreadable", {"file": str(file)}, {"what": str(problem)})
        ) from problem


def _party(name: str, said: object) -> Party:
    if not isinstance(said, dict) or not isinstance(said.get("title", name), str):
        raise ValueError(f"[{name}] has a title, a text")
    command = said.get("command", [])
    if not isinstance(command, list) or not all(isinstance(one, str) and one for one in command):
        raise ValueError(f"[{name}] command is a list of texts")
    return Party(name, said.get("title", name), tuple(command))


def standings(connection: Connection, parties: Sequence[Party]) -> list[Standing]:
    """How far each party has anchored, in the order of the settings."""
    last = ledger.newest(connection, [_subject(one.name) for one in parties])
    rows = {row.name: row for row in connection.execute(select(anchor_attempt))}
    found = []
    for one in parties:
        row = rows.get(one.name)
        found.append(
            Standing(
                one, last.get(_subject(one.name)), row.tried if row else None, row.problem if row else ""
            )
        )
    return found


def due(one: Standing, now_ms: int) -> bool:
    """Whether a party with a program is to be asked now: a day after its last anchor, half an hour after a failure."""
    if not one.party.command:
        return False
    if one.problem and one.tried_ms is not None:
        return now_ms - one.tried_ms >= RETRY_MS
    return one.last is None or now_ms - one.last.recorded_ms >= DAY_MS


def keep(connection: Connection, party: Party, head: Issued, reply: bytes, clock: Clock, way: str) -> Entry:
    """Keep a reply about ``head``: the document, and the entry that says so. ``way``: command or file.

    FindingError ``evidence.anchor_reply`` for an empty or too long one.
    """
    if not 0 < len(reply) <= LARGEST:
        params = {"bytes": len(reply), "largest": LARGEST}
        raise FindingError(Finding("evidence.anchor_reply", {}, params))
    body: dict[str, object] = {
        "form": FORM,
        "party": party.name,
        "title": party.title,
        "origin": head.checkpoint.origin,
        "size": head.size,
        "root": head.checkpoint.root.hex(),
        "note_sha256": sha256(head.note.encode()).hexdigest(),
        "blob": put_blob(connection, reply, PUBLIC),
        "bytes": len(reply),
        "way": way,
    }
    (entry,) = ledger.append(connection, [Draft(ANCHOR, _subject(party.name), body, by=_ACTOR)], clock)
    _note(connection, party, clock, "")
    return entry


def accept(connection: Connection, party: Party, note: str, reply: bytes, clock: Clock) -> Entry:
    """Keep a reply that came as a file. ``note``: the head it is about, as it was exported.

    FindingError ``evidence.anchor_head`` where that is none of our heads.
    """
    size = note.split("\n")[1] if note.count("\n") > 1 else ""
    head = checkpoint.at_size(connection, int(size)) if size.isascii() and size.isdigit() else None
    if head is None or head.note != note:
        raise FindingError(Finding("evidence.anchor_head"))
    return keep(connection, party, head, reply, clock, "file")


def ask(party: Party, note: str, timeout: float = TIMEOUT) -> bytes:
    """What the party's program prints when it is given the head; AnchorError where it fails or says nothing."""
    try:
        done = subprocess.run(
            party.command, input=note.encode(), capture_output=True, check=False, timeout=timeout
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise AnchorError(str(problem)) from problem
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise AnchorError((said or [f"exit code {done.returncode}"])[-1][:300])
    if not done.stdout:
        raise AnchorError("it printed no reply")
    return done.stdout


def anchor(database: Database, party: Party, clock: Clock, timeout: float = TIMEOUT) -> Entry | None:
    """Have the newest head anchored by a party now; None where that fails, which is noted, or nothing is signed."""
    with transaction(database, SYSTEM) as connection:
        head = checkpoint.latest(connection)
    if head is None:
        return None
    try:
        reply = ask(party, head.note, timeout)
        with transaction(database, SYSTEM) as connection:
            return keep(connection, party, head, reply, clock, "command")
    except (AnchorError, FindingError) as problem:
        with transaction(database, SYSTEM) as connection:
            _note(connection, party, clock, str(problem))
        log.error("%s: not anchored: %s", party.name, problem)
        return None


def collect(database: Database, home: Path, clock: Clock) -> list[Entry]:
    """Ask every party that is due; returns what was kept."""
    with transaction(database, SYSTEM) as connection:
        waiting = [one.party for one in standings(connection, parties_of(home)) if due(one, clock.now_ms())]
    return [entry for party in waiting if (entry := anchor(database, party, clock)) is not None]


def run(database: Database, home: Path, stop: threading.Event, clock: Clock) -> None:
    """Look every minute whether a party is due, until ``stop`` is set. The settings are read each time."""
    told = ""
    while not stop.wait(LOOK_SECONDS):
        try:
            collect(database, home, clock)
            now = ""
        except (FindingError, *TROUBLES) as problem:
            now = str(problem)
        if now and now != told:
            log.error("anchors: %s", now)
        told = now


def _subject(name: str) -> str:
    return f"anchor/{name}"


def _note(connection: Connection, party: Party, clock: Clock, problem: str) -> None:
    row = {"name": party.name, "tried": clock.now_ms(), "problem": problem}
    statement = insert(anchor_attempt).values(row)
    changed = {"tried": statement.excluded.tried, "problem": statement.excluded.problem}
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed))
