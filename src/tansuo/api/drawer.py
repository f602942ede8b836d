"""From a figure to what the receipt drawer shows of it: each part as the viewer may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tansuo.accounting.build import build_hash
from tansuo.accounting.drilldown import Amount as AmountMade
from tansuo.accounting.drilldown import FactorUse, amounts_of, factors_of, month_by_days, steps_of
from tansuo.accounting.drilldown import Step as StepMade
from tansuo.accounting.face import face
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.papers import erased_reports
from tansuo.accounting.receipt import histories_of
from tansuo.accounting.tested import Tested
from tansuo.api import drawer_shapes as shape
from tansuo.api.drawer_shapes import Text
from tansuo.api.shapes import Amount, of_figure
from tansuo.evidence.checkpoint import covering
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import PUBLIC, Entry
from tansuo.evidence.ledger import origin
from tansuo.evidence.moment import recorded_at, zone_of
from tansuo.methods.evaluate import EVALUATOR
from tansuo.methods.ladder import OVERRIDE, Default
from tansuo.methods.render import branch_word, mathml, spoken, text
from tansuo.monitoring import plan
from tansuo.monitoring.intake import PARSERS
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, State
from tansuo.quantity.wording import render
from tansuo.registry import subject
from tansuo.reporting.cells import Seen
from tansuo.reporting.method_pages import citation
from tansuo.reporting.numbers import percent
from tansuo.reporting.receipt_pages import WORKED_SHOWN, basis, quantity_name
from tansuo.reporting.words import mark_words


@dataclass(frozen=True)
class Reader:
    """Who reads, and from which point of the ledger; `seen` as in the documents."""

    connection: Connection
    seen: Seen
    as_of: int

    @cached_property
    def day(self) -> date:
        """The civil day on which the ledger had come so far."""
        when = recorded_at(self.connection, self.as_of, zone_of(self.connection))
        return date.max if when is None else when.date()

    def details(self, figure: Figure) -> bool:
        """Whether readings, and what came later, of this figure are shown."""
        return self.seen.provisional and (figure.org == CITY or self.seen.shows(figure.org))


def named(connection: Connection, subject_id: str, as_of: int) -> Text:
    """The name of a subject in both languages; its id where nobody had declared it."""
    found = subject.get(connection, subject_id, as_of=as_of)
    return Text(zh=subject_id, en=subject_id) if found is None else Text(zh=found.name_zh, en=found.name_en)


def title(figure: Figure, name: Text) -> Text:
    """Subject, quantity and period; a sum over 重点企业 says that it is one."""
    return Text(
        zh=f"{name.zh} · {quantity_name(figure, 'zh')} · {figure.cell.period}",
        en=f"{name.en} · {quantity_name(figure, 'en')} · {figure.cell.period}",
    )


def method_words(figure: Figure) -> Text:
    """The 口径 in words."""
    return Text(zh=basis(figure, "zh"), en=basis(figure, "en"))


def kinds(figure: Figure) -> list[shape.KindShare]:
    """How the known amount came to be."""
    total = sum(figure.by_kind.values(), Decimal(0))
    return [
        shape.KindShare(kind=kind.value, value=plain(part), percent=percent(part, total))
        for kind, part in figure.by_kind.items()
    ]


def completeness(reader: Reader, figure: Figure) -> shape.CompletenessBody:
    """Completeness in words and counts; where exactly the holes are, for those who may see readings."""
    made = figure.completeness
    members = made.members or (None, None)
    return shape.CompletenessBody(
        complete=made.complete,
        words=Text(zh=made.text("zh"), en=made.text("en")),
        expected=made.expected,
        present=made.present,
        members=members[0],
        members_complete=members[1],
        holes=_holes(reader, figure) if reader.details(figure) else [],
    )


def _holes(reader: Reader, figure: Figure) -> list[shape.DrawerHole]:
    zone = ZoneInfo(zone_of(reader.connection))
    sources = figure.bound.sources if figure.bound is not None else {}
    return [
        shape.DrawerHole(
            source=Text(zh=sources[cell.source].name_zh, en=sources[cell.source].name_en),
            start=hole.start.astimezone(zone).isoformat(timespec="minutes"),
            end=hole.end.astimezone(zone).isoformat(timespec="minutes"),
            count=hole.cells,
        )
        for cell in figure.completeness.cells
        for hole in cell.holes
    ]


def steps(figure: Figure) -> list[shape.DrawerStep]:
    """Every quantity on the way to the figure, the figure itself first; none where nothing occurs."""
    if figure.missing is not None and figure.missing.state.adds_nothing:
        return []
    by_symbol: dict[str, list[StepMade]] = {}
    for one in reversed(steps_of(figure)):
        by_symbol.setdefault(one.cell[0], []).append(one)
    return [_step(figure, symbol, made) for symbol, made in by_symbol.items()]


def _step(figure: Figure, symbol: str, made: Sequence[StepMade]) -> shape.DrawerStep:
    first, words, taken = made[0], figure.method.words, figure.evaluation.taken
    return shape.DrawerStep(
        symbol=symbol,
        name_zh=first.names["zh"],
        name_en=first.names["en"],
        clause=first.clause,
        words=Text(
            zh=f"{first.names['zh']} = {text(first.expression, 'zh', words)}",
            en=f"{first.names['en']} = {text(first.expression, 'en', words)}",
        ),
        mathml=mathml(spoken(first.expression, words), figure.method.data, symbol),
        worked=[Text(zh=one.worked["zh"], en=one.worked["en"]) for one in made[:WORKED_SHOWN]],
        more=max(0, len(made) - WORKED_SHOWN),
        branches=list(
            dict.fromkeys(branch_word(taken[one.cell], words) for one in made if one.cell in taken)
        ),
    )


def factors(reader: Reader, figure: Figure) -> list[shape.DrawerFactor]:
    """The factors taken, each once."""
    gone = erased_reports(reader.connection, figure, reader.as_of)
    return [_factor(figure, one, gone) for one in factors_of(figure)]


def _factor(figure: Figure, use: FactorUse, gone: Mapping[str, int]) -> shape.DrawerFactor:
    chosen = use.chosen
    source = Text(
        zh=citation(figure.method, chosen.source, chosen.page, "zh"),
        en=citation(figure.method, chosen.source, chosen.page, "en"),
    )
    if chosen.status in ("local", OVERRIDE) and chosen.citation:
        source = Text(zh=chosen.citation, en=chosen.citation)
    return shape.DrawerFactor(
        symbol=use.symbol,
        name_zh=use.names["zh"],
        name_en=use.names["en"],
        value=plain(chosen.value),
        unit=chosen.unit,
        original=plain(chosen.original),
        original_unit=chosen.original_unit,
        rung=chosen.rung,
        status=chosen.status,
        kind=chosen.provenance.value,
        source=source,
        valid_from=chosen.valid_from,
        valid_to=chosen.valid_to,
        cells=len(use.cells),
        statement=None if use.statement is None else use.statement.entry,
        instead_of=replaced_default(chosen.instead_of),
        reason=use.reason,
        tested=None if use.tested is None else _tested(use.tested, gone),
    )


def _tested(tested: Tested, gone: Mapping[str, int]) -> shape.TestedValue:
    said = tested.as_json()
    samples = [{**one, "redacted": gone.get(one["document"])} for one in said["samples"]]
    return shape.TestedValue.model_validate({**said, "samples": samples})


def replaced_default(default: Default | None) -> shape.ReplacedDefault | None:
    """The default that an override replaced; None where none was."""
    if default is None:
        return None
    return shape.ReplacedDefault(
        id=default.factor_id, value=plain(default.value), unit=default.unit, status=default.status
    )


def nonstandard(figure: Figure) -> list[Text]:
    """What the figure says on its face, in both languages."""
    return [Text(zh=mark_words(one, "zh"), en=mark_words(one, "en")) for one in face(figure)]


def remarks(figure: Figure) -> list[Text]:
    """What laboratory results of the period leave open."""
    found = figure.bound.findings if figure.bound is not None else ()
    return [Text(zh=render(one, "zh"), en=render(one, "en")) for one in found]


def activities(reader: Reader, figure: Figure) -> list[shape.DrawerActivity]:
    """The amounts the figure rests on; the series behind them, and their days, for those who may see readings."""
    if figure.bound is None:
        return []
    series: dict[str, shape.DrawerSeries] = {}
    if reader.details(figure):
        lines = plan.lines(reader.connection, figure.as_of, org=figure.bound.subject.org)
        wanted = {part.series for one in amounts_of(figure) for part in one.activity.sums}
        by_day = Period.parse(figure.cell.period).grain == "month"
        for line in lines:
            if line.series in wanted:
                days = _days(reader, figure, line.series) if by_day else []
                series[line.series] = shape.DrawerSeries(
                    series=line.series, meter=line.meter, channel=line.channel, device=line.device, days=days
                )
    details = reader.details(figure)
    return [_activity(one, series, details=details) for one in amounts_of(figure)]


def _days(reader: Reader, figure: Figure, series: str) -> list[shape.DrawerDay]:
    return [
        shape.DrawerDay(
            day=one.period.start.isoformat(),
            over=one.period.start < reader.day,
            present=sum(n for state, n in one.counts.items() if state.has_value or state.adds_nothing),
            expected=one.expected,
        )
        for one in month_by_days(reader.connection, figure, series, figure.cell.period)
        if one.period.end - one.period.start == timedelta(days=1)
    ]


def _activity(
    one: AmountMade, series: dict[str, shape.DrawerSeries], *, details: bool
) -> shape.DrawerActivity:
    made, value = one.activity, one.activity.value
    said = made.statement if details else None
    return shape.DrawerActivity(
        symbol=made.term,
        name_zh=one.names["zh"],
        name_en=one.names["en"],
        source=made.source,
        source_zh=one.source_names["zh"],
        source_en=one.source_names["en"],
        month=made.month,
        amount=Amount(
            value=None if isinstance(value, Missing) else plain(value),
            unit=made.unit,
            state=value.state.value if isinstance(value, Missing) else State.VALUE.value,
            kinds=sorted(kind.value for kind in made.by_provenance),
            synthetic=made.synthetic,
            complete=not one.state.is_hole,
            receipt=None,
            cell=None,
        ),
        expected=one.state.expected,
        present=one.state.present,
        revised=one.state.revised,
        conflicts=one.state.conflicts,
        series=[series[part.series] for part in made.sums if part.series in series],
        statement=None if said is None else said.entry,
        origin="" if said is None else said.source.text if said.source else said.issuer,
    )


def parts(reader: Reader, figure: Figure, entry: Entry | None) -> list[shape.DrawerPart]:
    """The parts of a roll-up: a published sum states them to whoever may read it; of a provisional one a reader
    sees the amounts in their scope, and of the others only that they belong to it."""
    below = [one.cell for child in figure.children for one in child.figures]
    public = {} if reader.seen.provisional or entry is None else histories_of(reader.connection, below)
    found = []
    for child in figure.children:
        for one in child.figures:
            amount: Amount | None = of_figure(one)
            if not reader.details(one):
                receipt = next(
                    (p.receipt for p in public.get(one.cell, ()) if p.org == PUBLIC and p.value == one.text),
                    None,
                )
                known = of_figure(one, receipt).model_copy(update={"cell": None})
                amount = None if entry is None else known
            found.append(
                shape.DrawerPart(
                    subject=child.subject,
                    name_zh=child.name_zh,
                    name_en=child.name_en,
                    period=one.cell.period,
                    amount=amount,
                    percent=_share(one, figure) if amount is not None else None,
                )
            )
    return found


def _share(one: Figure, whole: Figure) -> str | None:
    known = one.value if one.value is not None else one.partial
    if known is None or whole.partial is None:
        return None
    return percent(known, whole.partial)


def months(reader: Reader, inventory: Inventory, figure: Figure) -> list[shape.DrawerPart]:
    """The months of a longer period of one subject's own flow, each a figure of its own."""
    period = Period.parse(figure.cell.period)
    whole = period.by_month() if period.grain != "month" else []
    if figure.bound is None or figure.quantity.additivity != "flow" or not reader.details(figure):
        return []
    cell = figure.cell
    wanted = [Cell(cell.subject, cell.quantity, one.text, cell.method, None) for one in whole]
    name = named(reader.connection, cell.subject, figure.as_of)
    return [
        shape.DrawerPart(
            subject=cell.subject,
            name_zh=name.zh,
            name_en=name.en,
            period=one.cell.period,
            amount=of_figure(one),
            percent=_share(one, figure),
        )
        for one in inventory.figures(wanted)
    ]


