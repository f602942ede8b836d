"""The tree of a formula: eight kinds of frozen nodes, built by ordinary operators over declared terms.

Authors never call the node classes; ``FC * NCV * CC * OF * K`` builds a Product, ``a - b`` a Sum, ``a / b`` a
Quotient, and ``sum_over``, ``weighted_mean`` and ``spread`` the rest. The tree's JSON form is what a method's
fingerprint is made of; labels are not in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tansuo.quantity.decimals import Ratio
from tansuo.quantity.finding import Finding, FindingError


class Node:
    """A node of a formula. ``+ - * /`` build larger ones; whole numbers may stand in, floats are refused."""

    __slots__ = ()

    def __add__(self, other: object) -> "Node":
        return Sum((*_signed(self, 1), *_signed(_lift(other), 1)))

    def __radd__(self, other: object) -> "Node":
        return _lift(other) + self

    def __sub__(self, other: object) -> "Node":
        return Sum((*_signed(self, 1), *_signed(_lift(other), -1)))

    def __rsub__(self, other: object) -> "Node":
        return _lift(other) - self

    def __mul__(self, other: object) -> "Node":
        return Product((*_factors(self), *_factors(_lift(other))))

    def __rmul__(self, other: object) -> "Node":
        return _lift(other) * self

    def __truediv__(self, other: object) -> "Node":
        return Quotient(self, _lift(other))

    def __rtruediv__(self, other: object) -> "Node":
        return _lift(other) / self

    @property
    def parts(self) -> tuple["Node", ...]:
        """The nodes directly below this one, in reading order."""
        return ()


@dataclass(frozen=True, slots=True)
class Term(Node):
    """A declared activity, factor or constant, or a quantity defined earlier."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A pure number written in the formula, as a ratio of integers."""

    value: Ratio


@dataclass(frozen=True, slots=True)
class Product(Node):
    """The product of its factors."""

    factors: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The factors."""
        return self.factors


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    """``over`` divided by ``under``."""

    over: Node
    under: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        """Numerator, denominator."""
        return (self.over, self.under)


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """A signed sum: (+1 or -1, node) in the order written."""

    terms: tuple[tuple[int, Node], ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The terms without their signs."""
        return tuple(node for _, node in self.terms)


