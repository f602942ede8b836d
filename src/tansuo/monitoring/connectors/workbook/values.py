"""The values of one series over a table: exact products, with state and provenance, and a finding for each
cell that gives none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, InvalidOperation

from tansuo.monitoring.connectors.workbook.cells import NumberStyle, Problem, cell_text, number
from tansuo.monitoring.connectors.workbook.mapping import SeriesRule
from tansuo.monitoring.connectors.workbook.masks import Masks
from tansuo.monitoring.connectors.workbook.tables import Table
from tansuo.quantity.decimals import plain, round_to
from tansuo.quantity.finding import Finding, Severity
from tansuo.quantity.state import Provenance, State

_EXACT = Context(prec=120, traps=[Inexact, InvalidOperation])
_INT64 = 2**63 - 1
_SURELY_INT64 = 18


@dataclass(slots=True)
class Values:
    """What the rows say of one series, in lists as long as the table.

    At a place, ``states`` is None where the row gives nothing: it is not of this series, its empty cell is
    ``silent``, or it is in ``refused``. Otherwise it is a value (``numbers``, ``texts``, ``provenances``) or
    says why there is none.
    """

    numbers: list[Decimal | None]
    texts: list[str | None]
    states: list[State | None]
    provenances: list[Provenance | None]
    flags: Sequence[str] | None = None
    findings: list[Finding] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    silent: set[int] = field(default_factory=set)

    def places(self) -> Iterator[int]:
        """The places that give a value or a state, in the order of rows."""
        return (at for at, state in enumerate(self.states) if state is not None)

    def drop(self, at: int) -> None:
        """Refuse what a place gave."""
        self.numbers[at] = self.texts[at] = self.states[at] = self.provenances[at] = None
        self.refused.add(at)

    def said(self, at: int) -> str:
        """A place's number, or its state, for a message."""
        text, state = self.texts[at], self.states[at]
        return text if text is not None else state.value if state is not None else ""


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
    reader.read_all(usable)
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
        size = len(table.rows)
        self.result = Values([None] * size, [None] * size, [None] * size, [None] * size)
        self._table = table
        self._series = series
        self._style = style
        self._words = words
        self._factors = [(name, table.columns[name]) for name in series.columns]
        self._state_at = masks.first_of([one.when for one in series.states]) if series.states else None
        self._provenance_at = masks.first_of([one.when for one in series.provenances])
        self._provenances = [one.provenance for one in series.provenances]
        self._largest = Decimal(_INT64).scaleb(-series.decimals)
        self._bounds = [one for one in (series.lower, series.upper) if one is not None]
        if series.flag:
            self.result.flags = [cell_text(cell) for cell in table.columns[series.flag]]

    def read_all(self, usable: Sequence[int]) -> None:
        """Note the value at every place, or why there is none."""
        numbers, texts, states = self.result.numbers, self.result.texts, self.result.states
        provenances, rules = self.result.provenances, self._state_at
        for at in usable:
            value = self._product(at)
            if isinstance(value, tuple):
                self._refuse(at, *value)
                continue
            if isinstance(value, State):
                states[at] = value
                continue
            if value is None or (rules is not None and rules[at] >= 0):
                state = self._stated(at, value)
                if state is None and value is None and self._series.empty_is_silent:
                    self.result.silent.add(at)
                    continue
                if state is not None or value is None:
                    states[at] = state or State.MISSING
                    continue
            text = _text(value)
            if not self._fits(text):
                kept = self._kept(value)
                if isinstance(kept, Problem):
                    self._refuse(at, self._series.columns[0], kept)
                    continue
                value, text = kept, _text(kept)
            if self._bounds and self._out_of_range(at, value):
                continue
            rule = self._provenance_at[at]
            provenance = self._provenances[rule] if rule >= 0 else self._unknown_flag(at)
            numbers[at], texts[at], provenances[at] = value, text, provenance
            states[at] = State.VALUE if value else _state_of_zero(provenance)

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
            value = cell if isinstance(cell, Decimal) else number(cell, self._style)
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

    def _fits(self, text: str) -> bool:
        """Whether a number is kept as it is, told from its text alone; if not, it is looked at closely."""
        whole, _, part = text.partition(".")
        return len(part) <= self._series.decimals and len(whole) + self._series.decimals < _SURELY_INT64

    def _kept(self, value: Decimal) -> Decimal | Problem:
        decimals = self._series.decimals
        cut = round_to(value, decimals, self._series.rounding or "half_even")
        if cut != value and self._series.rounding is None:
            return Problem("too_many_decimals", {"value": plain(value), "decimals": decimals})
        if abs(cut) > self._largest:
            return Problem("number_too_large", {"value": plain(value), "decimals": decimals})
        return cut

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

    def _unknown_flag(self, at: int) -> Provenance:
        flag = self.result.flags[at] if self.result.flags else ""
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


def _text(value: Decimal) -> str:
    """The number as text without an exponent; ``plain``, but for most numbers much faster."""
    text = str(value)
    return plain(value) if "E" in text or (text[0] == "-" and not value) else text


def _state_of_zero(provenance: Provenance) -> State:
    if provenance is Provenance.MEASURED:
        return State.MEASURED_ZERO
    return State.DECLARED_ZERO if provenance is Provenance.DECLARED else State.VALUE
