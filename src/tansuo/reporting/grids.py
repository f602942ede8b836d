"""Completeness squares: one a day, from the daily sums of a series against its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from tansuo.monitoring.reading import PeriodSum
from tansuo.quantity.state import State
from tansuo.reporting.charts import Square
from tansuo.reporting.html import Language, Page
from tansuo.reporting.words import state_word


def day_squares(
    daily: Iterable[PeriodSum], start: date, end: date, page: Page, href: Callable[[date], str]
) -> list[Square]:
    """Squares for the civil days [start, end) of a series, from its daily sums (`curve`) over them or longer;
    days not over on the page's day are "future"."""
    sums = {one.period.start: one for one in daily}
    today = date.fromisoformat(page.as_of_day)
    squares: list[Square] = []
    day = start
    while day < end:
        squares.append(square(sums.get(day), day, today, page.language, href(day)))
        day += timedelta(days=1)
    return squares


def square(one: PeriodSum | None, day: date, today: date, language: Language, href: str) -> Square:
    """One day's square: full, part, none (nothing came), off (not operating) or future."""
    if one is None or one.expected is None:
        return Square("future", day.isoformat())
    usable = sum(count for state, count in one.counts.items() if state.has_value or state.adds_nothing)
    said = ", ".join(f"{state_word(state, language)} {count}" for state, count in one.counts.items() if count)
    title = f"{day.isoformat()}: {usable}/{one.expected} ({said})"
    if day >= today:
        return Square("future", title, href)
    if usable == 0:
        return Square("none", title, href)
    if usable < one.expected:
        return Square("part", title, href)
    stopped = one.counts.get(State.NOT_OPERATING)
    return Square("off" if stopped == one.expected else "full", title, href)


def day_labels(start: date, end: date) -> Sequence[str]:
    """The day numbers above the squares."""
    return [str((start + timedelta(days=number)).day) for number in range((end - start).days)]
