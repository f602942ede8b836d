"""Reading frames ahead, in another process, of the arrival they will be part of.

The parser of frames (``hj212-1``) depends on the ledger only where a message is split, and on an entry only for
the place of its findings. What is neither, a batch of whole frames with nothing wrong, can therefore be read by
whoever holds its bytes, before they are an arrival. Every other batch is left to ``parse``, which judges it at
its place in the log.
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence

from tansuo.monitoring.connectors.hj212.frame import decode
from tansuo.monitoring.connectors.hj212.measurements import label_of, measurements_of
from tansuo.monitoring.reading import Measurement
from tansuo.monitoring.record import unpack

PARSER = "hj212-1"
"""The parser version whose answer this is."""

Frame = tuple[str, str, str, str, int, tuple[tuple[str, str | None, str], ...]]
"""Device, key, digest, DataTime and record of a frame, and of each number its stream, text and flag."""


def read_ahead(payload: bytes) -> bytes:
    """What the parser reads out of a packed batch, as bytes for ``measurements``; b"" where it must judge itself:
    a frame with a problem or a trouble, or a packet of a split message."""
    read: list[Frame] = []
    for record, received in enumerate(unpack(payload)):
        decoded = decode(received.data)
        time = decoded.data_time
        if decoded.problems or "PNUM" in decoded.header or "PNO" in decoded.header or time is None:
            return b""
        found, troubles = measurements_of(decoded, record, time)
        if troubles:
            return b""
        if found:
            first = found[0]
            numbers = tuple((one.stream, one.text, one.flag) for one in found)
            read.append((first.device, first.frame, first.digest, time, record, numbers))
    return marshal.dumps(read)


def measurements(batches: Sequence[tuple[bytes, int]]) -> list[Measurement]:
    """What the parser reads out of batches that make one arrival: of each the answer of ``read_ahead`` (not b"")
    and the number of its records."""
    found: list[Measurement] = []
    before = 0
    for read, records in batches:
        for device, key, digest, time, record, numbers in marshal.loads(read):  # noqa: S302 - our own child's
            label = label_of(time)
            assert label is not None
            at = before + record
            for stream, text, flag in numbers:
                found.append(
                    Measurement(
                        "hj212", device, stream, label, text, flag, at, None, None, False, key, digest
                    )
                )
        before += records
    return found
