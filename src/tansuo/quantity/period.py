"""Periods: half-open spans of civil days, from a day to five years, written as people write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, total_ordering
from typing import Literal
from zoneinfo import ZoneInfo

Grain = Literal["day", "month", "quarter", "half", "year", "years"]

_FORM = re.compile(
    r"(?P<year>\d{4})(-H(?P<half>[12])|-Q(?P<quarter>[1-4])|-(?P<month>\d\d)(-(?P<day>\d\d))?|/(?P<years>\d{4}))?",
    re.ASCII,
)
_GRAINS: tuple[Grain, ...] = ("day", "month", "quarter", "half", "years", "year")
_MONTHS: dict[Grain, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def _shift(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole civil days, ``start`` in, ``end`` out.

    ``2026`` · ``2026-H1`` · ``2026-Q1`` · ``2026-03`` · ``2026-03-15`` · ``2021/2025`` (five years, 2025 in).
    Ordered by start, then by end. Equal when the text is.
    """

    text: str
    start: date = field(compare=False)
    end: date = field(compare=False)
    grain: Grain = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period written as ``text``; ValueError with the forms that are understood otherwise."""
        return _parsed(text)

    @classmethod
    def of_month(cls, year: int, month: int) -> "Period":
        """The month ``month`` (1–12) of ``year``."""
        return cls.parse(f"{year:04d}-{month:02d}")

    @classmethod
    def of_day(cls, day: date) -> "Period":
        """The single civil day ``day``."""
        return cls.parse(day.isoformat())

    def by_month(self) -> tuple["Period", ...]:
        """The months that make up this period, in order; ValueError for a day, which is less than a month."""
        if self.grain == "day":
            raise ValueError(f"{self.text} is shorter than a month")
        found = []
        first = self.start
        while first < self.end:
            found.append(Period.of_month(first.year, first.month))
            first = _shift(first, 1)
        return tuple(found)

    def days(self) -> tuple[date, ...]:
        """The civil days of this period, in order."""
        return tuple(self.start + timedelta(days=n) for n in range((self.end - self.start).days))

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """First instant in and first instant out, in UTC, of the civil days of ``zone``."""
        place = ZoneInfo(zone)
        first, last = (
            datetime.combine(day, time(), tzinfo=place).astimezone(UTC) for day in (self.start, self.end)
        )
        return first, last

    def contains(self, other: "date | Period") -> bool:
        """Whether a civil day, or the whole of another period, lies in this one."""
        if isinstance(other, Period):
            return self.start <= other.start and other.end <= self.end
        day = other.date() if isinstance(other, datetime) else other
        return self.start <= day < self.end

    def next(self) -> "Period":
        """The period of the same length that begins where this one ends."""
        return self._beside(1)

    def previous(self) -> "Period":
        """The period of the same length that ends where this one begins."""
        return self._beside(-1)

    def _beside(self, step: int) -> "Period":
        if self.grain == "day":
            return Period.of_day(self.start + timedelta(days=step))
        if self.grain == "years":
            length = self.end.year - self.start.year
            first = self.start.year + step * length
            return Period.parse(f"{first:04d}/{first + length - 1:04d}")
        first_month = _shift(self.start, step * _MONTHS[self.grain])
        year, month = first_month.year, first_month.month
        written = {
            "year": f"{year:04d}",
            "half": f"{year:04d}-H{(month + 5) // 6}",
            "quarter": f"{year:04d}-Q{(month + 2) // 3}",
            "month": f"{year:04d}-{month:02d}",
        }
        return Period.parse(written[self.grain])

    def __lt__(self, other: "Period") -> bool:
        return (self.start, self.end) < (other.start, other.end)

    def __str__(self) -> str:
        return self.text


def _span(grain: Grain, part: Mapping[str, int]) -> tuple[date, date]:
    year = part["year"]
    if grain == "day":
        first = date(year, part["month"], part["day"])
        return first, first + timedelta(days=1)
    if grain == "years":
        if part["years"] <= year:
            raise ValueError("the second year must be later than the first")
        return date(year, 1, 1), date(part["years"] + 1, 1, 1)
    months = _MONTHS[grain]
    first = date(year, 1 if grain == "year" else (part[grain] - 1) * months + 1, 1)
    return first, _shift(first, months)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Period:
    found = _FORM.fullmatch(text)
    if not found:
        raise ValueError(
            f"{text!r} is no period; write 2026, 2026-H1, 2026-Q1, 2026-03, 2026-03-15 or 2021/2025"
        )
    part = {name: int(number) for name, number in found.groupdict().items() if number}
    grain = next(one for one in _GRAINS if one in part)
    try:
        return Period(text, *_span(grain, part), grain)
    except ValueError as error:
        raise ValueError(f"{text!r} is no period: {error}") from None
