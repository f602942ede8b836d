"""Entries are found by the beginning of their leaf hash, documents by that of their SHA-256."""

import sqlalchemy as sa
from alembic import op

revision = "evidence_0002"
down_revision = "evidence_0001"
branch_labels = None


def upgrade() -> None:
    """A span of hashes is a span of the index; a document's subject is compared by its bytes."""
    op.create_index("leaf_by_hash", "leaf", ["hash"], schema="tansuo")
    op.create_index(
        "document_by_digest",
        "entry",
        ["subject"],
        postgresql_ops={"subject": "text_pattern_ops"},
        postgresql_where=sa.text("type = 'document'"),
        schema="tansuo",
    )


def downgrade() -> None:
    """Never run: the ledger is append-only and so is its schema."""
    raise RuntimeError("Tansuo does not migrate downwards")
