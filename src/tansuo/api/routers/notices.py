"""提醒: what the viewer should look at, within their scope, as known at the moment asked for."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from tansuo.accounting.notices import Notice, Watch, notices
from tansuo.accounting.overview import METHOD
from tansuo.api.policy import Viewer, policy
from tansuo.api.problems import not_found
from tansuo.api.routers.cockpit import present_of
from tansuo.api.viewer import Moment, inventory_of, require, summing
from tansuo.evidence.document import CITY
from tansuo.methods.render import name
from tansuo.quantity.period import Period
from tansuo.registry import subject
from tansuo.reporting.notices import Names, worded

router = APIRouter(prefix="/api/notices", tags=["notices"])

MOST = 300


class NoticeBody(BaseModel):
    """One thing to look at: `target` is a path of the workspace, `since` when it began, where that is known."""

    kind: str
    severity: str
    subject: str
    name_zh: str
    name_en: str
    since: datetime | None
    text_zh: str
    text_en: str
    target: str


class KindCount(BaseModel):
    """How many notices of a kind there are."""

    kind: str
    severity: str
    count: int


class NoticesBody(BaseModel):
    """The notices as known at `size`, the gravest first; `counts` are of all, also where the list is cut."""

    size: int
    day: date
    counts: list[KindCount]
    notices: list[NoticeBody]


@router.get("", name="list_notices")
def list_notices(
    request: Request,
    moment: Moment,
    viewer: Annotated[Viewer, Depends(require("list_notices"))],
    kind: Annotated[str | None, Query(max_length=20)] = None,
    method: Annotated[str, Query(max_length=128)] = METHOD,
) -> NoticesBody:
    """Holes, conflicts, late data, corrections, quarantine, silent devices, moved figures, deadlines."""
    with summing(request) as connection:
        now = present_of(request, connection, moment)
        cities = subject.find(connection, kind="city", as_of=now.size)
        if not cities:
            raise not_found("city", "")
        inventory = inventory_of(request, connection, now.size)
        watch = Watch(connection, inventory, cities[0].id, method, now.instant)
        mine = [one for one in notices(watch) if _sees(viewer, one)]
        counts = Counter((one.kind, one.severity) for one in mine)
        shown = [one for one in mine if kind is None or one.kind == kind][:MOST]
        ids = sorted({named for one in shown for named in (one.subject, str(one.params.get("source", "")))})
        known = {one.id: one for one in subject.find(connection, ids=ids, as_of=now.size)}
        words = inventory.method(method, Period.of_month(now.day.year, now.day.month)).words

        def named(one: Notice) -> Names:
            about = known.get(one.subject, cities[0])
            return about.name_zh, about.name_en

        def sourced(source: str) -> Names:
            about = known.get(source)
            return (about.name_zh, about.name_en) if about else (source, source)

        def body(one: Notice) -> NoticeBody:
            symbol = str(one.params.get("quantity", ""))
            quantity = (name(symbol, "zh", words), name(symbol, "en", words))
            role = _role(str(one.params.get("role", "")))
            source = sourced(str(one.params.get("source", "")))
            zh, en = (worded(one, language, named(one), quantity, role, source) for language in ("zh", "en"))
            return NoticeBody(
                kind=one.kind, severity=one.severity, subject=one.subject, name_zh=named(one)[0],
                name_en=named(one)[1], since=None if one.since is None else one.since.astimezone(UTC),
                text_zh=zh, text_en=en, target=one.target,
            )  # fmt: skip

        return NoticesBody(
            size=now.size,
            day=now.day,
            counts=[
                KindCount(kind=each, severity=severity, count=count)
                for (each, severity), count in sorted(counts.items())
            ],
            notices=[body(one) for one in shown],
        )


def _sees(viewer: Viewer, one: Notice) -> bool:
    """Whether a notice lies in the viewer's scope: the city's own are for those who see the whole city."""
    if one.org == CITY:
        return viewer.orgs is None
    if one.kind == "deadline":
        return viewer.awaited(one.org, str(one.params["role"]), one.subject)
    return viewer.sees(one.org)


def _role(role: str) -> Names:
    known = policy().roles.get(role)
    return (known.zh, known.en) if known else (role, role)
