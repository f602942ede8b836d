"""Self-drawn samples of a bundle: rows of sealed segments that a signed head chose, with their raw frames.

The head is signed after the seals, so that whoever sealed did not know which rows it would draw.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.checkpoint import Issued
from tansuo.evidence.proof import make_consistency
from tansuo.evidence.tree import leaf_hash, root
from tansuo.monitoring.intake import records
from tansuo.monitoring.lookup import versions
from tansuo.monitoring.reading import Version
from tansuo.monitoring.record import Received, pack_one, unpack_one
from tansuo.quantity.finding import FindingError
from tansuo.reporting.bundle_inputs import Inputs, Sealed

if TYPE_CHECKING:
    from tansuo.reporting.bundle import Parts

FORM = "tansuo.samples/1"
A_MONTH, A_DAY = 30, 1
"""How many rows are drawn of a segment of a month, and of a day; a verifier takes no other drawing."""


def draw_samples(parts: Parts, inputs: Inputs, head: Issued) -> dict[str, list[Received]]:
    """Draw, and put the frames into the bundle that the reader may see; what cannot be drawn is said.

    Returns the drawn frames by series.
    """
    frames: dict[str, list[Received]] = {}
    if not inputs.sealed:
        parts.lack("frames/", "no_seal")
        return frames
    drawing = checkpoint.covering(parts.connection, max(index for index, _ in inputs.sealed))
    if drawing is None or drawing.size > head.size:
        parts.lack("frames/", "unsigned")
        return frames
    text = drawing.note.rpartition("\n\n")[0] + "\n"
    batches = cache(lambda arrival: batch(parts, arrival))
    samples: list[dict[str, Any]] = []
    for (seal, place), segment in sorted(inputs.sealed.items()):
        lines = segment.text.splitlines()
        many = A_MONTH if len(segment.period) == 7 else A_DAY
        known: dict[int, Version] = {}
        for number in range(many if lines else 0):
            line = lines[drawn(text, segment.row["series"], segment.period, number, len(lines))]
            known = known or _versions(parts, segment)
            version = known.get(int(line.partition(",")[0]))
            found = None if version is None else batches(version.arrival)
            if version is None or not found or version.record >= len(found):
                parts.lack(f"frames/ {seal}-{place} {line}", "no_frame")
                continue
            leaves = [leaf for leaf, _ in found]
            samples.append({
                "seal": seal, "row": place, "number": number, "line": line, "arrival": version.arrival,
                "record": version.record, "frame": _b64(found[version.record][1]),
                "path": [_b64(one) for one in audit_path(leaves, version.record)],
            })  # fmt: skip
            parts.entry(version.arrival)
            frames.setdefault(segment.row["series"], []).append(unpack_one(found[version.record][1]))
    if not samples:
        return frames
    read = ledger.stored_nodes(parts.connection)
    proof = [_b64(one) for one in make_consistency(read, drawing.size, head.size)]
    parts.json(
        "frames/samples.json", {"form": FORM, "head": drawing.note, "consistency": proof, "samples": samples}
    )
    return frames


def drawn(head: str, series: str, period: str, number: int, rows: int) -> int:
    """The row of ``rows`` that the text of a head draws as sample ``number`` of a series and period."""
    text = f"{head}{series}\n{period}\n{number}\n"
    return int.from_bytes(sha256(text.encode()).digest()[:16], "big") % rows


def _versions(parts: Parts, segment: Sealed) -> dict[int, Version]:
    """The readings of a segment as it sealed them, by time."""
    size = int(str(segment.seal.body["size"]))
    first, last = (date.fromisoformat(segment.row[name]) for name in ("from", "to"))
    found = versions(parts.connection, segment.row["series"], first, last + timedelta(days=1))
    return {one.start: one for one in found if one.in_force(size)}


def batch(parts: Parts, index: int) -> list[tuple[bytes, bytes]]:
    """Leaf hash and bytes of every record of an arrival of frames; [] of a file, a correction, or a hidden one."""
    arrival = ledger.get(parts.connection, index)
    if arrival is None or arrival.type != "arrival" or arrival.body["channel"] == "file":
        return []
    try:
        received = records(parts.connection, arrival)
    except FindingError:
        return []
    packed = [
        pack_one(one.received_ms, one.sequence, one.grade, one.peer.encode(), one.data)[4:]
        for one in received
    ]
    return [(leaf_hash(one), one) for one in packed]


def audit_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of one leaf of a small tree that is all in memory (RFC 9162 §2.1.3.1)."""
    path: list[bytes] = []
    start, stop = 0, len(leaves)
    while stop - start > 1:
        middle = start + (1 << (stop - start - 1).bit_length() - 1)
        if index < middle:
            path.append(root(leaves[middle:stop]))
            stop = middle
        else:
            path.append(root(leaves[start:middle]))
            start = middle
    return path[::-1]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
