"""Bundles and receipts of a log of both suites: the second tree is checked, or it is said that it was not."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from bundled_town import Bundled, pack, unpack
from second_verifier import Judges
from tansuo.evidence import canonical, ledger, sm3
from tansuo.evidence.policy import Policy, read_policy
from tansuo.evidence.proving import prove
from tansuo.evidence.tlog_proof import TlogProof
from tansuo.verify.main import verify
from town import Town


@pytest.fixture
def both(connection: Connection) -> Bundled:
    """A firm's figures in a log of both suites."""
    return Bundled(Town(connection, suite="both")).ready()


def steps(said: dict[str, Any]) -> list[str]:
    return [one["step"] for one in said["steps"] if one["ok"]]


def unchecked(said: dict[str, Any]) -> str:
    return " · ".join(one["en"] for one in said["not_checked"])


def test_a_bundle_carries_the_second_tree_and_both_verifiers_check_it(both: Bundled, judges: Judges) -> None:
    data = both.bundle(both.receipts["E_fuel"])
    said = judges.ask(data, both.policy)
    assert said["verdict"] == "verified" and "sm3" in steps(said)
    assert "the SM2 signature was not checked" in unchecked(said)
    files = unpack(data)
    given = json.loads(files["sm3.json"])
    assert set(given["inclusion"]) == {one[8:-5] for one in files if one.startswith("entries/")}


def test_without_it_the_verdict_says_what_was_not_checked(both: Bundled, judges: Judges) -> None:
    files = unpack(both.bundle(both.receipts["E_fuel"]))
    del files["sm3.json"]
    said = judges.ask(pack(files), both.policy)
    assert said["verdict"] == "verified" and "sm3" not in steps(said)
    assert "the SM3 tree: not in the bundle, not checked" in unchecked(said)


def test_a_log_of_one_tree_says_nothing_of_a_second(bundled: Bundled, judges: Judges) -> None:
    said = judges.ask(bundled.bundle(bundled.receipts["E_fuel"]), bundled.policy)
    assert said["verdict"] == "verified" and "SM3" not in unchecked(said)


def test_where_there_is_no_sm3_it_is_said(both: Bundled, monkeypatch: pytest.MonkeyPatch) -> None:
    data = both.bundle(both.receipts["E_fuel"])
    monkeypatch.setattr(sm3, "SM3", None)
    monkeypatch.setattr(sm3.find, "__defaults__", (False,))
    report = verify(data, read_policy(both.policy))
    assert report.verified
    assert any("this machine has no SM3" in en for _, en in report.not_checked)


WRONG: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another form": lambda one: one.update(form="tansuo.sm3/2"),
    "an entry less": lambda one: one["inclusion"].pop("0"),
    "an entry more": lambda one: one["inclusion"].update({"9999": []}),
    "another path": lambda one: one["inclusion"].update({"0": one["inclusion"]["1"]}),
    "another size": lambda one: one.update(note=one["note"].replace("/sm3\n", "/sm3\n1", 1)),
    "no note": lambda one: one.update(note=""),
    "no SM3 note but the first tree's": None,  # type: ignore[dict-item]
}


@pytest.mark.parametrize("what", WRONG)
def test_a_forged_second_tree_is_refused(both: Bundled, judges: Judges, what: str) -> None:
    files = unpack(both.bundle(both.receipts["E_fuel"]))
    given: Any = canonical.decode(files["sm3.json"])
    if WRONG[what] is None:
        given["note"] = files["checkpoint"].decode()
    else:
        WRONG[what](given)
    said = judges.ask(pack({**files, "sm3.json": canonical.encode(given)}), both.policy)
    assert (said["verdict"], said["steps"][-1]["step"]) == ("refused", "sm3")


def test_a_receipt_carries_its_place_in_both_trees(both: Bundled, judges: Judges) -> None:
    connection = both.town.connection
    entry = ledger.get(connection, 3)
    assert entry is not None
    text = prove(connection, entry, Policy()).written
    said = judges.ask(text.encode(), both.policy)
    assert said["verdict"] == "verified" and steps(said)[-1] == "sm3"
    proof = TlogProof.parse(text)
    extra: Any = canonical.decode(proof.extra or b"")
    extra["sm3"]["inclusion"]["3"] = extra["sm3"]["inclusion"]["3"][::-1]
    forged = TlogProof(proof.index, proof.path, proof.note, canonical.encode(extra)).written
    refused = judges.ask(forged.encode(), both.policy)
    assert (refused["verdict"], refused["steps"][-1]["step"]) == ("refused", "sm3")


def test_the_pages_sm3_is_the_other_one(both: Bundled, judges: Judges) -> None:
    """Entries of many lengths went through both; a changed byte of the second tree's file never goes unnoticed."""
    chance = random.Random(3)
    honest = unpack(both.bundle(both.receipts["E_power"]))
    statement = judges.ask(pack(honest), both.policy)["statement"]
    for _ in range(60):
        data = bytearray(honest["sm3.json"])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        said = judges.ask(pack({**honest, "sm3.json": bytes(data)}), both.policy)
        assert said["statement"] in (None, statement)
        assert said["verdict"] == "refused"
