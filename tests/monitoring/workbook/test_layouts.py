"""Tables as offices keep them: many units in one file, long lists, wide days of 24 hours, a sheet a month."""

import io
import math
from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.monitoring.connectors.workbook import Judged, judge, measurements_of, raw_row, read_mapping
from tansuo.monitoring.connectors.workbook.mapping import Template

Judge = Callable[..., Judged]
MeterMap = Callable[..., str]
Workbook = Callable[..., bytes]

BY_UNIT = (
    ('device = "meter_1"', 'columns = ["plant", "unit"]\ndevice = "plant-{plant}-{unit}"'),
    ('id = "firm.power"', 'id = "plant.{plant}-{unit}.power"'),
)


def test_one_file_with_many_units_gives_a_series_for_each(judged: Judge, meter_map: MeterMap) -> None:
    text = (
        "plant,unit,time,kwh\n7,1,2026-01-01 00:00,1\n7,2号,2026-01-01 00:00,2\n"
        "8,1,2026-01-01 00:00,4\n7,1,2026-01-01 01:00,8\n,1,2026-01-01 01:00,16\n"
    )
    found = judged(text, meter_map(*BY_UNIT))
    assert [(one.code, one.where["column"], one.where["row"]) for one in found.findings] == [
        ("monitoring.workbook.key_empty", "plant", 6)
    ]
    sums = {one.series: one.value for one in found.totals if one.period == "2026"}
    assert sums == {"plant.7-1.power": 9, "plant.7-2_53f7_.power": 2, "plant.8-1.power": 4}
    assert {one.device for one in found.measurements} == {"plant-7-1", "plant-7-2_53f7_", "plant-8-1"}


def test_two_units_that_would_share_a_series_are_refused_by_name(judged: Judge, meter_map: MeterMap) -> None:
    careless = meter_map(BY_UNIT[0], ('id = "firm.power"', 'id = "plant.{plant}.power"'))
    found = judged("plant,unit,time,kwh\n7,1,2026-01-01 00:00,1\n7,2,2026-01-01 00:00,2\n", careless)
    assert [one.code for one in found.findings] == ["monitoring.workbook.series_clash"]


@given(st.lists(st.text(min_size=1, max_size=6), min_size=2, max_size=2, unique=True))
def test_different_names_never_become_one_identifier(names: list[str]) -> None:
    template = Template("unit-{name}")
    one, other = (template.fill({"name": name}, identifier=True) for name in names)
    assert one != other
    assert one.isascii()


LONG = """
map = "long"
[timestamp]
column = "月份"
formats = ["%Y-%m"]
label = "start"
step = "month"
zone = "Asia/Shanghai"
[key]
device = "firm"
[[series]]
name = "coal"
id = "firm.coal"
where = [{ column = "项目", is = "烟煤" }]
value = "数量"
unit = "t"
decimals = 2
indicator = "fuel_consumption"
[[series]]
name = "power"
id = "firm.power"
where = [{ column = "项目", in = ["用电", "电力"] }]
value = "数量"
unit = "万kWh"
target = "MWh"
decimals = 4
indicator = "electricity_purchased"
"""


def test_a_long_list_whose_rows_say_which_series_they_are(judged: Judge) -> None:
    rows = ["2026-01,烟煤,100.5", "2026-01,用电,3.25", "2026-02,电力,2", "2026-02,烟煤,90", "2026-02,蒸汽,7"]
    text = "月份,项目,数量\n" + "".join(f"{row}\n" for row in rows)
    found = judged(text.encode("gb18030"), LONG)
    assert [(one.code, one.where["row"]) for one in found.findings] == [
        ("monitoring.workbook.row_of_no_series", 6)
    ]
    sums = {(one.series, one.period): one.value for one in found.totals}
    assert sums["firm.coal", "2026"] == Decimal("190.5")
    assert (sums["firm.power", "2026-01"], sums["firm.power", "2026-02"]) == (Decimal("32.5"), 20)
    assert (found.accepted, found.refused) == (4, 1)


WIDE = """
map = "wide"
[across]
pattern = '(\\d{1,2}:\\d{2})'
value = "reading"
part = "clock"
[timestamp]
column = "日期"
time = "clock"
label = "end"
step = "6h"
zone = "Asia/Shanghai"
[key]
device = "firm"
[[series]]
name = "power"
id = "firm.power"
value = "reading"
unit = "kWh"
decimals = 1
indicator = "electricity_purchased"
"""


def test_a_wide_day_becomes_one_reading_a_column(judged: Judge) -> None:
    text = "日期,6:00,12:00,18:00,24:00,日合计\n2026-01-31,1,2,x,4,10\n2026-02-01,8,,32,64,104\n"
    found = judged(text, WIDE)
    assert [(one.code, one.where["row"], one.where["column"]) for one in found.findings] == [
        ("monitoring.workbook.not_a_number", 2, "18:00")
    ]
    assert (found.rows, found.accepted, found.partly, found.refused) == (2, 1, 1, 0)
    labels = [one.label.isoformat(" ", "minutes") for one in found.measurements]
    assert labels[:3] == ["2026-01-31 06:00", "2026-01-31 12:00", "2026-02-01 00:00"]
    sums = {one.period: one.value for one in found.totals}
    assert (sums["2026-01"], sums["2026-02"]) == (7, 104)


