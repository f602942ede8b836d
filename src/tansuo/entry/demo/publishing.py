"""Publishing of a month in the demo: firms' figures as calculated, the city's sums by a decision for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from tansuo.accounting.figure import Cell
from tansuo.accounting.inventory import Inventory, known_size
from tansuo.accounting.receipt import publish
from tansuo.entry.demo.model import Firm
from tansuo.evidence.clock import Clock
from tansuo.evidence.entry import Actor, Entry
from tansuo.evidence.ledger import append
from tansuo.registry.case import decide
from tansuo.registry.statement import Stage
from tansuo.registry.zhenjiang import CITY, UNITS

METHOD = "general_combustion_and_power"
QUANTITIES = ("E_fuel", "E_indirect")
KEY_FIRMS = "reports_for"
APPROVER = Actor("demo.approver", "city_approver")


def publish_month(connection: Connection, month: date, firms: Sequence[Firm], clock: Clock) -> None:
    """Publish what is complete of ``month``: an incomplete figure is published as what it is, and not approved."""
    period = f"{month:%Y-%m}"
    size = known_size(connection)
    inventory = Inventory(connection, size)
    publish(connection, inventory.figures(_own(firms, period)), by=APPROVER, clock=clock)
    sums = [
        Cell(subject, quantity, period, METHOD, KEY_FIRMS)
        for subject in (*UNITS, CITY)
        for quantity in QUANTITIES
    ]
    whole = [one for one in inventory.figures(sums) if one.value is not None]
    if whole:
        decision = _decide(connection, period, size, clock)
        publish(connection, whole, decision, by=APPROVER, clock=clock)


def publish_again(connection: Connection, month: date, firm: Firm, reason: str, clock: Clock) -> list[Entry]:
    """Publish a firm's figures of ``month`` as they are now, with the reason why they moved; the entries."""
    inventory = Inventory(connection, known_size(connection))
    made = inventory.figures(_own([firm], f"{month:%Y-%m}"))
    return publish(connection, made, by=APPROVER, clock=clock, reason=reason)


def _own(firms: Sequence[Firm], period: str) -> list[Cell]:
    return [Cell(firm.id, quantity, period, METHOD) for firm in firms for quantity in QUANTITIES]


def _decide(connection: Connection, period: str, size: int, clock: Clock) -> Entry:
    draft = decide(
        f"demo-publication-{period}",
        "publication",
        CITY,
        f"公开{period}重点企业合计(演示)",
        f"Publish the key enterprises' sums of {period} (demo)",
        outcome="published",
        authority="demo.approver",
        size=size,
        audience="public",
        stage=Stage.PUBLISHED,
        covers={"period": period, "relation": KEY_FIRMS, "quantity": list(QUANTITIES)},
        synthetic=True,
        by=APPROVER,
    )
    return append(connection, [draft], clock)[0]
