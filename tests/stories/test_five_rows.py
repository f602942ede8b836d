"""Five rows that break others: hours 0, 1, 3 arrive; then hour 2 late, hour 1 corrected, the factor changed,
hour 4. What was first published and what is now known are both right, hour by hour and in sum, and every
answer says which factor period holds.

The hours are the last four of March and the first of April, because the factor changes with the month.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tansuo.accounting.drilldown import day_by_readings, factors_of
from tansuo.accounting.explain import explain
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.receipt import history_of, of_entry, publish
from tansuo.accounting.replay import replay
from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import receipt_id
from tansuo.methods.pack import load_pack
from tansuo.registry.relation import relate
from tansuo.registry.subject import declare
from town import POWER, Source, Town

METER = Source("meter", "e01001", "electricity_purchased", "kWh", POWER.attributes)
SWITCH_ON = date(2026, 3, 31)
HOUR_0 = datetime(2026, 3, 31, 20)
MARCH, APRIL = "2026-03", "2026-04"

PACK = """
from tansuo.methods import Method, sum_over
m = Method("story.electricity", edition="1", title_zh="购入电力", title_en="Bought electricity",
           valid="2026-01/..", source="notice")
PE = m.activity("PE", "电量", "electricity", "kWh", indicator="electricity_purchased",
                keys={"family": "electricity"})
