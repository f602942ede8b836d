"""Closing meter-days into segments, and opening them again when something younger touches them.

A meter-day is whole in one place: in the table `reading` while it is open, in one segment row once closed.
Closing moves it and writes a manifest row with its sums; a late reading or a correction moves it back
(`reopen`), marks the manifest row with the index of that entry, and the next close makes a new version. The
old version stays: it is what was known from its `to_entry` to that index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

import pyarrow as pa
from sqlalchemy import ARRAY, BigInteger, Connection, Date, Text, bindparam, text

from tansuo.database.bulk import insert_rows
from tansuo.database.connect import SCHEMA
from tansuo.monitoring import segment_file
from tansuo.monitoring.manifest import COLUMNS, manifest_rows
from tansuo.monitoring.reading import Version
from tansuo.monitoring.segment_file import ROWS_A_GROUP, Location, segments_home, stored_name
from tansuo.monitoring.segment_row import Kind, Versions, pack, unfold

MeterDay = tuple[str, date]

VERSION_COLUMNS = (
    "series",
    "start",
    "day",
    "value",
    "state",
    "provenance",
    "flag",
    "synthetic",
    "arrival",
    "record",
    "revision",
    "org_id",
    "entry",
    "superseded_at",
)

_PAIRS = (bindparam("series", type_=ARRAY(Text)), bindparam("days", type_=ARRAY(Date)))
_CLOSE_LOCK = text("LOCK TABLE reading IN SHARE ROW EXCLUSIVE MODE")
_CLOSABLE = text(
    "SELECT DISTINCT day, series FROM reading WHERE day < :before ORDER BY day, series LIMIT :most"
)
_IN_ORDER = "ORDER BY start, entry, arrival, record"
_DAYS = text(
    "SELECT series, day, "  # noqa: S608 - names of our own columns
    + ", ".join(f"array_agg(reading.{name} {_IN_ORDER})" for name in Versions._fields)
    + " FROM unnest(:series, :days) AS wanted(series, day) JOIN reading USING (series, day)"
    " GROUP BY series, day ORDER BY series, day"
).bindparams(*_PAIRS)
_KINDS = text(
    "SELECT DISTINCT ON (series) series, org_id, zone, form, label, unit, step_s, decimals FROM plan_line"
    " WHERE series = ANY (:series) ORDER BY series, entry DESC, valid_from DESC"
).bindparams(bindparam("series", type_=ARRAY(Text)))
_VERSIONS = text(
    "SELECT series, day, max(version) FROM unnest(:series, :days) AS wanted(series, day)"
    " JOIN segment_day USING (series, day) GROUP BY series, day"
).bindparams(*_PAIRS)
_FORGET = text(
    "DELETE FROM reading USING unnest(:series, :days) AS closed(series, day)"
    " WHERE reading.series = closed.series AND reading.day = closed.day"
).bindparams(*_PAIRS)
_LAST_CLOSED = text(
    "SELECT series, (SELECT day FROM segment_day WHERE segment_day.series = wanted.series"
    " AND reopened_at IS NULL ORDER BY day DESC LIMIT 1) FROM unnest(:series) AS wanted(series)"
).bindparams(bindparam("series", type_=ARRAY(Text)))
_CURRENT = text(
    "SELECT series, day, file, row_group, row_in_group FROM unnest(:series, :days) AS wanted(series, day)"
    " JOIN segment_day USING (series, day) WHERE reopened_at IS NULL"
).bindparams(*_PAIRS)
_REOPEN = text(
    "UPDATE segment_day SET reopened_at = touched.entry"
    " FROM unnest(:series, :days, :entries) AS touched(series, day, entry)"
    " WHERE segment_day.series = touched.series AND segment_day.day = touched.day AND reopened_at IS NULL"
).bindparams(*_PAIRS, bindparam("entries", type_=ARRAY(BigInteger)))


def _columns(pairs: Sequence[MeterDay]) -> dict[str, list[object]]:
    return {"series": [series for series, _ in pairs], "days": [day for _, day in pairs]}


def close_days(
    connection: Connection, before: date, directory: Path | None = None, most: int | None = None
) -> int:
    """Close open meter-days before a civil day (of its series' zone), the oldest first; how many were closed.

    All of them, or at most ``most`` where it is given: call again until nothing is left.

    One file a calendar month is written into `directory` (the home's `segments` if None) and named by the
    manifest; the rows then leave `reading`. To be called with the whole city in view (scope "all"). Files are
    durable before the manifest names them; a transaction that fails leaves at most an unnamed file.
    """
    connection.execute(_CLOSE_LOCK)
    pairs: list[MeterDay] = [
        (series, day) for day, series in connection.execute(_CLOSABLE, {"before": before, "most": most})
    ]
    pairs.sort(key=lambda pair: (pair[1].year, pair[1].month, *pair))
    target = directory or segments_home()
    for (year, month), group in groupby(pairs, key=lambda pair: (pair[1].year, pair[1].month)):
        _close_month(connection, list(group), target, f"{year:04d}-{month:02d}")
    if pairs:
        connection.execute(_FORGET, _columns(pairs))
    return len(pairs)


def _close_month(connection: Connection, pairs: Sequence[MeterDay], target: Path, stem: str) -> None:
    kinds = _kinds(connection, sorted({series for series, _ in pairs}))
    last = {(series, day): version for series, day, version in connection.execute(_VERSIONS, _columns(pairs))}
    manifest: list[dict[str, object]] = []

    def tables() -> Iterator[pa.Table]:
        for group, at in enumerate(range(0, len(pairs), ROWS_A_GROUP)):
            packed = list(_packed(connection, pairs[at : at + ROWS_A_GROUP], kinds))
            table = segment_file.table_of(packed)
            for number, row in enumerate(manifest_rows(packed, table.combine_chunks().to_batches()[0])):
                before = last.get((str(row["series"]), row["day"]), 0)
                manifest.append({**row, "version": before + 1, "row_group": group, "row_in_group": number})
            yield table

    name = stored_name(segment_file.write(tables(), target, stem))
    rows = [tuple({**row, "file": name}[column] for column in COLUMNS) for row in manifest]
    insert_rows(connection, "segment_day", COLUMNS, rows)


def _kinds(connection: Connection, series: Sequence[str]) -> dict[str, Kind]:
    return {row[0]: Kind(*row) for row in connection.execute(_KINDS, {"series": series})}


def _packed(
    connection: Connection, pairs: Sequence[MeterDay], kinds: Mapping[str, Kind]
) -> Iterator[dict[str, object]]:
    for series, day, *columns in connection.execute(_DAYS, _columns(pairs)):
        yield pack(kinds[series], day, Versions(*columns))


def closed(connection: Connection, pairs: Sequence[MeterDay]) -> dict[MeterDay, list[Version]]:
    """Every version of those of the meter-days that are closed now, read from their segments."""
    # What comes in is mostly of days younger than all that is closed: one look a series spares one a day.
    series = list({name for name, _ in pairs})
    last = {
        row[0]: row[1] for row in connection.execute(_LAST_CLOSED, {"series": series}) if row[1] is not None
    }
    asked = [(name, day) for name, day in pairs if name in last and day <= last[name]]
    if not asked:
        return {}
    where = {
        Location(file, group, row): (name, day)
        for name, day, file, group, row in connection.execute(_CURRENT, _columns(asked))
    }
    return {where[place]: unfold(row) for place, row in segment_file.read(list(where))}


def reopen(connection: Connection, touched: Mapping[MeterDay, int]) -> None:
    """Move closed meter-days back into `reading`; `touched` names the entry because of which.

    Days that are open anyway are left alone.
    """
    found = closed(connection, list(touched))
    if not found:
        return
    insert_rows(
        connection,
        "reading",
        VERSION_COLUMNS,
        (version_row(version, day) for (_, day), versions in found.items() for version in versions),
    )
    pairs = list(found)
    connection.execute(_REOPEN, {**_columns(pairs), "entries": [touched[pair] for pair in pairs]})


def version_row(version: Version, day: date) -> tuple[object, ...]:
    """A version as a row of `reading` or `reading_conflict`, in the order of VERSION_COLUMNS."""
    return (
        version.series, version.start, day, version.value, version.state.value, version.provenance.value,
        version.flag, version.synthetic, version.arrival, version.record, version.revision, version.org,
        version.entry, version.superseded_at,
    )  # fmt: skip


def closed_into(connection: Connection, target: str) -> None:
    """Copy the rows of all closed meter-days into the table `target`, as they would stand in `reading`.

    For comparing the live tables with a rebuild, which closes nothing. The live manifest is read even where a
    shadow hides it.
    """
    # The schema's name is ours, never input.
    current = text(
        "SELECT series, day, file, row_group, row_in_group FROM "  # noqa: S608
        f"{SCHEMA}.segment_day WHERE reopened_at IS NULL ORDER BY file, row_group, row_in_group"
    )
    places = {Location(file, group, row): day for _, day, file, group, row in connection.execute(current)}
    insert_rows(
        connection,
        target,
        VERSION_COLUMNS,
        (
            version_row(version, places[place])
            for place, row in segment_file.read(list(places))
            for version in unfold(row)
        ),
    )
