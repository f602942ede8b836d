"""The frames our data loggers send, HJ 212-2017, written apart from the code that receives them."""

import re
from datetime import UTC, datetime, timedelta

FIRST = datetime(2020, 1, 1)  # noqa: DTZ001 - the civil time of the city, as a logger writes it
_ZONE = timedelta(hours=8)
_ANSWER = re.compile(rb"##([0-9]{4})(QN=([0-9]+);ST=91;CN=9014;.*)([0-9A-F]{4})$", re.DOTALL)


def _eight(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value


_EIGHT = [_eight(value) for value in range(256)]


def crc16(data: bytes) -> int:
    """The check value of a segment (HJ 212-2017, annex A).

    A step takes the register's high byte, xor the next byte of data, through eight shifts; as the low byte is
    dropped first, a table of what eight shifts make of a byte is all that is needed.
    """
    register = 0xFFFF
    for byte in data:
        register = _EIGHT[(register >> 8) ^ byte]
    return register


def mn(device: int) -> str:
    """The number of a device in its frames."""
    return f"MN{device:04d}"


def series(device: int) -> str:
    """The series its readings are kept under."""
    return f"s{device}"


def qn(device: int, number: int) -> bytes:
    """What the answer to a frame must repeat; no two frames of a device share it."""
    return f"{FIRST + timedelta(minutes=number):%Y%m%d%H%M%S}{device:03d}".encode()


def frame(device: int, number: int) -> bytes:
    """Minute ``number`` of a device; the value it reports is ``number``."""
    label = f"{FIRST + timedelta(minutes=number):%Y%m%d%H%M%S}"
    segment = (
        f"QN={label}{device:03d};ST=31;CN=2051;PW=123456;MN={mn(device)};Flag=5;"
        f"CP=&&DataTime={label};a05001-Cou={number}&&"
    ).encode()
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc16(segment))


def instant(number: int) -> int:
    """Seconds since 1970 at which minute ``number`` begins."""
    return int((FIRST - _ZONE + timedelta(minutes=number)).replace(tzinfo=UTC).timestamp())


def is_whole(data: bytes) -> bool:
    """Whether these bytes are one whole frame: length and check value agree. Its line end may be missing."""
    if not data.startswith(b"##") or not data[2:6].isdigit():
        return False
    end = 6 + int(data[2:6])
    check = data[end : end + 4]
    return len(check) == 4 and check == b"%04X" % crc16(data[6:end]) and not data[end + 4 :].strip(b"\r\n")


def answered(line: bytes) -> bytes | None:
    """The QN that an answer 9014 names; None for a line that is no whole answer."""
    found = _ANSWER.match(line)
    if found is None:
        return None
    length, segment, named, check = found.groups()
    if len(segment) != int(length) or crc16(segment) != int(check, 16):
        return None
    return named
