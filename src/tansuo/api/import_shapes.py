"""What the endpoints of imports answer and take, typed; see `monitoring.importing` for the meaning."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from tansuo.api.problems import FindingBody
from tansuo.api.shapes import Amount, Named
from tansuo.monitoring.connectors.workbook.inspection import SheetSeen
from tansuo.monitoring.importing.column_map import ColumnMap, step_name
from tansuo.monitoring.importing.staging import Staged, State
from tansuo.monitoring.plan import PlanLine
from tansuo.quantity.finding import Finding
from tansuo.quantity.wording import render


class NewImport(BaseModel):
    """A file that somebody is about to send: its name, its bytes and their SHA-256."""

    name: str = Field(min_length=1, max_length=400)
    size: int = Field(ge=0, le=2**40)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Parts(BaseModel):
    """Which parts (from 1) have come, of how many, and how long each is but the last."""

    have: list[int]
    parts: int
    part_bytes: int


class Count(BaseModel):
    """How many findings of one kind there are."""

    code: str
    severity: str
    count: int


class TotalBody(BaseModel):
    """The sum of one series over a year or a month, of one kind; see `import --check --json`."""

    series: str
    unit: str
    kind: str
    period: str
    value: str
    count: int


class SeriesCheck(BaseModel):
    """One series of the file: how many readings, and what they would do to what is known."""

    series: str
    title_zh: str
    title_en: str
    unit: str
    first: str
    last: str
    readings: int
    new: int
    known: int
    fills: int
    differs: int
    other_origin: int
    waiting: int


class Comparison(BaseModel):
    """Readings that are new, known already, fill a hole, differ, have another origin, or wait for a plan."""

    new: int
    known: int
    fills: int
    differs: int
    other_origin: int
    waiting: int


class Declares(BaseModel):
    """What an import would add to the registry and to the monitoring plan."""

    subjects: int
    plan_lines: int


class CheckBody(BaseModel):
    """The outcome of a check. rows = accepted + partly + refused + left_out."""

    rows: int
    accepted: int
    partly: int
    refused: int
    left_out: int
    readings: int
    severities: dict[str, int]
    codes: list[Count]
    kept_findings: int
    totals: list[TotalBody]
    comparison: Comparison
    series: list[SeriesCheck]
    declares: Declares
    size: int


class Outcome(BaseModel):
    """What receiving the file did: its receipt, what was taken, what waits."""

    receipt: str
    arrival: int
    already: bool
    document: str
    enterprises: list[str]
    declared: Declares
    readings: int
    rows: int
    accepted: int
    partly: int
    refused: int
    left_out: int
    conflicts: int
    waiting: int
    before: int
    after: int
    series: list[str]


class Kept(BaseModel):
    """A file that was kept as a document instead: the receipt and index of its entry."""

    receipt: str
    entry: int
    sha256: str


class ImportBrief(BaseModel):
    """An import in a list: whose, what, how far."""

    id: str
    org: str
    name: str
    size: int
    sha256: str
    state: State
    by: str
    role: str
    created: str
    changed: str
    map_name: str | None
    readings: int | None
    errors: int | None
    receipt: str | None


class ImportBody(ImportBrief):
    """An import with everything that a page needs to go on with it."""

    upload: Parts
    plan: ColumnMap | None
    mapped: bool
    done: int
    of: int
    what: str
    reason: str | None
    check: CheckBody | None
    outcome: Outcome | None
    kept: Kept | None
    problem: list[FindingBody]


class Imports(BaseModel):
    """The imports of the viewer's own organisation, newest first, and how much one file may hold."""

    org: str
    limit_bytes: int
    imports: list[ImportBrief]


class SeriesTarget(BaseModel):
    """A series of the plan that columns can be mapped to."""

    series: str
    label_zh: str
    label_en: str
    source: str
    indicator: str
    unit: str
    decimals: int
    step: str
    label: Literal["start", "end"]
    zone: str
    form: str
    channel: str
    authoritative: bool
    valid_from: str
    valid_to: str | None
    synthetic: bool


class Targets(BaseModel):
    """What the columns of a file can be: series of the plan, or a new one of a source."""

    enterprise: Named | None
    enterprises: list[Named]
    series: list[SeriesTarget]
    sources: list[Named]
    indicators: list[str]
    units: list[str]


class MapChoice(BaseModel):
    """A map whose columns the file has: `shipped:<name>` or `earlier:<import>`; `plan` where it was made here."""

    id: str
    origin: Literal["shipped", "earlier"]
    title_zh: str
    title_en: str
    when: str | None
    plan: ColumnMap | None


class Inspection(BaseModel):
    """What a file looks like: sheets with their columns, likely targets, and maps that fit."""

    kind: str
    encoding: str
    delimiter: str
    sheets: list[SheetSeen]
    suggestions: dict[str, dict[str, str]]
    maps: list[MapChoice]


