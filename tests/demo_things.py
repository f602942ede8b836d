"""What tests of the API ask for: the same things of one's own firm, of another firm, and of nobody."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from demo_city import METHOD, OTHER, OWN, DemoCity
from tansuo.accounting.receipt import published
from tansuo.evidence.ledger import history, read, size
from tansuo.monitoring.lookup import day_readings

DAY = date(2026, 4, 3)
SERIES = {OWN: f"{OWN}/coal/hour", OTHER: f"{OTHER}/coal/hour"}
NOBODY = "demo.nobody-z"


@dataclass(frozen=True, slots=True)
class Things:
    """Things of one organisation: ids of what exists, or (``nobody``) ids of what does not."""

    firm: str
    series: str
    arrival: int
    record: int
    value: Decimal
    receipt: str
    entry: int
    method: str


def things_of(city: DemoCity, firm: str) -> Things:
    """The things of a firm of the demo city, found without the API."""
    with city.connection() as connection:
        reading = day_readings(connection, SERIES[firm], DAY)[10]
        assert reading.value is not None
        (mine,) = [
            one
            for one in published(connection, subject=firm)
            if (one.cell.quantity, one.cell.period) == ("E_fuel", "2026-04")
        ]
        plan = history(connection, f"plan/{firm}")[-1]
    assert mine.org == plan.org == firm
    return Things(
        firm,
        SERIES[firm],
        reading.arrival,
        reading.record,
        reading.value,
        mine.receipt,
        plan.index,
        fingerprint(city),
    )


def nobody(city: DemoCity) -> Things:
    """Ids in the right form of things that do not exist."""
    with city.connection() as connection:
        beyond = size(connection) + 1000
    return Things(
        NOBODY, f"{NOBODY}/coal/hour", beyond, 0, Decimal(1), f"R{beyond}-0a1b2c3d", beyond, "0" * 64
    )


def fingerprint(city: DemoCity) -> str:
    """The fingerprint of the general method, by which the demo publishes every firm."""
    with city.connection() as connection:
        (method,) = [
            one for one in read(connection, 0, size(connection), {"method"}) if one.body["id"] == METHOD
        ]
    return str(method.body["fingerprint"])


def public_receipt(city: DemoCity, subject: str, quantity: str = "E_fuel", period: str = "2026-04") -> str:
    """The receipt of a sum published for everybody."""
    with city.connection() as connection:
        (found,) = [
            one
            for one in published(connection, subject=subject)
            if (one.cell.quantity, one.cell.period, one.org) == (quantity, period, "public")
        ]
    return found.receipt
