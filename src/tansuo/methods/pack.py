"""Packs: one folder a standard and edition, written in Python once, published as data.

``pack.py`` (one ``Method``), ``factors.csv``, ``sources.toml``, ``cases/*.yaml``. Loading runs pack.py,
judges everything the pack says, and yields a document whose canonical bytes carry the fingerprint. From the
document alone (``from_document``) a figure is computed; replay never runs a pack's Python.
"""

import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

from tansuo.evidence import canonical
from tansuo.methods.check import check_method
from tansuo.methods.evaluate import from_document
from tansuo.methods.method import Method
from tansuo.methods.tables import Place, Tables, check_tables, read_factors, read_sources
from tansuo.methods.term import FactorRow, MethodData
from tansuo.quantity.finding import Finding, FindingError

__all__ = ["Pack", "fingerprint", "from_document", "load_pack", "pack_paths", "read_pack"]

WORDING_FORMAT = "tansuo.wording/1"


@dataclass(frozen=True)
class Pack:
    """A pack as loaded; ``id`` is the folder's name, ``findings`` what was found."""

    id: str
    path: Path
    data: MethodData
    words: Mapping[str, object]
    findings: tuple[Finding, ...] = ()

    def document(self) -> dict[str, object]:
        """Everything that decides a figure, as JSON data; its canonical bytes are fingerprinted."""
        return self.data.as_json()

    def wording(self) -> dict[str, object]:
        """Names, titles and notes in zh and en, as JSON data with a hash of its own."""
        return dict(self.words)

    @cached_property
    def canonical(self) -> bytes:
        """Canonical JSON bytes of the document."""
        return canonical.encode(self.document())

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical document, hex: the name of exactly this method."""
        return hashlib.sha256(self.canonical).hexdigest()

    @cached_property
    def wording_fingerprint(self) -> str:
        """SHA-256 of the canonical wording, hex; a better label changes this one only."""
        return hashlib.sha256(canonical.encode(self.wording())).hexdigest()

    @property
    def cases(self) -> tuple[Path, ...]:
        """The case files, by name."""
        return tuple(sorted((self.path / "cases").glob("*.yaml")))


def fingerprint(document: Mapping[str, object]) -> str:
    """SHA-256, hex, of a method document's canonical bytes."""
    return hashlib.sha256(canonical.encode(document)).hexdigest()


def load_pack(path: Path) -> Pack:
    """The pack in folder ``path``; FindingError with everything that is wrong when anything is."""
    pack, findings = read_pack(path)
    wrong = [finding for finding in findings if finding.severity == "error"]
    if pack is None or wrong:
        raise FindingError(wrong)
    return pack


def read_pack(path: Path) -> tuple[Pack | None, list[Finding]]:
    """The pack in folder ``path`` and everything found about it; None where pack.py gives no method."""
    name = path.name
    method, findings = _run(path)
    if method is None:
        return None, findings
    facts, titles, wrong = read_sources(_bytes(path / "sources.toml"), f"{name}/sources.toml")
    table_file = f"{name}/factors.csv"
    tables = read_factors(_bytes(path / "factors.csv"), table_file, facts)
    data = method.data(tables.rows, facts)

    def place(row: FactorRow) -> Place:
        return {"file": table_file, "row": tables.lines[row.id]}

    judged = [one for one in check_method(data) if "key" not in one.where]
    rows = [one for one in check_tables(data, place) if "row" in one.where]
    findings = [*findings, *wrong, *tables.findings, *judged, *rows]
    return Pack(name, path, data, _words(method, titles, tables), tuple(findings)), findings


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _run(path: Path) -> tuple[Method | None, list[Finding]]:
    file = path / "pack.py"
    where = {"file": f"{path.name}/pack.py"}
    if not file.is_file():
        return None, [Finding("methods.no_pack", {"file": str(file)})]
    spec = importlib.util.spec_from_file_location(f"_tansuo_pack_{path.name}", file)
    if spec is None or spec.loader is None:
        return None, [Finding("methods.no_pack", {"file": str(file)})]
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except FindingError as error:
        return None, [
            Finding(one.code, {**where, **one.where}, one.params, one.severity) for one in error.findings
        ]
    found = {id(value): value for value in vars(module).values() if isinstance(value, Method)}
    if len(found) != 1:
        return None, [Finding("methods.one_method", where, {"count": len(found)})]
    return next(iter(found.values())), []


def _words(method: Method, titles: Mapping[str, Mapping[str, str]], tables: Tables) -> dict[str, object]:
    def both(names: tuple[str, str]) -> dict[str, str]:
        return {"zh": names[0], "en": names[1]}

    return {
        "format": WORDING_FORMAT,
        "method": method.id,
        "edition": method.edition,
        "title": both(method.names[""]),
        "terms": {symbol: both(names) for symbol, names in method.names.items() if symbol},
        "options": {name: both(names) for name, names in method.option_names.items()},
        "sources": {key: dict(words) for key, words in titles.items()},
        "notes": dict(tables.notes),
    }


def pack_paths() -> dict[str, Path]:
    """Pack id → folder of every pack that came with the product, by id."""
    inside = Path(str(resources.files("tansuo"))) / "_packs"
    home = inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "packs"
    if not home.is_dir():
        return {}
    return {path.name: path for path in sorted(home.iterdir()) if (path / "pack.py").is_file()}
