"""A formula for people, from the tree that is executed: in symbols, in words, and as the worked line.

LaTeX and MathML stand in ``notation`` and are offered here too. Names are looked up in the pack's wording;
without it the symbols speak.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tansuo.methods.document import Cell, Keys, Place
from tansuo.methods.evaluate import Evaluation
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
from tansuo.methods.notation import latex, mathml, ratio_text
from tansuo.methods.tree_json import to_json
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, State, Value
from tansuo.quantity.unit import parse_unit
from tansuo.quantity.wording import Language

__all__ = [
    "branch_word",
    "grouped",
    "latex",
    "mathml",
    "missing_text",
    "name",
    "ratio_text",
    "spoken",
    "text",
    "worked_line",
]

Words = Mapping[str, Any]

_OVER = {
    "zh": {"source": "各排放源", "month": "各月", "year": "各年"},
    "en": {"source": "sources", "month": "months", "year": "years"},
}
_AND = {"zh": "、", "en": " and "}
_DECAY = {
    "zh": {"released": "一阶衰减，当年释放", "stock": "一阶衰减，年末存量"},
    "en": {
        "released": "first-order decay, released in the year",
        "stock": "first-order decay, left at year's end",
    },
}
_SPREAD = {
    "zh": {"equal": "按月均分", "by_days": "按天数分摊", "by_weight": "按比例分摊"},
    "en": {"equal": "spread equally", "by_days": "spread by days", "by_weight": "spread in proportion to"},
}
_STATES = {
    State.NOT_OPERATING: ("未运行", "not operating"),
    State.NOT_OCCURRING: ("不发生（NO）", "not occurring (NO)"),
    State.INCLUDED_ELSEWHERE: ("计入他处（IE）", "included elsewhere (IE)"),
    State.NOT_ESTIMATED: ("未估算（NE）", "not estimated (NE)"),
    State.MISSING: ("缺失", "missing"),
    State.CONFIDENTIAL: ("保密", "confidential"),
}
#: Sums longer than this are shown by their first three and last term.
_SHOWN = 12


def name(symbol: str, language: Language, words: Words | None) -> str:
    """The name of a term or quantity in ``language``; its symbol where the wording has none."""
    terms: Mapping[str, Mapping[str, str]] = (words or {}).get("terms", {})
    return terms.get(symbol, {}).get(language) or symbol


def text(node: Node, language: Language = "zh", words: Words | None = None) -> str:
    """The formula as one line of text: ``FC × NCV × 44/12``, or with ``words`` in names.

    Sums over the grid read "Σ(各排放源、各月) …" or "Σ(sources and months) …".
    """
    return _write(spoken(node, words, language), language, lambda symbol: name(symbol, language, words))


def branch_word(branch: str, words: Words | None, language: Language | None = None) -> str:
    """The name of a branch in a language, in both where none is given; as the formula has it without wording."""
    zh = (words or {}).get("branches", {}).get(branch, "")
    if not zh or language == "en":
        return branch
    return str(zh) if language == "zh" else f"{zh} {branch}"


def spoken(node: Node, words: Words | None, language: Language | None = None) -> Node:
    """A formula as it is shown: the branches of a ladder under their names of the wording. Never to be hashed."""
    if not isinstance(node, FirstOf):
        return node
    return FirstOf(tuple(replace(one, name=branch_word(one.name, words, language)) for one in node.branches))


def _write(node: Node, language: Language, named: Callable[[str], str]) -> str:
    def inner(part: Node, *loose: type[Node]) -> str:
        written = _write(part, language, named)
        return f"({written})" if isinstance(part, loose) else written

    match node:
        case Term(symbol):
            return named(symbol)
        case Number(value):
            return ratio_text(value)
        case Product(factors):
            return " × ".join(inner(part, Sum, Quotient, SumOver, Spread) for part in factors)
        case Quotient(over, under):
            above = inner(over, Sum, Quotient, SumOver, Spread)
            return f"{above} ÷ {inner(under, Sum, Quotient, Product, SumOver, Spread)}"
        case Sum(terms):
            return signed([(sign, inner(part, Sum)) for sign, part in terms])
        case SumOver(of, dims, where):
            return f"Σ({_over(language, dims, where)}) {inner(of, Sum)}"
        case WeightedMean(of, weight, dims):
            sigma, by = f"Σ({_over(language, dims)})", inner(weight, Sum, Quotient)
            return f"{sigma} ({inner(of, Sum, Quotient)} × {by}) ÷ {sigma} {by}"
        case Spread(of, how, weight):
            last = f" {inner(weight, Sum)}" if weight is not None else ""
            return f"{inner(of, Sum)} ({_SPREAD[language][how]}{last})"
    return _write_choice(node, language, lambda part: _write(part, language, named))


def _write_choice(node: Node, language: Language, write: Callable[[Node], str]) -> str:
    """The nodes that choose, score or look back, with their parts written by ``write``."""
    zh = language == "zh"
    match node:
        case FirstOf(branches):
            between = "；否则 " if zh else "; else "
            return between.join(f"[{branch_name(one, language)}] {write(one.of)}" for one in branches)
        case Bands(of, steps, unit):
            scored = [
                f"{'−∞' if low is None else plain(low)} → {_with_unit(plain(score), unit)}"
                for low, score in steps
            ]
            return f"{'分档' if zh else 'bands'}({write(of)}: {'; '.join(scored)})"
        case Piecewise(of, points, unit, _):
            pairs = "; ".join(f"{plain(x)} → {_with_unit(plain(y), unit)}" for x, y in points)
            return f"{'分段线性' if zh else 'straight lines'}({write(of)}: {pairs})"
        case Weights(terms, total):
            summed = " + ".join(f"{plain(weight)} × {_bracketed(part, write)}" for weight, part in terms)
            return (
                summed
                if total == 1
                else f"{summed} ({'权重合计' if zh else 'weights add up to'} {plain(total)})"
            )
        case Decay(of, rate, gives):
            return f"{write(of)} ({_DECAY[language][gives]}, k = {write(rate)})"
    raise TypeError(f"{node!r} is no node of a formula")


def branch_name(one: Branch, language: Language) -> str:
    """A branch's name, with the options it wants."""
    if not one.when:
        return one.name
    between = "，" if language == "zh" else ", "
    return between.join([one.name, *(f"{name} = {answer}" for name, answer in one.when)])


