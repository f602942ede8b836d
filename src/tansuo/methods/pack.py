"""Packs: one folder a standard and edition, written in Python once, published as data.

``pack.py`` (one ``Method``), ``factors.csv``, ``sources.toml``, ``cases/*.yaml``. Loading runs pack.py,
judges everything the pack says, and yields a document whose canonical bytes carry the fingerprint. From the
document alone (``from_document``) a figure is computed; replay never runs a pack's Python.
"""

import hashlib
import importlib.util
import os
import traceback
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from tansuo.evidence import canonical
from tansuo.methods.check import check_method
from tansuo.methods.evaluate import from_document
from tansuo.methods.inheritance import Handed, joined
from tansuo.methods.method import Method
from tansuo.methods.tables import Place, check_tables, read_factors, read_sources
from tansuo.methods.term import FactorRow, MethodData
from tansuo.quantity.finding import Finding, FindingError

__all__ = ["Pack", "extend", "fingerprint", "from_document", "load_pack", "pack_paths", "read_pack"]

WORDING_FORMAT = "tansuo.wording/1"


@dataclass(frozen=True)
class Pack:
    """A pack as loaded; ``id`` is the folder's name, ``findings`` what was found.

    ``handed``: its rows with the place of each and what other packs they came from; guarded there.
    """

    id: str
    path: Path
    data: MethodData
    words: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    handed: Handed = field(default_factory=Handed)

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
    made: tuple[Pack | None, list[Finding]] = _read(path, _stamp(path))
    return made[0], list(made[1])


def _stamp(path: Path) -> tuple[tuple[str, int], ...]:
    """The files of a folder and when each was changed: asked for every pack at every look at the shelf."""
    try:
        with os.scandir(path) as files:
            found = [(one.name, one.stat().st_mtime_ns) for one in files if "." in one.name and one.is_file()]
    except OSError:
        return ()
    return tuple(sorted(found))


@lru_cache(maxsize=256)
def _read(path: Path, stamp: tuple[tuple[str, int], ...]) -> tuple[Pack | None, list[Finding]]:
    name = path.name
    method, base, findings = _run(path)
    if method is None:
        return None, findings
    facts, titles, wrong = read_sources(_bytes(path / "sources.toml"), f"{name}/sources.toml")
    others: list[tuple[Pack, str | None]] = [] if base is None else [(base, None)]
    for folder, table in method.borrowed:
        other, found = beside(folder, path.parent)
        if other is None or any(one.severity == "error" for one in found):
            where = {"file": f"{name}/pack.py"}
            wrong.append(Finding("methods.pack_unusable", where, {"pack": folder, "why": _why(found)}))
        else:
            others.append((other, table))
    known: dict[str, object] = {key: 1 for other, _ in others for key in other.data.sources}
    tables = read_factors(_bytes(path / "factors.csv"), f"{name}/factors.csv", {**known, **facts})
    handed, differing = joined(
        method, tables, facts, titles, [(one.id, one.handed, table) for one, table in others]
    )
    data = method.data(handed.rows, handed.sources)

    def place(row: FactorRow) -> Place:
        return handed.places[row.id]

    judged = [one for one in check_method(data) if "key" not in one.where]
    rows = [one for one in check_tables(data, place) if "row" in one.where]
    findings = [*findings, *wrong, *tables.findings, *differing, *judged, *rows]
    return Pack(name, path, data, _words(method, handed), tuple(findings), handed), findings


def _why(findings: Sequence[Finding]) -> str:
    return "; ".join(one.code for one in findings if one.severity == "error") or "—"


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


#: The folder of the pack whose pack.py is being run: what it extends is looked for beside it.
_home: ContextVar[Path | None] = ContextVar("pack folder", default=None)
#: What the pack.py being run extends.
_base: ContextVar[Pack | None] = ContextVar("extended pack", default=None)


def beside(folder: str, home: Path | None) -> tuple[Pack | None, list[Finding]]:
    """The pack in ``folder`` beside another, or of those that came with the product."""
    own = home / folder if home is not None else None
    path = own if own is not None and (own / "pack.py").is_file() else pack_paths().get(folder)
    if path is None:
        return None, [Finding("methods.no_pack", {"file": f"{folder}/pack.py"})]
    return read_pack(path)


