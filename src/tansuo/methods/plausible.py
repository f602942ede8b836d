"""Could this number be right? Rows judged by what factors of their kind are, and by the rows beside them.

The ranges are ``plausible.toml``: wide, so that only slips fall outside. Bounds that a method itself knows for
a term (``lower``, ``upper``) are judged in ``tables``; where it states both, its rows are not compared with
their neighbours. Names of keys that differ by a slip of the pen are in ``likeness``.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from tansuo.methods.term import Declared, FactorRow, MethodData
from tansuo.quantity.decimals import CONTEXT, plain
from tansuo.quantity.finding import Finding
from tansuo.quantity.unit import Dimensions, convert, parse_unit

Place = dict[str, str | int]
_FEW = 3
#: A value this many times larger or smaller than the next of its column is a slip, in a column of some length.
_APART = Decimal(30)
_MANY = 6


@dataclass(frozen=True, slots=True)
class Range:
    """What a factor in ``unit`` (and any other of its kind) can be; bounds are in that unit.

    ``constants``: constants of that kind are judged as well. ``unless_declared``: only a rule of thumb, which
    a term with both bounds of its own does without.
    """

    unit: str
    lower: Decimal
    upper: Decimal
    what_zh: str
    what_en: str
    constants: bool = False
    unless_declared: bool = False

    def beyond(self, value: Decimal) -> dict[str, str | int] | None:
        """None while ``value`` (in this unit) is plausible, else what a finding says."""
        if self.lower <= value <= self.upper:
            return None
        return {
            "value": plain(value),
            "unit": self.unit,
            "lower": plain(self.lower),
            "upper": plain(self.upper),
            "what": f"{self.what_zh} {self.what_en}",
        }


@cache
def ranges() -> dict[Dimensions, Range]:
    """The ranges by the kind of their unit."""
    text = resources.files("tansuo.methods").joinpath("plausible.toml").read_text(encoding="utf-8")
    read = [
        Range(
            one["unit"],
            Decimal(one["lower"]),
            Decimal(one["upper"]),
            one["what_zh"],
            one["what_en"],
            one.get("constants", False),
            one.get("unless_declared", False),
        )
        for one in tomllib.loads(text)["range"]
    ]
    return {parse_unit(one.unit).dimensions: one for one in read}


def check_constants(data: MethodData) -> Iterator[Finding]:
    """Constants that can only be one number and are not: 12/44 for 44/12, a GWP of another set."""
    for term in data.terms.values():
        unit = parse_unit(term.unit)
        known = ranges().get(unit.dimensions)
        if term.exactly is None or known is None or not known.constants:
            continue
        ratio = CONTEXT.divide(Decimal(term.exactly.numerator), Decimal(term.exactly.denominator))
        params = known.beyond(convert(ratio, term.unit, known.unit))
        if params is not None:
            yield Finding("methods.implausible", {"method": data.id, "symbol": term.symbol}, params)


def check_likeness(
    rows: Sequence[FactorRow],
    readers: Callable[[FactorRow], Sequence[Declared]],
    at: Callable[[FactorRow], Place],
) -> Iterator[Finding]:
    """Rows outside of what factors of their kind can be, and rows whose unit or size is odd in its column."""
    columns: dict[tuple[str, str, Dimensions], list[FactorRow]] = {}
    for row in rows:
        kind = parse_unit(row.unit).dimensions
        columns.setdefault((row.table, row.column, kind), []).append(row)
        known = ranges().get(kind)
        if known is None or (known.unless_declared and _bounded(readers(row))):
            continue
        params = known.beyond(convert(row.value, row.unit, known.unit))
        if params is not None:
            yield Finding("methods.implausible", {**at(row), "column": "value"}, params)
    for listed in columns.values():
        yield from _check_sizes(listed, at)
        yield from _check_values([row for row in listed if not _bounded(readers(row))], at)


def _bounded(terms: Sequence[Declared]) -> bool:
    return bool(terms) and all(term.lower is not None and term.upper is not None for term in terms)


def _check_sizes(rows: Sequence[FactorRow], at: Callable[[FactorRow], Place]) -> Iterator[Finding]:
    """A unit of another size than nearly all others of its column is a slip, not a choice."""
    sizes = Counter(parse_unit(row.unit).scale for row in rows)
    usual, often = sizes.most_common(1)[0]
    if len(sizes) == 1 or often < _FEW or len(rows) - often > often // _FEW:
        return
    spelled = next(row.unit for row in rows if parse_unit(row.unit).scale == usual)
    for row in rows:
        if parse_unit(row.unit).scale != usual:
            params: dict[str, str | int] = {"unit": row.unit, "usual": spelled, "others": often}
            yield Finding("methods.unit_alone", {**at(row), "column": "unit"}, params)


def _check_values(rows: Sequence[FactorRow], at: Callable[[FactorRow], Place]) -> Iterator[Finding]:
    """A value far from every other of its column: ×1000, a percent printed as a number."""
    sized = sorted((convert(row.value, row.unit, rows[0].unit), row.id, row) for row in rows if row.value > 0)
    if len(sized) < _MANY:
        return
    ends = ((sized[0], sized[1]), (sized[-1], sized[-2]))
    for (value, _, row), (beside, _, _) in ends:
        if max(value, beside) > _APART * min(value, beside):
            params: dict[str, str | int] = {
                "value": plain(value),
                "beside": plain(beside),
                "unit": rows[0].unit,
                "others": len(sized) - 1,
            }
            yield Finding("methods.value_alone", {**at(row), "column": "value"}, params)
