"""``tansuo import boundaries``: a GeoJSON file of the operator's own becomes the outlines of the map."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tansuo.database.connect import SYSTEM, transaction
from tansuo.entry import compose
from tansuo.entry.cli import language
from tansuo.entry.services import need_ledger
from tansuo.evidence.entry import SYSTEM_ACTOR
from tansuo.evidence.ledger import receipt_id
from tansuo.evidence.projection import catch_up
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.wording import render
from tansuo.registry.boundaries import Judged
from tansuo.registry.boundary_entries import adopt, examine


def import_boundaries(path: Path, *, check: bool, as_json: bool) -> int:
    """Judge the file, and unless ``check`` give the subjects their boundaries; exit code 1 where some feature
    was refused. FindingErrors of ``registry.boundaries`` where nothing can be taken."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        params = {"problem": problem.strerror or str(problem)}
        raise FindingError(Finding("entry.file_unreadable", {"file": str(path)}, params)) from None
    database = compose.open_database()
    need_ledger(database)
    entries: list[str] = []
    with transaction(database, SYSTEM) as connection:
        catch_up(connection, compose.projections())
        if check:
            judged = examine(connection, data)
        else:
            made = adopt(connection, data, path.name, by=SYSTEM_ACTOR, clock=compose.system_clock())
            judged, entries = made.judged, [receipt_id(one) for one in made.entries]
            catch_up(connection, compose.projections())
    _say(judged, entries, as_json)
    return int(any(one.severity == "error" for one in judged.findings))


def _say(judged: Judged, entries: list[str], as_json: bool) -> None:
    words = language()
    if as_json:
        subjects = [one.subject.id for one in judged.boundaries]
        findings = [one.as_json() for one in judged.findings]
        print(
            json.dumps({"subjects": subjects, "entries": entries, "findings": findings}, ensure_ascii=False)
        )
        return
    for finding in judged.findings:
        print(render(finding, words), file=sys.stderr)
    for at, one in enumerate(judged.boundaries):
        name = one.subject.name_zh if words == "zh" else one.subject.name_en
        print(f"{entries[at] if entries else '—'}  {one.subject.id}  {name}  {one.corners_kept}")
