"""Rows that are no data: sums of others, notes under the last of them, what stands after the declared end.

None goes unsaid: each kind is counted, and told with the rows it stands in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tansuo.monitoring.connectors.workbook.cells import number
from tansuo.monitoring.connectors.workbook.mapping import TableRule
from tansuo.monitoring.connectors.workbook.opening import present
from tansuo.monitoring.connectors.workbook.tables import Table
from tansuo.monitoring.connectors.workbook.times import Times, readable
from tansuo.quantity.finding import Finding, Severity

_NAMED = 12
"""How many rows a finding names."""


@dataclass(slots=True)
class LeftOut:
    """The numbers of the rows left out, and what is said of them."""

    rows: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def leave_out(table: Table, rule: TableRule, times: Times) -> LeftOut:
    """The rows of a table that are left out as no data; what was found in notes is taken back."""
    left = LeftOut()
    sums = {table.rows[at] for at in times.sums}
    if sums:
        _tell(left, table, "sum_rows", sums)
        notes = _notes(table, rule, times, max(sums))
        if notes:
            _tell(left, table, "rows_after_sums", notes)
            times.refused = {at for at in times.refused if table.rows[at] not in notes}
            times.findings = [one for one in times.findings if one.where.get("row") not in notes]
            table.refused = [row for row in table.refused if row not in notes]
            table.findings = [one for one in table.findings if one.where.get("row") not in notes]
    if table.beyond:
        names = {name: table.header_of.get(name, name) for name in rule.time.columns}
        dated = any(
            readable(rule.time, {name: table.beyond_cells[header][at] for name, header in names.items()})
            for at in range(1, len(table.beyond))
            if all(header in table.beyond_cells for header in names.values())
        )
        code = "rows_with_times_after_end" if dated else "rows_after_end"
        _tell(left, table, code, table.beyond, "warning" if dated else "info")
    return left


def _notes(table: Table, rule: TableRule, times: Times, last_sum: int) -> set[int]:
    """Rows after the last sum and the last time that hold no number in a column of values."""
    timed = [table.rows[at] for at, label in enumerate(times.labels) if label is not None]
    last = max(last_sum, max(timed, default=0))
    values = {name for one in rule.series if present(table, one) for name in one.columns}
    style = rule.file.style
    after = {at for at in times.refused if table.rows[at] > last}
    counted = {
        table.rows[at]
        for at in after
        if any(isinstance(number(table.columns[name][at], style), Decimal) for name in values)
    }
    return ({table.rows[at] for at in after} | {row for row in table.asides if row > last}) - counted


def _tell(left: LeftOut, table: Table, code: str, rows: Iterable[int], severity: Severity = "info") -> None:
    numbers = sorted(rows)
    left.rows.update(numbers)
    named = ", ".join(str(row) for row in numbers[:_NAMED]) + (" …" if len(numbers) > _NAMED else "")
    params: dict[str, str | int] = {"count": len(numbers), "rows": named}
    where = table.where(numbers[0])
    left.findings.append(Finding(f"monitoring.workbook.{code}", where, params, severity))
