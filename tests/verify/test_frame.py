"""One frame against one sealed line: what of HJ 212 is read, what is left unread, what is an error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from forging import encoded
from tansuo.evidence.note import NoteError
from tansuo.evidence.proof import ProofError, make_inclusion
from tansuo.evidence.tree import leaf_hash, root
from tansuo.monitoring.connectors.hj212.frame import encode
from tansuo.verify.book import Book, Head
from tansuo.verify.frame import arrived, frame_of, line_of
from tansuo.verify.sources import Segment

DAY = 1767196800
"""Midnight of 1 January 2026 in Shanghai."""
PLAN = 7
LINE: dict[str, Any] = {
    "series": "a/coal", "channel": "hj212", "device": "MN-a", "stream": "2031:f01001:Cou", "form": "amount",
    "label": "start", "valid_from": "2026-01-01", "valid_to": None,
}  # fmt: skip
ROW: dict[str, Any] = {
    "plan": PLAN, "series": "a/coal", "from": "2026-01-01", "to": "2026-02-01", "step_s": 86_400, "decimals": 3,
}  # fmt: skip
FRAMES = [b"##%d" % number for number in range(5)]
RECORDS = [bytes(12) + b"\1\3abc" + one for one in FRAMES]
LEAVES = [leaf_hash(one) for one in RECORDS]
ARRIVAL: dict[str, Any] = {"type": "arrival", "body": {"root": root(LEAVES).hex(), "count": 5}}


def segment(hours: int = 0, **fields: Any) -> Segment:
    """January, as a seal says it of the series; ``hours``: how much longer it is than its days."""
    row = {**ROW, **fields}
    return Segment({"period": "2026-01"}, (DAY, DAY + 31 * 86_400 + 3_600 * hours), row, [], [])


def book(*lines: dict[str, Any]) -> Book:
    """A log whose plan has these lines of the coal."""
    plan: Any = {"body": {"lines": [{**LINE, **one} for one in lines or ({},)]}}
    return Book({}, {}, Head("x", 1, bytes(32)), [], {PLAN: plan})


def frame(
    value: str | None = "100.125", flag: str | None = "N", time: str = "20260101000000", **head: str
) -> bytes:
    """A record of a device's frame."""
    header = {"QN": f"{time}000", "ST": "31", "CN": "2031", "PW": "1", "MN": "MN-a", "Flag": "5", **head}
    fields = [*([] if value is None else [("f01001-Cou", value)])]
    fields += [] if flag is None else [("f01001-Flag", flag)]
    return bytes(12) + b"\1\1a" + encode(header, [[("DataTime", time)], fields])


def read(record: bytes, **fields: Any) -> str | None:
    """What it says; ``fields``: of the plan's line."""
    row = {name: fields.pop(name) for name in ("step_s", "decimals", "series") if name in fields}
    return line_of(book(fields), segment(**row), record)


@pytest.mark.parametrize(
    ("value", "flag", "said"),
    [
        ("100.125", "N", "100125,value.measured.N"),
        ("100.125", None, "100125,value.measured"),
        ("100.125", "S", "100125,value.declared.S"),
        ("+00100.12500", "N", "100125,value.measured.N"),
        ("-100.1", "N", "-100100,value.measured.N"),
        ("5", "N", "5000,value.measured.N"),
        (".5", "N", "500,value.measured.N"),
        ("5.", "N", "5000,value.measured.N"),
        ("0.000", "N", "0,measured_zero.measured.N"),
        ("-0", "N", "0,measured_zero.measured.N"),
        ("0", "S", "0,declared_zero.declared.S"),
        ("100.125", "M", ",missing.measured.M"),
        ("100.125", "n", ",missing.measured.n"),
        ("NaN", "N", ",missing.measured.N"),
        ("", "N", ",missing.measured.N"),
        (".", "N", ",missing.measured.N"),
        ("1e5", "S", ",missing.declared.S"),
        ("0" * 60 + "5.00", "N", "5000,value.measured.N"),
        ("1" + "0" * 63, "N", f"1{'0' * 66},value.measured.N"),
        ("1" + "0" * 64, "N", ",missing.measured.N"),
        ("0.000", "F", ",not_operating.measured.F"),
        ("", "F", ",not_operating.measured.F"),
        ("0.001", "F", ",missing.measured.F"),
        ("9", "F", ",missing.measured.F"),
        ("x1", "F", ",not_operating.measured.F"),
    ],
)
def test_a_field_gives_integer_quality_and_mark(value: str, flag: str | None, said: str) -> None:
    assert read(frame(value, flag)) == f"{DAY},{said}"


@pytest.mark.parametrize(("form", "quality"), [("register", "not_operating"), ("ratio", "not_operating"),
                                               ("amount", "missing"), ("rate", "missing")])  # fmt: skip
def test_at_a_standstill_a_register_and_a_ratio_may_say_a_number(form: str, quality: str) -> None:
    assert read(frame("5", "F"), form=form) == f"{DAY},,{quality}.measured.F"


def test_more_decimals_than_were_sealed_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"^100\.1251 has more decimals than were sealed$"):
        read(frame("100.1251"))
    assert read(frame("100"), decimals=0) == f"{DAY},100,value.measured.N"
    assert read(frame("0"), decimals=0) == f"{DAY},0,measured_zero.measured.N"
    with pytest.raises(ValueError, match="more decimals"):
        read(frame("100.1"), decimals=0)


