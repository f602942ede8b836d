"""What belongs to whom, by day: sources that start, end, are shared and change hands; attributes from above."""

from datetime import date
from decimal import Decimal

from tansuo.accounting.holdings import Holding, Span, holdings
from tansuo.quantity.period import Period
from tansuo.registry.relation import part, relate
from tansuo.registry.subject import Subject, declare, set_attribute
from town import Town

JAN, MARCH, APRIL = (Period.parse(text) for text in ("2026-01", "2026-03", "2026-04"))
MIDDLE = date(2026, 3, 15)


def _held(*spans: Span) -> Holding:
    return Holding(Subject("boiler", "emission_source", "锅炉", "Boiler"), spans, ("site",))


def _shares(found: tuple[Span, ...]) -> list[Decimal | None]:
    return [one.share for one in found]


def test_a_month_counts_for_whoever_holds_the_source_on_its_first_day() -> None:
    whole, half = Decimal(1), Decimal("0.5")
    always = _held(Span(None, None, whole))
    assert _shares(always.counted(MARCH)) == [whole]
    sold = _held(Span(None, MIDDLE, whole))
    assert _shares(sold.counted(MARCH)) == [whole]
    assert sold.counted(APRIL) == ()
    bought = _held(Span(MIDDLE, None, whole))
    assert bought.counted(MARCH, others=[Span(None, MIDDLE, whole)]) == ()
    assert _shares(bought.counted(APRIL, others=[Span(None, MIDDLE, whole)])) == [whole]
    assert _shares(bought.counted(MARCH)) == [whole]
    assert bought.counted(JAN) == ()
    shared = _held(Span(None, None, half), Span(date(2026, 2, 1), None, half))
    assert _shares(shared.counted(JAN)) == [half]
    assert _shares(shared.counted(MARCH)) == [half, half]


def test_of_two_that_begin_within_a_month_the_first_has_it() -> None:
    early, late = Span(date(2026, 3, 10), None, Decimal(1)), Span(date(2026, 3, 20), None, Decimal(1))
    assert _held(early).counted(MARCH, others=[late]) == (early,)
    assert _held(late).counted(MARCH, others=[early]) == ()


def test_spans_on_the_way_meet() -> None:
    span = Span(date(2026, 1, 1), date(2026, 7, 1), Decimal("0.5"))
    met = span.meet(date(2026, 3, 1), None, Decimal("0.4"))
    assert met == Span(date(2026, 3, 1), date(2026, 7, 1), Decimal("0.20"))
    assert span.meet(date(2026, 7, 1), None, Decimal(1)) is None
    unstated = span.meet(None, None, None)
    assert unstated is not None and unstated.share is None


def test_sources_are_found_below_and_attributes_come_from_the_nearest_above(town: Town) -> None:
    town.firm("a", "dantu")
    town.enter(
        declare("a.stray", "emission_source", "移动源", "Mobile", attributes={"family": "gas"}, org="a"),
        relate("a.stray", "part_of", "a", valid_from=date(2026, 2, 1), org="a"),
        set_attribute("a", "option.grid", "provincial", org="a"),
        set_attribute("a.site", "tariff", "peak", org="a"),
        set_attribute("a", "tariff", "flat", valid_from=date(2026, 3, 1), org="a"),
        set_attribute("zj.city", "tariff", "city"),
    )
    found = holdings(town.connection, ["a", "a.site", "a.power"])
    assert [one.source.id for one in found.of["a"]] == ["a.coal", "a.power", "a.stray"]
    assert [one.source.id for one in found.of["a.site"]] == ["a.coal", "a.power"]
    assert [one.source.id for one in found.of["a.power"]] == ["a.power"]
    assert found.of["a"][0].way == ("a.site", "a")
    day = date(2026, 3, 31)
    assert found.above("a", day) == ("zj.unit.dantu", "zj.city")
    assert found.above("a.power", day) == ("a.site", "a", "zj.unit.dantu", "zj.city")
    on_a = found.attributes("a", day)
    assert (on_a["province"], on_a["option.grid"], on_a["tariff"]) == ("江苏", "provincial", "flat")
    assert found.attributes("a", date(2026, 2, 1))["tariff"] == "city"
    coal = found.of["a"][0]
    assert found.own("a", coal, day)["tariff"] == "peak"
    assert found.own("a", coal, day)["fuel"] == "烟煤"


def test_a_source_that_moved_is_counted_once(town: Town) -> None:
    town.firm("a", "dantu")
    town.firm("b", "xinqu", ())
    before = town.size
    town.enter(
        part("a.coal", "part_of", "a.site", MIDDLE, org="a"),
        relate("a.coal", "part_of", "b.site", "1", MIDDLE, org="b"),
    )
    found = holdings(town.connection, ["a", "b"])
    counted = {
        (root, month.text): len(one.counted(month, found.elsewhere.get("a.coal", ())))
        for root in ("a", "b")
        for one in found.of[root]
        if one.source.id == "a.coal"
        for month in (JAN, MARCH, APRIL)
    }
    assert counted == {
        ("a", "2026-01"): 1, ("a", "2026-03"): 1, ("a", "2026-04"): 0,
        ("b", "2026-01"): 0, ("b", "2026-03"): 0, ("b", "2026-04"): 1,
    }  # fmt: skip
    assert holdings(town.connection, ["b"], before).of["b"] == ()
