"""What a file adds up to, by form: amounts, rates, registers, ratios; the unit in which sums are shown."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from tansuo.monitoring.connectors.workbook import Judged

Judge = Callable[..., Judged]
MeterMap = Callable[..., str]
SERIES = 'unit = "kWh"\ndecimals = 2'


def sums(found: Judged) -> dict[tuple[str, str], str]:
    return {(one.period, one.unit): str(one.value) for one in found.totals}


def test_sums_are_shown_in_the_target_unit_and_exact(judged: Judge, meter_map: MeterMap) -> None:
    tons = meter_map((SERIES, 'unit = "short_ton CO2"\ntarget = "t CO2"\ndecimals = 3'))
    found = judged("time,kwh\n2026-01-01 00:00,1.001\n2026-01-01 01:00,0.002\n", tons)
    assert sums(found)["2026", "t CO2"] == "0.90990629422"
    assert Decimal("1.003") * Decimal("0.90718474") == Decimal("0.90990629422")
    assert [one.text for one in found.measurements] == ["1.001", "0.002"], "readings keep their own unit"


@pytest.mark.parametrize(
    ("unit", "target", "step", "unit_shown", "total"),
    [
        ("kW", "", "15min", "kWh", "1.75"),
        ("kW", "MWh", "1h", "MWh", "0.007"),
        ("t/h", "", "30min", "t", "3.5"),
        ("t/h", "kg", "1h", "kg", "7000"),
    ],
)
def test_a_rate_lasts_as_long_as_its_step(
    judged: Judge, meter_map: MeterMap, unit: str, target: str, step: str, unit_shown: str, total: str
) -> None:
    shown = f'\ntarget = "{target}"' if target else ""
    own = meter_map(
        (SERIES, f'form = "rate"\nunit = "{unit}"{shown}\ndecimals = 2'), ('step = "1h"', f'step = "{step}"')
    )
    found = judged("time,kwh\n2026-01-01 00:00,3\n2026-01-01 01:00,4\n", own)
    assert sums(found)["2026", unit_shown] == total


REGISTER = (SERIES, 'form = "register"\nunit = "kWh"\ndecimals = 2')


def test_a_register_counts_by_differences_and_one_over_an_edge_belongs_to_neither_month(
    judged: Judge, meter_map: MeterMap
) -> None:
    daily = meter_map(REGISTER, ('step = "1h"', 'step = "1d"'))
    rows = [("2026-01-30", 100), ("2026-01-31", 110), ("2026-02-01", 125), ("2026-02-03", 150)]
    found = judged("time,kwh\n" + "".join(f"{day} 00:00,{count}\n" for day, count in rows), daily)
    assert sums(found) == {("2026", "kWh"): "50", ("2026-01", "kWh"): "25", ("2026-02", "kWh"): "25"}
    over_the_edge = judged("time,kwh\n2026-01-30 00:00,100\n2026-02-02 00:00,130\n", daily)
    assert sums(over_the_edge) == {("2026", "kWh"): "30"}


def test_a_register_that_falls_counts_nothing_and_is_said(judged: Judge, meter_map: MeterMap) -> None:
    found = judged(
        "time,kwh\n2026-01-01 00:00,900\n2026-01-01 01:00,5\n2026-01-01 02:00,8\n", meter_map(REGISTER)
    )
    assert [(one.code, one.where["row"]) for one in found.findings] == [
        ("monitoring.workbook.register_falls", 3)
    ]
    assert sums(found)["2026", "kWh"] == "3"
    assert len(found.measurements) == 3


def test_a_ratio_is_kept_and_never_added(judged: Judge, meter_map: MeterMap) -> None:
    ratio = meter_map((SERIES, 'form = "ratio"\nunit = "%"\ndecimals = 2'))
    found = judged("time,kwh\n2026-01-01 00:00,98\n2026-01-01 01:00,99\n", ratio)
    assert (found.totals, len(found.measurements)) == ([], 2)


def test_the_check_answer_has_exactly_the_contracted_form(judged: Judge, meter_map: MeterMap) -> None:
    own = 'breakdowns = ["shift"]\n' + meter_map()
    found = judged("time,kwh,shift\n2026-01-01 00:00,1.50,day\n2026-01-01 01:00,,night\n", own).as_json()
    assert list(found) == ["rows", "findings", "totals", "breakdowns"]
    assert found["totals"] == [
        {
            "series": "firm.power",
            "unit": "kWh",
            "kind": "measured",
            "period": period,
            "value": "1.50",
            "count": 1,
        }
        for period in ("2026", "2026-01")
    ]
    shared = {"series": "firm.power", "unit": "kWh"}
    assert found["breakdowns"] == [
        {
            **shared,
            "kind": "measured",
            "period": p,
            "column": "shift",
            "key": "day",
            "value": "1.50",
            "count": 1,
        }
        for p in ("2026", "2026-01")
    ] + [
        {
            **shared,
            "kind": "missing",
            "period": p,
            "column": "state",
            "key": "missing",
            "value": None,
            "count": 1,
        }
        for p in ("2026", "2026-01")
    ]
