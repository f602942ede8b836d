"""What the methods browser shows of two methods side by side, as data."""

from __future__ import annotations

from pydantic import BaseModel

from tansuo.api.drawer_shapes import Text
from tansuo.api.method_shapes import MethodFactor


class MethodDifference(BaseModel):
    """One field in which two documents differ; null where one of them has no such field."""

    section: str
    path: str
    before: str | None
    after: str | None


class MethodHead(BaseModel):
    """One side of a comparison; `entry` is null for a pack that is not published here."""

    id: str
    edition: str
    fingerprint: str
    valid: str
    title_zh: str
    title_en: str
    entry: int | None
    pack: str


class WrittenFormula(BaseModel):
    """A formula on one side of a comparison."""

    formula: str
    words: Text
    mathml: str
    unit: str
    rules: Text


class FormulaChange(BaseModel):
    """A quantity whose formula, unit or rounding differs; null where one of the methods has no such quantity."""

    symbol: str
    name_zh: str
    name_en: str
    before: WrittenFormula | None
    after: WrittenFormula | None


class FactorChange(BaseModel):
    """A row that differs, before and after; `percent` is the change of the value, null where there is none to say."""

    before: MethodFactor | None
    after: MethodFactor | None
    percent: str | None


class FigureShift(BaseModel):
    """A figure of a reference case by both methods; null where one gives no value, `absent` then names the holes."""

    case: str
    quantity: str
    cell: str
    unit: str
    before: str | None
    after: str | None
    difference: str | None
    percent: str | None
    absent: list[str]


class RefusedCase(BaseModel):
    """A case that one of the methods (`side`: before or after) would not compute, and why."""

    case: str
    side: str
    why: Text


class CaseShifts(BaseModel):
    """What the reference cases of both show; `unmoved` figures are the same."""

    cases: int
    unmoved: int
    moved: list[FigureShift]
    refused: list[RefusedCase]


class EditionComparison(BaseModel):
    """Two documents of methods: what kind of change, which periods and quantities it touches, every field in which
    they differ (formulas and factor rows also side by side), and how far the reference cases move."""

    one: MethodHead
    other: MethodHead
    kinds: list[str]
    periods: list[str]
    quantities: list[str]
    differences: list[MethodDifference]
    formulas: list[FormulaChange]
    factors: list[FactorChange]
    shift: CaseShifts
