"""Shapes of the cockpit's answer, and how accounting's answers are put into them. Nothing is calculated here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel

from tansuo.accounting import annual
from tansuo.accounting.cockpit import Change, Row, Said, Share
from tansuo.accounting.movers import Mover
from tansuo.accounting.receipt import Published
from tansuo.api.drawer_shapes import Text
from tansuo.api.shapes import Amount, Named, known_of_figure, named, of_figure, of_published, of_statement
from tansuo.methods.render import name
from tansuo.monitoring.health import DeviceHealth
from tansuo.quantity.decimals import plain
from tansuo.registry.case import Case
from tansuo.registry.statement import Statement
from tansuo.registry.subject import Subject


class SaidBody(BaseModel):
    """A figure as now known, what is known of it where it has holes, and what was first published of it.

    `now` is null for a reader to whom nothing was published of it. `moved`: it is no longer what was first
    published. `missing` names the months with holes. `nonstandard` is said of the headline only.
    """

    now: Amount | None
    known: Amount | None
    first: Amount | None
    first_stage: str | None
    moved: bool
    missing: list[str]
    nonstandard: list[Text]


class TrendMonthBody(BaseModel):
    """One month of the trend; direct and indirect stand apart and are never added."""

    period: str
    direct: SaidBody
    indirect: SaidBody


class AlikeBody(BaseModel):
    """Like with like: only the enterprises, `complete` of `enterprises`, that have a value in both periods."""

    enterprises: int
    complete: int
    gap: str | None
    percent: str | None


class AgainstBody(BaseModel):
    """Against another period: gap and percent of that period's value; null where either has holes."""

    against: str
    gap: str | None
    percent: str | None
    alike: AlikeBody


class KindShareBody(BaseModel):
    """How much of what is known came to be in one way, and that in percent of what is known."""

    kind: str
    value: str
    percent: str | None


class CoveredBody(BaseModel):
    """Enterprises that are complete, of all; readings there, of those the plans expect; in percent."""

    enterprises: int
    complete: int
    readings_expected: int
    readings_present: int
    percent: str | None


class IntensityBody(BaseModel):
    """Emission in proportion to GDP of the same year; synthetic as soon as one of the two is."""

    value: str
    unit: str
    synthetic: bool


class YearBody(BaseModel):
    """A stated year, with and without exported power. No figure of ours and no city account."""

    period: str
    with_export: Amount | None
    without_export: Amount | None
    gdp: Amount | None
    intensity: IntensityBody | None
    intensity_without_export: IntensityBody | None
    synthetic: bool


class UnitBody(BaseModel):
    """A rung of the ladder: one assessment unit's key enterprises, its latest stated year, and the latest year
    for which there is a GDP, whose intensity it is."""

    unit: Named
    direct: SaidBody
    indirect: SaidBody
    coverage: CoveredBody | None
    year: YearBody | None
    intensity_year: YearBody | None


class FirmBody(BaseModel):
    """One enterprise within the viewer's scope."""

    enterprise: Named
    unit: str
    direct: SaidBody
    indirect: SaidBody
    coverage: CoveredBody


class ReasonBody(BaseModel):
    """One part of a gap; all parts of a mover, `rest` among them, add up to it."""

    kind: str
    source: str
    source_zh: str
    source_en: str
    symbol: str
    term_zh: str
    term_en: str
    period: str
    before: str
    after: str
    unit: str
    added: str


class RemarkBody(BaseModel):
    """What happened to readings of a source: stopped (flag F), hole, conflict, revised."""

    what: str
    source: str
    source_zh: str
    source_en: str
    period: str
    count: int


class MoverBody(BaseModel):
    """One enterprise's period against another. `basis` "known": one of the two has holes."""

    enterprise: Named
    unit: str
    later: Amount
    earlier: Amount
    gap: str
    percent: str | None
    basis: str
    reasons: list[ReasonBody]
    rest: str | None
    remarks: list[RemarkBody]


class MoversBody(BaseModel):
    """The biggest movers of one quantity against one period."""

    quantity: str
    against: str
    unit: str
    movers: list[MoverBody]


class DeadlineBody(BaseModel):
    """A case that somebody has to act on by a day."""

    case: str
    kind: str
    subject: str
    title_zh: str
    title_en: str
    step: str
    role: str
    role_zh: str
    role_en: str
    deadline: date
    overdue: bool
    entry: int
    synthetic: bool


class PulseBody(BaseModel):
    """How many devices are live, late, silent, or have never spoken."""

    pulse: str
    count: int


class DeviceBody(BaseModel):
    """A device that is not live: whose, and the end of its newest reading."""

    device: str
    org: str
    org_zh: str
    org_en: str
    pulse: str
    newest: datetime | None


class HealthBody(BaseModel):
    """The data sources: how many devices of all, the late and silent by name, and late days of the month past."""

    count: int
    pulses: list[PulseBody]
    attention: list[DeviceBody]


class FactBody(BaseModel):
    """What somebody else has said in public, with its source; never synthetic."""

    subject: str
    indicator: str
    name_zh: str
    name_en: str
    period: str
    amount: Amount
    issuer: str
    source: str
    status: str
    entry: int


class PromiseBody(BaseModel):
    """A target or commitment beside what was stated as actual (null: nothing was)."""

    indicator: str
    name_zh: str
    name_en: str
    period: str
    world: str
    target: Amount
    actual: Amount | None
    source: str


def plain_or_none(value: object) -> str | None:
    """A decimal as text; None stays None."""
    return None if value is None else plain(value)  # type: ignore[arg-type]


