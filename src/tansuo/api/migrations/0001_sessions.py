"""Sessions and one-time sign-in links: tokens only as hashes, nothing of the business."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "api_0001"
down_revision = None
branch_labels = ("api",)


def upgrade() -> None:
    """Both tables are erasable and belong to no organisation."""
    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("label", sa.String(128), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("label", sa.String(128), nullable=False),
        sa.Column("form_token", sa.String(64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True)),
    )
    protect("sign_in_link", org_column=None)
    protect("session", org_column=None)


def downgrade() -> None:
    """Never run: the schema only grows."""
    raise RuntimeError("Tansuo does not migrate downwards")
