"""Exact unit algebra: a unit is a rational scale and a vector of dimensions, and a substance is a dimension.

``t CO2`` is mass × CO2, ``t C`` is mass × C: they do not add, and ``t CO2/t C`` (44/12) leads from one to the
other. So do ``Nm3@20C`` and ``Nm3@0C``, money of two price bases, and ``tce`` and ``GJ``: conversions between
kinds are factors with a source, never unit conversions. The table is ``units.toml``.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache

from tansuo.quantity.data_file import text_of
from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.finding import Finding, FindingError

Dimensions = tuple[tuple[str, int], ...]


class UnitError(FindingError, ValueError):
    """A unit that is not known, or two that are not of one kind."""


@dataclass(frozen=True, slots=True)
class Unit:
    """``scale`` base units of ``dimensions`` (sorted, no zero exponents). Equal when scale and kind are.

    ``symbol`` is the canonical spelling: ``tCO2/兆瓦时`` reads back as ``t CO2/MWh``.
    """

    symbol: str = field(compare=False)
    scale: Fraction
    dimensions: Dimensions

    def __mul__(self, other: "Unit") -> "Unit":
        return _product(f"{self.symbol} × {other.symbol}", [(self, 1), (other, 1)])

    def __truediv__(self, other: "Unit") -> "Unit":
        return _product(f"({self.symbol})/({other.symbol})", [(self, 1), (other, -1)])

    @property
    def kind(self) -> str:
        """The dimensions in words, e.g. ``CO2·mass/energy``; ``1`` for a pure number."""
        over = "·".join(_power(name, n) for name, n in self.dimensions if n > 0)
        under = "·".join(_power(name, -n) for name, n in self.dimensions if n < 0)
        return (over or "1") + ("/" + under if under else "")

    def __str__(self) -> str:
        return self.symbol


def _power(name: str, exponent: int) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"


def _product(symbol: str, powers: Iterable[tuple[Unit, int]]) -> Unit:
    """Units raised to these powers and multiplied."""
    scale = Fraction(1)
    counts: Counter[str] = Counter()
    for unit, power in powers:
        scale *= unit.scale**power
        for name, exponent in unit.dimensions:
            counts[name] += power * exponent
    return Unit(symbol, scale, tuple(sorted((name, n) for name, n in counts.items() if n)))


def _base(name: str) -> Unit:
    """A dimension, or a substance, by itself."""
    return Unit(name, Fraction(1), ((name, 1),))


ONE = Unit("1", Fraction(1), ())


@dataclass(frozen=True, slots=True)
class _Table:
    """``atoms``: by each spelling the unit and the tags it exists with; ``substances``: name → (Chinese, English)."""

    atoms: Mapping[str, tuple[Unit, Sequence[str]]]
    prefixes: Mapping[str, int]
    substances: Mapping[str, tuple[str, str]]


@cache
def _table() -> _Table:
    raw = tomllib.loads(text_of("tansuo.quantity", "units.toml"))
    atoms: dict[str, tuple[Unit, Sequence[str]]] = {}
    for row in raw["unit"]:
        parts = [part.partition("^") for part in row["dimension"].split()]
        kind = _product("", [(_base(name), int(power or 1)) for name, _, power in parts]).dimensions
        atom = (Unit(row["symbol"], Fraction(row["scale"]), kind), row.get("tags", ()))
        atoms |= dict.fromkeys((row["symbol"], *row["aliases"]), atom)
    return _Table(atoms, raw["prefixes"], raw["substances"])


def substance_name(substance: str) -> tuple[str, str]:
    """(Chinese, English) name of a substance of the table; KeyError for one that is not in it."""
    zh, en = _table().substances[substance]
    return zh, en


@cache
def parse_unit(text: str) -> Unit:
    """The unit written as ``text``: factors parted by a blank, one ``/``, ``^n``, substance after unit.

    Chinese spellings, full-width letters, superscripts and glued substances (``kgCO2e``) are understood.
    UnitError (``quantity.unknown_unit``, ``quantity.unit_needs_tag``) for anything else: never a guess.
    """
    written = unicodedata.normalize("NFKC", text.strip())
    over, slash, under = written.partition("/")
    if not written or "/" in under or (slash and not under.strip()):
        raise _unknown(text, text)
    above, below = (list(_factors(side, text)) for side in (over, under))
    spelled = (" ".join(_power(unit.symbol, power) for unit, power in side) for side in (above, below))
    return _product("/".join(filter(None, spelled)), [*above, *((unit, -power) for unit, power in below)])


def _factors(side: str, text: str) -> Iterator[tuple[Unit, int]]:
    """One side of the line: each factor's unit and its power."""
    power = 0
    for token in side.replace("short tons", "short_ton").replace("short ton", "short_ton").split():
        raised = re.fullmatch(r"(?!10\^.$)(.+)\^([1-9])", token)
        if token in _table().substances:
            if power != 1:
                raise _unknown(text, token)
            yield _base(token), 1
            power = 0
        elif raised:
            unit, power = _atom(raised[1], text), int(raised[2])
            yield unit, power
        else:
            unit, power = _atom(token, text), 1
            yield unit, 1


