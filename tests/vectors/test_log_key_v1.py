"""The announcement of a log's next key is frozen: the vector was made with openssl from the written format."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tansuo.evidence.key_chain import announced, announcement, read_chain
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import VerifierKey, open_note, sign, verifier_key

VECTOR = json.loads((Path(__file__).parent / "log_key_v1.json").read_text(encoding="utf-8"))
OLD, NEW = (FileSigner(VECTOR["origin"], bytes.fromhex(seed)) for seed in VECTOR["seeds"])


def said(index: int, body: object) -> Any:
    return SimpleNamespace(index=index, body=body, recorded_ms=VECTOR["recorded_ms"])


def test_the_old_key_signs_this_text_into_this_body() -> None:
    origin, index, until = VECTOR["origin"], VECTOR["index"], VECTOR["body"]["both_until"]
    assert [str(verifier_key(one)) for one in (OLD, NEW)] == VECTOR["keys"]
    text = announcement(origin, index, verifier_key(OLD), verifier_key(NEW), until)
    assert text.decode() == VECTOR["text"]
    assert announced(origin, index, OLD, verifier_key(NEW), until) == VECTOR["body"]


def test_the_entry_makes_the_key_one_of_the_log_at_its_place_alone() -> None:
    first = said(1, {"algorithm": "ed25519", "key": VECTOR["keys"][0], "purpose": "log"})
    index = VECTOR["index"]
    chain = read_chain(VECTOR["origin"], [first, said(index, VECTOR["body"])])
    assert [str(one.key) for one in chain.keys] == VECTOR["keys"]
    assert chain.findings == ()
    for origin, at in ((VECTOR["origin"], index + 1), (VECTOR["origin"] + "x", index)):
        other = read_chain(origin, [first, said(at, VECTOR["body"])])
        assert [str(one.key) for one in other.keys] == VECTOR["keys"][:1]
        assert [one.code for one in other.findings] == ["evidence.key_unsigned"]


def test_a_head_of_the_overlap_opens_with_either_key() -> None:
    keys = [VerifierKey.parse(one) for one in VECTOR["keys"]]
    text = VECTOR["note"].partition("\n\n")[0] + "\n"
    assert sign(text, OLD, NEW) == VECTOR["note"]
    for known in ([keys[0]], [keys[1]], keys):
        assert set(open_note(VECTOR["note"], known).signed_by) == set(known)
