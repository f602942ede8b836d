"""What a row's time names: label, zone, hours counted from 0 or 1, the midnight trap, months."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tansuo.monitoring.connectors.workbook import Judged
from tansuo.monitoring.connectors.workbook.timestamps import (
    FormatError,
    Moment,
    compile_format,
    read_text,
)

Judge = Callable[..., Judged]
MeterMap = Callable[..., str]
Workbook = Callable[..., bytes]

STAMP = 'column = "time"\nformats = ["%Y-%m-%d %H:%M"]\nlabel = "start"\nstep = "1h"\nzone = "Asia/Shanghai"'


def stamp(text: str) -> tuple[str, str]:
    """The change of the meter's map that gives it another [timestamp]."""
    return (STAMP, text)


def labels(found: Judged) -> list[str]:
    assert found.findings == []
    return [one.label.isoformat(" ", "minutes") for one in found.measurements]


def months(found: Judged) -> dict[str, Decimal]:
    return {one.period: one.value for one in found.totals if len(one.period) == 7}


def test_hours_zero_to_twenty_three_in_a_column_of_their_own(judged: Judge, meter_map: MeterMap) -> None:
    own = stamp('column = "d"\nhour = "h"\nhours = "0-23"\nlabel = "start"\nstep = "1h"\nzone = "UTC-07:00"')
    found = judged("d,h,kwh\n2026-01-31,23,1\n2026-02-01,0,2\n", meter_map(own))
    assert labels(found) == ["2026-01-31 23:00", "2026-02-01 00:00"]
    assert months(found) == {"2026-01": 1, "2026-02": 2}
    assert found.found["firm.power"].zone == "Etc/GMT+7"


@pytest.mark.parametrize(
    ("label", "first", "last"),
    [("end", "2026-01-31 01:00", "2026-02-01 00:00"), ("start", "2026-01-31 00:00", "2026-01-31 23:00")],
)
def test_hours_one_to_twenty_four_belong_to_the_day_they_are_listed_under(
    judged: Judge, meter_map: MeterMap, label: str, first: str, last: str
) -> None:
    own = stamp(
        f'column = "d"\nhour = "h"\nhours = "1-24"\nlabel = "{label}"\nstep = "1h"\nzone = "Asia/Shanghai"'
    )
    rows = "".join(f"2026-01-31,{hour},1\n" for hour in range(1, 25))
    found = judged("d,h,kwh\n" + rows, meter_map(own))
    assert (labels(found)[0], labels(found)[-1]) == (first, last)
    assert months(found) == {"2026-01": 24}


@pytest.mark.parametrize(("hours", "bad"), [("0-23", "24"), ("1-24", "0"), ("1-24", "x"), ("0-23", "")])
def test_an_hour_outside_of_the_declared_range_is_refused(
    judged: Judge, meter_map: MeterMap, hours: str, bad: str
) -> None:
    own = stamp(
        f'column = "d"\nhour = "h"\nhours = "{hours}"\nlabel = "start"\nstep = "1h"\nzone = "Asia/Shanghai"'
    )
    found = judged(f"d,h,kwh\n2026-01-31,{bad},1\n2026-01-31,5,1\n", meter_map(own))
    assert [(one.code, one.where["column"]) for one in found.findings] == [
        ("monitoring.workbook.hour_range", "h")
    ]


MIDNIGHT = (
    'column = "time"\nformats = ["%d/%m/%Y %H:%M"]\nlabel = "end"\nstep = "12h"\nzone = "Asia/Shanghai"'
)
CLOSING = "time,kwh\n1/1/2026 12:00,1\n1/1/2026 0:00,2\n2/1/2026 12:00,3\n02/01/2026 00:00,4\n"
OPENING = "time,kwh\n1/1/2026 0:00,1\n1/1/2026 12:00,2\n2/1/2026 0:00,3\n2/1/2026 12:00,4\n"


def test_midnight_closes_the_listed_day_where_the_map_says_so(judged: Judge, meter_map: MeterMap) -> None:
    says = meter_map(stamp(MIDNIGHT + "\nmidnight_closes_listed_day = true"))
    assert labels(judged(CLOSING, says)) == [
        "2026-01-01 12:00", "2026-01-02 00:00", "2026-01-02 12:00", "2026-01-03 00:00",
    ]  # fmt: skip
    rows = CLOSING.splitlines(keepends=True)
    backwards = rows[0] + "".join(reversed(rows[1:]))
    assert labels(judged(backwards, says))[0] == "2026-01-03 00:00"


def test_midnight_that_stands_before_its_day_contradicts_such_a_map(
    judged: Judge, meter_map: MeterMap
) -> None:
    says = meter_map(stamp(MIDNIGHT + "\nmidnight_closes_listed_day = true"))
    found = judged(OPENING, says)
    assert [(one.code, one.where["row"]) for one in found.findings if one.severity == "error"] == [
        ("monitoring.workbook.midnight_opens", 2),
        ("monitoring.workbook.midnight_opens", 4),
    ]
    assert found.accepted == 2


