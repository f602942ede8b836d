"""What a formula means, found by walking its tree once: unit, dimensions, domain, additivity, scope.

A wrong formula fails here, when it is defined, and again when a published document is read; the evaluator
never looks at a unit. Everything refused is refused as a finding that names the symbol, the clause, what
is wrong and what to write instead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tansuo.methods.expression import (
    Bands,
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
    symbols,
)
from tansuo.methods.partition import check_partition
from tansuo.methods.term import Additivity, Declared, Keys, MethodData, Quantity
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.unit import ONE, Unit, UnitError, parse_unit

#: What a term may vary over, in the order cells are written: ``source/month``, or ``source/year`` in a method
#: whose grain is the year.
DIMENSIONS = ("source", "month", "year")
SPREADS = ("equal", "by_days", "by_weight")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an expression stands for. ``stocks``: signed number of stock terms in a sum, for stock changes."""

    unit: Unit
    over: tuple[str, ...] = ()
    keys: Keys = field(default_factory=dict)
    additivity: Additivity = "ratio"
    scopes: frozenset[str] = frozenset()
    mixes_scopes: bool = False
    stocks: int = 0


class _Refused(Exception):
    """A rule broken somewhere below; the caller knows symbol and clause and makes the finding."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def define(
    method: str, terms: Mapping[str, Declared], quantities: Mapping[str, Quantity], new: Quantity
) -> Meaning:
    """The meaning of ``new.expression`` over what is declared so far; FindingError where it has none.

    Refused, among others: unlike units in a sum, a result of another kind than declared (44/12 forgotten or
    doubled, a calorific value forgotten), a ratio summed, a flow repeated over a dimension it lacks, direct
    and indirect added without scope "both".
    """
    where = {"method": method, "symbol": new.symbol, **({"clause": new.clause} if new.clause else {})}
    try:
        declared = parse_unit(new.unit)
        meaning = _infer(new.expression, terms, quantities, new)
        _same_unit(meaning.unit, declared)
        if meaning.mixes_scopes and new.scope != "both":
            raise _Refused("direct_and_indirect")
        return meaning
    except UnitError as error:
        raise FindingError([Finding(one.code, where, one.params) for one in error.findings]) from None
    except _Refused as refused:
        raise FindingError(Finding(f"methods.{refused.code}", where, refused.params)) from None


def _same_unit(found: Unit, declared: Unit) -> None:
    if found.dimensions != declared.dimensions:
        lacking = (declared / found).kind
        raise _Refused("other_kind", found=found.kind, declared=declared.symbol, lacking=lacking)
    if found.scale != declared.scale:
        times = found.scale / declared.scale
        raise _Refused("other_scale", found=str(times), declared=declared.symbol)


def _infer(
    node: Node, terms: Mapping[str, Declared], quantities: Mapping[str, Quantity], whole: Quantity
) -> Meaning:
    parts = [_infer(part, terms, quantities, whole) for part in node.parts]
    match node:
        case Number():
            return Meaning(ONE)
        case Term(symbol):
            return _term(symbol, terms, quantities)
        case Product(factors):
            return _product(parts, factors)
        case Quotient():
            return _quotient(parts, node.parts)
        case Sum(signed):
            return _sum(parts, [sign for sign, _ in signed])
        case SumOver(of, dims, where):
            return _sum_over(parts[0], of, dims, dict(where))
        case WeightedMean(of, _, dims):
            return _weighted_mean(parts[0], parts[1], of, dims)
        case Spread(of, how, _):
            if whole.expression is not node or whole.places is None:
                raise _Refused("spread_inside")
            return _spread(parts, of, how)
        case FirstOf():
            if whole.expression is not node:
                raise _Refused("first_of_inside")
            return _first_of(parts)
        case Bands(_, _, unit) | Piecewise(_, _, unit, _):
            return Meaning(parse_unit(unit), parts[0].over, parts[0].keys)
        case Weights():
            return _weights(parts, node.parts)
        case Decay(of, rate, _):
            return _decay(parts[0], parts[1], of, rate)
    raise TypeError(f"{node!r} is no node of a formula")


def _term(symbol: str, terms: Mapping[str, Declared], quantities: Mapping[str, Quantity]) -> Meaning:
    if symbol in quantities:
        made = quantities[symbol]
        scopes = frozenset({made.scope} if made.scope else ())
        stocks = 1 if made.additivity == "stock" else 0
        unit = parse_unit(made.unit)
        return Meaning(unit, made.over, made.keys, made.additivity, scopes, stocks=stocks)
    if symbol not in terms:
        raise _Refused("unknown_symbol", unknown=symbol)
    term = terms[symbol]
    stocks = 1 if term.additivity == "stock" else 0
    return Meaning(parse_unit(term.unit), term.over, term.keys, term.additivity, stocks=stocks)


def _union(parts: list[Meaning]) -> tuple[str, ...]:
    return tuple(name for name in DIMENSIONS if any(name in part.over for part in parts))


def _meet(parts: list[Meaning]) -> Keys:
    """The sources that are in every part's domain."""
    met: dict[str, tuple[str, ...]] = {}
    for part in parts:
        for name, values in part.keys.items():
            both = tuple(one for one in values if one in met.get(name, values))
            if not both:
                raise _Refused("domains_differ", attribute=name, values=" / ".join((*met[name], *values)))
            met[name] = both
    return met


