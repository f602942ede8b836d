"""One enterprise: facts, months, completeness, series, documents, figures first against now, and its history."""

import base64
import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256

import pytest
from starlette.testclient import TestClient

from demo_city import HTML, OTHER, OWN, DemoCity
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence.document import register_document
from tansuo.monitoring.sealing import Sealer

LATE, SILENT, STOPPED = "demo.metal-g", "demo.paper-e", "demo.cement-c"
STEAM = f"{OTHER}/heat/hour"


@pytest.fixture
def manager(demo: DemoCity) -> TestClient:
    return demo.signed_in("city_manager")


def get(browser: TestClient, path: str, **asked: object) -> dict[str, object]:
    answer = browser.get(f"/api/enterprises/{path}", params={key: str(value) for key, value in asked.items()})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


# --- facts


def test_the_facts_name_sources_meters_and_the_plan_in_force(manager: TestClient) -> None:
    found = get(manager, OWN)
    assert found["enterprise"]["name_zh"] and found["enterprise"]["synthetic"] is True  # type: ignore[index]
    assert [unit["id"] for unit in found["units"]] == ["zj.unit.dantu"]  # type: ignore[attr-defined]
    sources = {one["source"]["id"]: one for one in found["sources"]}  # type: ignore[attr-defined]
    coal = sources[f"{OWN}.coal"]
    assert coal["facility"] in {one["facility"]["id"] for one in found["facilities"]}  # type: ignore[attr-defined]
    meters = {one["meter"]["id"] for one in found["meters"]}  # type: ignore[attr-defined]
    assert coal["meters"] and set(coal["meters"]) <= meters
    assert {line["source"] for line in found["lines"] if line["authoritative"]} <= set(sources)  # type: ignore[attr-defined]
    assert found["plan_entry"] is not None


@pytest.mark.parametrize(
    ("role", "ask", "confirm"),
    [("enterprise_clerk", True, False), ("enterprise_reviewer", True, True), ("verifier", False, False)],
)
def test_the_page_offers_what_the_role_may_do(role: str, ask: bool, confirm: bool, demo: DemoCity) -> None:
    found = get(demo.signed_in(role), OWN)
    assert (found["may_ask"], found["may_confirm"]) == (ask, confirm)


# --- months


def test_months_keep_direct_and_indirect_apart_and_holes_open(manager: TestClient) -> None:
    found = get(manager, f"{SILENT}/months")
    assert [(one["symbol"], one["scope"]) for one in found["quantities"]] == [  # type: ignore[attr-defined]
        ("E_fuel", "direct"),
        ("E_indirect", "indirect"),
    ]
    months = {one["month"]: one for one in found["months"]}  # type: ignore[attr-defined]
    march = months["2026-03"]["figures"][0]
    assert march["amount"]["value"] is None and march["amount"]["state"] == "missing"
    assert march["readings_expected"] - march["readings_present"] == 41
    assert Decimal(march["known"]["value"]) == sum(Decimal(part) for part in march["by_kind"].values())
    assert months["2026-04"]["figures"][0]["amount"]["complete"] is True
    assert months["2026-05"]["running"] is True


def test_every_quantity_of_the_method_can_be_asked_for(manager: TestClient) -> None:
    found = get(manager, f"{OTHER}/months", every="true", **{"from": "2026-04", "to": "2026-04"})
    figures = {one["quantity"]: one for one in found["months"][0]["figures"]}  # type: ignore[index]
    assert {"E_fuel", "E_power", "E_heat", "E_indirect"} <= figures.keys()
    parts = Decimal(figures["E_power"]["amount"]["value"]) + Decimal(figures["E_heat"]["amount"]["value"])
    assert parts == Decimal(figures["E_indirect"]["amount"]["value"])


def test_a_month_tells_what_was_first_published_and_that_it_moved(manager: TestClient) -> None:
    found = get(manager, f"{OTHER}/months", **{"from": "2026-04", "to": "2026-04"})
    said = found["months"][0]["figures"][1]["published"]  # type: ignore[index]
    assert said["moved"] is True and said["first"]["receipt"].startswith("R")
    then = get(manager, f"{OTHER}/months", known_on="2026-05-11", **{"from": "2026-04", "to": "2026-04"})
    assert then["months"][0]["figures"][1]["published"]["moved"] is False  # type: ignore[index]


@pytest.mark.parametrize(
    "asked", [{"from": "2026-05", "to": "2026-04"}, {"from": "2026"}, {"from": "1990-01", "to": "2026-04"}]
)
def test_a_span_that_is_none_is_refused(asked: dict[str, str], manager: TestClient) -> None:
    answer = manager.get(f"/api/enterprises/{OWN}/months", params=asked)
    assert answer.status_code == 422
    assert answer.json()["findings"][0]["zh"] != answer.json()["findings"][0]["en"]


