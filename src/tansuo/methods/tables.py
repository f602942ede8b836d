"""Factor tables and citations of a pack: factors.csv and sources.toml, read with findings by file and row."""

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from tansuo.methods.likeness import check_keys
from tansuo.methods.plausible import check_constants, check_likeness
from tansuo.methods.term import Declared, FactorRow, MethodData, Rung, outside
from tansuo.quantity.decimals import parse_decimal, plain, round_to
from tansuo.quantity.finding import Finding
from tansuo.quantity.unit import UnitError, compatible, convert, parse_unit

COLUMNS = (
    "table",
    "key",
    "column",
    "value",
    "unit",
    "valid_from",
    "valid_to",
    "region",
    "level",
    "published_on",
    "data_year",
    "applies_to",
    "source",
    "page",
    "status",
    "note",
)
STATUSES = ("official", "secondary", "memory", "proposal", "draft", "example")
#: A row of one of these statuses must name the page or clause it was read on.
_PAGED = ("official", "secondary")
_WORDING = ("title", "note", "publisher")
#: A day, a month or a year; a year or the first and last of several.
_PUBLISHED = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_DATA_YEAR = re.compile(r"\d{4}([-/]\d{4})?", re.ASCII)

Place = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows read, the file and line each stands on, notes (wording), and what was found wrong."""

    rows: tuple[FactorRow, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def read_factors(data: bytes, file: str, sources: Mapping[str, object]) -> Tables:
    """The rows of a factors.csv (UTF-8, header ``COLUMNS``); one with a finding is left out."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Tables(findings=(Finding("methods.not_utf8", {"file": file}, {"byte": error.start}),))
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        found = ", ".join(reader.fieldnames or ())
        params = {"expected": ", ".join(COLUMNS), "found": found}
        return Tables(findings=(Finding("methods.table_header", {"file": file, "row": 1}, params),))
    rows: list[FactorRow] = []
    places: dict[str, Place] = {}
    notes: dict[str, str] = {}
    findings: list[Finding] = []
    for cells in reader:
        where: Place = {"file": file, "row": reader.line_num}
        judged = list(judge(cells, where, sources))
        findings.extend(judged)
        if judged:
            continue
        row = as_row(cells)
        if row.id in places:
            twice = {"id": row.id, "other": places[row.id]["row"]}
            findings.append(Finding("methods.row_twice", where, twice))
            continue
        rows.append(row)
        places[row.id] = where
        if cells["note"]:
            notes[row.id] = cells["note"]
    return Tables(tuple(rows), places, notes, tuple(findings))


def judge(cells: Mapping[str, str | None], where: Place, sources: Mapping[str, object]) -> Iterator[Finding]:
    """What is wrong with the cells of one row, looked at alone."""
    if None in cells or None in cells.values():
        yield Finding("methods.row_length", where, {"expected": len(COLUMNS)})
        return
    text = {name: str(value) for name, value in cells.items()}
    for name in ("table", "column", "value", "unit", "valid_from", "source", "status"):
        if not text[name]:
            yield Finding("methods.cell_empty", {**where, "column": name})
            return
    try:
        parse_decimal(text["value"])
    except ValueError:
        yield Finding("methods.not_a_decimal", {**where, "column": "value"}, {"value": text["value"]})
    try:
        parse_unit(text["unit"])
    except UnitError as error:
        yield from (Finding(one.code, {**where, "column": "unit"}, one.params) for one in error.findings)
    yield from _judge_dates(text, where)
    if text["source"] not in sources:
        yield Finding("methods.unknown_source", {**where, "column": "source"}, {"source": text["source"]})
    if text["status"] not in STATUSES:
        params = {"status": text["status"], "known": ", ".join(STATUSES)}
        yield Finding("methods.unknown_status", {**where, "column": "status"}, params)
    elif text["status"] in _PAGED and not text["page"]:
        yield Finding("methods.no_page", {**where, "column": "page"}, {"status": text["status"]})


