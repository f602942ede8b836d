"""The tables of the model pack against their sources: table A.1 as printed, every published grid factor."""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tansuo.methods.pack import Pack
from tansuo.methods.term import FactorRow
from tansuo.quantity.decimals import plain

# CETS—AG—03.01—V01—2024, table A.1: fuel, NCV, CC, OF as printed; EF = NCV × CC × 44/12 computed from them by
# rational arithmetic, four decimals.
TABLE_A1 = (
    ("无烟煤", "25.024", "0.02749", "0.99", "2.5223"),
    ("烟煤", "23.736", "0.02618", "0.99", "2.2785"),
    ("褐煤", "15.250", "0.02797", "0.99", "1.5640"),
    ("洗精煤", "26.344", "0.02541", "0.99", "2.4545"),
    ("其他洗煤", "12.545", "0.02541", "0.99", "1.1688"),
    ("煤矸石", "8.374", "0.02541", "0.99", "0.7802"),
    ("煤泥", "12.545", "0.02541", "0.99", "1.1688"),
    ("焦炭", "28.435", "0.02942", "0.99", "3.0674"),
    ("石油焦", "32.500", "0.02750", "0.99", "3.2771"),
    ("其他煤制品", "17.460", "0.03356", "0.99", "2.1485"),
    ("原油", "41.816", "0.02008", "0.98", "3.0788"),
    ("燃料油", "41.816", "0.02110", "0.98", "3.2352"),
    ("汽油", "43.070", "0.01890", "0.98", "2.9848"),
    ("柴油", "42.652", "0.02020", "0.98", "3.1591"),
    ("煤油", "43.070", "0.01960", "0.98", "3.0953"),
    ("其他石油制品", "41.031", "0.02000", "0.98", "3.0089"),
    ("液化天然气", "51.498", "0.01720", "0.98", "3.2478"),
    ("液化石油气", "50.179", "0.01720", "0.98", "3.1646"),
    ("煤焦油", "33.453", "0.02200", "0.98", "2.6985"),
    ("炼厂干气", "45.998", "0.01820", "0.98", "3.0696"),
    ("天然气", "389.31", "0.01532", "0.99", "21.8688"),
    ("高炉煤气", "33.00", "0.07080", "0.99", "8.5668"),
    ("转炉煤气", "84.00", "0.04960", "0.99", "15.2768"),
    ("焦炉煤气", "173.854", "0.01210", "0.99", "7.7133"),
    ("其他煤气", "52.27", "0.01220", "0.99", "2.3382"),
)
GASES = {"天然气", "高炉煤气", "转炉煤气", "焦炉煤气", "其他煤气"}
REGIONS = {"华北", "东北", "华东", "华中", "西北", "南方", "西南"}
DEFINITIONS = {"全国": "average", "全国-不含市场化交易非化石": "untraded", "全国-化石能源电力": "fossil"}
LEVELS = {"national": "national", "region": "regional", "province": "provincial"}


def rows(pack: Pack, table: str) -> dict[tuple[str, str, str], FactorRow]:
    """(key, column, data year) → row of one table."""
    return {(row.key, row.column, row.data_year): row for row in pack.data.factors if row.table == table}


@pytest.mark.parametrize(("fuel", "ncv", "cc", "of", "ef"), TABLE_A1, ids=[row[0] for row in TABLE_A1])
def test_a_fuel_stands_as_printed_in_table_a1(
    general: Pack, fuel: str, ncv: str, cc: str, of: str, ef: str
) -> None:
    table = rows(general, "fuel_defaults")
    printed = {column: table[fuel, column, ""] for column in ("ncv", "cc", "of")}
    assert [plain(one.value) for one in printed.values()] == [ncv, cc, of]
    assert printed["ncv"].unit == ("GJ/万Nm3@20C" if fuel in GASES else "GJ/t")
    assert {one.status for one in printed.values()} == {"official"}
    exact = Fraction(ncv) * Fraction(cc) * Fraction(44, 12)
    assert abs(exact - Fraction(ef)) <= Fraction(1, 20_000)


