"""Frames found in a stream, however its bytes were cut and whatever stands between them."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.monitoring.connectors.hj212.frame import decode, encode
from tansuo.monitoring.connectors.hj212.stream import Kind, Piece, Splitter


def frame(number: int, fill: int = 0) -> bytes:
    """A sound frame that differs by ``number``, with ``fill`` more bytes in it."""
    header = {"QN": f"{20260101000000000 + number}", "ST": "31", "CN": "2011", "PW": "123456", "MN": "M1"}
    return encode(header | {"Flag": "5"}, [[("a05001-Rtd", "1" * (fill + 1))]])


def cut(stream: bytes, sizes: Sequence[int]) -> list[bytes]:
    """``stream`` in blocks of the given sizes, over and over; no size means all at once."""
    blocks, position, turn = [], 0, 0
    while position < len(stream):
        size = sizes[turn % len(sizes)] if sizes else len(stream)
        blocks.append(stream[position : position + size])
        position, turn = position + size, turn + 1
    return blocks


def pieces(blocks: Sequence[bytes], splitter: Splitter | None = None) -> list[Piece]:
    """Everything a splitter makes of the blocks."""
    cutter = splitter or Splitter()
    found = [piece for block in blocks for piece in cutter.feed(block)]
    return found + cutter.close()


def frames(found: Sequence[Piece]) -> list[bytes]:
    return [piece.data.removesuffix(b"\r\n") + b"\r\n" for piece in found if piece.kind is Kind.FRAME]


def test_frames_one_after_another() -> None:
    sent = [frame(1), frame(2), frame(3)]
    assert Splitter().feed(b"".join(sent)) == [Piece(Kind.FRAME, data) for data in sent]


def test_a_frame_in_two_halves_waits_for_the_second() -> None:
    splitter = Splitter()
    whole = frame(1)
    assert splitter.feed(whole[:40]) == []
    assert splitter.held == 40
    assert splitter.feed(whole[40:]) == [Piece(Kind.FRAME, whole)]
    assert splitter.held == 0


def test_frames_without_line_ends_stick_together_and_are_told_apart() -> None:
    stuck = b"".join(frame(number).removesuffix(b"\r\n") for number in range(5))
    assert frames(pieces([stuck])) == [frame(number) for number in range(5)]


def test_a_half_frame_does_not_hide_the_next() -> None:
    found = Splitter().feed(frame(1, fill=100)[:80] + frame(2))
    assert found == [Piece(Kind.BROKEN, frame(1, fill=100)[:80]), Piece(Kind.FRAME, frame(2))]


def test_a_frame_with_a_wrong_check_value_is_kept_as_broken() -> None:
    bad = frame(1).replace(b"MN=M1", b"MN=M2")
    assert Splitter().feed(bad + frame(2)) == [Piece(Kind.BROKEN, bad), Piece(Kind.FRAME, frame(2))]


@pytest.mark.parametrize("length", [b"0001", b"0009", b"9999", b"12", b"12345", b"abcd", b"+123"])
def test_a_wrong_length_field_costs_one_frame_only(length: bytes) -> None:
    bad = b"##" + length + frame(1)[6:]
    found = Splitter().feed(bad + frame(2))
    assert frames(found) == [frame(2)]
    assert b"".join(piece.data for piece in found) == bad + frame(2)


def test_a_line_end_inside_a_frame_ends_it_however_it_arrives() -> None:
    torn = frame(1)[:50] + b"\r\n" + frame(1)[50:]
    whole, single = pieces([torn + frame(2)]), pieces(cut(torn + frame(2), [1]))
    assert frames(whole) == frames(single) == [frame(2)]


def test_number_signs_before_a_head_are_rubbish() -> None:
    assert frames(pieces([b"####" + frame(1) + b"#" + frame(2)])) == [frame(1), frame(2)]


def test_rubbish_without_end_is_let_go_and_not_held() -> None:
    splitter = Splitter()
    assert splitter.feed(b"x" * 100_000)[0].kind is Kind.GARBAGE
    assert splitter.held == 0
    for _ in range(30):
        splitter.feed(b"##nonsense without a line end ## " * 100)
        assert splitter.held <= splitter.window


def test_a_segment_over_the_limit_starts_no_frame() -> None:
    long = frame(1, fill=1200)
    assert frames(pieces([long + frame(2)])) == [long, frame(2)]
    assert frames(pieces([long + frame(2)], Splitter(segment_limit=1024))) == [frame(2)]


def test_a_window_smaller_than_a_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="window"):
        Splitter(segment_limit=9999, window=4096)


def test_the_receivers_log_resynchronises(shared_data: Callable[[str], Path]) -> None:
    log = gzip.decompress((shared_data("hj212_frames") / "receiver_stream_small.log.gz").read_bytes())
    for sizes in ([], [1], [7, 4096, 1]):
        found = [piece for piece in pieces(cut(log, sizes)) if piece.kind is not Kind.GARBAGE]
        assert [decode(piece.data).verdict for piece in found] == ["accept", "accept", "reject"]


_rubbish = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"##", b"#", b"##01", b"##0050QN=", b"\r\n", b"\r\r\n", b"[2020-09-22 18:20:30]\r\r\n"]),
    st.builds(lambda number, at: frame(number, 30)[:at], st.integers(100, 200), st.integers(1, 100)),
)


@given(
    st.lists(st.tuples(_rubbish, st.integers(0, 60)), max_size=8), st.lists(st.integers(1, 300), max_size=6)
)
def test_exactly_the_frames_come_out_of_any_stream(
    between: list[tuple[bytes, int]], sizes: list[int]
) -> None:
    sent = [frame(number, fill) for number, (_, fill) in enumerate(between)]
    stream = b"".join(rubbish + sent[number] for number, (rubbish, _) in enumerate(between))
    found = pieces(cut(stream, sizes))
    assert frames(found) == sent


@given(st.lists(st.one_of(_rubbish, st.integers(0, 9).map(frame)), max_size=12), st.lists(st.integers(1, 99)))
def test_no_byte_is_lost_or_made_up(parts: list[bytes], sizes: list[int]) -> None:
    stream = b"".join(parts)
    found = pieces(cut(stream, sizes))
    left = b"".join(piece.data for piece in found)
    assert left.translate(None, b"\r\n") == stream.translate(None, b"\r\n")


@given(st.binary(max_size=2000), st.lists(st.integers(1, 50), max_size=5))
def test_nothing_raises(stream: bytes, sizes: list[int]) -> None:
    for piece in pieces(cut(stream, sizes)):
        decode(piece.data)
