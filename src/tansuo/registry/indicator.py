"""Indicators 指标: what a statement is about, with its unit and how it may be added up.

Additivity: a flow adds over subjects and over time (coal burnt in a month), a stock adds over subjects only
(population, capacity, area), a ratio is never added (intensity, net calorific value): it is derived again
from its numerator and denominator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from tansuo.evidence.as_of import visible
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.quantity.unit import parse_unit
from tansuo.registry import tables
from tansuo.registry.wording import identifier, refuse


class Additivity(StrEnum):
    """How values of an indicator combine."""

    FLOW = "flow"
    STOCK = "stock"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Indicator:
    """A quantity that can be stated; ``decimals`` are those shown (None: all), ``owner`` a department."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    additivity: Additivity
    decimals: int | None = None
    owner: str = ""
    org: str = "public"
    entry: int = -1


def define(
    code: str,
    name_zh: str,
    name_en: str,
    unit: str,
    additivity: Additivity,
    *,
    decimals: int | None = None,
    owner: str = "",
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry that defines an indicator, or restates it. FindingError where the unit is not known."""
    try:
        parse_unit(unit)
    except ValueError as error:
        raise refuse("bad_unit", unit=unit, problem=str(error)) from None
    body = {
        "code": identifier(code),
        "name": {"zh": name_zh, "en": name_en},
        "unit": unit,
        "additivity": Additivity(additivity).value,
        "decimals": decimals,
        "owner": owner,
    }
    return Draft(type="indicator", subject=f"indicator/{code}", body=body, org=org, by=by)


def get(connection: Connection, code: str, *, as_of: int | None = None) -> Indicator | None:
    """The indicator as known at log size ``as_of``, or None."""
    found = find(connection, codes=[code], as_of=as_of)
    return found[0] if found else None


def find(
    connection: Connection, *, codes: Sequence[str] | None = None, as_of: int | None = None
) -> list[Indicator]:
    """Indicators, all or by code, ordered by code."""
    table = tables.indicator
    query = select(table).where(visible(table, as_of)).order_by(table.c.code)
    if codes is not None:
        query = query.where(table.c.code.in_(codes))
    return [
        Indicator(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            unit=row["unit"],
            additivity=Additivity(row["additivity"]),
            decimals=row["decimals"],
            owner=row["owner"],
            org=row["org_id"],
            entry=row["entry"],
        )
        for row in connection.execute(query).mappings()
    ]