@dataclass(frozen=True, slots=True)
class SumOver(Node):
    """The sum of ``of`` over every cell of the declared grid along ``dims``; a hole makes it missing."""

    of: Node
    dims: tuple[str, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The summed expression."""
        return (self.of,)


@dataclass(frozen=True, slots=True)
class WeightedMean(Node):
    """Σ(of × weight) ÷ Σ weight along ``dims``: how a ratio is aggregated."""

    of: Node
    weight: Node
    dims: tuple[str, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The averaged expression, its weight."""
        return (self.of, self.weight)


@dataclass(frozen=True, slots=True)
class Spread(Node):
    """``of`` handed out to the months: ``equal``, ``by_days``, or in proportion to ``weight``."""

    of: Node
    how: str
    weight: Node | None = None

    @property
    def parts(self) -> tuple[Node, ...]:
        """The whole, and the weight where there is one."""
        return (self.of,) if self.weight is None else (self.of, self.weight)


def sum_over(expression: Node, over: str, missing: str = "refuse") -> Node:
    """Σ of a flow over ``over`` ("source", "month", "source month"), against the declared grid.

    A missing cell makes the sum missing and names the hole; there is no way to ask for a smaller total,
    so ``missing`` takes only "refuse". Ratios are refused when the quantity is defined.
    """
    if missing != "refuse":
        raise FindingError(Finding("methods.sum_over_missing", params={"missing": missing}))
    return SumOver(expression, tuple(over.split()))


def weighted_mean(expression: Node, weight: Node, over: str) -> Node:
    """Mean of a ratio over ``over``, weighted by the flow ``weight``; a hole in either makes it missing."""
    return WeightedMean(expression, weight, tuple(over.split()))


def spread(expression: Node, how: "str | Node") -> Node:
    """Hand a flow of the whole period out to its months; the parts add up to the whole to the last digit.

    ``how``: "equal", "by_days", or a monthly flow to follow. Only as the whole formula of a quantity with
    declared places: part i is the rounded running total up to month i less the one before it.
    """
    if isinstance(how, Node):
        return Spread(expression, "by_weight", how)
    return Spread(expression, how)


def ratio(exactly: str) -> Node:
    """A pure number as a pair of integers, ``ratio("1/2")``; multiplied first, divided last."""
    return Number(Ratio.parse(exactly))


def _lift(other: object) -> Node:
    if isinstance(other, Node):
        return other
    if isinstance(other, Ratio):
        return Number(other)
    if isinstance(other, int) and not isinstance(other, bool) and other > 0:
        return Number(Ratio(other, 1))
    raise FindingError(Finding("methods.not_a_term", params={"value": repr(other)}))


def _factors(node: Node) -> tuple[Node, ...]:
    return node.factors if isinstance(node, Product) else (node,)


def _signed(node: Node, sign: int) -> tuple[tuple[int, Node], ...]:
    if isinstance(node, Sum):
        return tuple((sign * inner, part) for inner, part in node.terms)
    return ((sign, node),)


def symbols(node: Node) -> Iterator[str]:
    """Every symbol the tree names, in reading order, repeats included."""
    if isinstance(node, Term):
        yield node.symbol
    for part in node.parts:
        yield from symbols(part)


def to_json(node: Node) -> dict[str, object]:
    """The tree as plain JSON data."""
    match node:
        case Term(symbol):
            return {"node": "term", "symbol": symbol}
        case Number(value):
            return {"node": "number", "exactly": str(value)}
        case Product(factors):
            return {"node": "product", "of": [to_json(part) for part in factors]}
        case Quotient(over, under):
            return {"node": "quotient", "over": to_json(over), "under": to_json(under)}
        case Sum(terms):
            signed = [{"sign": "+" if sign > 0 else "-", "of": to_json(part)} for sign, part in terms]
            return {"node": "sum", "of": signed}
        case SumOver(of, dims):
            return {"node": "sum_over", "of": to_json(of), "over": list(dims), "missing": "refuse"}
        case WeightedMean(of, weight, dims):
            parts = {"of": to_json(of), "weight": to_json(weight)}
            return {"node": "weighted_mean", **parts, "over": list(dims)}
        case Spread(of, how, weight):
            last = None if weight is None else to_json(weight)
            return {"node": "spread", "of": to_json(of), "how": how, "weight": last}
    raise TypeError(f"{node!r} is no node of a formula")


def from_json(data: object) -> Node:
    """The tree that ``to_json`` wrote; ValueError for anything it would not write."""
    if not isinstance(data, Mapping):
        raise ValueError(f"a formula's node is an object, not {data!r}")
    node = _read(data)
    if to_json(node) != data:
        raise ValueError(f"not the form a formula's node is written in: {data!r}")
    return node


def _read(data: Mapping[str, object]) -> Node:
    match data:
        case {"node": "term", "symbol": str(symbol)}:
            return Term(symbol)
        case {"node": "number", "exactly": str(exactly)}:
            return Number(Ratio.parse(exactly))
        case {"node": "product", "of": list(parts)}:
            return Product(tuple(from_json(part) for part in parts))
        case {"node": "quotient", "over": over, "under": under}:
            return Quotient(from_json(over), from_json(under))
        case {"node": "sum", "of": list(parts)}:
            return Sum(tuple((1 if part["sign"] == "+" else -1, from_json(part["of"])) for part in parts))
        case {"node": "sum_over", "of": of, "over": list(dims)}:
            return SumOver(from_json(of), _names(dims))
        case {"node": "weighted_mean", "of": of, "weight": weight, "over": list(dims)}:
            return WeightedMean(from_json(of), from_json(weight), _names(dims))
        case {"node": "spread", "of": of, "how": str(how), "weight": weight}:
            return Spread(from_json(of), how, None if weight is None else from_json(weight))
    raise ValueError(f"unknown node of a formula: {data.get('node')!r}")


def _names(dims: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(name) for name in dims)
