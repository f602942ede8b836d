"""The table packs against what they were read from, and against arithmetic."""

import csv
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tansuo.methods.pack import Pack, load_pack
from tansuo.methods.term import FactorRow
from tansuo.quantity.decimals import plain

PACKS = Path(__file__).resolve().parents[2] / "packs"
# Abridged standard atomic weights, as commonly quoted.
WEIGHTS = {
    "C": "12.011",
    "O": "15.999",
    "H": "1.008",
    "Ca": "40.078",
    "Mg": "24.305",
    "Na": "22.990",
    "Fe": "55.845",
    "Mn": "54.938",
    "Ba": "137.327",
    "Li": "6.94",
    "K": "39.098",
    "Sr": "87.62",
}
CARBONATES = {
    "CaCO3": {"Ca": 1, "C": 1, "O": 3},
    "MgCO3": {"Mg": 1, "C": 1, "O": 3},
    "Na2CO3": {"Na": 2, "C": 1, "O": 3},
    "NaHCO3": {"Na": 1, "H": 1, "C": 1, "O": 3},
    "FeCO3": {"Fe": 1, "C": 1, "O": 3},
    "MnCO3": {"Mn": 1, "C": 1, "O": 3},
    "BaCO3": {"Ba": 1, "C": 1, "O": 3},
    "Li2CO3": {"Li": 2, "C": 1, "O": 3},
    "K2CO3": {"K": 2, "C": 1, "O": 3},
    "SrCO3": {"Sr": 1, "C": 1, "O": 3},
    "CaMg(CO3)2": {"Ca": 1, "Mg": 1, "C": 2, "O": 6},
}
DEFINITIONS = {"全国": "average", "全国-不含市场化交易非化石": "untraded", "全国-化石能源电力": "fossil"}
LEVELS = {"national": "national", "region": "regional", "province": "provincial"}


def loaded(name: str) -> Pack:
    """One pack of the product."""
    return load_pack(PACKS / name)


def rows(pack: Pack, table: str, column: str) -> dict[str, FactorRow]:
    """key → row of one column of one table."""
    return {row.key: row for row in pack.data.factors if (row.table, row.column) == (table, column)}


def mass(formula: dict[str, int]) -> Fraction:
    """Molar mass, exactly from the weights above."""
    return sum((Fraction(WEIGHTS[element]) * count for element, count in formula.items()), Fraction(0))


def test_carbonates_are_the_ratio_of_molar_masses_to_four_decimals() -> None:
    table = rows(loaded("factors_carbonates"), "carbonates", "stoichiometric")
    assert set(table) == set(CARBONATES)
    for name, formula in CARBONATES.items():
        exact = formula["C"] * mass({"C": 1, "O": 2}) / mass(formula)
        assert abs(exact - Fraction(table[name].value)) <= Fraction(1, 20_000), name


def test_printed_carbonates_differ_in_four_rows_and_never_by_more_than_three_in_the_fourth_digit() -> None:
    pack = loaded("factors_carbonates")
    printed = rows(pack, "carbonates", "printed")
    computed = rows(pack, "carbonates", "stoichiometric")
    apart = {key: computed[key].value - printed[key].value for key in computed}
    assert {key for key, value in apart.items() if value} == {"Na2CO3", "NaHCO3", "Li2CO3", "SrCO3"}
    assert max(apart.values()) <= Decimal("0.0003")
    assert {row.status for row in printed.values()} == {"secondary"}


def test_methane_and_nitrous_oxide_of_ar5_agree_with_an_unrelated_list(
    shared_data: Callable[[str], Path],
) -> None:
    file = shared_data("emission_calc_cases") / "gwp.csv"
    listed = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    values = {row["gas"]: Decimal(row["co2eq_per_kg"]) for row in listed if row["co2eq_years"] == "100"}
    typed = rows(loaded("factors_gwp"), "gwp_ar5", "typed")
    assert {gas: typed[gas].value for gas in ("CH4", "N2O")} == {gas: values[gas] for gas in ("CH4", "N2O")}


