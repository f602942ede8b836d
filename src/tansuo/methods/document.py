"""A method's document by its symbols: what its formulas name, and where they stand on a declared grid.

What is read is the very document whose canonical bytes are the method's fingerprint
(``docs/reference/method-format.md``); nothing stands between what is hashed and what is computed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tansuo.quantity.decimals import Ratio
from tansuo.quantity.period import Period

FORMAT = "tansuo.method/1"

Json = Mapping[str, Any]
Keys = Mapping[str, Sequence[str]]
Cell = tuple[str, str]  # symbol, "source/month" | "source" | "month" | ""
Place = tuple[str, str]  # source or "", month (or year) or ""


@dataclass(frozen=True)
class SourceKey:
    """A source of the grid: its id and the attributes that put it into the domains of terms."""

    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)

    def fits(self, keys: Keys) -> bool:
        """Whether every attribute in ``keys`` has one of the wanted values."""
        return all(self.attributes.get(name) in wanted for name, wanted in keys.items())

    def __hash__(self) -> int:
        return hash((self.id, tuple(sorted(self.attributes.items()))))


@dataclass(frozen=True)
class Shape:
    """The declared grid: what should be there, whether values came or not.

    ``months`` are period texts: months, or years where the method's grain is the year.
    """

    sources: tuple[SourceKey, ...]
    months: tuple[str, ...]

    def places(self, over: Sequence[str], keys: Keys) -> list[Place]:
        """Every place of a term over ``over`` in the domain ``keys``, sources first, then months."""
        sources = [one.id for one in self.sources if one.fits(keys)] if "source" in over else [""]
        months = self.months if timed(over) else ("",)
        return [(source, month) for source in sources for month in months]

    def period(self) -> Period:
        """First to last month as one span."""
        spans = sorted(Period.parse(month) for month in self.months)
        if len(spans) == 1:
            return spans[0]
        text = f"{spans[0].text}..{spans[-1].text}"
        return Period(text, spans[0].start, spans[-1].end, "years")


class Document:
    """A method's document, its declared terms and quantities by symbol; what is empty is not in it.

    ValueError where it is of another format.
    """

    def __init__(self, document: Json) -> None:
        if document.get("format") != FORMAT:
            raise ValueError(f"this is no {FORMAT} document but {document.get('format')!r}")
        self.json = document
        self.id: str = document["id"]
        self.edition: str = document["edition"]
        self.terms: Mapping[str, Json] = document["terms"]
        self.quantities: Mapping[str, Json] = {one["symbol"]: one for one in document["quantities"]}

    def answers(self, given: Mapping[str, str]) -> dict[str, str]:
        """Every option with its answer: the one given, else the method's own."""
        return {name: option["default"] for name, option in self.json["options"].items()} | dict(given)

    def made(self, symbol: str) -> Json:
        """The quantity or term of a symbol; KeyError where the method has none."""
        return self.quantities.get(symbol) or self.terms[symbol]

    def constant(self, node: Json) -> Ratio | None:
        """The ratio that a number or a constant stands for; None for anything else."""
        if node["node"] == "number":
            return Ratio.parse(node["exactly"])
        term = self.terms.get(node["symbol"], {}) if node["node"] == "term" else {}
        return Ratio.parse(term["exactly"]) if "exactly" in term else None

    def place_of(self, cell: Cell) -> Place:
        """Source and month of a cell of a term or quantity; KeyError for a symbol that is not the method's."""
        symbol, text = cell
        over = self.made(symbol).get("over", ())
        if "source" in over and timed(over):
            source, _, month = text.rpartition("/")
            return source, month
        return (text if "source" in over else "", text if timed(over) else "")

    def own_cell(self, symbol: str, place: Place) -> Cell:
        """The cell that is read for ``symbol`` in a formula that stands at ``place``: without what it lacks."""
        over = self.made(symbol).get("over", ())
        return symbol, cell_text((place[0] if "source" in over else "", place[1] if timed(over) else ""))

    def along(
        self, shape: Shape, node: Json, dims: Sequence[str], place: Place, where: Keys | None = None
    ) -> list[Place]:
        """The places of the domain of ``node`` along ``dims`` that lie within ``place``.

        ``where``: attributes that a source must have besides.
        """
        keys, only = self.domain(node), where or {}
        fitting = [one.id for one in shape.sources if one.fits(keys) and one.fits(only)]
        sources = fitting if "source" in dims else [place[0]]
        months = shape.months if timed(dims) else (place[1],)
        return [(source, month) for source in sources for month in months]

    def domain(self, node: Json) -> Keys:
        """Attributes that the sources of ``node`` must have (checked for consistency when it was defined)."""
        if node["node"] in ("sum_over", "weighted_mean") and "source" in node["over"]:
            return {}
        if node["node"] == "term":
            keys: Keys = self.made(node["symbol"]).get("keys", {})
            return keys
        met: dict[str, Sequence[str]] = {}
        for part in parts(node):
            for name, values in self.domain(part).items():
                met[name] = [one for one in values if one in met.get(name, values)]
        return met


def timed(over: Sequence[str]) -> bool:
    """Whether a term over ``over`` varies along the axis of time."""
    return "month" in over or "year" in over


def cell_text(place: Place) -> str:
    """``source/month`` without what is empty."""
    return "/".join(part for part in place if part)


def product(*nodes: Json) -> Json:
    """The product of several formulas."""
    return {"node": "product", "of": list(nodes)}


def parts(node: Json) -> list[Json]:
    """The nodes directly below one, in reading order."""
    match node["node"]:
        case "term" | "number":
            return []
        case "product":
            return list(node["of"])
        case "sum" | "weights":
            return [one["of"] for one in node["of"]]
        case "quotient":
            return [node["over"], node["under"]]
        case "first_of":
            return [one["of"] for one in node["branches"]]
    return [node[name] for name in ("of", "weight", "rate") if node.get(name)]


def nodes(node: Json) -> Iterator[Json]:
    """The node itself and every node below it, in reading order."""
    yield node
    for part in parts(node):
        yield from nodes(part)
