"""What every pack must live up to, whoever writes it. One run for each folder in packs/."""

import json
from pathlib import Path

import pytest

from tansuo.evidence import canonical
from tansuo.methods.calculation import figures
from tansuo.methods.cases import check_cases, read_cases, run_case, unguarded
from tansuo.methods.evaluate import CompiledMethod, from_document
from tansuo.methods.pack import Pack, fingerprint, load_pack, pack_paths, read_pack
from tansuo.methods.render import latex, mathml, text, worked_line

PACKS = Path(__file__).resolve().parents[2] / "packs"
FOLDERS = sorted(path for path in PACKS.iterdir() if (path / "pack.py").is_file())

pytestmark = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


@pytest.fixture
def pack(folder: Path) -> Pack:
    return load_pack(folder)


def test_loads_without_any_finding_not_even_a_warning(folder: Path) -> None:
    _, findings = read_pack(folder)
    assert [str(one) for one in findings] == []


def test_is_named_like_its_folder_and_is_found_by_the_product(folder: Path, pack: Pack) -> None:
    assert pack.data.id == folder.name
    assert pack_paths()[folder.name] == folder


def test_cases_agree_with_their_sources_to_the_last_digit(pack: Pack) -> None:
    assert [str(one) for one in check_cases(pack)] == []


def test_no_factor_can_be_wrong_by_one_last_digit_unnoticed(pack: Pack) -> None:
    assert [str(one) for one in unguarded(pack)] == []


def test_the_same_source_builds_the_same_bytes(folder: Path, pack: Pack) -> None:
    again = load_pack(folder)
    assert (again.canonical, again.wording_fingerprint) == (pack.canonical, pack.wording_fingerprint)


def test_the_published_document_alone_gives_the_same_figures(pack: Pack) -> None:
    read = json.loads(pack.canonical)
    assert fingerprint(read) == pack.fingerprint
    assert canonical.encode(read) == pack.canonical
    published, written = from_document(read), CompiledMethod(pack.data)
    for case in read_cases(pack)[0]:
        one, other = run_case(published, case)[0], run_case(written, case)[0]
        assert one is not None
        assert other is not None
        assert one.quantities == other.quantities
        assert one.chosen == other.chosen
        told = {(row["quantity"], row["cell"]): row["unit"] for row in figures(one)}
        assert told == {cell: pack.data.quantities[cell[0]].unit for cell in one.quantities}


def test_every_name_is_there_in_chinese_and_english(pack: Pack) -> None:
    words = json.loads(json.dumps(pack.wording()))
    names = {"title": words["title"], **words["terms"], **words["options"]}
    assert set(pack.data.terms) | set(pack.data.quantities) <= set(words["terms"])
    assert set(pack.data.options) == set(words["options"])
    for symbol, both in names.items():
        assert any("\u4e00" <= letter <= "\u9fff" for letter in both["zh"]), symbol
        assert both["en"].isprintable(), symbol
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in both["en"]), symbol


def test_every_formula_can_be_read_in_all_notations(pack: Pack) -> None:
    for quantity in pack.data.quantities.values():
        assert text(quantity.expression, "zh", pack.wording()) != text(
            quantity.expression, "en", pack.wording()
        )
        assert latex(quantity.expression, pack.data)
        assert mathml(quantity.expression, pack.data).startswith("<math")


def test_every_figure_of_every_case_has_a_worked_line_that_ends_in_it(pack: Pack) -> None:
    method = CompiledMethod(pack.data)
    for case in read_cases(pack)[0]:
        evaluation, _ = run_case(method, case)
        assert evaluation is not None
        for symbol, cell in evaluation.quantities:
            line = worked_line(evaluation, symbol, cell, "en")
            assert line.count(" = ") == 1, (case.name, line)


def test_an_emission_is_rounded_by_a_declared_rule_and_knows_its_scope(pack: Pack) -> None:
    for quantity in pack.data.quantities.values():
        if quantity.unit.startswith("t CO2") and "/" not in quantity.unit:
            assert quantity.places is not None, quantity.symbol
            assert quantity.scope in ("direct", "indirect", "both"), quantity.symbol


def test_what_is_not_official_says_why_in_a_note(pack: Pack) -> None:
    words = json.loads(json.dumps(pack.wording()))
    for row in pack.data.factors:
        if row.status != "official":
            assert words["notes"].get(row.id), row.id
        if row.status in ("memory", "proposal", "draft", "example"):
            assert pack.data.sources[row.source].get("status") != "official", row.id


def test_the_readme_names_every_result_and_every_source_status(folder: Path, pack: Pack) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    totals = [one.symbol for one in pack.data.quantities.values() if not one.over]
    assert [symbol for symbol in totals if f"`{symbol}`" not in readme] == []
    for status in {row.status for row in pack.data.factors}:
        assert status in readme
