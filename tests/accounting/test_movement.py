"""Who moved: a change exists between two complete months only, the largest first, with its base named."""

from decimal import Decimal

from demo_city import FIRMS, METHOD, OWN, DemoCity
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.movement import movements
from tansuo.accounting.overview import DIRECT
from tansuo.quantity.period import Period

MARCH, APRIL = Period.parse("2026-03"), Period.parse("2026-04")


def test_changes_are_differences_of_complete_figures_largest_first(demo: DemoCity) -> None:
    firms = [firm.id for firm in FIRMS]
    with demo.connection() as connection:
        found = movements(Inventory(connection), firms, DIRECT, APRIL, MARCH, METHOD)
    assert [one.change for one in found] == sorted(
        (one.change for one in found), key=lambda change: -abs(change)
    )
    for one in found:
        assert one.after.value is not None and one.before.value is not None
        assert one.after.value - one.before.value == one.change
        assert (one.before.cell.period, one.after.cell.period) == ("2026-03", "2026-04")
    named = {one.subject: one for one in found}
    assert "demo.paper-e" not in named  # silent for 41 hours of March
    own = named[OWN]
    assert own.percent == (100 * own.change / own.before.value).quantize(Decimal("0.1"))  # type: ignore[operator]
