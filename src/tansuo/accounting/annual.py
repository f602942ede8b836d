"""The annual series of the city and its units, as somebody stated them: emission with and without exported
power, and what of it comes to a unit of GDP of the very same year.

These are statements, not our figures: the roll-up of key firms never stands for them, nor they for it. An
intensity exists only where both sides are stated for one year, and is synthetic as soon as one of them is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection

from tansuo.quantity.decimals import CONTEXT, round_to
from tansuo.quantity.unit import parse_unit
from tansuo.registry.statement import Statement, find, highest

WITH_EXPORT = "emission.co2"
WITHOUT_EXPORT = "emission.co2.excluding_export"
GDP = "gdp"
PROMISED = ("target", "commitment")
INTENSITY_UNIT = "t CO2/万元@current"
PLACES = 3


@dataclass(frozen=True, slots=True)
class Intensity:
    """Emission in proportion to GDP, rounded once half-even. ``synthetic`` if either side is."""

    value: Decimal
    unit: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Year:
    """One year of one subject: what was stated (the highest stage of each), and the intensity by each rule."""

    subject: str
    period: str
    with_export: Statement | None
    without_export: Statement | None
    gdp: Statement | None
    intensity: Intensity | None
    intensity_without_export: Intensity | None


@dataclass(frozen=True, slots=True)
class Promise:
    """A target or commitment, with what was stated as actual for the same indicator and period."""

    target: Statement
    actual: Statement | None


def years(connection: Connection, subjects: Sequence[str], as_of: int | None = None) -> dict[str, list[Year]]:
    """The years of each of ``subjects`` of which an emission was stated, oldest first."""
    found = find(
        connection,
        subject=subjects,
        indicator=(WITH_EXPORT, WITHOUT_EXPORT, GDP),
        world="actual",
        as_of=as_of,
    )
    said: dict[tuple[str, str], dict[str, list[Statement]]] = {}
    for one in found:
        if len(one.period) == 4:
            said.setdefault((one.subject, one.period), {}).setdefault(one.indicator, []).append(one)
    made: dict[str, list[Year]] = {subject: [] for subject in subjects}
    for (subject, period), by_indicator in sorted(said.items()):
        if by_indicator.keys() & {WITH_EXPORT, WITHOUT_EXPORT}:
            made[subject].append(_year(subject, period, by_indicator))
    return made


def _year(subject: str, period: str, said: Mapping[str, Sequence[Statement]]) -> Year:
    top = {name: highest(said.get(name, [])) for name in (WITH_EXPORT, WITHOUT_EXPORT, GDP)}
    return Year(
        subject=subject,
        period=period,
        with_export=top[WITH_EXPORT],
        without_export=top[WITHOUT_EXPORT],
        gdp=top[GDP],
        intensity=intensity(top[WITH_EXPORT], top[GDP]),
        intensity_without_export=intensity(top[WITHOUT_EXPORT], top[GDP]),
    )


def intensity(emission: Statement | None, gdp: Statement | None) -> Intensity | None:
    """Emission by GDP in ``INTENSITY_UNIT``; None where one is missing, is of another year, or GDP is zero."""
    if emission is None or gdp is None or emission.value is None or not gdp.value:
        return None
    made = parse_unit(emission.unit) / parse_unit(gdp.unit)
    wanted = parse_unit(INTENSITY_UNIT)
    if emission.period != gdp.period or made.dimensions != wanted.dimensions:
        return None
    times = made.scale / wanted.scale
    above = CONTEXT.multiply(emission.value, Decimal(times.numerator))
    below = CONTEXT.multiply(gdp.value, Decimal(times.denominator))
    value = round_to(CONTEXT.divide(above, below), PLACES)
    return Intensity(value, INTENSITY_UNIT, emission.synthetic or gdp.synthetic)


def promises(connection: Connection, subject: str, as_of: int | None = None) -> list[Promise]:
    """Targets and commitments of a subject, latest period last, each beside what was stated as actual."""
    found = find(connection, subject=subject, as_of=as_of)
    actual: dict[tuple[str, str], list[Statement]] = {}
    for one in found:
        if one.world == "actual":
            actual.setdefault((one.indicator, one.period), []).append(one)
    targets = [one for one in found if one.world in PROMISED]
    targets.sort(key=lambda one: (one.period, one.indicator, one.entry))
    return [Promise(one, highest(actual.get((one.indicator, one.period), []))) for one in targets]
