"""Signed notes, and checkpoints as their text."""

import json
from base64 import b64encode
from pathlib import Path

import pytest

from tansuo.evidence.as_of import AsOf
from tansuo.evidence.checkpoint import Checkpoint
from tansuo.evidence.keyfile import FileSigner
from tansuo.evidence.note import NoteError, VerifierKey, open_note, sign, verifier_key
from tansuo.quantity.finding import FindingError


@pytest.fixture
def alice() -> FileSigner:
    return FileSigner("alice.example", bytes(range(32)))


@pytest.fixture
def bob() -> FileSigner:
    return FileSigner("bob.example", bytes(range(1, 33)))


def test_the_documented_vector(shared_data) -> None:
    vector = json.loads((shared_data("signed_notes") / "peter_neumann.json").read_text())
    key = VerifierKey.parse(vector["verifier_key"])
    assert key.id.hex() == vector["key_hash_hex"]
    assert str(key) == vector["verifier_key"]
    opened = open_note(vector["note"], [key])
    assert opened.text == vector["text"]
    assert opened.signed_by == {key: None}
    signer = FileSigner.parse(vector["signer_key_public_test_key"])
    assert verifier_key(signer) == key
    assert sign(vector["text"], signer) == vector["note"]
    for one in vector["negatives"]:
        with pytest.raises(NoteError):
            open_note(one["note"], [key])


def test_signatures_of_strangers_are_passed_over(alice: FileSigner, bob: FileSigner) -> None:
    note = sign("a text\n", alice, bob)
    assert open_note(note, [verifier_key(alice)]).signed_by == {verifier_key(alice): None}
    both = [verifier_key(bob), verifier_key(alice)]
    assert open_note(note, both).signed_by == {verifier_key(alice): None, verifier_key(bob): None}
    with pytest.raises(NoteError, match="no known key"):
        open_note(note, [])


def test_one_wrong_signature_of_a_known_key_spoils_the_note(alice: FileSigner, bob: FileSigner) -> None:
    text, line = sign("a text\n", alice).split("\n\n")
    other = sign("another text\n", bob).split("\n\n")[1]
    with pytest.raises(NoteError, match=r"bob\.example is wrong"):
        open_note(f"{text}\n\n{line}{other}", [verifier_key(alice), verifier_key(bob)])


def test_a_signature_given_twice_counts_once(alice: FileSigner) -> None:
    text, line = sign("a text\n", alice).split("\n\n")
    assert len(open_note(f"{text}\n\n{line}{line}", [verifier_key(alice)]).signed_by) == 1


def test_a_text_may_hold_blank_lines_and_chinese(alice: FileSigner) -> None:
    text = "账本\n\n— alice.example 不是签名\n\n末行\n"
    assert open_note(sign(text, alice), [verifier_key(alice)]).text == text


@pytest.mark.parametrize("text", ["no line feed", "a\ttab\n", "a\rreturn\n", ""])
def test_texts_no_note_can_hold(alice: FileSigner, text: str) -> None:
    with pytest.raises(NoteError, match="line feed"):
        sign(text, alice)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note[:-1],
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.replace("— ", "- "),
        lambda note: note.replace("— alice", "—  alice"),
        lambda note: note + "\n",
        lambda note: note + "no signature\n",
        lambda note: note + "— carol AAAA\n",
        lambda note: note + "— ca+rol AAAAAAAA\n",
        lambda note: note + "— carol AAAAA AAA\n",
        lambda note: note + "— carol AAAAAAA=\n"[:-2] + "!\n",
        lambda note: note + "— carol AAAAAAAA\n" * 100,
        lambda note: note.replace("a text", "a text\x00"),
        lambda note: "x" * 1_000_000 + note,
        lambda note: "",
    ],
)
def test_malformed_notes_are_refused(alice: FileSigner, spoil) -> None:
    with pytest.raises(NoteError):
        open_note(spoil(sign("a text\n", alice)), [verifier_key(alice)])


def test_base64_has_one_form(alice: FileSigner) -> None:
    """Bits that decoding drops may not be set: the note would have a second form with the same signature."""
    note = sign("a text\n", alice)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = note[-3]
    assert note.endswith("=\n")
    for spare in (1, 2, 3):
        other = note[:-3] + alphabet[alphabet.index(last) ^ spare] + "=\n"
        with pytest.raises(NoteError, match="base64"):
            open_note(other, [verifier_key(alice)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alice",
        "alice+00000000",
        "alice+00000000+AQ==",
        "ali ce+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+BRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_keys_that_are_none(text: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "text",
    ["", "PRIVATE+KEY+alice", "PRIVATE+KEY+alice+00000000+AQ==", "PRIVATE+KEY+a+00000000+!", "alice+1+AQ=="],
)
def test_signing_keys_that_are_none(text: str) -> None:
    with pytest.raises(NoteError):
        FileSigner.parse(text)


def test_a_signing_key_goes_under_the_id_it_has(alice: FileSigner) -> None:
    written = f"PRIVATE+KEY+alice.example+00000000+{b64encode(b'x' + bytes(32)).decode()}"
    with pytest.raises(NoteError, match="not an Ed25519"):
        FileSigner.parse(written)
    other = f"PRIVATE+KEY+alice.example+00000000+{b64encode(bytes([1, *range(32)])).decode()}"
    with pytest.raises(NoteError, match="does not have the id"):
        FileSigner.parse(other)
    with pytest.raises(NoteError, match="not a key name"):
        FileSigner("alice example", bytes(32))


def test_a_key_file_is_made_once_and_read_back(tmp_path: Path) -> None:
    made = FileSigner.create(tmp_path / "key", "alice.example")
    assert FileSigner.load(tmp_path / "key").sign(b"x") == made.sign(b"x")
    assert FileSigner.create(tmp_path / "other", "alice.example").public_key != made.public_key
    with pytest.raises(FileExistsError):
        FileSigner.create(tmp_path / "key", "alice.example")
    (tmp_path / "key").chmod(0o604)
    with pytest.raises(FindingError, match="0604"):
        FileSigner.load(tmp_path / "key")


def test_a_checkpoint_has_three_lines() -> None:
    head = Checkpoint("tansuo/321100/1a2b3c4d", 42, bytes(range(32)))
    assert head.text == "tansuo/321100/1a2b3c4d\n42\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    assert Checkpoint.parse(head.text) == head
    assert head.as_of == AsOf("tansuo/321100/1a2b3c4d", 42)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n42\n", "\n042\n"),
        ("\n42\n", "\n-42\n"),
        ("\n42\n", "\n4２\n"),
        ("\n42\n", "\n42 \n"),
        ("\n42\n", f"\n1{'0' * 18}\n"),
        ("AAEC", "AAE"),
        ("AAECAwQF", "AAECAwQ="),
        ("Hh8=\n", "Hh9=\n"),
        ("Hh8=\n", "Hh8=\nextension\n"),
        ("Hh8=\n", "Hh8="),
        ("tansuo/", "tan suo/"),
        ("tansuo/321100/1a2b3c4d\n", "\n"),
        ("tansuo/", "tan+suo/"),
    ],
)
def test_texts_that_are_no_checkpoint(old: str, new: str) -> None:
    text = Checkpoint("tansuo/321100/1a2b3c4d", 42, bytes(range(32))).text
    assert old in text
    with pytest.raises(NoteError):
        Checkpoint.parse(text.replace(old, new, 1))
