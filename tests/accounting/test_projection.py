"""The tables of methods and figures are a reading of the ledger, with everything else beside them."""

from tansuo.accounting.inventory import PROJECTIONS
from tansuo.accounting.receipt import publish
from tansuo.evidence.rebuild import check_projections
from town import COAL, POWER, Town


def test_a_rebuild_of_everything_is_equal(town: Town) -> None:
    town.firm("a", "dantu", (COAL, POWER))
    town.days("a", COAL, "2026-01", "100")
    for amount, reason in (("10", ""), ("12", "first month of the meter")):
        town.days("a", POWER, "2026-01", amount, without=range(2 if amount == "12" else 16, 32))
        publish(
            town.connection,
            [town.figure("a", name, "2026-01") for name in ("E_fuel", "E_power")],
            clock=town.clock,
            reason=reason,
        )
        town.follow()
    assert check_projections(town.connection, PROJECTIONS) == []
