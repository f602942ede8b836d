"""The table of measured delays: how many by minute and size. No projection and no evidence; a week is kept."""

from sqlalchemy import ARRAY, BigInteger, Column, MetaData, Table, Text

metadata = MetaData()

promise = Table(
    "promise",
    metadata,
    Column("kind", Text, primary_key=True, comment="acknowledged or signed"),
    Column("minute", BigInteger, primary_key=True, autoincrement=False, comment="since 1970"),
    Column("measurer", Text, primary_key=True, comment="a running receiver, or the worker"),
    Column("counts", ARRAY(BigInteger), nullable=False, comment="by promise.BOUNDS_MS"),
    Column("worst", BigInteger, nullable=False, comment="ms"),
    Column("upto", BigInteger, comment="the log size that signatures are measured up to"),
    Column("org_id", Text, nullable=False),
)
