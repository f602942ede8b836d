"""What judging a file gives: measurements, findings, totals, and the account of every row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tansuo.monitoring.connectors.workbook.mapping import SeriesRule, TableRule
from tansuo.monitoring.connectors.workbook.totals import Breakdown, Total
from tansuo.monitoring.reading import Measurement
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import Provenance, State

Progress = Callable[[int, int, str], None]
"""Called with (done, of, what) as the work goes on."""

TABLE_SHIFT = 24
"""A record is the row number plus the number of its table, shifted: rows of all sheets stay apart."""


@dataclass(frozen=True, slots=True)
class Found:
    """One series met in the file: where it comes from, and the texts its names are filled from."""

    series: str
    rule: SeriesRule
    table: TableRule
    device: str
    zone: str
    texts: dict[str, str]
    first: datetime
    last: datetime

    def same_grid(self, other: Found) -> bool:
        """Whether two findings of one series mean the same stream with the same grid and unit."""
        mine, its = self.rule, other.rule
        return (self.device, self.zone, mine.stream, mine.form, mine.unit, mine.decimals) == (
            other.device, other.zone, its.stream, its.form, its.unit, its.decimals
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One series of a table, in lists as long as the table; ``states`` is None where a row gives nothing."""

    stream: str
    texts: Sequence[str | None]
    states: Sequence[State | None]
    provenances: Sequence[Provenance | None]
    flags: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Batch:
    """The measurements of one table in columns: a tenth of the memory that they take one by one."""

    records: Sequence[int]
    keys: Sequence[tuple[str, datetime] | None]
    columns: Sequence[Column]
    synthetic: bool

    def __len__(self) -> int:
        return sum(1 for one in self.columns for state in one.states if state is not None)

    def measurements(self) -> Iterator[Measurement]:
        """Row by row, and within a row in the order of the map."""
        for at, key in enumerate(self.keys):
            if key is None:
                continue
            device, label = key
            for one in self.columns:
                state = one.states[at]
                if state is not None:
                    flag = one.flags[at] if one.flags is not None else ""
                    text, origin = one.texts[at], one.provenances[at]
                    said = (text, flag, self.records[at], state, origin, self.synthetic)
                    yield Measurement("file", device, one.stream, label, *said)


@dataclass(frozen=True, slots=True)
class TableSeen:
    """A table that was read: its sheet ("" where there is none) and its headers as written, in order."""

    sheet: str
    headers: Sequence[str]


@dataclass(slots=True)
class Judged:
    """What a file says, with the account of its rows: rows = accepted + partly + refused + left_out.

    ``notes`` are worth saying but no fault (the encoding found); ``found`` are the series met; ``said``
    is what earlier tables of a file said, so that two sheets do not say one time twice; ``tables`` are those
    read, in the order of the map.
    """

    rows: int = 0
    accepted: int = 0
    partly: int = 0
    refused: int = 0
    left_out: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    breakdowns: list[Breakdown] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    found: dict[str, Found] = field(default_factory=dict)
    said: dict[tuple[str, str, datetime], int] = field(default_factory=dict)
    tables: list[TableSeen] = field(default_factory=list)

    @property
    def measurements(self) -> list[Measurement]:
        """Every measurement of the file, made anew at each call."""
        return [one for batch in self.batches for one in batch.measurements()]

    @property
    def readings(self) -> int:
        """How many measurements there are."""
        return sum(len(batch) for batch in self.batches)

    @property
    def errors(self) -> int:
        """How many findings refuse something."""
        return sum(1 for one in self.findings if one.severity == "error")

    def as_json(self) -> dict[str, object]:
        """Exactly what ``import --check --json`` prints."""
        return {
            "rows": self.rows,
            "findings": [one.as_json() for one in self.findings],
            "totals": [one.as_json() for one in self.totals],
            "breakdowns": [one.as_json() for one in self.breakdowns],
        }
