"""Sub-totals of an answer: only what may be added is added, and where it may not the total says why.

Flows add over subjects and periods, stocks over subjects only, ratios never; subjects that contain one
another are not added. Every total is of one indicator and one voice: worlds, bases and stages, direct and
indirect are never brought together. A part that is missing leaves the total missing, with what is known apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tansuo.accounting.query.overlap import Containment
from tansuo.accounting.query.question import Question
from tansuo.accounting.query.said import About, Said, Total, Voice
from tansuo.quantity.decimals import CONTEXT, round_to
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import State
from tansuo.quantity.unit import compatible, convert

Along = Literal["subjects", "periods", "both"]
_At = dict[tuple[str, str], Said]
_NAMED = 6


@dataclass(frozen=True)
class _Group:
    """What one voice says of one indicator, by (subject, period)."""

    about: About
    voice: Voice
    at: _At


def totals(
    said: Iterable[Said], question: Question, abouts: Mapping[str, About], containment: Containment
) -> list[Total]:
    """Totals over the asked subjects, over the asked periods, and over both, for each indicator and voice.

    Along an axis of one there is nothing to total. In the order of indicators, voices, subjects, periods.
    """
    groups: dict[tuple[str, Voice], _Group] = {}
    for one in said:
        if one.voice.form == "absent":
            continue
        voice = _spoken(one.voice)
        group = groups.setdefault((one.indicator, voice), _Group(abouts[one.indicator], voice, {}))
        group.at[one.subject, one.period] = one
    order = {code: number for number, code in enumerate(question.indicators)}
    found: list[Total] = []
    for group in sorted(groups.values(), key=lambda one: (order[one.about.code], one.voice.order)):
        found += _of_group(group, question, containment)
    return found


def _spoken(voice: Voice) -> Voice:
    """Stated and summed cells of one issuer are one voice in a total."""
    if voice.form != "summed":
        return voice
    return Voice("stated", voice.world, voice.basis, voice.stage, voice.issuer)


def _of_group(group: _Group, question: Question, containment: Containment) -> list[Total]:
    subjects, periods = question.subjects, question.periods
    found: list[Total] = []
    twice = {one.text: containment.twice(subjects, one.start) for one in periods} if len(subjects) > 1 else {}
    if len(subjects) > 1:
        for period in periods:
            cells = [(one, period.text) for one in subjects]
            found.append(_total(group, "subjects", cells, None, period.text, twice[period.text]))
    if len(periods) > 1:
        for subject in subjects:
            cells = [(subject, one.text) for one in periods]
            found.append(_total(group, "periods", cells, subject, None, ""))
    if len(subjects) > 1 and len(periods) > 1:
        cells = [(one, period.text) for one in subjects for period in periods]
        worst = min((one for one in twice.values() if one), default="")
        found.append(_total(group, "both", cells, None, None, worst))
    return found


def _total(
    group: _Group,
    along: Along,
    cells: Sequence[tuple[str, str]],
    subject: str | None,
    period: str | None,
    twice: str,
) -> Total:
    about, there = group.about, [group.at[one] for one in cells if one in group.at]
    why = _refusal(group, along, twice, there)
    unit = _unit(about, there)
    value: Decimal | None = None
    partial: Decimal | None = None
    state = State.NOT_ESTIMATED
    present = [one for one in there if one.value is not None or one.state.adds_nothing]
    if why is None:
        partial = _sum(there, unit)
        lacking = [one for one in cells if one not in group.at or not _there(group.at[one])]
        if lacking:
            state, why = State.MISSING, _holes(lacking, len(cells))
        elif partial is None:
            state = State.NOT_OCCURRING
        else:
            value, state = _rounded(about, partial), State.VALUE
    return Total(
        along=along,
        indicator=about.code,
        subject=subject,
        period=period,
        voice=group.voice,
        value=value,
        unit=unit,
        state=state,
        kinds=tuple(sorted({kind for one in there for kind in one.kinds})),
        synthetic=any(one.synthetic for one in there),
        partial=None if value is not None else partial,
        parts=len(cells),
        present=len(present),
        why=why,
    )


def _refusal(group: _Group, along: Along, twice: str, there: Sequence[Said]) -> Finding | None:
    """Why these cells may not be added, None where they may."""
    about = group.about
    said = {"indicator": about.code}
    if about.additivity == "ratio":
        return Finding("accounting.total_of_ratio", params=said, severity="info")
    if about.additivity == "stock" and along != "subjects":
        return Finding("accounting.total_of_stock", params=said, severity="info")
    if twice:
        return Finding("accounting.total_twice", params={**said, "subject": twice}, severity="info")
    if group.voice.form == "published" and about.parents != "sum_published":
        return Finding("accounting.total_of_rounded", params=said, severity="info")
    if len({one.unit for one in there}) > 1 and not all(compatible(one.unit, about.unit) for one in there):
        units = ", ".join(sorted({one.unit for one in there}))
        return Finding("accounting.total_of_units", params={**said, "units": units}, severity="info")
    return None


def _there(one: Said) -> bool:
    return one.value is not None or one.state.adds_nothing


def _unit(about: About, there: Sequence[Said]) -> str:
    units = {one.unit for one in there}
    return units.pop() if len(units) == 1 else about.unit


def _sum(there: Sequence[Said], unit: str) -> Decimal | None:
    """The sum of what is there: exact values, or what is known of an incomplete one."""
    known: Decimal | None = None
    for one in there:
        part = one.exact if one.value is not None else one.partial
        if part is not None:
            amount = convert(part, one.unit, unit)
            known = amount if known is None else CONTEXT.add(known, amount)
    return known


def _rounded(about: About, value: Decimal) -> Decimal:
    """As the method rounds; what is stated is added as it stands."""
    if not about.method or about.decimals is None:
        return value
    return round_to(value, about.decimals, about.rounding)


def _holes(lacking: Sequence[tuple[str, str]], parts: int) -> Finding:
    named = ", ".join(f"{subject} {period}" for subject, period in lacking[:_NAMED])
    more = f" … ({len(lacking)})" if len(lacking) > _NAMED else ""
    params: dict[str, str | int] = {"missing": len(lacking), "parts": parts, "named": named + more}
    return Finding("accounting.total_holes", params=params, severity="info")