def test_a_gas_stands_in_both_columns_with_one_value() -> None:
    pack = loaded("factors_gwp")
    for name in ("ar2", "ar4", "ar5", "ar6"):
        typed, keyed = rows(pack, f"gwp_{name}", "typed"), rows(pack, f"gwp_{name}", "gwp")
        both = typed.keys() & keyed.keys()
        assert {"CF4", "C2F6", "SF6"} <= both
        assert {key for key in both if typed[key].value != keyed[key].value} == set()


def test_the_conflict_about_sf6_in_ar6_is_in_the_pack_and_not_decided() -> None:
    pack = loaded("factors_gwp")
    table = rows(pack, "gwp_ar6", "typed")
    assert (plain(table["SF6"].value), table["SF6"].status) == ("25200", "secondary")
    assert (plain(table["SF6 corrected"].value), table["SF6 corrected"].status) == ("24300", "memory")
    notes = pack.wording()["notes"]
    assert isinstance(notes, dict)
    assert "disagree" in notes[table["SF6"].id]


def test_a_dash_is_no_row() -> None:
    pack = loaded("factors_gwp")
    absent = {
        "ar2": {"HFC-245fa", "HFC-365mfc", "NF3", "SO2F2"},
        "ar4": {"HFC-41", "HFC-134", "SO2F2"},
        "ar5": set(),
        "ar6": set(),
    }
    every = set(rows(pack, "gwp_ar5", "gwp"))
    for name, gases in absent.items():
        assert every - set(rows(pack, f"gwp_{name}", "gwp")) == gases


def test_grid_factors_agree_with_the_public_copy(shared_data: Callable[[str], Path]) -> None:
    file = shared_data("factors_cn_grid") / "cn_power_factors_2021_2024.csv"
    listed = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    wanted = {}
    for row in listed:
        if row["kind"] == "CO2 emission factor":
            national = row["level"] == "national"
            key = ("全国", DEFINITIONS[row["name"]]) if national else (row["name"], "average")
            wanted[*key, row["year"]] = (Decimal(row["value"]), LEVELS[row["level"]])
    ours = {
        (row.key, row.column, row.data_year): (row.value, row.level)
        for row in loaded("factors_cn_grid").data.factors
        if row.table == "grid"
    }
    assert ours == wanted
    assert len(wanted) == 120


def test_three_dates_of_a_grid_factor_stay_apart() -> None:
    factors = loaded("factors_cn_grid").data.factors
    measured = [row for row in factors if row.table == "grid"]
    prescribed = [row for row in factors if row.table == "grid_reporting"]
    assert all(row.data_year and not row.applies_to for row in measured)
    assert all(row.published_on > f"{int(row.data_year) + 1}-01-01" for row in measured)
    assert sorted((plain(row.value), row.applies_to) for row in prescribed) == [
        ("0.5703", "2022"),
        ("0.5703", "2023"),
        ("0.5810", "2021"),
        ("0.6101", "reports up to 2020"),
    ]
    assert {row.data_year or row.applies_to: row.status for row in prescribed} == {
        "2015": "secondary",
        "2021": "secondary",
        "2022": "secondary",
        "2023": "memory",
    }


@pytest.mark.parametrize("table", ["fuel_defaults", "heat_defaults", "grid"])
def test_the_general_pack_and_the_table_packs_hold_the_same_rows(table: str, general: Pack) -> None:
    home = {"fuel_defaults": "factors_cn_fuels_cets_2024", "heat_defaults": "factors_cn_heat"}
    pack = loaded(home.get(table, "factors_cn_grid"))
    ours = {row.id: row for row in pack.data.factors if row.table == table}
    assert ours == {row.id: row for row in general.data.factors if row.table == table}
    assert ours


def test_older_and_newer_default_sets_differ_for_the_same_fuel() -> None:
    older = rows(loaded("factors_cn_fuels_2013"), "fuel_defaults_2013", "ncv")
    newer = rows(loaded("factors_cn_fuels_cets_2024"), "fuel_defaults", "ncv")
    assert len(older) == len(newer) == 25
    differing = [fuel for fuel in older.keys() & newer.keys() if older[fuel].value != newer[fuel].value]
    assert len(differing) >= 15
    assert {row.status for row in older.values()} == {"memory"}
