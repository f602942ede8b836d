"""Real files with answers that somebody else's program computed: every unit, month and load type."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tansuo.monitoring.connectors.workbook import Judged, Mapping, judge
from tansuo.quantity.state import State

SHORT_TON = Decimal("0.90718474")
Shared = Callable[[str], Path]
Maps = Callable[[str], Mapping]


def total(judged: Judged, series: str, period: str, kind: str = "") -> Decimal:
    """The sum over kinds (or of one kind) of a series whose id ends so, over all units of a file."""
    return sum(
        (
            one.value
            for one in judged.totals
            if one.series.endswith(series) and one.period == period and kind in ("", one.kind)
        ),
        Decimal(0),
    )


def agrees(value: Decimal, printed: float | int) -> bool:
    """Whether a value rounds to the printed answer, at the decimals that were printed."""
    stated = Decimal(str(printed))
    return value.quantize(stated) == stated


@pytest.fixture(scope="session")
def cems(shared_data: Shared) -> tuple[bytes, dict[str, object]]:
    folder = shared_data("epa_cems_idaho")
    return (folder / "cems_id_2017.parquet").read_bytes(), json.loads(
        (folder / "expected_2017.json").read_text()
    )


@pytest.fixture(scope="session")
def steel(shared_data: Shared) -> tuple[bytes, dict[str, object]]:
    folder = shared_data("steel_energy_15min")
    return (folder / "steel_2018h1.csv.gz").read_bytes(), json.loads(
        (folder / "expected_2018h1.json").read_text()
    )


def test_a_year_of_hourly_emission_monitoring_of_eight_units(
    cems: tuple[bytes, dict[str, object]], shipped_map: Maps
) -> None:
    data, expected = cems
    found = judge(data, "cems.parquet", shipped_map("epa_cems"))

    assert found.findings == []
    assert (found.rows, found.accepted, found.refused) == (expected["rows"], expected["rows"], 0)
    co2 = total(found, ".co2_mass", "2017")
    assert agrees(co2, expected["co2_tonne"])  # type: ignore[arg-type]
    assert co2 == Decimal("1262992.540") * SHORT_TON
    assert agrees(total(found, ".heat_input", "2017"), expected["heat_input_mmbtu"])  # type: ignore[arg-type]
    assert agrees(
        total(found, ".gross_generation", "2017"),
        expected["gross_load_mwh_optime_weighted"],  # type: ignore[arg-type]
    )
    months: dict[str, float] = expected["monthly_co2_short_ton"]  # type: ignore[assignment]
    assert len(months) == 12
    for month, printed in months.items():
        assert agrees(total(found, ".co2_mass", month) / SHORT_TON, printed), month
    units: list[dict[str, object]] = expected["by_unit"]  # type: ignore[assignment]
    assert len(units) == 8
    for unit in units:
        place = f"epa.{unit['orispl_code']}-{unit['unitid']}"
        of_unit = [one for one in found.totals if one.series.startswith(place + ".")]
        sums = {
            name: sum(
                one.value for one in of_unit if one.series == f"{place}.{name}" and one.period == "2017"
            )
            for name in ("co2_mass", "heat_input", "gross_generation", "nox_mass", "so2_mass")
        }
        assert agrees(sums["co2_mass"] / SHORT_TON, unit["co2_short_ton"]), place  # type: ignore[arg-type]
        assert agrees(Decimal(sums["heat_input"]), unit["heat_mmbtu"]), place  # type: ignore[arg-type]
        assert agrees(Decimal(sums["gross_generation"]), unit["gross_mwh"]), place  # type: ignore[arg-type]
        assert agrees(Decimal(sums["nox_mass"]), unit["nox_lb"]), place  # type: ignore[arg-type]
        assert agrees(Decimal(sums["so2_mass"]), unit["so2_lb"]), place  # type: ignore[arg-type]


def test_not_operating_is_not_missing_and_substitute_data_keep_their_mark(
    cems: tuple[bytes, dict[str, object]], shipped_map: Maps
) -> None:
    data, expected = cems
    found = judge(data, "cems.parquet", shipped_map("epa_cems"))

    flags: dict[str, dict[str, int]] = expected["flags"]  # type: ignore[assignment]
    co2 = [one for one in found.measurements if one.stream == "co2_mass"]
    idle = flags["co2_mass_measure_flg"]["nan"]
    assert sum(one.state is State.NOT_OPERATING and one.text is None for one in co2) == idle
    assert not any(one.state is State.MISSING for one in found.measurements)
    for series, flag, substituted in (
        ("co2_mass", "co2_mass_measure_flg", "Measured and Substitute"),
        ("nox_mass", "nox_rate_measure_flg", "Substitute"),
        ("so2_mass", "so2_mass_measure_flg", "Substitute"),
    ):
        counted = sum(
            one.count
            for one in found.totals
            if (one.kind, one.period) == ("substituted", "2017") and one.series.endswith(series)
        )
        assert counted == flags[flag][substituted], series
        kept = [one for one in found.measurements if one.stream == series and one.flag == substituted]
        assert len(kept) == counted, series


def test_half_a_year_of_a_steel_plant_by_month_and_load_type(
    steel: tuple[bytes, dict[str, object]], shipped_map: Maps
) -> None:
    data, expected = steel
    found = judge(data, "steel_2018h1.csv.gz", shipped_map("steel_15min"))

    assert found.findings == []
    assert found.rows == found.accepted == expected["rows"]
    assert str(total(found, ".usage", "2018")) == "521199.76"
    for month, printed in expected["by_month_kwh"].items():  # type: ignore[attr-defined]
        assert total(found, ".usage", f"2018-{int(month):02d}") == Decimal(str(printed)), month
    for month, printed in expected["by_month_co2_t"].items():  # type: ignore[attr-defined]
        assert total(found, ".co2", f"2018-{int(month):02d}") == Decimal(str(printed)), month
    assert agrees(total(found, ".lagging_reactive", "2018"), expected["lagging_kvarh"])  # type: ignore[arg-type]
    assert agrees(total(found, ".leading_reactive", "2018"), expected["leading_kvarh"])  # type: ignore[arg-type]
    loads = {
        one.key: one.value
        for one in found.breakdowns
        if (one.series, one.column, one.period) == ("steel_gwangyang.usage", "Load_Type", "2018")
    }
    stated: dict[str, float] = expected["by_load_type_kwh"]  # type: ignore[assignment]
    assert loads == {key: Decimal(str(printed)) for key, printed in stated.items()}


def test_the_row_labelled_midnight_closes_the_day_it_is_listed_under(
    steel: tuple[bytes, dict[str, object]], shipped_map: Maps
) -> None:
    data, _ = steel
    found = judge(data, "steel_2018h1.csv.gz", shipped_map("steel_15min"))

    usage = [one for one in found.measurements if one.stream == "usage"]
    labels = [one.label for one in usage]
    assert labels == sorted(labels)
    assert labels[0].isoformat() == "2018-01-01T00:15:00"
    assert labels[-1].isoformat() == "2018-07-01T00:00:00"
    assert len(set(labels)) == len(labels)


def test_three_years_of_a_gas_turbine_whose_hours_have_no_time(
    shared_data: Shared, shipped_map: Maps
) -> None:
    folder = shared_data("gas_turbine_cems_uci")
    expected = json.loads((folder / "expected_2011_2013.json").read_text())
    found = judge((folder / "gt_2011_2013.parquet").read_bytes(), "gt.parquet", shipped_map("gas_turbine"))

    assert found.findings == []
    for year, stated in expected.items():
        assert agrees(total(found, ".energy_yield", year), stated["tey_mwh_sum"])
        nox = [
            Decimal(one.text or "")
            for one in found.measurements
            if one.stream == "nox" and str(one.label.year) == year
        ]
        assert len(nox) == stated["rows"]
        assert agrees(sum(nox) / len(nox), stated["nox_mean"])
        assert max(nox) == Decimal(str(stated["nox_max"]))
    assert {one.period for one in found.totals} == set(expected), "a nominal time has no months"


def test_two_years_of_a_transformer_without_a_gap(shared_data: Shared, shipped_map: Maps) -> None:
    folder = shared_data("ett_transformer_hourly")
    expected = json.loads((folder / "expected_ETTh1.json").read_text())
    found = judge((folder / "ETTh1.csv.gz").read_bytes(), "ETTh1.csv.gz", shipped_map("ett_hourly"))

    assert found.findings == []
    assert found.rows == expected["rows"]
    for column, printed in expected["sum"].items():
        if column == "OT":
            continue  # a temperature is never added up
        series = column.lower()
        years = {one.period for one in found.totals if len(one.period) == 4}
        assert agrees(sum((total(found, f".{series}", year) for year in years), Decimal(0)), printed), column
        below = sum(Decimal(one.text or "") < 0 for one in found.measurements if one.stream == series)
        assert below == expected["negative_counts"][column], column
    assert not [one for one in found.totals if one.series.endswith("oil_temperature")]
    assert sum(one.stream == "oil_temperature" for one in found.measurements) == expected["rows"]


def test_a_year_of_days_of_a_building(shared_data: Shared, shipped_map: Maps) -> None:
    folder = shared_data("meter_daily_weather")
    expected = json.loads((folder / "expected.json").read_text())
    found = judge(
        (folder / "daily_meter_temperature.csv").read_bytes(), "daily.csv", shipped_map("meter_daily_weather")
    )

    assert found.findings == []
    assert found.rows == expected["rows"]
    assert agrees(
        total(found, ".observed", "2019") + total(found, ".observed", "2020"), expected["observed_sum"]
    )
    labels = [one.label.isoformat() for one in found.measurements]
    assert (labels[0], labels[-1]) == ("2019-03-02T00:00:00", "2020-02-29T00:00:00")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_the_same_plant_exported_by_another_program(
    steel: tuple[bytes, dict[str, object]], shipped_map: Maps, encoding: str
) -> None:
    import gzip

    data, _ = steel
    text = gzip.decompress(data).decode()
    again = text.replace(",", ";").replace("\n", "\r\n").encode(encoding)
    first = judge(data, "steel.csv", shipped_map("steel_15min"))
    second = judge(again, "steel.csv", shipped_map("steel_15min"))
    assert second.findings == []
    assert second.measurements == first.measurements
    assert second.totals == first.totals
