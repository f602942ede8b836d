"""How far figures move from one method to another, measured on the reference cases of both.

Every case is evaluated with both methods, as if each might be used for its months; what one of them cannot
compute is said with its reason. The size of a change is what these cases show, no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tansuo.methods.calculation import read_inputs
from tansuo.methods.cases import Case
from tansuo.methods.document import Cell
from tansuo.methods.evaluate import CompiledMethod, Evaluation, evaluate
from tansuo.methods.impact import percent
from tansuo.methods.term import MethodData
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.state import Missing, Value
from tansuo.quantity.unit import UnitError, convert


@dataclass(frozen=True, slots=True)
class Shift:
    """One figure of a case under two methods: plain decimals in ``unit`` (of the first that has the quantity).

    ``before``/``after`` are "" where that method gives no value; ``absent`` then names the holes. ``difference``
    and ``percent`` are "" unless both have one in units of one kind.
    """

    case: str
    quantity: str
    cell: str
    unit: str
    before: str
    after: str
    difference: str
    percent: str
    absent: tuple[str, ...] = ()

    @property
    def moved(self) -> bool:
        """Whether the two methods do not give the same number."""
        return self.difference != "0" if self.difference else True


@dataclass(frozen=True)
class Refused:
    """A case that one of the methods would not compute at all, and why."""

    case: str
    side: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Shifts:
    """What the cases show: figures that differ, how many do not, and cases that only one method computes."""

    cases: int
    moved: tuple[Shift, ...]
    unmoved: int
    refused: tuple[Refused, ...]


def shifts(one: MethodData, other: MethodData, cases: Sequence[Case]) -> Shifts:
    """Evaluate ``cases`` with both methods and compare what each case says it expects."""
    methods = {"before": _open(one), "after": _open(other)}
    found: list[Shift] = []
    refused: list[Refused] = []
    for case in cases:
        results: dict[str, Evaluation] = {}
        for side, method in methods.items():
            try:
                results[side] = evaluate(method, *read_inputs(case.given, method.data))
            except FindingError as error:
                refused.append(Refused(case.name, side, tuple(error.findings)))
        if len(results) == len(methods):
            for key in case.expect:
                symbol, _, cell = key.partition("/")
                shift = _shift(case.name, results["before"], results["after"], (symbol, cell))
                found += [shift] if shift else []
    moved = tuple(shift for shift in found if shift.moved)
    return Shifts(len(cases), moved, len(found) - len(moved), tuple(refused))


def _open(data: MethodData) -> CompiledMethod:
    """The method without its own limits of validity: the same months can then be asked of two editions."""
    return CompiledMethod(replace(data, valid="0001-01/.."))


def _shift(case: str, one: Evaluation, other: Evaluation, cell: Cell) -> Shift | None:
    """None where neither method knows the cell, or neither has a value there."""
    values = [result.quantities.get(cell) for result in (one, other)]
    if all(value is None or isinstance(value, Missing) for value in values):
        return None
    made = one.method.quantities.get(cell[0]) or other.method.quantities[cell[0]]
    before, after = _in(one, cell, made.unit), _in(other, cell, made.unit)
    absent = tuple(
        name
        for value in values
        for name in (value.names if isinstance(value, Missing) else [cell[0]] if value is None else [])
    )
    if before is None or after is None:
        return Shift(case, *cell, made.unit, _said(before), _said(after), "", "", absent)
    difference = plain(after - before) if after != before else "0"
    return Shift(case, *cell, made.unit, plain(before), plain(after), difference, percent(before, after))


def _in(result: Evaluation, cell: Cell, unit: str) -> Decimal | None:
    """The figure in ``unit``; None where it has none, or counts something else."""
    value: Value | None = result.quantities.get(cell)
    if not isinstance(value, Decimal):
        return None
    try:
        return convert(value, result.method.quantities[cell[0]].unit, unit)
    except UnitError:
        return None


def _said(value: Decimal | None) -> str:
    return "" if value is None else plain(value)
