"""A question: indicators × subjects × periods, narrowed by world, basis and stage; how much may be asked at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tansuo.accounting.wording import refuse
from tansuo.quantity.period import Period
from tansuo.registry.statement import Stage

Grain = Literal["month", "quarter", "year"]

LIMIT = 20_000
"""Most cells (indicator × subject × period) of one question."""

_LETTERS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. ``periods`` are whole pieces of one grain, in order and without gaps.

    An empty ``worlds``, ``bases`` or ``stages`` means all of them.
    """

    indicators: tuple[str, ...]
    subjects: tuple[str, ...]
    span: str
    grain: Grain
    periods: tuple[Period, ...]
    worlds: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()
    stages: frozenset[Stage] = frozenset()

    def wants(self, world: str, basis: str, stage: Stage) -> bool:
        """Whether a statement of this world, basis and stage was asked for."""
        return (
            (not self.worlds or world in self.worlds)
            and (not self.bases or basis in self.bases)
            and (not self.stages or stage in self.stages)
        )

    @property
    def whole(self) -> tuple[Period, Period]:
        """The first and the last piece."""
        return self.periods[0], self.periods[-1]


def question(
    indicators: Sequence[str],
    subjects: Sequence[str],
    span: str,
    grain: Grain,
    *,
    worlds: Sequence[str] = (),
    bases: Sequence[str] = (),
    stages: Sequence[Stage] = (),
) -> Question:
    """The question, each name once and in the order given.

    ``span``: a period (``2025``), or the first and the last of a row of them (``2010/2025``,
    ``2025-01/2025-12``). FindingError ``accounting.query_span`` (not readable, or backwards),
    ``accounting.query_grain`` (not made of whole pieces), ``accounting.too_many_cells``.
    """
    named, asked = tuple(dict.fromkeys(indicators)), tuple(dict.fromkeys(subjects))
    periods = pieces(span, grain)
    cells = len(named) * len(asked) * len(periods)
    if cells > LIMIT:
        raise refuse(
            "too_many_cells",
            cells=cells,
            limit=LIMIT,
            indicators=len(named),
            subjects=len(asked),
            periods=len(periods),
        )
    return Question(
        named, asked, span, grain, periods, frozenset(worlds), frozenset(bases), frozenset(stages)
    )


def pieces(span: str, grain: Grain) -> tuple[Period, ...]:
    """The ``grain`` pieces of a span, in order. FindingErrors as ``question``."""
    first, _, last = span.partition("/")
    try:
        begin, end = Period.parse(first), Period.parse(last or first)
    except (ValueError, OverflowError):
        raise refuse("query_span", span=span) from None
    if {"day", "years"} & {begin.grain, end.grain} or end.end <= begin.start or begin.start.year < 1900:
        raise refuse("query_span", span=span)
    months = (end.end.year - begin.start.year) * 12 + end.end.month - begin.start.month
    length = _LETTERS[grain]
    if (begin.start.month - 1) % length or months % length:
        raise refuse("query_grain", span=span, grain=grain)
    count = months // length
    if count > LIMIT:
        raise refuse("too_many_cells", cells=count, limit=LIMIT, indicators=1, subjects=1, periods=count)
    found = [Period.parse(_written(begin.start.year, begin.start.month, grain))]
    while len(found) < count:
        found.append(found[-1].next())
    return tuple(found)


def _written(year: int, month: int, grain: Grain) -> str:
    if grain == "year":
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}" if grain == "month" else f"{year:04d}-Q{(month + 2) // 3}"
