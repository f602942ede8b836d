"""Cases 事项: steps, roles, deadlines, and a decision that freezes a log size and sets an audience.

A case is a chain of entries on one key; each step replaces the one before and all of them stay. A decision
says what was decided, by which authority, over the state as of which log size, and who may see the outcome.
Only a decision raises a figure from 测算 to 审定 or 公开.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select, text

from tansuo.evidence.as_of import visible
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft, Entry
from tansuo.evidence.ledger import history, newest
from tansuo.registry import tables
from tansuo.registry.source import Source
from tansuo.registry.statement import Stage
from tansuo.registry.wording import identifier, refuse


@dataclass(frozen=True, slots=True)
class Case:
    """The latest step of a case as known at one log size.

    ``frozen_size``, ``outcome`` and ``audience`` are None until decided. ``entry`` is the step's entry.
    """

    id: str
    kind: str
    subject: str
    title_zh: str
    title_en: str
    step: str
    role: str
    deadline: date | None
    outcome: str | None
    frozen_size: int | None
    audience: str | None
    body: dict[str, Any]
    synthetic: bool
    org: str
    entry: int


def step(
    case_id: str,
    kind: str,
    subject: str,
    title_zh: str,
    title_en: str,
    *,
    step: str,
    role: str,
    deadline: date | None = None,
    notes: Mapping[str, Any] | None = None,
    synthetic: bool = False,
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry that opens a case or moves it to a step; ``role`` is who has to act by ``deadline``."""
    body = {
        **_head(case_id, kind, subject, title_zh, title_en, synthetic),
        "step": step,
        "role": role,
        "deadline": deadline and deadline.isoformat(),
        "notes": dict(notes or {}),
    }
    return Draft(type="case", subject=f"case/{case_id}", body=body, org=org, by=by)


def follow(
    standing: Entry,
    *,
    step: str,
    role: str,
    notes: Mapping[str, Any],
    by: Actor,
    deadline: date | None = None,
) -> Draft:
    """The entry that moves a case on from its ``standing`` step: about the same, with ``notes`` changed."""
    body = said_in(standing)
    moved = {
        **body,
        "step": step,
        "role": role,
        "deadline": deadline and deadline.isoformat(),
        "notes": {**body["notes"], **notes},
    }
    return Draft(type="case", subject=standing.subject, body=moved, org=standing.org, by=by)


def said_in(entry: Entry) -> Mapping[str, Any]:
    """What a step says: the body of its entry."""
    body: Mapping[str, Any] = entry.body
    return body


def steps(connection: Connection, case_id: str, as_of: int | None = None) -> list[Entry]:
    """Every step of a case below a log size, oldest first."""
    found = history(connection, f"case/{case_id}")
    return [one for one in found if as_of is None or one.index < as_of]


def newest_step(connection: Connection, case_id: str, kind: str) -> Entry | None:
    """The newest step of a case, from the log and not from the projection; None where there is none of that kind.

    Two who ask for one case wait for one another until the transaction ends, so that each judges the last step.
    """
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
    connection.execute(lock, {"key": f"case/{case_id}"})
    found = steps(connection, case_id)
    return found[-1] if found and found[-1].body["kind"] == kind else None


def newest_steps(connection: Connection, kind: str, prefix: str, org: str) -> list[Entry]:
    """The newest steps of the cases of a kind of one organisation, from the log; their ids begin with ``prefix``."""
    wanted = text(
        "SELECT DISTINCT subject FROM entry WHERE type = 'case' AND org_id = :org"
        " AND starts_with(subject, :prefix) ORDER BY subject"
    )
    found = connection.execute(wanted, {"org": org, "prefix": f"case/{prefix}"})
    latest = newest(connection, [key for (key,) in found])
    return [one for one in latest.values() if one.body["kind"] == kind]


def decide(
    case_id: str,
    kind: str,
    subject: str,
    title_zh: str,
    title_en: str,
    *,
    outcome: str,
    authority: str,
    size: int,
    audience: str,
    stage: Stage | None = None,
    covers: Mapping[str, Any] | None = None,
    source: Source | None = None,
    synthetic: bool = False,
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry of a decision: ``authority`` decides ``outcome`` over the state as of log size ``size``.

    ``audience`` is the org id that may see what was decided ("public", "city" or one organisation).
    ``stage`` is the stage it gives to figures (审定 or 公开), None where it decides nothing about figures;
    ``covers`` names them (quantity, period, subjects; accounting reads it). FindingError for another stage.
    """
    if stage is not None and stage not in (Stage.APPROVED, Stage.PUBLISHED):
        raise refuse("decision_stage", stage=stage.value)
    if size < 1:
        raise refuse("decision_size", size=size)
    body = {
        **_head(case_id, kind, subject, title_zh, title_en, synthetic),
        "step": "decided",
        "role": authority,
        "deadline": None,
        "outcome": outcome,
        "size": size,
        "audience": identifier(audience),
        "stage": stage and stage.value,
        "covers": dict(covers or {}),
        "source": source and source.as_json(),
    }
    return Draft(type="decision", subject=f"case/{case_id}", body=body, org=org, by=by)


def _head(
    case_id: str, kind: str, subject: str, title_zh: str, title_en: str, synthetic: bool
) -> dict[str, object]:
    return {
        "id": identifier(case_id),
        "kind": kind,
        "subject": identifier(subject),
        "title": {"zh": title_zh, "en": title_en},
        "synthetic": synthetic,
    }


def get(connection: Connection, case_id: str, *, as_of: int | None = None) -> Case | None:
    """The latest step of a case, or None if it was never opened."""
    found = find(connection, case_id=case_id, as_of=as_of)
    return found[0] if found else None


def find(
    connection: Connection,
    *,
    case_id: str | None = None,
    kind: str | None = None,
    subject: str | None = None,
    due_before: date | None = None,
    as_of: int | None = None,
) -> list[Case]:
    """Cases at their latest step, ordered by deadline (none last) and id."""
    table = tables.case_
    query = select(table).where(visible(table, as_of))
    query = query.order_by(table.c.deadline.asc().nulls_last(), table.c.id)
    for column, wanted in ((table.c.id, case_id), (table.c.kind, kind), (table.c.subject, subject)):
        if wanted is not None:
            query = query.where(column == wanted)
    if due_before is not None:
        query = query.where(table.c.deadline < due_before)
    return [_case(row) for row in connection.execute(query).mappings()]


def awaited(connection: Connection, *, as_of: int | None = None) -> list[Case]:
    """Cases that somebody has to act on by a day, the earliest first: with a deadline and a role, undecided."""
    return [
        one
        for one in find(connection, as_of=as_of)
        if one.deadline is not None and one.role and one.outcome is None
    ]


def _case(row: RowMapping) -> Case:
    return Case(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"],
        title_zh=row["title_zh"],
        title_en=row["title_en"],
        step=row["step"],
        role=row["role"],
        deadline=row["deadline"],
        outcome=row["outcome"],
        frozen_size=row["frozen_size"],
        audience=row["audience"],
        body=dict(row["body"]),
        synthetic=row["synthetic"],
        org=row["org_id"],
        entry=row["entry"],
    )
