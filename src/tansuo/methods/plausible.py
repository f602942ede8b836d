"""Could this number be right? Rows judged by what factors of their kind are, and by the rows beside them.

The ranges are ``plausible.toml``: wide, so that only slips fall outside. Bounds that a method itself knows for
a term (``lower``, ``upper``) are judged in ``tables``.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from tansuo.methods.term import FactorRow
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding
from tansuo.quantity.unit import Dimensions, convert, parse_unit

Place = dict[str, str | int]
_FEW = 3


@dataclass(frozen=True, slots=True)
class Range:
    """What a factor in ``unit`` (and any other of its kind) can be; bounds are in that unit."""

    unit: str
    lower: Decimal
    upper: Decimal
    what_zh: str
    what_en: str


@cache
def ranges() -> dict[Dimensions, Range]:
    """The ranges by the kind of their unit."""
    text = resources.files("tansuo.methods").joinpath("plausible.toml").read_text(encoding="utf-8")
    read = [
        Range(one["unit"], Decimal(one["lower"]), Decimal(one["upper"]), one["what_zh"], one["what_en"])
        for one in tomllib.loads(text)["range"]
    ]
    return {parse_unit(one.unit).dimensions: one for one in read}


def check_likeness(rows: Sequence[FactorRow], at: Callable[[FactorRow], Place]) -> Iterator[Finding]:
    """Rows outside of what factors of their kind can be, and rows whose unit is of an odd size in its column."""
    columns: dict[tuple[str, str, Dimensions], list[FactorRow]] = {}
    for row in rows:
        kind = parse_unit(row.unit).dimensions
        columns.setdefault((row.table, row.column, kind), []).append(row)
        known = ranges().get(kind)
        if known is None:
            continue
        value = convert(row.value, row.unit, known.unit)
        if not known.lower <= value <= known.upper:
            params: dict[str, str | int] = {
                "value": plain(value),
                "unit": known.unit,
                "lower": plain(known.lower),
                "upper": plain(known.upper),
                "what": f"{known.what_zh} {known.what_en}",
            }
            yield Finding("methods.implausible", {**at(row), "column": "value"}, params)
    for listed in columns.values():
        yield from _check_sizes(listed, at)


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
