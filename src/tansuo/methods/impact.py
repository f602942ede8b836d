"""What a change of method touches: which factor rows, which months, which quantities, of what kind.

Two methods are compared as data; nothing is evaluated here (``shift`` does that on the reference cases).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext

from tansuo.methods.expression import symbols
from tansuo.methods.term import Declared, FactorRow, MethodData
from tansuo.quantity.decimals import CONTEXT, plain, round_to
from tansuo.quantity.unit import UnitError, convert

Span = tuple[date, date | None]

#: What a factor row says that can move a figure; the rest is where it was read.
_WEIGHTY = ("value", "unit", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class RowChange:
    """One number of a table, before and after; None where one of the methods has no such row."""

    before: FactorRow | None
    after: FactorRow | None

    @property
    def row(self) -> FactorRow:
        """The row that is there, the later one if both are."""
        row = self.after or self.before
        assert row is not None
        return row

    @property
    def weighty(self) -> bool:
        """Whether figures can differ by it: value, unit or validity, not only the citation."""
        if self.before is None or self.after is None:
            return True
        return any(getattr(self.before, name) != getattr(self.after, name) for name in _WEIGHTY)

    @property
    def percent(self) -> str:
        """(after − before) ÷ before in percent, two decimals; "" where there is nothing to divide by."""
        if self.before is None or self.after is None:
            return ""
        try:
            after = convert(self.after.value, self.after.unit, self.before.unit)
        except UnitError:
            return ""
        return percent(self.before.value, after)

    def spans(self) -> Iterator[Span]:
        """The days for which either row holds."""
        for row in (self.before, self.after):
            if row is not None:
                yield row.valid_from, row.valid_to


def percent(before: Decimal, after: Decimal) -> str:
    """The change from ``before`` to ``after`` in percent of ``before``, two decimals; "" from zero."""
    if before == 0:
        return ""
    with localcontext(CONTEXT):
        return plain(round_to((after - before) * 100 / before, 2))


def row_changes(one: MethodData, other: MethodData) -> list[RowChange]:
    """Factor rows that differ, by id; a row that only begins on another day is the same row moved."""
    before = {row.id: row for row in one.factors}
    after = {row.id: row for row in other.factors}
    kept = [RowChange(before[name], after[name]) for name in before.keys() & after.keys()]
    gone, new = _grouped(before, after), _grouped(after, before)
    moved: list[RowChange] = []
    for group in gone.keys() | new.keys():
        old, young = gone.get(group, []), new.get(group, [])
        pairs = list(zip(old, young, strict=True)) if len(old) == len(young) else []
        moved += [RowChange(*pair) for pair in pairs]
        if not pairs:
            moved += [*(RowChange(row, None) for row in old), *(RowChange(None, row) for row in young)]
    found = [one for one in (*kept, *moved) if one.before != one.after]
    return sorted(found, key=lambda one: one.row.id)


def _grouped(
    rows: dict[str, FactorRow], others: dict[str, FactorRow]
) -> dict[tuple[str, ...], list[FactorRow]]:
    """Rows that the other method lacks, by everything that names them except the day they begin."""
    found: dict[tuple[str, ...], list[FactorRow]] = {}
    for name in sorted(rows.keys() - others.keys()):
        row = rows[name]
        key = (row.table, row.key, row.column, row.level, row.region, row.applies_to)
        found.setdefault(key, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class Impact:
    """``kinds``: of validity, options, terms, formulas, factors, citations, other; empty for equal methods.

    ``periods``: half-open days "2023-01-01/2024-01-01" (open end "..") whose figures can differ; ``quantities``:
    those that rest on something that changed, in the order of the later method.
    """

    kinds: tuple[str, ...]
    periods: tuple[str, ...]
    quantities: tuple[str, ...]


def impact(one: MethodData, other: MethodData) -> Impact:
    """What kind of change leads from ``one`` to ``other``, and which periods and quantities it touches."""
    rows = row_changes(one, other)
    terms = _changed_terms(one, other)
    formulas = _changed_quantities(one, other)
    options = {
        name for name in {*one.options, *other.options} if one.options.get(name) != other.options.get(name)
    }
    weighty = [change for change in rows if change.weighty]
    kinds = {
        "validity": (one.valid, one.grain) != (other.valid, other.grain),
        "options": bool(options),
        "terms": bool(terms),
        "formulas": bool(formulas),
        "factors": bool(weighty),
        "citations": len(weighty) < len(rows) or one.sources != other.sources or one.source != other.source,
        "other": (one.id, one.edition, one.gwp, one.extends)
        != (other.id, other.edition, other.gwp, other.extends),
    }
    spans = [_valid(one), _valid(other)] if terms or formulas or options or kinds["validity"] else []
    spans += [span for change in weighty for span in change.spans()]
    touched = terms | formulas | _readers(one, weighty) | _readers(other, weighty) | _asking(other, options)
    return Impact(
        tuple(name for name, so in kinds.items() if so), _merged(spans), tuple(_resting(one, other, touched))
    )


def _changed_terms(one: MethodData, other: MethodData) -> set[str]:
    """Terms that are new, gone or another; a clause alone changes no figure."""
    return {
        name
        for name in {*one.terms, *other.terms}
        if _bare(one.terms.get(name)) != _bare(other.terms.get(name))
    }


def _bare(term: Declared | None) -> Declared | None:
    return term if term is None else replace(term, clause="")


def _changed_quantities(one: MethodData, other: MethodData) -> set[str]:
    def of(data: MethodData, name: str) -> object:
        made = data.quantities.get(name)
        return made if made is None else replace(made, clause="")

    return {name for name in {*one.quantities, *other.quantities} if of(one, name) != of(other, name)}


def _readers(data: MethodData, changes: Sequence[RowChange]) -> set[str]:
    """The terms whose ladder may take one of the changed rows."""
    rows = [row for change in changes for row in (change.before, change.after) if row is not None]
    return {
        term.symbol
        for term in data.terms.values()
        if any(step.take == "table" and any(step.may_take(row) for row in rows) for step in term.ladder)
    }


def _asking(data: MethodData, options: set[str]) -> set[str]:
    """The terms whose ladder looks at one of these options."""
    return {
        term.symbol for term in data.terms.values() if any(options & step.when.keys() for step in term.ladder)
    }


def _resting(one: MethodData, other: MethodData, touched: set[str]) -> list[str]:
    """Quantities that are touched themselves, or whose formula names something that is."""
    found: dict[str, None] = {}
    for data in (other, one):
        reached = set(touched)
        for made in data.quantities.values():
            if made.symbol in reached or not reached.isdisjoint(symbols(made.expression)):
                reached.add(made.symbol)
                found[made.symbol] = None
    return list(found)


def _valid(data: MethodData) -> Span:
    first, _, last = data.valid.partition("/")
    return date.fromisoformat(f"{first}-01"), None if last == ".." else date.fromisoformat(f"{last}-01")


def _merged(spans: Sequence[Span]) -> tuple[str, ...]:
    """Spans joined where they meet or overlap, as text."""
    joined: list[Span] = []
    for first, last in sorted(spans, key=lambda span: (span[0], span[1] or date.max)):
        if joined and (joined[-1][1] is None or first <= joined[-1][1]):
            before = joined[-1]
            ends = None if before[1] is None or last is None else max(before[1], last)
            joined[-1] = (before[0], ends)
        else:
            joined.append((first, last))
    return tuple(f"{first}/{last or '..'}" for first, last in joined)
