"""Receipts 收据: a figure published as an entry, with everything that made it.

The body of an entry of type ``figure`` holds the cell, the value as a string, unit, kinds, method and
fingerprint, the factors with the rung each was taken from, completeness, the log size it was computed at,
evaluator, parsers, build, input digest, and the named intermediate values (in a blob named by SHA-256 where
they are too long for an entry). Its receipt id is ``R{index}-{8 hex}``.

Stages: 测算 is ours and needs nobody. 审定 and 公开 exist only by a decision entry; the figure is then that
of the log size which the decision froze, and the decision's audience may see it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select, tuple_

from tansuo.accounting import tables
from tansuo.accounting.build import build_hash
from tansuo.accounting.figure import Cell, Figure, read_cell
from tansuo.accounting.wording import refuse
from tansuo.accounting.working import stored, working_of
from tansuo.database.bulk import among
from tansuo.evidence.as_of import visible
from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft, Entry
from tansuo.evidence.ledger import append, newest, receipt_id
from tansuo.methods.evaluate import EVALUATOR
from tansuo.monitoring.intake import PARSERS
from tansuo.quantity.decimals import plain
from tansuo.registry.statement import Stage

FORM = "tansuo.figure/1"
"""The form of a figure's body and input digest; a change of either is a new form."""


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure. ``in_force``: there is no later one of the same cell, stage and audience."""

    receipt: str
    entry: int
    cell: Cell
    value: str | None
    unit: str
    stage: Stage
    size: int
    decision: int | None
    synthetic: bool
    org: str
    body: Mapping[str, Any]
    in_force: bool


def publish(
    connection: Connection,
    figures: Sequence[Figure],
    decision: Entry | None = None,
    by: Actor = SYSTEM_ACTOR,
    *,
    clock: Clock,
    reason: str = "",
) -> list[Entry]:
    """Publish figures and return their entries, in order; their receipts are ``receipt_id(entry)``.

    Without a decision the stage is 测算 and the subject's owner may see it (of a roll-up, the city). A figure
    that stands published with the same inputs, method and value is not published again: its entry is
    returned. One that differs from what stands needs a ``reason``, which the new entry carries.

    FindingError ``accounting.restated`` (a different value without a reason), ``accounting.not_decided``
    (the decision gives no stage, does not cover the cell, or froze another size), ``accounting.decided_hole``
    (an incomplete figure cannot be approved).
    """
    drafts: list[Draft] = []
    places: list[Entry | None] = []
    staged = [_stage(one, decision) for one in figures]
    subjects = [
        "/".join(["figure", *one.cell.as_json().values(), stage.value, org])
        for one, (stage, org) in zip(figures, staged, strict=True)
    ]
    before = newest(connection, subjects)
    for one, (stage, org), subject in zip(figures, staged, subjects, strict=True):
        body = body_of(connection, one, stage, decision, org)
        standing = before.get(subject)
        said: Mapping[str, Any] = standing.body if standing else {}
        if standing and _same(said, body):
            places.append(standing)
            continue
        if standing and said["value"] != body["value"] and not reason:
            old, new = str(said["value"]), str(body["value"])
            raise refuse("restated", cell=str(one.cell), receipt=receipt_id(standing), old=old, new=new)
        places.append(None)
        replaced = standing.index if standing and reason else None
        why = None if replaced is None else {"code": "restated", "text": reason}
        drafts.append(Draft("figure", subject, body, org=org, supersedes=replaced, why=why, by=by))
    entries = iter(append(connection, drafts, clock))
    return [one if one is not None else next(entries) for one in places]


def body_of(
    connection: Connection, figure: Figure, stage: Stage, decision: Entry | None, org: str
) -> dict[str, Any]:
    """The body of the entry that publishes ``figure``; a long working is stored as a blob of ``org``."""
    return {
        "form": FORM,
        "cell": figure.cell.as_json(),
        "value": figure.text,
        "unit": figure.unit,
        "state": "value" if figure.missing is None else figure.missing.state.value,
        "partial": None if figure.partial is None else plain(figure.partial),
        "kind": sorted(figure.kinds),
        "by_kind": {kind.value: plain(part) for kind, part in sorted(figure.by_kind.items())},
        "scope": figure.quantity.scope,
        "synthetic": figure.synthetic,
        "stage": stage.value,
        "decision": None if decision is None else decision.index,
        "method": {
            "id": figure.method.id,
            "edition": figure.method.data.edition,
            "entry": figure.method.listing.entry,
        },
        "fingerprint": figure.method_fingerprint,
        "size": figure.as_of,
        "evaluator": EVALUATOR,
        "parser": dict(PARSERS),
        "build": build_hash(),
        "input_digest": figure.input_digest,
        "working": stored(connection, working_of(figure), org),
    }


def _stage(figure: Figure, decision: Entry | None) -> tuple[Stage, str]:
    if decision is None:
        return Stage.CALCULATED, figure.org
    body: Mapping[str, Any] = decision.body
    if decision.type != "decision" or not body["stage"]:
        raise refuse("not_decided", cell=str(figure.cell), problem="stage")
    if body["size"] != figure.as_of:
        raise refuse("not_decided", cell=str(figure.cell), problem=f"size {body['size']}, not {figure.as_of}")
    if not _covered(figure.cell, body["covers"]):
        raise refuse("not_decided", cell=str(figure.cell), problem="covers")
    if figure.value is None:
        raise refuse("decided_hole", cell=str(figure.cell), holes=figure.completeness.text("en"))
    return Stage(body["stage"]), str(body["audience"])


def _covered(cell: Cell, covers: Mapping[str, Any]) -> bool:
    """Whether a decision speaks of a cell: every name it gives (one, or a list) must be the cell's."""
    names = cell.as_json()
    for key, wanted in covers.items():
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if key not in names or names[key] not in allowed:
            return False
    return bool(covers)


