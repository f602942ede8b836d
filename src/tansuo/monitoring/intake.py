"""Intake: what was received becomes evidence. Chunks are closed into arrival entries, files are received.

An arrival entry names the blob with the bytes as received, how many records it holds, and their batch root:
the RFC 9162 root over the leaf hash of each record's bytes. Readings are made from it afterwards, by the
parser version it names, and can be made again at any time.
"""

import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, cast
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from tansuo.evidence.clock import Clock
from tansuo.evidence.document import CITY, get_blob, put_blob
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.evidence.ledger import append, history
from tansuo.evidence.tree import leaf_hash, root
from tansuo.monitoring.record import Grade, Received, pack, split, unpack
from tansuo.monitoring.tables_intake import CLOSING, closed_chunk, raw_chunk
from tansuo.quantity.finding import Finding, FindingError

__all__ = [
    "Grade",
    "Received",
    "check_arrival",
    "close_chunks",
    "leaves",
    "pack",
    "receive_file",
    "records",
    "store_chunk",
    "unpack",
]

ARRIVAL = "arrival"
GATEWAY = Actor("gateway", "service")
PARSERS = {"hj212": "hj212-1", "file": "workbook-1"}
"""The parser version that an arrival of each channel is to be read by; a new version is a new name."""

BATCH_RECORDS = 10_000
BATCH_BYTES = 16 * 1024 * 1024
_CHUNKS_AT_ONCE = 2_000
_ARRIVALS_AT_ONCE = 8


class _Batch(NamedTuple):
    channel: str
    size: int
    payload: bytes
    digest: bytes
    first_ms: int
    last_ms: int


def store_chunk(connection: Connection, channel: str, payload: bytes, count: int) -> int:
    """Keep ``count`` packed records as one raw chunk and return its id; safe once the transaction commits.

    Receivers with a connection of their own use ``group_commit`` instead.
    """
    row = {"receiver": uuid4().hex, "serial": 0, "channel": channel, "records": count}
    statement = insert(raw_chunk).values(**row, payload=payload, org_id=CITY).returning(raw_chunk.c.id)
    return int(connection.execute(statement).scalar_one())


def close_chunks(connection: Connection, clock: Clock, *, apart: bool = False) -> list[Entry]:
    """Close the raw chunks there are into arrival entries, in the order they were stored; [] when none is.

    A call takes a bounded number of chunks: call again, in a new transaction, until nothing comes back.
    Each arrival holds chunks of one channel, at most 10,000 records or 16 MiB unless one chunk alone is
    larger; ``apart``: each chunk is an arrival. The chunks go, the entry and its blob come, in the caller's
    transaction. FindingError ``monitoring.chunk_broken`` for a chunk whose records cannot be told apart.
    """
    # One closer at a time, so that arrivals keep the order of their chunks.
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CLOSING})
    wanted = (
        select(raw_chunk.c.id, raw_chunk.c.channel, raw_chunk.c.records, func.length(raw_chunk.c.payload))
        .order_by(raw_chunk.c.id)
        .limit(_CHUNKS_AT_ONCE)
    )
    rows = [tuple(row) for row in connection.execute(wanted)]
    groups = [[chunk] for chunk, *_ in rows] if apart else _groups(rows)[:_ARRIVALS_AT_ONCE]
    taken = _taken(connection, [chunk for group in groups for chunk in group])
    drafts = [_draft(connection, _batch([taken[chunk] for chunk in group])) for group in groups]
    return append(connection, drafts, clock)


def _taken(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[int, str, bytes]]:
    """Take chunks out: id, channel and payload, by id; how far each receiver is closed is kept.

    One that numbers none (serial 0) sends none again.
    """
    if not ids:
        return {}
    gone = (
        delete(raw_chunk)
        .where(raw_chunk.c.id.in_(ids))
        .returning(
            raw_chunk.c.id,
            raw_chunk.c.channel,
            raw_chunk.c.payload,
            raw_chunk.c.receiver,
            raw_chunk.c.serial,
        )
    )
    found: dict[int, tuple[int, str, bytes]] = {}
    closed: dict[str, int] = {}
    for row in connection.execute(gone):
        found[row.id] = (row.id, row.channel, bytes(row.payload))
        if row.serial:
            closed[row.receiver] = max(row.serial, closed.get(row.receiver, row.serial))
    _mark(connection, closed)
    return found


def _mark(connection: Connection, last: Mapping[str, int]) -> None:
    """Remember how far each receiver's chunks are closed."""
    for receiver, serial in last.items():
        mark = upsert(closed_chunk).values(receiver=receiver, serial=serial, org_id=CITY)
        newer = {"serial": func.greatest(closed_chunk.c.serial, mark.excluded.serial)}
        connection.execute(mark.on_conflict_do_update(index_elements=["receiver"], set_=newer))


def _groups(rows: Sequence[tuple[int, str, int, int]]) -> list[list[int]]:
    """Chunk ids side by side of one channel, as many as fit one arrival."""
    groups: list[list[int]] = []
    channel, count, size = "", 0, 0
    for chunk, its_channel, records_, length in rows:
        full = count + records_ > BATCH_RECORDS or size + length > BATCH_BYTES
        if not groups or its_channel != channel or full:
            groups.append([])
            channel, count, size = its_channel, 0, 0
        groups[-1].append(chunk)
        count += records_
        size += length
    return groups


