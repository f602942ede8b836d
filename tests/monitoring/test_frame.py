"""One HJ 212 frame: the public vectors, every named irregularity, and that nothing ever raises."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.monitoring.connectors.hj212.crc import crc16
from tansuo.monitoring.connectors.hj212.frame import FATAL, Flag, decode, encode
from tansuo.quantity.wording import texts

HEADER = {"QN": "20160801085857223", "ST": "32", "CN": "1062", "PW": "100000"} | {
    "MN": "010000A8900016F000169DC0", "Flag": "5",
}  # fmt: skip


def annex_a(segment: bytes) -> int:
    """The check value bit by bit, as HJ 212-2017 annex A describes it."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            out = register & 1
            register >>= 1
            if out:
                register ^= 0xA001
    return register


def framed(segment: bytes | str) -> bytes:
    """A frame around a segment of any kind, with right length and check value."""
    data = segment.encode() if isinstance(segment, str) else segment
    return b"##%04d%b%04X\r\n" % (len(data), data, annex_a(data))


def lines(folder: Path, name: str) -> Iterator[dict[str, object]]:
    for line in (folder / name).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def test_35_public_frames_come_out_as_the_standard_says(shared_data: Callable[[str], Path]) -> None:
    seen = []
    for case in lines(shared_data("hj212_frames"), "frames.jsonl"):
        expected = case["expected"]
        assert isinstance(expected, dict)
        frame = decode(str(case["frame"]))
        name = case["id"]
        assert frame.verdict == expected["verdict"], name
        assert list(frame.problems) == expected["problems"], name
        assert frame.header == expected["header"], name
        assert frame.values == expected.get("values_last_wins", {}), name
        assert frame.data_time == expected.get("data_time"), name
        assert (frame.crc_text, frame.crc_computed) == (expected["crc_text"], expected["crc_computed"]), name
        assert frame.declared_length == expected["declared_length"], name
        assert len(frame.segment) == expected["segment_length"], name
        assert [[list(pair) for pair in group] for group in frame.groups] == expected["cp"], name
        flag = frame.flag
        if flag is not None:
            meant = expected["flag"]
            assert (flag.value, flag.ack_wanted, flag.split) == (
                meant["value"], meant["ack_wanted"], meant["split"],
            ), name  # fmt: skip
            assert flag.version_bits == meant["version_bits"], name
        else:
            assert "flag" not in expected, name
        seen.append(frame.verdict)
    assert (seen.count("accept"), seen.count("reject")) == (26, 9)


def test_43_command_bodies_are_read_and_written_back_to_the_byte(shared_data: Callable[[str], Path]) -> None:
    count = 0
    for case in lines(shared_data("hj212_frames"), "command_bodies_2017_2025.jsonl"):
        frame = decode(str(case["frame_built_here"]))
        assert frame.verdict == "accept"
        assert frame.crc_computed == case["crc"]
        assert encode(frame.header, frame.groups) == str(case["frame_built_here"]).encode() + b"\r\n"
        count += 1
    assert count == 43


@pytest.mark.parametrize(
    ("segment", "value"),
    [
        ("QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
         "CP=&&RtdInterval=30&&", "1C80"),
        ("QN=20160801085000001;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&", "C241"),
        ("QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&", "2200"),
    ],
)  # fmt: skip
def test_the_check_value_is_that_of_annex_a_and_not_modbus(segment: str, value: str) -> None:
    assert f"{crc16(segment.encode()):04X}" == value
    modbus = 0xFFFF
    for byte in segment.encode():
        modbus ^= byte
        for _ in range(8):
            modbus = (modbus >> 1) ^ (0xA001 if modbus & 1 else 0)
    assert f"{modbus:04X}" != value


@given(st.binary(max_size=1500))
def test_the_folded_check_value_equals_the_standards_loop(segment: bytes) -> None:
    assert crc16(segment) == annex_a(segment)


@pytest.mark.parametrize("size", [*range(20), 255, 256, 257, 511, 512, 513, 514, 768, 769, 1024, 9999])
def test_at_every_length_where_folding_changes_its_way(size: int) -> None:
    segment = random.Random(size).randbytes(size)
    assert crc16(segment) == annex_a(segment)


