"""Traps that developers of such systems fall into, each as a test on the packs of the national market."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tansuo.methods.calculation import read_inputs
from tansuo.methods.evaluate import CompiledMethod, Evaluation, evaluate
from tansuo.methods.expression import symbols
from tansuo.methods.method import Method
from tansuo.methods.pack import Pack, load_pack, pack_paths
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Missing

PACKS = Path(__file__).resolve().parents[2] / "packs"
POWER = ("2021", "2022", "2025", "2026")


def loaded(name: str) -> Pack:
    """One pack of the product."""
    return load_pack(PACKS / name)


def run(pack: Pack, **given: Any) -> Evaluation:
    """A pack on inputs in the form of ``tansuo calc``."""
    options: Mapping[str, str] = given.get("options", {})
    inputs, answers = read_inputs(given, pack.data)
    return evaluate(CompiledMethod(pack.data), inputs, {**answers, **options})


def figure(evaluation: Evaluation, symbol: str, cell: str = "") -> str:
    """A published figure as text."""
    found = evaluation.quantities[symbol, cell]
    return "missing: " + ", ".join(sorted(found.names)) if isinstance(found, Missing) else plain(found)


def plant(month: str) -> dict[str, Any]:
    """A coal plant that makes 245,000 MWh and supplies 230,000 of them."""
    rated = {"symbol": "P_e", "value": "350", "unit": "MW", "rung": "nameplate", "citation": "name plate"}
    test = {"symbol": "C_arm", "value": "55.00", "unit": "% C", "rung": "measured", "citation": "report"}
    heat = {"symbol": "NCV", "value": "21.000", "unit": "GJ/t", "rung": "measured", "citation": "report"}
    values = {"W_f": "245000", "Q_gr": "0", "Q_cr": "2000000", "T_run": "710"}
    coal = {"family": "solid_liquid", "fuel": "烟煤", "unit_class": "常规燃煤机组"}
    return {
        "sources": [
            {"id": "coal", "attributes": coal},
            {"id": "unit", "attributes": {"family": "generating_unit"}},
        ],
        "months": [month],
        "values": {
            "FC": {f"coal/{month}": "100000"},
            **{symbol: {f"unit/{month}": value} for symbol, value in values.items()},
        },
        "local": [rated, test, heat],
    }


def test_trap_03_intensities_on_supplied_and_on_generated_power_are_different_results() -> None:
    before, after = loaded("cn_power_generation_2021"), loaded("cn_power_generation_2022")
    assert "S_g" in before.data.quantities
    assert "S_f" not in before.data.quantities
    assert "S_f" in after.data.quantities
    assert "S_g" not in after.data.quantities
    older = plant("2022-12")
    older["values"]["W_g"] = {"unit/2022-12": "230000"}
    # 199,650 t over 230,000 MWh supplied and over 245,000 MWh generated.
    assert figure(run(before, **older), "S_g") == "0.8680"
    assert figure(run(after, **plant("2023-01")), "S_f") == "0.8149"


def test_trap_03_an_edition_does_not_count_months_of_another() -> None:
    for name, month in (("2021", "2023-01"), ("2022", "2022-12"), ("2022", "2025-01"), ("2025", "2026-01")):
        with pytest.raises(FindingError, match=r"methods\.outside_validity|valid"):
            run(loaded(f"cn_power_generation_{name}"), **plant(month))


def test_trap_04_green_power_leaves_the_rest_to_the_factor_without_traded_non_fossil_power(
    general: Pack,
) -> None:
    sources = [
        {"id": "supply", "attributes": {"family": "electricity"}},
        {"id": "green", "attributes": {"family": "green_electricity"}},
    ]
    values = {"PE": {"supply/2023-01": "30000"}, "GP": {"green/2023-01": "8000"}}
    found = run(general, sources=sources, months=["2023-01"], values=values)
    assert figure(found, "E_power_green") == "13411.20"
    assert figure(found, "E_power_green") != "11673.20"  # 22,000 × 0.5306: the green power counted twice


@pytest.mark.parametrize(
    "name", ["cn_steel_2024", "cn_cement_2024", "cn_aluminium_2024", "cn_power_generation_2022"]
)
def test_trap_06_the_ratio_of_44_to_12_can_neither_be_forgotten_nor_doubled(name: str) -> None:
    pack = loaded(name)
    carbon = [one for one in pack.data.quantities.values() if "K" in set(symbols(one.expression))]
    assert carbon
    for made in carbon:
        assert list(symbols(made.expression)).count("K") == 1
    method = Method(name, edition="t", title_zh="试", title_en="t", valid="2024-01/..", source="s")
    fuel = method.activity("FC", "煤", "coal", "t")
    heat = method.factor("NCV", "热值", "heat", "GJ/t", table="t", column="c")
    content = method.factor("CC", "含碳", "carbon", "t C/GJ", table="t", column="c")
    ratio = method.constant("K", "比", "ratio", "t CO2/t C", exactly="44/12")
    for wrong in (fuel * heat * content, fuel * heat * content * ratio * ratio, fuel * content * ratio):
        with pytest.raises(FindingError):
            method.quantity("E", "排放", "emission", "t CO2", wrong, places=2, scope="direct")
    method.quantity("E", "排放", "emission", "t CO2", fuel * heat * content * ratio, places=2, scope="direct")


def test_trap_06_dry_and_moist_basis_give_different_carbon_and_the_branch_is_named() -> None:
    pack = loaded("cn_power_generation_2022")
    coal = {"family": "solid_liquid", "fuel": "烟煤", "unit_class": "常规燃煤机组"}
    given: dict[str, Any] = {
        "sources": [{"id": "coal", "attributes": coal}],
        "months": ["2023-06"],
        "values": {"FC": {"coal/2023-06": "1000"}},
    }
    moist = {"symbol": "M_ar", "value": "11", "unit": "%", "rung": "measured", "citation": "report"}
    dry = {"symbol": "C_d", "value": "62.10", "unit": "% C", "rung": "measured", "citation": "report"}
    as_received = {**dry, "symbol": "C_arm"}
    cell = "coal/2023-06"
    found = run(pack, **given, local=[dry, moist])
    assert (figure(found, "C_lab", cell), found.taken["C_lab", cell]) == ("0.5527", "dry basis")
    found = run(pack, **given, local=[as_received, moist])
    assert (figure(found, "C_lab", cell), found.taken["C_lab", cell]) == ("0.6210", "as received")
    found = run(pack, **given, local=[dry])
    assert found.taken["C_ar", cell] == "default"  # a dry carbon without moisture is no carbon as received


def test_trap_07_steel_has_no_oxidation_rate_at_enterprise_level_or_in_processes() -> None:
    pack = loaded("cn_steel_2024")
    oxidised = {one.symbol for one in pack.data.quantities.values() if "OF" in set(symbols(one.expression))}
    assert oxidised == {"EX_s", "EX_k", "EX_g"}
    coal = {"id": "coal", "attributes": {"family": "solid_liquid", "fuel": "烟煤"}}
    mixed = {"id": "mixed", "attributes": {"family": "mixed_power_solid_liquid", "fuel": "烟煤"}}
    values = {"F_s": {"coal/2024-06": "1000000"}, "FX_s": {"mixed/2024-06": "1000000"}}
    found = run(pack, sources=[coal, mixed], months=["2024-06"], values=values)
    assert figure(found, "E_fuel") == "2278497.76"
    assert figure(found, "E_mixed") == "2255712.78"  # × 0.99


def test_trap_08_no_pack_offers_the_gwp_set_as_an_option() -> None:
    for path in pack_paths().values():
        options = load_pack(path).data.options
        answers = {answer for option in options.values() for answer in option.choices}
        assert not {answer for answer in answers if answer.upper().startswith("AR") and answer[2:].isdigit()}


def test_trap_08_tonnes_of_two_gwp_sets_do_not_add_and_a_method_reads_one_set() -> None:
    method = Method("t", edition="t", title_zh="试", title_en="t", valid="2024-01/..", source="s", gwp="AR5")
    gas = method.activity("M", "甲烷", "methane", "t CH4")
    five = method.factor("G5", "五", "five", "t CO2e[AR5]/t CH4", table="t", column="c")
    six = method.factor("G6", "六", "six", "t CO2e[AR6]/t CH4", table="t", column="c")
    with pytest.raises(FindingError):
        method.quantity(
            "E", "排放", "emission", "t CO2e[AR5]", gas * five + gas * six, places=2, scope="direct"
        )
    with pytest.raises(FindingError):
        method.quantity("E", "排放", "emission", "t CO2e[AR5]", gas * six, places=2, scope="direct")
    aluminium = loaded("cn_aluminium_2024").data
    assert aluminium.gwp == "AR5"
    assert {row.table for row in aluminium.factors if row.table.startswith("gwp_")} == {"gwp_ar5"}


def test_trap_09_gas_at_0_degrees_is_not_gas_at_20_degrees() -> None:
    pack = loaded("cn_power_generation_2022")
    gas = [{"id": "gas", "attributes": {"family": "gas", "fuel": "天然气"}}]

    def burnt(unit: str) -> str:
        values = {"FG": {"gas/2023-06": {"value": "10", "unit": unit}}}
        return figure(run(pack, sources=gas, months=["2023-06"], values=values), "E_burn")

    assert burnt("万Nm3@20C") == "216.50"
    for wrong in ("万Nm3@0C", "万Nm3", "万m3"):
        with pytest.raises(FindingError):
            burnt(wrong)


def test_trap_09_a_wan_kwh_is_ten_mwh() -> None:
    pack = loaded("factors_cn_grid")
    supply = [{"id": "supply", "attributes": {"family": "electricity"}}]

    def used(value: str, unit: str) -> str:
        values = {"PE": {"supply/2023-06": {"value": value, "unit": unit}}}
        return figure(run(pack, sources=supply, months=["2023-06"], values=values), "E")

    assert used("1000", "万kWh") == used("10000", "MWh") == used("10000000", "kWh") == "5306.00"


def test_trap_10_own_coke_and_gas_sold_and_fuel_of_the_power_sector_are_taken_out() -> None:
    pack = loaded("cn_steel_2024")
    sources = [
        {"id": "coke", "attributes": {"family": "solid_liquid", "fuel": "焦炭"}},
        {"id": "sold", "attributes": {"family": "sold_solid_liquid", "fuel": "焦炭"}},
        {"id": "unit", "attributes": {"family": "cets_power_gas", "fuel": "焦炉煤气"}},
    ]
    values = {
        "F_k": {"coke/2024-06": "100000"},
        "FS_k": {"sold/2024-06": "100000"},
        "FC_g": {"unit/2024-06": "1000"},
    }
    found = run(pack, sources=sources, months=["2024-06"], values=values)
    assert figure(found, "E_fuel") == figure(found, "E_sold") == "306737.82"
    # The coke goes out again; the gas of the unit counts in the power sector.
    assert figure(found, "E_total") == "-7713"
    del values["FS_k"]
    unsaid = run(pack, sources=sources, months=["2024-06"], values=values)
    assert figure(unsaid, "E_total") == "missing: FS_k @ sold/2024-06"


def test_trap_10_a_fuel_source_belongs_to_one_flow_only() -> None:
    activities = [
        one for one in loaded("cn_steel_2024").data.terms.values() if one.indicator == "fuel_consumption"
    ]
    families = [one.keys["family"] + one.keys["fuel"] for one in activities]
    assert len(set(families)) == len(families) == 12
