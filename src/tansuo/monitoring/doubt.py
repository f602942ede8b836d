"""What is to be said of a value that somebody wants to state: what cannot be, and what is unlikely.

Unlikely is a value beyond the plan's own limits (see `quality.plausibility`), or one more than ``TIMES`` times the
largest amount in force of the series from the day before to the day after. Unlikely values are told, not refused:
a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tansuo.monitoring.grid import cell_end, civil_day, epoch, instant
from tansuo.monitoring.lookup import versions
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.quality import plausibility
from tansuo.monitoring.reading import Version
from tansuo.monitoring.tally import NOW
from tansuo.quantity.decimals import plain, scaled, unscaled
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import Provenance, State

TIMES = 10


def impossible(line: PlanLine, start: datetime, value: Decimal | State, now: datetime) -> list[Finding]:
    """Why no correction can state `value` of the time that begins at `start` (aware): `monitoring.not_over_yet` for a
    time that is not over, `monitoring.negative_value` for an amount, rate or count below zero."""
    at = epoch(start)
    end = instant(cell_end(line, at, civil_day(line.zone, at)))
    where = _where(line, at)
    found = []
    if end > now:
        found.append(Finding("monitoring.not_over_yet", where, {"end": _civil(line, end)}))
    if isinstance(value, Decimal) and value < 0 and line.form != "ratio":
        found.append(Finding("monitoring.negative_value", where, {"value": plain(value), "unit": line.unit}))
    return found


def doubts(
    connection: Connection, line: PlanLine, start: datetime, value: Decimal | State, as_of: int | None = None
) -> list[Finding]:
    """Warnings on `value` as the reading that begins at `start` (aware), against what is in force around it."""
    if isinstance(value, State):
        return []
    at, size = epoch(start), NOW if as_of is None else as_of
    day = civil_day(line.zone, at)
    near = versions(connection, line.series, day - timedelta(days=1), day + timedelta(days=2))
    others = [one for one in near if one.in_force(size) and one.start != at]
    wanted = Version(
        line.series, at, scaled(value, line.decimals), State.VALUE, Provenance.DECLARED, "", line.synthetic, 0, 0,
        0, 0, None, line.org,
    )  # fmt: skip
    return [*_far(line, wanted, others), *_beyond(line, wanted, others)]


def _far(line: PlanLine, wanted: Version, others: list[Version]) -> Iterator[Finding]:
    largest = max((abs(one.value) for one in others if one.value is not None), default=0)
    assert wanted.value is not None
    if largest and abs(wanted.value) > TIMES * largest:
        yield Finding(
            "monitoring.far_from_neighbours",
            _where(line, wanted.start),
            {
                "value": plain(unscaled(wanted.value, line.decimals)),
                "unit": line.unit,
                "largest": plain(unscaled(largest, line.decimals)),
                "times": TIMES,
            },
            "warning",
        )


def _beyond(line: PlanLine, wanted: Version, others: list[Version]) -> Iterator[Finding]:
    """What plausibility finds with the value that it does not find without it."""
    without = {(one.code, one.where["time"]) for one in plausibility(line, others)}
    for one in plausibility(line, sorted([*others, wanted], key=lambda each: each.start)):
        if (one.code, one.where["time"]) not in without:
            at = epoch(datetime.fromisoformat(str(one.where["time"])))
            yield Finding(one.code, _where(line, at), one.params, one.severity)


def _where(line: PlanLine, at: int) -> dict[str, str | int]:
    """The time alone, as the clocks of the series' place show it: who asks knows the series."""
    return {"time": _civil(line, instant(at))}


def _civil(line: PlanLine, at: datetime) -> str:
    return at.astimezone(ZoneInfo(line.zone)).strftime("%Y-%m-%d %H:%M")
