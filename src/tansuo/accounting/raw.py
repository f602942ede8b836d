"""The last step down: from a reading to the bytes it was read from, and the entry that holds them.

A reading names its arrival (a ledger index) and its record in it. The record is a frame as received, a row of
a file as received, or a correction by a person with its reason and document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Connection

from tansuo.accounting.wording import refuse
from tansuo.evidence.document import get_blob
from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import get
from tansuo.evidence.tree import leaf_hash
from tansuo.monitoring.connectors.hj212.frame import decode
from tansuo.monitoring.connectors.workbook import raw_row, read_mapping
from tansuo.monitoring.intake import Received, check_arrival, records
from tansuo.monitoring.record import pack_one
from tansuo.quantity.finding import Finding


@dataclass(frozen=True, slots=True)
class Raw:
    """What was received, byte for byte.

    ``entry`` is the arrival (or the correction). ``data``: the frame's bytes, or the bytes of the whole file;
    empty for a correction. ``position`` is the record's place in its arrival (for a file the row number as an
    editor shows it). ``cells`` are the fields of the row or of the frame. ``leaf`` is the hash of the record
    in the arrival's batch, hex ("" for a file, whose document hash is ``digest``). ``findings``: what is
    wrong with the arrival's bytes now; [] where they are what the entry states.
    """

    entry: Entry
    channel: Literal["hj212", "file", "correction"]
    name: str
    received_ms: int
    position: int
    data: bytes
    digest: str
    leaf: str = ""
    sheet: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def hex(self) -> str:
        """The bytes in hexadecimal, two digits a byte."""
        return self.data.hex()

    @property
    def text(self) -> str:
        """The bytes as text, for reading: UTF-8, else GB 18030, else one character a byte."""
        for encoding in ("utf-8", "gb18030"):
            try:
                return self.data.decode(encoding)
            except UnicodeDecodeError:
                continue
        return self.data.decode("latin-1")


def raw(connection: Connection, arrival: int, record: int) -> Raw:
    """The bytes behind record ``record`` of the entry ``arrival``.

    FindingError ``accounting.no_record`` where there is no such entry or record, and those of
    ``monitoring.intake.records`` where the bytes are gone or altered.
    """
    entry = get(connection, arrival)
    if entry is None or entry.type not in ("arrival", "correction"):
        raise refuse("no_record", {"entry": arrival}, record=record)
    if entry.type == "correction":
        return _correction(entry)
    body: Mapping[str, Any] = entry.body
    if body["channel"] == "file":
        return _row(connection, entry, body, record)
    received = records(connection, entry)
    if not 0 <= record < len(received):
        raise refuse("no_record", {"entry": arrival}, record=record)
    return _frame(connection, entry, received[record], record)


def _correction(entry: Entry) -> Raw:
    body: Mapping[str, Any] = entry.body
    why: Mapping[str, Any] = entry.why or {}
    named = ("series", "start", "value", "unit", "state", "provenance", "second_by")
    cells = {name: str(body[name]) for name in named if body.get(name) is not None}
    cells.update({"reason": str(why.get("reason", "")), "by": entry.by.id})
    document = str(why.get("document", ""))
    return Raw(entry, "correction", entry.subject, entry.recorded_ms, 0, b"", document, cells=cells)


def _row(connection: Connection, entry: Entry, body: Mapping[str, Any], record: int) -> Raw:
    document = records(connection, entry)[0].data
    mapping = get_blob(connection, str(body["map"]))
    found = None
    if mapping is not None:
        found = raw_row(document, str(body["name"]), read_mapping(mapping, str(body["map_name"])), record)
    if found is None:
        raise refuse("no_record", {"entry": entry.index}, record=record)
    return Raw(
        entry=entry,
        channel="file",
        name=str(body["name"]),
        received_ms=entry.recorded_ms,
        position=found.row,
        data=document,
        digest=str(body["document"]),
        sheet=found.sheet,
        cells=dict(found.cells),
        findings=tuple(check_arrival(connection, entry)),
    )


def _frame(connection: Connection, entry: Entry, received: Received, record: int) -> Raw:
    decoded = decode(received.data)
    packed = pack_one(
        received.received_ms, received.sequence, received.grade, received.peer.encode(), received.data
    )
    return Raw(
        entry=entry,
        channel="hj212",
        name=received.peer,
        received_ms=received.received_ms,
        position=record,
        data=received.data,
        digest=sha256(received.data).hexdigest(),
        leaf=leaf_hash(packed[4:]).hex(),
        cells={**decoded.header, **decoded.fields},
        findings=tuple(check_arrival(connection, entry)),
    )
