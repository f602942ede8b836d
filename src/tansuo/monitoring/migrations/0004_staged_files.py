"""Files on their way in: uploaded parts, their map, what was found in them; guarded by organisation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from tansuo.database.protect import protect

revision = "monitoring_0004"
down_revision = "monitoring_0003"
branch_labels = None

SCHEMA = "tansuo"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _file() -> sa.Column[str]:
    owner = sa.ForeignKey(f"{SCHEMA}.staged_file.id", ondelete="CASCADE")
    return sa.Column("file", sa.Text, owner, primary_key=True)


def upgrade() -> None:
    """Three tables; parts and findings go with their file."""
    op.create_table(
        "staged_file",
        sa.Column("id", sa.Text, primary_key=True),
        _text("org_id"),
        _text("name"),
        sa.Column("size", sa.BigInteger, nullable=False),
        _text("sha256"),
        sa.Column("part_bytes", sa.Integer, nullable=False),
        _text("state"),
        *(_text(name) for name in ("by_id", "by_role", "by_session")),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", JSONB()),
        sa.Column("plan", JSONB()),
        sa.Column("map_name", sa.Text),
        sa.Column("map", sa.LargeBinary),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("of", sa.Integer, nullable=False),
        _text("what"),
        sa.Column("judged", JSONB()),
        sa.Column("reason", sa.Text),
        sa.Column("outcome", JSONB()),
        sa.Column("problem", JSONB()),
        schema=SCHEMA,
    )
    op.create_index("staged_file_org", "staged_file", ["org_id", "created"], schema=SCHEMA)
    op.create_table(
        "staged_part",
        _file(),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        _text("org_id"),
        schema=SCHEMA,
    )
    op.execute("ALTER TABLE tansuo.staged_part ALTER COLUMN data SET STORAGE EXTERNAL")
    op.create_table(
        "staged_finding",
        _file(),
        sa.Column("place", sa.Integer, primary_key=True),
        *(_text(name) for name in ("code", "severity", "sheet")),
        sa.Column("row", sa.Integer),
        *(_text(name) for name in ("column", "cell")),
        sa.Column("where_", JSONB(), nullable=False),
        sa.Column("params", JSONB(), nullable=False),
        _text("org_id"),
        schema=SCHEMA,
    )
    for table in ("staged_file", "staged_part", "staged_finding"):
        protect(table)


def downgrade() -> None:
    """Never run: the schema only grows."""
    raise RuntimeError("Tansuo does not migrate downwards")
