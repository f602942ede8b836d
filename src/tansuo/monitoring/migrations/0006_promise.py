"""How long acknowledgements and signatures took, counted by minute: what the platform promises is measured."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "monitoring_0006"
down_revision = "monitoring_0005"
branch_labels = None
depends_on = None

SCHEMA = "tansuo"


def upgrade() -> None:
    """Counts only, for everybody to read; kept a week, and no evidence."""
    op.create_table(
        "promise",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("minute", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("measurer", sa.Text, primary_key=True),
        sa.Column("counts", sa.ARRAY(sa.BigInteger), nullable=False),
        sa.Column("worst", sa.BigInteger, nullable=False),
        sa.Column("upto", sa.BigInteger),
        sa.Column("org_id", sa.Text, nullable=False),
        schema=SCHEMA,
    )
    protect("promise")


def downgrade() -> None:
    """Never run: the schema only grows."""
    raise RuntimeError("Tansuo does not migrate downwards")
