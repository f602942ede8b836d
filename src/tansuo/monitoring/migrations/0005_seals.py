"""Seals by organisation and period, for looking up, and how far the sealer has come."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "monitoring_0005"
down_revision = "monitoring_0004"
branch_labels = None
depends_on = None

SCHEMA = "tansuo"
COUNTS = ("rows", "expected", "received", "late", "gap", "revised", "conflicts")


def upgrade() -> None:
    """A projection by organisation; a bookmark of one row."""
    op.create_table(
        "seal",
        sa.Column("org_id", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("series", sa.Integer, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in COUNTS),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("superseded_at", sa.BigInteger),
        schema=SCHEMA,
    )
    op.create_index(
        "seal_in_force",
        "seal",
        ["org_id", "period"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        schema=SCHEMA,
    )
    op.create_index("seal_first", "seal", ["org_id", "first"], schema=SCHEMA)
    op.create_table(
        "sealing",
        sa.Column("one", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("looked", sa.BigInteger, nullable=False),
        schema=SCHEMA,
    )
    protect("seal")
    protect("sealing", org_column=None)


def downgrade() -> None:
    """Never run: the schema only grows."""
    raise RuntimeError("Tansuo does not migrate downwards")
