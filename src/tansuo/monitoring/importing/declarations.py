"""What a map declares of the world: the subjects and the monitoring plan that its readings need.

Only what nobody has declared is added. A plan line that is there already is never changed, except that it may
begin earlier: an older file of the same meter brings older days into the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from tansuo.evidence.document import CITY
from tansuo.evidence.entry import Actor, Draft
from tansuo.monitoring import plan
from tansuo.monitoring.connectors.workbook import Judged, Mapping
from tansuo.monitoring.connectors.workbook.judged import Found
from tansuo.monitoring.connectors.workbook.mapping import MONTHLY, SubjectRule
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.reading import OWN_PLAN
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding
from tansuo.registry import relation, subject


@dataclass(slots=True)
class Declarations:
    """Entries to write before a file is received; ``orgs`` are the enterprises its series belong to."""

    drafts: list[Draft] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    orgs: list[str] = field(default_factory=list)
    subjects: int = 0
    lines: int = 0

    @property
    def org(self) -> str:
        """Whose file it is: the one enterprise's, or the city's where it speaks of several or of none."""
        return self.orgs[0] if len(self.orgs) == 1 else CITY


def declarations(connection: Connection, mapping: Mapping, judged: Judged, by: Actor) -> Declarations:
    """What is missing for the series found in a file, as entries in the order in which they need one another.

    Series of a map without [enterprise] declare nothing: their readings wait in quarantine until a plan names
    their stream. Requires projections that have caught up.
    """
    made = Declarations()
    orgs: dict[str, list[Found]] = {}
    for found in judged.found.values():
        enterprise = found.table.enterprise
        if enterprise is None:
            continue
        orgs.setdefault(_fill(enterprise, found), []).append(found)
    made.orgs = sorted(orgs)
    for org in made.orgs:
        made.drafts += _subjects(connection, mapping, org, orgs[org], by)
    made.subjects = sum(1 for one in made.drafts if one.type == "subject")
    for org in made.orgs:
        _plan(connection, mapping, org, orgs[org], by, made)
    return made


def _fill(rule: SubjectRule, found: Found) -> str:
    return rule.id.fill(found.texts, identifier=True)


def _subjects(
    connection: Connection, mapping: Mapping, org: str, series: Sequence[Found], by: Actor
) -> Iterator[Draft]:
    """Subjects, then relations, that nobody has declared yet."""
    wanted: dict[str, tuple[SubjectRule, Found]] = {}
    for found in series:
        rules = [found.table.enterprise, *found.table.subjects]
        for rule in (one for one in rules if one is not None):
            wanted.setdefault(_fill(rule, found), (rule, found))
    known = {one.id for one in subject.find(connection, ids=list(wanted))}
    for identity, (rule, found) in wanted.items():
        if identity in known:
            continue
        yield subject.declare(
            identity,
            rule.kind,
            rule.name_zh.fill(found.texts),
            rule.name_en.fill(found.texts),
            attributes={name: one.fill(found.texts) for name, one in rule.attributes.items()},
            org=org,
            synthetic=mapping.synthetic,
            by=by,
        )
    for identity, (rule, found) in wanted.items():
        for name, other in rule.relations:
            target = other.fill(found.texts, identifier=True)
            if not relation.relations(connection, name, a=[identity], b=[target]):
                yield relation.relate(identity, name, target, org=org, by=by)


def _plan(
    connection: Connection,
    mapping: Mapping,
    org: str,
    series: Sequence[Found],
    by: Actor,
    made: Declarations,
) -> None:
    """The plan of one enterprise with the series it lacks; no entry where it lacks none."""
    lines = {(one.series, one.valid_from): one for one in plan.lines(connection, org=org)}
    changed = False
    for found in series:
        new = _line(mapping, org, found)
        old = min(
            (one for one in lines.values() if one.series == new.series),
            key=lambda one: one.valid_from,
            default=None,
        )
        if old is not None and found.device == OWN_PLAN:
            continue
        if old is None:
            lines[new.series, new.valid_from] = new
            made.lines += 1
            changed = True
            continue
        if differs := _difference(old, new):
            where = {"series": new.series}
            made.findings.append(Finding("monitoring.plan_differs", where, {"field": differs}, "warning"))
        if new.valid_from < old.valid_from and not differs:
            del lines[old.series, old.valid_from]
            lines[old.series, new.valid_from] = replace(old, valid_from=new.valid_from, entry=None)
            changed = True
    if not changed:
        return
    current = plan.current_plan(connection, org)
    why = None if current is None else {"code": "imported_file", "text": f"series of the map {mapping.id}"}
    made.drafts.append(plan.plan_draft(org, list(lines.values()), supersedes=current, why=why, by=by))


def _difference(old: PlanLine, new: PlanLine) -> str | None:
    if old.key != new.key:
        return "stream"
    if old.unit != new.unit:
        return "unit"
    return plan.changed_field(old, new)


def _line(mapping: Mapping, org: str, found: Found) -> PlanLine:
    rule, time = found.rule, found.table.time
    source = rule.source.fill(found.texts, identifier=True) if rule.source else org
    return PlanLine(
        series=found.series,
        org=org,
        source=source,
        meter=rule.meter.fill(found.texts, identifier=True) if rule.meter else "",
        indicator=rule.indicator,
        channel="file",
        device=found.device,
        stream=rule.stream,
        form=rule.form,
        step_s=time.step_s,
        label=time.label,
        zone=found.zone,
        unit=rule.unit,
        decimals=rule.decimals,
        authoritative=rule.authoritative,
        required=rule.required,
        valid_from=_first_day(found),
        lower=None if rule.lower is None else plain(rule.lower),
        upper=None if rule.upper is None else plain(rule.upper),
        synthetic=mapping.synthetic,
        attributes={"title_zh": rule.title_zh, "title_en": rule.title_en, **rule.attributes},
    )


def _first_day(found: Found) -> date:
    """The civil day, or the first of the month, in which the first reading's interval begins."""
    time, first = found.table.time, found.first
    if time.label == "end" and time.step_s:
        first -= timedelta(days=1) if time.step_s == MONTHLY else timedelta(seconds=time.step_s)
    day = first.date()
    return day.replace(day=1) if time.step_s == MONTHLY else day
