"""Shapes that several answers share. A number crosses the API as a decimal text with everything that explains it.

`Amount` is made from a provisional figure (`of_figure`), a published one (`of_published`), a statement
(`of_statement`), what a query found (`of_said`) or its sums (`of_total`); nobody builds one by hand, so that
state, kinds and the way to the receipt are never left out.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.query.said import Said, Total
from tansuo.accounting.receipt import Published
from tansuo.quantity.decimals import plain
from tansuo.quantity.state import State
from tansuo.registry.statement import Statement
from tansuo.registry.subject import Subject

VALUE = "value"


class CellRef(BaseModel):
    """What a figure is about; `relation` is null for the subject's own sources."""

    subject: str
    quantity: str
    period: str
    method: str
    relation: str | None


class Amount(BaseModel):
    """A number, or why there is none.

    `value` is a plain decimal text, null where `state` has no number (states of `quantity.state`). `kinds`: how
    it came to be. `complete`: nothing that belongs to it is missing. `receipt` is the published figure that
    says it, `cell` the figure to ask for; both null for a statement, which is an entry of its own.
    """

    value: str | None
    unit: str
    state: str
    kinds: list[str]
    synthetic: bool
    complete: bool
    receipt: str | None
    cell: CellRef | None


class Named(BaseModel):
    """A subject by id, with its name in both languages."""

    id: str
    kind: str
    name_zh: str
    name_en: str
    synthetic: bool


def named(about: Subject) -> Named:
    """The subject as answers name it."""
    return Named(
        id=about.id,
        kind=about.kind,
        name_zh=about.name_zh,
        name_en=about.name_en,
        synthetic=about.synthetic,
    )


def cell_ref(cell: Cell) -> CellRef:
    """The cell as answers name it."""
    return CellRef(
        subject=cell.subject,
        quantity=cell.quantity,
        period=cell.period,
        method=cell.method,
        relation=cell.relation,
    )


def of_figure(figure: Figure, receipt: str | None = None) -> Amount:
    """The value of a provisional figure; `receipt` where this very value is published."""
    return Amount(
        value=figure.text,
        unit=figure.unit,
        state=VALUE if figure.missing is None else figure.missing.state.value,
        kinds=sorted(kind.value for kind in figure.kinds),
        synthetic=figure.synthetic,
        complete=figure.completeness.complete,
        receipt=receipt,
        cell=cell_ref(figure.cell),
    )


def known_of_figure(figure: Figure) -> Amount:
    """What is known of a figure, which of an incomplete one is less than the whole: `complete` says which."""
    made = of_figure(figure)
    known = None if figure.partial is None else plain(figure.partial)
    return made.model_copy(update={"value": known, "state": made.state if known is None else VALUE})


def of_published(one: Published) -> Amount:
    """The value of a published figure, with its receipt."""
    said: dict[str, Any] = dict(one.body)
    complete = one.value is not None or State(said["state"]).adds_nothing
    return Amount(
        value=one.value,
        unit=one.unit,
        state=str(said["state"]),
        kinds=[str(kind) for kind in said["kind"]],
        synthetic=one.synthetic,
        complete=complete,
        receipt=one.receipt,
        cell=cell_ref(one.cell),
    )


def of_statement(one: Statement) -> Amount:
    """The value of a statement. It has no receipt: its entry says it."""
    return Amount(
        value=None if one.value is None else plain(one.value),
        unit=one.unit,
        state=one.state.value,
        kinds=[one.provenance.value],
        synthetic=one.synthetic,
        complete=one.value is not None or one.state.adds_nothing,
        receipt=None,
        cell=None,
    )


def of_said(one: Said) -> Amount:
    """What a query found of a cell: a statement, a published or a provisional figure, or nothing."""
    return Amount(
        value=one.text,
        unit=one.unit,
        state=one.state.value,
        kinds=[kind.value for kind in one.kinds],
        synthetic=one.synthetic,
        complete=one.complete,
        receipt=one.receipt,
        cell=None if one.cell is None else cell_ref(one.cell),
    )


def of_total(one: Total) -> Amount:
    """A sub-total of a query. It has no receipt: nobody published it."""
    return Amount(
        value=one.text,
        unit=one.unit,
        state=one.state.value,
        kinds=[kind.value for kind in one.kinds],
        synthetic=one.synthetic,
        complete=one.value is not None or one.state.adds_nothing,
        receipt=None,
        cell=None,
    )
