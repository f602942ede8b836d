"""Every role's home answers its first question with data of its own scope, now and as known before."""

from datetime import date
from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from demo_city import FIRMS, HTML, OTHER, OWN, DemoCity
from demo_things import SERIES
from tansuo.api.policy import policy
from tansuo.api.routers.home import HOMES
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence.ledger import append
from tansuo.registry import indicator, relation, subject
from tansuo.registry.duties import ask

LAB = "demo.laboratory"
CORRECTION = {
    "series": SERIES[OWN], "start": "2026-05-02T03:00:00+08:00", "value": "1.25", "reason": "misread at the scale",
}  # fmt: skip


def home(browser: TestClient, **asked: str) -> dict[str, object]:
    """The answer of a role's home."""
    answer = browser.get("/api/home", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["answer"])


def test_every_role_has_a_home_of_its_own_kind(demo: DemoCity) -> None:
    assert HOMES.keys() == policy().roles.keys()
    for role in HOMES:
        browser = demo.client() if role == "public" else demo.signed_in(role)
        assert home(browser)["kind"] == role


def test_the_manager_learns_how_much_who_moved_and_what_is_late(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    found = home(browser)
    overview = browser.get("/api/overview?period=2026-04").json()
    assert found["total"]["direct"]["value"] == overview["city"]["direct"]["value"]  # type: ignore[index]
    assert found["enterprises"] == overview["city"]["enterprises"]
    movers = found["movers"]
    assert isinstance(movers, list) and movers
    sizes = [abs(Decimal(one["change"])) for one in movers]
    assert sizes == sorted(sizes, reverse=True)
    for one in movers:
        assert Decimal(one["after"]["value"]) - Decimal(one["before"]["value"]) == Decimal(one["change"])
        assert (one["period"], one["base"]) == ("2026-04", "2026-03")


def test_the_month_of_a_home_looked_at_from_the_past_is_that_of_the_past(demo: DemoCity) -> None:
    found = home(demo.signed_in("city_manager"), known_on="2026-04-20")
    assert found["total"]["period"] == "2026-03"  # type: ignore[index]


def test_the_approver_sees_what_is_ready_and_publishing_it_moves_it(demo_copy: DemoCity) -> None:
    approver = demo_copy.signed_in("city_approver")
    before = {one["period"]: one for one in home(approver)["months"]}  # type: ignore[attr-defined]
    assert set(before) == {"2026-03", "2026-04"}
    desk = approver.get("/api/publications/desk?period=2026-03").json()
    ready = [one for one in desk["candidates"] if one["readiness"] == "ready"]
    assert before["2026-03"]["ready"] == len(ready)
    states = {(one["subject"]["id"], one["quantity"]): one for one in desk["candidates"]}
    for one in states.values():
        if one["readiness"] == "published":
            assert one["published"]["value"] == one["now"]["value"] and one["now"]["receipt"]
        if one["readiness"] == "incomplete":
            assert one["now"]["value"] is None and one["incomplete_months"] == ["2026-03"]
        if one["readiness"] == "moved":
            assert one["published"]["value"] != one["now"]["value"]
    assert {one["readiness"] for one in states.values()} >= {"published", "incomplete"}


def test_a_county_sees_its_own_unit_and_firms(demo: DemoCity) -> None:
    found = home(demo.signed_in("county_manager", "zj.unit.xinqu"))
    whole = demo.signed_in("city_manager").get("/api/overview?period=2026-04").json()
    (unit,) = [one for one in whole["units"] if one["subject"] == "zj.unit.xinqu"]
    assert found["total"]["direct"]["value"] == unit["direct"]["value"]  # type: ignore[index]
    own = {firm.id for firm in FIRMS if firm.unit == "xinqu"}
    assert {one["firm"]["id"] for one in found["firms"]} == own  # type: ignore[attr-defined]


def test_a_clerk_sees_the_month_day_by_day_and_what_waits(demo_copy: DemoCity) -> None:
    clerk = demo_copy.signed_in("enterprise_clerk", label="test.clerk")
    assert clerk.post("/api/corrections", json=CORRECTION).status_code == 201
    demo_copy.work()
    found = home(clerk)
    assert found["month"] == "2026-05"
    strips = {one["series"]: one for one in found["strips"]}  # type: ignore[attr-defined]
    days = strips[SERIES[OWN]]["days"]
    assert [one["day"] for one in days] == [date(2026, 5, day).isoformat() for day in range(1, 22)]
    assert all(one["expected"] == 24 for one in days)
    assert [one["running"] for one in days] == [False] * 20 + [True]
    (waiting,) = found["corrections"]  # type: ignore[misc]
    assert (waiting["value"], waiting["mine"], waiting["asked_by"]) == ("1.25", True, "test.clerk")
    assert Decimal(waiting["present"]) > 2 and waiting["unit"] == "t"
    stranger = home(demo_copy.signed_in("enterprise_clerk", OTHER))["corrections"]
    assert {one["firm"]["id"] for one in stranger} == {OTHER}  # type: ignore[attr-defined]


def test_the_second_person_confirms_or_declines(demo_copy: DemoCity) -> None:
    clerk = demo_copy.signed_in("enterprise_clerk", label="test.clerk")
    asked = [
        clerk.post(
            "/api/corrections", json={**CORRECTION, "start": f"2026-05-02T0{hour}:00:00+08:00"}
        ).json()["case"]
        for hour in (3, 4)
    ]
    demo_copy.work()
    reviewer = demo_copy.signed_in("enterprise_reviewer", label="test.reviewer")
    assert [one["case"] for one in home(reviewer)["corrections"]] == asked  # type: ignore[attr-defined]
    assert reviewer.post(f"/api/corrections/{asked[0]}/decline", json={"reason": ""}).status_code == 422
    declined = reviewer.post(f"/api/corrections/{asked[0]}/decline", json={"reason": "the scale was right"})
    assert declined.status_code == 201
    again = reviewer.post(f"/api/corrections/{asked[0]}/confirm")
    assert again.status_code == 409
    assert reviewer.post(f"/api/corrections/{asked[1]}/confirm").status_code == 201
    demo_copy.work()
    assert home(reviewer)["corrections"] == []
    assert reviewer.get("/api/corrections").json() == []


def test_a_laboratory_sees_its_reports_of_the_firms_that_named_it_and_nothing_else(demo: DemoCity) -> None:
    found = home(demo.signed_in("laboratory", LAB))
    reports = {(one["firm"]["id"], one["month"]): one for one in found["reports"]}  # type: ignore[attr-defined]
    assert {firm for firm, _ in reports} == {firm.id for firm in FIRMS if firm.laboratory}
    april = reports[OWN, "2026-04"]
    assert april["entry"] and not april["late"] and april["due"] == "2026-06-09"
    assert {one["column"] for one in april["results"]} == {
        "ncv", "cc", "test.carbon.ad", "test.moisture.ar", "test.moisture.ad",
    }  # fmt: skip
    assert {one["source"]["id"] for one in april["results"]} == {f"{OWN}.coal"}
    clients = {one["firm"]["id"]: one["sources"] for one in found["clients"]}  # type: ignore[attr-defined]
    assert clients.keys() == {firm for firm, _ in reports}
    assert [one["id"] for one in clients[OWN]] == [f"{OWN}.coal"]
    assert home(demo.signed_in("laboratory", ""))["laboratory"] is None
    browser = demo.signed_in("laboratory", LAB)
    assert browser.get("/api/subjects").status_code == 403


def test_a_report_that_is_not_there_is_due_then_late(demo_copy: DemoCity) -> None:
    with transaction(demo_copy.database, SYSTEM) as connection:
        drafts = [
            subject.declare(
                "demo.lab-2", "laboratory", "演示检测机构二", "Demo Laboratory 2", synthetic=True
            ),
            relation.relate("demo.lab-2", "tests_for", OTHER, valid_from=date(2026, 3, 1), org=OTHER),
        ]
        append(connection, drafts, demo_copy.clock)
    demo_copy.work()
    (report,) = home(demo_copy.signed_in("laboratory", "demo.lab-2"))["reports"]  # type: ignore[misc]
    assert (report["month"], report["due"], report["late"], report["entry"]) == (
        "2026-04", "2026-06-09", False, None,
    )  # fmt: skip
    demo_copy.pass_time(days=10)
    (report,) = home(demo_copy.signed_in("laboratory", "demo.lab-2"))["reports"]  # type: ignore[misc]
    assert report["month"] == "2026-04"
    demo_copy.pass_time(days=31)
    months = home(demo_copy.signed_in("laboratory", "demo.lab-2"))["reports"]
    assert [one["month"] for one in months] == ["2026-06"]  # type: ignore[attr-defined]


def test_a_department_sees_what_it_owns_and_owes(demo_copy: DemoCity) -> None:
    with transaction(demo_copy.database, SYSTEM) as connection:
        gdp = indicator.get(connection, "gdp")
        assert gdp is not None
        drafts = [
            ask("zj.department.statistics", gdp, "2019", date(2026, 5, 19)),
            ask("zj.department.statistics", gdp, "2030", date(2026, 5, 20)),
        ]
        append(connection, drafts, demo_copy.clock)
    demo_copy.work()
    found = home(demo_copy.signed_in("department", "zj.department.statistics"))
    deliveries = {one["period"]: one for one in found["deliveries"]}  # type: ignore[attr-defined]
    assert deliveries["2019"]["done"] and not deliveries["2019"]["late"]
    assert deliveries["2030"]["done"] is None and deliveries["2030"]["late"]
    assert {one["owner"] for one in found["holdings"]} == {"统计局"}  # type: ignore[attr-defined]
    whole = home(demo_copy.signed_in("department"))
    owners = {one["owner"]: one["owner_en"] for one in whole["holdings"]}  # type: ignore[attr-defined]
    assert len(owners) > 1 and all(english.isascii() for english in owners.values())
    waiting = home(demo_copy.signed_in("city_manager"))["waiting"]
    mine = [one for one in waiting if one["case"] in ("delivery-gdp-2019", "delivery-gdp-2030")]  # type: ignore[attr-defined]
    assert [(one["deadline"], one["late"]) for one in mine] == [("2026-05-20", True)]
    manager = demo_copy.signed_in("city_manager")
    deadlines = manager.get("/api/cockpit").json()["deadlines"]
    assert {one["case"] for one in deadlines} & {"delivery-gdp-2019", "delivery-gdp-2030"} == {
        "delivery-gdp-2030"
    }
    notices = manager.get("/api/notices", params={"kind": "deadline"}).json()["notices"]
    assert [one["text_zh"] for one in notices if "报送地区生产总值(2019)" in one["text_zh"]] == []
    assert len([one for one in notices if "报送地区生产总值(2030)" in one["text_zh"]]) == 1


def test_a_verifier_draws_by_size_and_anybody_draws_the_same_again(demo_copy: DemoCity) -> None:
    verifier = demo_copy.signed_in("verifier", label="test.verifier")
    engaged = {one["firm"]["id"]: one for one in home(verifier)["engagements"]}  # type: ignore[attr-defined]
    assert set(engaged) == {firm.id for firm in FIRMS}
    assert engaged[OWN]["last"] == "2026-04"
    made = verifier.post("/api/samples", json={"period": "2026", "count": 4, "seed": "2026-0521"}).json()
    assert (made["seed"], len(made["drawn"])) == ("2026-0521", 4)
    demo_copy.work()
    approver = demo_copy.signed_in("city_approver")
    assert approver.post("/api/publications", json=PUBLISH_OWN).status_code == 201
    demo_copy.work()
    (again,) = demo_copy.signed_in("city_manager").get("/api/samples").json()
    assert again == made  # drawn at its ledger size, whatever was published since
    by_lot = verifier.post("/api/samples", json={"period": "2026", "count": 2}).json()
    assert len(by_lot["seed"]) == 16
    empty = verifier.post("/api/samples", json={"period": "2019", "count": 2})
    assert (empty.status_code, empty.json()["findings"][0]["code"]) == (422, "api.nothing_to_sample")


PUBLISH_OWN = {
    "subjects": [OWN], "quantities": ["E_fuel"], "period": "2026-03", "stage": "approved", "audience": OWN,
    "title_zh": "审定", "title_en": "Approved",
}  # fmt: skip


@pytest.mark.parametrize("role", ["public", "investor"])
def test_outside_only_what_is_published_is_seen(role: str, demo: DemoCity) -> None:
    browser = demo.client() if role == "public" else demo.signed_in(role)
    found = home(browser)
    public = {one["receipt"]: one for one in demo.client().get("/api/receipts").json()}
    amounts = [one[key] for one in found["places"] for key in ("direct", "indirect") if one[key]]  # type: ignore[attr-defined]
    assert amounts
    for one in amounts:
        assert public[one["receipt"]]["value"] == one["value"]
    assert len(found["places"]) == 8  # type: ignore[arg-type]


def test_the_public_learns_on_how_many_firms_each_sum_rests(demo: DemoCity) -> None:
    found = home(demo.client())
    assert [one["period"] for one in found["trend"]][-1] == "2026-04"  # type: ignore[attr-defined]
    for scope in ("direct", "indirect"):
        receipt = found["total"][scope]["receipt"]  # type: ignore[index]
        drawer = demo.client().get("/api/drawer", params={"figure": receipt}).json()
        assert found[f"enterprises_{scope}"] == drawer["completeness"]["members"], scope
    before = home(demo.client(), known_on="2026-03-20")
    assert (before["total"], before["trend"], before["enterprises_direct"]) == (None, [], None)


def test_the_public_opens_at_the_last_month_that_is_published_on_every_page(demo: DemoCity) -> None:
    public = demo.client()
    for day in ("", "2026-05-20"):
        query = {"known_on": day} if day else {}
        month = home(public, **query)["total"]["period"]  # type: ignore[index]
        assert public.get("/api/cockpit", params=query).json()["period"] == month
        page = public.get("/zh/", params=query, headers=HTML).text
        assert f"镇江市 · {month}</p>" in page, day
