"""Raw chunks: bytes received and acknowledged, until they are closed into an arrival entry."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "monitoring_0001"
down_revision = None
branch_labels = ("monitoring",)


def upgrade() -> None:
    """The table, guarded like every other; its payload is compressed at close, not while a device waits."""
    op.create_table(
        "raw_chunk",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("receiver", sa.Text, nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("records", sa.Integer, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("org_id", sa.Text, nullable=False),
        sa.UniqueConstraint("receiver", "serial", name="raw_chunk_once"),
        sa.CheckConstraint("records > 0", name="raw_chunk_records"),
        schema="tansuo",
    )
    op.execute("ALTER TABLE tansuo.raw_chunk ALTER COLUMN payload SET STORAGE EXTERNAL")
    protect("tansuo.raw_chunk")


def downgrade() -> None:
    """Never run: the ledger is append-only and so is its schema."""
    raise RuntimeError("Tansuo does not migrate downwards")
