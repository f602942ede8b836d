"""Sector guidelines of 2014 and 2015, second half: what they add up to, what they refuse, what stays missing."""

import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tansuo.methods.calculation import read_inputs
from tansuo.methods.evaluate import CompiledMethod, evaluate
from tansuo.methods.pack import Pack, load_pack, read_pack
from tansuo.quantity.state import Missing, Value

PACKS = Path(__file__).resolve().parents[2] / "packs"
SECTORS = (
    "cn_guideline_coking_2014",
    "cn_guideline_coal_2014",
    "cn_guideline_electronics_2015",
    "cn_guideline_machinery_2015",
    "cn_guideline_paper_2015",
    "cn_guideline_food_2015",
    "cn_guideline_other_industry_2015",
    "cn_guideline_public_buildings_2015",
    "cn_guideline_mining_2015",
    "cn_guideline_other_nonferrous_2015",
    "cn_guideline_land_transport_2015",
    "cn_guideline_fluorine_2015",
    "cn_guideline_textiles_2018",
)
MONTH = "2018-06"
Given = Mapping[str, Any]


def given(
    sources: Mapping[str, Mapping[str, str]],
    values: Mapping[str, Mapping[str, str]],
    *local: Given,
    month: str = MONTH,
) -> Given:
    """Inputs of one month: sources with their attributes, activities by source, the firm's own factors."""
    return {
        "sources": [{"id": name, "attributes": attributes} for name, attributes in sources.items()],
        "months": [month],
        "values": {
            symbol: {f"{source}/{month}": value for source, value in cells.items()}
            for symbol, cells in values.items()
        },
        "local": [{"rung": "measured", "citation": "test", **one} for one in local],
    }


def results(pack: str, inputs: Given) -> Mapping[tuple[str, str], Value]:
    made = load_pack(PACKS / pack)
    return evaluate(CompiledMethod(made.data), *read_inputs(inputs, made.data)).quantities


def number(value: Value) -> Decimal:
    assert isinstance(value, Decimal), value
    return value


def exact(value: Fraction, places: int = 2) -> Decimal:
    """``value`` rounded half to even, worked out on integers."""
    scaled, rest = divmod(value.numerator * 10**places, value.denominator)
    if 2 * rest > value.denominator or (2 * rest == value.denominator and scaled % 2):
        scaled += 1
    return Decimal(scaled).scaleb(-places)


