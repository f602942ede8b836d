"""The values of one series over a table: exact products, with state and provenance, and a finding for each
cell that gives none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, InvalidOperation

from tansuo.monitoring.connectors.workbook.cells import Cell, NumberStyle, Problem, cell_text, number
from tansuo.monitoring.connectors.workbook.mapping import SeriesRule
from tansuo.monitoring.connectors.workbook.masks import Masks
from tansuo.monitoring.connectors.workbook.tables import Table
from tansuo.quantity.decimals import plain, round_to
from tansuo.quantity.finding import Finding, Severity
from tansuo.quantity.state import Provenance, State

_EXACT = Context(prec=120, traps=[Inexact, InvalidOperation])
_INT64 = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Value:
    """What one row says of one series: a number with its provenance, or a state that says why not."""

    number: Decimal | None
    state: State
    provenance: Provenance | None
    flag: str


@dataclass(slots=True)
class Values:
    """By place in the table; a place without an entry gave nothing: not of this series, or ``refused``."""

    values: dict[int, Value] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)


def read_values(
    table: Table,
    series: SeriesRule,
    style: NumberStyle,
    words: Mapping[str, State],
    masks: Masks,
    usable: Sequence[int],
) -> Values:
    """The values of ``series`` at the places ``usable``. Findings name the row and the column."""
    reader = _Reader(table, series, style, words, masks)
    for at in usable:
        reader.read(at)
    return reader.result


class _Reader:
    """Reads one series row by row; what does not change from row to row is prepared once."""

    def __init__(
        self,
        table: Table,
        series: SeriesRule,
        style: NumberStyle,
        words: Mapping[str, State],
        masks: Masks,
    ) -> None:
        self.result = Values()
        self._table = table
        self._series = series
        self._style = style
        self._words = words
        self._factors = [(name, table.columns[name]) for name in series.columns]
        self._state_at = masks.first_of([one.when for one in series.states]) if series.states else None
        self._provenance_at = masks.first_of([one.when for one in series.provenances])
        self._flags: list[Cell] | None = table.columns[series.flag] if series.flag else None
        self._largest = Decimal(_INT64).scaleb(-series.decimals)

    def read(self, at: int) -> None:
        """Note the value at one place, or why there is none."""
        value = self._product(at)
        if isinstance(value, tuple):
            self._refuse(at, *value)
            return
        flag = cell_text(self._flags[at]) if self._flags is not None else ""
        if isinstance(value, State):
            self.result.values[at] = Value(None, value, None, flag)
            return
        state = self._stated(at, value)
        if state is not None or value is None:
            self.result.values[at] = Value(None, state or State.MISSING, None, flag)
            return
        kept = self._kept(value)
        if isinstance(kept, Problem):
            self._refuse(at, self._series.columns[0], kept)
            return
        if self._out_of_range(at, kept):
            return
        provenance = self._provenance(at, flag)
        self.result.values[at] = Value(kept, _state_of(kept, provenance), provenance, flag)

    def _product(self, at: int) -> Decimal | State | tuple[str, Problem] | None:
        product = self._series.times
        absent = False
        for name, cells in self._factors:
            cell = cells[at]
            if cell is None:
                absent = True
                continue
            if isinstance(cell, str) and cell in self._words:
                return self._words[cell]
            value = number(cell, self._style)
            if isinstance(value, Problem):
                return name, value
            if value is not None:
                product = value if product == 1 else _EXACT.multiply(product, value)
        return None if absent else product

    def _stated(self, at: int, value: Decimal | None) -> State | None:
        """The state that a rule gives to this row, where there is no value that contradicts it."""
        place = self._state_at[at] if self._state_at is not None else -1
        if place < 0:
            return None
        state = self._series.states[place].state
        if value is None or value.is_zero():
            return state
        self._note(at, "state_contradicted", "warning", value=plain(value), state=state.value)
        return None

    def _kept(self, value: Decimal) -> Decimal | Problem:
        decimals = self._series.decimals
        if self._series.rounding is not None:
            value = round_to(value, decimals, self._series.rounding)
        else:
            _, _, exponent = value.as_tuple()
            if isinstance(exponent, int) and -exponent > decimals:
                cut = round_to(value, decimals)
                if cut != value:
                    return Problem("too_many_decimals", {"value": plain(value), "decimals": decimals})
                value = cut
        if abs(value) > self._largest:
            return Problem("number_too_large", {"value": plain(value), "decimals": decimals})
        return value

    def _out_of_range(self, at: int, value: Decimal) -> bool:
        """Whether a value beyond the declared range is refused; it is said in any case."""
        lower, upper = self._series.lower, self._series.upper
        if (lower is None or value >= lower) and (upper is None or value <= upper):
            return False
        refused = self._series.refuse_out_of_range
        bounds = f"{'' if lower is None else plain(lower)} … {'' if upper is None else plain(upper)}"
        severity: Severity = "error" if refused else "warning"
        self._note(at, "out_of_range", severity, value=plain(value), range=bounds)
        if refused:
            self.result.refused.add(at)
        return refused

    def _provenance(self, at: int, flag: str) -> Provenance:
        place = self._provenance_at[at]
        if place >= 0:
            return self._series.provenances[place].provenance
        self._note(at, "flag_unknown", "warning", column=self._series.flag, flag=flag)
        return Provenance.ESTIMATED

    def _refuse(self, at: int, column: str, problem: Problem) -> None:
        self._note(at, problem.code, "error", column=column, **problem.params)
        self.result.refused.add(at)

    def _note(self, at: int, code: str, severity: Severity, column: str = "", **params: str | int) -> None:
        header = self._table.header(column or self._series.columns[0], at)
        where = self._table.where(self._table.rows[at], header)
        params = {"series": self._series.stream, **params}
        self.result.findings.append(Finding(f"monitoring.workbook.{code}", where, params, severity))


def _state_of(value: Decimal, provenance: Provenance) -> State:
    if not value.is_zero():
        return State.VALUE
    if provenance is Provenance.MEASURED:
        return State.MEASURED_ZERO
    return State.DECLARED_ZERO if provenance is Provenance.DECLARED else State.VALUE
