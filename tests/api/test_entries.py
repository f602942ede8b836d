"""The ledger browsed: pages newest first, what may be read, and a proof whose every step can be done by hand."""

from base64 import b64decode
from hashlib import sha256

import pytest

from demo_city import OTHER, OWN, DemoCity
from demo_things import things_of
from tansuo.evidence.ledger import size


def test_pages_lead_from_the_newest_entry_to_the_first_without_a_gap(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    seen: list[int] = []
    before: dict[str, int] = {}
    while True:
        page = browser.get("/api/ledger/entries", params={"limit": 200, **before}).json()
        seen += [one["index"] for one in page["entries"]]
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    assert seen == list(range(page["size"] - 1, -1, -1))


def test_entries_of_others_show_their_hash_and_nothing_else(demo: DemoCity) -> None:
    plan = things_of(demo, OTHER).entry
    clerk = demo.signed_in("enterprise_clerk")
    page = clerk.get("/api/ledger/entries", params={"before": plan + 1, "limit": 1}).json()
    (row,) = page["entries"]
    assert (row["index"], row["readable"], row["type"], row["subject"], row["org"]) == (
        plan, False, None, None, None,
    )  # fmt: skip
    assert len(row["leaf_hash"]) == 64
    one = clerk.get(f"/api/ledger/entries/{plan}").json()
    assert (one["entry"], one["data"], one["receipt"]) == (None, None, None)
    assert one["proof"]["verified"] is True
    assert one["leaf_hash"] == row["leaf_hash"]


def test_a_filter_keeps_a_type_or_a_subject_among_what_one_may_open(demo: DemoCity) -> None:
    clerk = demo.signed_in("enterprise_clerk")
    plans = clerk.get("/api/ledger/entries", params={"type": "plan"}).json()["entries"]
    assert {one["subject"] for one in plans} == {f"plan/{OWN}"}
    mine = clerk.get("/api/ledger/entries", params={"subject": OWN}).json()["entries"]
    assert mine and all(OWN in one["subject"] for one in mine)
    assert clerk.get("/api/ledger/entries", params={"subject": OTHER}).json()["entries"] == []


def test_the_types_are_named_in_both_languages_and_counted(demo: DemoCity) -> None:
    everything = {one["type"]: one for one in demo.signed_in("verifier").get("/api/ledger/types").json()}
    assert (everything["genesis"]["type_zh"], everything["genesis"]["count"]) == ("创世条目", 1)
    assert everything["figure"]["type_en"] == "published figures"
    public = {one["type"]: one["count"] for one in demo.client().get("/api/ledger/types").json()}
    assert public["figure"] < everything["figure"]["count"]
    assert "arrival" not in public


def test_the_steps_of_a_proof_lead_by_hand_from_the_bytes_to_the_signed_root(demo: DemoCity) -> None:
    index = things_of(demo, OWN).entry
    one = demo.signed_in("enterprise_clerk").get(f"/api/ledger/entries/{index}").json()
    head = sha256(b"\x00" + b64decode(one["data"])).digest()
    assert head.hex() == one["leaf_hash"]
    for step in one["proof"]["steps"]:
        sibling = bytes.fromhex(step["sibling"])
        pair = sibling + head if step["side"] == "left" else head + sibling
        head = sha256(b"\x01" + pair).digest()
        assert head.hex() == step["head"]
    assert head.hex() == one["proof"]["root"]
    signed = one["proof"]["head"]
    assert signed["root"] == one["proof"]["root"]
    assert signed["signature"] is True and signed["root_matches"] is True


def test_an_entry_knows_its_neighbours_and_what_replaced_it(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    first = browser.get("/api/ledger/entries/0").json()
    assert (first["previous"], first["next"], first["type"]) == (None, 1, "genesis")
    with demo.connection() as connection:
        last = size(connection) - 1
    assert browser.get(f"/api/ledger/entries/{last}").json()["next"] is None
    rows = browser.get("/api/ledger/entries", params={"limit": 200}).json()["entries"]
    replacing = [one for one in rows if one["supersedes"] is not None]
    for one in replacing[:3]:
        assert browser.get(f"/api/ledger/entries/{one['supersedes']}").json()["superseded_by"] == one["index"]


def test_the_ledger_of_the_past_ends_there(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    page = browser.get("/api/ledger/entries", params={"as_of": "40", "limit": "3"}).json()
    assert ([one["index"] for one in page["entries"]], page["size"]) == ([39, 38, 37], 40)
    assert browser.get("/api/ledger/entries/40", params={"as_of": "40"}).status_code == 404
    one = browser.get("/api/ledger/entries/39", params={"as_of": "40"}).json()
    assert (one["next"], one["proof"]["size"], one["proof"]["head"]) == (None, 40, None)
    assert browser.get("/api/ledger/checkpoints", params={"as_of": "40"}).json() == []


def test_signed_heads_are_listed_and_checked_again(demo: DemoCity) -> None:
    heads = demo.client().get("/api/ledger/checkpoints").json()
    assert heads
    for one in heads:
        assert one["signature"] is True and one["root_matches"] is True
        assert str(one["size"]) in one["note"].splitlines()


@pytest.mark.parametrize("query", ["before=-1", "limit=0", "limit=1000", "as_of=999999999"])
def test_a_wrong_page_is_refused_in_both_languages(query: str, demo: DemoCity) -> None:
    answer = demo.client().get(f"/api/ledger/entries?{query}")
    assert answer.status_code == 422
    assert all(one["zh"] and one["en"] for one in answer.json()["findings"])
