"""The last attempt to anchor with each party: when, and what went wrong. What went right is an entry."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "evidence_0006"
down_revision = "evidence_0005"
branch_labels = None


def upgrade() -> None:
    """One row a party, for everybody to read."""
    op.create_table(
        "anchor_attempt",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("tried", sa.BigInteger, nullable=False, comment="ms since 1970 by our clock"),
        sa.Column("problem", sa.Text, nullable=False, comment="empty where it went well"),
        schema="tansuo",
    )
    protect("anchor_attempt", org_column=None)


def downgrade() -> None:
    """Never run: the schema only grows."""
    raise RuntimeError("Tansuo does not migrate downwards")
