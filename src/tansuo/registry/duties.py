"""Duties 报送: the indicators a department owns, what was stated last, and what it must deliver by when.

A delivery is asked for by a case of kind ``delivery`` about the department, whose notes name the indicator and
the period. It is done when a statement of that indicator and period is there, whoever entered it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from tansuo.evidence.entry import Draft
from tansuo.quantity.period import Period
from tansuo.registry import case, indicator, statement, subject
from tansuo.registry.case import Case
from tansuo.registry.indicator import Indicator
from tansuo.registry.statement import Statement

KIND = "delivery"
ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Holding:
    """An indicator of a department with its youngest actual value, of the highest stage; None without any."""

    indicator: Indicator
    latest: Statement | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that was asked for. ``done`` is the statement that answers it, None while there is none."""

    case: Case
    indicator: str
    period: str
    done: Statement | None

    def late(self, today: date) -> bool:
        """Whether it is not there and its day is over."""
        return self.done is None and self.case.deadline is not None and self.case.deadline < today


def departments(connection: Connection, as_of: int | None = None) -> dict[str, str]:
    """English names of the departments by their Chinese ones, by which indicators name their owners."""
    return {one.name_zh: one.name_en for one in subject.find(connection, kind="department", as_of=as_of)}


def holdings(connection: Connection, owner: str | None, as_of: int | None = None) -> list[Holding]:
    """The indicators that a department owns (None: any department), by code."""
    owned = [
        one for one in indicator.find(connection, as_of=as_of) if one.owner and owner in (None, one.owner)
    ]
    codes = [one.code for one in owned]
    stated = statement.find(connection, indicator=codes, world="actual", as_of=as_of) if codes else []
    newest: dict[str, Statement] = {}
    for one in stated:
        known = newest.get(one.indicator)
        if known is None or _age(known) <= _age(one):
            newest[one.indicator] = one
    return [Holding(one, newest.get(one.code)) for one in owned]


def _age(one: Statement) -> tuple[date, int, int]:
    return (Period.parse(one.period).end, one.stage.rank, one.entry)


def deliveries(connection: Connection, department: str | None, as_of: int | None = None) -> list[Delivery]:
    """What a department (None: any) was asked for, by deadline."""
    asked = case.find(connection, kind=KIND, subject=department, as_of=as_of)
    found = []
    for one in asked:
        notes = one.body.get("notes", {})
        code, period = str(notes.get("indicator", "")), str(notes.get("period", ""))
        stated = statement.find(connection, indicator=code, period=period, world="actual", as_of=as_of)
        found.append(Delivery(one, code, period, statement.highest(stated)))
    return found


def delivered(connection: Connection, as_of: int | None = None) -> set[str]:
    """The cases of deliveries that are there: nobody waits for them, although nobody decides on them either."""
    return {one.case.id for one in deliveries(connection, None, as_of) if one.done is not None}


def awaited(connection: Connection, as_of: int | None = None) -> list[Case]:
    """Cases that somebody has to act on by a day, the earliest first, without the deliveries that are there."""
    done = delivered(connection, as_of)
    return [one for one in case.awaited(connection, as_of=as_of) if one.id not in done]


def ask(department: str, wanted: Indicator, period: str, deadline: date, *, synthetic: bool = False) -> Draft:
    """The entry that asks a department for the value of an indicator in a period, by a day."""
    return case.step(
        f"delivery-{wanted.code}-{period}".replace("/", "-"),
        KIND,
        department,
        f"报送{wanted.name_zh}({period})",
        f"Deliver {wanted.name_en} of {period}",
        step=ASKED,
        role="department",
        deadline=deadline,
        notes={"indicator": wanted.code, "period": period},
        synthetic=synthetic,
    )
