"""What every later table stands on: the application role may use the schema, and owns nothing."""

from alembic import op

from tansuo.database.supervisor import APP

revision = "database_0001"
down_revision = None
branch_labels = ("database",)


def upgrade() -> None:
    """Grants for the role; tables are granted one by one by ``protect``."""
    op.execute("REVOKE ALL ON SCHEMA tansuo FROM PUBLIC")
    op.execute(f"GRANT USAGE ON SCHEMA tansuo TO {APP}")
    op.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    op.execute(
        f"DO $$ BEGIN EXECUTE format('GRANT TEMPORARY, CONNECT ON DATABASE %I TO {APP}', current_database());"
        " END $$"
    )
    op.execute(f"GRANT SELECT ON tansuo.alembic_version TO {APP}")


def downgrade() -> None:
    """Never run: the ledger is append-only and so is its schema."""
    raise RuntimeError("Tansuo does not migrate downwards")
