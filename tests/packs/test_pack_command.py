"""``tansuo pack`` as people and scripts use it: packs listed, shown, judged, built as data."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tansuo.methods.evaluate import from_document
from tansuo.methods.pack import Pack, pack_paths

GENERAL = "general_combustion_and_power"
Tansuo = Callable[..., Any]


def spoil(packs: Path, file: str, before: str, after: str) -> None:
    """Change one place of a file of the copied pack."""
    path = packs / GENERAL / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_list_names_every_pack_with_its_fingerprint(tansuo: Tansuo, general: Pack) -> None:
    rows = {row["id"]: row["fingerprint"] for row in tansuo("pack", "list", "--json").json["packs"]}
    assert list(rows) == sorted(pack_paths())
    assert rows[GENERAL] == general.fingerprint
    table = tansuo("pack", "list")
    assert table.code == 0
    assert GENERAL in table.out
    assert general.fingerprint[:16] in table.out


def test_show_prints_formulas_ladders_tables_and_sources(tansuo: Tansuo, general: Pack) -> None:
    sheet = tansuo("pack", "show", GENERAL)
    assert sheet.code == 0
    assert general.fingerprint in sheet.out
    assert re.search(r"E_s .*FC × NCV × CC × OF × K +direct", sheet.out)
    assert "measured → supplier → default" in sheet.out
    assert re.search(r"grid +average +secondary +general_combustion_and_power +76", sheet.out)
    assert re.search(r"grid +average +official +general_combustion_and_power +38", sheet.out)
    assert "公告2025年第47号" in sheet.out


def test_show_as_json_is_the_document_that_is_fingerprinted(tansuo: Tansuo, general: Pack) -> None:
    [shown] = tansuo("pack", "show", GENERAL, "--json").json["packs"]
    assert shown["document"] == general.document()
    assert shown["fingerprint"] == general.fingerprint


def test_show_speaks_chinese(tansuo: Tansuo) -> None:
    assert "化石燃料燃烧排放量" in tansuo("--language", "zh", "pack", "show", GENERAL).out


def test_check_is_content_with_the_model_pack(tansuo: Tansuo) -> None:
    checked = tansuo("pack", "check", GENERAL, "--json")
    assert checked.code == 0
    assert checked.json["ok"] is True
    [pack] = checked.json["packs"]
    assert {part["part"]: part["checked"] > 0 for part in pack["parts"]} == dict.fromkeys(
        ("formulas", "factors", "sources", "cases"), True
    )


def test_the_table_of_check_is_the_twin_of_its_json(tansuo: Tansuo) -> None:
    [pack] = tansuo("pack", "check", GENERAL, "--json").json["packs"]
    lines = tansuo("pack", "check", GENERAL).out.splitlines()[2:]
    written = [tuple(line.split()) for line in lines]
    columns = ("pack", "part", "checked", "errors", "warnings")
    twin = [tuple(str(one[key]) for key in columns) for one in pack["parts"]]
    assert written == twin


@dataclass(frozen=True)
class Fault:
    """A slip of an author: in which file, what is written instead of what, and the finding it must give."""

    file: str
    before: str
    after: str
    part: str
    code: str
    where: str


HEAT, TOTAL = "cases/heat.yaml", "E_fuel + E_power_national + E_heat, places=2"
JIANGSU, ANNEX = "江苏,average,0.5827,t CO2/MWh,2023-01-01", '"annex, provincial table",official'
HEAT_TITLE = 'title_en = "Default emission factor of bought heat"\n'
FAULTS = {
    "44/12 forgotten": Fault("pack.py", "OF * K", "OF", "formulas", "methods.other_kind", "E_s"),
    "direct and indirect added unsaid": Fault(
        "pack.py", f'{TOTAL}, scope="both"', TOTAL, "formulas", "methods.direct_and_indirect", "T_national"
    ),
    "Python error": Fault(
        "pack.py", "m = Method(", "m = Metod(", "formulas", "methods.pack_python", "pack.py"
    ),
    "other id": Fault(
        "pack.py", f'"{GENERAL}", ed', '"other", ed', "formulas", "entry.pack_other_name", GENERAL
    ),
    "wrong kind of unit": Fault(
        "factors.csv", "0.5827,t CO2", "0.5827,t C", "factors", "methods.row_unit", "factors.csv"
    ),
    "wrong last digit": Fault(
        "factors.csv", "0.5827", "0.5828", "cases", "methods.case_figure", "grid_2023.yaml"
    ),
    "two values at once": Fault(
        "factors.csv",
        JIANGSU,
        JIANGSU.replace("2023-01", "2022-07"),
        "factors",
        "methods.validity_overlap",
        "factors.csv",
    ),
    "unlisted source": Fault(
        "factors.csv", ",grid_2023,", ",hearsay,", "factors", "methods.unknown_source", "factors.csv"
    ),
    "official without page": Fault(
        "factors.csv", ANNEX, ",official", "factors", "methods.no_page", "factors.csv"
    ),
    "source in one language": Fault(
        "sources.toml", HEAT_TITLE, "", "sources", "methods.source_untitled", "heat_default"
    ),
    "other answer": Fault(HEAT, '"3097.89"', '"3097.88"', "cases", "methods.case_figure", "heat.yaml"),
    "other rung": Fault(HEAT, ": default", ": measured", "cases", "methods.case_rung", "heat.yaml"),
    "answer from nowhere": Fault(HEAT, "  source", "  s", "cases", "methods.case_incomplete", "heat.yaml"),
    "no list of cases": Fault(HEAT, "- name", "name", "cases", "methods.case_unreadable", "heat.yaml"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_check_finds_what_is_wrong_and_where(tansuo: Tansuo, copy: Path, fault: Fault) -> None:
    spoil(copy, fault.file, fault.before, fault.after)
    checked = tansuo("pack", "check", "--packs", copy, "--json")
    assert checked.code == 1
    [pack] = checked.json["packs"]
    found = [one for one in pack["findings"] if one["code"] == fault.code]
    assert any(fault.where in str(list(one["where"].values())) for one in found)
    assert all(one["en"] != one["zh"] for one in found)
    assert next(one["errors"] for one in pack["parts"] if one["part"] == fault.part) > 0


def test_a_factor_that_no_case_uses_is_found(tansuo: Tansuo, copy: Path) -> None:
    (copy / GENERAL / "cases" / "grid_2022.yaml").unlink()
    [pack] = tansuo("pack", "check", "--packs", copy, "--json").json["packs"]
    unguarded = {one["where"]["key"] for one in pack["findings"] if one["code"] == "methods.factor_unguarded"}
    # National 2022, and East China 2022, are used by cases of electricity.yaml too; everything else is bare.
    assert len(unguarded) == 40 - 2
    assert all("@2022-01-01" in key for key in unguarded)


def test_a_pack_without_cases_does_not_pass(tansuo: Tansuo, copy: Path) -> None:
    for path in (copy / GENERAL / "cases").iterdir():
        path.unlink()
    checked = tansuo("pack", "check", "--packs", copy)
    assert checked.code == 1
    assert "has no cases" in checked.err


def test_an_unknown_pack_is_refused_with_those_there_are(tansuo: Tansuo) -> None:
    refused = tansuo("pack", "check", "no_such_pack")
    assert refused.code == 2
    assert "no_such_pack" in refused.err
    assert GENERAL in refused.err


def test_a_folder_without_packs_is_not_all_well(tansuo: Tansuo, tmp_path: Path) -> None:
    assert tansuo("pack", "check", "--packs", tmp_path).code == 2


def test_build_writes_canonical_bytes_that_carry_the_fingerprint(
    tansuo: Tansuo, tmp_path: Path, general: Pack
) -> None:
    built = tansuo("pack", "build", GENERAL, "--to", tmp_path / "out", "--json")
    assert built.code == 0
    [row] = built.json["built"]
    folder = Path(row["folder"])
    data = (folder / "pack.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == row["fingerprint"] == general.fingerprint
    assert from_document(json.loads(data)).data == general.data
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        name = line.split()[1]
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == line.split()[0]


def test_building_again_changes_nothing(tansuo: Tansuo, tmp_path: Path) -> None:
    def bytes_of() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (tmp_path / GENERAL).iterdir()}

    tansuo("pack", "build", GENERAL, "--to", tmp_path)
    first = bytes_of()
    tansuo("pack", "build", GENERAL, "--to", tmp_path)
    assert bytes_of() == first


def test_a_pack_with_a_wrong_case_is_not_built(tansuo: Tansuo, copy: Path, tmp_path: Path) -> None:
    spoil(copy, "cases/heat.yaml", 'E_heat: "3097.89"', 'E_heat: "3097.88"')
    assert tansuo("pack", "build", "--packs", copy, "--to", tmp_path / "out").code == 1
    assert not (tmp_path / "out").exists()
