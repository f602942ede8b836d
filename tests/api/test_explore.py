"""查询: what is asked comes back side by side, sourced and citable, and only to those who may see it."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from demo_city import OTHER, OWN, DemoCity
from tansuo.accounting.inventory import Cell, Inventory
from tansuo.accounting.receipt import published
from tansuo.entry.demo.model import firms
from tansuo.quantity.decimals import shortest
from tansuo.registry.statement import find
from tansuo.registry.subject import find as subjects_of
from tansuo.registry.zhenjiang import CITY, UNITS
from tansuo.reporting.query_export import COLUMNS

METHOD = "general_combustion_and_power"
FUEL, INDIRECT = f"{METHOD}.E_fuel", f"{METHOD}.E_indirect"
Query = dict[str, Any]
MONTHS: Query = {"period": "2026-02/2026-05", "grain": "month"}
OUTSIDERS = ["anonymous", "public", "investor", "laboratory", "system_admin", "audit_admin"]


def ask(demo: DemoCity, role: str = "city_manager", **query: Any) -> Query:
    answer = demo.signed_in(role).get("/api/explore", params=query)
    assert answer.status_code == 200, answer.text
    found: Query = answer.json()
    return found


def wide(demo: DemoCity) -> Query:
    """A question over many cells: every firm, unit and the city, direct and indirect, and what is stated."""
    with demo.connection() as connection:
        enterprises = [one.id for one in subjects_of(connection, kind="enterprise")]
    subjects = [CITY, *UNITS, *enterprises]
    return {"indicator": [FUEL, INDIRECT, "gdp"], "subject": subjects, **MONTHS}


def test_a_statement_comes_with_its_source_and_entry(demo: DemoCity) -> None:
    found = ask(demo, indicator="gdp", subject=CITY, period="2018/2019")
    absent, cell = found["cells"]
    with demo.connection() as connection:
        (said,) = find(connection, subject=CITY, indicator="gdp", period="2019")
    assert cell["amount"]["value"] == "4127.32" and cell["amount"]["unit"] == said.unit
    assert cell["entry"] == said.entry
    assert cell["source"]["status"] == "secondary" and "公报" in cell["source"]["text"]
    assert cell["voice"] == {
        "form": "stated", "world": "actual", "basis": "", "stage": "published", "issuer": "statistics",
    }  # fmt: skip
    assert (absent["amount"]["value"], absent["amount"]["state"]) == (None, "missing")
    assert "镇江市 2018" in absent["why"]["zh"] and "统计局" in absent["why"]["zh"]
    assert "Zhenjiang for 2018" in absent["why"]["en"] and "Bureau of Statistics" in absent["why"]["en"]
    assert found["periods"] == ["2018", "2019"] and found["synthetic"] is False


def test_provisional_and_published_figures_stand_side_by_side(demo: DemoCity) -> None:
    found = ask(demo, indicator=FUEL, subject=[CITY, OWN], **MONTHS)
    cells = {
        (one["subject"], one["period"], one["voice"]["form"], one["voice"]["stage"]): one
        for one in found["cells"]
    }
    assert len(cells) == len(found["cells"])
    with demo.connection() as connection:
        wanted = [
            Cell(name, "E_fuel", f"2026-{month:02d}", METHOD, relation)
            for name, relation in ((CITY, "reports_for"), (OWN, None))
            for month in (3, 4, 5)
        ]
        for figure in Inventory(connection).figures(wanted):
            one = cells[figure.cell.subject, figure.cell.period, "provisional", "calculated"]
            assert one["amount"]["value"] == figure.text
            assert one["amount"]["cell"]["quantity"] == "E_fuel" and one["amount"]["receipt"] is None
            assert one["key_enterprises"] is (figure.cell.relation is not None)
        receipts = {one.receipt: one for one in published(connection)}
    said = [one for one in found["cells"] if one["voice"]["form"] == "published"]
    assert len(said) >= 3
    for one in said:
        receipt = receipts[one["amount"]["receipt"]]
        assert (one["amount"]["value"], one["entry"]) == (receipt.value, receipt.entry)
    hole = cells[CITY, "2026-03", "provisional", "calculated"]
    assert hole["amount"]["value"] is None and hole["partial"] and "2026-03" in hole["why"]["en"]
    early = cells[CITY, "2026-02", "provisional", "calculated"]
    assert early["amount"]["state"] == "not_estimated" and early["why"]["code"] == "accounting.not_monitored"


def test_direct_and_indirect_are_two_indicators_with_totals_of_their_own(demo: DemoCity) -> None:
    found = ask(demo, indicator=[FUEL, INDIRECT], subject=list(UNITS), period="2026-04", grain="month")
    assert {(one["code"], one["scope"]) for one in found["indicators"]} == {
        (FUEL, "direct"), (INDIRECT, "indirect"),
    }  # fmt: skip
    totals = {(one["indicator"], one["voice"]["form"]): one["amount"]["value"] for one in found["totals"]}
    with demo.connection() as connection:
        for code, quantity in ((FUEL, "E_fuel"), (INDIRECT, "E_indirect")):
            values = [
                Decimal(one["amount"]["value"])
                for one in found["cells"]
                if one["indicator"] == code
                and one["voice"]["form"] == "provisional"
                and one["amount"]["value"] is not None
            ]
            cell = Cell(CITY, quantity, "2026-04", METHOD, "reports_for")
            (city,) = Inventory(connection).figures([cell])
            # No unit is missing and none counts twice, so together they are the city's key enterprises.
            assert Decimal(totals[code, "provisional"]) == sum(values) == city.value


def test_a_city_and_its_units_are_not_added(demo: DemoCity) -> None:
    found = ask(demo, indicator=FUEL, subject=[CITY, UNITS[2]], period="2026-04", grain="month")
    assert {one["why"]["code"] for one in found["totals"]} == {"accounting.total_twice"}


@pytest.mark.parametrize("role", OUTSIDERS)
def test_the_public_gets_statements_and_public_figures_only(role: str, demo: DemoCity) -> None:
    found = ask(demo, role, indicator=[FUEL, "gdp"], subject=[CITY, UNITS[2]], **MONTHS)
    forms = {one["voice"]["form"] for one in found["cells"]}
    assert forms == {"published", "absent"}
    said = [one for one in found["cells"] if one["voice"]["form"] == "published"]
    assert {one["voice"]["stage"] for one in said} == {"published"}
    assert {one["why"]["code"] for one in found["cells"] if one["why"]} == {
        "accounting.nothing_published", "accounting.nothing_stated",
    }  # fmt: skip
    hidden = demo.signed_in(role).get(
        "/api/explore", params={"indicator": FUEL, "subject": OWN, "period": "2026"}
    )
    assert hidden.status_code == 404
    names = {one["id"] for one in demo.signed_in(role).get("/api/explore/catalogue").json()["subjects"]}
    assert CITY in names and not names & {firm.id for firm in firms()}


@pytest.mark.parametrize(
    ("role", "subject", "sees"),
    [
        ("enterprise_clerk", OWN, OWN),
        ("county_manager", "zj.unit.dantu", OWN),
        ("enterprise_clerk", OTHER, OTHER),
    ],
)
def test_everybody_asks_within_their_scope(role: str, subject: str, sees: str, demo: DemoCity) -> None:
    browser = demo.signed_in(role, subject)
    hidden = OTHER if sees == OWN else OWN
    catalogue = browser.get("/api/explore/catalogue").json()
    names = {one["id"] for one in catalogue["subjects"]}
    assert sees in names and hidden not in names and catalogue["computes"] is True
    query = {"indicator": FUEL, "period": "2026-04", "grain": "month"}
    own = browser.get("/api/explore", params={**query, "subject": sees})
    assert own.status_code == 200
    assert {one["voice"]["form"] for one in own.json()["cells"]} == {"provisional", "published"}
    for form in ("", "/export.csv", "/export.xlsx", "/export.json"):
        other = browser.get(f"/api/explore{form}", params={**query, "subject": [sees, hidden]})
        nobody = browser.get(f"/api/explore{form}", params={**query, "subject": [sees, "demo.nobody"]})
        assert (other.status_code, nobody.status_code) == (404, 404)
        assert other.text.replace(hidden, "…") == nobody.text.replace("demo.nobody", "…")


def test_the_past_is_answered_as_it_was_known(demo: DemoCity) -> None:
    """One hour of steam of 演示化工D was put right after April was published."""
    query: Query = {"indicator": INDIRECT, "subject": OTHER, "period": "2026-04", "grain": "month"}
    now = ask(demo, **query)
    said = {one["voice"]["form"]: one["amount"]["value"] for one in now["cells"]}
    assert said["provisional"] != said["published"]
    with demo.connection() as connection:
        (receipt,) = [
            one
            for one in published(connection, subject=OTHER)
            if (one.cell.quantity, one.cell.period) == ("E_indirect", "2026-04")
        ]
    then = ask(demo, as_of=receipt.size, **query)
    (only,) = then["cells"]
    assert only["amount"]["value"] == said["published"] == receipt.value
    assert then["as_of"]["size"] == receipt.size and f"as_of={receipt.size}" in then["permalink"]
    day = ask(demo, known_on="2026-05-05", **query)
    assert day["as_of"]["size"] < receipt.size
    early = (
        demo.signed_in("city_manager").get("/api/explore/catalogue", params={"known_on": "2026-02-28"}).json()
    )
    assert early["as_of"]["size"] < then["as_of"]["size"]


def test_the_permalink_asks_the_same_again(demo: DemoCity) -> None:
    first = ask(demo, indicator=[FUEL, "gdp"], subject=[CITY, OWN], stage="published", **MONTHS)
    path, _, query = first["permalink"].partition("?")
    assert path == "explore"
    again = demo.signed_in("city_manager").get(f"/api/explore?{query}").json()
    assert again == first


def test_the_catalogue_says_what_can_be_asked(demo: DemoCity) -> None:
    found = demo.signed_in("city_manager").get("/api/explore/catalogue").json()
    codes = {one["code"]: one for one in found["indicators"]}
    assert codes["gdp"]["additivity"] == "flow" and codes["gdp"]["owner"] == "统计局"
    assert found["method"] == METHOD == codes[FUEL]["method"]
    assert codes[FUEL]["grains"] == ["month", "quarter", "year"]
    assert (codes[FUEL]["first"], codes[FUEL]["last"]) == ("2026-03", "2026-05")
    subjects = {one["id"]: one for one in found["subjects"]}
    assert subjects[OWN]["parent"] == "zj.unit.dantu" and subjects["zj.unit.dantu"]["parent"] == CITY
    assert subjects[OWN]["synthetic"] is True
    kinds = {one["code"]: one["name_zh"] for one in found["kinds"]}
    assert kinds["assessment_unit"] == "考核单元"
    assert [one["name_zh"] for one in found["stages"]] == ["快报", "初步", "测算", "审定", "公开"]
    assert METHOD in {one["code"] for one in found["bases"]}
    for code, one in codes.items():
        assert one["first"] <= one["last"], code
    assert found["limit"] == 20_000


WRONG = [
    ({"indicator": "nothing"}, 404, "api.not_found"),
    ({"subject": "nobody"}, 404, "api.not_found"),
    ({"period": "soon"}, 422, "accounting.query_span"),
    ({"period": "2025-02/2026-01"}, 422, "accounting.query_grain"),
    ({"period": "2025/2010"}, 422, "accounting.query_span"),
    ({"grain": "day"}, 422, "api.field_form"),
    ({"stage": "gold"}, 422, "api.field_form"),
    ({"indicator": []}, 422, "api.field_missing"),
    ({"subject": ["x" * 129]}, 422, "api.field_range"),
    ({"subject": [f"s{number}" for number in range(501)]}, 422, "api.field_range"),
    (
        {"subject": [f"s{number}" for number in range(500)], "period": "2020/2025", "grain": "month"},
        422,
        "accounting.too_many_cells",
    ),
    ({"as_of": 999_999}, 422, "api.beyond_ledger"),
    ({"indicator": "a\0b"}, 404, "api.not_found"),
]


@pytest.mark.parametrize(("change", "status", "code"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_question_is_answered_in_both_languages(
    change: Query, status: int, code: str, demo: DemoCity
) -> None:
    query = {"indicator": "gdp", "subject": CITY, "period": "2019", **change}
    for form in ("", "/export.csv"):
        answer = demo.signed_in("city_manager").get(f"/api/explore{form}", params=query)
        assert answer.status_code == status, answer.text
        (finding,) = answer.json()["findings"]
        assert finding["code"] == code
        assert "{" not in finding["zh"] + finding["en"]
        assert "。" in finding["zh"] and ". " in finding["en"]


def test_a_form_of_export_that_is_none_is_not_found(demo: DemoCity) -> None:
    answer = demo.signed_in("city_manager").get("/api/explore/export.pdf?indicator=gdp&subject=x&period=2019")
    assert answer.status_code == 404


def test_all_channels_say_the_same_to_the_last_digit(demo: DemoCity) -> None:
    """JSON of the page, CSV, XLSX and JSON of the file, over every cell of a wide question."""
    browser, query = demo.signed_in("city_manager"), wide(demo)
    page = browser.get("/api/explore", params=query).json()
    files = {
        form: browser.get(f"/api/explore/export.{form}", params=query) for form in ("csv", "xlsx", "json")
    }
    assert files["csv"].content.startswith(b"\xef\xbb\xbf")
    span = query["period"].replace("/", "-to-")
    name = f"tansuo-query-{span}-{page['as_of']['size']}.csv"
    assert files["csv"].headers["content-disposition"] == f'attachment; filename="{name}"'
    offered = browser.get("/api/explore/catalogue").json()
    assert offered["last"] == max(one["last"] for one in offered["indicators"] if one["last"])
    comma = list(csv.DictReader(io.StringIO(files["csv"].content.decode("utf-8-sig"))))
    whole = json.loads(files["json"].content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"].content))
    assert book.sheet_names == ["说明 about", "数据 data", "合计 totals"]
    head, *lines = book.get_sheet_by_name("数据 data").to_python()
    sheet = [dict(zip(head, line, strict=True)) for line in lines]
    assert len(page["cells"]) == len(comma) == len(whole["cells"]) == len(sheet) > 200
    numbers = 0
    for shown, one, two, three in zip(page["cells"], comma, whole["cells"], sheet, strict=True):
        value = shown["amount"]["value"]
        assert (one["value"] or None) == two["value"] == (three["value_text"] or None) == value
        if value is not None:
            numbers += 1
            cell = three["value"]
            assert (shortest(cell) if isinstance(cell, float) else Decimal(str(cell))) == Decimal(value)
        for name in COLUMNS:
            if name != "value":
                assert (one[name] or None) == two[name] == (three[name] or None), name
        assert one["unit"] == shown["amount"]["unit"] and one["as_of"].endswith(f"@{page['as_of']['size']}")
        assert (one["label"] != "") is shown["amount"]["synthetic"] is (one["synthetic"] == "true")
        assert one["receipt"] == (shown["amount"]["receipt"] or "")
        assert bool(one["receipt"] or one["entry"] or one["cell"] or one["reason_zh"])
    assert numbers > 60
    totals = book.get_sheet_by_name("合计 totals").to_python()
    assert len(totals) - 1 == len(page["totals"]) == len(whole["totals"])
    for shown, two in zip(page["totals"], whole["totals"], strict=True):
        assert shown["amount"]["value"] == two["value"]


def test_the_sheet_about_says_question_point_and_label(demo: DemoCity) -> None:
    query = {"indicator": FUEL, "subject": OWN, "period": "2026-04", "grain": "month"}
    browser = demo.signed_in("city_manager")
    content = browser.get("/api/explore/export.xlsx", params=query).content
    about = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("说明 about").to_python()
    said = " ".join(str(part) for line in about for part in line)
    point = browser.get("/api/explore", params=query).json()["as_of"]
    assert "演示数据" in said and FUEL in said and f"{point['origin']}@{point['size']}" in said
    assert f"as_of={point['size']}" in said and "/zh/app/explore?" in said


def test_a_name_that_is_a_formula_stays_a_name(demo_copy: DemoCity) -> None:
    from tansuo.database.connect import SYSTEM, transaction
    from tansuo.evidence.ledger import append
    from tansuo.registry.indicator import Additivity, define
    from tansuo.registry.statement import state_

    evil = '=HYPERLINK("http://x","y")'
    with transaction(demo_copy.database, SYSTEM) as connection:
        append(
            connection,
            [
                define("evil", evil, evil, "t", Additivity.FLOW),
                state_(CITY, "evil", "2024", Decimal("-1234567890123456.7"), "t", issuer=evil),
            ],
            demo_copy.clock,
        )
    demo_copy.work()
    browser, query = (
        demo_copy.signed_in("city_manager"),
        {"indicator": "evil", "subject": CITY, "period": "2024"},
    )
    text = browser.get("/api/explore/export.csv", params=query).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["indicator_zh"] == row["issuer"] == "'" + evil
    assert row["value"] == "-1234567890123456.7"
    content = browser.get("/api/explore/export.xlsx", params=query).content
    head, line = (
        CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("数据 data").to_python()
    )
    cell = dict(zip(head, line, strict=True))
    assert cell["indicator_zh"] == evil and cell["value"] == "-1234567890123456.7"  # kept as text: 17 digits
