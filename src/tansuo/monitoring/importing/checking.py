"""Checking a staged file: judged by its map, compared with what is known; the outcome as plain data.

What a check says is a preview: the import judges the same bytes again when it receives them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tansuo.database.bulk import insert_rows
from tansuo.evidence import ledger
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import Actor
from tansuo.monitoring.connectors.workbook import Judged, judge, read_mapping
from tansuo.monitoring.connectors.workbook import Mapping as FileMap
from tansuo.monitoring.connectors.workbook.judged import Progress
from tansuo.monitoring.connectors.workbook.limits import LIMITS, Limits
from tansuo.monitoring.connectors.workbook.xlsx_reader import column_letters
from tansuo.monitoring.importing.comparing import OUTCOMES, Comparison, compare
from tansuo.monitoring.importing.declarations import Declarations, declarations
from tansuo.monitoring.importing.foreign import header_warnings
from tansuo.monitoring.importing.staging import Staged
from tansuo.quantity.finding import Finding

KEPT_FINDINGS = 20_000
_KEPT_TOTALS = 2_000
_COLUMNS = (
    "file", "place", "code", "severity", "sheet", "row", "column", "cell", "where_", "params", "org_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """A judged file with its comparison: all findings in the order of the sheet, and how it adds up."""

    judged: Judged
    mapping: FileMap
    declared: Declarations
    comparison: Comparison
    size: int

    @property
    def findings(self) -> list[Finding]:
        """Of the file, of the comparison, and of what the import would declare."""
        all_ = [*self.judged.findings, *self.comparison.findings, *self.declared.findings, *self.judged.notes]
        return sorted(all_, key=_by_place)

    def as_json(self) -> dict[str, object]:
        """What is kept of a check beside its findings: counts, totals, comparison, series."""
        judged, findings = self.judged, self.findings
        severities = Counter(one.severity for one in findings)
        codes = Counter((one.code, one.severity) for one in findings)
        return {
            "rows": judged.rows,
            "accepted": judged.accepted,
            "partly": judged.partly,
            "refused": judged.refused,
            "left_out": judged.left_out,
            "readings": judged.readings,
            "severities": {name: severities[name] for name in ("error", "warning", "info")},
            "codes": [{"code": c, "severity": s, "count": n} for (c, s), n in codes.most_common()],
            "kept_findings": min(len(findings), KEPT_FINDINGS),
            "totals": [one.as_json() for one in judged.totals[:_KEPT_TOTALS]],
            "absent": [one.as_json() for one in judged.breakdowns if one.column == "state"][:_KEPT_TOTALS],
            "comparison": {name: self.comparison.counts[name] for name in OUTCOMES},
            "series": [self._series(name) for name in sorted(judged.found)],
            "declares": {"subjects": self.declared.subjects, "plan_lines": self.declared.lines},
            "size": self.size,
        }

    def _series(self, name: str) -> dict[str, object]:
        found = self.judged.found[name]
        counts = self.comparison.by_series.get(name, Counter())
        return {
            "series": name,
            "title_zh": found.rule.title_zh,
            "title_en": found.rule.title_en,
            "unit": found.rule.unit,
            "first": found.first.isoformat(sep=" "),
            "last": found.last.isoformat(sep=" "),
            "readings": sum(counts.values()),
            **{outcome: counts[outcome] for outcome in OUTCOMES},
        }


def check(
    connection: Connection,
    org: str,
    name: str,
    data: bytes,
    map_name: str,
    map_data: bytes,
    by: Actor,
    *,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
    now_s: int | None = None,
) -> Check:
    """Judge a whole file and compare it, with the present (seconds since 1970) too if it is given.

    FindingError where the map cannot be read. Stores nothing.
    """
    mapping = read_mapping(map_data, map_name)
    judged = judge(data, name, mapping, progress=progress, limits=limits)
    declared = declarations(connection, mapping, judged, by)
    foreign = [one for one in declared.orgs if org not in (CITY, one)]
    if foreign:
        params: dict[str, str | int] = {"enterprise": ", ".join(foreign), "org": org}
        declared.findings.append(Finding("monitoring.import_foreign_enterprise", {"file": name}, params))
        return Check(judged, mapping, declared, Comparison(), ledger.size(connection))
    comparison = compare(connection, org, mapping, judged, declared, now_s)
    comparison.findings += header_warnings(connection, org, mapping, judged)
    return Check(judged, mapping, declared, comparison, ledger.size(connection))


def keep_findings(connection: Connection, one: Staged, found: Check) -> None:
    """Keep the first findings of a check beside its file, each with the address of its cell."""
    rows = finding_rows(one, found.findings[:KEPT_FINDINGS], addresses(found.judged))
    insert_rows(connection, "staged_finding", _COLUMNS, rows)


def addresses(judged: Judged) -> Mapping[tuple[str, str], str]:
    """(sheet, header) → the letters of the column, as a spreadsheet shows them."""
    return {
        (table.sheet, header): column_letters(at)
        for table in judged.tables
        for at, header in reversed(list(enumerate(table.headers)))
    }


def cell_of(finding: Finding, letters: Mapping[tuple[str, str], str]) -> str:
    """The address of a finding's cell (``C17``); "" where it names no cell."""
    where = finding.where
    stated = where.get("cell")
    if isinstance(stated, str):
        return stated
    column = letters.get((str(where.get("sheet", "")), str(where.get("column", ""))), "")
    return f"{column}{where['row']}" if column and "row" in where else ""


def finding_rows(
    one: Staged, findings: Sequence[Finding], letters: Mapping[tuple[str, str], str]
) -> Iterator[tuple[object, ...]]:
    """Findings as rows of ``staged_finding``."""
    for place, finding in enumerate(findings):
        where = finding.where
        row = where.get("row")
        yield (
            one.id, place, finding.code, finding.severity, str(where.get("sheet", "")),
            row if isinstance(row, int) else None, str(where.get("column", "")), cell_of(finding, letters),
            json.dumps(dict(where)), json.dumps(dict(finding.params)), one.org,
        )  # fmt: skip


def _by_place(finding: Finding) -> tuple[str, int, int]:
    row = finding.where.get("row")
    severity = {"error": 0, "warning": 1, "info": 2}[finding.severity]
    return (str(finding.where.get("sheet", "")), row if isinstance(row, int) else 0, severity)