# --- completeness


def cells(found: dict[str, object], source: str) -> dict[str, dict[str, object]]:
    row = next(one for one in found["rows"] if one["source"]["id"] == source)  # type: ignore[attr-defined]
    return {one["period"]: one for one in row["cells"]}


def test_the_grid_counts_what_is_missing(manager: TestClient) -> None:
    grid = cells(get(manager, f"{SILENT}/completeness", year=2026), f"{SILENT}.coal")
    assert len(grid) == 12
    march = grid["2026-03"]
    assert (march["standing"], march["missing"]) == ("incomplete", 41)
    assert march["received"] == march["expected"] - 41  # type: ignore[operator]
    assert grid["2026-12"]["standing"] == "future"


def test_the_days_of_a_month_add_up_to_the_month(manager: TestClient) -> None:
    month = cells(get(manager, f"{SILENT}/completeness", year=2026), f"{SILENT}.coal")["2026-03"]
    days = cells(get(manager, f"{SILENT}/completeness", month="2026-03"), f"{SILENT}.coal")
    assert len(days) == 31
    for name in ("expected", "received", "missing", "late"):
        assert sum(int(str(day[name])) for day in days.values()) == month[name], name
    assert "missing" in {day["standing"] for day in days.values()}


def test_late_readings_are_counted_and_are_not_missing(manager: TestClient) -> None:
    grid = cells(get(manager, f"{LATE}/completeness", year=2026), f"{LATE}.gas")
    assert (grid["2026-04"]["standing"], grid["2026-04"]["late"], grid["2026-04"]["missing"]) == (
        "late",
        18,
        0,
    )
    assert grid["2026-03"]["late"] == 0


def test_before_they_came_late_readings_were_missing(manager: TestClient) -> None:
    then = cells(get(manager, f"{LATE}/completeness", month="2026-04", known_on="2026-04-28"), f"{LATE}.gas")
    now = cells(get(manager, f"{LATE}/completeness", month="2026-04"), f"{LATE}.gas")
    assert sum(int(str(day["missing"])) for day in then.values()) == 18
    assert sum(int(str(day["late"] or 0)) for day in then.values()) == 0
    assert sum(int(str(day["missing"])) for day in now.values()) == 0


def test_what_stands_still_is_not_missing(manager: TestClient) -> None:
    found = get(manager, f"{STOPPED}/completeness", year=2026)
    stopped = Counter[str]()
    for row in found["rows"]:  # type: ignore[attr-defined]
        stopped[row["source"]["id"]] += sum(cell["not_operating"] for cell in row["cells"])
        assert all(cell["missing"] == 0 for cell in row["cells"])
    assert stopped[f"{STOPPED}.coal"] > 0


def test_a_corrected_hour_shows_as_not_measured(manager: TestClient) -> None:
    day = cells(get(manager, f"{OTHER}/completeness", month="2026-04"), f"{OTHER}.heat")["2026-04-14"]
    assert day["standing"] == "estimated"
    assert "declared" in day["kinds"] and day["revised"] == 1  # type: ignore[operator]


# --- series


def test_a_hole_is_a_point_without_a_value(manager: TestClient) -> None:
    asked = {"from": "2026-03-19", "to": "2026-03-21"}
    found = get(manager, f"{SILENT}/series/{SILENT}/coal/hour", step="hour", **asked)
    points: list[dict[str, object]] = found["points"]  # type: ignore[assignment]
    assert len(points) == 72
    assert {one["state"] for one in points if one["value"] is None} == {"missing"}
    assert 0 < sum(one["value"] is None for one in points) <= 41


def test_hours_add_up_to_the_day(manager: TestClient) -> None:
    asked = {"from": "2026-04-03", "to": "2026-04-03"}
    hours = get(manager, f"{OWN}/series/{OWN}/coal/hour", step="hour", **asked)["points"]
    (day,) = get(manager, f"{OWN}/series/{OWN}/coal/hour", step="day", **asked)["points"]  # type: ignore[misc]
    assert sum(Decimal(one["value"]) for one in hours) == Decimal(day["value"])  # type: ignore[attr-defined]


def test_a_series_that_stood_still_says_so_instead_of_zero(manager: TestClient) -> None:
    found = get(
        manager, f"{STOPPED}/series/{STOPPED}/coal/hour", **{"from": "2026-04-01", "to": "2026-04-30"}
    )
    points: list[dict[str, object]] = found["points"]  # type: ignore[assignment]
    stopped = [one for one in points if one["state"] == "not_operating"]
    assert stopped and all(one["value"] is None for one in stopped)