def _scopes(parts: list[Meaning]) -> tuple[frozenset[str], bool]:
    return frozenset().union(*(part.scopes for part in parts)), any(part.mixes_scopes for part in parts)


def _carries(flow: Meaning, over: tuple[str, ...], node: Node) -> None:
    absent = [name for name in over if name not in flow.over]
    if absent:
        raise _Refused("gains_dimension", term=_name(node), dimension=" ".join(absent))


def _name(node: Node) -> str:
    return node.symbol if isinstance(node, Term) else type(node).__name__


def _product(parts: list[Meaning], nodes: tuple[Node, ...]) -> Meaning:
    unit = ONE
    for part in parts:
        unit = unit * part.unit
    over = _union(parts)
    amounts = [index for index, part in enumerate(parts) if part.additivity != "ratio"]
    if len(amounts) > 1:
        raise _Refused("two_flows", terms=", ".join(_name(nodes[index]) for index in amounts))
    for index in amounts:
        _carries(parts[index], over, nodes[index])
    additivity: Additivity = parts[amounts[0]].additivity if amounts else "ratio"
    return Meaning(unit, over, _meet(parts), additivity, *_scopes(parts), 1 if additivity == "stock" else 0)


def _quotient(parts: list[Meaning], nodes: tuple[Node, ...]) -> Meaning:
    above, below = parts
    over = _union(parts)
    additivity: Additivity = "ratio"
    if above.additivity != "ratio" and below.additivity == "ratio":
        _carries(above, over, nodes[0])
        additivity = above.additivity
    scopes = _scopes(parts)
    return Meaning(
        above.unit / below.unit, over, _meet(parts), additivity, *scopes, 1 if additivity == "stock" else 0
    )


def _alike(parts: list[Meaning]) -> Meaning | None:
    """Parts of one unit, and amounts of one grid; what they mean where all are ratios, None for amounts."""
    first = parts[0]
    for part in parts[1:]:
        if part.unit.dimensions != first.unit.dimensions:
            raise _Refused("unlike_things", one=first.unit.symbol, other=part.unit.symbol)
        if part.unit.scale != first.unit.scale:
            raise _Refused("unlike_scales", one=first.unit.symbol, other=part.unit.symbol)
    ratios = [part.additivity == "ratio" for part in parts]
    if all(ratios):
        scopes, mixed = _scopes(parts)
        return Meaning(first.unit, _union(parts), _meet(parts), "ratio", scopes, mixed)
    if any(ratios):
        raise _Refused("ratio_in_sum")
    for part in parts[1:]:
        if part.over != first.over:
            one, other = (" ".join(over) or "1" for over in (first.over, part.over))
            raise _Refused("sum_dimensions", one=one, other=other)
        if dict(part.keys) != dict(first.keys):
            raise _Refused("sum_domains", one=_keys(first.keys), other=_keys(part.keys))
    return None


def _sum(parts: list[Meaning], signs: list[int]) -> Meaning:
    first, ratio = parts[0], _alike(parts)
    scopes, mixed = _scopes(parts)
    mixed = mixed or len(scopes) > 1
    if ratio is not None:
        return replace(ratio, mixes_scopes=mixed)
    stocks = sum(sign * part.stocks for sign, part in zip(signs, parts, strict=True))
    plain_flow = all(part.additivity == "flow" for part in parts) or stocks == 0
    return Meaning(
        first.unit, first.over, first.keys, "flow" if plain_flow else "stock", scopes, mixed, stocks
    )


def _keys(keys: Keys) -> str:
    return "; ".join(f"{name}={'|'.join(values)}" for name, values in sorted(keys.items())) or "*"


def _left(part: Meaning, node: Node, dims: tuple[str, ...]) -> tuple[tuple[str, ...], Keys]:
    """Dimensions and domain that remain after ``dims`` are summed away."""
    absent = [name for name in dims if name not in part.over]
    if absent or not dims:
        raise _Refused("sum_over_absent", term=_name(node), dimension=" ".join(absent) or "—")
    over = tuple(name for name in part.over if name not in dims)
    return over, (part.keys if "source" in over else {})


def _sum_over(part: Meaning, node: Node, dims: tuple[str, ...], where: Keys) -> Meaning:
    if part.additivity == "ratio":
        raise _Refused("ratio_summed", term=_name(node))
    if part.additivity == "stock" and not {"month", "year"}.isdisjoint(dims):
        raise _Refused("stock_summed", term=_name(node))
    if where and "source" not in dims:
        raise _Refused("where_without_source", term=_name(node), keys=_keys(where))
    _meet([part, Meaning(ONE, keys=where)])
    over, keys = _left(part, node, dims)
    return Meaning(part.unit, over, keys, part.additivity, part.scopes, part.mixes_scopes, part.stocks)


