"""``tansuo pack import-factors FILE --map MAP``: somebody else's factor library as factors.csv and sources.toml.

They are written into ``--to``/<map's name>, or joined to what is there: an edition after the other gives one table in
which the same key has another value each year. ``--check`` reads and judges only. Exit code: 0 everything taken, 1
something refused and the rest taken, 2 the file or the mapping cannot be read or nothing could be joined.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tansuo.database.settings import shipped
from tansuo.entry.cli import language, print_findings
from tansuo.entry.text_table import text_table
from tansuo.methods.library import Library, joined_sources, joined_table, read_library, spans
from tansuo.methods.library_map import FactorMap, read_factor_map
from tansuo.quantity.finding import Finding, FindingError

#: Findings of one code that are written out; ``--json`` tells all.
_SHOWN = 12


def configure(parser: argparse.ArgumentParser) -> None:
    """Mapping, edition, and whether to write."""
    parser.add_argument(
        "--map", metavar="MAP", help="import-factors: a mapping, or the name of a shipped one"
    )
    parser.add_argument("--edition", default="", metavar="YEAR", help="import-factors: the library's edition")
    parser.add_argument("--check", action="store_true", help="import-factors: read and judge, write nothing")


def run(args: argparse.Namespace) -> int:
    """Read, judge, and write unless ``--check``; FindingError where nothing can be read."""
    library, written, found = _imported(args)
    if args.json:
        print(json.dumps(as_json(library, written, found), ensure_ascii=False))
    else:
        _say(library, written)
        _say_findings([*library.findings, *found])
    refused = any(one.severity == "error" for one in library.findings)
    return 2 if found else int(refused)


def _imported(args: argparse.Namespace) -> tuple[Library, Path | None, list[Finding]]:
    if len(args.ids) != 1 or not args.map:
        raise FindingError(Finding("entry.import_factors_wants", {}, {"found": len(args.ids)}))
    path, mapping = Path(args.ids[0]), _mapping(args.map)
    library = read_library(_bytes(path), path.name, mapping, args.edition)
    if args.check:
        return library, None, []
    folder: Path = args.to / mapping.id
    table, sources = folder / "factors.csv", folder / "sources.toml"
    joined, found = joined_table(_known(table), library, str(table))
    cited = joined_sources(_known(sources), mapping, str(sources))
    if found:
        return library, None, found
    folder.mkdir(parents=True, exist_ok=True)
    table.write_bytes(joined)
    sources.write_bytes(cited)
    return library, folder, []


def _mapping(named: str) -> FactorMap:
    path = Path(named)
    if not path.is_file():
        ours = shipped("maps") / f"{path.name.removesuffix('.toml')}.toml"
        if not ours.is_file():
            names = ", ".join(sorted(one.stem for one in shipped("maps").glob("factors_*.toml")))
            raise FindingError(Finding("entry.map_not_found", params={"map": named, "shipped": names}))
        path = ours
    return read_factor_map(_bytes(path), path.name)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        params = {"problem": problem.strerror or str(problem)}
        raise FindingError(Finding("entry.file_unreadable", {"file": str(path)}, params)) from None


def _known(path: Path) -> bytes:
    return _bytes(path) if path.is_file() else b""


def as_json(library: Library, written: Path | None, found: Sequence[Finding]) -> dict[str, object]:
    """Everything for programs: how rows were accounted for, unit texts, spans of validity, findings."""
    return {
        "counts": dict(library.counts),
        "units": dict(library.units),
        "unknown_units": dict(library.unknown_units),
        "validity": dict(spans(library)),
        "written": None if written is None else str(written),
        "findings": [one.as_json() for one in (*library.findings, *found)],
    }


def _say(library: Library, written: Path | None) -> None:
    zh = language() == "zh"
    print(text_table(tuple(library.counts), [[str(number) for number in library.counts.values()]]))
    print(text_table(("valid", "rows"), [[span, str(number)] for span, number in spans(library)]))
    known = len(library.units) - len(library.unknown_units)
    print(
        f"单位写法 {len(library.units)} 种，识别 {known} 种"
        if zh
        else f"{len(library.units)} unit texts, {known} understood"
    )
    if written is not None:
        print(f"已写入 {written}" if zh else f"written to {written}")


def _say_findings(findings: Sequence[Finding]) -> None:
    told: Counter[str] = Counter()
    shown: list[Finding] = []
    for one in findings:
        told[one.code] += 1
        if told[one.code] <= _SHOWN:
            shown.append(one)
    print_findings(shown)
    for code, number in told.items():
        if number > _SHOWN:
            more = number - _SHOWN
            zh = f"{code}：另有 {more} 条，--json 给出全部"
            print(zh if language() == "zh" else f"{code}: {more} more; --json tells all")
