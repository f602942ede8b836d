"""The judge: reads the bytes in the database for itself and says what of the promise was broken.

It knows the formats (``docs/reference/ledger.md``), not the code that writes them: packed records, batch roots,
leaf hashes and heads are computed here once more. Only readings are asked of the product, by the door through which
every figure asks for them.
"""

import base64
import json
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import psycopg

from faults.frames import frame, is_whole
from faults.loggers import Fleet

_HEAD = struct.Struct(">QIBB")
Head = tuple[int, str]
"""Size and whole note of a checkpoint that somebody saw."""


class Edge:
    """The right edge of an RFC 9162 tree: the roots of its full subtrees, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """One more leaf."""
        node, size = sha256(b"\0" + leaf).digest(), self.size
        while size & 1:
            node = sha256(b"\1" + self._peaks.pop() + node).digest()
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._peaks:
            return sha256(b"").digest()
        *rest, node = self._peaks
        for peak in reversed(rest):
            node = sha256(b"\1" + peak + node).digest()
        return node


def unpack(payload: bytes) -> list[bytes]:
    """The records of a packed batch; ValueError where the lengths do not add up."""
    found, at = [], 0
    while at < len(payload):
        (length,) = struct.unpack_from(">I", payload, at)
        record = payload[at + 4 : at + 4 + length]
        if len(record) != length or length < _HEAD.size:
            raise ValueError(f"broken at byte {at}")
        found.append(record)
        at += 4 + length
    return found


def sent_bytes(record: bytes) -> bytes:
    """What the sender sent, of a record with its time, running number, grade and sender; without a line end.

    A frame is whole with its check value. A line end that came later than that is not among its bytes.
    """
    return record[_HEAD.size + _HEAD.unpack_from(record)[3] :].rstrip(b"\r\n")


@dataclass
class Findings:
    """What the judge found so far; every list but the first counters is empty where the promise is kept."""

    arrivals: int = 0
    records: int = 0
    rubbish: int = 0
    lost: set[bytes] = field(default_factory=set)
    doubled: int = 0
    """Receptions (same time, running number, sender and bytes) that stand in two places."""
    other: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Nothing found."""
        return not (self.lost or self.doubled or self.other)


class Judge:
    """Follows one database: each ``look`` reads what is new in it."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.stored: Counter[bytes] = Counter()
        """How often each frame's bytes stand in arrivals."""
        self.edge = Edge()
        self.roots: dict[int, bytes] = {}
        """The root at every size."""
        self._receptions: set[bytes] = set()

    def look(
        self, connection: "psycopg.Connection[tuple[object, ...]]", acknowledged: Iterable[bytes]
    ) -> int:
        """Read new entries and waiting chunks as of one moment; how many records wait in chunks.

        ``acknowledged``: frames known to be acknowledged *before* the call; each must be found.
        """
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            entries = connection.execute(
                'SELECT "index", type, data FROM tansuo.entry WHERE "index" >= %s ORDER BY "index"',
                (self.edge.size,),
            ).fetchall()
            for index, kind, data in entries:
                self._entry(connection, int(str(index)), str(kind), _bytes(data))
            chunks = connection.execute("SELECT payload FROM tansuo.raw_chunk ORDER BY id").fetchall()
        waiting: list[bytes] = []
        for (payload,) in chunks:
            waiting += unpack(_bytes(payload))
        here = {sent_bytes(record) for record in waiting}
        self.findings.lost = {
            data for data in acknowledged if data not in here and not self.stored[data]
        }  # each look afresh: what was not there once and is later was no loss, but it never should be so
        if self.findings.lost:
            self.findings.other.append(
                f"{len(self.findings.lost)} acknowledged frames are not there at size {self.edge.size}"
            )
        return len(waiting)

    def _entry(
        self, connection: "psycopg.Connection[tuple[object, ...]]", index: int, kind: str, data: bytes
    ) -> None:
        if index != self.edge.size:
            self.findings.other.append(f"entry {index} stands where {self.edge.size} should")
            self.edge.size = index
        self.edge.add(data)
        self.roots[self.edge.size] = self.edge.root()
        if kind != "arrival":
            return
        body = json.loads(data)["body"]
        row = connection.execute("SELECT data FROM tansuo.blob WHERE sha256 = %s", (body["blob"],)).fetchone()
        try:
            if row is None:
                raise ValueError("its blob is not there")
            self._arrival(body, _bytes(row[0]))
        except (ValueError, zlib.error) as problem:
            self.findings.other.append(f"arrival {index}: {problem}")

    def _arrival(self, body: Mapping[str, object], blob: bytes) -> None:
        if sha256(blob).hexdigest() != body["blob"]:
            raise ValueError("its blob has another hash")
        records = unpack(zlib.decompress(blob))
        batch = Edge()
        for record in records:
            batch.add(record)
        if len(records) != body["count"] or batch.root().hex() != body["root"]:
            raise ValueError("its blob holds other records than the entry states")
        self.findings.arrivals += 1
        self.findings.records += len(records)
        for record in records:
            digest = sha256(record).digest()[:16]
            self.findings.doubled += digest in self._receptions
            self._receptions.add(digest)
            data = sent_bytes(record)
            self.stored[data] += 1
            self.findings.rubbish += not is_whole(data)

    def heads(self, seen: Iterable[Head]) -> None:
        """Every head that somebody saw must be the root of these entries, and the only one of its size."""
        notes: dict[int, str] = {}
        for size, note in sorted(seen):
            if notes.setdefault(size, note) != note:
                self.findings.other.append(f"two heads of size {size} were let out")
            stated = note.split("\n")
            if self.roots.get(size) != base64.b64decode(stated[2]) or stated[1] != str(size):
                self.findings.other.append(f"the head of size {size} that was seen is not that of the log")

    def sent(self, fleet: Fleet) -> None:
        """Nothing stands there more often than it was sent, and of halves no whole."""
        for device in fleet.devices:
            for number in [*device.whole, *device.torn]:
                there = self.stored[frame(device.device, number).rstrip()]
                if there > device.whole[number]:
                    self.findings.other.append(
                        f"minute {number} of device {device.device} was sent {device.whole[number]} times"
                        f" and stands {there} times"
                    )
            if device.phantoms:
                self.findings.other.append(
                    f"device {device.device}: acknowledged, and never sent whole: {device.phantoms[:5]}"
                )

    def readings(
        self, found: Counter[tuple[str, int, int | None]], expected: set[tuple[str, int, int]]
    ) -> None:
        """Every acknowledged frame is one reading, and there are no others."""
        missing = [one for one in expected if not found[one]]
        doubled = [one for one in expected if found[one] > 1]
        strange = set(found) - expected
        for word, what in (
            ("acknowledged and no reading", missing),
            ("more than one reading", doubled),
            ("a reading that nobody sent whole", strange),
        ):
            if what:
                self.findings.other.append(f"{word}: {len(what)}, such as {sorted(what)[:3]}")


def _bytes(value: object) -> bytes:
    assert isinstance(value, (bytes, memoryview))
    return bytes(value)
