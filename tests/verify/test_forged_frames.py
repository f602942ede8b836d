"""Drawn frames read again: one that says another value than was sealed is refused, one that is not read is counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from forging import PLAN, POLICY, SEAL, Forged, forged, made, refused
from second_verifier import Judges
from tansuo.evidence.policy import read_policy
from tansuo.verify.main import verify

DAY = 1767196800
"""Midnight of 1 January 2026 in Shanghai."""


def wire(*changes: tuple[bytes, bytes], **line: object) -> Callable[[], bytes]:
    """Frames changed on their way; ``line``: fields of plan and seal."""

    def make(book: Forged) -> None:
        both(book, **line)

        def change(record: bytes) -> bytes:
            for before, after in changes:
                record = re.sub(before, after, record)
            return record

        book.wire = change

    return lambda: forged(make)


def both(book: Forged, **line: object) -> None:
    """Plan and seal say so."""
    book.line.update(line)
    book.seal["series"][0].update({name: one for name, one in line.items() if name in ("form", "label")})


def marked(mark: str, kind: str, value: str = "100125", *changes: tuple[bytes, bytes]) -> Callable[[], bytes]:
    """Every reading of the month with this mark and kind."""

    def make(book: Forged) -> None:
        lines = [f"{DAY + 86400 * day},{value},{kind}{mark and '.' + mark}\n" for day in range(31)]
        book.lines("".join(lines).encode())
        book.inputs["values"]["FC"]["a.coal/2026-01"] = f"{Decimal(31 * int(value or 0)).scaleb(-3):f}"
        book.digest()
        if changes:
            wired = changes

            def change(record: bytes) -> bytes:
                for before, after in wired:
                    record = re.sub(before, after, record)
                return record

            book.wire = change

    return lambda: forged(make)


def register(book: Forged) -> None:
    """The coal as a register, read at midnight of each day and at the end of the last."""
    both(book, form="register")
    book.readings(*range(0, 3103875 + 1, 100125))


FORGERIES: dict[str, Callable[[], bytes]] = {
    "another value": wire((rb"Cou=100\.125", b"Cou=100.124")),
    "the value in other units": wire((rb"Cou=100\.125", b"Cou=100125")),
    "one decimal more than was sealed": wire((rb"Cou=100\.125", b"Cou=100.1251")),
    "the sign": wire((rb"Cou=100", b"Cou=-100")),
    "no number": wire((rb"Cou=100\.125", b"Cou=")),
    "a word for a number": wire((rb"Cou=100\.125", b"Cou=NaN")),
    "a point for a number": wire((rb"Cou=100\.125", b"Cou=.")),
    "a number longer than is looked at": wire((rb"Cou=100\.125", b"Cou=100.125" + b"0" * 60)),
    "two numbers, the last one counts": wire((rb"Cou=100\.125", b"Cou=100.125,f01001-Cou=7")),
    "a mark of maintenance": wire((rb"Flag=N", b"Flag=M")),
    "a mark set by hand": wire((rb"Flag=N", b"Flag=S")),
    "a mark of a standstill": wire((rb"Flag=N", b"Flag=F")),
    "a mark nobody knows": wire((rb"Flag=N", b"Flag=Z")),
    "a mark taken away": wire((rb",f01001-Flag=N", b"")),
    "another day": wire((rb"DataTime=202601", b"DataTime=202602")),
    "a day that no month has": wire((rb"DataTime=202601..", b"DataTime=20260231")),
    "another factor": wire((rb"f01001", b"f01002")),
    "another device": wire((rb"MN=MN-a", b"MN=MN-b")),
    "another command": wire((rb"CN=2031", b"CN=2061")),
    "no frame": wire((rb"##", b"#")),
    "a frame cut short": wire((rb"&&[0-9A-F]{4}\r\n", b"")),
    "labels of the end, read as of the start": wire(label="end"),
    "a plan of two lines at once": lambda: forged(
        lambda book: book.entries[PLAN]["body"]["lines"].append({**book.line, "authoritative": False})
    ),
}

READ: dict[str, Callable[[], bytes]] = {
    "as it was sent": wire(),
    "leading zeros, a plus and zeros at the end": wire((rb"Cou=100\.125", b"Cou=+00100.12500")),
    "no mark": marked("", "value.measured"),
    "set by hand": marked("S", "value.declared"),
    "zero, measured": marked("N", "measured_zero.measured", "0"),
    "zero, stated": marked("S", "declared_zero.declared", "0"),
    "zero with a bare point": marked("N", "measured_zero.measured", "0", (rb"Cou=0\.000", b"Cou=.0")),
    "below zero": marked("N", "value.measured", "-5"),
    "a standstill": marked("F", "not_operating.measured", ""),
    "seventeen digits of time": wire((rb"(DataTime=[0-9]{14})", rb"\g<1>000")),
    "the frame in one line end more": wire((rb"\r\n", b"\r\n\r\n")),
    "a register": lambda: forged(register),
    "labels of the end": lambda: forged(ends),
}
"""Frames that give the sealed line."""

UNREAD: dict[str, Callable[[], bytes]] = {
    "a plan of another channel": wire(channel="mqtt"),
    "no time": wire((rb"DataTime=[0-9]*;", b"")),
    "an hour that no day has": wire((rb"(DataTime=[0-9]{8})00", rb"\g<1>24")),
    "letters that are not ASCII": wire((rb"PW=1", "PW=密".encode())),
    "a mark of a sign": wire((rb"Flag=N", b"Flag=N!")),
    "a clock that was set back": lambda: forged(summer),
    "once a month": lambda: forged(monthly),
}
"""Frames that are in their arrivals and are not read."""


def ends(book: Forged) -> None:
    """Each day is labelled with its end: the first of the month names the last day before."""
    both(book, label="end")

    def next_day(found: re.Match[bytes]) -> bytes:
        day = date(2026, 1, int(found[1])) + timedelta(days=1)
        return f"DataTime={day:%Y%m%d}".encode()

    book.wire = lambda record: re.sub(rb"DataTime=202601(..)", next_day, record)


def summer(book: Forged) -> None:
    """The month is an hour longer than its days."""
    book.entries[SEAL]["valid"][1] = "2026-01-31T17:00:00+00:00"


def monthly(book: Forged) -> None:
    """One reading for the month."""
    book.line.update(step_s=-1)
    book.seal["series"][0].update(step_s=-1, expected=1, received=1)
    book.lines(f"{DAY},3103875,value.measured.N\n".encode())


@pytest.mark.parametrize("what", FORGERIES)
def test_a_frame_that_says_something_else_is_refused_in_these_words(what: str) -> None:
    refused("frames", what, verify(made(what, FORGERIES[what]), read_policy(POLICY)))


@pytest.mark.parametrize("what", FORGERIES)
def test_both_refuse_a_frame_that_says_something_else(judges: Judges, what: str) -> None:
    said = judges.ask(made(what, FORGERIES[what]), POLICY)
    assert (said["verdict"], said["steps"][-1]["step"]) == ("refused", "samples")


@pytest.mark.parametrize("what", READ)
def test_a_frame_that_gives_the_sealed_line_is_read(what: str) -> None:
    report = verify(made(what, READ[what]), read_policy(POLICY))
    assert report.verified, report.steps[-1]
    assert report.steps[-1][3] == "4 drawn frames are in their arrivals; 4 of them say what was sealed"


@pytest.mark.parametrize("what", UNREAD)
def test_a_frame_that_is_not_read_is_counted(what: str) -> None:
    report = verify(made(what, UNREAD[what]), read_policy(POLICY))
    assert report.verified, report.steps[-1]
    assert "0 of them say what was sealed" in report.steps[-1][3]
    assert any(en.startswith("4 drawn frames were not read") for _, en in report.not_checked)


@pytest.mark.parametrize("what", [*READ, *UNREAD])
def test_both_read_the_same_of_it(judges: Judges, what: str) -> None:
    make = READ.get(what) or UNREAD[what]
    assert judges.ask(made(what, make), POLICY)["verdict"] == "verified"
