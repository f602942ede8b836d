"""Homes of those outside: the public and investors see what a decision has published, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from tansuo.accounting.figure import Cell
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD, RELATION, published_month
from tansuo.accounting.receipt import Published, published
from tansuo.accounting.working import read_working
from tansuo.api.home_shapes import InvestorHome, Pair, Place, PublicHome
from tansuo.api.homes.here import Here, published_amount
from tansuo.api.shapes import named
from tansuo.quantity.period import Period
from tansuo.registry import subject
from tansuo.registry.relation import children

MONTHS = 24

Found = Mapping[Cell, Published]


def public(here: Here) -> PublicHome:
    """The newest published month of the city, the months before it, the units."""
    found, months = _published(here)
    city = here.city()
    trend = [_pair(found, city.id, month) for month in months]
    newest = trend[-1] if trend else None
    direct, indirect = (
        None if newest is None else _members(here, found.get(_cell(city.id, one, newest.period)))
        for one in (DIRECT, INDIRECT)
    )
    return PublicHome(
        total=newest,
        trend=trend,
        places=_places(here, found, newest.period) if newest else [],
        enterprises_direct=direct,
        enterprises_indirect=indirect,
    )


def _members(here: Here, one: Published | None) -> int | None:
    """Over how many enterprises a published sum is; some firms burn nothing and have only bought energy."""
    if one is None:
        return None
    return int(read_working(here.connection, one.body)["completeness"]["members"]["expected"])


def investor(here: Here) -> InvestorHome:
    """The units of the city with what is published of them."""
    found, months = _published(here)
    return InvestorHome(
        period=months[-1] if months else None,
        places=_places(here, found, months[-1] if months else here.last_month.text),
    )


def _published(here: Here) -> tuple[Found, list[str]]:
    """What is public, and the months of roll-ups up to the last of which a sum of the city has a value."""
    found = {one.cell: one for one in published(here.connection, as_of=here.size) if one.org == "public"}
    last = published_month(found, here.city().id) or ""
    months = {
        cell.period
        for cell in found
        if cell.relation == RELATION and Period.parse(cell.period).grain == "month" and cell.period <= last
    }
    return found, sorted(months)[-MONTHS:]


def _cell(about: str, quantity: str, period: str) -> Cell:
    return Cell(about, quantity, period, METHOD, RELATION)


def _pair(found: Found, about: str, period: str) -> Pair:
    direct, indirect = (found.get(_cell(about, quantity, period)) for quantity in (DIRECT, INDIRECT))
    return Pair(period=period, direct=published_amount(direct), indirect=published_amount(indirect))


def _places(here: Here, found: Found, period: str) -> list[Place]:
    on = Period.parse(period).start
    ids = [one.subject for one in children(here.connection, here.city().id, RELATION, on, here.size)]
    units = subject.find(here.connection, ids=ids, as_of=here.size) if ids else []
    pairs = {one.id: _pair(found, one.id, period) for one in units}
    return [
        Place(unit=named(one), direct=pairs[one.id].direct, indirect=pairs[one.id].indirect) for one in units
    ]
