"""XLSX → Table by calamine, which never calculates: a formula's stored result is what the person saw.

calamine gives an error cell and a formula without a stored result as empty; both are looked up in the sheet's
own XML, so that neither becomes "missing" unsaid.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import MutableSequence, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from tansuo.monitoring.connectors.workbook.cells import BadCell, Cell
from tansuo.monitoring.connectors.workbook.csv_reader import Keep
from tansuo.monitoring.connectors.workbook.headers import joined
from tansuo.monitoring.connectors.workbook.limits import LIMITS, Limits, guard_zip, refuse
from tansuo.monitoring.connectors.workbook.mapping import FileRule
from tansuo.monitoring.connectors.workbook.sums import is_sum
from tansuo.monitoring.connectors.workbook.tables import Table, nearest
from tansuo.quantity.decimals import shortest
from tansuo.quantity.finding import Finding

_LARGEST_AREA = 40_000_000
_ROWS = re.compile(rb"\sr=[\"'][A-Za-z]*([0-9]{1,9})[\"']")
_LETTERS = re.compile(rb"\sr=[\"']([A-Za-z]{1,4})[0-9]{1,9}[\"']")
_SPECIAL = (b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
_REFERENCE = re.compile(r"([A-Za-z]+)([0-9]+)")


def read_xlsx(
    data: bytes, file: str, rule: FileRule, keep: Keep, limits: Limits = LIMITS, first: int | None = None
) -> Table:
    """The wanted columns of one sheet, of its first rows alone if given.

    FindingError where the workbook or the sheet cannot be taken.
    """
    archive = guard_zip(data, file, limits)
    if "xl/workbook.xml" not in archive.namelist():
        raise refuse("zip_no_workbook", file)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = _sheet_name(workbook.sheet_names, rule.sheet, file)
        special = guard_sheet(archive, name, file, limits)
        sheet = workbook.get_sheet_by_name(name)
        grid: list[Sequence[object]] = list(sheet.to_python(skip_empty_area=False))
        merged = [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    except (CalamineError, OSError, ValueError) as error:
        raise refuse("xlsx_broken", file, reason=str(error)) from None
    except BaseException as error:
        # A panic of the Rust reader is no Exception; a file that causes one is a broken file.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse("xlsx_broken", file, reason=str(error)) from None
    top, last = rule.header - 1, rule.header - 1 + rule.header_rows
    rows = [[_header(cell) for cell in cells] for cells in grid[top:last]]
    headers = joined(rows, top, merged if rule.header_rows > 1 else ())
    if len(grid) < last or not headers:
        raise refuse("no_header", file, header=rule.header)
    if len(headers) > limits.columns:
        raise refuse("too_many_columns", file, columns=len(headers), limit=limits.columns)
    return _table(grid, headers, special, file, name, rule, keep, first)


def _sheet_name(names: Sequence[str], wanted: str | int, file: str) -> str:
    if isinstance(wanted, int):
        if 1 <= wanted <= len(names):
            return names[wanted - 1]
    elif wanted in names:
        return wanted
    near = nearest(str(wanted), names)
    raise refuse(
        "no_sheet", file, sheet=wanted, sheets=", ".join(names), near=near or (names[0] if names else "")
    )


class Special:
    """Cells of a sheet that calamine does not tell apart: errors, and formulas with and without a result."""

    def __init__(self) -> None:
        self.errors: dict[tuple[int, int], str] = {}
        self.formulas: set[tuple[int, int]] = set()
        self._row = -1
        self._column = -1
        self._error = False
        self._text: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; rows and cells without a reference stand after the one before."""
        name = name.rpartition(":")[2]
        if name == "row":
            self._row = int(attributes["r"]) - 1 if attributes.get("r", "").isdigit() else self._row + 1
            self._column = -1
        elif name == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            if found:
                self._row, self._column = int(found[2]) - 1, column_number(found[1])
            else:
                self._column += 1
            self._error = attributes.get("t") == "e"
        elif name == "f":
            self.formulas.add((self._row, self._column))
        elif name == "v" and self._error:
            self._text = []

    def end(self, name: str) -> None:
        """An element ends."""
        name = name.rpartition(":")[2]
        if name == "v" and self._text is not None:
            self.errors[self._row, self._column] = "".join(self._text) or "#ERROR"
            self._text = None
        elif name == "c":
            if self._error:
                self.errors.setdefault((self._row, self._column), "#ERROR")
            self._error = False

    def text(self, data: str) -> None:
        """Characters, kept within an error's value only."""
        if self._text is not None:
            self._text.append(data)


