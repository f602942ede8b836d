"""Encodings are declared or found, and never guessed silently."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tansuo.monitoring.connectors.workbook import Judged
from tansuo.monitoring.connectors.workbook.encoding import broken, decode, known

Judge = Callable[..., Judged]
MeterMap = Callable[..., str]

chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=12)


@given(chinese, st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"]))
def test_a_chinese_table_is_read_back_whatever_its_encoding(words: str, encoding: str) -> None:
    text = f"时间,{words},数量\n2026-01-01 00:00,{words},1.5\n"
    found = decode(text.encode(encoding))
    assert (found.text, found.detected, found.sure) == (text, True, True)
    assert not broken(found.text)


def test_latin_letters_without_a_mark_are_assumed_and_said_to_be(judged: Judge, meter_map: MeterMap) -> None:
    found = judged("time,kwh,é\n2026-01-01 00:00,1,à\n".encode("latin-1"), meter_map())
    assert [(one.code, one.params["encoding"]) for one in found.notes] == [
        ("monitoring.workbook.encoding_assumed", "latin-1")
    ]


def test_what_was_found_is_a_note_and_no_finding(judged: Judge, meter_map: MeterMap) -> None:
    found = judged("time,kwh,备注\n2026-01-01 00:00,1,无\n".encode("gb18030"), meter_map())
    assert found.findings == []
    assert [(one.code, one.severity, one.params["encoding"]) for one in found.notes] == [
        ("monitoring.workbook.encoding_detected", "info", "gb18030")
    ]


@pytest.mark.parametrize(
    ("named", "ours"),
    [
        ("GBK", "gb18030"),
        ("gb2312", "gb18030"),
        ("UTF_8", "utf-8"),
        ("ISO-8859-1", "latin-1"),
        ("ebcdic", None),
    ],
)
def test_names_of_encodings(named: str, ours: str | None) -> None:
    assert known(named) == ours


def test_a_byte_that_does_not_fit_stays_visible() -> None:
    assert broken(decode(b"a,\xff\n", "utf-8").text)
    assert broken(decode("好".encode("utf-16-le") + b"\x00\xd8", "utf-16-le").text)
    assert not broken(decode("好".encode(), "utf-8").text)
