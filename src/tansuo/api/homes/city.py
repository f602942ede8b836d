"""Homes of the city's people: manager, approver, department; and of the county's."""

from __future__ import annotations

from collections.abc import Mapping

from tansuo.accounting import verification
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.movement import Movement, movements
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD, RELATION, overview
from tansuo.accounting.publication import Candidate, candidates
from tansuo.accounting.receipt import Published, receipts
from tansuo.api.home_shapes import (
    CityApproverHome,
    CityManagerHome,
    CountyManagerHome,
    DeliveryBody,
    DepartmentHome,
    Due,
    FirmLine,
    HeldIndicator,
    MonthDesk,
    Mover,
    Pair,
    Quiet,
    UnitFindings,
)
from tansuo.api.homes.here import Here, amount_of, pair_of
from tansuo.api.routers import corrections, samples
from tansuo.api.shapes import Named, known_of_figure, named, of_statement
from tansuo.api.under_receipt import open_findings
from tansuo.api.verification_shapes import VerificationFinding
from tansuo.api.viewer import inventory_of, summing
from tansuo.monitoring import plan
from tansuo.monitoring.freshness import Freshness, freshness
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.registry import case, hold, indicator, subject
from tansuo.registry.duties import delivered, deliveries, departments, holdings
from tansuo.registry.relation import children

MOVERS = 6
MONTHS_AT_THE_DESK = 6
SETTLED = frozenset({"decided", "confirmed", "declined", "drawn", "done"})


def city_manager(here: Here) -> CityManagerHome:
    """The total of the month that ended last, who moved against the one before, what is late, what waits."""
    month, base = here.last_month, here.last_month.previous()
    city = here.city()
    found = overview(here.connection, city.id, month.text, inventory=here.inventory)
    firms = {one.subject.id: named(one.subject) for one in found.enterprises}
    moved = movements(here.inventory, sorted(firms), DIRECT, month, base, METHOD)[:MOVERS]
    cells = [found.city.direct.cell, found.city.indirect.cell]
    standing = receipts(here.connection, [*cells, *(one.after.cell for one in moved)], here.size)
    return CityManagerHome(
        total=Pair(
            period=month.text,
            direct=amount_of(found.city.direct, standing),
            indirect=amount_of(found.city.indirect, standing),
        ),
        known_direct=known_of_figure(found.city.direct),
        known_indirect=known_of_figure(found.city.indirect),
        enterprises=found.city.coverage.enterprises,
        complete_enterprises=found.city.coverage.complete,
        movers=[_mover(one, firms[one.subject], standing) for one in moved if one.change],
        quiet=_quiet(here, firms),
        waiting=_waiting(here),
        corrections=len(corrections.waiting_corrections(here.connection, here.viewer, here.size)),
        findings=_by_unit(here),
    )


def _by_unit(here: Here) -> list[UnitFindings]:
    """Findings not closed by the unit their firms report for, units with late answers first; of the city's own sums
    beside them."""
    units = subject.find(here.connection, kind="assessment_unit", as_of=here.size)
    unit_of = {unit.id: unit.id for unit in units}
    for unit in units:
        for child in children(here.connection, unit.id, RELATION, here.today, here.size):
            unit_of[child.subject] = unit.id
    found: dict[str, list[VerificationFinding]] = {}
    for one in open_findings(here):
        about = "" if one.subject is None else one.subject.id
        found.setdefault(unit_of.get(about, ""), []).append(one)
    names = {one.id: named(one) for one in units}
    groups = [
        UnitFindings(unit=names.get(name), late=sum(one.late for one in those), findings=those)
        for name, those in found.items()
    ]
    return sorted(groups, key=lambda one: (-one.late, -len(one.findings), one.unit.id if one.unit else ""))


def _mover(one: Movement, firm: Named, standing: Mapping[Cell, Published]) -> Mover:
    return Mover(
        firm=firm,
        period=one.after.cell.period,
        base=one.before.cell.period,
        before=amount_of(one.before, {}),
        after=amount_of(one.after, dict(standing)),
        change=plain(one.change),
        percent=None if one.percent is None else plain(one.percent),
    )


def _heard(here: Here) -> Mapping[str, Freshness]:
    lines = [
        one
        for one in plan.lines(here.connection, here.size)
        if one.covers(here.today) and one.channel != "file"
    ]
    return freshness(here.connection, lines, here.now, here.size)


def _quiet(here: Here, firms: Mapping[str, Named]) -> list[Quiet]:
    """Firms that were not heard of lately, the longest silence first."""
    found = [
        Quiet(firm=firms[org], state=one.state, last=one.newest)
        for org, one in _heard(here).items()
        if org in firms and one.state != "online"
    ]
    return sorted(found, key=lambda one: (one.last is not None, one.last.timestamp() if one.last else 0.0))


def _waiting(here: Here) -> list[Due]:
    """Cases that are not settled, by deadline; corrections, samples, findings and holds have their own places."""
    skipped = {corrections.KIND, samples.KIND, verification.KIND, hold.KIND}
    found = [
        one
        for one in case.find(here.connection, as_of=here.size)
        if one.kind not in skipped and one.step not in SETTLED and one.outcome is None
    ]
    done = delivered(here.connection, here.size)
    names = here.names(one.subject for one in found)
    return [
        Due(
            case=one.id,
            entry=one.entry,
            kind=one.kind,
            title_zh=one.title_zh,
            title_en=one.title_en,
            role=one.role,
            subject=names.get(one.subject),
            deadline=one.deadline,
            late=one.deadline is not None and one.deadline < here.today,
            synthetic=one.synthetic,
        )
        for one in found
        if one.id not in done
    ]


