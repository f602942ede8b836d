"""Homes of a firm's people, of its laboratory and of those who verify it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tansuo.accounting.laboratory import clients, laboratories, reports
from tansuo.accounting.listed import Listed, listed
from tansuo.api.home_shapes import (
    Engagement,
    EnterpriseClerkHome,
    EnterpriseReviewerHome,
    LaboratoryClient,
    LaboratoryHome,
    ReportBody,
    Strip,
    StripDay,
    VerifierHome,
)
from tansuo.api.homes.here import Here, pair_of, report_bodies
from tansuo.api.routers.corrections import waiting_corrections
from tansuo.api.routers.samples import samples
from tansuo.api.shapes import named
from tansuo.api.under_receipt import waiting_findings
from tansuo.monitoring import plan
from tansuo.monitoring.reading import PeriodSum
from tansuo.monitoring.series import curve
from tansuo.registry import subject


def enterprise_clerk(here: Here) -> EnterpriseClerkHome:
    """This month's tasks of the firm."""
    firm = here.own_subject()
    named_labs = laboratories(here.connection, firm.id, here.today, here.size)
    due: list[ReportBody] = []
    for laboratory in named_labs:
        found = reports(here.connection, laboratory, [firm.id], here.today, here.size, months=3)
        due += report_bodies(here, found)
    return EnterpriseClerkHome(
        firm=named(firm),
        month=here.month.text,
        strips=_strips(here, firm.id),
        last_month=pair_of(here, here.inventory, firm.id, here.last_month, None),
        reports=due,
        corrections=waiting_corrections(here.connection, here.viewer, here.size),
        findings=waiting_findings(here),
    )


def _strips(here: Here, firm: str) -> list[Strip]:
    """Every series that counts, day by day from the first of the month to today."""
    lines = [
        one
        for one in plan.lines(here.connection, here.size, org=firm)
        if one.authoritative and one.covers(here.today)
    ]
    ids = [name for one in lines for name in (one.source, one.meter)]
    names = {one.id: one for one in subject.find(here.connection, ids=ids, as_of=here.size)}
    strips = []
    for line in lines:
        sums = curve(here.connection, line.series, here.month.start, here.month.end, here.size)
        days = [_day(one, here.today) for one in sums if one.period.start <= here.today]
        source, meter = names.get(line.source), names.get(line.meter)
        strips.append(
            Strip(
                series=line.series,
                source_zh=source.name_zh if source else line.source,
                source_en=source.name_en if source else line.source,
                meter=meter.id if meter else line.meter,
                unit=line.unit,
                missing=sum(
                    one.expected - one.present for one in days if one.expected is not None and not one.running
                ),
                days=days,
            )
        )
    return strips


def _day(one: PeriodSum, today: date) -> StripDay:
    usable = sum(count for state, count in one.counts.items() if state.has_value or state.adds_nothing)
    return StripDay(
        day=one.period.start, expected=one.expected, present=usable, running=one.period.start == today
    )


def enterprise_reviewer(here: Here) -> EnterpriseReviewerHome:
    """What waits for the second person of the firm."""
    firm = here.own_subject()
    return EnterpriseReviewerHome(
        firm=named(firm),
        last_month=pair_of(here, here.inventory, firm.id, here.last_month, None),
        corrections=waiting_corrections(here.connection, here.viewer, here.size),
        findings=waiting_findings(here),
    )


def laboratory(here: Here) -> LaboratoryHome:
    """Reports of the firms that named the laboratory; `here` sees those firms' rows and no others."""
    about = (
        subject.get(here.connection, here.viewer.subject, as_of=here.size) if here.viewer.subject else None
    )
    if about is None or about.kind != "laboratory":
        return LaboratoryHome(laboratory=None, reports=[], clients=[])
    firms = clients(here.connection, about.id, here.today, here.size)
    found = reports(here.connection, about.id, firms, here.today, here.size)
    return LaboratoryHome(
        laboratory=named(about), reports=report_bodies(here, found), clients=_clients(here, firms)
    )


def _clients(here: Here, firms: Sequence[str]) -> list[LaboratoryClient]:
    """The firms with the sources whose fuel can be sampled."""
    known = subject.find(here.connection, ids=list(firms), as_of=here.size) if firms else []
    found = []
    for firm in known:
        below = subject.find(here.connection, kind="emission_source", org=firm.org, as_of=here.size)
        burning = [one for one in below if one.attributes.get("family") == "solid_liquid"]
        found.append(LaboratoryClient(firm=named(firm), sources=[named(one) for one in burning]))
    return found


def verifier(here: Here) -> VerifierHome:
    """Every firm with what of it stands published, and the samples drawn so far."""
    by_firm: dict[str, list[Listed]] = {}
    for one in listed(here.connection, as_of=here.size):
        by_firm.setdefault(one.subject, []).append(one)
    firms = subject.find(here.connection, kind="enterprise", as_of=here.size)
    months = {firm: sorted(one.period for one in found) for firm, found in by_firm.items()}
    return VerifierHome(
        engagements=[
            Engagement(
                firm=named(firm),
                receipts=len(by_firm.get(firm.id, ())),
                first=months[firm.id][0] if firm.id in months else None,
                last=months[firm.id][-1] if firm.id in months else None,
            )
            for firm in firms
        ],
        samples=samples(here.connection, here.size),
        findings=waiting_findings(here),
    )