def _same(standing: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    keys = ("value", "unit", "partial", "fingerprint", "input_digest", "decision")
    return all(standing[key] == body[key] for key in keys)


def published(
    connection: Connection,
    *,
    cell: Cell | None = None,
    subject: str | None = None,
    stage: Stage | None = None,
    as_of: int | None = None,
) -> list[Published]:
    """Published figures in force at a log size, by cell or subject, oldest entry first."""
    table = tables.figure
    query: Select[Any] = select(table)
    if cell is not None:
        query = _of_cell(cell)
    query = query.where(visible(table, as_of)).order_by(table.c.entry)
    if subject is not None:
        query = query.where(table.c.subject == subject)
    if stage is not None:
        query = query.where(table.c.stage == stage.value)
    return [published_of(row) for row in connection.execute(query).mappings()]


def history_of(connection: Connection, cell: Cell) -> list[Published]:
    """Everything ever published about a cell, oldest first: the first is what was first published."""
    return [
        published_of(row)
        for row in connection.execute(_of_cell(cell).order_by(tables.figure.c.entry)).mappings()
    ]


def histories_of(connection: Connection, cells: Sequence[Cell]) -> dict[Cell, list[Published]]:
    """``history_of`` of many cells in one query; a cell of which nothing was published has an empty list."""
    table = tables.figure
    found: dict[Cell, list[Published]] = {one: [] for one in cells}
    wanted = sorted({(one.subject, one.period) for one in cells})
    about = tuple_(table.c.subject, table.c.period).in_(wanted)
    query = select(table).where(about).order_by(table.c.entry)
    for row in connection.execute(query).mappings():
        cell = read_cell(row)  # type: ignore[arg-type]
        if cell in found:
            found[cell].append(published_of(row))
    return found


@dataclass(frozen=True, slots=True)
class FirstSaid:
    """What was first published of a cell, without its working."""

    cell: Cell
    receipt: str
    value: str | None
    org: str


def first_said(connection: Connection, periods: Sequence[str], as_of: int) -> list[FirstSaid]:
    """The first publication of every cell of ``periods`` that has one at a log size, oldest first."""
    table = tables.figure
    named = [table.c[name] for name in ("subject", "quantity", "period", "method", "relation")]
    query = (
        select(*named, table.c.receipt, table.c.value, table.c.org_id)
        .where(table.c.period.in_(periods), table.c.entry < as_of)
        .order_by(table.c.entry)
    )
    found: dict[Cell, FirstSaid] = {}
    for row in connection.execute(query).mappings():
        cell = read_cell(row)  # type: ignore[arg-type]
        found.setdefault(cell, FirstSaid(cell, row["receipt"], row["value"], row["org_id"]))
    return list(found.values())


def count_published(connection: Connection, as_of: int | None = None) -> int:
    """How many published figures are in force that the reader may see."""
    query = select(func.count()).select_from(tables.figure).where(visible(tables.figure, as_of))
    return int(connection.execute(query).scalar_one())


def receipts(
    connection: Connection, cells: Sequence[Cell], as_of: int | None = None
) -> dict[Cell, Published]:
    """The published figure of the highest stage of each of ``cells`` that has one, in one query."""
    table = tables.figure
    subjects = sorted({one.subject for one in cells})
    query = (
        select(table).where(visible(table, as_of), among(table.c.subject, subjects)).order_by(table.c.entry)
    )
    wanted = set(cells)
    found: dict[Cell, Published] = {}
    for row in connection.execute(query).mappings():
        one = published_of(row)
        if one.cell in wanted and (one.cell not in found or found[one.cell].stage.rank <= one.stage.rank):
            found[one.cell] = one
    return found


def standing(
    connection: Connection, cells: Sequence[Cell], as_of: int | None = None
) -> dict[Cell, list[Published]]:
    """Everything in force about ``cells`` at a log size, one a stage and audience, in one query."""
    table = tables.figure
    subjects, quantities = sorted({one.subject for one in cells}), sorted({one.quantity for one in cells})
    query = (
        select(table)
        .where(visible(table, as_of), among(table.c.subject, subjects), among(table.c.quantity, quantities))
        .order_by(table.c.entry)
    )
    wanted, found = set(cells), dict[Cell, list[Published]]()
    for row in connection.execute(query).mappings():
        one = published_of(row)
        if one.cell in wanted:
            found.setdefault(one.cell, []).append(one)
    return found


def _of_cell(cell: Cell) -> Select[Any]:
    table = tables.figure
    return select(table).where(*(table.c[name] == value for name, value in cell.as_json().items()))


def published_of(row: RowMapping) -> Published:
    """The published figure that a row of the table ``figure`` is."""
    return Published(
        receipt=row["receipt"],
        entry=row["entry"],
        cell=read_cell(row),  # type: ignore[arg-type]
        value=row["value"],
        unit=row["unit"],
        stage=Stage(row["stage"]),
        size=row["size"],
        decision=row["decision"],
        synthetic=row["synthetic"],
        org=row["org_id"],
        body=row["body"],
        in_force=row["superseded_at"] is None,
    )


def of_entry(entry: Entry) -> Published:
    """A published figure as its entry says it, not as the row does. KeyError for another type of entry."""
    body: Mapping[str, Any] = entry.body
    return Published(
        receipt=receipt_id(entry),
        entry=entry.index,
        cell=read_cell(body["cell"]),
        value=body["value"],
        unit=body["unit"],
        stage=Stage(body["stage"]),
        size=body["size"],
        decision=body["decision"],
        synthetic=body["synthetic"],
        org=entry.org,
        body=body,
        in_force=True,
    )
