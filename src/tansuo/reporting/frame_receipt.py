"""The receipt of one frame: its entry's place in the log, and its own place in the batch that the entry names."""

from __future__ import annotations

import base64

from sqlalchemy import Connection

from tansuo.evidence.entry import Entry
from tansuo.evidence.policy import Policy
from tansuo.evidence.proving import prove
from tansuo.evidence.tlog_proof import TlogProof
from tansuo.evidence.tree import leaf_hash
from tansuo.monitoring.intake import leaves
from tansuo.quantity.finding import Finding, FindingError
from tansuo.reporting.bundle_samples import audit_path


def prove_frame(connection: Connection, arrival: Entry, number: int, policy: Policy) -> TlogProof:
    """The receipt of record ``number`` of an arrival; of an arrival of a file, which has no batch, that of its entry.

    FindingError ``reporting.no_such_frame``, ``evidence.not_signed_yet``, and those of damaged bytes.
    """
    if arrival.type == "arrival" and arrival.body["channel"] == "file":
        return prove(connection, arrival, policy)
    found = leaves(connection, arrival) if arrival.type == "arrival" else []
    if not 0 <= number < len(found):
        raise FindingError(
            Finding(
                "reporting.no_such_frame", {"entry": arrival.index}, {"frame": number, "there": len(found)}
            )
        )
    path = audit_path([leaf_hash(one) for one in found], number)
    frame = {"record": number, "data": _b64(found[number]), "path": [_b64(one) for one in path]}
    return prove(connection, arrival, policy, {"frame": frame})


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
