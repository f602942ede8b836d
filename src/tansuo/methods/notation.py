"""Formulas in mathematical notation: LaTeX for reports, MathML Core for pages that work without script.

Symbols are split at underscores: ``E_fuel`` is an E with the upright subscript "fuel". Indices i (source) and
m (month) are added from what the term varies over.
"""

from decimal import Decimal
from html import escape

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
)
from tansuo.methods.term import MethodData
from tansuo.quantity.decimals import Ratio, plain

#: Nodes that stand in brackets inside a product.
_LOOSE = (Sum, SumOver, Spread, Weights, Decay)
_INDEX = {"source": "i", "month": "m", "year": "t"}


def ratio_text(value: Ratio) -> str:
    """A constant as people read it: 44/12, but 83.74 for 8374/100."""
    below = str(value.denominator)
    if below.strip("0") == "1":
        return plain(Decimal(value.numerator).scaleb(1 - len(below)))
    return str(value)


def latex(node: Node, method: MethodData | None = None) -> str:
    """The formula in LaTeX mathematics; with ``method`` the symbols carry their indices."""
    match node:
        case Term(symbol):
            return _latex_symbol(symbol, _over(symbol, method), _ratio(symbol, method))
        case Number(value):
            return _latex_ratio(value)
        case Product(factors):
            return r" \times ".join(_latex_inner(part, method) for part in factors)
        case Quotient(over, under):
            return rf"\frac{{{latex(over, method)}}}{{{latex(under, method)}}}"
        case Sum(terms):
            parts = [("+ " if sign > 0 else "- ") + latex(part, method) for sign, part in terms]
            return " ".join(parts).removeprefix("+ ")
        case SumOver(of, dims, where):
            return rf"\sum_{{{_indices(dims)}{_only_latex(where)}}} {_latex_inner(of, method)}"
        case WeightedMean(of, weight, dims):
            total, by = rf"\sum_{{{_indices(dims)}}}", _latex_inner(weight, method)
            return rf"\frac{{{total} {_latex_inner(of, method)} \times {by}}}{{{total} {by}}}"
        case Spread(of, how, weight):
            by = _latex_inner(weight, method) if weight is not None else f"{_share(how)}_m"
            return rf"{_latex_inner(of, method)} \times \frac{{{by}}}{{\sum_m {by}}}"
    return _latex_choice(node, method)


def _latex_choice(node: Node, method: MethodData | None) -> str:
    """The nodes that choose, score or look back."""
    match node:
        case FirstOf(branches):
            rows = [rf"{latex(one.of, method)} & \text{{{_tex(one.name)}}}" for one in branches]
            return _cases(rows)
        case Bands(of, steps, _):
            lows = [low for low, _ in steps[1:]]
            value = latex(of, method)
            rows = [
                rf"{plain(score)} & {_range(value, low, high)}"
                for (low, score), high in zip(steps, [*lows, None], strict=True)
            ]
            return _cases(rows)
        case Piecewise(of, points, _, _):
            pairs = r",\ ".join(f"({plain(x)}, {plain(y)})" for x, y in points)
            return rf"\operatorname{{lin}}\left({latex(of, method)};\ {pairs}\right)"
        case Weights(terms, _):
            return " + ".join(
                rf"{plain(weight)} \times {_latex_inner(part, method)}" for weight, part in terms
            )
        case Decay(of, rate, gives):
            past, k = latex(of, method), latex(rate, method)
            before = "<" if gives == "released" else r"\le"
            sum_ = rf"\sum_{{\tau {before} t}} {past}"
            if gives == "stock":
                return rf"{sum_} \times e^{{-{k}(t-\tau)}}"
            return rf"{sum_} \times e^{{-{k}(t-1-\tau)}} \times \left(1 - e^{{-{k}}}\right)"
    raise TypeError(f"{node!r} is no node of a formula")


def _cases(rows: list[str]) -> str:
    return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


