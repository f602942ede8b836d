"""Self-drawn samples, one rule at a time: the head that drew them, their order, the row drawn, and the frame."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import Any

import pytest

from forging import ARRIVAL, DRAWN, ORIGIN, SEAL, SIGNER, Forged
from tansuo.evidence import canonical
from tansuo.evidence.note import verifier_key
from tansuo.evidence.tree import root
from tansuo.verify.book import Book, Head
from tansuo.verify.report import Refused, Report
from tansuo.verify.samples import check_samples, drawn
from tansuo.verify.sources import Segments, read_segments

FILE = "frames/samples.json"
Change = Callable[[Any], object]


@cache
def _whole() -> tuple[Book, Segments]:
    """A log of 157 entries with a sealed month of 31 lines, of which four were drawn."""
    one = Forged()
    files = one.signed()
    keys = [verifier_key(SIGNER)]
    book = Book(files, one.manifest, Head(ORIGIN, one.size, root(one.leaves())), keys, one.entries)
    return book, read_segments(book, Report())


def checked(change: Change = lambda given: None, **seal: Any) -> Report:
    """What is said of altered samples, with why they were refused as the last step."""
    book, held = _whole()
    given: Any = canonical.decode(book.files[FILE])
    change(given)
    if seal:
        segment = held[SEAL, 0]
        held = {(SEAL, 0): replace(segment, seal={**segment.seal, **seal})}
    report = Report()
    try:
        check_samples(replace(book, files={**book.files, FILE: canonical.encode(given)}), held, report)
    except Refused as refused:
        report.failed(refused.zh, refused.en)
    return report


def first(**fields: Any) -> Change:
    """Another first sample."""
    return lambda given: given["samples"][0].update(fields)


def test_a_row_is_drawn_by_head_series_period_and_number() -> None:
    text = b"head\na/coal\n2026-01\n3\n"
    assert drawn("head\n", "a/coal", "2026-01", 3, 31) == int(sha256(text).hexdigest()[:32], 16) % 31
    assert {drawn("head\n", "a/coal", "2026-01", at, 2) for at in range(30)} == {0, 1}
    assert drawn("head\n", "a/coal", "2026-01", 3, 1) == 0


def test_what_is_said_of_samples() -> None:
    report = checked()
    assert [(name, ok, en) for name, ok, _, en in report.steps] == [
        ("samples", True, f"{DRAWN} drawn frames are in their arrivals; {DRAWN} of them say what was sealed")
    ]
    assert [en for _, en in report.not_checked] == ["whether the drawing head was the first after the seals"]


def test_a_bundle_without_samples_says_so() -> None:
    report = Report()
    check_samples(replace(_whole()[0], files={}), {}, report)
    assert not report.steps and report.now == "samples"
    assert [en for _, en in report.not_checked] == ["no raw frames were drawn"]


def test_a_frame_that_is_not_read_is_counted() -> None:
    book, held = _whole()
    segment = held[SEAL, 0]
    longer = replace(segment, span=(segment.span[0], segment.span[1] + 3600))
    report = Report()
    check_samples(book, {(SEAL, 0): longer}, report)
    assert report.steps[-1][3] == f"{DRAWN} drawn frames are in their arrivals; 0 of them say what was sealed"
    words = "drawn frames were not read (a change of clocks, monthly, in packets, or not HJ 212)"
    assert [en for _, en in report.not_checked] == [
        f"{DRAWN} {words}", "whether the drawing head was the first after the seals",
    ]  # fmt: skip


def another_path(given: Any) -> None:
    given["consistency"] = [base64.b64encode(bytes(32)).decode() for _ in given["consistency"]]


FORGED = "the samples do not hold: "
TWICE = "samples are numbered twice or out of order"
FORGERIES: dict[str, tuple[Change, str]] = {
    "another form": (lambda given: given.update(form="x"), f"{FILE} is not of the form tansuo.samples/1"),
    "no head": (lambda given: given.pop("head"), f"{FORGED}'head'"),
    "no samples": (lambda given: given.pop("samples"), f"{FORGED}'samples'"),
    "samples of nothing": (lambda given: given.update(samples=None), FORGED),
    "no consistency": (lambda given: given.pop("consistency"), f"{FORGED}'consistency'"),
    "another consistency": (another_path, FORGED),
    "a head that nobody signed": (
        lambda given: given.update(head=given["head"].replace("\n156\n", "\n157\n")),
        FORGED,
    ),
    "a seal as late as the head": (first(seal=156), "the drawing head is older than a seal"),
    "a seal later than the head": (first(seal=157), "the drawing head is older than a seal"),
    "numbered twice": (lambda given: given["samples"].insert(0, given["samples"][0]), TWICE),
    "out of order": (lambda given: given["samples"].reverse(), TWICE),
    "a seal that is not there": (first(seal=154), FORGED),
    "a number below nought": (first(number=-1), f"seal {SEAL} has no drawing -1"),
    "a number beyond a month's": (
        lambda given: given["samples"][-1].update(number=30),
        f"seal {SEAL} has no drawing 30",
    ),
    "another line": (first(line="x"), f"another row of seal {SEAL} was drawn"),
    "another arrival": (first(arrival=SEAL), f"{FORGED}seal is no arrival"),
    "an arrival that is not there": (first(arrival=1_000), f"{FORGED}1000"),
    "no frame": (lambda given: given["samples"][0].pop("frame"), f"{FORGED}'frame'"),
    "another record": (first(record=0), FORGED),
    "a path cut short": (first(path=[]), FORGED),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_samples_that_do_not_hold_are_refused(what: str) -> None:
    change, words = FORGERIES[what]
    (step,) = checked(change).steps
    assert step[:2] == ("samples", False) and step[3].startswith(words), step


@pytest.mark.parametrize(("period", "number", "words"), [
    ("2026-01-01", 1, "has no drawing 1"), ("2026-01-01", 0, "another row"),
    ("2026-01", 29, "another row"), ("2026-01", 30, "has no drawing 30"),
])  # fmt: skip
def test_a_month_has_thirty_drawings_and_a_day_one(period: str, number: int, words: str) -> None:
    def change(given: Any) -> None:
        given["samples"] = [{**given["samples"][0], "number": number, "line": "x"}]

    assert words in checked(change, period=period).steps[-1][3]


def test_a_frame_that_says_another_value_than_was_sealed_is_refused() -> None:
    book, held = _whole()
    segment = held[SEAL, 0]
    lines = [one.replace("100125", "100124") for one in segment.lines]
    given: Any = canonical.decode(book.files[FILE])
    for one in given["samples"]:
        one["line"] = one["line"].replace("100125", "100124")
    files = {**book.files, FILE: canonical.encode(given)}
    with pytest.raises(
        Refused, match=r"^a drawn frame says \d+,100125,value.measured.N, the seal says \d+,100124,"
    ):
        check_samples(replace(book, files=files), {(SEAL, 0): replace(segment, lines=lines)}, Report())


def test_the_arrival_is_that_of_the_sample() -> None:
    book, held = _whole()
    entries = {index: one for index, one in book.entries.items() if index != ARRIVAL}
    with pytest.raises(Refused, match=f"^{FORGED}{ARRIVAL}$"):
        check_samples(replace(book, entries=entries), held, Report())


def test_frames_that_are_not_read_are_counted_beside_those_that_are() -> None:
    one = Forged()
    one.wire = lambda record: record.replace(b"PW=1", "PW=密".encode() if record[-3] % 2 else b"PW=1")
    files = one.signed()
    given: Any = canonical.decode(files[FILE])
    read = sum(base64.b64decode(each["frame"]).isascii() for each in given["samples"])
    assert 0 < read < DRAWN
    book = Book(
        files, one.manifest, Head(ORIGIN, one.size, root(one.leaves())), _whole()[0].keys, one.entries
    )
    report = Report()
    check_samples(book, read_segments(book, Report()), report)
    assert report.steps[-1][3].endswith(f"; {read} of them say what was sealed")
    assert report.not_checked[0][1].startswith(f"{DRAWN - read} drawn frames were not read")
