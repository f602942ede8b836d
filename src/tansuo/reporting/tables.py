"""Tables as files: CSV, XLSX and JSON of one table, with the same columns and the same digits in each.

A number leaves as the decimal text it is. In XLSX it is a number where a spreadsheet's fifteen digits hold it
exactly, else text. A synthetic table says so in a column, and on every sheet.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, Literal

import xlsxwriter

Form = Literal["csv", "xlsx", "json"]

MEDIA_TYPES: Mapping[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}

SPREADSHEET_DIGITS = 15
"""So many significant digits a spreadsheet's numbers keep."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Characters with which a spreadsheet takes a text for a formula."""

Value = str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in JSON, its heading, whether it holds numbers, and its width in characters."""

    key: str
    heading: str
    number: bool = False
    width: int = 14


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts by column key, None where there is nothing.

    `notes` are facts about the table (heading, value), which CSV leaves out: the columns carry what matters.
    `label` is what a synthetic table says of itself on every sheet; "" for one that is not.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Value]]
    notes: Sequence[tuple[str, str]]
    notes_title: str
    label: str


def file_of(table: Table, form: Form) -> bytes:
    """The table as a file of one form."""
    if form == "csv":
        return _csv(table)
    if form == "xlsx":
        return _xlsx(table)
    return _json(table)


def _csv(table: Table) -> bytes:
    """RFC 4180 in UTF-8, with the mark by which spreadsheets know it."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.heading for column in table.columns])
    for row in table.rows:
        writer.writerow([_safe(row.get(column.key), column) for column in table.columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(value: Value, column: Column) -> str:
    """A text that no spreadsheet takes for a formula; numbers stay as they are."""
    if value is None:
        return ""
    return f"'{value}" if not column.number and value.startswith(_FORMULA) else value


def _json(table: Table) -> bytes:
    body = {
        "title": table.title,
        "label": table.label,
        "synthetic": bool(table.label),
        "notes": dict(table.notes),
        "columns": [{"key": one.key, "heading": one.heading} for one in table.columns],
        "rows": [{one.key: row.get(one.key) for one in table.columns} for row in table.rows],
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def _xlsx(table: Table) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheets = _Sheets(book, table)
    sheets.rows()
    sheets.notes()
    book.close()
    return out.getvalue()


class _Sheets:
    """The two sheets of a workbook: the rows, and what they are."""

    def __init__(self, book: Any, table: Table) -> None:
        self.book, self.table = book, table
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.label = book.add_format({"bold": True, "font_color": "#B42318"})
        self.head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.text = book.add_format({"num_format": "@"})
        self._numbers: dict[int, Any] = {}

    def rows(self) -> None:
        """The table itself, its heading frozen and filterable."""
        sheet, top = self._sheet(self.table.title)
        columns = self.table.columns
        for at, column in enumerate(columns):
            sheet.write_string(top, at, column.heading, self.head)
            sheet.set_column(at, at, column.width)
        for number, row in enumerate(self.table.rows, top + 1):
            for at, column in enumerate(columns):
                self._cell(sheet, number, at, row.get(column.key), column)
        sheet.freeze_panes(top + 1, 1)
        sheet.autofilter(top, 0, max(top + 1, top + len(self.table.rows)), len(columns) - 1)

    def notes(self) -> None:
        """What the table is, as of when, and by which method."""
        sheet, top = self._sheet(self.table.notes_title)
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 1, 80)
        for number, (heading, value) in enumerate(self.table.notes, top):
            sheet.write_string(number, 0, heading, self.head)
            sheet.write_string(number, 1, value, self.text)

    def _sheet(self, title: str) -> tuple[Any, int]:
        """A sheet with its title and label; and the row below them."""
        sheet = self.book.add_worksheet(title[:31])
        sheet.write_string(0, 0, self.table.title, self.title)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        if self.table.label:
            sheet.write_string(1, 0, self.table.label, self.label)
            sheet.set_header(f"&C{self.table.label}")
        return sheet, 3

    def _cell(self, sheet: Any, row: int, at: int, value: Value, column: Column) -> None:
        if value is None:
            return
        digits = value.lstrip("-0.").replace(".", "")
        if column.number and len(digits) <= SPREADSHEET_DIGITS:
            sheet.write_number(row, at, Decimal(value), self._number(value))
        else:
            sheet.write_string(row, at, value, self.text)

    def _number(self, value: str) -> Any:
        places = len(value.partition(".")[2])
        if places not in self._numbers:
            form = "#,##0" + ("." + "0" * places if places else "")
            self._numbers[places] = self.book.add_format({"num_format": form})
        return self._numbers[places]
