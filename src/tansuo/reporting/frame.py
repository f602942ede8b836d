"""The frame of a page from the ledger's own state: which log, which size, when that was, whose city."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from tansuo.evidence.checkpoint import latest
from tansuo.evidence.clock import Clock
from tansuo.evidence.ledger import get, size
from tansuo.evidence.moment import recorded_at, zone_of
from tansuo.registry import subject
from tansuo.reporting.html import Language, Page


def frame(
    connection: Connection,
    *,
    language: Language,
    section: str,
    path: str,
    clock: Clock,
    as_of: int | None = None,
    known: int | None = None,
    known_on: str = "",
    viewer: str = "",
    form_token: str = "",
    kept: Sequence[tuple[str, str]] = (),
    pick_date: bool = True,
) -> Page:
    """The page frame as known at `as_of` entries (None = now). An empty ledger gives a frame of size 0.

    `known` is how many entries the page's tables have read so far, where the page shows tables: what it says
    of itself must stay true, and its permalink must lead to the same figures.

    The page stands on the civil day of its ledger point where that is fixed, else on today by `clock`. A day
    `known_on` that is not over fixes nothing: what is known on it is what is known now.
    """
    now = size(connection)
    zone = zone_of(connection)
    present = datetime.fromtimestamp(clock.now_ms() / 1000, ZoneInfo(zone))
    ahead = ""
    if known_on >= _day(present):
        as_of, known_on, ahead = None, "", known_on if known_on > _day(present) else ""
    shown = as_of if as_of is not None else now if known is None else known
    genesis = get(connection, 0)
    when = recorded_at(connection, shown, zone)
    city = city_name(connection, language, shown) if genesis else ""
    return Page(
        language=language,
        section=section,
        path=path,
        city=city,
        origin=str(genesis.body["origin"]) if genesis else "",
        size=shown,
        size_time=when.strftime("%Y-%m-%d %H:%M") if when else "",
        as_of_fixed=as_of is not None,
        known_on=known_on,
        ahead=ahead,
        as_of_day=_day(when if as_of is not None and when is not None else present),
        today=_day(present),
        synthetic=bool(genesis and genesis.body.get("demo")),
        viewer=viewer,
        form_token=form_token,
        kept=kept,
        pick_date=pick_date,
        head=_head(connection),
    )


def _head(connection: Connection) -> str:
    newest = latest(connection)
    return "" if newest is None else newest.note


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def city_name(connection: Connection, language: Language, as_of: int | None = None) -> str:
    """The name of the ledger's city, from the registry; its code while nobody has declared it."""
    found = subject.find(connection, kind="city", as_of=as_of)
    if found:
        return found[0].name_zh if language == "zh" else found[0].name_en
    genesis = get(connection, 0)
    return "" if genesis is None else str(genesis.body["city"])
