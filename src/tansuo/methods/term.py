"""A method as data: declared terms, the rungs of their ladders, factor rows, quantities, and their JSON.

The JSON form (``MethodData.as_json``) is what is hashed. It holds no label, no comment and nothing that is
empty; decimals are strings, keys are sorted by the canonical encoder. Wording lives in a second document.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from tansuo.methods.document import FORMAT, Document, Json
from tansuo.methods.expression import Node
from tansuo.methods.tree_json import from_json, to_json
from tansuo.quantity.decimals import Ratio, Rounding, parse_decimal, plain

Kind = Literal["activity", "factor", "constant"]
Additivity = Literal["flow", "stock", "ratio"]
Grain = Literal["month", "year"]
Keys = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: where a factor may come from, and under which name that is said in the result.

    ``take`` "local": a value given with the inputs under this name; "table": a row of the pack's tables.
    ``key`` and ``region`` name an attribute of the source or the enterprise, or after "=" the text itself;
    ``level`` and ``applies_to`` are texts. An empty selector selects nothing. ``when``: options that must be
    so. ``reach`` "before": the latest row that ended before the period may serve, if none holds in it.
    ``published_before`` "year-1/11-01": of all rows the one published last before that day of (here) the year
    before the reporting year, whatever its validity. Both are in the JSON only where they are used.
    """

    name: str
    take: Literal["local", "table"] = "table"
    table: str = ""
    column: str = ""
    key: str = ""
    region: str = ""
    level: str = ""
    applies_to: str = ""
    when: Mapping[str, str] = field(default_factory=dict)
    reach: str = ""
    published_before: str = ""

    def may_take(self, row: "FactorRow") -> bool:
        """Whether ``row`` fits what is written out here; attributes of the source are not looked at."""
        literal = ((self.key, row.key), (self.region, row.region))
        return (
            (self.table, self.column) == (row.table, row.column)
            and self.level in ("", row.level)
            and self.applies_to in ("", row.applies_to)
            and all(not one.startswith("=") or one[1:] == value for one, value in literal)
        )

    def as_json(self) -> dict[str, object]:
        """Plain JSON data without what is empty."""
        return _record(self)


@dataclass(frozen=True, slots=True)
class Declared:
    """A term as declared: its unit, what it varies over, and where its value comes from.

    ``keys``: attributes a source must have to be in the term's domain. ``places``: decimals the value is
    rounded to before it enters a formula. ``lower``/``upper``: outside of these a value gets a finding.
    """

    symbol: str
    kind: Kind
    unit: str
    over: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    keys: Keys = field(default_factory=dict)
    indicator: str = ""
    additivity: Additivity = "ratio"
    places: int | None = None
    rounding: Rounding = "half_even"
    ladder: tuple[Rung, ...] = ()
    exactly: Ratio | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    clause: str = ""

    def as_json(self) -> dict[str, object]:
        """Plain JSON data without what is empty; the symbol is the key it stands under."""
        return _record(self, "symbol")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A named result: its formula, its declared unit, and how it is rounded and handed on.

    ``parents``: whether formulas that use it take the published (rounded) value or the unrounded one.
    ``over``, ``keys`` and ``additivity`` follow from the formula and are checked against it.
    """

    symbol: str
    unit: str
    expression: Node
    over: tuple[str, ...] = ()
    keys: Keys = field(default_factory=dict)
    additivity: Additivity = "flow"
    places: int | None = None
    rounding: Rounding = "half_even"
    parents: Literal["sum_published", "sum_unrounded"] = "sum_unrounded"
    scope: str = ""
    indicator: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    clause: str = ""

    def as_json(self) -> dict[str, object]:
        """Plain JSON data without what is empty."""
        return _record(self)


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One number of a factor table: where it holds (half-open civil days) and where it was read.

    ``id`` names the row inside its method edition, e.g. ``grid/江苏/ef@2023-01-01``.
    """

    id: str
    table: str
    key: str
    column: str
    value: Decimal
    unit: str
    valid_from: date
    valid_to: date | None
    region: str = ""
    level: str = ""
    published_on: str = ""
    data_year: str = ""
    applies_to: str = ""
    source: str = ""
    page: str = ""
    status: str = ""

    def as_json(self) -> dict[str, object]:
        """Plain JSON data without what is empty."""
        return _record(self)


def outside(term: Declared | Quantity, value: Decimal) -> dict[str, str | int] | None:
    """None while ``value`` (in the term's unit) lies in the declared range, else what a finding says."""
    low, high = term.lower, term.upper
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    return {
        "value": plain(value),
        "unit": term.unit,
        "lower": "−∞" if low is None else plain(low),
        "upper": "∞" if high is None else plain(high),
    }


@dataclass(frozen=True, slots=True)
class Option:
    """A choice the method leaves open: the answers it knows and the one it takes when nobody says."""

    choices: tuple[str, ...]
    default: str

    def as_json(self) -> dict[str, object]:
        """Plain JSON data without what is empty."""
        return _record(self)


