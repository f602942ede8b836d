"""The signer: the only one who issues heads of the log, from its own memory of the last one.

It has its own key, its own folder and its own file of the last head, which is on disk before a signature
leaves. It reads entries and recomputes their hashes itself, compares them with what the writer stored, and
signs only a head that continues its own. So a flipped bit, a restored backup and a rewritten history end
in a refusal, never in a second head.
"""

import base64
import fcntl
import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from tansuo.database.connect import SYSTEM, TROUBLES, Database, transaction, trouble
from tansuo.evidence import canonical, checkpoint, ledger, second_head
from tansuo.evidence.checkpoint import Checkpoint
from tansuo.evidence.clock import Clock, SystemClock
from tansuo.evidence.durable import replace_file
from tansuo.evidence.entry import Actor, Draft
from tansuo.evidence.key_chain import BOTH_MS, announced
from tansuo.evidence.key_change import KEY, held_keys
from tansuo.evidence.keyfile import FileSigner as FileSigner
from tansuo.evidence.note import Signer as Signer
from tansuo.evidence.note import sign, verifier_key
from tansuo.evidence.proof import ProofError, make_consistency, verify_consistency
from tansuo.evidence.second_head import Second
from tansuo.evidence.sm2 import Device, Sm2Signer, device_of
from tansuo.evidence.tables import checkpoint as issued
from tansuo.evidence.tables import entry, leaf, tree_node
from tansuo.evidence.tree import Frontier, TreeError, leaf_hash
from tansuo.quantity.finding import Finding, FindingError

log = logging.getLogger("tansuo.signer")

_PAGE = 1000
_ACTOR = Actor("signer", "service")
_SPARE_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Memory:
    """The last head the signer let out: enough to continue it, and to issue the same note again."""

    origin: str
    size: int
    peaks: tuple[bytes, ...]
    note: str
    second: Second | None = None

    @property
    def root(self) -> bytes:
        """The root of that head."""
        return Frontier(self.size, self.peaks).root()

    def to_bytes(self) -> bytes:
        """As kept on disk."""
        peaks = [base64.b64encode(peak).decode() for peak in self.peaks]
        fields: dict[str, object] = {
            "origin": self.origin, "size": self.size, "peaks": peaks, "note": self.note,
        }  # fmt: skip
        if self.second is not None:
            edge = [base64.b64encode(peak).decode() for peak in self.second.peaks]
            fields["second"] = {"peaks": edge, "note": self.second.note}
        return canonical.encode(fields)

    @classmethod
    def from_bytes(cls, data: bytes, file: Path) -> "Memory":
        """Read it back; FindingError ``evidence.signer_memory_unreadable`` for a damaged file."""
        try:
            fields = canonical.decode(data)
            if not isinstance(fields, dict):
                raise ValueError("not an object")
            peaks = tuple(base64.b64decode(peak, validate=True) for peak in fields["peaks"])
            second = fields.get("second")
            if second is not None:
                edge = tuple(base64.b64decode(peak, validate=True) for peak in second["peaks"])
                second = Second(edge, second["note"])
            memory = cls(fields["origin"], fields["size"], peaks, fields["note"], second)
            if memory.size and Checkpoint.parse(memory.note.rpartition("\n\n")[0] + "\n") != Checkpoint(
                memory.origin, memory.size, memory.root
            ):
                raise ValueError("note and peaks differ")
        except (ValueError, KeyError, TypeError, TreeError) as problem:
            raise FindingError(
                Finding("evidence.signer_memory_unreadable", {"file": str(file)}, {"what": str(problem)})
            ) from problem
        return memory


