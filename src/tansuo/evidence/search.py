"""Finding entries by number, by the beginning of their leaf hash, or by a document's SHA-256."""

import re

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from tansuo.evidence.browse import Spine, place, spine_query, spine_rows
from tansuo.evidence.tables import entry, leaf

DOCUMENT = "document/"
HASH_LEAST = 4
"""So many digits of a hash are asked for before it is looked up: fewer name nothing."""

_NUMBER = re.compile(r"[0-9]{1,15}")
_HASH = re.compile(r"[0-9a-f]{4,64}")


def entries(connection: Connection, text: str, size: int, *, limit: int = 20) -> tuple[int, list[Spine]]:
    """How many of the first ``size`` entries ``text`` names, and at most ``limit`` of them: the entry of that
    number first, then those whose leaf hash or document begins with it, newest first."""
    wanted = text.lower().removeprefix("#")
    numbered = place(connection, int(wanted), size) if _NUMBER.fullmatch(wanted) else None
    first = [] if numbered is None else [numbered]
    if not _HASH.fullmatch(wanted):
        return len(first), first
    named = or_(
        _begins(wanted),
        and_(entry.c.type == "document", entry.c.subject.startswith(f"{DOCUMENT}{wanted}", autoescape=True)),
    )
    query = spine_query().where(leaf.c.index < size, named).order_by(leaf.c.index.desc())
    counted = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    found = [one for one in spine_rows(connection, query.limit(limit)) if one not in first]
    return len(first) + counted, [*first, *found][:limit]


def _begins(digits: str) -> ColumnElement[bool]:
    """Leaf hashes that begin with these hex digits, as a span of an index."""
    low, high = bytes.fromhex(digits.ljust(64, "0")), bytes.fromhex(digits.ljust(64, "f"))
    return leaf.c.hash.between(low, high)
