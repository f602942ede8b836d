"""Which factor: rungs in order, half-open validity, and never the nearest."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tansuo.methods import Method, ladder, rung
from tansuo.methods.check import check_method
from tansuo.methods.ladder import Chosen, LocalValue
from tansuo.methods.term import MethodData, Rung
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State

from .conftest import ROWS, SOURCES, choose, complete, row

COAL = {"source": "boiler", "fuel": "coal"}


@pytest.fixture
def data() -> MethodData:
    return complete().method.data(ROWS, SOURCES)


def grid(data: MethodData, month: str, findings: list[Finding] | None = None) -> Chosen | Missing:
    return choose(data, "EF", keys={}, period=Period.parse(month), findings=findings)


@pytest.mark.parametrize(
    ("month", "value", "name"),
    [
        ("2021-12", "0.5568", "grid/全国/ef@2021-01-01"),
        ("2022-01", "0.5366", "grid/全国/ef@2022-01-01"),
        ("2023-12", "0.5306", "grid/全国/ef@2023-01-01"),
    ],
)
def test_a_row_holds_from_its_first_day_until_the_day_before_its_last(
    data: MethodData, month: str, value: str, name: str
) -> None:
    found = grid(data, month)
    assert isinstance(found, Chosen)
    assert (found.value, found.factor_id, found.rung, found.status) == (
        Decimal(value),
        name,
        "default",
        "official",
    )


def test_outside_every_validity_there_is_no_factor_never_the_nearest(data: MethodData) -> None:
    for month in ("2024-01", "2020-12"):
        findings: list[Finding] = []
        found = grid(data, month, findings)
        assert found == Missing(State.MISSING, "EF", month)
        assert [one.code for one in findings] == ["methods.no_factor"]


def test_a_period_that_two_rows_share_has_no_single_factor(data: MethodData) -> None:
    assert isinstance(grid(data, "2022"), Chosen)
    assert isinstance(grid(data, "2021/2022"), Missing)


def test_a_value_is_converted_to_the_terms_unit_and_the_printed_one_is_kept(data: MethodData) -> None:
    found = choose(data, "CC", keys=COAL, period=Period.parse("2023-01"))
    assert isinstance(found, Chosen)
    assert (found.value, found.unit) == (Decimal("0.03085"), "t C/GJ")
    assert (found.original, found.original_unit) == (Decimal("30.85"), "t C/TJ")
    assert (found.citation, found.valid_from, found.valid_to) == ("guide table 1", "2021-01-01", "")


def test_measured_stands_above_default_and_says_so(data: MethodData) -> None:
    measured = LocalValue("NCV", Decimal("5000"), "kcal/kg", source="boiler", citation="report 7")
    found = choose(data, "NCV", keys=COAL, period=Period.parse("2023-01"), local=[measured])
    assert isinstance(found, Chosen)
    assert (found.value, found.rung, found.provenance) == (Decimal("20.934"), "measured", Provenance.MEASURED)
    assert found.citation == "report 7"
    other = choose(
        data, "NCV", keys={**COAL, "source": "other"}, period=Period.parse("2023-01"), local=[measured]
    )
    assert isinstance(other, Chosen)
    assert (other.rung, other.provenance) == ("default", Provenance.DEFAULT)


def test_the_narrowest_local_value_is_taken_whatever_their_order(data: MethodData) -> None:
    values = [
        LocalValue("NCV", Decimal(1), "GJ/t"),
        LocalValue("NCV", Decimal(2), "GJ/t", source="boiler"),
        LocalValue("NCV", Decimal(3), "GJ/t", source="boiler", month="2023-01"),
    ]
    for given in (values, values[::-1]):
        for month, expected in (("2023-01", 3), ("2023-02", 2)):
            found = choose(data, "NCV", keys=COAL, period=Period.parse(month), local=given)
            assert isinstance(found, Chosen)
            assert found.value == expected


def test_a_row_of_another_kind_is_a_finding_and_no_value(data: MethodData) -> None:
    wrong = LocalValue("NCV", Decimal("389.31"), "GJ/万Nm3@20C")
    findings: list[Finding] = []
    found = choose(data, "NCV", keys=COAL, period=Period.parse("2023-01"), local=[wrong], findings=findings)
    assert isinstance(found, Missing)
    assert [one.code for one in findings] == ["quantity.different_kinds"]


def selective() -> MethodData:
    m = Method("s", edition="1", title_zh="某", title_en="some", valid="2021-01/..", source="guide")
    m.option("grid", "级别", "level", choices=("national", "provincial", "any"), default="national")
    at = {"table": "grid", "column": "ef"}
    steps = ladder(
        rung("national", **at, key="=电力", level="national", when={"grid": "national"}),
        rung(
            "provincial", **at, key="=电力", level="province", region="province", when={"grid": "provincial"}
        ),
        rung("latest", **at, key="=电力", level="national", reach="before", when={"grid": "national"}),
        rung("any", **at, key="=电力", when={"grid": "any"}),
    )
    m.factor("EF", "因子", "factor", "t CO2/MWh", over="month", choose=steps)
    rows = []
    for level, region, value in (
        ("national", "", "0.5"),
        ("province", "江苏", "0.6"),
        ("province", "浙江", "0.4"),
    ):
        made = row("grid", "电力", "ef", value, "t CO2/MWh", "2023-01-01", "2024-01-01")
        rows.append(replace(made, id=f"{level}/{region}", level=level, region=region))
    return m.data(tuple(rows), SOURCES)


@pytest.mark.parametrize(
    ("options", "month", "expected", "taken"),
    [
        ({}, "2023-05", "0.5", "national"),
        ({"grid": "provincial"}, "2023-05", "0.6", "provincial"),
        ({}, "2024-05", "0.5", "latest"),
    ],
)
def test_options_and_selectors_name_the_row(
    options: dict[str, str], month: str, expected: str, taken: str
) -> None:
    found = choose(selective(), "EF", keys={"province": "江苏"}, period=Period.parse(month), options=options)
    assert isinstance(found, Chosen)
    assert (found.value, found.rung) == (Decimal(expected), taken)


@pytest.mark.parametrize(
    ("printed", "afterwards"),
    [
        ("official", "proposal"),
        ("secondary", "proposal"),
        ("memory", "proposal"),
        ("draft", "draft"),
        ("example", "example"),
    ],
)
def test_a_row_used_after_its_last_day_is_a_proposal(printed: str, afterwards: str) -> None:
    data = selective()
    data = replace(data, factors=tuple(replace(one, status=printed) for one in data.factors))
    for month, status in (("2023-12", printed), ("2024-01", afterwards)):
        found = choose(data, "EF", keys={}, period=Period.parse(month))
        assert isinstance(found, Chosen)
        assert (found.value, found.status) == (Decimal("0.5"), status)


def test_a_rung_that_may_reach_back_keeps_the_status_of_a_row_that_holds(data: MethodData) -> None:
    reaching = replace(data.terms["EF"], ladder=(replace(data.terms["EF"].ladder[0], reach="before"),))
    data = replace(data, terms={**data.terms, "EF": reaching})
    for month, status in (("2023-12", "official"), ("2024-01", "proposal")):
        found = grid(data, month)
        assert isinstance(found, Chosen)
        assert found.status == status


def test_reaching_back_is_never_reaching_forward() -> None:
    assert isinstance(choose(selective(), "EF", keys={}, period=Period.parse("2022-12")), Missing)


def test_a_firm_without_the_attribute_gets_no_row() -> None:
    found = choose(selective(), "EF", keys={}, period=Period.parse("2023-05"), options={"grid": "provincial"})
    assert isinstance(found, Missing)


def test_two_rows_that_hold_at_once_are_a_finding_not_a_guess() -> None:
    findings: list[Finding] = []
    found = choose(
        selective(), "EF", keys={}, period=Period.parse("2023-05"), options={"grid": "any"}, findings=findings
    )
    assert isinstance(found, Missing)
    assert [one.code for one in findings] == ["methods.ambiguous_factor"]


def test_choosing_is_pure(data: MethodData) -> None:
    first = grid(data, "2022-06")
    grid(data, "2021-06")
    assert grid(data, "2022-06") == first
    assert data.factors[3].valid_from == date(2021, 1, 1)


def test_the_last_published_before_a_day_of_the_year_before() -> None:
    m = complete().method
    m.factor(
        "EP",
        "上年10月31日前最新发布的因子",
        "the last published up to 31 October of the year before",
        "t CO2/MWh",
        over="month",
        choose=ladder(
            rung("by rule", table="grid", column="ef", key="=全国", published_before="year-1/11-01")
        ),
    )
    published = ("2024-04-12", "2024-12-20", "2025-10-31")
    dated = [
        replace(one, published_on=day, data_year=one.valid_from.isoformat()[:4])
        for one, day in zip(ROWS[3:], published, strict=True)
    ]
    data = m.data((*ROWS[:3], *dated), SOURCES)
    assert not [one for one in check_method(data) if one.severity == "error"]

    def taken(period: str) -> tuple[str, str] | None:
        got = choose(data, "EP", keys={}, period=Period.parse(period))
        return None if isinstance(got, Missing) else (str(got.value), got.status)

    # What is prescribed is no proposal, although the row is of an earlier year's data.
    assert taken("2025-03") == ("0.5568", "official")
    assert taken("2026-01") == taken("2026-12") == ("0.5306", "official")
    assert taken("2024-06") is None
    assert taken("2025") == ("0.5568", "official")
    assert taken("2025/2026") is None  # two reporting years, two answers


def test_what_is_published_in_a_month_is_known_after_it_and_later_data_of_one_day_go_first() -> None:
    m = complete().method
    step = rung("by rule", table="grid", column="ef", key="=全国", published_before="year/03-01")
    m.factor("EP", "某", "some", "t CO2/MWh", over="month", choose=ladder(step))

    def taken(*dates: tuple[str, str]) -> str:
        dated = [
            replace(one, published_on=day, data_year=year)
            for one, (day, year) in zip(ROWS[3:], dates, strict=False)
        ]
        got = choose(m.data((*ROWS[:3], *dated), SOURCES), "EP", keys={}, period=Period.parse("2025-06"))
        return "missing" if isinstance(got, Missing) else str(got.value)

    assert taken(("2024", "2021"), ("2025-02", "2022"), ("2025-03", "2023")) == "0.5366"
    assert taken(("2024", "2021"), ("2025-02-28", "2022"), ("2025-03-01", "2023")) == "0.5366"
    assert taken(("2024", "2022"), ("2024", "2021"), ("2025", "2023")) == "0.5568"
    assert taken(("2024", "2021"), ("2024", "2021"), ("", "2023")) == "missing"
    assert taken(("before", "2021"), ("", "2021"), ("", "2023")) == "missing"


def test_the_rule_is_in_the_document_only_where_it_is_used() -> None:
    plain, ruled = (
        rung("x", table="t", column="c"),
        rung("x", table="t", column="c", published_before="year/04-01"),
    )
    assert "published_before" not in plain.as_json()
    assert ruled.as_json() == {**plain.as_json(), "published_before": "year/04-01"}
    assert Rung(**ruled.as_json()) == ruled  # type: ignore[arg-type]


@pytest.mark.parametrize("day", ["31 October", "year-1/10-32", "year-12/10-31", "10-31", "2025"])
def test_another_way_of_writing_the_day_is_refused(day: str) -> None:
    with pytest.raises(FindingError, match="not well written"):
        rung("x", published_before=day)
    with pytest.raises(FindingError, match="not supported"):
        rung("x", reach="befor")
    with pytest.raises(FindingError, match="not supported"):
        rung("x", reach="before", published_before="year/04-01")


def test_two_rows_published_at_once_are_found_at_load() -> None:
    m = complete().method
    step = rung("by rule", table="grid", column="ef", key="=全国", published_before="year/04-01")
    m.factor("EP", "某", "some", "t CO2/MWh", over="month", choose=ladder(step))
    m.quantity("PP", "某", "some", "t CO2", m["PE"] * m["EP"])

    def codes(*published: str) -> list[str]:
        dated = [replace(one, published_on=day) for one, day in zip(ROWS[3:], published, strict=True)]
        return [one.code for one in check_method(m.data((*ROWS[:3], *dated), SOURCES))]

    assert codes("2024", "2025", "2026") == []
    assert codes("2024", "2024", "2026") == ["methods.ambiguous_factor"]
    assert codes("", "", "") == ["methods.rung_without_row"]
