"""What the demo city declares before the first frame: subjects, relations, monitoring plans."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tansuo.entry.demo.history import Extent
from tansuo.entry.demo.model import SEED, Firm, Source
from tansuo.entry.demo.scenes import swapped_at
from tansuo.evidence.entry import Actor, Draft
from tansuo.monitoring.plan import PlanLine, plan_draft
from tansuo.registry import relation, subject
from tansuo.registry.zhenjiang import CITY

ZONE = "Asia/Shanghai"
BY = Actor("demo.loader", "system")
HOURLY = 3600
DAILY = 86_400
LIVE_STEP = 30
CALIBRATED_EVERY = timedelta(days=365)


def unit_id(firm: Firm) -> str:
    """The assessment unit a firm reports for."""
    return f"zj.unit.{firm.unit}"


def source_id(firm: Firm, source: Source) -> str:
    """Subject id of an emission source."""
    return f"{firm.id}.{source.id}"


def meter_id(firm: Firm, source: Source, number: int = 1) -> str:
    """Subject id of a source's meter; the one that replaced the first has number 2."""
    return f"{source_id(firm, source)}.meter" + ("" if number == 1 else str(number))


def series_id(firm: Firm, source: Source) -> str:
    """Series of the authoritative hourly amount (or count) of a source."""
    return f"{firm.id}/{source.id}/hour"


def day_id(firm: Firm, source: Source) -> str:
    """Series of the authoritative daily amount of a source, before it reported by the hour."""
    return f"{firm.id}/{source.id}/day"


def live_id(firm: Firm, source: Source) -> str:
    """Series of the live value of a source: shown, never summed into a figure."""
    return f"{firm.id}/{source.id}/live"


def flue_id(firm: Firm) -> str:
    """Series of the flue-gas CO2, a comparison beside the figure computed from fuel."""
    return f"{firm.id}/flue/co2"


def city_choices() -> list[Draft]:
    """What the methods must know of the city: its province and grid, and which grid factor it counts by."""
    chosen = {"province": "江苏", "grid_region": "华东", "option.grid": "provincial"}
    return [subject.set_attribute(CITY, name, value, by=BY) for name, value in chosen.items()]


def firm_drafts(firm: Firm, since: date) -> Iterator[Draft]:
    """A firm with its facilities, sources and meters, and how they hang together."""
    org = firm.id
    attributes = {"sector": firm.sector, "industry": firm.industry, "capacity": firm.capacity}
    yield subject.declare(
        firm.id, "enterprise", firm.zh, firm.en, attributes=attributes, org=org, synthetic=True, by=BY
    )
    yield relation.relate(firm.id, "reports_for", unit_id(firm), org=org, by=BY)
    for place, zh, en in firm.places:
        yield subject.declare(f"{firm.id}.{place}", "facility", zh, en, org=org, synthetic=True, by=BY)
        yield relation.relate(f"{firm.id}.{place}", "part_of", firm.id, org=org, by=BY)
    for source in firm.sources:
        yield from _source_drafts(firm, source, since)


def _source_drafts(firm: Firm, source: Source, since: date) -> Iterator[Draft]:
    attributes = {"family": source.family, "indicator": source.indicator}
    if source.fuel:
        attributes["fuel"] = source.fuel
    here = source_id(firm, source)
    yield subject.declare(
        here, "emission_source", source.zh, source.en, attributes=attributes, org=firm.id, synthetic=True,
        by=BY,
    )  # fmt: skip
    yield relation.relate(here, "part_of", f"{firm.id}.{source.facility}", org=firm.id, by=BY)
    yield meter_draft(firm, source, 1, calibrated_before(firm, source, since))
    yield relation.relate(here, "measured_by", meter_id(firm, source), org=firm.id, by=BY)


def meter_draft(firm: Firm, source: Source, number: int, calibrated: date) -> Draft:
    """A meter with the device that speaks for it, its class, and its last and next calibration."""
    attributes = {"device": firm.device, "accuracy": source.accuracy, **calibration(calibrated)}
    return subject.declare(
        meter_id(firm, source, number), "meter", f"{source.zh}计量", f"{source.en} meter",
        attributes=attributes, org=firm.id, synthetic=True, by=BY,
    )  # fmt: skip


def calibration(day: date) -> dict[str, str]:
    """The attributes of a meter that was calibrated on a day."""
    return {
        "calibrated_on": day.isoformat(),
        "calibration_due": (day + CALIBRATED_EVERY).isoformat(),
    }


