"""A table as a reader gives it: columns of cells with the row numbers people see in their editor."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from tansuo.monitoring.connectors.workbook.cells import Cell
from tansuo.monitoring.connectors.workbook.mapping import AcrossRule
from tansuo.quantity.finding import Finding


@dataclass(slots=True)
class Table:
    """The rows of one table, column by column.

    ``rows`` are row numbers as an editor shows them (from 1; for Parquet the number of the record, from 1).
    Rows the reader had to refuse are in ``refused`` with a finding each and are not in ``columns``. ``notes``
    are worth saying but no fault (the encoding found). ``headers`` are the names as written, in order;
    ``origin`` gives, for the cells of a wide table, the header each came from; ``header_of`` the header of
    each column that the map calls otherwise. ``summed`` are rows whose first cell is one of the file's ``sums``,
    ``asides`` those of ``refused`` that hold words only; ``beyond`` are the rows from one of ``until`` on, with
    their cells under the headers read, which are no part of the table.
    """

    file: str
    sheet: str
    headers: list[str]
    rows: Sequence[int]
    columns: dict[str, list[Cell]]
    refused: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    origin: dict[str, list[str]] = field(default_factory=dict)
    header_of: dict[str, str] = field(default_factory=dict)
    summed: set[int] = field(default_factory=set)
    asides: set[int] = field(default_factory=set)
    beyond: list[int] = field(default_factory=list)
    beyond_cells: dict[str, list[Cell]] = field(default_factory=dict)

    def header(self, name: str, place: int) -> str:
        """The header, as written in the file, above the cell at ``place`` of the map's column ``name``."""
        return self.origin[name][place] if name in self.origin else self.header_of.get(name, name)

    def where(self, row: int | None = None, column: str = "") -> dict[str, str | int]:
        """The place of a cell, row or column of this table, for a finding."""
        place: dict[str, str | int] = {"file": self.file}
        if self.sheet:
            place["sheet"] = self.sheet
        if row is not None:
            place["row"] = row
        if column:
            place["column"] = column
        return place


def normal(header: str) -> str:
    """A header for comparing: one spelling of each character, single blanks, no case."""
    return " ".join(unicodedata.normalize("NFKC", header).split()).casefold()


def find_column(headers: Sequence[str], names: Sequence[str]) -> str | None:
    """The header that one of ``names`` means, exactly if possible, else whatever its blanks and case."""
    for name in names:
        if name in headers:
            return name
    loose = {normal(header): header for header in reversed(headers) if header}
    return next((loose[normal(name)] for name in names if normal(name) in loose), None)


def nearest(name: str, headers: Sequence[str]) -> str:
    """The header most like ``name``, or the empty text."""
    loose = {normal(header): header for header in headers if header}
    close = difflib.get_close_matches(normal(name), list(loose), n=1, cutoff=0.5)
    return loose[close[0]] if close else ""


def spread(table: Table, rule: AcrossRule) -> Table:
    """The long form of a wide table: a row for each of its cells under a header that the pattern matches."""
    matched = [(header, found) for header in table.headers if (found := rule.pattern.fullmatch(header))]
    width = len(matched)
    rows = [row for row in table.rows for _ in range(width)]
    columns: dict[str, list[Cell]] = {
        name: [cell for cell in cells for _ in range(width)] for name, cells in table.columns.items()
    }
    parts: list[Cell] = [(found[1] if found.re.groups else header) for header, found in matched]
    columns[rule.part] = parts * len(table.rows)
    cells = [table.columns[header] for header, _ in matched]
    columns[rule.value] = [column[at] for at in range(len(table.rows)) for column in cells]
    names = [header for header, _ in matched]
    return Table(
        table.file, table.sheet, [*table.headers, rule.part, rule.value], rows, columns,
        table.refused, table.findings, table.notes, {rule.value: names * len(table.rows)},
        table.header_of, table.summed, table.asides, table.beyond, table.beyond_cells,
    )  # fmt: skip
