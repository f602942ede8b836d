"""Laboratory results, declared amounts and overrides by the API: who may, what is refused, and what figures show."""

from typing import Any

from httpx import Response
from starlette.testclient import TestClient

from demo_city import DemoCity
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence.entry import Actor
from tansuo.evidence.erasable import erase
from tansuo.evidence.ledger import size
from tansuo.registry.personal import keep_document

FIRM, COAL = "demo.power-a", "demo.power-a.coal"
METHOD = "general_combustion_and_power"


def report(**more: object) -> dict[str, object]:
    usual = {
        "source": COAL, "sample": "S-2026-05", "taken_from": "2026-05-01", "taken_to": "2026-05-10",
        "represents_from": "2026-05-01", "represents_to": "2026-05-31", "report": "DEMO-R-7", "tested": "2026-05-12",
        "marks": ["CMA", "CNAS"],
        "results": [
            {"parameter": "carbon", "basis": "ad", "value": "58.20", "unit": "%"},
            {"parameter": "moisture", "basis": "ar", "value": "9.80", "unit": "%"},
            {"parameter": "moisture", "basis": "ad", "value": "2.10", "unit": "%"},
            {"parameter": "net_calorific_value", "basis": "ar", "value": "21900", "unit": "J/g"},
        ],
    }  # fmt: skip
    return {**usual, **more}


def submit(browser: TestClient, **more: object) -> Response:
    query = {"check": "true"} if more.pop("check", False) else {}
    return browser.post(f"/api/enterprises/{FIRM}/laboratory-results", json=report(**more), params=query)


def drawer(browser: TestClient, period: str) -> dict[str, Any]:
    named = f"{FIRM}~E_fuel~{period}~{METHOD}"
    answer = browser.get("/api/drawer", params={"figure": named})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_laboratory_states_results_and_the_figure_shows_the_way(demo_copy: DemoCity) -> None:
    laboratory = demo_copy.signed_in("laboratory", subject="demo.laboratory")
    looked = submit(laboratory, check=True).json()
    assert looked["entries"] == []
    assert [one["code"] for one in looked["findings"]] == ["accounting.test_not_over"], (
        "the month is still running"
    )
    assert looked["worked"][0] == "C_ar = 58.20 × (100 − 9.80) / (100 − 2.10) = 53.622472…"
    made = submit(laboratory)
    assert made.status_code == 201 and len(made.json()["entries"]) == 4
    demo_copy.work()
    found = drawer(demo_copy.signed_in("enterprise_clerk", subject=FIRM), "2026-05")
    (ncv,) = [one for one in found["factors"] if one["symbol"] == "NCV"]
    assert (ncv["value"], ncv["rung"]) == ("21.9", "measured")
    (cc,) = [one for one in found["factors"] if one["symbol"] == "CC"]
    assert cc["tested"]["worked"][-1].startswith("CC = C_ar / NCV_ar = ")
    (sample,) = cc["tested"]["samples"]
    assert (sample["sample"], sample["laboratory"], sample["marks"]) == (
        "S-2026-05",
        "demo.laboratory",
        ["CMA", "CNAS"],
    )
    page = demo_copy.signed_in("enterprise_clerk", subject=FIRM).get(
        "/zh/figures", params={"subject": FIRM, "quantity": "E_fuel", "period": "2026-05", "method": METHOD}
    )
    assert "S-2026-05" in page.text and "DEMO-R-7" in page.text and "53.622472" in page.text


def test_a_laboratory_may_only_for_firms_that_name_it(demo_copy: DemoCity) -> None:
    laboratory = demo_copy.signed_in("laboratory", subject="demo.laboratory")
    other = report(source="demo.paper-e.coal")
    answer = laboratory.post("/api/enterprises/demo.paper-e/laboratory-results", json=other)
    assert answer.status_code == 404
    assert submit(laboratory, source="demo.paper-e.coal").status_code == 404


def test_what_cannot_be_is_refused_with_its_finding(demo_copy: DemoCity) -> None:
    clerk = demo_copy.signed_in("enterprise_clerk", subject=FIRM)
    assert submit(clerk).json()["findings"][0]["code"] == "api.no_laboratory"
    answer = submit(clerk, laboratory="demo.laboratory", tested="2026-05-09")
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (422, "accounting.test_impossible")
    for day in ({"tested": "2030-01-01"}, {"represents_from": "2030-10-01", "represents_to": "2030-10-31"}):
        with demo_copy.connection() as connection:
            before = size(connection)
        for look in (True, False):
            answer = submit(clerk, laboratory="demo.laboratory", check=look, **day)
            assert answer.status_code == 422, answer.text
            (wrong,) = [one for one in answer.json()["findings"] if one["severity"] == "error"]
            assert wrong["code"] == "accounting.test_impossible"
        with demo_copy.connection() as connection:
            assert size(connection) == before
    odd = submit(clerk, laboratory="demo.laboratory", taken_from="2026-01-01", taken_to="2026-01-10",
                 represents_to="2026-05-10", check=True)  # fmt: skip
    assert (odd.status_code, [one["code"] for one in odd.json()["findings"]]) == (
        201,
        ["accounting.test_represents_later"],
    )
    unmarked = submit(clerk, laboratory="demo.laboratory", marks=[], represents_to="2026-05-10")
    assert unmarked.status_code == 201
    assert [one["code"] for one in unmarked.json()["findings"]] == ["accounting.test_unmarked"]
    missing = submit(clerk, laboratory="demo.laboratory", document="0" * 64)
    assert missing.json()["findings"][0]["code"] == "api.no_document"


