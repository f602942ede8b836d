"""``tansuo bundle RECEIPT_ID -o OUT.zip``: the evidence bundle of a published figure; it verifies without Tansuo."""

import argparse
import json
from pathlib import Path

from sqlalchemy import Connection

from tansuo.accounting.figure import read_cell
from tansuo.accounting.inventory import figure
from tansuo.accounting.replay import open_receipt
from tansuo.database.connect import SYSTEM, admit
from tansuo.entry.cli import language
from tansuo.entry.compose import open_database, system_clock
from tansuo.evidence.durable import READABLE, replace_file
from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import find_receipt
from tansuo.reporting.bundle import make_bundle, signed_size
from tansuo.reporting.cells import Seen
from tansuo.reporting.frame import frame
from tansuo.reporting.receipt_pages import receipt_page
from tansuo.reporting.receipt_sheet import receipt_sheet

NAME = "bundle"
SUMMARY = "the evidence bundle of a published figure: a zip that verifies without Tansuo"

_WORDS = {
    "zh": "证据包 {file}：{bytes:,} 字节。核验：tansuo-verify {file} --policy policy.txt，或用包内 verify.py",
    "en": "Evidence bundle {file}: {bytes:,} bytes. Check it with tansuo-verify {file} --policy policy.txt, or with the"
    " verify.py inside",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """RECEIPT_ID and where to."""
    parser.add_argument("receipt", metavar="RECEIPT_ID", help="such as R1234-0a1b2c3d")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.zip")
    parser.add_argument("--no-samples", action="store_true", help="without raw frames drawn at random")
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def run(args: argparse.Namespace) -> int:
    """0 once the bundle is written."""
    engine = open_database().engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        admit(connection, SYSTEM)
        published, _ = open_receipt(connection, args.receipt)
        made = figure(connection, published.cell, published.size)
        entry = find_receipt(connection, args.receipt)
        assert entry is not None
        html, pdf = papers_of(connection, args.receipt, entry)
        data = make_bundle(connection, args.receipt, made, html, pdf, samples=not args.no_samples)
        connection.rollback()
    replace_file(args.output, data, READABLE)
    facts = {"file": str(args.output), "bytes": len(data)}
    if getattr(args, "json", False):
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print(_WORDS[language()].format_map(facts))
    return 0


def papers_of(connection: Connection, receipt: str, entry: Entry) -> tuple[str, bytes]:
    """The receipt as everybody who may see the figure's organisation sees it: page and PDF."""
    page = frame(
        connection,
        language="zh",
        section="overview",
        path=f"receipts/{receipt}",
        clock=system_clock(),
        as_of=entry.index + 1,
        pick_date=False,
    )
    body = entry.body
    made = figure(connection, read_cell(body["cell"]), int(str(body["size"])))  # type: ignore[arg-type]
    seen = Seen(None, True)
    head = signed_size(connection)
    return (
        receipt_page(connection, page, made, entry, receipt, seen, under_as_of=head),
        receipt_sheet(connection, page, made, entry, receipt, seen, corrected_as_of=head),
    )
