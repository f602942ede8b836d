"""From an arrival to measurements: numbers with their streams, frame keys, split messages, findings."""

from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from sqlalchemy import Connection, insert

from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Draft, Entry
from tansuo.monitoring import intake, parse
from tansuo.monitoring.connectors.hj212.frame import decode, encode
from tansuo.monitoring.connectors.hj212.measurements import (
    frame_digest,
    frame_key,
    label_of,
    measurements_of,
    plain_number,
)
from tansuo.monitoring.intake import Received, pack
from tansuo.monitoring.reading import Measurement
from tansuo.monitoring.tables import frame_seen
from tansuo.quantity.finding import FindingError
from tansuo.quantity.wording import texts

NOW = 1_767_225_600_000
CLOCK = SimulatedClock(NOW)
TEN = "20260115100000"
AT_TEN = datetime(2026, 1, 15, 10)
Arrive = Callable[[Sequence[bytes]], Entry]


def frame(qn: str, values: str, time: str | None = TEN, **more: str) -> bytes:
    """An hourly frame; ``values`` like ``a05001-Cou=325.418,a05001-Flag=N;a00000-Cou=1``."""
    header = {"QN": qn, "ST": "31", "CN": "2061", "PW": "123456", "MN": "MN1", "Flag": "5"} | more
    groups = [[tuple(item.split("=")) for item in group.split(",")] for group in values.split(";")]
    return encode(header, [*([[("DataTime", time)]] if time else []), *groups])  # type: ignore[list-item]


@pytest.fixture
def arrive(connection: Connection) -> Arrive:
    """Receive frames as one arrival."""
    ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=CLOCK)

    def receive(frames: Sequence[bytes]) -> Entry:
        records = [Received(NOW, number, "10.0.0.1:4000", 0, data) for number, data in enumerate(frames)]
        intake.store_chunk(connection, "hj212", pack(records), len(records))
        [arrival] = intake.close_chunks(connection, CLOCK)
        return arrival

    return receive


def test_an_hourly_frame_gives_its_numbers(connection: Connection, arrive: Arrive) -> None:
    sent = frame("1", "a05001-Cou=325.418,a05001-Avg=11.870,a05001-Flag=N;a00000-Cou=-1.5,a00000-Flag=D")
    found, findings = parse.measurements(connection, arrive([sent]))
    at = AT_TEN
    digest = frame_digest(decode(sent))
    assert found == [
        Measurement(
            "hj212", "MN1", "2061:a05001:Cou", at, "325.418", "N", 0, frame="MN1/2061/1/", digest=digest
        ),
        Measurement(
            "hj212", "MN1", "2061:a05001:Avg", at, "11.870", "N", 0, frame="MN1/2061/1/", digest=digest
        ),
        Measurement(
            "hj212", "MN1", "2061:a00000:Cou", at, "-1.5", "D", 0, frame="MN1/2061/1/", digest=digest
        ),
    ]
    assert findings == []


def test_other_commands_and_answers_give_no_numbers(connection: Connection, arrive: Arrive) -> None:
    sent = [
        frame("1", "SB1-RS=0", CN="2021"),
        encode({"QN": "2", "ST": "91", "CN": "9014", "PW": "1", "MN": "MN1", "Flag": "4"}, []),
    ]
    assert parse.measurements(connection, arrive(sent)) == ([], [])


def test_rejected_records_are_named_one_by_one(connection: Connection, arrive: Arrive) -> None:
    good = frame("1", "a05001-Cou=1")
    sent = [b"GET / HTTP/1.1\r\n", good, good.replace(b"Cou=1", b"Cou=2"), good[:40]]
    found, findings = parse.measurements(connection, arrive(sent))
    assert [one.record for one in found] == [1]
    named = {(one.code.removeprefix("monitoring.hj212."), one.where["frame"]) for one in findings}
    assert {("no_frame_start", 0), ("crc_mismatch", 2), ("length_mismatch", 3), ("no_CP", 3)} <= named
    crc = next(one for one in findings if one.code.endswith("crc_mismatch"))
    assert crc.params["sent"] != crc.params["computed"]
    assert crc.where["device"] == "MN1"


def test_notes_of_one_device_are_gathered(connection: Connection, arrive: Arrive) -> None:
    sent = [frame(str(number), "a05001-Cou=1", time="20260115100000000") for number in range(50)]
    found, findings = parse.measurements(connection, arrive(sent))
    assert {one.label for one in found} == {AT_TEN}
    [note] = findings
    assert (note.code, note.severity) == ("monitoring.hj212.data_time_not_14_digits", "warning")
    assert (note.params["count"], note.where["frame"]) == (50, 0)


def test_every_trouble_can_be_said(connection: Connection, arrive: Arrive) -> None:
    sent = [
        frame("1", "a05001-Cou=--"),
        frame("2", "a05001-Cou=1", time=None),
        frame("3", "a05001-Cou=1", time="20261345000000"),
        frame("4", "a05001-Cou=1", time=None, Flag="7", PNUM="2", PNO="2"),
    ]
    found, findings = parse.measurements(connection, arrive(sent))
    assert [(one.record, one.text) for one in found] == [(0, None)]
    codes = [finding.code for finding in findings]
    assert codes == [
        f"monitoring.hj212.{name}"
        for name in ("value_not_decimal", "no_data_time", "data_time_not_a_time", "packet_without_time")
    ]
    wording = texts("monitoring")
    for finding in findings:
        assert finding.severity == "error"
        assert wording[finding.code]["zh"]
        assert wording[finding.code]["en"]