class WantedMap(BaseModel):
    """The map to read the file with: columns pointed at (`plan`), or a `template` of the inspection's `maps`.

    `enterprise`: of whom a file of the city speaks, for `plan`.
    """

    plan: ColumnMap | None = None
    template: str | None = Field(default=None, max_length=100)
    enterprise: str | None = Field(default=None, max_length=128)


class PreviewSeries(BaseModel):
    """A column of a preview."""

    series: str
    unit: str
    header: str


class PreviewValue(BaseModel):
    """One reading as it would be taken: a value, or a state that says why there is none."""

    series: str
    value: str | None
    state: str
    provenance: str | None


class PreviewRow(BaseModel):
    """One row of the file as it would be read; no readings where it says nothing or is refused."""

    sheet: str
    row: int
    time: str | None
    values: list[PreviewValue]


class PreviewFinding(FindingBody):
    """A finding with the address of its cell, "" where it has none."""

    cell: str


class Preview(BaseModel):
    """The first rows as they would be read, and everything found in them or in the map itself."""

    series: list[PreviewSeries]
    rows: list[PreviewRow]
    readings: int
    findings: list[PreviewFinding]


class FindingPage(BaseModel):
    """Findings of a check, a page of those asked for; `total` is how many there are of these."""

    total: int
    findings: list[PreviewFinding]


class MendBody(BaseModel):
    """One cell that a corrected copy would change."""

    sheet: str
    row: int
    cell: str
    before: str
    after: str
    rule: str


class Mends(BaseModel):
    """Every mend that a corrected copy would make, and how many findings it cannot mend."""

    mends: list[MendBody]
    left: int


class WantedCommit(BaseModel):
    """`reason`: why values that differ from known ones should replace them; without it they wait as conflicts."""

    reason: str | None = Field(default=None, min_length=3, max_length=2000)


class Move(BaseModel):
    """A figure that an import moved: the same cell before its entry and after it."""

    subject: Named
    quantity: str
    period: str
    before: Amount
    after: Amount


class Moves(BaseModel):
    """Figures of the months that an import touched which it moved; `looked_at` is how many were compared."""

    before: int
    after: int
    looked_at: int
    moves: list[Move]


def brief(one: Staged) -> ImportBrief:
    """A staged file as a list shows it."""
    return ImportBrief(**_facts(one))


def body(one: Staged, have: list[int]) -> ImportBody:
    """A staged file with everything known of it."""
    kept = one.outcome if one.state == "kept" else None
    return ImportBody(
        **_facts(one),
        upload=Parts(have=have, parts=one.parts, part_bytes=one.part_bytes),
        plan=None if one.plan is None else _plan(one.plan),
        mapped=one.map is not None,
        done=one.done,
        of=one.of,
        what=one.what,
        reason=one.reason,
        check=None if one.judged is None else CheckBody.model_validate(one.judged),
        outcome=Outcome.model_validate(one.outcome) if one.state == "committed" else None,
        kept=None if kept is None else Kept.model_validate(kept),
        problem=[FindingBody.model_validate(finding) for finding in one.problem or ()],
    )


def _facts(one: Staged) -> dict[str, Any]:
    judged, outcome = one.judged or {}, one.outcome or {}
    return {
        "id": one.id, "org": one.org, "name": one.name, "size": one.size, "sha256": one.sha256,
        "state": one.state, "by": one.by.id, "role": one.by.role, "created": one.created.isoformat(),
        "changed": one.changed.isoformat(), "map_name": one.map_name, "readings": judged.get("readings"),
        "errors": judged.get("severities", {}).get("error"), "receipt": outcome.get("receipt"),
    }  # fmt: skip


class _Plan(BaseModel):
    plan: ColumnMap


def _plan(raw: Any) -> ColumnMap:
    return _Plan.model_validate({"plan": raw}).plan


def with_cell(finding: Finding, cell: str) -> PreviewFinding:
    """A finding with its cell; its words say nothing of the place, which stands in fields of its own."""
    placeless = Finding(finding.code, {}, finding.params, finding.severity)
    words = {"zh": render(placeless, "zh"), "en": render(placeless, "en")}
    return PreviewFinding.model_validate({**finding.as_json(), **words, "cell": cell})


def target(line: PlanLine, zh: str, en: str) -> SeriesTarget:
    """A plan line that columns can be mapped to."""
    return SeriesTarget(
        series=line.series, label_zh=zh, label_en=en, source=line.source, indicator=line.indicator,
        unit=line.unit, decimals=line.decimals, step=step_name(line.step_s), label=line.label, zone=line.zone,
        form=line.form, channel=line.channel, authoritative=line.authoritative,
        valid_from=line.valid_from.isoformat(),
        valid_to=None if line.valid_to is None else line.valid_to.isoformat(), synthetic=line.synthetic,
    )  # fmt: skip