@pytest.mark.parametrize(
    "asked", [{"from": "2026-05-02", "to": "2026-05-01"}, {"from": "1980-01-01"}, {"step": "minute"}]
)
def test_a_series_of_no_span_is_refused(asked: dict[str, str], manager: TestClient) -> None:
    path = f"/api/enterprises/{OWN}/series/{OWN}/coal/hour"
    assert manager.get(path, params={"step": "hour", **asked}).status_code == 422


def test_a_series_of_another_firm_is_not_under_this_one(manager: TestClient) -> None:
    assert manager.get(f"/api/enterprises/{OWN}/series/{STEAM}").status_code == 404


# --- documents


def test_a_laboratory_report_names_the_statements_that_rest_on_it(manager: TestClient) -> None:
    found = get(manager, f"{OWN}/documents")
    report = next(one for one in found["rows"] if one["name"] == "DEMO-LAB-202604.txt")  # type: ignore[attr-defined]
    assert {(use["kind"], use["what"], use["period"]) for use in report["uses"]} == {
        ("statement", "factor.ncv", "2026-04"),
        ("statement", "factor.cc", "2026-04"),
        ("statement", "test.carbon", "2026-04"),
        ("statement", "test.moisture", "2026-04"),
    }
    assert get(manager, f"{OWN}/documents/{report['sha256']}")["entry"] == report["entry"]


def test_a_document_leaves_as_an_attachment_with_its_hash(manager: TestClient) -> None:
    report = get(manager, f"{OWN}/documents")["rows"][0]  # type: ignore[index]
    answer = manager.get(f"/api/enterprises/{OWN}/documents/{report['sha256']}/content")
    assert sha256(answer.content).hexdigest() == report["sha256"] == answer.headers["x-content-sha256"]
    raw = base64.b64encode(sha256(answer.content).digest()).decode()
    assert answer.headers["content-digest"] == f"sha-256=:{raw}:"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "演示数据" in answer.content.decode()


def test_a_document_is_not_found_under_another_firm_or_before_it_came(demo: DemoCity) -> None:
    manager = demo.signed_in("city_manager")
    report = get(manager, f"{OWN}/documents")["rows"][0]  # type: ignore[index]
    path = f"documents/{report['sha256']}"
    assert manager.get(f"/api/enterprises/{OTHER}/{path}").status_code == 404
    assert manager.get(f"/api/enterprises/{OWN}/{path}?known_on=2026-03-20").status_code == 404
    assert demo.signed_in("enterprise_clerk", OTHER).get(f"/api/enterprises/{OWN}/{path}").status_code == 404


def test_a_name_of_a_document_cannot_break_the_header(demo_copy: DemoCity) -> None:
    with transaction(demo_copy.database, SYSTEM) as connection:
        bill = register_document(
            connection, '电费"单\\;.pdf', "text/html", b"<script>", OWN, clock=demo_copy.clock
        )
    demo_copy.work()
    answer = demo_copy.signed_in("city_manager").get(
        f"/api/enterprises/{OWN}/documents/{bill.body['blob']}/content"
    )
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].isascii()
    assert '"' not in answer.headers["content-disposition"]


# --- figures and history


def test_figures_stand_first_published_against_now(manager: TestClient) -> None:
    found = get(manager, f"{OTHER}/figures")
    assert found["moved"] == 2  # the steam put right counts in two bases
    moved = get(manager, f"{OTHER}/figures", moved="true")["rows"]
    (row,) = (one for one in moved if one["quantity"] == "E_indirect")  # type: ignore[attr-defined]
    assert (row["quantity"], row["period"]) == ("E_indirect", "2026-04")
    assert row["published"]["first"]["value"] != row["now"]["value"]
    assert row["published"]["first"]["receipt"] and row["now"]["receipt"] is None


def test_a_correction_tells_both_values_the_reason_and_both_people(manager: TestClient) -> None:
    found = get(manager, f"{OTHER}/history", kind="correction")
    (one,) = found["rows"]  # type: ignore[misc]
    said = one["said"]
    assert said["series"] == STEAM
    assert Decimal(said["before"]) == 10 * Decimal(said["value"])
    assert (said["before_provenance"], said["provenance"]) == ("measured", "declared")
    assert one["by"] != one["second_by"] and one["second_by"] and one["reason"]


def test_late_data_stand_in_the_history_with_the_entry_that_brought_them(manager: TestClient) -> None:
    rows = get(manager, f"{LATE}/history", kind="late")["rows"]
    assert {row["said"]["readings"] for row in rows} == {"18"}  # type: ignore[attr-defined]
    assert all(int(row["said"]["hours"]) > 24 for row in rows)  # type: ignore[attr-defined]