def position(reader: Reader, figure: Figure, entry: Entry | None) -> shape.Position:
    """Where the figure is fixed; of a provisional one, what a receipt would freeze."""
    connection = reader.connection
    body = {} if entry is None else entry.body
    parsers = body.get("parser", PARSERS)
    assert isinstance(parsers, dict)
    recorded = None if entry is None else recorded_at(connection, entry.index + 1, zone_of(connection))
    head = None if entry is None else covering(connection, entry.index)
    decision = body.get("decision")
    return shape.Position(
        entry=None if entry is None else entry.index,
        leaf_hash=None if entry is None else entry.leaf_hash.hex(),
        recorded=None if recorded is None else recorded.isoformat(timespec="seconds"),
        decision=None if decision is None else int(str(decision)),
        signed_head=None if head is None else head.checkpoint.size,
        as_of=f"{origin(connection)}@{figure.as_of}",
        size=figure.as_of,
        method=figure.method.id,
        edition=figure.method.listing.edition,
        fingerprint=figure.method_fingerprint,
        input_digest=str(body.get("input_digest", figure.input_digest)),
        evaluator=str(body.get("evaluator", EVALUATOR)),
        parsers=[f"{name} {version}" for name, version in parsers.items()],
        build=str(body.get("build", build_hash())),
        same=entry is None or entry.body["value"] == figure.text,
    )