EF = m.factor("EF", "排放因子", "factor", "kg CO2/kWh", table="grid", column="ef", key="=here")
E_h = m.quantity("E_h", "月排放量", "monthly emission", "kg CO2", PE * EF, scope="indirect")
m.quantity("E", "排放量", "emission", "kg CO2", sum_over(E_h, "source month"), places=2)
"""
HEADER = (
    "table,key,column,value,unit,valid_from,valid_to,region,level,published_on,data_year,applies_to,"
    "source,page,status,note"
)
OLD = "grid,here,ef,0.928,kg CO2/kWh,2020-01-01,,,,2020-01,,,notice,1,example,"
ENDED = "grid,here,ef,0.928,kg CO2/kWh,2020-01-01,2026-04-01,,,2020-01,,,notice,1,example,"
NEW = "grid,here,ef,0.5306,kg CO2/kWh,2026-04-01,,,,2026-03,,,notice,2,example,"
SOURCES = '[notice]\ntitle_zh = "公告"\ntitle_en = "Notice"\nnumber = "1"\nstatus = "example"\n'


def _publish_factors(town: Town, folder: Path, *rows: str, reason: str = "") -> Entry:
    folder.mkdir(exist_ok=True)
    (folder / "pack.py").write_text(PACK, encoding="utf-8")
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    (folder / "factors.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return town.publish(load_pack(folder), reason)


def _figure(town: Town, month: str, as_of: int | None = None) -> Figure:
    return Inventory(town.connection, as_of).figures([_cell(month)])[0]


def _cell(month: str) -> Cell:
    return Cell("f", "E", month, "story.electricity")


def _hours(town: Town, figure: Figure, day: date) -> list[tuple[int, str, str]]:
    """Hour since hour 0, kWh and kg of every reading that has a value."""
    shares = day_by_readings(town.connection, figure, "f/meter", day)
    begin = HOUR_0 - timedelta(hours=8)
    return [
        (
            (one.reading.start.replace(tzinfo=None) - begin) // timedelta(hours=1),
            str(one.amount),
            str(one.alone),
        )
        for one in shares
        if one.reading.value is not None
    ]


def _period(figure: Figure) -> list[tuple[str, str, str]]:
    return [(str(one.chosen.value), one.chosen.valid_from, one.chosen.valid_to) for one in factors_of(figure)]


@pytest.fixture
def town(connection: Connection, tmp_path: Path) -> Town:
    """A meter that is switched on at 20:00 on 31 March and whose plan covers that day and the next."""
    made = Town(connection)
    _publish_factors(made, tmp_path / "story_electricity", OLD)
    made.firm("f", "dantu", (), since=SWITCH_ON)
    made.enter(
        declare(
            "f.meter", "emission_source", "电表", "Meter", attributes=METER.attributes, org="f",
            valid_from=SWITCH_ON, valid_to=SWITCH_ON + timedelta(days=2), synthetic=True,
        ),
        relate("f.meter", "part_of", "f.site", org="f"),
    )  # fmt: skip
    made.plan("f", [made.line("f", METER, since=SWITCH_ON, step=3600, valid_to=date(2026, 4, 2))])
    off = datetime.combine(SWITCH_ON, datetime.min.time())
    made.hours("f", METER, off, ["0"] * 20, flag="F")
    made.hours("f", METER, HOUR_0 + timedelta(hours=5), ["0"] * 23, flag="F")
    return made


def test_five_rows(town: Town, tmp_path: Path) -> None:
    connection = town.connection
    town.hours("f", METER, HOUR_0, ["100", "100", None, "100"])
    first = _figure(town, MARCH)
    assert first.value is None and first.completeness.text("en") == "incomplete: 2026-03"
    assert str(first.partial) == "278.40"
    (hole,) = first.completeness.cells[0].holes
    assert hole.start == datetime(2026, 3, 31, 14, tzinfo=UTC) and hole.cells == 1
    assert _hours(town, first, SWITCH_ON) == [
        (0, "100.000", "92.80"),
        (1, "100.000", "92.80"),
        (3, "100.000", "92.80"),
    ]
    assert _period(first) == [("0.928", "2020-01-01", "")]
    (published_first,) = publish(connection, [first], clock=town.clock)
    town.follow()

    town.hours("f", METER, HOUR_0 + timedelta(hours=2), ["100"])
    late = _figure(town, MARCH)
    assert late.text == "371.20" and late.completeness.complete

    town.correct("f/meter", datetime(2026, 3, 31, 13, tzinfo=UTC), Decimal("40"))
    corrected = _figure(town, MARCH)
    assert corrected.text == "315.52"

    _publish_factors(town, tmp_path / "story_electricity", ENDED, NEW, reason="notice of 2026-03")
    town.hours("f", METER, HOUR_0 + timedelta(hours=4), ["100"])

    now = {month: _figure(town, month) for month in (MARCH, APRIL)}
    assert (now[MARCH].text, now[APRIL].text) == ("315.52", "53.06")
    assert _hours(town, now[MARCH], SWITCH_ON) == [
        (0, "100.000", "92.80"),
        (1, "40.000", "37.12"),
        (2, "100.000", "92.80"),
        (3, "100.000", "92.80"),
    ]
    assert _hours(town, now[APRIL], date(2026, 4, 1)) == [(4, "100.000", "53.06")]
    assert _period(now[MARCH]) == [("0.928", "2020-01-01", "2026-04-01")]
    assert _period(now[APRIL]) == [("0.5306", "2026-04-01", "")]

    entries = publish(connection, list(now.values()), clock=town.clock, reason="late and corrected readings")
    town.follow()

    said = [(one.value, one.body["partial"], one.size) for one in history_of(connection, _cell(MARCH))]
    assert said == [(None, "278.40", first.as_of), ("315.52", "315.52", now[MARCH].as_of)]
    again = _figure(town, MARCH, first.as_of)
    assert (again.value, str(again.partial)) == (None, "278.40")
    assert _hours(town, again, SWITCH_ON) == _hours(town, first, SWITCH_ON)
    assert _period(again) == [("0.928", "2020-01-01", "")]
    assert _figure(town, MARCH, late.as_of).text == "371.20"
    assert _figure(town, APRIL, late.as_of).value is None

    for entry in (published_first, *entries):
        result = replay(connection, receipt_id(entry))
        assert result.equal, [str(one) for one in result.findings]
        assert result.replayed == of_entry(entry).value


def test_a_year_over_two_factor_periods_names_them_both(town: Town, tmp_path: Path) -> None:
    town.hours("f", METER, HOUR_0, ["100", "40", "100", "100", "100"])
    _publish_factors(town, tmp_path / "story_electricity", ENDED, NEW, reason="notice of 2026-03")
    quarter = {text: _figure(town, text) for text in ("2026-Q1", "2026-Q2", "2026")}
    assert (quarter["2026-Q1"].text, quarter["2026-Q2"].text) == ("315.52", "53.06")
    assert quarter["2026"].text == "368.58"
    assert _period(quarter["2026"]) == [
        ("0.928", "2020-01-01", "2026-04-01"),
        ("0.5306", "2026-04-01", ""),
    ]


def test_the_difference_is_explained_to_the_last_digit(town: Town, tmp_path: Path) -> None:
    town.hours("f", METER, HOUR_0, ["100", "100", None, "100"])
    first = _figure(town, MARCH)
    town.hours("f", METER, HOUR_0 + timedelta(hours=2), ["100"])
    late = _figure(town, MARCH)
    town.correct("f/meter", datetime(2026, 3, 31, 13, tzinfo=UTC), Decimal("40"))
    changed = NEW.replace("2026-04-01,,", "2026-03-01,,")
    _publish_factors(
        town,
        tmp_path / "story_electricity",
        ENDED.replace("2026-04-01", "2026-03-01"),
        changed,
        reason="the notice holds from March",
    )
    last = _figure(town, MARCH)
    assert last.text == "180.40"
    why = explain(late, last)
    assert (why.basis, str(why.gap)) == ("value", "-190.80")
    assert {kind: str(part) for kind, part in why.by_kind().items()} == {
        "activity": "-55.68",
        "factor": "-135.12",
    }
    activity, factor = why.parts
    assert (activity.before, activity.after) == ("400.000", "340.000")
    assert factor.before.startswith("0.928 ") and factor.after.startswith("0.5306 ")
    known = explain(first, late)
    assert (known.basis, str(known.gap)) == ("known", "92.80")
    assert explain(late, late).parts == ()
