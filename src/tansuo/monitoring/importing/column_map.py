"""A map made by pointing at columns: which column is the time, which columns are which series of the own plan.

It compiles to the same TOML that ``tansuo import --map`` reads, and that TOML is what the file is judged by and
kept with: nothing is read that the map does not say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal, Inexact, InvalidOperation
from hashlib import sha256
from typing import Literal

from tansuo.monitoring.connectors.workbook.mapping import IRREGULAR, MONTHLY
from tansuo.monitoring.connectors.workbook.sums import SUMS
from tansuo.monitoring.plan import PlanLine, overlap
from tansuo.monitoring.reading import OWN_PLAN
from tansuo.quantity.decimals import parse_decimal, plain
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.unit import UnitError, parse_unit, ratio
from tansuo.registry.subject import Subject

Step = Literal["15min", "30min", "1h", "1d", "month", "irregular"]
STEPS: Mapping[Step, int] = {
    "15min": 900, "30min": 1800, "1h": 3600, "1d": 86_400, "month": MONTHLY, "irregular": IRREGULAR,
}  # fmt: skip
_NAMES: Mapping[int, Step] = {seconds: name for name, seconds in STEPS.items()}
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])
_MOST_DECIMALS = 12
_ANY_DAY = date(1970, 1, 1)
"""The import itself says from which day on a new series is: the first in the file."""


@dataclass(frozen=True)
class TimeColumns:
    """Where the time of a row stands: one column (with ``formats`` where it is text), or year, month, day."""

    column: str = ""
    formats: list[str] = field(default_factory=list)
    year: str = ""
    month: str = ""
    day: str = ""
    hour: str = ""
    hours: Literal["0-23", "1-24"] = "0-23"
    midnight_closes_listed_day: bool | None = None


@dataclass(frozen=True)
class NewSeries:
    """A series that the plan lacks: an emission source of the enterprise, and what is measured of it."""

    source: str
    indicator: str
    step: Step
    decimals: int = 3
    form: Literal["interval_amount", "register", "ratio"] = "interval_amount"


@dataclass(frozen=True)
class Target:
    """Columns (multiplied) that are one series: one that the plan has, or a new one.

    ``unit`` is the unit of the product in the file, ``times`` an exact factor. ``items`` are the texts of the
    item column that mean this series, in a list that holds several. ``empty``: what an empty cell says.
    """

    columns: list[str]
    unit: str
    series: str | None = None
    new: NewSeries | None = None
    times: str = "1"
    items: list[str] = field(default_factory=list)
    empty: Literal["nothing", "missing"] = "nothing"
    rounding: Literal["half_even", "half_up"] | None = None
    provenance: Literal["declared", "measured", "estimated"] = "declared"


@dataclass(frozen=True)
class ColumnMap:
    """The whole map. ``left_out`` names the columns that are not read, so that nothing is forgotten unsaid.

    ``words`` are texts that stand for a state in place of a number (停机 → not_operating). ``sums`` mark rows of
    sums, left out wherever they stand; ``until`` ends the table for good.
    """

    time: TimeColumns
    targets: list[Target]
    sheet: str = ""
    header: int = 1
    skip: int = 0
    header_rows: int = 1
    until: list[str] = field(default_factory=list)
    sums: list[str] = field(default_factory=lambda: list(SUMS))
    item_column: str = ""
    thousands: Literal["", ",", " ", "'"] = ""
    words: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose map it is: the enterprise (None for the city's), its sources by id, and the plan's lines."""

    enterprise: Subject | None
    sources: Mapping[str, Subject]
    lines: Sequence[PlanLine]
    zone: str


@dataclass(frozen=True, slots=True)
class _Stream:
    """A target with the plan line it feeds; ``factor`` takes the file's numbers into the line's unit."""

    target: Target
    line: PlanLine
    factor: Decimal
    fresh: bool


def compile_map(wanted: ColumnMap, owner: Owner, title: str) -> bytes:
    """The TOML of a map. FindingError with everything in it that cannot be, by column."""
    findings: list[Finding] = []
    streams = [one for target in wanted.targets if (one := _stream(target, owner, findings)) is not None]
    _judge(wanted, streams, findings)
    if findings:
        raise FindingError(findings)
    lines = [*_head(wanted, owner, streams, title), *_time(wanted, streams[0].line)]
    if any(one.fresh for one in streams) and owner.enterprise is not None:
        lines += _enterprise(owner.enterprise)
    for one in streams:
        lines += _series(wanted, one, owner.sources.get(one.line.source))
    return ("\n".join(lines) + "\n").encode()


