"""The numbers of the demo: seeded, hour by hour, in scaled integers. No value here was measured by anybody."""

from __future__ import annotations

import hashlib
import random
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

SEED = "tansuo-demo-1"
PUBLISHING_DAY = 10
Shape = Literal["flat", "power", "kiln", "shift"]

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
# Season in thousandths by month: summer peak for power, weekly rest for shifts is separate.
_SEASON = (1040, 930, 960, 940, 960, 1010, 1120, 1130, 1010, 940, 970, 1050)


@dataclass(frozen=True, slots=True)
class Source:
    """One emission source of a firm and the code under which its meter reports."""

    id: str
    facility: str
    zh: str
    en: str
    family: str
    fuel: str
    indicator: str
    code: str
    unit: str
    decimals: int
    mean: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class Flue:
    """The comparison stream: flue-gas CO2 in t, following one source by `per` t a unit of it."""

    source: str
    per: Decimal


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented key enterprise."""

    id: str
    zh: str
    en: str
    unit: str
    industry: str
    device: str
    places: tuple[tuple[str, str, str], ...]
    sources: tuple[Source, ...]
    flue: Flue | None
    laboratory: bool


def published_month(today: date) -> date:
    """First day of the month that was published last: a month is published on the 10th of the next one."""
    back = 1 if today.day >= PUBLISHING_DAY else 2
    month = today.year * 12 + today.month - 1 - back
    return date(month // 12, month % 12 + 1, 1)


def publishing_day(month: date) -> date:
    """The day on which `month` is published."""
    after = month.year * 12 + month.month
    return date(after // 12, after % 12 + 1, PUBLISHING_DAY)


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens in the history: so many days back, or on a day of the month published last."""

    kind: Literal["silent", "late", "stopped", "fault", "correction"]
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

    def covers(self, firm: str, hour: datetime, today: date) -> bool:
        """Whether the civil `hour` of `firm` lies in this scene."""
        start = datetime.combine(self.first_day(today), time())
        return firm == self.firm and start <= hour < start + timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True)
class Hour:
    """What one device has to say about one hour: scaled integers by source, CO2 in kg, and the flag."""

    firm: Firm
    start: datetime
    values: dict[str, int]
    flue_kg: int | None
    flag: str


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(files("tansuo.entry.demo").joinpath("firms.toml").read_text("utf-8"))


@cache
def firms() -> tuple[Firm, ...]:
    """The ten firms, in the order of the file."""
    found = []
    for row in _raw()["firm"]:
        sources = tuple(
            Source(
                item["id"],
                item["facility"],
                item["zh"],
                item["en"],
                item["family"],
                item.get("fuel", ""),
                item["indicator"],
                item["code"],
                item["unit"],
                item["decimals"],
                int(Decimal(item["mean"]).scaleb(item["decimals"])),
                item["shape"],
            )
            for item in row["source"]
        )
        flue = Flue(row["flue"]["source"], Decimal(row["flue"]["per"])) if "flue" in row else None
        places = tuple((place["id"], place["zh"], place["en"]) for place in row["place"])
        found.append(
            Firm(
                row["id"],
                row["zh"],
                row["en"],
                row["unit"],
                row["industry"],
                row["device"],
                places,
                sources,
                flue,
                row.get("laboratory", False),
            )
        )
    return tuple(found)


@cache
def scenes() -> tuple[Scene, ...]:
    """What happens during the history."""
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
        for row in _raw()["scene"]
    )


def hour_of(firm: Firm, start: datetime, today: date) -> Hour | None:
    """The hour beginning at civil `start`; None when the firm is silent then. The same for ever, by the seed."""
    happening = [scene for scene in scenes() if scene.covers(firm.id, start, today)]
    if any(scene.kind == "silent" for scene in happening):
        return None
    stopped = any(scene.kind == "stopped" for scene in happening)
    seed = hashlib.sha256(f"{SEED}/{firm.id}/{start.isoformat()}".encode()).digest()
    chance = random.Random(seed)  # noqa: S311 - a demo's dice, not a key
    values: dict[str, int] = {}
    flue_kg: int | None = None
    for source in firm.sources:
        value = 0 if stopped else _value(source, start, chance)
        for scene in happening:
            if scene.kind == "correction" and scene.source == source.id:
                value *= scene.factor
        values[source.id] = value
        if firm.flue is not None and firm.flue.source == source.id:
            noise = 1000 + chance.randint(-24, 18)
            tonnes = Decimal(value).scaleb(-source.decimals) * firm.flue.per * noise / 1000
            flue_kg = int(tonnes * 1000)
    flag = "F" if stopped else "D" if any(scene.kind == "fault" for scene in happening) else "N"
    return Hour(firm, start, values, flue_kg, flag)


def _value(source: Source, start: datetime, chance: random.Random) -> int:
    value = source.mean * _DAY[source.shape][start.hour] // 1000
    if source.shape == "power":
        value = value * _SEASON[start.month - 1] // 1000
    if source.shape == "shift" and start.weekday() == 6:
        value = value * 620 // 1000
    return value * (1000 + chance.randint(-35, 35)) // 1000
