"""What the page of an enterprise shows of its bases 口径, as data."""

from __future__ import annotations

from pydantic import BaseModel, Field

from tansuo.api.drawer_shapes import ReplacedDefault, Text
from tansuo.api.problems import FindingBody
from tansuo.api.shapes import Amount, Named


class BasisSources(BaseModel):
    """How many factor uses come from the firm's own values, from tables, and from overrides."""

    local: int
    default: int
    override: int


class BasisTotal(BaseModel):
    """One basis of the period: the method that applies, its total, and what stands in the way of one."""

    basis: str
    name_zh: str
    name_en: str
    method: str
    edition: str | None
    title_zh: str
    title_en: str
    valid: str | None
    fingerprint: str | None
    quantity: str
    quantity_zh: str
    quantity_en: str
    scope: str
    amount: Amount | None
    known: str | None
    completeness: Text
    nonstandard: list[Text]
    sources: BasisSources
    problems: list[FindingBody]


class BasisQuantity(BaseModel):
    """A quantity of the chosen basis with the line that shows it; `head` marks the one that stands for the whole."""

    symbol: str
    name_zh: str
    name_en: str
    scope: str
    clause: str
    head: bool
    amount: Amount
    worked: Text
    branch: str
    readings_expected: int
    readings_present: int
    holes: int
    sources: BasisSources
    nonstandard: bool


class BasisFactor(BaseModel):
    """A factor of a source on one side of a comparison."""

    symbol: str
    name_zh: str
    name_en: str
    value: str
    unit: str
    rung: str
    status: str
    instead_of: ReplacedDefault | None


class BasisAmount(BaseModel):
    """An activity amount of a source on one side; null where nothing is known."""

    symbol: str
    name_zh: str
    name_en: str
    value: str | None
    unit: str


class BasisSide(BaseModel):
    """What one basis counts of a source; `added` null: nothing of it."""

    added: str | None
    amounts: list[BasisAmount]
    factors: list[BasisFactor]


class BasisLine(BaseModel):
    """A source in two bases: what each counts, the difference (other minus chosen), and the reasons: boundary,
    factor, amount, formula or same."""

    source: str
    name_zh: str
    name_en: str
    chosen: BasisSide
    other: BasisSide
    difference: str
    why: list[str]


class BasisComparison(BaseModel):
    """Two bases explained: the lines and `left` (rounding, joint terms) add up to `difference`, which is null
    where either total is not known."""

    basis: str
    against: str
    quantity: Text
    against_quantity: Text
    chosen: Amount
    other: Amount
    lines: list[BasisLine]
    left: str
    difference: str | None
    complete: bool


class EnterpriseBases(BaseModel):
    """The bases of an enterprise in a period, the chosen one in detail, and it against another."""

    point: str
    as_of: int
    enterprise: Named
    period: str
    running: bool
    synthetic: bool
    bases: list[BasisTotal]
    basis: str
    boundary: list[Text]
    quantities: list[BasisQuantity]
    remarks: list[FindingBody]
    comparison: BasisComparison | None


class BasisChoice(BaseModel):
    """Which method applies as a basis from a day on: a method's id (`id#quantity` to name its total); null: none."""

    basis: str = Field(max_length=32)
    method: str | None = Field(default=None, max_length=160)
    valid_from: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    valid_to: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    reason: str = Field(min_length=3, max_length=2000)


class Recorded(BaseModel):
    """The entries that state it."""

    entries: list[int]
