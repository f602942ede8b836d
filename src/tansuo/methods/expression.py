"""The tree of a formula: thirteen kinds of frozen nodes, built by ordinary operators over declared terms.

Authors never call the node classes; ``FC * NCV * CC * OF * K`` builds a Product, ``a - b`` a Sum, ``a / b`` a
Quotient, and the functions of ``building`` (``sum_over``, ``first_of``, ``bands`` …) the rest. The tree's JSON
form (``tree_json``) is what a method's fingerprint is made of; labels are not in it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tansuo.quantity.decimals import Ratio
from tansuo.quantity.finding import Finding, FindingError


class Node:
    """A node of a formula. ``+ - * /`` build larger ones; whole numbers may stand in, floats are refused."""

    __slots__ = ()

    def __add__(self, other: object) -> "Node":
        return Sum((*_signed(self, 1), *_signed(lift(other), 1)))

    def __radd__(self, other: object) -> "Node":
        return lift(other) + self

    def __sub__(self, other: object) -> "Node":
        return Sum((*_signed(self, 1), *_signed(lift(other), -1)))

    def __rsub__(self, other: object) -> "Node":
        return lift(other) - self

    def __mul__(self, other: object) -> "Node":
        return Product((*_factors(self), *_factors(lift(other))))

    def __rmul__(self, other: object) -> "Node":
        return lift(other) * self

    def __truediv__(self, other: object) -> "Node":
        return Quotient(self, lift(other))

    def __rtruediv__(self, other: object) -> "Node":
        return lift(other) / self

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
    """The sum of ``of`` over every cell of the declared grid along ``dims``; a hole makes it missing.

    ``where``: attributes a source must have besides, as (name, values) sorted by name.
    """

    of: Node
    dims: tuple[str, ...]
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()

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


@dataclass(frozen=True, slots=True)
class Branch:
    """One formula of a ``FirstOf``: its name, and the options that must be so for it to be looked at.

    ``zh``: its Chinese name, which is wording and no part of the tree.
    """

    name: str
    of: Node
    when: tuple[tuple[str, str], ...] = ()
    zh: str = field(default="", compare=False, repr=False)

    def open(self, answers: Mapping[str, str]) -> bool:
        """Whether the options are answered as this branch wants them."""
        return all(answers.get(name) == answer for name, answer in self.when)


@dataclass(frozen=True, slots=True)
class FirstOf(Node):
    """A ladder of formulas: the first branch without a hole; the name of the one taken is part of a result."""

    branches: tuple[Branch, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The formulas of the branches."""
        return tuple(one.of for one in self.branches)


@dataclass(frozen=True, slots=True)
class Bands(Node):
    """A score by bands: the value of the last band whose lower bound ``of`` reaches; None bounds from below."""

    of: Node
    steps: tuple[tuple[Decimal | None, Decimal], ...]
    unit: str

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is judged."""
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Piecewise(Node):
    """Straight lines between ``points`` (x, y); ``beyond``: "hold" the end values, or "refuse"."""

    of: Node
    points: tuple[tuple[Decimal, Decimal], ...]
    unit: str
    beyond: str

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is looked up."""
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Weights(Node):
    """A weighted sum of ratios; the weights add up to ``total`` exactly."""

    terms: tuple[tuple[Decimal, Node], ...]
    total: Decimal

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is weighted."""
        return tuple(node for _, node in self.terms)


@dataclass(frozen=True, slots=True)
class Decay(Node):
    """First-order decay over years: S_t = D_t + S_{t-1}·e^-k, with nothing before the first year.

    ``gives`` "stock": S_t; "released": S_{t-1}·(1 − e^-k), what decays in a year of what was there before it.
    """

    of: Node
    rate: Node
    gives: str

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is deposited, the rate k a year."""
        return (self.of, self.rate)


def lift(other: object) -> Node:
    """A node as it is, a ratio or a positive whole number as a ``Number``; FindingError for anything else."""
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


def nodes(node: Node) -> Iterator[Node]:
    """The node itself and every node below it, in reading order."""
    yield node
    for part in node.parts:
        yield from nodes(part)


def symbols(node: Node) -> Iterator[str]:
    """Every symbol the tree names, in reading order, repeats included."""
    return (one.symbol for one in nodes(node) if isinstance(one, Term))
