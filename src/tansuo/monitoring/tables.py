"""Tables of plan, readings and closed days. All but `segment_day` are projections of the ledger.

A meter-day lives in one place: in `reading` while it is open, in a Parquet segment once it is closed, with a
row of `segment_day` that says where and what it sums to. A late reading or a correction brings the day back
into `reading`; the next close writes a new version of it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from tansuo.quantity.state import Provenance, State

metadata = MetaData()

plan_line = Table(
    "plan_line",
    metadata,
    Column("series", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("meter", Text, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("step_s", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("decimals", SmallInteger, nullable=False),
    Column("authoritative", Boolean, nullable=False),
    Column("required", Boolean, nullable=False),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("lower", Text),
    Column("upper", Text),
    Column("synthetic", Boolean, nullable=False),
    Column("attributes", JSONB, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
    Index("plan_line_device", "device"),
    Index("plan_line_org", "org_id"),
)
"""Lines of every plan ever in force."""


def _version_columns(*key: str) -> list[Column[object]]:
    """What a version of a reading is made of, told apart by series, start and ``key``; see
    `monitoring.reading.Version`."""
    return [
        Column("series", Text, primary_key=True),
        Column("start", BigInteger, primary_key=True),
        Column("day", Date, nullable=False),
        Column("value", BigInteger),
        Column("state", Text, nullable=False),
        Column("provenance", Text, nullable=False),
        Column("flag", Text, nullable=False),
        Column("synthetic", Boolean, nullable=False),
        Column("arrival", BigInteger, primary_key="arrival" in key, nullable=False),
        Column("record", Integer, primary_key="record" in key, nullable=False),
        Column("revision", Integer, primary_key="revision" in key, nullable=False),
        Column("org_id", Text, nullable=False),
        Column("entry", BigInteger, primary_key="entry" in key, nullable=False),
        Column("superseded_at", BigInteger),
    ]


reading = Table(
    "reading",
    metadata,
    *_version_columns("revision"),
    Index("reading_day", "series", "day"),
    Index("reading_entry", "entry"),
)
"""Accepted versions of the open days. At most one version of a time is not superseded: its revisions count from 0,
and each but the last is superseded by the next; two writers of one revision cannot both succeed."""

reading_conflict = Table("reading_conflict", metadata, *_version_columns("arrival", "record", "entry"))
"""Differing values that came without a reason; a correction of that time supersedes them."""

life_event = Table(
    "life_event",
    metadata,
    Column("series", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("last_value", BigInteger, nullable=False),
    Column("first_value", BigInteger, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, primary_key=True),
    Column("superseded_at", BigInteger),
)
"""Declared roll-overs, resets and replacements of registers: the old count's last and the new one's first."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("arrival", BigInteger, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("label", DateTime(timezone=False), nullable=False),
    Column("text", Text),
    Column("flag", Text, nullable=False),
    Column("record", Integer, nullable=False),
    Column("state", Text),
    Column("provenance", Text),
    Column("synthetic", Boolean, nullable=False),
    Column("reasoned", Boolean, nullable=False),
    Column("sender", Text),
    Column("code", Text, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, nullable=False),
    Column("superseded_at", BigInteger),
    Index("quarantine_stream", "device", "stream"),
)
"""Measurements no plan line could take, with the finding's code; re-driven by an entry `redrive`."""

frame_seen = Table(
    "frame_seen",
    metadata,
    Column("frame", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("record", Integer, nullable=False),
    Column("org_id", Text, nullable=False),
    Column("entry", BigInteger, nullable=False),
)
"""Frame keys (MN/CN/QN/PNO) already taken, with the digest of the bytes taken first."""

monitoring_finding = Table(
    "monitoring_finding",
    metadata,
    Column("entry", BigInteger, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("series", Text),
    Column("where_", JSONB, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("org_id", Text, nullable=False),
    Index("monitoring_finding_series", "series"),
)
"""What intake and projection found, by the entry that gave rise to it."""

SUMS = tuple(f"sum_{one.value}" for one in Provenance)
COUNTS = tuple(f"count_{one.value}" for one in State)

segment_day = Table(
    "segment_day",
    metadata,
    Column("series", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("row_group", Integer, nullable=False),
    Column("row_in_group", Integer, nullable=False),
    Column("from_entry", BigInteger, nullable=False),
    Column("to_entry", BigInteger, nullable=False),
    Column("reopened_at", BigInteger),
    *(Column(name, Numeric) for name in SUMS),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
    Column("holes", JSONB(none_as_null=True)),
    Column("register", JSONB(none_as_null=True)),
    Column("revised", Integer, nullable=False),
    Column("synthetic", Boolean, nullable=False),
    Column("first_entry", BigInteger),
    Column("last_entry", BigInteger),
    Column("org_id", Text, nullable=False),
    Index("segment_day_current", "series", "day", unique=True, postgresql_where=text("reopened_at IS NULL")),
    Index("segment_day_to_entry", "to_entry"),
    Index("segment_day_reopened_at", "reopened_at"),
)
"""Manifest of closed meter-days. A version holds what was known from `to_entry` on until `reopened_at`: its
sums and counts (integers of the series' decimals, null where nothing has that provenance) answer any ledger
size N with to_entry < N and (reopened_at null or ≥ N) without opening the file."""

PROJECTED = (
    "plan_line",
    "reading",
    "reading_conflict",
    "life_event",
    "quarantine",
    "frame_seen",
    "monitoring_finding",
)
