"""Series, readings and raw records as data, within the viewer's scope."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from tansuo.api.own_frames import own_frame
from tansuo.api.policy import Viewer
from tansuo.api.problems import sought
from tansuo.api.viewer import Day, Index, Moment, own, reading, require, summing
from tansuo.monitoring import plan
from tansuo.monitoring.connectors.hj212.frame import decode
from tansuo.monitoring.lookup import day_readings, line_of
from tansuo.monitoring.plan import PlanLine, line_as_json
from tansuo.monitoring.reading import Reading
from tansuo.quantity.decimals import plain

router = APIRouter(prefix="/api", tags=["monitoring"])


def reading_as_json(one: Reading) -> dict[str, object]:
    """A reading with its state, provenance, origin and everything else ever said of that time."""
    return {
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "value": None if one.value is None else plain(one.value),
        "state": one.state.value,
        "provenance": one.provenance.value,
        "flag": one.flag,
        "entry": one.entry,
        "arrival": one.arrival,
        "record": one.record,
        "synthetic": one.synthetic,
        "superseded": [reading_as_json(old) for old in one.superseded],
        "conflicts": [reading_as_json(other) for other in one.conflicts],
    }


@router.get("/series", name="list_series")
def list_series(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_series"))],
    org: Annotated[str | None, Query(max_length=128)] = None,
) -> list[dict[str, object]]:
    """Lines of the monitoring plans in force, within the viewer's scope."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        found: list[PlanLine] = plan.lines(connection, size, org=org)
        return [{**line_as_json(line), "org": line.org} for line in found]


@router.get("/series/{series:path}/days/{day}", name="get_day_readings")
def get_day_readings(
    request: Request,
    series: str,
    day: Day,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("get_day_readings"))],
) -> dict[str, object]:
    """The readings of one civil day of a series."""
    with reading(request, viewer) as connection:
        size = moment.size(connection) if moment.fixed else None
        with sought("series", series):
            line = line_of(connection, series, size)
        own(viewer, line.org, "series", series)
        found = day_readings(connection, series, day, size)
        return {
            "series": series,
            "day": day.isoformat(),
            "unit": line.unit,
            "synthetic": line.synthetic,
            "readings": [reading_as_json(one) for one in found],
        }


@router.get("/arrivals/{arrival}/records/{number}", name="get_raw_record")
def get_raw_record(
    request: Request,
    arrival: Index,
    number: Index,
    viewer: Annotated[Viewer, Depends(require("get_raw_record"))],
) -> dict[str, object]:
    """The raw bytes of one record, in base64, with their decoding where they are an HJ 212 frame."""
    with summing(request) as connection:
        entry, record = own_frame(connection, viewer, arrival, number, "record")
        return {
            "arrival": arrival,
            "record": number,
            "received_ms": record.received_ms,
            "peer": record.peer,
            "grade": int(record.grade),
            "data": base64.b64encode(record.data).decode(),
            "decoded": decode(record.data).as_json() if entry.body["channel"] == "hj212" else None,
        }
