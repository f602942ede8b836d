"""The sender's own file given back with what was found marked in it: coloured cells, comments, and a list.

Values are written as they were read (a formula as its stored result); a CSV comes back as a workbook with the
same rows and columns, so that a row number means the same in both. Rows and columns never move.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import xlsxwriter

from tansuo.monitoring.connectors.workbook.cells import BadCell, Cell, cell_text
from tansuo.monitoring.connectors.workbook.grids import Grid
from tansuo.monitoring.connectors.workbook.listing import SEVERITIES
from tansuo.monitoring.connectors.workbook.mending import Mend
from tansuo.quantity.finding import Finding
from tansuo.quantity.wording import Language, render

_COLOURS = {"error": "#F8C9C4", "warning": "#FBE7A1", "info": "#DCE9F5", "mended": "#CDE9CE"}
_MOST_COMMENTS = 5_000
_EXACT_DIGITS = 15
_WIDTH = 16
_TITLES: Mapping[Language, tuple[str, tuple[str, ...], str]] = {
    "zh": ("问题", ("级别", "工作表", "单元格", "行", "列", "问题与处理", "代码"), "修正"),
    "en": ("Findings", ("severity", "sheet", "cell", "row", "column", "what and remedy", "code"), "Mends"),
}
_MENDS: Mapping[Language, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "zh": (
        ("工作表", "行", "列", "原文", "改为", "规则"),
        {"full_width": "全角字符改半角", "thousands": "去掉千分号"},
    ),
    "en": (
        ("sheet", "row", "column", "before", "after", "rule"),
        {"full_width": "full-width characters made plain", "thousands": "thousands marks removed"},
    ),
}


def marked(
    grids: Sequence[Grid],
    findings: Sequence[Finding],
    columns: Mapping[tuple[str, str], int],
    language: Language,
    mended: Sequence[Mend] = (),
) -> bytes:
    """An .xlsx of all sheets with findings marked, and ``mended`` cells changed and coloured.

    ``columns``: (sheet, header) → column from 0. Sheets are followed by a list of the findings and, where
    something was mended, by a list of the mends.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    formats = {name: book.add_format({"bg_color": colour, "border": 1}) for name, colour in _COLOURS.items()}
    dates = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    names: list[str] = []
    changed = {(one.sheet, one.row, one.column): one for one in mended}
    by_cell: dict[tuple[str, int, int], list[Finding]] = defaultdict(list)
    for one in findings:
        place = _place(one, columns)
        if place is not None and place not in changed:
            by_cell[place].append(one)
    for grid in grids:
        name = _free(grid.name or ("数据" if language == "zh" else "Data"), names)
        sheet = book.add_worksheet(name)
        sheet.set_column(0, 40, _WIDTH)
        _fill(sheet, grid, changed, formats, dates, by_cell)
        _comment(sheet, grid, by_cell, language)
    _list(book, findings, columns, language, names)
    if mended:
        _list_mends(book, mended, language, names)
    book.close()
    return out.getvalue()


def _place(one: Finding, columns: Mapping[tuple[str, str], int]) -> tuple[str, int, int] | None:
    sheet, row = str(one.where.get("sheet", "")), one.where.get("row")
    if not isinstance(row, int):
        return None
    return (sheet, row, columns.get((sheet, str(one.where.get("column", ""))), 0))


def _fill(
    sheet: Any,
    grid: Grid,
    changed: Mapping[tuple[str, int, int], Mend],
    formats: Mapping[str, Any],
    dates: Any,
    by_cell: Mapping[tuple[str, int, int], Sequence[Finding]],
) -> None:
    for number, cells in zip(grid.numbers, grid.rows, strict=True):
        row = max(0, number - 1) if grid.kind != "parquet" else number
        for at, cell in enumerate(cells):
            place = (grid.name, number, at)
            found = by_cell.get(place)
            look = formats[_worst(found)] if found else None
            mend = changed.get(place)
            if mend is not None:
                sheet.write_string(row, at, mend.after, formats["mended"])
            else:
                _write(sheet, row, at, cell, look, dates)


def _worst(found: Sequence[Finding]) -> str:
    return min((one.severity for one in found), key=("error", "warning", "info").index)


def _write(sheet: Any, row: int, column: int, cell: Cell, look: Any, dates: Any) -> None:
    """A cell as it was read; a number that a double would change stays text."""
    if cell is None:
        if look is not None:
            sheet.write_blank(row, column, None, look)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, look)
    elif isinstance(cell, (int, Decimal)) and len(Decimal(cell).as_tuple().digits) <= _EXACT_DIGITS:
        sheet.write_number(row, column, cell, look)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell.replace(tzinfo=None), look or dates)
    elif isinstance(cell, (date, time, timedelta)):
        sheet.write_datetime(row, column, cell, look or dates)
    elif isinstance(cell, BadCell):
        sheet.write_string(row, column, cell.text, look)
    else:
        sheet.write_string(row, column, cell_text(cell), look)


def _comment(
    sheet: Any, grid: Grid, by_cell: Mapping[tuple[str, int, int], Sequence[Finding]], language: Language
) -> None:
    shift = 0 if grid.kind == "parquet" else 1
    mine = [(place, found) for place, found in by_cell.items() if place[0] == grid.name]
    for (_, row, column), found in mine[:_MOST_COMMENTS]:
        lines = [render(Finding(one.code, {}, one.params, one.severity), language) for one in found[:4]]
        sheet.write_comment(max(0, row - shift), column, "\n".join(lines)[:2000], {"x_scale": 2})


def _list(
    book: Any,
    findings: Sequence[Finding],
    columns: Mapping[tuple[str, str], int],
    language: Language,
    names: list[str],
) -> None:
    title, headers, _ = _TITLES[language]
    sheet = book.add_worksheet(_free(title, names))
    sheet.write_row(0, 0, headers, book.add_format({"bold": True}))
    sheet.set_column(0, 4, _WIDTH)
    sheet.set_column(5, 5, 90)
    sheet.freeze_panes(1, 0)
    for at, one in enumerate(findings, 1):
        place = _place(one, columns)
        cell = "" if place is None else xlsxwriter.utility.xl_rowcol_to_cell(max(0, place[1] - 1), place[2])
        said = render(Finding(one.code, {}, one.params, one.severity), language)
        texts = (
            SEVERITIES[language][one.severity], one.where.get("sheet", ""), cell, one.where.get("row", ""),
            one.where.get("column", ""), said, one.code,
        )  # fmt: skip
        for column, text in enumerate(texts):
            sheet.write_string(at, column, str(text))


def _list_mends(book: Any, mended: Sequence[Mend], language: Language, names: list[str]) -> None:
    headers, rules = _MENDS[language]
    sheet = book.add_worksheet(_free(_TITLES[language][2], names))
    sheet.write_row(0, 0, headers, book.add_format({"bold": True}))
    sheet.set_column(0, 5, _WIDTH)
    for at, one in enumerate(mended, 1):
        letters = xlsxwriter.utility.xl_col_to_name(one.column)
        texts = (one.sheet, str(one.row), letters, one.before, one.after, rules[one.rule])
        for column, text in enumerate(texts):
            sheet.write_string(at, column, text)


def _free(wanted: str, names: list[str]) -> str:
    """A sheet's name that no other sheet of the book has, whatever its case, and of at most 31 characters."""
    name, number = wanted[:31], 2
    while name.casefold() in (one.casefold() for one in names):
        name, number = f"{wanted[:26]} ({number})", number + 1
    names.append(name)
    return name
