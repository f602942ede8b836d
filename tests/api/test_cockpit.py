"""The cockpit: who moved how much and why, in whose scope, as known when, and what the public is told."""

from decimal import Decimal
from typing import Any

import pytest

from demo_city import METHOD, OWN, DemoCity
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.overview import overview
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence.ledger import append
from tansuo.registry.statement import state_
from tansuo.registry.zhenjiang import CITY, UNITS

Body = dict[str, Any]


def asked(demo: DemoCity, role: str, **query: object) -> Body:
    """The cockpit as a role gets it."""
    answer = demo.signed_in(role).get("/api/cockpit", params={"period": "2026-04", **query})
    assert answer.status_code == 200, answer.text
    found: Body = answer.json()
    return found


@pytest.fixture(scope="module")
def whole(demo: DemoCity) -> Body:
    return asked(demo, "city_manager")


def test_the_sum_is_that_of_the_overview_and_never_called_the_city(demo: DemoCity, whole: Body) -> None:
    with demo.connection() as connection:
        expected = overview(connection, CITY, "2026-04", inventory=Inventory(connection))
    assert (whole["title_zh"], whole["city_account"]) == ("重点企业合计", None)
    assert whole["direct"]["now"]["value"] == expected.city.direct.text
    assert whole["indirect"]["now"]["value"] == expected.city.indirect.text
    assert whole["direct"]["known"]["value"] is not None
    assert whole["coverage"]["enterprises"] == expected.city.coverage.enterprises
    assert whole["coverage"]["readings_present"] == expected.city.coverage.readings_present
    assert {one["unit"]["id"] for one in whole["units"]} == set(UNITS)
    assert whole["synthetic"] is True


def test_the_trend_has_thirteen_months_and_a_gap_stays_a_gap(whole: Body) -> None:
    months = [one["period"] for one in whole["trend"]]
    assert (len(months), months[0], months[-1]) == (13, "2025-04", "2026-04")
    before = whole["trend"][0]["direct"]
    assert before["now"]["value"] is None
    assert before["now"]["complete"] is False
    march = next(one for one in whole["trend"] if one["period"] == "2026-03")
    assert march["direct"]["now"]["value"] is None
    assert march["direct"]["known"]["value"] is not None
    assert march["direct"]["missing"] == ["2026-03"]


def test_every_mover_has_reasons_that_add_up_to_the_last_digit(whole: Body) -> None:
    seen = 0
    for group in whole["movers"]:
        gaps = []
        for one in group["movers"]:
            parts = [Decimal(part["added"]) for part in one["reasons"]]
            if one["rest"] is not None:
                parts.append(Decimal(one["rest"]))
            assert sum(parts, Decimal()) == Decimal(one["gap"])
            if one["basis"] == "value":
                gaps.append(abs(Decimal(one["gap"])))
                assert Decimal(one["later"]["value"]) - Decimal(one["earlier"]["value"]) == Decimal(
                    one["gap"]
                )
            seen += 1
        assert gaps == sorted(gaps, reverse=True)
    assert seen >= 5
    march = next(one for one in whole["movers"] if (one["quantity"], one["against"]) == ("E_fuel", "2026-03"))
    reasons = [reason for one in march["movers"] for reason in one["reasons"]]
    assert {"activity"} <= {one["kind"] for one in reasons}
    assert all(one["source_zh"] and one["unit"] for one in reasons if one["kind"] == "activity")


def test_across_a_hole_only_like_is_compared_with_like(whole: Body) -> None:
    march = next(one for one in whole["changes_direct"] if one["against"] == "2026-03")
    assert (march["gap"], march["percent"]) == (None, None)  # 演示造纸E has a hole in March
    alike = march["alike"]
    assert 0 < alike["complete"] < alike["enterprises"]
    assert alike["gap"] is not None
    assert alike["percent"] is not None
    year = next(one for one in whole["changes_direct"] if one["against"] == "2025-04")
    assert (year["alike"]["complete"], year["alike"]["percent"]) == (0, None)


def test_a_share_names_its_kind_and_the_shares_add_up_to_what_is_known(whole: Body) -> None:
    total = sum((Decimal(one["value"]) for one in whole["shares_direct"]), Decimal())
    assert total == Decimal(whole["direct"]["known"]["value"])


def test_the_headline_says_what_is_not_standard_about_it(demo: DemoCity, whole: Body) -> None:
    for scope in ("direct", "indirect"):
        said = whole[scope]
        cell = f"{CITY}~E_{'fuel' if scope == 'direct' else scope}~{whole['period']}~{METHOD}~reports_for"
        drawer = demo.signed_in("city_manager").get("/api/drawer", params={"figure": cell})
        assert drawer.status_code == 200, drawer.text
        assert said["nonstandard"] == drawer.json()["nonstandard"], scope


def test_a_county_manager_sees_the_own_unit_in_detail_and_movers_of_nobody_else(demo: DemoCity) -> None:
    body = asked(demo, "county_manager")
    assert body["own_unit"] == "zj.unit.dantu"
    assert body["firms"]
    assert {one["unit"] for one in body["firms"]} == {"zj.unit.dantu"}
    movers = {one["enterprise"]["id"] for group in body["movers"] for one in group["movers"]}
    assert movers <= {one["enterprise"]["id"] for one in body["firms"]}
    assert len(body["units"]) == len(UNITS)


