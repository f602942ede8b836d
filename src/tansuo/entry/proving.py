"""``tansuo ledger prove``: a receipt of an entry or of one frame, and the check of one. See ``commands.ledger``."""

import argparse
import json
import sys
from pathlib import Path

from tansuo.database.connect import SYSTEM, transaction
from tansuo.database.settings import home
from tansuo.entry.cli import language
from tansuo.entry.compose import open_database
from tansuo.evidence import ledger
from tansuo.evidence.policy import Policy, PolicyError, read_policy
from tansuo.evidence.proving import file_name, prove
from tansuo.evidence.witnessing import policy_of
from tansuo.quantity.finding import Finding, FindingError
from tansuo.reporting.frame_receipt import prove_frame

_WRITTEN = {"zh": "回执已写入 {file}", "en": "The receipt is in {file}"}


def configure(parser: argparse.ArgumentParser) -> None:
    """An entry to prove, or a receipt to check."""
    parser.add_argument("index", nargs="?", type=_count, metavar="INDEX", help="the entry's place in the log")
    parser.add_argument("--frame", type=_count, metavar="N", help="one frame of an arrival, counted from 0")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="a file or folder; else standard output"
    )
    parser.add_argument("--check", type=Path, metavar="RECEIPT", help="check a receipt; needs no platform")
    parser.add_argument(
        "--policy", type=Path, metavar="POLICY", help="whose keys you trust; else policy.txt here"
    )
    parser.add_argument("--of", type=Path, metavar="FILE", help="the file or frame the receipt is about")
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0 made or verified, 1 refused."""
    if (args.index is None) == (args.check is None):
        raise FindingError(Finding("evidence.receipt_usage"))
    return _make(args) if args.check is None else _check(args)


def _make(args: argparse.Namespace) -> int:
    with transaction(open_database(), SYSTEM) as connection:
        entry = ledger.get(connection, args.index)
        if entry is None:
            params = {"size": ledger.size(connection)}
            raise FindingError(Finding("evidence.no_such_entry", {"entry": args.index}, params))
        policy = policy_of(home())
        if args.frame is None:
            proof = prove(connection, entry, policy)
        else:
            proof = prove_frame(connection, entry, args.frame, policy)
    if args.output is None:
        print(proof.written, end="")
        return 0
    file = args.output / file_name(entry, args.frame) if args.output.is_dir() else args.output
    file.write_text(proof.written, encoding="utf-8")
    print(_WRITTEN[language()].format(file=file), file=sys.stderr)
    return 0


def _check(args: argparse.Namespace) -> int:
    from tansuo.verify.main import verify

    policy = policy_of(home()) if args.policy is None else _policy(args.policy)
    report = verify(_bytes(args.check), policy, None if args.of is None else _bytes(args.of))
    if args.json:
        print(json.dumps(report.as_data(), ensure_ascii=False))
    else:
        print(report.text(language() == "zh"))
    return 0 if report.verified else 1


def _policy(file: Path) -> Policy:
    try:
        return read_policy(_bytes(file).decode("utf-8"))
    except (PolicyError, UnicodeDecodeError) as problem:
        raise FindingError(
            Finding("evidence.policy_unreadable", {"file": str(file)}, {"what": str(problem)})
        ) from problem


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        params = {"what": problem.strerror or str(problem)}
        raise FindingError(Finding("evidence.receipt_file", {"file": str(file)}, params)) from problem


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)
