"""Finding receipts by their id and methods by id, title or fingerprint, best match first."""

from sqlalchemy import Connection, func, or_, select

from tansuo.accounting import tables
from tansuo.accounting.methods_store import Listing, listing_of
from tansuo.accounting.receipt import Published, published_of
from tansuo.evidence.as_of import visible
from tansuo.registry.search import rank

FINGERPRINT_LEAST = 6
"""So many digits of a fingerprint are asked for before it is looked up: fewer name nothing."""


def receipts(
    connection: Connection, text: str, *, limit: int = 20, as_of: int | None = None
) -> tuple[int, list[Published]]:
    """How many receipts begin with ``text`` (R and its entry, or the digits after the hyphen), and the best."""
    table = tables.figure
    wanted = text if text[:1] in "Rr" else f"R{text}" if text.isdigit() else ""
    found = [table.c.receipt.istartswith(wanted, autoescape=True)] if wanted else []
    if len(text) >= FINGERPRINT_LEAST:
        found.append(table.c.receipt.iendswith(f"-{text}", autoescape=True))
    if not found:
        return 0, []
    query = (
        select(table, func.count().over().label("found"))
        .where(or_(*found))
        .order_by(rank((table.c.receipt,), (), text), table.c.entry.desc())
        .limit(limit)
    )
    # A receipt stays one after a later figure has replaced it.
    if as_of is not None:
        query = query.where(table.c.entry < as_of)
    rows = connection.execute(query).mappings().all()
    return (rows[0]["found"] if rows else 0), [published_of(row) for row in rows]


def methods(
    connection: Connection, text: str, *, limit: int = 20, as_of: int | None = None
) -> tuple[int, list[Listing]]:
    """How many methods in force have ``text`` in id, edition or title, or begin their fingerprint so."""
    table = tables.method
    names = (table.c.title_zh, table.c.title_en)
    found = [one.icontains(text, autoescape=True) for one in (*names, table.c.id, table.c.edition)]
    if len(text) >= FINGERPRINT_LEAST:
        found.append(table.c.fingerprint.istartswith(text, autoescape=True))
    query = (
        select(table, func.count().over().label("found"))
        .where(visible(table, as_of), or_(*found))
        .order_by(rank((table.c.id, table.c.fingerprint), names, text), table.c.entry.desc())
        .limit(limit)
    )
    rows = connection.execute(query).mappings().all()
    return (rows[0]["found"] if rows else 0), [listing_of(row) for row in rows]
