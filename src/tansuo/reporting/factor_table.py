"""Factor rows as a file for spreadsheets: numbers as printed, their three dates, where each was read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from tansuo.accounting.factor_library import LibraryRow, note_of
from tansuo.quantity.decimals import plain
from tansuo.reporting.method_pages import citation

COLUMNS = (
    "pack", "id", "table", "key", "column", "value", "unit", "valid_from", "valid_to", "region", "level",
    "published_on", "data_year", "applies_to", "source", "page", "status", "note", "source_zh", "source_en",
    "used_by",
)  # fmt: skip


def csv_of(rows: Sequence[LibraryRow]) -> bytes:
    """The rows as CSV in UTF-8 with a byte order mark, which spreadsheets need to see that it is UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in rows:
        writer.writerow(_cells(one))
    return out.getvalue().encode("utf-8-sig")


def _cells(one: LibraryRow) -> list[str]:
    row = one.row
    users = "; ".join(f"{user} ({', '.join(terms)})" if terms else user for user, terms in one.users)
    return [
        one.origin, row.id, row.table, row.key, row.column, plain(row.value), row.unit, row.valid_from.isoformat(),
        "" if row.valid_to is None else row.valid_to.isoformat(), row.region, row.level, row.published_on,
        row.data_year, row.applies_to, row.source, row.page, row.status, note_of(one),
        citation(one.method, row.source, "", "zh"), citation(one.method, row.source, "", "en"), users,
    ]  # fmt: skip