def _judge_dates(text: Mapping[str, str], where: Place) -> Iterator[Finding]:
    days: list[date] = []
    for name in ("valid_from", "valid_to"):
        if not text[name]:
            continue
        try:
            days.append(date.fromisoformat(text[name]))
        except ValueError:
            yield Finding("methods.not_a_date", {**where, "column": name}, {"value": text[name]})
            return
    if len(days) == 2 and days[0] >= days[1]:
        params = {"first": text["valid_from"], "last": text["valid_to"]}
        yield Finding("methods.validity_empty", {**where, "column": "valid_to"}, params)
    for name, form in (("published_on", _PUBLISHED), ("data_year", _DATA_YEAR)):
        if text[name] and not form.fullmatch(text[name]):
            yield Finding("methods.date_form", {**where, "column": name}, {"value": text[name]})
            return
    if text["published_on"] and text["published_on"][:4] < text["data_year"][:4]:
        params = {"published": text["published_on"], "year": text["data_year"]}
        yield Finding("methods.published_before_data", {**where, "column": "data_year"}, params)


def as_row(cells: Mapping[str, str]) -> FactorRow:
    """The row of cells that are in order."""
    selectors = [cells[name] for name in ("level", "region", "applies_to") if cells[name]]
    name = "/".join([cells["table"], cells["key"], cells["column"], *selectors])
    same = {
        key: cells[key]
        for key in ("table", "key", "column", "region", "level", "published_on", "data_year", "applies_to")
    }
    return FactorRow(
        id=f"{name}@{cells['valid_from']}",
        value=parse_decimal(cells["value"]),
        unit=parse_unit(cells["unit"]).symbol,
        valid_from=date.fromisoformat(cells["valid_from"]),
        valid_to=date.fromisoformat(cells["valid_to"]) if cells["valid_to"] else None,
        source=cells["source"],
        page=cells["page"],
        status=cells["status"],
        **same,
    )


def read_sources(
    data: bytes, file: str
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]], list[Finding]]:
    """Citations of a sources.toml: (key → data, key → wording, findings); both titles are required."""
    try:
        raw = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, {}, [Finding("methods.not_toml", {"file": file}, {"error": str(error)})]
    facts: dict[str, dict[str, str]] = {}
    words: dict[str, dict[str, str]] = {}
    findings: list[Finding] = []
    for key, table in raw.items():
        if not isinstance(table, dict) or not (table.get("title_zh") and table.get("title_en")):
            findings.append(Finding("methods.source_untitled", {"file": file, "key": key}))
            continue
        texts = {name: str(value) for name, value in table.items()}
        words[key] = {name: value for name, value in texts.items() if name.startswith(_WORDING)}
        facts[key] = {name: value for name, value in texts.items() if name not in words[key]}
    return facts, words, findings


def check_tables(data: MethodData, place: Callable[[FactorRow], Place] | None = None) -> Iterator[Finding]:
    """Judge the rows against each other and against the terms that read them.

    ``place`` says where a row stands (file and line); without it the row's id does. Overlapping validity, a
    unit no reading term can take, a value outside the declared or plausible range, a row that nobody reads or
    no rung can take, a rung that leads to no row or to two at once, and an unlisted source are errors; a gap in
    validity and more decimals than the term keeps are warnings.
    """
    at = place or (lambda row: {"method": data.id, "key": row.id})
    steps: dict[tuple[str, str], list[tuple[Declared, Rung]]] = {}
    for term in data.terms.values():
        for step in term.ladder:
            if step.take == "table":
                steps.setdefault((step.table, step.column), []).append((term, step))

    def readers(row: FactorRow) -> list[Declared]:
        reading = steps.get((row.table, row.column), ())
        return list({term.symbol: term for term, step in reading if step.may_take(row)}.values())

    present = {(row.table, row.column) for row in data.factors}
    for table, column in sorted(steps):
        if (table, column) not in present:
            where: Place = {"method": data.id, "symbol": steps[table, column][0][0].symbol, "table": table}
            yield Finding("methods.empty_table", where, {"column": column})
    groups: dict[tuple[str, ...], list[FactorRow]] = {}
    for row in data.factors:
        groups.setdefault((row.table, row.key, row.column, *_selectors(row)), []).append(row)
        if row.source not in data.sources:
            yield Finding("methods.unknown_source", at(row), {"source": row.source})
        if (row.table, row.column) not in steps:
            yield Finding("methods.row_unread", at(row), {"id": row.id})
            continue
        reading = readers(row)
        if not reading:
            yield Finding("methods.row_out_of_reach", at(row), _selected(row, steps[row.table, row.column]))
        yield from _check_row(row, reading, at(row))
    for rows in groups.values():
        yield from _check_validity(sorted(rows, key=lambda row: row.valid_from), at)
    yield from check_likeness(data.factors, readers, at)
    yield from check_keys(data, at)
    yield from check_constants(data)
    if data.source not in data.sources:
        yield Finding("methods.unknown_source", {"method": data.id}, {"source": data.source})
    for term in data.terms.values():
        for step in term.ladder:
            if step.take == "table" and (step.table, step.column) in present:
                yield from _check_rung(data, term, step)


