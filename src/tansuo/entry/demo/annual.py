"""Synthetic annual series of the city and its eight units, 2010 to last year: emission, energy, electricity.

Everything is in integers of a hundredth of its unit. A unit's share is taken by largest remainder, so that the
units add up to the city exactly, sector by sector; what follows for a unit is computed from its own parts and
added up again. With exported power means: what is emitted on the city's ground. Without it, the emission of power
plants counts only as far as the city uses their power, and comes to each unit by the power it uses itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tansuo.entry.demo.declare import BY
from tansuo.entry.demo.model import SECTORS, SEED, read_toml
from tansuo.evidence.entry import Draft
from tansuo.quantity.decimals import unscaled
from tansuo.registry.indicator import Additivity, define
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import Stage, state_
from tansuo.registry.zhenjiang import CITY, UNITS

BASIS = "demo"
PLACES = 2
CO2, CO2_WITHOUT = "emission.co2", "emission.co2.excluding_export"
ENERGY, ELECTRICITY, EXPORT = "energy.total", "electricity.society", "electricity.export"

MORE_SECTORS: Mapping[str, tuple[str, str]] = {
    **SECTORS,
    "transport": ("交通", "transport"),
    "buildings": ("建筑", "buildings"),
}
_UNIT = {CO2: "万t CO2", CO2_WITHOUT: "万t CO2", ENERGY: "万tce", ELECTRICITY: "亿kWh", EXPORT: "亿kWh"}
_NAMES = {
    CO2: ("二氧化碳排放(含外送电)", "CO2 emission, with exported power"),
    CO2_WITHOUT: ("二氧化碳排放(扣除外送电)", "CO2 emission, without exported power"),
    ENERGY: ("能源消费总量", "total energy consumption"),
    ELECTRICITY: ("全社会用电量", "electricity use of the whole society"),
    EXPORT: ("外送电量", "electricity exported"),
}
_SOURCE = Source("演示数据 synthetic: src/tansuo/entry/demo/city/annual.toml", Status.EXAMPLE)


@dataclass(frozen=True, slots=True)
class Year:
    """A year in hundredths of the units: emission by sector and unit, electricity by unit, and what is exported."""

    year: int
    emission: dict[str, dict[str, int]]
    electricity: dict[str, int]
    generated: int
    own_power: int

    @property
    def export(self) -> int:
        """Electricity generated and not used in the city, losses taken off; never below zero."""
        return max(0, self.generated - self.electricity_needed)

    @property
    def electricity_needed(self) -> int:
        """What has to be generated for the city's own use."""
        return sum(self.electricity.values()) * int(_told()["with_losses"]) // 100

    def unit(self, unit: str) -> dict[str, int]:
        """The series of one assessment unit."""
        direct = {sector: parts.get(unit, 0) for sector, parts in self.emission.items()}
        own = shared(self.own_power, self.electricity)[unit]
        without = sum(direct.values()) - direct["power"] + own
        process = direct["cement"] * _told()["process_share"] // 100
        return {
            CO2: sum(direct.values()),
            CO2_WITHOUT: without,
            ENERGY: (without - process) * 100 // _told()["per_tce"],
            ELECTRICITY: self.electricity[unit],
        }

    def city(self) -> dict[str, int]:
        """The series of the city: the sums of its units, the sectors, and what is exported."""
        units = [self.unit(short(unit)) for unit in UNITS]
        made = {code: sum(one[code] for one in units) for code in (CO2, CO2_WITHOUT, ENERGY, ELECTRICITY)}
        sectors = {f"{CO2}.{sector}": sum(parts.values()) for sector, parts in self.emission.items()}
        return {**made, EXPORT: self.export, **sectors}


def short(unit: str) -> str:
    """The short name of an assessment unit: ``zj.unit.dantu`` is ``dantu``."""
    return unit.rpartition(".")[2]


def years(last: int) -> list[Year]:
    """The years from the first of the series to ``last``."""
    return [_year(year) for year in range(_told()["first_year"], last + 1)]


def shared(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """``total`` in whole parts by weight; the largest remainders are rounded up, so that the parts add up to it."""
    whole = sum(weights.values())
    parts = {name: total * weight // whole for name, weight in weights.items()}
    left = total - sum(parts.values())
    by_rest = sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))
    return {name: part + (name in by_rest[:left]) for name, part in parts.items()}


def indicators() -> Iterator[Draft]:
    """The indicators of the series."""
    named = dict(_NAMES)
    for sector, (zh, en) in MORE_SECTORS.items():
        named[f"{CO2}.{sector}"] = f"二氧化碳排放·{zh}", f"CO2 emission, {en}"
    for code, (zh, en) in named.items():
        unit = _UNIT.get(code, _UNIT[CO2])
        yield define(code, zh, en, unit, Additivity.FLOW, decimals=PLACES, by=BY)


def statements(one: Year) -> Iterator[Draft]:
    """What is stated of a year: of every unit and of the city."""
    for unit in UNITS:
        yield from _stated(unit, one.year, one.unit(short(unit)))
    yield from _stated(CITY, one.year, one.city())


def _stated(subject: str, year: int, values: Mapping[str, int]) -> Iterator[Draft]:
    for code, value in values.items():
        yield state_(
            subject,
            code,
            str(year),
            unscaled(value, PLACES),
            _UNIT.get(code, _UNIT[CO2]),
            basis=BASIS,
            stage=Stage.CALCULATED,
            synthetic=True,
            issuer="demo.statistics",
            source=_SOURCE,
            by=BY,
        )


def _told() -> dict[str, Any]:
    return read_toml("annual")


def _year(year: int) -> Year:
    told = _told()
    emission = {
        sector: shared(
            _strayed(sector, year, told["sector"][sector]["anchors"]), told["sector"][sector]["weights"]
        )
        for sector in MORE_SECTORS
    }
    used = told["electricity"]
    electricity = shared(_strayed("electricity", year, used["anchors"]), used["weights"])
    power = sum(emission["power"].values())
    generated = power // told["coefficient"]
    needed = sum(electricity.values()) * told["with_losses"] // 100
    own = power if needed >= generated else power * needed // generated
    return Year(year, emission, electricity, generated, own)


def _strayed(what: str, year: int, anchors: list[list[int]]) -> int:
    """Hundredths on the line between the anchors, moved by chance; the last value beyond the last anchor."""
    value = anchors[-1][1] * 100
    for (before, low), (after, high) in pairwise(anchors):
        if before <= year < after:
            value = low * 100 + (high - low) * 100 * (year - before) // (after - before)
            break
    digest = hashlib.sha256(f"{SEED}/annual/{what}/{year}".encode()).digest()
    scatter = int(_told()["scatter"])
    return value * (1000 - scatter + int.from_bytes(digest[:4]) % (2 * scatter + 1)) // 1000
