"""How much a file may hold, and packed files opened without believing what they say of their own size.

The sizes in a zip's directory and at the end of a gz can lie, so bytes are counted while they are unpacked.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass

from tansuo.quantity.finding import Finding, FindingError

MEBIBYTE = 1024 * 1024
_CHUNK = 256 * 1024
_RATIO_FROM = 4 * MEBIBYTE
_ARCHIVES = (".zip", ".xlsx", ".xlsm", ".xlsb", ".gz", ".7z", ".rar", ".jar", ".tar", ".xz", ".bz2", ".zst")
_BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    OverflowError, RuntimeError,
)  # fmt: skip
_ACTIVE = (
    ("vbaproject", "macro"),
    ("macrosheets/", "macro"),
    ("activex/", "activex"),
    ("externallinks/", "external_link"),
    ("embeddings/", "embedded_object"),
    ("connections.xml", "data_connection"),
    ("querytables/", "data_connection"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file, in bytes and counts. ``ratio`` holds once more than 4 MiB have been unpacked."""

    file_bytes: int = 256 * MEBIBYTE
    unpacked_bytes: int = 200 * MEBIBYTE
    members: int = 2_000
    ratio: int = 100
    rows: int = 2_000_000
    columns: int = 4_096
    cell_characters: int = 32_768


LIMITS = Limits()
"""What a command line import may read. An upload through the API is bound to 20 MiB before it comes here."""


def refuse(code: str, file: str, **params: str | int) -> FindingError:
    """The error for a file that cannot be taken at all: ``monitoring.workbook.<code>``."""
    return FindingError(Finding(f"monitoring.workbook.{code}", {"file": file}, params))


def ungzip(data: bytes, file: str, limits: Limits = LIMITS) -> bytes:
    """What a .gz holds, all its members; FindingError for one that is broken, cut short or a bomb."""
    out = bytearray()
    rest = data
    while rest:
        inflater = zlib.decompressobj(wbits=31)
        pending = rest
        try:
            while not inflater.eof:
                out += inflater.decompress(pending, _CHUNK)
                _within(len(out), len(data), file, limits)
                pending = inflater.unconsumed_tail
                if not pending and not inflater.eof:
                    out += inflater.flush()
                    if not inflater.eof:
                        raise refuse("gz_broken", file, reason="unexpected end of the compressed data")
        except zlib.error as error:
            raise refuse("gz_broken", file, reason=str(error)) from None
        rest = inflater.unused_data.lstrip(b"\0")
    return bytes(out)


def _within(unpacked: int, packed: int, file: str, limits: Limits) -> None:
    if unpacked > limits.unpacked_bytes:
        raise refuse("too_large_unpacked", file, limit=limits.unpacked_bytes // MEBIBYTE)
    if unpacked > _RATIO_FROM and unpacked > limits.ratio * packed:
        raise refuse("packed_too_tightly", file, ratio=limits.ratio)


def guard_zip(data: bytes, file: str, limits: Limits = LIMITS) -> zipfile.ZipFile:
    """The opened archive of a workbook, after every member has been unpacked once and counted.

    FindingError for a broken archive, too many or too large members, archives within the archive, links,
    macros, external links, embedded objects and XML with a document type (entity expansion).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except _BROKEN_ZIP as error:
        raise refuse("zip_broken", file, reason=str(error)) from None
    if len(members) > limits.members:
        raise refuse("too_many_members", file, members=len(members), limit=limits.members)
    total = 0
    for member in members:
        _judge_member(member, file)
        total = _count(archive, member, total, len(data), file, limits)
    return archive


def _judge_member(member: zipfile.ZipInfo, file: str) -> None:
    name = member.filename.lower()
    if name.endswith(_ARCHIVES):
        raise refuse("nested_archive", file, member=member.filename)
    if (member.external_attr >> 16) & 0o170000 == 0o120000:
        raise refuse("zip_link", file, member=member.filename)
    if member.flag_bits & 0x1:
        raise refuse("encrypted", file)
    for part, what in _ACTIVE:
        if part in name:
            raise refuse("active_content", file, what=what, member=member.filename)


def _count(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, total: int, packed: int, file: str, limits: Limits
) -> int:
    first = True
    try:
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                _within(total, packed, file, limits)
                if first and b"<!DOCTYPE" in chunk[:4096]:
                    raise refuse("active_content", file, what="document_type", member=member.filename)
                first = False
    except _BROKEN_ZIP as error:
        raise refuse("zip_broken", file, reason=f"{member.filename}: {error}") from None
    return total
