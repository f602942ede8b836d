"""What has just come in: readings of the hour, the youngest, the devices, and who stands still."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from tansuo.accounting.inventory import known_size
from tansuo.api.cockpit_shapes import HealthBody, plain_or_none
from tansuo.api.policy import Viewer
from tansuo.api.routers.cockpit import Present, health_of
from tansuo.api.shapes import Named, named
from tansuo.api.viewer import clock_of, reading, require
from tansuo.evidence.moment import civil, zone_of
from tansuo.monitoring import plan
from tansuo.monitoring.newest import newest, standing_still, within_hour
from tansuo.registry import subject

router = APIRouter(prefix="/api", tags=["live"])


class CameBody(BaseModel):
    """A reading that has just come in."""

    org: str
    org_zh: str
    org_en: str
    source_zh: str
    source_en: str
    start: datetime
    received: datetime
    value: str | None
    unit: str
    state: str
    synthetic: bool
    entry: int


class LiveNow(BaseModel):
    """The pulse of the data within the viewer's scope: readings of the last hour, the youngest, the devices, and the
    firms all of whose live readings say that they stand still."""

    size: int
    count: int
    newest: list[CameBody]
    stopped: list[Named]
    health: HealthBody


@router.get("/live/now", name="get_live_now")
def get_live_now(
    request: Request,
    viewer: Annotated[Viewer, Depends(require("get_live_now"))],
    most: Annotated[int, Query(ge=1, le=50)] = 8,
) -> LiveNow:
    """What has just come in. It is of the present; what was known at another moment is the cockpit's to say."""
    with reading(request, viewer) as connection:
        now_ms = clock_of(request).now_ms()
        now = Present(known_size(connection), civil(now_ms, zone_of(connection)), date.min, None)
        lines = {one.series: one for one in plan.lines(connection)}
        came = newest(connection, lines, most)
        still = standing_still(connection, lines.values(), now.instant)
        ids = sorted({name for one in came for name in (one.line.org, one.line.source)} | still)
        names = {one.id: one for one in subject.find(connection, ids=ids)}

        def of(name: str) -> tuple[str, str]:
            return (names[name].name_zh, names[name].name_en) if name in names else (name, name)

        return LiveNow(
            size=now.size,
            count=within_hour(connection, now_ms),
            newest=[
                CameBody(
                    org=one.line.org, org_zh=of(one.line.org)[0], org_en=of(one.line.org)[1],
                    source_zh=of(one.line.source)[0], source_en=of(one.line.source)[1], start=one.start,
                    received=one.received, value=plain_or_none(one.value), unit=one.line.unit,
                    state=one.state.value, synthetic=one.synthetic, entry=one.entry,
                )
                for one in came
            ],
            stopped=[named(names[name]) for name in sorted(still) if name in names],
            health=health_of(connection, viewer, now),
        )  # fmt: skip