def test_an_enterprise_sees_itself_and_the_sums(demo: DemoCity) -> None:
    body = asked(demo, "enterprise_clerk")
    assert [one["enterprise"]["id"] for one in body["firms"]] == [OWN]
    assert {one["enterprise"]["id"] for group in body["movers"] for one in group["movers"]} <= {OWN}
    assert body["health"]["count"] == 1
    assert all(one["org"] == OWN for one in body["health"]["attention"])


def test_the_public_sees_what_is_published_and_nothing_else(demo: DemoCity, whole: Body) -> None:
    body = demo.client().get("/api/cockpit?period=2026-04").json()
    assert body["whole"] is False
    assert (body["firms"], body["movers"], body["deadlines"], body["health"]) == ([], [], [], None)
    told = body["direct"]["now"]
    assert told is None or told["receipt"]
    for one in body["trend"]:
        for side in ("direct", "indirect"):
            now = one[side]["now"]
            assert now is None or (now["receipt"] and now["value"])
    assert any(one["direct"]["now"] for one in body["trend"])
    assert any(one["first"] for one in (whole["direct"], whole["indirect"]))


def test_as_of_gives_what_was_known_then(demo: DemoCity, whole: Body) -> None:
    then = asked(demo, "city_manager", known_on="2026-04-10")
    assert then["size"] < whole["size"]
    assert then["day"] == "2026-04-10"
    assert then["direct"]["now"]["value"] is None
    again = asked(demo, "city_manager", as_of=then["size"])
    assert {**again, "day": ""} == {**then, "day": ""}


def test_facts_are_cited_and_never_synthetic(whole: Body) -> None:
    assert {"capacity.photovoltaic", "retrofit.saving"} <= {one["indicator"] for one in whole["facts"]}
    for one in whole["facts"]:
        assert one["source"]
        assert one["amount"]["synthetic"] is False
        assert one["amount"]["receipt"] is None


def test_an_intensity_is_of_one_year_and_says_that_it_is_synthetic(demo_copy: DemoCity) -> None:
    with transaction(demo_copy.database, SYSTEM) as connection:
        drafts = [
            state_(
                subject, "emission.co2", year, Decimal("500.00"), "万t CO2", basis="test", synthetic=True,
                issuer="test",
            )
            for subject, year in ((CITY, "2022"), (CITY, "2024"), ("zj.unit.danyang", "2022"))
        ]  # fmt: skip
        append(connection, drafts, demo_copy.clock)
    demo_copy.work()
    body = asked(demo_copy, "city_manager")
    by_year = {one["period"]: one for one in body["years"]}
    assert by_year["2022"]["gdp"]["value"] == "5017.04"
    assert by_year["2022"]["intensity"]["synthetic"] is True
    assert by_year["2024"]["intensity"] is None or by_year["2024"]["gdp"] is not None
    danyang = next(one for one in body["units"] if one["unit"]["id"] == "zj.unit.danyang")
    year = danyang["intensity_year"]
    assert (year["period"], year["gdp"]["synthetic"], year["intensity"]["synthetic"]) == ("2022", False, True)
    assert body["city_account"] is None


@pytest.mark.parametrize("period", ["2026-13", "x", "2026/2030", "2026-04-01"])
def test_a_period_that_is_none_is_refused_in_both_languages(period: str, demo: DemoCity) -> None:
    answer = demo.signed_in("city_manager").get("/api/cockpit", params={"period": period})
    assert answer.status_code == 422
    (finding,) = answer.json()["findings"]
    assert finding["zh"] and finding["en"]


def test_months_reach_back_to_the_first_plan_and_no_further_than_today(demo: DemoCity, whole: Body) -> None:
    assert (whole["months"][0], whole["months"][-1]) == ("2026-05", "2026-03")
    public = demo.client().get("/api/cockpit").json()
    assert public["months"][0] == public["period"]
    for browser in (demo.client(), demo.signed_in("city_manager")):
        ahead = browser.get("/api/cockpit", params={"period": "2026-06"})
        assert (ahead.status_code, ahead.json()["findings"][0]["code"]) == (422, "api.period_ahead")
        assert browser.get("/api/cockpit", params={"period": "2026-05"}).status_code == 200


def test_what_has_just_come_in_keeps_to_the_scope(demo: DemoCity) -> None:
    city = demo.signed_in("city_manager").get("/api/live/now?most=50").json()
    assert len({one["org"] for one in city["newest"]}) > 1
    assert city["newest"] == sorted(city["newest"], key=lambda one: -one["entry"])
    own = demo.signed_in("enterprise_clerk").get("/api/live/now?most=50").json()
    assert {one["org"] for one in own["newest"]} == {OWN}
    assert own["health"]["count"] == 1
    assert 0 <= own["count"] <= city["count"]
    assert demo.client().get("/api/live/now").status_code == 401
