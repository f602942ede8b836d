"""Plans: what a line may say, what a plan may not, and which plan held when."""

from datetime import date

import pytest

from tansuo.monitoring.plan import (
    IRREGULAR,
    MONTHLY,
    current_plan,
    judge,
    line_as_json,
    line_from_json,
    lines,
    plan_draft,
)
from tansuo.monitoring.series import line_of, period_sum
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("series", ""), ("form", "pulse"), ("label", "middle"), ("step_s", 7), ("step_s", 100_000),
        ("decimals", 13), ("decimals", -1), ("zone", "Asia/Zhenjiang"), ("unit", "kilowatts"),
        ("lower", "1e3"), ("upper", "ten"), ("valid_to", date(2020, 1, 1)),
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_is_named(line, field: str, value: object) -> None:
    with pytest.raises(FindingError) as refused:
        line(**{field: value})
    assert refused.value.findings[0].code == "monitoring.plan_field"
    assert refused.value.findings[0].params["field"] == field


def test_a_rate_says_what_it_adds_up_to(line) -> None:
    assert line(form="rate", unit="t/h").amount_unit == "t"
    assert line(form="rate", unit="kW").amount_unit == "kWh"
    assert line(form="rate", unit="kW", attributes={"amount_unit": "MWh"}).amount_unit == "MWh"
    assert line(unit="t").amount_unit == "t"
    for unit in ("t", "kWh"):
        with pytest.raises(FindingError):
            line(form="rate", unit=unit)
    with pytest.raises(FindingError):
        line(form="rate", unit="kW", step_s=MONTHLY)


def test_a_line_survives_its_entry(line) -> None:
    for one in (
        line(),
        line(step_s=IRREGULAR, valid_to=date(2027, 1, 1), lower="0", upper="12.5", synthetic=True),
        line(attributes={"stuck_after": "6"}, form="ratio", unit="GJ/t", authoritative=False),
    ):
        assert line_from_json(line_as_json(one), 7) == one
        assert line_from_json(line_as_json(one), 7).entry == 7


def test_faults_of_a_plan_as_a_whole(line) -> None:
    later = {"valid_from": date(2026, 1, 1)}
    cases = {
        "monitoring.plan_org": [line(org="firm.b")],
        "monitoring.stream_bound_twice": [line(), line("b", stream="kiln.power", **later)],
        "monitoring.two_authoritative": [line(), line("b", source="kiln.power", meter="meter.kiln.power")],
        "monitoring.series_changed": [
            line(valid_to=date(2026, 1, 1)), line(stream="new", step_s=900, **later),
        ],
    }  # fmt: skip
    for code, faulty in cases.items():
        assert [finding.code for finding in judge("firm.a", faulty)] == [code]
        with pytest.raises(FindingError):
            plan_draft("firm.a", faulty)
    good = [line(valid_to=date(2026, 1, 1)), line(device="new meter", **later)]
    assert judge("firm.a", good) == []


def test_a_newer_plan_replaces_the_older_whole_and_the_past_stays(river, line) -> None:
    first = river.plan(line("a"), line("b"))
    second = river.plan(line("b"), line("c"))
    assert current_plan(river.connection, "firm.a") == second.index
    assert [one.series for one in lines(river.connection)] == ["b", "c"]
    assert [one.series for one in lines(river.connection, second.index)] == ["a", "b"]
    assert [one.series for one in lines(river.connection, first.index)] == []
    assert [one.series for one in lines(river.connection, device="book", source="c")] == ["c"]
    assert line_of(river.connection, "a").series == "a", "a series outlives its plan"


def test_a_wrong_unit_is_corrected_for_now_and_kept_for_then(river, line) -> None:
    river.plan(line(step_s=86_400, unit="kWh"))
    river.hours(date(2026, 3, 1), [(0, "5")])
    size = river.size
    river.plan(line(step_s=86_400, unit="MWh"))
    day = Period.parse("2026-03-01")
    for as_of, unit in ((size, "kWh"), (None, "MWh")):
        (one,) = lines(river.connection, as_of)
        found = period_sum(river.connection, one, day, as_of)
        assert (found.total, found.unit) == (5, unit)


def test_a_series_keeps_its_grid_and_its_owner(river, line) -> None:
    river.plan(line())
    river.plan(line(step_s=900), line("fine"))
    river.plan(line("fine", org="firm.b", stream="other"))
    assert [(one.series, one.step_s) for one in lines(river.connection)] == [("fine", 3600)]
    rows = river.connection.exec_driver_sql(
        "SELECT code, params->>'field' FROM monitoring_finding ORDER BY entry"
    )
    assert [tuple(row) for row in rows] == [
        ("monitoring.series_changed", "step_s"),
        ("monitoring.series_changed", "org"),
    ]
