"""From an arrival to measurements and findings: the parser an arrival entry names.

A pure function of the arrival's bytes and of what the ledger held before it, so that it gives the same
answer whenever it is asked: at intake, at replay, years later. For HJ 212:

- A frame that decodes badly gives a finding and no measurement; its bytes stay in the arrival.
- A split message (PNUM, PNO) is read packet by packet. A packet without a DataTime of its own takes that of
  another packet of its message (same MN, CN, QN) in the same arrival, else of one already taken from an
  earlier arrival. Where none is known by then, it gives the finding ``packet_without_time`` and no
  measurement, whatever comes later: what an arrival says never depends on its successors. The message comes
  in when the device sends it again.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from tansuo.evidence.document import get_blob
from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import get
from tansuo.monitoring.connectors.hj212.frame import FATAL, Decoded, decode
from tansuo.monitoring.connectors.hj212.measurements import (
    DATA_COMMANDS,
    Trouble,
    measurements_of,
)
from tansuo.monitoring.intake import records
from tansuo.monitoring.reading import Measurement
from tansuo.monitoring.tables import frame_seen
from tansuo.quantity.finding import Finding, FindingError, Severity

Message = tuple[str, str, str]
"""MN, CN, QN of a split message."""

Parsed = tuple[list[Measurement], list[Finding]]
"""What an arrival says: its measurements and findings."""

_MOST_PACKETS = 99
_LONGEST_NUMBER = 9
_SHOWN = 64


def measurements(connection: Connection, arrival: Entry) -> Parsed:
    """Every measurement of an arrival in the order of its records, and what was found on the way.

    FindingError ``monitoring.unknown_parser`` where the entry names a parser version this program does not
    have, and those of ``intake.records``.
    """
    parser = str(arrival.body["parser"])
    if parser == "hj212-1":
        return _hj212(connection, arrival)
    if parser == "workbook-1":
        return _file(connection, arrival)
    raise FindingError(Finding("monitoring.unknown_parser", {"entry": arrival.index}, {"parser": parser}))


def _file(connection: Connection, arrival: Entry) -> Parsed:
    from tansuo.monitoring.connectors import workbook  # its readers are heavy; frames do not need them

    body = arrival.body
    document = records(connection, arrival)[0]
    mapping = get_blob(connection, str(body["map"]))
    if mapping is None:
        params = {"blob": str(body["map"])}
        raise FindingError(Finding("monitoring.arrival_bytes_missing", {"entry": arrival.index}, params))
    found, findings = workbook.measurements_of(document.data, document.peer, mapping)
    return found, findings


def _hj212(connection: Connection, arrival: Entry) -> Parsed:
    notes = _Notes(arrival.index)
    accepted: list[tuple[int, Decoded]] = []
    for record, received in enumerate(records(connection, arrival)):
        decoded = decode(received.data)
        if decoded.problems:
            for problem in decoded.problems:
                notes.problem(problem, record, decoded)
            if decoded.verdict != "accept":
                continue
        accepted.append((record, decoded))
    times = _times(accepted)
    found: list[Measurement] = []
    for record, decoded in accepted:
        time = decoded.data_time
        if time is None and _waits(decoded):
            message = _message(decoded)
            if message not in times:
                times[message] = _earlier_time(connection, arrival.index, decoded)
            time = times[message]
        here, troubles = measurements_of(decoded, record, time)
        found += here
        for trouble in troubles:
            waiting = trouble.name == "no_data_time" and _waits(decoded)
            notes.trouble(Trouble("packet_without_time", {}) if waiting else trouble, record, decoded)
    return found, notes.findings()


def _message(decoded: Decoded) -> Message:
    header = decoded.header
    return header.get("MN", ""), header.get("CN", ""), header.get("QN", "")


def _waits(decoded: Decoded) -> bool:
    """A data packet of a message that can be recognised (it has a QN)."""
    header = decoded.header
    return bool(
        "PNUM" in header and "PNO" in header and header.get("QN") and header.get("CN") in DATA_COMMANDS
    )


def _times(accepted: Sequence[tuple[int, Decoded]]) -> dict[Message, str | None]:
    """DataTime of each split message of which a packet in this arrival states it; the first one holds."""
    times: dict[Message, str | None] = {}
    for _, decoded in accepted:
        if _waits(decoded) and (time := decoded.data_time) is not None:
            times.setdefault(_message(decoded), time)
    return times


def _earlier_time(connection: Connection, before: int, decoded: Decoded) -> str | None:
    """DataTime of a packet of the same message taken from an arrival below ``before``."""
    header = decoded.header
    count = header["PNUM"]
    if not (count.isascii() and count.isdigit()) or max(len(count), len(header["PNO"])) > _LONGEST_NUMBER:
        return None
    width = len(header["PNO"])
    numbers = {
        form for n in range(1, min(int(count), _MOST_PACKETS) + 1) for form in (f"{n}", f"{n:0{width}}")
    }
    keys = ["/".join((*_message(decoded), number)) for number in sorted(numbers)]
    wanted = (
        select(frame_seen.c.entry, frame_seen.c.record)
        .where(frame_seen.c.frame.in_(keys), frame_seen.c.entry < before)
        .order_by(frame_seen.c.entry, frame_seen.c.record)
    )
    for index, record in connection.execute(wanted):
        arrival = get(connection, index)
        if arrival is not None and arrival.body.get("channel") == "hj212":
            time = decode(records(connection, arrival)[record].data).data_time
            if time is not None:
                return time
    return None


def _shown(text: str) -> str:
    """Received text as a finding may carry it: printable, and not long."""
    cut = text[:_SHOWN]
    return cut if cut.isprintable() else "".join(one if one.isprintable() else "\ufffd" for one in cut)


class _Notes:
    """Findings of one arrival. Rejected frames are named one by one; notes on accepted frames are gathered by
    device and kind, with the first frame and their number, so that one odd device does not fill the page."""

    def __init__(self, entry: int) -> None:
        self._entry = entry
        self._single: list[Finding] = []
        self._gathered: dict[tuple[str, str, str], list[int]] = {}

    def problem(self, problem: str, record: int, decoded: Decoded) -> None:
        """One of ``Decoded.problems``: ``name`` or ``name:detail``."""
        name, _, detail = problem.partition(":")
        if name in FATAL:
            where: dict[str, str | int] = {"entry": self._entry, "frame": record}
            if decoded.header.get("MN"):
                where["device"] = _shown(decoded.header["MN"])
            params: dict[str, str | int] = {
                "sent": _shown(decoded.crc_text),
                "computed": decoded.crc_computed or "",
                "declared": "" if decoded.declared_length is None else decoded.declared_length,
                "found": len(decoded.segment),
            }
            self._single.append(Finding(f"monitoring.hj212.{name}", where, params))
        else:
            self._gather(name, detail, record, decoded)

    def trouble(self, trouble: Trouble, record: int, decoded: Decoded) -> None:
        """What ``measurements_of`` could not read."""
        detail = " ".join(str(value) for value in trouble.params.values())
        self._gather(trouble.name, detail, record, decoded)

    def _gather(self, name: str, detail: str, record: int, decoded: Decoded) -> None:
        key = (name, _shown(detail), _shown(decoded.header.get("MN", "")))
        self._gathered.setdefault(key, []).append(record)

    def findings(self) -> list[Finding]:
        """All of them: rejected frames in their order, then the gathered ones."""
        found = list(self._single)
        for (name, detail, device), at in self._gathered.items():
            where: dict[str, str | int] = {"entry": self._entry, "frame": at[0], "device": device}
            params: dict[str, str | int] = {"detail": detail, "count": len(at)}
            severity: Severity = "error" if name in _LOST else "warning"
            found.append(Finding(f"monitoring.hj212.{name}", where, params, severity))
        return found


_LOST = frozenset(
    {"value_not_decimal", "no_data_time", "data_time_not_a_time", "packet_without_time", "unusable_names"}
)
