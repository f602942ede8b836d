"""Replay: the same string from raw bytes, for ever; and whatever was altered is found and named."""

import pytest
from sqlalchemy import Connection, text

from tansuo.accounting.receipt import publish
from tansuo.accounting.replay import ReplayResult, open_receipt, recompute, replay, replay_all
from tansuo.evidence.ledger import receipt_id
from tansuo.monitoring.segments import close_days
from tansuo.quantity.finding import FindingError
from tansuo.registry.subject import set_attribute
from town import COAL, POWER, Town


@pytest.fixture
def receipts(town: Town) -> dict[str, str]:
    """Receipts of a figure, of an incomplete one, and of the city's sum; afterwards the world went on."""
    town.firm("a", "dantu")
    town.days("a", COAL, "2026-01", "100")
    town.days("a", POWER, "2026-01", "10", without=[3])
    figures = {
        "fuel": town.figure("a", "E_fuel", "2026-01"),
        "power": town.figure("a", "E_power", "2026-01"),
        "city": town.figure("zj.city", "E_fuel", "2026-01", "reports_for"),
    }
    entries = publish(town.connection, list(figures.values()), clock=town.clock)
    town.days("a", POWER, "2026-01", "10", without=[d for d in range(1, 32) if d != 3])
    town.days("a", COAL, "2026-02", "90")
    town.enter(set_attribute("zj.city", "option.grid", "provincial"))
    return dict(zip(figures, map(receipt_id, entries), strict=True))


def _codes(result: ReplayResult) -> set[str]:
    return {one.code.removeprefix("accounting.") for one in result.findings}


def _forge(connection: Connection, table: str, change: str, **values: object) -> None:
    """Alter stored rows as somebody with the database's keys could; seen by this transaction only."""
    connection.execute(text(f"CREATE TEMP TABLE {table} AS SELECT * FROM tansuo.{table}"))
    connection.execute(text("DISCARD PLANS"))
    changed = connection.execute(text(f"UPDATE {table} SET {change}"), values).rowcount
    assert changed == 1


def test_every_figure_replays_to_the_identical_string(town: Town, receipts: dict[str, str]) -> None:
    expected = {"fuel": "6992.71", "power": None, "city": "6992.71"}
    for name, receipt in receipts.items():
        result = replay(town.connection, receipt)
        assert result.equal and result.findings == (), [str(one) for one in result.findings]
        assert result.published == result.replayed == expected[name]
        assert recompute(town.connection, receipt).equal
    assert town.figure("a", "E_power", "2026-01").text is not None


def test_many_figures_replay_in_one_rebuild(town: Town, receipts: dict[str, str]) -> None:
    (later,) = publish(
        town.connection, [town.figure("a", "E_power", "2026-01")], clock=town.clock, reason="late readings"
    )
    wanted = [receipt_id(later), receipts["fuel"], receipts["city"], receipts["power"]]
    results = replay_all(town.connection, wanted)
    assert [one.receipt for one in results] == wanted
    assert all(one.equal for one in results), [str(each) for one in results for each in one.findings]
    assert [one.replayed for one in results] == ["180.64", "6992.71", "6992.71", None]
    assert replay_all(town.connection, []) == []
    assert town.figure("a", "E_power", "2026-01").text == "180.64"