def test_a_wide_table_without_such_columns_says_what_it_looked_for(judged: Judge) -> None:
    found = judged("日期,合计\n2026-01-31,10\n", WIDE)
    assert [one.code for one in found.findings] == ["monitoring.workbook.column_missing"]


SHEETS = """
map = "book"
[timestamp]
column = "day"
formats = ["%Y-%m-%d"]
label = "start"
step = "1d"
zone = "Asia/Shanghai"
[key]
device = "firm"
[[series]]
name = "power"
id = "firm.power"
value = "kwh"
unit = "kWh"
decimals = 1
indicator = "electricity_purchased"
[[table]]
file = { sheet = "1月" }
[[table]]
file = { sheet = "2月", header = 3, skip = 1 }
[[table]]
file = { sheet = "煤" }
[[table.series]]
name = "coal"
id = "firm.coal"
value = "吨"
unit = "t"
decimals = 2
indicator = "fuel_consumption"
"""


def book(workbook: Workbook, second: str = "2026-02-01") -> bytes:
    return workbook(
        **{
            "1月": [["day", "kwh"], ["2026-01-30", 1], ["2026-01-31", 2]],
            "2月": [["某某公司用电表"], [], ["day", "kwh"], ["", "千瓦时"], [second, 4]],
            "煤": [["day", "吨"], ["2026-01-31", 0.3]],
        }
    )


def test_a_workbook_of_several_sheets_each_with_its_own_rules(judged: Judge, workbook: Workbook) -> None:
    found = judged(book(workbook), SHEETS, "book.xlsx")
    assert found.findings == []
    sums = {(one.series, one.period): one.value for one in found.totals}
    assert (sums["firm.power", "2026"], sums["firm.power", "2026-01"]) == (7, 3)
    assert sums["firm.coal", "2026"] == Decimal("0.3")


def test_two_sheets_that_say_one_time_are_not_added_up_twice(judged: Judge, workbook: Workbook) -> None:
    found = judged(book(workbook, "2026-01-31"), SHEETS, "book.xlsx")
    assert [(one.code, one.where["sheet"], one.where["row"]) for one in found.findings] == [
        ("monitoring.workbook.time_in_two_tables", "2月", 5)
    ]
    assert {one.period: one.value for one in found.totals if one.series == "firm.power"}["2026"] == 3


def test_every_record_leads_back_to_its_row_with_all_cells(judged: Judge, workbook: Workbook) -> None:
    data = book(workbook)
    mapping = read_mapping(SHEETS.encode(), "book.toml")
    rows = {}
    for one in judged(data, SHEETS, "book.xlsx").measurements:
        row = raw_row(data, "book.xlsx", mapping, one.record)
        assert row is not None
        rows[row.sheet, row.row] = dict(row.cells)
    assert rows["2月", 5] == {"day": "2026-02-01", "kwh": "4"}
    assert rows["煤", 2] == {"day": "2026-01-31", "吨": "0.3"}
    assert raw_row(data, "book.xlsx", mapping, (2 << 24) + 99) is None
    assert raw_row(data, "book.xlsx", mapping, 9 << 24) is None


def test_merged_cells_are_filled_down_where_the_map_says_so(judged: Judge, meter_map: MeterMap) -> None:
    filled = 'fill_down = ["plant"]\n' + meter_map(*BY_UNIT)
    text = "plant,unit,time,kwh\n7,1,2026-01-01 00:00,1\n,2,2026-01-01 00:00,2\n8,1,2026-01-01 00:00,4\n"
    found = judged(text, filled)
    assert found.findings == []
    assert sorted(one.series for one in found.totals if one.period == "2026") == [
        "plant.7-1.power", "plant.7-2.power", "plant.8-1.power",
    ]  # fmt: skip


def test_an_optional_series_is_left_out_with_a_note_and_a_twice_written_header_is_refused(
    judged: Judge, meter_map: MeterMap
) -> None:
    extra = (
        '\n[[series]]\nname = "heat"\nid = "firm.heat"'
        '\nvalue = "gj"\nunit = "GJ"\ndecimals = 2\nindicator = "heat"\noptional = true\n'
    )
    found = judged("time,kwh\n2026-01-01 00:00,1\n", meter_map() + extra)
    assert found.findings == []
    assert "monitoring.workbook.series_left_out" in [one.code for one in found.notes]
    both = judged("time,kwh,gj\n2026-01-01 00:00,1,2\n", meter_map() + extra)
    assert {one.series for one in both.totals} == {"firm.power", "firm.heat"}
    twice = judged("time,kwh,kwh\n2026-01-01 00:00,1,2\n", meter_map())
    assert [one.code for one in twice.findings] == ["monitoring.workbook.column_twice"]


