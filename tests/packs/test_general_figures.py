"""What the model pack promises about its figures, whatever the amounts."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.methods import Method, sum_over
from tansuo.methods.document import Shape, SourceKey
from tansuo.methods.evaluate import CompiledMethod, Evaluation, Inputs, evaluate
from tansuo.methods.expression import symbols
from tansuo.methods.pack import load_pack, pack_paths
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Missing, State, Value

PACK = load_pack(pack_paths()["general_combustion_and_power"])
METHOD = CompiledMethod(PACK.data)
YEAR = tuple(f"2023-{month:02d}" for month in range(1, 13))
FIRM = (
    SourceKey("boiler", {"family": "solid_liquid", "fuel": "烟煤"}),
    SourceKey("kiln", {"family": "solid_liquid", "fuel": "柴油"}),
    SourceKey("furnace", {"family": "gas", "fuel": "天然气"}),
    SourceKey("supply", {"family": "electricity"}),
    SourceKey("green", {"family": "green_electricity"}),
    SourceKey("heat", {"family": "heat"}),
)
ACTIVITY = {"boiler": "FC", "kiln": "FC", "furnace": "FG", "supply": "PE", "green": "GP", "heat": "PH"}
JIANGSU = {"province": "江苏", "grid_region": "华东"}
UNTRADED = {"2021": "0.5942", "2022": "0.5856", "2023": "0.6096"}

amounts = st.decimals(min_value=0, max_value=1_000_000, places=3)


def firm(
    values: Mapping[str, Mapping[str, Value]], months: tuple[str, ...] = YEAR, **options: str
) -> Evaluation:
    """The firm's figures for source → month → amount; a month without an amount is a hole."""
    cells = {
        (ACTIVITY[source], f"{source}/{month}"): value
        for source, of_month in values.items()
        for month, value in of_month.items()
    }
    sources = tuple(one for one in FIRM if one.id in values)
    return evaluate(METHOD, Inputs(Shape(sources, months), cells, attributes=JIANGSU), options)


def number(evaluation: Evaluation, symbol: str, cell: str = "") -> Decimal:
    """A figure that is there."""
    value = evaluation.quantities[symbol, cell]
    assert isinstance(value, Decimal), value
    return value


def half_even(value: Fraction) -> Decimal:
    """Two decimals, half to even, by integers alone."""
    return Decimal(round(value * 100)) / 100


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=12))
def test_a_year_is_the_sum_of_its_published_months(pairs: list[tuple[Decimal, Decimal]]) -> None:
    months = YEAR[: len(pairs)]
    values = {
        "boiler": {month: coal for month, (coal, _) in zip(months, pairs, strict=True)},
        "supply": {month: power for month, (_, power) in zip(months, pairs, strict=True)},
    }
    year = firm(values, months)
    for symbol in ("E_fuel", "E_power", "E_power_green", "E_power_national", "E_indirect", "T_national"):
        by_month = [
            number(firm({source: {one: of[one]} for source, of in values.items()}, (one,)), symbol)
            for one in months
        ]
        assert number(year, symbol) == sum(by_month)


@given(amounts, amounts, amounts)
def test_the_whole_is_the_sum_of_its_parts(coal: Decimal, diesel: Decimal, gas: Decimal) -> None:
    month = YEAR[0]
    done = firm({"boiler": {month: coal}, "kiln": {month: diesel}, "furnace": {month: gas}}, (month,))
    parts = [number(done, "E_s", f"{one}/{month}") for one in ("boiler", "kiln")]
    assert number(done, "E_fuel") == sum(parts) + number(done, "E_g", f"furnace/{month}")


@given(
    amounts,
    st.sampled_from(["national", "regional", "provincial"]),
    st.sampled_from(sorted(UNTRADED)),
    st.data(),
)
def test_green_power_as_zero_always_takes_the_factor_without_traded_non_fossil(
    bought: Decimal, grid: str, year: str, data: st.DataObject
) -> None:
    green = data.draw(st.decimals(min_value=0, max_value=bought, places=3))
    month = f"{year}-07"
    done = firm({"supply": {month: bought}, "green": {month: green}}, (month,), grid=grid)
    rest = Fraction(bought) - Fraction(green)
    assert number(done, "E_power_green") == half_even(rest * Fraction(UNTRADED[year]))
    # By location nothing is deducted, so that nothing is counted as zero twice.
    factor = done.chosen["EF_grid", f"supply/{month}"].value
    assert number(done, "E_power") == half_even(Fraction(bought) * Fraction(factor))


