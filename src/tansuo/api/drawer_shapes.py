"""What the receipt drawer shows of a figure, as data. Texts come in both languages, numbers as decimal texts."""

from __future__ import annotations

from pydantic import BaseModel

from tansuo.api.shapes import Amount


class Text(BaseModel):
    """One text in both languages."""

    zh: str
    en: str


class KindShare(BaseModel):
    """What of the known amount came about in one way, and its percentage of all that is known."""

    kind: str
    value: str
    percent: str | None


class DrawerStep(BaseModel):
    """A quantity on the way to the figure: formula in symbols, in words and as MathML, and the worked lines
    (symbols = numbers with units = result). `more` lines are left out; the document has the same selection.
    `branches`: of a ladder of formulas, the names of the branches taken."""

    symbol: str
    name_zh: str
    name_en: str
    clause: str
    words: Text
    mathml: str
    worked: list[Text]
    more: int
    branches: list[str]


class ReplacedDefault(BaseModel):
    """The provider's row that an override stands in for; it stays visible beside what replaced it."""

    id: str
    value: str
    unit: str
    status: str


class TestedSample(BaseModel):
    """One analysis: sample with the days it was taken on and represents, test with its marks, results by basis.
    `redacted`: the entry that erased its report, which bore personal data."""

    sample: str
    composite: bool
    taken: list[str]
    represents: list[str]
    amount: str | None
    tested: str
    laboratory: str
    report: str
    marks: list[str]
    document: str
    redacted: int | None
    results: list[TestedResult]
    entries: list[int]


class TestedResult(BaseModel):
    """One reported value; `basis` is ar, ad, d or daf."""

    parameter: str
    basis: str
    value: str
    unit: str


class TestedValue(BaseModel):
    """The way from laboratory results to a factor: worked lines of the conversion and of the weighted mean."""

    worked: list[str]
    samples: list[TestedSample]


class DrawerFactor(BaseModel):
    """A factor as it was taken: value, the rung of its ladder, its source with page and standing, and for how
    many cells. `original` is what the source prints; `statement` the firm's own entry behind a local value;
    `instead_of` the default that an override replaced, with the operator's `reason`."""

    symbol: str
    name_zh: str
    name_en: str
    value: str
    unit: str
    original: str
    original_unit: str
    rung: str
    status: str
    kind: str
    source: Text
    valid_from: str
    valid_to: str
    cells: int
    statement: int | None
    instead_of: ReplacedDefault | None
    reason: str
    tested: TestedValue | None


class DrawerSeries(BaseModel):
    """A series an activity was read from. `days` lead to the day documents and on to the raw frames: (day,
    readings there, readings expected); they are listed for the figure of one month."""

    series: str
    meter: str
    channel: str
    device: str
    days: list[DrawerDay]


class DrawerDay(BaseModel):
    """One day of a series. `expected` is null for a series without a grid; `over`: the day had ended."""

    day: str
    over: bool
    present: int
    expected: int | None


class DrawerActivity(BaseModel):
    """An amount the figure rests on: one term of one source in one month. `statement` is the entry that says it
    where no series measures it, with its `origin`."""

    symbol: str
    name_zh: str
    name_en: str
    source: str
    source_zh: str
    source_en: str
    month: str
    amount: Amount
    expected: int | None
    present: int
    revised: int
    conflicts: int
    series: list[DrawerSeries]
    statement: int | None
    origin: str


class DrawerHole(BaseModel):
    """A span without readings, in the city's civil time."""

    source: Text
    start: str
    end: str
    count: int


class CompletenessBody(BaseModel):
    """Whether anything is missing, in words; `members` counts the enterprises below a roll-up."""

    complete: bool
    words: Text
    expected: int
    present: int
    members: int | None
    members_complete: int | None
    holes: list[DrawerHole]


class DrawerPart(BaseModel):
    """A part of a roll-up, or a month of a longer period. `amount` is null where the viewer may only know that
    the part belongs to the sum; `percent` is of what is known of the whole."""

    subject: str
    name_zh: str
    name_en: str
    period: str
    amount: Amount | None
    percent: str | None


class Position(BaseModel):
    """What fixes the figure. Published: the entry and what it froze. Provisional: what a receipt would freeze;
    then `entry`, `leaf_hash`, `recorded`, `decision` and `signed_head` are null."""

    entry: int | None
    leaf_hash: str | None
    recorded: str | None
    decision: int | None
    signed_head: int | None
    as_of: str
    size: int
    method: str
    edition: str
    fingerprint: str
    input_digest: str
    evaluator: str
    parsers: list[str]
    build: str
    same: bool


class DrawerPublication(BaseModel):
    """One publication of the cell."""

    receipt: str
    stage: str
    entry: int
    recorded: str
    amount: Amount


class DrawerChange(BaseModel):
    """One part of the difference between first published and now; the parts add up to the whole difference."""

    kind: str
    symbol: str
    what: Text
    before: str
    after: str
    added: str


class CorrectedValue(BaseModel):
    """A value of the figure's period that replaced another: both versions, why, by whom, and their entries.

    `what`: a series (then `day` leads to its day), or indicator and subject of a statement. `before` is empty and
    `before_entry` null where nothing stood. `inside`: the figure was computed with it; else it was corrected after
    the figure was published and is not in it."""

    what: str
    at: str
    day: str | None
    before: str
    after: str
    unit: str
    reason: str
    people: str
    recorded: str
    before_entry: int | None
    entry: int
    inside: bool


class Since(BaseModel):
    """What became of a figure: every publication, the value as now known, and why it moved."""

    history: list[DrawerPublication]
    now: Amount | None
    change: str | None
    basis: str
    parts: list[DrawerChange]


class Drawer(BaseModel):
    """Everything that explains one figure. `nonstandard` says what the method alone does not decide (options,
    overrides), `remarks` what laboratory results leave open. `details` tells whether the viewer may see readings
    and what came later; `newer` tells the others that something came later. `running`: the period had not
    ended. `document` is the address of the receipt document, without its language."""

    receipt: str | None
    title: Text
    subject: str
    subject_name: Text
    quantity: str
    period: str
    running: bool
    stage: str
    scope: str
    amount: Amount
    known: str | None
    kinds: list[KindShare]
    basis: Text
    nonstandard: list[Text]
    remarks: list[Text]
    completeness: CompletenessBody
    steps: list[DrawerStep]
    factors: list[DrawerFactor]
    activities: list[DrawerActivity]
    parts: list[DrawerPart]
    months: list[DrawerPart]
    position: Position
    since: Since | None
    corrected: list[CorrectedValue]
    details: bool
    newer: bool
    document: str
