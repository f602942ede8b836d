"""Scenes for showing: what they print is what the ledger holds, and they touch nothing but a demo."""

import argparse
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo_city import NOW, OTHER, DemoCity
from tansuo.accounting.figure import Cell
from tansuo.accounting.raw import raw
from tansuo.accounting.receipt import history_of
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry.commands import demo as command
from tansuo.entry.demo import show
from tansuo.entry.demo.live import Memory
from tansuo.entry.demo.model import firms
from tansuo.entry.demo.numbers import use_of
from tansuo.entry.demo.trips import Trips
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.quantity.finding import FindingError

METHOD = "general_combustion_and_power"


@pytest.fixture(autouse=True)
def _loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo was loaded on the test city's day."""
    memory = Memory(tmp_path / "devices.json", NOW.date())
    monkeypatch.setattr(show, "_memory", lambda: memory)


def words(*given: str) -> argparse.Namespace:
    """The command line after `tansuo demo`."""
    parser = argparse.ArgumentParser()
    command.configure(parser)
    return parser.parse_args(["scene", *given])


def test_every_scene_of_the_command_line_can_be_played_and_no_other() -> None:
    assert tuple(show.SCENES) == command.SCENES


def test_what_was_first_published_stands_against_what_is_now_known(demo: DemoCity) -> None:
    cell = Cell(OTHER, "E_indirect", "2026-04", METHOD)
    with demo.connection() as connection:
        (first,) = history_of(connection, cell)
    told = "\n".join(show.first_published(demo.database, words("first-published")))
    assert f"首次发布 first published   {first.value} {first.unit}   {first.receipt}" in told
    now = re.search(r"as now known, not published   ([\d.]+) ", told)
    assert now is not None and float(now[1]) < float(str(first.value))


def test_the_corrected_figure_is_published_again_with_its_reason(demo_copy: DemoCity) -> None:
    list(show.first_published(demo_copy.database, words("first-published", "--restate")))
    demo_copy.work()
    with demo_copy.connection() as connection:
        first, second = history_of(connection, Cell(OTHER, "E_indirect", "2026-04", METHOD))
        entry = ledger.get(connection, second.entry)
    assert second.in_force and not first.in_force
    assert entry is not None and entry.supersedes == first.entry and "更正后" in str(entry.why)


def test_a_receipt_leads_to_the_very_bytes_of_a_frame(demo: DemoCity) -> None:
    with demo.connection() as connection:
        one = show.published(connection, subject="demo.power-a")[0]
    told = "\n".join(show.receipt(demo.database, words("receipt", one.receipt)))
    assert one.receipt in told
    place = re.search(r"/zh/frames/(\d+)/(\d+)", told)
    frame = re.search(r"##\d{4}QN=.*", told)
    assert place is not None and frame is not None
    with demo.connection() as connection:
        seen = raw(connection, int(place[1]), int(place[2]))
    assert seen.text.strip() == frame[0] and "MN=3211DEMOA" in frame[0]


def test_an_unknown_receipt_is_refused_by_name(demo: DemoCity) -> None:
    with pytest.raises(FindingError) as refused:
        list(show.receipt(demo.database, words("receipt", "R1-00000000")))
    assert refused.value.findings[0].code == "entry.no_such_receipt"


def test_no_scene_is_played_on_a_real_ledger(database: Database) -> None:
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=False, clock=SimulatedClock(1))
    with pytest.raises(FindingError) as refused:
        show.need_demo(database)
    assert refused.value.findings[0].code == "entry.scene_needs_demo"


@pytest.mark.parametrize("scene", ["trip", "late"])
def test_what_needs_a_running_demo_says_so(scene: str, demo: DemoCity) -> None:
    with pytest.raises(FindingError) as refused:
        list(show.SCENES[scene][0](demo.database, words(scene)))
    assert refused.value.findings[0].code == "entry.demo_not_running"


def test_a_firm_stands_still_for_as_long_as_it_was_asked(tmp_path: Path) -> None:
    asking, device = Trips(tmp_path / "trips.json"), Trips(tmp_path / "trips.json")
    assert not device.look()
    start = datetime(2026, 5, 21, 10, 20)
    asking.add("demo.power-a", start, start + timedelta(minutes=15))
    assert device.look() and not device.look()
    assert [device.stands("demo.power-a", start + timedelta(minutes=n)) for n in (-1, 0, 14, 15)] == [
        False,
        True,
        True,
        False,
    ]
    assert not device.stands("demo.power-b", start)


@pytest.mark.parametrize("minutes", ["0", "-5", "1441", "x", "1.5", ""])
def test_a_trip_of_no_time_or_of_days_is_refused_before_anything_stops(
    minutes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words("trip", "--minutes=1").minutes == 1
    with pytest.raises(SystemExit):
        words("trip", f"--minutes={minutes}")
    assert "a whole number of minutes from 1 to 1440" in capsys.readouterr().err


def test_the_hour_of_a_trip_is_less_by_its_minutes_and_a_whole_one_is_not_operating(tmp_path: Path) -> None:
    firm = firms()[0]
    trips = Trips(tmp_path / "trips.json")
    trips.add(firm.id, datetime(2026, 5, 21, 10, 45), datetime(2026, 5, 21, 12, 0))
    for hour, share, flag in ((9, 60, "N"), (10, 45, "N"), (11, 0, "F")):
        said = use_of(firm, datetime(2026, 5, 21, hour), NOW.date())
        assert said is not None
        made = trips.applied(said)
        assert made.values["coal"] == said.values["coal"] * share // 60
        assert made.flags["coal"] == flag
