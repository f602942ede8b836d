"""From a decoded frame to measurements, and the key under which a frame sent twice is one frame."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from tansuo.monitoring.connectors.hj212.frame import Decoded, code_and_field
from tansuo.monitoring.reading import Measurement

DATA_COMMANDS = frozenset({"2011", "2031", "2051", "2061"})
"""Real-time, day, minute and hour data: the commands that carry numbers of factors (HJ 212-2017 table 9)."""

_NO_NUMBERS = frozenset({"Flag", "EFlag", "SampleTime", "Info", "SN"})
_STRICT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_LENIENT = re.compile(r"([+-]?)0*([0-9]*)(?:\.([0-9]*))?", re.ASCII)
_LONGEST = 64
"""Longest name or number looked at: real ones have at most 24 characters, and names are index keys."""

_FIRST_YEAR, _LAST_YEAR = 1970, 2199


class Trouble(NamedTuple):
    """Something about a frame's content: the finding's name under ``monitoring.hj212`` and its parameters."""

    name: str
    params: dict[str, str | int]


def frame_key(decoded: Decoded) -> str:
    """``MN/CN/QN/PNO``: what stays the same when a device sends a frame again (HJ 212-2017 §6.5).

    Devices that send no QN (HJ/T 212-2005) are told apart by content: ``#`` and the digest in its place.
    """
    header = decoded.header
    return _key(header, "" if header.get("QN") else frame_digest(decoded))


def _key(header: Mapping[str, str], digest: str) -> str:
    number = header.get("QN") or f"#{digest}"
    return f"{header.get('MN', '')}/{header.get('CN', '')}/{number}/{header.get('PNO', '')}"


def frame_digest(decoded: Decoded) -> str:
    """16 hex characters of SHA-256 over what a frame says: ST, and the bytes of its CP region.

    Not over PW, Flag or RF, which may differ when the same frame is sent again (RF=1 marks a resend in 2025).
    """
    station = decoded.header.get("ST", "").encode("utf-8", "surrogatepass")
    region = decoded.segment.partition(b"CP=&&")[2]
    return sha256(station + b";" + region).hexdigest()[:16]


def label_of(data_time: str) -> datetime | None:
    """The civil time that the first 14 digits of DataTime state; None where they state none, or one that no
    device can mean (before 1970, after 2199)."""
    return _label(data_time[:14])


@lru_cache(4096)
def _label(digits: str) -> datetime | None:
    if len(digits) < 14 or not (digits.isascii() and digits.isdigit()):
        return None
    year = int(digits[:4])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
    try:
        # Naive: the plan knows the zone.
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        return None


def plain_number(text: str) -> str | None:
    """``text`` as a plain decimal (leading zeros, a plus and a bare point are tolerated); None if it is none.

    Digits are kept as sent, trailing zeros among them: they state the precision.
    """
    if len(text) > _LONGEST:
        return None
    if _STRICT.fullmatch(text):
        return text
    loose = _LENIENT.fullmatch(text)
    if loose is None or not re.search("[0-9]", text):
        return None
    sign, whole, fraction = loose[1], loose[2], loose[3]
    return ("-" if sign == "-" else "") + (whole or "0") + (f".{fraction}" if fraction else "")


def measurements_of(
    decoded: Decoded, record: int, data_time: str | None
) -> tuple[list[Measurement], list[Trouble]]:
    """Every number of an accepted data frame, stream ``CN:code:field``, and what could not be read as one.

    ``data_time``: the frame's own DataTime, or that of the packet it belongs to. An empty number is a
    measurement without text; one that is no decimal is so too, with trouble ``value_not_decimal``. Frames of
    other commands, and of other factors than numbers, give nothing; nor does a frame with names that no
    device has (control characters, over 64 characters), with trouble ``unusable_names``.
    """
    header = decoded.header
    command = header.get("CN", "")
    if command not in DATA_COMMANDS:
        return [], []
    fields = decoded.fields
    layout = (_known_layout if len(fields) <= _MOST_KEPT else _layout)(command, tuple(fields))
    if not layout.codes:
        return [], []
    if not _usable(decoded, layout):
        return [], [Trouble("unusable_names", {})]
    if data_time is None:
        return [], [Trouble("no_data_time", {})]
    label = label_of(data_time)
    if label is None:
        return [], [Trouble("data_time_not_a_time", {"data_time": data_time[:_LONGEST]})]
    device, digest = header.get("MN", ""), frame_digest(decoded)
    key = _key(header, digest)
    found: list[Measurement] = []
    troubles: list[Trouble] = []
    for name, flag_name, stream in layout.numbers:
        sent = fields[name]
        text = plain_number(sent)
        if text is None and sent:
            what: dict[str, str | int] = {"field": name[:_LONGEST], "text": sent[:_LONGEST]}
            troubles.append(Trouble("value_not_decimal", what))
        flag = fields[flag_name] if flag_name else ""
        found.append(
            Measurement("hj212", device, stream, label, text, flag, record, None, None, False, key, digest)
        )
    return found, troubles


class _Layout(NamedTuple):
    """What the keys of a CP region say, whatever the values: a device sends the same keys in every frame.

    ``numbers``: key, key of its flag ("" where none came), and stream, of every number, by code and field.
    """

    codes: bool
    longest: int
    flags: tuple[str, ...]
    numbers: tuple[tuple[str, str, str], ...]


_MOST_KEPT = 64
"""Keys of a layout that is kept: more are a stranger's, and must not fill the memory."""


def _layout(command: str, keys: tuple[str, ...]) -> _Layout:
    by_code: dict[str, dict[str, str]] = {}
    for key in keys:
        code, field = code_and_field(key)
        if field:
            by_code.setdefault(code, {})[field] = key
    return _Layout(
        codes=bool(by_code),
        longest=max(map(len, keys), default=0),
        flags=tuple(names["Flag"] for names in by_code.values() if "Flag" in names),
        numbers=tuple(
            (key, names.get("Flag", ""), f"{command}:{code}:{field}")
            for code, names in by_code.items()
            for field, key in names.items()
            if field not in _NO_NUMBERS
        ),
    )


_known_layout = lru_cache(2048)(_layout)


def _usable(decoded: Decoded, layout: _Layout) -> bool:
    """Whether every name can be stored and compared: what a stranger sends must not stop the reader."""
    header, fields = decoded.header, decoded.fields
    if layout.longest > _LONGEST or not decoded.region.isprintable():
        return False
    for name in ("MN", "CN", "QN", "PNO"):
        text = header.get(name, "")
        if len(text) > _LONGEST or not text.isprintable():
            return False
    return all(len(fields[name]) <= _LONGEST for name in layout.flags)
