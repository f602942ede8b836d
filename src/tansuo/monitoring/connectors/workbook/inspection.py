"""What a file looks like before it has a map: sheets, header row, columns with what they hold.

These are proposals for a person who maps the columns; nothing here decides a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from tansuo.monitoring.connectors.workbook.cells import Cell, NumberStyle, cell_text, number, shown
from tansuo.monitoring.connectors.workbook.grids import Grid, read_grids
from tansuo.monitoring.connectors.workbook.headers import joined, linked
from tansuo.monitoring.connectors.workbook.limits import LIMITS, Limits
from tansuo.monitoring.connectors.workbook.mapping import Mapping, TableRule
from tansuo.monitoring.connectors.workbook.opening import Kind, needed, unpack
from tansuo.monitoring.connectors.workbook.sums import SUMS, names_sum
from tansuo.monitoring.connectors.workbook.tables import find_column
from tansuo.monitoring.connectors.workbook.timestamps import compile_format, read_text
from tansuo.monitoring.connectors.workbook.xlsx_reader import column_letters
from tansuo.quantity.unit import UnitError, parse_unit

Holds = Literal["number", "time", "text", "mixed", "empty"]

LOOKED_AT = 200
_HEADER_WITHIN = 15
_DEEPEST = 4
"""How many rows the names of columns may take."""
_SAMPLES = 5
_HEAD = 12
_PARTS = re.compile(r"[（(\[【]([^()（）\[\]【】]+)[)）\]】]|[/\s]\s*([^/\s()（）]+)$")
TIME_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y%m%d%H%M%S", "%Y%m%d%H%M",
    "%Y年%m月%d日 %H:%M", "%Y年%m月%d日%H时", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d",
    "%Y-%m", "%Y/%m", "%Y.%m", "%Y年%m月", "%Y年%m月份", "%Y%m", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
)  # fmt: skip
"""Ways of writing a time that are tried on a column of texts."""
_SPELLED = {one.casefold(): one for one in ("kWh", "万kWh", "MWh", "GJ", "MJ", "t", "kg", "tce")}
"""Units by their letters alone: KWH in a header can mean one thing only, and a person sees what is proposed."""
_UNIT_LIKE = re.compile(
    r"[万千百亿兆]?\s?[kmg]?(wh|j|w)|[万千百亿]?\s?(n?m[3³](/\w+)?|tce|kg|t|l)|.{0,4}(吨|度|瓦时|焦|方|升|标煤)",
    re.IGNORECASE,
)
"""What somebody has meant as a unit, though it is none that is known: Nm3 without its temperature, 万方."""


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column: its header as written, its letter, what its cells hold, and first samples.

    ``unit`` is what the header says in brackets, or the row of units under it, where it is a unit;
    ``unit_unread`` is what stands there as one and is none that is known, so that nobody takes the plan's unit
    for it. ``formats`` are the ways of writing a time that fit every text of the column, or where some are no
    times at all, most of them: more than one means that a person must say which (3/4/2026). ``other_formats`` fit
    texts that the first of these does not, in a column that is written in several ways.
    """

    name: str
    letter: str
    holds: Holds
    filled: int
    samples: tuple[str, ...]
    unit: str
    unit_unread: str
    formats: tuple[str, ...]
    other_formats: tuple[str, ...]
    times_as_text: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """One sheet: how many rows, the likely header row (1-based), how many rows make the names, columns.

    ``skip`` are rows after the names that are no data.

    ``head`` are the first rows as text, header and all, for a person to look at.
    """

    name: str
    rows: int
    header: int
    header_rows: int
    skip: int
    merged: bool
    columns: tuple[ColumnSeen, ...]
    step: str
    formulas: int
    head: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A file: its kind, for text the encoding and delimiter, and its sheets."""

    kind: Kind
    encoding: str
    delimiter: str
    sheets: tuple[SheetSeen, ...]


def look(data: bytes, name: str, sheet: str | None = None, limits: Limits = LIMITS) -> list[Grid]:
    """The first rows of every sheet of a file, or of one sheet. FindingError where it is no table file."""
    return read_grids(unpack(data, name, limits), name, limits, LOOKED_AT + _HEADER_WITHIN, sheet)


def describe(grids: Sequence[Grid], header: int | None = None) -> Seen:
    """What the first rows look like; ``header``: take that row (1-based) as the row of the names."""
    first = grids[0]
    return Seen(first.kind, first.encoding, first.delimiter, tuple(_sheet(one, header) for one in grids))


def fits(mapping: Mapping, grids: Sequence[Grid]) -> bool:
    """Whether a file has every sheet and column that a map reads."""
    return all(_has(rule, grids) for rule in mapping.tables)


def _has(rule: TableRule, grids: Sequence[Grid]) -> bool:
    wanted = rule.file.sheet
    named = [one for at, one in enumerate(grids, 1) if wanted in (one.name, at) or not one.name]
    if not named or rule.file.format not in ("auto", named[0].kind):
        return False
    grid = named[0]
    number = 0 if grid.kind == "parquet" else rule.file.header
    if number not in grid.numbers:
        return False
    headers = names_of(grid, grid.numbers.index(number), rule.file.header_rows)
    across = rule.across
    if across is not None and not any(across.pattern.fullmatch(one) for one in headers):
        return False
    made = {across.value, across.part} if across else set()
    return all(
        find_column(headers, rule.aliases.get(name, (name,))) is not None
        for name in needed(rule)
        if name not in made
    )


def _sheet(grid: Grid, header: int | None) -> SheetSeen:
    top = 0 if grid.kind == "parquet" else _header(grid, header)
    top, deep = (0, 1) if grid.kind == "parquet" else _names_rows(grid, top)
    names = names_of(grid, top, deep)
    at = top + deep - 1
    skip = _skip(grid, at)
    body = grid.rows[at + 1 + skip :]
    times = Counter(name for name in names if name)
    under = grid.rows[at + 1] if skip else []
    columns = tuple(
        _column(
            name,
            place,
            [row[place] if place < len(row) else None for row in body],
            times[name] > 1,
            _units(name, under[place] if place < len(under) else None),
        )
        for place, name in enumerate(names)
        if name
    )
    merged = any(first <= at <= last or last < at for first, _, last, _ in grid.merged)
    number_of = grid.numbers[top] if grid.numbers else 1
    formulas = sum(1 for row, _ in grid.formulas if row > at)
    head = tuple(tuple(shown(cell) for cell in row) for row in grid.rows[:_HEAD])
    return SheetSeen(
        grid.name,
        grid.total,
        number_of,
        deep,
        skip,
        merged,
        columns,
        _step(columns, names, body),
        formulas,
        head,
    )


def _header(grid: Grid, wanted: int | None) -> int:
    """The place of the header row: the fullest of the first rows that holds texts only, before numbers."""
    if wanted is not None and wanted in grid.numbers:
        return grid.numbers.index(wanted)
    rows = grid.rows[:_HEADER_WITHIN]
    filled = [sum(1 for cell in row if cell is not None) for row in rows]
    most = max(filled, default=0)
    for at, row in enumerate(rows):
        cells = [cell for cell in row if cell is not None]
        texts = all(isinstance(cell, str) and _number(cell) is None for cell in cells)
        if texts and cells and filled[at] * 10 >= most * 6 and not _only_times(cells):
            following = rows[at + 1] if at + 1 < len(rows) else []
            if len(following) and filled[at + 1] > filled[at] and _all_text(following) and at + 2 < len(rows):
                continue  # a row of groups above the names proper
            return at
    return 0


def names_of(grid: Grid, at: int, deep: int) -> list[str]:
    """The names of the columns of a sheet that stand in ``deep`` rows from place ``at`` on, as a reader joins them."""
    rows = [[cell_text(cell) for cell in cells] for cells in grid.rows[at : at + deep]]
    return joined(rows, at, grid.merged if deep > 1 else ())


def _names_rows(grid: Grid, at: int) -> tuple[int, int]:
    """The first row of the names, and how many there are, where the row at ``at`` is one of them."""
    top = last = at
    while top > 0 and last - top + 1 < _DEEPEST and _linked(grid, top - 1):
        top -= 1
    while last - top + 1 < _DEEPEST and _linked(grid, last):
        last += 1
    return top, last - top + 1


def _linked(grid: Grid, at: int) -> bool:
    """Whether the rows at ``at`` and after it are names both; a row of units is none."""
    if at + 1 >= len(grid.rows):
        return False
    upper, lower = grid.rows[at], grid.rows[at + 1]
    there = [cell for cell in lower if cell is not None]
    if not there or not _all_text(upper) or not _all_text(lower) or any(_is_time(cell) for cell in there):
        return False
    if all(isinstance(cell, str) and (_unit_of(cell) or _unread(cell)) for cell in there):
        return False
    return linked([cell_text(cell) for cell in upper], [cell_text(cell) for cell in lower], at, grid.merged)


def _all_text(row: Sequence[Cell]) -> bool:
    return all(isinstance(cell, str) and _number(cell) is None for cell in row if cell is not None)


def _only_times(cells: Sequence[Cell]) -> bool:
    return all(isinstance(cell, str) and _formats([cell]) for cell in cells)


def _skip(grid: Grid, at: int) -> int:
    """1 where a row of units stands between the names and the numbers."""
    rows = grid.rows[at + 1 : at + 3]
    if len(rows) < 2:
        return 0
    first, second = rows
    numbers = any(_number(cell) is not None or _is_time(cell) for cell in first)
    later = any(_number(cell) is not None for cell in second)
    units = [cell for cell in first if isinstance(cell, str) and (_unit_of(cell) or _unread(cell))]
    return 1 if later and not numbers and units else 0


def _number(cell: Cell) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", cell) if isinstance(cell, str) else cell
    found = number(plain, NumberStyle(thousands=","))
    return found if isinstance(found, Decimal) else None


def _is_time(cell: Cell) -> bool:
    return isinstance(cell, (datetime, date)) or (isinstance(cell, str) and bool(_formats([cell])))


def _column(
    name: str, place: int, cells: Sequence[Cell], repeated: bool, units: tuple[str, str]
) -> ColumnSeen:
    filled = [cell for cell in cells if cell is not None]
    there = [cell for cell in filled if not names_sum(cell, SUMS)] or filled
    texts = [cell for cell in there if isinstance(cell, str)]
    dates = [cell for cell in there if isinstance(cell, (datetime, date))]
    formats = _formats(texts) if texts else ()
    if texts and not formats and not dates and _speaks_of_time(name):
        formats = _most_formats(texts)
    numbers = [cell for cell in there if _number(cell) is not None]
    holds: Holds = "mixed"
    if not there:
        holds = "empty"
    elif (
        (dates and len(dates) + len(texts) == len(there) and (not texts or formats))
        or (dates and _speaks_of_time(name) and len(dates) * 2 > len(there))
        or (formats and len(texts) == len(there) and (len(numbers) < len(there) or _speaks_of_time(name)))
    ):
        holds = "time"
    elif len(numbers) * 10 >= len(there) * 7:
        holds = "number"
    elif len(texts) * 10 >= len(there) * 7:
        holds = "text"
    samples = tuple(dict.fromkeys(shown(cell) for cell in filled))[:_SAMPLES]
    others = _other_formats(texts, formats) if formats and holds == "time" else ()
    return ColumnSeen(
        name, column_letters(place), holds, len(filled), samples, *units, formats, others,
        bool(texts and formats) and holds == "time", repeated,
    )  # fmt: skip


def _speaks_of_time(name: str) -> bool:
    return bool(re.search(r"时间|日期|月份|年月|date|time|month", name, re.IGNORECASE))


def _formats(texts: Sequence[Cell], tried: Sequence[str] = TIME_FORMATS) -> tuple[str, ...]:
    """The formats by which every one of the texts is a real time."""
    fitting: list[str] = []
    for one in tried:
        pattern = compile_format(one)
        if all(isinstance(text, str) and pattern.fullmatch(text) for text in texts):
            moments = [read_text(str(text), (one,)) for text in texts]
            if all(hasattr(moment, "day") for moment in moments):
                fitting.append(one)
    return tuple(fitting)


def _most_formats(texts: Sequence[Cell]) -> tuple[str, ...]:
    """The formats by which the most texts are real times, where most texts are: one date that is none must not hide
    the others, nor a second way of writing them the first.
    """
    fitting = {one: sum(1 for text in texts if _formats([text], (one,))) for one in TIME_FORMATS}
    most = max(fitting.values())
    times = sum(1 for text in texts if _formats([text])) if most * 2 <= len(texts) else most
    return tuple(one for one, many in fitting.items() if many == most) if times * 2 > len(texts) else ()


def _other_formats(texts: Sequence[Cell], formats: Sequence[str]) -> tuple[str, ...]:
    """The formats by which texts are real times that are none by the first of ``formats``."""
    rest = [text for text in texts if not _formats([text], formats[:1])]
    return tuple(one for one in TIME_FORMATS if any(_formats([text], (one,)) for text in rest))


def _units(header: str, under: Cell) -> tuple[str, str]:
    """The unit that a header names in brackets or after its last stroke or blank, or the cell of units under it.

    The second is what stands there in place of a unit and is none that is known; each is "" for none.
    """
    written = [found[1] or found[2] or "" for found in _PARTS.finditer(header)]
    written += [under] if isinstance(under, str) else []
    known = next((unit for one in written if (unit := _unit_of(one))), "")
    return known, "" if known else next((unit for one in written if (unit := _unread(one))), "")


def _bare(text: str) -> str:
    return text.strip().removeprefix("单位").lstrip(":： ").strip("()（） ")


def _unit_of(text: str) -> str:
    named = _SPELLED.get(_bare(text).casefold(), _bare(text))
    try:
        return named if named and parse_unit(named) else ""
    except (UnitError, ValueError):
        return ""


def _unread(text: str) -> str:
    return _bare(text) if _UNIT_LIKE.fullmatch(_bare(text)) else ""


def _step(columns: Sequence[ColumnSeen], names: Sequence[str], body: Sequence[Sequence[Cell]]) -> str:
    """The likely step of the first time column as a map writes it; "" where it cannot be told."""
    seen = next((one for one in columns if one.holds == "time"), None)
    if seen is None:
        return ""
    place = names.index(seen.name)
    moments = sorted(
        {
            found
            for row in body
            if (found := _moment(row[place : place + 1], (*seen.formats[:1], *seen.other_formats)))
        }
    )
    if seen.formats and not any("%d" in one for one in seen.formats):
        return "month"
    gaps = [after - before for before, after in pairwise(moments)]
    if not gaps:
        return ""
    least = min(gaps)
    if least >= timedelta(days=28):
        return "month"
    if least >= timedelta(days=1):
        return "1d"
    minutes = int(least.total_seconds()) // 60
    if minutes and 1440 % minutes == 0:
        return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}min"
    return ""


def _moment(cells: Sequence[Cell], formats: Sequence[str]) -> datetime | None:
    cell = cells[0] if cells else None
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, str) and formats:
        found = read_text(cell, formats)
        day = getattr(found, "day", None)
        if isinstance(day, date):
            clock = getattr(found, "clock", None)
            return datetime.combine(day, time()) + (clock if isinstance(clock, timedelta) else timedelta())
    return None