def test_history_is_newest_first_paged_and_ends_at_the_asked_point(manager: TestClient) -> None:
    whole = get(manager, f"{OWN}/history", size=200)
    entries = [row["entry"] for row in whole["rows"]]  # type: ignore[attr-defined]
    assert entries == sorted(entries, reverse=True)
    assert sum(whole["kinds"].values()) == whole["total"] == len(entries)  # type: ignore[attr-defined]
    paged = [
        row["entry"]
        for page in (1, 2)
        for row in get(manager, f"{OWN}/history", size=5, page=page)["rows"]  # type: ignore[attr-defined]
    ]
    assert paged == entries[:10]
    middle = entries[len(entries) // 2]
    then = get(manager, f"{OWN}/history", size=200, as_of=middle)
    assert all(row["entry"] < middle for row in then["rows"])  # type: ignore[attr-defined]


def test_a_seal_stands_in_the_history_with_what_its_period_was_to_hold(demo_copy: DemoCity) -> None:
    sealer = Sealer(demo_copy.database, demo_copy.clock)
    demo_copy.pass_time(hours=1)
    while sealer.step() is not None:
        pass
    demo_copy.work()
    rows = get(demo_copy.signed_in("city_manager"), f"{OWN}/history", kind="seal")["rows"]
    assert rows
    for row in rows:  # type: ignore[attr-defined]
        said = row["said"]
        assert row["about"] == f"seal/{OWN}/{said['period']}"
        assert int(said["series"]) > 0 and int(said["expected"]) >= int(said["received"]) > 0
    counts = {
        re.findall(r"账本内有 (\d+) 个日封", browser.get("/zh/ledger", headers=HTML).text)[0]
        for browser in (demo_copy.client(), demo_copy.signed_in("city_manager"))
    }
    assert len(counts) == 1 and int(counts.pop()) >= len(rows), "of the whole ledger, whoever reads the page"  # type: ignore[arg-type]


# --- corrections


def test_a_correction_waits_with_both_values_until_another_person_confirms_it(demo_copy: DemoCity) -> None:
    clerk = demo_copy.signed_in("enterprise_clerk", OTHER, "d.clerk")
    wanted = {
        "series": STEAM, "start": "2026-05-02T03:00:00+08:00", "value": "120.50",
        "reason": "read again at the settlement meter",
    }  # fmt: skip
    case = clerk.post("/api/corrections", json=wanted).json()["case"]
    demo_copy.work()
    path = f"/api/enterprises/{OTHER}/corrections"
    (demos,) = [one["case"] for one in clerk.get(path).json() if one["case"] != case]  # one waits in the demo
    (waiting,) = [one for one in clerk.get(path).json() if one["case"] == case]
    assert (waiting["case"], waiting["after"], waiting["by"]) == (case, "120.50", "d.clerk")
    assert Decimal(waiting["before"]) != Decimal("120.50") and waiting["may_confirm"] is False
    reviewer = demo_copy.signed_in("enterprise_reviewer", OTHER, "d.reviewer")
    (waiting,) = [one for one in reviewer.get(path).json() if one["case"] == case]
    assert waiting["may_confirm"] is True
    assert reviewer.get("/api/enterprises?period=2026-04").json()["rows"][0]["open"]["corrections"] == 2
    assert reviewer.post(f"/api/corrections/{case}/confirm").status_code == 201
    demo_copy.pass_time(seconds=timedelta(minutes=1).total_seconds())
    demo_copy.work()
    assert [one["case"] for one in reviewer.get(path).json()] == [demos]
    newest = reviewer.get(f"/api/enterprises/{OTHER}/history?kind=correction").json()["rows"][0]
    assert newest["said"]["value"] == "120.50" and newest["second_by"] == "d.reviewer"


def test_of_a_firm_outside_ones_scope_nothing_is_told(demo: DemoCity) -> None:
    clerk = demo.signed_in("enterprise_clerk")
    for part in ("", "/months", "/completeness", "/documents", "/figures", "/history", "/corrections"):
        assert clerk.get(f"/api/enterprises/{OTHER}{part}").status_code == 404, part
    assert clerk.get(f"/api/enterprises/{OTHER}/series/{STEAM}").status_code == 404


# --- the document


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_names_what_is_measured_and_compares_flue_gas_with_its_own_source(
    language: str, demo: DemoCity
) -> None:
    page = demo.signed_in("city_manager").get(f"/{language}/enterprises/{OWN}", headers=HTML).text
    assert {"zh": "燃料消耗量", "en": "fuel burnt"}[language] in page
    assert "fuel_consumption" not in page and "electricity_purchased" not in page
    assert {"zh": "对照的排放源:", "en": "Source compared: "}[language] in page
    compared = page.partition('id="comparison"')[2].partition('id="completeness"')[0]
    shares = [abs(Decimal(one)) for one in re.findall(r"([−-]?\d+\.\d\d) %", compared.replace("−", "-"))]
    assert shares and max(shares) < 10
