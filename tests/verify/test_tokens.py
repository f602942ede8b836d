"""Time stamps of third parties: the time a token states after the hash, and of which heads it may be."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from forging import ORIGIN, SIGNER, encoded
from tansuo.evidence import canonical
from tansuo.evidence.note import sign, verifier_key
from tansuo.evidence.proof import make_consistency
from tansuo.evidence.tree import leaf_hash, root
from tansuo.verify.book import Book, Head
from tansuo.verify.report import Refused, Report
from tansuo.verify.tokens import check_tokens, stamped_at

NOTE = b"a note\n"
MARK = b"\x04\x20" + sha256(NOTE).digest()
TIME = b"\x18\x0f20260301235958Z"
LEAVES = [leaf_hash(b"%d" % at) for at in range(9)]


@pytest.mark.parametrize(
    "token",
    [
        MARK + TIME,
        b"before" + MARK + b"between" + TIME + b"after",
        b"\x18\x0f20250101000000Z" + MARK + TIME + b"\x18\x0f20270101000000Z",
        MARK[:2] + bytes(32) + MARK + TIME,
        MARK + TIME + MARK,
        MARK + TIME + MARK + b"\x18\x0f20270101000000Z",
    ],
)
def test_the_first_time_after_the_hash_is_the_time(token: bytes) -> None:
    assert stamped_at(token, NOTE) == "2026-03-01T23:59:58Z"


@pytest.mark.parametrize(
    "token",
    [
        b"",
        TIME,
        MARK,
        TIME + MARK,
        MARK[:-1] + TIME,
        MARK[1:] + TIME,
        MARK[2:] + TIME,
        b"\x05\x20" + MARK[2:] + TIME,
        b"20260301235958Z",
        MARK + TIME[:-1],
        MARK + TIME[2:],
        MARK + TIME[:-1] + b"+",
        MARK + b"\x18\x0f20260230000000Z",
        MARK + b"\x18\x0f2026\xff301000000Z",
        # letters where a search that found nothing would begin to read
        b"x20260301000000Z" + bytes(20),
    ],
)
def test_a_token_without_hash_or_time_states_none(token: bytes) -> None:
    assert stamped_at(token, NOTE) is None


def test_a_token_of_which_the_hash_stands_at_the_very_end_states_no_earlier_time() -> None:
    assert stamped_at(b"0" + b"20260301000000Z", NOTE) is None
    assert stamped_at(TIME + b"x" + MARK, NOTE) is None


def book(size: int, *, figure: int = 3, token: bytes | None = None, **stamp: Any) -> Book:
    """A log of nine entries with a stamp of its head at ``size``."""
    note = sign(f"{ORIGIN}\n{size}\n{encoded(root(LEAVES[:size]))}\n", SIGNER).encode()
    path = make_consistency(lambda level, start, stop: LEAVES[start:stop], size, 9)
    one = {"authority": "tsa", "note": "tokens/0.note", "token": "tokens/0.tsr",
           "consistency": [encoded(each) for each in path], **stamp}  # fmt: skip
    files = {
        "tokens/0.note": note,
        "tokens/0.tsr": b"\x04\x20" + sha256(note).digest() + TIME if token is None else token,
        "tokens/stamps.json": canonical.encode({"form": "tansuo.tokens/1", "stamps": [one]}),
    }
    keys = [verifier_key(SIGNER)]
    return Book(files, {"figure": figure}, Head(ORIGIN, 9, root(LEAVES)), keys, {})


@pytest.mark.parametrize("size", range(4, 10))
def test_a_stamp_of_a_head_with_the_figure_is_said_with_what_openssl_needs(size: int) -> None:
    report = Report()
    check_tokens(book(size), report)
    assert report.steps == [
        ("tokens", True, f"tsa 于 2026-03-01T23:59:58Z 收到 {size} 条时的账本",
         f"tsa saw {size} entries at 2026-03-01T23:59:58Z")
    ]  # fmt: skip
    words = "openssl ts -verify -in tokens/0.tsr -data tokens/0.note -CAfile"
    assert report.not_checked == [
        (f"tsa 的签名：{words} 根证书.pem", f"the signature of tsa: {words} roots.pem")
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (book(3), "what tsa stamped is not this log: a head without the figure"),
        (book(2), "what tsa stamped is not this log: a head without the figure"),
        (book(5, consistency=[]), "what tsa stamped is not this log: "),
        (book(5, consistency=None), "what tsa stamped is not this log: not a list of hashes"),
        (book(5, token=TIME), "the token of tsa does not carry the hash of what it stamps"),
        (
            book(5, authority="other", token=b""),
            "the token of other does not carry the hash of what it stamps",
        ),
    ],
)
def test_a_stamp_of_something_else_is_refused(given: Book, words: str) -> None:
    report = Report()
    with pytest.raises(Refused) as refused:
        check_tokens(given, report)
    assert refused.value.en.startswith(words) and report.now == "tokens" and not report.steps


def test_stamps_of_another_form_are_refused() -> None:
    given = book(5)
    stamps = canonical.encode({"form": "tansuo.tokens/2", "stamps": []})
    with pytest.raises(Refused, match=r"^tokens/stamps.json is not of the form tansuo.tokens/1$"):
        check_tokens(
            Book({**given.files, "tokens/stamps.json": stamps}, given.manifest, given.head, given.keys, {}),
            Report(),
        )


def test_a_bundle_without_stamps_says_so() -> None:
    report = Report()
    check_tokens(Book({"a/tokens/": b""}, {}, Head(ORIGIN, 9, root(LEAVES)), [], {}), report)
    assert report.steps == [] and report.now == "tokens"
    assert report.not_checked == [("没有第三方时间戳", "there is no time-stamp of a third party")]
