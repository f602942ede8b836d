"""Findings: what, where and remedy, in both languages, for every code there is."""

import re
import string
from pathlib import Path

import pytest

import tansuo
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.wording import render, texts

HOME = Path(tansuo.__file__).parent
PACKAGES = sorted(path.parent.name for path in HOME.glob("*/findings.toml"))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_is_there_in_both_languages(package: str) -> None:
    known = texts(package)
    assert known
    for code, text in known.items():
        assert code.startswith(f"{package}."), code
        for part in ("", "remedy_"):
            zh, en = text[f"{part}zh"], text[f"{part}en"]
            assert bool(zh) == bool(en), (code, part)
            if package in ("quantity", "methods"):
                assert _fields(zh) == _fields(en), code
        assert text["zh"], code


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("package", ["quantity", "methods"])
def test_every_code_in_the_source_has_a_text(package: str) -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (HOME / package).glob("*.py"))
    codes = set(re.findall(rf'Finding\(\s*"({package}\.\w+)"', written))
    codes |= {f"{package}.{name}" for name in re.findall(r'_(?:Refused|refuse)\("(\w+)"', written)}
    assert codes
    assert codes <= set(texts(package)), codes - set(texts(package))
    if package == "methods":
        assert set(texts(package)) <= codes, set(texts(package)) - codes


def test_a_finding_says_what_where_and_what_to_do() -> None:
    finding = Finding(
        "quantity.different_kinds",
        {"file": "a.csv", "row": 3},
        {"source": "tce", "target": "GJ", "source_kind": "coal_equivalent", "target_kind": "energy"},
    )
    en, zh = render(finding, "en"), render(finding, "zh")
    assert en.startswith("“tce” (coal_equivalent) and “GJ” (energy) are different kinds")
    assert "(file a.csv, row 3). Go from one kind to another by a factor" in en
    assert "（文件 a.csv，行 3）。不同种量之间须用有出处的因子换算" in zh
    assert finding.as_json()["code"] == "quantity.different_kinds"


def test_a_code_without_text_still_says_all_it_knows() -> None:
    finding = Finding("nowhere.unheard_of", {"row": 7}, {"a": "b"})
    assert render(finding, "en") == "nowhere.unheard_of a=b (row 7)"


def test_an_error_carries_all_its_findings() -> None:
    one, two = Finding("x.one"), Finding("x.two", {"row": 1})
    assert FindingError(one, two).findings == FindingError([one, two]).findings == (one, two)
    assert "x.two (row 1)" in str(FindingError([one, two]))


def test_findings_are_values() -> None:
    assert (
        len({Finding("x.one", {"row": 1}), Finding("x.one", {"row": 1}), Finding("x.one", {"row": 2})}) == 2
    )


def test_a_program_without_the_words_says_code_and_data(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Finding("quantity.unknown_unit", {"field": "unit"}, {"unit": "xx", "part": "xx"})
    assert str(one).startswith(render(one, "en"))
    monkeypatch.setattr("tansuo.quantity.finding.SPOKEN", [])
    assert str(one) == "quantity.unknown_unit field=unit unit=xx part=xx"
