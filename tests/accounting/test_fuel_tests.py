"""Laboratory results as statements: what is refused, what stands lower, how a month is weighted, what it shows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tansuo.accounting.drilldown import factors_of
from tansuo.accounting.figure import Figure
from tansuo.accounting.fuel_basis import Basis
from tansuo.accounting.fuel_tests import Analysis, LabReport, Result, Sample, analyses, drafts, judge
from tansuo.accounting.inventory import Cell, figure
from tansuo.accounting.local_factor import local_factor
from tansuo.accounting.tested import month_of
from tansuo.accounting.working import working_of
from tansuo.methods import Method, branch, first_of, ladder, rung
from tansuo.methods.pack import Pack
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.wording import render
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import find
from town import COAL, Town

D = Decimal
AR, AD, DRY = Basis.AR, Basis.AD, Basis.D
JANUARY = Period.parse("2026-01")


def sample(first: int = 1, last: int = 31, name: str = "S-01", amount: str | None = None) -> Sample:
    days = date(2026, 1, first), date(2026, 1, last)
    return Sample(name, *days, True, *days, None if amount is None else D(amount))


def analysis(*results: tuple[str, Basis, str], marks: tuple[str, ...] = ("CMA",), **more: object) -> Analysis:
    units = {"net_calorific_value": "J/g", "gross_calorific_value": "J/g"}
    made = tuple(Result(name, basis, D(value), units.get(name, "%")) for name, basis, value in results)
    usual = {"report": "R-2026-01", "laboratory": "lab", "tested": date(2026, 2, 3)}
    test = LabReport(usual["laboratory"], usual["report"], usual["tested"], marks, "", Status.EXAMPLE)  # type: ignore[arg-type]
    whole = Analysis("a.coal", sample(), test, made)
    return replace(whole, **more)  # type: ignore[arg-type]


MOIST = (("moisture", AR, "9.80"), ("moisture", AD, "2.10"))
CARBON = ("carbon", AD, "58.20")
WHOLE = analysis(CARBON, *MOIST, ("net_calorific_value", AR, "20908"))


def codes(one: Analysis) -> list[str]:
    return [found.code.removeprefix("accounting.") for found in judge(one, date(2026, 3, 1))]


def test_what_is_refused_is_named_as_the_form_names_it() -> None:
    swapped = replace(WHOLE, sample=replace(sample(), taken_to=date(2025, 12, 30)))
    (found,) = judge(swapped, date(2026, 3, 1))
    assert "“采样 至” 2025-12-30，应为 ≥ “采样 自” 2026-01-01（样品 S-01）" in render(found, "zh")
    assert "“Taken to” 2025-12-30, must be ≥ “Taken from” 2026-01-01 (sample S-01)" in render(found, "en")
    (found,) = judge(analysis(("carbon", AD, "101"), *MOIST), date(2026, 3, 1))[:1]
    assert "元素碳（空气干燥基 ad） = 101 %" in render(found, "zh")
    (found,) = judge(analysis(CARBON, MOIST[1]), date(2026, 3, 1))
    assert "lack moisture (as received, ar)" in render(found, "en")


def test_a_sound_analysis_has_nothing_to_say() -> None:
    assert codes(WHOLE) == []


@pytest.mark.parametrize(
    "wrong",
    [
        analysis(CARBON, ("moisture", AR, "100"), ("moisture", AD, "2.1")),
        analysis(CARBON, ("moisture", AR, "2.1"), ("moisture", AD, "9.8")),
        analysis(("carbon", AD, "100"), *MOIST),
        analysis(("carbon", AR, "60"), ("carbon", AD, "58"), *MOIST),
        analysis(("carbon", AD, "85"), ("ash", AD, "15"), *MOIST),
        analysis(("moisture", DRY, "3")),
        analysis(("phlogiston", AD, "3")),
        analysis(CARBON, CARBON, *MOIST),
        analysis(("net_calorific_value", AR, "0")),
        replace(WHOLE, test=replace(WHOLE.test, tested=date(2026, 1, 30))),
        replace(WHOLE, test=replace(WHOLE.test, tested=date(2026, 3, 2))),
        replace(WHOLE, sample=replace(sample(), taken_from=date(2026, 2, 1))),
        replace(WHOLE, sample=sample(amount="0")),
        replace(WHOLE, results=(Result("carbon", AR, D("58"), "J/g"),)),
    ],
)
def test_impossible_input_is_refused(wrong: Analysis) -> None:
    assert "test_impossible" in codes(wrong)
    if wrong.test.tested <= date(2026, 3, 1):
        with pytest.raises(FindingError):
            drafts(wrong, org="a")


def test_a_result_that_leads_nowhere_is_refused() -> None:
    assert codes(analysis(CARBON, MOIST[1])) == ["test_lacks"]
    assert codes(analysis(("gross_calorific_value", AD, "24000"), *MOIST)) == ["test_lacks"]
    assert codes(replace(WHOLE, results=())) == ["test_lacks"]


def test_without_a_mark_the_rung_is_lower() -> None:
    unmarked = analysis(CARBON, *MOIST, marks=())
    assert codes(unmarked) == ["test_unmarked"]
    made = month_of([unmarked], JANUARY, "a.coal", own_formula=False)
    assert {rung for _, rung in made.values} == {"supplier"}
    assert [one.code for one in made.findings] == ["accounting.test_unmarked"]


def test_a_month_is_weighted_by_the_fuel_of_the_days() -> None:
    first = replace(analysis(CARBON, *MOIST), sample=sample(1, 10, "S-1", "1200"))
    second = replace(
        analysis(("carbon", AD, "60.00"), ("moisture", AR, "8.00"), ("moisture", AD, "2.00")),
        sample=sample(11, 31, "S-2", "2400"),
    )
    made = month_of([first, second], JANUARY, "a.coal", own_formula=True)
    one = Fraction("58.20") * Fraction("90.2") / Fraction("97.9")
    two = Fraction(60) * 92 / 98
    assert made.values["C_arm", "measured"].number == (one * 1200 + two * 2400) / 3600 / 100
    assert (
        made.values["C_arm", "measured"]
        .worked[-1]
        .startswith("C_ar = (53.622472… × 1200 + 56.326531… × 2400) / 3600")
    )
    assert ("C_ad", "measured") not in made.values and made.findings == []


def test_without_amounts_no_mean_is_made() -> None:
    first = replace(analysis(CARBON, *MOIST), sample=sample(1, 10, "S-1", "1200"))
    second = replace(analysis(CARBON, *MOIST), sample=sample(11, 31, "S-2"))
    made = month_of([first, second], JANUARY, "a.coal", own_formula=True)
    assert made.values == {}
    assert [(one.code, one.params["samples"]) for one in made.findings] == [
        ("accounting.test_unweighted", "S-2")
    ]


def test_days_that_no_sample_represents_are_said() -> None:
    made = month_of([replace(WHOLE, sample=sample(1, 20))], JANUARY, "a.coal", own_formula=False)
    assert {(one.code, one.params["days"]) for one in made.findings} == {("accounting.test_uncovered", 11)}
    assert ("C_arm", "measured") in made.values
    assert month_of([WHOLE], Period.parse("2026-02"), "a.coal", own_formula=False).values == {}


def _pack() -> Pack:
    """Carbon as received by the method's own formula, else a default: as the national market's power guide."""
    m = Method("coal_by_carbon", edition="1", title_zh="煤", title_en="Coal", valid="2020-01/..", source="s")
    keys = {"family": "solid_liquid"}
    k = m.constant("K", "碳", "carbon", "t CO2/t C", exactly="44/12")
    fc = m.activity("FC", "煤", "coal", "t", indicator="fuel_consumption", keys=keys, lower="0")
    term = {
        name: m.factor(name, name, name, unit, keys=keys, choose=ladder("measured"))
        for name, unit in (("C_ad", "t C/t"), ("C_arm", "t C/t"), ("M_ar", "1"), ("M_ad", "1"))
    }
    default = m.factor(
        "C_0", "缺省", "default", "t C/t", keys=keys, choose=ladder(rung("stated", local=True))
    )
    c_ar = m.quantity(
        "C_ar", "碳", "carbon", "t C/t",
        first_of(
            branch("as received", term["C_arm"]),
            branch("air-dried", term["C_ad"] * (1 - term["M_ar"]) / (1 - term["M_ad"])),
            branch("default", default),
        ),
        places=4, parents="sum_published",
    )  # fmt: skip
    m.quantity("E", "排放", "emission", "t CO2", fc * c_ar * k, places=1, scope="direct")
    words = {
        "terms": {one: {"zh": one, "en": one} for one in m.names if one},
        "sources": {},
        "title": {"zh": "煤", "en": "Coal"},
    }
    return Pack("coal_by_carbon", Path(), m.data(), words)


def _emission(town: Town) -> Figure:
    return figure(town.connection, Cell("a", "E", "2026-01", "coal_by_carbon"))


def test_the_method_converts_by_its_own_formula_and_the_receipt_says_how(town: Town) -> None:
    town.publish(_pack())
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100")
    assert _emission(town).value is None
    before = town.size
    entries = town.enter(*drafts(WHOLE, org="a"))
    made = _emission(town)
    assert made.text == "6094.8"  # 3100 × 0.5362 × 44/12 = 6094.8066…
    working = working_of(made)
    assert working["branches"] == {"C_ar a.coal/2026-01": "air-dried"}
    (row,) = [one for one in working["factors"] if one["symbol"] == "C_ad"]
    assert row["value"] == "0.582" and row["citation"] == "R-2026-01"
    assert row["tested"]["worked"] == ["C_ar = 58.20 × (100 − 9.80) / (100 − 2.10) = 53.622472…"]
    (told,) = row["tested"]["samples"]
    assert (told["sample"], told["marks"], told["tested"]) == ("S-01", ["CMA"], "2026-02-03")
    assert told["entries"] == [one.index for one in entries]
    assert figure(town.connection, made.cell, before).value is None


def test_a_method_of_heat_takes_both_from_the_same_results(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100")
    town.enter(*drafts(WHOLE, org="a"))
    made = town.figure("a", "E_fuel", "2026-01")
    chosen = {one.symbol: one for one in factors_of(made)}
    assert str(chosen["NCV"].chosen.value) == "20.908" and chosen["NCV"].chosen.rung == "measured"
    ratio = Fraction("58.20") * Fraction("90.2") / Fraction("97.9") / 100 / Fraction("20.908")
    assert chosen["CC"].chosen.value == Decimal(ratio.numerator) / Decimal(ratio.denominator) or (
        abs(Fraction(chosen["CC"].chosen.value) - ratio) < Fraction(1, 10**30)
    )
    assert chosen["CC"].tested is not None
    assert chosen["CC"].tested.worked[-1] == "CC = C_ar / NCV_ar = 0.53622472… / 20.908 = 0.02564687… t C/GJ"
    # 3100 × 20.908 × 0.02565 (five places) = 1662.49962; × 0.99 × 44/12 = 6034.8736…
    assert made.text == "6034.87"


def test_what_was_stated_outright_goes_before_what_is_worked_out(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100")
    town.enter(*drafts(WHOLE, org="a"))
    cited = Source("S", Status.EXAMPLE)
    town.enter(local_factor("a.coal", "ncv", "2026-01", D("21"), "GJ/t", issuer="x", source=cited, org="a"))
    chosen = {one.symbol: one.chosen for one in factors_of(town.figure("a", "E_fuel", "2026-01"))}
    assert str(chosen["NCV"].value) == "21"


def test_statements_read_back_as_the_analysis_they_came_from(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.enter(*drafts(replace(WHOLE, sample=sample(1, 31, "S-9", "3100.5"), synthetic=True), org="a"))
    (back,) = analyses(find(town.connection, subject="a.coal"))
    assert back.sample == sample(1, 31, "S-9", "3100.5") and back.synthetic
    assert back.test == WHOLE.test
    assert set(back.results) == set(WHOLE.results)


def test_findings_of_the_laboratory_come_with_the_inputs(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100")
    unmarked = replace(WHOLE, test=replace(WHOLE.test, marks=()))
    town.enter(*drafts(unmarked, org="a"))
    made = town.figure("a", "E_fuel", "2026-01")
    assert made.bound is not None
    assert [one.code for one in made.bound.findings] == ["accounting.test_unmarked"]
    chosen = {one.symbol: one.chosen for one in factors_of(made)}
    assert chosen["NCV"].rung == "supplier"
