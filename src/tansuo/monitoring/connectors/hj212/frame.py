"""One HJ 212 frame: decode it with everything irregular named, encode it, answer it.

    ##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=…;Flag=5;CP=&&RtdInterval=30&&1C80

Head, length of the segment in bytes (four digits), segment up to the ``&&`` that closes the CP region, check
value (four hex digits), CR LF.

Problems are short names (``crc_mismatch``, ``duplicate_cp_key:a21-Rtd``). Those in ``FATAL`` make the
verdict "reject"; every other one is only a note: devices in the field send segments over 1,024 bytes,
17-digit times and empty passwords, and their readings are still readings.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from tansuo.monitoring.connectors.hj212.crc import crc16

__all__ = ["FATAL", "LINE_END", "Decoded", "Flag", "code_and_field", "crc16", "decode", "encode"]

LINE_END = b"\r\n"

#: HJ 212-2017 §6.3.2: a data segment holds at most 1,024 characters; the field allows 9,999.
SEGMENT_LIMIT = 1024
LENGTH_LIMIT = 9999

FATAL = frozenset(
    {
        "no_frame_start",
        "length_field_not_4_digits",
        "length_mismatch",
        "crc_not_hex",
        "crc_mismatch",
        "no_CP",
        "CP_not_closed",
    }
)

Pair = tuple[str, str]
Group = tuple[Pair, ...]

_LENGTH = re.compile(rb"##([0-9]{0,9})")
_HEX4 = re.compile(rb"[0-9A-Fa-f]{4}")
_SHOWN = 64  # characters of a key shown in a problem


class Flag(NamedTuple):
    """The Flag byte of the header (HJ 212-2017 §6.3.3): version in the six high bits, two bits of use."""

    value: int

    @property
    def ack_wanted(self) -> bool:
        """Bit 0: the sender waits for an answer."""
        return bool(self.value & 1)

    @property
    def split(self) -> bool:
        """Bit 1: the header carries PNUM and PNO."""
        return bool(self.value & 2)

    @property
    def version_bits(self) -> int:
        """0 = HJ/T 212-2005, 1 = HJ 212-2017, 2 = HJ 212-2025."""
        return self.value >> 2


class Decoded(NamedTuple):
    """What a frame says, as text, and what is wrong with it.

    ``fields``: every key of the CP region and its text, of a repeated key the last one; ``region``: the CP
    region itself. ``crc_computed``: upper-case hex over the segment found, None where there is none.
    """

    problems: tuple[str, ...]
    header: dict[str, str]
    fields: dict[str, str]
    region: str
    segment: bytes
    declared_length: int | None
    crc_text: str
    crc_computed: str | None

    @property
    def verdict(self) -> Literal["accept", "reject"]:
        """ "reject" when a problem of ``FATAL`` was found."""
        return "accept" if FATAL.isdisjoint(self.problems) else "reject"

    @property
    def groups(self) -> tuple[Group, ...]:
        """The CP region split at ``;``, each group at ``,`` into (key, value); empty groups are dropped."""
        return tuple(
            tuple((key, value) for key, _, value in (item.partition("=") for item in group.split(",")))
            for group in self.region.split(";")
            if group
        )

    @property
    def values(self) -> dict[str, dict[str, str]]:
        """{code: {field: text}} of every key ``code-field``, as sent; of a repeated key the last one wins."""
        values: dict[str, dict[str, str]] = {}
        for key, text in self.fields.items():
            code, field = code_and_field(key)
            if field:
                try:
                    values[code][field] = text
                except KeyError:
                    values[code] = {field: text}
        return values

    @property
    def data_time(self) -> str | None:
        """DataTime as sent (14 digits by the standard, 17 from some devices); None where there is none."""
        return self.fields.get("DataTime")

    @property
    def flag(self) -> Flag | None:
        """The Flag of the header; None where absent or not a number of one byte."""
        return _flag(self.header.get("Flag"))

    def as_json(self) -> dict[str, object]:
        """The object ``tansuo decode hj212`` prints."""
        return {
            "verdict": self.verdict,
            "problems": list(self.problems),
            "header": self.header,
            "values": self.values,
            "data_time": self.data_time,
            "crc_computed": self.crc_computed,
        }


def decode(frame: bytes | str) -> Decoded:
    """Decode one frame, with or without its CR LF. Never raises: whatever is wrong is in ``problems``.

    Text is read as ASCII, else UTF-8, else GB 18030; the length and the check value are those of the bytes.
    """
    raw = (frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame).rstrip(LINE_END)
    start = _LENGTH.match(raw)
    if start is None:
        return Decoded(("no_frame_start",), {}, {}, "", b"", None, "", None)
    problems: list[str] = []
    digits = start[1]
    segment, crc = raw[start.end() : -4], raw[-4:]
    if len(raw) < start.end() + 4:  # too short for a check value: what is there is segment
        segment, crc = raw[start.end() :], b""
    declared = int(digits) if digits else None
    if len(digits) != 4:
        problems.append("length_field_not_4_digits")
    if declared is not None and declared != len(segment):
        problems.append("length_mismatch")
    computed = f"{crc16(segment):04X}"
    if crc.upper() != computed.encode():
        problems.append("crc_mismatch" if _HEX4.fullmatch(crc) else "crc_not_hex")
    if len(segment) > SEGMENT_LIMIT:
        problems.append("segment_over_1024")
    text = _text(segment, problems)
    head, region = _halves(text, problems)
    header = _header(head, problems)
    fields = _fields(region, problems) if region else {}
    return Decoded(
        tuple(problems), header, fields, region, segment, declared, crc.decode("latin-1"), computed
    )


def encode(
    header: Mapping[str, str] | Iterable[Pair], groups: Iterable[Iterable[Pair]], encoding: str = "utf-8"
) -> bytes:
    """The frame with CR LF for a header (in its order, without CP) and the groups of its CP region.

    ValueError where a key or value holds a character that the syntax uses, or the segment exceeds the 9,999
    bytes that a length field can tell. Segments over 1,024 bytes are for the caller to split.
    """
    pairs = header.items() if isinstance(header, Mapping) else header
    head = "".join(f"{_clean(key, _IN_KEY)}={_clean(value, _IN_VALUE)};" for key, value in pairs)
    body = ";".join(
        ",".join(f"{_clean(key, _IN_FIELD)}={_clean(value, _IN_ITEM)}" for key, value in group)
        for group in groups
    )
    segment = f"{head}CP=&&{body}&&".encode(encoding)
    if len(segment) > LENGTH_LIMIT:
        raise ValueError(f"segment of {len(segment)} bytes: a length field tells at most {LENGTH_LIMIT}")
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc16(segment))


_IN_KEY, _IN_VALUE, _IN_FIELD, _IN_ITEM = (frozenset(one) for one in (";=", ";", ";,=&", ";,&"))
"""Characters of the syntax that a key or value of the header, or of the CP region, cannot hold."""


def _clean(text: str, forbidden: frozenset[str]) -> str:
    if not text.isprintable() or not forbidden.isdisjoint(text):
        raise ValueError(f"{text!r} holds a character that HJ 212 uses as syntax, or a control character")
    return text


def _text(data: bytes, problems: list[str]) -> str:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        pass
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    problems.append("text_not_decodable")
    return data.decode("latin-1")


@lru_cache(256)
def _flag(text: str | None) -> Flag | None:
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 3 or int(text) > 255:
        return None
    return Flag(int(text))


def _halves(text: str, problems: list[str]) -> tuple[str, str]:
    """The header and the CP region of a segment's text."""
    head, found, region = text.partition("CP=&&")
    if not found:
        problems.append("no_CP")
    elif region.endswith("&&"):
        region = region[:-2]
    else:
        problems.append("CP_not_closed")
        region = region.partition("&&")[0]
    return head.removesuffix(";"), region


