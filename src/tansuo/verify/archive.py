"""The members of a zip, read strictly: limits first, then bytes, counted while they are unpacked.

Every size, method and check sum is the central directory's; a local header must carry the same name. No folder,
link, encryption, second disk, archive comment, odd name or second member of one name.
"""

import re
import struct
import zlib
from typing import Any

from tansuo.verify.report import otherwise, require

MOST_MEMBERS = 2_000
MOST_BYTES = 200 * 1024 * 1024
MANUAL = "如何核验.txt"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,199}(/[A-Za-z0-9][A-Za-z0-9._~-]{0,199})?", re.ASCII)
_END = struct.Struct("<4sHHHHIIH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")


def read_archive(data: bytes) -> dict[str, bytes]:
    """Name → bytes of every member; Refused for anything unusual."""
    _fits(_END.size <= len(data) <= MOST_BYTES, "length")
    magic, disk, first, here, count, size, start, comment = _END.unpack_from(data, len(data) - _END.size)
    _fits(magic == b"PK\x05\x06" and not (disk or first or comment) and here == count, "end record")
    _fits(count <= MOST_MEMBERS and start + size == len(data) - _END.size, "central directory")
    files: dict[str, bytes] = {}
    position, total = start, 0
    for _ in range(count):
        _fits(position + _CENTRAL.size <= start + size, "central directory")
        row = _CENTRAL.unpack_from(data, position)
        name_bytes, extra, note = row[10], row[11], row[12]
        begin = position + _CENTRAL.size
        raw = data[begin : begin + name_bytes]
        position = begin + name_bytes + extra + note
        total += row[9]
        name = _name(row, raw)
        _fits(name not in files, name)
        _fits(total <= MOST_BYTES, "more than 200 MiB")
        files[name] = _member(data, start, row, raw, name)
    _fits(position == start + size, "central directory")
    return files


def _fits(holds: bool, what: str) -> None:
    require(holds, "not an archive that can be accepted ({})", what)


def _name(row: tuple[Any, ...], raw: bytes) -> str:
    name = raw.decode(errors="replace")
    _fits(name == MANUAL or _NAME.fullmatch(name) is not None, f"name {name!r}")
    plain = row[0] == b"PK\x01\x02" and not row[3] & ~0x0808 and row[4] in (0, 8)
    _fits(plain and not row[13] and row[15] >> 28 != 0xA, name)
    return name


def _member(data: bytes, stop: int, row: tuple[Any, ...], raw: bytes, name: str) -> bytes:
    method, check, packed, size, at = row[4], row[7], row[8], row[9], row[16]
    _fits(at in range(stop), name)
    local = _LOCAL.unpack_from(data, at)
    named = at + _LOCAL.size
    begin = named + local[9] + local[10]
    _fits(
        local[0] == b"PK\x03\x04" and data[named : named + local[9]] == raw and begin + packed <= stop, name
    )
    found = data[begin : begin + packed]
    if method == 8:
        inflate = zlib.decompressobj(-15)
        with otherwise("not an archive that can be accepted ({})", name, of=(zlib.error,)):
            found = inflate.decompress(found, size + 1)
        _fits(inflate.eof and not inflate.unused_data, name)
    _fits(len(found) == size and zlib.crc32(found) == check, name)
    return found
