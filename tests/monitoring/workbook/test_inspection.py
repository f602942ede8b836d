"""What is proposed for a file before it has a map: nobody's unit is taken for another, one bad cell hides nothing."""

import pytest

from tansuo.monitoring.connectors.workbook.grids import HEAD_BYTES, head_of
from tansuo.monitoring.connectors.workbook.inspection import ColumnSeen, describe, look


def columns(text: str) -> dict[str, ColumnSeen]:
    (sheet,) = describe(look(text.encode(), "a.csv")).sheets
    return {one.name: one for one in sheet.columns}


@pytest.mark.parametrize(
    ("header", "unit", "unread"),
    [
        ("购入电 (kWh)", "kWh", ""),
        ("购入电 KWH", "kWh", ""),
        ("购入电（度）", "度", ""),
        ("天然气 (Nm3)", "", "Nm3"),
        ("天然气（标方）", "", "标方"),
        ("燃煤(1#炉)", "", ""),
        ("Purchased electricity", "", ""),
        ("购入电", "", ""),
    ],
)
def test_a_unit_that_is_none_is_kept_as_it_is_written(header: str, unit: str, unread: str) -> None:
    seen = columns(f"时间,{header}\n2026-03-20 07:00,1\n2026-03-20 08:00,2\n")[header]
    assert (seen.unit, seen.unit_unread) == (unit, unread)


def test_the_row_under_the_names_says_the_units() -> None:
    seen = columns("时间,购入电,天然气,备注\n,kWh,Nm3,\n2026-03-20 07:00,1,2,\n2026-03-20 08:00,2,3,\n")
    assert [(one.unit, one.unit_unread) for one in seen.values()] == [
        ("", ""), ("kWh", ""), ("", "Nm3"), ("", ""),
    ]  # fmt: skip


def test_a_date_that_is_none_does_not_hide_the_others() -> None:
    good = "".join(f"2026-03-20 0{hour}:00,1\n" for hour in range(5))
    seen = columns(f"时间,购入电\n{good}2026-02-30 07:00,1\n三月二十日,1\n")["时间"]
    assert (seen.holds, seen.formats, seen.times_as_text) == ("time", ("%Y-%m-%d %H:%M",), True)
    notes = columns(f"说明,购入电\n{good}早,1\n")["说明"]
    assert (notes.holds, notes.formats) == ("text", ())


def test_dates_of_several_forms_are_seen_as_such() -> None:
    mixed = ["2026-03-20 07:00", "2026/03/20 08:00", "2026年03月20日 09:00", "2026-03-20 10:00"]
    (sheet,) = describe(
        look("".join(["时间,购入电\n", *(f"{one},1\n" for one in mixed)]).encode(), "a.csv")
    ).sheets
    seen = sheet.columns[0]
    assert (seen.holds, seen.formats, seen.times_as_text) == ("time", ("%Y-%m-%d %H:%M",), True)
    assert seen.other_formats == ("%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M")
    assert sheet.step == "1h"
    assert columns("时间,购入电\n2026-03-20 07:00,1\n2026-03-20 08:00,1\n")["时间"].other_formats == ()


def test_rows_of_sums_and_notes_do_not_hide_the_times() -> None:
    rows = [
        "2026-03-20 07:00,1",
        "白班合计,1",
        "2026/03/20 08:00,1",
        "2026-03-20 09:00,1",
        "合计,3",
        "注：抄表,",
    ]
    seen = columns("时间,购入电\n" + "\n".join(rows) + "\n")["时间"]
    assert (seen.holds, seen.formats, seen.filled) == ("time", ("%Y-%m-%d %H:%M",), 6)
    assert seen.other_formats == ("%Y/%m/%d %H:%M",)


def test_one_of_the_times_does_not_decide_for_a_column_of_words() -> None:
    seen = columns("时间,购入电\n早,1\n中,1\n晚,1\n2026-03-20 07:00,1\n")["时间"]
    assert (seen.holds, seen.formats, seen.times_as_text) == ("text", (), False)


def test_what_stands_after_a_line_of_megabytes_is_seen() -> None:
    long = "2026-03-20 07:00," + "9" * (HEAD_BYTES + 1)
    text = f"时间,购入电\n{long}\n2026-03-20 08:00,5\n"
    seen = columns(text)
    assert (seen["时间"].samples, seen["购入电"].samples) == (("2026-03-20 08:00",), ("5",))
    assert head_of(text.encode()) == text.encode()
    short = b"2026-03-20 08:00,5\n" * (HEAD_BYTES // 10)
    assert HEAD_BYTES - 20 < len(head_of(short)) <= HEAD_BYTES
