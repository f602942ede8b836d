"""Raw frames and who may see them: whoever may see the enterprise whose device sent them."""

from __future__ import annotations

from sqlalchemy import Connection

from tansuo.api.policy import Viewer
from tansuo.api.problems import not_found
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import get
from tansuo.monitoring import plan
from tansuo.monitoring.record import Received
from tansuo.reporting.record_pages import device_of, record_of


def own_frame(
    connection: Connection, viewer: Viewer, arrival: int, number: int, what: str
) -> tuple[Entry, Received]:
    """An arrival and its record ``number``; 404 of ``what`` where there is none or it is another enterprise's.

    ``connection`` sees every organisation: a batch holds the frames of many.
    """
    entry = get(connection, arrival)
    record = record_of(connection, entry, number) if entry is not None and entry.type == "arrival" else None
    if entry is None or record is None:
        raise not_found(what, f"{arrival}/{number}")
    if viewer.orgs is not None:
        owners = {line.org for line in plan.lines(connection, device=device_of(entry, record))}
        owners |= {entry.org} - {CITY}
        if not any(viewer.sees(one) for one in owners):
            raise not_found(what, f"{arrival}/{number}")
    return entry, record
