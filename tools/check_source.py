"""House rules a linter does not know: sizes, names, patterns that hide a gap or turn missing into zero."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 500
SOURCE = {".py", ".sh", ".sql", ".html", ".css", ".js", ".ts", ".tsx", ".jinja"}
TEXT = SOURCE | {".md", ".toml", ".in", ".lock", ".yaml", ".yml", ".csv", ""}

# (what, pattern, where): "code" is every source file, "figures" what stands between a reading and a figure,
# "all" every text file of the tree.
BANNED = [
    (
        "a gap left in the code",
        r"\b(TODO|FIXME|XXX)\b|raise NotImplemented|pragma: no " + "cover",
        "code",
    ),
    ("a skip without a reason", r"mark\.skip\s*(\(\s*\))?$|pytest\.skip\(\s*\)", "code"),
    (
        "missing turned into zero",
        r"\bor 0\b|\bor Decimal\(0|coalesce\s*\([^()]*,\s*0\s*\)|fillna\(0\)",
        "figures",
    ),
    ("a binary float on the way to a figure", r"\bfloat\(", "figures"),
    ("a path of one machine", r"(?<![\w.])/(work|root|home)/[a-z]", "all"),
    (
        "a registry's address",
        r"\b(pypi\.org|pythonhosted\.org|registry\.npmjs|npmmirror|/pypi/simple|/simple/)",
        "all",
    ),
]
FIGURES = ("quantity", "registry", "monitoring", "methods", "accounting", "evidence", "engines", "verify")
SPEAKS_OF_RULES = {"tools/check_source.py"}
GENERATED = Path("web/src/client")
BAD_NAMES = re.compile(r"(^|_)utils?($|_)|Manager$|Helper$")


def tracked() -> list[Path]:
    """Every file git knows or would add, relative to the root; without git, every file that is not hidden."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [Path(name) for name in listed.stdout.splitlines()]
    else:
        names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
    hidden = (".git", ".venv", ".tools", ".tansuo", "wheelhouse", "dist", "node_modules")
    return [name for name in names if (ROOT / name).is_file() and not set(name.parts) & set(hidden)]


def check_file(name: Path) -> Iterator[str]:
    """Complaints about one file, each with its line."""
    if name.suffix not in TEXT or name.is_relative_to(GENERATED):
        return
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = text.splitlines()
    if name.suffix in SOURCE and len(lines) > LONGEST:
        yield f"{name}: {len(lines)} lines, at most {LONGEST}"
    for part in name.with_suffix("").parts:
        if BAD_NAMES.search(part):
            yield f"{name}: the name {part} says nothing"
    if str(name) not in SPEAKS_OF_RULES:
        for what, pattern, where in BANNED:
            if applies(name, where):
                for number, line in enumerate(lines, 1):
                    if "``" not in line and re.search(
                        pattern, line, re.IGNORECASE if "coalesce" in pattern else 0
                    ):
                        yield f"{name}:{number}: {what}: {line.strip()}"
    if name.suffix == ".py" and name.parts[0] == "src":
        yield from check_python(name, ast.parse(text))


def applies(name: Path, where: str) -> bool:
    """True if a rule of this reach covers the file."""
    if where == "all":
        return True
    if where == "code":
        return name.suffix in SOURCE or name.name == "run"
    return name.suffix == ".py" and (
        name.parts[0] == "packs" or (name.parts[:2] == ("src", "tansuo") and name.parts[2] in FIGURES)
    )


def check_python(name: Path, tree: ast.Module) -> Iterator[str]:
    """Public functions, classes and modules say what they do and what they give back."""
    if "migrations" in name.parts:
        return
    if not ast.get_docstring(tree) and tree.body:
        yield f"{name}:1: the module has no docstring"
    for node, owner in public(tree):
        if isinstance(node, ast.ClassDef) and BAD_NAMES.search(node.name):
            yield f"{name}:{node.lineno}: the name {node.name} says nothing"
        decorators = {ast.unparse(one).split(".")[-1].split("(")[0] for one in node.decorator_list}
        if not ast.get_docstring(node) and not decorators & {"overload", "setter", "override"}:
            yield f"{name}:{node.lineno}: {owner}{node.name} has no docstring"
        if not isinstance(node, ast.ClassDef) and node.returns is None:
            yield f"{name}:{node.lineno}: {owner}{node.name} has no return type"


def public(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, str]]:
    """Public functions and classes of a module, and the public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name.startswith("_"):
                continue
            yield node, ""
            if isinstance(node, ast.ClassDef) and not any("Protocol" in ast.unparse(b) for b in node.bases):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner.name[0] != "_":
                        yield inner, f"{node.name}."


def main() -> int:
    """Print every complaint; 1 if there is one."""
    complaints = [complaint for name in sorted(tracked()) for complaint in check_file(name)]
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
