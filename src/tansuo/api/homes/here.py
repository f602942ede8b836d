"""Who looks, from which point of the ledger, at which civil time; and what several homes say alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.fuel_tests import PREFIX as TESTS
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.laboratory import Report
from tansuo.accounting.local_factor import PREFIX
from tansuo.accounting.overview import DIRECT, INDIRECT, METHOD
from tansuo.accounting.receipt import Published, receipts
from tansuo.api.home_shapes import Pair, ReportBody, ResultBody
from tansuo.api.looking import Look
from tansuo.api.problems import not_found
from tansuo.api.shapes import Amount, Named, named, of_figure, of_published, of_statement
from tansuo.evidence.ledger import recorded_many
from tansuo.quantity.period import Period
from tansuo.registry import subject
from tansuo.registry.statement import Statement
from tansuo.registry.subject import Subject


@dataclass(frozen=True)
class Here(Look):
    """A home's look; its request is for what needs another access than the viewer's own."""

    request: Request

    def city(self) -> Subject:
        """The city; 404 before anybody has declared it."""
        found = subject.find(self.connection, kind="city", as_of=self.size)
        if not found:
            raise not_found("city", "")
        return found[0]

    def own_subject(self) -> Subject:
        """What the viewer's role is held over; 404 where nobody declares it any more."""
        found = subject.get(self.connection, self.viewer.subject, as_of=self.size)
        if found is None:
            raise not_found("subject", self.viewer.subject)
        return found

    def names(self, ids: Iterable[str]) -> dict[str, Named]:
        """Subjects by id, as answers name them; ids outside the viewer's scope are not there."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        return {one.id: named(one) for one in subject.find(self.connection, ids=wanted, as_of=self.size)}

    def recorded(self, entries: Iterable[int]) -> dict[int, datetime]:
        """When entries were recorded, in UTC."""
        found = recorded_many(self.connection, entries)
        return {index: datetime.fromtimestamp(recorded / 1000, UTC) for index, recorded in found.items()}


def amount_of(figure: Figure, standing: dict[Cell, Published]) -> Amount:
    """A figure as now computed, with the receipt where this very value stands published."""
    known = standing.get(figure.cell)
    same = known is not None and known.value is not None and known.value == figure.text
    return of_figure(figure, known.receipt if known is not None and same else None)


def pair_of(here: Here, inventory: Inventory, about: str, period: Period, relation: str | None) -> Pair:
    """Direct and indirect emission of a subject as now computed."""
    cells = [Cell(about, quantity, period.text, METHOD, relation) for quantity in (DIRECT, INDIRECT)]
    standing = receipts(here.connection, cells, inventory.as_of)
    direct, indirect = (amount_of(one, standing) for one in inventory.figures(cells))
    return Pair(period=period.text, direct=direct, indirect=indirect)


def published_amount(one: Published | None) -> Amount | None:
    """A published figure, or nothing."""
    return None if one is None else of_published(one)


def report_bodies(here: Here, found: Iterable[Report]) -> list[ReportBody]:
    """Laboratory reports as answers show them."""
    reports = list(found)
    names = here.names(
        name
        for one in reports
        for name in (one.firm, one.laboratory, *(result.subject for result in one.results))
    )
    recorded = here.recorded([one.entry for one in reports if one.entry is not None])
    return [
        ReportBody(
            laboratory=names[one.laboratory],
            firm=names[one.firm],
            month=one.month,
            due=one.due,
            late=one.late(here.today),
            entry=one.entry,
            delivered_at=None if one.entry is None else recorded[one.entry],
            document=one.document,
            results=[
                ResultBody(
                    source=names.get(result.subject), column=_column(result), amount=of_statement(result)
                )
                for result in one.results
            ],
            synthetic=any(result.synthetic for result in one.results) or names[one.firm].synthetic,
        )
        for one in reports
        if one.firm in names and one.laboratory in names
    ]


def _column(result: Statement) -> str:
    """The column of a stated factor; of a test the parameter and the basis it was found on (``test.moisture.ad``)."""
    if result.indicator.startswith(TESTS):
        return f"{result.indicator}.{result.basis.partition(' ')[0]}"
    return result.indicator.removeprefix(PREFIX)
