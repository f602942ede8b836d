"""Rows of sums are left out wherever they stand, and what stands after them is read or told."""

from collections.abc import Callable

import pytest

from tansuo.monitoring.connectors.workbook import Judged

Judge = Callable[..., Judged]
MeterMap = Callable[..., str]
Workbook = Callable[..., bytes]

SUMS = ("[timestamp]", '[file]\nsums = ["合计", "小计", "Total"]\n\n[timestamp]')
UNTIL = ("[timestamp]", '[file]\nuntil = ["合计"]\n\n[timestamp]')


def hours(*numbers: int) -> str:
    return "".join(f"2026-01-01 {hour:02d}:00,{hour}\n" for hour in numbers)


def told(found: Judged) -> list[tuple[str, str, object, object]]:
    return [
        (one.code.rpartition(".")[2], one.severity, one.params["count"], one.params["rows"])
        for one in found.findings
    ]


def account(found: Judged) -> tuple[int, int, int, int, int]:
    return (found.rows, found.accepted, found.partly, found.refused, found.left_out)


def test_what_follows_a_row_of_sums_is_read(judged: Judge, meter_map: MeterMap) -> None:
    text = "time,kwh\n" + hours(0, 1) + "白班小计,1\n" + hours(2) + "合 计：,3\n" + hours(3) + "total,6\n"
    found = judged(text, meter_map(SUMS))
    assert [one.text for one in found.measurements] == ["0", "1", "2", "3"]
    assert told(found) == [("sum_rows", "info", 3, "4, 6, 8")]
    assert account(found) == (7, 4, 0, 0, 3)


def test_notes_after_the_last_sum_are_left_out_and_told(judged: Judge, meter_map: MeterMap) -> None:
    text = "time,kwh\n" + hours(0, 1) + "合计,1\n注：数据来自DCS,\n制表人：张三\n"
    found = judged(text, meter_map(SUMS))
    assert told(found) == [("sum_rows", "info", 1, "4"), ("rows_after_sums", "info", 2, "5, 6")]
    assert account(found) == (5, 2, 0, 0, 3)


def test_a_row_after_the_sum_that_has_a_number_is_no_note(judged: Judge, meter_map: MeterMap) -> None:
    text = "time,kwh\n" + hours(0) + "合计,0\n2026/1/1 1时,5\n注：,\n" + hours(2)
    found = judged(text, meter_map(SUMS))
    assert [(one.code.rpartition(".")[2], one.where["row"]) for one in found.findings] == [
        ("sum_rows", 3), ("unknown_date_form", 4), ("unknown_date_form", 5), ("gap", 6),
    ]  # fmt: skip
    assert account(found) == (5, 2, 0, 2, 1)


def test_a_row_with_a_time_is_never_a_sum(judged: Judge, meter_map: MeterMap) -> None:
    text = "item,time,kwh\n合计,2026-01-01 00:00,1\n小计,,1\n合计,2026-01-01 01:00,2\n"
    found = judged(text, meter_map(SUMS))
    assert [one.text for one in found.measurements] == ["1", "2"]
    assert told(found) == [("sum_rows", "info", 1, "3")]


def test_a_sum_that_belongs_to_no_unit_lacks_no_key(judged: Judge, meter_map: MeterMap) -> None:
    keyed = ('device = "meter_1"', 'columns = ["unit"]\ndevice = "unit-{unit}"')
    found = judged("time,unit,kwh\n2026-01-01 00:00,1,1\n合计,,1\n", meter_map(SUMS, keyed))
    assert told(found) == [("sum_rows", "info", 1, "3")]
    assert account(found) == (2, 1, 0, 0, 1)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_not_read_after_the_declared_end_is_counted_and_told(
    kind: str, judged: Judge, meter_map: MeterMap, workbook: Workbook
) -> None:
    for last, code, severity in (
        ("2026-01-01 01:00", "rows_with_times_after_end", "warning"),
        ("注", "rows_after_end", "info"),
    ):
        rows = [["time", "kwh"], ["2026-01-01 00:00", "0"], ["合计", "0"], [last, "1"]]
        text = "".join(",".join(row) + "\n" for row in rows)
        data: str | bytes = text if kind == "csv" else workbook(data=rows)
        found = judged(data, meter_map(UNTIL), f"meter.{kind}")
        assert told(found) == [(code, severity, 2, "3, 4")]
        assert account(found) == (3, 1, 0, 0, 2)


def test_sums_of_a_workbook_are_left_out_too(judged: Judge, meter_map: MeterMap, workbook: Workbook) -> None:
    rows: list[list[object]] = [
        ["time", "kwh"], ["2026-01-01 00:00", 1], ["合计", 1], ["2026-01-01 01:00", 2], ["合计", 3], ["审核：", "李四"],
    ]  # fmt: skip
    found = judged(workbook(data=rows), meter_map(SUMS), "meter.xlsx")
    assert told(found) == [("sum_rows", "info", 2, "3, 5"), ("rows_after_sums", "info", 1, "6")]
    assert account(found) == (5, 2, 0, 0, 3)