def test_no_formula_deducts_green_power_and_uses_another_factor() -> None:
    deducted = {"GP"}
    for quantity in PACK.data.quantities.values():
        named = set(symbols(quantity.expression))
        if named & deducted:
            deducted.add(quantity.symbol)
            factors = {one for one in named if one in PACK.data.terms and one.startswith("EF")}
            assert factors <= {"EF_rest"}, quantity.symbol
    columns = {step.column for step in PACK.data.terms["EF_rest"].ladder}
    assert columns == {"untraded"}
    assert deducted == {"GP", "PE_rest", "E_rest", "E_power_green", "T_green"}


def test_direct_and_indirect_meet_only_in_the_totals_of_the_national_guidelines() -> None:
    both = {one.symbol for one in PACK.data.quantities.values() if one.scope == "both"}
    assert both == {"T_national", "T_green"}
    for symbol in both:
        assert "国家指南口径" in PACK.wording()["terms"][symbol]["zh"]  # type: ignore[index]


def test_the_national_total_does_not_move_with_the_option() -> None:
    values = {"boiler": {YEAR[0]: Decimal(100)}, "supply": {YEAR[0]: Decimal(1000)}}
    totals = {
        number(firm(values, YEAR[:1], grid=grid), "T_national")
        for grid in ("national", "regional", "provincial")
    }
    assert totals == {Decimal("225.57") + Decimal("530.60")}


def test_more_green_power_than_was_bought_is_a_finding() -> None:
    done = firm({"supply": {YEAR[0]: Decimal(10)}, "green": {YEAR[0]: Decimal(11)}}, YEAR[:1])
    [finding] = done.findings
    assert finding.code == "methods.out_of_range"
    assert finding.where["symbol"] == "PE_rest"


def test_a_hole_makes_the_year_missing_and_keeps_its_name() -> None:
    values = {"furnace": {month: Decimal(1) for month in YEAR if month not in ("2023-03", "2023-07")}}
    got = firm(values).quantities["E_fuel", ""]
    assert isinstance(got, Missing)
    assert got.holes == ("2023-03", "2023-07")


def test_not_operating_adds_nothing_and_is_no_hole() -> None:
    idle = Missing(State.NOT_OPERATING, "FG", "furnace/2023-03")
    values = {"furnace": {month: idle if month == "2023-03" else Decimal(1) for month in YEAR}}
    monthly = number(firm({"furnace": {YEAR[0]: Decimal(1)}}, YEAR[:1]), "E_fuel")
    assert number(firm(values), "E_fuel") == 11 * monthly


@pytest.mark.parametrize("grid", ["regional", "provincial"])
def test_a_firm_without_a_place_gets_no_factor_rather_than_the_national_one(grid: str) -> None:
    shape = Shape((SourceKey("supply", {"family": "electricity"}),), YEAR[:1])
    done = evaluate(METHOD, Inputs(shape, {("PE", f"supply/{YEAR[0]}"): Decimal(1)}), {"grid": grid})
    assert isinstance(done.quantities["E_power", ""], Missing)
    assert "methods.no_factor" in {one.code for one in done.findings}


@pytest.mark.parametrize("month", ["2024-01", "2026-06", "2031-12"])
def test_after_the_last_notice_the_rung_says_that_it_is_an_earlier_year(month: str) -> None:
    done = firm({"supply": {month: Decimal(1000)}}, (month,), grid="provincial")
    chosen = done.chosen["EF_grid", f"supply/{month}"]
    assert (chosen.rung, plain(chosen.value)) == ("provincial, latest published", "0.5827")
    assert chosen.valid_to == "2024-01-01"


def test_a_forgotten_or_doubled_44_12_cannot_be_defined() -> None:
    m = Method("broken", edition="1", title_zh="坏", title_en="broken", valid="2021-01/..", source="s")
    k = m.constant("K", "比", "ratio", "t CO2/t C", exactly="44/12")
    fc = m.activity("FC", "量", "amount", "t", indicator="fuel_consumption")
    ncv = m.factor("NCV", "热值", "value", "GJ/t", table="f", column="ncv", key="fuel")
    cc = m.factor("CC", "含碳", "carbon", "t C/GJ", table="f", column="cc", key="fuel")
    for wrong in (fc * ncv * cc, fc * ncv * cc * k * k, fc * cc * k, sum_over(fc * ncv, "source month")):
        with pytest.raises(FindingError) as refused:
            m.quantity("E", "排放", "emission", "t CO2", wrong)
        assert [one.code for one in refused.value.findings] == ["methods.other_kind"]
    assert m.quantity("E", "排放", "emission", "t CO2", fc * ncv * cc * k)
