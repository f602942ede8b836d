"""Checkpoints: the head of the log at one size, signed (C2SP tlog-checkpoint), and those that were issued.

Three lines (origin, size, base64 of the root) make the text of a signed note. At most one is ever issued for
a size. Lines of witnesses are added to the note, not to this text.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select

from tansuo.evidence.as_of import AsOf
from tansuo.evidence.key_chain import Chain, read_chain
from tansuo.evidence.ledger import history, origin
from tansuo.evidence.note import NoteError, VerifierKey, is_name
from tansuo.evidence.tables import checkpoint as issued
from tansuo.evidence.tree import HASH_SIZE

KEY = "key"
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: the first ``size`` entries of ``origin`` have this ``root``."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def as_of(self) -> AsOf:
        """The point of the log it fixes, ``origin@size``."""
        return AsOf(self.origin, self.size)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a note; NoteError for anything but the three lines in their one form."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not is_name(lines[0]) or not _SIZE.fullmatch(lines[1]):
            raise NoteError("a checkpoint has three lines: origin, size, root")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except binascii.Error:
            root = b""
        read = cls(lines[0], int(lines[1]), root)
        if len(root) != HASH_SIZE or read.text != text:
            raise NoteError("the root of a checkpoint is 32 bytes in base64")
        return read


@dataclass(frozen=True, slots=True)
class Issued:
    """A checkpoint as issued: the signed note, and when by the signer's clock (ms since 1970)."""

    size: int
    note: str
    created_ms: int

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note states. Whose signatures it bears is for ``note.open_note`` to say."""
        return Checkpoint.parse(self.note.rpartition("\n\n")[0] + "\n")


def latest(connection: Connection) -> Issued | None:
    """The checkpoint of the largest size; None before the first."""
    return next(_read(connection, select(issued).order_by(issued.c.size.desc()).limit(1)), None)


def covering(connection: Connection, index: int) -> Issued | None:
    """The first checkpoint that fixes entry ``index``; None where the signer has not come so far."""
    wanted = select(issued).where(issued.c.size > index).order_by(issued.c.size).limit(1)
    return next(_read(connection, wanted), None)


def at_size(connection: Connection, size: int) -> Issued | None:
    """The checkpoint issued for exactly ``size`` entries, if any."""
    return next(_read(connection, select(issued).where(issued.c.size == size)), None)


def every(connection: Connection) -> Iterator[Issued]:
    """All checkpoints, by size."""
    return _read(connection, select(issued).order_by(issued.c.size))


def log_keys(connection: Connection) -> list[VerifierKey]:
    """The log's public keys as its own ``key`` entries announce them, one signed on by the one before.

    Good for noticing damage. A reader who distrusts the platform takes the keys from elsewhere: print,
    gazette, witnesses.
    """
    return [one.key for one in key_chain(connection).keys]


def key_chain(connection: Connection) -> Chain:
    """The same with what the entries say of them, and findings on entries that announce nothing."""
    name = origin(connection)
    entries = [one for one in history(connection, key_subject(connection)) if one.type == KEY]
    return read_chain(name, entries)


def key_subject(connection: Connection) -> str:
    """The subject of the entries that announce the log's keys."""
    return f"key/{origin(connection)}"


def _read(connection: Connection, wanted: Select[int, str, int]) -> Iterator[Issued]:
    for size, note, created in connection.execute(wanted):
        yield Issued(size, note, created)
