"""Bases of an enterprise 口径: which published methods apply to it, by year, and what each says of a period.

A basis is a dated attribute ``basis.<code>`` of the enterprise or of a subject above it, the nearest counts; its
value is a method's id, or ``<id>#<quantity>`` where the total is another quantity than the one taken by itself.
The general method applies where nobody chose another, so that every firm has one basis.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tansuo.accounting.enterprises import shown_quantities
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.holdings import holdings
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.methods_store import StoredMethod
from tansuo.accounting.overview import METHOD
from tansuo.accounting.wording import refuse
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.methods.expression import symbols
from tansuo.methods.ladder import OVERRIDE
from tansuo.methods.lineage import factors
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.registry.source import Source
from tansuo.registry.subject import set_attribute

ATTRIBUTE = "basis."
GENERAL = "general"
CODES: Mapping[str, tuple[str, str]] = {
    "cets": ("全国碳市场口径", "National carbon market"),
    "guideline": ("国家行业指南口径", "National sector guideline"),
    GENERAL: ("通用口径", "General method"),
    "assessment": ("考核口径", "Assessment"),
    "project": ("项目口径", "Project"),
}
"""Bases by code, in the order they are shown, with their names in Chinese and English."""
HEADS = ("E_total", "E_enterprise", "E", "T_national")
"""Symbols that packs give the total of a reporting entity; the first that a method has is its total."""
_TONNES = re.compile(r"t CO2(e\[[A-Z0-9]+\])?")


@dataclass(frozen=True, slots=True)
class Basis:
    """One basis of an enterprise for a period: the method in force, or why there is none (``problems``).

    ``total`` is the quantity that stands for the whole.
    """

    code: str
    method: str
    stored: StoredMethod | None
    total: str
    problems: tuple[Finding, ...] = ()

    @property
    def names(self) -> Mapping[str, str]:
        """The basis in Chinese and English."""
        zh, en = CODES.get(self.code, (self.code, self.code))
        return {"zh": zh, "en": en}


@dataclass(frozen=True, slots=True)
class Rungs:
    """How many factor uses of a figure come from local values, from tables, and from overrides."""

    local: int
    default: int
    override: int


def choose_basis(
    subject: str,
    code: str,
    method: str | None,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    source: Source | None = None,
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry by which a method applies to a subject as a basis over a span of days; None: none applies.

    FindingError ``accounting.unknown_basis`` for a code that is none.
    """
    if code not in CODES:
        raise refuse("unknown_basis", basis=code, known=", ".join(CODES))
    return set_attribute(
        subject,
        ATTRIBUTE + code,
        method,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        org=org,
        by=by,
    )


def bases_of(inventory: Inventory, subject: str, period: Period) -> list[Basis]:
    """The bases of a subject on the last day of ``period``, as known at the inventory's size."""
    on = period.days()[-1]
    attributes = holdings(inventory.connection, [subject], inventory.as_of).attributes(subject, on)
    wanted = {code: attributes[ATTRIBUTE + code] for code in CODES if ATTRIBUTE + code in attributes}
    wanted.setdefault(GENERAL, METHOD)
    return [_basis(inventory, code, wanted[code], period) for code in CODES if code in wanted]


def _basis(inventory: Inventory, code: str, named: str, period: Period) -> Basis:
    method, _, quantity = named.partition("#")
    try:
        stored = inventory.method(method, period)
    except FindingError as error:
        return Basis(code, method, None, quantity, error.findings)
    if quantity and quantity not in stored.data.quantities:
        return Basis(
            code,
            method,
            stored,
            head(stored),
            refuse("no_quantity", quantity=quantity, method=method).findings,
        )
    return Basis(code, method, stored, quantity or head(stored))


def head(method: StoredMethod) -> str:
    """The quantity that stands for the whole: by its usual symbol, else the first tonnes nothing else is made of."""
    shown = [one for one in shown_quantities(method) if _TONNES.fullmatch(method.data.quantities[one].unit)]
    for symbol in HEADS:
        if symbol in shown:
            return symbol
    used = {name for one in method.data.quantities.values() for name in symbols(one.expression)}
    return next((one for one in shown if one not in used), shown[-1] if shown else "")


def figures_of(
    inventory: Inventory, subject: str, period: Period, basis: Basis
) -> tuple[list[Figure], list[Finding]]:
    """Every quantity of a basis that the enterprise has one value of, in the method's order.

    A method that cannot be evaluated for the subject gives no figures, and findings that say why.
    """
    if basis.stored is None:
        return [], list(basis.problems)
    cells = [Cell(subject, one, period.text, basis.method) for one in shown_quantities(basis.stored)]
    try:
        return inventory.figures(cells), list(basis.problems)
    except FindingError as error:
        return [], [*basis.problems, *error.findings]


def rungs(figure: Figure) -> Rungs:
    """Where the factors of a figure come from, each place counted; nothing of a roll-up."""
    if figure.bound is None:
        return Rungs(0, 0, 0)
    taken = list(factors(figure.evaluation, figure.result_cell).values())
    override = sum(1 for one in taken if one.status == OVERRIDE)
    local = sum(1 for one in taken if one.status == "local")
    return Rungs(local, len(taken) - local - override, override)