def test_the_check_value_cannot_see_bytes_eight_apart_change_places() -> None:
    """Why an arrival is hashed: this is no integrity check."""
    one, other = b"A1234567B", b"B1234567A"
    assert one != other
    assert crc16(b"0" + one + b"0") == crc16(b"0" + other + b"0")


@pytest.mark.parametrize(
    ("frame", "problems"),
    [
        (b"", ["no_frame_start"]),
        (b"hello", ["no_frame_start"]),
        (b"##", ["length_field_not_4_digits", "crc_not_hex", "no_CP", "no_CN", "no_MN"]),
        (framed("ST=32;CN=2011;MN=M;CP=&&a=1&&").replace(b"##00", b"##0"), ["length_field_not_4_digits"]),
        (b"##0031ST=32;CN=2011;MN=M;CP=&&a=1&&7F01", ["length_mismatch", "crc_mismatch"]),
        (framed("ST=32;CN=2011;MN=M;CP=&&a=1&&")[:-6] + b"XYZ1\r\n", ["crc_not_hex"]),
        (framed("ST=32;CN=2011;MN=M;a=1"), ["no_CP"]),
        (framed("ST=32;CN=2011;MN=M;CP=&&a=1&"), ["CP_not_closed"]),
        (framed("ST=32;CN=2011;PW=;MN=;CP=&&a=1&&"), ["empty_PW", "empty_MN"]),
        (framed("ST=32;PW=1;CP=&&a=1&&"), ["no_CN", "no_MN"]),
        (framed("ST=32;CN=2011;MN=M;Flag=x;CP=&&a=1&&"), ["flag_not_a_number"]),
        (framed("ST=32;CN=2011;MN=M;Flag=256;CP=&&a=1&&"), ["flag_not_a_number"]),
        (framed("ST=32;CN=2011;MN=M;Flag=7;CP=&&a=1&&"), ["flag_split_bit_disagrees_with_PNUM_PNO"]),
        (framed("ST=32;CN=2011;MN=M;Flag=7;PNUM=2;CP=&&a=1&&"), ["flag_split_bit_disagrees_with_PNUM_PNO"]),
        (framed("ST=32;CN=2011;MN=M;Flag=5;PNUM=1;PNO=1;CP=&&a=1&&"),
         ["flag_split_bit_disagrees_with_PNUM_PNO"]),
        (framed("ST=32;CN=2011;MN=M;Flag=7;PNUM=2;PNO=1;CP=&&a=1&&"), []),
        (framed("ST=32;CN=2011;MN=M;MN=N;CP=&&a=1&&"), ["duplicate_header_key:MN"]),
        (framed("ST=32;CN=2011;MN=M;what;CP=&&a=1&&"), ["header_item_without_value:what"]),
        (framed("ST=32;CN=2011;MN=M;CP=&&a=1;;b=2&&"), ["empty_cp_group"]),
        (framed("ST=32;CN=2011;MN=M;CP=&&a=1;b=2;a=3&&"), ["duplicate_cp_key:a"]),
        (framed("ST=32;CN=2011;MN=M;CP=&&a=1;what&&"), ["cp_item_without_value:what"]),
        (framed("ST=32;CN=2011;MN=M;CP=&&DataTime=20210305003817000&&"), ["data_time_not_14_digits"]),
        (framed("ST=32;CN=2051;MN=M;CP=&&{0xE4,0x3E}&&"),
         ["cp_item_without_value:{0xE4", "cp_item_without_value:0x3E}", "cp_enciphered"]),
        (framed("ST=32;CN=2011;MN=M;CP=&&a=" + "1" * 1100 + "&&"), ["segment_over_1024"]),
        (framed(b"ST=32;CN=2011;MN=M;CP=&&a=\xff\xff&&"), ["text_not_decodable"]),
    ],
)  # fmt: skip
def test_every_irregularity_has_its_name(frame: bytes, problems: list[str]) -> None:
    decoded = decode(frame)
    assert list(decoded.problems) == problems
    assert decoded.verdict == ("reject" if FATAL.intersection(problems) else "accept")


