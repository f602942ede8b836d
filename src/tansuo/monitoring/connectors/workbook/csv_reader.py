"""CSV of any encoding and delimiter → Table. A row that cannot be read is refused by its line number."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tansuo.monitoring.connectors.workbook.cells import Cell, Problem
from tansuo.monitoring.connectors.workbook.encoding import Decoded, broken, decode
from tansuo.monitoring.connectors.workbook.headers import joined
from tansuo.monitoring.connectors.workbook.limits import LIMITS, Limits, refuse
from tansuo.monitoring.connectors.workbook.mapping import FileRule
from tansuo.monitoring.connectors.workbook.sums import is_sum, words_only
from tansuo.monitoring.connectors.workbook.tables import Table
from tansuo.quantity.finding import Finding

Keep = Callable[[Sequence[str]], Sequence[str]]
"""From all headers to those whose cells are wanted."""

_CANDIDATES = (",", ";", "\t", "|")
_SHOWN = {"\t": "tab", " ": "blank"}
_SAMPLE = 40


def read_csv(
    data: bytes, file: str, rule: FileRule, keep: Keep, limits: Limits = LIMITS, first_rows: int | None = None
) -> Table:
    """The wanted columns of a CSV, of its first rows alone if given. FindingError where there is no table at all."""
    decoded = decode(data, rule.encoding)
    if "\0" in decoded.text[:4096]:
        raise refuse("not_text", file)
    lines = io.StringIO(decoded.text, newline="").readlines()
    delimiter, header = rule.delimiter, rule.header
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip("\r\n")) == 5:
        delimiter, header = lines[0][4], header + 1
    if delimiter == "auto":
        delimiter = sniff(lines[header - 1 :]) or ","
    records = records_of(lines, delimiter, header)
    first = next(records, None)
    if first is None or isinstance(first[1], str):
        raise refuse("no_header", file, header=header)
    number, cells = first
    if broken("".join(cells)):
        raise refuse("header_encoding", file, encoding=decoded.encoding, row=number, likely=_likely(data))
    names = [cells]
    while len(names) < rule.header_rows:
        more = next(records, None)
        if more is None or isinstance(more[1], str):
            raise refuse("no_header", file, header=header + len(names))
        names.append(more[1])
    headers = joined(names)
    _judge_width(headers, lines[header - 1 :], delimiter, file, limits)
    return _table(decoded, file, headers, records, rule, keep, limits, first_rows)


def _likely(data: bytes) -> str:
    return decode(data).encoding


def sniff(lines: Sequence[str]) -> str | None:
    """The delimiter that parts the first lines into the most columns of one width, None where none does."""
    sample = [line for line in lines[:_SAMPLE] if line.strip()]
    best: tuple[int, int, str] | None = None
    for candidate in _CANDIDATES:
        try:
            widths = Counter(len(row) for row in csv.reader(sample, delimiter=candidate) if row)
        except csv.Error:
            continue
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        if width > 1 and (best is None or (times, width) > best[:2]):
            best = (times, width, candidate)
    return best[2] if best else None


def _judge_width(headers: list[str], lines: Sequence[str], delimiter: str, file: str, limits: Limits) -> None:
    if len(headers) > limits.columns:
        raise refuse("too_many_columns", file, columns=len(headers), limit=limits.columns)
    likely = sniff(lines)
    if len(headers) == 1 and likely and likely != delimiter:
        names = {"declared": _SHOWN.get(delimiter, delimiter), "likely": _SHOWN.get(likely, likely)}
        raise refuse("wrong_delimiter", file, **names)


def records_of(lines: list[str], delimiter: str, start: int) -> Iterator[tuple[int, list[str] | str]]:
    """(line number, cells) of each record from line ``start`` on; a text instead of cells says why not.

    After a record that cannot be read, reading goes on at the next line, so that an open quote costs one row
    and not the rest of the file.
    """
    at = start - 1
    while at < len(lines):
        rest = (lines[place] for place in range(at, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        begin = at
        try:
            for cells in reader:
                if cells and any(cell.strip() for cell in cells):
                    yield begin + 1, cells
                begin = at + reader.line_num
            return
        except csv.Error as error:
            yield begin + 1, str(error)
            at = begin + 1


def _table(
    decoded: Decoded,
    file: str,
    headers: list[str],
    records: Iterator[tuple[int, list[str] | str]],
    rule: FileRule,
    keep: Keep,
    limits: Limits,
    first_rows: int | None,
) -> Table:
    wanted = [(name, headers.index(name)) for name in keep(headers)]
    table = Table(file, "", headers, [], {})
    table.notes.append(_said(decoded, file))
    rows: list[int] = []
    kept: list[list[Cell]] = [[] for _ in wanted]
    skip = rule.skip
    for number, cells in records:
        if skip:
            skip -= 1
            continue
        if table.beyond or (not isinstance(cells, str) and cells[0].strip() in rule.until):
            _go_beyond(table, wanted, number, cells)
            continue
        if len(rows) == first_rows:
            break
        if len(rows) >= limits.rows:
            raise refuse("too_many_rows", file, limit=limits.rows)
        problem = _row_problem(cells, len(headers), decoded.encoding)
        if problem:
            table.refused.append(number)
            if words_only(cells):
                table.asides.add(number)
            code = f"monitoring.workbook.{problem.code}"
            table.findings.append(Finding(code, table.where(number), problem.params))
            continue
        if is_sum(cells[0], rule.sums):
            table.summed.add(number)
        rows.append(number)
        for column, (_, index) in zip(kept, wanted, strict=True):
            column.append(cells[index].strip() or None)
    table.rows = rows
    table.columns = {name: column for (name, _), column in zip(wanted, kept, strict=True)}
    return table


def _go_beyond(
    table: Table, wanted: Sequence[tuple[str, int]], number: int, cells: Sequence[str] | str
) -> None:
    """Keep the cells of a row after the end of the table, so that it can be said what is not read."""
    table.beyond.append(number)
    for name, at in wanted:
        text = cells[at].strip() if not isinstance(cells, str) and at < len(cells) else ""
        table.beyond_cells.setdefault(name, []).append(text or None)


def _row_problem(cells: list[str] | str, width: int, encoding: str) -> Problem | None:
    if isinstance(cells, str):
        return Problem("csv_row", {"reason": cells})
    if len(cells) != width and (len(cells) < width or any(cell.strip() for cell in cells[width:])):
        return Problem("row_width", {"cells": len(cells), "columns": width})
    for cell in cells:
        if broken(cell):
            return Problem("mixed_encoding", {"encoding": encoding})
    return None


def _said(decoded: Decoded, file: str) -> Finding:
    code = "encoding_detected" if decoded.sure else "encoding_assumed"
    if not decoded.detected:
        code = "encoding_declared"
    return Finding(f"monitoring.workbook.{code}", {"file": file}, {"encoding": decoded.encoding}, "info")
