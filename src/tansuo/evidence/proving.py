"""Receipts of entries, given to whoever sent them: the entry, its audit path and a signed head in one small text.

``docs/reference/receipt-file.md`` is the form of what stands in the extra line.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from tansuo.evidence import canonical, checkpoint, ledger
from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.entry import Entry
from tansuo.evidence.note import with_lines
from tansuo.evidence.policy import Policy
from tansuo.evidence.proof import make_inclusion
from tansuo.evidence.second_proof import second_proofs
from tansuo.evidence.tlog_proof import TlogProof
from tansuo.evidence.witnessing import lines_of, witnessed
from tansuo.quantity.finding import Finding, FindingError

FORM = "tansuo.receipt/1"
MEDIA_TYPE = "text/plain; charset=utf-8"


def prove(
    connection: Connection, entry: Entry, policy: Policy, more: Mapping[str, object] | None = None
) -> TlogProof:
    """The receipt of ``entry``: under the largest head that meets the policy's quorum if that covers it, else under
    the newest; with the cosignatures there are.

    ``more`` goes into the extra line beside the entry's own bytes; of a log of both suites its place in the second tree
    does too. FindingError ``evidence.not_signed_yet``.
    """
    head = _head(connection, entry.index, policy)
    path = make_inclusion(ledger.stored_nodes(connection), entry.index, head.size)
    note = with_lines(head.note, lines_of(connection, head.size))
    said: dict[str, object] = {"form": FORM, "entry": entry.data.decode(), **(more or {})}
    other = second_proofs(connection, [entry.index], head.size)
    if other is not None:
        said["sm3"] = other
    extra = canonical.encode(said)
    return TlogProof(entry.index, tuple(path), note, extra)


def file_name(entry: Entry, record: int | None = None) -> str:
    """What a receipt is called on a disk."""
    frame = "" if record is None else f"-{record}"
    return f"{ledger.receipt_id(entry)}{frame}.tlog-proof"


def _head(connection: Connection, index: int, policy: Policy) -> Issued:
    met = witnessed(connection, policy)
    if met is not None and met.size > index:
        head = checkpoint.at_size(connection, met.size)
        if head is not None:
            return head
    newest = checkpoint.latest(connection)
    if newest is None or newest.size <= index:
        raise FindingError(
            Finding("evidence.not_signed_yet", {"entry": index}, {"signed": newest.size if newest else 0})
        )
    return newest
