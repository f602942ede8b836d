"""The ledger page says which guards are set here, from what is there: nothing is claimed that is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from demo_city import HTML, DemoCity
from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.ed25519 import public_key
from tansuo.evidence.note import COSIGNATURE, VerifierKey
from tansuo.evidence.policy import Policy, read_policy
from tansuo.evidence.timestamp import Stamp
from tansuo.evidence.witnessing import Witnessed
from tansuo.reporting.guards_view import Guard, Known, guards
from tansuo.reporting.html import words


def policy(quorum: str) -> Policy:
    keys = [VerifierKey(name, COSIGNATURE, public_key(name[:1].encode() * 32)) for name in ("court", "uni")]
    return read_policy("".join(f"witness {one.name} {one}\n" for one in keys) + quorum)


@pytest.fixture
def bare(tmp_path: Path) -> Known:
    return Known(None, Policy(), None, [], "No restore yet.", 0, tmp_path)


def rows(known: Known) -> list[Guard]:
    return guards(known, words("en"))


def test_where_nothing_is_configured_nothing_is_in_place(bare: Known) -> None:
    found = rows(bare)
    assert [one.here for one in found] == [False] * 6 + [None]
    said = " ".join(one.state for one in found)
    assert "Nothing is signed" in said and "No quorum" in said and "No time-stamp authority" in said
    assert "not on this host" in said


def test_every_guard_is_told_as_it_stands(bare: Known) -> None:
    (bare.home / "signer").mkdir()
    (bare.home / "signer" / "head.json").write_text("{}", encoding="utf-8")
    full = replace(
        bare,
        head=Issued(90, "note", 0),
        policy=policy("group g all court uni\nquorum g"),
        witnessed=Witnessed(80, {"court": 1, "uni": 2}),
        stamps=[Stamp(70, "tsa", 0, b"")],
        seals=5,
    )
    found = rows(full)
    assert [one.here for one in found] == [True] * 6 + [None]
    row, rewrite, split, backup, dated, dropped, false = (one.state for one in found)
    assert "90" in row and "80" in rewrite and "court, uni" in rewrite and "70" in dated and "5" in dropped
    assert "up to 1 of them dishonest" in split
    assert "can overwrite it too" in backup
    assert "before receipt" in false


def test_a_policy_that_is_not_met_or_too_weak_is_not_in_place(bare: Known) -> None:
    waiting = rows(replace(bare, policy=policy("group g all court uni\nquorum g")))
    assert (waiting[1].here, waiting[2].here) == (False, True) and "no head has met" in waiting[1].state
    weak = rows(replace(bare, policy=policy("group g any court uni\nquorum g")))
    assert weak[2].here is False and "could both meet it" in weak[2].state


def test_a_memory_that_another_user_keeps_is_told(bare: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_path: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "stat", closed)
    assert "another user" in rows(bare)[3].state


def test_the_page_says_it_in_both_languages(demo: DemoCity) -> None:
    browser = demo.signed_in("anonymous")
    for language, title in (("zh", "谁能发现什么"), ("en", "Who would catch what")):
        page = browser.get(f"/{language}/ledger", headers=HTML).text
        assert title in page and "tansuo witness compare" in page