def test_an_empty_number_is_a_measurement_without_text(connection: Connection, arrive: Arrive) -> None:
    [one], findings = parse.measurements(connection, arrive([frame("1", "a05001-Cou=,a05001-Flag=B")]))
    assert (one.text, one.flag, findings) == (None, "B", [])


@pytest.mark.parametrize(
    ("sent", "plain"),
    [
        ("0", "0"), ("-0.0", "-0.0"), ("12.50", "12.50"), ("007.10", "7.10"), (".5", "0.5"), ("5.", "5"),
        ("+3.0", "3.0"), ("-.25", "-0.25"), ("000", "0"), ("-", None), (".", None), ("1e3", None),
        ("1,5", None), ("１２", None), ("nan", None), ("", None), ("9" * 65, None), (" 1", None),
    ],
)  # fmt: skip
def test_numbers_keep_their_digits(sent: str, plain: str | None) -> None:
    assert plain_number(sent) == plain


@pytest.mark.parametrize(
    "bad", ["", "2026", "20260230000000", "20260101240000", "2026010100000x", "²0260101000000"]
)
def test_what_is_no_time_is_none(bad: str) -> None:
    assert label_of(bad) is None


def test_a_frame_sent_again_has_the_same_key_and_digest() -> None:
    first = decode(frame("20260115110000456", "a05001-Cou=1"))
    again = decode(frame("20260115110000456", "a05001-Cou=1", PW="654321", Flag="9", RF="1"))
    other = decode(frame("20260115110000456", "a05001-Cou=2"))
    assert frame_key(first) == frame_key(again) == frame_key(other) == "MN1/2061/20260115110000456/"
    assert frame_digest(first) == frame_digest(again) != frame_digest(other)


def test_a_frame_without_qn_is_known_by_what_it_says() -> None:
    def bare(value: str) -> bytes:
        return encode({"ST": "31", "CN": "2061", "MN": "M"}, [[("DataTime", TEN)], [("a-Cou", value)]])

    one, same, other = (decode(bare(value)) for value in ("1", "1", "2"))
    assert frame_key(one) == frame_key(same) != frame_key(other)


def packet(number: int, values: str, time: str | None, qn: str = "7") -> bytes:
    return frame(qn, values, time, Flag="7", PNUM="2", PNO=str(number))


def test_packets_of_one_arrival_share_their_time_in_any_order(connection: Connection, arrive: Arrive) -> None:
    sent = [packet(2, "a00000-Cou=2", None), packet(1, "a05001-Cou=1", TEN)]
    found, findings = parse.measurements(connection, arrive(sent))
    assert [(one.stream, one.label.hour, one.frame) for one in found] == [
        ("2061:a00000:Cou", 10, "MN1/2061/7/2"),
        ("2061:a05001:Cou", 10, "MN1/2061/7/1"),
    ]
    assert findings == []


def remember(connection: Connection, arrival: Entry, found: Sequence[Measurement]) -> None:
    """What the projection writes down of an arrival's frames."""
    for one in found:
        row = {"frame": one.frame, "digest": one.digest, "record": one.record, "org_id": "city"}
        connection.execute(insert(frame_seen).values(**row, entry=arrival.index))


def test_a_packet_takes_the_time_from_an_earlier_arrival_only(connection: Connection, arrive: Arrive) -> None:
    early = arrive([packet(2, "a00000-Cou=2", None)])
    first = arrive([frame("6", "a05001-Cou=9"), packet(1, "a05001-Cou=1", TEN)])
    remember(connection, first, parse.measurements(connection, first)[0])
    late = arrive([packet(2, "a00000-Cou=2", None)])
    stranger = arrive([packet(2, "a00000-Cou=2", None, qn="8")])

    [one], findings = parse.measurements(connection, late)
    assert (one.label, findings) == (AT_TEN, [])
    for arrival in (early, stranger):
        found, [finding] = parse.measurements(connection, arrival)
        assert (found, finding.code) == ([], "monitoring.hj212.packet_without_time")


def test_a_parser_we_do_not_have_is_not_guessed(connection: Connection, arrive: Arrive) -> None:
    right = arrive([frame("1", "a05001-Cou=1")])
    body = dict(right.body) | {"parser": "hj212-99"}
    [other] = ledger.append(connection, [Draft("arrival", "arrival/hj212", body, org="city")], CLOCK)
    with pytest.raises(FindingError) as refused:
        parse.measurements(connection, other)
    assert refused.value.findings[0].code == "monitoring.unknown_parser"


def test_a_frame_of_another_command_has_no_numbers_even_when_it_looks_so() -> None:
    assert measurements_of(decode(frame("1", "a05001-Cou=1", CN="3020")), 0, TEN) == ([], [])
