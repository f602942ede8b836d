"""The list of enterprises: whose rows, which numbers, in which order, and the same as files."""

import csv
import io
import json
from decimal import Decimal
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from starlette.testclient import TestClient

from demo_city import FIRMS as CITY_FIRMS
from demo_city import OTHER, OWN, DemoCity

FIRMS = {firm.id for firm in CITY_FIRMS}
APRIL = {"period": "2026-04", "size": "200"}
SILENT = "demo.paper-e"


def listed(browser: TestClient, **asked: object) -> dict[str, object]:
    answer = browser.get("/api/enterprises", params={**APRIL, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def ids(found: dict[str, object]) -> list[str]:
    return [row["enterprise"]["id"] for row in found["rows"]]  # type: ignore[attr-defined, index]


def row_of(found: dict[str, object], firm: str) -> dict[str, dict[str, dict[str, object]]]:
    return next(row for row in found["rows"] if row["enterprise"]["id"] == firm)  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("role", "seen"),
    [("city_manager", FIRMS), ("verifier", FIRMS), ("county_manager", None), ("enterprise_clerk", {OWN})],
)
def test_the_list_holds_the_firms_of_ones_scope(role: str, seen: set[str] | None, demo: DemoCity) -> None:
    found = listed(demo.signed_in(role))
    wanted = {firm.id for firm in CITY_FIRMS if firm.unit == "dantu"} if seen is None else seen
    assert set(ids(found)) == wanted
    assert found["seen"] == found["total"] == len(wanted)
    assert sum(one["enterprises"] for one in found["units"]) == len(wanted)  # type: ignore[attr-defined]


def test_a_number_of_the_list_is_the_figure_itself_with_its_receipt(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    row = row_of(listed(browser), OWN)
    figure = browser.get(
        "/api/figures", params={"subject": OWN, "quantity": "E_fuel", "period": "2026-04"}
    ).json()
    amount = row["direct"]["amount"]
    assert (amount["value"], amount["unit"], amount["state"]) == (figure["value"], "t CO2", "value")
    assert amount["synthetic"] is True
    receipt = browser.get(f"/api/receipts/{amount['receipt']}").json()
    assert receipt["figure"]["value"] == amount["value"]


def test_a_figure_that_moved_since_it_was_published_carries_its_cell_only(demo: DemoCity) -> None:
    row = row_of(listed(demo.signed_in("city_manager")), OTHER)
    assert row["indirect"]["amount"]["receipt"] is None
    assert row["indirect"]["amount"]["cell"]["quantity"] == "E_indirect"  # type: ignore[index]


def test_a_change_names_its_base_and_is_recomputable(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    change = row_of(listed(browser), OWN)["direct"]["since_before"]
    assert change["base"] == "2026-03"
    before = Decimal(str(change["before"]["value"]))  # type: ignore[index]
    now = Decimal(str(row_of(listed(browser), OWN)["direct"]["amount"]["value"]))
    assert change["percent"] == str(((now - before) * 100 / before).quantize(Decimal("0.1")))


def test_there_is_no_percentage_against_an_incomplete_month(demo: DemoCity) -> None:
    """演示造纸E was silent for 41 hours in March."""
    change = row_of(listed(demo.signed_in("city_manager")), SILENT)["direct"]["since_before"]
    assert change["percent"] is None
    assert change["before"]["state"] == "missing"  # type: ignore[index]


def test_an_incomplete_firm_says_what_is_known_and_that_it_is_not_whole(demo: DemoCity) -> None:
    row = row_of(listed(demo.signed_in("city_manager"), period="2026-03"), SILENT)
    assert row["direct"]["amount"]["value"] is None
    assert Decimal(str(row["direct"]["known"]["value"])) > 0
    assert row["direct"]["known"]["complete"] is False
    assert row["complete"] is False
    assert row["readings_present"] < row["readings_expected"]  # type: ignore[operator]
    assert row["open"]["holes"] >= 1  # type: ignore[operator]


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_order_is_by_value_and_what_has_none_comes_last(order: str, demo: DemoCity) -> None:
    found = listed(demo.signed_in("city_manager"), sort="direct", order=order)
    values = [row["direct"]["amount"]["value"] for row in found["rows"]]  # type: ignore[attr-defined]
    known = [Decimal(one) for one in values if one is not None]
    assert known == sorted(known, reverse=order == "desc")
    assert values[: len(known)] == [one for one in values if one is not None]
    assert None in values  # 演示电子H burns nothing itself


def test_filters_narrow_the_list_and_pages_divide_it(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    xinqu = {firm.id for firm in CITY_FIRMS if firm.unit == "xinqu"}
    assert set(ids(listed(browser, unit="zj.unit.xinqu"))) == xinqu
    assert ids(listed(browser, q="造纸E")) == [SILENT]
    assert ids(listed(browser, q="demo paper e")) == [SILENT]
    assert SILENT in ids(listed(browser, period="2026-03", complete=False))
    assert SILENT not in ids(listed(browser, period="2026-03", complete=True))
    first = listed(browser, sort="name", order="asc", size=3, page=1)
    second = listed(browser, sort="name", order="asc", size=3, page=2)
    assert len(ids(first)) == 3 and not set(ids(first)) & set(ids(second))
    assert first["total"] == len(FIRMS)


def test_the_list_of_a_past_point_is_what_was_known_then(demo: DemoCity) -> None:
    """Before the hour of steam was put right, the indirect figure was the published one."""
    browser = demo.signed_in("city_manager")
    now = row_of(listed(browser), OTHER)["indirect"]["amount"]
    then = row_of(listed(browser, known_on="2026-05-11"), OTHER)["indirect"]["amount"]
    assert then["value"] != now["value"]
    assert then["receipt"] is not None and now["receipt"] is None


def test_on_a_past_day_a_firm_is_online_by_what_had_come_in_by_then(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    then = listed(browser, known_on="2026-04-20")
    assert {one["online"]["state"] for one in then["rows"]} == {"online"}  # type: ignore[attr-defined]
    # 22:00 to 23:00 in the city: the last hour of a day is sent after midnight.
    assert str(row_of(then, OWN)["online"]["newest"]).startswith("2026-04-20T14:00")


def test_the_newest_reading_tells_whether_a_firm_is_online(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    now = row_of(listed(browser), OWN)["online"]
    assert now["state"] in ("online", "delayed")
    assert str(now["newest"]).startswith("2026-05-21T")
    assert row_of(listed(browser, online=["online", "delayed"]), OWN)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_a_file_holds_the_rows_and_digits_of_the_list(form: str, demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    found = listed(browser)
    answer = browser.get(f"/api/enterprises/export.{form}", params={"period": "2026-04", "lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    rows = {row["ID"]: row for row in _rows(form, answer.content)}
    assert set(rows) == set(ids(found))
    for row in found["rows"]:  # type: ignore[attr-defined]
        written = rows[row["enterprise"]["id"]]
        value = row["direct"]["amount"]["value"]
        if value is None:
            assert not written["Direct emission"]
        else:
            assert Decimal(str(written["Direct emission"])) == Decimal(value)
            assert written["Direct emission unit"] == "t CO2"
        assert "synthetic" in written["Synthetic"]
        assert written["As-of point"] == found["point"]
        assert written["Direct emission receipt or cell"]


def _rows(form: str, data: bytes) -> list[dict[str, str]]:
    if form == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    if form == "json":
        body = json.loads(data, parse_float=Decimal)
        heads = {one["key"]: one["heading"] for one in body["columns"]}
        return [{heads[key]: value for key, value in row.items()} for row in body["rows"]]
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    table = book.get_sheet_by_index(0).to_python()
    head = next(at for at, row in enumerate(table) if row[0] == "ID")
    return [dict(zip(table[head], row, strict=True)) for row in table[head + 1 :]]


def test_every_sheet_of_a_synthetic_workbook_says_so(demo: DemoCity) -> None:
    answer = demo.signed_in("city_manager").get("/api/enterprises/export.xlsx?period=2026-04&lang=zh")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert len(book.sheet_names) == 2
    for name in book.sheet_names:
        text = json.dumps(book.get_sheet_by_name(name).to_python(), ensure_ascii=False, default=str)
        assert "演示数据" in text, name
    with ZipFile(io.BytesIO(answer.content)) as parts:
        for part in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
            assert "演示数据" in parts.read(part).decode(), part  # the printed head of the page


def test_a_file_of_a_county_holds_nothing_of_others(demo: DemoCity) -> None:
    text = demo.signed_in("county_manager").get("/api/enterprises/export.csv?period=2026-04").text
    assert OWN in text and OTHER not in text


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "2026-13"}, {"period": "2026-04-01"}, {"sort": "colour"}, {"order": "up"}, {"size": "0"},
        {"page": "x"}, {"online": "asleep"}, {"complete": "perhaps"}, {"as_of": "99999999"},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_both_languages(asked: dict[str, str], demo: DemoCity) -> None:
    answer = demo.signed_in("city_manager").get("/api/enterprises", params=asked)
    assert answer.status_code == 422
    for finding in answer.json()["findings"]:
        assert finding["zh"] and finding["en"] and finding["zh"] != finding["en"]


def test_there_is_no_file_of_another_form(demo: DemoCity) -> None:
    assert demo.signed_in("city_manager").get("/api/enterprises/export.pdf").status_code == 404
