"""The grid of a series: which cells a civil day has, and into which cell a label falls.

A day is the civil day of the series' zone. Where clocks change it has 23 or 25 hours, and so many hourly
cells. Cells that divide the hour are counted from midnight in elapsed time; longer ones begin at their civil
label (every six hours means 00, 06, 12, 18 o'clock), so that one of them may be an hour longer or shorter.

Labels are naive civil times. Where the clock is put back, a label means two instants: the first time it
comes within one arrival it is the earlier one, the second time the later one.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from tansuo.monitoring.plan import DAY_SECONDS, IRREGULAR, MONTHLY

HOUR = 3600
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


class Kept(Protocol):
    """What of a plan line the grid depends on."""

    @property
    def form(self) -> str: ...
    @property
    def step_s(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def zone(self) -> str: ...


class Placed(NamedTuple):
    """The first second (UTC epoch) of the cell a label names, and the civil day the cell belongs to."""

    start: int
    day: date


def epoch(instant: datetime) -> int:
    """Whole seconds since 1970 of an aware datetime."""
    return (instant - _EPOCH) // _SECOND


def instant(seconds: int) -> datetime:
    """The UTC datetime of an epoch second."""
    return _EPOCH + timedelta(seconds=seconds)


@lru_cache(maxsize=65_536)
def day_bounds(zone: str, day: date) -> tuple[int, int]:
    """First second in and first second out of a civil day."""
    place = ZoneInfo(zone)
    return (
        epoch(datetime.combine(day, time(), tzinfo=place)),
        epoch(datetime.combine(day + _DAY, time(), tzinfo=place)),
    )


def civil_day(zone: str, start: int) -> date:
    """The civil day in which an instant lies."""
    return instant(start).astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=16_384)
def cells(zone: str, step_s: int, day: date) -> Sequence[int]:
    """Starts of the cells of a day, in order; none for an irregular series, one on the first for a monthly
    one."""
    if step_s == IRREGULAR or (step_s == MONTHLY and day.day != 1):
        return ()
    first, last = day_bounds(zone, day)
    if step_s == MONTHLY:
        return (first,)
    if (last - first) % step_s == 0:
        return range(first, last, step_s)
    midnight = datetime.combine(day, time())
    found = (_instants(zone, midnight + timedelta(seconds=at)) for at in range(0, DAY_SECONDS, step_s))
    return tuple(one[0] for one in found if one)


def cell_end(line: Kept, start: int, day: date) -> int:
    """First second after the cell that begins at `start`; `start` itself for a register or an irregular
    one."""
    if line.form == "register" or line.step_s == IRREGULAR:
        return start
    if line.step_s == MONTHLY:
        return day_bounds(line.zone, day.replace(day=monthrange(day.year, day.month)[1]))[1]
    first, last = day_bounds(line.zone, day)
    if (last - first) % line.step_s == 0:
        return start + line.step_s
    return min((one for one in cells(line.zone, line.step_s, day) if one > start), default=last)


def days_between(first: date, last: date, step_s: int) -> list[date]:
    """Days of [first, last) that carry cells: every day, or the firsts of the months for a monthly series."""
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    return [day for day in days if day.day == 1] if step_s == MONTHLY else days


@lru_cache(maxsize=131_072)
def ambiguous(zone: str, label: datetime) -> bool:
    """Whether a civil time comes twice because the clock is put back."""
    return len(_instants(zone, label)) == 2


@lru_cache(maxsize=131_072)
def place(
    zone: str, step_s: int, side: str, instant_form: bool, label: datetime, later: bool = False
) -> Placed | str:
    """The cell that `label` names, or the code of the finding that says why there is none.

    `side` is the plan's "start" or "end"; `instant_form` is true for registers, whose readings are instants
    and need no grid; `later` picks the second of two instants. Codes: `subsecond_time`, `nonexistent_time`
    (the clock was put forward over it), `off_grid`.
    """
    if label.microsecond:
        return "subsecond_time"
    if step_s == MONTHLY:
        named = (label - _SECOND if side == "end" else label).date().replace(day=1)
        return Placed(day_bounds(zone, named)[0], named)
    shift = timedelta(seconds=step_s) if side == "end" and not instant_form else timedelta()
    by_label = HOUR % step_s != 0 if step_s > 0 else False
    found = _instants(zone, label - shift if by_label else label)
    if not found:
        return "nonexistent_time"
    start = found[-1 if later else 0]
    if not by_label:
        start -= shift // _SECOND
    day = civil_day(zone, start) if _changes(zone, label) else (label - shift).date()
    if step_s != IRREGULAR and not instant_form and start not in cells(zone, step_s, day):
        return "off_grid"
    return Placed(start, day)


def _instants(zone: str, label: datetime) -> tuple[int, ...]:
    """The one or two instants a civil time means, earlier first; none where the clock jumps over it."""
    if not _changes(zone, label):
        first, _ = day_bounds(zone, label.date())
        return (first + (label.hour * 60 + label.minute) * 60 + label.second,)
    place_ = ZoneInfo(zone)
    found = []
    for fold in (0, 1):
        aware = label.replace(tzinfo=place_, fold=fold)
        if aware.astimezone(UTC).astimezone(place_).replace(tzinfo=None) == label:
            found.append(epoch(aware))
    return tuple(sorted(set(found)))


def _changes(zone: str, label: datetime) -> bool:
    """Whether the offset of the zone changes on the civil day of a label or the day before it."""
    today = label.date()
    return any(
        last - first != DAY_SECONDS
        for first, last in (day_bounds(zone, today), day_bounds(zone, today - _DAY))
    )
