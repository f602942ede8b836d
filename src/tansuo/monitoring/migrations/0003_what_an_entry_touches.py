"""Which readings an entry touched is asked every few seconds; it must not read every closed day."""

from alembic import op

revision = "monitoring_0003"
down_revision = "monitoring_0002"
branch_labels = None
depends_on = None

SCHEMA = "tansuo"


def upgrade() -> None:
    """Indexes by entry on what holds readings."""
    op.create_index("reading_entry", "reading", ["entry"], schema=SCHEMA)
    op.create_index("segment_day_to_entry", "segment_day", ["to_entry"], schema=SCHEMA)
    op.create_index("segment_day_reopened_at", "segment_day", ["reopened_at"], schema=SCHEMA)