@pytest.fixture
def spoilt(tmp_path: Path) -> Callable[[str, str, str], list[str]]:
    """Codes of the errors of a pack in which one text of pack.py stands for another."""

    def codes(pack: str, old: str, new: str) -> list[str]:
        packs = tmp_path / "packs"
        shutil.copytree(PACKS, packs, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        path = packs / pack / "pack.py"
        written = path.read_text(encoding="utf-8")
        assert old in written
        path.write_text(written.replace(old, new), encoding="utf-8")
        return [one.code for one in read_pack(path.parent)[1] if one.severity == "error"]

    return codes


@pytest.mark.parametrize("sector", SECTORS)
def test_a_sector_builds_on_the_common_part_and_says_what_it_covers(sector: str) -> None:
    made = load_pack(PACKS / sector)
    assert made.data.gwp == "AR2"
    base: Pack = made
    while base.data.extends:
        base = load_pack(PACKS / base.data.extends["id"])
    assert base.data.id == "cn_guideline_common_2013"
    paper = made.words["paper"]
    assert paper["boundary"]
    assert paper["evidence"]
    assert paper["plan"]


@pytest.mark.parametrize("sector", SECTORS)
def test_a_firm_that_burns_coal_and_buys_power_has_the_figures_of_the_common_part(sector: str) -> None:
    inputs = given(
        {"boiler": {"family": "solid_liquid", "fuel": "烟煤"}, "supply": {"family": "electricity"}},
        {"FC": {"boiler": "1000"}, "PE": {"supply": "2000"}},
    )
    found = results(sector, inputs)
    coal = exact(
        Fraction(1000) * Fraction("19.570") * Fraction("0.02618") * Fraction("0.93") * Fraction(44, 12)
    )
    power = exact(2000 * Fraction("0.6101"))
    assert number(found["E_fuel", ""]) == number(found["E_direct", ""]) == coal
    assert number(found["E_indirect", ""]) == power
    assert number(found["E", ""]) == coal + power


def test_acetylene_is_carbon_once_and_not_twice(spoilt: Callable[[str, str, str], list[str]]) -> None:
    other = "cn_guideline_other_industry_2015"
    found = results(other, given({"torch": {"family": "acetylene"}}, {"MA": {"torch": "1000"}}))
    assert number(found["E_cutting", ""]) == exact(1000 * Fraction(24, 26) * Fraction(44, 12))
    assert spoilt(other, 'MA * C_C2H2 * m["K"]', "MA * C_C2H2")
    assert spoilt(other, 'MA * C_C2H2 * m["K"]', 'MA * C_C2H2 * m["K"] * m["K"]')


def test_methane_is_not_added_to_co2_without_its_warming_potential(
    spoilt: Callable[[str, str, str], list[str]],
) -> None:
    block = "cn_guideline_wastewater_2015"
    assert spoilt(block, "COD_w * BO * MCF * GWP_CH4", "COD_w * BO * MCF")
    assert spoilt(block, '"t CO2e[AR2]/t CH4"', '"t CO2e[AR5]/t CH4"')


def test_biogas_is_measured_at_0_degrees_and_volume_at_20_does_not_pass(
    spoilt: Callable[[str, str, str], list[str]],
) -> None:
    assert spoilt("cn_guideline_wastewater_2015", '"t CH4/万Nm3@0C"', '"t CH4/万Nm3@20C"')


def test_no_record_of_sludge_counts_more_and_is_said() -> None:
    inputs = given(
        {"a": {"family": "wastewater"}, "b": {"family": "wastewater"}},
        {"WW": {"a": "1000", "b": "1000"}, "SL": {"a": "1"}},
        {"symbol": "COD_in", "value": "5", "unit": "kg COD/m3"},
        {"symbol": "COD_out", "value": "500", "unit": "mg COD/L"},
    )
    found = results("cn_guideline_paper_2015", inputs)
    counted, unknown = (number(found["E_w", f"{source}/{MONTH}"]) for source in "ab")
    assert counted == exact((Fraction("4.5") - 1) * Fraction("0.25") * Fraction("0.5") * 21)
    assert unknown == exact(Fraction("4.5") * Fraction("0.25") * Fraction("0.5") * 21)


def test_a_hole_is_a_hole_and_not_a_smaller_total() -> None:
    inputs = given({"fill": {"family": "bought_co2", "filling": "三次灌装"}}, {"MB": {"fill": "10"}})
    found = results("cn_guideline_food_2015", inputs)["E", ""]
    assert isinstance(found, Missing)
    assert found.names == (f"LOSS @ fill/{MONTH}",)


def test_urea_holds_a_fifth_of_carbon_once(spoilt: Callable[[str, str, str], list[str]]) -> None:
    transport = "cn_guideline_land_transport_2015"
    inputs = given({"scr": {"family": "urea"}}, {"MU": {"scr": "1000"}})
    found = results(transport, inputs)
    assert number(found["E_urea", ""]) == exact(
        1000 * Fraction(12, 60) * Fraction("0.996") * Fraction(44, 12)
    )
    assert spoilt(transport, 'C_urea * PUR_u * m["K"]', "C_urea * PUR_u")
    assert spoilt(transport, "C_urea * PUR_u", "C_urea * C_urea * PUR_u")


def test_milligrams_are_not_taken_for_grams(spoilt: Callable[[str, str, str], list[str]]) -> None:
    assert spoilt("cn_guideline_land_transport_2015", "D * EF_CH4 * T_mg", "D * EF_CH4")
    assert spoilt("cn_guideline_land_transport_2015", "1/1000000000", "1/1000000")


def test_hfc_23_that_is_destroyed_leaves_and_comes_back_as_co2() -> None:
    inputs = given(
        {"line": {"family": "hcfc22"}, "kiln": {"family": "hfc23_destruction"}},
        {"P22": {"line": "1000"}, "IN23": {"kiln": "30"}, "OUT23": {"kiln": "0"}},
        {"symbol": "EF_23", "value": "3", "unit": "%"},
    )
    found = results("cn_guideline_fluorine_2015", inputs)
    assert number(found["E_HFC23", ""]) == 0
    assert number(found["E", ""]) == exact(30 * Fraction(44, 70))


def test_an_ore_is_roasted_by_what_was_decomposed_of_it() -> None:
    inputs = given(
        {
            "ore": {"family": "ore", "carbonate": "MgCO3"},
            "lime": {"family": "carbonation", "carbonate": "CaCO3"},
        },
        {"MO": {"ore": "1000"}, "MK": {"lime": "100"}},
        {"symbol": "ETA_o", "value": "50", "unit": "%"},
        {"symbol": "PUR_o", "value": "90", "unit": "%"},
        {"symbol": "PUR_k", "value": "100", "unit": "%"},
    )
    found = results("cn_guideline_mining_2015", inputs)
    given_off = exact(1000 * Fraction("0.5") * Fraction("0.9") * Fraction("0.5220"))
    assert number(found["E", ""]) == given_off - exact(100 * Fraction("0.4397"))


def coking(*local: Given) -> Mapping[tuple[str, str], Value]:
    """1,000 t of coking coal as received, 700 t of coke of 86 % carbon."""
    inputs = given(
        {
            "coal": {"family": "coking_coal", "fuel": "洗精煤", "process": "coking"},
            "coke": {"family": "product", "process": "coking"},
        },
        {"MC": {"coal": "1000"}, "MO": {"coke": "700"}},
        {"symbol": "C_s", "source": "coke", "value": "0.86", "unit": "t C/t"},
        *local,
    )
    return results("cn_guideline_coking_2014", inputs)


def test_carbon_of_dry_coal_is_brought_to_coal_as_received() -> None:
    found = coking(
        {"symbol": "C_d", "value": "0.80", "unit": "t C/t coal.d"},
        {"symbol": "M_ar", "value": "10", "unit": "%"},
    )
    assert number(found["E_coking", ""]) == exact((Fraction(720) - 602) * Fraction(44, 12))


def test_without_a_test_the_default_of_washed_coal_serves() -> None:
    default = Fraction(1000) * Fraction("26.344") * Fraction("0.02540")
    assert number(coking()["E_coking", ""]) == exact((default - 602) * Fraction(44, 12))


def test_dry_is_not_wet_and_carbon_is_not_co2(spoilt: Callable[[str, str, str], list[str]]) -> None:
    coal = "cn_guideline_coking_2014"
    assert spoilt(coal, "MC * DRY * (1 - M_ar) * C_d", "MC * C_d")
    assert spoilt(coal, "T * K, places=2", "T, places=2")


def test_mine_gas_from_the_mean_of_a_minute_is_the_volume_of_the_days() -> None:
    inputs = given(
        {"shaft": {"family": "ventilation"}},
        {"DAYS": {"shaft": "30"}},
        {"symbol": "q", "value": "10", "unit": "Nm3@0C/min"},
    )
    found = results("cn_guideline_coal_2014", inputs)
    assert number(found["E_under", ""]) == exact(Fraction("43.2") * Fraction("7.17") * 21)


def test_mine_gas_at_20_degrees_does_not_pass(spoilt: Callable[[str, str, str], list[str]]) -> None:
    assert spoilt("cn_guideline_coal_2014", '"t CH4/万Nm3@0C"', '"t CH4/万Nm3@20C"')


def test_a_tool_without_treatment_is_not_given_the_default_of_treatment() -> None:
    sources = {
        "new": {"family": "gas_treated", "gas": "SF6"},
        "old": {"family": "gas_untreated", "gas": "SF6"},
    }
    found = results("cn_guideline_electronics_2015", given(sources, {"FA": {"new": "1"}, "FN": {"old": "1"}}))
    left = Fraction("0.9") * Fraction("0.2") * 23900
    assert number(found["E_fn", f"old/{MONTH}"]) == exact(left)
    assert number(found["E_fa", f"new/{MONTH}"]) == exact(left * (1 - Fraction("0.81")))
    assert number(found["E_byproduct", ""]) == 0


def test_what_left_the_stock_and_is_in_no_equipment_has_escaped() -> None:
    inputs = given(
        {"sf6": {"family": "f_gas", "gas": "SF6"}},
        {
            "IB": {"sf6": "2"},
            "BUY": {"sf6": "10"},
            "IE": {"sf6": "3"},
            "MB": {"sf6": "11"},
            "MA": {"sf6": "2"},
            "N": {"sf6": "1000"},
        },
    )
    leak = 1000 * Fraction("0.342") * Fraction("146.05") / 10**6
    found = results("cn_guideline_machinery_2015", inputs)
    assert number(found["E_fgas", ""]) == exact((2 + 10 - 3 - (9 - leak)) * 23900)


def test_a_mixture_is_argon_only_where_that_was_chosen() -> None:
    inputs = given(
        {"mix": {"family": "shield_gas"}},
        {"W": {"mix": "100"}},
        {"symbol": "P_CO2", "value": "100", "unit": "%"},
    )
    assert isinstance(results("cn_guideline_machinery_2015", inputs)["E_weld", ""], Missing)
    chosen = results("cn_guideline_machinery_2015", {**inputs, "options": {"shield": "co2_argon"}})
    assert number(chosen["E_weld", ""]) == 100


CARBON = "cn_guideline_carbon_materials_2024"
FURNACES: Mapping[str, tuple[Mapping[str, str], Mapping[str, str], str]] = {
    # process: amounts, shares, published figure of the vector
    "calcining": (
        {"GC": "100", "CAL": "70", "UCC": "5", "DU": "1"},
        {"w_g": "0.008", "w_c": "0.002", "v_g": "0.10", "v_c": "0.02"},
        "10.6535",
    ),
    "baking": (
        {"BPM": "10", "BG": "100", "BWT": "0.05", "BP": "95"},
        {"w_bpm": "0.005", "w_bg": "0.007", "w_bp": "0.006", "v_bpm": "0.10", "v_bg": "0.02"},
        "3.364166666",
    ),
    "graphitising": (
        {"GPM": "10", "GTA": "100", "GWT": "0.05", "GP": "95"},
        {"w_gpm": "0.005", "w_gta": "0.007", "w_gp": "0.006", "v_gpm": "0.10"},
        "1.439166666",
    ),
}


@pytest.mark.parametrize("process", FURNACES)
def test_carbon_materials_give_the_published_vectors(process: str) -> None:
    amounts, shares, published = FURNACES[process]
    units = {symbol: "1" if symbol.startswith("v_") else "t C/t" for symbol in shares}
    inputs = given(
        {"furnace": {"family": process}},
        {symbol: {"furnace": amount} for symbol, amount in amounts.items()},
        *({"symbol": symbol, "value": value, "unit": units[symbol]} for symbol, value in shares.items()),
        month="2025-06",
    )
    found = number(results(CARBON, inputs)[f"E_{process}", ""])
    assert found == exact(Fraction(published))


def test_volatile_matter_is_methane_and_fixed_carbon_is_carbon(
    spoilt: Callable[[str, str, str], list[str]],
) -> None:
    assert spoilt(CARBON, "GPM * v_gpm * K3 * V", "GPM * v_gpm * K3 * K")
    assert spoilt(CARBON, "- GWT - GP * w_gp) * K", "- GWT - GP * w_gp)")


def test_carbon_materials_have_no_total_in_co2e() -> None:
    made = load_pack(PACKS / CARBON)
    assert "E" not in made.data.quantities
    assert made.data.gwp == ""


def test_each_of_the_24_guidelines_has_a_pack() -> None:
    guidelines = {
        "2013": "power_generation grid steel chemical aluminium magnesium flat_glass cement ceramics civil_aviation",
        "2014": "oil_gas petrochemical coking coal",
        "2015": "paper other_nonferrous electronics machinery mining food public_buildings land_transport fluorine "
        "other_industry",
    }
    wanted = {f"cn_guideline_{name}_{year}" for year, names in guidelines.items() for name in names.split()}
    assert len(wanted) == 24
    assert {name for name in wanted if not (PACKS / name / "pack.py").is_file()} == set()
