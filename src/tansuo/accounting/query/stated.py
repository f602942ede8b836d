"""Statements of the asked cells as they stand, and flows summed over a period's months where only those are stated.

Each voice (world, basis, stage, issuer) stands by itself: a year is summed from the twelve months of one
voice, and a month it does not state is a hole, whatever another voice says of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import Connection

from tansuo.accounting.query.question import Question
from tansuo.accounting.query.said import About, Said, Voice
from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.quantity.state import State
from tansuo.quantity.unit import convert
from tansuo.registry.statement import Statement, find

_Voiced = dict[Voice, dict[str, Statement]]
_Key = tuple[str, str]


def statements(
    connection: Connection, question: Question, abouts: Mapping[str, About], as_of: int
) -> list[Said]:
    """Everything the viewer's connection may read of the asked cells as of a log size."""
    codes = [code for code in question.indicators if not abouts[code].method]
    if not codes:
        return []
    first, last = question.whole
    window = Period(f"{first.start}..{last.end}", first.start, last.end, "years")
    found = find(connection, subject=question.subjects, indicator=codes, within=window, as_of=as_of)
    by_key: dict[_Key, _Voiced] = {}
    for one in found:
        if question.wants(one.world, one.basis, one.stage):
            voice = Voice("stated", one.world, one.basis, one.stage, one.issuer)
            by_key.setdefault((one.indicator, one.subject), {}).setdefault(voice, {})[one.period] = one
    return [
        said
        for (code, _), voices in by_key.items()
        for voice, stated in voices.items()
        for said in _of_voice(question.periods, abouts[code], voice, stated)
    ]


def _of_voice(
    periods: Sequence[Period], about: About, voice: Voice, stated: Mapping[str, Statement]
) -> Iterator[Said]:
    for period in periods:
        if period.text in stated:
            yield as_said(stated[period.text], voice)
            continue
        inside = _tiles(period, stated)
        if inside:
            yield _summed(about, voice, period, inside, stated)


def as_said(one: Statement, voice: Voice) -> Said:
    """A statement as it stands, in the unit it was stated in."""
    return Said(
        indicator=one.indicator,
        subject=one.subject,
        period=one.period,
        voice=voice,
        value=one.value,
        unit=one.unit,
        state=one.state,
        kinds=(one.provenance,),
        synthetic=one.synthetic,
        complete=one.value is not None or one.state.adds_nothing,
        exact=one.value,
        source=one.source,
        entry=one.entry,
    )


def _tiles(period: Period, stated: Mapping[str, Statement]) -> list[str]:
    """The pieces of ``period`` to sum: of the finest grain that is stated inside it; [] where none is."""
    months = [month.text for month in period.by_month()]
    quarters = list(dict.fromkeys(f"{text[:4]}-Q{(int(text[5:]) + 2) // 3}" for text in months))
    halves = list(dict.fromkeys(f"{text[:4]}-H{(int(text[5:]) + 5) // 6}" for text in months))
    for tiles in (months, quarters, halves):
        whole = Period.parse(tiles[0]).start == period.start and Period.parse(tiles[-1]).end == period.end
        if whole and tiles != [period.text] and any(one in stated for one in tiles):
            return tiles
    return []


def _summed(
    about: About, voice: Voice, period: Period, tiles: Sequence[str], stated: Mapping[str, Statement]
) -> Said:
    """The sum over the tiles of one voice: missing, with the holes named, unless every tile is stated."""
    there = [stated[one] for one in tiles if one in stated]
    made = Voice("summed", voice.world, voice.basis, voice.stage, voice.issuer)
    kinds = tuple(sorted({one.provenance for one in there}))
    synthetic = any(one.synthetic for one in there)
    unit = there[0].unit if len({one.unit for one in there}) == 1 else about.unit
    value: Decimal | None = None
    partial: Decimal | None = None
    why: Finding | None = None
    state = State.MISSING
    if about.additivity != "flow":
        state = State.NOT_ESTIMATED
        code = "accounting.ratio_over_time" if about.additivity == "ratio" else "accounting.stock_over_time"
        why = Finding(code, params={"indicator": about.code, "period": period.text}, severity="info")
    else:
        for one in there:
            if one.value is not None:
                part = convert(one.value, one.unit, unit)
                partial = part if partial is None else CONTEXT.add(partial, part)
        holes = [one for one in tiles if one not in stated or _is_hole(stated[one])]
        if holes:
            params: dict[str, str | int] = {"pieces": len(tiles), "holes": ", ".join(holes)}
            why = Finding("accounting.summed_holes", params=params, severity="info")
        elif partial is None:
            state = State.NOT_OCCURRING
        else:
            value, state = partial, State.VALUE if partial else State.DECLARED_ZERO
    return Said(
        indicator=about.code,
        subject=there[0].subject,
        period=period.text,
        voice=made,
        value=value,
        unit=unit,
        state=state,
        kinds=kinds,
        synthetic=synthetic,
        complete=value is not None or state.adds_nothing,
        partial=partial,
        exact=value,
        why=why,
        source=there[0].source if len({one.source for one in there}) == 1 else None,
        entry=there[-1].entry,
    )


def _is_hole(one: Statement) -> bool:
    return one.value is None and not one.state.adds_nothing
