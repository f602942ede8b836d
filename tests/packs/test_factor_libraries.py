"""Real factor libraries read by the shipped mappings: counted as their files have them, no value invented."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tansuo.methods import Method, ladder, rung, sum_over
from tansuo.methods.check import check_method
from tansuo.methods.evaluate import Inputs, Shape, SourceKey, evaluate, from_document
from tansuo.methods.library import Library, read_library
from tansuo.methods.library_map import FactorMap, read_factor_map
from tansuo.methods.pack import load_pack
from tansuo.methods.term import FactorRow, MethodData
from tansuo.quantity.decimals import plain
from tansuo.quantity.state import Missing

ROOT = Path(__file__).resolve().parents[2]
SharedData = Callable[[str], Path]
UK_POWER = "UK electricity > Electricity generated > Electricity: UK > kWh"
UK_GAS = "Fuels > Gaseous fuels > Natural gas > Energy - Gross CV > kWh (Gross CV)"


def mapping(name: str) -> FactorMap:
    """A mapping that comes with the product."""
    return read_factor_map((ROOT / "maps" / f"{name}.toml").read_bytes(), name)


def uk(shared_data: SharedData, edition: str) -> Library:
    """One edition of the UK factors."""
    path = shared_data("factors_uk_defra") / f"uk_ghg_factors_{edition}.csv.gz"
    return read_library(path.read_bytes(), path.name, mapping("factors_uk_defra"), edition)


def codes(library: Library) -> Counter[str]:
    """How often each finding was made."""
    return Counter(one.code.removeprefix("methods.library_") for one in library.findings)


@pytest.mark.parametrize(
    ("edition", "power", "gas"), [("2019", "0.2556", "0.18385"), ("2021", "0.21233", "0.18316")]
)
def test_every_numeric_factor_of_the_uk_file_is_taken_or_named(
    shared_data: SharedData, edition: str, power: str, gas: str
) -> None:
    expected = json.loads((shared_data("factors_uk_defra") / "expected.json").read_text(encoding="utf-8"))[
        edition
    ]
    library = uk(shared_data, edition)
    counts = library.counts
    assert counts["rows"] == expected["rows"] == sum(counts.values()) - counts["rows"]
    unknown = sum(library.unknown_units.values())
    assert counts["taken"] + unknown == expected["numeric_factors"]
    # Hotel nights are no unit of ours, one heading of 2021 is a slip, and "< 1" is no number.
    assert codes(library) == {"unit": unknown, "value": 2}
    assert set(library.unknown_units) <= {"kg CO2e/Room per night", "`/km"}
    assert sum(1 for row in library.rows if row.value == 0) == expected["zero_factors"]
    held = {(row.key, row.column): row for row in library.rows}
    # Some cells carry the last digits of a double (0.21233000000000002); they are kept as they stand.
    for key, printed in ((UK_POWER, power), (UK_GAS, gas)):
        assert abs(held[key, "kg CO2e"].value - Decimal(printed)) < Decimal("1e-15")
    # What the file calls kg CH4 is a part of the total in CO2e, not a mass of methane.
    assert held[UK_GAS, "kg CH4"].unit == "kg CO2e[AR4]/kWh"
    # The set is bound to the unit because the file's own rows of single gases are that set's.
    gwp = {
        row.key: row.value
        for row in load_pack(ROOT / "packs" / "factors_gwp").data.factors
        if row.table == "gwp_ar4"
    }
    for name, gas in (("Methane", "CH4"), ("Nitrous oxide", "N2O"), ("Sulphur hexafluoride (SF6)", "SF6")):
        key = f"Refrigerant & other > Kyoto protocol - standard > {name} > kg"
        assert held[key, "kg CO2e"].value == gwp[gas]


def uk_method(rows: tuple[FactorRow, ...]) -> MethodData:
    """Electricity by the factor of the year itself, or by the last one published before the reporting year."""
    m = Method(
        "uk",
        edition="1",
        title_zh="英国电力",
        title_en="UK electricity",
        valid="2019-01/..",
        source="uk_conversion_factors",
        gwp="AR4",
    )
    m.option("choice", "选取", "which", choices=("year", "published"), default="year")
    power = m.activity("P", "电量", "electricity", "kWh", indicator="power")
    at = {"table": "uk_defra", "column": "kg CO2e", "key": f"={UK_POWER}"}
    factor = m.factor(
        "EF",
        "因子",
        "factor",
        "kg CO2e[AR4]/kWh",
        choose=ladder(
            rung("of the year", when={"choice": "year"}, **at),
            rung("last published", when={"choice": "published"}, published_before="year/01-01", **at),
        ),
    )
    one = m.quantity("E_s", "排放", "emission", "kg CO2e[AR4]", power * factor, places=2, scope="indirect")
    m.quantity("E", "排放合计", "emission, all", "kg CO2e[AR4]", sum_over(one, "source month"), places=2)
    kept = tuple(row for row in rows if (row.key, row.column) == (UK_POWER, "kg CO2e"))
    return m.data(kept, {"uk_conversion_factors": {}})


def test_the_same_key_has_another_value_each_year_and_each_replays_right(shared_data: SharedData) -> None:
    rows = (*uk(shared_data, "2019").rows, *uk(shared_data, "2021").rows)
    shared = Counter((row.key, row.column, row.level) for row in rows)
    both = {name for name, number in shared.items() if number == 2}
    values: dict[tuple[str, str, str], set[Decimal]] = {}
    for row in rows:
        values.setdefault((row.key, row.column, row.level), set()).add(row.value)
    moved = sum(1 for name in both if len(values[name]) == 2)
    assert (len(both), moved) == (6055, 5029)
    data = uk_method(rows)
    assert [one for one in check_method(data) if one.severity == "error"] == []

    def told(month: str, choice: str = "year") -> str:
        inputs = Inputs(Shape((SourceKey("meter"),), (month,)), {("P", f"meter/{month}"): Decimal(1000)})
        # Evaluated from the document alone, as a replay does.
        value = evaluate(from_document(data.as_json()), inputs, {"choice": choice}).quantities["E", ""]
        return "missing" if isinstance(value, Missing) else plain(value)

    assert (told("2019-07"), told("2021-07")) == ("255.60", "212.33")
    assert told("2020-07") == "missing"  # no edition of 2020 was imported, and no neighbour stands in
    assert [told(month, "published") for month in ("2019-07", "2020-07", "2021-07", "2022-07")] == [
        "missing",
        "255.60",
        "255.60",
        "212.33",
    ]


def base_carbone(shared_data: SharedData, mapping: FactorMap) -> Library:
    """The extract of ADEME's library."""
    path = shared_data("factors_base_carbone") / "base_carbone_extract_latin1.csv"
    return read_library(path.read_bytes(), path.name, mapping)


