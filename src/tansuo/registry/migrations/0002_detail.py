"""A statement may carry particulars: the test a value comes from, the reason of an override."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "registry_0002"
down_revision = "registry_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column of the projection; older entries have none and rebuild to null."""
    op.add_column("statement", sa.Column("detail", JSONB), schema="tansuo")
