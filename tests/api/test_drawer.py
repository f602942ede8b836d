"""The receipt drawer as data: what stands behind a figure, as each reader may see it."""

from decimal import Decimal
from typing import Any

import pytest

from demo_city import METHOD, OTHER, OWN, DemoCity
from demo_things import DAY, public_receipt, things_of
from tansuo.accounting.receipt import published
from tansuo.registry.zhenjiang import CITY


def drawer(city: DemoCity, figure: str, role: str = "city_manager", **query: object) -> dict[str, Any]:
    answer = city.signed_in(role).get(
        "/api/drawer", params={"figure": figure, **{k: str(v) for k, v in query.items()}}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def cell(subject: str, period: str, quantity: str = "E_fuel", relation: str = "") -> str:
    return f"{subject}~{quantity}~{period}~{METHOD}~{relation}"


def test_a_receipt_states_what_its_entry_froze(demo: DemoCity) -> None:
    thing = things_of(demo, OWN)
    found = drawer(demo, thing.receipt)
    entry = demo.signed_in("city_manager").get(f"/api/receipts/{thing.receipt}").json()
    assert found["amount"]["value"] == entry["figure"]["value"]
    assert found["amount"]["receipt"] == found["receipt"] == thing.receipt
    at = found["position"]
    assert (at["entry"], at["size"]) == (entry["entry"], entry["figure"]["size"])
    assert at["input_digest"] == entry["figure"]["input_digest"]
    assert at["fingerprint"] == thing.method
    assert at["same"] is True
    assert at["as_of"].endswith(f"@{at['size']}")
    assert len(at["leaf_hash"]) == 64
    assert found["document"] == f"receipts/{thing.receipt}"


def test_the_worked_line_leads_from_numbers_with_units_to_the_figure(demo: DemoCity) -> None:
    found = drawer(demo, things_of(demo, OWN).receipt)
    top = found["steps"][0]
    assert top["symbol"] == "E_fuel"
    value = f"{Decimal(found['amount']['value']):,f} {found['amount']['unit']}"
    assert top["worked"][0]["zh"].endswith(f"= {value}")
    assert top["mathml"].startswith("<math") and top["words"]["en"] != top["words"]["zh"]
    assert {one["symbol"] for one in found["factors"]} >= {"NCV", "CC", "OF"}
    for one in found["factors"]:
        assert one["source"]["zh"] and one["status"] and one["rung"] and one["unit"]


def test_from_the_drawer_a_day_and_its_frames_are_two_clicks_away(demo: DemoCity) -> None:
    found = drawer(demo, things_of(demo, OWN).receipt)
    series = next(s for a in found["activities"] for s in a["series"] if s["series"] == f"{OWN}/coal/hour")
    days = {one["day"]: one for one in series["days"]}
    assert len(days) == 30
    assert days[DAY.isoformat()] == {
        "day": DAY.isoformat(),
        "over": True,
        "present": 24,
        "expected": 24,
    }
    page = demo.signed_in("city_manager").get(f"/zh/series/{series['series']}/{DAY}")
    assert "/zh/frames/" in page.text


def test_a_provisional_figure_says_what_a_receipt_would_freeze(demo: DemoCity) -> None:
    found = drawer(demo, cell(OWN, "2026-05"))
    assert (found["receipt"], found["stage"], found["since"]) == (None, "calculated", None)
    at = found["position"]
    assert (at["entry"], at["leaf_hash"], at["recorded"]) == (None, None, None)
    assert at["evaluator"] and at["parsers"] and at["build"] and len(at["input_digest"]) == 64
    assert found["amount"]["cell"]["period"] == "2026-05"
    assert found["document"].startswith("figures?subject=demo.power-a&quantity=E_fuel&period=2026-05")
    page = demo.signed_in("city_manager").get(f"/zh/{found['document']}")
    assert page.status_code == 200


def test_a_longer_period_leads_to_its_months(demo: DemoCity) -> None:
    found = drawer(demo, cell(OWN, "2026-Q2"))
    assert [one["period"] for one in found["months"]] == ["2026-04", "2026-05", "2026-06"]
    april = found["months"][0]["amount"]
    assert april["value"] == drawer(demo, cell(OWN, "2026-04"))["amount"]["value"]
    assert april["cell"]["period"] == "2026-04"
    assert found["months"][2]["amount"]["value"] is None
    assert all(one["days"] == [] for activity in found["activities"] for one in activity["series"])


def test_a_hole_is_named_with_its_hours_and_is_no_zero(demo: DemoCity) -> None:
    found = drawer(demo, cell("demo.paper-e", "2026-03"))
    assert (found["amount"]["value"], found["amount"]["state"]) == (None, "missing")
    assert found["amount"]["complete"] is False
    assert found["known"] is not None
    assert found["completeness"]["words"]["zh"] == "不完整：2026-03"
    assert sum(one["count"] for one in found["completeness"]["holes"]) == 41


def test_the_sum_over_the_key_firms_says_so_and_lists_its_parts(demo: DemoCity) -> None:
    found = drawer(demo, cell(CITY, "2026-04", relation="reports_for"))
    assert "重点企业合计" in found["title"]["zh"] and "全市" not in found["title"]["zh"]
    assert found["scope"] == "direct"
    assert len(found["parts"]) > 3 and all(one["amount"] for one in found["parts"])
    assert found["completeness"]["members"] > len(found["parts"])
    known = [Decimal(one["percent"]) for one in found["parts"] if one["percent"]]
    assert abs(sum(known) - 100) < 1


def test_a_correction_since_the_publication_explains_the_difference(demo: DemoCity) -> None:
    with demo.connection() as connection:
        (heat,) = [
            one.receipt
            for one in published(connection, subject=OTHER)
            if (one.cell.quantity, one.cell.period) == ("E_indirect", "2026-04")
        ]
    found = drawer(demo, heat)
    since = found["since"]
    moved = Decimal(since["now"]["value"]) - Decimal(found["amount"]["value"])
    assert Decimal(since["change"]) == moved != 0
    assert sum(Decimal(one["added"]) for one in since["parts"]) == moved
    (correction,) = found["corrected"]
    assert correction["reason"] and correction["what"].startswith(OTHER) and not correction["inside"]
    assert correction["before"] != correction["after"] and " + " in correction["people"]
    assert correction["before_entry"] < found["position"]["entry"] < correction["entry"]
    assert [one["receipt"] for one in since["history"]] == [found["receipt"]]


def test_a_drawer_of_the_past_knows_nothing_of_what_came_later(demo: DemoCity) -> None:
    thing = things_of(demo, OTHER)
    published = drawer(demo, thing.receipt)["position"]["entry"]
    then = drawer(demo, thing.receipt, as_of=published + 1)
    assert then["since"]["change"] == "0" or Decimal(then["since"]["change"]) == 0
    assert then["corrected"] == []
    before = demo.signed_in("city_manager").get(
        "/api/drawer", params={"figure": thing.receipt, "as_of": str(published)}
    )
    assert before.status_code == 404


@pytest.mark.parametrize("role", ["anonymous", "investor", "audit_admin"])
def test_the_public_sees_a_public_receipt_and_no_reading(role: str, demo: DemoCity) -> None:
    found = drawer(demo, public_receipt(demo, CITY), role)
    assert found["details"] is False
    assert found["since"] is None
    assert all(part["amount"] is not None and part["amount"]["cell"] is None for part in found["parts"])
    answer = demo.signed_in(role).get(
        "/api/drawer", params={"figure": cell(CITY, "2026-04", relation="reports_for")}
    )
    assert answer.status_code == (401 if role == "anonymous" else 403)


def test_a_county_official_sees_only_that_the_firms_of_others_belong_to_a_sum(demo: DemoCity) -> None:
    official = demo.signed_in("county_manager")
    params = {"figure": cell("zj.unit.xinqu", "2026-04", relation="reports_for")}
    parts = official.get("/api/drawer", params=params).json()["parts"]
    assert parts and all(one["amount"] is None and one["percent"] is None for one in parts)
    assert official.get("/api/drawer", params={"figure": cell(OTHER, "2026-04")}).status_code == 404


@pytest.mark.parametrize(
    "text", ["a~b", "~E_fuel~2026-04~m~", "a~b~2026-04~m~r~x", "demo.power-a~E_fuel~soon~m~"]
)
def test_what_is_no_figure_is_refused_in_both_languages(text: str, demo: DemoCity) -> None:
    answer = demo.signed_in("city_manager").get("/api/drawer", params={"figure": text})
    assert answer.status_code == 422
    (finding,) = answer.json()["findings"]
    assert finding["zh"] and finding["en"] and finding["zh"] != finding["en"]
