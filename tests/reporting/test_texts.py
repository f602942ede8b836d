"""Every word of a page exists in both languages, and no word lies about unused."""

import re
import tomllib
from pathlib import Path

import tansuo.reporting
from tansuo.methods.pack import load_pack, pack_paths

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(tansuo.reporting.__file__).parent
KEY = re.compile(r"""\bt\(\s*['"]([a-z_.]+)['"]""")

SPOKEN = (
    "column.",
    "indicator.",
    "nav.",
    "state.",
    "kind.",
    "form.",
    "status.",
    "group.",
    "nonstandard.",
    "why.",
    "paper.",
    "stage.",
    "fact.",
    "over.",
    "part.",
    "finding_state.",
    "hold_state.",
    "role.",
    "rung.",
    "drill.",
    "notice.",
    "promise.",
    "guard.",
    "suite.",
    "severity.",
    "finding_step.",
    "finding_way.",
    "hold_step.",
    "hold_way.",
)
"""Families of words whose keys are put together from a value."""


def _texts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(FOLDER.glob("texts*.toml")):
        for key, pair in tomllib.loads(path.read_text("utf-8")).items():
            assert key not in found, f"{key} stands twice"
            found[key] = pair
    return found


def _sources() -> list[Path]:
    return [
        *FOLDER.glob("templates/*.html"),
        *FOLDER.rglob("*.py"),
        *FOLDER.parent.joinpath("api").rglob("*.py"),
    ]


def _used() -> set[str]:
    pages = _sources()
    return {key for path in pages for key in KEY.findall(path.read_text("utf-8"))}


def test_every_key_has_two_languages_with_the_same_places() -> None:
    for key, pair in _texts().items():
        assert len(pair) == 2 and all(pair), key
        zh, en = (sorted(re.findall(r"\{(\w+)\}", text)) for text in pair)
        assert zh == en, f"{key}: {zh} against {en}"


def test_pages_use_only_keys_that_exist() -> None:
    assert sorted(one for one in _used() - _texts().keys() if one not in SPOKEN) == []


def test_no_key_is_left_over() -> None:
    sources = "".join(path.read_text("utf-8") for path in _sources())
    left = [
        key
        for key in _texts()
        if not key.startswith(SPOKEN) and f'"{key}"' not in sources and f"'{key}'" not in sources
    ]
    assert left == []


def test_every_rung_of_the_shipped_methods_has_a_word() -> None:
    known = {key.removeprefix("rung.") for key in _texts() if key.startswith("rung.")}
    taken = {
        step.name
        for path in pack_paths().values()
        for term in load_pack(path).data.terms.values()
        for step in term.ladder
    }
    assert taken - known == set()
    web = (ROOT / "web/src/i18n/zh-CN/rung.ts").read_text("utf-8")
    assert {name for name in taken if f"'{name}':" not in web} == set()
