"""A version of a reading is told apart by its revision: one index in place of two, which every reading pays for."""

from alembic import op

revision = "monitoring_0008"
down_revision = "monitoring_0007"
branch_labels = None
depends_on = None

SCHEMA = "tansuo"


def upgrade() -> None:
    """Key of ``reading``: series, start, revision. It says too that a time has one version in force."""
    op.drop_constraint("reading_pkey", "reading", schema=SCHEMA)
    op.create_primary_key("reading_pkey", "reading", ["series", "start", "revision"], schema=SCHEMA)
    op.drop_index("reading_in_force", "reading", schema=SCHEMA)


def downgrade() -> None:
    """Never run: the schema only grows."""
    raise RuntimeError("Tansuo does not migrate downwards")
