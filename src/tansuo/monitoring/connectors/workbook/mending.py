"""Mends that change no meaning: full-width digits, signs and thousands marks that can be read in one way only.

A mend is never made silently: each is listed with what stood there, what stands there now, and by which rule.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tansuo.monitoring.connectors.workbook.cells import NumberStyle, number
from tansuo.monitoring.connectors.workbook.grids import Grid
from tansuo.quantity.finding import Finding

MendRule = Literal["full_width", "thousands"]

_MENDABLE = ("not_a_number", "separator", "unknown_date_form", "no_whole_number")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", re.ASCII)
_CERTAIN = re.compile(r"[+-]?[0-9]{1,3}(?:(?:,[0-9]{3}){2,}(?:\.[0-9]+)?|(?:,[0-9]{3})+\.[0-9]+)", re.ASCII)
_SIGNS = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2013": "-"})


@dataclass(frozen=True, slots=True)
class Mend:
    """One cell that was mended: where it is, its text before and after, and by which rule."""

    sheet: str
    row: int
    column: int
    before: str
    after: str
    rule: MendRule


def mends(
    grids: Sequence[Grid], findings: Iterable[Finding], columns: Mapping[tuple[str, str], int]
) -> list[Mend]:
    """The mends that the cells named by ``findings`` allow, in the order of the findings.

    ``columns`` gives the place of a header: (sheet, header) → column from 0. Thousands commas are certain where
    a text of the same column has two of them or decimals after one: 1,234 alone might be a decimal comma.
    """
    cells = {
        (one.name, number_): row for one in grids for number_, row in zip(one.numbers, one.rows, strict=True)
    }
    found: list[tuple[str, int, int, str]] = []
    for one in findings:
        place = columns.get((str(one.where.get("sheet", "")), str(one.where.get("column", ""))))
        row = one.where.get("row")
        if place is None or not isinstance(row, int) or one.code.rpartition(".")[2] not in _MENDABLE:
            continue
        sheet = str(one.where.get("sheet", ""))
        line = cells.get((sheet, row), [])
        cell = line[place] if place < len(line) else None
        if isinstance(cell, str):
            found.append((sheet, row, place, cell))
    certain = {(sheet, place) for sheet, _, place, text in found if _CERTAIN.fullmatch(_plain(text))}
    made = [_mend(*one, certain=(one[0], one[2]) in certain) for one in found]
    return list(dict.fromkeys(one for one in made if one is not None))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()


def _mend(sheet: str, row: int, column: int, text: str, *, certain: bool) -> Mend | None:
    plain = _plain(text)
    if _GROUPED.fullmatch(plain):
        return Mend(sheet, row, column, text, plain.replace(",", ""), "thousands") if certain else None
    if plain == text or not any(one.isdigit() for one in plain):
        return None
    if isinstance(number(plain, NumberStyle()), tuple) and not re.fullmatch(r"[0-9年月日时:/. -]+", plain):
        return None
    return Mend(sheet, row, column, text, plain, "full_width")