def said_body(said: Said, visible: Sequence[Published], marks: Sequence[Text] = ()) -> SaidBody:
    """A figure beside what the viewer may see of its publications (oldest first); `marks`: its non-standard ones."""
    receipt = visible[-1].receipt if visible and visible[-1].value == said.now.text else None
    first = visible[0] if visible else None
    return SaidBody(
        now=of_figure(said.now, receipt),
        known=known_of_figure(said.now),
        first=None if first is None else of_published(first),
        first_stage=None if first is None else first.stage.value,
        moved=first is not None and first.value is not None and first.value != said.now.text,
        missing=list(said.now.completeness.incomplete_months),
        nonstandard=list(marks),
    )


def published_body(history: Sequence[Published]) -> SaidBody:
    """What was published of a cell, for a reader who sees only that."""
    if not history:
        return SaidBody(
            now=None, known=None, first=None, first_stage=None, moved=False, missing=[], nonstandard=[]
        )
    first, last = history[0], history[-1]
    return SaidBody(
        now=of_published(last),
        known=None,
        first=of_published(first),
        first_stage=first.stage.value,
        moved=first.value != last.value,
        missing=[],
        nonstandard=[],
    )


def coverage_body(row: Row) -> CoveredBody:
    """How much of a row is there."""
    one = row.coverage
    return CoveredBody(
        enterprises=one.enterprises,
        complete=one.complete,
        readings_expected=one.readings_expected,
        readings_present=one.readings_present,
        percent=plain_or_none(one.percent),
    )


def change_body(one: Change) -> AgainstBody:
    """A change against another period."""
    return AgainstBody(
        against=one.against,
        gap=plain_or_none(one.gap),
        percent=plain_or_none(one.percent),
        alike=AlikeBody(
            enterprises=one.of,
            complete=one.like,
            gap=plain_or_none(one.like_gap),
            percent=plain_or_none(one.like_percent),
        ),
    )


def share_body(one: Share) -> KindShareBody:
    """A share of what is known."""
    return KindShareBody(kind=one.kind.value, value=plain(one.value), percent=plain_or_none(one.percent))


def _amount(one: Statement | None) -> Amount | None:
    return None if one is None else of_statement(one)


def _intensity(one: annual.Intensity | None) -> IntensityBody | None:
    return (
        None if one is None else IntensityBody(value=plain(one.value), unit=one.unit, synthetic=one.synthetic)
    )


def year_body(one: annual.Year) -> YearBody:
    """A stated year."""
    said = [each for each in (one.with_export, one.without_export, one.gdp) if each is not None]
    return YearBody(
        period=one.period,
        with_export=_amount(one.with_export),
        without_export=_amount(one.without_export),
        gdp=_amount(one.gdp),
        intensity=_intensity(one.intensity),
        intensity_without_export=_intensity(one.intensity_without_export),
        synthetic=any(each.synthetic for each in said),
    )


REASONS_SHOWN = 4


def mover_body(one: Mover, firm: Subject, unit: str) -> MoverBody:
    """A mover with its largest reasons; what the others add together is `rest`."""
    bound = one.later.bound
    sources = {} if bound is None else {**_sources(one.earlier), **bound.sources}
    words = one.later.method.words

    def of_source(source: str) -> tuple[str, str]:
        found = sources.get(source)
        return (found.name_zh, found.name_en) if found else (source, source)

    reasons = []
    for each in one.reasons[:REASONS_SHOWN]:
        zh, en = of_source(each.source)
        term_zh, term_en = name(each.symbol, "zh", words), name(each.symbol, "en", words)
        reasons.append(
            ReasonBody(
                kind=each.kind, source=each.source, source_zh=zh, source_en=en, symbol=each.symbol,
                term_zh=term_zh, term_en=term_en, period=each.period, before=each.before, after=each.after,
                unit=each.unit, added=plain(each.added),
            )
        )  # fmt: skip
    rest = one.rest(REASONS_SHOWN)
    return MoverBody(
        enterprise=named(firm),
        unit=unit,
        later=known_of_figure(one.later),
        earlier=known_of_figure(one.earlier),
        gap=plain(one.gap),
        percent=plain_or_none(one.percent),
        basis=one.basis,
        reasons=reasons,
        rest=plain_or_none(rest),
        remarks=[
            RemarkBody(
                what=each.what, source=each.source, source_zh=of_source(each.source)[0],
                source_en=of_source(each.source)[1], period=each.period, count=each.readings,
            )
            for each in one.remarks
        ],
    )  # fmt: skip


def _sources(figure: object) -> Mapping[str, Subject]:
    bound = getattr(figure, "bound", None)
    return {} if bound is None else dict(bound.sources)


def deadline_body(one: Case, role: tuple[str, str], today: date) -> DeadlineBody:
    """A case with its deadline; `role` is who has to act, in both languages."""
    assert one.deadline is not None
    return DeadlineBody(
        case=one.id, kind=one.kind, subject=one.subject, title_zh=one.title_zh, title_en=one.title_en,
        step=one.step, role=one.role, role_zh=role[0], role_en=role[1], deadline=one.deadline,
        overdue=one.deadline < today, entry=one.entry, synthetic=one.synthetic,
    )  # fmt: skip


PULSES = ("live", "late", "silent", "never")


def health_body(found: Sequence[DeviceHealth], names: Mapping[str, Subject]) -> HealthBody:
    """The data sources; `names` are the organisations."""
    return HealthBody(
        count=len(found),
        pulses=[
            PulseBody(pulse=pulse, count=sum(1 for one in found if one.pulse == pulse)) for pulse in PULSES
        ],
        attention=[
            DeviceBody(
                device=one.device,
                org=one.org,
                org_zh=names[one.org].name_zh if one.org in names else one.org,
                org_en=names[one.org].name_en if one.org in names else one.org,
                pulse=one.pulse,
                newest=one.newest,
            )
            for one in found
            if one.pulse != "live"
        ],
    )
