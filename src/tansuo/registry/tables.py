"""The registry's projection tables.

Every row carries ``entry`` (index of the entry that made it) and ``superseded_at`` (index of the entry that
replaced it, or null), so that the state as of any log size can be read back. No table is the truth: all of
them can be dropped and rebuilt from the ledger.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, MetaData, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

subject = Table(
    "subject",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("geometry", JSONB(none_as_null=True)),
    Column("synthetic", Boolean, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("source", JSONB(none_as_null=True)),
    Column("region", Text, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
)

subject_attribute = Table(
    "subject_attribute",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("source", JSONB(none_as_null=True)),
    Column("stated_by", BigInteger, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
)

relation = Table(
    "relation",
    metadata,
    Column("a", Text, primary_key=True),
    Column("relation", Text, primary_key=True),
    Column("b", Text, primary_key=True),
    Column("share", Numeric),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("source", JSONB(none_as_null=True)),
    Column("stated_by", BigInteger, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
)

indicator = Table(
    "indicator",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("additivity", Text, nullable=False),
    Column("decimals", Integer),
    Column("owner", Text, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
)

statement = Table(
    "statement",
    metadata,
    Column("subject", Text, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("world", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("value", Numeric),
    Column("unit", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("provenance", Text, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("source", JSONB(none_as_null=True)),
    Column("detail", JSONB(none_as_null=True)),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
)

case_ = Table(
    "case_",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("title_zh", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("deadline", Date),
    Column("outcome", Text),
    Column("frozen_size", BigInteger),
    Column("audience", Text),
    Column("body", JSONB(none_as_null=True), nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
)

posting = Table(
    "posting",
    metadata,
    Column("entry", BigInteger, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("book", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("unit", Text, nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("reverses", BigInteger),
    Column("synthetic", Boolean, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("superseded_at", BigInteger),
)
