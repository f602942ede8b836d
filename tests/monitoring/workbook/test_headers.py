"""Names of columns in several rows: merged cells are spread, the inspection and the reader say the same names."""

from collections.abc import Callable
from typing import Any

import pytest

from tansuo.monitoring.connectors.workbook import Judged, judge, read_mapping
from tansuo.monitoring.connectors.workbook.headers import joined
from tansuo.monitoring.connectors.workbook.inspection import SheetSeen, describe, fits, look

Judge = Callable[..., Judged]
Workbook = Callable[..., bytes]

NAMES = ["时间", "燃料 自备锅炉燃煤", "燃料 加热炉天然气", "电力 购入电"]
MAP = """
map = "ledger"
[file]
header = 3
header_rows = 2
skip = 1
[timestamp]
column = "时间"
formats = ["%Y-%m-%d %H:%M"]
label = "start"
step = "1h"
zone = "Asia/Shanghai"
[key]
device = "d"
[[series]]
name = "gas"
id = "firm.gas"
value = "燃料 加热炉天然气"
unit = "m3"
decimals = 2
indicator = "gas"
"""


def ledger(book: Any, sheet: Any) -> None:
    sheet.merge_range(0, 0, 0, 3, "能源消费小时台账")
    sheet.merge_range(1, 0, 1, 3, "填报人：张三")
    sheet.merge_range(2, 0, 3, 0, "时间")
    sheet.merge_range(2, 1, 2, 2, "燃料")
    sheet.write_row(2, 3, ["电力"])
    sheet.write_row(3, 1, ["自备锅炉燃煤", "加热炉天然气", "购入电"])
    sheet.write_row(4, 1, ["t", "万Nm3@20C", "kWh"])
    for hour in range(3):
        sheet.write_row(5 + hour, 0, [f"2026-11-13 {hour:02d}:00", 20 + hour, 0.5, 30000])


def seen(data: bytes, name: str, header: int | None = None) -> SheetSeen:
    (sheet,) = describe(look(data, name), header).sheets
    return sheet


@pytest.mark.parametrize("header", [None, 3, 4])
def test_a_merged_header_of_two_rows_gives_every_column(header: int | None, workbook: Workbook) -> None:
    sheet = seen(workbook(台账=ledger), "a.xlsx", header)
    assert (sheet.header, sheet.header_rows, sheet.skip) == (3, 2, 1)
    assert [one.name for one in sheet.columns] == NAMES
    assert [(one.letter, one.holds, one.unit) for one in sheet.columns] == [
        ("A", "time", ""), ("B", "number", "t"), ("C", "number", "万Nm3@20C"), ("D", "number", "kWh"),
    ]  # fmt: skip
    assert sheet.step == "1h"


def test_the_reader_takes_the_same_names_as_the_inspection(workbook: Workbook) -> None:
    data, mapping = workbook(台账=ledger), read_mapping(MAP.encode(), "map.toml")
    assert fits(mapping, look(data, "a.xlsx"))
    found = judge(data, "a.xlsx", mapping)
    assert found.tables[0].headers == NAMES
    assert ([one.text for one in found.measurements], found.findings) == (["0.5"] * 3, [])


def test_names_whose_gaps_fill_each_other_are_joined_without_merging() -> None:
    text = "时间,燃料,,电力\n,燃煤,天然气,购入电\n2026-11-13 00:00,1,2,3\n2026-11-13 01:00,1,2,3\n"
    sheet = seen(text.encode(), "a.csv")
    assert (sheet.header, sheet.header_rows) == (1, 2)
    assert [one.name for one in sheet.columns] == ["时间", "燃料 燃煤", "天然气", "电力 购入电"]
    changes = MAP.replace("header = 3", "header = 1").replace("skip = 1", "skip = 0")
    mapping = read_mapping(changes.replace("燃料 加热炉天然气", "天然气").encode(), "map.toml")
    assert [one.text for one in judge(text.encode(), "a.csv", mapping).measurements] == ["2", "2"]


@pytest.mark.parametrize(
    "text",
    [
        "时间,燃煤,备注\n,t,\n2026-11-13 00:00,1,\n2026-11-13 01:00,1,\n",
        "时间,燃煤\n2026-11-13 00:00,1\n2026-11-13 01:00,1\n",
        "台账,,\n时间,燃煤,备注\n2026-11-13 00:00,1,\n2026-11-13 01:00,1,\n",
        "时间,燃煤,备注\n2026-11-13 00:00,停机,检修\n2026-11-13 01:00,1,\n",
    ],
)
def test_a_row_of_units_or_data_or_a_title_is_no_row_of_names(text: str) -> None:
    assert seen(text.encode(), "a.csv").header_rows == 1


def test_a_merged_name_counts_for_all_its_cells_once() -> None:
    rows = [["日期", "电", "", ""], ["", "峰", "谷", ""]]
    assert joined(rows, 4, [(4, 0, 5, 0), (4, 1, 4, 2), (0, 0, 0, 3)]) == ["日期", "电 峰", "电 谷"]
    assert joined([["a ", " b  c", ""]]) == ["a", "b c"]
