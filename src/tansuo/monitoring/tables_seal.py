"""Tables of seals: `seal` is a projection of the entries of that type, `sealing` the sealer's bookmark."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, SmallInteger, Table, Text, text

from tansuo.monitoring.tables import metadata

seal = Table(
    "seal",
    metadata,
    Column("org_id", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("series", Integer, nullable=False),
    *(
        Column(name, BigInteger)
        for name in ("rows", "expected", "received", "late", "gap", "revised", "conflicts")
    ),
    Column("synthetic", Boolean, nullable=False),
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    Column("superseded_at", BigInteger),
    Index("seal_in_force", "org_id", "period", unique=True, postgresql_where=text("superseded_at IS NULL")),
    Index("seal_first", "org_id", "first"),
)
"""One row a seal: the civil days [first, last) of its period, the ledger size whose readings it sealed, and its
counts over all series (null where no series has the count)."""

sealing = Table(
    "sealing",
    metadata,
    Column("one", SmallInteger, primary_key=True, autoincrement=False),
    Column("looked", BigInteger, nullable=False),
)
"""How far the sealer has come: what entries below `looked` touched is sealed, or was not to be. A bookmark, not
a projection: without it everything is looked at again and nothing is sealed twice."""
