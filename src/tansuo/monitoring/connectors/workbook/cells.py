"""Cells: what a file holds at one row and column, and the exact number or text that it stands for.

A reader gives every cell as one of the types below. Binary doubles never leave the readers: they enter as the
shortest decimal that reads back as the same double.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple, TypeAlias

from tansuo.quantity.decimals import plain


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that its own file declares an error (``#DIV/0!``) or that could not be read; ``text``: which."""

    text: str


Cell: TypeAlias = "str | bool | int | Decimal | datetime | date | time | timedelta | BadCell | None"
"""An empty cell is None; text is stripped of blanks at its ends and never empty."""


class Problem(NamedTuple):
    """Why a cell gives no value: the finding's code and the words it needs."""

    code: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a file writes numbers as text: the decimal mark and, where there is one, the thousands mark."""

    decimal_mark: str = "."
    thousands: str = ""


_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_SEPARATED = re.compile(r"[+-]?[0-9]{1,3}(?:[,. '’\u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+", re.ASCII)
_FORMULA = ("=", "＝", "@", "＠")
_SHOWN = 40


def cell_text(cell: Cell) -> str:
    """The cell as text, for keys, conditions, flags and messages; an empty cell is the empty text."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        whole = cell == cell.to_integral_value()
        return plain(cell.quantize(Decimal(1))) if whole and abs(cell) < 10**20 else plain(cell)
    if isinstance(cell, BadCell):
        return cell.text
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell)


def shown(cell: Cell) -> str:
    """The cell's text for a message, cut where it is long."""
    text = cell_text(cell)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def number(cell: Cell, style: NumberStyle) -> Decimal | Problem | None:
    """The exact number in a cell; None for an empty one; a Problem for anything that is no plain number.

    Text may carry a sign, the declared decimal and thousands marks and an exponent. Nothing is guessed: a
    separator that the map does not declare, a thousands mark that does not stand before each three digits, a per
    cent sign, a formula, a truth value, a date are refused.
    """
    if cell is None or isinstance(cell, Decimal):
        return cell
    if isinstance(cell, bool):
        return Problem("not_a_number", {"value": str(cell)})
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, BadCell):
        return Problem("error_cell", {"value": cell.text})
    if not isinstance(cell, str):
        return Problem("date_for_number", {"value": shown(cell)})
    text = cell
    misplaced = False
    if style.thousands and style.thousands in text:
        misplaced = _grouped(style.thousands, style.decimal_mark).match(text) is None
        text = text.replace(style.thousands, "")
    if style.decimal_mark != ".":
        if "." in text:
            return Problem("separator", {"value": shown(cell)})
        text = text.replace(style.decimal_mark, ".")
    if _NUMBER.fullmatch(text):
        if misplaced:
            return Problem("thousands_misplaced", {"value": shown(cell), "mark": style.thousands})
        return Decimal(plain(Decimal(text))) if "e" in text or "E" in text else Decimal(text)
    return _why_no_number(text, cell)


@cache
def _grouped(thousands: str, decimal_mark: str) -> re.Pattern[str]:
    """One to three digits, then groups of three, up to the decimal mark or the end of the digits."""
    whole = rf"[+-]?[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+"
    return re.compile(rf"{whole}(?:{re.escape(decimal_mark)}[0-9]*)?(?:[eE][+-]?[0-9]{{1,3}})?$", re.ASCII)


def _why_no_number(text: str, cell: str) -> Problem:
    if text.startswith(_FORMULA):
        return Problem("formula_text", {"value": shown(cell)})
    if _SEPARATED.fullmatch(text) or _COMMA.fullmatch(text):
        return Problem("separator", {"value": shown(cell)})
    if text.startswith("#") and text[1:2].isupper():
        return Problem("error_cell", {"value": shown(cell)})
    return Problem("not_a_number", {"value": shown(cell)})
