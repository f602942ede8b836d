"""``tansuo import documents``: files kept as evidence by their hash, with what a map says of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tansuo.entry import compose
from tansuo.entry.cli import language
from tansuo.entry.services import need_ledger
from tansuo.evidence import ledger
from tansuo.monitoring.connectors.workbook.document_map import Described, DocumentMap, read_document_map
from tansuo.monitoring.connectors.workbook.limits import LIMITS, MEBIBYTE
from tansuo.monitoring.importing.documents import Kept, keep
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.wording import render


def import_documents(path: Path, map_name: str, map_data: bytes, *, check: bool, as_json: bool) -> int:
    """Keep a file, or every file of a folder. Exit code 1 where one was refused, the others being kept."""
    mapping = read_document_map(map_data, map_name)
    files = _files(path)
    findings: list[Finding] = []
    ready = [(file, said) for file in files if (said := _described(file, mapping, findings)) is not None]
    kept: list[Kept] = []
    if not check and ready:
        database = compose.open_database()
        need_ledger(database)
        clock = compose.system_clock()
        for file, said in ready:
            kept.append(keep(database, clock, file.name, file.read_bytes(), said, map_data))
    if as_json:
        shown = [one.as_json() for one in findings]
        value: dict[str, object] = {"rows": len(files), "findings": shown, "totals": [], "breakdowns": []}
        if not check:
            value["documents"] = [one.as_json() for one in kept]
        print(json.dumps(value, ensure_ascii=False))
    else:
        _say(files, findings, kept)
    return int(bool(findings))


def _say(files: list[Path], findings: list[Finding], kept: list[Kept]) -> None:
    words = language()
    for one in findings:
        print(render(one, words), file=sys.stderr)
    for each in kept:
        note = "" if each.fresh else ("（先前已收）" if words == "zh" else " (kept before)")
        print(f"{ledger.receipt_id(each.entry)}  {each.entry.body['blob']}  {each.name}{note}")
    if words == "zh":
        print(f"{len(files)} 个文件：未收 {len(findings)}")
    else:
        print(f"{len(files)} files, {len(findings)} refused")


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
    if not path.is_file():
        where = {"file": str(path)}
        raise FindingError(Finding("entry.file_unreadable", where, {"problem": "no such file"}))
    return [path]


def _described(file: Path, mapping: DocumentMap, findings: list[Finding]) -> Described | None:
    size = file.stat().st_size
    said = mapping.describe(file.name)
    where = {"file": file.name}
    if size == 0:
        findings.append(Finding("monitoring.workbook.file_empty", where))
        return None
    if size > LIMITS.file_bytes:
        limit = LIMITS.file_bytes // MEBIBYTE
        findings.append(Finding("monitoring.workbook.file_too_large", where, {"limit": limit}))
        return None
    if said is None:
        findings.append(Finding("monitoring.workbook.document_of_no_rule", where, {"map": mapping.id}))
    return said