@dataclass(frozen=True)
class MethodData:
    """A whole method: everything that decides a figure, and nothing else.

    ``valid``: half-open months "2021-01/2026-01", the end open when empty ("2021-01/..").
    ``sources``: citation key → {number, issued, url, sha256 …}; titles are wording. ``grain``: "month", or
    "year" for a method of yearly values. ``extends``: {id, edition, fingerprint} of the method it was made from.
    """

    id: str
    edition: str
    valid: str
    source: str
    gwp: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)
    terms: Mapping[str, Declared] = field(default_factory=dict)
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    factors: tuple[FactorRow, ...] = ()
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    grain: Grain = "month"
    extends: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def document(self) -> Document:
        """The document by its symbols, as the evaluator reads it."""
        return Document(self.as_json())

    def with_factors(self, rows: Sequence[FactorRow]) -> "MethodData":
        """The same method over other factor rows; of its document only the rows that differ are written again."""
        written = dict(zip(_in_order(self.factors), self.document.json["factors"], strict=True))
        factors = [written[row] if row in written else row.as_json() for row in _in_order(rows)]
        other = replace(self, factors=tuple(rows))
        vars(other)["document"] = Document({**self.document.json, "factors": factors})
        return other

    def as_json(self) -> dict[str, object]:
        """The document whose canonical bytes are fingerprinted."""
        return {
            **({} if self.grain == "month" else {"grain": self.grain}),
            **({"extends": dict(self.extends)} if self.extends else {}),
            "format": FORMAT,
            "id": self.id,
            "edition": self.edition,
            "valid": self.valid,
            "source": self.source,
            "gwp": self.gwp,
            "options": {name: option.as_json() for name, option in self.options.items()},
            "terms": {symbol: term.as_json() for symbol, term in self.terms.items()},
            "quantities": [quantity.as_json() for quantity in self.quantities.values()],
            "factors": [row.as_json() for row in _in_order(self.factors)],
            "sources": {key: dict(source) for key, source in self.sources.items()},
        }


def _in_order(rows: Iterable[FactorRow]) -> list[FactorRow]:
    """Factor rows as the document lists them: by id."""
    return sorted(rows, key=lambda row: row.id)


def _record(record: Any, *left_out: str) -> dict[str, object]:
    """The fields of a record as JSON data; a rounding rule without places says nothing and is left out."""
    if getattr(record, "places", 0) is None:
        left_out = (*left_out, "rounding")
    named = {
        one.name: _plain(getattr(record, one.name)) for one in fields(record) if one.name not in left_out
    }
    return {name: value for name, value in named.items() if value not in ("", None, [], {})}


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return plain(value)
        case Ratio():
            return str(value)
        case Node():
            return to_json(value)
        case Rung():
            return value.as_json()
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
    return value


def method_data(document: Json) -> MethodData:
    """The method that ``document`` states; ValueError unless ``as_json`` would write just this document.

    No Python of a pack is needed or run.
    """
    if document.get("format") != FORMAT:
        raise ValueError(f"this is no {FORMAT} document but {document.get('format')!r}")
    try:
        data = _method(document)
        written = data.as_json()
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the method document is not well formed: {error!r}") from error
    if written != document:
        odd = sorted(name for name in {*written, *document} if written.get(name) != document.get(name))
        raise ValueError(f"the method document has parts that mean nothing: {', '.join(odd)}")
    return data


def _method(document: Json) -> MethodData:
    quantities = [_quantity(one) for one in document["quantities"]]
    return MethodData(
        id=document["id"],
        edition=document["edition"],
        valid=document["valid"],
        source=document["source"],
        gwp=document["gwp"],
        options={
            name: Option(tuple(one["choices"]), one["default"]) for name, one in document["options"].items()
        },
        terms={symbol: _declared(symbol, term) for symbol, term in document["terms"].items()},
        quantities={one.symbol: one for one in quantities},
        factors=tuple(_row(row) for row in document["factors"]),
        sources=document["sources"],
        grain="year" if document.get("grain") == "year" else "month",
        extends=document.get("extends", {}),
    )


def _common(data: Json) -> dict[str, Any]:
    """What declared terms and quantities share, turned from JSON into our types."""
    made = dict(data)
    made["over"] = tuple(data.get("over", ()))
    made["keys"] = {name: tuple(values) for name, values in data.get("keys", {}).items()}
    for bound in ("lower", "upper"):
        if bound in data:
            made[bound] = parse_decimal(data[bound])
    return made


def _declared(symbol: str, data: Json) -> Declared:
    made = _common(data)
    made["optional"] = tuple(data.get("optional", ()))
    made["ladder"] = tuple(Rung(**rung) for rung in data.get("ladder", ()))
    if "exactly" in data:
        made["exactly"] = Ratio.parse(data["exactly"])
    return Declared(symbol=symbol, **made)


def _quantity(data: Json) -> Quantity:
    return Quantity(**{**_common(data), "expression": from_json(data["expression"])})


def _row(data: Json) -> FactorRow:
    made = dict(data)
    made["value"] = parse_decimal(data["value"])
    made["valid_from"] = date.fromisoformat(data["valid_from"])
    made["valid_to"] = date.fromisoformat(data["valid_to"]) if "valid_to" in data else None
    return FactorRow(**made)
