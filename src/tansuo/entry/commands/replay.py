"""``tansuo replay``: published figures computed again from their raw bytes; the ledger says with what result."""

import argparse
import json

from tansuo.entry import drills
from tansuo.entry.cli import language, print_findings
from tansuo.entry.compose import open_database, system_clock
from tansuo.entry.restoring import SAMPLE

NAME = "replay"
SUMMARY = "replay published figures from raw bytes; exit code 1 if a string differs"

_WORDS = {
    "zh": "重放 {replayed} 个已公布数字，{equal} 个逐字相同",
    "en": "{replayed} published figures replayed, {equal} to the identical string",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """How many."""
    parser.add_argument("--all", action="store_true", help="every published figure")
    parser.add_argument(
        "--sample", type=int, default=SAMPLE, metavar="N", help="so many, drawn anew each time"
    )
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0 if every string is identical, 1 if one differs."""
    sample = 10**9 if args.all else args.sample
    results = drills.replay_some(open_database(), sample, system_clock())
    wrong = [one for one in results if not one.equal]
    facts = {"replayed": len(results), "equal": len(results) - len(wrong)}
    if getattr(args, "json", False):
        print(json.dumps({**facts, "differing": [one.receipt for one in wrong]}))
    else:
        for one in wrong:
            print_findings(one.findings)
        print(_WORDS[language()].format(**facts))
    return 1 if wrong else 0
