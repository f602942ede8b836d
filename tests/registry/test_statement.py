"""Statements: seven names tell them apart, absence says why, and the past can be read back."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import size
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State
from tansuo.registry.indicator import Additivity, define
from tansuo.registry.statement import Stage, find, highest, judge, state_

Enter = Callable[..., list[Entry]]


def test_the_same_cell_may_be_said_by_several_in_several_worlds(connection: Connection, enter: Enter) -> None:
    enter(
        state_("city", "co2", "2026", Decimal("100"), "t CO2", issuer="bureau"),
        state_("city", "co2", "2026", Decimal("90"), "t CO2", issuer="bureau", world="target"),
        state_("city", "co2", "2026", Decimal("95"), "t CO2", issuer="bureau", world="scenario:low"),
        state_("city", "co2", "2026", Decimal("101"), "t CO2", issuer="institute"),
        state_("city", "co2", "2026", Decimal("99"), "t CO2", issuer="bureau", stage=Stage.APPROVED),
    )
    assert len(find(connection, subject="city", indicator="co2")) == 5
    (target,) = find(connection, subject="city", world="target")
    assert target.value == 90
    actual = find(connection, subject="city", world="actual", issuer="bureau")
    assert [one.stage for one in actual] == [Stage.PRELIMINARY, Stage.APPROVED]
    best = highest(actual)
    assert best is not None and best.value == 99


def test_a_later_statement_replaces_and_the_earlier_stays_readable(
    connection: Connection, enter: Enter
) -> None:
    enter(state_("city", "co2", "2026-03", Decimal("1.50"), "t CO2", issuer="bureau"))
    then = size(connection)
    enter(
        state_("city", "co2", "2026-03", Decimal("1.60"), "t CO2", issuer="bureau"),
        state_("city", "co2", "2026-03", Decimal("1.70"), "t CO2", issuer="bureau"),
    )
    assert [str(one.value) for one in find(connection, subject="city")] == ["1.70"]
    assert [str(one.value) for one in find(connection, subject="city", as_of=then)] == ["1.50"]
    assert [str(one.value) for one in find(connection, subject="city", as_of=then + 1)] == ["1.60"]
    assert find(connection, subject="city", as_of=1) == []


def test_digits_stay_as_they_were_stated(connection: Connection, enter: Enter) -> None:
    enter(
        state_("a", "ef", "2023", Decimal("0.5810"), "t CO2/MWh", issuer="x"),
        state_("b", "ef", "2023", Decimal("0.581"), "t CO2/MWh", issuer="x"),
    )
    assert [str(one.value) for one in find(connection, indicator="ef")] == ["0.5810", "0.581"]


def test_absence_says_why_and_is_no_number(connection: Connection, enter: Enter) -> None:
    enter(
        state_("a", "coal", "2026-03", State.NOT_OCCURRING, "t", issuer="x"),
        state_("b", "coal", "2026-03", Decimal(0), "t", issuer="x"),
        state_("c", "coal", "2026-03", Decimal("0.00"), "t", issuer="x", provenance=Provenance.MEASURED),
    )
    a, b, c = find(connection, indicator="coal")
    assert (a.value, a.state) == (None, State.NOT_OCCURRING)
    assert isinstance(a.figure(), Missing)
    assert (b.state, c.state) == (State.DECLARED_ZERO, State.MEASURED_ZERO)
    assert b.figure() == 0


def test_periods_inside_another(connection: Connection, enter: Enter) -> None:
    for period in ("2025-12", "2026-01", "2026-Q1", "2026-12", "2026", "2027-01"):
        enter(state_("a", "coal", period, Decimal(1), "t", issuer="x"))
    inside = find(connection, within=Period.parse("2026"))
    assert [one.period for one in inside] == ["2026-01", "2026-Q1", "2026", "2026-12"]


def test_statements_are_judged_against_their_indicator(connection: Connection, enter: Enter) -> None:
    enter(define("co2", "二氧化碳", "carbon dioxide", "t CO2", Additivity.FLOW))
    drafts = [
        state_("a", "co2", "2026", Decimal(1), "万t CO2", issuer="x"),
        state_("a", "co2", "2026", Decimal(1), "t", issuer="x"),
        state_("a", "steam", "2026", Decimal(1), "GJ", issuer="x"),
    ]
    found = judge(connection, drafts)
    assert [one.code for one in found] == ["registry.unit_of_another_kind", "registry.unknown_indicator"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"period": "2026-13"}, "registry.bad_period"),
        ({"unit": "stone"}, "registry.bad_unit"),
        ({"world": "scenario:"}, "registry.bad_world"),
        ({"world": "dream"}, "registry.bad_world"),
        ({"value": State.VALUE}, "registry.state_needs_value"),
        ({"subject": "甲"}, "registry.bad_identifier"),
    ],
)
def test_what_cannot_be_stated_is_refused_by_name(changed: dict[str, object], code: str) -> None:
    fields: dict[str, object] = {
        "subject": "a",
        "indicator": "coal",
        "period": "2026",
        "value": Decimal(1),
        "unit": "t",
        "issuer": "x",
    }
    with pytest.raises(FindingError) as caught:
        state_(**{**fields, **changed})  # type: ignore[arg-type]
    assert caught.value.findings[0].code == code
