"""Tables of files on their way in: parts uploaded, the map, what was found. Not evidence, and no projections.

A staged file may be thrown away by who sent it until it is received; then its bytes are a blob of the ledger
and the staged parts go. The row stays as the memory of who imported what, and points to the arrival.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

staged_file = Table(
    "staged_file",
    metadata,
    Column("id", Text, primary_key=True),
    Column("org_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("part_bytes", Integer, nullable=False),
    Column("state", Text, nullable=False, comment="see monitoring.importing.staging.State"),
    Column("by_id", Text, nullable=False),
    Column("by_role", Text, nullable=False),
    Column("by_session", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("seen", JSONB(none_as_null=True), comment="what inspection saw"),
    Column("plan", JSONB(none_as_null=True), comment="the columns as mapped in the browser"),
    Column("map_name", Text),
    Column("map", LargeBinary, comment="the TOML that the file is read with"),
    Column("attempts", Integer, nullable=False, comment="how often the job at hand was begun"),
    Column("done", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("judged", JSONB(none_as_null=True), comment="the account of the rows, totals, comparison"),
    Column("reason", Text),
    Column("outcome", JSONB(none_as_null=True), comment="what receiving it did"),
    Column("problem", JSONB(none_as_null=True), comment="findings that stopped a job"),
)

staged_part = Table(
    "staged_part",
    metadata,
    Column("file", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("org_id", Text, nullable=False),
)

staged_finding = Table(
    "staged_finding",
    metadata,
    Column("file", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("row", Integer),
    Column("column", Text, nullable=False),
    Column("cell", Text, nullable=False),
    Column("where_", JSONB, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("org_id", Text, nullable=False),
)