def _atom(token: str, text: str) -> Unit:
    """One factor: [prefix] symbol [@tag] or, glued to it, a substance."""
    table = _table()
    name, at, tag = token.partition("@")
    for prefix, times in (("", 1), *table.prefixes.items()):
        rest = name.removeprefix(prefix)
        if name.startswith(prefix) and rest in table.atoms and not (prefix and table.atoms[rest][0] == ONE):
            return _tagged(prefix, times, *table.atoms[rest], at + tag, text)
    if name in table.prefixes and not at:
        return Unit(name, Fraction(table.prefixes[name]), ())
    if not at:
        for cut in range(len(token) - 1, 0, -1):
            if token[cut:] in table.substances:
                unit = _atom(token[:cut], text)
                return _product(f"{unit.symbol} {token[cut:]}", [(unit, 1), (_base(token[cut:]), 1)])
    raise _unknown(text, token)


def _tagged(prefix: str, times: int, unit: Unit, tags: Sequence[str], mark: str, text: str) -> Unit:
    """A unit of the table with its prefix and, where it exists only with one, its tag."""
    symbol, scale = prefix + unit.symbol, unit.scale * times
    if not mark and not tags:
        return Unit(symbol, scale, unit.dimensions)
    tag = mark[1:].replace("°", "")
    if tag not in tags and not ("YEAR" in tags and re.fullmatch(r"(19|20)[0-9]{2}", tag)):
        choices = " ".join(f"{unit.symbol}@{one}" for one in tags) or unit.symbol
        raise UnitError(Finding("quantity.unit_needs_tag", params={"unit": text, "choices": choices}))
    return Unit(f"{symbol}@{tag}", scale, tuple((f"{name}@{tag}", n) for name, n in unit.dimensions))


def _unknown(text: str, token: str) -> UnitError:
    return UnitError(Finding("quantity.unknown_unit", params={"unit": text, "part": token}))


def compatible(first: str, second: str) -> bool:
    """Whether two units are of one kind, so that ``convert`` leads from one to the other."""
    return parse_unit(first).dimensions == parse_unit(second).dimensions


def ratio(source: str, target: str) -> Fraction:
    """How many ``target`` make one ``source``, exactly; UnitError where the kinds differ."""
    one, other = parse_unit(source), parse_unit(target)
    if one.dimensions != other.dimensions:
        params = {"source": source, "target": target, "source_kind": one.kind, "target_kind": other.kind}
        raise UnitError(Finding("quantity.different_kinds", params=params))
    return one.scale / other.scale


def convert(value: Decimal, source: str, target: str) -> Decimal:
    """``value`` of ``source`` in ``target``, multiplied first and divided last, to 34 digits half-even.

    Exact whenever the result has an exact decimal of at most 34 digits (all but e.g. 亩 to ha).
    UnitError where the kinds differ.
    """
    times = ratio(source, target)
    if times == 1:
        return value
    product = CONTEXT.multiply(value, Decimal(times.numerator))
    return product if times.denominator == 1 else CONTEXT.divide(product, Decimal(times.denominator))