def _bracketed(part: Node, write: Callable[[Node], str]) -> str:
    written = write(part)
    return f"({written})" if isinstance(part, Sum | Quotient | SumOver | Weights) else written


def _over(language: Language, dims: Sequence[str], where: Sequence[tuple[str, Sequence[str]]] = ()) -> str:
    """What a sum runs over, in words, and which sources only."""
    words = _AND[language].join(_OVER[language][name] for name in dims)
    only = "; ".join(f"{name} = {'|'.join(values)}" for name, values in where)
    return f"{words}; {only}" if only else words


def signed(parts: Sequence[tuple[int, str]]) -> str:
    """Terms with their signs between them: ``a + b − c``."""
    written = "".join((" + " if sign > 0 else " − ") + part for sign, part in parts)
    return written[3:] if parts[0][0] > 0 else written[1:]


def grouped(value: Decimal) -> str:
    """A decimal with commas every three digits and all its decimals."""
    return format(Decimal(plain(value)), ",f")


def missing_text(value: Missing, language: Language) -> str:
    """What stands where a figure would: the state, or "incomplete" with the months that are holes."""
    zh = language == "zh"
    if value.state is not State.MISSING or not value.holes:
        return _STATES[value.state][0 if zh else 1]
    if zh:
        return "不完整：" + "、".join(value.holes)
    return "incomplete: " + ", ".join(value.holes)


def worked_line(evaluation: Evaluation, quantity: str, cell: str, language: Language = "zh") -> str:
    """The formula with numbers and units for its symbols, and the result.

    ``286,500.00 t × 20.908 GJ/t × … × 44/12 = 585,348.21 t CO2``. What is missing is named in its place. A
    child whose unrounded value is used is shown with up to four further decimals and "…" where more follow.
    KeyError for a quantity or cell the evaluation does not have.
    """
    made = evaluation.method.quantities[quantity]
    result = evaluation.quantities[(quantity, cell)]
    line = _Worked(evaluation, language, (quantity, cell)).write(
        made.expression, evaluation.document.place_of((quantity, cell))
    )
    if isinstance(result, Missing):
        return f"{line} = {missing_text(result, language)}"
    return f"{line} = {_with_unit(_shown(result, made.places), made.unit)}"


def _several_terms(line: str) -> bool:
    """Whether a written part needs brackets inside a product or after a minus."""
    return any(sign in line for sign in (" + ", " − ", " × ", " ÷ "))


def _with_unit(number: str, unit: str) -> str:
    return number if unit == "1" else f"{number} {unit}"


def _shown(value: Decimal, places: int | None) -> str:
    """All decimals of a rounded value; of an unrounded one at most four more than it is published with."""
    if places is not None and -int(value.as_tuple().exponent) == places:
        return grouped(value)
    keep = (places if places is not None else 2) + 4
    whole, point, decimals = grouped(value).partition(".")
    if len(decimals) > keep:
        return f"{whole}.{decimals[:keep]}…"
    least = min(len(decimals), 0 if places is None else places)
    short = decimals[:least] + decimals[least:].rstrip("0")
    return whole + (point + short if short else "")