def extend(
    base: str,
    method_id: str,
    *,
    edition: str,
    title_zh: str,
    title_en: str,
    valid: str,
    source: str,
    gwp: str | None = None,
) -> Method:
    """A method that begins as all of ``base`` (a folder beside this one): terms, formulas, options, rows, remarks.

    Rows and citations come with what reads them. The document is a new one with a fingerprint of its own and
    names what it extends. FindingError where the base is not there or is faulty itself.
    """
    pack, findings = beside(base, _home.get())
    if pack is None or any(one.severity == "error" for one in findings):
        raise FindingError(Finding("methods.pack_unusable", params={"pack": base, "why": _why(findings)}))
    _base.set(pack)
    method = Method(
        method_id,
        edition=edition,
        title_zh=title_zh,
        title_en=title_en,
        valid=valid,
        source=source,
        gwp=pack.data.gwp if gwp is None else gwp,
        grain=pack.data.grain,
    )
    method.inherit(pack.data, pack.words)
    method.extends = {"id": pack.data.id, "edition": pack.data.edition, "fingerprint": pack.fingerprint}
    return method


def _run(path: Path) -> tuple[Method | None, Pack | None, list[Finding]]:
    """The method that pack.py makes, the pack it extends, and what was found on the way."""
    file = path / "pack.py"
    where: Place = {"file": f"{path.name}/pack.py"}
    if not file.is_file():
        return None, None, [Finding("methods.no_pack", {"file": str(file)})]
    spec = importlib.util.spec_from_file_location(f"_tansuo_pack_{path.name}", file)
    if spec is None or spec.loader is None:
        return None, None, [Finding("methods.no_pack", {"file": str(file)})]
    module = importlib.util.module_from_spec(spec)
    home, base = _home.set(path.parent), _base.set(None)
    try:
        spec.loader.exec_module(module)
        extended = _base.get()
    except FindingError as error:
        at: Place = {**where, **_line(error, file)}
        return None, None, [Finding(one.code, {**at, **one.where}, one.params) for one in error.findings]
    except Exception as error:  # whatever an author's Python can raise is the pack's fault, not ours
        params = {"error": f"{type(error).__name__}: {error}"}
        return None, None, [Finding("methods.pack_python", {**where, **_line(error, file)}, params)]
    finally:
        _home.reset(home)
        _base.reset(base)
    found = {id(value): value for value in vars(module).values() if isinstance(value, Method)}
    if len(found) != 1:
        return None, None, [Finding("methods.one_method", where, {"count": len(found)})]
    return next(iter(found.values())), extended, []


def _line(error: BaseException, file: Path) -> Place:
    """The line of pack.py that raised, as far as there is one."""
    if isinstance(error, SyntaxError):
        return {"line": error.lineno or 1}
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)
    ]
    return {"line": lines[-1]} if lines and lines[-1] else {}


def _words(method: Method, handed: Handed) -> dict[str, object]:
    def both(names: tuple[str, str]) -> dict[str, str]:
        return {"zh": names[0], "en": names[1]}

    paper = method.paper.as_json()
    return {
        "format": WORDING_FORMAT,
        "method": method.id,
        "edition": method.edition,
        "title": both(method.names[""]),
        "terms": {symbol: both(names) for symbol, names in method.names.items() if symbol},
        "options": {name: both(names) for name, names in method.option_names.items()},
        "sources": {key: dict(words) for key, words in handed.titles.items()},
        "notes": dict(handed.notes),
        **({"branches": dict(method.branch_names)} if method.branch_names else {}),
        **({"paper": paper} if paper else {}),
    }


def pack_paths() -> dict[str, Path]:
    """Pack id → folder of every pack that came with the product, by id."""
    inside = Path(str(resources.files("tansuo"))) / "_packs"
    home = inside if inside.is_dir() else Path(__file__).resolve().parents[3] / "packs"
    if not home.is_dir():
        return {}
    return {path.name: path for path in sorted(home.iterdir()) if (path / "pack.py").is_file()}
