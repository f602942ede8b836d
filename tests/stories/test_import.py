"""A file's way into the ledger: judged, received once, read into the series of the plan, corrected for a reason."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry import compose
from tansuo.entry.cli import main
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.document import CITY, get_blob
from tansuo.evidence.entry import Draft
from tansuo.monitoring import plan
from tansuo.monitoring.connectors.workbook import judge, read_mapping
from tansuo.monitoring.importing import receiving as imports
from tansuo.monitoring.importing.receiving import File, Imported, import_readings
from tansuo.monitoring.series import PeriodSum, period_sum
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.registry import relation, subject

MAP = """
map = "meter"
synthetic = true

[timestamp]
column = "time"
formats = ["%Y-%m-%d %H:%M"]
label = "start"
step = "1h"
zone = "Asia/Shanghai"

[key]
columns = ["firm"]
device = "book.{firm}"

[enterprise]
id = "demo.{firm}"
name_zh = "演示企业{firm}"
name_en = "Demo {firm}"

[[source]]
id = "demo.{firm}.power"
name_zh = "购入电"
name_en = "Bought power"
attributes = { family = "electricity" }
relations = { part_of = "demo.{firm}", measured_by = "demo.{firm}.meter" }

[[meter]]
id = "demo.{firm}.meter"
name_zh = "总表"
name_en = "Main meter"

[[series]]
name = "power"
id = "demo.{firm}.power.hour"
value = "kwh"
unit = "kWh"
decimals = 1
indicator = "electricity_purchased"
source = "demo.{firm}.power"
meter = "demo.{firm}.meter"
"""
START_MS = 1_772_323_200_000  # 2026-03-01T00:00Z


class Office:
    """Somebody who imports files into a city's ledger."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SimulatedClock(START_MS)
        with transaction(database, SYSTEM) as connection:
            ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=self.clock)

    def send(self, text: str, mapping: str = MAP, reason: str | None = None) -> Imported:
        """Import a CSV given as text."""
        file = File("power.csv", text.encode(), "meter.toml", mapping.encode())
        read = read_mapping(file.map_data, file.map_name)
        judged = judge(file.data, file.name, read)
        return import_readings(
            self.database, compose.projections(), self.clock, file, read, judged, reason=reason
        )

    def day(self, series: str = "demo.a.power.hour", as_of: int | None = None) -> PeriodSum:
        """The sum of a series over 1 March 2026."""
        with transaction(self.database, SYSTEM) as connection:
            line = plan.lines(connection, series=series)[0]
            return period_sum(connection, line, Period.parse("2026-03-01"), as_of)

    @property
    def size(self) -> int:
        with transaction(self.database, SYSTEM) as connection:
            return ledger.size(connection)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def rows(values: dict[int, str], firm: str = "a", day: str = "2026-03-01") -> str:
    return "time,firm,kwh\n" + "".join(
        f"{day} {hour:02d}:00,{firm},{value}\n" for hour, value in values.items()
    )


def test_a_file_declares_what_it_needs_and_becomes_readings(office: Office) -> None:
    done = office.send(rows({0: "1.5", 1: "2", 3: ""}))

    assert (done.fresh, done.conflicts, done.waiting) == (True, 0, 0)
    assert (done.declared.orgs, done.declared.subjects, done.declared.lines) == (["demo.a"], 3, 1)
    with transaction(office.database, SYSTEM) as connection:
        firm = subject.get(connection, "demo.a")
        assert firm is not None
        assert (firm.name_zh, firm.org, firm.synthetic) == ("演示企业a", "demo.a", True)
        links = relation.relations(connection, "measured_by", a=["demo.a.power"])
        assert [one.b for one in links] == ["demo.a.meter"]
        assert done.arrival.org == "demo.a"
        assert (
            get_blob(connection, str(done.arrival.body["document"]))
            == rows({0: "1.5", 1: "2", 3: ""}).encode()
        )
    found = office.day()
    assert (found.partial, found.total, found.synthetic) == (Decimal("3.5"), None, True)
    assert found.expected == 24


def test_the_same_file_brings_nothing_new_and_says_so(office: Office) -> None:
    first = office.send(rows({0: "1.5"}))
    size = office.size
    again = office.send(rows({0: "1.5"}))
    assert (again.fresh, again.receipt, office.size) == (False, first.receipt, size)
    assert again.as_json()["already"] is True


def test_a_differing_value_needs_a_reason_and_both_versions_stay(office: Office) -> None:
    first = office.send(rows({0: "1.5", 1: "2"}))
    silent = office.send(rows({0: "1.5", 1: "9"}))
    assert (silent.conflicts, office.day().partial) == (1, Decimal("3.5"))
    known_then = office.size
    reasoned = office.send(rows({0: "1.5", 1: "7"}), reason="meter read again, protocol 17")
    assert reasoned.conflicts == 0
    assert office.day().partial == Decimal("8.5")
    assert office.day(as_of=known_then).partial == Decimal("3.5")
    assert first.arrival.index < silent.arrival.index < reasoned.arrival.index


