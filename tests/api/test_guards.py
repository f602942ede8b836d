"""What stands before an act in a session: its token, a sign-in of just now, and patience with failed links."""

import pytest

from demo_city import OTHER, DemoCity
from demo_things import public_receipt
from tansuo.api.attempts import FAILURES, Attempts
from tansuo.api.problems import Problem
from tansuo.evidence.clock import SimulatedClock
from tansuo.registry.zhenjiang import CITY

WANTED = {
    "subjects": [CITY], "quantities": ["T_national"], "period": "2026-04", "relation": "reports_for",
    "title_zh": "公开合计", "title_en": "Publish the total",
}  # fmt: skip
ASKED = {"series": f"{OTHER}/heat/hour", "start": "2026-04-20T07:00:00+08:00", "value": "100.00",
         "reason": "read off the wrong dial"}  # fmt: skip


def code(answer: object) -> str:
    """The first finding of an answer."""
    return str(answer.json()["findings"][0]["code"])  # type: ignore[attr-defined]


def test_publishing_needs_a_sign_in_of_just_now(demo_copy: DemoCity) -> None:
    approver = demo_copy.signed_in("city_approver")
    demo_copy.pass_time(minutes=15)
    assert approver.post("/api/publications", json=WANTED).status_code == 201
    demo_copy.pass_time(seconds=1)
    refused = approver.post("/api/publications", json=WANTED)
    assert (refused.status_code, code(refused)) == (403, "api.sign_in_again")
    assert approver.get("/api/overview?period=2026-04").status_code == 200  # reading goes on
    again = demo_copy.signed_in("city_approver")
    assert again.post("/api/publications", json={**WANTED, "reason": "again"}).status_code == 201


def test_confirming_needs_a_sign_in_of_just_now_and_asking_does_not(demo_copy: DemoCity) -> None:
    clerk = demo_copy.signed_in("enterprise_clerk", OTHER, "d.clerk")
    reviewer = demo_copy.signed_in("enterprise_reviewer", OTHER, "d.reviewer")
    demo_copy.pass_time(minutes=16)
    asked = clerk.post("/api/corrections", json=ASKED)
    assert asked.status_code == 201, asked.text
    path = f"/api/corrections/{asked.json()['case']}/confirm"
    for tried in (path, "/api/corrections/correction-000000000000/confirm"):
        refused = reviewer.post(tried)
        assert (refused.status_code, code(refused)) == (403, "api.sign_in_again")
    again = demo_copy.signed_in("enterprise_reviewer", OTHER, "d.reviewer")
    assert again.post(path).status_code == 201


def test_what_changes_something_names_the_token_of_its_own_session(demo: DemoCity) -> None:
    approver, other = demo.signed_in("city_approver"), demo.signed_in("city_approver")
    foreign = other.get("/api/session").json()["form_token"]
    paths = ("/api/publications", "/api/corrections", "/api/corrections/x/confirm",
             f"/api/receipts/{public_receipt(demo, CITY)}/replay")  # fmt: skip
    for token in ("", foreign, "é"):
        for path in paths:
            refused = approver.post(path, json=WANTED, headers={"X-Tansuo-Token": token.encode()})
            assert (refused.status_code, code(refused)) == (403, "api.session_token"), path
    del approver.headers["X-Tansuo-Token"]
    assert code(approver.post("/api/publications", json=WANTED)) == "api.session_token"
    assert approver.get("/api/series").status_code == 200  # reading needs none


def test_the_public_has_no_token(demo: DemoCity) -> None:
    assert demo.client().get("/api/session").json()["form_token"] is None
    assert code(demo.client().post("/api/publications", json=WANTED)) == "api.sign_in_needed"


def test_after_ten_failed_links_an_address_waits(demo_copy: DemoCity) -> None:
    here, elsewhere = demo_copy.client(), demo_copy.client()
    good, later = demo_copy.link("investor"), demo_copy.link("investor")
    for _ in range(FAILURES):
        assert here.post("/zh/sign-in/never-was").status_code == 410
        demo_copy.pass_time(minutes=1)
    refused = here.post("/zh/sign-in/never-was")
    assert (refused.status_code, code(refused)) == (429, "api.too_many_failures")
    assert refused.headers["retry-after"] == "300"  # the first failure was ten minutes ago
    assert here.post(f"/zh/sign-in/{good}").status_code == 429
    assert elsewhere.post(f"/zh/sign-in/{good}").status_code == 303
    demo_copy.pass_time(seconds=299)
    assert here.post(f"/zh/sign-in/{later}").headers["retry-after"] == "1"
    demo_copy.pass_time(seconds=1)
    assert here.post(f"/zh/sign-in/{later}").status_code == 303


def test_the_count_of_failures_remembers_so_many_addresses_and_no_more() -> None:
    attempts = Attempts(SimulatedClock(0), addresses=3)
    for address in ("a", "b", "c", "a", "d"):
        attempts.failed(address)
    assert len(attempts) == 3
    for _ in range(FAILURES - 2):
        attempts.failed("a")
    with pytest.raises(Problem) as caught:
        attempts.failed("a")  # its first two were not forgotten
    assert caught.value.status == 429
