"""The numbers of the demo: seeded, by the hour and by the day, in scaled integers. Nobody measured any of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from itertools import accumulate

from tansuo.entry.demo.model import SEED, Firm, Source
from tansuo.entry.demo.scenes import Scene, kiln_stands, scenes_of, swapped_at, trough

# Shape of a day in thousandths of the mean, by hour. Invented, only plausible.
_DAY: dict[str, tuple[int, ...]] = {
    "flat": (1000,) * 24,
    "kiln": (1000,) * 24,
    "power": (
        860, 840, 830, 825, 830, 860, 930, 1000, 1060, 1090, 1110, 1110,
        1080, 1070, 1080, 1090, 1100, 1110, 1120, 1110, 1080, 1030, 960, 900,
    ),
    "shift": (
        720, 700, 690, 690, 700, 760, 900, 1100, 1200, 1230, 1230, 1200,
        1150, 1220, 1240, 1230, 1210, 1180, 1120, 1080, 1040, 980, 880, 790,
    ),
}  # fmt: skip
_SUMS = {shape: tuple(accumulate(hours, initial=0)) for shape, hours in _DAY.items()}
# Season of power in thousandths by month: a peak in summer, a lesser one in winter.
_SEASON = (1050, 930, 940, 900, 920, 1010, 1170, 1180, 1010, 900, 930, 1060)
_SUNDAY = 620
_ORIGIN = date(2020, 1, 1)
"""Day on which every register of the demo stood at zero."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one device has to say about an hour or a day: scaled integers and flags by source, CO2 in kg.

    The hour of a register is its count at the first instant of that hour.
    """

    firm: Firm
    start: datetime
    values: dict[str, int]
    flags: dict[str, str]
    flue_kg: int | None


def hour_of(firm: Firm, start: datetime, today: date) -> Said | None:
    """The hour beginning at civil ``start``; None when the firm is silent then. The same for ever, by the seed.

    ``today`` is the day from which the scenes are counted.
    """
    said = use_of(firm, start, today)
    if said is not None:
        for source in firm.sources:
            if source.register:
                said.values[source.id] = register(firm, source, start, today)
    return said


def use_of(firm: Firm, start: datetime, today: date) -> Said | None:
    """As `hour_of`, with the amount of a register in place of its count."""
    scenes = [one for one in scenes_of(firm.id) if one.covers(start, today)]
    if any(one.kind == "silent" for one in scenes):
        return None
    day, hour = start.date(), start.hour
    bases, dice = _bases(firm, day), _dice(firm, day)
    width = len(firm.sources) + 1
    amounts = [
        base * _DAY[source.shape][hour] // 1000 * _wobble(dice, hour * width + n) // 1000
        for n, (source, base) in enumerate(zip(firm.sources, bases, strict=True))
    ]
    return _said(firm, start, amounts, scenes, dice, hour * width + width - 1)


def day_of(firm: Firm, day: date, today: date) -> Said | None:
    """The civil ``day``, as `hour_of`: a scene touches it when it covers its noon. The flue gas is told by the
    hour only."""
    noon = datetime.combine(day, time(12))
    scenes = [one for one in scenes_of(firm.id) if one.covers(noon, today)]
    if any(one.kind == "silent" for one in scenes):
        return None
    dice = _dice(firm, day)
    amounts = [_use(firm, n, day) for n in range(len(firm.sources))]
    return replace(_said(firm, datetime.combine(day, time()), amounts, scenes, dice, -1), flue_kg=None)


def register(firm: Firm, source: Source, at: datetime, today: date) -> int:
    """The count of a register at a civil instant; a replaced meter began again at zero."""
    swap = swapped_at(firm, source.id, today)
    count = first_count(firm, source, at)
    return count if swap is None or at < swap else count - first_count(firm, source, swap)


def _said(
    firm: Firm, start: datetime, amounts: list[int], scenes: list[Scene], dice: bytes, noise_at: int
) -> Said:
    fault = any(one.kind == "fault" for one in scenes)
    stopped = {one.source for one in scenes if one.kind == "stopped"}
    values: dict[str, int] = {}
    flags: dict[str, str] = {}
    flue_kg: int | None = None
    for source, amount in zip(firm.sources, amounts, strict=True):
        stands = "" in stopped or source.id in stopped or _kiln_stands(firm, source, start.date())
        if stands:
            amount = 0
        for one in scenes:
            if one.kind == "correction" and one.source == source.id:
                amount *= one.factor
        values[source.id] = amount
        flags[source.id] = "F" if stands else "D" if fault else "N"
        if firm.flue is not None and firm.flue.source == source.id:
            noise = 976 + _roll(dice, noise_at) % 43
            flue_kg = int(Decimal(amount * noise).scaleb(-source.decimals) * firm.flue.per)
    return Said(firm, start, values, flags, flue_kg)


def _kiln_stands(firm: Firm, source: Source, day: date) -> bool:
    return source.shape == "kiln" and kiln_stands(day, firm.stagger)


def _roll(dice: bytes, at: int) -> int:
    return int.from_bytes(dice[2 * at : 2 * at + 2] if at >= 0 else dice[-2:])


def _wobble(dice: bytes, at: int) -> int:
    """Thousandths between 965 and 1035."""
    return 965 + _roll(dice, at) % 71


@lru_cache(maxsize=4096)
def _dice(firm: Firm, day: date) -> bytes:
    """Bytes by chance for a firm and day: two for every hour and source, and for its flue, and as many again for
    the day as a whole."""
    seed = f"{SEED}/{firm.id}/{day.isoformat()}".encode()
    return hashlib.shake_128(seed).digest(2 * 25 * (len(firm.sources) + 1))


@lru_cache(maxsize=4096)
def _bases(firm: Firm, day: date) -> tuple[int, ...]:
    """The mean hourly amount of every source on a day: season, Sunday, festival, and how the year goes."""
    found = []
    for source in firm.sources:
        base = source.mean * _year(firm.id, day.year) // 1000
        if source.shape == "power":
            base = base * _SEASON[day.month - 1] // 1000
        if source.shape == "shift" and day.weekday() == 6:
            base = base * _SUNDAY // 1000
        found.append(base * trough(day, source.shape) // 1000)
    return tuple(found)


@cache
def _year(firm: str, year: int) -> int:
    """How a firm's year goes, in thousandths of the mean."""
    digest = hashlib.sha256(f"{SEED}/{firm}/{year}".encode()).digest()
    return 960 + int.from_bytes(digest[:4]) % 81


def _use(firm: Firm, n: int, day: date) -> int:
    """The amount of a source on a day."""
    width = len(firm.sources) + 1
    base, shape = _bases(firm, day)[n], firm.sources[n].shape
    return base * _SUMS[shape][24] // 1000 * _wobble(_dice(firm, day), 24 * width + n) // 1000


def first_count(firm: Firm, source: Source, at: datetime) -> int:
    """What the first meter of a register shows at a civil instant, or would if it were still there."""
    n = firm.sources.index(source)
    sums = _SUMS[source.shape]
    within = _use(firm, n, at.date()) * sums[at.hour] // sums[24]
    return _turned(firm, n, at.date()) + within


_turned_by: dict[tuple[str, int], list[int]] = {}


def _turned(firm: Firm, n: int, day: date) -> int:
    """The sum of a source's days from the origin up to ``day``."""
    sums = _turned_by.setdefault((firm.id, n), [0])
    while len(sums) <= (day - _ORIGIN).days:
        sums.append(sums[-1] + _use(firm, n, _ORIGIN + timedelta(days=len(sums) - 1)))
    return sums[(day - _ORIGIN).days]
