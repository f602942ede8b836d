"""Completeness: months and readings by name, in both languages."""

from decimal import Decimal

from tansuo.accounting.activity_data import Activity
from tansuo.accounting.completeness import Completeness, cell_state, first_hole, of_activities, of_members
from tansuo.quantity.state import Missing, State


def _activity(month: str, value: Decimal | State, known: Decimal | None = None) -> Activity:
    place = f"boiler/{month}"
    if isinstance(value, State):
        return Activity("FC", "boiler", month, "t", Missing(value, "FC", place), known)
    return Activity("FC", "boiler", month, "t", value, value)


def test_the_four_states_of_a_cell() -> None:
    states = [
        cell_state(_activity("2026-01", Decimal(5))).status,
        cell_state(_activity("2026-01", State.MISSING, Decimal(3))).status,
        cell_state(_activity("2026-01", State.NOT_OPERATING)).status,
        cell_state(_activity("2026-01", State.MISSING)).status,
        cell_state(_activity("2026-01", State.CONFIDENTIAL)).status,
    ]
    assert states == ["complete", "incomplete", "nothing", "absent", "absent"]


def test_incomplete_months_and_missing_factors_are_named() -> None:
    cells = [_activity("2026-07", State.MISSING), _activity("2026-03", State.MISSING, Decimal(1))]
    cells.append(_activity("2026-01", Decimal(1)))
    missing = Missing.of(
        [
            Missing(State.MISSING, "FC", "boiler/2026-07"),
            Missing(State.MISSING, "FC (plan)", "boiler/2026-03"),
            Missing(State.MISSING, "NCV", "boiler/2026-01"),
            Missing(State.NOT_OCCURRING, "FG", "boiler/2026-01"),
        ]
    )
    found = of_activities(["2026-01"], cells, missing, ["FC", "FG"])
    assert not found.complete
    assert found.text("en") == "incomplete: 2026-03, 2026-07, NCV @ boiler/2026-01"
    assert found.text("zh") == "不完整：2026-03、2026-07、NCV @ boiler/2026-01"
    body = found.as_json()
    assert body["incomplete"] == ["2026-03", "2026-07"] and body["other"] == ["NCV @ boiler/2026-01"]
    assert first_hole(found.cells) is None
    assert of_activities(["2026-01"], cells[2:], None, ["FC"]).text("zh") == "完整"


def test_a_sum_counts_the_members_below() -> None:
    whole = of_activities(["2026-01"], [_activity("2026-01", Decimal(1))], None, ["FC"])
    broken = of_activities(["2026-01"], [_activity("2026-01", State.MISSING)], None, ["FC"])
    unit = of_members(["2026-01"], {"a": whole, "b": broken})
    assert unit.members == (2, 1) and unit.incomplete_months == ("2026-01",)
    city = of_members(["2026-01"], {"north": unit, "c": whole, "d": None})
    assert city.members == (4, 2)
    assert city.text("en") == "incomplete: 2026-01, share @ d"
    assert city.as_json()["members"] == {"expected": 4, "complete": 2}
    assert of_members(["2026-01"], {}) == Completeness(("2026-01",), (), (), (), (0, 0))
