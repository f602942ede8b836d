"""Row-level security and grants, called by every package's migrations for each table they create."""

from alembic import op

from tansuo.database.supervisor import APP

_SCOPE = "(SELECT NULLIF(current_setting('tansuo.scope', true), ''))"
_ORGS = "(SELECT string_to_array(NULLIF(current_setting('tansuo.orgs', true), ''), ','))::text[]"


def protect(table: str, *, ledger: bool = False, org_column: str | None = "org_id") -> None:
    """Guard a new table: forced row-level security by organisation, and the application role's grants.

    A row is seen when the transaction's scope is "all", or the scope is "orgs" and the row is "public" or
    belongs to one of ``tansuo.orgs``. With no scope set nothing is seen. A row is written only under scope
    "all" or for an own organisation, never for "public" by an organisation. ``org_column=None`` is for tables
    without an organisation (tree nodes): grants only. ``ledger=True`` grants SELECT and INSERT alone.

    COPY FROM is refused by PostgreSQL on such a table; use ``database.bulk.insert_rows``.
    """
    rights = "SELECT, INSERT" if ledger else "SELECT, INSERT, UPDATE, DELETE"
    op.execute(f"REVOKE ALL ON {table} FROM PUBLIC")
    op.execute(f"GRANT {rights} ON {table} TO {APP}")
    if org_column is None:
        return
    own = f"({_SCOPE} = 'all' OR ({_SCOPE} = 'orgs' AND {org_column} = ANY ({_ORGS})))"
    seen = f"({own} OR ({_SCOPE} = 'orgs' AND {org_column} = 'public'))"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY by_organisation ON {table} USING ({seen}) WITH CHECK ({own})")
