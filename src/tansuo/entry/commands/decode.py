"""``tansuo decode hj212 FILE|-``: frames in, one JSON object a line out. Needs no database.

FILE may be gzip, whatever its name. Two kinds of input are told apart by their first line that is not blank:

- It begins with ``##``: a file of frames, one a line. Every line that is not blank gives one object, also one
  that is no frame (verdict "reject").
- It does not: a log, or a capture of a port. Frames are looked for anywhere in its bytes; what is outside of
  them is counted on standard error. Where nothing in it even begins like a frame, it was no log: every line
  is answered with a reject.

``--lines`` and ``--log`` decide instead.
"""

import argparse
import gzip
import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import BinaryIO, cast

from tansuo.monitoring.connectors.hj212.frame import Decoded, decode
from tansuo.monitoring.connectors.hj212.stream import Kind, Splitter
from tansuo.quantity.finding import Finding, FindingError

NAME = "decode"
SUMMARY = "decode telemetry frames: one frame a line in, one JSON object a line out"

_LONGEST_LINE = 1 << 20
_GZIP = b"\x1f\x8b"


def configure(parser: argparse.ArgumentParser) -> None:
    """Protocol, file, and how to read it."""
    parser.add_argument("protocol", choices=("hj212",), help="the protocol of the frames")
    parser.add_argument("file", metavar="FILE|-", help="frames or a log, gzip too; - reads standard input")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--lines", action="store_true", help="every line is meant to be one frame")
    how.add_argument("--log", action="store_true", help="find frames anywhere in the bytes")


def run(args: argparse.Namespace) -> int:
    """Print the objects; 0 when everything was judged (a reject is a judgement), 2 for an unreadable file."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # JSON is UTF-8 whatever the locale says (RFC 8259)
    try:
        with _opened(args.file) as source:
            for decoded in _decoded(source, lines=args.lines, log=args.log):
                print(json.dumps(decoded.as_json(), ensure_ascii=False))
    except BrokenPipeError:
        raise
    except (OSError, EOFError, zlib.error) as problem:
        params = {"problem": str(problem)}
        raise FindingError(Finding("entry.file_unreadable", {"file": args.file}, params)) from problem
    return 0


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as raw:
        buffered = cast(BufferedReader, raw)
        if buffered.peek(2)[:2] == _GZIP:
            with gzip.GzipFile(fileobj=buffered) as unpacked:
                yield cast(BinaryIO, unpacked)
        else:
            yield buffered


def _decoded(source: BinaryIO, *, lines: bool, log: bool) -> Iterator[Decoded]:
    first = b""
    while not (lines or log):
        first = source.readline(_LONGEST_LINE)
        if first.strip() or not first:
            lines = first.startswith(b"##")
            break
    if lines:
        yield from _lines(first, source)
    else:
        yield from _log(first, source, certain=log)


def _lines(first: bytes, source: BinaryIO) -> Iterator[Decoded]:
    line = first or source.readline(_LONGEST_LINE)
    while line:
        if line.strip():
            yield decode(line)
        line = source.readline(_LONGEST_LINE)


def _log(first: bytes, source: BinaryIO, *, certain: bool) -> Iterator[Decoded]:
    splitter = Splitter()
    found = outside = blank_free_lines = 0
    for block in _blocks(first, source):
        last = not block
        for kind, data in splitter.close() if last else splitter.feed(block):
            if kind is Kind.GARBAGE:
                outside += len(data)
            else:
                found += 1
                yield decode(data)
        if not found:
            blank_free_lines += sum(1 for line in block.split(b"\n") if line.strip())
    if not found and not certain:
        for _ in range(blank_free_lines):
            yield decode(b"")
    elif outside:
        print(f"{outside} bytes outside of {found} frames were passed over", file=sys.stderr)


def _blocks(first: bytes, source: BinaryIO) -> Iterable[bytes]:
    """Whole lines, as long as there are any; at the end an empty block."""
    if first:
        yield first
    while True:
        block = source.readline(_LONGEST_LINE)
        yield block
        if not block:
            return
