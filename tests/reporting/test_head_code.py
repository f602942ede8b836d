"""The code on a printed page holds the signed head, letter by letter, and stays small."""

import re

from tansuo.reporting.head_code import head_code

NOTE = (
    "tansuo-demo/321100/0a1b2c3d\n12345\n"
    + "A" * 43
    + "=\n\n— tansuo-demo/321100/0a1b2c3d "
    + "B" * 91
    + "=\n"
)


def modules(svg: str) -> set[tuple[int, int]]:
    """The dark modules of the drawing, from its path of horizontal lines."""
    path = re.search(r'd="([^"]+)"', svg)
    assert path
    dark, x, y = set(), 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path[1]):
        given = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = given
        elif command == "m":
            x, y = x + given[0], y + given[1]
        else:
            dark |= {(int(x) + step, int(y)) for step in range(int(given[0]))}
            x += given[0]
    return dark


def test_it_is_a_code_of_the_note_and_no_larger_than_it_must_be() -> None:
    svg = str(head_code(NOTE))
    assert svg.startswith("<svg")
    assert "script" not in svg
    assert len(svg) < 6_000
    dark = modules(svg)
    # The three finder patterns of ISO/IEC 18004 stand where they belong, inside a margin of four modules.
    width = max(x for x, _ in dark) - 3
    for left, top in ((4, 4), (4 + width - 7, 4), (4, 4 + width - 7)):
        assert all((left + at, top) in dark and (left, top + at) in dark for at in range(7))
    assert head_code(NOTE) == head_code(NOTE)
    assert head_code(NOTE) != head_code(NOTE.replace("12345", "12346"))


def test_without_a_head_there_is_no_code() -> None:
    assert head_code("") == ""
