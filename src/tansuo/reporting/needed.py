"""What a program of several modules needs of them, followed from where it starts.

A function, class or constant at the top of a module is needed when something needed names it; a method or property
when its class is and anything needed reads an attribute of that name. So a name is followed to what it means in its
module, an attribute to everything of that name: what is left out is used by nothing, what is kept may not be either.
What only annotations name is kept where it is defined and not imported: the program does not evaluate them.
"""

import ast
import symtable
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

_LONGEST = 110
_Piece = tuple[str, ast.AST]
"""Code that is needed, and the module whose names it reads."""


@dataclass
class _Module:
    """One module: what each name at its top stands for, and where an imported one comes from."""

    tree: ast.Module
    bound: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "_Module":
        made = cls(ast.parse(text))
        for node in made.tree.body:
            if isinstance(node, ast.ImportFrom):
                made.imported |= {one.asname or one.name: (node.module or "", one.name) for one in node.names}
            for name in bound(node):
                made.bound.setdefault(name, []).append(node)
        return made


def needed(sources: Mapping[str, str], start: tuple[str, str]) -> dict[str, str]:
    """The modules without what ``start`` (module, name) does not need; a module's name is written with its dots."""
    search = _Search({name: _Module.read(text) for name, text in sources.items()})
    search.run(start)
    return {name: search.without(name, text) for name, text in sources.items()}


class _Search:
    """Names and attributes met so far, and the code that is still to be looked at."""

    def __init__(self, modules: Mapping[str, _Module]) -> None:
        self.modules = modules
        self.names: set[tuple[str, str]] = set()
        self.evaluated: set[tuple[str, str]] = set()  # names that are read otherwise than in an annotation
        self.attributes: set[str] = set()
        self.waiting: list[_Piece] = []
        self.methods: list[tuple[str, str, ast.FunctionDef]] = []  # of needed classes, not read by anyone yet
        self.unread: set[int] = set()

    def run(self, start: tuple[str, str]) -> None:
        for name, module in self.modules.items():
            self.waiting += [(name, node) for node in module.tree.body if not any(True for _ in bound(node))]
        self.want(*start)
        while self.waiting:
            self.look(*self.waiting.pop())
            for at, name, method in [one for one in self.methods if one[1] in self.attributes]:
                self.methods.remove((at, name, method))
                self.waiting.append((at, method))
        self.unread = {id(method) for _, _, method in self.methods}

    def want(self, at: str, name: str) -> None:
        """``name`` is read in module ``at``."""
        if (at, name) in self.names or at not in self.modules:
            return
        self.names.add((at, name))
        module = self.modules[at]
        self.waiting += [(at, node) for node in module.bound.get(name, ()) if not _imports(node)]
        if name in module.imported:
            self.want(*module.imported[name])

    def evaluate(self, at: str, name: str) -> None:
        """``name`` is read in module ``at`` when the program runs, and so wherever it is imported from."""
        while at in self.modules and (at, name) not in self.evaluated:
            self.evaluated.add((at, name))
            at, name = self.modules[at].imported.get(name, (at, name))

    def look(self, at: str, piece: ast.AST) -> None:
        if isinstance(piece, ast.ClassDef):
            for one in piece.body:
                if isinstance(one, ast.FunctionDef) and not one.name.startswith("__"):
                    self.methods.append((at, one.name, one))
                else:
                    self.waiting.append((at, one))
                    self.attributes |= {node.id for node in _read(one)} if not _defines(one) else set()
            self.waiting += [(at, one) for one in (*piece.bases, *piece.keywords, *piece.decorator_list)]
            return
        imported = self.modules[at].imported
        for name in _free(piece):
            self.want(at, name)
        for name in _free(_Unannotated().visit(deepcopy(piece))):
            self.evaluate(at, name)
        for node in ast.walk(piece):
            match node:
                case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in imported:
                    self.want(".".join(imported[owner]), name)
                    self.attributes.add(name)
                case ast.Attribute(attr=name):
                    self.attributes.add(name)
                case ast.MatchClass(kwd_attrs=names):
                    self.attributes |= set(names)
                case ast.ImportFrom(module=module, names=aliases):
                    for alias in aliases:
                        self.want(module or "", alias.name)

    def without(self, at: str, source: str) -> str:
        """The source of a module without what nothing needs."""
        lines = source.splitlines(keepends=True)
        for node in self.modules[at].tree.body:
            names = list(bound(node))
            if _imports(node):
                _replace(lines, node, _import(node, {name for name in names if (at, name) in self.evaluated}))
            elif names and not any((at, name) in self.names for name in names):
                _replace(lines, node, [])
            elif isinstance(node, ast.ClassDef):
                for one in node.body:
                    if id(one) in self.unread:
                        _replace(lines, one, [])
        return "".join(lines)


def _defines(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def _imports(node: ast.AST) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _read(node: ast.AST) -> Iterator[ast.Name]:
    return (one for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load))


class _Unannotated(ast.NodeTransformer):
    """Takes the annotations off."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        return ast.Assign([node.target], node.value, lineno=node.lineno) if node.value else ast.Pass()


def _free(code: ast.AST) -> Iterator[str]:
    """The names that code reads of the module it stands in: no parameter or variable of its own is among them."""
    yield from _global(symtable.symtable(ast.unparse(code), "", "exec"))


def _global(scope: symtable.SymbolTable) -> Iterator[str]:
    for name in scope.get_symbols():
        own = name.is_assigned() or not name.is_referenced()
        if name.is_global() if scope.get_type() != "module" else not own:
            yield name.get_name()
    for inner in scope.get_children():
        yield from _global(inner)


def bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top of a module gives a meaning to."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name.partition(".")[0] for one in node.names)
    elif isinstance(node, ast.Try | ast.If):
        for part in ast.iter_child_nodes(node):
            inner = part.body if isinstance(part, ast.ExceptHandler) else [part]
            for one in inner:
                yield from bound(one) if isinstance(one, ast.stmt) else ()
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        yield from (
            one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        )


def _import(node: ast.stmt, names: set[str]) -> list[str]:
    """An import of what is needed, laid out as everywhere."""
    assert isinstance(node, ast.Import | ast.ImportFrom)
    node.names = [one for one in node.names if (one.asname or one.name.partition(".")[0]) in names]
    if not node.names:
        return []
    line = ast.unparse(node)
    if len(line) <= _LONGEST:
        return [line + "\n"]
    first, _, rest = line.partition(" import ")
    return [f"{first} import (\n", *(f"    {one},\n" for one in rest.split(", ")), ")\n"]


def _replace(lines: list[str], node: ast.stmt, new: list[str]) -> None:
    """``new`` in place of a statement, so that every other line keeps its number."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    end = node.end_lineno or node.lineno
    lines[first - 1 : end] = [*new, *[""] * (end - first + 1 - len(new))]
