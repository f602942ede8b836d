"""The projector: plans, frames and files become readings, conflicts, quarantine and findings, in order."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text

from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Draft
from tansuo.evidence.projection import catch_up
from tansuo.evidence.rebuild import check_projections, drop_shadow, rebuild_into_shadow
from tansuo.monitoring import intake
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.monitoring.plan import lines, plan_draft
from tansuo.monitoring.projection import PROJECTION
from tansuo.monitoring.quarantine import redrive_draft, waiting
from tansuo.monitoring.record import Received
from tansuo.monitoring.segments import close_days
from tansuo.monitoring.series import day_readings, period_sum
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance, State

DAY = date(2026, 3, 1)
PERIOD = Period.of_day(DAY)


def codes(connection: Connection) -> list[str]:
    """Codes of the findings, in order."""
    found = connection.execute(text("SELECT code FROM monitoring_finding ORDER BY entry, place"))
    return [code.removeprefix("monitoring.") for code in found.scalars()]


def test_an_unclaimed_stream_waits_in_quarantine_until_a_plan_claims_it(river, line, say) -> None:
    river.arrive(say("kiln.power", datetime(2026, 3, 1, 5), "7"), say("other", datetime(2026, 3, 1), "1"))
    assert codes(river.connection) == ["unknown_stream", "unknown_stream"]
    river.plan(line())
    river.write(redrive_draft(device="book"))
    river.project()
    assert [row["stream"] for row in waiting(river.connection)] == ["other"]
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert (reading.value, reading.arrival, reading.entry) == (7, 1, 3)
    assert day_readings(river.connection, "kiln.power", DAY, 3) == [], "known from the redrive on"
    assert check_projections(river.connection, [river.projection]) == []


def test_why_measurements_are_held_back(river, line, say) -> None:
    river.plan(
        line(decimals=1, valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1)),
        line("ny", zone="America/New_York"),
    )
    at = datetime(2026, 3, 1)
    cases = {
        "not_in_plan_then": say("kiln.power", datetime(2025, 12, 31, 23), "1"),
        "off_grid": say("kiln.power", at + timedelta(minutes=1), "1"),
        "subsecond_time": say("kiln.power", at + timedelta(microseconds=1), "1"),
        "nonexistent_time": say("ny", datetime(2026, 3, 8, 2), "1"),
        "too_many_decimals": say("kiln.power", at, "1.25"),
        "not_a_decimal": say("kiln.power", at, "1e3"),
        "too_large": say("kiln.power", at, "9" * 30),
    }
    river.arrive(*cases.values())
    assert codes(river.connection) == list(cases)
    assert [row["code"] for row in waiting(river.connection)] == list(cases)
    assert period_sum(river.connection, lines(river.connection)[0], PERIOD).partial is None


def test_a_file_speaks_for_its_sender_only(river, line, say) -> None:
    river.plan(line())
    river.plan(line("b.power", org="firm.b", stream="kiln.power"))
    draft = Draft("arrival", "arrival/file", {"channel": "file", "reason": None}, org="firm.b")
    entry = river.write(draft)
    river.said[entry.index] = [say("kiln.power", datetime(2026, 3, 1), "7")]
    river.project()
    assert day_readings(river.connection, "kiln.power", DAY) == []
    assert [one.value for one in day_readings(river.connection, "b.power", DAY)] == [7]


def test_a_devices_stream_belongs_to_the_plan_that_holds_it(river, line) -> None:
    device = {"channel": "hj212", "device": "MN1", "stream": "2061:a05001:Cou"}
    river.plan(line(**device))
    river.plan(line("theirs", org="firm.b", **device))
    assert [one.series for one in lines(river.connection)] == ["kiln.power"]
    assert codes(river.connection) == ["stream_taken"]


def test_a_differing_value_needs_a_reason(river, line, say) -> None:
    river.plan(line())
    at = datetime(2026, 3, 1)
    river.arrive(say("kiln.power", at, "7"))
    river.arrive(say("kiln.power", at, "7"))
    river.arrive(say("kiln.power", at, "8"))
    river.arrive(say("kiln.power", at, "8"))
    assert codes(river.connection) == ["conflict"], "the same differing value is said once"
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert (reading.value, [one.value for one in reading.conflicts]) == (7, [8])
    river.arrive(say("kiln.power", at, "9"), reason="meter read again")
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert (reading.value, [one.value for one in reading.superseded]) == (9, [7])
    river.correct("kiln.power", datetime.fromisoformat("2026-03-01T00:00:00+08:00"), Decimal(8))
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert (reading.value, len(reading.superseded), reading.conflicts) == (8, 2, ())


def test_a_number_fills_what_the_device_had_marked_invalid(river, line, say) -> None:
    river.plan(line(channel="hj212"))
    at = datetime(2026, 3, 1)

    def sent(text: str, flag: str):
        return say("kiln.power", at, text, flag=flag)._replace(channel="hj212")

    river.arrive(sent("3", "D"))
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert (reading.value, reading.state, reading.flag) == (None, State.MISSING, "D")
    river.arrive(sent("5", "N"))
    river.arrive(sent("3", "D"))
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert (reading.value, len(reading.superseded), len(reading.conflicts)) == (5, 1, 1)


@pytest.mark.parametrize(
    ("flag", "state", "provenance"),
    [
        ("N", State.VALUE, Provenance.MEASURED),
        ("F", State.NOT_OPERATING, Provenance.MEASURED),
        ("S", State.VALUE, Provenance.DECLARED),
        *((flag, State.MISSING, Provenance.MEASURED) for flag in "MDCTB?"),
    ],
)
def test_marks_of_hj_212(river, line, say, flag: str, state: State, provenance: Provenance) -> None:
    river.plan(line(channel="hj212"))
    number = "0" if flag == "F" else "5"
    one = say("kiln.power", datetime(2026, 3, 1), number, flag=flag)._replace(channel="hj212")
    river.arrive(one)
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert (reading.state, reading.provenance, reading.flag) == (state, provenance, flag)
    assert (reading.value is not None) == state.has_value


def frame(hour: datetime, number: str, serial: int, cn: str = "2061") -> Received:
    """A data frame of device MN1 with one factor."""
    header = {
        "QN": f"{hour:%Y%m%d%H%M%S}{serial:03d}",
        "ST": "31",
        "CN": cn,
        "PW": "1",
        "MN": "MN1",
        "Flag": "5",
    }
    groups = [
        [("DataTime", f"{hour:%Y%m%d%H%M%S}")],
        [("a05001-Cou", number), ("a05001-Flag", "N")],
    ]
    return Received(0, serial, "peer", 0, encode(header, groups))


def test_frames_through_intake_resent_changed_closed_and_rebuilt(connection, line, tmp_path) -> None:
    """Raw frames → chunks → arrivals → readings; the rebuild from the same bytes gives equal tables."""
    clock = SimulatedClock(1_772_300_000_000)
    ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
    one = line("co2", channel="hj212", device="MN1", stream="2061:a05001:Cou", unit="t CO2", decimals=3)
    ledger.append(connection, [plan_draft("firm.a", [one])], clock)
    midnight = datetime(2026, 3, 1)
    day = [frame(midnight + timedelta(hours=n), f"{n}.125", n) for n in range(24)]
    batches = [
        day[:20],
        day[18:22],
        [frame(midnight, "9.000", 0), frame(midnight + timedelta(days=1), "1", 1, cn="2031")],
        day[22:],
    ]
    for n, batch in enumerate(batches):
        intake.store_chunk(connection, "hj212", intake.pack(batch), len(batch))
        intake.close_chunks(connection, clock)
        if n % 2:
            catch_up(connection, [PROJECTION])
            close_days(connection, date(2026, 3, 3), tmp_path)
    total = period_sum(connection, one, PERIOD)
    assert (total.total, total.expected, total.conflicts) == (Decimal("279.000"), 24, 1)
    assert codes(connection) == ["frame_changed", "unknown_stream", "conflict"]
    found = day_readings(connection, "co2", DAY)
    assert [(r.value, r.record) for r in found[19:23]] == [
        (Decimal("19.125"), 19), (Decimal("20.125"), 2), (Decimal("21.125"), 3), (Decimal("22.125"), 0),
    ]  # fmt: skip
    stored = intake.records(connection, ledger.get(connection, found[20].arrival))
    assert b"a05001-Cou=20.125" in stored[found[20].record].data
    assert check_projections(connection, [PROJECTION]) == []

    rebuild_into_shadow(connection, [PROJECTION], 4)
    then = period_sum(connection, one, PERIOD, 4)
    assert then.partial == sum((Decimal(n) + Decimal("0.125") for n in range(22)), Decimal())
    drop_shadow(connection, [PROJECTION])
    assert period_sum(connection, one, PERIOD, 4) == then, "replayed from raw bytes, or read as of then"


def test_a_changed_segment_row_shows_in_the_comparison(river, line) -> None:
    """The rebuild is compared with closed days too: a manifest that points to another row is found."""
    river.plan(line())
    for day in (1, 2):
        river.hours(date(2026, 3, day), [(0, str(day))])
    river.close(date(2026, 3, 3))
    assert check_projections(river.connection, [river.projection]) == []
    river.connection.execute(text("UPDATE segment_day SET row_in_group = 0"))
    findings = check_projections(river.connection, [river.projection])
    assert [(one.code, one.where["table"]) for one in findings] == [
        ("evidence.projection_differs", "reading")
    ]


def test_the_hour_that_comes_twice_in_autumn(river, line, say) -> None:
    """One file of a day of 25 hours: the second 1 o'clock is another hour, not a conflict."""
    one = line(zone="America/New_York")
    river.plan(one)
    hours = [0, 1, 1, *range(2, 24)]
    found = [say("kiln.power", datetime(2026, 11, 1, hour), str(n)) for n, hour in enumerate(hours)]
    river.arrive(*found)
    river.arrive(*found)
    day = period_sum(river.connection, one, Period.parse("2026-11-01"))
    assert (day.total, day.expected, day.conflicts) == (sum(range(25)), 25, 0)


