"""What can be erased: sealed personal data, and apart from them the salt and key that open each."""

import sqlalchemy as sa
from alembic import op

from tansuo.database.protect import protect

revision = "evidence_0007"
down_revision = "evidence_0006"
branch_labels = None

_SCOPE = "(SELECT NULLIF(current_setting('tansuo.scope', true), ''))"
_ROLE = "(SELECT NULLIF(current_setting('tansuo.role', true), ''))"
_ACTOR = "(SELECT NULLIF(current_setting('tansuo.actor', true), ''))"
_ORGS = "(SELECT string_to_array(NULLIF(current_setting('tansuo.orgs', true), ''), ','))::text[]"

_PLATFORM = f"({_SCOPE} = 'all' AND {_ROLE} = 'system')"
_OWN = f"(person <> '' AND {_ROLE} <> 'public' AND ({_ROLE} = 'security_admin' OR person = {_ACTOR}))"
_DOCUMENT = f"(person = '' AND ({_SCOPE} = 'all' OR ({_SCOPE} = 'orgs' AND org_id = ANY ({_ORGS}))))"


def upgrade() -> None:
    """A person's data are read by that person and the security administrator, a document by its organisation and
    those who see it; only the platform writes, and nothing is ever changed: it stands or it is gone."""
    op.create_table(
        "erasable",
        sa.Column("commitment", sa.Text, primary_key=True),
        sa.Column("entry", sa.BigInteger, nullable=False),
        sa.Column("org_id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("entry", name="erasable_entry"),
        schema="tansuo",
    )
    op.create_table(
        "erasable_key",
        sa.Column("commitment", sa.Text, primary_key=True),
        sa.Column("org_id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("octet_length(salt) = 16", name="erasable_key_salt"),
        sa.CheckConstraint("octet_length(key) = 32", name="erasable_key_length"),
        schema="tansuo",
    )
    op.execute("ALTER TABLE tansuo.erasable ALTER COLUMN sealed SET STORAGE EXTERNAL")
    for table in ("erasable", "erasable_key"):
        # What was erased lies in dead rows until they are swept: here that is done whenever there is one.
        op.execute(
            f"ALTER TABLE tansuo.{table} SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 0)"
        )
        protect(table, org_column=None)
        op.execute(f"REVOKE UPDATE ON {table} FROM tansuo_app")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY by_need ON {table} FOR SELECT USING ({_OWN} OR {_DOCUMENT})")
        op.execute(f"CREATE POLICY platform ON {table} USING ({_PLATFORM}) WITH CHECK ({_PLATFORM})")


def downgrade() -> None:
    """Never run: the schema only grows."""
    raise RuntimeError("Tansuo does not migrate downwards")