def _range(value: str, low: Decimal | None, high: Decimal | None) -> str:
    below = "" if low is None else rf"{plain(low)} \le "
    return f"{below}{value}" + ("" if high is None else f" < {plain(high)}")


def _tex(words: str) -> str:
    return words.replace("_", r"\_").replace("%", r"\%").replace("&", r"\&")


def _only_latex(where: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return "".join(rf",\ \text{{{_tex(name)} = {_tex('|'.join(values))}}}" for name, values in where)


def _share(how: str) -> str:
    return "d" if how == "by_days" else "1"


def _latex_inner(node: Node, method: MethodData | None) -> str:
    written = latex(node, method)
    return rf"\left({written}\right)" if isinstance(node, _LOOSE) else written


def _over(symbol: str, method: MethodData | None) -> tuple[str, ...]:
    if method is None:
        return ()
    made = method.quantities.get(symbol) or method.terms.get(symbol)
    return made.over if made else ()


def _ratio(symbol: str, method: MethodData | None) -> Ratio | None:
    term = method.terms.get(symbol) if method is not None else None
    return term.exactly if term is not None else None


def _indices(over: tuple[str, ...]) -> str:
    return ",".join(_INDEX[name] for name in over)


def _latex_symbol(symbol: str, over: tuple[str, ...], constant: Ratio | None) -> str:
    if constant is not None:
        return _latex_ratio(constant)
    head, _, below = symbol.partition("_")
    base = head if len(head) == 1 else rf"\mathit{{{head}}}"
    words = rf"\text{{{below.replace('_', ', ')}}}" if below else ""
    subscript = ",".join(part for part in (words, _indices(over)) if part)
    return f"{base}_{{{subscript}}}" if subscript else base


def _latex_ratio(value: Ratio) -> str:
    if "/" not in ratio_text(value):
        return ratio_text(value)
    return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"


def mathml(node: Node, method: MethodData | None = None, left: str = "") -> str:
    """The formula as a MathML Core ``<math>`` block, ``left`` = (a symbol) before it; safe to put in HTML."""
    body = _row(_mathml(node, method))
    if left:
        body = _row(_symbol(left, _over(left, method), None), "<mo>=</mo>", body)
    return f'<math display="block">{body}</math>'


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _mathml(node: Node, method: MethodData | None) -> str:
    match node:
        case Term(symbol):
            return _symbol(symbol, _over(symbol, method), _ratio(symbol, method))
        case Number(value):
            return _number(value)
        case Product(factors):
            return "<mo>×</mo>".join(_inner(part, method) for part in factors)
        case Quotient(over, under):
            return f"<mfrac>{_row(_mathml(over, method))}{_row(_mathml(under, method))}</mfrac>"
        case Sum(terms):
            parts = [
                f"<mo>{'+' if sign > 0 else '−'}</mo>{_row(_mathml(part, method))}" for sign, part in terms
            ]
            return "".join(parts).removeprefix("<mo>+</mo>")
        case SumOver(of, dims, where):
            return _sigma(dims, where) + _inner(of, method)
        case WeightedMean(of, weight, dims):
            by = _inner(weight, method)
            above = _row(_sigma(dims), _inner(of, method), "<mo>×</mo>", by)
            return f"<mfrac>{above}{_row(_sigma(dims), by)}</mfrac>"
        case Spread(of, how, weight):
            part = _inner(weight, method) if weight is not None else _share_mathml(how)
            share = f"<mfrac>{_row(part)}{_row(_sigma(('month',)), part)}</mfrac>"
            return f"{_inner(of, method)}<mo>×</mo>{share}"
    return _mathml_choice(node, method)


def _mathml_choice(node: Node, method: MethodData | None) -> str:
    """The nodes that choose, score or look back."""
    match node:
        case FirstOf(branches):
            return _table(
                [(_row(_mathml(one.of, method)), f"<mtext>{escape(one.name)}</mtext>") for one in branches]
            )
        case Bands(of, steps, _):
            value, lows = _row(_mathml(of, method)), [low for low, _ in steps[1:]]
            return _table(
                [
                    (f"<mn>{plain(score)}</mn>", _range_mathml(value, low, high))
                    for (low, score), high in zip(steps, [*lows, None], strict=True)
                ]
            )
        case Piecewise(of, points, _, _):
            pairs = [(f"<mn>{plain(x)}</mn>", f"<mo>→</mo><mn>{plain(y)}</mn>") for x, y in points]
            return f"<mi>lin</mi><mo>(</mo>{_row(_mathml(of, method))}<mo>)</mo>{_table(pairs)}"
        case Weights(terms, _):
            return "<mo>+</mo>".join(
                f"<mn>{plain(weight)}</mn><mo>×</mo>{_inner(part, method)}" for weight, part in terms
            )
        case Decay(of, rate, gives):
            return _decay_mathml(_inner(of, method), _inner(rate, method), gives)
    raise TypeError(f"{node!r} is no node of a formula")


def _table(rows: list[tuple[str, str]]) -> str:
    """Rows of a case distinction, behind one tall brace."""
    cells = "".join(f"<mtr><mtd>{left}</mtd><mtd>{_row(right)}</mtd></mtr>" for left, right in rows)
    return _row("<mo>{</mo>", f"<mtable>{cells}</mtable>")


def _range_mathml(value: str, low: Decimal | None, high: Decimal | None) -> str:
    below = "" if low is None else f"<mn>{plain(low)}</mn><mo>≤</mo>"
    above = "" if high is None else f"<mo>&lt;</mo><mn>{plain(high)}</mn>"
    return below + value + above


def _decay_mathml(past: str, k: str, gives: str) -> str:
    released = gives == "released"
    since = (
        "<mi>t</mi><mo>−</mo><mn>1</mn><mo>−</mo><mi>τ</mi>" if released else "<mi>t</mi><mo>−</mo><mi>τ</mi>"
    )
    sign = "&lt;" if released else "≤"
    total = f"<munder><mo>∑</mo>{_row(f'<mi>τ</mi><mo>{sign}</mo><mi>t</mi>')}</munder>"
    fading = f"<msup><mi>e</mi>{_row('<mo>−</mo>', k, '<mo>(</mo>', since, '<mo>)</mo>')}</msup>"
    share = (
        f"<mo>×</mo><mo>(</mo><mn>1</mn><mo>−</mo><msup><mi>e</mi>{_row('<mo>−</mo>', k)}</msup><mo>)</mo>"
    )
    return f"{total}{past}<mo>×</mo>{fading}{share if released else ''}"


def _share_mathml(how: str) -> str:
    return "<msub><mi>d</mi><mi>m</mi></msub>" if how == "by_days" else "<mn>1</mn>"


def _inner(node: Node, method: MethodData | None) -> str:
    written = _row(_mathml(node, method))
    return f"<mo>(</mo>{written}<mo>)</mo>" if isinstance(node, _LOOSE) else written


def _sigma(dims: tuple[str, ...], where: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> str:
    only = "".join(f"<mtext>, {escape(name)} = {escape('|'.join(values))}</mtext>" for name, values in where)
    return f"<munder><mo>∑</mo><mrow><mi>{_indices(dims)}</mi>{only}</mrow></munder>"


def _symbol(symbol: str, over: tuple[str, ...], constant: Ratio | None) -> str:
    if constant is not None:
        return _number(constant)
    head, _, below = symbol.partition("_")
    base = f"<mi>{escape(head)}</mi>"
    parts = [f"<mtext>{escape(below.replace('_', ', '))}</mtext>"] if below else []
    parts += [f"<mi>{_INDEX[name]}</mi>" for name in over]
    if not parts:
        return base
    return f"<msub>{base}{_row('<mo>,</mo>'.join(parts))}</msub>"


def _number(value: Ratio) -> str:
    if "/" not in ratio_text(value):
        return f"<mn>{ratio_text(value)}</mn>"
    return f"<mfrac><mn>{value.numerator}</mn><mn>{value.denominator}</mn></mfrac>"
