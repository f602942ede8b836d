"""What happens in the demo's history: scenes, the trough of Spring Festival, the stops of the kilns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal

from tansuo.entry.demo.model import Firm, published_month, read_toml

Kind = Literal["silent", "owed", "late", "stopped", "fault", "swap", "correction"]


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens: so many days back, or on a day of the month published last.

    ``source`` "" means all of the firm's. ``hours``: how long it lasts; of a swap, how far into its day.
    """

    kind: Kind
    firm: str
    days_back: int
    month_day: int
    hours: int
    delay_days: int
    source: str
    factor: int

    def first_day(self, today: date) -> date:
        """The civil day on which it begins."""
        if self.month_day:
            return published_month(today).replace(day=self.month_day)
        return today - timedelta(days=self.days_back)

    def covers(self, hour: datetime, today: date) -> bool:
        """Whether the civil ``hour`` lies in this scene."""
        start = datetime.combine(self.first_day(today), time())
        return start <= hour < start + timedelta(hours=self.hours)

    def at(self, today: date) -> datetime:
        """The civil instant of a swap."""
        return datetime.combine(self.first_day(today), time()) + timedelta(hours=self.hours)


@cache
def scenes() -> tuple[Scene, ...]:
    """Everything that happens during the history."""
    return tuple(
        Scene(
            row["kind"],
            row["firm"],
            row.get("days_back", 0),
            row.get("month_day", 0),
            row.get("hours", 1),
            row.get("delay_days", 0),
            row.get("source", ""),
            row.get("factor", 1),
        )
        for row in read_toml("scenes")["scene"]
    )


@cache
def scenes_of(firm: str, *kinds: Kind) -> tuple[Scene, ...]:
    """The scenes of one firm, of the kinds named or of all."""
    return tuple(one for one in scenes() if one.firm == firm and (not kinds or one.kind in kinds))


@cache
def _calendar() -> dict[str, list[dict[str, int]]]:
    return read_toml("calendar")


@cache
def festival(year: int) -> date | None:
    """First day of Spring Festival; None beyond the table."""
    days: list[date] = read_toml("calendar")["spring_festival"]
    return next((day for day in days if day.year == year), None)


@cache
def trough(day: date, shape: str) -> int:
    """Thousandths of the usual on a day around Spring Festival for a shape of work; 1000 on all other days."""
    first = festival(day.year)
    if first is None:
        return 1000
    distance = (day - first).days
    rows = (row["factor"] for row in _calendar()["trough"] if row["from"] <= distance < row["to"])
    factor, feels = next(rows, 1000), _feels()[shape]
    return 1000 - (1000 - factor) * feels // 1000


@cache
def _feels() -> dict[str, int]:
    found: dict[str, int] = read_toml("calendar")["feels"]
    return found


@cache
def kiln_stands(day: date, stagger: int) -> bool:
    """Whether a kiln stands on a day by the staggered stops 错峰停窑 of winter and summer."""
    day -= timedelta(days=stagger)
    for stop in _calendar()["kiln_stop"]:
        if "month" in stop:
            begins = date(day.year, stop["month"], stop["day"])
            if begins <= day < begins + timedelta(days=stop["days"]):
                return True
        elif (first := festival(day.year)) and stop["from"] <= (day - first).days < stop["to"]:
            return True
    return False


def swapped_at(firm: Firm, source: str, today: date) -> datetime | None:
    """When the meter of a source was replaced, seen from the day of the load; None where it never was."""
    found = [one for one in scenes_of(firm.id, "swap") if one.source == source]
    return found[0].at(today) if found else None
