"""Signed notes (C2SP signed-note, as in golang.org/x/mod/sumdb/note): a text and who signed it.

A key is named; its id is the first four bytes of SHA-256(name ‖ LF ‖ type ‖ key). Signatures of keys that the
reader does not know are passed over, one wrong signature of a known key spoils the note. A witness's line
(C2SP tlog-cosignature, type 0x04) states a time besides, which is signed with the text.

The standard library and ``is_signed``: an offline verifier carries this file, with the one of ``ed25519``.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from tansuo.evidence.signature import is_signed

ED25519 = 0x01
COSIGNATURE = 0x04
_TIME = 8
LARGEST = 1_000_000
MOST_SIGNATURES = 100
_MARK = "— "


class NoteError(ValueError):
    """A note or key that cannot be accepted; the message says why."""


class UnknownKeys(NoteError):
    """A note that is well formed and signed by nobody one knows."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under a name; written ``name+id+base64(type ‖ key)``."""

    name: str
    algorithm: int
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand for the key in a signature line."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64_of(bytes([self.algorithm]) + self.key)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Read a written key; NoteError for a form, type or id that is not right."""
        name, _, rest = text.strip().partition("+")
        written, _, encoded = rest.partition("+")
        raw = bytes_of(encoded)
        if not is_name(name) or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise NoteError("not an Ed25519 verifier key (name+id+base64)")
        key = cls(name, raw[0], raw[1:])
        if key.id.hex() != written:
            raise NoteError(f"the key of {name} has the id {key.id.hex()}, not {written}")
        return key

    def verify(self, message: bytes, signature: bytes) -> bool:
        """True if ``signature`` is this key's over ``message``; a witness's begins with the time it states."""
        if self.algorithm == COSIGNATURE:
            message = cosigned_text(int.from_bytes(signature[:_TIME], "big"), message)
            signature = signature[_TIME:]
        return is_signed(self.key, message, signature)


class Signer(Protocol):
    """Who signs notes: a key file, a hardware module, a signature server. ``algorithm`` is the type byte."""

    @property
    def name(self) -> str:
        """The name that stands in the signature line."""
        ...

    @property
    def algorithm(self) -> int:
        """The type byte of C2SP signed-note; 0x01 is Ed25519."""
        ...

    @property
    def public_key(self) -> bytes:
        """The public key's bytes, 32 for Ed25519."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over ``message``."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A note some known key has signed: its text and, by key, the time (seconds since 1970) that a witness states."""

    text: str
    signed_by: Mapping[VerifierKey, int | None]


def cosigned_text(seconds: int, text: bytes) -> bytes:
    """What a witness signs: that it saw this text, consistent with all it saw before, at ``seconds`` since 1970."""
    return b"cosignature/v1\ntime %d\n" % seconds + text


def cosignature(key: VerifierKey, seconds: int, signature: bytes) -> str:
    """The line of a witness for a note: ``signature`` is its 64 bytes over ``cosigned_text``."""
    return f"{_MARK}{key.name} {base64_of(key.id + seconds.to_bytes(_TIME, 'big') + signature)}\n"


def with_lines(note: str, lines: Sequence[str]) -> str:
    """The note with further signature lines, each once; NoteError for what is no such line."""
    for line in lines:
        _signature(line.rstrip("\n"))
    held = _split(note)[1]
    return note + "".join(
        f"{line}\n" for line in dict.fromkeys(one.rstrip("\n") for one in lines) if line not in held
    )


def is_name(name: str) -> bool:
    """True for a key name: not empty, no white space, no plus sign."""
    return bool(name) and "+" not in name and not any(map(str.isspace, name))


def verifier_key(signer: Signer) -> VerifierKey:
    """The public half of ``signer`` under its name."""
    return VerifierKey(signer.name, signer.algorithm, signer.public_key)


def sign(text: str, *signers: Signer) -> str:
    """The note of ``text`` with one line for each signer; NoteError for a text no note can hold."""
    if not text.endswith("\n") or _has_control(text):
        raise NoteError("a note's text ends in a line feed and has no other control character")
    lines = [
        f"{_MARK}{one.name} {base64_of(verifier_key(one).id + one.sign(text.encode()))}\n" for one in signers
    ]
    return text + "\n" + "".join(lines)


def open_note(note: str, keys: Sequence[VerifierKey]) -> Opened:
    """Check ``note`` against the keys one knows and return its text.

    NoteError: malformed; a wrong signature of a known key. UnknownKeys: no signature of any known key.
    """
    text, lines = _split(note)
    known = {(key.name, key.id): key for key in keys}
    signed_by: dict[VerifierKey, int | None] = {}
    for line in lines:
        name, raw = _signature(line)
        key = known.get((name, raw[:4]))
        if key is None or key in signed_by:
            continue
        if not key.verify(text.encode(), raw[4:]):
            raise NoteError(f"the signature of {name} is wrong")
        signed_by[key] = int.from_bytes(raw[4 : 4 + _TIME], "big") if key.algorithm == COSIGNATURE else None
    if not signed_by:
        raise UnknownKeys("no known key has signed the note")
    return Opened(text, signed_by)


def _split(note: str) -> tuple[str, list[str]]:
    if len(note) > LARGEST or _has_control(note):
        raise NoteError("the note is too long or has control characters")
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise NoteError("the note has no text, blank line and signatures")
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"the note has more than {MOST_SIGNATURES} signatures")
    return text + "\n", lines


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    raw = bytes_of(encoded)
    if not line.startswith(_MARK) or not is_name(name) or len(raw) < 5:
        raise NoteError("a signature line is not '— name base64'")
    return name, raw


def _has_control(text: str) -> bool:
    return any(character < " " and character != "\n" for character in text)


def base64_of(data: bytes) -> str:
    """The one form of these bytes in base64."""
    return base64.b64encode(data).decode()


def bytes_of(encoded: str) -> bytes:
    """Base64 in its one form: spare bits set, or spaces inside, would let a note be altered unnoticed."""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if base64_of(raw) != encoded:
        raise NoteError("not base64")
    return raw
