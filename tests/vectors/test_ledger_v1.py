"""Format v1 of the ledger, frozen: what was written once must read, hash and prove the same for ever."""

import json
from pathlib import Path

import pytest

from tansuo.evidence.checkpoint import Checkpoint
from tansuo.evidence.entry import Actor, Draft, seal, strict_entry
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import VerifierKey, open_note, sign, verifier_key
from tansuo.evidence.proof import make_consistency, make_inclusion, verify_consistency, verify_inclusion
from tansuo.evidence.tree import root

VECTOR = json.loads(Path(__file__).with_name("ledger_v1.json").read_text(encoding="utf-8"))
ENTRIES = VECTOR["entries"]
LEAVES = [bytes.fromhex(one["leaf_hash"]) for one in ENTRIES]
ROOTS = [bytes.fromhex(text) for text in VECTOR["roots"]]


def drafted(stated: dict) -> Draft:
    return Draft(
        type=stated["type"],
        subject=stated["subj"],
        body=stated["body"],
        org=stated["org"],
        region=stated["region"],
        valid=None if stated["valid"] is None else tuple(stated["valid"]),
        supersedes=stated["sup"],
        why=stated["why"],
        by=Actor(**stated["by"]),
    )


@pytest.mark.parametrize("index", range(len(ENTRIES)))
def test_an_entry_has_these_bytes_and_this_hash(index: int) -> None:
    one = ENTRIES[index]
    made = seal(drafted(one["draft"]), index, one["rec"], one["salt"])
    assert made.data.decode() == one["bytes"]
    assert made.leaf_hash == LEAVES[index]
    assert strict_entry(index, one["bytes"].encode()) == made


def read(level: int, start: int, stop: int) -> list[bytes]:
    assert level == 0
    return LEAVES[start:stop]


def test_the_tree_has_these_roots_and_its_proofs_hold() -> None:
    assert [root(LEAVES[:size]) for size in range(len(ROOTS))] == ROOTS
    for size in range(1, len(ROOTS)):
        for index in range(size):
            verify_inclusion(LEAVES[index], index, size, make_inclusion(read, index, size), ROOTS[size])
            old = index + 1
            verify_consistency(old, size, make_consistency(read, old, size), ROOTS[old], ROOTS[size])


def test_the_checkpoint_is_signed_like_this() -> None:
    origin = ENTRIES[0]["draft"]["body"]["origin"]
    head = Checkpoint(origin, len(ENTRIES), ROOTS[-1])
    signer = FileSigner(origin, bytes.fromhex(VECTOR["seed"]))
    assert str(verifier_key(signer)) == VECTOR["verifier_key"]
    assert sign(head.text, signer) == VECTOR["note"]
    opened = open_note(VECTOR["note"], [VerifierKey.parse(VECTOR["verifier_key"])])
    assert Checkpoint.parse(opened.text) == head
