"""A receipt as text (C2SP tlog-proof): one entry's place in the log under a signed head, to be kept by whoever sent it.

    c2sp.org/tlog-proof@v1
    extra <base64>                  only where there is extra data; nobody has signed it
    index <place of the entry>
    <base64 of a hash>              the audit path, from the leaf's sibling upwards
                                    an empty line
    <the signed head, word for word>

Standard library only: an offline verifier carries this file unchanged.
"""

import re
from dataclasses import dataclass

from tansuo.evidence.note import LARGEST, NoteError, base64_of, bytes_of
from tansuo.evidence.tree import HASH_SIZE

HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,14})", re.ASCII)
_EXTRA = "extra "
_LONGEST_PATH = 63


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The entry at ``index`` is reached by ``path`` from the root in ``note``; ``extra`` is for the reader to judge."""

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    @property
    def written(self) -> str:
        """As it is kept in a file named ``.tlog-proof``."""
        extra = "" if self.extra is None else f"{_EXTRA}{base64_of(self.extra)}\n"
        path = "".join(f"{base64_of(one)}\n" for one in self.path)
        return f"{HEADER}\n{extra}index {self.index}\n{path}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> "TlogProof":
        """Read it back; NoteError for anything that is not of the form, each thing in its one way of being written.

        Neither the note nor the path is judged here: ``open_note`` and ``verify_inclusion`` do that.
        """
        head, blank, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        if first != HEADER or not blank or not lines or len(text) > 2 * LARGEST:
            raise NoteError(f"a receipt begins with {HEADER}, an index, a path and an empty line")
        extra = None
        if lines[0].startswith(_EXTRA):
            extra = decode64(lines.pop(0).removeprefix(_EXTRA))
        stated = _INDEX.fullmatch(lines[0]) if lines else None
        if stated is None:
            raise NoteError("the receipt does not say which entry it is about")
        path = tuple(map(decode64, lines[1:]))
        if len(path) > _LONGEST_PATH or any(len(one) != HASH_SIZE for one in path):
            raise NoteError(f"a path has at most {_LONGEST_PATH} hashes of {HASH_SIZE} bytes")
        return cls(int(stated[1]), path, note, extra)


def decode64(text: object) -> bytes:
    """At least one byte written in base64; NoteError for anything else or another way of writing them."""
    if not isinstance(text, str) or not text:
        raise NoteError("not base64")
    return bytes_of(text)
