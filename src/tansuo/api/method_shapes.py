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
    """A result: its formula in symbols, in words, as MathML and as LaTeX; how it is rounded and handed on; the
    terms and quantities it `uses`, and the quantities it is `used_in`."""

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
    uses: list[str]
    used_in: list[str]
    example: MethodExample | None


class MethodRung(BaseModel):
    """A step of a ladder: a value of the firm's own (`take` local), or a row of a table; `when` are the options
    that must be answered so, `reach` "before" lets a row that has ended serve as a proposal, `published_before` takes
    the row published last before that day of the year counted from the reporting year."""

    name: str
    take: str
    table: str
    column: str
    when: dict[str, str]
    reach: str
    published_before: str


class MethodTerm(BaseModel):
    """A declared term: activity, factor or constant; `ladder` names the rungs from first to last, `used_in` the
    quantities whose formulas name it."""

    symbol: str
    name_zh: str
    name_en: str
    kind: str
    unit: str
    over: list[str]
    indicator: str
    ladder: list[str]
    rungs: list[MethodRung]
    used_in: list[str]
    exactly: str | None
    places: int | None
    lower: str | None
    upper: str | None
    clause: str


class MethodFactor(BaseModel):
    """A row of a factor table, with the page it was read on and the standing of its source.

    Three dates: the year its data are of, the day it was published, the periods it applies to. `origin` is the
    pack that brought it, "" where that is not known.
    """

    id: str
    table: str
    key: str
    column: str
    value: str
    unit: str
    region: str
    level: str
    applies_to: str
    valid_from: str
    valid_to: str | None
    data_year: str
    published_on: str
    origin: str
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


class MethodRemark(BaseModel):
    """What the standard says in words: about a term, or about the whole where `about` is empty."""

    about: str
    text: Text
    clause: str
    status: str


class MethodPaper(BaseModel):
    """Boundary, evidence, fields of the monitoring plan, rules; no figure depends on them."""

    boundary: list[MethodRemark]
    evidence: list[MethodRemark]
    plan: list[MethodRemark]
    rules: list[MethodRemark]


class ExpectedFigure(BaseModel):
    """A figure a case expects: a decimal text, or the names of what must be missing."""

    figure: str
    value: str | None
    missing: list[str]


class MethodCase(BaseModel):
    """A situation with figures from elsewhere; `passed`: this document gives exactly these."""

    name: str
    file: str
    source: str
    status: str
    answer: str
    expects: list[ExpectedFigure]
    passed: bool
    problems: list[Text]


class MethodBase(BaseModel):
    """The method that this one was made from; `pack` is its folder where it is shipped."""

    id: str
    edition: str
    fingerprint: str
    pack: str


class MethodBody(BaseModel):
    """Everything a method says, published or not.

    `pack` is the folder of its pack, with the packs that extend it and those that have rows of it; "" where this
    build does not carry it. `rows_from`: the packs its own rows were taken from.
    """

    pack: str
    gwp: str
    grain: str
    extends: MethodBase | None
    extended_by: list[str]
    rows_from: list[str]
    rows_used_by: list[str]
    source: Text
    quantities: list[MethodQuantity]
    terms: list[MethodTerm]
    factors: list[MethodFactor]
    sources: list[CitedSource]
    options: list[MethodOption]
    paper: MethodPaper
    cases: list[MethodCase]


class MethodSheet(MethodRow, MethodBody):
    """A whole published method for reading. `editions`: every document ever published of it, oldest first."""

    editions: list[MethodRow]
