"""Some firms of the demo by their sector's methods: which apply from when, and the invented amounts these ask for.

What `city/bases.toml` says is declared before the first frame; the amounts of a month are stated on the day of the
laboratory's reports, in proportion to a meter of the firm; totals of the last published month are published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection

from tansuo.accounting.activity_data import PREFIX
from tansuo.accounting.bases import bases_of, choose_basis
from tansuo.accounting.figure import Cell
from tansuo.accounting.inventory import Inventory, known_size
from tansuo.accounting.local_factor import local_factor
from tansuo.accounting.methods_store import publish_method
from tansuo.accounting.receipt import publish
from tansuo.database.settings import shipped
from tansuo.entry.demo.declare import BY
from tansuo.entry.demo.model import Firm, read_toml
from tansuo.entry.demo.publishing import APPROVER
from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Draft
from tansuo.evidence.ledger import append
from tansuo.methods.pack import load_pack
from tansuo.monitoring.plan import PlanLine, lines
from tansuo.monitoring.series import month_sums
from tansuo.quantity.decimals import round_to
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance
from tansuo.registry import relation, subject
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import state_

FOR_GOOD = "2020/2030"
PLACES = 2
_CITED = Source("演示数据 synthetic: src/tansuo/entry/demo/city/bases.toml", Status.EXAMPLE)

Row = Mapping[str, Any]


@cache
def _told() -> Mapping[str, Row]:
    return {row["id"]: row for row in read_toml("bases")["firm"]}


def tested(firm: Firm) -> bool:
    """Whether the laboratory also reports carbon and moisture of the firm's coal."""
    return bool(_told().get(firm.id, {}).get("tests"))


def publish_methods(connection: Connection, clock: Clock) -> None:
    """Publish the methods of the sectors."""
    for name in read_toml("bases")["packs"]:
        publish_method(connection, load_pack(shipped("packs") / name), by=BY, clock=clock)


def drafts(firms: Sequence[Firm]) -> Iterator[Draft]:
    """Bases, attributes, sources without a meter, and the factors that firms state for good."""
    for firm in firms:
        row = _told().get(firm.id)
        if row is not None:
            yield from _declared(firm, row)


def _declared(firm: Firm, row: Row) -> Iterator[Draft]:
    for one in row["bases"]:
        yield choose_basis(
            firm.id, one["code"], one["method"], valid_from=one.get("from"), valid_to=one.get("to"),
            source=_CITED, org=firm.id, by=BY,
        )  # fmt: skip
    for name, value in row.get("attributes", {}).items():
        yield subject.set_attribute(firm.id, name, value, org=firm.id, by=BY)
    for one in row.get("set", ()):
        here = f"{firm.id}.{one['source']}"
        yield subject.set_attribute(here, one["name"], one["value"], org=firm.id, by=BY)
    for one in row.get("state", ()):
        yield _factor(firm, f"{firm.id}.{one['source']}", one)
    for one in row.get("source", ()):
        here = f"{firm.id}.{one['id']}"
        yield subject.declare(
            here, "emission_source", one["zh"], one["en"], attributes=one["attributes"], org=firm.id,
            synthetic=True, by=BY,
        )  # fmt: skip
        yield relation.relate(here, "part_of", f"{firm.id}.{one['facility']}", org=firm.id, by=BY)
        for factor in one.get("state", ()):
            yield _factor(firm, here, factor)


def _factor(firm: Firm, here: str, row: Row) -> Draft:
    return local_factor(
        here, row["column"], FOR_GOOD, Decimal(row["value"]), row["unit"], rung=row["rung"],
        synthetic=True, issuer=firm.id, source=_CITED, org=firm.id, by=BY,
    )  # fmt: skip


def state_amounts(connection: Connection, firms: Sequence[Firm], month: date, clock: Clock) -> None:
    """State the amounts of a month that no meter measures."""
    period = Period.of_month(month.year, month.month)
    telling = [firm for firm in firms if firm.id in _told()]
    metered = _metered(connection, telling, period)
    said = [draft for firm in telling for draft in _amounts(firm, _told()[firm.id], period, metered)]
    if said:
        append(connection, said, clock)


def _amounts(firm: Firm, row: Row, period: Period, metered: Mapping[str, Decimal]) -> Iterator[Draft]:
    for one in row.get("source", ()):
        for amount in one["amount"]:
            burnt = metered.get(f"{firm.id}.{amount['follows']}")
            if burnt is None:
                continue
            yield state_(
                f"{firm.id}.{one['id']}",
                PREFIX + amount["indicator"],
                period.text,
                round_to(burnt * Decimal(amount["per"]), PLACES),
                amount["unit"],
                provenance=Provenance.DECLARED,
                synthetic=True,
                issuer=firm.id,
                source=_CITED,
                org=firm.id,
                by=BY,
            )


def _metered(connection: Connection, firms: Sequence[Firm], period: Period) -> dict[str, Decimal]:
    """What the authoritative meters of the firms' sources said of a month, as far as it is known."""
    named = {firm.id for firm in firms}
    counted: list[PlanLine] = [one for one in lines(connection) if one.org in named and one.authoritative]
    found: dict[str, Decimal] = {}
    for line, one in zip(counted, month_sums(connection, counted, period), strict=True):
        if one.partial is not None:
            found[line.source] = found.get(line.source, Decimal()) + one.partial
    return found


def publish_totals(connection: Connection, firms: Sequence[Firm], month: date, clock: Clock) -> None:
    """Publish the total of every basis but the general one, as far as it is complete."""
    inventory = Inventory(connection, known_size(connection))
    period = Period.of_month(month.year, month.month)
    cells = [
        Cell(firm.id, basis.total, period.text, basis.method)
        for firm in firms
        if firm.id in _told()
        for basis in bases_of(inventory, firm.id, period)
        if basis.stored is not None and basis.code != "general"
    ]
    whole = [one for one in inventory.figures(cells) if one.value is not None]
    publish(connection, whole, by=APPROVER, clock=clock)
