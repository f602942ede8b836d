"""Evidence bundles: what is in them, what is said to be absent, and that they verify without the platform."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bundled_town import Bundled, pack, unpack
from second_verifier import Judges
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import verifier_key
from tansuo.evidence.policy import read_policy
from tansuo.reporting.verifier import code_lines, verifier_program
from tansuo.verify.main import verify
from town import Town

LOTS = 4
"""Parts of the random mutants, so that several processes share them."""


@pytest.fixture
def bundled(connection: Connection) -> Bundled:
    return Bundled(Town(connection)).ready()


def absent(files: dict[str, bytes]) -> dict[str, str]:
    return {one["what"]: one["why"]["en"] for one in json.loads(files["absent.json"])}


def test_a_months_figure_is_computed_again_from_sealed_readings(bundled: Bundled, judges: Judges) -> None:
    said = judges.ask(bundled.bundle(bundled.receipts["E_fuel"]), bundled.policy)
    assert (said["verdict"], [one["step"] for one in said["steps"]]) == (
        "verified",
        ["manifest", "checkpoint", "entries", "inclusion", "consistency", "method", "seals", "inputs", "local",
         "evaluation", "value", "samples", "under"],
    )  # fmt: skip
    assert said["statement"]["value"] and said["statement"]["receipt"] == bundled.receipts["E_fuel"]
    assert said["statement"]["synthetic"] is True
    report = verify(bundled.bundle(bundled.receipts["E_fuel"]), read_policy(bundled.policy))
    assert "演示数据" in report.text(True)


def test_it_verifies_where_nothing_is_installed(bundled: Bundled, tmp_path: Path) -> None:
    data = bundled.bundle(bundled.receipts["E_power"])
    files = unpack(data)
    (tmp_path / "verify.py").write_bytes(files["verify.py"])
    (tmp_path / "one.zip").write_bytes(data)
    (tmp_path / "policy.txt").write_text(bundled.policy, encoding="utf-8")
    words = [sys.executable, "-I", "-S", "verify.py", "one.zip", "--policy", "policy.txt", "--json"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False, text=True)
    said = json.loads(done.stdout)
    assert (done.returncode, said["verdict"]) == (0, "verified"), done.stderr
    assert said == verify(data, read_policy(bundled.policy)).as_data()


UNREAD = (
    "figure.html",
    "figure.pdf",
    "absent.json",
    "meters.json",
    "catalogue.txt",
    "extraction-record.txt",
    "如何核验.txt",
)
"""What is for people: listed in the manifest, and no verifier rests anything on it."""

SHAPES = {
    "a reading": ("segments/", lambda data: data.replace(b"100125", b"100124", 1)),
    "a factor in the method": ("method.json", lambda data: data.replace(b"0.99", b"0.98", 1)),
    "the figure's value": ("entries/", lambda data: data.replace(b'"value":"', b'"value":"1', 1)),
    "an input": ("inputs.json", lambda data: data.replace(b'"3', b'"4', 1)),
    "the size of the head": ("checkpoint", lambda data: data.replace(b"\n", b"\n1", 1)),
    "the name of the log": ("checkpoint", lambda data: data.replace(b"tansuo", b"tansvo", 1)),
    "white space in an entry": ("entries/", lambda data: data.replace(b",", b", ", 1)),
    "a key twice": ("entries/", lambda data: data.replace(b"{", b'{"v":1,', 1)),
    "a proof": ("proofs.json", lambda data: data.replace(b"A", b"B", 1)),
    "the page for people": ("figure.html", lambda data: data + b"!"),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("listed", [False, True])
def test_nothing_that_was_changed_is_vouched_for(
    bundled: Bundled, judges: Judges, shape: str, listed: bool
) -> None:
    """With a manifest made to fit (``listed``), as a forger would; only what nobody signed may then differ."""
    honest = unpack(bundled.bundle(bundled.receipts["E_fuel"]))
    statement = verify(pack(honest), read_policy(bundled.policy)).as_data()["statement"]
    start, change = SHAPES[shape]
    name = next(one for one in sorted(honest) if one.startswith(start) and change(honest[one]) != honest[one])
    forged = pack({**honest, name: change(honest[name])}, listed=listed)
    said = judges.ask(forged, bundled.policy)
    if listed and shape == "the page for people":
        assert (
            said["statement"] == statement
        )  # a drawing beside the evidence: it is listed, nothing rests on it
    else:
        assert said["verdict"] == "refused", said


def test_a_key_that_the_judge_does_not_know_proves_nothing(bundled: Bundled) -> None:
    data = bundled.bundle(bundled.receipts["E_fuel"])
    other = "log " + str(verifier_key(FileSigner(bundled.signer.name, b"\6" * 32)))
    assert not verify(data, read_policy(other)).verified
    alone: Any = verify(data).as_data()
    assert alone["verdict"] == "verified"
    assert any("not compared with a policy" in one["en"] for one in alone["not_checked"])


def changed(before: bytes, after: bytes) -> tuple[bytes, bytes]:
    """Where two files of one length differ, with what stands around."""
    at = next(place for place, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])
    return before[max(at - 40, 0) : at + 20], after[max(at - 40, 0) : at + 20]


@pytest.mark.parametrize("lot", range(LOTS))
def test_random_changes_never_change_the_statement(bundled: Bundled, judges: Judges, lot: int) -> None:
    """Single bytes of single files, with and without a manifest that fits: refused, or the same statement.

    Every one is judged by both verifiers, which must agree. ``TANSUO_MUTANTS`` says how many in all; what came
    out is printed (``-rP`` shows it).
    """
    chance = random.Random(20261126 + lot)
    honest = unpack(bundled.bundle(bundled.receipts["E_power"]))
    statement = judges.ask(pack(honest), bundled.policy)["statement"]
    names = [one for one in sorted(honest) if one not in ("verify.py", "verify.html", "manifest.json")]
    accepted, turns = 0, int(os.environ.get("TANSUO_MUTANTS", "300")) // LOTS
    for turn in range(turns):
        name = chance.choice(names)
        data = bytearray(honest[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        said = judges.ask(pack({**honest, name: bytes(data)}, listed=turn % 2 == 0), bundled.policy)
        if said["verdict"] == "verified":
            accepted += 1
            assert said["statement"] == statement, name
            assert name in UNREAD, (
                name,
                changed(honest[name], bytes(data)),
            )
    print(f"{turns} mutants, both verifiers agree: {turns - accepted} refused, {accepted} the same statement")
    assert accepted < turns / 3


def test_what_is_too_large_or_oddly_named_is_refused_before_it_is_read(
    bundled: Bundled, judges: Judges
) -> None:
    honest = unpack(bundled.bundle(bundled.receipts["E_power"]))
    for name in ("../x", "/x", "a\\b", "entries/../x", "x\0y", "con:"):
        assert judges.ask(pack({**honest, name: b""}), bundled.policy)["verdict"] == "refused", name
    many = {**honest, **{f"docs/{number}": b"" for number in range(2_000)}}
    assert judges.ask(pack(many))["verdict"] == "refused"
    for wrong in (b"", b"PK", b"PK\5\6" + bytes(18), pack(honest)[:-7]):
        assert judges.ask(wrong)["verdict"] == "refused"


def test_the_program_that_goes_into_a_bundle_is_assembled_the_same_each_time() -> None:
    assert verifier_program.__wrapped__() == verifier_program()
    assert code_lines(verifier_program()) < 2_700  # what an auditor reads; 2,000 is the aim
