"""A figure: the value of one cell under one method as of one log size, and everything that explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from hashlib import sha256

from tansuo.accounting.binding import Bound
from tansuo.accounting.completeness import Completeness
from tansuo.accounting.methods_store import StoredMethod
from tansuo.evidence import canonical
from tansuo.methods.evaluate import Cell as EvaluationCell
from tansuo.methods.evaluate import Evaluation
from tansuo.methods.lineage import leaves
from tansuo.methods.term import Quantity
from tansuo.quantity.decimals import plain
from tansuo.quantity.state import Missing, Provenance, Value


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """What a figure is about: a quantity of a method, for a subject and a period.

    ``relation``: None for what belongs to the subject itself (its sources); a relation's name for the sum
    over the subject's children by that relation (重点企业合计 is ``reports_for``).
    """

    subject: str
    quantity: str
    period: str
    method: str
    relation: str | None = None

    def as_json(self) -> dict[str, str]:
        """The cell in an entry's body; "" stands for no relation."""
        return {
            "subject": self.subject,
            "quantity": self.quantity,
            "period": self.period,
            "method": self.method,
            "relation": self.relation or "",
        }

    def __str__(self) -> str:
        over = f" over {self.relation}" if self.relation else ""
        return f"{self.quantity} of {self.subject}{over} in {self.period} by {self.method}"


def read_cell(body: Mapping[str, str]) -> Cell:
    """The cell that ``as_json`` wrote."""
    return Cell(body["subject"], body["quantity"], body["period"], body["method"], body["relation"] or None)


@dataclass(frozen=True, slots=True)
class Child:
    """What one child gives to a roll-up.

    ``cells``: the child's cell for the whole period, or one a month where it belonged only for some months or
    with changing shares. ``contribution`` is what it adds; None where it adds nothing or nothing is known.
    """

    subject: str
    name_zh: str
    name_en: str
    figures: tuple["Figure", ...]
    shares: tuple[Decimal | None, ...]
    contribution: Decimal | None
    complete: bool
    synthetic: bool


@dataclass(frozen=True)
class Figure:
    """A figure of one cell as of log size ``as_of``.

    ``value`` in ``unit``: None where something is missing (``missing`` says what) or does not occur.
    ``partial`` is the sum of what is known, kept apart. ``by_kind`` splits ``partial`` by how the amounts
    came to be; empty for a quantity that does not add. ``kinds`` are those of amounts and factors together.
    ``unrounded`` is the value before its one rounding. ``bound`` is None for a roll-up, ``children`` empty
    for any other.
    """

    cell: Cell
    value: Decimal | None
    unit: str
    missing: Missing | None
    partial: Decimal | None
    by_kind: Mapping[Provenance, Decimal]
    kinds: frozenset[Provenance]
    completeness: Completeness
    synthetic: bool
    method: StoredMethod
    as_of: int
    org: str
    unrounded: Decimal | None = None
    bound: Bound | None = None
    children: tuple[Child, ...] = field(default=())

    @property
    def quantity(self) -> Quantity:
        """The quantity as the method declares it."""
        return self.method.data.quantities[self.cell.quantity]

    @property
    def text(self) -> str | None:
        """The value as it is published: a plain decimal string, None where there is none."""
        return None if self.value is None else plain(self.value)

    @property
    def method_fingerprint(self) -> str:
        """SHA-256 of the method's document."""
        return self.method.fingerprint

    @property
    def evaluation(self) -> Evaluation:
        """The evaluator's work. ValueError for a roll-up, which evaluates nothing itself."""
        if self.bound is None:
            raise ValueError(f"{self.cell} is a roll-up; its children were evaluated")
        return self.bound.evaluation

    @property
    def result_cell(self) -> tuple[str, str]:
        """Symbol and place of the value in the evaluation."""
        found = [one for one in self.evaluation.quantities if one[0] == self.cell.quantity]
        return found[0]

    @cached_property
    def inputs(self) -> Mapping[str, object]:
        """Everything the value was computed from, as JSON data; what the digest is taken of.

        Amounts stand as the series gave them, before any rounding the method prescribes.
        """
        if self.bound is None:
            return {
                "cell": self.cell.as_json(),
                "children": [
                    {
                        "cell": one.cell.as_json(),
                        "share": None if share is None else plain(share),
                        "value": one.text,
                        "digest": one.input_digest,
                    }
                    for child in self.children
                    for one, share in zip(child.figures, child.shares, strict=True)
                ],
            }
        evaluation, given = self.evaluation, self.bound.inputs.values
        feeding = leaves(evaluation, self.result_cell)
        return {
            "cell": self.cell.as_json(),
            "method": self.method_fingerprint,
            "options": {name: evaluation.options.get(name, "") for name in _options(self, feeding)},
            "terms": [[*one, _written(given.get(one, evaluation.terms[one]))] for one in feeding],
            "factors": [
                [
                    symbol,
                    place,
                    evaluation.chosen[symbol, place].factor_id,
                    evaluation.chosen[symbol, place].rung,
                ]
                for symbol, place in feeding
                if (symbol, place) in evaluation.chosen
            ],
        }

    @cached_property
    def input_digest(self) -> str:
        """SHA-256 of the canonical JSON of ``inputs``."""
        return sha256(canonical.encode(self.inputs)).hexdigest()


def _options(figure: Figure, feeding: Sequence[EvaluationCell]) -> list[str]:
    """Names of the options that the ladders of these terms ask about."""
    terms = figure.method.data.terms
    return sorted({name for symbol, _ in feeding for step in terms[symbol].ladder for name in step.when})


def _written(value: Value) -> str:
    return value.state.value if isinstance(value, Missing) else plain(value)
