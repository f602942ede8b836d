"""The loaded city: everything came in as raw bytes, the log is sound, and nothing hides that it is invented."""

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from demo_city import EXTENT, FIRMS, NOW, DemoCity, milliseconds
from tansuo.api.policy import policy
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry.cli import main
from tansuo.entry.demo import command, links
from tansuo.entry.demo.history import calendar, count_of
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.monitoring import plan
from tansuo.quantity.finding import FindingError
from tansuo.registry import subject
from tansuo.registry.zhenjiang import UNITS


def test_the_whole_ledger_of_the_city_agrees(
    demo: DemoCity, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tansuo.entry.commands.ledger.open_database", lambda: demo.database)
    assert main(["ledger", "check", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["findings"] == []


def test_every_reading_came_in_a_frame_through_the_gateway(demo: DemoCity) -> None:
    frames = count_of(list(calendar(NOW, EXTENT)))
    with demo.connection() as connection:
        arrivals = list(ledger.read(connection, 0, ledger.size(connection), {"arrival"}))
        counted = connection.scalar(text("SELECT count(*) FROM raw_chunk"))
        lost = connection.scalar(text("SELECT count(*) FROM quarantine"))
        conflicts = connection.scalar(text("SELECT count(*) FROM reading_conflict"))
    assert sum(int(str(one.body["count"])) for one in arrivals) == frames
    assert {one.body["channel"] for one in arrivals} == {"hj212"}
    assert {one.by.id for one in arrivals} == {"gateway"}
    assert (counted, lost, conflicts) == (0, 0, 0)


def test_the_log_tells_the_history_in_its_own_time(demo: DemoCity) -> None:
    with demo.connection() as connection:
        times = list(connection.scalars(text("SELECT recorded FROM leaf ORDER BY index")))
    assert times == sorted(times)
    assert milliseconds(datetime(2026, 2, 28)) < times[0] < milliseconds(datetime(2026, 3, 1))
    assert times[-1] <= milliseconds(NOW)


def test_the_log_says_for_ever_that_it_is_a_demo(demo: DemoCity) -> None:
    with demo.connection() as connection:
        genesis = ledger.get(connection, 0)
    assert genesis is not None and genesis.body["demo"] is True
    assert str(genesis.body["origin"]).startswith("tansuo-demo/321100/")


def test_everything_invented_is_marked_and_real_places_are_not(demo: DemoCity) -> None:
    with demo.connection() as connection:
        found = subject.find(connection)
        lines = plan.lines(connection)
        unmarked = connection.scalar(text("SELECT count(*) FROM figure WHERE NOT synthetic"))
        readings = connection.scalar(text("SELECT count(*) FROM segment_day WHERE NOT synthetic"))
    assert {one.synthetic for one in found if one.id.startswith("demo.")} == {True}
    assert {one.synthetic for one in found if one.id.startswith("zj.")} == {False}
    assert all(line.synthetic for line in lines)
    assert (unmarked, readings) == (0, 0)


def test_the_firms_of_the_test_city_report_for_all_eight_units(demo: DemoCity) -> None:
    with demo.connection() as connection:
        declared = {one.id for one in subject.find(connection, kind="enterprise")}
    assert declared == {one.id for one in FIRMS}
    assert {f"zj.unit.{one.unit}" for one in FIRMS} == set(UNITS)


def test_each_quantity_of_a_source_has_one_series_that_counts(demo: DemoCity) -> None:
    with demo.connection() as connection:
        lines = [line for line in plan.lines(connection) if line.authoritative]
    assert sorted(line.source for line in lines) == sorted(
        f"{firm.id}.{source.id}" for firm in FIRMS for source in firm.sources
    )
    assert all(line.form == "interval_amount" and line.required for line in lines)
    with demo.connection() as connection:
        beside = [line for line in plan.lines(connection) if line.indicator == "flue_gas_co2"]
    assert len(beside) == 2 and not any(line.authoritative for line in beside)


def test_published_is_what_was_complete_and_the_city_only_by_decision(demo: DemoCity) -> None:
    with demo.connection() as connection:
        rows = connection.execute(
            text(
                "SELECT period, stage, org_id, count(*), count(value) FROM figure "
                "WHERE method = 'general_combustion_and_power' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
            )
        ).all()
    found = {(row[0], row[1], row[2] == "public"): [0, 0] for row in rows}
    for row in rows:
        kept = found[row[0], row[1], row[2] == "public"]
        kept[0] += row[3]
        kept[1] += row[4]
    assert found["2026-03", "calculated", False][0] == found["2026-04", "calculated", False][0] == 20
    assert found["2026-03", "published", True] == [
        13,
        13,
    ]  # not 镇江新区 and not the city: one firm was silent
    assert found["2026-04", "published", True] == [17, 17]  # 镇江高新区 burns nothing itself
    assert all(public is (stage == "published") for _, stage, public in found)


def test_each_link_of_the_demo_signs_its_role_in_once(demo_copy: DemoCity) -> None:
    made = links.fresh(demo_copy.database, "http://testserver")
    assert len(made) == len(links.SHOWN)
    for (said, address), (role, over, label) in zip(made, links.SHOWN, strict=True):
        browser = demo_copy.client()
        assert browser.post(address.removeprefix("http://testserver")).status_code == 303
        session = browser.get("/api/session").json()
        assert (session["role"], session["subject"], session["label"]) == (role, over, label)
        assert session["role_zh"] in said and session["role_en"] in said
        again = demo_copy.client().get(address.removeprefix("http://testserver"))
        assert again.status_code == 410  # looked at, not tried: too many failures would close the address


def test_every_business_role_and_every_administrator_has_a_link() -> None:
    """Of the eight business roles the public needs none; the two of the city and of a firm count as one each."""
    assert {role for role, _, _ in links.SHOWN} == policy().roles.keys() - {"public"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own: what is wiped there is nobody else's."""
    monkeypatch.setenv("TANSUO_HOME", str(tmp_path))
    return tmp_path


def test_a_real_ledger_is_never_wiped(home: Path, database: Database) -> None:
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=False, clock=SimulatedClock(1))
    (home / "signer").mkdir()
    with pytest.raises(FindingError) as refused:
        command.wipe(database)
    assert refused.value.findings[0].code == "entry.no_demo_ledger"
    with transaction(database, SYSTEM) as connection:
        assert ledger.size(connection) == 1
    assert (home / "signer").is_dir()


def test_a_demo_is_wiped_whole_and_begins_anew(home: Path, demo_copy: DemoCity) -> None:
    for name in ("demo", "signer", "segments"):
        (home / name).mkdir()
    command.wipe(demo_copy.database)
    with transaction(demo_copy.database, SYSTEM) as connection:
        assert ledger.size(connection) == 0
        assert connection.scalar(text("SELECT count(*) FROM segment_day")) == 0
    assert not list(home.iterdir())


def test_a_load_that_broke_off_is_no_load(
    home: Path, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    class Broken:
        def __init__(self, *_: object) -> None:
            pass

        def run(self) -> int:
            raise KeyboardInterrupt

    monkeypatch.setattr("tansuo.entry.demo.load.Loader", Broken)
    with pytest.raises(KeyboardInterrupt):
        command.load(database)
    assert not command.loaded()
    shutil.rmtree(home / "demo")
