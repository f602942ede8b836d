"""What was said of a cell, by whom and in which form; and sums of it where it may be summed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tansuo.accounting.figure import Cell
from tansuo.quantity.decimals import Rounding, plain
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import Provenance, State
from tansuo.registry.source import Source
from tansuo.registry.statement import Stage

Form = Literal["stated", "summed", "published", "provisional", "absent"]
"""An entry says it · summed from the months an entry each says · a receipt says it · computed as of the
asked point, published nowhere · nobody says anything."""

PLATFORM = "tansuo"
"""The issuer of what is computed here and was decided by nobody."""

ACTUAL = "actual"


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: statements of one voice about neighbouring cells belong together, others never do."""

    form: Form
    world: str
    basis: str
    stage: Stage | None
    issuer: str

    @property
    def order(self) -> tuple[str, str, int, str, str]:
        """Worlds, bases and issuers by name, stages by rank."""
        return (self.world, self.basis, -1 if self.stage is None else self.stage.rank, self.issuer, self.form)


@dataclass(frozen=True, slots=True)
class Said:
    """One statement about one cell, or that there is none (form ``absent``).

    ``value`` in ``unit`` is None exactly when ``state`` has none; then ``why`` may say more, and ``partial``
    is what is known of the whole. ``exact`` is what is added up, where the method adds unrounded values.
    ``entry`` is the ledger entry that says it, ``receipt`` its receipt, ``cell`` the figure to ask for.
    """

    indicator: str
    subject: str
    period: str
    voice: Voice
    value: Decimal | None
    unit: str
    state: State
    kinds: tuple[Provenance, ...] = ()
    synthetic: bool = False
    complete: bool = False
    partial: Decimal | None = None
    exact: Decimal | None = None
    why: Finding | None = None
    source: Source | None = None
    entry: int | None = None
    receipt: str | None = None
    cell: Cell | None = None

    @property
    def text(self) -> str | None:
        """The value as a plain decimal string."""
        return None if self.value is None else plain(self.value)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum along subjects, periods or both, or why there is none (``why``).

    ``subject`` or ``period`` is None where it was summed over. ``partial`` is what is known where parts are
    missing; ``parts`` and ``present`` count the cells.
    """

    along: Literal["subjects", "periods", "both"]
    indicator: str
    subject: str | None
    period: str | None
    voice: Voice
    value: Decimal | None
    unit: str
    state: State
    kinds: tuple[Provenance, ...]
    synthetic: bool
    partial: Decimal | None
    parts: int
    present: int
    why: Finding | None

    @property
    def text(self) -> str | None:
        """The value as a plain decimal string."""
        return None if self.value is None else plain(self.value)


@dataclass(frozen=True, slots=True)
class About:
    """An indicator that can be asked for: one of the registry, or a quantity of a published method.

    ``method`` and ``quantity`` are empty for the registry's. ``scope``: direct or indirect, "" otherwise.
    ``parents``: whether sums take published or unrounded values.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    additivity: Literal["flow", "stock", "ratio"]
    decimals: int | None = None
    owner: str = ""
    method: str = ""
    quantity: str = ""
    scope: str = ""
    parents: Literal["sum_published", "sum_unrounded"] = "sum_published"
    rounding: Rounding = "half_even"
    entry: int = -1
