"""Times of rows: text in declared formats, date cells, separate hour columns, counters, the midnight trap.

The result is the label as the file gives it: naive civil time of the row's zone, whole seconds. Which
interval it names (label at start or end) is the monitoring plan's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tansuo.monitoring.connectors.workbook.cells import BadCell, Cell, Problem, cell_text, shown

_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})", "y": r"(?P<y>\d{2})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})", "M": r"(?P<M>\d{1,2})", "S": r"(?P<S>\d{1,2})", "f": r"(?P<f>\d{1,9})",
    "I": r"(?P<I>\d{1,2})", "p": r"(?P<p>[AaPp][Mm]|上午|下午)", "z": r"(?P<z>Z|[+-]\d{2}(?::?\d{2})?)",
    "b": r"(?P<b>[A-Za-z]{3,9})", "j": r"(?P<j>\d{1,3})", "%": "%",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_EXAMPLE = {
    "Y": "2026", "y": "26", "m": "05", "d": "21", "H": "08", "M": "00", "S": "00", "f": "000", "I": "08",
    "p": "AM", "z": "+08:00", "b": "May", "j": "141", "%": "%",
}  # fmt: skip
_ISO_EXAMPLE = "2026-05-21 08:00"
_TICK = timedelta(milliseconds=5)

Parsed = datetime | Problem


class FormatError(ValueError):
    """A date format with a directive that is not understood."""


@cache
def compile_format(text: str) -> re.Pattern[str]:
    """The pattern of a format such as ``%d/%m/%Y %H:%M``; one-digit days, months and hours are read as well.

    Directives: %Y %y (20yy) %m %b %d %j %H (0–24) %I %p %M %S %f %z %%. FormatError for any other.
    """
    parts: list[str] = []
    place = 0
    while place < len(text):
        if text[place] != "%":
            parts.append(r"\s+" if text[place] == " " else re.escape(text[place]))
            place += 1
            continue
        directive = text[place + 1 : place + 2]
        if directive not in _DIRECTIVES:
            raise FormatError(f"%{directive} is not one of " + " ".join("%" + one for one in _DIRECTIVES))
        touching = "%" in (text[place + 2 : place + 3], text[max(0, place - 2) : max(0, place - 1)])
        pattern = _DIRECTIVES[directive]
        # Without a separator only the full width says where one number ends: 2026111 is no date.
        parts.append(pattern.replace("{1,2}", "{2}") if touching else pattern)
        place += 2
    try:
        return re.compile("".join(parts), re.ASCII)
    except re.error as error:
        raise FormatError(str(error)) from None


class Moment:
    """A parsed text: its fields, of which hour 24 is the end of its day."""

    __slots__ = ("clock", "day", "offset")

    def __init__(self, day: date | None, clock: timedelta | None, offset: timedelta | None) -> None:
        self.day = day
        self.clock = clock
        self.offset = offset


def read_text(text: str, formats: Sequence[str]) -> Moment | Problem:
    """The moment in a text by the first format that fits and names a real date; 31/02 is a Problem."""
    impossible = False
    for one in formats:
        found = compile_format(one).fullmatch(text)
        if found is None:
            continue
        try:
            return _moment(found.groupdict())
        except ValueError:
            impossible = True
    if impossible:
        return Problem("no_such_date", {"value": shown(text)})
    said = " | ".join(example(one) for one in formats) or _ISO_EXAMPLE
    return Problem("unknown_date_form", {"value": shown(text), "formats": said})


@cache
def example(text: str) -> str:
    """The 21st of May 2026, 8 o'clock, as a format writes it: %d/%m/%Y is said as 21/05/2026."""
    return re.sub("%(.)", lambda found: _EXAMPLE.get(found[1], found[0]), text)


