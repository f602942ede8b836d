"""Every night figures are replayed, once, and the ledger says with what result."""

from datetime import datetime, timedelta

import pytest

from demo_city import DemoCity, milliseconds
from tansuo.database.connect import SYSTEM, transaction
from tansuo.entry import drills
from tansuo.evidence import ledger


def due(city: DemoCity) -> bool:
    with transaction(city.database, SYSTEM) as connection:
        return drills.due(connection, city.clock)


def test_figures_are_replayed_once_a_night(demo_copy: DemoCity) -> None:
    assert not due(demo_copy)  # it is morning
    demo_copy.clock.set(milliseconds(datetime(2026, 5, 22, 2, 5)))
    assert due(demo_copy)
    results = drills.replay_some(demo_copy.database, 12, demo_copy.clock)
    assert [one.equal for one in results] == [True] * 12
    assert not due(demo_copy)
    demo_copy.clock.advance(int(timedelta(hours=24).total_seconds() * 1000))
    assert due(demo_copy)
    with transaction(demo_copy.database, SYSTEM) as connection:
        stated = ledger.newest(connection, [drills.REPLAY])[drills.REPLAY]
    assert (stated.type, stated.body["replayed"], stated.body["sound"]) == ("drill", 12, True)


def test_a_figure_that_differs_is_named(demo_copy: DemoCity, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from tansuo.accounting.replay import replay_all

    def spoilt(connection, receipts):  # type: ignore[no-untyped-def]
        first, *rest = replay_all(connection, receipts)
        return [replace(first, equal=False), *rest]

    monkeypatch.setattr(drills, "replay_all", spoilt)
    results = drills.replay_some(demo_copy.database, 3, demo_copy.clock)
    with transaction(demo_copy.database, SYSTEM) as connection:
        stated = ledger.newest(connection, [drills.REPLAY])[drills.REPLAY]
    assert (stated.body["equal"], stated.body["sound"]) == (2, False)
    assert stated.body["differing"] == [results[0].receipt]
