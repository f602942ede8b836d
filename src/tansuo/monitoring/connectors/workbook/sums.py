"""How a row of sums, and a note beside a table, are told from a row of data."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from tansuo.monitoring.connectors.workbook.cells import Cell, NumberStyle, number

SUMS = ("合计", "小计", "总计", "累计", "Total")
"""What stands in place of the time, or in the first cell, of a row that sums up others, unless a map says otherwise."""


def is_sum(cell: object, sums: Sequence[str]) -> bool:
    """Whether a first cell is one of the words for a sum, whatever its blanks, width, case and closing colon.

    One that begins with a digit, as times do, is none.
    """
    if not sums or not isinstance(cell, str) or cell[:1].isdigit():
        return False
    return _plain(cell) in _plains(tuple(sums))


def names_sum(cell: Cell, sums: Sequence[str]) -> bool:
    """Whether a cell in which a time was looked for holds a word for a sum (夜班小计, 12日合计)."""
    return isinstance(cell, str) and any(word in _plain(cell) for word in _plains(tuple(sums)))


def words_only(cells: Sequence[str] | str) -> bool:
    """Whether no cell of a row is a number, as in a note or a line of signatures."""
    return not isinstance(cells, str) and not any(
        isinstance(number(cell.strip() or None, NumberStyle(thousands=",")), Decimal) for cell in cells
    )


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).rstrip(":").casefold()


@lru_cache(maxsize=64)
def _plains(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain for word in words if (plain := _plain(word)))
