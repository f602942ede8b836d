"""The verifier as one file: a Python program assembled from the auditable core.

The program is the source of every module in ``MODULES``, word for word, without docstrings, comments and blank
lines, each module in a function of its own that makes it when it is first imported. What verification does not come
to (``needed``) is left out: functions, classes, methods, constants, imports; nothing is renamed or rewritten, so that
who has read the modules has read the program. The same sources give the same bytes.
"""

import ast
import io
import tokenize
from functools import cache
from importlib import resources

from tansuo.reporting.needed import needed

MODULES = (
    "quantity.decimals", "quantity.finding", "quantity.period", "quantity.state", "quantity.unit",
    "evidence.canonical", "evidence.tree", "evidence.proof", "evidence.ed25519", "evidence.note", "evidence.policy",
    "evidence.tlog_proof", "evidence.sm3",
    "methods.document", "methods.steps", "methods.program", "methods.ladder", "methods.evaluate", "methods.lineage",
    "verify.report", "verify.archive", "verify.book", "verify.laboratory", "verify.sources", "verify.value",
    "verify.samples", "verify.tokens", "verify.second", "verify.under", "verify.receipt", "verify.main",
)  # fmt: skip
"""What an auditor reads, in the order in which it can be read."""

_START = ("tansuo.verify.main", "main")
"""What the program's last lines call."""

_HEAD = """\
#!/usr/bin/env python3
# Tansuo 碳索 · 核验程序 offline verifier of evidence bundles and receipts. Python 3.11 or later, standard library only:
#     python3 verify.py BUNDLE.zip|RECEIPT.tlog-proof --policy policy.txt
# Assembled from the modules named below, word for word without docstrings, comments and what nothing here uses.
from __future__ import annotations
import sys
import types
_MODULES = {}
_DATA = {}
class _Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return _Spec(name, _Finder) if name in _MODULES or name in _FOLDERS else None
    @staticmethod
    def create_module(spec):
        return None
    @staticmethod
    def exec_module(module):
        if module.__name__ in _FOLDERS:
            module.__path__ = []
        else:
            module.__dict__.update(_MODULES[module.__name__](module.__name__))
from importlib.machinery import ModuleSpec as _Spec
def _module(name):
    return lambda make: _MODULES.setdefault(name, make)
class _Files:
    def __init__(self, *way):
        self.way = way
    def joinpath(self, *way):
        return _Files(*self.way, *way)
    def is_file(self):
        return "/".join(self.way) in _DATA
    def read_text(self, encoding):
        return _DATA["/".join(self.way)]
class resources:
    files = staticmethod(_Files)
"""
_TAIL = """
_FOLDERS = {"tansuo"} | {name.rpartition(".")[0] for name in _MODULES}
if __name__ == "__main__":
    sys.meta_path.insert(0, _Finder)
    from tansuo.verify.main import main
    sys.exit(main())
"""


@cache
def verifier_program() -> bytes:
    """``verify.py``: the assembled program, UTF-8."""
    parts = [_HEAD]
    sources = needed({f"tansuo.{name}": _source(name) for name in MODULES}, _START)
    for name in MODULES:
        body = "".join(
            f"    {line}" if indent else line for line, indent in _stripped(sources[f"tansuo.{name}"])
        )
        parts.append(
            f'\n# ---- tansuo.{name}\n@_module("tansuo.{name}")\ndef _(__name__):\n{body}    return locals()\n'
        )
    units = _source_text("quantity", "units.toml")
    kept = "".join(
        line
        for line in units.splitlines(keepends=True)
        if line.strip() and not line.startswith(("#", "source = "))
    )
    parts.append(
        f"\n# ---- data: tansuo/quantity/units.toml\n_DATA[\"tansuo.quantity/units.toml\"] = '''\n{kept}'''\n"
    )
    return "".join([*parts, _TAIL]).encode()


def code_lines(program: bytes) -> int:
    """Lines of code of an assembled program: without comments, blank lines and the unit table."""
    text = program.decode().partition("# ---- data:")
    tail = text[2].partition("'''\n")[2].partition("'''\n")[2]
    lines = (text[0] + tail).splitlines()
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in lines)


def _source_text(package: str, name: str) -> str:
    return resources.files("tansuo").joinpath(package, *name.split("/")).read_text(encoding="utf-8")


def _source(name: str) -> str:
    package, _, module = name.partition(".")
    text = _source_text(package, f"{module}.py")
    # The table's file is data in the assembled program; everything else is left as it stands.
    return text.replace("from importlib import resources\n", "").replace(
        'if __name__ == "__main__":\n    sys.exit(main())\n', ""
    )


def _stripped(source: str) -> list[tuple[str, bool]]:
    """The lines of a module without docstrings, comments and blank lines, each with whether it may be indented.

    A line inside a text that runs over several lines must stay where it is.
    """
    inside: set[int] = set()
    cut: dict[int, int] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            cut[token.start[0]] = token.start[1]
        elif token.type == tokenize.STRING and token.end[0] > token.start[0]:
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
    gone = _docstrings(ast.parse(source))
    kept: list[tuple[str, bool]] = []
    for number, line in enumerate(source.splitlines(), 1):
        code = line[: cut[number]].rstrip() if number in cut else line
        if number not in gone and (code.strip() or number in inside):
            kept.append((code + "\n", number not in inside))
    return kept


def _docstrings(tree: ast.Module) -> set[int]:
    """The lines of every text that stands alone as a statement; where a body has nothing else it stays."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        alone = [
            one
            for one in body
            if isinstance(one, ast.Expr)
            and isinstance(one.value, ast.Constant)
            and isinstance(one.value.value, str)
        ]
        if len(alone) < len(body):
            for one in alone:
                lines.update(range(one.lineno, (one.end_lineno or one.lineno) + 1))
    return lines
