"""Receipts to keep: a firm takes those of what it sent, and nobody else's."""

import base64

import pytest

from demo_city import OTHER, OWN, DemoCity
from demo_things import things_of
from tansuo.evidence.checkpoint import log_keys
from tansuo.evidence.policy import Policy
from tansuo.verify.main import verify


def outside(demo: DemoCity) -> Policy:
    """The log's key, as somebody outside has it."""
    with demo.connection() as connection:
        return Policy(logs=tuple(log_keys(connection)))


def test_a_firm_takes_the_receipt_of_its_own_entry(demo: DemoCity) -> None:
    index = things_of(demo, OWN).entry
    clerk = demo.signed_in("enterprise_clerk")
    answer = clerk.get(f"/api/ledger/entries/{index}/proof")
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert f'filename="R{index}-' in answer.headers["content-disposition"]
    entry = base64.b64decode(clerk.get(f"/api/ledger/entries/{index}").json()["data"])
    report = verify(answer.content, outside(demo), entry)
    assert report.verified and report.statement is not None
    assert report.statement["subject"] == f"plan/{OWN}"


def test_of_a_batch_a_firm_takes_the_receipt_of_its_own_frame(demo: DemoCity) -> None:
    thing = things_of(demo, OWN)
    clerk = demo.signed_in("enterprise_clerk")
    place = f"/api/arrivals/{thing.arrival}/records/{thing.record}"
    frame = base64.b64decode(clerk.get(place).json()["data"])
    report = verify(clerk.get(f"{place}/proof").content, outside(demo), frame)
    assert report.verified and [one for one, ok, _, _ in report.steps if ok][-1] == "document"


@pytest.mark.parametrize("role", ["enterprise_clerk", "public"])
def test_what_belongs_to_others_has_no_receipt_for_us(demo: DemoCity, role: str) -> None:
    other = things_of(demo, OTHER)
    browser = demo.client() if role == "public" else demo.signed_in(role)
    there = browser.get(f"/api/ledger/entries/{other.entry}/proof")
    nowhere = browser.get("/api/ledger/entries/99999999/proof")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    frame = browser.get(f"/api/arrivals/{other.arrival}/records/{other.record}/proof")
    assert frame.status_code == (401 if role == "public" else 404)


def test_everybody_takes_the_receipt_of_what_is_public(demo: DemoCity) -> None:
    answer = demo.client().get("/api/ledger/entries/0/proof")
    assert verify(answer.content, outside(demo)).verified


def test_pages_lead_to_the_receipt(demo: DemoCity) -> None:
    thing = things_of(demo, OWN)
    clerk = demo.signed_in("enterprise_clerk")
    assert f"/api/ledger/entries/{thing.entry}/proof" in clerk.get(f"/zh/ledger/{thing.entry}").text
    page = clerk.get(f"/en/frames/{thing.arrival}/{thing.record}").text
    assert f"/api/arrivals/{thing.arrival}/records/{thing.record}/proof" in page
    hidden = clerk.get(f"/zh/ledger/{things_of(demo, OTHER).entry}").text
    assert "/proof" not in hidden
