"""A mapping: what a file's rows and columns mean, as data. The TOML form is docs/reference/mapping.md.

These are the declarations after reading; ``map_reader`` builds them from TOML and refuses what is unclear.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping as Words
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from tansuo.monitoring.connectors.workbook.cells import NumberStyle
from tansuo.quantity.decimals import Rounding
from tansuo.quantity.state import Provenance, State

Kind = Literal["readings", "documents"]
Format = Literal["auto", "csv", "xlsx", "parquet"]
Form = Literal["interval_amount", "register", "rate", "ratio"]
Label = Literal["start", "end"]
Duplicates = Literal["refuse", "first", "last"]
Test = Literal["in", "empty", "zero", "zero_or_empty"]

IRREGULAR = 0
MONTHLY = -1
"""Steps without a length in seconds, as the monitoring plan writes them."""

_UNSAFE = re.compile(r"[^A-Za-z0-9.:-]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Template:
    """A text with ``{column}`` places, filled from the cells of a row; ``{{`` and ``}}`` stand for braces."""

    text: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns named, in order, each once. ValueError where the braces do not pair."""
        named = (name for _, name, _, _ in string.Formatter().parse(self.text) if name is not None)
        return tuple(dict.fromkeys(named))

    def fill(self, cells: Words[str, str], *, identifier: bool = False) -> str:
        """The text with every place filled; as an identifier, what ids may not hold is written ``_hex_``."""
        parts: list[str] = []
        for literal, name, _, _ in string.Formatter().parse(self.text):
            parts.append(literal)
            if name is not None:
                cell = cells[name]
                parts.append(_UNSAFE.sub(_escaped, cell) if identifier else cell)
        return "".join(parts)


