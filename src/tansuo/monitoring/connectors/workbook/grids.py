"""Sheets as they stand, cell by cell, before any map: what inspection looks at and what is given back marked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from tansuo.monitoring.connectors.workbook.cells import Cell
from tansuo.monitoring.connectors.workbook.csv_reader import records_of, sniff
from tansuo.monitoring.connectors.workbook.encoding import decode
from tansuo.monitoring.connectors.workbook.limits import LIMITS, Limits, guard_zip, refuse
from tansuo.monitoring.connectors.workbook.mapping import FileRule
from tansuo.monitoring.connectors.workbook.opening import Kind, kind_of
from tansuo.monitoring.connectors.workbook.parquet_reader import read_parquet
from tansuo.monitoring.connectors.workbook.xlsx_reader import guard_sheet, stored_cell

HEAD_BYTES = 1024 * 1024
MOST_SHEETS = 40


@dataclass(slots=True)
class Grid:
    """One sheet: its rows with the numbers an editor shows, each a list of cells.

    ``total`` is how many rows the sheet has (for a CSV of which only the head was read, an estimate).
    ``merged`` are ranges of merged cells as (first row, first column, last row, last column), from 0.
    ``formulas`` are cells whose stored result was taken, as (row, column) from 0. ``encoding`` and
    ``delimiter`` are set for text. A Parquet file's names stand in row 0: its records are counted from 1.
    """

    name: str
    kind: Kind
    numbers: list[int]
    rows: list[list[Cell]]
    total: int
    merged: Sequence[tuple[int, int, int, int]] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()
    encoding: str = ""
    delimiter: str = ""


def head_of(data: bytes, size: int = HEAD_BYTES) -> bytes:
    """The first whole lines of a text of one byte a character or more; workbooks and UTF-16 come back whole."""
    packed = data[:4] in (b"PK\x03\x04", b"PAR1") or data[:2] == b"\x1f\x8b"
    if len(data) <= size or packed or b"\0" in data[:4096]:
        return data
    cut = data.rfind(b"\n", 0, size)
    if cut < size // 2:  # a line as long as this is a fault to be shown with what follows, not the end
        end = data.find(b"\n", size)
        cut = -1 if end < 0 else data.rfind(b"\n", 0, end + 1 + size)
    return data if cut < 0 else data[: cut + 1]


def read_grids(
    data: bytes, file: str, limits: Limits = LIMITS, first: int | None = None, sheet: str | None = None
) -> list[Grid]:
    """Every sheet of an unpacked file (or the one named), of each the ``first`` rows or all of them.

    FindingError where it is no table file, is broken, or holds what is refused (macros, links, passwords).
    """
    kind = kind_of(data, file, FileRule())
    if kind == "csv":
        return [_csv(data, file, limits, first)]
    if kind == "parquet":
        return [_parquet(data, file, limits, first)]
    return _xlsx(data, file, limits, first, sheet)


def _csv(data: bytes, file: str, limits: Limits, first: int | None) -> Grid:
    head = data if first is None else head_of(data)
    decoded = decode(head)
    if "\0" in decoded.text[:4096]:
        raise refuse("not_text", file)
    lines = io.StringIO(decoded.text, newline="").readlines()
    delimiter = sniff(lines) or ","
    numbers: list[int] = []
    rows: list[list[Cell]] = []
    for number, cells in records_of(lines, delimiter, 1):
        if len(rows) == first:
            break
        if len(rows) >= limits.rows:
            raise refuse("too_many_rows", file, limit=limits.rows)
        if len(cells) > limits.columns:
            raise refuse("too_many_columns", file, columns=len(cells), limit=limits.columns)
        numbers.append(number)
        if isinstance(
            cells, str
        ):  # why it cannot be read: of use in a marked copy, nothing to propose columns by
            rows.append([cells] if first is None else [])
        else:
            rows.append([cell.strip() or None for cell in cells])
    if not rows:
        raise refuse("file_empty", file)
    total = numbers[-1] if head is data and len(rows) != first else data.count(b"\n")
    return Grid("", "csv", numbers, rows, total, encoding=decoded.encoding, delimiter=delimiter)


def _parquet(data: bytes, file: str, limits: Limits, first: int | None) -> Grid:
    table = read_parquet(data, file, lambda headers: list(headers), limits, first=first)
    columns = [table.columns[name] for name in table.headers]
    rows: list[list[Cell]] = [list(table.headers), *(list(row) for row in zip(*columns, strict=True))]
    return Grid("", "parquet", [0, *table.rows], rows, len(table.rows))


def _xlsx(data: bytes, file: str, limits: Limits, first: int | None, sheet: str | None) -> list[Grid]:
    archive = guard_zip(data, file, limits)
    if "xl/workbook.xml" not in archive.namelist():
        raise refuse("zip_no_workbook", file)
    grids: list[Grid] = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [one.name for one in workbook.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
        for name in [one for one in shown if sheet in (None, one)][:MOST_SHEETS]:
            special = guard_sheet(archive, name, file, limits)
            found = workbook.get_sheet_by_name(name)
            raw = found.to_python(skip_empty_area=False, nrows=first)
            rows = [
                [stored_cell(cell, (at, place), special) for place, cell in enumerate(cells)]
                for at, cells in enumerate(raw)
            ]
            merged = [(*start, *end) for start, end in found.merged_cell_ranges or ()]
            numbers = list(range(1, len(rows) + 1))
            formulas = frozenset(special.formulas)
            total = max(len(rows), found.total_height)
            grids.append(Grid(name, "xlsx", numbers, rows, total, merged, formulas))
    except (CalamineError, OSError, ValueError) as error:
        raise refuse("xlsx_broken", file, reason=str(error)) from None
    except BaseException as error:
        # A panic of the Rust reader is no Exception; a file that causes one is a broken file.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse("xlsx_broken", file, reason=str(error)) from None
    if not grids:
        raise refuse("zip_no_workbook", file)
    return grids
