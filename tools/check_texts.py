"""Every finding the code can raise has its words in Chinese and English, and every text has a finding."""

import ast
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from tansuo.quantity.wording import texts  # noqa: E402 - the tree itself is what is checked

PACKAGES = sorted(
    folder.name for folder in (ROOT / "src/tansuo").iterdir() if (folder / "__init__.py").is_file()
)
CODE = re.compile(rf"({'|'.join(PACKAGES)})(\.[a-z0-9_]+)+")


def main() -> int:
    """Print every complaint; 1 if there is one."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in (ROOT / "src").rglob("*.py")]
    said = {word for tree in trees for word in literals(tree)}
    made = {pattern for tree in trees for pattern in patterns(tree)}
    raised = {code for tree in trees for code in arguments(tree) if CODE.fullmatch(code)}
    complaints = []
    for package in PACKAGES:
        for code, text in texts(package).items():
            complaints += [f"{code}: {problem}" for problem in judge(text)]
            # A code is written whole, or its last part is, beside an f"package.{part}"; or put together.
            spellings = {code, code.partition(".")[2], code.rpartition(".")[2]}
            if not said & spellings and not any(one.fullmatch(word) for one in made for word in spellings):
                complaints.append(f"{code}: no code raises it")
    complaints += [f"{code}: raised without a text" for code in sorted(raised) if not known(code)]
    print("\n".join(complaints))
    return 1 if complaints else 0


def known(code: str) -> bool:
    """Whether a code has its words."""
    return code in texts(code.partition(".")[0])


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
    """The parameters a text names; one that comes in both languages (``name_zh``, ``name_en``) is one."""
    named = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return {re.sub("_(zh|en)$", "", name) for name in named}


def literals(tree: ast.Module) -> Iterator[str]:
    """Every string written in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def patterns(tree: ast.Module) -> Iterator[re.Pattern[str]]:
    """Every string that is put together (f"no_{key}") as a pattern; f"package.{part}" says nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [str(one.value) if isinstance(one, ast.Constant) else None for one in node.values]
            written = "".join(part or "" for part in parts)
            if re.fullmatch(r"[A-Za-z0-9_.]{3,}", written) and written.strip("._") not in PACKAGES:
                yield re.compile("".join(".+" if part is None else re.escape(part) for part in parts))


def arguments(tree: ast.Module) -> Iterator[str]:
    """Codes written as the first argument of ``Finding(…)``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Finding":
            for one in [*node.args[:1], *(word.value for word in node.keywords if word.arg == "code")]:
                if isinstance(one, ast.Constant):
                    yield str(one.value)


if __name__ == "__main__":
    sys.exit(main())
