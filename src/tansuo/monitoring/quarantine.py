"""Quarantine: measurements no plan line could take, kept with their arrival until a redrive can place
them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, BigInteger, Connection, Integer, RowMapping, bindparam, func, select, text

from tansuo.database.bulk import insert_rows
from tansuo.evidence.as_of import visible
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.monitoring import tables
from tansuo.monitoring.binding import Origin, Refused
from tansuo.monitoring.reading import Measurement
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import Provenance, State

CITY = "city"
_COLUMNS = tuple(column.name for column in tables.quarantine.columns)
_RELEASE = text(
    "UPDATE quarantine SET superseded_at = :entry FROM unnest(:arrivals, :places) AS done(arrival, place)"
    " WHERE quarantine.arrival = done.arrival AND quarantine.place = done.place"
).bindparams(bindparam("arrivals", type_=ARRAY(BigInteger)), bindparam("places", type_=ARRAY(Integer)))


class Refusals:
    """What one arrival's binding refused: rows for quarantine, and one finding a stream and reason."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._first: dict[tuple[str, str, str], tuple[Measurement, Refused]] = {}
        self._times: dict[tuple[str, str, str], int] = {}
        self.rows: list[tuple[object, ...]] = []

    def add(self, place: int, one: Measurement, refused: Refused) -> None:
        """Hold back one measurement; `place` is its position in the arrival."""
        row: dict[str, object] = {
            **one._asdict(),
            "arrival": self._origin.arrival,
            "entry": self._origin.entry,
            "reasoned": self._origin.reasoned,
            "sender": self._origin.sender,
            "place": place,
            "code": refused.code,
            "org_id": CITY,
            "superseded_at": None,
        }
        self.rows.append(tuple(row[name] for name in _COLUMNS))
        key = (one.device, one.stream, refused.code)
        self._first.setdefault(key, (one, refused))
        self._times[key] = self._times.get(key, 0) + 1

    def findings(self) -> list[Finding]:
        """One finding for each device, stream and reason, naming the first record and how many there are."""
        return [
            Finding(
                "monitoring." + refused.code,
                {"device": one.device, "entry": self._origin.arrival, "frame": one.record},
                {"stream": one.stream, "times": self._times[key], **refused.params},
            )
            for key, (one, refused) in self._first.items()
        ]


def write(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Bring held-back measurements into the table."""
    if rows:
        insert_rows(connection, "quarantine", _COLUMNS, rows)


def waiting(connection: Connection, device: object = None, stream: object = None) -> Sequence[RowMapping]:
    """Rows still in quarantine, in order of arrival and place, narrowed to a device and a stream."""
    table = tables.quarantine
    query = select(table).where(table.c.superseded_at.is_(None)).order_by(table.c.arrival, table.c.place)
    if device is not None:
        query = query.where(table.c.device == device)
    if stream is not None:
        query = query.where(table.c.stream == stream)
    return connection.execute(query).mappings().all()


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Measurements of one device held back for one reason: how many, and the newest arrival among them."""

    device: str
    code: str
    count: int
    arrival: int


def held(connection: Connection, as_of: int | None = None) -> list[HeldBack]:
    """What is in quarantine at a ledger size, by device and reason."""
    table = tables.quarantine
    query = (
        select(table.c.device, table.c.code, func.count(), func.max(table.c.arrival))
        .where(visible(table, as_of))
        .group_by(table.c.device, table.c.code)
        .order_by(table.c.device, table.c.code)
    )
    return [HeldBack(*row) for row in connection.execute(query)]


def measurement(row: RowMapping) -> Measurement:
    """The measurement that a row of quarantine holds."""
    state, provenance = row["state"], row["provenance"]
    return Measurement(
        channel=row["channel"],
        device=row["device"],
        stream=row["stream"],
        label=row["label"],
        text=row["text"],
        flag=row["flag"],
        record=row["record"],
        state=None if state is None else State(state),
        provenance=None if provenance is None else Provenance(provenance),
        synthetic=row["synthetic"],
    )


def release(connection: Connection, done: Sequence[tuple[int, int]], entry: int) -> None:
    """Mark rows (arrival, place) as placed by a redrive."""
    if done:
        arrivals, places = [arrival for arrival, _ in done], [place for _, place in done]
        connection.execute(_RELEASE, {"entry": entry, "arrivals": arrivals, "places": places})


def redrive_draft(device: str | None = None, stream: str | None = None, *, by: Actor = SYSTEM_ACTOR) -> Draft:
    """The entry that tries the quarantine again under the plans of today; narrowed to a device or stream.

    Readings that can be placed now are known from this entry on; what still cannot stays where it is.
    """
    body = {"device": device, "stream": stream}
    return Draft("redrive", f"quarantine/{device or 'all'}/{stream or 'all'}", body, org=CITY, by=by)
