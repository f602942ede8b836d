"""The full check of a ledger: every promise it makes, recomputed from what is stored.

Contiguous indexes, canonical bytes, leaf hashes, subtrees, signed heads, time that never runs back, lawful
replacements, blobs that are their own names; and what other packages add (batch roots, projections).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, func, select, tuple_

from tansuo.evidence import checkpoint
from tansuo.evidence.check_entries import EntryCheck, Walk, log_top
from tansuo.evidence.check_second import SecondReport, check_second
from tansuo.evidence.checkpoint import Checkpoint, Issued
from tansuo.evidence.key_chain import LogKey, read_chain
from tansuo.evidence.note import NoteError, VerifierKey, open_note
from tansuo.evidence.tables import blob, projection_state
from tansuo.quantity.finding import Finding, FindingError

FurtherCheck = Callable[[Connection], Iterable[Finding]]
Progress = Callable[[str, int, int], None]
"""Told (what is being checked, how many are done, how many there are)."""

_BLOBS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was checked and what was found. ``root`` is the head recomputed over all entries, None if an
    entry is gone; ``signed`` the largest size with a head; ``keys_given`` False where the log's keys were
    taken from the log itself; ``second`` what was checked of the second tree, None in a log of one."""

    origin: str
    size: int
    root: bytes | None
    nodes: int
    checkpoints: int
    signed: int
    blobs: int
    keys_given: bool
    findings: tuple[Finding, ...]
    second: SecondReport | None = None

    @property
    def sound(self) -> bool:
        """True if nothing was found."""
        return not self.findings

    def as_json(self) -> dict[str, object]:
        """The report as JSON data."""
        return {
            "sound": self.sound,
            "origin": self.origin,
            "size": self.size,
            "root": None if self.root is None else self.root.hex(),
            "nodes": self.nodes,
            "checkpoints": self.checkpoints,
            "signed": self.signed,
            "blobs": self.blobs,
            "second": None if self.second is None else self.second.as_json(),
            "keys": "given" if self.keys_given else "from the log itself",
            "findings": [one.as_json() for one in self.findings],
        }


def check(
    connection: Connection,
    *,
    keys: Sequence[VerifierKey] | None = None,
    hooks: Mapping[str, EntryCheck] | None = None,
    further: Sequence[FurtherCheck] = (),
    progress: Progress | None = None,
) -> CheckReport:
    """Check everything; needs access to all organisations, and sees one state in REPEATABLE READ.

    ``keys`` are the log's public keys as known from outside; without them those that the log announces are
    used, which finds damage but not an operator who signs with a key of his own. ``hooks`` check the entries
    of one type, ``further`` what belongs to no entry.
    """
    tell = progress or _silent
    # Heads are read before the size: a head that comes in meanwhile is then not taken for one beyond the log.
    heads = list(checkpoint.every(connection))
    top = log_top(connection)
    walk = Walk(connection, hooks or {}, frozenset({top, *(one.size for one in heads)}))
    walk.run(top, lambda done: tell("entries", done, top))
    findings = walk.findings
    origin = "" if walk.genesis is None else str(walk.genesis.body.get("origin", ""))
    if top == 0:
        findings.append(Finding("evidence.ledger_not_open"))
    chain = read_chain(origin, walk.keys)
    findings += chain.findings
    known = [one.key for one in chain.keys] if keys is None else chain.known_to(keys)
    for done, one in enumerate(heads, 1):
        findings += _head(one, origin, top, (known, chain.newest(one.size)), walk.roots)
        tell("checkpoints", done, len(heads))
    lawful = {one.entry for one in chain.keys}
    own = [one for one in walk.keys if one.index in lawful]
    other = check_second(
        connection, walk.genesis, own, known, lambda done, whole: tell("second", done, whole)
    )
    findings += () if other is None else other.findings
    blobs = _blobs(connection, findings, tell)
    findings += _projections_ahead(connection, top)
    for another in further:
        findings += _carried_out(connection, another)
    return CheckReport(
        origin=origin,
        size=top,
        root=walk.roots.get(top),
        nodes=walk.nodes,
        checkpoints=len(heads),
        signed=heads[-1].size if heads else 0,
        blobs=blobs,
        keys_given=keys is not None,
        findings=tuple(findings),
        second=other,
    )


def _carried_out(connection: Connection, another: FurtherCheck) -> list[Finding]:
    """The findings of a further check; on a damaged log it may itself break down, and that is one too."""
    try:
        with connection.begin_nested():
            return list(another(connection))
    except FindingError as problem:
        return list(problem.findings)
    except Exception as problem:
        return [Finding("evidence.check_failed", {}, {"what": f"{type(problem).__name__}: {problem}"[:300]})]


def _head(
    one: Issued,
    origin: str,
    top: int,
    keys: tuple[Sequence[VerifierKey], LogKey | None],
    roots: Mapping[int, bytes],
) -> list[Finding]:
    """What is wrong with a head. ``keys``: those known, and the newest that the log had announced at its size."""
    where = {"checkpoint": one.size}
    known, newest = keys
    try:
        opened = open_note(one.note, known)
        head = Checkpoint.parse(opened.text)
    except NoteError as problem:
        return [Finding("evidence.checkpoint_unsigned", where, {"what": str(problem)})]
    found: list[Finding] = []
    if newest is not None and newest.key in known and newest.key not in opened.signed_by:
        params: dict[str, str | int] = {"entry": newest.entry, "key": str(newest.key)}
        found.append(Finding("evidence.checkpoint_old_key", where, params))
    if head.origin != origin:
        found.append(Finding("evidence.checkpoint_origin", where, {"ours": origin, "stated": head.origin}))
    if head.size != one.size:
        found.append(Finding("evidence.checkpoint_size", where, {"stated": head.size}))
    elif head.size > top:
        found.append(Finding("evidence.checkpoint_beyond", where, {"size": top}))
    elif head.size in roots and roots[head.size] != head.root:
        found.append(Finding("evidence.checkpoint_root", where, {"stated": head.root.hex()}))
    return found


def _blobs(connection: Connection, findings: list[Finding], tell: Progress) -> int:
    whole = int(connection.execute(select(func.count()).select_from(blob)).scalar_one())
    done, last = 0, ("", "")
    while True:
        page = connection.execute(
            select(blob)
            .where(tuple_(blob.c.sha256, blob.c.org_id) > last)
            .order_by(blob.c.sha256, blob.c.org_id)
            .limit(_BLOBS_AT_ONCE)
        ).all()
        if not page:
            return done
        for name, org, size, data in page:
            last = (name, org)
            where = {"blob": name}
            if sha256(data).hexdigest() != name:
                findings.append(Finding("evidence.blob_hash", where, {"org": org}))
            if len(data) != size:
                findings.append(Finding("evidence.blob_size", where, {"stored": size, "is": len(data)}))
        done += len(page)
        tell("blobs", done, whole)


def _projections_ahead(connection: Connection, top: int) -> list[Finding]:
    rows = connection.execute(select(projection_state.c.name, projection_state.c.applied))
    return [
        Finding(
            "evidence.projection_ahead",
            {"table": "projection_state"},
            {"name": name, "applied": applied, "size": top},
        )
        for name, applied in rows
        if applied > top
    ]


def _silent(_what: str, _done: int, _whole: int) -> None:
    """No progress is shown."""
