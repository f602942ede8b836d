"""Which sums the newest entries touch: the months of each series whose answer may differ between two sizes.

For keeping what was computed: a sum of a month that nothing touched since is the sum that it was. Too much may
be named here (a whole series where a register was exchanged, the month before where a day is the first of its
month, because a register ends a month with the first reading of the next), never too little.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import BigInteger, Connection, bindparam, text

SeriesMonth = tuple[str, str]
"""A series and the text of a month; "" for every month of the series."""

# One statement, one snapshot: a day that is closed meanwhile is found in one place or the other. A closed day
# is named where it may hold an entry of the span.
_TOUCHED = text(
    "SELECT series, day, max(entry) AS entry FROM ("
    " SELECT series, day, entry FROM reading WHERE entry >= :first AND entry < :last"
    " UNION ALL SELECT series, day, superseded_at FROM reading"
    "  WHERE superseded_at >= :first AND superseded_at < :last"
    " UNION ALL SELECT series, day, entry FROM reading_conflict WHERE entry >= :first AND entry < :last"
    " UNION ALL SELECT series, day, superseded_at FROM reading_conflict"
    "  WHERE superseded_at >= :first AND superseded_at < :last"
    " UNION ALL SELECT series, day, least(to_entry, :last - 1) FROM segment_day"
    "  WHERE to_entry >= :first AND from_entry < :last"
    " UNION ALL SELECT series, day, reopened_at FROM segment_day"
    "  WHERE reopened_at >= :first AND reopened_at < :last"
    " UNION ALL SELECT series, NULL::date, entry FROM life_event WHERE entry >= :first AND entry < :last"
    " UNION ALL SELECT series, NULL::date, superseded_at FROM life_event"
    "  WHERE superseded_at >= :first AND superseded_at < :last"
    ") AS found GROUP BY series, day"
).bindparams(bindparam("first", type_=BigInteger), bindparam("last", type_=BigInteger))


def touched(connection: Connection, first: int, last: int) -> Mapping[SeriesMonth, int]:
    """The newest entry in [first, last) that touches each month of each series; untouched ones are not there.

    With the whole city in view; the projections have come to ``last``.
    """
    found: dict[SeriesMonth, int] = {}
    for series, day, entry in connection.execute(_TOUCHED, {"first": first, "last": last}):
        for month in _months(day):
            key = (series, month)
            found[key] = max(found.get(key, -1), entry)
    return found


def _months(day: date | None) -> set[str]:
    if day is None:
        return {""}
    return {day.strftime("%Y-%m"), (day - timedelta(days=1)).strftime("%Y-%m")}
