"""``tansuo pack list | show ID | check [ID…] | build [ID…] | diff ONE OTHER | import-factors FILE``: method packs.

check judges units, dimensions, citations, validity and cases, and is 1 when anything is wrong; build writes
for each pack ``pack.json`` (canonical bytes), ``wording.json`` and ``SHA256SUMS``, so that ``sha256sum -c``
in the folder confirms the fingerprint; diff compares two packs, folders, built pack.json files or documents by
SHA-256. Only a document of the ledger that is no pack of the product needs a database.
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tansuo.entry import pack_import
from tansuo.entry.cli import language, print_findings
from tansuo.entry.pack_diff import compared, side, written
from tansuo.entry.pack_sheet import sheet
from tansuo.entry.text_table import text_table
from tansuo.evidence import canonical
from tansuo.methods.cases import check_cases, read_cases, unguarded
from tansuo.methods.pack import Pack, load_pack, pack_paths, read_pack
from tansuo.quantity.finding import Finding, FindingError

NAME = "pack"
SUMMARY = "method packs: list them, show one, check them, build them as data, compare two"

PARTS = ("formulas", "factors", "sources", "cases")


def configure(parser: argparse.ArgumentParser) -> None:
    """Action, packs, where they lie and where to build to."""
    parser.add_argument("action", choices=("list", "show", "check", "build", "diff", "import-factors"))
    parser.add_argument(
        "ids",
        nargs="*",
        metavar="ID",
        help="packs by id; all of them where none is named; diff also takes folders, pack.json, SHA-256; "
        "import-factors takes a file",
    )
    parser.add_argument("--rows", action="store_true", help="show lists every factor row with its id")
    parser.add_argument("--packs", type=Path, metavar="DIR", help="take packs from DIR, one folder each")
    parser.add_argument(
        "--to", type=Path, metavar="DIR", default=Path("build/packs"), help="build, import-factors write here"
    )
    pack_import.configure(parser)


def run(args: argparse.Namespace) -> int:
    """0 when all is well, 1 when check or build found something wrong; FindingError for an unknown pack."""
    if args.action == "diff":
        return _diff(args)
    if args.action == "import-factors":
        return pack_import.run(args)
    actions: dict[str, Callable[[argparse.Namespace, list[Path]], int]] = {
        "list": _list,
        "show": _show,
        "check": _check,
        "build": _build,
    }
    return actions[args.action](args, folders(args.ids, args.packs))


def folders(ids: Sequence[str], packs: Path | None = None) -> list[Path]:
    """The folders of the named packs, or of all; FindingError for a name that is not there."""
    if packs is None:
        known = pack_paths()
    else:
        inside = sorted(packs.iterdir()) if packs.is_dir() else []
        known = {path.name: path for path in inside if (path / "pack.py").is_file()}
    unknown = [one for one in ids if one not in known]
    if unknown or not known:
        params = {"known": ", ".join(known) or "—", "place": str(packs or "")}
        raise FindingError([Finding("entry.no_such_pack", {"pack": one}, params) for one in unknown or ["*"]])
    return [known[one] for one in ids] if ids else list(known.values())


@dataclass(frozen=True)
class Judged:
    """A pack with everything found about it; ``pack`` is None where pack.py gives no method."""

    id: str
    pack: Pack | None
    cases: int
    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> bool:
        """Whether anything found is an error."""
        return any(one.severity == "error" for one in self.findings)

    def of(self, part: str) -> list[Finding]:
        """The findings about one of ``PARTS``."""
        return [one for one in self.findings if _part(one) == part]


def examine(path: Path) -> Judged:
    """Load the pack in ``path``, judge what it says and run its cases; whatever is wrong is a finding."""
    pack, findings = read_pack(path)
    if pack is None:
        return Judged(path.name, None, 0, tuple(findings))
    findings = list(findings)
    if pack.data.id != pack.id:
        params = {"method": pack.data.id, "folder": pack.id}
        findings.append(Finding("entry.pack_other_name", {"pack": pack.id}, params))
    cases, _ = read_cases(pack)
    # A case of a pack that does not stand would only repeat in other words what is wrong with it.
    if not any(one.severity == "error" for one in findings):
        findings += check_cases(pack) or unguarded(pack)
    return Judged(path.name, pack, len(cases), tuple(findings))


def _part(finding: Finding) -> str:
    file = str(finding.where.get("file", ""))
    if "/cases/" in file or finding.code in ("methods.no_cases", "methods.factor_unguarded"):
        return "cases"
    if file.endswith("sources.toml"):
        return "sources"
    return "factors" if file.endswith("factors.csv") or "table" in finding.where else "formulas"


def _dump(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))


def _list(args: argparse.Namespace, paths: list[Path]) -> int:
    rows: list[dict[str, Any]] = []
    for path in paths:
        pack = load_pack(path)
        title: Any = pack.wording()["title"]
        rows.append(
            {
                "id": pack.id,
                "edition": pack.data.edition,
                "valid": pack.data.valid,
                "title_zh": title["zh"],
                "title_en": title["en"],
                "factors": len(pack.data.factors),
                "fingerprint": pack.fingerprint,
            }
        )
    if args.json:
        _dump({"packs": rows})
    else:
        keys = ("id", "edition", "valid", f"title_{language()}", "factors")
        cut = [[*(row[key] for key in keys), row["fingerprint"][:16]] for row in rows]
        print(text_table([*(key.partition("_")[0] for key in keys), "fingerprint"], cut))
    return 0


def _show(args: argparse.Namespace, paths: list[Path]) -> int:
    packs = [load_pack(path) for path in paths]
    if args.json:
        shown = [
            {
                "id": one.id,
                "fingerprint": one.fingerprint,
                "document": one.document(),
                "wording": one.wording(),
            }
            for one in packs
        ]
        _dump({"packs": shown})
    else:
        print("\n\n".join(sheet(pack, language(), rows=args.rows) for pack in packs))
    return 0


def _diff(args: argparse.Namespace) -> int:
    """0 whether or not they differ: to differ is nothing wrong."""
    if len(args.ids) != 2:
        raise FindingError(Finding("entry.diff_wants_two", {}, {"found": len(args.ids)}))

    def among(ids: Sequence[str]) -> list[Path]:
        return folders(ids, args.packs)

    found = compared(*(side(one, among) for one in args.ids))
    if args.json:
        _dump(found.as_json())
    else:
        print(written(found, language()))
    return 0


def _check(args: argparse.Namespace, paths: list[Path]) -> int:
    judged = [examine(path) for path in paths]
    if args.json:
        _dump({"packs": [_judgement(one) for one in judged], "ok": not any(one.wrong for one in judged)})
    else:
        rows = [[row[key] for key in _COLUMNS] for one in judged for row in _parts(one)]
        print(text_table(_COLUMNS, rows))
        print_findings([finding for one in judged for finding in one.findings])
    return int(any(one.wrong for one in judged))


_COLUMNS = ("pack", "part", "checked", "errors", "warnings")


def _parts(one: Judged) -> list[dict[str, str | int]]:
    data = one.pack.data if one.pack else None
    checked = dict.fromkeys(PARTS, 0)
    if data:
        counts = (len(data.terms) + len(data.quantities), len(data.factors), len(data.sources), one.cases)
        checked = dict(zip(PARTS, counts, strict=True))
    rows: list[dict[str, str | int]] = []
    for part in PARTS:
        levels = Counter(finding.severity for finding in one.of(part))
        found = {"errors": levels["error"], "warnings": levels["warning"]}
        rows.append({"pack": one.id, "part": part, "checked": checked[part], **found})
    return rows


def _judgement(one: Judged) -> dict[str, object]:
    return {
        "id": one.id,
        "ok": not one.wrong,
        "fingerprint": one.pack.fingerprint if one.pack and not one.wrong else None,
        "parts": _parts(one),
        "findings": [finding.as_json() for finding in one.findings],
    }


def _build(args: argparse.Namespace, paths: list[Path]) -> int:
    judged = [examine(path) for path in paths]
    wrong = [finding for one in judged if one.wrong for finding in one.findings]
    if wrong:
        print_findings(wrong, as_json=args.json)
        return 1
    built: list[dict[str, str]] = []
    for one in judged:
        assert one.pack is not None
        folder = write_pack(one.pack, args.to)
        built.append({"id": one.id, "fingerprint": one.pack.fingerprint, "folder": str(folder)})
    if args.json:
        _dump({"built": built})
    else:
        print(text_table(("pack", "fingerprint", "folder"), [list(one.values()) for one in built]))
    return 0


def write_pack(pack: Pack, to: Path) -> Path:
    """Write ``pack`` as data into ``to/<id>`` and give the folder; files that are there are replaced."""
    folder = to / pack.id
    folder.mkdir(parents=True, exist_ok=True)
    wording = canonical.encode(pack.wording())
    (folder / "pack.json").write_bytes(pack.canonical)
    (folder / "wording.json").write_bytes(wording)
    sums = f"{pack.fingerprint}  pack.json\n{hashlib.sha256(wording).hexdigest()}  wording.json\n"
    (folder / "SHA256SUMS").write_text(sums, encoding="ascii")
    return folder
