"""Activity data: series joined, converted and measured against the plan; nothing filled in."""

from datetime import date, datetime
from decimal import Decimal

from tansuo.accounting.completeness import cell_state
from tansuo.quantity.state import Missing
from town import COAL, POWER, Source, Town

JAN = datetime(2026, 1, 1)
SECOND = Source("coal2", "f01002", "fuel_consumption", "kg", {}, decimals=0)


def _only(town: Town, quantity: str = "E_fuel", period: str = "2026-01"):  # type: ignore[no-untyped-def]
    figure = town.figure("a", quantity, period)
    assert figure.bound is not None
    term = "FC" if quantity == "E_fuel" else "PE"
    return next(one for one in figure.bound.activities.values() if one.term == term)


def test_two_meters_of_one_source_are_added_in_the_methods_unit(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    since = date(2026, 1, 1)
    second = town.line(
        "a", SECOND, since=since, source="a.coal", series="a/coal2", meter="other", stream="2031:f01002:Cou"
    )
    town.plan("a", [town.line("a", COAL, since=since), second])
    town.days("a", COAL, "2026-01", "100")
    half = _only(town)
    assert isinstance(half.value, Missing) and half.known == 3100
    town.days("a", SECOND, "2026-01", "1500")
    both = _only(town)
    assert both.value == Decimal("3146.5") and both.unit == "t" and len(both.sums) == 2
    assert cell_state(both).expected == 62


def test_a_stream_that_is_not_authoritative_never_counts(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    since = date(2026, 1, 1)
    beside = town.line("a", SECOND, since=since, source="a.coal", series="a/coal2", authoritative=False)
    town.plan("a", [town.line("a", COAL, since=since), beside])
    town.days("a", COAL, "2026-01", "100")
    town.days("a", SECOND, "2026-01", "9999")
    assert _only(town).value == 3100


def test_a_device_that_is_changed_within_the_month_leaves_no_gap(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    change = date(2026, 1, 16)
    old = town.line("a", COAL, since=date(2026, 1, 1), valid_to=change)
    new = town.line("a", COAL, since=change, device="MN-new")
    town.plan("a", [old, new])
    town.days("a", COAL, "2026-01", "100", without=range(16, 32))
    first = _only(town)
    assert isinstance(first.value, Missing) and first.unplanned == () and first.known == 1500
    town.firm("new", "dantu", ())
    town.days("new", COAL, "2026-01", "10", without=range(1, 16))
    assert _only(town).value == 1660


def test_a_series_in_a_unit_of_another_kind_is_missing_by_name(town: Town) -> None:
    town.firm("a", "dantu", (POWER,))
    town.plan("a", [town.line("a", POWER, since=date(2026, 1, 1), unit="t")])
    town.days("a", POWER, "2026-01", "10")
    value = _only(town, "E_power").value
    assert isinstance(value, Missing) and value.names == ("PE (unit) @ a.power/2026-01",)


def test_a_rate_is_summed_by_its_step(town: Town) -> None:
    town.firm("a", "dantu", (POWER,))
    rate = {"form": "rate", "unit": "kW", "series": "a/power.rate", "attributes": {"amount_unit": "kWh"}}
    line = town.line("a", POWER, since=date(2026, 1, 1), step=3600, **rate)
    town.plan("a", [line])
    town.hours("a", POWER, JAN, ["500"] * (31 * 24))
    assert _only(town, "E_power").value == 372


def test_what_was_not_operating_adds_nothing_and_is_no_hole(town: Town) -> None:
    town.firm("a", "dantu", (COAL,))
    town.days("a", COAL, "2026-01", "100", without=range(11, 32))
    town.days("a", COAL, "2026-01", "0", without=range(1, 11), flag="F")
    stopped = _only(town)
    assert stopped.value == 1000
    assert cell_state(stopped).status == "complete"
