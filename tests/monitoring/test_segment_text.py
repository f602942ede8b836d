"""The text of a segment: its lines, what cannot break them, and the hash under a key."""

from hashlib import sha256

from tansuo.monitoring.reading import Version
from tansuo.monitoring.segment_text import segment_hash, segment_text
from tansuo.quantity.state import Provenance, State


def version(start: int, value: int | None, state: State = State.VALUE, flag: str = "") -> Version:
    return Version("s", start, value, state, Provenance.MEASURED, flag, False, 3, 0, 0, 3, None, "firm.a")


def test_lines_are_in_order_of_time_and_each_ends() -> None:
    held = [version(7200, -5), version(3600, 12, flag="N"), version(10800, None, State.MISSING)]
    assert segment_text(held) == "3600,12,value.measured.N\n7200,-5,value.measured\n10800,,missing.measured\n"


def test_no_reading_is_an_empty_text() -> None:
    assert segment_text([]) == ""


def test_a_flag_can_neither_end_a_line_nor_add_a_field() -> None:
    assert segment_text([version(0, 1, flag="a,b\n")]) == "0,1,value.measured.a%2Cb%0A\n"


def test_the_hash_is_of_key_and_text() -> None:
    assert (
        segment_hash(b"k" * 16, "0,1,value.measured\n")
        == sha256(b"k" * 16 + b"0,1,value.measured\n").hexdigest()
    )
    assert segment_hash(b"k" * 16, "") != segment_hash(b"l" * 16, "")
