"""Imports by the API: a file comes in parts, is checked, given back marked, received; nobody else sees it."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from demo_city import OWN, DemoCity
from import_desk import PAPER, Desk, csv_of, plan_of, staged_by, workbook_of
from tansuo.database.connect import SYSTEM, transaction
from tansuo.evidence import ledger
from tansuo.evidence.document import get_blob
from tansuo.monitoring.connectors.workbook import read_mapping
from tansuo.monitoring.importing import staging, work
from tansuo.monitoring.importing.work import ATTEMPTS, Importer

POWER, COAL = f"{PAPER}/power/hour", f"{PAPER}/coal/hour"
HOLES = csv_of(["时间", "购入电"], [["2026-03-20 07:00", "10.5"], ["2026-03-20 08:00", "x"]])


@pytest.fixture
def desk(demo_copy: DemoCity) -> Iterator[Desk]:
    return Desk(demo_copy)


def codes(answer: Any) -> set[str]:
    return {one["code"].rpartition(".")[2] for one in answer["findings"]}


def test_a_hole_is_filled_by_a_file_and_the_figure_moves(desk: Desk) -> None:
    name = desk.upload("补报.csv", HOLES)
    desk.map(name, plan_of({"购入电": POWER}))
    checked = desk.check(name)
    assert (checked["state"], checked["check"]["readings"]) == ("checked", 1)
    assert (checked["check"]["comparison"]["new"], checked["check"]["refused"]) == (1, 1)
    assert [one["value"] for one in checked["check"]["totals"]] == ["10.5", "10.5"]
    done = desk.commit(name)
    assert (done["state"], done["outcome"]["conflicts"], done["outcome"]["waiting"]) == ("committed", 0, 0)
    with transaction(desk.city.database, SYSTEM) as connection:
        arrival = ledger.find_receipt(connection, done["outcome"]["receipt"])
        assert arrival is not None
        assert (arrival.org, arrival.by.id, arrival.by.role) == (
            PAPER,
            "test.enterprise_clerk",
            "enterprise_clerk",
        )
        assert get_blob(connection, str(arrival.body["document"])) == HOLES
    moves = desk.get(f"/{name}/moves")
    (move,) = moves["moves"]
    assert (move["quantity"], move["period"], move["before"]["complete"]) == ("E_indirect", "2026-03", False)
    assert move["before"]["value"] != move["after"]["value"]


def test_the_same_file_with_the_same_map_does_nothing_again_and_says_so(desk: Desk) -> None:
    first = desk.upload("补报.csv", HOLES)
    desk.map(first, plan_of({"购入电": POWER}))
    desk.check(first)
    before = desk.commit(first)["outcome"]
    again = desk.upload("补报.csv", HOLES)
    assert again != first
    desk.map(again, plan_of({"购入电": POWER}))
    assert desk.check(again)["check"]["comparison"] == {
        "new": 0, "known": 1, "fills": 0, "differs": 0, "other_origin": 0, "waiting": 0,
    }  # fmt: skip
    after = desk.commit(again)["outcome"]
    assert (after["already"], after["receipt"]) == (True, before["receipt"])
    assert desk.get(f"/{again}/moves")["moves"] == []
    twice = desk.post(f"/{again}/commit", {"reason": None}, status=202)
    assert twice["state"] == "committed"


def test_a_value_that_differs_waits_as_a_conflict_or_replaces_with_a_reason(desk: Desk) -> None:
    file = csv_of(["时间", "购入电"], [["2026-03-10 07:00", "99.5"]])
    for reason, conflicts in ((None, 1), ("按结算单重新抄表", 0)):
        name = desk.upload(f"{conflicts}.csv", file)
        desk.map(name, plan_of({"购入电": POWER}, skip=0, until=[] if reason else ["合计"]))
        checked = desk.check(name)
        assert checked["check"]["comparison"]["differs"] == 1
        (said,) = desk.get(f"/{name}/findings", severity="warning")["findings"]
        assert (said["code"], said["cell"]) == ("monitoring.import_differs", "B2")
        assert "99.5" in said["zh"]
        assert "reason" in said["en"]
        assert desk.commit(name, reason)["outcome"]["conflicts"] == conflicts
        assert_told(desk, conflicts)


def assert_told(desk: Desk, conflicts: int) -> None:
    """The notice leads to the month's days, the days count the conflict, the day's page says it apart; a file with a
    reason settles it everywhere."""
    manager = desk.city.signed_in("city_manager")
    found = manager.get("/api/notices", params={"kind": "conflict"}).json()["notices"]
    page = f"/enterprises/{PAPER}?tab=completeness&year=2026&month=2026-03"
    assert [one["target"] for one in found if one["subject"] == PAPER] == [page] * conflicts
    grid = manager.get(f"/api/enterprises/{PAPER}/completeness", params={"month": "2026-03"}).json()
    days = [cell for row in grid["rows"] for cell in row["cells"] if cell["conflicts"]]
    assert [(one["period"], one["series"]) for one in days] == [("2026-03-10", [POWER])] * conflicts
    shown = manager.get(f"/en/series/{POWER}/2026-03-10", headers={"accept": "text/html"}).text
    assert ("Conflicting value, undecided" in shown) == bool(conflicts)
    assert (f'href="/en/app/enterprises/{PAPER}?tab=history"' in shown) == bool(conflicts)


def test_an_upload_goes_on_where_the_connection_broke(desk: Desk) -> None:
    filler = "x" * 80
    rows = [[f"2026-03-{day:02d} {hour:02d}:00", "1", filler] for day in range(1, 29) for hour in range(24)]
    data = csv_of(["时间", "购入电", "备注"], rows * 36)
    begun = desk.begin("大.csv", data)
    size, parts = begun["upload"]["part_bytes"], begun["upload"]["parts"]
    assert parts == 2
    assert desk.put(begun["id"], 2, data[size:])["have"] == [2]
    lacking = desk.post(f"/{begun['id']}/complete", status=422)
    assert codes(lacking) == {"import_incomplete"}
    other_browser = Desk(desk.city)
    again = other_browser.begin("大.csv", data)
    assert (again["id"], again["upload"]["have"]) == (begun["id"], [2])
    assert codes(other_browser.put(begun["id"], 1, data[: size - 1], 422)) == {"import_part"}
    assert codes(other_browser.put(begun["id"], 3, b"x", 422)) == {"import_part"}
    other_browser.put(begun["id"], 1, data[:size])
    assert other_browser.post(f"/{begun['id']}/complete")["state"] == "uploaded"
    assert codes(other_browser.put(begun["id"], 1, data[:size], 422)) == {"import_state"}


def test_bytes_that_are_not_the_announced_ones_are_thrown_away(desk: Desk) -> None:
    begun = desk.begin("a.csv", b"a,b\n1,2\n")
    desk.put(begun["id"], 1, b"a,b\n1,3\n")
    assert codes(desk.post(f"/{begun['id']}/complete", status=422)) == {"import_sha256"}
    assert desk.get(f"/{begun['id']}")["upload"]["have"] == []


def test_what_cannot_be_begun_is_refused_in_words(desk: Desk) -> None:
    assert codes(desk.begin("leer.csv", b"", 422)) == {"import_empty"}
    big = {"name": "big.csv", "size": 201 * 1024 * 1024, "sha256": "0" * 64}
    assert codes(desk.post("", big, 422)) == {"import_too_large"}
    part = b"x" * (staging.PART_BYTES + 1)
    begun = desk.begin("p.csv", part)
    assert codes(desk.put(begun["id"], 1, part, 413)) == {"too_long"}
    for number in range(staging.OPEN_AT_ONCE - 1):
        desk.begin(f"{number}.csv", b"x")
    assert codes(desk.begin("one-more.csv", b"x", 422)) == {"import_too_many"}


def zip_of(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), data)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
HOSTILE = {
    "password or old workbook": ("secret.xlsx", OLE, "old_workbook"),
    "program": ("tool.csv", b"MZ\x90\0\3\0\0\0" * 40, "not_text"),
    "macros": ("m.xlsx", zip_of(xl__workbook_xml=b"<x/>", xl__vbaProject_bin=b"x"), "active_content"),
    "bomb": ("b.xlsx", zip_of(xl__workbook_xml=b"0" * 30_000_000), "packed_too_tightly"),
    "no workbook": ("z.xlsx", zip_of(readme_xml=b"hello"), "zip_no_workbook"),
    "packed bomb": ("b.csv.gz", gzip.compress(b"0" * 30_000_000), "packed_too_tightly"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_is_no_table_is_refused_with_a_remedy_and_can_be_kept(desk: Desk, case: str) -> None:
    file, data, code = HOSTILE[case]
    name = desk.upload(file, data)
    said = desk.get(f"/{name}/inspection", status=422)
    assert codes(said) == {code}
    assert all(one["zh"] != one["en"] for one in said["findings"])
    kept = desk.post(f"/{name}/keep")
    assert kept["state"] == "kept"
    with transaction(desk.city.database, SYSTEM) as connection:
        entry = ledger.find_receipt(connection, kept["kept"]["receipt"])
        assert entry is not None
        assert (entry.type, entry.org, entry.body["kind"]) == ("document", PAPER, "import_file")
        assert get_blob(connection, str(entry.body["blob"])) == data


def test_gbk_merged_titles_units_and_text_dates_are_seen_for_what_they_are(desk: Desk) -> None:
    text = "逐时用电,,\n时间,购入电,备注\n,kWh,\n2026/3/20 7:00,1,\n2026/3/20 8:00,2,\n合计,3,\n"
    name = desk.upload("国标.csv", text.encode("gbk"))
    seen = desk.get(f"/{name}/inspection")
    (sheet,) = seen["sheets"]
    assert (seen["encoding"], sheet["header"], sheet["skip"]) == ("gb18030", 2, 1)
    desk.map(name, plan_of({"购入电": POWER}, unit="kWh", header=2, skip=1) | {
        "time": {"column": "时间", "formats": ["%Y/%m/%d %H:%M"]}
    })  # fmt: skip
    checked = desk.check(name)["check"]
    assert (checked["readings"], checked["refused"]) == (2, 0)
    assert checked["totals"][-1]["value"] == "0.003"
    assert checked["totals"][-1]["unit"] == "MWh"


def test_mends_are_offered_where_only_one_reading_is_possible_and_each_is_listed(desk: Desk) -> None:
    rows = [
        ["时间", "购入电"], ["2026-03-20 07:00", "１２．５"], ["2026-03-20 08:00", "1,234.5"],
        ["2026-03-20 09:00", "12吨"], ["2026-03-20 10:00", 3.25],
    ]  # fmt: skip
    name = desk.upload("表.xlsx", workbook_of(rows))
    desk.map(name, plan_of({"购入电": POWER}, sheet="数据"))
    assert desk.check(name)["check"]["refused"] == 3
    offered = desk.get(f"/{name}/mends")
    assert [(one["cell"], one["before"], one["after"]) for one in offered["mends"]] == [
        ("B2", "１２．５", "12.5"),
        ("B3", "1,234.5", "1234.5"),
    ]
    assert offered["left"] == 1
    plain = sheets_of(desk.download(f"/{name}/corrected.xlsx", language="zh"))
    assert plain["数据"][1][1] == "１２．５"
    assert [row[2] for row in plain["问题"][1:]] == ["B2", "B3", "B4"]
    mended = desk.download(f"/{name}/corrected.xlsx", language="en", mend="true")
    assert sheets_of(mended)["数据"][1][1] == "12.5"
    assert len(sheets_of(mended)["Mends"]) == 3
    again = desk.upload("表-改.xlsx", mended)
    desk.map(again, plan_of({"购入电": POWER}, sheet="数据"))
    assert desk.check(again)["check"]["refused"] == 1


def sheets_of(data: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_thousands_that_could_be_decimals_are_left_to_a_person(desk: Desk) -> None:
    name = desk.upload("a.xlsx", workbook_of([["时间", "购入电"], ["2026-03-20 07:00", "1,234"]]))
    desk.map(name, plan_of({"购入电": POWER}, sheet="数据"))
    assert desk.check(name)["state"] == "refused"
    assert desk.get(f"/{name}/mends") == {"mends": [], "left": 1}


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("future", [["2026-03-20 07:00", "1"], ["2027-03-20 08:00", "1"], ["2027-03-20 09:00", "1"]]),
        ("negative", [["2026-03-20 07:00", "1"], ["2026-03-20 08:00", "-0.5"], ["2026-03-20 09:00", "-10"]]),
    ],
)
def test_a_mistyped_year_and_a_value_below_zero_are_warned_of_before_they_are_submitted(
    code: str, rows: list[list[str]], desk: Desk
) -> None:
    name = desk.upload("核对.csv", csv_of(["时间", "购入电"], rows))
    desk.map(name, plan_of({"购入电": POWER}))
    assert desk.check(name)["check"]["readings"] == 3
    (found,) = desk.get(f"/{name}/findings", code=f"monitoring.import_{code}")["findings"]
    assert (found["cell"], found["severity"], found["params"]) == (
        "B3", "warning", {"time": rows[1][0], "times": 2},
    )  # fmt: skip


def test_the_workbook_to_fill_in_maps_itself(desk: Desk) -> None:
    data = desk.download("/template.xlsx", month="2026-03", language="zh")
    sheets = sheets_of(data)
    assert len(sheets["逐时"]) == 42
    name = desk.upload("填报表.xlsx", data)
    seen = desk.get(f"/{name}/inspection")
    assert set(seen["suggestions"]["逐时"].values()) == {POWER, COAL}
    english = sheets_of(desk.download("/template.xlsx", month="2026-03", language="en"))
    assert english["Hourly"][0] == ["Time", "Own boiler coal (t)", "Bought power (MWh)"]


def test_the_map_is_the_command_lines_own_and_comes_back_for_the_next_file(desk: Desk) -> None:
    name = desk.upload("补报.csv", HOLES)
    assert desk.map(name, plan_of({"购入电": POWER}))["plan"]["targets"][0]["series"] == POWER
    toml = desk.download(f"/{name}/map.toml")
    mapping = read_mapping(toml, "map.toml")
    assert [one.stream for one in mapping.tables[0].series] == [POWER]
    desk.check(name)
    desk.commit(name)
    other = desk.upload("下次.csv", csv_of(["时间", "购入电"], [["2026-03-20 09:00", "1"]]))
    (choice,) = desk.get(f"/{other}/inspection")["maps"]
    assert (choice["origin"], choice["plan"]["targets"][0]["series"]) == ("earlier", POWER)
    answer = desk.client.put(f"/api/imports/{other}/map", json={"template": choice["id"]})
    assert answer.status_code == 200
    assert desk.download(f"/{other}/map.toml") == toml
    assert desk.check(other)["check"]["comparison"]["new"] == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"targets": []}, "import_no_target"),
        ({"time": {}}, "import_no_time"),
        ({"targets": [{"columns": ["购入电"], "unit": "t", "series": POWER}]}, "import_unit_kind"),
        ({"targets": [{"columns": ["购入电"], "unit": "Wibble", "series": POWER}]}, "import_unit"),
        ({"targets": [{"columns": ["购入电"], "unit": "MWh", "series": "demo.power-a/coal/hour"}]}, "import_no_series"),
        ({"targets": [{"columns": ["购入电"], "unit": "MMBtu", "series": POWER}]}, "import_factor"),
        ({"targets": [{"columns": [], "unit": "MWh", "series": POWER}]}, "import_no_column"),
        ({"targets": [{"columns": ["a"], "unit": "MWh", "series": POWER}] * 2}, "import_series_twice"),
        ({"item_column": "项目"}, "import_no_item"),
        ({"time": {"column": "时间", "formats": ["%Q"]}}, "map_value"),
        ({"words": {"停机": "resting"}}, "map_value"),
    ],
)  # fmt: skip
def test_a_map_that_cannot_be_is_refused_by_column(desk: Desk, change: dict[str, object], code: str) -> None:
    name = desk.upload("补报.csv", HOLES)
    said = desk.map(name, {**plan_of({"购入电": POWER}), **change}, status=422)
    assert code in codes(said)
    shown = desk.post(f"/{name}/preview", {"plan": {**plan_of({"购入电": POWER}), **change}})
    assert code in codes(shown)
    assert shown["rows"] == []
    assert desk.get(f"/{name}")["state"] == "uploaded"


def test_a_new_series_joins_the_plan_and_counts_only_where_nothing_else_does(desk: Desk) -> None:
    """Twelve months of six fuels by one sheet: the plan of a firm without meters."""
    fuels = [f"燃料{n}" for n in range(6)]
    rows: list[list[object]] = [["月份", *(f"{fuel} (t)" for fuel in fuels)]]
    rows += [[f"2025-{month:02d}", *(month * 10 + n for n in range(6))] for month in range(1, 13)]
    name = desk.upload("全年.xlsx", workbook_of(rows))
    targets = [
        {
            "columns": [f"{fuel} (t)"], "unit": "t",
            "new": {"source": f"{PAPER}.coal", "indicator": kind, "step": "month"},
        }
        for fuel, kind in zip(fuels, ["fuel_consumption", *(f"fuel_consumption_{n}" for n in range(1, 6))], strict=True)
    ]  # fmt: skip
    plan = {"time": {"column": "月份", "formats": ["%Y-%m"]}, "targets": targets, "sheet": "数据"}
    desk.map(name, plan)
    checked = desk.check(name)["check"]
    assert (checked["readings"], checked["comparison"]["new"], checked["declares"]["plan_lines"]) == (
        72,
        72,
        6,
    )
    done = desk.commit(name)["outcome"]
    assert (done["declared"]["plan_lines"], done["waiting"], done["conflicts"]) == (6, 0, 0)
    known = {one["series"]: one for one in desk.get("/targets")["series"]}
    assert known[f"{PAPER}.coal/fuel_consumption_1/month"]["authoritative"] is True
    assert known[f"{PAPER}.coal/fuel_consumption/month"]["authoritative"] is False


def test_findings_come_by_page_and_kind(desk: Desk) -> None:
    rows = [[f"2026-03-20 {hour:02d}:00", "x" if hour % 2 else "1"] for hour in range(24)]
    name = desk.upload("a.csv", csv_of(["时间", "购入电"], rows))
    desk.map(name, plan_of({"购入电": POWER}))
    desk.check(name)
    page = desk.get(f"/{name}/findings", severity="error", offset=10, limit=5)
    assert (page["total"], [one["cell"] for one in page["findings"]]) == (12, ["B23", "B25"])
    assert desk.get(f"/{name}/findings", code="monitoring.workbook.gap")["total"] == 0
    desk.get(f"/{name}/findings", status=422, severity="grave")


def test_who_is_of_another_organisation_finds_nothing(desk: Desk) -> None:
    name = desk.upload("补报.csv", HOLES)
    for other in (Desk(desk.city, subject="demo.power-a"), Desk(desk.city, "city_manager", None)):
        other.get(f"/{name}", 404)
        other.get(f"/{name}/findings", 404)
        assert name not in {one["id"] for one in other.get("")["imports"]}
    stranger = Desk(desk.city, "county_manager", None)
    stranger.get("", 403)
    assert desk.city.client().get("/api/imports").status_code == 401
    colleague = Desk(desk.city, "enterprise_reviewer")
    assert colleague.get("")["imports"][0]["id"] == name


def test_a_map_that_speaks_for_another_firm_is_refused(desk: Desk) -> None:
    ett = csv_of(
        ["date", "HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"], [["2016-07-01 00:00:00", *"1234567"]]
    )
    name = desk.upload("ett.csv", ett)
    choices = {one["id"] for one in desk.get(f"/{name}/inspection")["maps"]}
    assert "shipped:ett_hourly" in choices
    desk.client.put(f"/api/imports/{name}/map", json={"template": "shipped:ett_hourly"})
    checked = desk.check(name)
    assert checked["state"] == "refused"
    assert "monitoring.import_foreign_enterprise" in {one["code"] for one in checked["check"]["codes"]}
    assert codes(desk.post(f"/{name}/commit", {}, 422)) == {"import_state"}


def test_the_city_imports_for_the_firm_it_names(desk: Desk) -> None:
    city = Desk(desk.city, "department", None)
    assert city.get("/targets")["series"] == []
    assert {one["id"] for one in city.get("/targets")["enterprises"]} >= {PAPER}
    assert city.get("/targets", enterprise=PAPER)["series"]
    name = city.upload("补报.csv", HOLES)
    answer = city.client.put(
        f"/api/imports/{name}/map", json={"plan": plan_of({"购入电": POWER}), "enterprise": PAPER}
    )
    assert answer.status_code == 200, answer.text
    assert city.check(name)["check"]["comparison"]["new"] == 1
    done = city.commit(name)
    assert (done["outcome"]["waiting"], done["outcome"]["conflicts"]) == (0, 0)


def test_a_job_whose_importer_dies_is_taken_up_again_and_given_up_in_the_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = desk.upload("补报.csv", HOLES)
    desk.map(name, plan_of({"购入电": POWER}))
    desk.post(f"/{name}/check", status=202)
    importer = Importer(desk.city.database, [], desk.city.clock)

    def die(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(work, "bring_up", die)
    for _ in range(ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            importer.step()
        assert desk.get(f"/{name}")["state"] == "checking"
    importer.step()
    given_up = desk.get(f"/{name}")
    assert given_up["state"] == "refused"
    assert [one["code"] for one in given_up["problem"]] == ["monitoring.import_gave_up"]
    monkeypatch.undo()
    assert desk.check(name)["state"] == "checked"


def test_two_importers_do_not_work_on_one_file(desk: Desk) -> None:
    name = desk.upload("补报.csv", HOLES)
    desk.map(name, plan_of({"购入电": POWER}))
    desk.post(f"/{name}/check", status=202)
    first, second = (Importer(desk.city.database, [], desk.city.clock) for _ in range(2))
    with first._claim(name, PAPER) as mine:
        assert mine is not None
        assert second.step() == 0


def test_what_is_not_received_can_be_thrown_away(demo_copy: DemoCity) -> None:
    desk = Desk(demo_copy, subject=OWN)  # over a figure of PAPER a hold stands
    name = staged_by(desk.city, OWN, "discard_import")
    assert desk.client.delete(f"/api/imports/{name}").status_code == 204
    desk.get(f"/{name}", 404)
    done = staged_by(desk.city, OWN, "get_import_moves")
    assert desk.client.delete(f"/api/imports/{done}").status_code == 422
