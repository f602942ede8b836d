"""What an import says of headers of other firms, of files without rows, and of what it changed."""

from collections.abc import Iterator
from typing import Any

import pytest

from demo_city import OWN, DemoCity
from import_desk import PAPER, Desk, csv_of, plan_of
from tansuo.database.connect import SYSTEM, transaction
from tansuo.registry import subject

POWER = f"{PAPER}/power/hour"
MINE = "自备 购入电（MWh）"


@pytest.fixture
def desk(demo_copy: DemoCity) -> Iterator[Desk]:
    return Desk(demo_copy)


def names_of(desk: Desk, firm: str) -> tuple[str, str]:
    with transaction(desk.city.database, SYSTEM) as connection:
        found = subject.get(connection, firm)
    assert found is not None
    return found.name_zh, found.name_en


def codes(found: Any) -> list[str]:
    return [one["code"].rpartition(".")[2] for one in found]


def proposed(desk: Desk, header: str, **query: object) -> dict[str, str]:
    rows = [["2026-03-20 07:00", "10.5"], ["2026-03-20 08:00", "11"]]
    name = desk.upload(f"{abs(hash(header))}.csv", csv_of(["时间", header], rows))
    suggestions: dict[str, dict[str, str]] = desk.get(f"/{name}/inspection", **query)["suggestions"]
    return suggestions[""]


def test_a_column_of_another_firm_is_not_proposed(desk: Desk) -> None:
    zh, en = names_of(desk, OWN)
    own = names_of(desk, PAPER)[0]
    for header in ("购入电（MWh）", f"{own} 购入电（MWh）", POWER):
        assert proposed(desk, header) == {header: POWER}, header
    for header in (f"{zh} 购入电（MWh）", f"{zh}购入电（MWh）", f"{en} 购入电 (MWh)", f"{OWN}/power/hour"):
        assert proposed(desk, header) == {}, header
    city = Desk(desk.city, "department", None)
    header = f"{zh} 购入电（MWh）"
    assert proposed(city, header, enterprise=PAPER) == {}


def test_a_column_of_another_firm_that_is_mapped_all_the_same_is_warned_of(desk: Desk) -> None:
    header = f"{names_of(desk, OWN)[0]} 购入电（MWh）"
    name = desk.upload("a.csv", csv_of(["时间", header, "购入电"], [["2026-03-20 07:00", "10.5", "1"]]))
    plan = plan_of({header: POWER})
    seen = desk.post(f"/{name}/preview", {"plan": plan})
    (warning,) = [one for one in seen["findings"] if one["severity"] == "warning"]
    assert (codes([warning]), warning["where"]["column"]) == (["import_header_of_other"], header)
    assert header in warning["zh"] and header in warning["en"]
    desk.map(name, plan)
    assert desk.check(name)["state"] == "checked"
    found = desk.get(f"/{name}/findings", severity="warning")["findings"]
    assert "import_header_of_other" in codes(found)
    good = plan_of({"购入电": POWER})
    assert "import_header_of_other" not in codes(desk.post(f"/{name}/preview", {"plan": good})["findings"])


def test_a_file_of_a_header_alone_is_told_as_such(desk: Desk) -> None:
    name = desk.upload("only.csv", csv_of(["时间", "购入电"], []))
    seen = desk.get(f"/{name}/inspection")["sheets"][0]
    plan: dict[str, object] = {"time": {"column": ""}, "targets": [], "header": seen["header"]}
    assert codes(desk.post(f"/{name}/preview", {"plan": plan})["findings"]) == ["no_rows"]
    assert codes(desk.map(name, plan, 422)["findings"]) == ["no_rows"]
    full = desk.upload("full.csv", csv_of(["时间", "购入电"], [["2026-03-20 07:00", "1"]]))
    assert codes(desk.map(full, plan, 422)["findings"]) == ["import_no_target", "import_no_time"]


def test_a_figure_that_stays_is_none_that_moved(desk: Desk) -> None:
    rows = [["2026-03-10 07:00", "99.5"], ["2026-03-10 08:00", "98.5"]]
    name = desk.upload("conflict.csv", csv_of(["时间", "购入电"], rows))
    desk.map(name, plan_of({"购入电": POWER}))
    desk.check(name)
    outcome = desk.commit(name)["outcome"]
    assert (outcome["readings"], outcome["conflicts"], outcome["waiting"]) == (2, 2, 0)
    assert desk.get(f"/{name}/moves")["moves"] == []


def test_rows_after_a_sum_of_a_shift_are_read_by_the_map_of_the_page(desk: Desk) -> None:
    rows = [
        ["2026-03-20 07:00", "1"],
        ["白班合计", "1"],
        ["2026-03-20 08:00", "2"],
        ["合计", "3"],
        ["注：表见附件", ""],
    ]
    name = desk.upload("sums.csv", csv_of(["时间", "购入电"], rows))
    desk.map(name, plan_of({"购入电": POWER}))
    checked = desk.check(name)["check"]
    assert (checked["rows"], checked["accepted"], checked["left_out"], checked["readings"]) == (5, 2, 3, 2)
    said = desk.get(f"/{name}/findings", severity="info")["findings"]
    assert {"sum_rows", "rows_after_sums"} <= set(codes(said))


def test_findings_name_times_and_columns_as_people_write_them(desk: Desk) -> None:
    rows = [
        ["2026-03-20 07:00", "1"],
        ["20.3.2026 8", "2"],
        ["2026-03-20 11:00", "3"],
        ["2026-03-20 11:30", "3"],
    ]
    name = desk.upload("words.csv", csv_of(["时间", "购入电"], rows))
    found = desk.post(f"/{name}/preview", {"plan": plan_of({"购入电": POWER})})["findings"]
    said = {one["code"].rpartition(".")[2]: (one["zh"], one["en"]) for one in found}
    assert all("2026-05-21 08:00" in text and "%" not in text for text in said["unknown_date_form"])
    assert all(text.startswith("购入电") and "plan" not in text for text in said["gap_of_file"])
    assert all(" 1 h" in text for text in said["off_grid"])
