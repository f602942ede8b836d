"""``tansuo anchor``: heads of the ledger kept by a notary or judicial platform.

``export`` and ``import`` carry head and reply as files where no network joins the two; ``now NAME`` asks a party's
program at once; ``status`` tells how far each party has come.
"""

import argparse
import json
import sys
from pathlib import Path

from tansuo.database.connect import SYSTEM, transaction
from tansuo.database.settings import home
from tansuo.entry.cli import language
from tansuo.entry.compose import open_database, system_clock
from tansuo.evidence import checkpoint
from tansuo.evidence.anchoring import Party, Standing, accept, anchor, parties_of, standings
from tansuo.evidence.entry import Entry
from tansuo.quantity.finding import Finding, FindingError

NAME = "anchor"
SUMMARY = "have heads of the ledger kept by a notary or judicial platform"

_WORDS = {
    "zh": {
        "none": "尚未配置：在 anchors.toml 中写明公证或司法存证方（docs/reference/anchor.md）",
        "kept": "{title} 已固化 {size} 条处的检查点（条目 {entry}）",
        "never": "{title}：尚未固化过",
        "failed": "{title}：上次尝试未成：{problem}",
        "exported": "{size} 条处的检查点已写入 {file}",
    },
    "en": {
        "none": "not configured: name a notary or judicial platform in anchors.toml (docs/reference/anchor.md)",
        "kept": "{title} has anchored the head at {size} (entry {entry})",
        "never": "{title}: nothing anchored yet",
        "failed": "{title}: the last attempt failed: {problem}",
        "exported": "The head at {size} is in {file}",
    },
}


def configure(parser: argparse.ArgumentParser) -> None:
    """``export``, ``import``, ``now``, ``status``."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    status = actions.add_parser("status", help="how far each party has come")
    asking = actions.add_parser("now", help="ask a party's program at once")
    asking.add_argument("party", metavar="NAME", help="as anchors.toml names it")
    exporting = actions.add_parser("export", help="write the newest head, to be carried to a party")
    exporting.add_argument("-o", "--output", type=Path, required=True, metavar="HEAD")
    importing = actions.add_parser("import", help="keep what a party answered")
    importing.add_argument("party", metavar="NAME", help="as anchors.toml names it")
    importing.add_argument("reply", type=Path, metavar="REPLY")
    importing.add_argument("--head", type=Path, required=True, metavar="HEAD", help="as it was exported")
    for action in (status, asking, exporting, importing):
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0 done, 1 a party did not answer."""
    return {"status": _status, "now": _now, "export": _export, "import": _import}[args.action](args)


def _status(args: argparse.Namespace) -> int:
    with transaction(open_database(), SYSTEM) as connection:
        found = standings(connection, parties_of(home()))
    if args.json:
        print(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
        return 0
    words = _WORDS[language()]
    if not found:
        print(words["none"])
    for one in found:
        print(_kept(one.last) if one.last else words["never"].format(title=one.party.title))
        if one.problem:
            print(words["failed"].format(title=one.party.title, problem=one.problem))
    return 0


def _as_json(one: Standing) -> dict[str, object]:
    entry = None if one.last is None else one.last.index
    return {
        "party": one.party.name, "title": one.party.title, "size": one.size, "entry": entry,
        "recorded_ms": None if one.last is None else one.last.recorded_ms, "problem": one.problem,
    }  # fmt: skip


def _now(args: argparse.Namespace) -> int:
    party, database = _party(args.party), open_database()
    entry = anchor(database, party, system_clock())
    if entry is not None:
        print(_kept(entry))
        return 0
    with transaction(database, SYSTEM) as connection:
        (one,) = standings(connection, [party])
    if not one.problem:
        raise FindingError(Finding("evidence.nothing_signed"))
    print(_WORDS[language()]["failed"].format(title=party.title, problem=one.problem), file=sys.stderr)
    return 1


def _export(args: argparse.Namespace) -> int:
    with transaction(open_database(), SYSTEM) as connection:
        head = checkpoint.latest(connection)
    if head is None:
        raise FindingError(Finding("evidence.nothing_signed"))
    args.output.write_bytes(head.note.encode())
    print(_WORDS[language()]["exported"].format(size=head.size, file=args.output))
    return 0


def _import(args: argparse.Namespace) -> int:
    party = _party(args.party)
    note = _bytes(args.head).decode("utf-8", "replace")
    with transaction(open_database(), SYSTEM) as connection:
        entry = accept(connection, party, note, _bytes(args.reply), system_clock())
    print(_kept(entry))
    return 0


def _kept(entry: Entry) -> str:
    body = entry.body
    return _WORDS[language()]["kept"].format(title=body["title"], size=body["size"], entry=entry.index)


def _party(name: str) -> Party:
    known = {one.name: one for one in parties_of(home())}
    if name not in known:
        params = {"name": name, "known": ", ".join(known) or "—"}
        raise FindingError(Finding("evidence.no_such_party", {}, params))
    return known[name]


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        params = {"what": problem.strerror or str(problem)}
        raise FindingError(Finding("evidence.receipt_file", {"file": str(file)}, params)) from problem