def test_a_label_of_the_end_is_of_the_interval_before_but_a_register_is_of_its_moment() -> None:
    later = frame(time="20260102000000")
    assert read(later) == f"{DAY + 86_400},100125,value.measured.N"
    assert read(later, label="end") == f"{DAY},100125,value.measured.N"
    assert read(later, label="end", form="register") == f"{DAY + 86_400},100125,value.measured.N"
    assert read(later, label="end", step_s=3_600) == f"{DAY + 82_800},100125,value.measured.N"
    assert read(later, label="end", step_s=0) == f"{DAY + 86_400},100125,value.measured.N"


def test_the_time_is_read_to_the_second_in_the_hour_of_the_seal() -> None:
    at = datetime(2026, 1, 31, 15, 59, 58, tzinfo=UTC).timestamp()
    assert read(frame(time="20260131235958")) == f"{at:.0f},100125,value.measured.N"


@pytest.mark.parametrize(
    "time",
    [
        *("20260101240000", "20260101006000", "20260101000060", "19690101000000", "22000101000000"),
        *("2026010100000", "", "2026-01-01T00:00"),
    ],
)
def test_a_time_that_is_none_is_not_read(time: str) -> None:
    assert read(frame(time=time)) is None


def test_what_is_not_read_here() -> None:
    assert read(frame(), channel="mqtt") is None
    assert read(frame(), step_s=-1) is None
    assert read(frame(), step_s=0) is not None
    assert read(frame(flag="N!")) is None
    assert read(frame(flag="N-_9")) == f"{DAY},,missing.measured.N-_9"
    assert read(frame().replace(b"PW=1", "PW=密".encode())) is None
    assert read(re_timed(frame())) is None
    assert line_of(book(), segment(hours=1), frame()) is None
    assert line_of(book(), segment(hours=-1), frame()) is None


def re_timed(record: bytes) -> bytes:
    """Without its time."""
    return record.replace(b"DataTime=", b"DataTimes=")


@pytest.mark.parametrize(
    "record",
    [frame(MN="MN-b"), frame(CN="2061"), frame(None), frame().replace(b"f01001-Cou", b"f01002-Cou")],
)
def test_a_frame_of_something_else_is_an_error(record: bytes) -> None:
    with pytest.raises(ValueError, match=r"^a frame without 2031:f01001:Cou of MN-a$"):
        read(record)


@pytest.mark.parametrize("change", [(b"##", b"#"), (b"CP=&&", b"CP=&"), (b"\r\n", b"\r\nx"), (b"##", b"x##")])
def test_what_is_no_frame_is_an_error(change: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match=r"^not a frame of HJ 212$"):
        read(frame().replace(*change))


def test_the_stream_names_command_factor_and_field() -> None:
    record = frame().replace(b"f01001-Cou", b"a:b-Avg")
    record = record.replace(b"f01001-Flag", b"a:b-Flag")
    assert read(record, stream="2031:a:b:Avg") == f"{DAY},100125,value.measured.N"


def test_of_a_repeated_key_the_last_counts_and_a_value_may_hold_a_sign_of_equality() -> None:
    twice = frame().replace(b"Cou=100.125", b"Cou=1,f01001-Cou=2")
    assert read(twice) == f"{DAY},2000,value.measured.N"
    assert read(frame("1=2")) == f"{DAY},,missing.measured.N"


def test_the_plans_line_is_that_of_the_series_on_the_first_day_of_the_row() -> None:
    old, new = {"valid_to": "2026-01-01", "device": "MN-0"}, {"valid_from": "2026-01-02", "device": "MN-9"}
    other = {"series": "a/gas", "device": "MN-g"}
    assert line_of(book(old, {"valid_to": "2026-01-02"}, new, other), segment(), frame()) is not None
    assert line_of(book(old, {}, new, other), segment(**{"from": "2026-01-01"}), frame()) is not None
    for lines in ((old,), (new,), (other,), ({}, {})):
        with pytest.raises(ValueError, match="unpack"):
            line_of(book(*lines), segment(), frame())


def one(at: int) -> dict[str, Any]:
    path = make_inclusion(lambda level, start, stop: LEAVES[start:stop], at, 5)
    return {"record": at, "path": [encoded(each) for each in path]}


def test_a_frame_that_arrived_is_the_record_that_its_path_shows() -> None:
    for at, record in enumerate(RECORDS):
        assert arrived(ARRIVAL, encoded(record), one(at)) == record
        assert frame_of(record) == FRAMES[at]
    with pytest.raises(ProofError):
        arrived(ARRIVAL, encoded(RECORDS[1]), one(2))


def test_a_record_is_of_an_arrival_and_has_its_head() -> None:
    with pytest.raises(NoteError, match=r"^seal is no arrival$"):
        arrived({**ARRIVAL, "type": "seal"}, encoded(RECORDS[0]), one(0))
    with pytest.raises(NoteError, match=r"^a record of 13 bytes$"):
        arrived(ARRIVAL, encoded(bytes(13)), one(0))
    alone = {"type": "arrival", "body": {"root": root([leaf_hash(bytes(14))]).hex(), "count": 1}}
    assert arrived(alone, encoded(bytes(14)), {"record": 0, "path": []}) == bytes(14)
