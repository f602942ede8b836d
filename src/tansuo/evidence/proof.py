"""Inclusion and consistency proofs of RFC 9162 §2.1.3 and §2.1.4: made from stored nodes, checked alone.

Checking needs no tree, only the proof and the heads. Standard library only: an offline verifier carries
this file unchanged. A check returns nothing and raises ProofError with the reason, so that a result cannot
be overlooked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tansuo.evidence.tree import HASH_SIZE, Hash, StoredNodes, node_hash, range_hash


class ProofError(Exception):
    """A proof that does not prove what it was asked to prove; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a leaf towards the head: ``sibling`` stands ``left`` or right of what was reached so far,
    and ``head`` is what both are hashed to."""

    sibling: bytes
    left: bool
    head: bytes


def make_inclusion(read: StoredNodes, index: int, size: int, new: Hash = sha256) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves, from the leaf upwards.

    Raises ProofError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ProofError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(range_hash(read, middle, stop, new))
            stop = middle
        else:
            path.append(range_hash(read, start, middle, new))
            start = middle
    path.reverse()
    return path


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes, new: Hash = sha256
) -> None:
    """Check that ``leaf`` (a leaf hash) is leaf ``index`` of the tree of ``size`` leaves with head ``root``.

    Raises ProofError if it is not shown (RFC 9162 §2.1.3.2).
    """
    _hashes(leaf, root, *path)
    if not 0 <= index < size:
        raise ProofError(f"leaf {index} is not in a tree of {size}")
    head = leaf
    for step in inclusion_steps(leaf, index, size, path, new):
        head = step.head
    if head != root:
        raise ProofError("the path leads to another head")


def inclusion_steps(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], new: Hash = sha256
) -> Iterator[Step]:
    """The walk from leaf ``index`` along ``path``, step by step; its last ``head`` is that of the whole tree.

    Raises ProofError for a path of another length than the tree of ``size`` leaves has there.
    """
    node, last, head = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise ProofError("the path is too long")
        left = bool(node & 1) or node == last
        if left:
            head = node_hash(sibling, head, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            head = node_hash(head, sibling, new)
        yield Step(sibling, left, head)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError("the path is too short")


def make_consistency(read: StoredNodes, old: int, size: int, new: Hash = sha256) -> list[bytes]:
    """The proof that the tree of ``old`` leaves is the beginning of the tree of ``size`` leaves.

    Empty where both are equal. Raises ProofError unless 0 < old <= size: an empty tree is the beginning of
    every tree, and nothing can be proven about it.
    """
    _sizes(old, size)
    proof: list[bytes] = []
    start, stop, whole = 0, size, True
    while old != stop:
        middle = start + _split(stop - start)
        if old <= middle:
            proof.append(range_hash(read, middle, stop, new))
            stop = middle
        else:
            proof.append(range_hash(read, start, middle, new))
            start, whole = middle, False
    if not whole:
        proof.append(range_hash(read, start, stop, new))
    proof.reverse()
    return proof


def verify_consistency(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes, new: Hash = sha256
) -> None:
    """Check that the tree (old, old_root) is the beginning of the tree (size, new_root).

    Raises ProofError if it is not shown (RFC 9162 §2.1.4.2), and for ``old`` 0: see ``make_consistency``.
    """
    _sizes(old, size)
    _hashes(old_root, new_root, *proof)
    if old == size:
        if proof:
            raise ProofError("the proof is too long")
        if old_root != new_root:
            raise ProofError("one size, two heads")
        return
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    rest = list(proof)
    if node:
        if not rest:
            raise ProofError("the proof is too short")
        head_old = head_new = rest.pop(0)
    else:
        head_old = head_new = old_root
    for sibling in rest:
        if last == 0:
            raise ProofError("the proof is too long")
        if node & 1 or node == last:
            head_old, head_new = node_hash(sibling, head_old, new), node_hash(sibling, head_new, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            head_new = node_hash(head_new, sibling, new)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    if head_old != old_root:
        raise ProofError("the proof leads to another old head")
    if head_new != new_root:
        raise ProofError("the proof leads to another new head")


def _split(size: int) -> int:
    """The largest power of two below ``size`` (which is 2 or more)."""
    return 1 << (size - 1).bit_length() - 1


def _sizes(old: int, size: int) -> None:
    if not 0 < old <= size:
        raise ProofError(f"no consistency is defined from {old} to {size} leaves")


def _hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise ProofError(f"a hash that is not {HASH_SIZE} bytes long")
