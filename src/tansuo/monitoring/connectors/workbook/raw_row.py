"""From a measurement's record back to the row it was read from, with every cell as the file has it."""

from __future__ import annotations

from collections.abc import Mapping as Words
from dataclasses import dataclass

from tansuo.monitoring.connectors.workbook.cells import cell_text
from tansuo.monitoring.connectors.workbook.judged import TABLE_SHIFT
from tansuo.monitoring.connectors.workbook.mapping import Mapping
from tansuo.monitoring.connectors.workbook.opening import open_row, unpack


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a received file: sheet ("" where there is none), row number, header → text of the cell."""

    file: str
    sheet: str
    row: int
    cells: Words[str, str]


def raw_row(document: bytes, name: str, mapping: Mapping, record: int) -> RawRow | None:
    """The row that ``record`` of an arrival names, None where the file has no such row.

    FindingError where the file cannot be read (it was read when it arrived, so its bytes differ).
    """
    number, row = record >> TABLE_SHIFT, record & ((1 << TABLE_SHIFT) - 1)
    if number >= len(mapping.tables):
        return None
    table = open_row(unpack(document, name), name, mapping.tables[number].file, row)
    if row not in table.rows:
        return None
    at = table.rows.index(row)
    cells = {header: cell_text(table.columns[header][at]) for header in table.columns}
    return RawRow(name, table.sheet, row, cells)
