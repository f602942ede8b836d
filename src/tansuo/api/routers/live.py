"""Live values by server-sent events: one event when new entries have been read, with each series' newest value."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from tansuo.accounting.inventory import known_size
from tansuo.api import sessions
from tansuo.api.policy import Viewer
from tansuo.api.viewer import clock_of, reading, require
from tansuo.monitoring import lookup, plan
from tansuo.quantity.decimals import plain

router = APIRouter(prefix="/api", tags=["live"])

PACE = 2.0
LONGEST = 1800.0


@router.get("/live", name="live", response_class=StreamingResponse)
def live(
    request: Request,
    viewer: Annotated[Viewer, Depends(require("live"))],
    org: Annotated[str | None, Query(max_length=128)] = None,
    events: Annotated[int | None, Query(ge=1, le=100_000, description="End after so many events")] = None,
) -> StreamingResponse:
    """A stream of `event: values` with {"size", "values": [{series, start, value, unit, state}]}.

    It ends with the session, after half an hour, or after `events`.
    """
    return StreamingResponse(
        _stream(request, viewer, org, events),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _stream(
    request: Request, viewer: Viewer, org: str | None, events: int | None
) -> AsyncIterator[str]:
    known, sent, waited = -1, 0, 0.0
    while waited < LONGEST and not await request.is_disconnected():
        try:
            found = await asyncio.to_thread(_values, request, viewer, org, known)
        except PermissionError:
            return
        if found is not None:
            known = int(str(found["size"]))
            yield f"event: values\nid: {known}\ndata: {json.dumps(found, ensure_ascii=False)}\n\n"
            sent += 1
            if events is not None and sent >= events:
                return
        else:
            yield ": still here\n\n"
        await asyncio.sleep(PACE)
        waited += PACE


def _values(request: Request, viewer: Viewer, org: str | None, known: int) -> dict[str, object] | None:
    """The newest readings within the viewer's scope; None while nothing new has reached the tables.

    PermissionError once the viewer's session is over.
    """
    with reading(request, viewer) as connection:
        if viewer.session is None or not sessions.is_open(connection, viewer.session, clock_of(request)):
            raise PermissionError(viewer.label)
        now = known_size(connection)
        if now == known:
            return None
        lines = {line.series: line for line in plan.lines(connection, org=org)}
        newest = lookup.latest(connection, list(lines)) if lines else {}
        return {
            "size": now,
            "values": [
                {
                    "series": series,
                    "org": lines[series].org,
                    "start": one.start.isoformat(),
                    "value": None if one.value is None else plain(one.value),
                    "unit": lines[series].unit,
                    "state": one.state.value,
                    "synthetic": one.synthetic,
                }
                for series, one in sorted(newest.items())
            ],
        }
