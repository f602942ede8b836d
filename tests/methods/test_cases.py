"""The checker of cases can fail: wrong figures, wrong rungs, wrong holes, and factors nobody looks at."""

from pathlib import Path

import pytest

from tansuo.methods.cases import check_cases, read_cases, unguarded
from tansuo.methods.pack import Pack

from .conftest import ROWS, SOURCES, complete

CASE = """
- name: one month
  source: rational arithmetic
  status: example
  answer: "100000 × 20.908 × 0.03085 × 0.99 × 44/12 = 234139.28"
  given:
    sources: [{id: boiler, attributes: {family: fuel, fuel: coal}}]
    months: ["2023-01"]
    values: {FC: {boiler/2023-01: "100000"}}
  expect: {E/boiler/2023-01: "234139.28", Y: "234139"}
  rungs: {NCV/boiler/2023-01: default}
"""
HOLE = """
- name: a hole
  source: the rule
  status: example
  answer: incomplete
  given:
    sources: [{id: boiler, attributes: {family: fuel, fuel: coal}}]
    months: ["2023-01"]
  expect: {Y: {missing: ["FC @ boiler/2023-01"]}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cases").mkdir()
    return tmp_path


def pack(folder: Path, text: str) -> Pack:
    (folder / "cases" / "one.yaml").write_text(text, encoding="utf-8")
    return Pack("demo", folder, complete().method.data(ROWS, SOURCES), {})


def codes(folder: Path, text: str) -> list[str]:
    return [one.code.removeprefix("methods.") for one in check_cases(pack(folder, text))]


def test_a_case_that_agrees_gives_nothing(folder: Path) -> None:
    assert codes(folder, CASE + HOLE) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"234139.28"', '"234139.29"', "case_figure"),
        ('"234139.28"', '"234139.280"', "case_figure"),
        ('Y: "234139"', "Y: {missing: []}", "case_figure"),
        ('Y: "234139"', 'V: "234139"', "case_figure"),
        ("2023-01: default", "2023-01: measured", "case_rung"),
        ('boiler/2023-01: "100000"', 'oven/2023-01: "1"', "case_refused"),
        ("source: rational arithmetic", 'source: ""', "case_incomplete"),
        ("status: example", "status: sure", "case_incomplete"),
    ],
)
def test_a_case_that_differs_is_found(folder: Path, old: str, new: str, code: str) -> None:
    assert old in CASE
    assert codes(folder, CASE.replace(old, new)) == [code]


def test_a_hole_is_expected_by_name(folder: Path) -> None:
    assert codes(folder, HOLE.replace("FC @ boiler", "PE @ boiler")) == ["case_figure"]
    assert codes(folder, HOLE.replace('{missing: ["FC @ boiler/2023-01"]}', '"0"')) == ["case_figure"]


def test_a_pack_without_cases_or_with_broken_ones_is_found(folder: Path) -> None:
    assert codes(folder, "[]") == ["no_cases"]
    assert codes(folder, "") == ["case_unreadable"]
    assert codes(folder, "- [") == ["case_unreadable"]


def test_numbers_in_cases_are_texts_whatever_yaml_thinks(folder: Path) -> None:
    (case,), _ = read_cases(pack(folder, CASE.replace('"234139.28"', "234139.280")))
    assert case.expect["E/boiler/2023-01"] == "234139.280"


def test_a_factor_that_no_case_guards_is_found(folder: Path) -> None:
    unseen = {str(one.where["key"]) for one in unguarded(pack(folder, CASE))}
    assert unseen == {row.id for row in ROWS if row.table == "grid"}


def test_a_case_with_too_small_an_amount_guards_nothing(folder: Path) -> None:
    small = CASE.replace("100000", "1").replace("234139.28", "2.34").replace('"234139"', '"2"')
    assert codes(folder, small) == []
    unseen = {str(one.where["key"]) for one in unguarded(pack(folder, small))}
    assert "fuels/coal/ncv@2021-01-01" in unseen