def _header(head: str, problems: list[str]) -> dict[str, str]:
    items = head.split(";") if head else []
    try:
        header = dict([item.split("=", 1) for item in items])
    except ValueError:  # an item without "="
        header = {key: value for key, _, value in (item.partition("=") for item in items) if key}
        bare = dict.fromkeys(item for item in items if "=" not in item)
        problems.extend(f"header_item_without_value:{item[:_SHOWN]}" for item in bare)
    if len(header) != len(items):
        problems.extend(f"duplicate_header_key:{key[:_SHOWN]}" for key in _repeated(items))
    _name_header_problems(header, problems)
    return header


def _name_header_problems(header: dict[str, str], problems: list[str]) -> None:
    for name in ("PW", "MN"):
        if header.get(name) == "":
            problems.append(f"empty_{name}")
    for name in ("CN", "MN"):
        if name not in header:
            problems.append(f"no_{name}")
    text = header.get("Flag")
    if text is None:
        return  # HJ/T 212-2005 devices send none
    flag = _flag(text)
    if flag is None:
        problems.append("flag_not_a_number")
    elif ("PNUM" in header) + ("PNO" in header) != (2 if flag.split else 0):
        problems.append("flag_split_bit_disagrees_with_PNUM_PNO")


def _fields(region: str, problems: list[str]) -> dict[str, str]:
    items = region.replace(";", ",").split(",")
    try:
        fields = dict([item.split("=", 1) for item in items])
    except ValueError:  # an item without "=", or an empty one
        if not all(region.split(";")):
            problems.append("empty_cp_group")
        bare = dict.fromkeys(item for group in region.split(";") if group for item in group.split(","))
        problems.extend(f"cp_item_without_value:{item[:_SHOWN]}" for item in bare if "=" not in item)
        items = [item for item in items if item]
        fields = {key: value for key, _, value in (item.partition("=") for item in items)}
    if len(fields) != len(items):
        problems.extend(f"duplicate_cp_key:{key[:_SHOWN]}" for key in _repeated(items))
    if region.startswith("{0x"):  # HJ 212-2025 annex A.2: SM4 blocks in hexadecimal
        problems.append("cp_enciphered")
    time = fields.get("DataTime")
    if time is not None and not (len(time) == 14 and time.isascii() and time.isdigit()):
        problems.append("data_time_not_14_digits")
    return fields


def _repeated(items: Iterable[str]) -> list[str]:
    """The keys that occur more than once, in the order of their first occurrence."""
    counts = Counter(item.partition("=")[0] for item in items)
    return [key for key, count in counts.items() if count > 1]


@lru_cache(4096)
def code_and_field(key: str) -> tuple[str, str]:
    """``a05001-Cou`` of the CP region → (a05001, Cou); a key without a dash has no field."""
    code, dash, field = key.rpartition("-")
    return (code, field) if dash else (key, "")
