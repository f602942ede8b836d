"""What the verifier says stands in its code in English and in its table in Chinese."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tansuo import verify
from tansuo.verify.report import Report

FOLDER = Path(verify.__file__).parent
TABLE = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
STEPS = TABLE.pop("steps")
SAYS = {"said", "Refused", "require", "otherwise", "passed", "skip", "note"}


def texts() -> Iterator[str]:
    """Every text in the code of the verifier."""
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def spoken() -> Iterator[str]:
    """The words written where something is said."""
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if called in SAYS:
                    yield from (
                        one.value
                        for one in node.args[:2]
                        if isinstance(one, ast.Constant) and isinstance(one.value, str) and len(one.value) > 9
                    )


def places(words: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(words) if name is not None]


def test_what_is_said_has_its_words_in_chinese_and_no_words_lie_about_unused() -> None:
    assert set(spoken()) <= set(TABLE) <= set(texts())


def test_words_in_both_languages_name_the_same_values() -> None:
    for english, chinese in TABLE.items():
        assert re.search("[\u4e00-\u9fff]", chinese) or english == "{} {}", english
        numbers = sorted(int(name) for name in places(chinese))
        assert numbers == sorted(set(numbers)), chinese
        assert len(places(english)) >= len(numbers) - 1, english


def test_every_step_has_its_name_in_both_languages() -> None:
    report = Report()
    for name, (zh, en) in STEPS.items():
        report.now = name
        report.failed("错", "wrong")
        assert f"✗ {zh}：错" in report.text(True) and f"✗ {en}: wrong" in report.text(False)
