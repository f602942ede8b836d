"""Every finding the code can raise has its words in Chinese and English, and every text has a finding."""

import ast
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from tansuo.quantity.finding import texts  # noqa: E402 - the tree itself is what is checked

PACKAGES = sorted(
    folder.name for folder in (ROOT / "src/tansuo").iterdir() if (folder / "__init__.py").is_file()
)
CODE = re.compile(rf"({'|'.join(PACKAGES)})(\.[a-z0-9_]+)+")

STEM = re.compile(rf"({'|'.join(PACKAGES)})\.[a-z0-9_.]*")


def main() -> int:
    """Print every complaint; 1 if there is one."""
    literals = {code for file in (ROOT / "src").rglob("*.py") for code in codes(file)}
    complaints = []
    for package in PACKAGES:
        known = texts(package)
        for code, text in known.items():
            complaints += [f"{code}: {problem}" for problem in judge(text)]
            if code not in literals and not any(code.startswith(stem) for stem in stems(literals)):
                complaints.append(f"{code}: no code raises it")
    for code in sorted(literals):
        if code in raised() and code not in texts(code.split(".")[0]):
            complaints.append(f"{code}: raised without a text")
    print("\n".join(complaints))
    return 1 if complaints else 0


def judge(text: "dict[str, str] | object") -> Iterator[str]:
    """What is wrong with one text: a language missing, Chinese without Chinese, parameters that differ."""
    assert hasattr(text, "__getitem__")
    for name in ("zh", "en", "remedy_zh", "remedy_en"):
        if not text[name].strip():
            yield f"{name} is missing"
    for name in ("zh", "remedy_zh"):
        if text[name] and not re.search(r"[\u4e00-\u9fff]", text[name]):
            yield f"{name} is not Chinese"
    if fields(text["zh"]) != fields(text["en"]):
        yield "zh and en name different parameters"


def fields(template: str) -> set[str]:
    """The parameters a text names."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def codes(file: Path) -> Iterator[str]:
    """String literals that look like a finding's code."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value
        elif isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
            start = str(node.values[0].value)
            if STEM.fullmatch(start):
                yield start + "*"


def stems(literals: set[str]) -> list[str]:
    """Beginnings of codes that the program completes itself (f"monitoring.hj212.{name}")."""
    return [code[:-1] for code in literals if code.endswith("*")]


def raised() -> set[str]:
    """Codes written as the first argument of ``Finding(…)``."""
    found = set()
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Finding":
                values = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "code")]
                found |= {str(one.value) for one in values if isinstance(one, ast.Constant)}
    return found


if __name__ == "__main__":
    sys.exit(main())
