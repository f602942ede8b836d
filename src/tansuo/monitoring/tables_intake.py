"""The table of raw chunks: what was received and not yet closed into an arrival entry.

It is no projection: a chunk is the only copy of acknowledged bytes until its arrival entry and blob are
committed, in the same transaction that deletes it. What stays of it is its receiver's mark in ``closed_chunk``, so
that a receiver that never heard of its commit does not store the chunk once more.
"""

from sqlalchemy import BigInteger, Column, Identity, Integer, LargeBinary, MetaData, Table, Text

CLOSING = 0x74616E73_01
"""The advisory lock of whoever closes chunks, and of a receiver that must know whether its chunk is closed."""

metadata = MetaData()

raw_chunk = Table(
    "raw_chunk",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("receiver", Text, nullable=False, comment="a running receiver; unique with serial"),
    Column("serial", BigInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("records", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False, comment="packed records, see monitoring.record"),
    Column("org_id", Text, nullable=False),
)

closed_chunk = Table(
    "closed_chunk",
    metadata,
    Column("receiver", Text, primary_key=True),
    Column("serial", BigInteger, nullable=False, comment="chunks of this receiver up to here are closed"),
    Column("org_id", Text, nullable=False),
)
