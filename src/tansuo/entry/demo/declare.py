"""What the demo city declares before the first frame: subjects, relations, monitoring plans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tansuo.entry.demo.model import Firm, Source
from tansuo.evidence.entry import Actor, Draft
from tansuo.monitoring.plan import PlanLine, plan_draft
from tansuo.registry import relation, subject
from tansuo.registry.zhenjiang import CITY

ZONE = "Asia/Shanghai"
BY = Actor("demo.loader", "system")
HOURLY = 3600
LIVE_STEP = 30


def unit_id(firm: Firm) -> str:
    """The assessment unit a firm reports for."""
    return f"zj.unit.{firm.unit}"


def source_id(firm: Firm, source: Source) -> str:
    """Subject id of an emission source."""
    return f"{firm.id}.{source.id}"


def series_id(firm: Firm, source: Source) -> str:
    """Series of the authoritative hourly amount of a source."""
    return f"{firm.id}/{source.id}/hour"


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


def firm_drafts(firm: Firm) -> Iterator[Draft]:
    """A firm with its facilities, sources and meters, and how they hang together."""
    org = firm.id
    yield subject.declare(
        firm.id, "enterprise", firm.zh, firm.en, attributes={"industry": firm.industry}, org=org,
        synthetic=True, by=BY,
    )  # fmt: skip
    yield relation.relate(firm.id, "reports_for", unit_id(firm), org=org, by=BY)
    for place, zh, en in firm.places:
        yield subject.declare(f"{firm.id}.{place}", "facility", zh, en, org=org, synthetic=True, by=BY)
        yield relation.relate(f"{firm.id}.{place}", "part_of", firm.id, org=org, by=BY)
    for source in firm.sources:
        attributes = {"family": source.family, "indicator": source.indicator}
        if source.fuel:
            attributes["fuel"] = source.fuel
        here = source_id(firm, source)
        yield subject.declare(
            here,
            "emission_source",
            source.zh,
            source.en,
            attributes=attributes,
            org=org,
            synthetic=True,
            by=BY,
        )
        yield relation.relate(here, "part_of", f"{firm.id}.{source.facility}", org=org, by=BY)
        meter = f"{here}.meter"
        yield subject.declare(
            meter, "meter", f"{source.zh}计量", f"{source.en} meter", attributes={"device": firm.device},
            org=org, synthetic=True, by=BY,
        )  # fmt: skip
        yield relation.relate(here, "measured_by", meter, org=org, by=BY)


def plan_lines(firm: Firm, since: date) -> list[PlanLine]:
    """One authoritative hourly series a source, one live series beside it, and the flue-gas comparison."""
    lines: list[PlanLine] = []
    for source in firm.sources:
        lines.append(
            _line(
                firm,
                source,
                series_id(firm, source),
                f"2061:{source.code}:Cou",
                "interval_amount",
                HOURLY,
                source.unit,
                source.decimals,
                counts=True,
                since=since,
            )
        )
        lines.append(
            _line(
                firm,
                source,
                live_id(firm, source),
                f"2011:{source.code}:Rtd",
                "rate",
                LIVE_STEP,
                f"{source.unit}/h",
                source.decimals,
                counts=False,
                since=since,
            )
        )
    if firm.flue is not None:
        burned = next(one for one in firm.sources if one.id == firm.flue.source)
        lines.append(
            _line(
                firm,
                burned,
                flue_id(firm),
                "2061:a05001:Cou",
                "interval_amount",
                HOURLY,
                "t CO2",
                3,
                counts=False,
                since=since,
                indicator="flue_gas_co2",
            )
        )
    return lines


def _line(
    firm: Firm,
    source: Source,
    series: str,
    stream: str,
    form: str,
    step: int,
    unit: str,
    decimals: int,
    *,
    counts: bool,
    since: date,
    indicator: str = "",
) -> PlanLine:
    return PlanLine(
        series=series,
        org=firm.id,
        source=source_id(firm, source),
        meter=f"{source_id(firm, source)}.meter",
        indicator=indicator or source.indicator,
        channel="hj212",
        device=firm.device,
        stream=stream,
        form=form,  # type: ignore[arg-type]
        step_s=step,
        label="start",
        zone=ZONE,
        unit=unit,
        decimals=decimals,
        authoritative=counts,
        required=counts,
        valid_from=since,
        synthetic=True,
    )


def plan_of(firm: Firm, since: date) -> Draft:
    """The firm's monitoring plan as an entry."""
    return plan_draft(firm.id, plan_lines(firm, since), by=BY)
