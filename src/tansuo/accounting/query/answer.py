"""An answer: everything said of the asked cells, absences with their reason, and the sub-totals that may be."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from tansuo.accounting.query import stated
from tansuo.accounting.query.computed import Access, Computed, figures
from tansuo.accounting.query.overlap import Containment
from tansuo.accounting.query.question import Question
from tansuo.accounting.query.said import About, Said, Total, Voice
from tansuo.accounting.query.totals import totals
from tansuo.accounting.rollup import IN_BETWEEN, LEAVES
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import State
from tansuo.registry import indicator as indicators
from tansuo.registry.duties import departments
from tansuo.registry.subject import KINDS, Subject


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found. ``said`` in the order of the question, then of worlds, bases, stages and issuers."""

    question: Question
    abouts: tuple[About, ...]
    subjects: tuple[Subject, ...]
    said: tuple[Said, ...]
    totals: tuple[Total, ...]
    as_of: int

    @property
    def synthetic(self) -> bool:
        """Whether anything in it was measured or stated by nobody real."""
        return any(one.synthetic for one in self.said)


def registered(connection: Connection, as_of: int) -> dict[str, About]:
    """The indicators of the registry, by code."""
    return {
        one.code: About(
            code=one.code,
            name_zh=one.name_zh,
            name_en=one.name_en,
            unit=one.unit,
            additivity=one.additivity.value,
            decimals=one.decimals,
            owner=one.owner,
            entry=one.entry,
        )
        for one in indicators.find(connection, as_of=as_of)
    }


def answer(
    connection: Connection,
    question: Question,
    known: Mapping[str, About],
    made: Computed,
    subjects: Mapping[str, Subject],
    as_of: int,
    access: Access | None,
) -> Answer:
    """The answer to ``question`` as of a log size, over what ``connection`` may read.

    ``known`` and ``made`` hold every indicator asked for, ``subjects`` every subject. Without ``access``
    nothing is computed: published figures and statements only. FindingError ``accounting.too_much_to_compute``.
    """
    abouts = {**known, **made.abouts}
    said = stated.statements(connection, question, abouts, as_of)
    said += figures(connection, question, made, subjects, as_of, access)
    there = {(one.indicator, one.subject, one.period) for one in said}
    unsaid = [
        (code, name, period.text)
        for code in question.indicators
        for name in question.subjects
        for period in question.periods
        if (code, name, period.text) not in there
    ]
    owners = departments(connection, as_of) if any(not abouts[code].method for code, _, _ in unsaid) else {}
    for code, name, period in unsaid:
        said.append(_absent(abouts[code], subjects[name], period, owners, access is not None))
    places = {code: number for number, code in enumerate(question.indicators)}
    rows = {name: number for number, name in enumerate(question.subjects)}
    columns = {one.text: number for number, one in enumerate(question.periods)}
    said.sort(
        key=lambda one: (
            places[one.indicator],
            rows[one.subject],
            columns[one.period],
            one.voice.order,
        )
    )
    return Answer(
        question=question,
        abouts=tuple(abouts[code] for code in question.indicators),
        subjects=tuple(subjects[name] for name in question.subjects),
        said=tuple(said),
        totals=tuple(totals(said, question, abouts, Containment(connection, as_of))),
        as_of=as_of,
    )


def _absent(about: About, subject: Subject, period: str, owners: Mapping[str, str], computing: bool) -> Said:
    """The cell of which nobody says anything, with the reason and who could; `owners`: their English names."""
    params: dict[str, str | int] = {
        "indicator": about.code, "indicator_zh": about.name_zh, "indicator_en": about.name_en,
        "subject": subject.id, "subject_zh": subject.name_zh, "subject_en": subject.name_en,
        "period": period,
    }  # fmt: skip
    if not about.method:
        code = "accounting.nothing_stated"
        owner = about.owner or "—"
        params |= {"owner_zh": owner, "owner_en": owners.get(owner, owner)}
    elif subject.kind not in LEAVES | IN_BETWEEN:
        code = "accounting.no_figures_of_kind"
        kind_zh, kind_en = KINDS.get(subject.kind, (subject.kind, subject.kind))
        params |= {"kind_zh": kind_zh, "kind_en": kind_en}
    else:
        code = "accounting.nothing_so" if computing else "accounting.nothing_published"
    return Said(
        indicator=about.code,
        subject=subject.id,
        period=period,
        voice=Voice("absent", "", "", None, ""),
        value=None,
        unit=about.unit,
        state=State.MISSING,
        why=Finding(code, params=params, severity="info"),
    )