def _batch(chunks: Sequence[tuple[int, str, bytes]]) -> _Batch:
    first, channel, _ = chunks[0]
    payload = b"".join(data for _, _, data in chunks)
    try:
        leaves = list(split(payload))
    except ValueError as problem:
        where = {"chunk": first}
        raise FindingError(Finding("monitoring.chunk_broken", where, {"problem": str(problem)})) from problem
    times = [int.from_bytes(leaf[:8], "big") for leaf in leaves]
    return _Batch(
        channel=channel,
        size=len(leaves),
        payload=payload,
        digest=root([leaf_hash(leaf) for leaf in leaves]),
        first_ms=min(times),
        last_ms=max(times),
    )


def _draft(connection: Connection, batch: _Batch) -> Draft:
    body: dict[str, object] = {
        "channel": batch.channel,
        "blob": put_blob(connection, zlib.compress(batch.payload), CITY),
        "count": batch.size,
        "bytes": len(batch.payload),
        "root": batch.digest.hex(),
        "first_ms": batch.first_ms,
        "last_ms": batch.last_ms,
        "parser": PARSERS[batch.channel],
    }
    return Draft(ARRIVAL, f"arrival/{batch.channel}", body, org=CITY, by=GATEWAY)


def receive_file(
    connection: Connection,
    name: str,
    data: bytes,
    mapping: bytes,
    mapping_name: str,
    org: str,
    by: Actor,
    reason: str | None = None,
    *,
    clock: Clock,
) -> Entry | None:
    """Keep a file and the map it is to be read with, and state their arrival.

    None when the organisation has sent the same bytes with the same map before (and gives no new reason):
    receiving is idempotent. ``reason`` says why values that differ from ones already there should replace
    them; without one they are kept as conflicts.
    """
    document, map_ = sha256(data).hexdigest(), sha256(mapping).hexdigest()
    subject = f"arrival/file/{document}/{map_}"
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": subject})
    for known in history(connection, subject):
        if known.org == org and (reason is None or known.body["reason"] == reason):
            return None
    put_blob(connection, data, org)
    put_blob(connection, mapping, org)
    body: dict[str, object] = {
        "channel": "file",
        "document": document,
        "name": unicodedata.normalize("NFC", name),
        "bytes": len(data),
        "map": map_,
        "map_name": unicodedata.normalize("NFC", mapping_name),
        "reason": None if reason is None else unicodedata.normalize("NFC", reason),
        "parser": PARSERS["file"],
    }
    return append(connection, [Draft(ARRIVAL, subject, body, org=org, by=by)], clock)[0]


def records(connection: Connection, arrival: Entry) -> list[Received]:
    """The records of an arrival, as received; of a file one record with its bytes.

    FindingError ``monitoring.arrival_bytes_missing`` or ``monitoring.arrival_bytes_differ`` when the blob is
    not there, or does not hold what the entry states.
    """
    body = arrival.body
    if body["channel"] == "file":
        document = _blob(connection, arrival, str(body["document"]))
        return [Received(arrival.recorded_ms, 0, str(body["name"]), Grade.NONE, document)]
    return unpack(_payload(connection, arrival))


def leaves(connection: Connection, arrival: Entry) -> list[bytes]:
    """The packed records of an arrival of frames, the leaves of its batch root; FindingErrors as ``records``."""
    return list(split(_payload(connection, arrival)))


def check_arrival(connection: Connection, arrival: Entry) -> list[Finding]:
    """What is wrong with an arrival's bytes: [] when its blob gives the root, count and size it states."""
    try:
        if arrival.body["channel"] == "file":
            _blob(connection, arrival, str(arrival.body["document"]))
            _blob(connection, arrival, str(arrival.body["map"]))
            return []
        leaves = list(split(_payload(connection, arrival)))
    except FindingError as problem:
        return list(problem.findings)
    except ValueError:
        return [_differs(arrival, "packing")]
    found: list[Finding] = []
    if len(leaves) != arrival.body["count"]:
        found.append(_differs(arrival, "count"))
    if root([leaf_hash(leaf) for leaf in leaves]).hex() != arrival.body["root"]:
        found.append(_differs(arrival, "root"))
    return found


def _payload(connection: Connection, arrival: Entry) -> bytes:
    stated = cast(int, arrival.body["bytes"])
    packed = _blob(connection, arrival, str(arrival.body["blob"]))
    try:
        payload = zlib.decompressobj().decompress(packed, stated + 1)
    except zlib.error as problem:
        raise FindingError(_differs(arrival, "zlib")) from problem
    if len(payload) != stated:
        raise FindingError(_differs(arrival, "bytes"))
    return payload


def _blob(connection: Connection, arrival: Entry, name: str) -> bytes:
    data = get_blob(connection, name)
    if data is None:
        raise FindingError(
            Finding("monitoring.arrival_bytes_missing", {"entry": arrival.index}, {"blob": name})
        )
    if sha256(data).hexdigest() != name:
        raise FindingError(_differs(arrival, "sha256"))
    return data


def _differs(arrival: Entry, what: str) -> Finding:
    return Finding("monitoring.arrival_bytes_differ", {"entry": arrival.index}, {"what": what})
