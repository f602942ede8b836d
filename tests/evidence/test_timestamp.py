"""Time stamps: an outside clock's word for a head, kept raw and judged at the time it states."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rfc3161_client import decode_timestamp_response

from stamping import needs_openssl
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence.timestamp import (
    EVERY_MS,
    Authority,
    StampError,
    authorities_of,
    collect,
    judge,
    latest,
    roots_in,
    stamps,
)
from tansuo.quantity.finding import FindingError


def test_the_published_responses_are_judged_as_openssl_judges_them(
    shared_data: Callable[[str], Path],
) -> None:
    folder = shared_data("rfc3161_timestamps")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    for one in expected:
        response = (folder / one["file"]).read_bytes()
        roots = roots_in((folder / one["chain"]).read_bytes())
        nonce = int(one["nonce_hex"], 16) if "nonce_hex" in one and one["verdict"] == "valid" else None
        if one["verdict"].startswith("valid"):
            stated = datetime.fromisoformat(one["gen_time"])
            assert judge(response, b"hello", roots, nonce) == stated.timestamp() * 1000
        else:
            with pytest.raises(StampError):
                judge(response, b"hello", roots)


def test_what_is_not_ours_is_refused(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("rfc3161_timestamps") / "test_tsa"
    response, roots = (folder / "response.tsr").read_bytes(), roots_in((folder / "ts_chain.pem").read_bytes())
    for wrong in (
        lambda: judge(response, b"hallo", roots),
        lambda: judge(response, b"hello", roots, nonce=1),
        lambda: judge(response, b"hello", ()),
        lambda: judge(response[:-1], b"hello", roots),
        lambda: judge(response[:-40] + bytes(40), b"hello", roots),
        lambda: judge(b"", b"hello", roots),
    ):
        with pytest.raises(StampError):
            wrong()


@needs_openssl
def test_heads_are_stamped_once_an_hour_and_the_raw_answer_is_kept(
    kept, tmp_path: Path, authority: Authority
) -> None:
    with kept.signer(tmp_path / "signer") as service:
        service.step()
        assert collect(kept.database, [authority], kept.clock) == {"tsa": "stamped 2"}
        kept.say("3")
        service.step()
    assert collect(kept.database, [authority], kept.clock) == {}  # an hour has not passed
    kept.clock.set(kept.clock.now_ms() + EVERY_MS)
    assert collect(kept.database, [authority], kept.clock) == {"tsa": "stamped 3"}
    with transaction(kept.database, SYSTEM) as connection:
        [newest] = latest(connection)
        both = stamps(connection)
    assert [one.size for one in both] == [2, 3]
    assert newest == both[-1]
    stated = decode_timestamp_response(newest.response).tst_info.gen_time.replace(tzinfo=UTC)
    assert newest.stamped_ms == stated.timestamp() * 1000


@needs_openssl
def test_an_authority_nobody_trusts_stamps_nothing(kept, tmp_path: Path, authority: Authority) -> None:
    with kept.signer(tmp_path / "signer") as service:
        service.step()
    stranger = Authority("tsa", authority.address, ())
    assert "root" in collect(kept.database, [stranger], kept.clock)["tsa"].lower()
    away = Authority("tsa", "http://127.0.0.1:9/", authority.roots)
    assert "refused" in collect(kept.database, [away], kept.clock, timeout=2)["tsa"]
    with transaction(kept.database, SYSTEM) as connection:
        assert stamps(connection) == []


def test_a_file_of_authorities_is_read_whole_or_refused(tmp_path: Path) -> None:
    assert authorities_of(tmp_path) == []
    for wrong in ("[tsa]\n", '[tsa]\naddress = "http://x"\nroots = "absent.pem"\n', "nonsense"):
        (tmp_path / "timestamps.toml").write_text(wrong, encoding="utf-8")
        with pytest.raises(FindingError):
            authorities_of(tmp_path)
    (tmp_path / "empty.pem").write_text("", encoding="utf-8")
    (tmp_path / "timestamps.toml").write_text(
        '[t]\naddress = "http://x"\nroots = "empty.pem"\n', encoding="utf-8"
    )
    with pytest.raises(FindingError):
        authorities_of(tmp_path)
