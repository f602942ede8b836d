"""Plans, readings, conflicts, quarantine, findings, and the manifest of closed days."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from tansuo.database.protect import protect

revision = "monitoring_0002"
down_revision = "monitoring_0001"
branch_labels = None

SCHEMA = "tansuo"
_SUMS = ("measured", "substituted", "default", "estimated", "declared")
_COUNTS = (
    "value",
    "measured_zero",
    "declared_zero",
    "not_operating",
    "not_occurring",
    "included_elsewhere",
    "not_estimated",
    "missing",
    "confidential",
)


def _needed(name: str, kind: type[sa.types.TypeEngine[Any]] | sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _known() -> Sequence[sa.Column[Any]]:
    """The as-of columns every projection has."""
    return (_needed("entry", sa.BigInteger), sa.Column("superseded_at", sa.BigInteger))


def _version() -> Sequence[sa.schema.SchemaItem]:
    return (
        _needed("series", sa.Text),
        _needed("start", sa.BigInteger),
        _needed("day", sa.Date),
        sa.Column("value", sa.BigInteger),
        _needed("state", sa.Text),
        _needed("provenance", sa.Text),
        _needed("flag", sa.Text),
        _needed("synthetic", sa.Boolean),
        _needed("arrival", sa.BigInteger),
        _needed("record", sa.Integer),
        _needed("revision", sa.Integer),
        _needed("org_id", sa.Text),
        *_known(),
        sa.PrimaryKeyConstraint("series", "start", "arrival", "record", "entry"),
    )


def upgrade() -> None:
    """Projections of the ledger, and the one table that is not: `segment_day`."""
    op.create_table(
        "plan_line",
        _needed("series", sa.Text),
        *(_needed(name, sa.Text) for name in ("source", "meter", "indicator", "channel", "device", "stream")),
        _needed("form", sa.Text),
        _needed("step_s", sa.Integer),
        _needed("label", sa.Text),
        _needed("zone", sa.Text),
        _needed("unit", sa.Text),
        _needed("decimals", sa.SmallInteger),
        _needed("authoritative", sa.Boolean),
        _needed("required", sa.Boolean),
        _needed("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("lower", sa.Text),
        sa.Column("upper", sa.Text),
        _needed("synthetic", sa.Boolean),
        _needed("attributes", JSONB()),
        _needed("org_id", sa.Text),
        *_known(),
        sa.PrimaryKeyConstraint("series", "valid_from", "entry"),
        schema=SCHEMA,
    )
    op.create_index("plan_line_device", "plan_line", ["device"], schema=SCHEMA)
    op.create_index("plan_line_org", "plan_line", ["org_id"], schema=SCHEMA)
    op.create_table("reading", *_version(), schema=SCHEMA)
    op.create_index(
        "reading_in_force",
        "reading",
        ["series", "start"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        schema=SCHEMA,
    )
    op.create_index("reading_day", "reading", ["series", "day"], schema=SCHEMA)
    op.create_table("reading_conflict", *_version(), schema=SCHEMA)
    op.create_table(
        "life_event",
        _needed("series", sa.Text),
        _needed("at", sa.BigInteger),
        _needed("kind", sa.Text),
        _needed("last_value", sa.BigInteger),
        _needed("first_value", sa.BigInteger),
        _needed("org_id", sa.Text),
        *_known(),
        sa.PrimaryKeyConstraint("series", "at", "entry"),
        schema=SCHEMA,
    )
    op.create_table(
        "quarantine",
        _needed("arrival", sa.BigInteger),
        _needed("place", sa.Integer),
        *(_needed(name, sa.Text) for name in ("channel", "device", "stream")),
        _needed("label", sa.DateTime(timezone=False)),
        sa.Column("text", sa.Text),
        _needed("flag", sa.Text),
        _needed("record", sa.Integer),
        sa.Column("state", sa.Text),
        sa.Column("provenance", sa.Text),
        _needed("synthetic", sa.Boolean),
        _needed("reasoned", sa.Boolean),
        sa.Column("sender", sa.Text),
        _needed("code", sa.Text),
        _needed("org_id", sa.Text),
        *_known(),
        sa.PrimaryKeyConstraint("arrival", "place"),
        schema=SCHEMA,
    )
    op.create_index("quarantine_stream", "quarantine", ["device", "stream"], schema=SCHEMA)
    op.create_table(
        "frame_seen",
        _needed("frame", sa.Text),
        _needed("digest", sa.Text),
        _needed("record", sa.Integer),
        _needed("org_id", sa.Text),
        _needed("entry", sa.BigInteger),
        sa.PrimaryKeyConstraint("frame"),
        schema=SCHEMA,
    )
    op.create_table(
        "monitoring_finding",
        _needed("entry", sa.BigInteger),
        _needed("place", sa.Integer),
        _needed("code", sa.Text),
        _needed("severity", sa.Text),
        sa.Column("series", sa.Text),
        _needed("where_", JSONB()),
        _needed("params", JSONB()),
        _needed("org_id", sa.Text),
        sa.PrimaryKeyConstraint("entry", "place"),
        schema=SCHEMA,
    )
    op.create_index("monitoring_finding_series", "monitoring_finding", ["series"], schema=SCHEMA)
    op.create_table(
        "segment_day",
        _needed("series", sa.Text),
        _needed("day", sa.Date),
        _needed("version", sa.Integer),
        _needed("file", sa.Text),
        _needed("row_group", sa.Integer),
        _needed("row_in_group", sa.Integer),
        _needed("from_entry", sa.BigInteger),
        _needed("to_entry", sa.BigInteger),
        sa.Column("reopened_at", sa.BigInteger),
        *(sa.Column("sum_" + name, sa.Numeric) for name in _SUMS),
        *(_needed("count_" + name, sa.Integer) for name in _COUNTS),
        sa.Column("holes", JSONB()),
        sa.Column("register", JSONB()),
        _needed("revised", sa.Integer),
        _needed("synthetic", sa.Boolean),
        sa.Column("first_entry", sa.BigInteger),
        sa.Column("last_entry", sa.BigInteger),
        _needed("org_id", sa.Text),
        sa.PrimaryKeyConstraint("series", "day", "version"),
        schema=SCHEMA,
    )
    op.create_index(
        "segment_day_current",
        "segment_day",
        ["series", "day"],
        unique=True,
        postgresql_where=sa.text("reopened_at IS NULL"),
        schema=SCHEMA,
    )
    for table in (
        "plan_line",
        "reading",
        "reading_conflict",
        "life_event",
        "quarantine",
        "frame_seen",
        "monitoring_finding",
        "segment_day",
    ):
        protect(table)


def downgrade() -> None:
    """Never run: what was received is not forgotten by going back a version."""
    raise RuntimeError("Tansuo does not migrate downwards")
