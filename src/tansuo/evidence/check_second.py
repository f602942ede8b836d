"""The check of the second tree: every leaf and subtree recomputed from the entries, every head held against it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tansuo.evidence import ledger, second, second_head, sm2, sm3
from tansuo.evidence.checkpoint import Checkpoint, Issued
from tansuo.evidence.entry import Entry
from tansuo.evidence.note import NoteError, VerifierKey, open_note
from tansuo.evidence.tables import entry, second_node
from tansuo.evidence.tree import TILE_HEIGHT, TILE_WIDTH, Frontier, leaf_hash
from tansuo.quantity.finding import Finding, FindingError

_PAGE = 1000
_MOST = 50


@dataclass(frozen=True, slots=True)
class SecondReport:
    """What was checked of the second tree. ``sm2`` counts heads whose SM2 signature was checked too; where there is no
    ``openssl`` it is 0, and ``heads`` says how many were not."""

    root: bytes | None
    heads: int
    sm2: int
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, object]:
        """The report as JSON data."""
        return {
            "hash": sm3.NAME,
            "root": None if self.root is None else self.root.hex(),
            "checkpoints": self.heads,
            "sm2_checked": self.sm2,
        }


def check_second(
    connection: Connection,
    genesis: Entry | None,
    announced: Sequence[Entry],
    keys: Sequence[VerifierKey],
    progress: Callable[[int, int], None],
) -> SecondReport | None:
    """Check the second tree; None in a log of one.

    ``genesis`` and ``announced`` (the log's ``key`` entries) as they could be read, ``keys``: the log's (Ed25519).
    """
    if not second.is_kept(connection) and (genesis is None or genesis.body.get("suite") != ledger.BOTH):
        return None
    heads = list(second_head.every(connection))
    top = ledger.size(connection)
    findings: list[Finding] = []
    roots = _walk(connection, top, {top, *(one.size for one in heads)}, findings, progress)
    checked, origin = 0, "" if genesis is None else str(genesis.body.get("origin", "")) + second_head.SUFFIX
    found = second_head.announced_in(announced)
    for one in heads:
        problem, by_sm2 = _head(one, origin, keys, found, roots)
        checked += by_sm2
        if problem:
            findings.append(
                Finding("evidence.second_head_wrong", {"checkpoint": one.size}, {"what": problem})
            )
    return SecondReport(roots.get(top), len(heads), checked, tuple(findings))


def _walk(
    connection: Connection,
    top: int,
    wanted: set[int],
    findings: list[Finding],
    progress: Callable[[int, int], None],
) -> Mapping[int, bytes]:
    new = second.hash_function()
    edge = Frontier(0, (), new)
    roots: dict[int, bytes] = {}
    for start in range(0, top, _PAGE):
        rows = connection.execute(
            select(entry.c.index, entry.c.data)
            .where(entry.c.index >= start, entry.c.index < min(top, start + _PAGE))
            .order_by(entry.c.index)
        ).all()
        nodes: list[tuple[int, int, bytes]] = []
        for index, data in rows:
            if index != edge.size:
                return roots  # the first tree's check says which entry is gone
            leaf = leaf_hash(bytes(data), new)
            nodes += [(0, index, leaf), *edge.add(leaf)]
            if edge.size in wanted:
                roots[edge.size] = edge.root()
        for level, index, what in second_head.differing(connection, nodes):
            if len(findings) < _MOST:
                findings += second_head.damaged(index << TILE_HEIGHT * level, what).findings
        progress(edge.size, top)
    findings += _surplus(connection, top)
    return roots


def _surplus(connection: Connection, top: int) -> Iterator[Finding]:
    rows = connection.execute(
        select(second_node.c.level, second_node.c.index)
        .where((second_node.c.index + 1) * func.power(TILE_WIDTH, second_node.c.level) > top)
        .order_by(second_node.c.level, second_node.c.index)
        .limit(_MOST)
    )
    for level, index in rows:
        yield from second_head.damaged(
            index << TILE_HEIGHT * level, f"node {level}/{index} has no entries"
        ).findings


def _head(
    one: Issued,
    origin: str,
    keys: Sequence[VerifierKey],
    sm2_keys: Sequence[VerifierKey],
    roots: Mapping[int, bytes],
) -> tuple[str, bool]:
    """What is wrong with a head, "" if nothing, and whether its SM2 signature was checked and holds."""
    try:
        stated = Checkpoint.parse(open_note(one.note, keys).text)
    except NoteError as problem:
        return str(problem), False
    if (stated.origin, stated.size) != (origin, one.size):
        return f"it states {stated.as_of}", False
    if roots.get(one.size) != stated.root:
        return f"it states the root {stated.root.hex()}", False
    try:
        if not any(sm2.line_verifies(one.note, key) for key in sm2_keys):
            return "no SM2 key of the log has signed it", False
    except FindingError:
        return "", False  # no openssl on this machine: the report says how many were checked
    return "", True
