"""What a figure was made of: walked from the formula when somebody asks, never stored in the hot path."""

from collections.abc import Iterator, Mapping

from tansuo.methods.evaluate import Evaluation
from tansuo.methods.expression import Decay, FirstOf, Node, Product, Spread, SumOver, Term, WeightedMean
from tansuo.methods.grid import Cell, Place, Shape, along, cell_text, own_place, place_of
from tansuo.methods.ladder import OVERRIDE, Chosen
from tansuo.methods.term import MethodData
from tansuo.quantity.state import Missing, Provenance

#: The name of the branch taken, of each cell whose formula is a ladder (``Evaluation.taken``).
Taken = Mapping[Cell, str]


def children(method: MethodData, shape: Shape, cell: Cell, taken: Taken | None = None) -> tuple[Cell, ...]:
    """The cells that the formula of ``cell`` names, one level down, each once, in reading order.

    ``taken``: of a ladder of formulas only the branch taken is looked at; without it, or where none was taken,
    all of them are. Constants are left out: they have no cell of their own. Empty for an activity or a factor.
    """
    quantity = method.quantities.get(cell[0])
    if quantity is None:
        return ()
    node = quantity.expression
    if isinstance(node, FirstOf) and taken:
        node = next((one.of for one in node.branches if one.name == taken.get(cell)), node)
    return tuple(dict.fromkeys(_named(method, shape, node, place_of(method, cell))))


def _named(method: MethodData, shape: Shape, node: Node, place: Place) -> Iterator[Cell]:
    match node:
        case Term(symbol):
            if symbol in method.quantities or method.terms[symbol].exactly is None:
                yield symbol, cell_text(own_place(method, symbol, place))
        case SumOver(of, dims, where):
            for here in along(method, shape, of, dims, place, dict(where)):
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
        case Decay(of, rate, _):
            for year in (one for one in sorted(shape.months) if one <= place[1]):
                yield from _named(method, shape, of, (place[0], year))
            yield from _named(method, shape, rate, place)
        case _:
            for part in node.parts:
                yield from _named(method, shape, part, place)


def feeds(method: MethodData, shape: Shape, cell: Cell, taken: Taken | None = None) -> tuple[Cell, ...]:
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
            waiting.extend(reversed(children(method, shape, one, taken)))
        else:
            found[one] = None
    return tuple(found)


def leaves(evaluation: Evaluation, cell: Cell) -> tuple[Cell, ...]:
    """``feeds`` of a figure that was evaluated, along the branches it took; worked out once for each cell."""
    found = evaluation.leaves.get(cell)
    if found is None:
        found = feeds(evaluation.method, evaluation.inputs.shape, cell, evaluation.taken)
        evaluation.leaves[cell] = found
    return found


def kinds(evaluation: Evaluation, cell: Cell) -> frozenset[Provenance]:
    """How the inputs of a figure came to be, taken together; what adds nothing or is missing tells nothing.

    An activity has the provenance given with the inputs (measured when none was); a factor that of its rung.
    """
    found: set[Provenance] = set()
    for one in leaves(evaluation, cell):
        if isinstance(evaluation.terms[one], Missing):
            continue
        if one in evaluation.chosen:
            found.add(evaluation.chosen[one].provenance)
        else:
            found |= evaluation.inputs.provenance.get(one, {Provenance.MEASURED})
    return frozenset(found)


def factors(evaluation: Evaluation, cell: Cell) -> dict[Cell, Chosen]:
    """The chosen factors a figure rests on, by their cells, in the order the formula names them."""
    return {one: evaluation.chosen[one] for one in leaves(evaluation, cell) if one in evaluation.chosen}


def taken(evaluation: Evaluation, cell: Cell) -> dict[Cell, str]:
    """The branch taken of every ladder of formulas a figure rests on, itself among them, by cell."""
    if not evaluation.taken:
        return {}
    method, shape = evaluation.method, evaluation.inputs.shape
    found: dict[Cell, str] = {}
    waiting, seen = [cell], {cell}
    while waiting:
        one = waiting.pop()
        if one in evaluation.taken:
            found[one] = evaluation.taken[one]
        below = [part for part in children(method, shape, one, evaluation.taken) if part not in seen]
        seen.update(below)
        waiting.extend(reversed(below))
    return found


def nonstandard(evaluation: Evaluation, cell: Cell) -> dict[str, str]:
    """What a figure must say on its face: options answered otherwise than by default, overrides of defaults.

    {"option.grid": "provincial", "override.EF_grid supply/2023-01": "instead of grid/…@2023-01-01"}; empty for
    a figure that the method alone decides.
    """
    method = evaluation.method
    asked = {
        name
        for symbol, _ in leaves(evaluation, cell)
        for step in method.terms[symbol].ladder
        for name in step.when
    }
    for symbol, _ in taken(evaluation, cell):
        node = method.quantities[symbol].expression
        if isinstance(node, FirstOf):
            asked |= {name for one in node.branches for name, _ in one.when}
    said = {
        f"option.{name}": answer
        for name, answer in sorted(evaluation.options.items())
        if name in asked and answer != method.options[name].default
    }
    for (symbol, place), chosen in factors(evaluation, cell).items():
        if chosen.status == OVERRIDE:
            replaced = chosen.instead_of.factor_id if chosen.instead_of else "—"
            said[f"override.{symbol} {place}".strip()] = f"instead of {replaced}"
    return said
