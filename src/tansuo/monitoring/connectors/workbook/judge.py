"""Judges a file by its map: which rows give which measurements, what is wrong where, what it all adds up to.

Nothing is stored here and nothing is dropped unsaid: rows = accepted + partly + refused + left out.
"""

from __future__ import annotations

from tansuo.monitoring.connectors.workbook.judged import Judged, Progress, TableSeen
from tansuo.monitoring.connectors.workbook.limits import LIMITS, Limits
from tansuo.monitoring.connectors.workbook.mapping import Mapping
from tansuo.monitoring.connectors.workbook.opening import open_table, unpack
from tansuo.monitoring.connectors.workbook.table_judge import TableJudge
from tansuo.monitoring.connectors.workbook.totals import Ledgers
from tansuo.quantity.finding import Finding, FindingError


def judge(
    document: bytes,
    name: str,
    mapping: Mapping,
    *,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
    first: int | None = None,
) -> Judged:
    """Read ``document`` by ``mapping``, of each table the ``first`` rows or (None) all of them.

    A file that is no table at all gives zero rows and findings.
    """
    judged = Judged()
    sums = Ledgers()
    tell = progress or _silent
    try:
        data = unpack(document, name, limits)
        for rule in mapping.tables:
            tell(0, 1, "reading")
            table = open_table(data, name, rule, limits, first)
            judged.tables.append(TableSeen(table.sheet, table.headers))
            TableJudge(judged, sums, mapping, rule, table).run(tell)
    except FindingError as error:
        judged.findings += error.findings
        return judged
    judged.totals = sums.totals()
    judged.breakdowns = sums.breakdowns()
    judged.findings.sort(key=_by_place)
    return judged


def _silent(done: int, of: int, what: str) -> None:
    """No progress wanted."""


def _by_place(finding: Finding) -> tuple[str, int]:
    row = finding.where.get("row")
    return (str(finding.where.get("sheet", "")), row if isinstance(row, int) else 0)
