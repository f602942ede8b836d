"""Tables for a terminal: columns that line up although a Chinese character is two cells wide."""

import unicodedata
from collections.abc import Sequence


def cells(text: str) -> int:
    """How many terminal cells ``text`` takes: two for a wide character, none for a combining one."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) != 0 for letter in text)


def text_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Header, rule and rows, two blanks between columns; numbers (int) are set to the right."""
    written = [[str(value) for value in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(header, *written, strict=True)]
    right = [bool(rows) and all(isinstance(row[at], int) for row in rows) for at in range(len(header))]

    def line(values: Sequence[str]) -> str:
        set_out = [
            " " * (width - cells(value)) + value if to_right else value + " " * (width - cells(value))
            for value, width, to_right in zip(values, widths, right, strict=True)
        ]
        return "  ".join(set_out).rstrip()

    rule = "  ".join("-" * width for width in widths)
    return "\n".join([line(header), rule, *map(line, written)])
