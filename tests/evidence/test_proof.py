"""Proofs: honest ones are accepted, all others refused."""

import json
from base64 import b64decode
from functools import partial
from hashlib import sha3_256
from random import Random

import pytest

from tansuo.evidence.proof import (
    ProofError,
    inclusion_steps,
    make_consistency,
    make_inclusion,
    verify_consistency,
    verify_inclusion,
)
from tansuo.evidence.tree import StoredNodes, leaf_hash, node_hash, root, subtree_hash, tree_root

LEAVES = [leaf_hash(bytes([number % 256, number // 256])) for number in range(1200)]
ROOTS = [root(LEAVES[:size]) for size in range(1201)]


def read(level: int, start: int, stop: int) -> list[bytes]:
    if level == 0:
        return LEAVES[start:stop]
    return [root(LEAVES[at * 256 : at * 256 + 256]) for at in range(start, stop)]


def test_every_inclusion_in_every_tree_up_to_64() -> None:
    for size in range(1, 65):
        for index in range(size):
            path = make_inclusion(read, index, size)
            verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])
            assert len(path) <= (size - 1).bit_length()
            for wrong in {0, index - 1, index + 1, size - 1, size} - {index}:
                with pytest.raises(ProofError):
                    verify_inclusion(LEAVES[index], wrong, size, path, ROOTS[size])


def test_the_steps_of_a_proof_are_hashes_anybody_can_do_by_hand() -> None:
    for size in (1, 2, 7, 64, 1200):
        for index in {0, size // 3, size - 1}:
            head = LEAVES[index]
            for step in inclusion_steps(head, index, size, make_inclusion(read, index, size)):
                head = node_hash(step.sibling, head) if step.left else node_hash(head, step.sibling)
                assert head == step.head
            assert head == ROOTS[size]


def test_every_consistency_up_to_64() -> None:
    for new in range(1, 65):
        for old in range(1, new + 1):
            proof = make_consistency(read, old, new)
            verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])
            if old < new:
                with pytest.raises(ProofError):
                    verify_consistency(old, new, proof, ROOTS[old], ROOTS[new - 1])
                with pytest.raises(ProofError):
                    verify_consistency(old, new, proof, ROOTS[old - 1], ROOTS[new])


def test_a_tree_of_another_hash_is_proven_with_that_hash_alone() -> None:
    leaves = [leaf_hash(bytes([number]), sha3_256) for number in range(17)]
    heads = [root(leaves[:size], sha3_256) for size in range(18)]
    for size in range(2, 18):
        for old in range(1, size):
            path = make_inclusion(lambda _level, start, stop: leaves[start:stop], old, size, sha3_256)
            proof = make_consistency(lambda _level, start, stop: leaves[start:stop], old, size, sha3_256)
            included = partial(verify_inclusion, leaves[old], old, size, path, heads[size])
            continued = partial(verify_consistency, old, size, proof, heads[old], heads[size])
            included(sha3_256)
            continued(sha3_256)
            with pytest.raises(ProofError, match="the path leads to another head"):
                included()
            if len(proof) > 1 or old.bit_count() == 1:
                with pytest.raises(ProofError, match=r"the proof leads to another (old|new) head"):
                    continued()


def test_no_bit_of_an_honest_proof_can_be_changed() -> None:
    random = Random(11)
    for _ in range(300):
        new = random.randint(2, 1200)
        old = random.randint(1, new - 1)
        proof = make_consistency(read, old, new)
        verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])
        path = make_inclusion(read, old, new)
        verify_inclusion(LEAVES[old], old, new, path, ROOTS[new])
        for wrong in spoilt(random, proof):
            with pytest.raises(ProofError):
                verify_consistency(old, new, wrong, ROOTS[old], ROOTS[new])
        for wrong in spoilt(random, path):
            with pytest.raises(ProofError):
                verify_inclusion(LEAVES[old], old, new, wrong, ROOTS[new])


def spoilt(random: Random, honest: list[bytes]) -> list[list[bytes]]:
    """The proof with one bit changed, one hash too few or too many, at either end."""
    at = random.randrange(len(honest))
    digest = bytearray(honest[at])
    digest[random.randrange(32)] ^= 1 << random.randrange(8)
    flipped = [*honest[:at], bytes(digest), *honest[at + 1 :]]
    return [flipped, honest[:-1], honest[1:], [*honest, ROOTS[3]], [ROOTS[3], *honest]]


class Sparse:
    """A log of any size in which all leaves are equal: its nodes need not be stored."""

    def __init__(self) -> None:
        self.levels = [LEAVES[0]]
        for _ in range(48):
            below = self.levels[-1]
            self.levels.append(root([below, below]))

    def read(self, level: int, start: int, stop: int) -> list[bytes]:
        return [self.levels[8 * level]] * (stop - start)


def test_proofs_in_logs_of_up_to_a_trillion_entries() -> None:
    sparse: StoredNodes = Sparse().read
    random = Random(13)
    for _ in range(200):
        new = random.randint(2, 2**40)
        old = random.randint(1, new)
        heads = tree_root(sparse, old), tree_root(sparse, new)
        verify_consistency(old, new, make_consistency(sparse, old, new), *heads)
        index = random.randrange(new)
        path = make_inclusion(sparse, index, new)
        verify_inclusion(subtree_hash(sparse, 0, index), index, new, path, heads[1])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
