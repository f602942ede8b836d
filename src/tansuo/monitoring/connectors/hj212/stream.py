"""Find the frames in a stream of bytes: half, sticky and merged packets, rubbish between them, logs.

A frame is taken where ``##``, four digits, that many bytes and a right check value stand together, so one
broken frame never hides the next: on any contradiction the search starts again at the following ``##``.
Every byte fed comes out exactly once, in order, in some piece, except line ends that stand between pieces.
"""

from enum import IntEnum
from typing import NamedTuple

from tansuo.monitoring.connectors.hj212.crc import crc16
from tansuo.monitoring.connectors.hj212.frame import LENGTH_LIMIT

WINDOW = 64 * 1024
"""Bytes a stream may hold back while it waits for the rest of a frame."""

_LINE_ENDS = b"\r\n"


class Kind(IntEnum):
    """What a piece of a stream is."""

    FRAME = 0  # length and check value agree; its syntax is for ``decode`` to judge
    BROKEN = 1  # began as a frame and is none: cut short, wrong length or check value
    GARBAGE = 2  # bytes outside any frame


class Piece(NamedTuple):
    """Bytes of the stream, with the CR LF that ended them if it had arrived."""

    kind: Kind
    data: bytes


class Splitter:
    """Cuts a stream into pieces as bytes arrive; holds back at most ``window`` bytes between calls.

    ``segment_limit``: a length field that tells more starts no frame. The standard's 1,024 bytes are exceeded
    by devices in the field, hence the default is what four digits can tell.
    """

    def __init__(self, segment_limit: int = LENGTH_LIMIT, window: int = WINDOW) -> None:
        if window < segment_limit + 12:
            raise ValueError(f"a window of {window} bytes cannot hold a segment of {segment_limit}")
        self.segment_limit = segment_limit
        self.window = window
        self._held = b""

    @property
    def held(self) -> int:
        """Bytes that wait for their continuation."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Piece]:
        """The pieces that are decided once ``data`` has arrived."""
        buffer = self._held + data if self._held else data
        pieces: list[Piece] = []
        position = self._cut(buffer, pieces, final=False)
        if len(buffer) - position > self.window:
            pieces.append(Piece(Kind.GARBAGE, buffer[position:]))
            position = len(buffer)
        self._held = buffer[position:]
        return pieces

    def close(self) -> list[Piece]:
        """The pieces left when no more bytes will come; the splitter is empty afterwards."""
        buffer, self._held = self._held, b""
        pieces: list[Piece] = []
        position = self._cut(buffer, pieces, final=True)
        _append(
            pieces, Kind.BROKEN if buffer.startswith(b"##", position) else Kind.GARBAGE, buffer[position:]
        )
        return pieces

    def _cut(self, buffer: bytes, pieces: list[Piece], final: bool) -> int:
        """Append the decided pieces of ``buffer``; the position from which bytes are still undecided."""
        size = len(buffer)
        position = 0
        while position < size:
            start = buffer.find(b"##", position)
            if start < 0:
                start = size - (not final and buffer.endswith(b"#"))
            else:
                while buffer.startswith(b"#", start + 2):  # of a run of "#" the last two are the head
                    start += 1
            if start != position:
                _append(pieces, Kind.GARBAGE, buffer[position:start])
                position = start
                if not buffer.startswith(b"##", start):
                    break
            end = self._frame_end(buffer, start)
            if end > 0:
                pieces.append(Piece(Kind.FRAME, buffer[start:end]))
            else:
                end = self._broken_end(buffer, start, waiting=end == 0 and not final)
                if end < 0:
                    return position
                _append(pieces, Kind.BROKEN, buffer[start:end])
            position = end
        return position

    def _frame_end(self, buffer: bytes, start: int) -> int:
        """Where the frame at ``start`` ends; 0 while bytes are missing, -1 when it is no frame."""
        digits = buffer[start + 2 : start + 6]
        if len(digits) < 4:
            return 0 if not digits or digits.isdigit() else -1
        if not digits.isdigit():
            return -1
        length = int(digits)
        if length > self.segment_limit:
            return -1
        check = start + 6 + length
        sent = buffer[check : check + 4]
        if len(sent) < 4:
            return 0
        if buffer.find(b"\n", start, check) >= 0:
            return -1
        if sent.upper() != b"%04X" % crc16(buffer[start + 6 : check]):
            return -1
        return check + 6 if buffer.startswith(_LINE_ENDS, check + 4) else check + 4

    def _broken_end(self, buffer: bytes, start: int, waiting: bool) -> int:
        """Where what began at ``start`` stops: at the next ``##`` or behind the next line end; -1 to wait.

        No frame holds a line end, so a line end decides even while the announced length has not arrived.
        """
        following = buffer.find(b"##", start + 2)
        line = buffer.find(b"\n", start, following if following > 0 else len(buffer))
        if line >= 0:
            return line + 1
        # While the announced length has not arrived, a head may be text of the frame: only a line end tells.
        if waiting and buffer.find(b"\n", following) < 0:
            return -1
        return following


def _append(pieces: list[Piece], kind: Kind, data: bytes) -> None:
    if data.strip(_LINE_ENDS):
        pieces.append(Piece(kind, data))