def test_rows_that_are_refused_do_not_hold_up_the_others(office: Office) -> None:
    done = office.send(rows({0: "1.5", 1: "two", 2: "3"}))
    assert (done.judged.accepted, done.judged.refused) == (2, 1)
    assert office.day().partial == Decimal("4.5")
    assert [one["row"] for one in (finding.where for finding in done.judged.findings)] == [3]


def test_a_corrected_file_adds_only_what_was_missing(office: Office) -> None:
    office.send(rows({0: "1.5", 1: "two", 2: "3"}))
    done = office.send(rows({0: "1.5", 1: "2", 2: "3"}))
    assert (done.conflicts, office.day().partial) == (0, Decimal("6.5"))


def test_an_import_broken_off_after_the_file_was_received_is_finished_by_the_same_command(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []
    bring_up = imports.bring_up

    def fall(*given: object) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise ConnectionError("the machine stopped here")
        bring_up(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "bring_up", fall)
    with pytest.raises(ConnectionError):
        office.send(rows({0: "1.5"}))
    size = office.size
    done = office.send(rows({0: "1.5"}))
    assert (done.fresh, office.size) == (False, size)
    assert office.day().partial == Decimal("1.5")


def test_a_file_of_several_firms_belongs_to_the_city_and_each_firm_has_its_own_plan(office: Office) -> None:
    text = rows({0: "1"}) + rows({0: "2"}, firm="b").partition("\n")[2]
    done = office.send(text)
    assert (done.arrival.org, done.declared.orgs) == (CITY, ["demo.a", "demo.b"])
    assert office.day("demo.b.power.hour").partial == 2
    with transaction(office.database, SYSTEM) as connection:
        assert [one.org for one in plan.lines(connection)] == ["demo.a", "demo.b"]


def test_an_older_file_lets_the_plan_begin_earlier(office: Office) -> None:
    office.send(rows({0: "1"}, day="2026-03-02"))
    office.send(rows({5: "2"}))
    with transaction(office.database, SYSTEM) as connection:
        (line,) = plan.lines(connection, series="demo.a.power.hour")
        assert line.valid_from.isoformat() == "2026-03-01"
    assert office.day().partial == 2


def test_a_plan_that_differs_from_the_map_is_left_alone_and_said(office: Office) -> None:
    office.send(rows({0: "1"}))
    done = office.send(rows({1: "2"}), MAP.replace('unit = "kWh"', 'unit = "MWh"'))
    assert [(one.code, one.params["field"]) for one in done.declared.findings] == [
        ("monitoring.plan_differs", "unit")
    ]
    with transaction(office.database, SYSTEM) as connection:
        (line,) = plan.lines(connection, series="demo.a.power.hour")
        assert line.unit == "kWh"


def test_readings_without_a_plan_wait_in_quarantine(office: Office) -> None:
    start, end = MAP.index("[enterprise]"), MAP.index("[[source]]")
    done = office.send(rows({0: "1", 1: "2"}), MAP[:start] + MAP[end:])
    assert (done.waiting, done.declared.orgs, done.arrival.org) == (2, [], CITY)


def test_a_file_without_a_single_reading_is_refused_and_nothing_is_stored(office: Office) -> None:
    size = office.size
    with pytest.raises(FindingError) as refused:
        office.send(rows({0: "x"}))
    assert [one.code for one in refused.value.findings] == ["monitoring.workbook.not_a_number"]
    assert office.size == size


def test_a_plan_made_meanwhile_is_read_before_anything_is_declared(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else appends the firm's first plan after our look at the registry: its series must survive."""
    bring_up = imports.bring_up
    calls: list[object] = []

    def late(*given: object) -> None:
        bring_up(*given)  # type: ignore[arg-type]
        calls.append(given)
        if len(calls) == 1:
            with transaction(office.database, SYSTEM) as connection:
                ledger.append(connection, [other_plan()], office.clock)

    monkeypatch.setattr(imports, "bring_up", late)
    office.send(rows({0: "1"}))
    with transaction(office.database, SYSTEM) as connection:
        assert {one.series for one in plan.lines(connection, org="demo.a")} == {
            "demo.a.heat",
            "demo.a.power.hour",
        }


def other_plan() -> Draft:
    line = plan.PlanLine(
        "demo.a.heat", "demo.a", "demo.a.heat", "", "heat_purchased", "file", "book.a", "heat",
        "interval_amount", 3600, "start", "Asia/Shanghai", "GJ", 1, True, True, date(2026, 1, 1),
    )  # fmt: skip
    return plan.plan_draft("demo.a", [line])


@pytest.fixture
def in_office(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder with a file and its map, and a command line that works in the office's database."""
    monkeypatch.setattr(compose, "open_database", lambda: office.database)
    (tmp_path / "power.csv").write_text(rows({0: "1.5", 1: "x"}))
    (tmp_path / "meter.toml").write_text(MAP)
    yield tmp_path


def command(folder: Path, *more: str) -> int:
    return main(["import", "readings", str(folder / "power.csv"), "--map", str(folder / "meter.toml"), *more])


def test_the_command_imports_says_what_was_refused_and_repeats_quietly(
    in_office: Path, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(in_office, "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["accepted"], said["refused"], said["readings"], said["already"]) == (1, 1, 1, False)
    assert said["receipt"].startswith("R")
    assert office.day().partial == Decimal("1.5")
    assert command(in_office, "--language", "zh") == 0
    shown = capsys.readouterr()
    assert "没有新增内容" in shown.out
    assert said["receipt"] in shown.out
    assert "“x”不是数" in shown.err


def test_check_stores_nothing_and_gives_the_contracted_answer(
    in_office: Path, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    size = office.size
    assert command(in_office, "--check", "--json", "--findings", str(in_office / "faults.csv")) == 1
    said = json.loads(capsys.readouterr().out)
    assert list(said) == ["rows", "findings", "totals", "breakdowns"]
    assert said["totals"][0] == {
        "series": "demo.a.power.hour", "unit": "kWh", "kind": "measured", "period": "2026",
        "value": "1.5", "count": 1,
    }  # fmt: skip
    assert (in_office / "faults.csv").read_text(encoding="utf-8-sig").count("\n") == 2
    assert office.size == size


def test_wrong_use_is_named(in_office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(in_office / "nowhere") == 2
    assert main(["import", "readings", str(in_office / "power.csv"), "--map", "steel_15mins"]) == 2
    assert "steel_15min" in capsys.readouterr().err
    (in_office / "meter.toml").write_text(MAP.replace("label", "lable"))
    assert command(in_office, "--check", "--json") == 2
    said = json.loads(capsys.readouterr().out)
    assert (said["rows"], said["totals"]) == (0, [])
    assert {one["code"] for one in said["findings"]} == {
        "monitoring.workbook.map_key_unknown",
        "monitoring.workbook.map_key_missing",
    }
    (in_office / "meter.toml").write_text(MAP)
    given = [str(in_office / "power.csv"), "--map", str(in_office / "meter.toml")]
    assert main(["import", "workbook", *given]) == 2


def test_documents_are_kept_once_by_their_hash_with_what_their_names_say(
    in_office: Path, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = in_office / "papers"
    folder.mkdir()
    (folder / "demo.a_invoice_2026-03_0456.pdf").write_bytes(b"%PDF-1.7 invoice")
    (folder / "holiday.jpg").write_bytes(b"sun")
    (folder / "demo.a_lab_2026-03_NCV-1.pdf").write_bytes(b"")
    given = ["import", "documents", str(folder), "--map", "documents", "--json"]

    assert main([*given, "--check"]) == 1
    assert office.size == 1
    capsys.readouterr()
    assert main(given) == 1
    said = json.loads(capsys.readouterr().out)
    assert sorted(one["code"].rpartition(".")[2] for one in said["findings"]) == [
        "document_of_no_rule",
        "file_empty",
    ]
    (kept,) = said["documents"]
    with transaction(office.database, SYSTEM) as connection:
        entry = ledger.find_receipt(connection, kept["receipt"])
        assert entry is not None
        assert (entry.type, entry.org, entry.body["kind"]) == ("document", "demo.a", "invoice")
        assert entry.body["fields"] == {"period": "2026-03", "number": "0456"}
        assert get_blob(connection, kept["sha256"]) == b"%PDF-1.7 invoice"
    assert main(given) == 1
    assert json.loads(capsys.readouterr().out)["documents"][0]["already"] is True


Shared = Callable[[str], Path]


def test_the_steel_plant_answers_a_check_from_the_command_line(
    shared_data: Shared, capsys: pytest.CaptureFixture[str]
) -> None:
    file = shared_data("steel_energy_15min") / "steel_2018h1.csv.gz"
    assert main(["import", "readings", str(file), "--map", "steel_15min", "--check", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    year = [one for one in said["totals"] if one["series"].endswith("usage") and one["period"] == "2018"]
    assert [(one["value"], one["unit"], one["count"]) for one in year] == [("521199.76", "kWh", 17376)]
    assert said["findings"] == []
