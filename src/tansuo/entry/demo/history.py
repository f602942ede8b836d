"""The history as a calendar: on which day which frames reach the platform, and what is put right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tansuo.entry.demo.frames import SENT_AFTER, daily, hourly
from tansuo.entry.demo.model import Firm, Source, firms, months_before, publishing_day
from tansuo.entry.demo.numbers import Said, day_of, hour_of
from tansuo.entry.demo.scenes import Scene, scenes, scenes_of
from tansuo.quantity.decimals import unscaled

MONTHS_BACK = 24
HOURLY_DAYS = 60
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Extent:
    """Which part of the demo a load makes: which firms, from which day, and from which day on by the hour.

    Before ``hours_since`` a device reports by the day; on no day does it do both. From ``live_since`` on
    (None: from the first day) it also says what it measures at the moment.
    """

    since: date
    hours_since: date
    firms: tuple[Firm, ...]
    live_since: date | None = None

    @classmethod
    def whole(cls, today: date) -> Extent:
        """All firms over 24 whole months and this one, the last 60 days by the hour, live from today on."""
        hourly_since = today - timedelta(days=HOURLY_DAYS)
        return cls(months_before(today, MONTHS_BACK), hourly_since, firms(), today)


@dataclass(frozen=True, slots=True)
class Repair:
    """A correction of the history: which hour of which source is put right, to which value."""

    firm: Firm
    source: Source
    start: datetime
    value: Decimal


@dataclass(slots=True)
class Day:
    """What comes in on one civil day: frames with the civil time at which each was sent, in its order."""

    day: date
    frames: list[tuple[datetime, bytes]] = field(default_factory=list)


def calendar(now: datetime, extent: Extent) -> Iterator[Day]:
    """Every day of the extent up to the civil ``now``, today's frames up to its last whole hour.

    Deterministic: the same ``now`` and extent give the same frames. Of a scene that begins before the extent
    only what lies after it happens.
    """
    today = now.date()
    later: dict[date, list[tuple[datetime, bytes]]] = {}
    day = extent.since
    while day <= today:
        here = later.pop(day, [])
        for firm in extent.firms:
            for sent, frame, delay in _told(firm, day, now, extent):
                # A day's own frame is sent after midnight, yet counted with the day it is about.
                if not delay and (day < extent.hours_since or sent.date() == day):
                    here.append((sent, frame))
                else:
                    arrives = min(day + timedelta(days=max(delay, 1)), today)
                    later.setdefault(arrives, []).append((datetime.combine(arrives, sent.time()), frame))
        here.sort(key=lambda one: one[0])
        yield Day(day, here)
        day += _DAY


def missed(firm: Firm, since: datetime, now: datetime, loaded: date | None = None) -> Iterator[Said]:
    """The hours that a device still owes for [since, now): what its spool would hold.

    ``loaded`` is the day from which the scenes are counted; the day of ``now`` where there is none.
    """
    for hour in _hours(since, now):
        said = hour_of(firm, hour, loaded or now.date())
        if said is not None:
            yield said


def owed(firm: Firm, today: date) -> Iterator[Said]:
    """The hours of a scene ``owed``: kept in the device's memory, and not sent by the history."""
    for scene in scenes_of(firm.id, "owed"):
        start = datetime.combine(scene.first_day(today), time())
        yield from missed(firm, start, start + timedelta(hours=scene.hours), today)


def _told(firm: Firm, day: date, now: datetime, extent: Extent) -> Iterator[tuple[datetime, bytes, int]]:
    """The frames about a civil day: when sent, the bytes, and how many days they are on their way."""
    today = now.date()
    if day < extent.hours_since:
        said = day_of(firm, day, today)
        if said is not None:
            noon = datetime.combine(day, time(12))
            yield datetime.combine(day + _DAY, time()) + SENT_AFTER, daily(said), _delay(firm, noon, today)
        return
    midnight = datetime.combine(day, time())
    for hour in _hours(midnight, min(midnight + _DAY, now)):
        if any(one.covers(hour, today) for one in scenes_of(firm.id, "owed")):
            continue
        said = hour_of(firm, hour, today)
        if said is not None:
            yield hour + _HOUR + SENT_AFTER, hourly(said), _delay(firm, hour, today)


def _hours(start: datetime, end: datetime) -> Iterator[datetime]:
    hour = start
    while hour + _HOUR <= end:
        yield hour
        hour += _HOUR


def _delay(firm: Firm, moment: datetime, today: date) -> int:
    late = scenes_of(firm.id, "late")
    return max((one.delay_days for one in late if one.covers(moment, today)), default=0)


def repairs(today: date, extent: Extent) -> Iterator[tuple[date, Repair]]:
    """Each correction with the civil day on which it is made; none of an hour before the hourly history."""
    known = {firm.id: firm for firm in extent.firms}
    for scene in scenes():
        if scene.kind == "correction" and scene.firm in known:
            repair = _repair(known[scene.firm], scene, today)
            if repair.start.date() >= extent.hours_since:
                published = publishing_day(repair.start.date().replace(day=1))
                yield min(published + timedelta(days=scene.delay_days), today), repair


def _repair(firm: Firm, scene: Scene, today: date) -> Repair:
    source = firm.source(scene.source)
    start = datetime.combine(scene.first_day(today), time())
    said = hour_of(firm, start, today)
    assert said is not None
    return Repair(firm, source, start, unscaled(said.values[source.id] // scene.factor, source.decimals))


def count_of(days: Sequence[Day]) -> int:
    """How many frames arrive on these days."""
    return sum(len(one.frames) for one in days)
