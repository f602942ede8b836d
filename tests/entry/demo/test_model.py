"""The 48 invented firms: how many of which sector, where, how large, and that none of them is anybody."""

from collections import Counter
from decimal import Decimal

import pytest

from tansuo.entry.demo.model import SECTORS, firms
from tansuo.quantity.decimals import unscaled
from tansuo.registry.zhenjiang import UNITS

REAL_NAMES = (
    "谏壁", "高资", "台泥", "鹤林", "北固", "海螺", "索普", "奇美", "金东", "鼎胜", "国能", "华电", "大港", "沃得",
    "恒顺",     "Jianbi", "SOPO", "Chimei", "Gold East", "Dingsheng", "Hengshun", "Conch",
)  # fmt: skip
"""Firms and plants of the real city: none of their names may turn up among the invented."""


def test_forty_eight_firms_in_seven_sectors() -> None:
    assert Counter(one.sector for one in firms()) == {
        "power": 7, "cement": 4, "chemicals": 14, "paper": 3, "metal": 6, "glass_ceramics": 3, "other": 11,
    }  # fmt: skip
    assert set(SECTORS) == {one.sector for one in firms()}
    assert len({one.id for one in firms()}) == len({one.device for one in firms()}) == 48


def test_every_assessment_unit_has_firms_and_most_have_several_sectors() -> None:
    sectors: dict[str, set[str]] = {}
    for one in firms():
        sectors.setdefault(f"zj.unit.{one.unit}", set()).add(one.sector)
    assert set(sectors) == set(UNITS)
    assert sum(len(found) > 2 for found in sectors.values()) >= 6


def test_nobody_in_the_demo_can_be_taken_for_a_real_firm() -> None:
    for one in firms():
        assert one.zh.startswith("演示") and one.en.startswith("Demo ")
        assert one.id.startswith("demo.") and "DEMO" in one.device and len(one.device) == 24
        assert not any(name in f"{one.zh} {one.en} {one.places}" for name in REAL_NAMES)
        assert one.industry.isdigit() and len(one.industry) == 4 and one.capacity


def test_a_frame_of_every_device_is_unambiguous() -> None:
    for one in firms():
        codes = [source.code for source in one.sources]
        assert len(codes) == len(set(codes)) >= 2
        assert {source.facility for source in one.sources} <= {place[0] for place in one.places}


def yearly(indicator: str, sector: str = "") -> Decimal:
    """What the firms use of something in a year by their means, in the source's unit."""
    return sum(
        (
            unscaled(source.mean, source.decimals) * 8760
            for one in firms()
            for source in one.sources
            if source.indicator == indicator and sector in ("", one.sector)
        ),
        Decimal(),
    )


def test_coal_of_the_power_plants_dominates_and_is_of_the_size_of_the_real_city() -> None:
    """7.26 GW at 4,800 h and 0.80 t CO2/MWh is some 28 Mt (domain paper, 11); 2.26 t CO2 a tonne of coal."""
    power = yearly("fuel_consumption", "power") * Decimal("2.26") / 10**6
    assert 25 < power < 33
    assert yearly("fuel_consumption", "power") > yearly("fuel_consumption") * 3 / 4


@pytest.mark.parametrize("firm", [one for one in firms() if one.sector == "power" and one.laboratory])
def test_a_power_plant_burns_what_its_capacity_lets_it(firm: object) -> None:
    """Between 150 and 260 t of coal an hour and GW, over the year: 3,600 to 6,000 full-load hours."""
    one = next(found for found in firms() if found is firm)
    units, _, each = one.capacity.removesuffix(" MW").partition(" × ")
    coal = sum(unscaled(s.mean, s.decimals) for s in one.sources if s.indicator == "fuel_consumption")
    assert 150 < coal / (Decimal(units) * Decimal(each) / 1000) < 260