def _escaped(found: re.Match[str]) -> str:
    return f"_{ord(found[0]):x}_"


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one column: its text is (not) one of ``texts``, it is empty, zero, or either."""

    column: str
    test: Test
    texts: frozenset[str] = frozenset()
    holds: bool = True


@dataclass(frozen=True, slots=True)
class StateRule:
    """Where ``when`` holds and the value is empty or zero, the value is not there and ``state`` says why."""

    when: tuple[Condition, ...]
    state: State


@dataclass(frozen=True, slots=True)
class ProvenanceRule:
    """Where ``when`` holds (always, when it is empty) the value's provenance is ``provenance``."""

    when: tuple[Condition, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class FileRule:
    """How to open the file: format, encoding, separators, sheet (name, or 1-based number) and header row.

    ``header`` is the row of the column names (1-based, as an editor counts), ``header_rows`` how many rows from
    it on make the names, ``skip`` how many rows after them are no data (a row of units). ``until`` are texts in
    the first cell that end the table, ``sums`` texts that mark a row of sums (合计), left out wherever it stands.
    """

    format: Format = "auto"
    encoding: str = "auto"
    delimiter: str = "auto"
    sheet: str | int = 1
    header: int = 1
    header_rows: int = 1
    skip: int = 0
    until: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    style: NumberStyle = field(default_factory=NumberStyle)


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """Rows for which ``when`` holds are in ``zone``; without conditions it is the zone of all others."""

    when: tuple[Condition, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class TimeRule:
    """Where a row's time stands and what it labels.

    Either ``column`` (date or date-time, text by ``formats``), or ``year``, ``month``, ``day`` columns, or
    ``ordinal`` (a counter of steps from ``first`` on, beginning at the start of ``base``: a nominal time).
    To it come a ``time`` of day, an ``hour`` (with ``hours`` 0–23 or 1–24) and a ``minute`` column.
    ``midnight_closes``: a label 0:00 closes the day it is listed under; None means that the map does not say,
    and then rows whose order speaks for it are refused.
    """

    label: Label
    step_s: int
    zones: tuple[ZoneRule, ...]
    column: str = ""
    formats: tuple[str, ...] = ()
    time: str = ""
    time_formats: tuple[str, ...] = ()
    year: str = ""
    month: str = ""
    day: str = ""
    hour: str = ""
    hours: Literal["0-23", "1-24"] = "0-23"
    minute: str = ""
    ordinal: str = ""
    first: int = 0
    base: Template | None = None
    midnight_closes: bool | None = None
    grid: Literal["strict", "free"] = "strict"

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the time is read from."""
        named = (
            self.column, self.time, self.year, self.month, self.day, self.hour, self.minute, self.ordinal,
            *(self.base.columns if self.base else ()),
        )  # fmt: skip
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """One series of a table: its value is the exact product of ``columns`` and ``times``.

    ``stream`` names it within its device, ``id`` is its identifier in the plan. ``unit`` is the product's own
    unit (a reading is kept in it), ``target`` the unit in which sums are shown. More than ``decimals``
    decimals are refused unless ``rounding`` says how to round. A value beyond ``lower`` or ``upper`` is a
    finding, and refused when ``refuse_out_of_range``. An ``optional`` series may lack its columns. Where
    ``empty_is_silent``, an empty cell says nothing; otherwise it says that the value is missing.
    """

    stream: str
    id: Template
    columns: tuple[str, ...]
    times: Decimal
    unit: str
    target: str
    decimals: int
    form: Form
    indicator: str
    title_zh: str
    title_en: str
    where: tuple[Condition, ...] = ()
    rounding: Rounding | None = None
    states: tuple[StateRule, ...] = ()
    provenances: tuple[ProvenanceRule, ...] = ()
    flag: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    refuse_out_of_range: bool = False
    optional: bool = False
    empty_is_silent: bool = False
    required: bool = True
    authoritative: bool = True
    source: Template | None = None
    meter: Template | None = None
    attributes: Words[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> tuple[str, ...]:
        """Every column this series is read from: factors, flag, conditions, names."""
        conditions = [
            *self.where,
            *(one for rule in self.states for one in rule.when),
            *(one for rule in self.provenances for one in rule.when),
        ]
        return tuple(
            dict.fromkeys(
                [*self.columns, *([self.flag] if self.flag else []), *(one.column for one in conditions)]
            )
        )


@dataclass(frozen=True, slots=True)
class SubjectRule:
    """A subject to declare when nobody has: enterprise, emission source, facility or meter.

    ``relations`` are (relation, other id) pairs; ``when`` limits it to rows of some devices.
    """

    id: Template
    kind: str
    name_zh: Template
    name_en: Template
    attributes: Words[str, Template] = field(default_factory=dict)
    relations: tuple[tuple[str, Template], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column its texts are filled from."""
        templates = [self.id, self.name_zh, self.name_en, *self.attributes.values()]
        templates += [other for _, other in self.relations]
        return tuple(dict.fromkeys(name for one in templates for name in one.columns))


@dataclass(frozen=True, slots=True)
class AcrossRule:
    """A wide table: each column whose header matches ``pattern`` is a reading of its row.

    Every such row becomes as many as it has matching columns, with two more columns: ``value`` (the cell) and
    ``part`` (the first group of the pattern, or the whole header): the hour, the month, the point of 96.
    """

    pattern: re.Pattern[str]
    value: str
    part: str


@dataclass(frozen=True, slots=True)
class TableRule:
    """One table of the file and everything its rows say. ``number`` counts tables of the map from 0.

    ``aliases``: a column's name in the map → the headers it may have. ``words``: texts that stand for a state
    in place of a number (停机, n/a). ``fill_down``: columns of which an empty cell repeats the one above.
    """

    number: int
    file: FileRule
    time: TimeRule
    device: Template
    key: tuple[str, ...]
    series: tuple[SeriesRule, ...]
    aliases: Words[str, tuple[str, ...]] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    words: Words[str, State] = field(default_factory=dict)
    breakdowns: tuple[str, ...] = ()
    fill_down: tuple[str, ...] = ()
    duplicates: Duplicates = "refuse"
    across: AcrossRule | None = None
    enterprise: SubjectRule | None = None
    subjects: tuple[SubjectRule, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """Columns read for naming devices, series and subjects."""
        templates = [self.device]
        for one in self.series:
            templates += [one.id, *(part for part in (one.source, one.meter) if part)]
        columns = [*self.key, *(name for one in templates for name in one.columns)]
        for subject in (*self.subjects, *([self.enterprise] if self.enterprise else [])):
            columns += subject.columns
        return tuple(dict.fromkeys(columns))


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole map. ``synthetic`` marks every reading as invented; ``source`` says where the file is from;
    ``several`` that it has ``[[table]]`` sections.
    """

    id: str
    title_zh: str
    title_en: str
    tables: tuple[TableRule, ...]
    source: str = ""
    license: str = ""
    synthetic: bool = False
    several: bool = False
