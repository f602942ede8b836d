"""Accounting: methods as published, and figures with their receipts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from tansuo.database.protect import protect

revision = "accounting_0001"
down_revision = None
branch_labels = ("accounting",)


def upgrade() -> None:
    """Projections with ``entry`` and ``superseded_at``; a figure's ``org_id`` is its audience."""
    op.create_table(
        "method",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("valid", sa.Text, nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("org_id", sa.Text, nullable=False),
        sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("superseded_at", sa.BigInteger),
        schema="tansuo",
    )
    op.create_table(
        "figure",
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("quantity", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("relation", sa.Text, nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("decision", sa.BigInteger),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("org_id", sa.Text, nullable=False),
        sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("superseded_at", sa.BigInteger),
        sa.CheckConstraint("stage IN ('calculated', 'approved', 'published')", name="figure_stage"),
        sa.CheckConstraint("(decision IS NULL) = (stage = 'calculated')", name="figure_stage_by_decision"),
        sa.CheckConstraint("size <= entry", name="figure_size_below_entry"),
        schema="tansuo",
    )
    _in_force("method", ["id", "edition"])
    _in_force("figure", ["subject", "quantity", "period", "method", "relation", "stage", "org_id"])
    op.create_index("figure_by_receipt", "figure", ["receipt"], schema="tansuo")
    for table in ("method", "figure"):
        protect(table)


def _in_force(table: str, columns: list[str]) -> None:
    op.create_index(
        f"{table}_in_force",
        table,
        columns,
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        schema="tansuo",
    )
