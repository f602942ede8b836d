"""What is known of an incomplete figure, and how a figure splits by the kinds of its amounts.

Both are asked of the same evaluator: once with every hole left out, and once for each kind with only the
amounts of that kind. The last digit that rounding leaves over goes to the largest kind, so that the kinds
always add up to what is known.
"""

from collections.abc import Mapping
from decimal import Decimal

from tansuo.accounting.activity_data import Activity
from tansuo.accounting.binding import Bound, compiled
from tansuo.methods.evaluate import Cell
from tansuo.methods.lineage import feeds, leaves
from tansuo.quantity.decimals import CONTEXT
from tansuo.quantity.state import Missing, Provenance, State, Value


def known_part(bound: Bound, result: Cell) -> tuple[Decimal | None, Mapping[Provenance, Decimal]]:
    """The sum of what is known of ``result``, and its split by provenance; (None, {}) where nothing is.

    Meant for quantities that add (flows): for a ratio a part of the inputs says nothing about the whole.
    """
    evaluation = bound.evaluation
    # Where a ladder of formulas took a branch, the branches that would be taken without the holes count too.
    rests_on = (
        feeds(evaluation.document, bound.inputs.shape, result)
        if evaluation.taken
        else leaves(evaluation, result)
    )
    named = set(rests_on)
    amounts = {cell: one for cell, one in bound.activities.items() if cell in named}
    if not any(one.known is not None for one in amounts.values()):
        return None, {}
    computed = evaluation.quantities[result]
    complete = all(one.known is not None and one.known == one.value for one in amounts.values())
    if complete and not isinstance(computed, Missing):
        whole: Value = computed
    else:
        whole = _run(bound, result, {cell: _known(one) for cell, one in amounts.items()})
    if isinstance(whole, Missing):
        return None, {}
    kinds = sorted({kind for one in amounts.values() for kind in one.by_provenance})
    if len(kinds) == 1:
        return whole, {kinds[0]: whole}
    split: dict[Provenance, Decimal] = {}
    for kind in kinds:
        part = _run(bound, result, {cell: _of_kind(one, kind) for cell, one in amounts.items()})
        split[kind] = Decimal() if isinstance(part, Missing) else part
    return whole, _closed(whole, split)


def _closed(whole: Decimal, split: Mapping[Provenance, Decimal]) -> dict[Provenance, Decimal]:
    """``split`` with what rounding left over added to its largest part."""
    closed = dict(split)
    if closed:
        left = whole
        for part in closed.values():
            left = CONTEXT.subtract(left, part)
        largest = max(closed, key=lambda kind: (abs(closed[kind]), kind))
        closed[largest] = CONTEXT.add(closed[largest], left)
    return {kind: part for kind, part in closed.items() if part != Decimal()} or closed


def _known(one: Activity) -> Value:
    if one.known is not None:
        return one.known
    return Missing(State.NOT_OCCURRING, *one.cell)


def _of_kind(one: Activity, kind: Provenance) -> Value:
    if one.known is None:
        return Missing(State.NOT_OCCURRING, *one.cell)
    return one.by_provenance.get(kind, Decimal())


def _run(bound: Bound, result: Cell, amounts: Mapping[Cell, Value]) -> Value:
    program = compiled(bound.method).program(bound.inputs.shape, bound.options)
    terms = bound.evaluation.terms
    values = program.run([amounts.get(cell, terms[cell]) for cell in program.inputs])
    return values[program.outputs.index(result)]