def _moment(parts: dict[str, str | None]) -> Moment:
    get: Callable[[str], str | None] = parts.get
    year = get("Y")
    if year is None and get("y") is not None:
        year = f"20{get('y')}"
    day: date | None = None
    if year is not None and get("j") is not None:
        day = date(int(year), 1, 1) + timedelta(days=int(get("j") or "") - 1)
        if day.year != int(year):
            raise ValueError("no such day of the year")
    elif year is not None:
        named = get("b")
        month = _MONTHS.index(named[:3].lower()) + 1 if named else int(get("m") or "1")
        day = date(int(year), month, int(get("d") or "1"))
    return Moment(day, _clock(get), _offset(get("z")))


def _clock(get: Callable[[str], str | None]) -> timedelta | None:
    hour_text = get("H") or get("I")
    if hour_text is None:
        return None
    hour = int(hour_text)
    half = get("p")
    if get("I") is not None:
        if not 1 <= hour <= 12:
            raise ValueError("hour of a half day")
        hour = hour % 12 + (12 if half and half.lower() in ("pm", "下午") else 0)
    minute, second = int(get("M") or "0"), int(get("S") or "0")
    whole = timedelta(hours=hour, minutes=minute, seconds=second)
    if minute > 59 or second > 59 or whole > timedelta(days=1):
        raise ValueError("no such time of day")
    return whole


def _offset(text: str | None) -> timedelta | None:
    if text is None:
        return None
    if text == "Z":
        return timedelta()
    digits = text[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or "0"))
    return -span if text[0] == "-" else span


def read_moment(cell: Cell, formats: Sequence[str]) -> Moment | Problem:
    """The moment in a date or time cell, or in a text by ``formats`` (ISO 8601 where there are none)."""
    if isinstance(cell, datetime):
        return _of_datetime(cell)
    if isinstance(cell, date):
        return Moment(cell, None, None)
    if isinstance(cell, time):
        return Moment(None, timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second), None)
    if isinstance(cell, timedelta):
        return Moment(None, cell, None)
    if cell is None:
        return Problem("time_empty", {})
    if isinstance(cell, BadCell):
        return Problem("error_cell", {"value": cell.text})
    text = cell_text(cell)
    if formats:
        return read_text(text, formats)
    return _iso(text)


def _of_datetime(cell: datetime) -> Moment:
    """A date cell. Workbooks store binary fractions of a day: within 5 ms of a second is that second."""
    offset = cell.utcoffset()
    plain = cell.replace(tzinfo=None) + _TICK
    plain -= timedelta(microseconds=plain.microsecond)
    midnight = datetime.combine(plain.date(), time())
    return Moment(plain.date(), plain - midnight, offset)


def _iso(text: str) -> Moment | Problem:
    found = _ISO.fullmatch(text)
    if found is None:
        return Problem("unknown_date_form", {"value": shown(text), "formats": _ISO_EXAMPLE})
    year, month, day, hour, minute, second = found.groups()
    try:
        whole = None
        if hour is not None:
            whole = timedelta(hours=int(hour), minutes=int(minute), seconds=int(second or "0"))
            if whole > timedelta(days=1) or int(minute) > 59:
                raise ValueError("no such time of day")
        return Moment(date(int(year), int(month), int(day)), whole, None)
    except ValueError:
        return Problem("no_such_date", {"value": shown(text)})


def whole_number(cell: Cell) -> int | None:
    """A small whole number written as a number or as text (an hour, a month, a counter); None otherwise."""
    text = cell_text(cell)
    for suffix in ("年", "月", "日", "时", "点", "分"):
        text = text.removesuffix(suffix)
    return int(text) if _WHOLE.fullmatch(text) else None


def place(day: date, clock: timedelta, offset: timedelta | None, zone: str) -> datetime:
    """The naive civil label in ``zone`` of a span after a day's midnight; an offset in the file moves it."""
    label = datetime.combine(day, time()) + clock
    if offset is None:
        return label
    utc = (label - offset).replace(tzinfo=ZoneInfo("Etc/UTC"))
    return utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
