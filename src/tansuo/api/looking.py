"""One look at the city: who looks, from which point of the ledger, and which civil time that is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from fastapi import Request
from sqlalchemy import Connection

from tansuo.accounting.inventory import Inventory
from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found, refused
from tansuo.api.viewer import AsOfQuery, clock_of, inventory_of, reading
from tansuo.evidence.document import get_blob
from tansuo.evidence.erasable import is_kept
from tansuo.evidence.ledger import origin
from tansuo.evidence.moment import recorded_at, zone_of
from tansuo.quantity.decimals import parse_decimal
from tansuo.quantity.period import Period
from tansuo.quantity.state import State
from tansuo.registry import subject
from tansuo.registry.subject import Subject


@dataclass(frozen=True)
class Look:
    """A transaction with the viewer's own access at one ledger size.

    `now` is the present; from a past size the time its last entry was recorded, from a past day its end. `past`:
    whether the request names such a point, from which nothing can be done.
    """

    connection: Connection
    viewer: Viewer
    inventory: Inventory
    zone: str
    now: datetime
    past: bool

    @property
    def size(self) -> int:
        """The ledger size that everything of this look is read at."""
        return self.inventory.as_of

    @property
    def today(self) -> date:
        """The civil day of the city that is not over."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def month(self) -> Period:
        """The month that is not over."""
        return Period.of_month(self.today.year, self.today.month)

    @property
    def last_month(self) -> Period:
        """The month that ended last."""
        return self.month.previous()

    @cached_property
    def point(self) -> str:
        """The as-of point as people cite it, `origin@size`."""
        return f"{origin(self.connection)}@{self.size}"


@contextmanager
def looking(request: Request, viewer: Viewer, moment: AsOfQuery) -> Iterator[Look]:
    """Look with what the viewer may see, from the moment the request names. 422 as in `AsOfQuery.size`."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        zone = zone_of(connection)
        present = now = datetime.fromtimestamp(clock_of(request).now_ms() / 1000, UTC)
        if moment.as_of is not None:
            now = recorded_at(connection, moment.as_of, zone) or now
        elif moment.known_on is not None:
            now = min(now, datetime.combine(moment.known_on, time.max, ZoneInfo(zone)))
        past = moment.as_of is not None or now < present
        yield Look(connection, viewer, inventory_of(request, connection, size), zone, now, past)


def firm_of(look: Look, name: str) -> Subject:
    """The enterprise `name` within the viewer's scope; 404 for any other, in the words of one not there."""
    found = subject.get(look.connection, name, as_of=look.size)
    if found is None or found.kind != "enterprise" or not look.viewer.sees(found.org):
        raise not_found("enterprise", name)
    return found


def number_of(text: str) -> Decimal:
    """The decimal number a request states; 422 ``bad_number`` for any other text."""
    try:
        return parse_decimal(text)
    except ValueError as error:
        raise refused("bad_number", value=text) from error


def stated(value: str | None, state: State | None) -> Decimal | State:
    """What a request states: a number, or why there is none; 422 ``value_or_state`` for both or neither."""
    if (value is None) == (state is None):
        raise refused("value_or_state")
    if value is not None:
        return number_of(value)
    assert state is not None
    return state


def cited_document(connection: Connection, digest: str | None) -> None:
    """Refuse ``no_document`` where a document is cited that is kept neither as it is nor sealed."""
    if digest is not None and get_blob(connection, digest) is None and not is_kept(connection, digest):
        raise refused("no_document", document=digest)