def new_line(wanted: NewSeries, unit: str, owner: Owner) -> PlanLine:
    """The plan line that a new series would be; beside an authoritative series of its kind it does not count."""
    assert owner.enterprise is not None
    step = STEPS[wanted.step]
    series = f"{wanted.source}/{wanted.indicator}/{wanted.step}"
    line = PlanLine(
        series=series, org=owner.enterprise.org, source=wanted.source, meter="", indicator=wanted.indicator,
        channel="file", device=OWN_PLAN, stream=series, form=wanted.form, step_s=step, label="start",
        zone=owner.zone, unit=unit, decimals=wanted.decimals, authoritative=True, required=True,
        valid_from=_ANY_DAY, synthetic=owner.enterprise.synthetic,
    )  # fmt: skip
    rivals = [
        one
        for one in owner.lines
        if one.authoritative and (one.source, one.indicator) == (line.source, line.indicator)
    ]
    counts = not any(overlap(one, line) for one in rivals)
    return replace(line, authoritative=counts, required=counts)


def _stream(target: Target, owner: Owner, findings: list[Finding]) -> _Stream | None:
    where = {"column": " × ".join(target.columns) or "—"}
    line: PlanLine | None = None
    try:
        parse_unit(target.unit)
        if target.new is not None:
            source = owner.sources.get(target.new.source)
            if owner.enterprise is None or source is None or not target.new.indicator.strip():
                findings.append(Finding("monitoring.import_no_source", where, {"source": target.new.source}))
                return None
            line = new_line(target.new, target.unit, owner)
        else:
            known = [one for one in owner.lines if one.series == target.series]
            line = known[-1] if known else None
        if line is None:
            findings.append(Finding("monitoring.import_no_series", where, {"series": target.series or ""}))
            return None
        factor = _factor(target, line)
    except UnitError as error:
        params: dict[str, str | int] = {"unit": target.unit, "wanted": "" if line is None else line.unit}
        code = "monitoring.import_unit" if line is None else "monitoring.import_unit_kind"
        findings.append(Finding(code, where, params))
        findings.extend(error.findings if line is None else ())
        return None
    except (ArithmeticError, ValueError):
        said: dict[str, str | int] = {"unit": target.unit, "wanted": "" if line is None else line.unit}
        findings.append(Finding("monitoring.import_factor", where, said))
        return None
    except FindingError as error:
        findings.extend(error.findings)
        return None
    return _Stream(target, line, factor, target.new is not None)


def _factor(target: Target, line: PlanLine) -> Decimal:
    """The exact factor from the file's numbers to the line's unit; ArithmeticError where it is no decimal."""
    between = ratio(target.unit, line.unit)
    quotient = _EXACT.divide(Decimal(between.numerator), Decimal(between.denominator))
    return _EXACT.multiply(quotient, parse_decimal(target.times.strip() or "1"))


def _judge(wanted: ColumnMap, streams: Sequence[_Stream], findings: list[Finding]) -> None:
    if not wanted.targets:
        findings.append(Finding("monitoring.import_no_target"))
    if not (wanted.time.column or wanted.time.year):
        findings.append(Finding("monitoring.import_no_time"))
    seen: set[str] = set()
    for one in streams:
        where = {"column": " × ".join(one.target.columns) or "—"}
        if not one.target.columns:
            findings.append(Finding("monitoring.import_no_column", where, {"series": one.line.series}))
        if one.line.series in seen:
            findings.append(Finding("monitoring.import_series_twice", where, {"series": one.line.series}))
        seen.add(one.line.series)
        if wanted.item_column and not one.target.items:
            findings.append(Finding("monitoring.import_no_item", where, {"column": wanted.item_column}))
        first = streams[0].line
        if (one.line.step_s, one.line.label, one.line.zone) != (first.step_s, first.label, first.zone):
            params: dict[str, str | int] = {
                "series": one.line.series, "step": step_name(one.line.step_s), "other": first.series,
                "other_step": step_name(first.step_s),
            }  # fmt: skip
            findings.append(Finding("monitoring.import_steps", where, params))


