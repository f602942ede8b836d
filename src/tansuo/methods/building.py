"""What an author writes where an operator does not do: sums over the grid, means, ladders of formulas, scores.

Every function gives a node of ``expression``. What can be judged without the terms is judged here; units,
dimensions and the rest are judged when the quantity is defined.
"""

from collections.abc import Mapping
from decimal import Decimal

from tansuo.methods.expression import (
    Bands,
    Branch,
    Decay,
    FirstOf,
    Node,
    Number,
    Piecewise,
    Spread,
    SumOver,
    WeightedMean,
    Weights,
    lift,
)
from tansuo.quantity.decimals import Ratio, parse_decimal
from tansuo.quantity.finding import Finding, FindingError

Wanted = Mapping[str, str | tuple[str, ...]]


def sum_over(expression: Node, over: str, missing: str = "refuse", where: Wanted | None = None) -> Node:
    """Σ of a flow over ``over`` ("source", "month", "source month"), against the declared grid.

    ``where``: only sources with these attributes. A missing cell makes the sum missing and names the hole;
    there is no way to ask for a smaller total, so ``missing`` takes only "refuse". Ratios are refused when
    the quantity is defined.
    """
    if missing != "refuse":
        raise FindingError(Finding("methods.sum_over_missing", params={"missing": missing}))
    return SumOver(expression, tuple(over.split()), tuple(sorted(wanted(where).items())))


def wanted(keys: Wanted | None) -> dict[str, tuple[str, ...]]:
    """Attributes and the values they may have, one value being written without its brackets."""
    return {
        name: (value,) if isinstance(value, str) else tuple(value) for name, value in (keys or {}).items()
    }


def weighted_mean(expression: Node, weight: Node, over: str) -> Node:
    """Mean of a ratio over ``over``, weighted by the flow ``weight``; a hole in either makes it missing."""
    return WeightedMean(expression, weight, tuple(over.split()))


def spread(expression: Node, how: str | Node) -> Node:
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


def branch(name: str, expression: object, *, when: Mapping[str, str] | None = None, zh: str = "") -> Branch:
    """A formula of a ``first_of`` under a name (English words) and its Chinese name, which is wording.

    ``when``: looked at only where options are answered so.
    """
    return Branch(name, lift(expression), tuple(sorted((when or {}).items())), zh)


def first_of(*branches: Branch) -> Node:
    """A ladder of formulas: the first branch without a hole, in the order given.

    Only as the whole formula of a quantity, so that the choice has a name: which branch was taken is part of the
    result. Where none has a value, what all of them lack is named, else what the last one does.
    """
    names = [one.name for one in branches]
    if len(branches) < 2 or len(set(names)) < len(names) or not all(names):
        raise FindingError(Finding("methods.branches", params={"names": ", ".join(names) or "—"}))
    return FirstOf(branches)


def bands(expression: Node, *steps: tuple[str, str], unit: str = "1") -> Node:
    """Score bands ``("", "0"), ("60", "3"), …``: from a lower bound (in the expression's unit) on, this value.

    Bands are half-open and follow each other, so none can overlap or leave a gap; "" is from −∞. Below a
    first bound that is a number there is no value.
    """
    read = [
        (None if bound == "" else _number(bound, "bands"), _number(value, "bands")) for bound, value in steps
    ]
    bounds = [bound for bound, _ in read if bound is not None]
    if not read or sorted(set(bounds)) != bounds or any(bound is None for bound, _ in read[1:]):
        raise _disorder("bands", [bound for bound, _ in steps])
    return Bands(expression, tuple(read), unit)


def piecewise(expression: Node, *points: tuple[str, str], unit: str = "1", beyond: str = "hold") -> Node:
    """Straight lines between points (x in the expression's unit, y in ``unit``), x rising.

    ``beyond`` the first and last point: "hold" their value, or "refuse" (no value).
    """
    read = [(_number(x, "piecewise"), _number(y, "piecewise")) for x, y in points]
    across = [x for x, _ in read]
    if len(read) < 2 or sorted(set(across)) != across:
        raise _disorder("piecewise", [x for x, _ in points])
    if beyond not in ("hold", "refuse"):
        raise FindingError(Finding("methods.piecewise_beyond", params={"beyond": beyond}))
    return Piecewise(expression, tuple(read), unit, beyond)


def weights(*terms: tuple[str, Node], total: str = "1") -> Node:
    """Σ weight × ratio; FindingError unless the weights add up to ``total`` exactly."""
    read = tuple((_number(weight, "weights"), node) for weight, node in terms)
    whole = _number(total, "weights")
    found = sum((weight for weight, _ in read), Decimal())
    if not read or found != whole:
        raise FindingError(Finding("methods.weights_total", params={"found": str(found), "total": total}))
    return Weights(read, whole)


def first_order_decay(deposited: Node, rate: Node, gives: str = "released") -> Node:
    """What of ``deposited`` (a flow by years) is "released" in a year, or is still there ("stock") at its end.

    S_t = D_t + S_{t-1}·e^-k; released_t = S_{t-1}·(1 − e^-k): decay begins in the year after the deposit
    (IPCC 2006, volume 5, chapter 3, equations 3.4 and 3.5, M = 13). ``rate``: k, a pure number a year. Before the
    first year of the grid nothing is there, so the grid has to begin when deposits began.
    """
    if gives not in ("released", "stock"):
        raise FindingError(Finding("methods.decay_gives", params={"gives": gives}))
    return Decay(deposited, rate, gives)


def _number(text: str, node: str) -> Decimal:
    try:
        return parse_decimal(text)
    except (ValueError, TypeError):
        raise FindingError(
            Finding("methods.node_number", params={"node": node, "value": str(text)})
        ) from None


def _disorder(node: str, bounds: list[str]) -> FindingError:
    return FindingError(
        Finding("methods.node_order", params={"node": node, "bounds": ", ".join(bounds) or "—"})
    )
