"""What rows say against one another: times said twice, times left out, registers that fall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from tansuo.monitoring.connectors.workbook.mapping import MONTHLY, Duplicates, SeriesRule, TimeRule
from tansuo.monitoring.connectors.workbook.tables import Table
from tansuo.monitoring.connectors.workbook.values import Values
from tansuo.monitoring.reading import OWN_PLAN
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding, Severity
from tansuo.quantity.state import Provenance

Key = tuple[str, datetime]


def repeated(usable: Sequence[int], keys: Sequence[Key | None]) -> bool:
    """Whether any two rows bear the same device and time."""
    return len({keys[at] for at in usable}) < len(usable)


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
    for at in list(values.places()):
        label = keys[at]
        assert label is not None
        key = (label, at in twice and (label, False) in taken)
        first = taken.setdefault(key, at)
        if first == at:
            continue
        same = (values.numbers[first], values.states[first]) == (values.numbers[at], values.states[at])
        dropped, kept = (first, at) if policy == "last" else (at, first)
        taken[key] = kept
        severity: Severity = "error" if policy == "refuse" and not same else "warning"
        params: dict[str, str | int] = {
            "series": series.stream, "time": label[1].isoformat(" "), "value": values.said(dropped),
            "other": values.said(kept), "other_row": table.rows[kept],
        }  # fmt: skip
        where = table.where(table.rows[dropped], table.header(series.columns[0], dropped))
        code = "time_repeated" if same else "time_repeated_differently"
        values.findings.append(Finding(f"monitoring.workbook.{code}", where, params, severity))
        values.drop(dropped)


def gaps(
    table: Table,
    rule: TimeRule,
    usable: Iterable[int],
    keys: Sequence[Key | None],
    columns: Sequence[str] = (),
) -> list[Finding]:
    """A warning for each run of steps between a device's first and last row that no row speaks of.

    Series of the plan itself have no device of their own: the ``columns`` of values are named then.
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
                "steps": steps - 1, "after": before.isoformat(" "), "before": after.isoformat(" "),
            }  # fmt: skip
            own = device == OWN_PLAN and bool(columns)
            params |= {"columns": ", ".join(columns)} if own else {"device": device}
            code = "gap_of_file" if own else "gap"
            where = table.where(table.rows[at])
            found.append(Finding(f"monitoring.workbook.{code}", where, params, "warning"))
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
    table: Table, series: SeriesRule, values: Values, keys: Sequence[Key | None]
) -> tuple[list[Increment], list[Finding]]:
    """Differences of successive readings of each device. A register that falls gives a finding and no amount:
    only a declared roll-over or exchange says what was counted.
    """
    of_device: dict[str, list[tuple[datetime, int]]] = {}
    for at, number in enumerate(values.numbers):
        key = keys[at]
        if key is not None and number is not None:
            of_device.setdefault(key[0], []).append((key[1], at))
    found: list[Increment] = []
    findings: list[Finding] = []
    for rows in of_device.values():
        rows.sort()
        for (before, first), (after, second) in pairwise(rows):
            old, new = values.numbers[first], values.numbers[second]
            was, known = values.provenances[first], values.provenances[second]
            assert old is not None and new is not None and was is not None and known is not None
            if new < old:
                where = table.where(table.rows[second], table.header(series.columns[0], second))
                params: dict[str, str | int] = {
                    "series": series.stream, "value": plain(new), "before": plain(old)
                }  # fmt: skip
                findings.append(Finding("monitoring.workbook.register_falls", where, params, "warning"))
                continue
            worse = was if known is Provenance.MEASURED else known
            found.append(Increment(second, _span(before, after), new - old, worse))
    return found, findings


def _span(before: datetime, after: datetime) -> str:
    last = after - timedelta(seconds=1)
    if (before.year, before.month) == (last.year, last.month):
        return f"{before.year:04d}-{before.month:02d}"
    return f"{before.year:04d}" if before.year == last.year else ""
