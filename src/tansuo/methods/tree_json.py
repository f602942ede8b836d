"""The JSON form of a formula's tree, both ways. What is read must be exactly what would be written."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tansuo.methods.expression import (
    Bands,
    Branch,
    Decay,
    FirstOf,
    Node,
    Number,
    Piecewise,
    Product,
    Quotient,
    Spread,
    Sum,
    SumOver,
    Term,
    WeightedMean,
    Weights,
)
from tansuo.quantity.decimals import Ratio, parse_decimal, plain


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
        case SumOver(of, dims, where):
            only = {"where": {name: list(values) for name, values in where}} if where else {}
            return {"node": "sum_over", "of": to_json(of), "over": list(dims), "missing": "refuse", **only}
        case WeightedMean(of, weight, dims):
            parts = {"of": to_json(of), "weight": to_json(weight)}
            return {"node": "weighted_mean", **parts, "over": list(dims)}
        case Spread(of, how, weight):
            last = None if weight is None else to_json(weight)
            return {"node": "spread", "of": to_json(of), "how": how, "weight": last}
        case FirstOf(branches):
            return {"node": "first_of", "branches": [_branch(one) for one in branches]}
        case Bands(of, steps, unit):
            written = [
                {"from": "" if low is None else plain(low), "value": plain(value)} for low, value in steps
            ]
            return {"node": "bands", "of": to_json(of), "steps": written, "unit": unit}
        case Piecewise(of, points, unit, beyond):
            pairs = [[plain(x), plain(y)] for x, y in points]
            return {"node": "piecewise", "of": to_json(of), "points": pairs, "unit": unit, "beyond": beyond}
        case Weights(terms, total):
            weighted = [{"weight": plain(weight), "of": to_json(part)} for weight, part in terms]
            return {"node": "weights", "of": weighted, "total": plain(total)}
        case Decay(of, rate, gives):
            return {"node": "first_order_decay", "of": to_json(of), "rate": to_json(rate), "gives": gives}
    raise TypeError(f"{node!r} is no node of a formula")


def _branch(one: Branch) -> dict[str, object]:
    when = {"when": dict(one.when)} if one.when else {}
    return {"name": one.name, "of": to_json(one.of), **when}


def from_json(data: object) -> Node:
    """The tree that ``to_json`` wrote; ValueError for anything it would not write."""
    if not isinstance(data, Mapping):
        raise ValueError(f"a formula's node is an object, not {data!r}")
    try:
        node = _read(data)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not the form a formula's node is written in: {data!r}") from error
    if to_json(node) != data:
        raise ValueError(f"not the form a formula's node is written in: {data!r}")
    return node


def _read(data: Mapping[str, Any]) -> Node:
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
            where = data.get("where", {})
            return SumOver(
                from_json(of), _names(dims), tuple((name, _names(where[name])) for name in sorted(where))
            )
        case {"node": "weighted_mean", "of": of, "weight": weight, "over": list(dims)}:
            return WeightedMean(from_json(of), from_json(weight), _names(dims))
        case {"node": "spread", "of": of, "how": str(how), "weight": weight}:
            return Spread(from_json(of), how, None if weight is None else from_json(weight))
    return _read_choice(data)


def _read_choice(data: Mapping[str, Any]) -> Node:
    """The nodes that choose, score or look back."""
    match data:
        case {"node": "first_of", "branches": list(branches)}:
            return FirstOf(
                tuple(
                    Branch(one["name"], from_json(one["of"]), tuple(sorted(one.get("when", {}).items())))
                    for one in branches
                )
            )
        case {"node": "bands", "of": of, "steps": list(steps), "unit": str(unit)}:
            return Bands(
                from_json(of),
                tuple((_bound(one["from"]), parse_decimal(one["value"])) for one in steps),
                unit,
            )
        case {
            "node": "piecewise",
            "of": of,
            "points": list(points),
            "unit": str(unit),
            "beyond": str(beyond),
        }:
            pairs = tuple((parse_decimal(x), parse_decimal(y)) for x, y in points)
            return Piecewise(from_json(of), pairs, unit, beyond)
        case {"node": "weights", "of": list(parts), "total": str(total)}:
            weighted = tuple((parse_decimal(one["weight"]), from_json(one["of"])) for one in parts)
            return Weights(weighted, parse_decimal(total))
        case {"node": "first_order_decay", "of": of, "rate": rate, "gives": str(gives)}:
            return Decay(from_json(of), from_json(rate), gives)
    raise ValueError(f"unknown node of a formula: {data.get('node')!r}")


def _bound(text: str) -> Decimal | None:
    return None if text == "" else parse_decimal(text)


def _names(dims: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(name) for name in dims)
