"""Sectors 行业类别 of key enterprises, as the attribute ``sector`` of an enterprise names them.

A grouping of ours for lists and comparison; the standard's own code stands in the attribute ``industry``
(GB/T 4754).
"""

from collections.abc import Mapping

SECTORS: Mapping[str, tuple[str, str]] = {
    "power": ("电力热力", "power and heat"),
    "cement": ("水泥建材", "cement"),
    "chemicals": ("化工", "chemicals"),
    "paper": ("造纸", "paper"),
    "metal": ("金属", "metal"),
    "glass_ceramics": ("玻璃陶瓷", "glass and ceramics"),
    "other": ("其他", "other"),
}
"""Codes with their names in Chinese and English, in the order of lists."""


def sector_name(code: str | None, language: str) -> str:
    """The name of a sector; a code nobody has named stays itself, None is nothing."""
    if code is None:
        return ""
    names = SECTORS.get(code)
    return code if names is None else names[0 if language == "zh" else 1]
