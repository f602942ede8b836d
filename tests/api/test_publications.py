"""Publication: only an approver's decision raises a figure's stage and lets the public see it."""

from decimal import Decimal

from demo_city import OTHER, DemoCity
from demo_things import public_receipt
from tansuo.evidence.ledger import get, size
from tansuo.registry.zhenjiang import CITY

WANTED = {
    "subjects": [CITY, "zj.unit.dantu"], "quantities": ["T_national"], "period": "2026-04",
    "relation": "reports_for", "title_zh": "公开国家指南口径合计", "title_en": "Publish the national guideline's total",
}  # fmt: skip


def test_an_approver_publishes_and_the_public_sees_exactly_that(demo_copy: DemoCity) -> None:
    before = {one["receipt"] for one in demo_copy.client().get("/api/receipts").json()}
    with demo_copy.connection() as connection:
        frozen = size(connection)
    made = demo_copy.signed_in("city_approver", label="zj.approver").post("/api/publications", json=WANTED)
    assert made.status_code == 201, made.text
    demo_copy.work()
    found = {one["receipt"]: one for one in demo_copy.client().get("/api/receipts").json()}
    new = {name: one for name, one in found.items() if name not in before}
    assert set(new) == {one["receipt"] for one in made.json()["receipts"]}
    for name, one in new.items():
        assert (one["stage"], one["org"], one["as_of"]) == ("published", "public", frozen)
        assert one["decision"] == made.json()["decision"]
        assert demo_copy.client().get(f"/zh/receipts/{name}").status_code == 200
    with demo_copy.connection() as connection:
        decision = get(connection, made.json()["decision"])
    assert decision is not None
    assert (decision.body["size"], decision.body["role"]) == (frozen, "zj.approver")
    assert decision.body["title"]["en"] == WANTED["title_en"]  # type: ignore[index]
    assert decision.by.id == "zj.approver"
    assert len(decision.by.session) == 16  # of the session's hash only a piece


def test_a_sum_and_its_parts_are_published_from_one_size_and_add_up(demo: DemoCity) -> None:
    rows = demo.client().get("/api/receipts").json()
    for quantity in ("E_fuel", "E_indirect"):
        cells = [
            one for one in rows if (one["cell"]["quantity"], one["cell"]["period"]) == (quantity, "2026-04")
        ]
        (whole,) = [one for one in cells if one["cell"]["subject"] == CITY]
        parts = [one for one in cells if one["cell"]["subject"] != CITY]
        assert len({one["as_of"] for one in cells}) == 1
        assert sum(Decimal(one["value"]) for one in parts) == Decimal(whole["value"])


def test_publishing_the_same_again_makes_no_second_figure(demo_copy: DemoCity) -> None:
    approver = demo_copy.signed_in("city_approver")
    first = approver.post("/api/publications", json=WANTED).json()
    demo_copy.work()
    second = approver.post("/api/publications", json={**WANTED, "reason": "asked twice"}).json()
    demo_copy.work()
    assert second["decision"] > first["decision"]
    found = [
        one
        for one in demo_copy.client().get("/api/receipts").json()
        if one["cell"]["quantity"] == "T_national" and one["cell"]["subject"] == CITY
    ]
    assert len(found) == 1  # one is in force; the ledger keeps both
    assert len({one["value"] for one in found}) == 1


def test_a_figure_that_moved_is_published_again_only_with_a_reason(demo_copy: DemoCity) -> None:
    """One hour of steam was put right three days after April was published."""
    approver = demo_copy.signed_in("city_approver")
    first = public_receipt(demo_copy, "zj.unit.xinqu", "E_indirect")
    before = demo_copy.client().get(f"/api/receipts/{first}").json()
    body = {**WANTED, "subjects": ["zj.unit.xinqu"], "quantities": ["E_indirect"]}
    refused = approver.post("/api/publications", json=body)
    assert refused.status_code == 422
    assert refused.json()["findings"][0]["code"] == "accounting.restated"
    made = approver.post("/api/publications", json={**body, "reason": "steam of one hour put right"})
    assert made.status_code == 201, made.text
    demo_copy.work()
    (again,) = made.json()["receipts"]
    now = demo_copy.client().get(f"/api/receipts/{again['receipt']}").json()
    assert now["figure"]["value"] != before["figure"]["value"]
    assert demo_copy.client().get(f"/api/receipts/{first}").json()["figure"] == before["figure"]
    listed = {one["receipt"] for one in demo_copy.client().get("/api/receipts").json()}
    assert again["receipt"] in listed and first not in listed


def test_approval_for_one_firm_is_seen_by_that_firm_and_the_city(demo_copy: DemoCity) -> None:
    body = {
        "subjects": [OTHER], "quantities": ["E_fuel"], "period": "2026-04", "stage": "approved", "audience": OTHER,
        "title_zh": "审定", "title_en": "Approved",
    }  # fmt: skip
    made = demo_copy.signed_in("city_approver").post("/api/publications", json=body)
    assert made.status_code == 201, made.text
    demo_copy.work()
    path = f"/api/receipts/{made.json()['receipts'][0]['receipt']}"
    assert demo_copy.signed_in("enterprise_clerk", OTHER).get(path).json()["stage"] == "approved"
    assert demo_copy.signed_in("city_manager").get(path).status_code == 200
    assert demo_copy.signed_in("enterprise_clerk").get(path).status_code == 404
    assert demo_copy.client().get(path).status_code == 404


def test_replay_is_asked_over_the_api_and_gives_the_identical_string(demo: DemoCity) -> None:
    receipt = public_receipt(demo, CITY)
    answer = demo.signed_in("verifier").post(f"/api/receipts/{receipt}/replay").json()
    assert answer["equal"] is True
    assert answer["published"] == answer["replayed"] == demo.client().get(
        f"/api/receipts/{receipt}"
    ).json()["figure"]["value"]  # fmt: skip
