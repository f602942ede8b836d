"""Does every source count once? Judged on the method alone, before any firm's sources are known.

Two activities of one indicator must not be able to claim the same source, and no quantity may enter another
by two paths (a sum of sums that names it twice).
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

from tansuo.methods.expression import Node, Product, Quotient, Spread, Sum, SumOver, Term
from tansuo.methods.term import Declared, Keys, MethodData
from tansuo.quantity.finding import Finding


def check_partition(data: MethodData) -> Iterator[Finding]:
    """Findings for activities whose domains overlap, and for quantities that a sum counts more than once."""
    activities = [one for one in data.terms.values() if one.kind == "activity" and "source" in one.over]
    for one, other in combinations(activities, 2):
        if one.indicator and one.indicator == other.indicator and _meet(one.keys, other.keys):
            yield _overlap(data, one, other)
    yield from _doubled(data)


def _meet(one: Keys, other: Keys) -> bool:
    """Whether a source could have the attributes of both; equal domains are told elsewhere."""
    alike = all(set(values) & set(other.get(name, values)) for name, values in one.items())
    return alike and dict(one) != dict(other)


def _overlap(data: MethodData, one: Declared, other: Declared) -> Finding:
    where = {"method": data.id, "symbol": other.symbol}
    params = {"one": one.symbol, "other": other.symbol, "indicator": one.indicator}
    return Finding("methods.domains_overlap", where, params)


def _doubled(data: MethodData) -> Iterator[Finding]:
    """Every quantity's net number of times in every other, along paths that only add, subtract or multiply."""
    within: dict[str, dict[str, int]] = {}
    for made in data.quantities.values():
        counts: dict[str, int] = {}
        direct: dict[str, int] = {}
        _count(made.expression, 1, direct)
        for symbol, times in direct.items():
            if symbol not in data.quantities or data.quantities[symbol].additivity == "ratio":
                continue
            for part, inner in {symbol: 1, **within[symbol]}.items():
                counts[part] = counts.get(part, 0) + times * inner
        within[made.symbol] = counts
        if made.additivity == "ratio":
            continue
        twice = {part: times for part, times in counts.items() if abs(times) > 1}
        for part in _topmost(twice, within):
            where = {"method": data.id, "symbol": made.symbol}
            yield Finding("methods.counted_twice", where, {"part": part, "times": twice[part]})


def _topmost(twice: Mapping[str, int], within: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Of parts counted twice those that are not merely parts of another such one."""
    return [part for part in twice if not any(part in within[other] for other in twice if other != part)]


def _count(node: Node, sign: int, found: dict[str, int]) -> None:
    match node:
        case Term(symbol):
            found[symbol] = found.get(symbol, 0) + sign
        case Sum(terms):
            for one, part in terms:
                _count(part, sign * one, found)
        case Product(factors):
            for part in factors:
                _count(part, sign, found)
        case SumOver(of, _, where) if not where:
            _count(of, sign, found)
        case Quotient(over, _) | Spread(over, _, _):
            _count(over, sign, found)