def test_a_map_that_is_silent_about_midnight_is_asked_and_nothing_lands_in_the_wrong_day(
    judged: Judge, meter_map: MeterMap
) -> None:
    silent = meter_map(stamp(MIDNIGHT))
    found = judged(CLOSING, silent)
    assert [one.where["row"] for one in found.findings if one.code.endswith("midnight_closes")] == [3, 5]
    assert labels(judged(OPENING, silent))[0] == "2026-01-01 00:00"
    opens = meter_map(stamp(MIDNIGHT + "\nmidnight_closes_listed_day = false"))
    assert labels(judged(OPENING, opens)) == labels(judged(OPENING, silent))


def test_twenty_four_hundred_is_the_end_of_its_day(judged: Judge, meter_map: MeterMap) -> None:
    end = meter_map(('label = "start"', 'label = "end"'))
    found = judged("time,kwh\n2026-01-31 23:00,1\n2026-01-31 24:00,2\n", end)
    assert labels(found)[-1] == "2026-02-01 00:00"
    assert months(found) == {"2026-01": 3}


def test_year_month_and_day_in_columns_of_their_own(judged: Judge, meter_map: MeterMap) -> None:
    own = stamp(
        'year = "年"\nmonth = "月"\nday = "日"\nhour = "时"\nminute = "分"\n'
        'label = "end"\nstep = "15min"\nzone = "Asia/Shanghai"'
    )
    found = judged("年,月,日,时,分,kwh\n2026,2,28,23,45,1\n2026年,3月,1日,0时,0,2\n", meter_map(own))
    assert labels(found) == ["2026-02-28 23:45", "2026-03-01 00:00"]
    assert months(found) == {"2026-02": 3}


def test_one_value_a_month(judged: Judge, meter_map: MeterMap) -> None:
    by_name = (
        'column = "m"\nformats = ["%Y年%m月", "%Y-%m"]\nlabel = "{}"\nstep = "month"\nzone = "Asia/Shanghai"'
    )
    text = "m,kwh\n2025年12月,1\n2026-01,2\n"
    for label, first in (("start", "2025-12-01 00:00"), ("end", "2026-01-01 00:00")):
        found = judged(text, meter_map(stamp(by_name.format(label))))
        assert labels(found)[0] == first
        assert months(found) == {"2025-12": 1, "2026-01": 2}
    last_days = stamp('column = "m"\nlabel = "end"\nstep = "month"\nzone = "Asia/Shanghai"')
    for text in ("m,kwh\n2025-12-31,1\n2026-01-31,2\n", "m,kwh\n2026-01-01 00:00,1\n2026-02-01 00:00,2\n"):
        assert months(judged(text, meter_map(last_days))) == {"2025-12": 1, "2026-01": 2}


def test_a_month_left_out_is_a_gap(judged: Judge, meter_map: MeterMap) -> None:
    own = stamp('year = "y"\nmonth = "m"\nlabel = "start"\nstep = "month"\nzone = "Asia/Shanghai"')
    found = judged("y,m,kwh\n2025,11,1\n2026,2,2\n", meter_map(own))
    assert [(one.code, one.params["steps"]) for one in found.findings] == [("monitoring.workbook.gap", 2)]


def test_an_offset_in_the_text_moves_the_time_into_the_zone(judged: Judge, meter_map: MeterMap) -> None:
    own = stamp(
        'column = "time"\nformats = ["%Y-%m-%dT%H:%M:%S%z"]\n'
        'label = "start"\nstep = "1h"\nzone = "Asia/Shanghai"'
    )
    found = judged("time,kwh\n2026-01-31T16:00:00Z,1\n2026-02-01T01:00:00+08:00,2\n", meter_map(own))
    assert labels(found) == ["2026-02-01 00:00", "2026-02-01 01:00"]


def test_where_clocks_are_put_back_an_hour_comes_twice_and_where_forward_one_never(
    judged: Judge, meter_map: MeterMap
) -> None:
    berlin = meter_map(("Asia/Shanghai", "Europe/Berlin"))
    back = "time,kwh\n" + "".join(f"2025-10-26 {hour:02d}:00,{n}\n" for n, hour in enumerate([1, 2, 2, 3]))
    assert labels(judged(back, berlin)) == [
        "2025-10-26 01:00", "2025-10-26 02:00", "2025-10-26 02:00", "2025-10-26 03:00",
    ]  # fmt: skip
    thrice = judged(back + "2025-10-26 02:00,9\n", berlin)
    assert [one.code for one in thrice.findings] == ["monitoring.workbook.time_repeated_differently"]
    forward = judged("time,kwh\n2026-03-29 02:00,1\n2026-03-29 03:00,2\n", berlin)
    assert [one.code for one in forward.findings] == ["monitoring.workbook.time_skipped"]


