"""The tree: every way of computing a head gives the head of RFC 9162."""

import json
from collections.abc import Sequence
from hashlib import sha3_256, sha256
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.evidence.tree import (
    EMPTY_ROOT,
    Frontier,
    Hash,
    StoredNodes,
    TreeError,
    completed_nodes,
    join,
    leaf_hash,
    node_hash,
    range_hash,
    root,
    subtrees,
    tree_root,
)

LEAVES = [leaf_hash(str(number).encode()) for number in range(70_000)]


def by_definition(hashes: Sequence[bytes], new: Hash = sha256) -> bytes:
    """MTH of RFC 9162 §2.1.1, as written there, over leaf hashes."""
    if not hashes:
        return new(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    left, right = by_definition(hashes[:split], new), by_definition(hashes[split:], new)
    return new(b"\x01" + left + right).digest()


class Store:
    """Stored nodes in memory, filled as the ledger fills its tables."""

    def __init__(self, new: Hash = sha256) -> None:
        self.rows: dict[int, list[bytes]] = {0: []}
        self.new = new

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        assert start // 256 == (stop - 1) // 256, "a reader is asked for one tile at a time"
        return self.rows.get(level, [])[start:stop]

    def add(self, leaves: Sequence[bytes]) -> None:
        made = completed_nodes(self.read, len(self.rows[0]), leaves, self.new)
        self.rows[0].extend(leaves)
        for level, index, digest in made:
            row = self.rows.setdefault(level, [])
            assert index == len(row), "nodes are made once and in order"
            row.append(digest)


def stored(size: int) -> StoredNodes:
    store = Store()
    store.add(LEAVES[:size])
    return store.read


def test_vectors_of_rfc_6962(shared_data) -> None:
    vectors = json.loads((shared_data("merkle_rfc6962") / "roots.json").read_text())
    leaves = [leaf_hash(bytes.fromhex(text)) for text in vectors["leaves_hex"]]
    for size, wanted in enumerate(vectors["root_by_size_hex"]):
        assert root(leaves[:size]).hex() == wanted
        assert by_definition(leaves[:size]).hex() == wanted


@pytest.mark.parametrize(
    "size", [*range(70), 127, 128, 129, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_537]
)
def test_all_ways_to_a_head_agree(size: int) -> None:
    wanted = by_definition(LEAVES[:size])
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.add(leaf)
    assert root(LEAVES[:size]) == wanted
    assert tree_root(stored(size), size) == wanted
    assert frontier.root() == wanted
    assert join(frontier.peaks) == wanted


def test_two_levels_of_stored_nodes_and_the_frontiers_own_account_of_them() -> None:
    store, frontier = Store(), Frontier()
    store.add(LEAVES)
    completed = [node for leaf in LEAVES for node in frontier.add(leaf)]
    assert {level: len(row) for level, row in store.rows.items()} == {0: 70_000, 1: 273, 2: 1}
    assert sorted(completed) == sorted(
        (level, index, digest)
        for level, row in store.rows.items()
        if level
        for index, digest in enumerate(row)
    )
    assert store.rows[2] == [by_definition(LEAVES[:65_536])]
    assert tree_root(store.read, 70_000) == frontier.root() == by_definition(LEAVES)


def test_a_tree_of_another_hash_holds_nothing_of_sha_256() -> None:
    store, frontier = Store(sha3_256), Frontier(new=sha3_256)
    leaves = [leaf_hash(bytes([number % 256]), sha3_256) for number in range(700)]
    assert leaves[5] == sha3_256(b"\x00\x05").digest()
    completed = [node for leaf in leaves for node in frontier.add(leaf)]
    store.add(leaves)
    assert completed == [(1, at, by_definition(leaves[256 * at :][:256], sha3_256)) for at in (0, 1)]
    assert all(isinstance(number, int) for level, index, _ in completed for number in (level, index))
    assert store.rows[1] == [digest for _, _, digest in completed]
    for size in (0, 1, 2, 3, 256, 600, 700):
        wanted = by_definition(leaves[:size], sha3_256)
        assert root(leaves[:size], sha3_256) == tree_root(store.read, size, sha3_256) == wanted
    assert join(frontier.peaks, sha3_256) == frontier.root() == wanted
    assert range_hash(store.read, 512, 700, sha3_256) == by_definition(leaves[512:], sha3_256)
    assert node_hash(leaves[0], leaves[1], sha3_256) == by_definition(leaves[:2], sha3_256)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=12))
def test_how_leaves_are_batched_changes_nothing(batches: list[int]) -> None:
    store, at = Store(), 0
    for count in batches:
        store.add(LEAVES[at : at + count])
        at += count
    whole = Store()
    whole.add(LEAVES[:at])
    assert store.rows == whole.rows