def city_approver(here: Here) -> CityApproverHome:
    """How the sums of the last months stand before a decision."""
    city = here.city()
    months: list[Period] = []
    month = here.last_month
    first = _first_month(here)
    while len(months) < MONTHS_AT_THE_DESK and month.text >= first:
        months.append(month)
        month = month.previous()
    return CityApproverHome(
        months=[_desk(one.text, candidates(here.inventory, city.id, one)) for one in months],
        corrections=corrections.waiting_corrections(here.connection, here.viewer, here.size),
    )


def _first_month(here: Here) -> str:
    days = [one.valid_from for one in plan.lines(here.connection, here.size) if one.authoritative]
    return min(days).strftime("%Y-%m") if days else "9999-12"


def _desk(period: str, found: list[Candidate]) -> MonthDesk:
    counted = [one.readiness for one in found]
    return MonthDesk(
        period=period,
        ready=counted.count("ready"),
        published=counted.count("published"),
        moved=counted.count("moved"),
        incomplete=counted.count("incomplete"),
    )


def department(here: Here) -> DepartmentHome:
    """What the department owns and owes; a role over the whole city sees every department's."""
    about = here.own_subject()
    own = about.kind == "department"
    held = holdings(here.connection, about.name_zh if own else None, here.size)
    asked = deliveries(here.connection, about.id if own else None, here.size)
    latest = [one.latest for one in held if one.latest is not None]
    entries = [one.entry for one in latest] + [one.done.entry for one in asked if one.done is not None]
    recorded = here.recorded(entries)
    names = here.names(one.subject for one in latest)
    english = departments(here.connection, here.size)
    known = {one.code: one for one in indicator.find(here.connection, as_of=here.size)}
    return DepartmentHome(
        department=named(about) if own else None,
        deliveries=[
            DeliveryBody(
                indicator=one.indicator,
                name_zh=known[one.indicator].name_zh,
                name_en=known[one.indicator].name_en,
                period=one.period,
                deadline=one.case.deadline,
                done=None if one.done is None else one.done.entry,
                done_at=None if one.done is None else recorded[one.done.entry],
                late=one.late(here.today),
                synthetic=one.case.synthetic,
            )
            for one in asked
            if one.indicator in known
        ],
        holdings=[
            HeldIndicator(
                code=one.indicator.code,
                name_zh=one.indicator.name_zh,
                name_en=one.indicator.name_en,
                owner=one.indicator.owner,
                owner_en=english.get(one.indicator.owner, one.indicator.owner),
                unit=one.indicator.unit,
                period=None if one.latest is None else one.latest.period,
                amount=None if one.latest is None else of_statement(one.latest),
                stage=None if one.latest is None else one.latest.stage.value,
                subject=None if one.latest is None else names.get(one.latest.subject),
                entry=None if one.latest is None else one.latest.entry,
                recorded_at=None if one.latest is None else recorded[one.latest.entry],
            )
            for one in held
        ],
    )


def county_manager(here: Here) -> CountyManagerHome:
    """The unit's sum, read with the city's eyes as every sum is; its firms with the county's own."""
    unit = here.own_subject()
    month = here.last_month
    with summing(here.request) as connection:
        whole = pair_of(here, inventory_of(here.request, connection, here.size), unit.id, month, RELATION)
    firms = [one.subject for one in children(here.connection, unit.id, RELATION, month.start, here.size)]
    return CountyManagerHome(
        unit=named(unit),
        total=whole,
        firms=_firm_lines(here, firms, here.inventory),
        findings=_by_unit(here),
    )


def _firm_lines(here: Here, firms: list[str], inventory: Inventory) -> list[FirmLine]:
    names = here.names(firms)
    shown = [one for one in firms if one in names]
    cells = [
        Cell(firm, quantity, here.last_month.text, METHOD)
        for firm in shown
        for quantity in (DIRECT, INDIRECT)
    ]
    made = dict(zip(cells, inventory.figures(cells), strict=True))
    standing = receipts(here.connection, cells, here.size)
    heard = _heard(here)
    waiting = [
        one.firm.id for one in corrections.waiting_corrections(here.connection, here.viewer, here.size)
    ]

    def of(firm: str, quantity: str) -> Figure:
        return made[Cell(firm, quantity, here.last_month.text, METHOD)]

    lines = []
    for firm in shown:
        pair = [of(firm, quantity) for quantity in (DIRECT, INDIRECT)]
        fresh = heard.get(firm)
        lines.append(
            FirmLine(
                firm=names[firm],
                direct=amount_of(pair[0], standing),
                indirect=amount_of(pair[1], standing),
                complete=all(one.completeness.complete for one in pair),
                holes=_holes(pair),
                state="none" if fresh is None else fresh.state,
                last=None if fresh is None else fresh.newest,
                waiting=waiting.count(firm),
            )
        )
    return sorted(lines, key=lambda one: (one.complete, one.state == "online", one.firm.id))


def _holes(figures: list[Figure]) -> int:
    """Readings missing under both figures, each counted once."""
    cells = {
        (one.term, one.source, one.month): one for figure in figures for one in figure.completeness.cells
    }
    return sum(one.expected - one.present for one in cells.values() if one.expected is not None)
