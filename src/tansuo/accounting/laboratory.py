"""Laboratory reports: what a laboratory has stated of the firms that named it, and what is due, month by month.

A firm names its laboratory by the relation ``tests_for`` (laboratory tests_for firm). A report is the results a
laboratory stated of one firm and month, with the document they stand in. Due: the evidence of a month is
deposited within 40 natural days after its end (全国碳市场月度信息化存证).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from tansuo.accounting.fuel_tests import PREFIX as TESTS
from tansuo.accounting.local_factor import PREFIX
from tansuo.quantity.period import Period
from tansuo.registry.relation import relations
from tansuo.registry.statement import Statement, find

RELATION = "tests_for"
DAYS_TO_DEPOSIT = 40
MONTHS = 6


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of one firm and month: no results while nothing was delivered. ``due`` is a civil day."""

    laboratory: str
    firm: str
    month: str
    due: date
    results: tuple[Statement, ...]

    @property
    def entry(self) -> int | None:
        """The ledger entry of the first result; None while there is none."""
        return min((one.entry for one in self.results), default=None)

    @property
    def document(self) -> str | None:
        """The SHA-256 of the report, where the results name one."""
        return next((one.source.document for one in self.results if one.source and one.source.document), None)

    def late(self, today: date) -> bool:
        """Whether it is not there and its day is over."""
        return not self.results and self.due < today


def clients(connection: Connection, laboratory: str, today: date, as_of: int | None = None) -> list[str]:
    """The firms that name a laboratory on a day, by id."""
    return [one.b for one in relations(connection, RELATION, a=[laboratory], on=today, as_of=as_of)]


def laboratories(connection: Connection, firm: str, today: date, as_of: int | None = None) -> list[str]:
    """The laboratories a firm names on a day, by id."""
    return [one.a for one in relations(connection, RELATION, b=[firm], on=today, as_of=as_of)]


def reports(
    connection: Connection,
    laboratory: str,
    firms: Sequence[str],
    today: date,
    as_of: int | None = None,
    months: int = MONTHS,
) -> list[Report]:
    """The reports of the last ``months`` months that are over, by firm, the youngest month first.

    Months before the first result that the laboratory ever stated of a firm are left out: nothing was agreed
    for them that we know of. A firm without any result has its last month.
    """
    stated: dict[tuple[str, str], list[Statement]] = {}
    for one in find(connection, issuer=laboratory, as_of=as_of):
        if one.indicator.startswith((PREFIX, TESTS)) and one.org in firms:
            stated.setdefault((one.org, one.period), []).append(one)
    found = []
    for firm in firms:
        known = [month for org, month in stated if org == firm]
        month = Period.of_month(today.year, today.month)
        for _ in range(months):
            month = month.previous()
            if known and month.text < min(known):
                break
            results = tuple(stated.get((firm, month.text), ()))
            due = month.end + timedelta(days=DAYS_TO_DEPOSIT - 1)
            found.append(Report(laboratory, firm, month.text, due, results))
            if not known:
                break
    return found
