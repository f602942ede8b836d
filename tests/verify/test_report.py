"""What a report says of the steps that were taken: to people, in both languages, and to programs."""

import pytest

from tansuo.verify.report import Refused, Report, require


def test_a_report_without_words_left_out() -> None:
    """A verdict in which everything was looked at, on a figure that was measured and has no value."""
    report = Report()
    assert not report.verified
    report.passed("{} is no JSON object", 1)
    assert (report.now, report.verified, report.text(False)) == (
        "manifest",
        False,
        "✓ manifest and files: 1 is no JSON object\nREFUSED",
    )
    report.statement = {"receipt": "R1-0", "cell": {"a": "x", "b": ""}, "value": None, "unit": "t", "stage": "s",
                        "synthetic": False}  # fmt: skip
    assert report.verified
    assert report.text(True) == "✓ 清单与文件：1 不是 JSON 对象\nR1-0 · x · s · —\n验真通过"
    report.statement = {
        "receipt": "R1-0",
        "type": "say",
        "subject": "kettle",
        "recorded_ms": 1999,
        "synthetic": True,
    }
    assert report.text(True).splitlines()[1:] == [
        "R1-0 · say kettle · 1970-01-01T00:00:01+00:00", "演示数据：无人实测", "验真通过",
    ]  # fmt: skip
    for number in (1, 1, 2):
        report.skip("entry {} is no seal", number)
    assert report.not_checked == [
        ("条目 1 不是封存", "entry 1 is no seal"),
        ("条目 2 不是封存", "entry 2 is no seal"),
    ]
    report.failed("丙", "four")
    assert not report.verified and report.as_data()["statement"] is None
    assert report.text(False).splitlines()[1:] == [
        "✗ manifest and files: four", "Not checked:", "  · entry 1 is no seal", "  · entry 2 is no seal", "REFUSED",
    ]  # fmt: skip


def test_what_is_read_with_a_figure_is_said_in_both_languages() -> None:
    report = Report()
    report.note("finding {} {}", "the figure", "f: open", "本数")
    report.note("hold {}", "h: case 7")
    assert report.notes == [
        ("不符合项 本数 f: open", "finding the figure f: open"),
        ("证据保全 h: case 7", "hold h: case 7"),
    ]
    assert report.as_data()["notes"] == [
        {"zh": "不符合项 本数 f: open", "en": "finding the figure f: open"},
        {"zh": "证据保全 h: case 7", "en": "hold h: case 7"},
    ]
    assert report.text(False).splitlines()[:2] == ["  * finding the figure f: open", "  * hold h: case 7"]
    assert report.text(True).splitlines()[:2] == ["  * 不符合项 本数 f: open", "  * 证据保全 h: case 7"]


def test_a_refusal_says_in_english_why() -> None:
    require(1, "entry {} is no seal", 7)
    with pytest.raises(Refused, match=r"^entry 7 is no seal$") as refused:
        require((), "entry {} is no seal", 7)
    assert (refused.value.zh, refused.value.en) == ("条目 7 不是封存", "entry 7 is no seal")


def test_what_was_not_looked_at_is_said_once() -> None:
    report = Report()
    for _ in range(2):
        report.skip("no quorum of witnesses was asked for")
    assert [en for _, en in report.not_checked] == ["no quorum of witnesses was asked for"]
