"""Segment files: written whole or not at all, never changed, read by row.

A file is written under a temporary name, flushed, renamed and its folder flushed, so that after a power cut
it is there completely or not at all; the manifest row that names it is committed afterwards. Its name holds a
digest of its content only so that two versions cannot meet. A segment is a projection: its bytes depend on
the writer's version and are never evidence.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from tansuo.database.settings import home
from tansuo.monitoring.segment_row import DELTA_PACKED, SCHEMA

ROWS_A_GROUP = 512
"""Meter-days in one row group: 0.7 million minute readings. Fewer cost the scan more for each, more make one
day slower to fetch."""

_OPTIONS = {
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": ["series", "org", "zone", "form", "label", "unit", "run_flag.list.element"],
    "column_encoding": {f"{name}.list.element": "DELTA_BINARY_PACKED" for name in DELTA_PACKED},
}


class Location(NamedTuple):
    """Where a meter-day's row is."""

    file: str
    row_group: int
    row: int


def segments_home() -> Path:
    """The folder of segments when none is named: `segments` under the home."""
    return home() / "segments"


def table_of(rows: Sequence[Mapping[str, object]]) -> pa.Table:
    """Rows as `segment_row.pack` makes them, as one Arrow table."""
    columns = [pa.array([row[name] for row in rows], SCHEMA.field(name).type) for name in SCHEMA.names]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def write(groups: Iterator[pa.Table], directory: Path, stem: str) -> Path:
    """Write tables as the row groups of one new file `<stem>-<digest>.parquet`; its path.

    Nothing is left behind when writing fails. OSError where the folder cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    temporary = directory / f".{uuid.uuid4().hex}.tmp"
    try:
        with temporary.open("wb") as sink:
            with pq.ParquetWriter(sink, SCHEMA, **_OPTIONS) as writer:
                for table in groups:
                    writer.write_table(table, row_group_size=ROWS_A_GROUP)
            sink.flush()
            os.fsync(sink.fileno())
        with temporary.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()[:16]
        final = directory / f"{stem}-{digest}.parquet"
        temporary.rename(final)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return final


def stored_name(path: Path) -> str:
    """How the manifest names a file: relative to the home's folder of segments where it lies there."""
    base = segments_home()
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)


def read(locations: Sequence[Location]) -> Iterator[tuple[Location, dict[str, object]]]:
    """The rows at the given places, each with its place; every row group is decoded once.

    FileNotFoundError where a file the manifest names is gone: the day can be rebuilt from the ledger.
    """
    wanted: dict[str, dict[int, list[Location]]] = {}
    for one in locations:
        wanted.setdefault(one.file, {}).setdefault(one.row_group, []).append(one)
    for name, groups in wanted.items():
        with pq.ParquetFile(segments_home() / name) as file:
            for number, places in groups.items():
                table = file.read_row_group(number, use_threads=False)
                rows = table.take(pa.array([place.row for place in places])).to_pylist()
                yield from zip(places, rows, strict=True)


def batches(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """A whole segment file, a row group at a time, for scans."""
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number, columns=columns, use_threads=False)
            yield from table.to_batches()
