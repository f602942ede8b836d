"""Receipts as text: one way of writing each, read back to the same."""

import pytest

from tansuo.evidence.note import NoteError
from tansuo.evidence.tlog_proof import HEADER, TlogProof, decode64

NOTE = "example.com/log\n3\nAAAA\n\n— example.com/log AAAAAAA=\n"
A, B = b"\1" * 32, b"\2" * 32


@pytest.mark.parametrize(
    "proof",
    [
        TlogProof(0, (), NOTE),
        TlogProof(5, (A, B), NOTE),
        TlogProof(10, (A,), NOTE, b"anything"),
        TlogProof(999_999_999_999_999, (A,) * 63, NOTE, b"\0"),
    ],
)
def test_a_receipt_reads_back_as_it_was_written(proof: TlogProof) -> None:
    assert TlogProof.parse(proof.written) == proof


def test_it_is_written_as_c2sp_says() -> None:
    assert TlogProof(5, (A,), NOTE, b"e").written == (
        "c2sp.org/tlog-proof@v1\nextra ZQ==\nindex 5\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\n" + NOTE
    )


WRONG = {
    "nothing": "",
    "another header": "c2sp.org/tlog-proof@v2\nindex 0\n\n" + NOTE,
    "no index": f"{HEADER}\n\n{NOTE}",
    "extra and no index": f"{HEADER}\nextra ZQ==\n\n{NOTE}",
    "no empty line": f"{HEADER}\nindex 0\n",
    "a leading zero": f"{HEADER}\nindex 00\n\n{NOTE}",
    "another script's digit": f"{HEADER}\nindex ٣\n\n{NOTE}",
    "an index too large for the page": f"{HEADER}\nindex 1{'0' * 15}\n\n{NOTE}",
    "an empty extra": f"{HEADER}\nextra \nindex 0\n\n{NOTE}",
    "an extra that is not base64": f"{HEADER}\nextra ***\nindex 0\n\n{NOTE}",
    "an extra with spare bits": f"{HEADER}\nextra ZR==\nindex 0\n\n{NOTE}",
    "a hash of another length": f"{HEADER}\nindex 0\nZQ==\n\n{NOTE}",
    "too many hashes": TlogProof(0, (A,) * 64, NOTE).written,
    "carriage returns": TlogProof(0, (A,), NOTE).written.replace("\n", "\r\n"),
    "no end": f"{HEADER}\nindex 0\n\n" + "x" * 2_000_000,
}


@pytest.mark.parametrize("what", WRONG)
def test_anything_else_is_refused(what: str) -> None:
    with pytest.raises(NoteError):
        TlogProof.parse(WRONG[what])


def test_base64_is_read_only_from_text() -> None:
    assert decode64("ZQ==") == b"e"
    for value in (None, 5, "", "ZQ", "ü"):
        with pytest.raises(NoteError):
            decode64(value)
