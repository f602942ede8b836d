"""Health of the data sources: which devices still speak, and how old their newest reading is.

Everything is said as of a ledger size and an instant, from the readings themselves: a device whose next reading
is more than two hours overdue is late, one that is overdue by more than a day is silent. Monthly and irregular
series have no pace to be late against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ARRAY, BigInteger, Connection, Text, bindparam, text

from tansuo.monitoring.grid import instant
from tansuo.monitoring.lookup import latest
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.tally import NOW

GRACE = timedelta(hours=2)
"""Readings usually come within two hours of their end."""
SILENCE = timedelta(hours=24)

Pulse = Literal["live", "late", "silent", "never"]

# The newest open reading of a series, unless a day that is younger has been closed already.
_NEWEST = text(
    "SELECT wanted.series, open.start FROM unnest(:series) AS wanted(series)"
    " CROSS JOIN LATERAL (SELECT start, day FROM reading WHERE reading.series = wanted.series"
    "  AND entry + 0 < :size ORDER BY start DESC LIMIT 1) AS open"
    " WHERE NOT EXISTS (SELECT 1 FROM segment_day WHERE segment_day.series = wanted.series"
    "  AND segment_day.day > open.day AND from_entry < :size)"
).bindparams(bindparam("series", type_=ARRAY(Text)), bindparam("size", type_=BigInteger))


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    """A device of the plans in force: whose it is, its newest reading's end (UTC), and what that means.

    ``series`` are those it measures; ``synthetic`` if any of them is.
    """

    device: str
    org: str
    newest: datetime | None
    pulse: Pulse
    series: tuple[str, ...]
    synthetic: bool


def devices(
    connection: Connection, lines: Sequence[PlanLine], now: datetime, as_of: int | None = None
) -> list[DeviceHealth]:
    """The devices of ``lines`` in force on the day of ``now``, by id; ``now`` is an instant with a zone."""
    by_device: dict[str, list[PlanLine]] = {}
    for line in lines:
        if line.device and line.step_s > 0 and line.covers(now.date()):
            by_device.setdefault(line.device, []).append(line)
    newest = _newest(connection, [line for held in by_device.values() for line in held], as_of)
    found = []
    for device, held in sorted(by_device.items()):
        last = max((newest[line.series] for line in held if line.series in newest), default=None)
        found.append(
            DeviceHealth(
                device=device,
                org=held[0].org,
                newest=last,
                pulse=_pulse(last, min(line.step_s for line in held), now),
                series=tuple(sorted({line.series for line in held})),
                synthetic=any(line.synthetic for line in held),
            )
        )
    return found


def _newest(connection: Connection, lines: Sequence[PlanLine], as_of: int | None) -> dict[str, datetime]:
    """The end of the newest reading of each series that has one."""
    steps = {line.series: 0 if line.form == "register" else line.step_s for line in lines}
    parameters = {"series": sorted(steps), "size": NOW if as_of is None else as_of}
    found = {
        row.series: instant(int(row.start) + steps[row.series])
        for row in connection.execute(_NEWEST, parameters)
    }
    rest = sorted(steps.keys() - found.keys())
    if rest:
        found.update((name, one.end) for name, one in latest(connection, rest, as_of).items())
    return found


def _pulse(newest: datetime | None, step_s: int, now: datetime) -> Pulse:
    if newest is None:
        return "never"
    overdue = now - newest - timedelta(seconds=step_s)
    return "silent" if overdue > SILENCE else "late" if overdue > GRACE else "live"
