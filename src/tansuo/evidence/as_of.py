"""As-of: a point in the past is a size of the log, written ``origin@size``, never a time of a clock.

Every projection table carries ``entry`` (the index of the entry that made the row) and ``superseded_at``
(the index of the entry that replaced it, NULL while in force). What is added later has a higher index and
so cannot change what was known before.
"""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, and_, or_

_TEXT = re.compile(r"(?P<origin>[^\s@]+)@(?P<size>0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class AsOf:
    """One state of one log: the first ``size`` entries of the log named ``origin``."""

    origin: str
    size: int

    def __str__(self) -> str:
        return f"{self.origin}@{self.size}"

    @classmethod
    def parse(cls, text: str) -> "AsOf":
        """Read ``origin@size``; ValueError for anything else."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ValueError(f"not a point of a log (origin@size): {text!r}")
        return cls(found["origin"], int(found["size"]))


def visible(table: FromClause, size: int | None) -> ColumnElement[bool]:
    """The condition that keeps the rows of ``table`` in force as of ``size``; None means as now known.

    Rows made by entries below ``size`` and not replaced by an entry below ``size``.
    """
    if size is None:
        return table.c.superseded_at.is_(None)
    return and_(
        table.c.entry < size,
        or_(table.c.superseded_at.is_(None), table.c.superseded_at >= size),
    )
