"""Zhenjiang 镇江: the city, its divisions, its assessment units, and the public facts we may repeat.

Two lists that look alike and are not: six county-level divisions by GB/T 2260, and eight assessment units
(碳考核口径): the six, and apart from them 镇江新区 and 镇江高新区, functional areas that lie across divisions
and have no national code. How a unit belongs to divisions is dated and many-to-many; the shares of the two
functional areas are not known to us and are left unstated. Every fact carries its source and standing.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import resources

from sqlalchemy import Connection

from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.registry.indicator import Additivity, Indicator, define
from tansuo.registry.indicator import find as find_indicators
from tansuo.registry.relation import relate
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import Stage, Statement, find, state_
from tansuo.registry.subject import declare, set_attribute

CITY = "zj.city"
CODE = "321100"
"""GB/T 2260 code of the city; also the region of its entries."""

DIVISIONS: Sequence[tuple[str, str, str, str]] = (
    ("jingkou", "321102", "京口区", "Jingkou District"),
    ("runzhou", "321111", "润州区", "Runzhou District"),
    ("dantu", "321112", "丹徒区", "Dantu District"),
    ("danyang", "321181", "丹阳市", "Danyang City"),
    ("yangzhong", "321182", "扬中市", "Yangzhong City"),
    ("jurong", "321183", "句容市", "Jurong City"),
)
"""County-level divisions: short name, GB/T 2260 code, names."""

FUNCTIONAL_AREAS: Sequence[tuple[str, str, str, str, tuple[str, ...]]] = (
    ("xinqu", "3211-XQ", "镇江新区", "Zhenjiang New Area", ("jingkou", "dantu")),
    ("gaoxin", "3211-GX", "镇江高新区", "Zhenjiang High-tech Zone", ("runzhou", "dantu")),
)
"""Assessment units that are no divisions: short name, our own code, names, divisions they lie across."""

UNITS: tuple[str, ...] = tuple(f"zj.unit.{one[0]}" for one in (*DIVISIONS, *FUNCTIONAL_AREAS))
"""Ids of the eight assessment units."""

UNITS_SINCE = date(2014, 1, 1)
"""First day of the eight-unit assessment (2014)."""

SEED_FACTS: Sequence[tuple[str, str]] = (
    ("capacity.photovoltaic", "2021"),
    ("capacity.storage", "2021"),
    ("capacity.renewable_share", "2021"),
    ("retrofit.projects", "2016/2020"),
    ("retrofit.saving", "2016/2020"),
    ("gas_chp.investment", "2021"),
    ("shoreline.vacated", "2018"),
    ("shoreline.reduction", "2018"),
    ("chemical.firms_change", "2021"),
    ("space.protected_share", "2020"),
    ("intensity.co2_change", "2021"),
    ("intensity.energy_change", "2021"),
    ("air.pm25_change", "2021"),
    ("air.good_days_change", "2021"),
)
"""Indicator and period of the facts by which the city is known, in the order in which they are shown."""

_CODES = Source("GB/T 2260 中华人民共和国行政区划代码", Status.MEMORY)
_UNITS = Source("2014年镇江市碳考核口径: 丹阳、扬中、句容、丹徒、京口、润州、新区、高新区", Status.SECONDARY)
_OWN_CODE = Source("Tansuo's own code: the area has no code in GB/T 2260", Status.PROPOSAL)
_ACROSS = Source("functional areas lie across county-level divisions; shares not stated", Status.MEMORY)


def seeds(by: Actor = SYSTEM_ACTOR) -> list[Draft]:
    """Every draft that sets up the registry of Zhenjiang: places and how they hang together, facts."""
    return [*_places(by), *_indicators(by), *_facts(by)]


def _places(by: Actor) -> list[Draft]:
    place = {"gbt2260": CODE, "province": "江苏", "grid_region": "华东"}
    drafts = [
        declare(CITY, "city", "镇江市", "Zhenjiang", attributes=place, region=CODE, source=_CODES, by=by)
    ]
    for short, number, zh, en in DIVISIONS:
        division, unit = f"zj.division.{short}", f"zj.unit.{short}"
        code = {"gbt2260": number}
        drafts += [
            declare(division, "division", zh, en, attributes=code, region=number, source=_CODES, by=by),
            relate(division, "part_of", CITY, source=_CODES, by=by),
            *_unit(unit, zh, en, number, by),
            relate(unit, "belongs_to", division, "1", UNITS_SINCE, source=_UNITS, by=by),
        ]
    for short, number, zh, en, across in FUNCTIONAL_AREAS:
        unit = f"zj.unit.{short}"
        drafts += _unit(unit, zh, en, CODE, by)
        drafts.append(set_attribute(unit, "own_code", number, source=_OWN_CODE, by=by))
        drafts += [
            relate(unit, "belongs_to", f"zj.division.{one}", None, UNITS_SINCE, source=_ACROSS, by=by)
            for one in across
        ]
    return drafts


def _unit(unit: str, zh: str, en: str, region: str, by: Actor) -> list[Draft]:
    return [
        declare(unit, "assessment_unit", zh, en, region=region, valid_from=UNITS_SINCE, source=_UNITS, by=by),
        relate(unit, "reports_for", CITY, "1", UNITS_SINCE, source=_UNITS, by=by),
    ]


def _indicators(by: Actor) -> list[Draft]:
    return [
        define(
            row["code"],
            row["name_zh"],
            row["name_en"],
            row["unit"],
            Additivity(row["additivity"]),
            decimals=int(row["decimals"]) if row["decimals"] else None,
            owner=row["owner"],
            by=by,
        )
        for row in _rows("zhenjiang_indicators.csv")
    ]


def _facts(by: Actor) -> list[Draft]:
    return [
        state_(
            row["subject"],
            row["indicator"],
            row["period"],
            Decimal(row["value"]),
            row["unit"],
            stage=Stage.PUBLISHED,
            issuer=row["issuer"],
            source=Source(row["source"], Status(row["status"])),
            by=by,
        )
        for name in ("zhenjiang_facts.csv", "zhenjiang_more_facts.csv")
        for row in _rows(name)
    ]


@dataclass(frozen=True, slots=True)
class SeedFact:
    """A public fact about the city: what it is about, and who said it with which source and standing."""

    indicator: Indicator
    statement: Statement


def seed_facts(connection: Connection, as_of: int | None = None) -> list[SeedFact]:
    """The facts of `SEED_FACTS` that are known, in their order: cited, of world actual, never synthetic.

    For a strip of their own, apart from whatever the platform computes.
    """
    codes = [code for code, _ in SEED_FACTS]
    defined = {one.code: one for one in find_indicators(connection, codes=codes, as_of=as_of)}
    said = {
        (one.indicator, one.period): one
        for one in find(connection, subject=CITY, indicator=codes, world="actual", as_of=as_of)
        if not one.synthetic
    }
    return [SeedFact(defined[fact[0]], said[fact]) for fact in SEED_FACTS if fact in said]


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("tansuo.registry").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
