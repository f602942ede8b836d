"""The declared grid of a calculation: which sources, which months (or years), and where a term stands on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tansuo.methods.expression import Node, SumOver, Term, WeightedMean
from tansuo.methods.term import Keys, MethodData
from tansuo.quantity.period import Period

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


def timed(over: Sequence[str]) -> bool:
    """Whether a term over ``over`` varies along the axis of time."""
    return "month" in over or "year" in over


def cell_text(place: Place) -> str:
    """``source/month`` without what is empty."""
    return "/".join(part for part in place if part)


def place_of(method: MethodData, cell: Cell) -> Place:
    """Source and month of a cell of a term or quantity; KeyError for a symbol that is not the method's."""
    symbol, text = cell
    over = (method.quantities.get(symbol) or method.terms[symbol]).over
    if "source" in over and timed(over):
        source, _, month = text.rpartition("/")
        return source, month
    return (text if "source" in over else "", text if timed(over) else "")


def own_place(method: MethodData, symbol: str, place: Place) -> Place:
    """Where the term ``symbol`` is read for a formula that stands at ``place``: without what it lacks."""
    made = method.quantities.get(symbol) or method.terms[symbol]
    return (place[0] if "source" in made.over else "", place[1] if timed(made.over) else "")


def along(
    method: MethodData, shape: Shape, node: Node, dims: Sequence[str], place: Place, where: Keys | None = None
) -> list[Place]:
    """The places of the domain of ``node``'s parts along ``dims`` that lie within ``place``.

    ``where``: attributes that a source must have besides.
    """
    keys, only = domain(method, node), where or {}
    fitting = [one.id for one in shape.sources if one.fits(keys) and one.fits(only)]
    sources = fitting if "source" in dims else [place[0]]
    months = shape.months if timed(dims) else (place[1],)
    return [(source, month) for source in sources for month in months]


def domain(method: MethodData, node: Node) -> Keys:
    """Attributes that the sources of ``node`` must have (checked for consistency when it was defined)."""
    if isinstance(node, SumOver | WeightedMean) and "source" in node.dims:
        return {}
    if isinstance(node, Term):
        made = method.quantities.get(node.symbol) or method.terms[node.symbol]
        return made.keys
    met: dict[str, tuple[str, ...]] = {}
    for part in node.parts:
        for name, values in domain(method, part).items():
            met[name] = tuple(one for one in values if one in met.get(name, values))
    return met
