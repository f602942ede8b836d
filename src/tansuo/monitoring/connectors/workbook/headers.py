"""Names of columns that stand over several rows: a merged name counts for all its cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Merged = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


def joined(rows: Sequence[Sequence[str]], first: int = 0, merged: Iterable[Merged] = ()) -> list[str]:
    """One name a column: its parts from top to bottom, each once, with single blanks, none after the last name.

    ``rows`` are the rows of names, of which ``first`` is the number of the uppermost among the rows of ``merged``.
    """
    width = max((len(row) for row in rows), default=0)
    parts = [[" ".join(cell.split()) for cell in row] + [""] * (width - len(row)) for row in rows]
    for top, left, bottom, right in merged:
        if not first <= top < first + len(rows) or left >= width:
            continue
        text = parts[top - first][left]
        for row in range(top - first, min(bottom - first + 1, len(rows))):
            for column in range(left, min(right + 1, width)):
                parts[row][column] = text
    names = [" ".join(dict.fromkeys(part for part in column if part)) for column in zip(*parts, strict=True)]
    while names and not names[-1]:
        names.pop()
    return names


def linked(upper: Sequence[str], lower: Sequence[str], at: int, merged: Iterable[Merged]) -> bool:
    """Whether two rows of texts together make the names: a name is merged over both, or each fills the other's gaps.

    ``at`` is the number of the upper row among the rows of ``merged``.
    """
    if any(top <= at < bottom for top, _, bottom, _ in merged):
        return True
    above = {place for place, text in enumerate(upper) if text}
    below = {place for place, text in enumerate(lower) if text}
    return len(above) > 1 and bool(above - below) and bool(below - above)
