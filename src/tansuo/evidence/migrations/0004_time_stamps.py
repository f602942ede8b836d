"""What time-stamp authorities answered: the raw response for one head."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "evidence_0004"
down_revision = "evidence_0003"
branch_labels = None


def upgrade() -> None:
    """Only ever added to; the raw bytes are kept, because they are the evidence."""
    op.create_table(
        "time_stamp",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("authority", sa.Text, primary_key=True),
        sa.Column("stamped", sa.BigInteger, nullable=False, comment="ms since 1970, as the authority states"),
        sa.Column("response", sa.LargeBinary, nullable=False, comment="RFC 3161 TimeStampResp, DER"),
        sa.Column("received", sa.BigInteger, nullable=False, comment="ms since 1970 by our clock"),
        schema="tansuo",
    )
    protect("time_stamp", ledger=True, org_column=None)


def downgrade() -> None:
    """Never run: the ledger is append-only and so is its schema."""
    raise RuntimeError("Tansuo does not migrate downwards")