def test_an_empty_tree_proves_nothing_so_asking_is_an_error(old: int, new: int) -> None:
    with pytest.raises(ProofError, match="no consistency"):
        make_consistency(read, old, new)
    with pytest.raises(ProofError, match="no consistency"):
        verify_consistency(old, new, [], ROOTS[0], ROOTS[5])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_leaf_outside_the_tree_is_not_in_it(index: int, size: int) -> None:
    with pytest.raises(ProofError, match="not in a tree"):
        make_inclusion(read, index, size)
    with pytest.raises(ProofError, match="not in a tree"):
        verify_inclusion(LEAVES[0], index, size, [], ROOTS[0])


def decoded(text: str | None) -> bytes:
    return b64decode(text or "")


def accepted(check, *args: object) -> bool:
    try:
        check(*args)
    except ProofError:
        return False
    return True


def test_inclusion_vectors(shared_data) -> None:
    """All 35 as their source judges them, and so one policy of the source is ours: a hash has 32 bytes.

    An algorithm alone would accept the tree of one entry whose leaf hash and root are both the empty string.
    """
    vectors = json.loads((shared_data("merkle_rfc6962") / "inclusion.json").read_text())
    assert len(vectors) == 35
    for one in vectors:
        path = [decoded(text) for text in one["proof"] or []]
        leaf, head = decoded(one["leafHash"]), decoded(one["root"])
        valid = accepted(verify_inclusion, leaf, one["leafIdx"], one["treeSize"], path, head)
        assert valid is not one["wantErr"], one["desc"]


def test_consistency_vectors(shared_data) -> None:
    """All 22 as their source judges them, and so its policy is ours: nothing is proven about an empty tree.

    RFC 9162 defines no proof from size 0; a lenient verifier accepts an empty one.
    """
    vectors = json.loads((shared_data("merkle_rfc6962") / "consistency.json").read_text())
    assert len(vectors) == 22
    for one in vectors:
        proof = [decoded(text) for text in one["proof"] or []]
        heads = decoded(one["root1"]), decoded(one["root2"])
        valid = accepted(verify_consistency, one["size1"], one["size2"], proof, *heads)
        assert valid is not one["wantErr"], one["desc"]


def why(check, *args: object) -> str:
    with pytest.raises(ProofError) as refused:
        check(*args)
    return str(refused.value)


def test_a_refusal_says_what_is_wrong_with_a_path() -> None:
    path = make_inclusion(read, 2, 7)
    asked = (LEAVES[2], 2, 7)
    assert why(verify_inclusion, *asked, path[:-1], ROOTS[7]) == "the path is too short"
    assert why(verify_inclusion, *asked, [*path, ROOTS[1]], ROOTS[7]) == "the path is too long"
    assert why(verify_inclusion, *asked, path, ROOTS[6]) == "the path leads to another head"
    assert why(verify_inclusion, LEAVES[2], 7, 7, path, ROOTS[7]) == "leaf 7 is not in a tree of 7"
    assert why(make_inclusion, read, -1, 7) == "leaf -1 is not in a tree of 7"
    for one in ((b"x", 2, 7, path, ROOTS[7]), (*asked, path, b""), (*asked, [b"x", *path], ROOTS[7])):
        assert why(verify_inclusion, *one) == "a hash that is not 32 bytes long"


def test_a_refusal_says_what_is_wrong_with_a_consistency() -> None:
    proof = make_consistency(read, 3, 7)
    heads = ROOTS[3], ROOTS[7]
    verify_consistency(3, 7, proof, *heads)
    assert why(verify_consistency, 3, 7, [], *heads) == "the proof is too short"
    assert why(verify_consistency, 3, 7, proof[:-1], *heads) == "the proof is too short"
    assert why(verify_consistency, 3, 7, [*proof, ROOTS[1]], *heads) == "the proof is too long"
    assert why(verify_consistency, 3, 7, proof, ROOTS[2], ROOTS[7]) == "the proof leads to another old head"
    assert why(verify_consistency, 3, 7, proof, ROOTS[3], ROOTS[6]) == "the proof leads to another new head"
    assert why(verify_consistency, 4, 7, [], ROOTS[4], ROOTS[7]) == "the proof is too short"
    for one in ((b"x", ROOTS[7], proof), (ROOTS[3], b"x", proof), (*heads, [*proof[:-1], b"x"])):
        assert why(verify_consistency, 3, 7, one[2], *one[:2]) == "a hash that is not 32 bytes long"
    assert why(verify_consistency, 8, 7, proof, *heads) == "no consistency is defined from 8 to 7 leaves"


def test_one_size_has_one_head_and_needs_no_proof() -> None:
    for size in (1, 5, 8):
        verify_consistency(size, size, [], ROOTS[size], ROOTS[size])
        assert make_consistency(read, size, size) == []
        assert (
            why(verify_consistency, size, size, [ROOTS[1]], ROOTS[size], ROOTS[size])
            == "the proof is too long"
        )
        assert why(verify_consistency, size, size, [], ROOTS[size], ROOTS[3]) == "one size, two heads"


def test_a_step_says_on_which_side_its_sibling_stands() -> None:
    sides = {
        (index, size): [
            one.left for one in inclusion_steps(LEAVES[index], index, size, make_inclusion(read, index, size))
        ]
        for index, size in ((0, 4), (1, 4), (2, 4), (3, 4), (4, 5), (6, 7))
    }
    assert sides == {
        (0, 4): [False, False],
        (1, 4): [True, False],
        (2, 4): [False, True],
        (3, 4): [True, True],
        (4, 5): [True],
        (6, 7): [True, True],
    }
