"""Who is in the demo city: 48 invented key enterprises with their facilities, sources, meters and devices."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

SEED = "tansuo-demo-1"
PUBLISHING_DAY = 10
Shape = Literal["flat", "power", "kiln", "shift"]

SECTORS: Mapping[str, tuple[str, str]] = {
    "power": ("电力", "power"),
    "cement": ("水泥", "cement"),
    "chemicals": ("化工", "chemicals"),
    "paper": ("造纸", "paper"),
    "metal": ("金属", "metal"),
    "glass_ceramics": ("玻璃陶瓷", "glass and ceramics"),
    "other": ("其他", "other"),
}
"""Sectors of the key enterprises, each a file of `city/`, with their names in Chinese and English."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One emission source of a firm and the code under which its meter reports. There is one object of each.

    ``mean`` is the mean hourly amount in 10^-decimals of ``unit``. A ``register`` tells its count by the hour
    instead of an amount; by the day it tells an amount like the others.
    """

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
    accuracy: str
    register: bool


@dataclass(frozen=True, slots=True)
class Flue:
    """The comparison stream: flue-gas CO2 in t, following one source by ``per`` t a unit of it."""

    source: str
    per: Decimal


@dataclass(frozen=True, slots=True, eq=False)
class Firm:
    """An invented key enterprise; there is one object of each.

    ``stagger``: days by which its kiln stops later than the first one.
    """

    id: str
    zh: str
    en: str
    unit: str
    sector: str
    industry: str
    capacity: str
    places: tuple[tuple[str, str, str], ...]
    sources: tuple[Source, ...]
    flue: Flue | None
    laboratory: bool
    stagger: int

    @property
    def device(self) -> str:
        """The MN of its data logger: 24 characters, the firm's letters in them."""
        letters = self.id.rpartition("-")[2].upper()
        return f"3211DEMO{letters:0<15}1"

    def source(self, name: str) -> Source:
        """The source of that id; StopIteration where there is none."""
        return next(one for one in self.sources if one.id == name)


def published_month(today: date) -> date:
    """First day of the month that was published last: a month is published on the 10th of the next one."""
    return months_before(today, 1 if today.day >= PUBLISHING_DAY else 2)


def publishing_day(month: date) -> date:
    """The day on which ``month`` is published."""
    return months_before(month, -1).replace(day=PUBLISHING_DAY)


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before that of ``day``."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


@cache
def read_toml(name: str) -> dict[str, Any]:
    """A file of the demo's folder ``city``."""
    return tomllib.loads(files("tansuo.entry.demo").joinpath("city", f"{name}.toml").read_text("utf-8"))


@cache
def firms() -> tuple[Firm, ...]:
    """The 48 firms, sector by sector, in the order of the files."""
    kinds = read_toml("kinds")
    return tuple(_firm(row, sector, kinds) for sector in SECTORS for row in read_toml(sector)["firm"])


def _firm(row: Mapping[str, Any], sector: str, kinds: Mapping[str, Any]) -> Firm:
    return Firm(
        id=row["id"],
        zh=row["zh"],
        en=row["en"],
        unit=row["unit"],
        sector=sector,
        industry=row["industry"],
        capacity=row["capacity"],
        places=tuple((place["id"], place["zh"], place["en"]) for place in row["place"]),
        sources=tuple(_sources(row["source"], kinds)),
        flue=Flue(row["flue"]["source"], Decimal(row["flue"]["per"])) if "flue" in row else None,
        laboratory=row.get("laboratory", False),
        stagger=row.get("stagger", 0),
    )


def _sources(rows: list[Mapping[str, Any]], kinds: Mapping[str, Any]) -> Iterator[Source]:
    for row in rows:
        kind = kinds[row["kind"]]
        yield Source(
            id=row.get("id", row["kind"]),
            facility=row["facility"],
            zh=row["zh"],
            en=row["en"],
            family=kind["family"],
            fuel=kind.get("fuel", ""),
            indicator=kind["indicator"],
            code=row.get("code", kind["code"]),
            unit=kind["unit"],
            decimals=kind["decimals"],
            mean=int(Decimal(row["mean"]).scaleb(kind["decimals"])),
            shape=row["shape"],
            accuracy=kind["accuracy"],
            register=row.get("register", False),
        )
