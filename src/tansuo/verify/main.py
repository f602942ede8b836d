"""``tansuo-verify FILE [--policy POLICY.txt] [--of FILE] [--json]``: check a bundle or a receipt without any platform.

Exit code 0: verified; 1: refused; 2: the command line or the policy cannot be read.
"""

import argparse
import json
import locale
import sys
from collections.abc import Sequence
from pathlib import Path

from tansuo.evidence.canonical import CanonicalError
from tansuo.evidence.note import NoteError
from tansuo.evidence.policy import Policy, PolicyError, read_policy
from tansuo.evidence.proof import ProofError
from tansuo.quantity.finding import FindingError
from tansuo.verify.archive import read_archive
from tansuo.verify.book import announced, read_book
from tansuo.verify.receipt import check_receipt, is_receipt
from tansuo.verify.report import Refused, Report
from tansuo.verify.samples import check_samples
from tansuo.verify.second import check_second
from tansuo.verify.sources import Segment, check_inputs, check_local, read_segments
from tansuo.verify.tokens import check_tokens
from tansuo.verify.under import check_under
from tansuo.verify.value import check_stage, check_sum, check_value, read_inputs, read_method


def verify(data: bytes, policy: Policy | None = None, given: bytes | None = None) -> Report:
    """The verdict on the bytes of a bundle or a receipt; it stops at the first step that does not hold.

    ``given``: what the holder of a receipt says it is about.

    Whatever a made-up bundle contains, the answer is a verdict and never an exception.
    """
    report = Report()
    try:
        if is_receipt(data):
            check_receipt(data, policy, given, report)
        else:
            _verify(data, policy, report)
    except Refused as problem:
        report.failed(problem.zh, problem.en)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, ArithmeticError, AssertionError,
            RecursionError, CanonicalError, NoteError, ProofError, FindingError) as problem:  # fmt: skip
        report.failed(
            f"格式不对（{type(problem).__name__}）", f"malformed ({type(problem).__name__}: {problem})"
        )
    return report


def _verify(data: bytes, policy: Policy | None, report: Report) -> None:
    files = read_archive(data)
    book = read_book(files, policy, report)
    body = book.figure
    keys = policy.logs if policy and policy.logs else announced(files)
    check_second(book, keys, report)
    check_tokens(book, keys, report)
    held: dict[tuple[int, int], Segment] = {}
    method = read_method(book, report)
    if body["cell"]["relation"]:
        check_sum(book, method, report)
    elif "inputs.json" in files:
        inputs, options, given = read_inputs(files)
        held = read_segments(book, report)
        check_inputs(book, method, given, held, report)
        check_local(book, method, given, report)
        check_value(book, method, inputs, options, report)
        check_samples(book, held, keys, report)
    else:
        report.skip(
            "包内没有输入数据：数值没有重算",
            "the inputs are not in the bundle: the value was NOT computed again",
        )
    check_stage(book, report)
    check_under(book, held, report)
    report.skip(
        "收到之前的事：仪表与申报本身的真伪",
        "anything before receipt: whether meters and declarations are true",
    )
    report.skip("数据来源种类与完整性说明", "kinds of data and the account of completeness")
    report.statement = {
        "receipt": book.manifest["receipt"],
        "origin": book.origin,
        "cell": body["cell"],
        "value": body["value"],
        "unit": body["unit"],
        "stage": body["stage"],
        "size": body["size"],
        "synthetic": body["synthetic"],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Check one bundle or receipt and print the verdict."""
    parser = argparse.ArgumentParser(
        prog="tansuo-verify", description="核验证据包或回执 · check an evidence bundle or a receipt offline"
    )
    parser.add_argument("bundle", type=Path, metavar="FILE", help="BUNDLE.zip or RECEIPT.tlog-proof")
    parser.add_argument(
        "--policy", type=Path, help="keys and quorum you trust, from print or the witnesses themselves"
    )
    parser.add_argument("--of", type=Path, metavar="FILE", help="the file or frame a receipt is about")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    parser.add_argument("--language", choices=("zh", "en"), default=None)
    args = parser.parse_args(argv)
    try:
        data = args.bundle.read_bytes()
        given = args.of.read_bytes() if args.of else None
        policy = read_policy(args.policy.read_text(encoding="utf-8")) if args.policy else None
    except (OSError, UnicodeDecodeError, PolicyError) as problem:
        print(f"tansuo-verify: {problem}", file=sys.stderr)
        return 2
    report = verify(data, policy, given)
    spoken = args.language or (
        "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chin")) else "en"
    )
    print(json.dumps(report.as_data(), ensure_ascii=False) if args.json else report.text(spoken == "zh"))
    return 0 if report.verified else 1


if __name__ == "__main__":
    sys.exit(main())