def column_number(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def guard_sheet(archive: zipfile.ZipFile, name: str, file: str, limits: Limits) -> Special:
    """The special cells of a sheet, once its area is known to fit: calamine fills all up to the last cell."""
    special = Special()
    xml = archive.read(_sheet_path(archive, name, file))
    rows = max((int(one) for one in set(_ROWS.findall(xml))), default=0)
    columns = max((column_number(one.decode()) + 1 for one in set(_LETTERS.findall(xml))), default=0)
    if rows > limits.rows or columns > limits.columns * 4 or rows * columns > _LARGEST_AREA:
        raise refuse("sheet_too_large", file, sheet=name, rows=rows, columns=columns)
    if any(mark in xml for mark in _SPECIAL):
        _parse(xml, special, file)
    return special


def _parse(xml: bytes, handler: Special, file: str) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise refuse("xlsx_broken", file, reason=str(error)) from None


class _Finder:
    """Pairs of two attributes of one element of a small workbook part."""

    def __init__(self, element: str, key: str, value: str) -> None:
        self.found: dict[str, str] = {}
        self._element, self._key, self._value = element, key, value

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == self._element:
            short = {
                key.rpartition(":")[2] if key != "sheetId" else key: one for key, one in attributes.items()
            }
            if self._key in short and self._value in short:
                self.found[short[self._key]] = short[self._value]


def _pairs(xml: bytes, element: str, key: str, value: str, file: str) -> dict[str, str]:
    finder = _Finder(element, key, value)
    parser = expat.ParserCreate()
    parser.StartElementHandler = finder.start
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise refuse("xlsx_broken", file, reason=str(error)) from None
    return finder.found


def _sheet_path(archive: zipfile.ZipFile, name: str, file: str) -> str:
    try:
        identity = _pairs(archive.read("xl/workbook.xml"), "sheet", "name", "id", file)[name]
        target = _pairs(archive.read("xl/_rels/workbook.xml.rels"), "Relationship", "Id", "Target", file)[
            identity
        ]
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        archive.getinfo(path)
    except KeyError as error:
        raise refuse("xlsx_broken", file, reason=f"no part for sheet {name}: {error}") from None
    return path


def _table(
    grid: MutableSequence[Sequence[object]],
    headers: list[str],
    special: Special,
    file: str,
    sheet: str,
    rule: FileRule,
    keep: Keep,
    first: int | None,
) -> Table:
    start = rule.header - 1 + rule.header_rows + rule.skip
    wanted = [(name, headers.index(name)) for name in keep(headers)]
    table = Table(file, sheet, headers, [], {})
    rows: list[int] = []
    kept: list[list[Cell]] = [[] for _ in wanted]
    for index in range(start, len(grid)):
        cells = grid[index]
        ended = bool(table.beyond) or (bool(rule.until) and str(cells[0]).strip() in rule.until)
        if not any(cell != "" for cell in cells) and not any(
            (index, at) in special.errors for at in range(len(headers))
        ):
            continue
        if ended:
            table.beyond.append(index + 1)
            for name, at in wanted:
                cell = stored_cell(cells[at], (index, at), special)
                table.beyond_cells.setdefault(name, []).append(cell)
            continue
        if len(rows) == first:
            break
        if is_sum(cells[0], rule.sums):
            table.summed.add(index + 1)
        rows.append(index + 1)
        for column, (_, at) in zip(kept, wanted, strict=True):
            column.append(stored_cell(cells[at], (index, at), special))
        grid[index] = ()  # what has been turned is let go: a large sheet is not held twice
    table.rows = rows
    table.columns = {name: column for (name, _), column in zip(wanted, kept, strict=True)}
    _say_formulas(table, wanted, special, start)
    return table


def _header(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    return str(cell)


def stored_cell(value: object, place: tuple[int, int], special: Special) -> Cell:
    """A value of calamine as a cell; ``place`` is (row, column) from 0, to tell errors and bare formulas."""
    if special.errors and place in special.errors:
        return BadCell(special.errors[place])
    if isinstance(value, str):
        text = value.strip()
        if not text and place in special.formulas:
            return BadCell("=")
        return text or None
    if isinstance(value, float):
        text = repr(value)
        return shortest(value) if "e" in text or "n" in text else Decimal(text)
    if isinstance(value, (bool, int, datetime, date, time, timedelta)):
        return value
    return BadCell(str(value))


def _say_formulas(table: Table, wanted: list[tuple[str, int]], special: Special, first: int) -> None:
    """One warning a column whose numbers are results that a formula left in the file."""
    for name, at in wanted:
        places = sorted(row for row, column in special.formulas if column == at and row >= first)
        if places:
            where = {**table.where(places[0] + 1, name), "cell": f"{column_letters(at)}{places[0] + 1}"}
            params: dict[str, str | int] = {"count": len(places)}
            table.findings.append(Finding("monitoring.workbook.formula_results", where, params, "warning"))
