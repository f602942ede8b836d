"""Proofs in the second tree, for bundles and receipts: the note of its head and the paths of entries."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from sqlalchemy import Connection

from tansuo.evidence import second, second_head
from tansuo.evidence.proof import make_inclusion

FORM = "tansuo.sm3/1"


def second_proofs(connection: Connection, indexes: Iterable[int], size: int) -> dict[str, object] | None:
    """Form, note of the head at ``size`` and, by index, the paths of entries; None in a log of one tree."""
    head = second_head.at_size(connection, size)
    if head is None:
        return None
    read, new = second.stored_nodes(connection), second.hash_function()
    inclusion = {
        str(index): [base64.b64encode(one).decode() for one in make_inclusion(read, index, size, new)]
        for index in indexes
    }
    return {"form": FORM, "note": head.note, "inclusion": inclusion}
