"""How far each receiver's chunks are closed: a chunk sent again after that is not received twice."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "monitoring_0007"
down_revision = "monitoring_0006"
branch_labels = None
depends_on = None

SCHEMA = "tansuo"


def upgrade() -> None:
    """One row a receiver that has run."""
    op.create_table(
        "closed_chunk",
        sa.Column("receiver", sa.Text, primary_key=True),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("org_id", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    protect("closed_chunk")


def downgrade() -> None:
    """Never run: the schema only grows."""
    raise RuntimeError("Tansuo does not migrate downwards")
