"""``tansuo pack diff`` and what-ifs on the command line: marked, sized on the cases, with reasons."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tansuo.accounting.methods_store import publish_method
from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry import compose
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.methods.pack import load_pack

GENERAL = "general_combustion_and_power"
ROW = "grid/全国/average/national@2023-01-01"
Tansuo = Callable[..., Any]


def spoil(folder: Path, old: str, new: str) -> None:
    file = folder / "factors.csv"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_pack_and_itself_are_the_same(tansuo: Tansuo) -> None:
    found = tansuo("pack", "diff", GENERAL, GENERAL, "--json").json
    assert found["kinds"] == [] and found["differences"] == [] and found["shift"]["moved"] == []
    assert found["shift"]["unmoved"] > 20
    assert tansuo("pack", "diff", GENERAL, GENERAL).out.endswith("=\n")


def test_a_changed_row_is_told_old_and_new_with_the_size_on_the_cases(tansuo: Tansuo, copy: Path) -> None:
    spoil(copy / GENERAL, "0.5306", "0.5000")
    found = tansuo("pack", "diff", GENERAL, copy / GENERAL, "--json").json
    assert found["kinds"] == ["factors"] and found["periods"] == ["2023-01-01/2024-01-01"]
    (row,) = found["factors"]
    assert (row["before"]["value"], row["after"]["value"], row["percent"]) == ("0.5306", "0.5000", "-5.77")
    assert found["shift"]["moved"] and all(one["percent"] for one in found["shift"]["moved"])
    text = tansuo("pack", "diff", GENERAL, copy / GENERAL).out
    assert "0.5306 t CO2/MWh" in text and "-5.77" in text


def test_built_documents_and_fingerprints_are_compared_too(tansuo: Tansuo, tmp_path: Path) -> None:
    assert tansuo("pack", "build", GENERAL, "--to", tmp_path).code == 0
    mark = json.loads(tansuo("pack", "show", GENERAL, "--json").out)["packs"][0]["fingerprint"]
    found = tansuo("pack", "diff", tmp_path / GENERAL / "pack.json", mark, "--json").json
    assert found["one"]["fingerprint"] == found["other"]["fingerprint"] == mark
    assert found["differences"] == []


def test_a_document_of_the_ledger_is_compared_by_its_fingerprint(
    tansuo: Tansuo, copy: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "open_database", lambda: database)
    spoil(copy / GENERAL, "0.5306", "0.5000")
    changed = load_pack(copy / GENERAL)
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True)
        publish_method(connection, changed, clock=SimulatedClock(1_700_000_000_000))
    found = tansuo("pack", "diff", GENERAL, changed.fingerprint, "--json").json
    assert found["other"]["fingerprint"] == changed.fingerprint and found["kinds"] == ["factors"]
    assert found["shift"]["moved"] and found["shift"]["cases"] > 20
    nowhere = tansuo("pack", "diff", GENERAL, "0" * 64)
    assert nowhere.code != 0 and "000000000000" in nowhere.err


def test_two_packs_of_two_standards_differ_in_formulas(tansuo: Tansuo) -> None:
    found = tansuo("pack", "diff", GENERAL, "cn_guideline_common_2013", "--json").json
    assert {"validity", "terms", "formulas", "factors"} <= set(found["kinds"])
    formulas = [one for one in found["differences"] if one["path"].endswith(".expression")]
    assert formulas and any("×" in (one["before"] or "") for one in formulas)


@pytest.mark.parametrize("ids", [(), (GENERAL,), (GENERAL, GENERAL, GENERAL)])
def test_a_comparison_takes_two(tansuo: Tansuo, ids: tuple[str, ...]) -> None:
    ran = tansuo("pack", "diff", *ids)
    assert ran.code != 0 and "takes two methods" in ran.err


def test_every_row_is_listed_with_its_id_when_asked(tansuo: Tansuo) -> None:
    assert ROW not in tansuo("pack", "show", GENERAL).out
    shown = tansuo("pack", "show", GENERAL, "--rows").out
    (line,) = [one for one in shown.splitlines() if one.startswith(f"{ROW} ")]
    assert (
        line.split()[1:4] == ["0.5306", "t", "CO2/MWh"] and "2024-01-01" in line and line.endswith("official")
    )


def test_show_says_where_rows_come_from_and_what_is_extended(tansuo: Tansuo, copy: Path) -> None:
    folder = copy / "cn_daughter"
    folder.mkdir()
    (folder / "pack.py").write_text(
        "from tansuo.methods import extend\n"
        f'm = extend("{GENERAL}", "cn_daughter", edition="9", title_zh="子", title_en="daughter",\n'
        '           valid="2021-01/..", source="gb")\n'
        'm.boundary("边界", "the boundary", "1.2")\n'
        'm.evidence("PE", "电费单", "the bill", status="memory")\n'
        'm.plan_field("PE", "电表编号", "number of the meter")\n'
        'm.rule("缺失从严", "what is missing counts double", "3")\n',
        "utf-8",
    )
    (folder / "factors.csv").write_text(
        (copy / GENERAL / "factors.csv").read_text("utf-8").splitlines()[0] + "\n"
    )
    (folder / "sources.toml").write_text('[gb]\ntitle_zh = "标"\ntitle_en = "standard"\n', "utf-8")
    shown = tansuo("pack", "show", "cn_daughter", "--packs", copy).out
    assert f"extends {GENERAL}" in shown and load_pack(copy / GENERAL).fingerprint[:16] in shown
    assert "the boundary [1.2, official]" in shown and "PE: the bill [memory]" in shown
    assert "number of the meter" in shown and "counts double [3, official]" in shown
    row = next(line for line in shown.splitlines() if line.startswith("grid ") and "average" in line)
    assert GENERAL in row


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    file = tmp_path / "inputs.json"
    given = {
        "sources": [{"id": "s", "attributes": {"family": "electricity"}}],
        "months": ["2023-06"],
        "values": {"PE": {"s/2023-06": "1000"}},
    }
    file.write_text(json.dumps(given), "utf-8")
    return file


def test_a_what_if_is_another_method_and_its_figures_say_so(tansuo: Tansuo, inputs: Path) -> None:
    usual = tansuo("calc", GENERAL, "--inputs", inputs, "--quantity", "E_power").json
    answer = tansuo(
        "calc", GENERAL, "--inputs", inputs, "--quantity", "E_power", "--what-if", f"{ROW}=0.5"
    ).json
    assert answer["method"]["id"] == f"{GENERAL}+what-if"
    assert answer["method"]["fingerprint"] != usual["method"]["fingerprint"]
    assert answer["method"]["extends"]["fingerprint"] == usual["method"]["fingerprint"]
    assert answer["what_if"] == [{"row": ROW, "before": "0.5306", "value": "0.5", "unit": "t CO2/MWh"}]
    (figure,) = answer["figures"]
    assert figure["value"] == "500.00" and "nonstandard" not in usual["figures"][0]
    assert figure["nonstandard"] == {f"what-if.{ROW}": "0.5 t CO2/MWh instead of 0.5306"}
    (factor,) = figure["factors"]
    assert factor["status"] == "proposal" and factor["what_if"] == "instead of 0.5306 t CO2/MWh"


def test_options_are_answered_on_the_command_line_and_shown(tansuo: Tansuo, inputs: Path) -> None:
    words = ("calc", GENERAL, "--inputs", inputs, "--quantity", "E_power", "--option", "grid=national_fossil")
    answer = tansuo(*words).json
    assert answer["options"]["grid"] == "national_fossil"
    assert answer["figures"][0]["nonstandard"] == {"option.grid": "national_fossil"}
    text = tansuo(*words, "--text").out
    assert "! not the standard's: option.grid = national_fossil" in text
    assert "E_power" in text and "827.30 t CO2" in text and "factor EF_grid" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--what-if", "grid/nowhere=1"), "no factor row grid/nowhere"),
        (("--what-if", "0.5"), "not of the form ROW_ID=VALUE"),
        (("--what-if", f"{ROW}=1e3"), "not of the form ROW_ID=VALUE"),
        (("--option", "grid"), "not of the form option=answer"),
        (("--option", "grid=lunar"), "not known"),
    ],
)
def test_what_cannot_be_supposed_is_refused(
    tansuo: Tansuo, inputs: Path, words: tuple[str, ...], said: str
) -> None:
    ran = tansuo("calc", GENERAL, "--inputs", inputs, *words)
    assert ran.code != 0 and said in ran.err


def test_an_override_keeps_the_default_in_sight(tansuo: Tansuo, tmp_path: Path, inputs: Path) -> None:
    given = json.loads(inputs.read_text("utf-8"))
    given["local"] = [{"symbol": "EF_grid", "value": "0.6", "unit": "t CO2/MWh", "rung": "override"}]
    inputs.write_text(json.dumps(given), "utf-8")
    words = ("calc", GENERAL, "--inputs", inputs, "--quantity", "E_power")
    (figure,) = tansuo(*words).json["figures"]
    assert figure["factors"][0]["instead_of"] == ROW and figure["factors"][0]["default"] == "0.5306"
    text = tansuo(*words, "--text").out
    assert f"override; default 0.5306 {ROW}" in text and "! not the standard's: override.EF_grid" in text
