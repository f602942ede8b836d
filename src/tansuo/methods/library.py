"""Factor libraries of other publishers, read by a mapping into rows of a factor table.

Every row of the file is accounted for: taken, or left out with a finding that names row and column, or without a
value, or passed over by the mapping. What is left out stays in the publisher's file; nothing is mended.
"""

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from tansuo.methods.library_map import FactorMap, fill
from tansuo.methods.tables import COLUMNS, Place, as_row, judge, read_factors, read_sources
from tansuo.methods.term import FactorRow
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.unit import UnitError, parse_unit

Cells = dict[str, str]


@dataclass(frozen=True)
class Library:
    """What was read: cells as for factors.csv, the rows they make, what was found, how rows were accounted for.

    ``counts``: rows = taken + without_value + passed_over + archived + repeated + refused. ``units``: how often
    each unit text of the file occurs; ``unknown_units``: those among them that are not understood.
    """

    cells: tuple[Cells, ...] = ()
    rows: tuple[FactorRow, ...] = ()
    findings: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    unknown_units: Mapping[str, int] = field(default_factory=dict)


def read_library(data: bytes, file: str, mapping: FactorMap, edition: str = "") -> Library:
    """The factors in a file (CSV of any encoding and delimiter, or that gzipped).

    FindingError where nothing can be read: another encoding, a column that is not there, an edition that the
    mapping does not know.
    """
    known = mapping.edition(edition)
    reading = _Reading(mapping, file, known)
    reader = csv.DictReader(io.StringIO(_text(data, file, mapping), newline=""), delimiter=mapping.delimiter)
    absent = sorted(mapping.columns(known) - set(reader.fieldnames or ()))
    if absent:
        where: Place = {"file": file, "row": 1}
        raise FindingError([Finding("methods.library_column", {**where, "column": one}) for one in absent])
    for cells in reader:
        reading.take({name: (text or "").strip() for name, text in cells.items() if name}, reader.line_num)
    return reading.library()


def _text(data: bytes, file: str, mapping: FactorMap) -> str:
    raw = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    try:
        return raw.decode(mapping.encoding)
    except (UnicodeDecodeError, LookupError) as error:
        params = {"encoding": mapping.encoding, "error": str(error)}
        raise FindingError(Finding("methods.library_encoding", {"file": file}, params)) from None


class _LeftOut(Exception):
    """A row that is left out, and how it is counted; ``findings`` say why."""

    def __init__(self, count: str, *findings: Finding) -> None:
        super().__init__(count)
        self.count = count
        self.findings = findings


