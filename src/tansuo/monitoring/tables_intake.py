"""The table of raw chunks: what was received and not yet closed into an arrival entry.

It is no projection: a chunk is the only copy of acknowledged bytes until its arrival entry and blob are
committed, in the same transaction that deletes it.
"""

from sqlalchemy import BigInteger, Column, Identity, Integer, LargeBinary, MetaData, Table, Text

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