def _selectors(row: FactorRow) -> tuple[str, str, str]:
    return row.level, row.region, row.applies_to


def _check_rung(data: MethodData, term: Declared, step: Rung) -> Iterator[Finding]:
    """A rung must be able to find a row, and never two that hold on one day or were published on one."""
    where: Place = {"method": data.id, "symbol": term.symbol, "table": step.table}
    found = [row for row in data.factors if step.may_take(row)]
    if step.published_before:
        found = [row for row in found if row.published_on]
    if not found:
        yield Finding("methods.rung_without_row", where, {"rung": step.name})
    groups: dict[tuple[str, str], list[FactorRow]] = {}
    for row in found:
        groups.setdefault((row.key, row.region if step.region else ""), []).append(row)
    for rows in groups.values():
        for one, following in _in_turn(rows, step):
            if _both(one, following, step):
                params = {"rung": step.name, "ids": f"{one.id}, {following.id}"}
                yield Finding("methods.ambiguous_factor", where, params)
                break


def _in_turn(rows: Sequence[FactorRow], step: Rung) -> Iterator[tuple[FactorRow, FactorRow]]:
    if step.published_before:
        return pairwise(sorted(rows, key=lambda row: (row.published_on, row.data_year)))
    return pairwise(sorted(rows, key=lambda row: row.valid_from))


def _both(one: FactorRow, following: FactorRow, step: Rung) -> bool:
    """Whether a rung would meet both rows at once; rows alike in all but validity are judged elsewhere."""
    if step.published_before:
        return (one.published_on, one.data_year) == (following.published_on, following.data_year)
    alike = _selectors(one) == _selectors(following)
    return not alike and (one.valid_to is None or following.valid_from < one.valid_to)


def _selected(row: FactorRow, steps: Sequence[tuple[Declared, Rung]]) -> dict[str, str | int]:
    """What a row says of itself, and what the rungs that read its column ask for."""
    own = {"key": row.key, "level": row.level, "region": row.region, "applies_to": row.applies_to}
    asked = [
        " ".join(f"{name}={text}" for name in own if (text := getattr(step, name))) or "*"
        for _, step in steps
    ]
    said = " ".join(f"{name}={text}" for name, text in own.items() if text)
    return {"said": said or "—", "asked": "; ".join(dict.fromkeys(asked))}


def _check_row(row: FactorRow, readers: Sequence[Declared], where: Place) -> Iterator[Finding]:
    fitting = [term for term in readers if compatible(row.unit, term.unit)]
    if readers and not fitting:
        wanted = " / ".join(sorted({term.unit for term in readers}))
        yield Finding("methods.row_unit", {**where, "column": "unit"}, {"unit": row.unit, "wanted": wanted})
    for term in fitting:
        value = convert(row.value, row.unit, term.unit)
        beyond = outside(term, value)
        if beyond is not None:
            yield Finding("methods.out_of_range", {**where, "symbol": term.symbol}, beyond)
        if term.places is not None and round_to(value, term.places) != value:
            params: dict[str, str | int] = {"value": plain(value), "places": term.places}
            yield Finding("methods.more_places", {**where, "symbol": term.symbol}, params, severity="warning")


def _check_validity(rows: Sequence[FactorRow], at: Callable[[FactorRow], Place]) -> Iterator[Finding]:
    for one, following in pairwise(rows):
        params = {
            "id": following.id,
            "other": one.id,
            "from": "" if one.valid_to is None else one.valid_to.isoformat(),
            "to": following.valid_from.isoformat(),
        }
        if one.valid_to is None or following.valid_from < one.valid_to:
            yield Finding("methods.validity_overlap", at(following), params)
        elif one.valid_to < following.valid_from:
            yield Finding("methods.validity_gap", at(following), params, severity="warning")
