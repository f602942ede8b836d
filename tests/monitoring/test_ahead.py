"""Frames read before they are an arrival: the parser's own answer, or none."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Entry
from tansuo.monitoring import ahead, intake, parse
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.monitoring.record import Received, pack

NOW = 1_767_225_600_000
CLOCK = SimulatedClock(NOW)


def frame(qn: str, values: Sequence[tuple[str, str]], **more: str) -> bytes:
    header = {"QN": qn, "ST": "31", "CN": "2061", "PW": "123456", "MN": "MN1", "Flag": "5"} | more
    return encode(header, [[("DataTime", "20260115100000")], values])


def packed(*frames: bytes) -> bytes:
    return pack(Received(NOW, number, "10.0.0.1:4000", 0, data) for number, data in enumerate(frames))


def arrive(connection: Connection, batches: Sequence[tuple[bytes, int]]) -> Entry:
    """Receive batches as one arrival."""
    ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=CLOCK)
    for payload, count in batches:
        intake.store_chunk(connection, "hj212", payload, count)
    [arrival] = intake.close_chunks(connection, CLOCK)
    return arrival


GOOD = frame("1", [("a05001-Cou", "325.418"), ("a05001-Flag", "N"), ("a00000-Cou", "-1.5"), ("a21-Cou", "")])
NO_NUMBERS = frame("2", [("SB1-RS", "0")], CN="2021")


def test_what_is_read_ahead_is_what_the_parser_says(connection: Connection) -> None:
    days = [(GOOD, NO_NUMBERS, frame("3", [("a05001-Cou", "007")], MN="MN2")), (GOOD,)]
    batches = [(packed(*frames), len(frames)) for frames in days]
    arrival = arrive(connection, batches)
    assert arrival.body["parser"] == ahead.PARSER
    found, findings = parse.measurements(connection, arrival)
    assert [one.record for one in found] == [0, 0, 0, 2, 3, 3, 3]
    read = [(ahead.read_ahead(payload), count) for payload, count in batches]
    assert (ahead.measurements(read), []) == (found, findings)


@pytest.mark.parametrize(
    "odd",
    [
        GOOD.replace(b"325", b"326"),
        b"GET / HTTP/1.1\r\n",
        frame("4", [("a05001-Cou", "1")], Flag="7", PNUM="2", PNO="1"),
        frame("5", [("a05001-Cou", "1e3")]),
        frame("6", [("a" * 65 + "-Cou", "1")]),
        encode({"QN": "7", "ST": "31", "CN": "2061", "MN": "MN1", "Flag": "5"}, [[("a05001-Cou", "1")]]),
    ],
    ids=["check value", "no frame", "packet", "no number", "long name", "no time"],
)
def test_a_batch_with_anything_to_judge_is_left_to_the_parser(odd: bytes) -> None:
    assert ahead.read_ahead(packed(GOOD)) != b""
    assert ahead.read_ahead(packed(GOOD, odd)) == b""
