"""SM2 signatures (GB/T 32918, with SM3) of heads, made by somebody outside: a signature server or module, never by us.

A ``Device`` has three methods. ``CommandDevice`` asks a program, which is how a 签名验签服务器 or hardware module is
joined; ``TrialDevice`` signs with a key file by the ``openssl`` command, for trials and tests and NOT for production.
In a note an SM2 line is of C2SP's type 0xff with a long identifier, which others pass over. ``openssl`` also checks
signatures.
"""

import base64
import os
import subprocess
import tempfile
import tomllib
from pathlib import Path
from typing import Protocol

from tansuo.evidence.note import VerifierKey
from tansuo.quantity.finding import Finding, FindingError

OTHER = 0xFF
IDENTIFIER = b"tansuo/sm2-with-sm3@v1"
"""Follows the type byte 0xff, before the public key: the uncompressed point, 65 bytes."""

FILE = "signer.toml"
USER = "1234567812345678"
"""The signer's distinguishing id of GB/T 32918.2; this is the usual one."""

_POINT = 65
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_OPTIONS = ("-rawin", "-digest", "sm3", "-pkeyopt", f"distid:{USER}")
_TIMEOUT = 20.0


class Device(Protocol):
    """Whatever holds an SM2 key."""

    def public_key(self) -> bytes:
        """The uncompressed point, 65 bytes that begin with 04."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over ``message`` (SM3 with the usual id), DER as GB/T 35276 and OpenSSL write it."""
        ...

    def info(self) -> str:
        """What it is, in one line for people."""
        ...


class CommandDevice:
    """A program that is called with ``public_key``, ``sign`` (message on standard input) or ``info``; key and signature
    are answered in hex. FindingError ``evidence.sm2_device`` for any failure."""

    def __init__(self, command: list[str]) -> None:
        self.command = command

    def public_key(self) -> bytes:
        """As the program says."""
        return self._hex("public_key")

    def sign(self, message: bytes) -> bytes:
        """As the program says."""
        return self._hex("sign", message)

    def info(self) -> str:
        """As the program says, its first line."""
        return (self._ask("info").splitlines() or [""])[0][:200]

    def _hex(self, word: str, given: bytes = b"") -> bytes:
        try:
            return bytes.fromhex(self._ask(word, given).strip())
        except ValueError:
            raise _refused(self.command[0], f"{word}: not hex") from None

    def _ask(self, word: str, given: bytes = b"") -> str:
        return _run([*self.command, word], given).decode("utf-8", "replace")


class TrialDevice:
    """A key in a file of mode 0600, made if there is none, used by ``openssl``. For trials: nothing guards the key."""

    def __init__(self, key: Path) -> None:
        self.key = key
        if not key.exists():
            made = _run(["openssl", "genpkey", "-algorithm", "SM2"])
            handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(made)

    def public_key(self) -> bytes:
        """The point, from the key file."""
        return _run(["openssl", "pkey", "-in", str(self.key), "-pubout", "-outform", "DER"])[-_POINT:]

    def sign(self, message: bytes) -> bytes:
        """By ``openssl pkeyutl``."""
        return _run(["openssl", "pkeyutl", "-sign", "-inkey", str(self.key), *_OPTIONS], message)

    def info(self) -> str:
        """That it is not for production."""
        return "trial key in a file, not for production · 试用密钥文件，不得用于生产"


class Sm2Signer:
    """A device in the form in which notes are signed."""

    algorithm = OTHER

    def __init__(self, name: str, device: Device) -> None:
        self.name = name
        self.device = device
        point = device.public_key()
        if len(point) != _POINT or point[0] != 4:
            raise _refused(device.info(), "the public key is not an uncompressed point of 65 bytes")
        self.public_key = IDENTIFIER + point

    def sign(self, message: bytes) -> bytes:
        """The device's signature, checked before it is let out."""
        signature = self.device.sign(message)
        if not verifies(self.public_key[len(IDENTIFIER) :], message, signature):
            raise _refused(self.device.info(), "the signature does not verify")
        return signature


def parse_key(text: str) -> VerifierKey | None:
    """An SM2 key as a ``key`` entry states it (``name+id+base64``); None for anything else."""
    name, _, rest = text.partition("+")
    written, _, encoded = rest.partition("+")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        return None
    if raw[:1] != bytes([OTHER]) or raw[1:-_POINT] != IDENTIFIER:
        return None
    key = VerifierKey(name, OTHER, raw[1:])
    return key if str(key) == text and key.id.hex() == written else None


def line_verifies(note: str, key: VerifierKey) -> bool:
    """Whether ``note`` bears a line of this SM2 key whose signature holds. FindingError where ``openssl`` is absent."""
    text, _, lines = note.rpartition("\n\n")
    for line in lines.splitlines():
        mark, name, encoded = (*line.split(" "), "", "")[:3]
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            continue
        if (mark, name, raw[:4]) == ("—", key.name, key.id):
            return verifies(key.key[len(IDENTIFIER) :], f"{text}\n".encode(), raw[4:])
    return False


def verifies(point: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``openssl`` accepts an SM2 signature; FindingError ``evidence.sm2_device`` where it is absent."""
    pem = base64.b64encode(_SPKI + point).decode()
    with tempfile.TemporaryDirectory() as folder:
        key, signed = Path(folder) / "key.pem", Path(folder) / "signature"
        key.write_text(f"-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n")
        signed.write_bytes(signature)
        words = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            str(key),
            "-sigfile",
            str(signed),
            *_OPTIONS,
        ]
        try:
            done = subprocess.run(words, input=message, capture_output=True, check=False, timeout=_TIMEOUT)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise _refused("openssl", str(problem)) from problem
    return done.returncode == 0


def device_of(home: Path) -> Device:
    """The device that ``signer.toml`` of an installation names in ``[sm2]``: ``command``, for trials ``trial_key``.

    FindingError ``evidence.sm2_not_configured``.
    """
    file = home / FILE
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8")).get("sm2", {})
    except (OSError, ValueError):
        said = {}
    command, trial = said.get("command"), said.get("trial_key")
    if isinstance(command, list) and command and all(isinstance(one, str) for one in command):
        return CommandDevice(command)
    if isinstance(trial, str) and trial:
        return TrialDevice(home / trial)
    raise FindingError(Finding("evidence.sm2_not_configured", {"file": str(file)}))


def _run(words: list[str], given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(words, input=given, capture_output=True, check=False, timeout=_TIMEOUT)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise _refused(words[0], str(problem)) from problem
    if done.returncode:
        what = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _refused(words[0], (what or [f"exit code {done.returncode}"])[-1][:200])
    return done.stdout


def _refused(device: str, what: str) -> FindingError:
    return FindingError(Finding("evidence.sm2_device", {"device": device}, {"what": what}))
