"""The grid of completeness: what a month says of its days, and in which order its troubles count."""

from dataclasses import replace
from datetime import date, timedelta

from tansuo.monitoring.coverage import Coverage, Row, late_after
from tansuo.monitoring.plan import PlanLine
from tansuo.quantity.state import Provenance

MEASURED = frozenset({Provenance.MEASURED})
FULL = Coverage("2026-04-01", "complete", ("s",), 24, 24, 0, 0, 0, kinds=MEASURED)
LINE = PlanLine(
    series="s", org="demo.x", source="demo.x.coal", meter="m", indicator="fuel_consumption", channel="hj212",
    device="d", stream="2061:f01001:Cou", form="interval_amount", step_s=3600, label="start",
    zone="Asia/Shanghai", unit="t", decimals=2, authoritative=True, required=True, valid_from=date(2026, 4, 1),
)  # fmt: skip


def month(*days: Coverage) -> Coverage:
    dated = tuple(replace(one, period=f"2026-04-{number:02d}") for number, one in enumerate(days, 1))
    (found,) = Row("demo.x.coal", "fuel_consumption", (LINE,), dated).months()
    return found


def test_a_month_is_the_sum_of_its_days() -> None:
    part = replace(FULL, standing="incomplete", received=20, missing=4)
    found = month(FULL, part)
    assert (found.standing, found.expected, found.received, found.missing) == ("incomplete", 48, 44, 4)


def test_one_empty_day_makes_a_month_incomplete_and_an_empty_month_is_missing() -> None:
    empty = replace(FULL, standing="missing", received=0, missing=24, kinds=frozenset())
    assert month(FULL, empty).standing == "incomplete"
    assert month(empty, empty).standing == "missing"


def test_a_hole_counts_before_what_is_not_measured_and_that_before_what_came_late() -> None:
    late = replace(FULL, late=3)
    declared = replace(FULL, kinds=MEASURED | {Provenance.DECLARED})
    hole = replace(FULL, received=23, missing=1)
    assert month(FULL, late).standing == "late"
    assert month(late, declared).standing == "estimated"
    assert month(late, declared, hole).standing == "incomplete"


def test_what_stands_still_all_month_is_no_hole() -> None:
    still = replace(FULL, not_operating=24, kinds=frozenset())
    assert month(still, still).standing == "not_operating"
    assert month(still, FULL).standing == "complete"


def test_a_running_month_is_judged_by_the_days_that_are_over() -> None:
    today = replace(FULL, standing="running", received=3, running=True)
    ahead = Coverage("", "future", ("s",), running=True)
    found = month(FULL, today, ahead)
    assert (found.standing, found.running, found.expected, found.missing) == ("complete", True, 24, 0)
    assert month(ahead, ahead).standing == "future"
    assert month(today, ahead).standing == "running"


def test_days_without_a_plan_ask_for_nothing() -> None:
    nothing = Coverage("", "not_planned")
    assert month(nothing, nothing).standing == "not_planned"
    assert month(nothing, FULL).expected == 24


def test_who_sends_by_the_day_is_late_after_days_and_who_sends_by_the_hour_after_one() -> None:
    assert late_after(LINE) == timedelta(hours=24)
    assert late_after(replace(LINE, step_s=300)) == timedelta(hours=24)
    assert late_after(replace(LINE, step_s=86_400)) == timedelta(days=8)
