"""Receipts of the first form, kept as they were made: whoever holds one must be able to check it for ever."""

import json
from pathlib import Path

import pytest

from second_verifier import Judges
from tansuo.evidence.tlog_proof import TlogProof

HERE = Path(__file__).resolve().parent / "receipt_v1"
VERDICTS = json.loads((HERE / "verdicts.json").read_text(encoding="utf-8"))
POLICY = (HERE / "policy.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", VERDICTS)
def test_a_receipt_of_the_first_form_still_says_the_same(judges: Judges, name: str) -> None:
    text, held = (HERE / f"{name}.tlog-proof").read_bytes(), (HERE / f"{name}.txt").read_bytes()
    said = judges.ask(text, POLICY, held)
    steps = [one["step"] for one in said["steps"] if one["ok"]]
    assert {"statement": said["statement"], "steps": steps} == VERDICTS[name]
    assert TlogProof.parse(text.decode()).written == text.decode()
    assert judges.ask(text, POLICY, held + b"!")["verdict"] == "refused"
