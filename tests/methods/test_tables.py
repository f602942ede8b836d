"""Factor tables: each mistake of a pack's author is found at load, by file, row and column."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tansuo.methods import ladder, rung
from tansuo.methods.check import check_method
from tansuo.methods.tables import COLUMNS, check_tables, read_factors, read_sources
from tansuo.methods.term import Rung

from .conftest import ROWS, SOURCES, complete, row

GOOD = {
    "table": "fuels",
    "key": "coal",
    "column": "ncv",
    "value": "20.908",
    "unit": "GJ/t",
    "valid_from": "2021-01-01",
    "valid_to": "",
    "region": "",
    "level": "",
    "published_on": "2021",
    "data_year": "",
    "applies_to": "",
    "source": "guide",
    "page": "table 1",
    "status": "official",
    "note": "",
}


def csv(*rows: dict[str, str]) -> bytes:
    lines = [",".join(COLUMNS), *(",".join(one[name] for name in COLUMNS) for one in rows)]
    return "\n".join(lines).encode()


def test_a_good_row_is_read_with_its_line_and_note() -> None:
    tables = read_factors(csv(GOOD, {**GOOD, "key": "oil", "note": "printed so"}), "factors.csv", SOURCES)
    assert not tables.findings
    first, second = tables.rows
    assert (first.id, first.value, first.valid_from, first.valid_to) == (
        "fuels/coal/ncv@2021-01-01",
        Decimal("20.908"),
        date(2021, 1, 1),
        None,
    )
    file = "factors.csv"
    assert tables.places == {first.id: {"file": file, "row": 2}, second.id: {"file": file, "row": 3}}
    assert tables.notes == {second.id: "printed so"}


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"value": "20,908"}, "methods.row_length", None),
        ({"value": "2.0908e1"}, "methods.not_a_decimal", "value"),
        ({"value": ""}, "methods.cell_empty", "value"),
        ({"unit": "GJ/吨煤炭"}, "quantity.unknown_unit", "unit"),
        ({"unit": "GJ/万Nm3"}, "quantity.unit_needs_tag", "unit"),
        ({"valid_from": "2021"}, "methods.not_a_date", "valid_from"),
        ({"valid_to": "2020-12-31"}, "methods.validity_empty", "valid_to"),
        ({"valid_to": "2021-01-01"}, "methods.validity_empty", "valid_to"),
        ({"source": "hearsay"}, "methods.unknown_source", "source"),
        ({"source": ""}, "methods.cell_empty", "source"),
        ({"status": "certain"}, "methods.unknown_status", "status"),
        ({"status": ""}, "methods.cell_empty", "status"),
        ({"page": ""}, "methods.no_page", "page"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(
    change: dict[str, str], code: str, column: str | None
) -> None:
    tables = read_factors(csv(GOOD, {**GOOD, "key": "oil", **change}), "demo/factors.csv", SOURCES)
    (finding,) = tables.findings
    assert (finding.code, finding.where["file"], finding.where["row"]) == (code, "demo/factors.csv", 3)
    assert finding.where.get("column") == column
    assert [one.key for one in tables.rows] == ["coal"]


def test_a_row_from_memory_needs_no_page() -> None:
    assert not read_factors(csv({**GOOD, "page": "", "status": "memory"}), "f", SOURCES).findings


def test_a_row_written_twice_names_the_first() -> None:
    (finding,) = read_factors(csv(GOOD, GOOD), "factors.csv", SOURCES).findings
    assert (finding.code, finding.where["row"], finding.params["other"]) == ("methods.row_twice", 3, 2)


def test_another_header_and_another_encoding_are_refused() -> None:
    assert [one.code for one in read_factors(b"a,b\n1,2\n", "f", {}).findings] == ["methods.table_header"]
    gbk = csv({**GOOD, "key": "烟煤"}).decode().encode("gbk")
    assert [one.code for one in read_factors(gbk, "f", {}).findings] == ["methods.not_utf8"]
    assert not read_factors(b"\xef\xbb\xbf" + csv(GOOD), "f", SOURCES).findings


def codes(*rows: object) -> list[str]:
    data = replace(complete().method.data((), SOURCES), factors=tuple(rows))
    return [one.code.removeprefix("methods.") for one in check_tables(data)]


def test_the_tables_of_the_example_are_in_order() -> None:
    assert codes(*ROWS) == []
    assert check_method(complete().method.data(ROWS, SOURCES)) == []


def test_overlap_is_an_error_and_a_gap_is_a_warning() -> None:
    touching = row("grid", "全国", "ef", "0.5", "t CO2/MWh", "2024-01-01", "2025-01-01")
    overlapping = row("grid", "全国", "ef", "0.5", "t CO2/MWh", "2023-12-31", "2025-01-01")
    open_end = row("grid", "全国", "ef", "0.5", "t CO2/MWh", "2020-01-01")
    later = row("grid", "全国", "ef", "0.5", "t CO2/MWh", "2025-01-01")
    assert codes(*ROWS, touching) == []
    assert codes(*ROWS, overlapping) == ["validity_overlap"]
    assert codes(*ROWS, open_end) == ["validity_overlap"]
    assert codes(*ROWS, later) == ["validity_gap"]
    gap = list(check_tables(complete().method.data((*ROWS, later), SOURCES)))
    assert [one.severity for one in gap] == ["warning"]
    assert gap[0].params["from"] == "2024-01-01"


def test_rows_of_different_regions_do_not_overlap_but_a_rung_must_say_which() -> None:
    one = replace(row("grid", "全国", "ef", "0.5", "t CO2/MWh", "2024-01-01"), id="a", region="江苏")
    two = replace(row("grid", "全国", "ef", "0.6", "t CO2/MWh", "2024-01-01"), id="b", region="浙江")
    assert codes(*ROWS, one, two) == ["ambiguous_factor"]


def test_a_unit_of_another_kind_is_found_at_load() -> None:
    assert codes(*ROWS, row("fuels", "gas", "ncv", "389.31", "GJ/万Nm3@20C")) == ["row_unit"]
    assert codes(*ROWS, row("fuels", "gas", "cc", "56.1", "t CO2/TJ")) == ["row_unit"]


def test_a_range_catches_a_factor_of_a_thousand() -> None:
    d = complete()
    d.method.terms["NCV"] = replace(d.method.terms["NCV"], lower=Decimal(5), upper=Decimal(60))
    wrong = row("fuels", "oil", "ncv", "41816", "GJ/t")
    finding, also = check_tables(d.method.data((*ROWS, wrong), SOURCES))
    assert (finding.code, finding.severity) == ("methods.out_of_range", "error")
    assert also.code == "methods.implausible"
    assert "41816 GJ/t is outside the declared range 5 to 60" in str(finding)


def test_more_decimals_than_the_term_keeps_are_said() -> None:
    d = complete()
    d.method.terms["NCV"] = replace(d.method.terms["NCV"], places=2)
    (finding,) = check_tables(d.method.data(ROWS, SOURCES))
    assert (finding.code, finding.severity) == ("methods.more_places", "warning")


def test_rows_no_rung_can_take_and_columns_nobody_reads_are_errors() -> None:
    elsewhere = row("grid", "全國", "ef", "0.5", "t CO2/MWh")
    (finding,) = check_tables(complete().method.data((*ROWS, elsewhere), SOURCES))
    assert (finding.code, finding.severity) == ("methods.row_out_of_reach", "error")
    assert "it says key=全國, the rungs ask for key==全国" in str(finding)


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"published_on": "12/04/2024"}, "methods.date_form", "published_on"),
        ({"published_on": "2024-13"}, "methods.date_form", "published_on"),
        ({"data_year": "FY21"}, "methods.date_form", "data_year"),
        ({"published_on": "2021", "data_year": "2024-04-12"}, "methods.date_form", "data_year"),
        ({"published_on": "2021", "data_year": "2022"}, "methods.published_before_data", "data_year"),
    ],
)
def test_the_dates_of_a_factor_are_dates_and_in_order(change: dict[str, str], code: str, column: str) -> None:
    (finding,) = read_factors(csv({**GOOD, **change}), "f", SOURCES).findings
    assert (finding.code, finding.where["column"]) == (code, column)


def test_a_value_far_from_its_column_is_found_unless_the_term_says_its_range() -> None:
    shares = [row("fuels", f"coal {n}", "of", f"9{n}", "%") for n in range(6)]
    steel = [row("steel", f"grade {n}", "c", f"0.0{n}2", "t C/t") for n in range(1, 7)]
    d = complete()
    c = d.method.factor("C", "含碳量", "carbon content", "t C/t", table="steel", column="c", key="grade")
    d.method.quantity("X", "碳", "carbon", "t C", d.fc * c)

    def found(*rows: object) -> list[str]:
        data = replace(d.method.data((), SOURCES), factors=(*ROWS, *shares, *rows))
        return [one.code.removeprefix("methods.") for one in check_tables(data)]

    assert found(*steel) == []
    assert found(*steel, row("steel", "slag", "c", "0.0003", "t C/t")) == ["value_alone"]
    d.method.terms["C"] = replace(d.method.terms["C"], lower=Decimal(0), upper=Decimal(1))
    assert found(*steel, row("steel", "slag", "c", "0.0003", "t C/t")) == []
    assert found(*steel, row("fuels", "oil", "of", "98", "1")) == [
        "implausible",
        "unit_alone",
        "value_alone",
    ]


def test_a_key_that_is_nearly_another_is_found_where_the_columns_of_a_formula_part() -> None:
    def fuel(key: str, *columns: str) -> list[object]:
        values = {"ncv": ("30", "GJ/t"), "cc": ("0.02", "t C/GJ"), "of": ("0.99", "1")}
        return [row("fuels", key, column, *values[column]) for column in columns]

    every = ("ncv", "cc", "of")
    assert codes(*ROWS, *fuel("烟煤", *every)) == []
    assert codes(*ROWS, *fuel("烟煤", "ncv", "cc"), *fuel("烟媒", "of")) == ["key_alone"]
    assert codes(*ROWS, *fuel("烟煤", "ncv", "cc"), *fuel("原油", "of")) == []
    assert codes(*ROWS, *fuel("烟煤", "ncv", "cc")) == []


def test_a_constant_that_can_only_be_one_number_is_judged() -> None:
    d = complete()
    d.method.constant("KK", "碳比", "C to CO2, upside down", "t CO2/t C", exactly="12/44")
    d.method.constant("W", "甲烷", "methane by another set", "t CO2e[AR5]/t CH4", exactly="25")
    told = list(check_tables(d.method.data(ROWS, SOURCES)))
    assert [(one.code, one.where["symbol"]) for one in told] == [
        ("methods.implausible", "KK"),
        ("methods.implausible", "W"),
    ]


def test_unread_rows_and_empty_tables_are_said() -> None:
    assert codes(*ROWS, row("fuels", "coal", "nvc", "20", "GJ/t")) == ["row_unread"]
    assert codes(*ROWS[:3]) == ["empty_table"]
    assert codes(*ROWS, replace(row("fuels", "oil", "ncv", "40", "GJ/t"), source="x")) == ["unknown_source"]


def test_sources_have_titles_in_both_languages() -> None:
    text = '[a]\ntitle_zh="甲"\ntitle_en="a"\nnumber="1"\nissued=2021-03-01\n[b]\ntitle_zh="乙"\n'
    facts, words, findings = read_sources(text.encode(), "sources.toml")
    assert facts == {"a": {"number": "1", "issued": "2021-03-01"}}
    assert words == {"a": {"title_zh": "甲", "title_en": "a"}}
    assert [(one.code, one.where["key"]) for one in findings] == [("methods.source_untitled", "b")]
    assert [one.code for one in read_sources(b"[a", "s")[2]] == ["methods.not_toml"]


def test_a_rung_that_leads_nowhere_or_to_two_rows_is_found() -> None:
    def found(step: Rung) -> list[str]:
        d = complete()
        d.method.factor("X", "某", "some", "t CO2/MWh", over="month", choose=ladder(step))
        one = replace(ROWS[-1], id="one", key="电力", level="national")
        two = replace(ROWS[-1], id="two", key="电力", level="province", region="江苏")
        told = [
            item.code.removeprefix("methods.")
            for item in check_tables(d.method.data((*ROWS, one, two), SOURCES))
        ]
        return [code for code in told if code != "row_out_of_reach"]

    at = {"table": "grid", "column": "ef"}
    assert found(rung("national", **at, key="=电力", level="national")) == []
    assert found(rung("provincial", **at, key="=电力", level="province", region="province")) == []
    assert found(rung("national", **at, key="=全国")) == []
    assert found(rung("national", **at, key="=电")) == ["rung_without_row"]
    assert found(rung("national", **at, key="=电力", level="nation")) == ["rung_without_row"]
    assert found(rung("provincial", **at, key="=电力", region="=江西")) == ["rung_without_row"]
    assert found(rung("either", **at, key="=电力")) == ["ambiguous_factor"]
