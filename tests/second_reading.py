"""A second reading of docs/reference/method-format.md: formulas in fractions, straight from the document.

It shares no line with the product and follows the page alone, so that page, vectors and product are held
against each other by something that is none of them. Slow and small: values of the vectors are fractions, and
only e^-k is a decimal (of 34 digits, as the page says).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

RULES = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP, "floor": ROUND_FLOOR}
DIGITS = Context(prec=34, rounding=ROUND_HALF_EVEN)
NOTHING = {"not_operating", "not_occurring", "included_elsewhere"}
UNITS = {  # what the vectors need of the table of units: size in the base unit of the kind
    "1": "1", "%": "1/100", "t": "1", "kg": "1/1000", "GJ/t": "1", "MJ/kg": "1", "t C/GJ": "1", "t C/TJ": "1/1000",
    "t CO2/MWh": "5/18", "kg CO2/kWh": "5/18", "MWh": "18/5", "万kWh": "36", "kWh": "18/5000",
}  # fmt: skip

Part = tuple[str, str, str]


@dataclass(frozen=True)
class Hole:
    """What is missing: (state, symbol, cell) of every part."""

    parts: frozenset[Part]

    @property
    def nothing(self) -> bool:
        """Whether every part was said to add nothing."""
        return all(state in NOTHING for state, _, _ in self.parts)

    @property
    def names(self) -> list[str]:
        """As the page says: holes first, then by symbol and cell."""
        listed = sorted(self.parts, key=lambda one: (one[0] in NOTHING, one[1], one[2], one[0]))
        return [f"{what} @ {where}" if where else what for _, what, where in listed]


Value = Fraction | Hole


def hole(state: str, what: str, where: str) -> Hole:
    return Hole(frozenset({(state, what, where)}))


def text_of(value: Fraction) -> Decimal:
    """The fraction to 34 significant digits."""
    return DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def step(value: Value) -> Value:
    """The value after a step whose result may have more than 34 digits."""
    return value if isinstance(value, Hole) else Fraction(text_of(value))


def rounded(value: Value, places: int, rule: str) -> Value:
    if isinstance(value, Hole):
        return value
    wide = Context(prec=400, rounding=ROUND_HALF_EVEN)
    return Fraction(text_of(value).quantize(Decimal(1).scaleb(-places), RULES[rule], wide))


def times(one: Value, other: Value) -> Value:
    match one, other:
        case Hole(), Hole():
            if one.nothing != other.nothing:
                return one if one.nothing else other
            return Hole(one.parts | other.parts)
        case Hole(), _:
            return one
        case _, Hole():
            return other
    return one * other  # type: ignore[operator]


def product(values: Iterable[Value]) -> Value:
    total: Value = Fraction(1)
    for value in values:
        total = times(total, value)
    return total


def total_of(signed: list[tuple[int, Value]]) -> Value:
    absent = [value for _, value in signed if isinstance(value, Hole)]
    holes = [one for one in absent if not one.nothing]
    if holes or (absent and len(absent) == len(signed)):
        return Hole(frozenset(part for one in holes or absent for part in one.parts))
    return sum((sign * value for sign, value in signed if isinstance(value, Fraction)), Fraction())


@dataclass(frozen=True)
class Place:
    source: str
    time: str

    @property
    def cell(self) -> str:
        return "/".join(part for part in (self.source, self.time) if part)


class Reading:
    """One document on one grid; `value` gives published, `unrounded` unrounded figures by "symbol cell"."""

    def __init__(self, document: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
        self.terms = document["terms"]
        self.made = {one["symbol"]: one for one in document["quantities"]}
        self.rows = document["factors"]
        self.inputs = inputs
        self.times = list(inputs.get("months") or inputs["years"])
        self.sources = {one["id"]: one.get("attributes", {}) for one in inputs.get("sources", ())}
        defaults = {name: one["default"] for name, one in document["options"].items()}
        self.answers = {**defaults, **inputs.get("options", {})}
        self.published: dict[str, Value] = {}
        self.unrounded: dict[str, Value] = {}
        self.branches: dict[str, str] = {}
        self.rungs: dict[str, str] = {}
        for symbol, one in self.made.items():
            for place in self.places(one):
                self.at = (symbol, place.cell)
                exact = self.walk(one["expression"], place)
                key = f"{symbol} {place.cell}".strip()
                self.unrounded[key] = exact
                places = one.get("places")
                self.published[key] = (
                    exact if places is None else rounded(exact, places, one.get("rounding", "half_even"))
                )

    def places(self, one: Mapping[str, Any]) -> list[Place]:
        over = one.get("over", ())
        sources = (
            [name for name in self.sources if self.fits(name, one.get("keys", {}))]
            if "source" in over
            else [""]
        )
        times_ = self.times if {"month", "year"} & set(over) else [""]
        return [Place(source, time) for source in sources for time in times_]

    def fits(self, source: str, keys: Mapping[str, list[str]]) -> bool:
        return all(self.sources[source].get(name) in values for name, values in keys.items())

    def term(self, symbol: str, place: Place) -> Value:
        one = self.made.get(symbol) or self.terms[symbol]
        over = one.get("over", ())
        here = Place(
            place.source if "source" in over else "", place.time if {"month", "year"} & set(over) else ""
        )
        if symbol in self.made:
            kept = self.published if one["parents"] == "sum_published" else self.unrounded
            return kept[f"{symbol} {here.cell}".strip()]
        if one["kind"] == "constant":
            return Fraction(one["exactly"])
        value = self.amount(symbol, here) if one["kind"] == "activity" else self.factor(symbol, one, here)
        return (
            value
            if one.get("places") is None
            else rounded(value, one["places"], one.get("rounding", "half_even"))
        )

    def amount(self, symbol: str, place: Place) -> Value:
        given = self.inputs.get("values", {}).get(symbol, {}).get(place.cell)
        if given is None:
            return hole("missing", symbol, place.cell)
        if isinstance(given, str):
            return Fraction(given)
        if "state" in given:
            zero = given["state"] in ("measured_zero", "declared_zero")
            return Fraction() if zero else hole(given["state"], symbol, place.cell)
        return self.into(
            given["value"], given.get("unit", self.terms[symbol]["unit"]), self.terms[symbol]["unit"]
        )

    @staticmethod
    def into(value: str, unit: str, wanted: str) -> Fraction:
        return Fraction(value) * Fraction(UNITS.get(unit, "1")) / Fraction(UNITS.get(wanted, "1"))

    def factor(self, symbol: str, one: Mapping[str, Any], place: Place) -> Value:
        own = self.sources.get(place.source, {})
        known = {**self.inputs.get("enterprise", {}).get("attributes", {}), **own, "source": place.source}
        key = f"{symbol} {place.cell}".strip()
        for rung in one["ladder"]:
            if any(self.answers[name] != answer for name, answer in rung.get("when", {}).items()):
                continue
            got = self.local(symbol, rung["name"], place) if rung["take"] == "local" else None
            if rung["take"] == "table":
                got = self.local(symbol, "override", place) or self.row(rung, known, place)
            if got is not None:
                self.rungs[key] = got.get("rung", rung["name"])
                return self.into(got["value"], got["unit"], one["unit"])
        return hole(
            "missing", symbol, place.cell or "..".join(dict.fromkeys((self.times[0], self.times[-1])))
        )

    def local(self, symbol: str, name: str, place: Place) -> Mapping[str, str] | None:
        fitting = [
            one
            for one in self.inputs.get("local", ())
            if (one["symbol"], one["rung"]) == (symbol, name)
            and one.get("source", "") in ("", place.source)
            and one.get("month", "") in ("", place.time)
        ]
        return max(
            fitting, key=lambda one: (one.get("source", "") != "", one.get("month", "") != ""), default=None
        )

    def row(
        self, rung: Mapping[str, Any], known: Mapping[str, str], place: Place
    ) -> Mapping[str, str] | None:
        def selected(selector: str, found: str) -> bool:
            if selector == "":
                return True
            return found == (selector[1:] if selector.startswith("=") else known.get(selector))

        rows = [
            row
            for row in self.rows
            if (row["table"], row["column"]) == (rung["table"], rung["column"])
            and selected(rung.get("key", "="), row.get("key", ""))
            and selected(rung.get("region", ""), row.get("region", ""))
            and rung.get("level", "") in ("", row.get("level", ""))
            and rung.get("applies_to", "") in ("", row.get("applies_to", ""))
        ]
        begins, ends = span(place.time or self.times[0])[0], span(place.time or self.times[-1])[1]
        if "published_before" in rung:
            shift, _, day = rung["published_before"].partition("/")
            before = f"{int(begins[:4]) + int(shift.removeprefix('year') or 0):04d}-{day}"
            out = [
                row for row in rows if row.get("published_on", "") and after(row["published_on"]) <= before
            ]
            newest = max(
                ((after(row["published_on"]), row.get("data_year", "")) for row in out), default=None
            )
            out = [row for row in out if (after(row["published_on"]), row.get("data_year", "")) == newest]
            return out[0] if len(out) == 1 else None
        holding = [
            row for row in rows if row["valid_from"] <= begins and ends <= row.get("valid_to", "9999-12-31")
        ]
        if not holding and rung.get("reach") == "before":
            ended = [row for row in rows if row.get("valid_to", "9999-12-31") <= begins]
            latest = max((row["valid_to"] for row in ended), default="")
            holding = [row for row in ended if row["valid_to"] == latest]
        return holding[0] if len(holding) == 1 else None

    def along(
        self, of: list[Mapping[str, Any]], dims: list[str], place: Place, where: Mapping[str, list[str]]
    ) -> list[Place]:
        keys: list[Mapping[str, list[str]]] = [where, *(found for node in of for found in self.domains(node))]
        sources = (
            [name for name in self.sources if all(self.fits(name, one) for one in keys)]
            if "source" in dims
            else [place.source]
        )
        times_ = self.times if {"month", "year"} & set(dims) else [place.time]
        return [Place(source, time) for source in sources for time in times_]

    def domains(self, node: Mapping[str, Any]) -> list[Mapping[str, list[str]]]:
        if node["node"] in ("sum_over", "weighted_mean") and "source" in node["over"]:
            return []
        if node["node"] == "term":
            return [(self.made.get(node["symbol"]) or self.terms[node["symbol"]]).get("keys", {})]
        return [found for part in below(node) for found in self.domains(part)]

    def walk(self, node: Mapping[str, Any], place: Place) -> Value:
        match node["node"]:
            case "term":
                return self.term(node["symbol"], place)
            case "number":
                return Fraction(node["exactly"])
            case "product":
                return product(self.walk(part, place) for part in node["of"])
            case "quotient":
                return self.divide(self.walk(node["over"], place), self.walk(node["under"], place))
            case "sum":
                return total_of(
                    [(1 if one["sign"] == "+" else -1, self.walk(one["of"], place)) for one in node["of"]]
                )
            case "sum_over":
                heres = self.along([node["of"]], node["over"], place, node.get("where", {}))
                return total_of([(1, self.walk(node["of"], here)) for here in heres])
            case "weighted_mean":
                heres = self.along([node["of"], node["weight"]], node["over"], place, {})
                above = [
                    (1, times(self.walk(node["of"], here), self.walk(node["weight"], here))) for here in heres
                ]
                return self.divide(
                    total_of(above), total_of([(1, self.walk(node["weight"], here)) for here in heres])
                )
            case "spread":
                return self.spread(node, place)
            case "weights":
                return total_of(
                    [(1, times(Fraction(one["weight"]), self.walk(one["of"], place))) for one in node["of"]]
                )
            case "first_of":
                return self.first_of(node, place)
            case "bands":
                return self.bands(node, self.walk(node["of"], place))
            case "piecewise":
                return self.piecewise(node, self.walk(node["of"], place))
            case "first_order_decay":
                return self.decay(node, place)
        raise ValueError(node["node"])

    def divide(self, over: Value, under: Value) -> Value:
        if under == 0 and not isinstance(over, Hole):
            return hole("not_estimated", f"{self.at[0]} (÷ 0)", self.at[1])
        return times(over, under if isinstance(under, Hole) else Fraction(1) / under) if under != 0 else over

    def first_of(self, node: Mapping[str, Any], place: Place) -> Value:
        open_ = [
            one
            for one in node["branches"]
            if all(self.answers[name] == answer for name, answer in one.get("when", {}).items())
        ]
        values = [(one["name"], self.walk(one["of"], place)) for one in open_]
        key = " ".join(self.at).strip()
        for wanted in (
            lambda value: isinstance(value, Fraction),
            lambda value: isinstance(value, Hole) and value.nothing,
        ):
            for name, value in values:
                if wanted(value):
                    self.branches[key] = name
                    return value
        self.branches[key] = ""
        if not values:
            return hole("not_estimated", *self.at)
        holes = [value for _, value in values if isinstance(value, Hole)]
        shared = frozenset.intersection(*(one.parts for one in holes))
        return Hole(shared) if shared else holes[-1]

    def bands(self, node: Mapping[str, Any], value: Value) -> Value:
        if isinstance(value, Hole):
            return value
        reached = [one for one in node["steps"] if one["from"] == "" or Fraction(one["from"]) <= value]
        if reached:
            return Fraction(reached[-1]["value"])
        return hole("not_estimated", f"{self.at[0]} (< {node['steps'][0]['from']})", self.at[1])

    def piecewise(self, node: Mapping[str, Any], value: Value) -> Value:
        if isinstance(value, Hole):
            return value
        points = [(Fraction(x), Fraction(y)) for x, y in node["points"]]
        if not points[0][0] <= value <= points[-1][0]:
            if node["beyond"] == "hold":
                return points[0][1] if value < points[0][0] else points[-1][1]
            first, last = node["points"][0][0], node["points"][-1][0]
            return hole("not_estimated", f"{self.at[0]} ({first} … {last})", self.at[1])
        for (x, y), (z, w) in pairwise(points):
            if x <= value <= z:
                return y + (value - x) * (w - y) / (z - x)
        raise AssertionError("points are in order")

    def spread(self, node: Mapping[str, Any], place: Place) -> Value:
        whole = self.walk(node["of"], place)
        if node["how"] == "equal":
            shares: list[Value] = [Fraction(1) for _ in self.times]
        elif node["how"] == "by_days":
            shares = [Fraction(monthrange(int(one[:4]), int(one[5:]))[1]) for one in self.times]
        else:
            shares = [self.walk(node["weight"], Place(place.source, one)) for one in self.times]
        quantity = self.made[self.at[0]]
        now = self.times.index(place.time)

        def running(upto: int) -> Value:
            part = total_of([(1, one) for one in shares[:upto]]) if upto else Fraction()
            share = self.divide(times(whole, part), total_of([(1, one) for one in shares]))
            return rounded(share, quantity["places"], quantity.get("rounding", "half_even"))

        return total_of([(1, running(now + 1)), (-1, running(now))])

    def decay(self, node: Mapping[str, Any], place: Place) -> Value:
        rate = self.walk(node["rate"], place)
        stock: Value = Fraction()
        before: Value = Fraction()
        if isinstance(rate, Hole):
            return rate
        kept = Fraction(DIGITS.exp(-text_of(rate)))
        for number, year in enumerate(one for one in sorted(self.times) if one <= place.time):
            before = stock
            left = step(times(stock, kept)) if number else Fraction()
            stock = step(total_of([(1, left), (1, self.walk(node["of"], Place(place.source, year)))]))
        return stock if node["gives"] == "stock" else step(times(before, 1 - kept))


def below(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The nodes inside a node."""
    found: list[Mapping[str, Any]] = []
    for value in node.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                found += [one] if "node" in one else below(one)
    return found


def span(time: str) -> tuple[str, str]:
    """First day and the day after the last of a month or year."""
    if len(time) == 4:
        return f"{time}-01-01", f"{int(time) + 1:04d}-01-01"
    year, month = int(time[:4]), int(time[5:])
    return f"{time}-01", f"{year + month // 12:04d}-{month % 12 + 1:02d}-01"


def after(day: str) -> str:
    """The day after a day, a month or a year."""
    if len(day) < 10:
        return span(day)[1]
    year, month, number = (int(part) for part in day.split("-"))
    if number < monthrange(year, month)[1]:
        return f"{year:04d}-{month:02d}-{number + 1:02d}"
    return span(day[:7])[1]
