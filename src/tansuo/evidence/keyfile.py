"""A signing key in a file that only its owner may read."""

import base64
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tansuo.evidence.durable import write_new
from tansuo.evidence.note import ED25519, NoteError, VerifierKey, is_name
from tansuo.quantity.finding import Finding, FindingError

_PREFIX = "PRIVATE+KEY+"


class FileSigner:
    """An Ed25519 key kept in a file of mode 0600, in the form of golang.org/x/mod/sumdb/note."""

    algorithm = ED25519

    def __init__(self, name: str, seed: bytes) -> None:
        if not is_name(name):
            raise NoteError(f"not a key name: {name!r}")
        self.name = name
        self._seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature; the same message always gives the same 64 bytes."""
        return self._key.sign(message)

    @classmethod
    def parse(cls, text: str) -> "FileSigner":
        """Read ``PRIVATE+KEY+name+id+base64(type ‖ seed)``; NoteError for anything else."""
        name, _, rest = text.strip().removeprefix(_PREFIX).partition("+")
        written, _, encoded = rest.partition("+")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except ValueError:
            raw = b""
        if not text.startswith(_PREFIX) or len(raw) != 33 or raw[0] != ED25519:
            raise NoteError("not an Ed25519 signing key")
        signer = cls(name, raw[1:])
        if VerifierKey(name, ED25519, signer.public_key).id.hex() != written:
            raise NoteError(f"the signing key of {name} does not have the id {written}")
        return signer

    @classmethod
    def load(cls, path: Path) -> "FileSigner":
        """Read a key file; FindingError ``evidence.key_exposed`` if others than its owner may read it."""
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            raise FindingError(Finding("evidence.key_exposed", {"file": str(path)}, {"mode": f"{mode:04o}"}))
        return cls.parse(path.read_text(encoding="utf-8"))

    @classmethod
    def create(cls, path: Path, name: str) -> "FileSigner":
        """Draw a new key and keep it at ``path``, where no file may be yet (FileExistsError)."""
        signer = cls(name, Ed25519PrivateKey.generate().private_bytes_raw())
        key_id = VerifierKey(name, ED25519, signer.public_key).id.hex()
        encoded = base64.b64encode(bytes([ED25519]) + signer._seed).decode()
        write_new(path, f"{_PREFIX}{name}+{key_id}+{encoded}\n".encode())
        return signer