def test_it_replays_when_the_days_are_closed_into_segments(
    town: Town, receipts: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    from datetime import date

    assert close_days(town.connection, date(2026, 2, 1), tmp_path_factory.mktemp("segments")) > 0
    for receipt in receipts.values():
        result = replay(town.connection, receipt)
        assert result.equal, [str(one) for one in result.findings]


def test_an_altered_reading_is_found_because_the_tables_say_otherwise(
    town: Town, receipts: dict[str, str]
) -> None:
    where = "WHERE series = 'a/coal' AND day = '2026-01-09'"
    town.connection.execute(text(f"UPDATE reading SET value = value + 1 {where}"))
    slight = recompute(town.connection, receipts["fuel"])
    assert not slight.equal and _codes(slight) == {"inputs_differ"}, "a gram that rounding hides"
    town.connection.execute(text(f"UPDATE reading SET value = value + 5000 {where}"))
    quick = recompute(town.connection, receipts["fuel"])
    assert not quick.equal and {"value_differs", "inputs_differ"} <= _codes(quick)
    full = replay(town.connection, receipts["fuel"])
    assert not full.equal and _codes(full) == {"live_differs"}
    assert full.replayed == full.published == "6992.71"
    assert not replay(town.connection, receipts["city"]).equal
    assert replay(town.connection, receipts["power"]).equal


def test_altered_raw_bytes_stop_the_replay(town: Town, receipts: dict[str, str]) -> None:
    _forge(
        town.connection,
        "blob",
        "data = set_byte(data, 30, get_byte(data, 30) # 1) WHERE sha256 = :name",
        name=town.connection.execute(
            text("SELECT sha256 FROM tansuo.blob WHERE org_id = 'city' ORDER BY size DESC LIMIT 1")
        ).scalar_one(),
    )
    result = replay(town.connection, receipts["fuel"])
    assert not result.equal and result.replayed is None
    assert "monitoring.arrival_bytes_differ" in _codes(result)


def test_an_altered_figure_entry_is_found_by_its_leaf(town: Town, receipts: dict[str, str]) -> None:
    _forge(
        town.connection,
        "entry",
        "data = convert_to(replace(convert_from(data, 'UTF8'), '6992.71', '5992.71'), 'UTF8') WHERE index = :at",
        at=int(receipts["fuel"][1:].partition("-")[0]),
    )
    result = replay(town.connection, receipts["fuel"])
    assert not result.equal and (result.published, result.replayed) == ("5992.71", "6992.71")
    assert {"entry_altered", "value_differs", "intermediate_differs"} <= _codes(result)
    assert not recompute(town.connection, receipts["fuel"]).equal


def test_an_altered_entry_below_is_found(town: Town, receipts: dict[str, str]) -> None:
    index = town.connection.execute(text("SELECT max(index) FROM entry WHERE type = 'plan'")).scalar_one()
    _forge(
        town.connection,
        "entry",
        "data = convert_to(replace(convert_from(data, 'UTF8'), '\"MN-a\"', '\"MN-x\"'), 'UTF8') WHERE index = :at",
        at=index,
    )
    result = replay(town.connection, receipts["fuel"])
    assert not result.equal
    assert [one.where["entry"] for one in result.findings if one.code.endswith("entry_below_altered")] == [
        index
    ]


def test_an_altered_row_of_the_figure_is_found(town: Town, receipts: dict[str, str]) -> None:
    town.follow()
    town.connection.execute(
        text("UPDATE figure SET value = '1.00' WHERE receipt = :receipt"), {"receipt": receipts["fuel"]}
    )
    result = recompute(town.connection, receipts["fuel"])
    (finding,) = result.findings
    assert finding.code == "accounting.row_altered"
    assert (finding.params["column"], finding.params["stored"]) == ("value", "1.00")
    assert not result.equal


def test_an_entry_that_cannot_be_read_is_named(town: Town, receipts: dict[str, str]) -> None:
    at = int(receipts["fuel"][1:].partition("-")[0])
    _forge(town.connection, "entry", "data = substring(data from 2) WHERE index = :at", at=at)
    with pytest.raises(FindingError, match=f"Entry {at} cannot be read"):
        open_receipt(town.connection, receipts["fuel"])


@pytest.mark.parametrize(
    "receipt", ["", "R", "R1", "R0-00000000", "R5-zzzzzzzz", "X5-00000000", "R9999999-00000000"]
)
def test_what_is_no_receipt_is_refused(town: Town, receipt: str) -> None:
    with pytest.raises(FindingError, match="no figure with receipt"):
        open_receipt(town.connection, receipt)


def test_a_receipt_of_another_kind_of_entry_is_refused(town: Town) -> None:
    (entry,) = town.enter(set_attribute("zj.city", "colour", "green"))
    with pytest.raises(FindingError, match="no figure with receipt"):
        open_receipt(town.connection, receipt_id(entry))