def test_two_rows_for_one_time_in_a_file_are_a_conflict_even_with_a_reason(river, line, say) -> None:
    river.plan(line())
    at = datetime(2026, 3, 1)
    river.arrive(say("kiln.power", at, "1"), say("kiln.power", at, "2"), reason="yearly file")
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert (reading.value, [one.value for one in reading.conflicts]) == (1, [2])
    assert period_sum(river.connection, line(), PERIOD).conflicts == 1


def test_a_file_with_a_reason_settles_what_was_in_conflict(river, line, say) -> None:
    """From its entry on; a rebuild gives the same, and what was asked of before stays in conflict."""
    river.plan(line())
    at, later = datetime(2026, 3, 1), datetime(2026, 3, 1, 1)
    river.arrive(say("kiln.power", at, "7"), say("kiln.power", later, "7"))
    river.arrive(say("kiln.power", at, "8"), say("kiln.power", later, "8"))
    assert [len(one.conflicts) for one in day_readings(river.connection, "kiln.power", DAY)] == [1, 1]
    settled = river.arrive(say("kiln.power", at, "8"), say("kiln.power", later, "7"), reason="换表")
    replaced, affirmed = day_readings(river.connection, "kiln.power", DAY)
    assert (replaced.value, replaced.conflicts, len(replaced.superseded)) == (8, (), 1)
    assert (affirmed.value, affirmed.conflicts, len(affirmed.superseded)) == (7, (), 0)
    before = day_readings(river.connection, "kiln.power", DAY, settled.index)
    assert [len(one.conflicts) for one in before] == [1, 1]
    assert period_sum(river.connection, line(), PERIOD).conflicts == 0
    assert check_projections(river.connection, [river.projection]) == []


@pytest.mark.parametrize("batch", [1, 500])
def test_two_rows_of_a_deciding_file_stay_in_conflict_until_another_decides(river, line, say, batch) -> None:
    river.plan(line())
    at = datetime(2026, 3, 1)

    def arrive(*texts: str, reason: str | None = None) -> None:
        river.arrive(*(say("kiln.power", at, one) for one in texts), reason=reason, project=batch == 1)

    arrive("1")
    arrive("2")
    arrive("3", "4", "3", reason="yearly file")
    river.project(batch)
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert (reading.value, [one.value for one in reading.conflicts]) == (3, [4])
    arrive("5")
    arrive("4", reason="read again")
    river.project(batch)
    (reading,) = day_readings(river.connection, "kiln.power", DAY)
    assert (reading.value, reading.conflicts) == (4, ())
    assert check_projections(river.connection, [river.projection]) == []
