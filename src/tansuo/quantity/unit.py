"""Exact unit algebra: a unit is a rational scale and a vector of dimensions, and a substance is a dimension.

``t CO2`` is mass × CO2, ``t C`` is mass × C: they do not add, and ``t CO2/t C`` (44/12) leads from one to the
other. So do ``Nm3@20C`` and ``Nm3@0C``, money of two price bases, and ``tce`` and ``GJ``: conversions between
kinds are factors with a source, never unit conversions. The table is ``units.toml``.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources

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
        return _combine(f"{self.symbol} × {other.symbol}", self, other, 1)

    def __truediv__(self, other: "Unit") -> "Unit":
        return _combine(f"({self.symbol})/({other.symbol})", self, other, -1)

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


def _vector(counts: Mapping[str, int]) -> Dimensions:
    return tuple(sorted((name, n) for name, n in counts.items() if n))


def _combine(symbol: str, first: Unit, second: Unit, sign: int) -> Unit:
    counts = Counter(dict(first.dimensions))
    for name, exponent in second.dimensions:
        counts[name] += sign * exponent
    return Unit(symbol, first.scale * second.scale**sign, _vector(counts))


ONE = Unit("1", Fraction(1), ())


@dataclass(frozen=True, slots=True)
class _Atom:
    symbol: str
    scale: Fraction
    dimensions: Dimensions
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    atoms: Mapping[str, _Atom]
    prefixes: Mapping[str, int]
    substances: Mapping[str, tuple[str, str]]


@cache
def _table() -> _Table:
    text = resources.files("tansuo.quantity").joinpath("units.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    atoms: dict[str, _Atom] = {}
    for row in raw["unit"]:
        counts: Counter[str] = Counter()
        for part in row["dimension"].split():
            name, _, exponent = part.partition("^")
            counts[name] += int(exponent or 1)
        atom = _Atom(row["symbol"], Fraction(row["scale"]), _vector(counts), tuple(row.get("tags", ())))
        for spelling in (row["symbol"], *row["aliases"]):
            if atoms.setdefault(spelling, atom) is not atom:
                raise ValueError(f"units.toml: {spelling!r} is written for two units")
    return _Table(atoms, raw["prefixes"], {name: (zh, en) for name, (zh, en) in raw["substances"].items()})


def substance_name(substance: str) -> tuple[str, str]:
    """(Chinese, English) name of a substance of the table; KeyError for one that is not in it."""
    return _table().substances[substance]


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
    symbols: list[str] = []
    scale = Fraction(1)
    counts: Counter[str] = Counter()
    for side, sign in ((over, 1), (under, -1)):
        spelled: list[str] = []
        for token, part, exponent in _factors(side, text):
            scale *= part.scale ** (sign * exponent)
            for name, n in part.dimensions:
                counts[name] += sign * exponent * n
            spelled.append(token)
        symbols.append(" ".join(spelled))
    symbol = symbols[0] + ("/" + symbols[1] if symbols[1] else "")
    return Unit(symbol, scale, _vector(counts))


def _factors(side: str, text: str) -> Iterator[tuple[str, Unit, int]]:
    tokens = side.replace("short tons", "short_ton").replace("short ton", "short_ton").split()
    exponent = 0
    for token in tokens:
        if token in _table().substances:
            if exponent != 1:
                raise _unknown(text, token)
            yield token, Unit(token, Fraction(1), ((token, 1),)), 1
            exponent = 0
            continue
        base, caret, power = token.rpartition("^")
        if caret and base and base != "10" and re.fullmatch(r"[1-9]", power):
            exponent = int(power)
            unit = _atom(base, text)
            yield f"{unit.symbol}^{power}", unit, exponent
        else:
            unit = _atom(token, text)
            exponent = 1
            yield unit.symbol, unit, 1


def _atom(token: str, text: str) -> Unit:
    """One factor: [prefix] symbol [@tag] or, glued to it, a substance."""
    table = _table()
    name, at, tag = token.partition("@")
    for prefix, times in (("", 1), *table.prefixes.items()):
        if not name.startswith(prefix):
            continue
        rest = name[len(prefix) :]
        if rest in table.atoms and not (prefix and table.atoms[rest].symbol == "1"):
            return _tagged(table.atoms[rest], prefix, times, tag if at else None, text)
    if name in table.prefixes and not at:
        return Unit(name, Fraction(table.prefixes[name]), ())
    if not at:
        for cut in range(len(token) - 1, 0, -1):
            if token[cut:] in table.substances:
                unit = _atom(token[:cut], text)
                substance = Unit(token[cut:], Fraction(1), ((token[cut:], 1),))
                return _combine(f"{unit.symbol} {substance}", unit, substance, 1)
    raise _unknown(text, token)


def _tagged(atom: _Atom, prefix: str, times: int, tag: str | None, text: str) -> Unit:
    if tag is None and not atom.tags:
        return Unit(prefix + atom.symbol, atom.scale * times, atom.dimensions)
    tag = (tag or "").replace("°", "")
    allowed = tag in atom.tags or ("YEAR" in atom.tags and re.fullmatch(r"(19|20)[0-9]{2}", tag))
    if not allowed:
        choices = " ".join(f"{atom.symbol}@{one}" for one in atom.tags) or atom.symbol
        raise UnitError(Finding("quantity.unit_needs_tag", params={"unit": text, "choices": choices}))
    dimensions = tuple((f"{name}@{tag}", n) for name, n in atom.dimensions)
    return Unit(f"{prefix}{atom.symbol}@{tag}", atom.scale * times, dimensions)


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
