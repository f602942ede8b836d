"""Tables as files: the digits stay, a text is no formula, and a synthetic table says so."""

import csv
import io
import json

from python_calamine import CalamineWorkbook

from tansuo.reporting.tables import Column, Table, file_of

COLUMNS = (Column("name", "Name"), Column("value", "Value", number=True))


def table(*rows: tuple[str, str | None], label: str = "演示数据 synthetic") -> Table:
    return Table(
        "Firms", COLUMNS, [{"name": name, "value": value} for name, value in rows], [("Period", "2026-04")], "Notes",
        label,
    )  # fmt: skip


def csv_rows(made: Table) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file_of(made, "csv").decode("utf-8-sig"))))


def test_csv_and_json_keep_every_digit_and_leave_what_is_missing_empty() -> None:
    made = table(("a", "1234567890123456789.1200"), ("b", None), ("c", "-0.50"))
    assert csv_rows(made)[1:] == [["a", "1234567890123456789.1200"], ["b", ""], ["c", "-0.50"]]
    rows = json.loads(file_of(made, "json"))["rows"]
    assert [row["value"] for row in rows] == ["1234567890123456789.1200", None, "-0.50"]


def test_a_text_that_looks_like_a_formula_is_none() -> None:
    made = table(("=HYPERLINK(1)", "1"), ("@cmd", "-2"), ("plain", "3"))
    assert [row[0] for row in csv_rows(made)[1:]] == ["'=HYPERLINK(1)", "'@cmd", "plain"]
    assert [row[1] for row in csv_rows(made)[1:]] == ["1", "-2", "3"]


def test_a_number_too_long_for_a_spreadsheet_stays_text() -> None:
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(file_of(table(("a", "12.50"), ("b", "1234567890123456.5")), "xlsx"))
    )
    rows = [row for row in book.get_sheet_by_index(0).to_python() if row[0] in ("a", "b")]
    assert rows == [["a", 12.5], ["b", "1234567890123456.5"]]


def test_only_a_synthetic_table_carries_the_label() -> None:
    for label, count in (("演示数据 synthetic", 2), ("", 0)):
        book = CalamineWorkbook.from_filelike(io.BytesIO(file_of(table(("a", "1"), label=label), "xlsx")))
        said = [str(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
        assert sum("演示数据" in text for text in said) == count
        assert json.loads(file_of(table(("a", "1"), label=label), "json"))["synthetic"] is bool(label)
