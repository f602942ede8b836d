"""Staged files: a file comes in parts, in any order and as often as needed, and waits until it is received.

    uploading ─▶ uploaded ─▶ mapped ─▶ checking ─▶ checked ─▶ committing ─▶ committed
                               ▲          └──────▶ refused ◀──────┘
                               └── another map ───────┘

Any file that was not received may be kept as a document with its findings (kept), or discarded: its row goes.
A row says everything, so that a browser that was closed goes on where it stood.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal, get_args

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql

from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Actor
from tansuo.monitoring.tables_import import staged_file, staged_finding, staged_part
from tansuo.quantity.finding import Finding, FindingError
from tansuo.registry.hold import refuse_if_held

State = Literal[
    "uploading", "uploaded", "mapped", "checking", "checked", "refused", "committing", "committed", "kept"
]
STATES: tuple[State, ...] = get_args(State)
MAPPABLE: frozenset[State] = frozenset({"uploaded", "mapped", "checked", "refused"})
SEALED = "含个人信息的文件 (personal data)"
"""The name in place of a file's own where that is sealed with the file."""
AT_WORK: frozenset[State] = frozenset({"checking", "committing"})

PART_BYTES = 2 * 1024 * 1024
MEBIBYTE = 1024 * 1024
DEFAULT_LIMIT = 200 * MEBIBYTE
LONGEST_NAME = 200
OPEN_AT_ONCE = 20
"""How many unfinished files an organisation may have waiting."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged file as it stands; ``map`` is the TOML it is to be read with, None before there is one."""

    id: str
    org: str
    name: str
    size: int
    sha256: str
    part_bytes: int
    state: State
    by: Actor
    created: datetime
    changed: datetime
    seen: Mapping[str, Any] | None
    plan: Mapping[str, Any] | None
    map_name: str | None
    map: bytes | None
    attempts: int
    done: int
    of: int
    what: str
    judged: Mapping[str, Any] | None
    reason: str | None
    outcome: Mapping[str, Any] | None
    problem: Sequence[Mapping[str, Any]] | None

    @property
    def parts(self) -> int:
        """How many parts the whole file has."""
        return -(-self.size // self.part_bytes)

    def length_of(self, part: int) -> int:
        """How many bytes part ``part`` (from 1) must have."""
        return min(self.part_bytes, self.size - (part - 1) * self.part_bytes)


def begin(
    connection: Connection,
    org: str,
    name: str,
    size: int,
    digest: str,
    by: Actor,
    clock: Clock,
    *,
    limit: int = DEFAULT_LIMIT,
) -> Staged:
    """A place for a file of ``size`` bytes with SHA-256 ``digest``; one that is on its way already is taken up.

    FindingError ``monitoring.import_empty``, ``monitoring.import_too_large``, ``monitoring.import_too_many``.
    """
    named = clean_name(name)
    where = {"file": named}
    if size == 0:
        raise FindingError(Finding("monitoring.import_empty", where))
    if size > limit:
        params: dict[str, str | int] = {"size": -(-size // MEBIBYTE), "limit": limit // MEBIBYTE}
        raise FindingError(Finding("monitoring.import_too_large", where, params))
    own = (staged_file.c.org_id == org) & staged_file.c.state.not_in(("committed", "kept"))
    same = own & (staged_file.c.sha256 == digest) & (staged_file.c.name == named)
    known = connection.execute(select(staged_file).where(same, staged_file.c.size == size)).mappings().first()
    if known is not None:
        return _staged(known)
    open_ = connection.execute(select(func.count()).select_from(staged_file).where(own)).scalar_one()
    if open_ >= OPEN_AT_ONCE:
        raise FindingError(Finding("monitoring.import_too_many", where, {"count": int(open_)}))
    now = _now(clock)
    row = {
        "id": secrets.token_urlsafe(9).replace("-", "a").replace("_", "b"), "org_id": org, "name": named,
        "size": size, "sha256": digest, "part_bytes": PART_BYTES, "state": "uploading", "by_id": by.id,
        "by_role": by.role, "by_session": by.session or "", "created": now, "changed": now, "attempts": 0,
        "done": 0, "of": 0, "what": "",
    }  # fmt: skip
    return _staged(
        connection.execute(insert(staged_file).values(row).returning(staged_file)).mappings().one()
    )


def clean_name(name: str) -> str:
    """A file's name without its folders, control characters and blanks at the ends, not too long."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(one for one in last if one.isprintable()).strip()
    return kept[-LONGEST_NAME:] or "file"


def get(connection: Connection, name: str, org: str, *, hold: bool = False) -> Staged | None:
    """A staged file of ``org``; ``hold`` keeps others from changing it until the transaction ends."""
    query = select(staged_file).where(staged_file.c.id == name, staged_file.c.org_id == org)
    row = connection.execute(query.with_for_update() if hold else query).mappings().first()
    return None if row is None else _staged(row)


def find(connection: Connection, org: str, limit: int = 200) -> list[Staged]:
    """The staged files of ``org``, newest first."""
    query = select(staged_file).where(staged_file.c.org_id == org)
    query = query.order_by(staged_file.c.created.desc(), staged_file.c.id).limit(limit)
    return [_staged(row) for row in connection.execute(query).mappings()]


def have(connection: Connection, one: Staged) -> list[int]:
    """The numbers of the parts that have come, in order."""
    query = select(staged_part.c.number).where(staged_part.c.file == one.id).order_by(staged_part.c.number)
    return [int(number) for number in connection.execute(query).scalars()]


def put(connection: Connection, one: Staged, number: int, data: bytes) -> None:
    """Keep a part; the same part again replaces itself.

    FindingError ``monitoring.import_part`` for a part that the file has not or that is not of its length,
    ``monitoring.import_state`` when the file is whole already.
    """
    need(one, {"uploading"})
    if not 1 <= number <= one.parts or len(data) != one.length_of(number):
        wanted = one.length_of(number) if 1 <= number <= one.parts else 0
        params: dict[str, str | int] = {
            "part": number,
            "parts": one.parts,
            "bytes": len(data),
            "wanted": wanted,
        }
        raise FindingError(Finding("monitoring.import_part", {"file": one.name}, params))
    row = {"file": one.id, "number": number, "data": data, "org_id": one.org}
    statement = postgresql.insert(staged_part).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=[staged_part.c.file, staged_part.c.number], set_={"data": statement.excluded.data}
    )
    connection.execute(statement)


def complete(connection: Connection, one: Staged, clock: Clock) -> Staged:
    """The file is whole, if its parts give the SHA-256 that was announced.

    Where they do not, every part is thrown away, so that all are sent again, and the file stays "uploading".
    FindingError ``monitoring.import_incomplete`` while parts are lacking.
    """
    if one.state != "uploading":
        return one
    lacking = one.parts - len(have(connection, one))
    if lacking:
        params: dict[str, str | int] = {"lacking": lacking, "parts": one.parts}
        raise FindingError(Finding("monitoring.import_incomplete", {"file": one.name}, params))
    if digest_of(connection, one) != one.sha256:
        forget_parts(connection, one)
        return change(connection, one, clock)
    return change(connection, one, clock, state="uploaded")


def digest_of(connection: Connection, one: Staged) -> str:
    """The SHA-256 of the parts that have come, in order, read one at a time."""
    running = sha256()
    for number in have(connection, one):
        running.update(_part(connection, one, number))
    return running.hexdigest()


def forget_parts(connection: Connection, one: Staged) -> None:
    """Throw the uploaded bytes away: they were not what was announced, or are a blob of the ledger now."""
    connection.execute(delete(staged_part).where(staged_part.c.file == one.id))


def forget_content(
    connection: Connection, one: Staged, clock: Clock, outcome: Mapping[str, object]
) -> Staged:
    """The row of a file that was kept sealed: nothing of its name, hash or content stays in it."""
    forget_parts(connection, one)
    connection.execute(delete(staged_finding).where(staged_finding.c.file == one.id))
    blank = dict.fromkeys(("seen", "plan", "map_name", "map", "judged", "reason", "problem"))
    return change(
        connection,
        one,
        clock,
        state="kept",
        name=SEALED,
        sha256=str(outcome["sha256"]),
        outcome=outcome,
        **blank,
    )


def data_of(connection: Connection, one: Staged) -> bytes:
    """The whole file."""
    return b"".join(_part(connection, one, number) for number in have(connection, one))


def _part(connection: Connection, one: Staged, number: int) -> bytes:
    query = select(staged_part.c.data).where(staged_part.c.file == one.id, staged_part.c.number == number)
    return bytes(connection.execute(query).scalar_one())


def change(connection: Connection, one: Staged, clock: Clock, **values: object) -> Staged:
    """The file with other values in its row."""
    statement = update(staged_file).where(staged_file.c.id == one.id)
    statement = statement.values(changed=_now(clock), **values)
    return _staged(connection.execute(statement.returning(staged_file)).mappings().one())


def discard(connection: Connection, one: Staged) -> None:
    """Forget a file that was not received, with its parts and findings.

    FindingError ``registry.held`` where a hold stands over the organisation's data.
    """
    if one.state in ("committing", "committed", "kept"):
        need(one, MAPPABLE | {"uploading", "checking"})
    refuse_if_held(connection, one.org, one.name)
    connection.execute(delete(staged_file).where(staged_file.c.id == one.id))


def need(one: Staged, states: frozenset[State] | set[State]) -> None:
    """FindingError ``monitoring.import_state`` unless the file is in one of ``states``."""
    if one.state not in states:
        params = {"state": one.state, "wanted": ", ".join(sorted(states))}
        raise FindingError(Finding("monitoring.import_state", {"file": one.name}, params))


def earlier_maps(connection: Connection, org: str, limit: int = 20) -> list[Staged]:
    """Received files of ``org`` with a map, the newest of each map first."""
    table = staged_file
    query = select(table).where(table.c.org_id == org, table.c.state == "committed", table.c.map.is_not(None))
    found: dict[bytes, Staged] = {}
    for row in connection.execute(query.order_by(table.c.changed.desc()).limit(200)).mappings():
        one = _staged(row)
        found.setdefault(one.map or b"", one)
    return list(found.values())[:limit]


def clear_findings(connection: Connection, one: Staged) -> None:
    """Forget what an earlier check found."""
    connection.execute(delete(staged_finding).where(staged_finding.c.file == one.id))


def _now(clock: Clock) -> datetime:
    return datetime.fromtimestamp(clock.now_ms() / 1000, UTC)


def _staged(row: RowMapping) -> Staged:
    values = dict(row)
    by = Actor(values.pop("by_id"), values.pop("by_role"), values.pop("by_session"))
    map_ = values.pop("map")
    org = values.pop("org_id")
    return Staged(**values, org=org, by=by, map=None if map_ is None else bytes(map_))
