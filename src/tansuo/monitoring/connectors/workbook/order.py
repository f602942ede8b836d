"""What rows say against one another: times said twice, times left out, registers that fall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from tansuo.monitoring.connectors.workbook.mapping import MONTHLY, Duplicates, SeriesRule, TimeRule
from tansuo.monitoring.connectors.workbook.tables import Table
from tansuo.monitoring.connectors.workbook.values import Value, Values
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding, Severity
from tansuo.quantity.state import Provenance

Key = tuple[str, datetime]


def repeats(usable: Sequence[int], keys: Sequence[Key | None]) -> dict[int, int]:
    """Each place that repeats an earlier place's device and time, with that place."""
    seen: dict[Key, int] = {}
    found: dict[int, int] = {}
    for at in usable:
        key = keys[at]
        if key is None:
            continue
        first = seen.setdefault(key, at)
        if first != at:
            found[at] = first
    return found


def settle(
    table: Table,
    series: SeriesRule,
    policy: Duplicates,
    values: Values,
    keys: Sequence[Key | None],
    twice: set[int],
) -> None:
    """Leave one value a time in ``values``: of rows that say a time twice, the map's policy takes one.

    The places ``twice`` bear a label that the clock shows twice that night: two of them are two times.

    Equal values are a warning (nothing is lost); differing ones an error, unless the map says which counts.
    """
    taken: dict[tuple[Key, bool], int] = {}
    for at in sorted(values.values):
        label = keys[at]
        assert label is not None
        key = (label, at in twice and (label, False) in taken)
        first = taken.setdefault(key, at)
        if first == at:
            continue
        old, new = values.values[first], values.values[at]
        same = (old.number, old.state) == (new.number, new.state)
        dropped, kept = (first, at) if policy == "last" else (at, first)
        taken[key] = kept
        severity: Severity = "error" if policy == "refuse" and not same else "warning"
        params: dict[str, str | int] = {
            "series": series.stream, "time": label[1].isoformat(" "), "value": _said(values.values[dropped]),
            "other": _said(values.values[kept]), "other_row": table.rows[kept],
        }  # fmt: skip
        where = table.where(table.rows[dropped], table.header(series.columns[0], dropped))
        code = "time_repeated" if same else "time_repeated_differently"
        values.findings.append(Finding(f"monitoring.workbook.{code}", where, params, severity))
        del values.values[dropped]
        values.refused.add(dropped)


def _said(value: Value) -> str:
    return value.state.value if value.number is None else plain(value.number)


def gaps(table: Table, rule: TimeRule, usable: Iterable[int], keys: Sequence[Key | None]) -> list[Finding]:
    """A warning for each run of steps between a device's first and last row that no row speaks of.

    Where time is nominal (an ordinal), what lies between one year's last row and the next year's first is
    unknown and not said.
    """
    if rule.step_s == 0:
        return []
    of_device: dict[str, list[tuple[datetime, int]]] = {}
    for at in usable:
        key = keys[at]
        if key is not None:
            of_device.setdefault(key[0], []).append((key[1], at))
    found: list[Finding] = []
    for device, rows in of_device.items():
        rows.sort()
        for (before, _), (after, at) in pairwise(rows):
            steps = _steps(before, after, rule.step_s)
            if steps <= 1 or (rule.ordinal and before.year != after.year):
                continue
            params: dict[str, str | int] = {
                "device": device, "steps": steps - 1,
                "after": before.isoformat(" "), "before": after.isoformat(" "),
            }  # fmt: skip
            where = table.where(table.rows[at])
            found.append(Finding("monitoring.workbook.gap", where, params, "warning"))
    return found


def _steps(before: datetime, after: datetime, step_s: int) -> int:
    if step_s == MONTHLY:
        return (after.year - before.year) * 12 + after.month - before.month
    return int((after - before).total_seconds()) // step_s


@dataclass(frozen=True, slots=True)
class Increment:
    """What a register counted between two readings, noted at the later one's place.

    ``period`` is the month that holds both, else the year that does, else "": a count over an edge belongs to
    neither side of it. It is as good as the worse of its two readings.
    """

    place: int
    period: str
    amount: Decimal
    provenance: Provenance


def increments(
    table: Table, series: SeriesRule, values: Mapping[int, Value], keys: Sequence[Key | None]
) -> tuple[list[Increment], list[Finding]]:
    """Differences of successive readings of each device. A register that falls gives a finding and no amount:
    only a declared roll-over or exchange says what was counted.
    """
    of_device: dict[str, list[tuple[datetime, int]]] = {}
    for at, value in values.items():
        key = keys[at]
        if key is not None and value.number is not None:
            of_device.setdefault(key[0], []).append((key[1], at))
    found: list[Increment] = []
    findings: list[Finding] = []
    for rows in of_device.values():
        rows.sort()
        for (before, first), (after, second) in pairwise(rows):
            old, new = values[first], values[second]
            assert old.number is not None and new.number is not None
            assert old.provenance is not None and new.provenance is not None
            if new.number < old.number:
                where = table.where(table.rows[second], table.header(series.columns[0], second))
                params: dict[str, str | int] = {
                    "series": series.stream, "value": plain(new.number), "before": plain(old.number)
                }  # fmt: skip
                findings.append(Finding("monitoring.workbook.register_falls", where, params, "warning"))
                continue
            worse = old.provenance if new.provenance is Provenance.MEASURED else new.provenance
            found.append(Increment(second, _span(before, after), new.number - old.number, worse))
    return found, findings


def _span(before: datetime, after: datetime) -> str:
    last = after - timedelta(seconds=1)
    if (before.year, before.month) == (last.year, last.month):
        return f"{before.year:04d}-{before.month:02d}"
    return f"{before.year:04d}" if before.year == last.year else ""