def test_other_names_of_a_column_are_accepted(judged: Judge, meter_map: MeterMap) -> None:
    named = meter_map(("[timestamp]", '[columns]\nkwh = ["电量", "Energy (kWh)"]\n\n[timestamp]'))
    for header in ("电量", "energy  (KWH)"):
        found = judged(f"time,{header}\n2026-01-01 00:00,1.5\n2026-01-01 01:00,x\n", named)
        assert [one.text for one in found.measurements] == ["1.5"]
        assert found.findings[0].where["column"] == " ".join(header.split())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter_gives_the_same_readings(
    judged: Judge, meter_map: MeterMap, encoding: str, delimiter: str
) -> None:
    text = 'time,kwh,备注\r\n2026-01-01 00:00,1.5,正常\r\n2026-01-01 01:00,2.5,"停,机"\r\n'
    rows = [line.split(",", 2) for line in text.splitlines()]
    again = "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"
    found = judged(again.encode(encoding), meter_map())
    assert found.findings == []
    assert [one.text for one in found.measurements] == ["1.5", "2.5"]


numbers = st.floats(-1e6, 1e6).map(lambda number: round(number, 2))


@given(st.lists(numbers, min_size=1, max_size=30))
def test_doubles_enter_by_their_shortest_decimal_so_every_format_says_the_same(values: list[float]) -> None:
    import xlsxwriter

    times = [f"2026-01-{1 + n // 24:02d} {n % 24:02d}:00" for n in range(len(values))]
    text = "time,kwh\n" + "".join(f"{one},{value!r}\n" for one, value in zip(times, values, strict=True))
    columnar = io.BytesIO()
    pq.write_table(pa.table({"time": times, "kwh": pa.array(values, pa.float64())}), columnar)
    sheet = io.BytesIO()
    made = xlsxwriter.Workbook(sheet, {"in_memory": True})
    page = made.add_worksheet()
    page.write_row(0, 0, ["time", "kwh"])
    for row, cells in enumerate(zip(times, values, strict=True), start=1):
        page.write_row(row, 0, cells)
    made.close()

    mapping = read_mapping(HOURLY.encode(), "m")
    files = {"m.csv": text.encode(), "m.parquet": columnar.getvalue(), "m.xlsx": sheet.getvalue()}
    totals = [judge(data, name, mapping).totals for name, data in files.items()]
    assert totals[0] == totals[1] == totals[2]
    assert totals[0][0].value == sum((Decimal(repr(one)) for one in values), Decimal(0))


HOURLY = """
map = "meter"
[timestamp]
column = "time"
label = "start"
step = "1h"
zone = "Asia/Shanghai"
[key]
device = "meter_1"
[[series]]
name = "power"
id = "firm.power"
value = "kwh"
unit = "kWh"
decimals = 12
indicator = "electricity_purchased"
"""


def test_every_column_type_of_parquet(judged: Judge, meter_map: MeterMap) -> None:
    times = pa.array([f"2026-01-01 {n:02d}:00" for n in range(3)])
    for column, texts in (
        (pa.array([1, None, 3], pa.int32()), ["1", None, "3"]),
        (pa.array([0.1, None, math.nan], pa.float32()), ["0.1", None, None]),
        (pa.array([Decimal("1.20"), None, Decimal("-3.00")], pa.decimal128(9, 2)), ["1.20", None, "-3.00"]),
        (pa.array(["1.5", "", None]), ["1.5", None, None]),
        (pa.array(["1.5", "1.5", None]).dictionary_encode(), ["1.5", "1.5", None]),
        (pa.array([None, None, None]), [None, None, None]),
    ):
        out = io.BytesIO()
        pq.write_table(pa.table({"time": times, "kwh": column}), out)
        found = judged(out.getvalue(), meter_map(), "m.parquet")
        assert found.findings == []
        assert [one.text for one in found.measurements] == texts
    for column in (
        pa.array([True, None, False]),
        pa.array([[1.0], None, [2.0]]),
        pa.array([math.inf, None, 1.0]),
    ):
        out = io.BytesIO()
        pq.write_table(pa.table({"time": times, "kwh": column}), out)
        found = judged(out.getvalue(), meter_map(), "m.parquet")
        assert {one.code.rpartition(".")[2] for one in found.findings} <= {"not_a_number", "error_cell"}
        assert found.findings


def test_the_same_bytes_always_give_the_same_measurements(meter_map: MeterMap) -> None:
    data, mapping = b"time,kwh\n2026-01-01 00:00,1\n2026-01-01 01:00,x\n", meter_map().encode()
    first, second = measurements_of(data, "m.csv", mapping), measurements_of(data, "m.csv", mapping)
    assert first == second
    assert (len(first[0]), len(first[1])) == (1, 1)
    assert first[0][0].record == 2
