"""Heads of the second tree: notes of the origin ``<origin>/sm3``, signed by the SM2 device and by the log's key.

The signer continues this tree as it does the first: from its own memory of the last edge, by hashing the entries
itself and holding every stored leaf and subtree against them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from tansuo.evidence import checkpoint, ledger, second, sm3
from tansuo.evidence.checkpoint import Checkpoint, Issued
from tansuo.evidence.entry import Entry
from tansuo.evidence.note import VerifierKey
from tansuo.evidence.proof import ProofError, make_consistency, verify_consistency
from tansuo.evidence.sm2 import parse_key
from tansuo.evidence.tables import entry, second_head, second_node
from tansuo.evidence.tree import Frontier, Hash, TreeError, leaf_hash
from tansuo.quantity.finding import Finding, FindingError

SUFFIX = "/sm3"
_PAGE = 1000
Node = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class Second:
    """What the signer remembers of the second tree: its right edge, and the note it let out."""

    peaks: tuple[bytes, ...] = ()
    note: str = ""


def head(origin: str, size: int, root: bytes) -> Checkpoint:
    """The head of the second tree of a log."""
    return Checkpoint(origin + SUFFIX, size, root)


def keys(connection: Connection) -> list[VerifierKey]:
    """The SM2 keys that the log's ``key`` entries announce."""
    indexes = [one.entry for one in checkpoint.key_chain(connection).keys]
    return announced_in(list(ledger.get_many(connection, indexes).values()))


def announced_in(entries: Sequence[Entry]) -> list[VerifierKey]:
    """The SM2 keys that some ``key`` entries announce."""
    said = [one.body.get("sm2") for one in entries]
    found = [parse_key(str(one)) for one in said if one is not None]
    return [one for one in found if one is not None]


def latest(connection: Connection) -> Issued | None:
    """The head of the largest size; None before the first, and in a log of one tree."""
    wanted = select(second_head).where(second_head.c.hash == sm3.NAME).order_by(second_head.c.size.desc())
    row = connection.execute(wanted.limit(1)).one_or_none()
    return None if row is None else Issued(row.size, row.note, row.created)


def at_size(connection: Connection, size: int) -> Issued | None:
    """The head issued for exactly ``size`` entries, if any."""
    wanted = select(second_head).where(second_head.c.hash == sm3.NAME, second_head.c.size == size)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else Issued(row.size, row.note, row.created)


def every(connection: Connection) -> Iterator[Issued]:
    """All heads, by size."""
    wanted = select(second_head).where(second_head.c.hash == sm3.NAME).order_by(second_head.c.size)
    for row in connection.execute(wanted):
        yield Issued(row.size, row.note, row.created)


def publish(connection: Connection, size: int, note: str, now_ms: int) -> None:
    """Make a head known, again if need be; FindingError ``evidence.second_head`` where another is known."""
    row = {"hash": sm3.NAME, "size": size, "note": note, "created": now_ms}
    connection.execute(insert(second_head).values(row).on_conflict_do_nothing())
    there = at_size(connection, size)
    if there is None or there.note != note:
        raise FindingError(Finding("evidence.second_head", {}, {"signed": size, "there": size}))


def grow(connection: Connection, old: int, peaks: Sequence[bytes], size: int) -> Frontier:
    """The right edge at ``size``, from the edge at ``old``: recomputed from entries, equal to what is stored.

    FindingError ``evidence.second_damaged``, ``evidence.no_sm3``.
    """
    new = second.hash_function()
    edge = Frontier(old, peaks, new)
    before = edge.root()
    while edge.size < size:
        _compare(connection, _page(connection, edge, size, new))
    try:
        read = second.stored_nodes(connection)
        if old:
            verify_consistency(old, size, make_consistency(read, old, size, new), before, edge.root(), new)
        if second.root_at(connection, size) != edge.root():
            raise ProofError("the stored hashes give another head")
    except (ProofError, TreeError) as problem:
        raise damaged(size, str(problem)) from problem
    return edge


def damaged(index: int, what: str) -> FindingError:
    """Something of the second tree is not what the entries make it."""
    return FindingError(Finding("evidence.second_damaged", {"entry": index}, {"what": what}))


def _page(connection: Connection, edge: Frontier, size: int, new: Hash) -> list[Node]:
    start, stop = edge.size, min(size, edge.size + _PAGE)
    rows = connection.execute(
        select(entry.c.index, entry.c.data)
        .where(entry.c.index >= start, entry.c.index < stop)
        .order_by(entry.c.index)
    ).all()
    if [index for index, _ in rows] != list(range(start, stop)):
        raise damaged(start, "an entry is not there")
    nodes: list[Node] = []
    for index, data in rows:
        leaf = leaf_hash(bytes(data), new)
        nodes += [(0, index, leaf), *edge.add(leaf)]
    return nodes


def _compare(connection: Connection, nodes: Sequence[Node]) -> None:
    for level, index, what in differing(connection, nodes):
        raise damaged(index << 8 * level, what)


def differing(connection: Connection, nodes: Sequence[Node]) -> Iterator[tuple[int, int, str]]:
    """Level, index and what is wrong of every stored node that is not the one computed."""
    for level in sorted({level for level, _, _ in nodes}):
        own = {index: digest for at, index, digest in nodes if at == level}
        rows = connection.execute(
            select(second_node.c.index, second_node.c.digest).where(
                second_node.c.hash == sm3.NAME,
                second_node.c.level == level,
                second_node.c.index.between(min(own), max(own)),
            )
        )
        stored = {index: bytes(digest) for index, digest in rows}
        for index, digest in own.items():
            if stored.get(index) != digest:
                what = "is not there" if index not in stored else "is not that of its entries"
                yield level, index, f"node {level}/{index} {what}"
