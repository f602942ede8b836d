"""What an enterprise is: its facts, facilities, sources, meters with their life, and the plan in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import select

from tansuo.api.enterprise_rows import OnlineBody, online_body, units_of
from tansuo.api.looking import Look
from tansuo.api.policy import policy
from tansuo.api.shapes import Named, named
from tansuo.evidence.as_of import visible
from tansuo.monitoring import plan, tables
from tansuo.monitoring.freshness import Freshness, freshness
from tansuo.monitoring.grid import instant
from tansuo.monitoring.lookup import latest
from tansuo.monitoring.plan import PlanLine
from tansuo.quantity.decimals import plain, unscaled
from tansuo.quantity.period import Period
from tansuo.registry import subject
from tansuo.registry.relation import Relation, relations
from tansuo.registry.sectors import sector_name
from tansuo.registry.subject import Attribute, Subject


class DatedAttribute(BaseModel):
    """One dated attribute; `valid_to` is the first day on which it no longer holds."""

    name: str
    value: str
    valid_from: date | None
    valid_to: date | None
    source: str | None
    source_status: str | None
    document: str | None
    entry: int


class FacilityBody(BaseModel):
    """A facility and the sources that are part of it."""

    facility: Named
    sources: list[str]
    valid_from: date | None
    valid_to: date | None


class EmissionSourceBody(BaseModel):
    """An emission source with its facility and the meters that measure it."""

    source: Named
    family: str | None
    fuel: str | None
    indicator: str | None
    facility: str | None
    meters: list[str]


class MeterEvent(BaseModel):
    """A declared roll-over, reset or replacement of a register: the old run's last count, the new one's first."""

    series: str
    at: datetime
    kind: str
    last: str
    first: str
    unit: str
    entry: int


class MeterBody(BaseModel):
    """A meter: its dated attributes (calibration, accuracy, device) and what happened to its registers."""

    meter: Named
    attributes: list[DatedAttribute]
    valid_from: date | None
    valid_to: date | None
    series: list[str]
    events: list[MeterEvent]


class PlanLineBody(BaseModel):
    """A line of the monitoring plan, with the days on which it holds and its newest reading."""

    series: str
    source: str
    source_zh: str
    source_en: str
    meter: str
    indicator: str
    channel: str
    device: str
    stream: str
    form: str
    step_s: int
    unit: str
    amount_unit: str
    decimals: int
    authoritative: bool
    required: bool
    valid_from: date
    valid_to: date | None
    in_force: bool
    lower: str | None
    upper: str | None
    synthetic: bool
    entry: int | None
    newest: datetime | None
    newest_value: str | None
    newest_state: str | None


class Enterprise(BaseModel):
    """An enterprise as known at `point`. `may_ask` and `may_confirm`: what the viewer's role may do to readings.

    `months`: the first and last month that figures can be asked for.
    """

    point: str
    as_of: int
    today: date
    zone: str
    enterprise: Named
    attributes: list[DatedAttribute]
    sector: str | None
    sector_zh: str
    sector_en: str
    industry: str | None
    capacity: str | None
    units: list[Named]
    online: OnlineBody
    first_month: str | None
    last_month: str
    facilities: list[FacilityBody]
    sources: list[EmissionSourceBody]
    meters: list[MeterBody]
    plan_entry: int | None
    lines: list[PlanLineBody]
    may_ask: bool
    may_confirm: bool


def facts(look: Look, firm: Subject) -> Enterprise:
    """Everything that stands still about an enterprise."""
    lines = plan.lines(look.connection, look.size, org=firm.org)
    below = _below(look, firm)
    subjects = {one.id: one for one in subject.find(look.connection, ids=sorted(below.all), as_of=look.size)}
    dated = _attributes(look, [firm.id, *subjects])
    month = Period.of_month(look.today.year, look.today.month)
    fresh = freshness(look.connection, lines, look.now, look.size)
    rules = policy().rules
    starts = [line.valid_from for line in lines]
    return Enterprise(
        point=look.point,
        as_of=look.size,
        today=look.today,
        zone=look.zone,
        enterprise=named(firm),
        attributes=dated.get(firm.id, []),
        sector=firm.attributes.get("sector"),
        sector_zh=sector_name(firm.attributes.get("sector"), "zh"),
        sector_en=sector_name(firm.attributes.get("sector"), "en"),
        industry=firm.attributes.get("industry"),
        capacity=firm.attributes.get("capacity"),
        units=[named(unit) for unit in units_of(look, [firm], month).get(firm.id, ())],
        online=online_body(fresh.get(firm.org, Freshness("none", None, None))),
        first_month=min(starts).strftime("%Y-%m") if starts else None,
        last_month=month.text,
        facilities=_facilities(below, subjects),
        sources=_sources(below, subjects),
        meters=_meters(look, subjects, dated, lines),
        plan_entry=lines[0].entry if lines else None,
        lines=_lines(look, lines, subjects),
        may_ask=rules["ask_correction"].allows(look.viewer.role),
        may_confirm=rules["confirm_correction"].allows(look.viewer.role),
    )


class _Below:
    """What hangs below an enterprise: its parts all the way down, and the meters of its sources."""

    def __init__(self, parts: Sequence[Relation], measured: Sequence[Relation]) -> None:
        self.parts = parts
        self.measured = measured
        self.all = {link.a for link in parts} | {link.b for link in measured}

    def parent(self, name: str) -> Relation | None:
        """What a thing is part of; the last span where there are several."""
        found = [link for link in self.parts if link.a == name]
        return found[-1] if found else None


def _below(look: Look, firm: Subject) -> _Below:
    parts: list[Relation] = []
    tips, seen = [firm.id], {firm.id}
    while tips:
        found = relations(look.connection, "part_of", b=tips, as_of=look.size)
        parts += found
        tips = sorted({link.a for link in found} - seen)
        seen.update(tips)
    measured = relations(look.connection, "measured_by", a=sorted(seen), as_of=look.size)
    return _Below(parts, measured)


def _attributes(look: Look, ids: Sequence[str]) -> dict[str, list[DatedAttribute]]:
    found: dict[str, list[DatedAttribute]] = {}
    for one in subject.attributes(look.connection, ids, as_of=look.size):
        found.setdefault(one.subject, []).append(_attribute(one))
    return found


def _attribute(one: Attribute) -> DatedAttribute:
    return DatedAttribute(
        name=one.name,
        value=one.value,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        source=one.source.text if one.source else None,
        source_status=one.source.status.value if one.source else None,
        document=(one.source.document or None) if one.source else None,
        entry=one.entry,
    )


def _facilities(below: _Below, subjects: Mapping[str, Subject]) -> list[FacilityBody]:
    found = []
    for one in (one for one in subjects.values() if one.kind == "facility"):
        link = below.parent(one.id)
        found.append(
            FacilityBody(
                facility=named(one),
                sources=sorted({part.a for part in below.parts if part.b == one.id}),
                valid_from=link.valid_from if link else one.valid_from,
                valid_to=link.valid_to if link else one.valid_to,
            )
        )
    return found


def _sources(below: _Below, subjects: Mapping[str, Subject]) -> list[EmissionSourceBody]:
    found = []
    for one in (one for one in subjects.values() if one.kind == "emission_source"):
        link = below.parent(one.id)
        found.append(
            EmissionSourceBody(
                source=named(one),
                family=one.attributes.get("family"),
                fuel=one.attributes.get("fuel"),
                indicator=one.attributes.get("indicator"),
                facility=link.b if link else None,
                meters=sorted({link.b for link in below.measured if link.a == one.id}),
            )
        )
    return found


def _meters(
    look: Look,
    subjects: Mapping[str, Subject],
    dated: Mapping[str, list[DatedAttribute]],
    lines: Sequence[PlanLine],
) -> list[MeterBody]:
    events = _life_events(look, lines)
    found = []
    for one in (one for one in subjects.values() if one.kind == "meter"):
        series = sorted({line.series for line in lines if line.meter == one.id})
        found.append(
            MeterBody(
                meter=named(one),
                attributes=dated.get(one.id, []),
                valid_from=one.valid_from,
                valid_to=one.valid_to,
                series=series,
                events=[event for event in events if event.series in series],
            )
        )
    return found


def _life_events(look: Look, lines: Iterable[PlanLine]) -> list[MeterEvent]:
    by_series = {line.series: line for line in lines}
    table = tables.life_event
    query = (
        select(table)
        .where(visible(table, look.size), table.c.series.in_(sorted(by_series)))
        .order_by(table.c.at)
    )
    found = []
    for row in look.connection.execute(query).mappings():
        line = by_series[row["series"]]
        found.append(
            MeterEvent(
                series=row["series"],
                at=instant(row["at"]),
                kind=row["kind"],
                last=plain(unscaled(row["last_value"], line.decimals)),
                first=plain(unscaled(row["first_value"], line.decimals)),
                unit=line.unit,
                entry=row["entry"],
            )
        )
    return found


def _lines(look: Look, lines: Sequence[PlanLine], subjects: Mapping[str, Subject]) -> list[PlanLineBody]:
    newest = latest(look.connection, [line.series for line in lines], look.size) if lines else {}
    found = []
    for line in lines:
        about, last = subjects.get(line.source), newest.get(line.series)
        today = look.now.astimezone(ZoneInfo(line.zone)).date()
        found.append(
            PlanLineBody(
                series=line.series,
                source=line.source,
                source_zh=about.name_zh if about else line.source,
                source_en=about.name_en if about else line.source,
                meter=line.meter,
                indicator=line.indicator,
                channel=line.channel,
                device=line.device,
                stream=line.stream,
                form=line.form,
                step_s=line.step_s,
                unit=line.unit,
                amount_unit=line.amount_unit,
                decimals=line.decimals,
                authoritative=line.authoritative,
                required=line.required,
                valid_from=line.valid_from,
                valid_to=line.valid_to,
                in_force=line.covers(today),
                lower=line.lower,
                upper=line.upper,
                synthetic=line.synthetic,
                entry=line.entry,
                newest=last.start if last else None,
                newest_value=None if last is None or last.value is None else plain(last.value),
                newest_state=last.state.value if last else None,
            )
        )
    return found
