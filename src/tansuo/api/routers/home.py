"""Every role's home: its first question, answered with data of its own scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request

from tansuo.accounting import laboratory
from tansuo.api.home_shapes import Answer, Home
from tansuo.api.homes import administrators, city, firm, outside
from tansuo.api.homes.here import Here
from tansuo.api.looking import looking
from tansuo.api.policy import Viewer
from tansuo.api.viewer import AsOfQuery, Moment, clock_of, require, summing
from tansuo.evidence.ledger import get
from tansuo.evidence.moment import zone_of

router = APIRouter(prefix="/api", tags=["home"])

HOMES: dict[str, Callable[[Here], Answer]] = {
    "city_manager": city.city_manager,
    "city_approver": city.city_approver,
    "department": city.department,
    "county_manager": city.county_manager,
    "enterprise_clerk": firm.enterprise_clerk,
    "enterprise_reviewer": firm.enterprise_reviewer,
    "laboratory": firm.laboratory,
    "verifier": firm.verifier,
    "investor": outside.investor,
    "public": outside.public,
    "system_admin": administrators.system_admin,
    "security_admin": administrators.security_admin,
    "audit_admin": administrators.audit_admin,
}
"""By role: a role without a home fails in the tests."""


@router.get("/home", name="get_home")
def get_home(
    request: Request, moment: Moment, viewer: Annotated[Viewer, Depends(require("get_home"))]
) -> Home:
    """What the viewer's role asks first, as known at the point asked for."""
    with _here(request, viewer, moment) as here:
        genesis = get(here.connection, 0)
        return Home(
            as_of=here.size,
            today=here.today,
            synthetic=bool(genesis and genesis.body.get("demo")),
            answer=HOMES[viewer.role](here),
        )


@contextmanager
def _here(request: Request, viewer: Viewer, moment: AsOfQuery) -> Iterator[Here]:
    with looking(request, _with_clients(request, viewer), moment) as look:
        yield Here(look.connection, viewer, look.inventory, look.zone, look.now, look.past, request)


def _with_clients(request: Request, viewer: Viewer) -> Viewer:
    """A laboratory sees the rows of the firms that name it, for its home alone."""
    if viewer.role != "laboratory" or not viewer.subject:
        return viewer
    with summing(request) as connection:
        zone = ZoneInfo(zone_of(connection))
        today = datetime.fromtimestamp(clock_of(request).now_ms() / 1000, zone).date()
        firms = laboratory.clients(connection, viewer.subject, today)
    return replace(viewer, orgs=frozenset(firms))
