"""``tansuo-verify FILE [--policy POLICY.txt] [--of FILE] [--json]``: check a bundle or a receipt without any platform.

Exit code 0: verified; 1: refused; 2: the command line or the policy cannot be read.
"""

import argparse
import json
import locale
import sys
from collections.abc import Sequence
from pathlib import Path

from tansuo.evidence.policy import Policy, PolicyError, read_policy
from tansuo.evidence.proof import ProofError
from tansuo.quantity.finding import FindingError
from tansuo.verify.archive import read_archive
from tansuo.verify.book import read_book
from tansuo.verify.receipt import check_receipt, is_receipt
from tansuo.verify.report import Refused, Report, said
from tansuo.verify.samples import check_samples
from tansuo.verify.second import check_second
from tansuo.verify.sources import Segments, check_inputs, check_local, read_segments
from tansuo.verify.tokens import check_tokens
from tansuo.verify.under import check_under
from tansuo.verify.value import check_stage, check_sum, check_value, read_inputs, read_method

_MALFORMED = (
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError, RecursionError,
    ProofError, FindingError,
)  # fmt: skip
"""What a file that is not of the form may end in."""


def verify(data: bytes, policy: Policy | None = None, given: bytes | None = None) -> Report:
    """The verdict on the bytes of a bundle or a receipt; it stops at the first step that does not hold.

    ``given``: what the holder of a receipt says it is about.

    Whatever a made-up bundle contains, the answer is a verdict and never an exception.
    """
    report = Report()
    try:
        if is_receipt(data):
            check_receipt(data, policy or Policy(), given, report)
        else:
            _check_bundle(data, policy or Policy(), report)
    except Refused as problem:
        report.failed(problem.zh, problem.en)
    except _MALFORMED as problem:
        report.failed(*said("malformed ({}: {})", type(problem).__name__, problem))
    return report


def _check_bundle(data: bytes, policy: Policy, report: Report) -> None:
    book = read_book(read_archive(data), policy, report)
    body = book.figure
    check_second(book, report)
    check_tokens(book, report)
    held: Segments = {}
    method = read_method(book, report)
    if body["cell"]["relation"]:
        check_sum(book, method, report)
    elif "inputs.json" in book.files:
        inputs, options, given = read_inputs(book.files)
        held = read_segments(book, report)
        check_inputs(book, method, given, held, report)
        check_local(book, method, given, report)
        check_value(book, method, inputs, options, report)
        check_samples(book, held, report)
    else:
        report.skip("the inputs are not in the bundle: the value was NOT computed again")
    check_stage(book, report)
    check_under(book, held, report)
    report.skip("anything before receipt: whether meters and declarations are true")
    report.skip("kinds of data and the account of completeness")
    stated = {name: body[name] for name in ("cell", "value", "unit", "stage", "size", "synthetic")}
    report.statement = {"receipt": book.manifest["receipt"], "origin": book.head.origin, **stated}


def main(argv: Sequence[str] | None = None) -> int:
    """Check one bundle or receipt and print the verdict."""
    parser = argparse.ArgumentParser(
        prog="tansuo-verify", description="核验证据包或回执 · check an evidence bundle or a receipt offline"
    )
    parser.add_argument("bundle", type=Path, metavar="FILE", help="BUNDLE.zip or RECEIPT.tlog-proof")
    trusted = "keys and quorum you trust, from print or the witnesses themselves"
    parser.add_argument("--policy", type=Path, help=trusted)
    parser.add_argument("--of", type=Path, metavar="FILE", help="the file or frame a receipt is about")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    parser.add_argument("--language", choices=("zh", "en"))
    args = parser.parse_args(argv)
    try:
        data = args.bundle.read_bytes()
        given = args.of.read_bytes() if args.of else None
        policy = read_policy(args.policy.read_bytes().decode()) if args.policy else None
    except (OSError, UnicodeDecodeError, PolicyError) as problem:
        print(f"tansuo-verify: {problem}", file=sys.stderr)
        return 2
    report = verify(data, policy, given)
    place = str(locale.getlocale()[0]).lower()
    zh = args.language == "zh" if args.language else place.startswith(("zh", "chin"))
    print(json.dumps(report.as_data(), ensure_ascii=False) if args.json else report.text(zh))
    return 0 if report.verified else 1


if __name__ == "__main__":
    sys.exit(main())
