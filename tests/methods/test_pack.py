"""Packs: written in Python once, published as data, computed from the data alone."""

import hashlib
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tansuo.evidence import canonical
from tansuo.methods.evaluate import Inputs, Shape, SourceKey, evaluate
from tansuo.methods.pack import fingerprint, from_document, load_pack, pack_paths, read_pack
from tansuo.methods.tables import COLUMNS
from tansuo.methods.term import method_data
from tansuo.quantity.finding import FindingError

PACK = """
from tansuo.methods import Method, sum_over

m = Method("demo.power", edition="1", title_zh="电力", title_en="power", valid="2021-01/..", source="notice")
pe = m.activity("PE", "购入电量", "electricity bought", "MWh", indicator="power", keys={"family": "power"})
ef = m.factor("EF", "因子", "factor", "t CO2/MWh", over="month", table="grid", column="ef", key="=全国")
e = m.quantity("E", "排放", "emission", "t CO2", pe * ef, places=2, scope="indirect")
m.quantity("Y", "合计", "total", "t CO2", sum_over(e, "source month"), places=2)
"""
ROW = "grid,全国,ef,0.5306,t CO2/MWh,2023-01-01,2024-01-01,,,2025-12-31,2023,,notice,annex,official,{note}\n"
SOURCES = '[notice]\ntitle_zh = "公告"\ntitle_en = "notice"\nnumber = "47"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "demo_power"
    (home / "cases").mkdir(parents=True)
    (home / "pack.py").write_text(PACK, encoding="utf-8")
    (home / "factors.csv").write_text(",".join(COLUMNS) + "\n" + ROW.format(note=""), encoding="utf-8")
    (home / "sources.toml").write_text(SOURCES, encoding="utf-8")
    return home


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_figure_is_computed_from_the_document_without_the_packs_python(folder: Path) -> None:
    document = json.loads(load_pack(folder).canonical)
    shutil.rmtree(folder)
    shape = Shape((SourceKey("supply", {"family": "power"}),), ("2023-06",))
    inputs = Inputs(shape, {("PE", "supply/2023-06"): Decimal(30_000)})
    assert evaluate(document, inputs).quantities[("Y", "")] == Decimal("15918.00")


def test_the_fingerprint_is_that_of_canonical_bytes_and_reads_back(folder: Path) -> None:
    pack = load_pack(folder)
    document = canonical.decode(pack.canonical)
    assert isinstance(document, dict)
    assert fingerprint(document) == pack.fingerprint
    assert from_document(document).data == pack.data
    assert canonical.encode(method_data(document).as_json()) == pack.canonical
    assert load_pack(folder).fingerprint == pack.fingerprint


def test_a_digit_changes_the_data_hash_and_a_label_only_that_of_the_wording(folder: Path) -> None:
    before = load_pack(folder)
    edit(folder, "pack.py", '"购入电量"', '"外购电量"')
    edit(folder, "pack.py", "from tansuo", "# a comment\nfrom tansuo")
    edit(folder, "factors.csv", "official,", "official,seen in the notice")
    edit(folder, "sources.toml", '"notice"', '"official notice"')
    relabelled = load_pack(folder)
    assert relabelled.fingerprint == before.fingerprint
    assert relabelled.wording_fingerprint != before.wording_fingerprint
    edit(folder, "factors.csv", "0.5306", "0.5307")
    assert load_pack(folder).fingerprint != before.fingerprint
    assert load_pack(folder).wording_fingerprint == relabelled.wording_fingerprint


def test_trailing_zeros_are_part_of_what_was_printed(folder: Path) -> None:
    before = load_pack(folder).fingerprint
    edit(folder, "factors.csv", "0.5306", "0.53060")
    assert load_pack(folder).fingerprint != before


def test_everything_wrong_is_said_at_once_with_file_and_row(folder: Path) -> None:
    wrong = ROW.format(note="").replace("0.5306", "0,5").replace("2023-01-01", "2024-01-01")
    late = ROW.format(note="").replace("2023-01-01,2024-01-01", "2023-12-01,2024-06-01")
    rows = (folder / "factors.csv").read_text(encoding="utf-8") + late + wrong
    (folder / "factors.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(FindingError) as error:
        load_pack(folder)
    found = {(one.code, one.where.get("row")) for one in error.value.findings}
    assert found == {("methods.row_length", 4), ("methods.validity_overlap", 3)}
    assert all(one.where["file"] == "demo_power/factors.csv" for one in error.value.findings)


def test_a_wrong_formula_names_the_file_the_symbol_and_the_reason(folder: Path) -> None:
    edit(folder, "pack.py", '"t CO2", pe * ef', '"t CO2", pe * pe')
    pack, findings = read_pack(folder)
    assert pack is None
    (finding,) = findings
    assert finding.code == "methods.two_flows"
    line = (folder / "pack.py").read_text(encoding="utf-8").splitlines()[int(finding.where["line"]) - 1]
    assert "m.quantity(" in line
    assert {**finding.where, "line": 0} == {
        "file": "demo_power/pack.py",
        "line": 0,
        "method": "demo.power",
        "symbol": "E",
    }


def test_whatever_an_authors_python_raises_is_a_finding_with_its_line(folder: Path) -> None:
    edit(folder, "pack.py", '"t CO2", pe * ef', '"t CO2", pe * fe')
    (finding,) = read_pack(folder)[1]
    assert (finding.code, finding.params["error"]) == (
        "methods.pack_python",
        "NameError: name 'fe' is not defined",
    )
    assert (
        "pe * fe"
        in (folder / "pack.py").read_text(encoding="utf-8").splitlines()[int(finding.where["line"]) - 1]
    )
    edit(folder, "pack.py", "pe * fe", "pe * (ef")
    assert read_pack(folder)[1][0].where["line"] == finding.where["line"]


def test_a_folder_without_one_method_is_no_pack(folder: Path) -> None:
    (folder / "pack.py").write_text("", encoding="utf-8")
    assert [one.code for one in read_pack(folder)[1]] == ["methods.one_method"]
    (folder / "pack.py").unlink()
    assert [one.code for one in read_pack(folder)[1]] == ["methods.no_pack"]


@pytest.mark.parametrize(
    "change",
    [
        {"format": "tansuo.method/2"},
        {"surprise": 1},
        {"quantities": [{"symbol": "E"}]},
        {"terms": {"PE": {"kind": "activity", "unit": "MWh", "note": "extra", "additivity": "flow"}}},
    ],
)
def test_a_document_with_anything_foreign_in_it_is_refused(folder: Path, change: dict[str, object]) -> None:
    document = {**load_pack(folder).document(), **change}
    with pytest.raises(ValueError, match="document"):
        from_document(document)


def test_the_packs_that_come_with_the_product_load() -> None:
    paths = pack_paths()
    assert "general_combustion_and_power" in paths
    for path in paths.values():
        assert not [one for one in load_pack(path).findings if one.severity == "error"]


def test_the_fingerprint_of_a_document_never_drifts(folder: Path) -> None:
    """Frozen: a change here means that no published method would be found again by its fingerprint."""
    pack = load_pack(folder)
    plain_json = json.dumps(pack.document(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(plain_json.encode()).hexdigest() == pack.fingerprint
    assert pack.fingerprint == "156aa91e2fa4e76658904f8761eefbf0ff7390dc62cb18f1c42467ac69e232d4"
