"""The Merkle tree of RFC 9162 over the log's leaves, kept in levels of eight (C2SP tlog-tiles).

A stored node (level, index) is the hash of the full subtree over 256^level leaves that begins at leaf
index * 256^level; level 0 holds the leaf hashes. Everything between is computed when asked for, from at
most 256 stored hashes. The hash is SHA-256 unless another of 32 bytes is given: a log of two suites has a second
tree over the same entries. Standard library only: an offline verifier carries this file unchanged.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Protocol

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class Hashed(Protocol):
    """Data taken in by a hash function."""

    def digest(self) -> bytes:
        """Its 32 bytes."""
        ...


Hash = Callable[[bytes], Hashed]
"""A hash function as ``hashlib`` gives them."""

StoredNodes = Callable[[int, int, int], Sequence[bytes]]
"""``read(level, start, stop)``: the stored hashes start … stop-1 of one level, in order, all that are there.

It is asked for hashes of one tile at a time (start and stop-1 have the same quotient by 256)."""


class TreeError(Exception):
    """A stored node that the tree needs is not there."""


def leaf_hash(data: bytes, new: Hash = sha256) -> bytes:
    """SHA-256(0x00 ‖ data), the hash of one leaf (RFC 9162 §2.1.1)."""
    return new(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes, new: Hash = sha256) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), the hash of an inner node (RFC 9162 §2.1.1)."""
    return new(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes], new: Hash = sha256) -> bytes:
    """The tree head over leaf hashes (or over hashes of equal full subtrees); SHA-256("") over none."""
    if not hashes:
        return new(b"").digest()
    level = list(hashes)
    while len(level) > 1:
        # Pairing from the left and carrying a lone last node up gives the same tree as splitting at the
        # largest power of two below the size.
        above = [new(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def subtrees(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The full subtrees that make up leaves start … stop-1, left to right, as (binary level, index).

    ``start`` is a multiple of the largest power of two below ``stop - start`` wherever RFC 9162 asks for
    such a range; the largest fitting subtree is taken first.
    """
    while start < stop:
        level = (stop - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def subtree_hash(read: StoredNodes, level: int, index: int, new: Hash = sha256) -> bytes:
    """The hash of the full subtree over 2^level leaves that begins at leaf index * 2^level."""
    stored, height = divmod(level, TILE_HEIGHT)
    start, stop = index << height, (index + 1) << height
    hashes = read(stored, start, stop)
    if len(hashes) != stop - start:
        raise TreeError(f"stored nodes of level {stored} from {start} to {stop}: {len(hashes)} are there")
    return root(hashes, new)


def range_hash(read: StoredNodes, start: int, stop: int, new: Hash = sha256) -> bytes:
    """The tree head over leaves start … stop-1, joined from their full subtrees (right to left)."""
    return join([subtree_hash(read, level, index, new) for level, index in subtrees(start, stop)], new)


def tree_root(read: StoredNodes, size: int, new: Hash = sha256) -> bytes:
    """The tree head over the first ``size`` leaves; SHA-256("") at size 0."""
    return range_hash(read, 0, size, new)


def join(peaks: Sequence[bytes], new: Hash = sha256) -> bytes:
    """The tree head over neighbouring full subtrees of falling size, given left to right."""
    if not peaks:
        return new(b"").digest()
    *left, head = peaks
    for peak in reversed(left):
        head = node_hash(peak, head, new)
    return head


class Frontier:
    """The right edge of a growing tree: enough to know its head and to add leaves, and nothing else.

    Holds at most 64 hashes. ``peaks`` are the full subtrees of the present size, left to right.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = (), new: Hash = sha256) -> None:
        if len(peaks) != size.bit_count() or any(len(peak) != HASH_SIZE for peak in peaks):
            raise TreeError(f"a tree of {size} leaves has {size.bit_count()} peaks of {HASH_SIZE} bytes")
        self.size = size
        self._new = new
        self.peaks: list[bytes] = list(peaks)

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add one leaf hash; returns the stored nodes it completes above level 0: (level, index, hash)."""
        carry, rest, height = leaf, self.size, 0
        completed: list[tuple[int, int, bytes]] = []
        while rest & 1:
            carry = node_hash(self.peaks.pop(), carry, self._new)
            rest >>= 1
            height += 1
            if height % TILE_HEIGHT == 0:
                completed.append((height // TILE_HEIGHT, rest, carry))
        self.peaks.append(carry)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The tree head over all leaves added so far."""
        return join(self.peaks, self._new)


def completed_nodes(
    read: StoredNodes, size: int, leaves: Sequence[bytes], new: Hash = sha256
) -> list[tuple[int, int, bytes]]:
    """The stored nodes above level 0 that become full when ``leaves`` are added to a tree of ``size``.

    ``read`` is asked only for nodes that were stored before; returns (level, index, hash) in order of level.
    """
    made: list[tuple[int, int, bytes]] = []
    level, first, fresh = 0, size, list(leaves)
    while fresh:
        start = first - first % TILE_WIDTH
        stop = first + len(fresh)
        full = stop - stop % TILE_WIDTH
        if full <= start:
            break
        held = list(read(level, start, first)) if start < first else []
        if len(held) != first - start:
            raise TreeError(f"stored nodes of level {level} from {start} to {first}: {len(held)} are there")
        row = held + fresh
        level += 1
        first = start // TILE_WIDTH
        fresh = [root(row[at : at + TILE_WIDTH], new) for at in range(0, full - start, TILE_WIDTH)]
        made.extend((level, first + offset, digest) for offset, digest in enumerate(fresh))
    return made
