"""What a figure was made of: walked from the formula when somebody asks, never stored in the hot path."""

from collections.abc import Iterator

from tansuo.methods.evaluate import Evaluation
from tansuo.methods.expression import Node, Product, Spread, SumOver, Term, WeightedMean
from tansuo.methods.ladder import Chosen
from tansuo.methods.program import Cell, Place, Shape, along, cell_text, own_place
from tansuo.methods.term import MethodData
from tansuo.quantity.state import Missing, Provenance


def place_of(method: MethodData, cell: Cell) -> Place:
    """Source and month of a cell of a term or quantity; KeyError for a symbol that is not the method's."""
    symbol, text = cell
    over = (method.quantities.get(symbol) or method.terms[symbol]).over
    if over == ("source", "month"):
        source, _, month = text.rpartition("/")
        return source, month
    return (text if "source" in over else "", text if "month" in over else "")


def children(method: MethodData, shape: Shape, cell: Cell) -> tuple[Cell, ...]:
    """The cells that the formula of ``cell`` names, one level down, each once, in reading order.

    Constants are left out: they have no cell of their own. Empty for an activity or a factor.
    """
    quantity = method.quantities.get(cell[0])
    if quantity is None:
        return ()
    return tuple(dict.fromkeys(_named(method, shape, quantity.expression, place_of(method, cell))))


def _named(method: MethodData, shape: Shape, node: Node, place: Place) -> Iterator[Cell]:
    match node:
        case Term(symbol):
            if symbol in method.quantities or method.terms[symbol].exactly is None:
                yield symbol, cell_text(own_place(method, symbol, place))
        case SumOver(of, dims):
            for here in along(method, shape, of, dims, place):
                yield from _named(method, shape, of, here)
        case WeightedMean(of, weight, dims):
            both = Product((of, weight))
            for here in along(method, shape, both, dims, place):
                yield from _named(method, shape, both, here)
        case Spread(of, _, weight):
            yield from _named(method, shape, of, place)
            if weight is not None:
                for month in shape.months:
                    yield from _named(method, shape, weight, (place[0], month))
        case _:
            for part in node.parts:
                yield from _named(method, shape, part, place)


def feeds(method: MethodData, shape: Shape, cell: Cell) -> tuple[Cell, ...]:
    """Every activity and factor cell that ``cell`` rests on, each once: the leaves of its formula."""
    found: dict[Cell, None] = {}
    seen: set[Cell] = set()
    waiting = [cell]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one[0] in method.quantities:
            waiting.extend(reversed(children(method, shape, one)))
        else:
            found[one] = None
    return tuple(found)


def kinds(evaluation: Evaluation, cell: Cell) -> frozenset[Provenance]:
    """How the inputs of a figure came to be, taken together; what adds nothing or is missing tells nothing.

    An activity has the provenance given with the inputs (measured when none was); a factor that of its rung.
    """
    found: set[Provenance] = set()
    for one in feeds(evaluation.method, evaluation.inputs.shape, cell):
        if isinstance(evaluation.terms[one], Missing):
            continue
        if one in evaluation.chosen:
            found.add(evaluation.chosen[one].provenance)
        else:
            found |= evaluation.inputs.provenance.get(one, {Provenance.MEASURED})
    return frozenset(found)


def factors(evaluation: Evaluation, cell: Cell) -> dict[Cell, Chosen]:
    """The chosen factors a figure rests on, by their cells, in the order the formula names them."""
    cells = feeds(evaluation.method, evaluation.inputs.shape, cell)
    return {one: evaluation.chosen[one] for one in cells if one in evaluation.chosen}
