"""Making projections again from the log, beside the live ones, and saying where the two differ."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from tansuo.database.connect import SCHEMA
from tansuo.database.shadow import shadow, unshadow
from tansuo.evidence.ledger import size
from tansuo.evidence.projection import Progress, Projection, applied, walk
from tansuo.quantity.finding import Finding, FindingError


def rebuild_into_shadow(
    connection: Connection,
    projections: Sequence[Projection],
    stop: int | None = None,
    *,
    progress: Progress | None = None,
) -> None:
    """Fill empty temporary copies of the projections' tables from the entries below ``stop``.

    ``stop`` None means: each as far as its live tables have come. Until the transaction ends (or
    ``drop_shadow``) every unqualified table name in this connection means the copy, so the code that reads
    live tables reads the rebuilt ones. FindingError ``evidence.beyond_the_log``.
    """
    until = applied(connection, projections)
    there = size(connection)
    if stop is not None:
        until = dict.fromkeys(until, stop)
    if furthest := [size_ for size_ in until.values() if size_ > there]:
        raise FindingError(Finding("evidence.beyond_the_log", {}, {"asked": max(furthest), "size": there}))
    shadow(connection, _tables(projections))
    walk(connection, projections, dict.fromkeys(until, 0), until, progress=progress)


def compare_with_shadow(connection: Connection, projections: Sequence[Projection]) -> list[Finding]:
    """What the rebuilt copies and the live tables do not have in common, one finding a table.

    To be called after ``rebuild_into_shadow`` without a ``stop``. Rows are compared whole, as text, with
    their number: ``evidence.projection_differs`` gives how many rows only the live table has, how many only
    the rebuilt one has, and one of them.
    """
    findings: list[Finding] = []
    for one in projections:
        for table in one.tables:
            live, rebuilt = _whole(connection, one, table), f'pg_temp."{table}"'
            only_live, example = _surplus(connection, live, rebuilt)
            only_rebuilt, other = _surplus(connection, rebuilt, live)
            if only_live or only_rebuilt:
                params: dict[str, str | int] = {
                    "projection": one.name,
                    "only_live": only_live,
                    "only_rebuilt": only_rebuilt,
                    "example": example or other,
                }
                findings.append(Finding("evidence.projection_differs", {"table": table}, params))
    return findings


def drop_shadow(connection: Connection, projections: Sequence[Projection]) -> None:
    """Forget the copies: table names mean the live tables again."""
    unshadow(connection, _tables(projections))


def check_projections(
    connection: Connection, projections: Sequence[Projection], *, progress: Progress | None = None
) -> list[Finding]:
    """Rebuild, compare and forget: empty where every projection equals what the log says.

    In a database that is being written to, call it in a REPEATABLE READ transaction, which sees one state.
    """
    rebuild_into_shadow(connection, projections, progress=progress)
    findings = compare_with_shadow(connection, projections)
    drop_shadow(connection, projections)
    return findings


def _tables(projections: Sequence[Projection]) -> list[str]:
    return [*(table for one in projections for table in (*one.tables, *one.beside)), "projection_state"]


def _whole(connection: Connection, projection: Projection, table: str) -> str:
    """The live rows of a table, with those that are kept elsewhere."""
    live = f'{SCHEMA}."{table}"'
    copy_rows = projection.elsewhere.get(table)
    if copy_rows is None:
        return live
    together = f"live_{table}"
    connection.execute(text(f"DROP TABLE IF EXISTS pg_temp.{together}"))
    connection.execute(text(f"CREATE TEMPORARY TABLE {together} ON COMMIT DROP AS TABLE {live}"))
    copy_rows(connection, together)
    return f"pg_temp.{together}"


def _surplus(connection: Connection, left: str, right: str) -> tuple[int, str]:
    """How many rows ``left`` has beyond those of ``right``, and the first of them."""
    # The names are those of our own projections, never input.
    statement = (
        f"SELECT count(*), min(content) FROM (SELECT whole_row::text AS content FROM {left} AS whole_row"  # noqa: S608
        f" EXCEPT ALL SELECT whole_row::text FROM {right} AS whole_row) AS surplus"
    )
    count, first = connection.execute(text(statement)).one()
    return int(count), "" if first is None else str(first)[:200]
