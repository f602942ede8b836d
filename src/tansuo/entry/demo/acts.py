"""What people do during the demo's history, day by day, each act in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tansuo.entry.demo import annual, bases, laboratory, publishing, verifying
from tansuo.entry.demo.declare import (
    BY,
    ZONE,
    calibrated_before,
    calibration,
    meter_draft,
    meter_id,
    plan_entry,
    series_id,
    source_id,
    swap_of,
)
from tansuo.entry.demo.history import Extent, Repair, repairs
from tansuo.entry.demo.model import (
    PUBLISHING_DAY,
    Firm,
    Source,
    months_before,
    published_month,
    publishing_day,
)
from tansuo.entry.demo.numbers import first_count
from tansuo.entry.demo.people import deliveries, waiting_request
from tansuo.entry.demo.scenes import scenes
from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Actor, Draft
from tansuo.evidence.ledger import append
from tansuo.monitoring.correction import correct, declare_life_event
from tansuo.monitoring.plan import current_plan
from tansuo.quantity.decimals import unscaled
from tansuo.registry import indicator, relation, subject

Act = Callable[[Connection, Clock], object]

LABORATORY_DAY = 5
RESTATED_AFTER = timedelta(days=2)


def of_day(day: date, extent: Extent, today: date) -> list[Act]:
    """What people do on a civil day, in the morning."""
    return [
        *_yearly(day),
        *_monthly(day, extent),
        *_by_basis(day, extent, today),
        *(_correction(repair) for on, repair in repairs(today, extent) if on == day),
        *_swaps(day, extent, today),
        *_restatements(day, extent, today),
        *verifying.of_day(day, extent, today),
        *_requests(day, extent, today),
    ]


def _requests(day: date, extent: Extent, today: date) -> Iterator[Act]:
    """What is asked on the last day before today: of the departments, and of a firm's second person."""
    if day == today - timedelta(days=1):
        yield lambda connection, clock: append(
            connection,
            [*deliveries(indicator.find(connection), today), *waiting_request(extent.firms, day)],
            clock,
        )


def _yearly(day: date) -> Iterator[Act]:
    """On New Year's Day the year that has ended is stated."""
    if (day.month, day.day) == (1, 1):
        drafts = list(annual.statements(annual.years(day.year - 1)[-1]))
        yield lambda connection, clock: append(connection, drafts, clock)


def _monthly(day: date, extent: Extent) -> Iterator[Act]:
    before = months_before(day, 1)
    if before < extent.since:
        return
    if day.day == LABORATORY_DAY:
        yield lambda connection, clock: _laboratory(connection, extent, before, clock)
    if day.day == PUBLISHING_DAY:
        yield lambda connection, clock: publishing.publish_month(connection, before, extent.firms, clock)
    if day.day == LABORATORY_DAY:
        due = list(_calibrations(extent, before.replace(day=LABORATORY_DAY), day))
        if due:
            yield lambda connection, clock: append(connection, due, clock)


def _by_basis(day: date, extent: Extent, today: date) -> Iterator[Act]:
    """Amounts that nobody meters are stated with the laboratory's reports; of the last month totals are published."""
    month = months_before(day, 1)
    if month >= extent.since and day.day == LABORATORY_DAY:
        yield lambda connection, clock: bases.state_amounts(connection, extent.firms, month, clock)
    if month >= extent.since and day == publishing_day(published_month(today)):
        yield lambda connection, clock: bases.publish_totals(connection, extent.firms, month, clock)


def _laboratory(connection: Connection, extent: Extent, month: date, clock: Clock) -> None:
    laboratory.submit(connection, [firm for firm in extent.firms if firm.laboratory], month, clock)


def _calibrations(extent: Extent, first: date, last: date) -> Iterator[Draft]:
    """The calibrations of [first, last), as they are reported on the last day."""
    for firm in extent.firms:
        for source in firm.sources:
            on = calibrated_before(firm, source, last)
            if first <= on:
                for name, value in calibration(on).items():
                    yield subject.set_attribute(
                        meter_id(firm, source), name, value, valid_from=on, org=firm.id, by=BY
                    )


def _people(firm: Firm) -> tuple[Actor, Actor]:
    """Who enters something for a firm, and who confirms it."""
    return Actor(f"{firm.id}.clerk", "enterprise_clerk"), Actor(f"{firm.id}.reviewer", "enterprise_reviewer")


def _correction(repair: Repair) -> Act:
    def act(connection: Connection, clock: Clock) -> None:
        correct(
            connection,
            series_id(repair.firm, repair.source),
            repair.start.replace(tzinfo=ZoneInfo(ZONE)),
            repair.value,
            "装置录入时小数点错一位;按蒸汽结算单更正(演示) decimal point wrong at the device (demo)",
            None,
            *_people(repair.firm),
            clock,
        )

    return act


def _swaps(day: date, extent: Extent, today: date) -> Iterator[Act]:
    for firm in extent.firms:
        found = swap_of(firm, today)
        if found is not None and found[1].date() == day and day >= extent.hours_since:
            yield _swap(firm, *found, extent)


def _swap(firm: Firm, source: Source, at: datetime, extent: Extent) -> Act:
    """The meter is replaced: a subject, the relation of a day, a plan line, and the life event of the register."""

    def act(connection: Connection, clock: Clock) -> None:
        here, day = source_id(firm, source), at.date()
        old, new = meter_id(firm, source), meter_id(firm, source, 2)
        drafts = [
            meter_draft(firm, source, 2, day - timedelta(days=6)),
            relation.part(here, "measured_by", old, day, org=firm.id, by=BY),
            relation.relate(here, "measured_by", new, valid_from=day, org=firm.id, by=BY),
            plan_entry(firm, extent, at, current_plan(connection, firm.id)),
        ]
        append(connection, drafts, clock)
        declare_life_event(
            connection,
            series_id(firm, source),
            at.replace(tzinfo=ZoneInfo(ZONE)),
            "replaced",
            unscaled(first_count(firm, source, at), source.decimals),
            unscaled(0, source.decimals),
            "电能表到期轮换,新表自零起(演示) meter due for renewal, the new one begins at zero (demo)",
            None,
            *_people(firm),
            clock,
        )

    return act


def _restatements(day: date, extent: Extent, today: date) -> Iterator[Act]:
    """A month that was published without what came late is published again, with the reason."""
    known = {firm.id: firm for firm in extent.firms}
    for scene in scenes():
        month = scene.first_day(today).replace(day=1)
        came = scene.first_day(today) + timedelta(days=scene.delay_days + scene.hours // 24)
        if scene.kind != "late" or scene.firm not in known or month < extent.since:
            continue
        if came > publishing_day(month) and day == came + RESTATED_AFTER:
            yield _restatement(month, known[scene.firm])


def _restatement(month: date, firm: Firm) -> Act:
    reason = "迟报数据已到(演示) late data have arrived (demo)"
    return lambda connection, clock: publishing.publish_again(connection, month, firm, reason, clock)