def test_a_range_is_joined_from_its_full_subtrees() -> None:
    read = stored(600)
    for start, stop in ((0, 600), (512, 600), (576, 592), (599, 600), (256, 512)):
        assert range_hash(read, start, stop) == by_definition(LEAVES[start:stop])


def test_a_frontier_goes_on_where_it_was_left() -> None:
    for size in Random(5).sample(range(700), 30):
        frontier = Frontier()
        for leaf in LEAVES[:size]:
            frontier.add(leaf)
        again = Frontier(frontier.size, frontier.peaks)
        for leaf in LEAVES[size:700]:
            again.add(leaf)
        assert again.root() == by_definition(LEAVES[:700])


def test_a_frontier_is_not_made_from_peaks_that_do_not_fit() -> None:
    for size, peaks in ((3, [LEAVES[0]]), (0, [LEAVES[0]]), (1, [b"short"])):
        with pytest.raises(TreeError, match="peaks"):
            Frontier(size, peaks)


def test_missing_nodes_are_named_never_guessed() -> None:
    store = Store()
    store.add(LEAVES[:600])
    store.rows[1].pop()
    with pytest.raises(TreeError, match="level 1"):
        tree_root(store.read, 600)
    store.rows[0].pop()
    with pytest.raises(TreeError, match="level 0"):
        completed_nodes(store.read, 600, LEAVES[600:800])


def test_the_empty_tree() -> None:
    assert tree_root(stored(0), 0) == root([]) == join([]) == Frontier().root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_refusal_names_the_nodes_that_are_not_there() -> None:
    store = Store()
    store.add(LEAVES[:600])
    store.rows[1].pop()
    with pytest.raises(TreeError) as refused:
        tree_root(store.read, 600)
    assert str(refused.value) == "stored nodes of level 1 from 0 to 2: 1 are there"
    store.rows[0].pop()
    with pytest.raises(TreeError) as refused:
        completed_nodes(store.read, 600, LEAVES[600:800])
    assert str(refused.value) == "stored nodes of level 0 from 512 to 600: 87 are there"
    with pytest.raises(TreeError) as refused:
        Frontier(3, [LEAVES[0]])
    assert str(refused.value) == "a tree of 3 leaves has 2 peaks of 32 bytes"
    with pytest.raises(TreeError, match="has 1 peaks"):
        Frontier(1, [b"short"])
    with pytest.raises(TreeError, match="has 2 peaks"):
        Frontier(3, [LEAVES[0], b"short"])


def test_stored_nodes_are_asked_for_only_where_there_are_some() -> None:
    """The reader is asked for what was stored before, of one tile, and never for nothing."""
    asked: list[tuple[int, int, int]] = []
    store = Store()

    def read(level: int, start: int, stop: int) -> list[bytes]:
        asked.append((level, start, stop))
        return store.read(level, start, stop)

    for count in (256, 100, 156, 255, 1):
        for level, index, digest in completed_nodes(
            read, len(store.rows[0]), LEAVES[len(store.rows[0]) :][:count]
        ):
            assert index == len(store.rows.setdefault(level, []))
            store.rows[level].append(digest)
        store.rows[0].extend(LEAVES[len(store.rows[0]) :][:count])
    assert asked == [(0, 256, 356), (0, 512, 767)]
    assert store.rows[1] == [root(LEAVES[at : at + 256]) for at in (0, 256, 512)]


def test_the_subtrees_of_a_range() -> None:
    assert list(subtrees(0, 7)) == [(2, 0), (1, 2), (0, 6)]
    assert list(subtrees(4, 7)) == [(1, 2), (0, 6)]
    assert list(subtrees(3, 3)) == []
    assert [len(list(subtrees(0, size))) for size in (1, 2, 3, 255, 256)] == [1, 1, 2, 8, 1]


def test_how_a_leaf_and_a_node_are_hashed() -> None:
    assert leaf_hash(b"a") == sha256(b"\x00a").digest()
    assert node_hash(b"l" * 32, b"r" * 32) == sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()
    assert [len(one) for one in (root([]), root(LEAVES[:3]), join(LEAVES[:1]))] == [32, 32, 32]


def test_a_frontier_is_its_size_and_its_peaks() -> None:
    frontier = Frontier()
    assert (frontier.size, frontier.peaks) == (0, [])
    assert frontier.add(LEAVES[0]) == []
    assert (frontier.size, frontier.peaks) == (1, [LEAVES[0]])
    given = [LEAVES[0]]
    other = Frontier(1, given)
    other.add(LEAVES[1])
    assert given == [LEAVES[0]] and (other.size, other.peaks) == (2, [node_hash(LEAVES[0], LEAVES[1])])
