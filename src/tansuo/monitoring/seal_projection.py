"""The projector of seals: from entries to a table in which the seal of a day or month is found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from tansuo.evidence.entry import Entry
from tansuo.evidence.projection import Projection
from tansuo.monitoring import tables_seal
from tansuo.monitoring.seals import SEAL, read_seal, totals
from tansuo.quantity.period import Period
from tansuo.registry.slices import supersede


def apply(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write the seals (index order, each once); a later one of the same period replaces the one before."""
    supersede(connection, tables_seal.seal, ("org_id", "period"), [_row(connection, one) for one in entries])


def _row(connection: Connection, entry: Entry) -> dict[str, Any]:
    body = read_seal(connection, entry)
    period = Period.parse(body["period"])
    return {
        "org_id": entry.org,
        "period": period.text,
        "first": period.start,
        "last": period.end,
        "size": body["size"],
        **totals(body),
        "synthetic": any(item["synthetic"] for item in body["series"]),
        "entry": entry.index,
    }


PROJECTION = Projection(name="seals", tables=("seal",), entry_types=frozenset({SEAL}), apply=apply)