def calibrated_before(firm: Firm, source: Source, day: date) -> date:
    """The last of a meter's yearly calibrations before a day; each meter has a date of its own in the year."""
    digest = hashlib.sha256(f"{SEED}/calibration/{source_id(firm, source)}".encode()).digest()
    offset = int.from_bytes(digest[:4]) % CALIBRATED_EVERY.days
    past = (day - date(2020, 1, 1)).days - 1 - offset
    return date(2020, 1, 1) + timedelta(days=offset + past // CALIBRATED_EVERY.days * CALIBRATED_EVERY.days)


def plan_of(firm: Firm, extent: Extent, swapped: datetime | None = None) -> list[PlanLine]:
    """The firm's monitoring plan: one authoritative series a source and day, a live one and the flue gas beside.

    ``swapped``: when the meter of a register was replaced, once that has happened; the next day's readings
    are the new meter's.
    """
    lines: list[PlanLine] = []
    for source in firm.sources:
        if extent.since < extent.hours_since:
            lines.append(_amount(firm, source, extent.since, extent.hours_since, DAILY))
        if source.register and swapped is not None:
            lines.append(_amount(firm, source, extent.hours_since, swapped.date(), HOURLY))
            lines.append(_amount(firm, source, swapped.date(), None, HOURLY, 2))
        else:
            lines.append(_amount(firm, source, extent.hours_since, None, HOURLY))
        lines.append(_live(firm, source, extent.live_since or extent.since))
    if firm.flue is not None:
        lines.append(_flue(firm, extent))
    return lines


def plan_entry(
    firm: Firm, extent: Extent, swapped: datetime | None = None, supersedes: int | None = None
) -> Draft:
    """The firm's plan as an entry; one that replaces another says why."""
    why = {"reason": "更换电能表(演示) meter replaced (demo)"} if supersedes is not None else None
    return plan_draft(firm.id, plan_of(firm, extent, swapped), supersedes=supersedes, why=why, by=BY)


def swap_of(firm: Firm, today: date) -> tuple[Source, datetime] | None:
    """The source whose meter is replaced during the history, and when; None where none is."""
    for source in firm.sources:
        if source.register and (at := swapped_at(firm, source.id, today)) is not None:
            return source, at
    return None


def _amount(
    firm: Firm, source: Source, first: date, last: date | None, step: int, meter: int = 1
) -> PlanLine:
    hourly = step == HOURLY
    return PlanLine(
        series=series_id(firm, source) if hourly else day_id(firm, source),
        org=firm.id,
        source=source_id(firm, source),
        meter=meter_id(firm, source, meter),
        indicator=source.indicator,
        channel="hj212",
        device=firm.device,
        stream=f"{2061 if hourly else 2031}:{source.code}:Cou",
        form="register" if hourly and source.register else "interval_amount",
        step_s=step,
        label="start",
        zone=ZONE,
        unit=source.unit,
        decimals=source.decimals,
        authoritative=True,
        required=True,
        valid_from=first,
        valid_to=last,
        synthetic=True,
    )


def _live(firm: Firm, source: Source, since: date) -> PlanLine:
    return PlanLine(
        series=live_id(firm, source),
        org=firm.id,
        source=source_id(firm, source),
        meter=meter_id(firm, source),
        indicator=source.indicator,
        channel="hj212",
        device=firm.device,
        stream=f"2011:{source.code}:Rtd",
        form="rate",
        step_s=LIVE_STEP,
        label="start",
        zone=ZONE,
        unit=f"{source.unit}/h",
        decimals=source.decimals,
        authoritative=False,
        required=False,
        valid_from=since,
        synthetic=True,
    )


def _flue(firm: Firm, extent: Extent) -> PlanLine:
    assert firm.flue is not None
    burned = firm.source(firm.flue.source)
    return PlanLine(
        series=flue_id(firm),
        org=firm.id,
        source=source_id(firm, burned),
        meter=meter_id(firm, burned),
        indicator="flue_gas_co2",
        channel="hj212",
        device=firm.device,
        stream="2061:a05001:Cou",
        form="interval_amount",
        step_s=HOURLY,
        label="start",
        zone=ZONE,
        unit="t CO2",
        decimals=3,
        authoritative=False,
        required=False,
        valid_from=extent.hours_since,
        synthetic=True,
    )
