"""Days and ledger sizes: which size the log had when a civil day ended, and when an entry was recorded."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from tansuo.evidence.ledger import get
from tansuo.evidence.tables import leaf

USUAL_ZONE = "Asia/Shanghai"


def size_on(connection: Connection, day: date, zone: str) -> int:
    """The size of the log at the end of civil `day` in `zone`; 0 before its first entry.

    Recorded times are the ledger's own claim and never decrease, so the answer is one number.
    """
    end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    last = connection.scalar(
        select(func.max(leaf.c.index)).where(leaf.c.recorded < int(end.timestamp()) * 1000)
    )
    return 0 if last is None else int(last) + 1


def zone_of(connection: Connection) -> str:
    """The civil time zone of the city's days, from the genesis entry; ``USUAL_ZONE`` before there is one."""
    first = get(connection, 0)
    return USUAL_ZONE if first is None else str(first.body["zone"])


def civil(milliseconds: int, zone: str) -> datetime:
    """An instant (ms since 1970) as civil time in `zone`."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(ZoneInfo(zone))


def to_the_second(milliseconds: int, zone: str) -> str:
    """An instant (ms since 1970) as people read it in `zone`: ``2026-11-27 09:30:00``."""
    return civil(milliseconds, zone).strftime("%Y-%m-%d %H:%M:%S")


def recorded_at(connection: Connection, size: int, zone: str) -> datetime | None:
    """When the last of the first `size` entries was recorded, in `zone`; None for an empty log."""
    found = connection.scalar(select(leaf.c.recorded).where(leaf.c.index == size - 1))
    if found is None:
        return None
    return civil(int(found), zone)
