"""Seals of one organisation: what they cover, what they count, and that they can be made again at their size."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from tansuo.evidence import canonical, ledger
from tansuo.evidence.entry import Draft, Entry
from tansuo.evidence.projection import catch_up
from tansuo.monitoring import seals
from tansuo.monitoring.plan import MONTHLY
from tansuo.monitoring.reading import Measurement
from tansuo.monitoring.seal_check import check_seal, check_seals
from tansuo.monitoring.seal_projection import PROJECTION
from tansuo.monitoring.seals import body_of, draft, parts_of, read_seal, sealed_segments, segments
from tansuo.monitoring.segment_text import segment_hash
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period

DAY, NEXT = date(2026, 3, 1), date(2026, 3, 2)
ONE_DAY, MARCH = Period.of_day(DAY), Period.parse("2026-03")
KEY = bytes(range(16))
MIDNIGHT = 1_772_294_400  # 2026-03-01 00:00 in Shanghai


def items(river, period: Period = ONE_DAY, size: int | None = None) -> list[dict[str, Any]]:
    known = river.size if size is None else size
    found = segments(river.connection, parts_of(river.connection, "firm.a", period, known), known)
    return [dict(one) for one in body_of(period, known, KEY, found)["series"]]  # type: ignore[attr-defined]


def texts(river, period: Period = ONE_DAY, size: int | None = None) -> list[str]:
    known = river.size if size is None else size
    return [
        one.text
        for one in segments(river.connection, parts_of(river.connection, "firm.a", period, known), known)
    ]


def seal(river, period: Period = ONE_DAY) -> Entry:
    size = river.size
    found = segments(river.connection, parts_of(river.connection, "firm.a", period, size), size)
    made = draft(river.connection, "firm.a", period, "Asia/Shanghai", body_of(period, size, KEY, found))
    return ledger.append(river.connection, [made], river.clock)[0]


def test_a_day_is_what_came_of_what_was_expected(river, line) -> None:
    plan = river.plan(line())
    first = river.hours(DAY, [(0, "5"), (1, "7")])
    (item,) = items(river)
    assert texts(river) == [f"{MIDNIGHT},5,value.measured\n{MIDNIGHT + 3600},7,value.measured\n"]
    assert (item["rows"], item["expected"], item["received"], item["gap"], item["late"]) == (
        2,
        24,
        2,
        22,
        None,
    )
    assert (item["plan"], item["first_arrival"], item["last_arrival"]) == (
        plan.index,
        first.index,
        first.index,
    )
    assert item["sha256"] == segment_hash(KEY, texts(river)[0])
    assert (item["from"], item["to"]) == ("2026-03-01", "2026-03-02")


def test_closing_a_day_changes_nothing(river, line) -> None:
    river.plan(line())
    river.hours(DAY, [(hour, str(hour)) for hour in range(24)])
    before = items(river)
    river.close(NEXT)
    assert items(river) == before


def test_every_authoritative_series_stands_in_it_even_without_a_reading(river, line) -> None:
    river.plan(line("a"), line("b"), line("c", authoritative=False), line("d", valid_from=NEXT))
    assert [(one["series"], one["rows"], one["gap"]) for one in items(river)] == [("a", 0, 24), ("b", 0, 24)]
    assert items(river)[0]["first_arrival"] is None


def test_two_lines_of_a_series_are_two_parts(river, line) -> None:
    river.plan(line("a", meter="old", valid_to=NEXT), line("a", meter="new", valid_from=NEXT))
    found = items(river, MARCH)
    assert [(one["meter"], one["from"], one["to"], one["expected"]) for one in found] == [
        ("old", "2026-03-01", "2026-03-02", 24),
        ("new", "2026-03-02", "2026-04-01", 30 * 24),
    ]


def test_a_series_by_the_month_stands_in_the_seal_of_its_month_only(river, line) -> None:
    river.plan(line("a", step_s=MONTHLY))
    assert items(river) == []
    assert [(one["expected"], one["gap"]) for one in items(river, MARCH)] == [(1, 1)]


def test_events_have_no_gap(river, line, say) -> None:
    river.plan(line("coal", step_s=0, unit="t"))
    river.arrive(
        say("coal", datetime(2026, 3, 1, 7, 30), "40"), say("coal", datetime(2026, 3, 1, 9, 5), "38")
    )
    (item,) = items(river)
    assert (item["rows"], item["expected"], item["received"], item["gap"]) == (2, None, 2, None)


def test_a_register_ends_with_its_reading_at_the_end(river, line, say) -> None:
    river.plan(line("meter", form="register"))
    labels = [
        datetime(2026, 3, 1, 0),
        datetime(2026, 3, 1, 12),
        datetime(2026, 3, 2, 0),
        datetime(2026, 3, 2, 1),
    ]
    river.arrive(*(say("meter", label, str(100 + n)) for n, label in enumerate(labels)))
    assert [row.split(",")[1] for row in texts(river)[0].splitlines()] == ["100", "101", "102"]
    (item,) = items(river)
    assert (item["rows"], item["received"], item["gap"]) == (3, 2, 22)
    river.close(NEXT)
    assert items(river) == [item], "half of it closed, the same"


def test_a_missing_value_is_a_line_and_a_gap(river, line) -> None:
    river.plan(line())
    river.hours(DAY, [(0, "5"), (1, None)])
    (item,) = items(river)
    assert texts(river)[0].splitlines()[1] == f"{MIDNIGHT + 3600},,missing.measured"
    assert (item["rows"], item["received"], item["gap"]) == (2, 1, 23)


def test_corrections_and_conflicts_are_counted_and_an_old_size_keeps_its_text(river, line) -> None:
    river.plan(line())
    river.hours(DAY, [(0, "5"), (1, "7")])
    size, before = river.size, texts(river)
    river.hours(DAY, [(1, "8")])
    river.correct("kiln.power", datetime.fromtimestamp(MIDNIGHT, UTC), Decimal(6))
    (item,) = items(river)
    assert (item["revised"], item["conflicts"]) == (1, 1)
    assert texts(river)[0].splitlines()[0] == f"{MIDNIGHT},6,value.declared"
    assert texts(river, size=size) == before
    river.close(NEXT)
    assert texts(river, size=size) == before


def test_late_is_what_came_more_than_a_day_after_its_day(river, line) -> None:
    river.plan(line(channel="hj212"))
    recorded = {}

    def known_at(day: date) -> int:
        river.clock.set(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000)
        entry = river.write(
            Draft("arrival", "arrival/hj212", {"channel": "hj212", "reason": None}, org="city")
        )
        recorded[entry.index] = day
        return entry.index

    def found(start: int, entry: int) -> Measurement:
        label = datetime.fromtimestamp(start, UTC).astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
        return Measurement("hj212", "book", "kiln.power", label, str(entry), "", entry)

    for entry, cells in ((known_at(NEXT), (0, 1)), (known_at(date(2026, 3, 4)), (2,))):
        river.said[entry] = [found(MIDNIGHT + 3600 * cell, entry) for cell in cells]
    river.project()
    (item,) = items(river)
    assert (item["received"], item["late"]) == (3, 1)


def test_a_seal_is_made_again_at_its_size_and_an_altered_reading_is_named(river, line) -> None:
    river.plan(line("a"), line("b"))
    river.hours(DAY, [(0, "5")], series="a")
    sealed = seal(river)
    river.hours(DAY, [(1, "9")], series="a")
    assert check_seals(river.connection) == []
    assert [text_ for _, text_ in sealed_segments(river.connection, sealed)] == [
        f"{MIDNIGHT},5,value.measured\n", "",
    ]  # fmt: skip
    river.connection.execute(text("UPDATE reading SET value = 6 WHERE value = 5"))
    (found,) = check_seal(river.connection, sealed)
    assert (found.code, found.params["series"], found.params["what"]) == (
        "monitoring.seal_differs",
        "a",
        "sha256",
    )


def test_a_reading_that_is_gone_is_named_too(river, line) -> None:
    river.plan(line("a"))
    river.hours(DAY, [(0, "5"), (1, "6")], series="a")
    sealed = seal(river)
    river.connection.execute(text("DELETE FROM reading WHERE value = 6"))
    (found,) = check_seal(river.connection, sealed)
    assert found.params["what"] == "gap, received, rows, sha256"


def test_a_plan_that_was_altered_is_named(river, line) -> None:
    river.plan(line("a"))
    sealed = seal(river)
    river.connection.execute(text("UPDATE plan_line SET authoritative = false"))
    (found,) = check_seal(river.connection, sealed)
    assert found.code == "monitoring.seal_series"
    with pytest.raises(FindingError, match="lists other series"):
        sealed_segments(river.connection, sealed)


def test_a_seal_whose_counts_do_not_add_up_is_not_made_and_is_found(river, line) -> None:
    river.plan(line("a"))
    size = river.size
    (one,) = segments(river.connection, parts_of(river.connection, "firm.a", ONE_DAY, size), size)
    wrong = seals.Segment(one.part, one.text, {**one.facts, "gap": 3}, one.entries, one.fresh)
    with pytest.raises(FindingError, match="do not add up"):
        body_of(ONE_DAY, size, KEY, [wrong])
    body = body_of(ONE_DAY, size, KEY, [one])
    body["series"] = [wrong.item(KEY)]
    made = draft(river.connection, "firm.a", ONE_DAY, "Asia/Shanghai", body)
    ledger.append(river.connection, [made], river.clock)
    assert [one.code for one in check_seals(river.connection)] == [
        "monitoring.seal_counts", "monitoring.seal_differs",
    ]  # fmt: skip


def test_a_long_body_is_a_blob(river, line, monkeypatch: pytest.MonkeyPatch) -> None:
    river.plan(line("a"))
    monkeypatch.setattr(seals, "LONGEST", 100)
    sealed = seal(river)
    assert "series" not in sealed.body
    whole = read_seal(river.connection, sealed)
    assert (len(whole["series"]), len(canonical.encode(whole))) == (1, sealed.body["bytes"])
    assert check_seals(river.connection) == []


def test_the_table_of_seals_finds_the_one_in_force(river, line) -> None:
    river.plan(line("a"), line("b", step_s=0, unit="t"))
    first = seal(river)
    river.hours(DAY, [(0, "5")], series="a")
    size = river.size
    found = segments(river.connection, parts_of(river.connection, "firm.a", ONE_DAY, size), size)
    again = draft(
        river.connection, "firm.a", ONE_DAY, "Asia/Shanghai", body_of(ONE_DAY, size, KEY, found),
        supersedes=first.index, why={"reason": "late_data"},
    )  # fmt: skip
    second = ledger.append(river.connection, [again], river.clock)[0]
    catch_up(river.connection, [PROJECTION])
    rows = river.connection.execute(
        text(
            "SELECT period, series, rows, expected, gap, late, entry, superseded_at FROM seal ORDER BY entry"
        )
    )
    assert [tuple(row) for row in rows] == [
        ("2026-03-01", 2, 0, 24, 24, None, first.index, second.index),
        ("2026-03-01", 2, 1, 24, 23, None, second.index, None),
    ]
    assert second.valid == ("2026-02-28T16:00:00+00:00", "2026-03-01T16:00:00+00:00")
