"""The ledger: entries, leaves, subtrees, checkpoints, blobs; and how far each projection has come."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "evidence_0001"
down_revision = None
branch_labels = ("evidence",)


def upgrade() -> None:
    """Tables that are only ever added to; the application role gets INSERT and SELECT and nothing else."""
    op.create_table(
        "entry",
        sa.Column("index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("org_id", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("recorded", sa.BigInteger, nullable=False, comment="ms since 1970 by the ledger's clock"),
        sa.Column("supersedes", sa.BigInteger),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False, comment="canonical bytes: the evidence"),
        sa.CheckConstraint("index >= 0", name="entry_index"),
        sa.CheckConstraint("supersedes < index", name="entry_supersedes_older"),
        sa.CheckConstraint("octet_length(leaf_hash) = 32", name="entry_hash_length"),
        sa.CheckConstraint("octet_length(data) <= 65535", name="entry_length"),
        schema="tansuo",
    )
    op.create_index("entry_by_subject", "entry", ["subject", "index"], schema="tansuo")
    op.create_index("entry_by_type", "entry", ["type", "index"], schema="tansuo")
    op.create_index(
        "entry_replaced_once",
        "entry",
        ["supersedes"],
        unique=True,
        postgresql_where=sa.text("supersedes IS NOT NULL"),
        schema="tansuo",
    )
    op.create_table(
        "leaf",
        sa.Column("index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("recorded", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("octet_length(hash) = 32", name="leaf_hash_length"),
        schema="tansuo",
    )
    op.create_table(
        "tree_node",
        sa.Column("level", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("level > 0", name="tree_node_level"),
        sa.CheckConstraint("octet_length(hash) = 32", name="tree_node_hash_length"),
        schema="tansuo",
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False, comment="ms since 1970 by the signer's clock"),
        schema="tansuo",
    )
    op.create_table(
        "blob",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("org_id", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        schema="tansuo",
    )
    # Blobs arrive compressed or incompressible; pressing them again costs time and saves nothing.
    op.execute("ALTER TABLE tansuo.blob ALTER COLUMN data SET STORAGE EXTERNAL")
    op.create_table(
        "projection_state",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("applied", sa.BigInteger, nullable=False),
        schema="tansuo",
    )
    for table in ("entry", "blob"):
        protect(table, ledger=True)
    for table in ("leaf", "tree_node", "checkpoint"):
        protect(table, ledger=True, org_column=None)
    protect("projection_state", org_column=None)


def downgrade() -> None:
    """Never run: the ledger is append-only and so is its schema."""
    raise RuntimeError("Tansuo does not migrate downwards")
