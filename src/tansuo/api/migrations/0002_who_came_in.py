"""Who came in, who was refused, who let whom in; and the language a session was opened in."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "api_0002"
down_revision = "api_0001"
branch_labels = None

_SCOPE = "current_setting('tansuo.scope', true)"
_ROLE = "current_setting('tansuo.role', true)"


def upgrade() -> None:
    """The application only adds events; the platform and two administrators read them, nobody else does."""
    op.add_column("session", sa.Column("language", sa.String(2), nullable=False, server_default="zh"))
    op.create_table(
        "access_event",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("session", sa.String(16), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("operation", sa.String(64), nullable=False),
        sa.Column("about", sa.String(128), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    protect("access_event", ledger=True, org_column=None)
    seen = f"({_SCOPE} = 'all' OR {_ROLE} IN ('security_admin', 'audit_admin'))"
    op.execute("ALTER TABLE access_event ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE access_event FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY administrators_read ON access_event FOR SELECT USING {seen}")
    op.execute(f"CREATE POLICY platform_adds ON access_event FOR INSERT WITH CHECK ({_SCOPE} = 'all')")


def downgrade() -> None:
    """Never run: the schema only grows."""
    raise RuntimeError("Tansuo does not migrate downwards")
