"""From a figure to its formula, its factors, its amounts, a day, and one reading's bytes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tansuo.accounting.drilldown import amounts_of, day_by_readings, factors_of, month_by_days, steps_of
from tansuo.accounting.raw import raw
from tansuo.evidence.document import register_document
from tansuo.evidence.entry import Entry
from tansuo.evidence.tree import root
from tansuo.monitoring.correction import correct
from tansuo.monitoring.intake import receive_file, records
from tansuo.monitoring.parse import measurements
from tansuo.quantity.finding import FindingError
from town import CHIEF, CLERK, COAL, POWER, Town

FILE_MAP = """
map = "day_book"
title_zh = "日报"
title_en = "Day book"
source_text = "a test"
license = "none"
[timestamp]
column = "day"
formats = ["%Y-%m-%d"]
label = "start"
step = "1d"
zone = "Asia/Shanghai"
[key]
device = "day_book"
[[series]]
name = "coal"
id = "b/coal"
title_zh = "煤"
title_en = "Coal"
value = "coal"
unit = "t"
decimals = 3
form = "interval_amount"
indicator = "fuel_consumption"
source = "b.coal"
"""


@pytest.fixture
def arrival(town: Town) -> Entry:
    """A firm with coal and power, complete in January; the arrival of its coal."""
    town.firm("a", "dantu")
    entry = town.days("a", COAL, "2026-01", "100")
    town.days("a", POWER, "2026-01", "10", without=[3])
    return entry


def test_a_figure_shows_formula_worked_line_and_parts(town: Town, arrival: Entry) -> None:
    one_source, whole = steps_of(town.figure("a", "E_fuel", "2026-01"))
    assert one_source.cell == ("E_s", "a.coal/2026-01") and whole.cell == ("E_fuel", "")
    assert one_source.formula == "E_s = FC × NCV × CC × OF × K"
    assert one_source.worked["en"].startswith("3,100.00 t × 23.736 GJ/t × 0.02618 t C/GJ × 0.99 × 44/12")
    assert one_source.worked["en"].endswith("= 6,992.71 t CO2")
    assert one_source.names["zh"] and one_source.names["en"]
    assert [symbol for symbol, _ in one_source.parts] == ["FC", "NCV", "CC", "OF"]
    assert whole.parts == (("E_s", "a.coal/2026-01"),)
    assert steps_of(town.figure("zj.city", "E_fuel", "2026-01", "reports_for")) == []


def test_factors_carry_title_rung_and_validity(town: Town, arrival: Entry) -> None:
    found = {one.symbol: one for one in factors_of(town.figure("a", "E_fuel", "2026-01"))}
    assert set(found) == {"NCV", "CC", "OF"}
    ncv = found["NCV"]
    assert (ncv.chosen.rung, ncv.chosen.status, ncv.chosen.page) == ("default", "official", "table A.1")
    assert "CETS" in ncv.title["zh"] and "steel" in ncv.title["en"]
    assert ncv.cells == ("a.coal/2026-01",) and ncv.statement is None


def test_amounts_say_how_complete_they_are(town: Town, arrival: Entry) -> None:
    (coal,) = amounts_of(town.figure("a", "E_fuel", "2026-01"))
    assert (str(coal.activity.value), coal.activity.unit) == ("3100.000", "t")
    assert (coal.state.status, coal.state.expected, coal.state.present) == ("complete", 31, 31)
    assert coal.source_names == {"zh": "coal", "en": "coal"}
    (power,) = amounts_of(town.figure("a", "E_power", "2026-01"))
    assert power.state.status == "incomplete" and power.state.present == 30
    (hole,) = power.state.holes
    assert hole.start == datetime(2026, 1, 2, 16, tzinfo=UTC) and hole.cells == 1


def test_a_month_by_days_and_a_day_by_readings(town: Town, arrival: Entry) -> None:
    figure = town.figure("a", "E_fuel", "2026-01")
    days = month_by_days(town.connection, figure, "a/coal", "2026-01")
    assert len(days) == 31 and {str(one.total) for one in days} == {"100.000"}
    (share,) = day_by_readings(town.connection, figure, "a/coal", date(2026, 1, 9))
    assert (str(share.amount), str(share.alone)) == ("100.000", "225.57")
    assert share.reading.arrival == arrival.index and share.reading.record == 8
    for series, day in (("a/power", date(2026, 1, 9)), ("a/coal", date(2026, 2, 1))):
        with pytest.raises(FindingError, match="does not rest on"):
            day_by_readings(town.connection, figure, series, day)
    rolled = town.figure("zj.city", "E_fuel", "2026-01", "reports_for")
    with pytest.raises(FindingError, match="does not rest on"):
        day_by_readings(town.connection, rolled, "a/coal", date(2026, 1, 9))


def test_a_reading_leads_to_the_frame_byte_for_byte(town: Town, arrival: Entry) -> None:
    found = raw(town.connection, arrival.index, 8)
    received = records(town.connection, arrival)
    assert found.data == received[8].data and found.channel == "hj212" and found.position == 8
    assert found.text.startswith("##") and found.text.endswith("\r\n") and "f01001-Cou=100" in found.text
    assert bytes.fromhex(found.hex) == found.data
    assert found.cells["MN"] == "MN-a" and found.cells["DataTime"] == "20260109000000"
    assert found.findings == ()
    leaves = [bytes.fromhex(raw(town.connection, arrival.index, n).leaf) for n in range(len(received))]
    assert root(leaves).hex() == arrival.body["root"]
    for index, record in ((arrival.index, 31), (0, 0), (10**9, 0)):
        with pytest.raises(FindingError, match="has no record"):
            raw(town.connection, index, record)


def test_a_corrected_reading_leads_to_the_person_and_the_paper(town: Town, arrival: Entry) -> None:
    before = town.figure("a", "E_fuel", "2026-01")
    paper = register_document(town.connection, "slip.pdf", "application/pdf", b"%PDF", "a", clock=town.clock)
    digest = str(paper.body["blob"])
    nine = datetime(2026, 1, 8, 16, tzinfo=UTC)
    correct(town.connection, "a/coal", nine, Decimal("90"), "weighed again", digest, CLERK, CHIEF, town.clock)
    town.follow()
    figure = town.figure("a", "E_fuel", "2026-01")
    (share,) = day_by_readings(town.connection, figure, "a/coal", date(2026, 1, 9))
    assert str(share.amount) == "90.000"
    assert [str(one.value) for one in share.reading.superseded] == ["100.000"]
    found = raw(town.connection, share.reading.arrival, share.reading.record)
    assert found.channel == "correction" and found.digest == digest
    assert found.cells["reason"] == "weighed again"
    assert (found.cells["by"], found.cells["second_by"]) == ("clerk", "chief")
    (old,) = day_by_readings(town.connection, before, "a/coal", date(2026, 1, 9))
    assert str(old.amount) == "100.000" and old.reading.superseded == ()


def test_a_reading_from_a_file_leads_to_its_row(town: Town) -> None:
    town.firm("b", "dantu", ())
    data = b"day,coal\n2026-01-01,10.5\n2026-01-02,11.0\n"
    arrival = receive_file(
        town.connection, "book.csv", data, FILE_MAP.encode(), "book.toml", "b", CLERK, clock=town.clock
    )
    assert arrival is not None
    found, findings = measurements(town.connection, arrival)
    assert findings == [] and [one.text for one in found] == ["10.5", "11.0"]
    row = raw(town.connection, arrival.index, found[1].record)
    assert (row.channel, row.position, row.data, row.name) == ("file", 3, data, "book.csv")
    assert dict(row.cells) == {"day": "2026-01-02", "coal": "11.0"}
    with pytest.raises(FindingError, match="has no record"):
        raw(town.connection, arrival.index, 77)