def test_base_carbone_is_read_with_its_marks_dates_and_archived_row(shared_data: SharedData) -> None:
    expected = json.loads((shared_data("factors_base_carbone") / "expected.json").read_text(encoding="utf-8"))
    library = base_carbone(shared_data, mapping("factors_base_carbone"))
    assert library.counts["rows"] == expected["rows"]
    assert library.counts["archived"] == expected["status"]["Archivé"] == codes(library)["archived"]
    # Copiers and thousands of euros are no units; four rows were created after the end of their validity.
    assert set(library.unknown_units) == {"kgCO2e/appareil", "kgCO2e/unité", "kgCO2e/keuro"}
    assert codes(library) == {"unit": 32, "archived": 1, "methods.validity_empty": 4}
    rows = {row.id: row for row in library.rows}
    assert len(rows) == library.counts["taken"] == 80
    oil = next(row for row in library.rows if row.key == "14087" and row.column == "total")
    assert (plain(oil.value), oil.unit) == ("3.25", "kg CO2e/L")
    parts = [row for row in library.rows if row.key == "14087" and row.column != "total"]
    assert sum(row.value for row in parts) == Decimal("3.247")
    small = next(row for row in library.rows if row.key == "28130" and "Fabrication" in row.column)
    assert plain(small.value) == "0.000380"  # printed as 3,80E-4


def test_the_gases_of_an_aeroplane_add_up_only_with_those_in_numbered_columns(
    shared_data: SharedData,
) -> None:
    expected = json.loads((shared_data("factors_base_carbone") / "expected.json").read_text(encoding="utf-8"))
    shipped = mapping("factors_base_carbone")
    assert codes(base_carbone(shared_data, shipped))["gases"] == 0
    without = replace(shipped, gases=("CO2f", "CH4f", "CH4b", "N2O", "Autres GES"))
    found = [
        one for one in base_carbone(shared_data, without).findings if one.code == "methods.library_gases"
    ]
    assert len(found) == expected["rows_where_gas_split_misses_total_by_over_1pct"] == 2
    assert {one.where["column"] for one in found} == {"Total poste non décomposé"}
    assert {(one.params["total"], one.params["parts"]) for one in found} == {
        ("0.259", "0.14107"),
        ("0.117", "0"),
    }


def test_cpcd_has_ids_twice_units_of_all_kinds_and_negative_values(shared_data: SharedData) -> None:
    folder = shared_data("factors_cn_grid")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    path = folder / "cpcd_core_snapshot.csv"
    library = read_library(path.read_bytes(), path.name, mapping("factors_cpcd"))
    assert library.counts["rows"] == expected["cpcd_rows"] == expected["cpcd_rows_value_parsed"]
    assert len(library.units) == expected["cpcd_distinct_units"]
    found = codes(library)
    assert found["value"] == 0
    assert found["negative"] == expected["cpcd_negative_values"]
    assert found["twice"] + found["differs"] == expected["cpcd_duplicate_ids"] == 19
    (sludge,) = (one for one in library.findings if one.code == "methods.library_differs")
    assert (sludge.params["value"], sludge.params["new"]) == ("99.41", "1723.03")
    # Which of the two holds nobody knows: neither is taken.
    assert not [row for row in library.rows if row.key == "94311X0232022C"]
    jiangsu = [row for row in library.rows if plain(row.value) == "0.5827" and row.unit == "kg CO2e/kWh"]
    assert {row.data_year for row in jiangsu} <= {"2023"}


def test_the_grid_pack_says_what_the_notices_say(shared_data: SharedData) -> None:
    expected = json.loads((shared_data("factors_cn_grid") / "expected.json").read_text(encoding="utf-8"))
    rows = [row for row in load_pack(ROOT / "packs" / "factors_cn_grid").data.factors if row.table == "grid"]
    provinces: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        if row.level == "provincial":
            provinces.setdefault(row.data_year, {})[row.key] = row.value
    assert {year: len(held) for year, held in provinces.items()} == expected["province_count"]
    assert {year: float(held["江苏"]) for year, held in provinces.items()} == expected["jiangsu"]
    changed = [provinces["2023"][name] - provinces["2022"][name] for name in provinces["2022"]]
    assert sum(1 for one in changed if one < 0) == expected["provinces_lower_in_2023_than_2022"]
    assert sum(1 for one in changed if one > 0) == expected["provinces_higher_in_2023"]
    names = {"average": "全国", "untraded": "全国-不含市场化交易非化石", "fossil": "全国-化石能源电力"}
    ours = {
        f"{names[row.column]}|{row.data_year}|CO2 emission factor": float(row.value)
        for row in rows
        if row.level == "national"
    }
    assert ours == {name: value for name, value in expected["national"].items() if "footprint" not in name}
