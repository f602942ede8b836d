"""What waits for a person: values that contradict one another, and measurements no plan line could take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from tansuo.evidence.as_of import visible
from tansuo.monitoring import tables


@dataclass(frozen=True, slots=True)
class Pending:
    """Numbers of readings in conflict and of measurements in quarantine."""

    conflicts: int
    quarantined: int


def pending(connection: Connection, as_of: int | None = None) -> Mapping[str, Pending]:
    """By organisation, what waits for a decision at a ledger size; organisations with nothing are not there."""
    conflicts = _counted(connection, tables.reading_conflict, as_of)
    quarantined = _counted(connection, tables.quarantine, as_of)
    return {
        org: Pending(conflicts.get(org, 0), quarantined.get(org, 0))
        for org in sorted(conflicts.keys() | quarantined.keys())
    }


def _counted(connection: Connection, table: Table, as_of: int | None) -> dict[str, int]:
    query = select(table.c.org_id, func.count()).where(visible(table, as_of)).group_by(table.c.org_id)
    return {org: int(count) for org, count in connection.execute(query)}
