"""SM3 (GB/T 32905-2016), the hash of the second tree of a log of both suites, in the form that ``tree`` asks for.

``hashlib`` has it where its OpenSSL does; else ``cryptography`` has. Who has neither cannot check the second tree.
"""

import hashlib

from tansuo.evidence.tree import Hash, Hashed

NAME = "sm3"

try:
    from cryptography.hazmat.primitives.hashes import SM3
    from cryptography.hazmat.primitives.hashes import Hash as Hashing
except ImportError:
    SM3 = None  # type: ignore[assignment,misc]


class Pressed:
    """Data taken in by the SM3 of ``cryptography``."""

    def __init__(self, data: bytes) -> None:
        self._hash = Hashing(SM3())
        self._hash.update(data)

    def digest(self) -> bytes:
        """The 32 bytes."""
        return self._hash.finalize()


def _of_hashlib() -> Hash:
    """``hashlib``'s, from a copy of an empty state: looking the function up anew costs more than the hash."""
    empty = hashlib.new(NAME)

    def new(data: bytes) -> Hashed:
        made = empty.copy()
        made.update(data)
        return made

    return new


def find(available: bool = NAME in hashlib.algorithms_available) -> Hash | None:
    """SM3, or None where there is none; ``available``: whether ``hashlib`` has it."""
    if available:
        return _of_hashlib()
    return None if SM3 is None else Pressed