class _Worked:
    """One walk that puts values where the symbols stand."""

    def __init__(self, evaluation: Evaluation, language: Language, cell: Cell) -> None:
        self.evaluation = evaluation
        self.cell = cell
        self.method = evaluation.method
        self.shape = evaluation.inputs.shape
        self.language: Language = language

    def write(self, node: Node, place: Place) -> str:
        match node:
            case Term(symbol):
                return self.term(symbol, place)
            case Number(value):
                return ratio_text(value)
            case Product(factors):
                return " × ".join(self.inner(part, place, Sum, Quotient, SumOver) for part in factors)
            case Quotient(over, under):
                above = self.inner(over, place, Sum, Quotient, SumOver)
                return f"{above} ÷ {self.inner(under, place, Sum, Quotient, Product, SumOver)}"
            case Sum(terms):
                loose = {1: (Sum,), -1: (Sum, SumOver)}
                return signed([(sign, self.inner(part, place, *loose[sign])) for sign, part in terms])
            case SumOver(of, dims, where):
                return self.several(of, self.along(of, dims, place, dict(where)))
            case WeightedMean(of, weight, dims):
                both = Product((of, weight))
                places = self.along(both, dims, place)
                return f"({self.several(both, places)}) ÷ ({self.several(weight, places)})"
            case Spread(of, how, weight):
                return self.spread(of, how, weight, place)
            case FirstOf(branches):
                return self.branch(branches, place)
            case Decay(of, rate, gives):
                return self.decay(of, rate, gives, place)
        return _write_choice(node, self.language, lambda part: self.write(part, place))

    def branch(self, branches: Sequence[Branch], place: Place) -> str:
        """The branch taken, under its name; all that the options leave open where none has a value."""
        taken = self.evaluation.taken.get(self.cell, "")
        answers = {name: one.default for name, one in self.method.options.items()}
        answers |= self.evaluation.options
        shown = [one for one in branches if one.name == taken] or [
            one for one in branches if one.open(answers)
        ]
        # The options are said beside the figure; a line of numbers has one "=", before its result.
        named = FirstOf(tuple(replace(one, when=()) for one in shown))
        return _write_choice(named, self.language, lambda part: self.write(part, place))

    def decay(self, of: Node, rate: Node, gives: str, place: Place) -> str:
        years = [(place[0], year) for year in sorted(self.shape.months) if year <= place[1]]
        said = f"{_DECAY[self.language][gives]}, k = {self.write(rate, place)}"
        return f"({self.several(of, years)}) ({said})"

    def inner(self, part: Node, place: Place, *loose: type[Node]) -> str:
        written = self.write(part, place)
        return f"({written})" if isinstance(part, loose) and _several_terms(written) else written

    def several(self, node: Node, places: Sequence[Place]) -> str:
        if not places:
            return "0"
        shown = places if len(places) <= _SHOWN else [*places[:3], places[-1]]
        parts = [self.inner(node, place, Sum) for place in shown]
        if len(shown) < len(places):
            count = f"共 {len(places)} 项" if self.language == "zh" else f"{len(places)} terms"
            parts[3:3] = [f"… ({count})"]
        return " + ".join(parts)

    def spread(self, of: Node, how: str, weight: Node | None, place: Place) -> str:
        whole = self.inner(of, place, Sum)
        if weight is not None:
            places = [(place[0], month) for month in self.shape.months]
            return f"{whole} × {self.inner(weight, place, Sum)} ÷ ({self.several(weight, places)})"
        days = [1 if how == "equal" else len(Period.parse(month).days()) for month in self.shape.months]
        return f"{whole} × {days[self.shape.months.index(place[1])]}/{sum(days)}"

    def along(self, node: Node, dims: Sequence[str], place: Place, where: Keys | None = None) -> list[Place]:
        return self.method.document.along(self.shape, to_json(node), dims, place, where)

    def term(self, symbol: str, place: Place) -> str:
        cell = self.method.document.own_cell(symbol, place)
        quantity = self.method.quantities.get(symbol)
        if quantity is not None:
            published = quantity.parents == "sum_published"
            value = (self.evaluation.quantities if published else self.evaluation.unrounded)[cell]
            return self.value(value, quantity.unit, quantity.places)
        term = self.method.terms[symbol]
        if term.exactly is not None:
            bare = not [one for one in parse_unit(term.unit).dimensions if one[0] in _MEASURES]
            number = ratio_text(term.exactly)
            return number if bare else _with_unit(number, term.unit)
        return self.value(self.evaluation.terms[cell], term.unit, term.places)

    def value(self, value: Value, unit: str, places: int | None) -> str:
        if isinstance(value, Missing):
            return f"[{missing_text(value, self.language)}]"
        return _with_unit(_shown(value, places) if places is not None else grouped(value), unit)


#: A constant in a unit without any of these is a pure ratio (t CO2/t C) and is written without its unit.
_MEASURES = frozenset(
    {"mass", "energy", "length", "time", "celsius", "pressure", "person", "coal_equivalent", "gas_volume@20C"}
    | {"gas_volume@0C", "reactive_energy", "establishment"}
)
