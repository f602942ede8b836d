"""What witnesses answered: one cosignature line a head and witness."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "evidence_0003"
down_revision = "evidence_0002"
branch_labels = None


def upgrade() -> None:
    """Only ever added to; seen by all, because everybody may check them."""
    op.create_table(
        "cosignature",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, primary_key=True, comment="the witness's verifier key"),
        sa.Column("seconds", sa.BigInteger, nullable=False, comment="since 1970, as the witness states"),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False, comment="ms since 1970 by our clock"),
        schema="tansuo",
    )
    protect("cosignature", ledger=True, org_column=None)


def downgrade() -> None:
    """Never run: the ledger is append-only and so is its schema."""
    raise RuntimeError("Tansuo does not migrate downwards")
