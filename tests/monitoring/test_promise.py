"""The promise is measured from stored times: what was acknowledged when, and what was signed when."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, insert, select

from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Draft
from tansuo.evidence.tables import checkpoint
from tansuo.monitoring.intake import close_chunks, pack, store_chunk
from tansuo.monitoring.promise import (
    ACKNOWLEDGED,
    BOUNDS_MS,
    PROMISED_MS,
    SIGNED,
    STORE,
    Acknowledgements,
    Measured,
    measure_signing,
    standing,
)
from tansuo.monitoring.record import Grade, Received
from tansuo.monitoring.tables_promise import promise
from tansuo.reporting.html import words
from tansuo.reporting.promise_view import promise_json, promise_lines, promise_view, seconds

NOON = 1_767_225_600_000
DAY = 86_400_000


class City:
    """A log whose clock is moved by hand and whose heads are issued by hand."""

    def __init__(self, connection: Connection, demo: bool = False) -> None:
        self.connection, self.clock = connection, SimulatedClock(NOON)
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=demo, clock=self.clock)

    def frames(self, *received_ms: int) -> None:
        """Frames that came in at these times become an arrival now."""
        store_chunk(self.connection, "hj212", self.packed(*received_ms), len(received_ms))
        close_chunks(self.connection, self.clock)

    @staticmethod
    def packed(*received_ms: int) -> bytes:
        return pack(Received(at, 0, "p", Grade.NONE, b"##") for at in received_ms)

    def say(self) -> None:
        ledger.append(self.connection, [Draft("say", "kettle", {})], self.clock)

    def sign(self) -> None:
        """A head of the present log, now."""
        row = {"size": ledger.size(self.connection), "note": "-", "created": self.clock.now_ms()}
        self.connection.execute(insert(checkpoint).values(row))

    def measure(self) -> int:
        return measure_signing(self.connection, self.clock)

    def of(self, kind: str, days: int = 1) -> Measured:
        """What is known of one promise now."""
        found = standing(self.connection, self.clock.now_ms())
        return next(one for one in found.measured if (one.kind, one.days) == (kind, days))


@pytest.fixture
def town(connection: Connection) -> City:
    return City(connection)


def test_with_nothing_measured_nothing_is_said_to_be_kept(town: City) -> None:
    one = town.of(SIGNED)
    assert (one.count, one.p50, one.p99, one.worst, one.beyond, one.kept) == (0, None, None, None, 0, None)
    view = promise_view(standing(town.connection, NOON), words("en"))
    assert {row.verdict for row in view.rows} == {"no data yet"}


def test_frames_are_counted_from_the_oldest_of_their_batch_to_the_head_that_covers_it(town: City) -> None:
    town.sign()
    assert town.measure() == 0  # measured from here on
    town.clock.advance(3_000)
    town.frames(NOON + 100, NOON + 2_900)
    town.clock.advance(1_000)
    town.say()
    town.clock.advance(1_000)
    town.sign()
    assert town.measure() == 1
    assert town.measure() == 0
    one = town.of(SIGNED)
    assert (one.count, one.p50, one.p99, one.worst) == (3, 4_900, 4_900, 4_900)
    assert (one.kept, one.beyond) == (True, 0)


def test_one_in_a_hundred_may_be_late_and_two_may_not(town: City) -> None:
    town.sign()
    town.measure()
    town.frames(*[NOON] * 99)
    town.clock.advance(10)
    town.sign()
    town.frames(NOON + 10)
    town.clock.advance(12_001)
    town.sign()
    town.measure()
    assert (town.of(SIGNED).kept, town.of(SIGNED).beyond, town.of(SIGNED).worst) == (True, 1, 12_001)
    town.say()
    town.clock.advance(12_001)
    town.sign()
    town.measure()
    one = town.of(SIGNED)
    assert (one.kept, one.beyond, one.p99, one.p50) == (False, 2, 12_001, 10)
    view = promise_view(standing(town.connection, town.clock.now_ms()), words("zh"))
    assert [row.verdict for row in view.rows if row.kept is False] == ["未守住", "未守住"]
    assert standing(town.connection, town.clock.now_ms()).broken


def test_just_in_time_is_in_time(town: City) -> None:
    town.sign()
    town.measure()
    town.say()
    town.clock.advance(12_000)
    town.sign()
    town.measure()
    assert (town.of(SIGNED).kept, town.of(SIGNED).p99) == (True, 12_000)


def test_what_is_longer_than_every_bound_is_told_by_the_worst(town: City) -> None:
    town.sign()
    town.measure()
    town.say()
    town.clock.advance(BOUNDS_MS[-1] + 5)
    town.sign()
    town.measure()
    assert (town.of(SIGNED).p50, town.of(SIGNED).worst) == (BOUNDS_MS[-1] + 5, BOUNDS_MS[-1] + 5)


def test_the_day_and_the_week_end_and_the_bookmark_stays(town: City) -> None:
    town.sign()
    town.measure()
    town.say()
    town.clock.advance(50)
    town.sign()
    town.measure()
    town.clock.advance(2 * DAY)
    assert (town.of(SIGNED).count, town.of(SIGNED, 7).count) == (0, 1)
    town.clock.advance(7 * DAY)
    assert town.of(SIGNED, 7).count == 0
    town.measure()
    town.say()
    town.clock.advance(50)
    town.sign()
    assert town.measure() == 1
    assert town.of(SIGNED).count == 1
    assert len(town.connection.execute(select(promise)).all()) == 1


def test_two_heads_of_one_minute_are_one_row(town: City) -> None:
    town.sign()
    town.measure()
    for _ in range(3):
        town.say()
        town.clock.advance(7)
        town.sign()
        town.measure()
    assert town.of(SIGNED).count == 3
    assert len(town.connection.execute(select(promise)).all()) == 1


def test_what_waits_now_breaks_the_promise_before_it_is_signed(town: City) -> None:
    town.sign()
    assert standing(town.connection, NOON).waiting_ms is None
    assert "Every entry" in promise_lines(standing(town.connection, NOON), "en")[-1]
    town.say()
    assert not standing(town.connection, NOON + 12_000).broken
    late = standing(town.connection, NOON + 12_001)
    assert (late.waiting_ms, late.broken) == (12_001, True)
    assert "being broken" in promise_lines(late, "en")[-1]
    town.sign()
    store_chunk(town.connection, "hj212", town.packed(NOON - 500), 1)
    assert standing(town.connection, NOON + 100).waiting_ms == 600


def test_made_up_history_of_a_demo_is_not_taken_for_a_delay(connection: Connection) -> None:
    town = City(connection, demo=True)
    town.sign()
    town.measure()
    town.say()
    town.clock.advance(400 * DAY)
    assert standing(connection, town.clock.now_ms()).waiting_ms is None
    town.sign()
    assert town.measure() == 1
    assert town.of(SIGNED).count == 0
    town.say()
    town.clock.advance(20_000)
    town.sign()
    town.measure()
    assert (town.of(SIGNED).count, town.of(SIGNED).kept) == (1, False)


def test_a_receiver_gives_its_counts_every_few_seconds_and_of_each_minute() -> None:
    measured = Acknowledgements("r")
    assert measured.rows() == []
    record = City.packed(NOON)
    (first,) = measured.add([record], NOON + 40)
    assert (first[0], first[1], sum(first[2]), first[3]) == (NOON // 60_000, "r", 1, 40)
    assert measured.add([record, record], NOON + 4_000) == []
    (second,) = measured.add([record], NOON + 5_040)
    assert (sum(second[2]), second[3]) == (4, 5_040)
    late = City.packed(NOON + 61_000)
    ended, begun = measured.add([late], NOON + 60_900)  # the clock was set back: no delay
    assert (ended[0], sum(ended[2])) == (NOON // 60_000, 4)
    assert (begun[0], sum(begun[2]), begun[3]) == (NOON // 60_000 + 1, 1, 0)


def test_acknowledgements_of_all_receivers_are_counted_together(town: City) -> None:
    cursor = town.connection.connection.cursor()
    for name, delays in (("a", (3, 1_999)), ("b", (2_000,)), ("b", (2_000, 2_001))):
        measured = Acknowledgements(name)
        rows = []
        for one in delays:
            measured.add([City.packed(NOON - one)], NOON)
            rows = measured.rows()
        for row in rows:
            cursor.execute(STORE, row)  # type: ignore[arg-type]
    one = town.of(ACKNOWLEDGED)
    assert (one.count, one.worst, one.beyond, one.p50, one.kept) == (4, 2_001, 1, 2_000, False)


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param


def test_it_is_said_in_both_languages_and_as_data(town: City, language: str) -> None:
    town.sign()
    town.measure()
    town.say()
    town.clock.advance(1_500)
    town.sign()
    town.measure()
    found = standing(town.connection, town.clock.now_ms())
    lines = promise_lines(found, "zh" if language == "zh" else "en")
    assert len(lines) == 5 and "p99 ≤ 1.5 s" in lines[2] and "12" in lines[2]
    said = promise_json(found)
    assert said["broken"] is False and len(said["measured"]) == len(PROMISED_MS) * 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ms", "said"), [(0, "0"), (7, "0.007"), (1_000, "1"), (1_500, "1.5"), (120_000, "120")]
)
def test_seconds_are_written_without_needless_zeros(ms: int, said: str) -> None:
    assert seconds(ms) == said
