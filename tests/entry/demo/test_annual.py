"""The synthetic annual series: parts that make their whole, a plausible size, and a peak that is a real question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.entry.demo.annual import CO2, CO2_WITHOUT, ELECTRICITY, ENERGY, EXPORT, Year, shared, short, years
from tansuo.registry.zhenjiang import UNITS

LAST = 2026
ALL = years(LAST)
UNIT_NAMES = [short(unit) for unit in UNITS]


def test_every_year_from_2010_to_the_last_is_there() -> None:
    assert [one.year for one in ALL] == list(range(2010, LAST + 1))


@pytest.mark.parametrize("one", ALL, ids=lambda one: str(one.year))
def test_units_make_the_city_and_sectors_make_the_total(one: Year) -> None:
    city, units = one.city(), [one.unit(name) for name in UNIT_NAMES]
    for code in (CO2, CO2_WITHOUT, ENERGY, ELECTRICITY):
        assert sum(unit[code] for unit in units) == city[code]
    sectors = [value for code, value in city.items() if code.startswith(f"{CO2}.") and code != CO2_WITHOUT]
    assert sum(sectors) == city[CO2]


@pytest.mark.parametrize("one", ALL, ids=lambda one: str(one.year))
def test_what_power_exports_is_all_that_the_two_totals_differ_in(one: Year) -> None:
    city = one.city()
    exported = sum(one.emission["power"].values()) - one.own_power
    assert city[CO2] - city[CO2_WITHOUT] == exported > 0
    assert city[EXPORT] == one.generated - one.electricity_needed > 0


@pytest.mark.parametrize("one", ALL, ids=lambda one: str(one.year))
def test_the_city_emits_40_to_60_million_tonnes_and_coal_power_dominates(one: Year) -> None:
    city = one.city()
    assert 40_00 * 100 <= city[CO2] <= 60_00 * 100
    power = city[f"{CO2}.power"]
    assert power > city[CO2] // 2
    assert all(power > 3 * value for code, value in city.items() if code == f"{CO2}.cement")


def test_whether_the_peak_is_behind_depends_on_the_rule_of_counting() -> None:
    """With exported power the highest year is past; without it the last years are still the highest."""
    series = {code: [one.city()[code] for one in years(2025)] for code in (CO2, CO2_WITHOUT)}
    peak = {code: 2010 + values.index(max(values)) for code, values in series.items()}
    assert 2018 <= peak[CO2] <= 2023 < peak[CO2_WITHOUT]


def test_the_series_is_the_same_for_ever() -> None:
    assert years(2025) == ALL[:-1]
    assert (ALL[0].city()[CO2], ALL[-2].city()[CO2]) == (4527_41, 5484_74)


@given(
    st.integers(0, 10**9),
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 10**6), min_size=1, max_size=9),
)
def test_parts_by_weight_add_up_and_are_off_by_less_than_one(total: int, weights: dict[str, int]) -> None:
    parts = shared(total, weights)
    whole = sum(weights.values())
    assert sum(parts.values()) == total
    assert all(abs(part * whole - total * weights[name]) < whole for name, part in parts.items())