class SigningService:
    """Issues checkpoints for one log, from one folder, as the only process that does.

    Usable as a context manager. ``signer`` takes the place of the key file (a hardware module, say), ``device`` that
    of the SM2 device that ``signer.toml`` beside the folder names, for a log of both suites. FindingError
    ``evidence.signer_running`` when another process holds the folder.
    """

    def __init__(
        self,
        database: Database,
        directory: Path,
        clock: Clock | None = None,
        signer: Signer | None = None,
        device: Device | None = None,
    ) -> None:
        self.database = database
        self.directory = directory
        self.clock: Clock = clock or SystemClock()
        self._signer = signer
        self._device = device
        self._sm2: Sm2Signer | None = None
        self._told: list[Finding] = []
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise FindingError(Finding("evidence.signer_running", {"file": str(directory)})) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let another process have the folder."""
        os.close(self._lock)

    def step(self) -> Checkpoint | None:
        """Sign the present head if the log has grown; returns it, or None where there is nothing new.

        FindingError, with nothing signed: ``evidence.signer_rollback`` (the log is shorter than the last
        head), ``evidence.signer_inconsistent`` (it does not continue the last head, or a stored hash is not
        that of its entry), ``evidence.second_head`` (somebody issued another), ``evidence.signer_stranger``,
        ``evidence.signer_memory_lost``, ``evidence.signer_key_lost``, ``evidence.signer_memory_unreadable``;
        of the second
        tree of a log of both suites ``evidence.second_damaged``, ``evidence.sm2_not_configured``,
        ``evidence.sm2_device``.
        """
        with transaction(self.database, SYSTEM) as connection:
            if not ledger.size(connection):
                return None
            memory, held = self._recall(connection)
            if not memory.size:
                self._announce(connection, held[0])
        if len(held) > 1:
            self._announce_next(memory, held[0], held[1])
        with transaction(self.database, SYSTEM) as connection:
            self._publish(connection, memory)
            size = ledger.size(connection)
            frontier = self._continue(connection, memory, size)
            if size == memory.size:
                return None
            if not self._are_announced(connection, held):
                raise self._stranger(connection, held[-1])
            head = Checkpoint(memory.origin, size, frontier.root())
            others = [] if self._sm2 is None else [self._sm2]
            note = sign(head.text, *held, *others)
            second = self._second(connection, memory, size, held)
            memory = Memory(memory.origin, size, tuple(frontier.peaks), note, second)
            # From here on this head is ours, whatever happens to the rest: memory first, then the world.
            replace_file(self._memory_file, memory.to_bytes())
            self._publish(connection, memory)
            return head

    @property
    def _memory_file(self) -> Path:
        return self.directory / "head.json"

    @property
    def _key_file(self) -> Path:
        return self.directory / KEY

    def _recall(self, connection: Connection) -> tuple[Memory, list[Signer]]:
        """The last head and the key, with the next one behind it while there is one; memory and key are made the first
        time, and never again if one is lost. Key files are read each time: a change of the key is a change of them."""
        origin = ledger.origin(connection)
        has_key = self._signer is not None or self._key_file.exists()
        if self._memory_file.exists():
            memory = Memory.from_bytes(self._memory_file.read_bytes(), self._memory_file)
        elif self._key_file.exists():
            raise FindingError(Finding("evidence.signer_memory_lost", {"file": str(self._memory_file)}))
        else:
            memory = Memory(origin, 0, (), "")
            replace_file(self._memory_file, memory.to_bytes())
        if memory.origin != origin:
            params = {"ours": memory.origin, "there": origin}
            raise FindingError(Finding("evidence.signer_other_log", {"file": str(self._memory_file)}, params))
        if memory.size and not has_key:
            raise FindingError(Finding("evidence.signer_key_lost", {"file": str(self._key_file)}))
        if self._signer is not None:
            held = [self._signer]
        elif has_key:
            held = [*held_keys(self.directory)]
        else:
            held = [FileSigner.create(self._key_file, origin)]
        if ledger.suite(connection) == ledger.BOTH and self._sm2 is None:
            device = device_of(self.directory.parent) if self._device is None else self._device
            self._sm2 = Sm2Signer(origin, device)
        return memory, held

    def _second(
        self, connection: Connection, memory: Memory, size: int, held: Sequence[Signer]
    ) -> Second | None:
        """The next head of the second tree, of a log that has one."""
        if self._sm2 is None:
            return None
        known = memory.second or Second()
        edge = second_head.grow(connection, memory.size if memory.second else 0, known.peaks, size)
        text = second_head.head(memory.origin, size, edge.root()).text
        return Second(tuple(edge.peaks), sign(text, self._sm2, *held))

    def _announce(self, connection: Connection, signer: Signer) -> None:
        """State the key in the log before its first signature; refuse to be a second key unasked."""
        if self._are_announced(connection, [signer]):
            return
        if checkpoint.log_keys(connection):
            raise self._stranger(connection, signer)
        body = {"algorithm": "ed25519", "key": str(verifier_key(signer)), "purpose": "log"}
        if self._sm2 is not None:
            body |= {"sm2": str(verifier_key(self._sm2)), "sm2_device": self._sm2.device.info()}
        subject = checkpoint.key_subject(connection)
        ledger.append(connection, [Draft(checkpoint.KEY, subject, body, by=_ACTOR)], self.clock)

    def _announce_next(self, memory: Memory, old: Signer, following: Signer) -> None:
        """Name the next key in the log, signed by the present one; only where this folder could sign a head now.

        It is committed before a head covers it: a signer that dies in between finds it there.
        """
        key = verifier_key(following)
        with transaction(self.database, SYSTEM) as connection:
            chain = checkpoint.key_chain(connection)
            newest = chain.newest()
            if not memory.size or newest is None or newest.key != verifier_key(old):
                return
            ledger.hold(connection)
            self._publish(connection, memory)
            index = ledger.size(connection)
            self._continue(connection, memory, index)
            last = ledger.get(connection, index - 1)
            now = max(self.clock.now_ms(), 0 if last is None else last.recorded_ms)
            body = announced(memory.origin, index, old, key, now + BOTH_MS + _SPARE_MS)
            subject = checkpoint.key_subject(connection)
            ledger.append(connection, [Draft(checkpoint.KEY, subject, body, by=_ACTOR)], self.clock)

    def _are_announced(self, connection: Connection, held: Sequence[Signer]) -> bool:
        """Whether the log has announced every key of this folder, the last of them as its newest."""
        known = self._sm2 is None or verifier_key(self._sm2) in second_head.keys(connection)
        chain = checkpoint.key_chain(connection)
        for one in chain.findings:
            if one not in self._told:
                self._told.append(one)
                log.error("a key that is not one of the log's: %s", one)
        keys = [one.key for one in chain.keys]
        own = [verifier_key(one) for one in held]
        return known and keys[-1:] == own[-1:] and set(own) <= set(keys)

    def _stranger(self, connection: Connection, signer: Signer) -> FindingError:
        known = ", ".join(map(str, checkpoint.log_keys(connection)))
        params = {"ours": str(verifier_key(signer)), "known": known}
        return FindingError(Finding("evidence.signer_stranger", {"file": str(self.directory)}, params))

    def _continue(self, connection: Connection, memory: Memory, size: int) -> Frontier:
        """The right edge at ``size``, recomputed from entries and found equal to what is stored."""
        if size < memory.size:
            short = {"size": size, "signed": memory.size}
            raise FindingError(Finding("evidence.signer_rollback", {}, short))
        frontier = Frontier(memory.size, memory.peaks)
        nodes: list[tuple[int, int, bytes]] = []
        while frontier.size < size:
            nodes += _add_page(connection, frontier, size)
        _compare_nodes(connection, nodes)
        read = ledger.stored_nodes(connection)
        try:
            if memory.size:
                proof = make_consistency(read, memory.size, size)
                verify_consistency(memory.size, size, proof, memory.root, frontier.root())
            if ledger.root_at(connection, size) != frontier.root():
                raise ProofError("the stored hashes give another head")
            if memory.size and ledger.root_at(connection, memory.size) != memory.root:
                raise ProofError("the stored hashes give another head at the old size")
        except (ProofError, TreeError) as problem:
            params: dict[str, str | int] = {"signed": memory.size, "size": size, "what": str(problem)}
            raise FindingError(Finding("evidence.signer_inconsistent", {}, params)) from problem
        return frontier

    def _publish(self, connection: Connection, memory: Memory) -> None:
        """Make the last head known to readers, again if need be; refuse if another is known."""
        if memory.size:
            row = {"size": memory.size, "note": memory.note, "created": self.clock.now_ms()}
            connection.execute(insert(issued).values(row).on_conflict_do_nothing())
            if memory.second is not None:
                second_head.publish(connection, memory.size, memory.second.note, self.clock.now_ms())
        newest = checkpoint.latest(connection)
        there = checkpoint.at_size(connection, memory.size)
        if (newest is not None and newest.size > memory.size) or (
            there is not None and there.note != memory.note
        ):
            params = {"signed": memory.size, "there": newest.size if newest else memory.size}
            raise FindingError(Finding("evidence.second_head", {}, params))


def _add_page(connection: Connection, frontier: Frontier, size: int) -> list[tuple[int, int, bytes]]:
    """Add the next entries to the frontier; FindingError where a hash or an entry is not right."""
    start = frontier.size
    rows = connection.execute(
        select(leaf.c.index, leaf.c.hash, entry.c.leaf_hash, entry.c.data)
        .join_from(leaf, entry, leaf.c.index == entry.c.index, isouter=True)
        .where(leaf.c.index >= start, leaf.c.index < min(size, start + _PAGE))
        .order_by(leaf.c.index)
    ).all()
    nodes: list[tuple[int, int, bytes]] = []
    for expected, (index, stored, beside, data) in enumerate(rows, start):
        if index != expected or data is None:
            raise _damaged(expected, "the entry is not there")
        digest = leaf_hash(bytes(data))
        if bytes(stored) != digest or bytes(beside) != digest:
            raise _damaged(expected, "the stored leaf hash is not that of the entry")
        nodes += frontier.add(digest)
    if frontier.size != min(size, start + _PAGE):
        raise _damaged(frontier.size, "the leaf is not there")
    return nodes


def _compare_nodes(connection: Connection, nodes: Sequence[tuple[int, int, bytes]]) -> None:
    for level in sorted({level for level, _, _ in nodes}):
        own = {index: digest for at, index, digest in nodes if at == level}
        rows = connection.execute(
            select(tree_node.c.index, tree_node.c.hash).where(
                tree_node.c.level == level, tree_node.c.index.between(min(own), max(own))
            )
        )
        stored = {index: bytes(digest) for index, digest in rows}
        for index, digest in own.items():
            if stored.get(index) != digest:
                raise _damaged(
                    index << 8 * level, f"the stored node {level}/{index} is not that of its entries"
                )


def _damaged(index: int, what: str) -> FindingError:
    return FindingError(Finding("evidence.signer_damaged", {"entry": index}, {"what": what}))


def run(
    database: Database,
    directory: Path,
    interval: float = 10.0,
    *,
    stop: threading.Event | None = None,
    clock: Clock | None = None,
) -> None:
    """Sign the head every ``interval`` seconds while the log grows, until ``stop`` is set.

    A refusal is logged when it first happens and the service stays up, trying again: it never signs what it
    refuses, and a database that is away and a disk that is full come back.
    """
    waiting = stop or threading.Event()
    last = ""
    with SigningService(database, directory, clock) as service:
        while True:
            try:
                head = service.step()
                now = "" if head is None else f"signed {head.as_of}"
                level = logging.INFO
            except FindingError as refusal:
                now, level = f"nothing signed: {refusal}", logging.ERROR
            except TROUBLES as problem:
                now, level = f"nothing signed, {trouble(problem)}", logging.WARNING
            if now and now != last:
                log.log(level, now)
            last = now or last
            if waiting.wait(interval):
                return
