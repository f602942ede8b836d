"""``tansuo decode hj212``: one frame a line in, one JSON object a line out."""

import gzip
import io
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tansuo.entry.cli import main

GOOD = "##0087QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&2200"
Decode = Callable[..., tuple[list[dict[str, object]], str]]


@pytest.fixture
def decode(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Decode:
    """Run the command; the objects it prints and what it says on standard error. Bytes go in as ``-``."""

    def run(source: Path | bytes, *options: str, code: int = 0) -> tuple[list[dict[str, object]], str]:
        name = str(source)
        if isinstance(source, bytes):
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(source))))  # type: ignore[arg-type]
            name = "-"
        assert main(["decode", "hj212", name, *options]) == code
        out, err = capsys.readouterr()
        return [json.loads(line) for line in out.splitlines()], err

    return run


def verdicts(objects: Sequence[dict[str, object]]) -> list[object]:
    return [one["verdict"] for one in objects]


def test_35_public_frames(decode: Decode, shared_data: Callable[[str], Path]) -> None:
    cases = [
        json.loads(line)
        for line in (shared_data("hj212_frames") / "frames.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    objects, _ = decode("".join(f"{case['frame']}\r\n" for case in cases).encode())
    assert len(objects) == 35
    for case, said in zip(cases, objects, strict=True):
        expected = case["expected"]
        assert said == {
            "verdict": expected["verdict"],
            "problems": expected["problems"],
            "header": expected["header"],
            "values": expected.get("values_last_wins", {}),
            "data_time": expected.get("data_time"),
            "crc_computed": expected["crc_computed"],
        }, case["id"]


def test_the_receivers_log(decode: Decode, shared_data: Callable[[str], Path]) -> None:
    log = shared_data("hj212_frames") / "receiver_stream_small.log.gz"
    objects, err = decode(log)
    assert verdicts(objects) == ["accept", "accept", "reject"]
    assert "38577 bytes outside of 3 frames" in err


def test_a_line_that_is_no_frame_is_rejected_in_its_place(decode: Decode) -> None:
    objects, err = decode(f"{GOOD}\nhello\n\n##\n{GOOD}".encode())
    assert verdicts(objects) == ["accept", "reject", "reject", "accept"]
    assert objects[1] == {
        "verdict": "reject", "problems": ["no_frame_start"], "header": {}, "values": {}, "data_time": None,
        "crc_computed": None,
    }  # fmt: skip
    assert err == ""


def test_where_nothing_begins_like_a_frame_every_line_is_rejected(decode: Decode) -> None:
    assert verdicts(decode(b"hello\n\nworld\n")[0]) == ["reject", "reject"]
    assert decode(b"")[0] == []


def test_a_log_may_hold_frames_anywhere_and_torn(decode: Decode) -> None:
    log = f"2024-06-01 08:58:57 INFO <- {GOOD}{GOOD}\n2024-06-01 INFO {GOOD[:50]}\n".encode()
    assert verdicts(decode(log)[0]) == ["accept", "accept", "reject"]


def test_the_reader_may_be_told_what_it_reads(decode: Decode) -> None:
    mixed = f"note\n{GOOD}\n".encode()
    assert verdicts(decode(mixed, "--lines")[0]) == ["reject", "accept"]
    assert verdicts(decode(mixed, "--log")[0]) == ["accept"]
    assert decode(b"hello\n", "--log")[0] == []


def test_gzip_under_any_name_and_from_standard_input(decode: Decode, tmp_path: Path) -> None:
    packed = gzip.compress(f"{GOOD}\n{GOOD}\n".encode())
    (tmp_path / "frames.txt").write_bytes(packed)
    assert verdicts(decode(tmp_path / "frames.txt")[0]) == ["accept", "accept"]
    assert verdicts(decode(packed)[0]) == ["accept", "accept"]


def test_bytes_of_any_kind_never_crash_it(decode: Decode) -> None:
    objects, _ = decode(b"##" + bytes(range(256)) + b"\n##\xff\xfe\n", "--lines")
    assert set(verdicts(objects)) == {"reject"}


def test_a_file_that_cannot_be_read_is_a_finding(decode: Decode, tmp_path: Path) -> None:
    for broken in (tmp_path / "absent", tmp_path):
        _, err = decode(broken, code=2)
        assert str(broken) in err
    (tmp_path / "cut.gz").write_bytes(gzip.compress(GOOD.encode() * 100)[:-20])
    _, err = decode(tmp_path / "cut.gz", code=2)
    assert "cut.gz" in err
