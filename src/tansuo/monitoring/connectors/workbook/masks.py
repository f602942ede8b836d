"""Conditions of a map over a whole table at once: one truth value a row, each condition worked out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tansuo.monitoring.connectors.workbook.cells import Cell, NumberStyle, Problem, cell_text, number
from tansuo.monitoring.connectors.workbook.mapping import Condition
from tansuo.monitoring.connectors.workbook.tables import Table


class Masks:
    """Answers conditions over one table."""

    def __init__(self, table: Table, style: NumberStyle) -> None:
        self._table = table
        self._style = style
        self._known: dict[Condition, list[bool]] = {}

    def all_of(self, conditions: Sequence[Condition]) -> list[bool] | None:
        """Where all conditions hold; None where there is none, so that nothing is left out."""
        if not conditions:
            return None
        masks = [self._one(condition) for condition in conditions]
        return masks[0] if len(masks) == 1 else [all(row) for row in zip(*masks, strict=True)]

    def first_of(self, rules: Sequence[Sequence[Condition]]) -> list[int]:
        """For each row, the number of the first rule whose conditions hold, -1 where none does."""
        result = [-1] * len(self._table.rows)
        for place in range(len(rules) - 1, -1, -1):
            mask = self.all_of(rules[place])
            if mask is None:
                result = [place] * len(result)
            else:
                result = [place if holds else old for holds, old in zip(mask, result, strict=True)]
        return result

    def _one(self, condition: Condition) -> list[bool]:
        if condition not in self._known:
            test = self._test(condition)
            cells = self._table.columns[condition.column]
            self._known[condition] = [test(cell) is condition.holds for cell in cells]
        return self._known[condition]

    def _test(self, condition: Condition) -> Callable[[Cell], bool]:
        if condition.test == "in":
            texts = condition.texts
            return lambda cell: cell_text(cell) in texts
        if condition.test == "empty":
            return lambda cell: cell is None
        if condition.test == "zero":
            return self._zero
        return lambda cell: cell is None or self._zero(cell)

    def _zero(self, cell: Cell) -> bool:
        value = number(cell, self._style)
        return value is not None and not isinstance(value, Problem) and value.is_zero()
