"""What a bundle carries beside the proof: time stamps, what is known of the meters, catalogue and record."""

import json
import re
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bundled_town import Bundled, pack, unpack
from second_verifier import Judges
from stamping import OPENSSL, needs_openssl
from tansuo.evidence import checkpoint
from tansuo.evidence.timestamp import Authority, ask, keep
from town import Town


@pytest.fixture
def bundled(connection: Connection) -> Bundled:
    return Bundled(Town(connection)).ready()


def stamped(bundled: Bundled, authority: Authority) -> None:
    """Have the present head stamped, and go on with the log."""
    connection = bundled.town.connection
    head = checkpoint.latest(connection)
    assert head is not None
    keep(connection, head, authority, ask(authority, head.note.encode()), bundled.town.clock)
    bundled.seal("a", "2026-01")
    bundled.head()


@needs_openssl
def test_a_time_stamp_goes_with_the_bundle_and_openssl_reads_it_there(
    bundled: Bundled, judges: Judges, authority: Authority, tmp_path: Path
) -> None:
    stamped(bundled, authority)
    files = unpack(bundled.bundle(bundled.receipts["E_fuel"]))
    said = judges.ask(pack(files), bundled.policy)
    (step,) = [one for one in said["steps"] if one["step"] == "tokens"]
    assert step["ok"] and re.search(r"tsa saw \d+ entries at 20\d\d-", step["en"])
    assert any("openssl ts -verify" in one["en"] for one in said["not_checked"])
    for name in ("0.note", "0.tsr"):
        (tmp_path / name).write_bytes(files[f"tokens/{name}"])
    words = ["ts", "-verify", "-in", "0.tsr", "-data", "0.note", "-CAfile", str(tmp_path / "tsa/ca.pem")]
    done = subprocess.run([str(OPENSSL), *words], cwd=tmp_path, capture_output=True, check=False, text=True)
    assert "Verification: OK" in done.stdout + done.stderr


@needs_openssl
@pytest.mark.parametrize("which", ["tokens/0.note", "tokens/0.tsr"])
def test_a_time_stamp_of_something_else_is_refused(
    bundled: Bundled, judges: Judges, authority: Authority, which: str
) -> None:
    stamped(bundled, authority)
    files = unpack(bundled.bundle(bundled.receipts["E_fuel"]))
    later = checkpoint.latest(bundled.town.connection)
    assert later is not None
    other = later.note.encode() if which.endswith("note") else bytes(300)
    assert judges.ask(pack({**files, which: other}), bundled.policy)["verdict"] == "refused"


def test_what_is_known_of_the_meters_and_what_is_not(bundled: Bundled) -> None:
    files = unpack(bundled.bundle(bundled.receipts["E_fuel"]))
    (meter,) = json.loads(files["meters.json"])["meters"]
    assert meter["marks"] == {"value.measured.N": 31} and (meter["from"], meter["to"]) == (
        "2026-01-01",
        "2026-02-01",
    )
    assert f"entries/{meter['plan']}.json" in files
    absent = {one["what"] for one in json.loads(files["absent.json"])}
    assert meter["calibration"] or f"{meter['meter']} 2026-01-01" in absent


def test_catalogue_and_record_name_every_file_and_the_head(bundled: Bundled) -> None:
    files = unpack(bundled.bundle(bundled.receipts["E_fuel"]))
    catalogue, record = (files[one].decode() for one in ("catalogue.txt", "extraction-record.txt"))
    for name in set(files) - {"manifest.json", "catalogue.txt", "extraction-record.txt"}:
        assert sha256(files[name]).hexdigest() in catalogue, name
    head = files["checkpoint"].decode().split("\n")
    assert head[2] in record and bundled.receipts["E_fuel"] in record
    assert "{" not in catalogue + record
