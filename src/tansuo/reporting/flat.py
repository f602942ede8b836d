"""Several modules as one flat program: what they import once, then what each defines, one module after the other.

Nothing is rewritten but names: a name that two modules give a meaning is written with its module's name in the later
one. A module that another one imports whole stands, under the name it has there, for all that was defined so far.
"""

import ast
import builtins
import re
import textwrap
from collections.abc import Iterable, Mapping

from tansuo.reporting.needed import bound

_WIDTH = 110


def flat(sources: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """The lines of the imports, and by module the source without them; modules import only from those before."""
    trees = {at: ast.parse(text) for at, text in sources.items()}
    imports: dict[str, str] = {}
    for tree in trees.values():
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom) and not _ours(node):
                for one in node.names:
                    said = ast.unparse(_only(node, one))
                    name = one.asname or one.name
                    assert imports.setdefault(name, said) == said, f"{name} is imported from two places"
    named = _named(trees, set(imports))
    bodies = {at: _body(sources[at], tree, _renamed(at, tree, named)) for at, tree in trees.items()}
    for at, alias in _whole(trees):
        line = f"{alias} = SimpleNamespace(**globals())\n"
        bodies[at] += "" if line in bodies[at] else line
        imports["SimpleNamespace"] = "from types import SimpleNamespace"
    return _laid_out(imports.values()), bodies


def _ours(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "tansuo"


def _only(node: ast.Import | ast.ImportFrom, one: ast.alias) -> ast.stmt:
    return ast.ImportFrom(node.module, [one], 0) if isinstance(node, ast.ImportFrom) else ast.Import([one])


def _named(trees: Mapping[str, ast.Module], taken: set[str]) -> dict[tuple[str, str], str]:
    """How each (module, name at its top) is written."""
    named: dict[tuple[str, str], str] = {}
    for at, tree in trees.items():
        for node in tree.body:
            for name in () if isinstance(node, ast.Import | ast.ImportFrom) else bound(node):
                if (at, name) not in named:
                    last = at.rpartition(".")[2]
                    written = f"{last}_{name.lstrip('_')}" if name in taken else name
                    assert written not in taken and not hasattr(builtins, written), (
                        f"{written} means two things"
                    )
                    named[at, name] = written
                    taken.add(written)
    return named


def _renamed(at: str, tree: ast.Module, named: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """The names of a module that are written otherwise: its own and those it imports."""
    own = {name: written for (module, name), written in named.items() if module == at}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and _ours(node):
            for one in node.names:
                own[one.asname or one.name] = named.get((node.module or "", one.name), one.asname or one.name)
    texts = " ".join(
        one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )
    changed = {name: written for name, written in own.items() if name != written}
    assert not any(re.search(rf"\b{name}\b", texts) for name in changed), f"{at}: a text says {changed}"
    return changed


def _body(source: str, tree: ast.Module, renamed: Mapping[str, str]) -> str:
    lines = source.splitlines(keepends=True)
    for node in ast.walk(tree):
        assert not _ours(node) or node in tree.body  # type: ignore[arg-type]
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or 0) - node.lineno + 1)
    text = "".join(lines)
    for name, written in renamed.items():
        text = re.sub(rf"(?<![\w.]){name}\b", written, text)
    return text


def _whole(trees: Mapping[str, ast.Module]) -> list[tuple[str, str]]:
    """The modules that others import whole, and under which names."""
    return [
        (f"{node.module}.{one.name}", one.asname or one.name)
        for tree in trees.values()
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and _ours(node)
        for one in node.names
        if f"{node.module}.{one.name}" in trees
    ]


def _laid_out(imports: Iterable[str]) -> list[str]:
    """One line for each module, or several in parentheses where it is too long."""
    several: dict[str, list[str]] = {}
    for one in imports:
        first, _, name = one.partition(" import ")
        several.setdefault(first, []).extend([name] if name else [])
    lines: list[str] = []
    for first, names in sorted(several.items()):
        line = f"{first} import {', '.join(sorted(names))}" if names else first
        if len(line) <= _WIDTH:
            lines.append(line + "\n")
        else:
            rows = textwrap.wrap(", ".join(sorted(names)) + ",", _WIDTH - 4)
            lines += [f"{first} import (\n", *(f"    {row}\n" for row in rows), ")\n"]
    return lines