class _Reading:
    def __init__(self, mapping: FactorMap, file: str, known: Mapping[str, str]) -> None:
        self.mapping = mapping
        self.file = file
        self.known = known
        self.value = fill(mapping.value, known)
        self.lines: dict[str, int] = {}
        self.taken: dict[str, Cells] = {}
        self.parted: set[str] = set()
        self.findings: list[Finding] = []
        self.counts = Counter[str]()
        self.units = Counter[str]()
        self.unknown = Counter[str]()

    def library(self) -> Library:
        names = ("rows", "taken", "without_value", "passed_over", "archived", "repeated", "refused")
        counts = {name: self.counts[name] for name in names}
        cells = tuple(one for name, one in self.taken.items() if name not in self.parted)
        rows = tuple(map(as_row, cells))
        return Library(cells, rows, tuple(self.findings), counts, self.units, self.unknown)

    def take(self, cells: Cells, line: int) -> None:
        self.counts["rows"] += 1
        where: Place = {"file": self.file, "row": line}
        try:
            made = self.made(cells, where)
        except _LeftOut as left_out:
            self.counts[left_out.count] += 1
            self.findings += left_out.findings
            return
        self.counts["taken"] += 1
        name = as_row(made).id
        self.lines[name] = line
        self.taken[name] = made

    def made(self, cells: Cells, where: Place) -> Cells:
        """The cells of factors.csv for a row of the file."""
        mapping = self.mapping
        if any(cells[column] in values for column, values in mapping.skip.items()):
            raise _LeftOut("passed_over")
        for column, values in mapping.archived.items():
            if cells[column] in values:
                at = {**where, "column": column}
                params = {"status": cells[column]}
                raise _LeftOut("archived", Finding("methods.library_archived", at, params, "warning"))
        if not cells[self.value]:
            raise _LeftOut("without_value")
        number, printed = self.number(cells, where)
        known = {**self.known, **cells, "line": str(where["row"]), "unit": printed}
        self.units[fill(mapping.row["unit"], known)] += 1
        if number < 0 and mapping.negative == "refuse":
            at = {**where, "column": self.value}
            raise _LeftOut("refused", Finding("methods.library_negative", at, {"value": plain(number)}))
        made = {name: fill(template, known) for name, template in mapping.row.items() if name != "unit"}
        made = {**dict.fromkeys(COLUMNS, ""), **made, "value": plain(number)}
        made["unit"] = self.unit(known, where)
        made["source"] = made["source"] or mapping.source
        self.dates(made, where)
        made.pop("valid_until", None)
        found = tuple(judge(made, where, {mapping.source: 1}))
        if found:
            raise _LeftOut("refused", *found)
        self.gases(cells, number, where)
        self.twice(made, where)
        return made

    def number(self, cells: Cells, where: Place) -> tuple[Decimal, str]:
        """The value, and the unit printed behind it where a cell holds both."""
        text, printed, at = cells[self.value], "", {**where, "column": self.value}
        if self.mapping.split:
            found = re.fullmatch(self.mapping.split, text)
            text, printed = (found["value"], found["unit"].strip()) if found else (text, "")
        number = self.decimal(text)
        if number is None:
            raise _LeftOut("refused", Finding("methods.library_value", at, {"value": text}))
        return number, printed

    def decimal(self, text: str) -> Decimal | None:
        """A number as files print it: the map's decimal mark, an exponent where a program wrote one."""
        if self.mapping.decimal != ".":
            if "." in text:
                return None
            text = text.replace(self.mapping.decimal, ".")
        if not re.fullmatch(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text, re.ASCII):
            return None
        try:
            return Decimal(text)
        except InvalidOperation:
            return None

    def unit(self, known: Mapping[str, str], where: Place) -> str:
        """Our spelling of the unit; each text of the file is translated by itself."""
        template = self.mapping.row["unit"]
        ours = dict(known)
        for column, texts in self.mapping.texts.items():
            if f"{{{column}}}" in template and column in known:
                ours[column] = texts.get(known[column], known[column])
        try:
            return parse_unit(fill(template, ours)).symbol
        except UnitError:
            printed = fill(template, known)
            self.unknown[printed] += 1
            at = {**where, "column": "unit"}
            raise _LeftOut("refused", Finding("methods.library_unit", at, {"unit": printed})) from None

    def dates(self, made: Cells, where: Place) -> None:
        """Dates in their ISO form; ``valid_until`` is a last day, and becomes the first day after it."""
        for name in ("valid_from", "valid_to", "valid_until", "published_on"):
            text = made.get(name, "")
            if not text:
                continue
            day = self.mapping.day(text)
            if day is None:
                at = {**where, "column": name}
                raise _LeftOut("refused", Finding("methods.library_date", at, {"value": text}))
            if name == "published_on":
                made[name] = day.text
            elif name == "valid_until":
                made["valid_to"] = day.end.isoformat()
            else:
                made[name] = day.start.isoformat()

    def gases(self, cells: Cells, number: Decimal, where: Place) -> None:
        """Where a row is split by gas, the gases must add up to it."""
        if not any(cells[column] for column in self.mapping.gases):
            return
        parts = {column: self.decimal(cells[column]) for column in self.mapping.gases if cells[column]}
        total = sum((part for part in parts.values() if part is not None), Decimal())
        if None in parts.values() or abs(total - number) * 100 > self.mapping.tolerance * abs(number):
            params = {
                "total": plain(number),
                "parts": plain(total),
                "tolerance": plain(self.mapping.tolerance),
            }
            at = {**where, "column": self.value}
            raise _LeftOut("refused", Finding("methods.library_gases", at, params))

    def twice(self, made: Cells, where: Place) -> None:
        """A row whose id was met before: the same again, or another value, and then neither is taken."""
        name = as_row(made).id
        if name not in self.lines:
            return
        first = self.taken[name]
        params: dict[str, str | int] = {"id": name, "other": self.lines[name]}
        if all(first[column] == made[column] for column in ("value", "unit")):
            raise _LeftOut("repeated", Finding("methods.library_twice", where, params, "warning"))
        if name not in self.parted:
            self.parted.add(name)
            self.counts["taken"] -= 1
            self.counts["refused"] += 1
        params |= {"value": first["value"], "new": made["value"]}
        raise _LeftOut("refused", Finding("methods.library_differs", where, params))


def joined_table(before: bytes, library: Library, file: str) -> tuple[bytes, list[Finding]]:
    """A factors.csv with the library's rows behind those it has; rows that are there already are passed over.

    A row with the id of another one that says something else is a finding, and nothing is written for it.
    """
    kept: list[Cells] = []
    findings: list[Finding] = []
    held: dict[str, Cells] = {}
    if before.strip():
        kept = list(csv.DictReader(io.StringIO(before.decode("utf-8-sig"), newline="")))
        cited = {cells["source"]: 1 for cells in kept}
        tables = read_factors(before, file, cited)
        if tables.findings:
            return before, list(tables.findings)
        held = {row.id: cells for row, cells in zip(tables.rows, kept, strict=True)}
    for row, cells in zip(library.rows, library.cells, strict=True):
        other = held.get(row.id)
        if other is None:
            kept.append(cells)
        elif any(other[name] != cells[name] for name in ("value", "unit", "valid_to")):
            params = {"id": row.id, "value": other["value"], "new": cells["value"]}
            findings.append(Finding("methods.library_other_value", {"file": file, "key": row.key}, params))
    return _csv(kept), findings


def _csv(cells: Sequence[Mapping[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells)
    return text.getvalue().encode("utf-8")


def joined_sources(before: bytes, mapping: FactorMap, file: str) -> bytes:
    """A sources.toml with the library's citation behind those it has; FindingError where it cannot be read."""
    facts, _, findings = read_sources(before, file)
    if findings:
        raise FindingError(findings)
    if mapping.source in facts:
        return before
    lines = [f"[{mapping.source}]", *(f"{name} = {_quoted(text)}" for name, text in mapping.citation.items())]
    text = before.decode("utf-8")
    return (text + ("\n" if text else "") + "\n".join(lines) + "\n").encode("utf-8")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def spans(library: Library) -> Iterator[tuple[str, int]]:
    """How many rows hold from which day to which, for a summary: ("2019-01-01/2020-01-01", n)."""
    counted = Counter(
        f"{row.valid_from.isoformat()}/{row.valid_to.isoformat() if row.valid_to else '..'}"
        for row in library.rows
    )
    yield from sorted(counted.items())