def test_an_override_is_seen_wherever_the_figure_is(demo_copy: DemoCity) -> None:
    manager = demo_copy.signed_in("city_manager")
    wanted = {
        "subject": COAL, "column": "of", "period": "2026", "value": "1", "unit": "1",
        "reason": "核查意见：按全部氧化计", "citation": "核查报告 3.2",
    }  # fmt: skip
    answer = manager.post(f"/api/enterprises/{FIRM}/overrides", json=wanted)
    assert answer.status_code == 201, answer.text
    demo_copy.work()
    found = drawer(manager, "2026-04")
    assert found["nonstandard"][0]["en"].startswith("oxidation rate (OF): 1 1 replaces the default 0.99 1")
    (of,) = [one for one in found["factors"] if one["symbol"] == "OF"]
    assert (of["instead_of"]["value"], of["reason"], of["status"]) == ("0.99", wanted["reason"], "override")
    page = manager.get(
        "/en/figures", params={"subject": FIRM, "quantity": "E_fuel", "period": "2026-04", "method": METHOD}
    ).text
    assert "Nonstandard" in page and "instead of the default 0.99" in page
    months = manager.get(f"/api/enterprises/{FIRM}/months").json()
    (fuel,) = [one for one in months["quantities"] if one["symbol"] == "E_fuel"]
    assert [one["en"] for one in fuel["nonstandard"]] == [one["en"] for one in found["nonstandard"]]
    by = manager.get(f"/api/enterprises/{FIRM}/bases", params={"period": "2026-04"}).json()
    (general,) = [one for one in by["bases"] if one["basis"] == "general"]
    assert general["nonstandard"] != [] and general["sources"]["override"] == 1


def test_a_declared_amount_reaches_the_drawer_as_declared(demo_copy: DemoCity) -> None:
    clerk = demo_copy.signed_in("enterprise_clerk", subject=FIRM)
    wanted = {
        "source": COAL, "indicator": "clinker_production", "month": "2026-04", "value": "10", "unit": "t",
        "citation": "盘存表",
    }  # fmt: skip
    assert clerk.post(f"/api/enterprises/{FIRM}/amounts", json=wanted).status_code == 201
    both = clerk.post(f"/api/enterprises/{FIRM}/amounts", json={**wanted, "state": "NO"})
    assert both.status_code == 422
    bad = clerk.post(f"/api/enterprises/{FIRM}/amounts", json={**wanted, "value": "1e3"})
    assert bad.json()["findings"][0]["code"] == "api.bad_number"


def test_a_report_that_bore_personal_data_and_was_erased_is_told_beside_its_results(
    demo_copy: DemoCity,
) -> None:
    with transaction(demo_copy.database, SYSTEM) as connection:
        kept = keep_document(
            connection,
            "报告.pdf",
            "application/pdf",
            b"%PDF-1 signed",
            FIRM,
            Actor("t.clerk"),
            demo_copy.clock,
        )
    document = str(kept.body["commitment"])
    clerk = demo_copy.signed_in("enterprise_clerk", subject=FIRM)
    assert submit(clerk, laboratory="demo.laboratory", document=document).status_code == 201
    demo_copy.work()

    def told() -> tuple[object, str]:
        factors = drawer(clerk, "2026-05")["factors"]
        (sample,) = next(one["tested"]["samples"] for one in factors if one["symbol"] == "CC")
        asked = {"subject": FIRM, "quantity": "E_fuel", "period": "2026-05", "method": METHOD}
        assert sample["document"] == document
        return sample["redacted"], clerk.get("/en/figures", params=asked).text

    entry, page = told()
    assert entry is None and "DEMO-R-7" in page and "redacted at entry" not in page
    with transaction(demo_copy.database, SYSTEM) as connection:
        gone = erase(connection, kept, "pipl-47-2", "kept long enough", Actor("t.second"), demo_copy.clock)
    demo_copy.work()
    entry, page = told()
    assert entry == gone.index and f"redacted at entry {gone.index}" in page
