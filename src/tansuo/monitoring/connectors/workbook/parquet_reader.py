"""Parquet → Table. A double enters as the shortest decimal that reads back as itself; NaN is empty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tansuo.monitoring.connectors.workbook.cells import BadCell, Cell
from tansuo.monitoring.connectors.workbook.csv_reader import Keep
from tansuo.monitoring.connectors.workbook.limits import LIMITS, MEBIBYTE, Limits, refuse
from tansuo.monitoring.connectors.workbook.tables import Table
from tansuo.quantity.decimals import shortest
from tansuo.quantity.finding import FindingError


def read_parquet(
    data: bytes,
    file: str,
    keep: Keep,
    limits: Limits = LIMITS,
    *,
    only: int | None = None,
    first: int | None = None,
) -> Table:
    """The wanted columns of a Parquet file, of row ``only`` alone or of the ``first`` rows if given.

    FindingError for a broken or too large one.
    """
    try:
        source = pq.ParquetFile(pa.BufferReader(data))
        facts = source.metadata
        _within(facts, file, limits)
        headers = [str(name) for name in source.schema_arrow.names]
        wanted = list(keep(headers))
        found = source.read(columns=wanted, use_threads=False)
        rows = range(1, facts.num_rows + 1)
        if only is not None:
            found = found.slice(only - 1, 1) if only in rows else found.slice(0, 0)
            rows = range(only, only + len(found))
        if first is not None:
            found = found.slice(0, first)
            rows = rows[:first]
        columns = {name: _cells(found.column(name)) for name in wanted}
        if any(len(cells) != len(rows) for cells in columns.values()):
            raise ValueError("a column has another number of rows than the file")
    except FindingError:
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        # pyarrow raises UnicodeDecodeError for names, OverflowError for years that no calendar has.
        raise refuse("parquet_broken", file, reason=str(error).partition("\n")[0]) from None
    return Table(file, "", headers, rows, columns)


def _within(facts: Any, file: str, limits: Limits) -> None:
    if facts.num_rows > limits.rows:
        raise refuse("too_many_rows", file, limit=limits.rows)
    if facts.num_columns > limits.columns:
        raise refuse("too_many_columns", file, columns=facts.num_columns, limit=limits.columns)
    unpacked = sum(facts.row_group(group).total_byte_size for group in range(facts.num_row_groups))
    if unpacked > limits.unpacked_bytes:
        raise refuse("too_large_unpacked", file, limit=limits.unpacked_bytes // MEBIBYTE)


def _cells(column: Any) -> list[Cell]:
    """A column's values as cells; each distinct value is turned once, which is most of the speed."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", tz=kind.tz), safe=False)
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return [None if one is None else BadCell(str(kind)) for one in column.to_pylist()]
    if pa.types.is_null(kind):
        return [None] * len(column)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _texts(column)
    if pa.types.is_float16(kind):
        column = column.cast(pa.float32())
        kind = column.type
    encoded = column.combine_chunks().dictionary_encode()
    single = pa.types.is_float32(kind)
    distinct: Sequence[object] = (
        list(encoded.dictionary.to_numpy(zero_copy_only=False)) if single else encoded.dictionary.to_pylist()
    )
    cells = [_cell(one) for one in distinct]
    return [None if at is None else cells[at] for at in encoded.indices.to_pylist()]


def _texts(column: Any) -> list[Cell]:
    """Texts, each on its own: one that is not UTF-8 spoils its cell and no other."""
    encoded = column.cast(pa.large_binary()).combine_chunks().dictionary_encode()
    cells: list[Cell] = []
    for value in encoded.dictionary.to_pylist():
        try:
            cells.append(value.decode().strip() or None)
        except UnicodeDecodeError:
            cells.append(BadCell(value.decode(errors="replace")))
    return [None if at is None else cells[at] for at in encoded.indices.to_pylist()]


def _cell(value: object) -> Cell:
    if value is None:
        return None
    if isinstance(value, np.float32):
        if not np.isfinite(value):
            return None if np.isnan(value) else BadCell(str(value))
        return Decimal(np.format_float_positional(value, unique=True, trim="-"))
    if isinstance(value, float):
        if not math.isfinite(value):
            return None if math.isnan(value) else BadCell(str(value))
        return shortest(value)
    return value  # type: ignore[return-value]
