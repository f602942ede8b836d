"""A receipt for every number: three clicks from the city's sum to a frame's bytes, and ``tansuo figure`` that
says no when anything beneath was altered."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Connection, text

from tansuo.accounting.drilldown import amounts_of, day_by_readings, month_by_days
from tansuo.accounting.figure import Figure
from tansuo.accounting.raw import raw
from tansuo.accounting.receipt import publish
from tansuo.database.connect import SYSTEM, Database, owner_transaction, transaction
from tansuo.entry.cli import main
from tansuo.evidence.ledger import receipt_id
from tansuo.registry.relation import relate
from town import COAL, GAS, POWER, Town

Say = Callable[..., tuple[int, dict[str, object]]]


def _firms(town: Town) -> None:
    for name, unit, amount in (("a", "dantu", "100"), ("b", "xinqu", "50")):
        town.firm(name, unit, (COAL, GAS, POWER))
        for month in ("2026-01", "2026-02"):
            town.days(name, COAL, month, amount)
            town.days(name, GAS, month, "0.5")
            town.days(name, POWER, month, "12.5")


def test_three_clicks_from_the_city_to_the_bytes_of_a_frame(connection: Connection) -> None:
    town = Town(connection)
    _firms(town)
    city = town.figure("zj.city", "E_fuel", "2026-Q1", "reports_for")
    assert city.value is None and city.completeness.incomplete_months == ("2026-03",)
    january = town.figure("zj.city", "E_fuel", "2026-01", "reports_for")

    unit = next(child for child in january.children if child.subject == "zj.unit.xinqu").figures[0]
    enterprise = unit.children[0].figures[0]
    assert enterprise.cell.subject == "b" and enterprise.bound is not None

    coal = next(one for one in amounts_of(enterprise) if one.activity.term == "FC")
    (series,) = coal.activity.sums
    days = month_by_days(connection, enterprise, series.series, "2026-01")
    assert sum(one.total for one in days if one.total is not None) == coal.activity.value
    (reading,) = day_by_readings(connection, enterprise, series.series, date(2026, 1, 17))
    found = raw(connection, reading.reading.arrival, reading.reading.record)
    assert "DataTime=20260117000000;f01001-Cou=50," in found.text and found.findings == ()


@pytest.fixture
def receipts(database: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Committed receipts of firm a's fuel and of the city's sum."""
    monkeypatch.setattr("tansuo.entry.commands.figure.open_database", lambda: database)
    monkeypatch.setenv("TANSUO_LANGUAGE", "en")
    with transaction(database, SYSTEM) as connection:
        town = Town(connection)
        _firms(town)
        figures: list[Figure] = [
            town.figure("a", "E_fuel", "2026-01"),
            town.figure("zj.city", "E_fuel", "2026-01", "reports_for"),
        ]
        entries = publish(connection, figures, clock=town.clock)
        town.days("a", COAL, "2026-03", "1")
        town.enter(relate("a", "reports_for", "zj.unit.jurong", org="a"))
    return dict(zip(("fuel", "city"), map(receipt_id, entries), strict=True))


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """``say("figure", …)``: exit code and the JSON printed."""

    def run(*words: str) -> tuple[int, dict[str, object]]:
        code = main([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def _codes(answer: dict[str, object]) -> set[str]:
    return {one["code"] for one in answer["findings"]}  # type: ignore[attr-defined]


def test_tansuo_figure_shows_and_replays(
    receipts: dict[str, str], say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = say("figure", receipts["fuel"], "--replay")
    assert code == 0 and answer["equal"] is True and answer["findings"] == []
    assert answer["published"] == answer["replayed"] == "7328.29"
    assert str(answer["as_of"]).startswith("tansuo-demo/321100/")
    assert main(["figure", receipts["city"], "--replay"]) == 0
    assert "replayed from raw bytes, identical" in capsys.readouterr().out
    assert main(["--language", "zh", "figure", receipts["fuel"]]) == 0
    printed = capsys.readouterr().out
    for part in ("演示数据", "7328.29 t CO2", "测算", "3,100.00 t × 23.736 GJ/t", "CETS", "一致"):
        assert part in printed
    assert main(["--language", "en", "figure", "R1-00000000"]) == 2
    assert "no figure with receipt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "UPDATE entry SET data = convert_to(replace(convert_from(data, 'UTF8'), '7328.29', '6328.29'), 'UTF8')"
            " WHERE index = {index}",
            {"accounting.entry_altered", "accounting.value_differs"},
        ),
        (
            "UPDATE blob SET data = set_byte(data, 40, get_byte(data, 40) # 1) WHERE sha256 ="
            " (SELECT convert_from(data, 'UTF8')::json -> 'body' ->> 'blob' FROM entry"
            "  WHERE type = 'arrival' ORDER BY index LIMIT 1)",
            {"monitoring.arrival_bytes_differ"},
        ),
        (
            "UPDATE reading SET value = value * 2 WHERE series = 'a/coal' AND day = '2026-01-05'",
            {"accounting.live_differs"},
        ),
        ("UPDATE figure SET value = '1.00' WHERE entry = {index}", {"accounting.row_altered"}),
        (
            "UPDATE plan_line SET unit = 'kg' WHERE series = 'a/coal'",
            {"accounting.live_differs"},
        ),
        ("UPDATE entry SET data = '\\x7b' WHERE index = {index}", {"accounting.entry_unreadable"}),
    ],
    ids=["entry", "raw frame", "reading", "figure row", "plan", "unreadable"],
)
def test_an_altered_value_is_found_and_the_exit_code_is_one(
    database: Database, receipts: dict[str, str], say: Say, change: str, expected: set[str]
) -> None:
    index = receipts["fuel"][1:].partition("-")[0]
    with owner_transaction(database) as owner:
        assert owner.execute(text(change.replace("{index}", index))).rowcount == 1
    code, answer = say("figure", receipts["fuel"], "--replay")
    assert code == 1
    assert expected <= _codes(answer)


def test_without_replay_an_altered_reading_is_found_too(
    database: Database, receipts: dict[str, str], say: Say
) -> None:
    with owner_transaction(database) as owner:
        owner.execute(
            text("UPDATE reading SET value = value * 2 WHERE series = 'a/coal' AND day = '2026-01-05'")
        )
    code, answer = say("figure", receipts["fuel"])
    assert code == 1 and "accounting.value_differs" in _codes(answer)
