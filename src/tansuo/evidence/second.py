"""The second tree of a log of both suites: the same entries from entry 0, hashed with SM3, with heads of its own.

It is independent of the first: if one hash falls, the other tree still stands. Its leaves and full subtrees lie in
tiles under the hash's name. A log of the suite ``intl`` has none, and pays nothing for it.
"""

from collections.abc import Sequence

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    LargeBinary,
    SmallInteger,
    bindparam,
    exists,
    select,
    text,
)

from tansuo.evidence import sm3
from tansuo.evidence.tables import second_node
from tansuo.evidence.tree import TILE_WIDTH, Hash, StoredNodes, completed_nodes, leaf_hash, tree_root
from tansuo.quantity.finding import Finding, FindingError

_ADD = text(
    "INSERT INTO second_node (hash, level, index, digest)"
    " SELECT 'sm3', * FROM unnest(:level, :index, :digest)"
).bindparams(
    bindparam("level", type_=ARRAY(SmallInteger)),
    bindparam("index", type_=ARRAY(BigInteger)),
    bindparam("digest", type_=ARRAY(LargeBinary)),
)


def hash_function() -> Hash:
    """SM3; FindingError ``evidence.no_sm3`` on a machine that has none."""
    found = sm3.find()
    if found is None:
        raise FindingError(Finding("evidence.no_sm3"))
    return found


KEPT = exists().where(second_node.c.hash == sm3.NAME, second_node.c.level == 0, second_node.c.index == 0)
"""The condition that the log has a second tree: its first leaf was written with the genesis entry, or never is."""


def is_kept(connection: Connection) -> bool:
    """Whether the log has a second tree."""
    return bool(connection.execute(select(KEPT)).scalar_one())


def add(connection: Connection, first: int, entries: Sequence[bytes]) -> None:
    """Add the bytes of entries ``first`` … as leaves, with the subtrees they complete, in the caller's transaction."""
    new = hash_function()
    leaves = [leaf_hash(data, new) for data in entries]
    made = [(0, first + at, digest) for at, digest in enumerate(leaves)]
    made += completed_nodes(stored_nodes(connection), first, leaves, new)
    level, index, digest = (list(column) for column in zip(*made, strict=True))
    connection.execute(_ADD, {"level": level, "index": index, "digest": digest})


def stored_nodes(connection: Connection) -> StoredNodes:
    """The reader of stored hashes that ``tree`` and ``proof`` work with; each tile is read once."""
    tiles: dict[tuple[int, int], list[bytes]] = {}

    def read(level: int, start: int, stop: int) -> list[bytes]:
        tile, offset = divmod(start, TILE_WIDTH)
        held = tiles.get((level, tile), [])
        if len(held) < offset + stop - start:
            held = tiles[level, tile] = _tile(connection, level, tile * TILE_WIDTH)
        return held[offset : offset + stop - start]

    return read


def root_at(connection: Connection, at: int) -> bytes:
    """The SM3 head over the first ``at`` entries, from the stored hashes; TreeError where some are gone."""
    return tree_root(stored_nodes(connection), at, hash_function())


def _tile(connection: Connection, level: int, start: int) -> list[bytes]:
    rows = connection.execute(
        select(second_node.c.index, second_node.c.digest)
        .where(
            second_node.c.hash == sm3.NAME,
            second_node.c.level == level,
            second_node.c.index >= start,
            second_node.c.index < start + TILE_WIDTH,
        )
        .order_by(second_node.c.index)
    ).all()
    # A row that is gone ends the tile here: hashes must never slip into another's place.
    return [bytes(digest) for at, (index, digest) in enumerate(rows, start) if index == at]
