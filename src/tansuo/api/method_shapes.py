"""What the methods browser shows of a method, as data."""

from __future__ import annotations

from pydantic import BaseModel

from tansuo.api.drawer_shapes import Text


class MethodRow(BaseModel):
    """One published edition: `figures` published by it and in force, over so many `subjects`, as far as the
    viewer sees them."""

    id: str
    edition: str
    fingerprint: str
    valid: str
    title_zh: str
    title_en: str
    entry: int
    figures: int
    subjects: int
    in_force: bool


class MethodExample(BaseModel):
    """A quantity with the numbers of a case, and where the case was read."""

    case: str
    source: str
    status: str
    cell: str
    worked: Text


class MethodQuantity(BaseModel):
    """A result: its formula in symbols, in words, as MathML and as LaTeX; how it is rounded and handed on."""

    symbol: str
    name_zh: str
    name_en: str
    unit: str
    scope: str
    additivity: str
    formula: str
    words: Text
    mathml: str
    latex: str
    places: int | None
    rounding: str
    parents: str
    rules: Text
    clause: str
    indicator: str
    example: MethodExample | None


class MethodTerm(BaseModel):
    """A declared term: activity, factor or constant; `ladder` names the rungs from first to last."""

    symbol: str
    name_zh: str
    name_en: str
    kind: str
    unit: str
    over: list[str]
    indicator: str
    ladder: list[str]
    exactly: str | None
    places: int | None
    lower: str | None
    upper: str | None
    clause: str


class MethodFactor(BaseModel):
    """A row of a factor table, with the page it was read on and the standing of its source."""

    id: str
    table: str
    key: str
    column: str
    value: str
    unit: str
    region: str
    valid_from: str
    valid_to: str | None
    data_year: str
    source: Text
    status: str
    note: str


class CitedSource(BaseModel):
    """A source the method cites."""

    key: str
    title: Text
    number: str
    issued: str
    status: str


class MethodOption(BaseModel):
    """A choice the standard leaves open."""

    name: str
    name_zh: str
    name_en: str
    choices: list[str]
    default: str


class MethodSheet(MethodRow):
    """A whole method for reading. `editions`: every document ever published of it, oldest first."""

    gwp: str
    source: Text
    quantities: list[MethodQuantity]
    terms: list[MethodTerm]
    factors: list[MethodFactor]
    sources: list[CitedSource]
    options: list[MethodOption]
    editions: list[MethodRow]


class MethodDifference(BaseModel):
    """One field in which two documents differ; null where one of them has no such field."""

    section: str
    path: str
    before: str | None
    after: str | None


class EditionComparison(BaseModel):
    """Two documents of methods, and every field in which they differ."""

    one: MethodRow
    other: MethodRow
    differences: list[MethodDifference]
