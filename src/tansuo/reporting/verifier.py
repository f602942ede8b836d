"""The verifier as one file: a Python program assembled from the auditable core.

The program is the source of every module in ``MODULES``, word for word, without docstrings, comments and blank
lines, one after the other in one flat file (``flat``). What verification does not come to (``needed``) is left out:
functions, classes, methods, constants, imports. Who has read the modules has read the program. The same sources give
the same bytes.
"""

import ast
import io
import tokenize
from functools import cache

from tansuo.quantity.data_file import text_of
from tansuo.reporting.flat import flat
from tansuo.reporting.needed import needed

MODULES = (
    "quantity.decimals", "quantity.finding", "quantity.period", "quantity.state", "quantity.unit",
    "evidence.canonical", "evidence.tree", "evidence.proof", "evidence.ed25519", "evidence.note", "evidence.policy",
    "evidence.tlog_proof", "evidence.sm3",
    "methods.document", "methods.steps", "methods.program", "methods.ladder", "methods.evaluate", "methods.lineage",
    "verify.report", "verify.archive", "verify.book", "verify.laboratory", "verify.sources", "verify.frame",
    "verify.value", "verify.samples", "verify.tokens", "verify.second", "verify.under", "verify.receipt", "verify.main",
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
"""
_TABLES = {("tansuo.quantity", "units.toml"), ("tansuo.verify", "words.toml")}
"""Tables that the program reads: they go with it as data."""
_INSTEAD = {
    "from tansuo.quantity.data_file import text_of\n": "",
    "from tansuo.evidence.signature import": "from tansuo.evidence.ed25519 import",
    'if __name__ == "__main__":\n    sys.exit(main())\n': "",
}
"""What differs in one file of the standard library alone: where tables lie, who checks a signature, where it starts."""
_DATA = "# ---- data: "
_UNREAD = ("#", "source = ")


@cache
def verifier_program() -> bytes:
    """``verify.py``: the assembled program, UTF-8."""
    sources = needed({f"tansuo.{name}": _source(name) for name in MODULES}, _START)
    imports, bodies = flat({name: _stripped(text) for name, text in sources.items()})
    parts = [_HEAD, *imports]
    for name, body in bodies.items():
        parts += [f"\n# ---- {name}\n", body]
    parts.append("\nDATA = {}\ndef text_of(package, name):\n    return DATA[package, name]\n")
    for package, name in sorted(_TABLES):
        kept = [line for line in text_of(package, name).splitlines() if line and not line.startswith(_UNREAD)]
        table = "\n".join(kept)
        parts.append(f"\n{_DATA}{package} {name}\nDATA[{package!r}, {name!r}] = '''\n{table}\n'''\n")
    parts.append('\nif __name__ == "__main__":\n    sys.exit(main())\n')
    return "".join(parts).encode()


def code_lines(program: bytes) -> int:
    """Lines of code of an assembled program: without comments, blank lines and the tables it carries as data."""
    first, *tables = program.decode().split(_DATA)
    text = first + "".join(one.split("'''\n")[-1] for one in tables)
    return sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in text.splitlines())


def _source(name: str) -> str:
    package, _, module = name.partition(".")
    text = text_of(f"tansuo.{package}", f"{module}.py")
    for ours, theirs in _INSTEAD.items():
        text = text.replace(ours, theirs)
    return text


def _stripped(source: str) -> str:
    """A module without docstrings, comments and blank lines; a text that runs over several lines stays as it is."""
    inside: set[int] = set()
    cut: dict[int, int] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            cut[token.start[0]] = token.start[1]
        elif token.type == tokenize.STRING and token.end[0] > token.start[0]:
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
    gone = _docstrings(ast.parse(source))
    kept: list[str] = []
    for number, line in enumerate(source.splitlines(), 1):
        code = line[: cut[number]].rstrip() if number in cut else line
        if number not in gone and (code.strip() or number in inside):
            kept.append(code + "\n")
    return "".join(kept)


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