def step_name(step_s: int) -> str:
    """A step as a map writes it."""
    if step_s in _NAMES:
        return _NAMES[step_s]
    if step_s % 3600 == 0:
        return f"{step_s // 3600}h"
    return f"{step_s // 60}min" if step_s % 60 == 0 else f"{step_s}s"


def _head(wanted: ColumnMap, owner: Owner, streams: Sequence[_Stream], title: str) -> Iterator[str]:
    synthetic = any(one.line.synthetic for one in streams)
    name = sha256(repr((wanted, owner.enterprise and owner.enterprise.id)).encode()).hexdigest()[:12]
    yield f"map = {_text('columns_' + name)}"
    yield f"title_zh = {_text(title)}"
    yield f"title_en = {_text(title)}"
    if synthetic:
        yield "synthetic = true"
    yield ""
    yield "[file]"
    if wanted.sheet:
        yield f"sheet = {_text(wanted.sheet)}"
    yield f"header = {wanted.header}"
    if wanted.header_rows > 1:
        yield f"header_rows = {wanted.header_rows}"
    if wanted.skip:
        yield f"skip = {wanted.skip}"
    if wanted.until:
        yield f"until = {_texts(wanted.until)}"
    if wanted.sums:
        yield f"sums = {_texts(wanted.sums)}"
    if wanted.thousands:
        yield f"thousands = {_text(wanted.thousands)}"
    yield ""
    yield "[key]"
    yield f"device = {_text(OWN_PLAN)}"
    if wanted.words:
        yield ""
        yield "[words]"
        for word, state in wanted.words.items():
            yield f"{_text(word)} = {_text(state)}"


def _time(wanted: ColumnMap, line: PlanLine) -> Iterator[str]:
    time = wanted.time
    yield ""
    yield "[timestamp]"
    for key in ("column", "year", "month", "day", "hour"):
        if named := getattr(time, key):
            yield f"{key} = {_text(named)}"
    if time.hour:
        yield f"hours = {_text(time.hours)}"
    if time.column and time.formats:
        yield f"formats = {_texts(time.formats)}"
    yield f"label = {_text(line.label)}"
    yield f"step = {_text(step_name(line.step_s))}"
    yield f"zone = {_text(line.zone)}"
    if line.label == "end" and time.midnight_closes_listed_day is not None:
        yield f"midnight_closes_listed_day = {str(time.midnight_closes_listed_day).lower()}"


def _enterprise(one: Subject) -> Iterator[str]:
    yield ""
    yield "[enterprise]"
    for key, value in (("id", one.id), ("name_zh", one.name_zh), ("name_en", one.name_en)):
        yield f"{key} = {_text(_braced(value))}"


def _series(wanted: ColumnMap, one: _Stream, source: Subject | None) -> Iterator[str]:
    line, target = one.line, one.target
    yield ""
    yield "[[series]]"
    yield f"name = {_text(line.series)}"
    yield f"id = {_text(_braced(line.series))}"
    if source is not None:
        yield f"title_zh = {_text(source.name_zh)}"
        yield f"title_en = {_text(source.name_en)}"
    yield f"value = {_texts(target.columns)}"
    if one.factor != 1:
        yield f"times = {_text(plain(one.factor))}"
    yield f"unit = {_text(line.unit)}"
    if line.form == "rate":
        yield f"target = {_text(line.amount_unit)}"
    yield f"decimals = {min(line.decimals, _MOST_DECIMALS)}"
    if target.rounding:
        yield f"rounding = {_text(target.rounding)}"
    yield f"form = {_text(line.form)}"
    yield f"indicator = {_text(line.indicator)}"
    yield f"provenance = {_text(target.provenance)}"
    if target.empty == "nothing":
        yield 'empty = "nothing"'
    if line.lower is not None:
        yield f"min = {_text(line.lower)}"
    if line.upper is not None:
        yield f"max = {_text(line.upper)}"
    if wanted.item_column:
        yield f"where = [{{ column = {_text(wanted.item_column)}, in = {_texts(target.items)} }}]"
    if one.fresh:
        yield f"source = {_text(_braced(line.source))}"
        if not line.authoritative:
            yield "authoritative = false"
            yield "required = false"


def _text(value: str) -> str:
    """A TOML basic string: JSON's form, with DEL written as an escape too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: Sequence[str]) -> str:
    return "[" + ", ".join(_text(one) for one in values) + "]"


def _braced(value: str) -> str:
    """A text whose braces stand for themselves in a template of the map."""
    return value.replace("{", "{{").replace("}", "}}")