def _weighted_mean(part: Meaning, weight: Meaning, node: Node, dims: tuple[str, ...]) -> Meaning:
    if part.additivity != "ratio" or weight.additivity != "flow":
        raise _Refused("mean_of_flow", term=_name(node))
    both = Meaning(part.unit, _union([part, weight]), _meet([part, weight]))
    _carries(weight, both.over, node)
    over, keys = _left(both, node, dims)
    return Meaning(part.unit, over, keys, "ratio")


def _spread(parts: list[Meaning], node: Node, how: str) -> Meaning:
    part = parts[0]
    if how not in SPREADS:
        raise _Refused("spread_how", how=how)
    if part.additivity != "flow" or "month" in part.over:
        raise _Refused("spread_of", term=_name(node))
    over = (*part.over, "month")
    for weight in parts[1:]:
        if weight.additivity != "flow" or weight.over != over:
            raise _Refused("spread_weight", dimension=" ".join(over))
    return Meaning(part.unit, over, part.keys, "flow", part.scopes, part.mixes_scopes)


def _first_of(parts: list[Meaning]) -> Meaning:
    ratio = _alike(parts)
    if ratio is not None:
        return ratio
    if len({part.additivity for part in parts}) > 1:
        raise _Refused("branches_differ")
    scopes, mixed = _scopes(parts)
    return replace(parts[0], scopes=scopes, mixes_scopes=mixed or len(scopes) > 1)


def _weights(parts: list[Meaning], nodes: tuple[Node, ...]) -> Meaning:
    found = _alike(parts)
    if found is None:
        raise _Refused("weights_of_flow", terms=", ".join(_name(node) for node in nodes))
    return found


def _decay(deposited: Meaning, rate: Meaning, of: Node, k: Node) -> Meaning:
    if deposited.additivity != "flow" or "year" not in deposited.over:
        raise _Refused("decay_of", term=_name(of))
    if rate.additivity != "ratio" or rate.unit.dimensions or rate.unit.scale != 1 or "year" in rate.over:
        raise _Refused("decay_rate", term=_name(k), unit=rate.unit.symbol)
    _carries(deposited, _union([deposited, rate]), of)
    return replace(deposited, keys=_meet([deposited, rate]))


def check_method(data: MethodData) -> list[Finding]:
    """Everything that can be judged about a method without its cases: formulas, ladders, tables, citations.

    Empty means that every formula stands, every ladder leads to a table that exists, no two rows of a table
    hold at once, and every row has a source that is listed. Gaps in validity are warnings.
    """
    from tansuo.methods.tables import check_tables

    return [*_check_formulas(data), *check_partition(data), *_check_terms(data), *check_tables(data)]


def _check_formulas(data: MethodData) -> Iterator[Finding]:
    known: dict[str, Quantity] = {}
    for quantity in data.quantities.values():
        where = {"method": data.id, "symbol": quantity.symbol}
        try:
            meaning = define(data.id, data.terms, known, quantity)
        except FindingError as error:
            yield from error.findings
        else:
            stated = (quantity.over, dict(quantity.keys))
            if (meaning.over, dict(meaning.keys)) != stated or not _declarable(meaning, quantity.additivity):
                yield Finding("methods.not_as_stated", where)
        yield from _check_gwp(data, quantity.symbol, quantity.unit)
        known[quantity.symbol] = quantity


def _declarable(meaning: Meaning, declared: str) -> bool:
    """A declaration may be narrower than the formula (a flow that is not to be summed), never wider."""
    return declared == meaning.additivity or declared == "ratio"


def _check_terms(data: MethodData) -> Iterator[Finding]:
    domains: dict[tuple[str, str], str] = {}
    used = {symbol for made in data.quantities.values() for symbol in symbols(made.expression)}
    for symbol, term in data.terms.items():
        yield from _check_gwp(data, symbol, term.unit)
        if symbol not in used:
            yield Finding("methods.term_unused", {"method": data.id, "symbol": symbol}, severity="warning")
        if term.kind == "activity":
            domain = (term.indicator, _keys(term.keys))
            other = domains.setdefault(domain, symbol)
            if other != symbol:
                where = {"method": data.id, "symbol": symbol}
                yield Finding("methods.domain_twice", where, {"other": other, "domain": " ".join(domain)})


def _check_gwp(data: MethodData, symbol: str, unit: str) -> Iterator[Finding]:
    for name, _ in parse_unit(unit).dimensions:
        if name.startswith("CO2e") and name not in {f"CO2e[{one}]" for one in data.gwp.split()}:
            where = {"method": data.id, "symbol": symbol}
            yield Finding("methods.other_gwp", where, {"unit": unit, "gwp": data.gwp or "—"})
