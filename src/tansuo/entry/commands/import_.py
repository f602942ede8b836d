"""``tansuo import readings|workbook|documents FILE --map MAP.toml``: files into the ledger, by a map; and
``tansuo import boundaries FILE``, which needs none.

``--check`` judges and stores nothing. Exit code 0 when all was taken, 1 when something was refused (the rest
is taken all the same), 2 when the file or the map cannot be read at all.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path

from tansuo.database.settings import shipped
from tansuo.entry import compose
from tansuo.entry.boundaries import import_boundaries
from tansuo.entry.cli import language
from tansuo.entry.demo.progress import Progress
from tansuo.entry.documents import import_documents
from tansuo.entry.services import need_ledger
from tansuo.monitoring.connectors.workbook import Judged, judge, read_mapping
from tansuo.monitoring.connectors.workbook.listing import listing
from tansuo.monitoring.importing.receiving import File, Imported, import_readings
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.wording import Language, render

NAME = "import"
SUMMARY = "import readings, a workbook or documents by a map"

_SHOWN = 40
_PAGES = 8


def configure(parser: argparse.ArgumentParser) -> None:
    """What to import, from where, by which map."""
    parser.add_argument(
        "what", choices=("readings", "workbook", "documents", "boundaries"), help="what the file holds"
    )
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="CSV, XLSX or Parquet, gzip too; documents: any"
    )
    parser.add_argument(
        "--map", metavar="MAP", help="a map file, or the name of a shipped one; boundaries need none"
    )
    parser.add_argument("--check", action="store_true", help="judge only, store nothing")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--reason", metavar="TEXT", help="why differing values should replace known ones")
    parser.add_argument("--findings", metavar="OUT.csv", type=Path, help="write the findings as a table")
    parser.add_argument(
        "--language", choices=("zh", "en"), default=argparse.SUPPRESS, help="language of messages"
    )


def run(args: argparse.Namespace) -> int:
    """Judge, store unless ``--check``, and say what happened."""
    words = language()
    if args.what == "boundaries":
        return import_boundaries(args.file, check=args.check, as_json=args.json)
    if args.map is None:
        raise FindingError(Finding("entry.import_needs_map", {"file": str(args.file)}))
    map_path = find_map(args.map)
    file = File(args.file.name, b"", map_path.name, _bytes(map_path))
    if args.what == "documents":
        return import_documents(args.file, file.map_name, file.map_data, check=args.check, as_json=args.json)
    file = File(args.file.name, _bytes(args.file), map_path.name, file.map_data)
    try:
        mapping = read_mapping(file.map_data, file.map_name)
        if args.what == "workbook" and not file.data.startswith(b"PK"):
            raise FindingError(Finding("entry.import_workbook_only", {"file": file.name}))
    except FindingError as problem:
        if not (args.check and args.json):
            raise
        _print_json(Judged(findings=list(problem.findings)).as_json())
        return 2
    bar = _Bar(file.name)
    judged = judge(file.data, file.name, mapping, progress=bar)
    if args.findings:
        args.findings.write_bytes(listing(judged.findings, words))
    unreadable = judged.rows == 0 and judged.errors > 0
    if args.check:
        bar.close()
        if args.json:
            _print_json(judged.as_json())
        else:
            _say(judged, words)
            _say_totals(judged)
        return 2 if unreadable else int(judged.errors > 0)
    database = compose.open_database()
    need_ledger(database)
    imported = import_readings(
        database,
        compose.projections(),
        compose.system_clock(),
        file,
        mapping,
        judged,
        reason=args.reason,
        progress=bar,
    )
    bar.close()
    if args.json:
        _print_json(imported.as_json())
    else:
        _say(judged, words)
        _say_imported(imported, words)
    return int(imported.fresh and judged.errors > 0)


def find_map(named: str) -> Path:
    """The map at a path, or the one shipped under a name. FindingError ``entry.map_not_found``."""
    path = Path(named)
    if path.is_file():
        return path
    folder = shipped("maps")
    ours = folder / f"{path.name.removesuffix('.toml')}.toml"
    if path.name in (named, ours.name) and ours.is_file():
        return ours
    names = ", ".join(sorted(one.stem for one in folder.glob("*.toml")))
    raise FindingError(Finding("entry.map_not_found", params={"map": named, "shipped": names}))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        params = {"problem": problem.strerror or str(problem)}
        raise FindingError(Finding("entry.file_unreadable", {"file": str(path)}, params)) from None


class _Bar:
    """A progress bar of named stages; silent where standard error is no terminal."""

    def __init__(self, name: str) -> None:
        self._bar = Progress(name, 100) if sys.stderr.isatty() else None

    def __call__(self, done: int, of: int, what: str) -> None:
        if self._bar is not None:
            self._bar.at(100 * done // max(1, of), what)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.done()


def _print_json(value: dict[str, object]) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False)
    sys.stdout.write(os.linesep)


def _say(judged: Judged, words: Language) -> None:
    """Notes and findings on standard error, then the account of the rows."""
    for one in (*judged.notes, *judged.findings[:_SHOWN]):
        print(render(one, words), file=sys.stderr)
    more = len(judged.findings) - _SHOWN
    if more > 0:
        codes = Counter(one.code for one in judged.findings[_SHOWN:])
        kinds = ", ".join(f"{code} × {count}" for code, count in codes.most_common(5))
        left = f"还有 {more} 条（{kinds}）；用 --findings 文件.csv 列出全部"
        if words == "en":
            left = f"{more} more ({kinds}); --findings OUT.csv lists them all"
        print(left, file=sys.stderr)
    counts = (judged.rows, judged.accepted, judged.partly, judged.refused, judged.left_out)
    if words == "zh":
        print("{:,} 行：收 {:,}，部分收 {:,}，未收 {:,}，按映射不读 {:,}".format(*counts))
    else:
        print("{:,} rows: {:,} taken, {:,} in part, {:,} refused, {:,} left out by the map".format(*counts))


def _say_totals(judged: Judged) -> None:
    for one in judged.totals:
        if len(one.period) == 4:
            print(f"{one.period}  {one.series:<40} {one.value:>24f} {one.unit}  {one.kind}  n={one.count:,}")
    for part in judged.breakdowns:
        if len(part.period) == 4 and part.value is None:
            print(f"{part.period}  {part.series:<40} {part.key}  n={part.count:,}")


def _say_imported(imported: Imported, words: Language) -> None:
    """What arrived, what it brought with it, and the pages where it can be seen."""
    judged, declared = imported.judged, imported.declared
    for one in declared.findings:
        print(render(one, words), file=sys.stderr)
    counts = (judged.readings, len(judged.found), imported.conflicts, imported.waiting)
    if words == "zh":
        known = "" if imported.fresh else "此文件先前已按同一映射收到，没有新增内容。"
        line = "收据 {}；{:,} 个读数，{} 条序列；冲突 {:,}，待定 {:,}"
        news = f"新登记：对象 {declared.subjects}，计划序列 {declared.lines}"
    else:
        known = "" if imported.fresh else "This file was received before with this map; nothing is new. "
        line = "receipt {}; {:,} readings in {} series; {:,} in conflict, {:,} waiting for a plan"
        news = f"declared: {declared.subjects} subjects, {declared.lines} plan lines"
    print(known + line.format(imported.receipt, *counts))
    pages = [f"/{words}/ledger/{imported.arrival.index}"]
    pages += [f"/{words}/enterprises/{org}" for org in declared.orgs[:_PAGES]]
    print(f"{news}{'；见 ' if words == 'zh' else '; see '}{' '.join(pages)}")
