"""The bases of an enterprise: totals side by side, one in detail, two explained; and who may choose them."""

from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from demo_city import DemoCity
from tansuo.accounting.methods_store import publish_method
from tansuo.database.connect import SYSTEM, transaction
from tansuo.methods.pack import load_pack
from town import ROOT

FIRM, METHOD = "demo.power-a", "general_combustion_and_power"
GUIDELINE = "cn_guideline_common_2013"


def bases(browser: TestClient, **query: str) -> dict[str, Any]:
    answer = browser.get(f"/api/enterprises/{FIRM}/bases", params={"period": "2026-04", **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def two(demo_copy: DemoCity) -> DemoCity:
    """A city in which a second method is published, and a manager gave it to one firm from 2026 on."""
    with transaction(demo_copy.database, SYSTEM) as connection:
        publish_method(connection, load_pack(ROOT / "packs" / GUIDELINE), clock=demo_copy.clock)
    demo_copy.work()
    manager = demo_copy.signed_in("city_manager")
    wanted = {"basis": "guideline", "method": GUIDELINE, "valid_from": "2026-01-01", "reason": "行业指南"}
    answer = manager.post(f"/api/enterprises/{FIRM}/bases", json=wanted)
    assert answer.status_code == 201, answer.text
    demo_copy.work()
    return demo_copy


def test_the_same_firm_by_two_methods(two: DemoCity) -> None:
    found = bases(two.signed_in("city_manager"), basis="guideline", against="general")
    by = {one["basis"]: one for one in found["bases"]}
    assert (by["guideline"]["method"], by["general"]["method"]) == (GUIDELINE, METHOD)
    assert found["basis"] == "guideline"
    head = next(one for one in found["quantities"] if one["head"])
    assert head["amount"]["value"] == by["guideline"]["amount"]["value"]
    assert "=" in head["worked"]["zh"]
    made = found["comparison"]
    rest = sum((Decimal(one["difference"]) for one in made["lines"]), Decimal(made["left"]))
    assert rest == Decimal(made["difference"])
    assert Decimal(made["other"]["value"]) - Decimal(made["chosen"]["value"]) == rest
    coal = next(one for one in made["lines"] if one["source"] == f"{FIRM}.coal")
    assert "factor" in coal["why"]
    assert {one["symbol"] for one in coal["chosen"]["factors"]} == {"NCV", "CC", "OF"}


def test_without_a_period_the_month_that_ended_last_is_meant(two: DemoCity) -> None:
    answer = two.signed_in("city_manager").get(f"/api/enterprises/{FIRM}/bases").json()
    assert (answer["period"], answer["running"]) == ("2026-04", False)


def test_a_basis_has_the_method_of_the_period_as_it_was_known(two: DemoCity) -> None:
    browser = two.signed_in("city_manager")

    def by_guideline(**query: str) -> str:
        return next(one["method"] for one in bases(browser, **query)["bases"] if one["basis"] == "guideline")

    now = bases(browser)
    assert [one["basis"] for one in now["bases"]] == ["cets", "guideline", "general"]
    assert by_guideline() == GUIDELINE
    assert by_guideline(as_of=str(now["as_of"] - 1)) == "cn_guideline_power_generation_2013"
    assert by_guideline(period="2025-12") == "cn_guideline_power_generation_2013"


def test_a_basis_the_firm_does_not_have_is_not_there(two: DemoCity) -> None:
    browser = two.signed_in("city_manager")
    answer = browser.get(f"/api/enterprises/{FIRM}/bases", params={"basis": "astrology"})
    assert answer.status_code == 404
    wanted = {"basis": "astrology", "method": METHOD, "reason": "stars"}
    refused = browser.post(f"/api/enterprises/{FIRM}/bases", json=wanted)
    assert refused.status_code == 422
    assert refused.json()["findings"][0]["code"] == "accounting.unknown_basis"


def test_a_method_nobody_published_says_so_beside_the_others(two: DemoCity) -> None:
    browser = two.signed_in("city_manager")
    wanted = {"basis": "cets", "method": "cn_no_such_method", "reason": "planned"}
    assert browser.post(f"/api/enterprises/{FIRM}/bases", json=wanted).status_code == 201
    two.work()
    found = bases(browser, basis="cets", against="general")
    (cets,) = [one for one in found["bases"] if one["basis"] == "cets"]
    assert cets["amount"] is None and cets["problems"][0]["code"] == "accounting.no_method"
    assert found["quantities"] == [] and found["comparison"] is None
