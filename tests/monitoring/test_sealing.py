"""The sealer: what it seals and when, what makes it seal again, and that nothing is sealed twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Entry
from tansuo.evidence.projection import catch_up
from tansuo.monitoring import sealing
from tansuo.monitoring.seal_check import check_seals
from tansuo.monitoring.seal_projection import PROJECTION
from tansuo.monitoring.sealing import Sealer, period_of
from tansuo.quantity.finding import FindingError

DAY_MS = 86_400_000
SETTLED = 600_000


class City:
    """A database of its own in which each act is a transaction; `now` is civil noon of a day in Shanghai."""

    def __init__(self, database: Database, flow: Callable[..., Any]) -> None:
        self.database, self.flow = database, flow
        self.clock = SimulatedClock(0)
        self.said: dict[int, list[Any]] = {}
        self.sealer = Sealer(database, self.clock)
        self.noon(date(2026, 3, 1))

    def noon(self, day: date) -> None:
        self.clock.set(int(datetime(day.year, day.month, day.day, 4, tzinfo=UTC).timestamp()) * 1000)

    @contextmanager
    def river(self) -> Iterator[Any]:
        with transaction(self.database, SYSTEM) as connection:
            river = self.flow(connection, self.clock, self.said)
            yield river
            river.project()
            catch_up(connection, [PROJECTION])

    def seal(self, sealer: Sealer | None = None) -> list[tuple[str, str]]:
        """Let what there is settle and be sealed; organisation and period of the seals made."""
        before = self.size()
        self.clock.advance(SETTLED)
        while (sealer or self.sealer).step() is not None:
            pass
        with self.river() as river:
            made = ledger.read(river.connection, before, river.size, ("seal",))
            return [(one.org, str(one.body["period"])) for one in made]

    def size(self) -> int:
        with transaction(self.database, SYSTEM) as connection:
            return ledger.size(connection)

    def newest(self, subject: str) -> Entry:
        with transaction(self.database, SYSTEM) as connection:
            return ledger.history(connection, subject)[-1]


@pytest.fixture
def city(database: Database, flow: Callable[..., Any], line: Callable[..., Any]) -> City:
    made = City(database, flow)
    with made.river() as river:
        river.plan(line())
    return made


def test_nothing_is_sealed_before_a_day_is_over(city: City) -> None:
    with city.river() as river:
        river.hours(date(2026, 3, 1), [(0, "1")])
    assert city.seal() == []


def test_a_day_that_is_over_is_sealed_once(city: City) -> None:
    with city.river() as river:
        river.hours(date(2026, 3, 1), [(0, "1")])
    city.noon(date(2026, 3, 2))
    assert city.seal() == [("firm.a", "2026-03-01")]
    assert city.seal() == []
    assert city.seal(Sealer(city.database, city.clock)) == [], "a fresh sealer finds it sealed"


def test_a_day_of_which_nothing_came_is_sealed_with_its_gap(city: City) -> None:
    city.noon(date(2026, 3, 3))
    assert city.seal() == [("firm.a", "2026-03-02"), ("firm.a", "2026-03-01")]
    (item,) = city.newest("seal/firm.a/2026-03-01").body["series"]  # type: ignore[misc]
    assert (item["rows"], item["gap"]) == (0, 24)


def test_a_history_is_sealed_by_month_and_months_without_data_are_not(city: City) -> None:
    with city.river() as river:
        river.hours(date(2025, 11, 5), [(0, "1")])
        river.hours(date(2026, 1, 31), [(5, "2")])
        river.hours(date(2026, 2, 27), [(5, "2")])
        river.close(date(2026, 2, 1))
    assert city.seal() == [("firm.a", "2026-02-27"), ("firm.a", "2026-01"), ("firm.a", "2025-11")]


def test_what_came_a_moment_ago_waits(city: City) -> None:
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "1")])
    assert city.sealer.step() is None
    assert city.seal() == [("firm.a", "2026-01")]


def test_late_data_supersede_the_seal_with_a_reason(city: City) -> None:
    city.noon(date(2026, 3, 2))
    city.seal()
    first = city.newest("seal/firm.a/2026-03-01")
    with city.river() as river:
        late = river.hours(date(2026, 3, 1), [(3, "4")])
    assert city.seal() == [("firm.a", "2026-03-01")]
    second = city.newest("seal/firm.a/2026-03-01")
    assert second.supersedes == first.index
    assert second.why == {"reason": "late_data", "entries": [late.index]}
    assert second.body["key"] != first.body["key"]
    with city.river() as river:
        assert check_seals(river.connection) == []


def test_late_data_of_a_day_that_was_closed_are_seen(city: City) -> None:
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "1")])
        river.close(date(2026, 2, 1))
    city.seal()
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(1, "1")])
        river.close(date(2026, 2, 1))
    assert city.seal() == [("firm.a", "2026-01")]


def test_a_correction_is_named_as_the_reason(city: City) -> None:
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "1")])
    city.seal()
    with city.river() as river:
        river.correct("kiln.power", datetime(2026, 1, 4, 16, tzinfo=UTC), Decimal(3))
    assert city.seal() == [("firm.a", "2026-01")]
    assert city.newest("seal/firm.a/2026-01").why["reason"] == "correction"


def test_a_file_that_replaces_a_reading_is_no_late_data(city: City) -> None:
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "1")])
    city.seal()
    with city.river() as river:
        again = river.hours(date(2026, 1, 5), [(0, "3")], reason="meter read again")
    assert city.seal() == [("firm.a", "2026-01")]
    assert city.newest("seal/firm.a/2026-01").why == {"reason": "replacement", "entries": [again.index]}
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "4"), (1, "1")], reason="a row more")
    city.seal()
    assert city.newest("seal/firm.a/2026-01").why["reason"] == "late_data"
    with city.river() as river:
        assert check_seals(river.connection) == []


def test_a_value_in_dispute_changes_the_seal(city: City) -> None:
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "1")])
    city.seal()
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "9")])
    assert city.seal() == [("firm.a", "2026-01")]
    assert city.newest("seal/firm.a/2026-01").why == {"reason": "conflict"}


def test_the_same_data_again_make_no_seal(city: City) -> None:
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "1")])
    city.seal()
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "1")])
    assert city.seal() == []


@pytest.mark.parametrize(
    ("lines", "sealed"),
    [
        ([{"required": False}], []),
        ([{}, {"series": "later", "valid_from": date(2026, 3, 1)}], []),
        ([{"unit": "MWh"}], [("firm.a", "2026-01")]),
        ([{}, {"series": "forgotten"}], [("firm.a", "2026-01")]),
    ],
)
def test_a_new_plan_changes_the_seals_it_changes(
    city: City, line: Callable[..., Any], lines: list[dict[str, Any]], sealed: list[tuple[str, str]]
) -> None:
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "1")])
    city.seal()
    with city.river() as river:
        river.plan(*(line(**one) for one in lines))
    assert city.seal() == sealed
    if sealed:
        assert city.newest("seal/firm.a/2026-01").why == {"reason": "plan"}


def test_a_month_closes_over_its_days_and_takes_what_comes_later(city: City) -> None:
    city.noon(date(2026, 3, 30))
    with city.river() as river:
        river.hours(date(2026, 3, 29), [(0, "1")])
    assert ("firm.a", "2026-03-29") in city.seal()
    city.noon(date(2026, 4, 9))
    made = city.seal()
    assert ("firm.a", "2026-03") in made
    assert not [one for one in made if one[1].startswith("2026-03-")]
    with city.river() as river:
        river.hours(date(2026, 3, 29), [(1, "1")])
    assert city.seal() == [("firm.a", "2026-03")]


def test_a_register_read_at_midnight_closes_the_day_before(city: City, line: Callable[..., Any]) -> None:
    with city.river() as river:
        river.plan(line("meter", form="register"))
        river.hours(date(2026, 3, 1), [(0, "100")], series="meter")
    city.noon(date(2026, 3, 2))
    # Read at its first second, the meter also closes the last day of February.
    assert city.seal() == [("firm.a", "2026-03-01"), ("firm.a", "2026-02-28")]
    with city.river() as river:
        river.hours(date(2026, 3, 2), [(0, "140")], series="meter")
    assert city.seal() == [("firm.a", "2026-03-01")]


def test_two_sealers_make_one_seal(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    city.noon(date(2026, 3, 2))
    other, write = Sealer(city.database, city.clock), sealing.write

    def late(connection, made, clock) -> int:
        monkeypatch.setattr(sealing, "write", write)
        assert other.step().written == 1
        return write(connection, made, clock)

    city.clock.advance(SETTLED)
    monkeypatch.setattr(sealing, "write", late)
    assert city.sealer.step().written == 0
    with transaction(city.database, SYSTEM) as connection:
        assert len(ledger.history(connection, "seal/firm.a/2026-03-01")) == 1


def test_one_transaction_takes_some_and_the_next_the_rest(
    city: City, line: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with city.river() as river:
        river.plan(line("other", org="firm.b"))
    city.noon(date(2026, 3, 2))
    city.clock.advance(SETTLED)
    monkeypatch.setattr(sealing, "READINGS_AT_ONCE", 30)
    assert [city.sealer.step().written for _ in range(2)] == [1, 1]
    assert city.sealer.step() is None


def test_what_cannot_be_sealed_does_not_keep_the_others_waiting(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.noon(date(2026, 3, 3))
    city.clock.advance(SETTLED)
    monkeypatch.setattr("tansuo.monitoring.seals.adds_up", lambda _: False)
    with pytest.raises(FindingError, match="do not add up"):
        city.sealer.step()
    monkeypatch.undo()
    assert city.sealer.step().written == 1


def test_the_bookmark_spares_a_second_look(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "KEEP_EVERY", 1)
    with city.river() as river:
        river.hours(date(2026, 1, 5), [(0, "1")])
    size = city.size()
    city.seal()
    with transaction(city.database, SYSTEM) as connection:
        assert connection.scalar(text("SELECT looked FROM sealing")) >= size


def test_the_period_of_a_day() -> None:
    opened = date(2026, 3, 9)
    told: Callable[[date], str] = lambda day: period_of(day, opened).text  # noqa: E731
    assert told(date(2026, 2, 28)) == "2026-02", "eight days after its end a month is closed"
    assert period_of(date(2026, 2, 28), opened - timedelta(days=1)).text == "2026-02-28"
    assert told(date(2026, 3, 1)) == "2026-03-01"
