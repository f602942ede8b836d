"""``tansuo ledger check``: every promise of the log recomputed; ``export DIR``: files for mirrors.

``keys``: who signs the heads, since which entry.
``ask-witness NAME`` and ``accept-witness FILE``: a witness that no network reaches is asked, and answers, by file.
``prove INDEX [--frame N]``: a receipt (C2SP tlog-proof) of an entry or of one frame; ``prove --check`` judges one.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tansuo.database.connect import SYSTEM, admit, transaction
from tansuo.database.settings import home
from tansuo.entry import proving
from tansuo.entry.checking import full_check
from tansuo.entry.cli import language, print_findings
from tansuo.entry.commands.signer import print_keys
from tansuo.entry.compose import open_database, system_clock
from tansuo.evidence.check import CheckReport
from tansuo.evidence.export import export
from tansuo.evidence.note import NoteError, VerifierKey
from tansuo.evidence.witnessing import accept, policy_of, request
from tansuo.monitoring.promise import standing
from tansuo.quantity.finding import Finding, FindingError
from tansuo.reporting.promise_view import promise_json, promise_lines

NAME = "ledger"
SUMMARY = "check the ledger · export it for mirrors · prove an entry"

_WORDS = {
    "zh": {
        "entries": "条目",
        "checkpoints": "检查点",
        "second": "第二棵树（SM3）",
        "blobs": "原始数据",
        "projections": "投影",
        "files": "文件",
        "sound": "账本 {log}：{size} 条，{nodes} 个树节点，{heads} 个检查点（签至 {signed}），"
        "{blobs} 份原始数据，全部相符",
        "unsound": "账本 {log}：{size} 条，发现 {found} 处不符",
        "two_trees": "第二棵树（SM3）：{heads} 个检查点，其中 {sm2} 个核验了 SM2 签名，根 {root}",
        "keys": "公钥取自账本自身；要防平台自己造假，请用 --key 给出另行取得的公钥",
        "nothing_to_ask": "没有新的检查点要请它联署",
        "accepted": "已收下联署：{names}",
        "exported": "已导出 {log}：新写 {written} 个文件，原有 {kept} 个相符",
    },
    "en": {
        "entries": "entries",
        "checkpoints": "checkpoints",
        "second": "second tree (SM3)",
        "blobs": "blobs",
        "projections": "projections",
        "files": "files",
        "sound": "Ledger {log}: {size} entries, {nodes} tree nodes, {heads} checkpoints (signed up to"
        " {signed}), {blobs} blobs: everything agrees",
        "unsound": "Ledger {log}: {size} entries, {found} things do not agree",
        "two_trees": "Second tree (SM3): {heads} checkpoints, the SM2 signature checked of {sm2}, root {root}",
        "keys": "The public key is the one the ledger announces; to be safe from the platform itself, give"
        " one obtained elsewhere with --key",
        "nothing_to_ask": "there is no newer head for it to cosign",
        "accepted": "Kept the cosignatures of {names}",
        "exported": "Exported {log}: {written} files written, {kept} were there and agree",
    },
}


def configure(parser: argparse.ArgumentParser) -> None:
    """The actions and what each is given."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    checking = actions.add_parser("check", help="check every invariant; exit code 1 if one does not hold")
    checking.add_argument(
        "--key",
        action="append",
        metavar="KEY",
        help="the log's public key as known from outside, name+id+base64 or the file that holds it",
    )
    exporting = actions.add_parser(
        "export", help="write or extend static tiles for mirrors (C2SP tlog-tiles)"
    )
    exporting.add_argument("directory", type=Path, metavar="DIR")
    asking = actions.add_parser("ask-witness", help="write what the newest head asks of a witness, as a file")
    asking.add_argument("witness", metavar="NAME", help="as the policy names it")
    asking.add_argument("-o", "--output", type=Path, metavar="REQUEST", help="else standard output")
    accepting = actions.add_parser("accept-witness", help="keep what a witness answered")
    accepting.add_argument("answer", type=Path, metavar="ANSWER")
    listing = actions.add_parser(
        "keys", help="the log's keys: since which entry, until when both, who signs now"
    )
    proving.configure(actions.add_parser("prove", help="a receipt of an entry or frame, or the check of one"))
    for action in (checking, exporting, listing):
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0 if all is well, 1 if the check found something."""
    acts = {
        "export": _export, "ask-witness": _ask_witness, "accept-witness": _accept_witness, "prove": proving.run,
        "keys": print_keys,
    }  # fmt: skip
    return acts.get(args.action, _check)(args)


def _ask_witness(args: argparse.Namespace) -> int:
    policy = policy_of(home())
    if args.witness not in policy.witnesses:
        known = ", ".join(policy.witnesses) or "—"
        raise FindingError(Finding("evidence.no_such_witness", {}, {"name": args.witness, "known": known}))
    with transaction(open_database(), SYSTEM) as connection:
        asked = request(connection, policy.witnesses[args.witness].key)
    if asked is None:
        print(_WORDS[language()]["nothing_to_ask"], file=sys.stderr)
    elif args.output is None:
        print(asked, end="")
    else:
        args.output.write_text(asked, encoding="utf-8")
    return 0


def _accept_witness(args: argparse.Namespace) -> int:
    answer = args.answer.read_text(encoding="utf-8")
    with transaction(open_database(), SYSTEM) as connection:
        names = accept(connection, policy_of(home()), answer, system_clock())
    print(_WORDS[language()]["accepted"].format(names=", ".join(names) or "—"))
    return 0


def _check(args: argparse.Namespace) -> int:
    keys = None if args.key is None else [_key(text) for text in args.key]
    report = _checked(keys, _Line())
    with transaction(open_database(), SYSTEM) as connection:
        promise = standing(connection, system_clock().now_ms())
    if args.json:
        print(json.dumps({**report.as_json(), "promise": promise_json(promise)}, ensure_ascii=False))
        return 0 if report.sound else 1
    words = _WORDS[language()]
    if not report.sound:
        print_findings(report.findings)
    facts = {
        "log": report.origin or "—",
        "size": report.size,
        "nodes": report.nodes,
        "heads": report.checkpoints,
        "signed": report.signed,
        "blobs": report.blobs,
        "found": len(report.findings),
    }
    print(words["sound" if report.sound else "unsound"].format_map(facts))
    if report.second is not None:
        other = report.second
        root = "—" if other.root is None else other.root.hex()
        print(words["two_trees"].format(heads=other.heads, sm2=other.sm2, root=root))
    if not report.keys_given:
        print(words["keys"])
    for line in promise_lines(promise, language()):
        print(line)
    return 0 if report.sound else 1


def _checked(keys: Sequence[VerifierKey] | None, line: "_Line") -> CheckReport:
    engine = open_database().engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.begin() as connection:
        admit(connection, SYSTEM)
        report = full_check(connection, keys, line)
    line.end()
    return report


def _export(args: argparse.Namespace) -> int:
    line = _Line()
    engine = open_database().engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.begin() as connection:
        admit(connection, SYSTEM)
        done = export(connection, args.directory, lambda now, whole: line("files", now, whole))
    line.end()
    facts = {"log": str(done.head.as_of), "written": done.written, "kept": done.kept}
    if args.json:
        print(json.dumps({**facts, "root": done.head.root.hex()}, ensure_ascii=False))
    else:
        print(_WORDS[language()]["exported"].format_map(facts))
    return 0


def _key(text: str) -> VerifierKey:
    """A key as written, or the file it is written in; FindingError ``evidence.key_argument``."""
    try:
        return VerifierKey.parse(Path(text).read_text(encoding="utf-8") if Path(text).is_file() else text)
    except (NoteError, OSError, UnicodeDecodeError) as problem:
        raise FindingError(Finding("evidence.key_argument", {}, {"what": str(problem)})) from problem


class _Line:
    """One line of progress on a terminal; elsewhere one line for each part when it is done."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._next = 0.0

    def __call__(self, what: str, done: int, whole: int) -> None:
        now = time.monotonic()
        if done < whole and (not self._live or now < self._next):
            return
        self._next = now + 0.1
        text = f"{_WORDS[language()][what]} {done:,}/{whole:,}"
        print(f"\r\x1b[K{text}" if self._live else text, end="" if self._live else "\n", file=sys.stderr)

    def end(self) -> None:
        """Leave the terminal's line clean."""
        if self._live:
            print("\r\x1b[K", end="", file=sys.stderr)
