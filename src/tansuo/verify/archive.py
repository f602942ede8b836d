"""The members of a zip, read strictly: limits first, then bytes, counted while they are unpacked.

Every size, method and check sum is the central directory's; a local header must carry the same name. No folder,
link, encryption, second disk, archive comment, odd name or second member of one name.
"""

import re
import struct
import zlib
from typing import Any

from tansuo.verify.report import Refused

MOST_MEMBERS = 2_000
MOST_BYTES = 200 * 1024 * 1024
MANUAL = "如何核验.txt"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,199}(/[A-Za-z0-9][A-Za-z0-9._~-]{0,199})?", re.ASCII)
_END = struct.Struct("<4sHHHHIIH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")


def read_archive(data: bytes) -> dict[str, bytes]:
    """Name → bytes of every member; Refused for anything unusual."""
    if len(data) < _END.size or len(data) > MOST_BYTES:
        raise _odd("length")
    magic, disk, first, here, count, size, start, comment = _END.unpack_from(data, len(data) - _END.size)
    if magic != b"PK\x05\x06" or disk or first or here != count or comment:
        raise _odd("end record")
    if count > MOST_MEMBERS or start + size != len(data) - _END.size:
        raise _odd("central directory")
    files: dict[str, bytes] = {}
    position, total = start, 0
    for _ in range(count):
        if position + _CENTRAL.size > start + size:
            raise _odd("central directory")
        row = _CENTRAL.unpack_from(data, position)
        name_bytes, extra, note = row[10], row[11], row[12]
        begin = position + _CENTRAL.size
        raw = data[begin : begin + name_bytes]
        position = begin + name_bytes + extra + note
        total += row[9]
        name = _name(row, raw)
        if name in files or total > MOST_BYTES:
            raise _odd(name if name in files else "more than 200 MiB")
        files[name] = _member(data, start, row, raw, name)
    if position != start + size:
        raise _odd("central directory")
    return files


def _name(row: tuple[Any, ...], raw: bytes) -> str:
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _odd("name") from None
    if name != MANUAL and not _NAME.fullmatch(name):
        raise _odd(f"name {name!r}")
    if row[0] != b"PK\x01\x02" or row[3] & ~0x0808 or row[4] not in (0, 8) or row[13] or row[15] >> 28 == 0xA:
        raise _odd(name)
    return name


def _member(data: bytes, stop: int, row: tuple[Any, ...], raw: bytes, name: str) -> bytes:
    method, check, packed, size, at = row[4], row[7], row[8], row[9], row[16]
    if at + _LOCAL.size > stop:
        raise _odd(name)
    local = _LOCAL.unpack_from(data, at)
    named = at + _LOCAL.size
    begin = named + local[9] + local[10]
    if local[0] != b"PK\x03\x04" or data[named : named + local[9]] != raw or begin + packed > stop:
        raise _odd(name)
    found = data[begin : begin + packed]
    if method == 8:
        inflate = zlib.decompressobj(-15)
        try:
            found = inflate.decompress(found, size + 1)
        except zlib.error:
            raise _odd(name) from None
        if not inflate.eof or inflate.unused_data:
            raise _odd(name)
    if len(found) != size or zlib.crc32(found) != check:
        raise _odd(name)
    return found


def _odd(what: str) -> Refused:
    return Refused("not an archive that can be accepted ({})", what)
