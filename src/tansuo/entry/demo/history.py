"""The history as a calendar: on which day which frames reach the gateway."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tansuo.entry.demo.frames import hourly
from tansuo.entry.demo.model import Firm, Scene, Source, firms, hour_of, publishing_day, scenes
from tansuo.quantity.decimals import unscaled

MONTHS_BACK = 3


@dataclass(frozen=True, slots=True)
class Repair:
    """A correction of the history: which hour of which source is put right, to which value, on which day."""

    firm: Firm
    source: Source
    start: datetime
    value: Decimal


@dataclass(slots=True)
class Day:
    """What happens on one civil day: frames by device, and repairs."""

    day: date
    frames: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    repairs: list[Repair] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many frames arrive."""
        return sum(len(one) for one in self.frames.values())


def first_day(today: date) -> date:
    """The first day of the history: the first of the month, three whole months before this one."""
    month = today.year * 12 + today.month - 1 - MONTHS_BACK
    return date(month // 12, month % 12 + 1, 1)


def calendar(now: datetime, since: date | None = None) -> list[Day]:
    """Every day from `since` (None: `first_day`) to the civil `now`, today's up to its last whole hour.

    Deterministic: the same `now` and `since` give the same frames. Of a scene that begins before `since` only
    what lies after it happens; an hour before it is not corrected.
    """
    today = now.date()
    start = first_day(today) if since is None else since
    days = {
        start + timedelta(days=offset): Day(start + timedelta(days=offset))
        for offset in range((today - start).days + 1)
    }
    for firm in firms():
        for hour in _hours(start, now):
            said = hour_of(firm, hour, today)
            if said is None:
                continue
            arrives = hour.date() + timedelta(days=_delay(firm, hour, today))
            days[min(arrives, today)].frames[firm.device].append(hourly(said))
    for scene in scenes():
        if scene.kind == "correction":
            repair = _repair(scene, today)
            if repair.start.date() < start:
                continue
            published = publishing_day(repair.start.date().replace(day=1))
            days[min(published + timedelta(days=scene.delay_days), today)].repairs.append(repair)
    return [days[one] for one in sorted(days)]


def missed(firm: Firm, since: datetime, now: datetime, loaded: date | None = None) -> Iterator[bytes]:
    """The hourly frames that a device still owes for [since, now): what its spool would hold.

    `loaded` is the day from which the scenes are counted; the day of `now` where there is none.
    """
    hour = since
    while hour + timedelta(hours=1) <= now:
        said = hour_of(firm, hour, loaded or now.date())
        if said is not None:
            yield hourly(said)
        hour += timedelta(hours=1)


def _hours(start: date, now: datetime) -> Iterator[datetime]:
    hour = datetime.combine(start, time())
    while hour + timedelta(hours=1) <= now:
        yield hour
        hour += timedelta(hours=1)


def _delay(firm: Firm, hour: datetime, today: date) -> int:
    return max(
        (one.delay_days for one in scenes() if one.kind == "late" and one.covers(firm.id, hour, today)),
        default=0,
    )


def _repair(scene: Scene, today: date) -> Repair:
    firm = next(one for one in firms() if one.id == scene.firm)
    source = next(one for one in firm.sources if one.id == scene.source)
    start = datetime.combine(scene.first_day(today), time())
    said = hour_of(firm, start, today)
    assert said is not None
    return Repair(firm, source, start, unscaled(said.values[source.id] // scene.factor, source.decimals))
