"""Statements 陈述: somebody says that an indicator of a subject has a value in a period.

Activity sums, GDP, output, targets, promises, scenario paths, laboratory results, scores and shoreline
kilometres are all statements. A statement is told apart by subject, indicator, period, world, basis, stage
and issuer; a later one with the same seven replaces it, and the older stays readable as of its time.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from tansuo.database.bulk import among
from tansuo.evidence.as_of import visible
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State
from tansuo.quantity.unit import compatible, parse_unit
from tansuo.registry import indicator as indicators
from tansuo.registry import tables
from tansuo.registry.source import Source, read_source
from tansuo.registry.wording import Body, identifier, refuse

_WORLD = re.compile(r"actual|forecast|target|commitment|scenario:[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


class Stage(StrEnum):
    """How far a value has come: 快报, 初步, 测算 (ours), 审定 (an authority's act), 公开 (published)."""

    FLASH = "flash"
    PRELIMINARY = "preliminary"
    CALCULATED = "calculated"
    APPROVED = "approved"
    PUBLISHED = "published"

    @property
    def rank(self) -> int:
        """0 for a flash report up to 4 for a published value."""
        return list(Stage).index(self)

    @property
    def zh(self) -> str:
        """The stage in Chinese, as officials write it."""
        return _STAGES_ZH[self]


_STAGES_ZH = {
    Stage.FLASH: "快报",
    Stage.PRELIMINARY: "初步",
    Stage.CALCULATED: "测算",
    Stage.APPROVED: "审定",
    Stage.PUBLISHED: "公开",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as known at one log size. ``value`` is None exactly when ``state`` has no value.

    ``detail``: particulars of its kind (the sample and test of a laboratory result, the reason of an override).
    """

    subject: str
    indicator: str
    period: str
    world: str
    basis: str
    stage: Stage
    value: Decimal | None
    unit: str
    state: State
    provenance: Provenance
    synthetic: bool
    issuer: str
    source: Source | None
    org: str
    entry: int
    detail: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def key(self) -> str:
        """The ledger subject under which it stands, and whatever replaces it."""
        return _key(
            self.subject, self.indicator, self.period, self.world, self.basis, self.stage.value, self.issuer
        )

    def figure(self) -> Decimal | Missing:
        """The value, or the Missing that says why there is none."""
        if self.value is not None:
            return self.value
        return Missing(self.state, self.indicator, f"{self.subject} {self.period}")


def state_(
    subject: str,
    indicator: str,
    period: str,
    value: Decimal | State,
    unit: str,
    *,
    world: str = "actual",
    basis: str = "",
    stage: Stage = Stage.PRELIMINARY,
    provenance: Provenance = Provenance.DECLARED,
    synthetic: bool = False,
    issuer: str,
    source: Source | None = None,
    detail: Mapping[str, Any] | None = None,
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
    supersedes: int | None = None,
    why: Mapping[str, Any] | None = None,
) -> Draft:
    """The entry that states a value (a Decimal, in ``unit``) or its absence (a State without value).

    A zero says which zero it is: entered as ``measured_zero`` when measured, else as ``declared_zero``.
    FindingError where period, unit or world cannot be read.
    """
    try:
        about = Period.parse(period)
    except ValueError as error:
        raise refuse("bad_period", period=period, problem=str(error)) from None
    try:
        parse_unit(unit)
    except ValueError as error:
        raise refuse("bad_unit", unit=unit, problem=str(error)) from None
    if not _WORLD.fullmatch(world):
        raise refuse("bad_world", world=world)
    body: dict[str, Any] = {
        "subject": identifier(subject),
        "indicator": identifier(indicator),
        "period": period,
        "world": world,
        "basis": basis,
        "stage": stage.value,
        "value": None if isinstance(value, State) else plain(value),
        "unit": unit,
        "state": _state_of(value, provenance, subject, indicator).value,
        "provenance": provenance.value,
        "synthetic": synthetic,
        "issuer": issuer,
        "source": source and source.as_json(),
    }
    if detail:
        body["detail"] = dict(detail)
    return Draft(
        type="statement",
        subject=_key(subject, indicator, period, world, basis, stage.value, issuer),
        body=body,
        org=org,
        valid=(about.start.isoformat(), about.end.isoformat()),
        supersedes=supersedes,
        why=why,
        by=by,
    )


def _key(*names: str) -> str:
    return "/".join(("statement", *names))


def _state_of(value: Decimal | State, provenance: Provenance, subject: str, indicator: str) -> State:
    if isinstance(value, State):
        if value.has_value:
            raise refuse("state_needs_value", subject=subject, indicator=indicator, state=value.value)
        return value
    if value != 0:
        return State.VALUE
    return State.MEASURED_ZERO if provenance is Provenance.MEASURED else State.DECLARED_ZERO


def find(
    connection: Connection,
    *,
    subject: str | Collection[str] | None = None,
    indicator: str | Collection[str] | None = None,
    period: str | None = None,
    within: Period | None = None,
    world: str | None = None,
    basis: str | None = None,
    stage: Stage | None = None,
    issuer: str | None = None,
    as_of: int | None = None,
) -> list[Statement]:
    """Statements in force at log size ``as_of``, by any of their names.

    ``period`` asks for that period's text, ``within`` for every period inside it. Ordered by subject,
    indicator, first day, world, basis, stage (lowest first), entry.
    """
    table = tables.statement
    query = select(table).where(visible(table, as_of))
    for column, wanted in ((table.c.subject, subject), (table.c.indicator, indicator)):
        if wanted is not None:
            query = query.where(among(column, [wanted] if isinstance(wanted, str) else wanted))
    for column, text in (
        (table.c.period, period),
        (table.c.world, world),
        (table.c.basis, basis),
        (table.c.stage, stage),
        (table.c.issuer, issuer),
    ):
        if text is not None:
            query = query.where(column == str(text))
    if within is not None:
        query = query.where(table.c.period_start >= within.start, table.c.period_end <= within.end)
    found = [_statement(row) for row in connection.execute(query).mappings()]
    return sorted(found, key=_order)


def highest(statements: Sequence[Statement]) -> Statement | None:
    """Of statements about one cell: the one of the highest stage, the latest entry among equals."""
    return max(statements, key=lambda one: (one.stage.rank, one.entry), default=None)


def judge(connection: Connection, drafts: Sequence[Draft], as_of: int | None = None) -> list[Finding]:
    """Findings on drafts of statements: an indicator nobody defined, a unit of another kind than its own."""
    bodies: list[Body] = [one.body for one in drafts if one.type == "statement"]
    known = {
        one.code: one
        for one in indicators.find(
            connection, codes=sorted({body["indicator"] for body in bodies}), as_of=as_of
        )
    }
    found: list[Finding] = []
    for body in bodies:
        where = {"key": body["subject"], "period": body["period"]}
        defined = known.get(body["indicator"])
        if defined is None:
            found.append(Finding("registry.unknown_indicator", where, {"indicator": body["indicator"]}))
        elif not compatible(body["unit"], defined.unit):
            params = {"indicator": body["indicator"], "unit": body["unit"], "expected": defined.unit}
            found.append(Finding("registry.unit_of_another_kind", where, params))
    return found


def _order(one: Statement) -> tuple[str, str, Period, str, str, int, int]:
    return (
        one.subject,
        one.indicator,
        Period.parse(one.period),
        one.world,
        one.basis,
        one.stage.rank,
        one.entry,
    )


def _statement(row: RowMapping) -> Statement:
    return Statement(
        subject=row["subject"],
        indicator=row["indicator"],
        period=row["period"],
        world=row["world"],
        basis=row["basis"],
        stage=Stage(row["stage"]),
        value=row["value"],
        unit=row["unit"],
        state=State(row["state"]),
        provenance=Provenance(row["provenance"]),
        synthetic=row["synthetic"],
        issuer=row["issuer"],
        source=read_source(row["source"]),
        org=row["org_id"],
        entry=row["entry"],
        detail=row["detail"],
    )
