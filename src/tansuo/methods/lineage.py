"""What a figure was made of: walked from the formula when somebody asks, never stored in the hot path."""

from collections.abc import Iterator, Mapping

from tansuo.methods.document import Cell, Document, Json, Place, Shape, parts, product
from tansuo.methods.evaluate import Evaluation
from tansuo.methods.ladder import OVERRIDE, Chosen
from tansuo.quantity.state import Missing, Provenance

#: The name of the branch taken, of each cell whose formula is a ladder (``Evaluation.taken``).
Taken = Mapping[Cell, str]


def children(document: Document, shape: Shape, cell: Cell, taken: Taken | None = None) -> tuple[Cell, ...]:
    """The cells that the formula of ``cell`` names, one level down, each once, in reading order.

    ``taken``: of a ladder of formulas only the branch taken is looked at; without it, or where none was taken,
    all of them are. Constants are left out: they have no cell of their own. Empty for an activity or a factor.
    """
    quantity = document.quantities.get(cell[0])
    if quantity is None:
        return ()
    node = quantity["expression"]
    for branch in node.get("branches", ()):
        if taken and branch["name"] == taken.get(cell):
            node = branch["of"]
    return tuple(dict.fromkeys(_named(document, shape, node, document.place_of(cell))))


def _named(document: Document, shape: Shape, node: Json, place: Place) -> Iterator[Cell]:
    """The cells that a formula names which stands at ``place``."""
    below: list[tuple[Json, Place]] = [(part, place) for part in parts(node)]
    match node["node"]:
        case "term":
            if document.constant(node) is None:
                yield document.own_cell(node["symbol"], place)
            return
        case "sum_over":
            of, where = node["of"], node.get("where")
            below = [(of, here) for here in document.along(shape, of, node["over"], place, where)]
        case "weighted_mean":
            both = product(node["of"], node["weight"])
            below = [(both, here) for here in document.along(shape, both, node["over"], place)]
        case "spread" if node["weight"]:
            below[1:] = [(node["weight"], (place[0], month)) for month in shape.months]
        case "first_order_decay":
            years = [year for year in sorted(shape.months) if year <= place[1]]
            below[:1] = [(node["of"], (place[0], year)) for year in years]
    for part, here in below:
        yield from _named(document, shape, part, here)


def feeds(document: Document, shape: Shape, cell: Cell, taken: Taken | None = None) -> tuple[Cell, ...]:
    """Every activity and factor cell that ``cell`` rests on, each once: the leaves of its formula."""
    found: dict[Cell, None] = {}
    seen: set[Cell] = set()
    waiting = [cell]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one[0] in document.quantities:
            waiting.extend(reversed(children(document, shape, one, taken)))
        else:
            found[one] = None
    return tuple(found)


def leaves(evaluation: Evaluation, cell: Cell) -> tuple[Cell, ...]:
    """``feeds`` of a figure that was evaluated, along the branches it took; worked out once for each cell."""
    found = evaluation.leaves.get(cell)
    if found is None:
        found = feeds(evaluation.document, evaluation.inputs.shape, cell, evaluation.taken)
        evaluation.leaves[cell] = found
    return found


def kinds(evaluation: Evaluation, cell: Cell) -> frozenset[Provenance]:
    """How the inputs of a figure came to be, taken together; what adds nothing, is missing or was asked of nobody,
    because no branch came to it, tells nothing.

    An activity has the provenance given with the inputs (measured when none was); a factor that of its rung.
    """
    found: set[Provenance] = set()
    for one in leaves(evaluation, cell):
        if one not in evaluation.terms or isinstance(evaluation.terms[one], Missing):
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
    document, shape = evaluation.document, evaluation.inputs.shape
    found: dict[Cell, str] = {}
    waiting, seen = [cell], {cell}
    while waiting:
        one = waiting.pop()
        if one in evaluation.taken:
            found[one] = evaluation.taken[one]
        below = [part for part in children(document, shape, one, evaluation.taken) if part not in seen]
        seen.update(below)
        waiting.extend(reversed(below))
    return found


def nonstandard(evaluation: Evaluation, cell: Cell) -> dict[str, str]:
    """What a figure must say on its face: options answered otherwise than by default, overrides of defaults.

    {"option.grid": "provincial", "override.EF_grid supply/2023-01": "instead of grid/…@2023-01-01"}; empty for
    a figure that the method alone decides.
    """
    document = evaluation.document
    asked = {
        name
        for symbol, _ in leaves(evaluation, cell)
        for step in document.terms[symbol].get("ladder", ())
        for name in step.get("when", ())
    }
    for symbol, _ in taken(evaluation, cell):
        for one in document.quantities[symbol]["expression"].get("branches", ()):
            asked |= set(one.get("when", ()))
    said = {
        f"option.{name}": answer
        for name, answer in sorted(evaluation.options.items())
        if name in asked and answer != document.json["options"][name]["default"]
    }
    for (symbol, place), chosen in factors(evaluation, cell).items():
        if chosen.status == OVERRIDE:
            replaced = chosen.instead_of.factor_id if chosen.instead_of else "—"
            said[f"override.{symbol} {place}".strip()] = f"instead of {replaced}"
    return said
