"""What readers ask for first is evaluated when the application starts, and gives the very same answer."""

from demo_city import DemoCity
from tansuo.accounting.memory import Memory
from tansuo.api.warming import warm


def test_the_first_reader_finds_it_evaluated(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    before = browser.get("/api/cockpit").json()
    demo.app.state.memory = Memory()
    assert warm(demo.app) == 1
    assert browser.get("/api/cockpit").json() == before


def test_a_ledger_without_a_city_has_nothing_to_warm(demo_copy: DemoCity) -> None:
    from sqlalchemy import text

    from tansuo.database.connect import owner_transaction

    with owner_transaction(demo_copy.database) as connection:
        connection.execute(text("DELETE FROM tansuo.subject WHERE kind = 'city'"))
    assert warm(demo_copy.app) == 0
