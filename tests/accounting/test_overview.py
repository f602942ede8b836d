"""The overview: units and enterprises side by side, direct and indirect apart, gaps as gaps."""

from fractions import Fraction

from tansuo.accounting.inventory import Inventory
from tansuo.accounting.overview import overview
from town import COAL, HEAT, POWER, Town


def test_the_city_its_units_and_its_enterprises(town: Town) -> None:
    nobody = town.size
    for name, unit, amount in (("a", "dantu", "50"), ("b", "xinqu", "100"), ("c", "xinqu", "10")):
        town.firm(name, unit, (COAL, POWER, HEAT))
        for month in ("2026-01", "2026-02", "2026-03"):
            town.days(name, COAL, month, amount)
            town.days(name, HEAT, month, "1")
            town.days(name, POWER, month, "10", without=[3] if (name, month) == ("c", "2026-02") else [])
    page = overview(town.connection, "zj.city", "2026-Q1")
    assert page.months == ("2026-01", "2026-02", "2026-03") and page.as_of == town.size
    assert [one.subject.id for one in page.units] == ["zj.unit.xinqu", "zj.unit.dantu"]
    assert [one.subject.id for one in page.enterprises] == ["b", "a", "c"]
    assert len(page.empty) == 6

    assert page.city.direct.value == sum(one.direct.value for one in page.enterprises if one.direct.value)
    assert page.city.indirect.value is None
    assert page.city.indirect.completeness.incomplete_months == ("2026-02",)
    trend = [
        (month, direct.text is None, indirect.text is None) for month, direct, indirect in page.city.trend
    ]
    assert trend == [("2026-01", False, False), ("2026-02", False, True), ("2026-03", False, False)]
    assert page.units[1].indirect.value is not None

    coverage = page.city.coverage
    assert (coverage.enterprises, coverage.complete) == (3, 2)
    assert (coverage.readings_expected, coverage.readings_present) == (810, 809)
    assert coverage.readings == Fraction(809, 810)
    assert page.units[1].coverage.readings == 1
    assert page.city.synthetic and all(one.synthetic for one in page.enterprises)

    january = overview(town.connection, "zj.city", "2026-01")
    assert january.months == ("2026-01",)
    assert january.city.direct.text == page.city.trend[0][1].text
    assert january.city.indirect.value is not None

    read = Inventory(town.connection)
    read.figures([one.cell for _, *pair in page.city.trend for one in pair])
    again = overview(town.connection, "zj.city", "2026-01", inventory=read)
    for one, other in zip((again.city, *again.units), (january.city, *january.units), strict=True):
        assert (one.subject, one.coverage) == (other.subject, other.coverage)
        assert (one.direct.text, one.indirect.text) == (other.direct.text, other.indirect.text)

    before = overview(town.connection, "zj.city", "2026-Q1", as_of=nobody)
    assert before.units == () and before.enterprises == () and len(before.empty) == 8
    assert before.city.coverage.readings is None
