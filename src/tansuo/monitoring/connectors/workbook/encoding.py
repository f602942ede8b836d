"""Which encoding a text file is in: declared by the map, or found from its bytes, and the finding said aloud.

A byte that does not fit its encoding becomes a lone surrogate (or U+FFFD for UTF-16), so that the row it
stands in can be refused by name while every other row goes on.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "gb18030",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "latin-1",
    "cp1252",
    "big5",
)
"""The encodings a map may declare; gbk and gb2312 are written gb18030, which contains them."""

SPELLINGS = {
    "utf8": "utf-8", "utf8-sig": "utf-8-sig", "gbk": "gb18030", "gb2312": "gb18030", "utf16": "utf-16",
    "latin1": "latin-1", "iso-8859-1": "latin-1", "windows-1252": "cp1252", "ascii": "utf-8",
}  # fmt: skip
_PROBE = 1 << 20
_CHINESE = re.compile(
    "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef\u2010-\u2027\u00b0-\u00b7\u2103\u2460-\u2473\u0370-\u03ff]"
)
_BROKEN = re.compile("[\udc80-\udcff\ufffd]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file without its byte order mark; ``detected`` is False where the map declared it.

    ``sure`` is False where another encoding would have read the same bytes as well (latin-1 reads any).
    """

    text: str
    encoding: str
    detected: bool
    sure: bool


def known(encoding: str) -> str | None:
    """The name under which we know an encoding, None for one a map may not declare."""
    name = encoding.strip().lower().replace("_", "-")
    name = SPELLINGS.get(name, name)
    return name if name in ENCODINGS else None


def decode(data: bytes, declared: str = "auto") -> Decoded:
    """The text of ``data``, in the declared encoding or (``auto``) in the one its bytes speak for."""
    if declared == "auto":
        encoding, sure = detect(data)
        return Decoded(_text(data, encoding), encoding, True, sure)
    if declared == "utf-8" and data.startswith(codecs.BOM_UTF8):
        declared = "utf-8-sig"
    return Decoded(_text(data, declared), declared, False, True)


def broken(text: str) -> bool:
    """Whether a piece of decoded text holds bytes that did not fit the encoding."""
    return not text.isascii() and _BROKEN.search(text) is not None


def detect(data: bytes) -> tuple[str, bool]:
    """(encoding, whether it is certain) from the byte order mark, or from the first MiB."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, True
    probe = data[:_PROBE]
    wide = _wide(probe)
    if wide:
        return wide, True
    if probe.isascii() and data.isascii():
        return "utf-8", True
    lines = [line for line in data.splitlines() if not line.isascii()]
    if _share(lines, "utf-8") >= (len(lines) + 1) // 2:
        return "utf-8", True
    if _speaks_chinese(lines):
        return "gb18030", True
    return "latin-1", False


def _wide(probe: bytes) -> str | None:
    """UTF-16 without a mark: ASCII letters, digits and separators leave every second byte null."""
    sample = probe[:4096]
    if len(sample) < 4:
        return None
    half = len(sample) // 2
    if sample[1::2].count(0) * 10 >= half * 4 and sample[0::2].count(0) * 20 < half:
        return "utf-16-le"
    if sample[0::2].count(0) * 10 >= half * 4 and sample[1::2].count(0) * 20 < half:
        return "utf-16-be"
    return None


def _share(lines: list[bytes], encoding: str) -> int:
    fitting = 0
    for line in lines:
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            continue
        fitting += 1
    return fitting


def _speaks_chinese(lines: list[bytes]) -> bool:
    """Whether most foreign lines decode as gb18030 into characters that Chinese tables really use."""
    if _share(lines, "gb18030") * 2 < len(lines):
        return False
    text = b"\n".join(lines).decode("gb18030", errors="replace")
    foreign = [character for character in text if not character.isascii()]
    usual = sum(1 for character in foreign if _CHINESE.match(character))
    return usual * 10 >= len(foreign) * 9


def _text(data: bytes, encoding: str) -> str:
    errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    text = data.decode(encoding, errors=errors)
    return text.removeprefix("\ufeff")
