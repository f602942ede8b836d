"""The second tree of a log of both suites: nodes and heads under the name of their hash."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "evidence_0005"
down_revision = "evidence_0004"
branch_labels = None


def upgrade() -> None:
    """Only ever added to, like the first tree."""
    op.create_table(
        "second_node",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("octet_length(digest) = 32", name="second_node_digest_length"),
        schema="tansuo",
    )
    op.create_table(
        "second_head",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False, comment="ms since 1970 by the signer's clock"),
        schema="tansuo",
    )
    for table in ("second_node", "second_head"):
        protect(table, ledger=True, org_column=None)


def downgrade() -> None:
    """Never run: the ledger is append-only and so is its schema."""
    raise RuntimeError("Tansuo does not migrate downwards")
