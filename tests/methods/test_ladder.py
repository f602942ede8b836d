"""Which factor: rungs in order, half-open validity, and never the nearest."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tansuo.methods import Method, ladder, rung
from tansuo.methods.ladder import Chosen, LocalValue, choose
from tansuo.methods.term import MethodData
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State

from .conftest import ROWS, SOURCES, complete, row

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