def test_zones_by_rule_and_a_row_no_rule_speaks_of(judged: Judge, meter_map: MeterMap) -> None:
    rules = (
        'zone = "Asia/Shanghai"',
        '[[timestamp.zone]]\nwhen = [{ column = "state", in = ["ID"] }]\nis = "UTC-07:00"\n'
        '[[timestamp.zone]]\nwhen = [{ column = "state", is = "IN" }]\nis = "America/Indiana/Indianapolis"',
    )
    by_state = meter_map(rules, ('device = "meter_1"', 'device = "{state}"'), ("firm.power", "firm.{state}"))
    found = judged(
        "time,state,kwh\n2026-01-01 00:00,ID,1\n2026-01-01 00:00,IN,2\n2026-01-01 00:00,XX,3\n", by_state
    )
    assert [(one.code, one.where["row"]) for one in found.findings] == [("monitoring.workbook.no_zone", 4)]
    zones = {one.series: one.zone for one in found.found.values()}
    assert zones == {"firm.ID": "Etc/GMT+7", "firm.IN": "America/Indiana/Indianapolis"}


def test_date_cells_of_a_workbook_and_of_parquet(
    judged: Judge, meter_map: MeterMap, workbook: Workbook
) -> None:
    times = [datetime(2026, 1, 1, hour) for hour in range(3)]

    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["time", "kwh"])
        for row, one in enumerate(times, start=1):
            sheet.write_datetime(row, 0, one)
            sheet.write_number(row, 1, row)

    expected = ["2026-01-01 00:00", "2026-01-01 01:00", "2026-01-01 02:00"]
    assert labels(judged(workbook(Data=fill), meter_map(), "m.xlsx")) == expected
    for kind in (pa.timestamp("us"), pa.timestamp("ns"), pa.timestamp("ms", tz="Asia/Shanghai")):
        aware = getattr(kind, "tz", None) is not None
        values = [one.astimezone(UTC) if aware else one for one in times]
        if aware:
            values = [datetime(2025, 12, 31, 16 + hour, tzinfo=UTC) for hour in range(3)]
        out = io.BytesIO()
        pq.write_table(pa.table({"time": pa.array(values, kind), "kwh": [1.0, 2.0, 3.0]}), out)
        assert labels(judged(out.getvalue(), meter_map(), "m.parquet")) == expected


def test_a_date_cell_and_a_clock_cell_beside_it(
    judged: Judge, meter_map: MeterMap, workbook: Workbook
) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        clock = book.add_format({"num_format": "hh:mm"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["d", "t", "kwh"])
        for row, hour in enumerate((0, 23), start=1):
            sheet.write_datetime(row, 0, date(2026, 1, 31), day)
            sheet.write_datetime(row, 1, time(hour), clock)
            sheet.write_number(row, 2, 1)

    own = stamp('column = "d"\ntime = "t"\nlabel = "start"\nstep = "1h"\nzone = "Asia/Shanghai"')
    found = judged(workbook(Data=fill), meter_map(own), "m.xlsx")
    assert [one.label.hour for one in found.measurements] == [0, 23]


def test_quarters_of_an_hour_of_a_workbook_are_whole_minutes_though_stored_as_fractions_of_a_day(
    judged: Judge, meter_map: MeterMap, workbook: Workbook
) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_row(0, 0, ["time", "kwh"])
        style = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for n in range(96):
            sheet.write_number(1 + n, 0, 46023 + n / 96, style)
            sheet.write_number(1 + n, 1, 1)

    found = judged(workbook(Data=fill), meter_map(('step = "1h"', 'step = "15min"')), "m.xlsx")
    assert found.findings == []
    assert {one.label.minute for one in found.measurements} == {0, 15, 30, 45}
    assert not any(one.label.microsecond or one.label.second for one in found.measurements)


@given(
    moment=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    form=st.sampled_from(["%d/%m/%Y %H:%M", "%Y年%m月%d日 %H时%M分", "%m-%d-%Y %H%M", "%Y%m%d %H:%M"]),
)
def test_what_a_format_writes_it_reads_back(moment: datetime, form: str) -> None:
    found = read_text(moment.strftime(form), [form])
    assert isinstance(found, Moment)
    assert found.day == moment.date()
    assert found.clock is not None
    assert found.clock.total_seconds() == moment.hour * 3600 + moment.minute * 60


def test_half_days_month_names_and_days_of_the_year() -> None:
    for text, form, day, hour in (
        ("1-Mar-26 12:00 AM", "%d-%b-%y %I:%M %p", date(2026, 3, 1), 0),
        ("1-MAR-26 12:00 PM", "%d-%b-%y %I:%M %p", date(2026, 3, 1), 12),
        ("2026 060 下午 3", "%Y %j %p %I", date(2026, 3, 1), 15),
    ):
        found = read_text(text, [form])
        assert isinstance(found, Moment)
        assert found.clock is not None
        assert (found.day, found.clock.total_seconds() / 3600) == (day, hour)


def test_digits_without_a_separator_need_their_full_width() -> None:
    assert isinstance(read_text("20260111", ["%Y%m%d"]), Moment)
    assert not isinstance(read_text("2026111", ["%Y%m%d"]), Moment)


def test_a_format_with_an_unknown_directive_is_refused() -> None:
    with pytest.raises(FormatError, match="%Q"):
        compile_format("%Y-%Q")