def test_table_a1_has_25_fuels_and_no_other(general: Pack) -> None:
    assert {key for key, _, _ in rows(general, "fuel_defaults")} == {row[0] for row in TABLE_A1}
    assert len(TABLE_A1) == 25


def published(folder: Path) -> list[dict[str, str]]:
    """The 120 CO2 factors of the shared file: national, regional, provincial, 2021 to 2023."""
    text = (folder / "cn_power_factors_2021_2024.csv").read_text(encoding="utf-8-sig")
    return [row for row in csv.DictReader(text.splitlines()) if row["kind"] == "CO2 emission factor"]


def test_all_grid_factors_agree_with_the_public_copy(
    general: Pack, shared_data: Callable[[str], Path]
) -> None:
    table = rows(general, "grid")
    wanted = {}
    for row in published(shared_data("factors_cn_grid")):
        national = row["level"] == "national"
        key = ("全国", DEFINITIONS[row["name"]]) if national else (row["name"], "average")
        wanted[*key, row["year"]] = (Decimal(row["value"]), LEVELS[row["level"]])
    assert {key: (row.value, row.level) for key, row in table.items()} == wanted
    assert len(wanted) == 3 * (3 + 7 + 30)


def test_jiangsu_and_national_agree_with_the_expected_file(
    general: Pack, shared_data: Callable[[str], Path]
) -> None:
    file = shared_data("factors_cn_grid") / "expected.json"
    expected = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    table = rows(general, "grid")
    assert {year: table["江苏", "average", year].value for year in expected["jiangsu"]} == expected["jiangsu"]
    for name, value in expected["national"].items():
        definition, year, kind = name.split("|")
        if kind == "CO2 emission factor":
            assert table["全国", DEFINITIONS[definition], year].value == value
    fell = [
        key
        for key, column, year in table
        if year == "2023" and column == "average" and key not in {"全国", *REGIONS}
        if table[key, column, "2023"].value < table[key, column, "2022"].value
    ]
    assert len(fell) == expected["provinces_lower_in_2023_than_2022"]


def test_every_year_has_30_provinces_7_regions_and_3_national_definitions(general: Pack) -> None:
    for year in ("2021", "2022", "2023"):
        of_year = [row for row in rows(general, "grid").values() if row.data_year == year]
        assert len({row.key for row in of_year if row.level == "provincial"}) == 30
        assert {row.key for row in of_year if row.level == "regional"} == REGIONS
        assert {row.column for row in of_year if row.level == "national"} == set(DEFINITIONS.values())


def test_a_grid_factor_holds_for_its_data_year_and_cites_its_notice(general: Pack) -> None:
    issued = {"2021": "2024-04-12", "2022": "2024-12-20", "2023": "2025-12-31"}
    # Only the last notice itself was read; the values of the others come from public copies.
    read = {"2021": "secondary", "2022": "secondary", "2023": "official"}
    for row in rows(general, "grid").values():
        year = int(row.data_year)
        assert (row.valid_from.isoformat(), str(row.valid_to)) == (f"{year}-01-01", f"{year + 1}-01-01")
        assert (row.source, row.published_on, row.status) == (
            f"grid_{year}",
            issued[row.data_year],
            read[row.data_year],
        )
        assert general.data.sources[row.source]["issued"] == row.published_on
        assert general.data.sources[row.source]["status"] == row.status
        assert -int(row.value.as_tuple().exponent) == 4  # printed with four decimals


def test_a_value_seen_in_one_copy_only_says_so(general: Pack) -> None:
    notes = general.wording()["notes"]
    assert isinstance(notes, dict)
    single = [row for row in rows(general, "grid").values() if "one public copy only" in notes[row.id]]
    assert [(row.key, row.data_year, plain(row.value)) for row in single] == [("华东", "2022", "0.5617")]


def test_the_heat_default_is_never_shown_as_official(general: Pack) -> None:
    [row] = rows(general, "heat_defaults").values()
    assert (plain(row.value), row.unit, row.status) == ("0.11", "t CO2/GJ", "secondary")
