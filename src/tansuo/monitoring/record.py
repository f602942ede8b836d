"""What one received thing is, and its bytes: the leaf of an arrival's batch root.

A record is  u64 received_ms · u32 sequence · u8 grade · u8 length of peer · peer · data  (big-endian); a
packed batch is every record with its length (u32) before it. The receiver writes these bytes once, in its
hot path; they are stored, hashed and replayed as they are.
"""

import struct
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple

_HEAD = struct.Struct(">IQIBB")  # length of what follows the first field, then the fields of the record
_FIELDS = struct.Struct(">QIBB")
_LENGTH = struct.Struct(">I")
LONGEST_PEER = 255


class Grade(IntEnum):
    """How surely a sender is who it says (the standard's password and check value prove nothing)."""

    NONE = 0
    NETWORK = 1
    TLS_CLIENT = 2
    SIGNATURE = 3


class Received(NamedTuple):
    """One frame, message or file as it came in.

    ``received_ms``: our clock at its arrival. ``sequence``: the receiver's running number modulo 2^32.
    ``peer``: network address, or the name of a file. ``data``: the bytes, untouched.
    """

    received_ms: int
    sequence: int
    peer: str
    grade: int
    data: bytes


def pack_one(received_ms: int, sequence: int, grade: int, peer: bytes, data: bytes) -> bytes:
    """One packed record with its length; ``peer`` has at most 255 bytes (struct.error beyond)."""
    head = _HEAD.pack(_FIELDS.size + len(peer) + len(data), received_ms, sequence, grade, len(peer))
    return head + peer + data


def pack(records: Iterable[Received]) -> bytes:
    """The packed batch of ``records`` in their order; a peer's name is cut to 255 bytes of UTF-8."""
    return b"".join(
        pack_one(one.received_ms, one.sequence, one.grade, _short(one.peer), one.data) for one in records
    )


def unpack(payload: bytes) -> list[Received]:
    """The records of a packed batch; ValueError where its lengths do not add up."""
    return [unpack_one(record) for record in split(payload)]


def split(payload: bytes) -> Iterator[bytes]:
    """The bytes of each record of a packed batch, the leaves of its root; ValueError for a broken batch."""
    position, size = 0, len(payload)
    while position < size:
        start = position + _LENGTH.size
        end = start + (_LENGTH.unpack_from(payload, position)[0] if start <= size else 0)
        if end > size or end - start < _FIELDS.size:
            raise ValueError(f"packed batch broken at byte {position} of {size}")
        yield payload[start:end]
        position = end


def unpack_one(record: bytes) -> Received:
    """The record that ``record`` (without its length) states; ValueError where the peer's length lies."""
    received_ms, sequence, grade, length = _FIELDS.unpack_from(record)
    start = _FIELDS.size + length
    if start > len(record):
        raise ValueError("record shorter than its peer's name")
    peer = record[_FIELDS.size : start].decode("utf-8", "replace")
    return Received(received_ms, sequence, peer, grade, record[start:])


def _short(peer: str) -> bytes:
    return peer.encode()[:LONGEST_PEER].decode("utf-8", "ignore").encode()
