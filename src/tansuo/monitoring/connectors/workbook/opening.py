"""From bytes to tables: what kind of file it is, which columns the map needs, which of them are not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from tansuo.monitoring.connectors.workbook.cells import Cell
from tansuo.monitoring.connectors.workbook.csv_reader import Keep, read_csv
from tansuo.monitoring.connectors.workbook.limits import LIMITS, MEBIBYTE, Limits, refuse, ungzip
from tansuo.monitoring.connectors.workbook.mapping import Condition, FileRule, SeriesRule, TableRule
from tansuo.monitoring.connectors.workbook.parquet_reader import read_parquet
from tansuo.monitoring.connectors.workbook.tables import Table, find_column, nearest, spread
from tansuo.monitoring.connectors.workbook.xlsx_reader import read_xlsx
from tansuo.quantity.finding import Finding, FindingError

Kind = Literal["csv", "xlsx", "parquet"]


def unpack(data: bytes, file: str, limits: Limits = LIMITS) -> bytes:
    """The file without its gz wrapping, if it has one. FindingError for an empty or too large file."""
    if not data:
        raise refuse("file_empty", file)
    if len(data) > limits.file_bytes:
        raise refuse("file_too_large", file, limit=limits.file_bytes // MEBIBYTE)
    if not data.startswith(b"\x1f\x8b"):
        return data
    inner = ungzip(data, file, limits)
    if not inner:
        raise refuse("file_empty", file)
    if inner.startswith(b"\x1f\x8b"):
        raise refuse("nested_archive", file, member="gz")
    return inner


def kind_of(data: bytes, file: str, rule: FileRule) -> Kind:
    """What the bytes are, by their first ones; FindingError where the map declares another kind."""
    kind: Kind = "csv"
    if data.startswith(b"PAR1"):
        kind = "parquet"
    elif data.startswith(b"PK\x03\x04"):
        kind = "xlsx"
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse("old_workbook", file)
    elif data.startswith(b"%PDF"):
        raise refuse("not_text", file)
    if rule.format not in ("auto", kind):
        raise refuse("format_differs", file, declared=rule.format, found=kind)
    return kind


def open_table(
    data: bytes, file: str, rule: TableRule, limits: Limits = LIMITS, first: int | None = None
) -> Table:
    """The table one rule of the map speaks of, with its columns under the map's own names.

    ``data`` is unpacked; only its ``first`` rows are read where that is given. Raises FindingError where it
    cannot be read or a column is not there.
    """
    chooser = _Chooser(file, rule)
    table = _read(data, file, rule.file, chooser, limits, first)
    for name, header in chooser.header_of.items():
        table.columns[name] = table.columns[header]
    table.header_of = chooser.header_of
    table.notes += chooser.notes
    _fill_down(table, rule)
    return spread(table, rule.across) if rule.across else table


def open_row(data: bytes, file: str, rule: FileRule, row: int, limits: Limits = LIMITS) -> Table:
    """Every column of a table under its own header (of two of one name, the first); has at least ``row``."""

    def keep(headers: Sequence[str]) -> Sequence[str]:
        return list(dict.fromkeys(headers))

    if kind_of(data, file, rule) == "parquet":
        return read_parquet(data, file, keep, limits, only=row)
    return _read(data, file, rule, keep, limits)


def _read(
    data: bytes, file: str, rule: FileRule, keep: Keep, limits: Limits, first: int | None = None
) -> Table:
    kind = kind_of(data, file, rule)
    if kind == "parquet":
        return read_parquet(data, file, keep, limits, first=first)
    if kind == "xlsx":
        return read_xlsx(data, file, rule, keep, limits, first)
    return read_csv(data, file, rule, keep, limits, first)


def _fill_down(table: Table, rule: TableRule) -> None:
    for name in rule.fill_down:
        last: Cell = None
        cells = table.columns[name]
        for place, cell in enumerate(cells):
            last = last if cell is None else cell
            cells[place] = last


class _Chooser:
    """Finds the columns a rule needs among a table's headers; called by the readers with all headers."""

    def __init__(self, file: str, rule: TableRule) -> None:
        self.file = file
        self.rule = rule
        self.header_of: dict[str, str] = {}
        self.notes: list[Finding] = []

    def __call__(self, headers: Sequence[str]) -> Sequence[str]:
        """Headers to read, in order; FindingError names every column that is missing or stands twice."""
        across = self.rule.across
        self._virtual = {across.value, across.part} if across else set()
        names = needed(self.rule)
        findings = [self._missing(name, headers) for name in names if self._find(name, headers) is None]
        wanted = {*names, *self._optional(headers)} - self._virtual
        found = {name: header for name in wanted if (header := self._find(name, headers))}
        keep = set(found.values())
        if across:
            matched = [one for one in headers if across.pattern.fullmatch(one)]
            if not matched:
                findings.append(self._missing(across.pattern.pattern, headers))
            keep.update(matched)
        times = Counter(headers)
        for header in sorted(one for one in keep if times[one] > 1):
            findings.append(
                Finding("monitoring.workbook.column_twice", {"file": self.file}, {"column": header})
            )
        if findings:
            raise FindingError(findings)
        self.header_of = found
        return [header for header in headers if header in keep]

    def _find(self, name: str, headers: Sequence[str]) -> str | None:
        if name in self._virtual:
            return name
        return find_column(headers, self.rule.aliases.get(name, (name,)))

    def _optional(self, headers: Sequence[str]) -> list[str]:
        """Columns of the optional series that are wholly there; a note for each that is not."""
        wanted: list[str] = []
        for series in self.rule.series:
            if not series.optional:
                continue
            lacking = [name for name in series.needed if self._find(name, headers) is None]
            if lacking:
                params: dict[str, str | int] = {"series": series.stream, "columns": ", ".join(lacking)}
                where = {"file": self.file}
                self.notes.append(Finding("monitoring.workbook.series_left_out", where, params, "info"))
            else:
                wanted += series.needed
        return wanted

    def _missing(self, name: str, headers: Sequence[str]) -> Finding:
        near = nearest(name, headers)
        params: dict[str, str | int] = {"column": name, "near": near, "available": ", ".join(headers)}
        code = "column_missing_near" if near else "column_missing"
        return Finding(f"monitoring.workbook.{code}", {"file": self.file}, params)


def needed(rule: TableRule) -> tuple[str, ...]:
    """Every column a table must have: for its times, its names, its filters and its series."""
    conditions: list[Condition] = [*rule.where, *(one for zone in rule.time.zones for one in zone.when)]
    names = [*rule.time.columns, *rule.named, *rule.breakdowns, *rule.fill_down]
    names += [one.column for one in conditions]
    for series in rule.series:
        if not series.optional:
            names += series.needed
    return tuple(dict.fromkeys(names))


def present(table: Table, series: SeriesRule) -> bool:
    """Whether a table has every column of a series; False only for an optional one."""
    return all(name in table.columns for name in series.needed)
