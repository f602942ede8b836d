"""Rolling statements up over a named relation: the children are the grid, and a hole stays a hole.

The children that a relation names on the first day of the period are what is expected. A child that has said
nothing makes the sum incomplete, and it is named; what is known is kept beside, never in place of the sum.
Flows and stocks add over subjects; ratios never do: they are derived again from two sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from sqlalchemy import Connection

from tansuo.quantity.decimals import CONTEXT, round_to
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State
from tansuo.quantity.unit import convert, parse_unit
from tansuo.registry import indicator as indicators
from tansuo.registry import posting as postings
from tansuo.registry.indicator import Additivity, Indicator
from tansuo.registry.relation import children
from tansuo.registry.statement import Statement, find, highest
from tansuo.registry.wording import refuse


@dataclass(frozen=True, slots=True)
class Part:
    """What one child (or one sub-period) gives: its statement, its share, and the share of its value.

    ``value`` is None where the child has said that there is nothing to add (not occurring, not operating,
    included elsewhere), a Missing where it has said nothing or keeps it.
    """

    key: str
    share: Decimal | None
    statement: Statement | None
    value: Decimal | Missing | None


@dataclass(frozen=True, slots=True)
class Rolled:
    """A sum over parts, in ``unit``.

    ``value`` is Missing (naming every hole) unless all parts are there; ``known`` is the sum of those that
    are, None where none is. ``by_provenance`` splits ``known``. ``synthetic`` if any part is.
    """

    subject: str
    indicator: str
    period: str
    unit: str
    value: Decimal | Missing
    known: Decimal | None
    parts: tuple[Part, ...]
    by_provenance: dict[Provenance, Decimal]
    synthetic: bool

    @property
    def holes(self) -> tuple[str, ...]:
        """Keys of the parts that are missing, in order."""
        return tuple(one.key for one in self.parts if isinstance(one.value, Missing))


def over_subjects(
    connection: Connection,
    parent: str,
    relation: str,
    indicator: str,
    period: str,
    *,
    world: str = "actual",
    basis: str = "",
    as_of: int | None = None,
) -> Rolled:
    """Sum of an indicator over the direct children of ``parent``, each weighted by its share.

    Children are those of the first day of ``period``; of several stages of one child the highest counts.
    FindingError for a ratio, an indicator nobody defined, or a parent without children.
    """
    about = _additive(connection, indicator, as_of, over="subjects")
    below = children(connection, parent, relation, Period.parse(period).start, as_of)
    if not below:
        raise refuse("nothing_to_roll", subject=parent, relation=relation, period=period)
    found = find(
        connection,
        subject=[one.subject for one in below],
        indicator=indicator,
        period=period,
        world=world,
        basis=basis,
        as_of=as_of,
    )
    parts = []
    for child in below:
        said = highest([one for one in found if one.subject == child.subject])
        parts.append(_part(child.subject, child.share, said, about, f"{child.subject} {period}"))
    return _sum(parent, about, period, parts)


def over_time(
    connection: Connection,
    subject: str,
    indicator: str,
    period: str,
    grain: Literal["month", "quarter", "half", "year"],
    *,
    world: str = "actual",
    basis: str = "",
    as_of: int | None = None,
) -> Rolled:
    """Sum of a flow over the ``grain`` pieces of ``period``: ten of twelve months is incomplete, by name.

    FindingError for a stock or a ratio, which do not add over time.
    """
    about = _additive(connection, indicator, as_of, over="time")
    whole = Period.parse(period)
    found = find(
        connection,
        subject=subject,
        indicator=indicator,
        within=whole,
        world=world,
        basis=basis,
        as_of=as_of,
    )
    parts = []
    for piece in _pieces(whole, grain):
        said = highest([one for one in found if one.period == piece])
        parts.append(_part(piece, Decimal(1), said, about, f"{subject} {piece}"))
    return _sum(subject, about, period, parts)


def derive_ratio(numerator: Rolled, denominator: Rolled, unit: str, places: int) -> Decimal | Missing:
    """A ratio in ``unit`` from two sums, rounded once half-even to ``places``; Missing where either is.

    This is how an intensity of a group is made: never from the intensities of its members. FindingError
    where the units do not lead to ``unit`` or the denominator is zero.
    """
    if isinstance(numerator.value, Missing) or isinstance(denominator.value, Missing):
        holes = [one for one in (numerator.value, denominator.value) if isinstance(one, Missing)]
        return Missing.of(holes)
    if denominator.value == 0:
        raise refuse("ratio_over_zero", indicator=denominator.indicator, subject=denominator.subject)
    made, wanted = parse_unit(numerator.unit) / parse_unit(denominator.unit), parse_unit(unit)
    if made.dimensions != wanted.dimensions:
        raise refuse("ratio_units", numerator=numerator.unit, denominator=denominator.unit, unit=unit)
    times = made.scale / wanted.scale
    above = CONTEXT.multiply(numerator.value, Decimal(times.numerator))
    below = CONTEXT.multiply(denominator.value, Decimal(times.denominator))
    return round_to(CONTEXT.divide(above, below), places)


def over_postings(
    connection: Connection,
    parent: str,
    relation: str,
    book: str,
    account: str,
    period: str,
    as_of: int | None = None,
) -> dict[str, int]:
    """Whole units on ``account`` of ``book`` at the end of ``period``, of all below ``parent``, by unit.

    Whole units cannot be shared out: a descendant counts whole wherever the relation reaches it, once.
    """
    about = Period.parse(period)
    below = {one.subject for one in children(connection, parent, relation, about.start, as_of, deep=True)}
    totals: dict[str, int] = {}
    last = about.days()[-1]
    for one in postings.balances(connection, book, subject=below, account=account, until=last, as_of=as_of):
        totals[one.unit] = totals.get(one.unit, 0) + one.amount
    return totals


def _additive(
    connection: Connection, code: str, as_of: int | None, over: Literal["subjects", "time"]
) -> Indicator:
    about = indicators.get(connection, code, as_of=as_of)
    if about is None:
        raise refuse("unknown_indicator", indicator=code)
    if about.additivity is Additivity.RATIO:
        raise refuse("ratio_summed", indicator=code)
    if over == "time" and about.additivity is Additivity.STOCK:
        raise refuse("stock_over_time", indicator=code)
    return about


def _pieces(whole: Period, grain: str) -> list[str]:
    months = [one.text for one in whole.by_month()]
    if grain == "month":
        return months
    if grain == "year":
        return sorted({text[:4] for text in months})
    letter, length = ("Q", 3) if grain == "quarter" else ("H", 6)
    return sorted({f"{text[:4]}-{letter}{(int(text[5:]) - 1) // length + 1}" for text in months})


def _part(key: str, share: Decimal | None, said: Statement | None, about: Indicator, where: str) -> Part:
    if said is None:
        return Part(key, share, None, Missing(State.MISSING, about.code, where))
    if share is None:
        return Part(key, share, said, Missing(State.MISSING, "share", where))
    if said.value is None:
        return Part(key, share, said, None if said.state.adds_nothing else said.figure())
    return Part(key, share, said, CONTEXT.multiply(convert(said.value, said.unit, about.unit), share))


def _sum(subject: str, about: Indicator, period: str, parts: Sequence[Part]) -> Rolled:
    known: Decimal | None = None
    hole: Missing | None = None
    by_provenance: dict[Provenance, Decimal] = {}
    for one in parts:
        if isinstance(one.value, Missing):
            hole = one.value if hole is None else Missing.of((hole, one.value))
        elif one.value is not None and one.statement is not None:
            known = one.value if known is None else CONTEXT.add(known, one.value)
            kind = one.statement.provenance
            by_provenance[kind] = CONTEXT.add(by_provenance.get(kind, Decimal()), one.value)
    nothing = Missing(State.NOT_OCCURRING, about.code, f"{subject} {period}")
    value: Decimal | Missing = hole if hole is not None else nothing if known is None else known
    return Rolled(
        subject=subject,
        indicator=about.code,
        period=period,
        unit=about.unit,
        value=value,
        known=known,
        parts=tuple(parts),
        by_provenance=by_provenance,
        synthetic=any(one.statement is not None and one.statement.synthetic for one in parts),
    )
