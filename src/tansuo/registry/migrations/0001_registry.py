"""The registry: subjects, their dated attributes and relations, indicators, statements, cases, postings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from tansuo.database.protect import protect

revision = "registry_0001"
down_revision = None
branch_labels = ("registry",)


def upgrade() -> None:
    """Projections with ``entry`` and ``superseded_at``; one row in force for each key at any log size."""
    _subjects()
    _relations()
    _indicators()
    _statements()
    _cases()
    _postings()
    for table in ("subject", "subject_attribute", "relation", "indicator", "statement", "case_", "posting"):
        protect(table)


def _versioned(*, key: bool = True) -> list[sa.Column[object]]:
    return [
        sa.Column("org_id", sa.Text, nullable=False),
        sa.Column("entry", sa.BigInteger, primary_key=key, autoincrement=False, nullable=False),
        sa.Column("superseded_at", sa.BigInteger),
    ]


def _live(table: str, columns: list[str]) -> None:
    """At most one row in force for a key: a projector that forgets to supersede fails at once."""
    op.create_index(
        f"{table}_in_force",
        table,
        columns,
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        schema="tansuo",
    )


def _subjects() -> None:
    op.create_table(
        "subject",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name_zh", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("geometry", JSONB),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("source", JSONB),
        sa.Column("region", sa.Text, nullable=False),
        *_versioned(),
        schema="tansuo",
    )
    _live("subject", ["id"])
    op.create_index("subject_by_kind", "subject", ["kind", "id"], schema="tansuo")
    op.create_index("subject_by_org", "subject", ["org_id", "kind"], schema="tansuo")
    op.create_table(
        "subject_attribute",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, primary_key=True),
        sa.Column("valid_to", sa.Date),
        sa.Column("source", JSONB),
        sa.Column("stated_by", sa.BigInteger, nullable=False),
        *_versioned(),
        sa.CheckConstraint("valid_to > valid_from", name="subject_attribute_span"),
        schema="tansuo",
    )
    _live("subject_attribute", ["subject", "name", "valid_from"])


def _relations() -> None:
    op.create_table(
        "relation",
        sa.Column("a", sa.Text, primary_key=True),
        sa.Column("relation", sa.Text, primary_key=True),
        sa.Column("b", sa.Text, primary_key=True),
        sa.Column("share", sa.Numeric),
        sa.Column("valid_from", sa.Date, primary_key=True),
        sa.Column("valid_to", sa.Date),
        sa.Column("source", JSONB),
        sa.Column("stated_by", sa.BigInteger, nullable=False),
        *_versioned(),
        sa.CheckConstraint("valid_to > valid_from", name="relation_span"),
        sa.CheckConstraint("share > 0 AND share <= 1", name="relation_share"),
        schema="tansuo",
    )
    _live("relation", ["a", "relation", "b", "valid_from"])
    op.create_index("relation_down", "relation", ["b", "relation"], schema="tansuo")


def _indicators() -> None:
    op.create_table(
        "indicator",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("name_zh", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("additivity", sa.Text, nullable=False),
        sa.Column("decimals", sa.Integer),
        sa.Column("owner", sa.Text, nullable=False),
        *_versioned(),
        sa.CheckConstraint("additivity IN ('flow', 'stock', 'ratio')", name="indicator_additivity"),
        schema="tansuo",
    )
    _live("indicator", ["code"])


def _statements() -> None:
    op.create_table(
        "statement",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("indicator", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("period_start", sa.Date, nullable=False),
        sa.Column("period_end", sa.Date, nullable=False),
        sa.Column("world", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("value", sa.Numeric),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("provenance", sa.Text, nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("source", JSONB),
        *_versioned(),
        sa.CheckConstraint(
            "(value IS NULL) = (state NOT IN ('value', 'measured_zero', 'declared_zero'))",
            name="statement_value_or_reason",
        ),
        schema="tansuo",
    )
    _live("statement", ["subject", "indicator", "period", "world", "basis", "stage", "issuer"])
    op.create_index(
        "statement_by_cell", "statement", ["subject", "indicator", "period_start"], schema="tansuo"
    )
    op.create_index("statement_by_indicator", "statement", ["indicator", "period_start"], schema="tansuo")


def _cases() -> None:
    op.create_table(
        "case_",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("deadline", sa.Date),
        sa.Column("outcome", sa.Text),
        sa.Column("frozen_size", sa.BigInteger),
        sa.Column("audience", sa.Text),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        *_versioned(),
        schema="tansuo",
    )
    _live("case_", ["id"])
    op.create_index("case_by_subject", "case_", ["subject", "kind"], schema="tansuo")


def _postings() -> None:
    op.create_table(
        "posting",
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("book", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("booked_on", sa.Date, nullable=False),
        sa.Column("reverses", sa.BigInteger),
        sa.Column("synthetic", sa.Boolean, nullable=False),
        *_versioned(),
        schema="tansuo",
    )
    op.create_index("posting_by_account", "posting", ["book", "subject", "account"], schema="tansuo")
