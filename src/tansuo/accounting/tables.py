"""Projection tables of accounting: methods in force, and published figures; both rebuilt from entries."""

from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

method = Table(
    "method",
    metadata,
    Column("id", Text, primary_key=True),
    Column("edition", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("wording", Text, nullable=False),
    Column("valid", Text, nullable=False),
    Column("title_zh", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
)

figure = Table(
    "figure",
    metadata,
    Column("receipt", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("value", Text),
    Column("unit", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("decision", BigInteger),
    Column("synthetic", Boolean, nullable=False),
    Column("body", JSONB(none_as_null=True), nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
)
