"""The guide for authors of packs: what it shows is built, checked and evaluated just as printed."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "write-a-pack.md"
BLOCK = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.M | re.S)

Tansuo = Callable[..., Any]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The guide's pack, written to files named as in its blocks."""
    packs = tmp_path / "packs"
    folder = packs / "example_supply"
    for name, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        path = (packs if name.startswith("example_") else folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_the_example_passes_every_check(tansuo: Tansuo, example: Path) -> None:
    checked = tansuo("pack", "check", "example_supply", "--packs", example.parent, "--json")
    assert checked.code == 0, checked.out
    [pack] = checked.json["packs"]
    assert pack["findings"] == []
    assert {one["part"]: one["checked"] for one in pack["parts"]} == {
        "formulas": 4,
        "factors": 1,
        "sources": 1,
        "cases": 1,
    }


def test_the_answer_printed_in_the_guide_is_the_answer(tansuo: Tansuo, example: Path) -> None:
    answer = tansuo(
        "calc", example, "--inputs", example / "firm.json", "--quantity", "E", "--quantity", "E_p"
    ).json
    values = [one["value"] for one in answer["figures"]]
    printed = re.search(r'"value": "([\d.]+)"` for `E`: ([\d.]+) \+ ([\d.]+),', GUIDE.read_text("utf-8"))
    assert printed is not None
    assert values == [printed[2], printed[3], printed[1]]
    assert Decimal(printed[1]) == Decimal(printed[2]) + Decimal(printed[3])


def test_the_example_can_be_shown_and_built(tansuo: Tansuo, example: Path, tmp_path: Path) -> None:
    assert "PE × EF" in tansuo("pack", "show", "example_supply", "--packs", example.parent).out
    built = tansuo(
        "pack", "build", "example_supply", "--packs", example.parent, "--to", tmp_path / "out", "--json"
    )
    assert built.code == 0
    document = json.loads((tmp_path / "out" / "example_supply" / "pack.json").read_bytes())
    assert document["id"] == "example_supply"


LIME = "example_lime"


def test_five_files_make_an_industry_method_and_nothing_else_is_touched(
    tansuo: Tansuo, example: Path
) -> None:
    files = {path.relative_to(example.parent / LIME) for path in (example.parent / LIME).rglob("*.*")}
    assert {str(one) for one in files} == {
        "pack.py",
        "factors.csv",
        "sources.toml",
        "cases/kiln.yaml",
        "README.md",
    }
    checked = tansuo("pack", "check", LIME, "--packs", example.parent, "--json")
    assert checked.code == 0, checked.out
    [pack] = checked.json["packs"]
    assert [one for one in pack["findings"] if one["severity"] == "error"] == []
    assert {one["part"]: one["checked"] for one in pack["parts"]}["cases"] == 2


def test_the_industry_method_builds_on_shipped_packs_and_says_so(tansuo: Tansuo, example: Path) -> None:
    shown = tansuo("pack", "show", LIME, "--packs", example.parent).out
    assert "extends cn_guideline_common_2013" in shown
    for said in (
        "Fuel burnt and carbonate decomposed.",
        "analysis of the stone",
        "belt scale",
        "without an analysis",
    ):
        assert said in shown
    assert any("factors_carbonates" in line and line.startswith("carbonates ") for line in shown.splitlines())
    rows = tansuo("pack", "list", "--packs", example.parent, "--json").json["packs"]
    assert {one["id"] for one in rows} == {"example_supply", LIME}


def test_the_branch_taken_is_part_of_the_answer(tansuo: Tansuo, example: Path, tmp_path: Path) -> None:
    import yaml

    first = yaml.load((example.parent / LIME / "cases" / "kiln.yaml").read_text("utf-8"), yaml.BaseLoader)[0]
    file = tmp_path / "kilns.json"
    file.write_text(json.dumps(first["given"]), "utf-8")
    answer = tansuo("calc", example.parent / LIME, "--inputs", file, "--quantity", "E_k").json
    found = {one["cell"]: (one["value"], one["branches"]) for one in answer["figures"]}
    assert found == {
        "a/2023-06": ("42211.20", {"E_k a/2023-06": "analysis"}),
        "b/2023-06": ("41771.50", {"E_k b/2023-06": "default"}),
    }


def test_a_wrong_last_digit_of_its_own_row_is_noticed(tansuo: Tansuo, example: Path) -> None:
    table = example.parent / LIME / "factors.csv"
    table.write_text(table.read_text("utf-8").replace("0.95", "0.94"), "utf-8")
    assert tansuo("pack", "check", LIME, "--packs", example.parent).code == 1


def test_the_guide_names_every_node_an_author_may_write() -> None:
    from tansuo import methods

    written = GUIDE.read_text("utf-8")
    for name in set(methods.__all__) - {"Method", "Rung"}:
        assert f"{name}(" in written, name


def test_every_command_of_the_guide_is_understood(example: Path) -> None:
    from tansuo.entry.cli import build_parser

    [shell] = re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
    lines = [line.partition("#")[0].split()[2:] for line in shell.splitlines()]
    assert [line[0] for line in lines] == ["pack", "pack", "calc", "pack", "pack"]
    for line in lines:
        build_parser(line[0]).parse_args(line)


def test_the_paragraph_on_states_units_and_local_factors_gives_usable_json(example: Path) -> None:
    inline = re.findall(r"`(\{[^`]*\})`", GUIDE.read_text("utf-8"))
    snippets = [text for text in inline if '"' in text and "missing" not in text]
    assert len(snippets) == 2
    for text in snippets:
        assert isinstance(json.loads(text), dict)
    [local] = re.findall(r'`("local": \[.*?\])`', GUIDE.read_text("utf-8"), re.S)
    assert json.loads("{" + local + "}")["local"][0]["rung"] == "measured"