def test_every_problem_can_be_said_in_both_languages() -> None:
    wording = texts("monitoring")
    notes = (
        "segment_over_1024", "empty_PW", "empty_MN", "no_MN", "no_CN", "flag_not_a_number", "cp_enciphered",
        "flag_split_bit_disagrees_with_PNUM_PNO", "empty_cp_group", "duplicate_cp_key",
        "cp_item_without_value", "header_item_without_value", "duplicate_header_key",
        "data_time_not_14_digits", "text_not_decodable",
    )  # fmt: skip
    for name in (*FATAL, *notes):
        assert wording[f"monitoring.hj212.{name}"]["zh"], name
        assert wording[f"monitoring.hj212.{name}"]["en"], name


def test_a_length_field_that_counts_the_check_value_too_is_refused() -> None:
    right = framed("ST=32;CN=2011;MN=M;CP=&&a=1&&")
    longer = b"##%04d" % (int(right[2:6]) + 4) + right[6:]
    assert decode(longer).verdict == "reject"


def test_the_last_of_a_repeated_key_wins() -> None:
    decoded = decode(framed("ST=32;CN=2011;MN=M;CP=&&a21-Rtd=0.00;a21-Rtd=1.50&&"))
    assert decoded.values == {"a21": {"Rtd": "1.50"}}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_text_is_read_in_either_encoding(encoding: str) -> None:
    frame = encode(HEADER, [[("i11001-Info", "设备维护记录")]], encoding)
    decoded = decode(frame)
    assert decoded.problems == ()
    assert decoded.values == {"i11001": {"Info": "设备维护记录"}}


def test_the_check_value_is_compared_without_case() -> None:
    frame = encode(HEADER, [[("RtdInterval", "30")]])
    assert frame.endswith(b"1C80\r\n")
    assert decode(frame.replace(b"1C80", b"1c80")).problems == ()


def test_flag_bits() -> None:
    assert [(Flag(n).ack_wanted, Flag(n).split, Flag(n).version_bits) for n in (0, 4, 5, 7, 8, 9)] == [
        (False, False, 0), (False, False, 1), (True, False, 1), (True, True, 1), (False, False, 2),
        (True, False, 2),
    ]  # fmt: skip


@pytest.mark.parametrize("bad", [";", ",", "&", "\r\n", "\x00"])
def test_a_value_that_would_break_the_frame_is_not_written(bad: str) -> None:
    with pytest.raises(ValueError, match="syntax"):
        encode(HEADER, [[("a05001-Rtd", f"1{bad}2")]])


def test_a_segment_longer_than_its_length_field_can_tell_is_not_written() -> None:
    with pytest.raises(ValueError, match="9999"):
        encode(HEADER, [[("a", "1" * 10_000)]])


_names = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", min_size=1, max_size=12)
_values = st.text("abcXYZ0123456789.+-/ 设备%()=", max_size=20)
_groups = st.lists(st.lists(st.tuples(_names, _values), min_size=1, max_size=4), max_size=8)


@given(_groups)
def test_what_is_encoded_decodes_to_itself(groups: list[list[tuple[str, str]]]) -> None:
    decoded = decode(encode(HEADER, groups))
    assert decoded.verdict == "accept"
    assert decoded.header == HEADER
    assert [list(group) for group in decoded.groups] == groups
    assert encode(decoded.header, decoded.groups) == encode(HEADER, groups)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=100)))
def test_nothing_raises(frame: bytes | str) -> None:
    decoded = decode(frame)
    json.dumps(decoded.as_json())
    assert decoded.verdict in ("accept", "reject")


@given(st.binary(max_size=200).map(framed))
def test_nothing_raises_inside_a_sound_envelope(frame: bytes) -> None:
    decoded = decode(frame)
    json.dumps(decoded.as_json())
    assert decoded.groups is not None


@given(st.data())
def test_a_damaged_frame_never_raises(data: st.DataObject) -> None:
    frame = bytearray(
        framed("QN=1;ST=31;CN=2011;PW=1;MN=M;Flag=7;PNUM=1;PNO=1;CP=&&DataTime=1;a-Rtd=2,a-Flag=N&&")
    )
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    json.dumps(decode(bytes(frame)).as_json())
