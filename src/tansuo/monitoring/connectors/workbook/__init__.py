"""Files as a source of readings: CSV, XLSX and Parquet, read by a map. Exact from cell to total.

``judge`` says what a file holds; ``measurements_of`` is what intake asks for, at arrival and at replay;
``raw_row`` leads from a measurement back to its row.
"""

from __future__ import annotations

from functools import lru_cache

from tansuo.monitoring.connectors.workbook.judge import judge
from tansuo.monitoring.connectors.workbook.judged import Judged
from tansuo.monitoring.connectors.workbook.map_reader import read_mapping
from tansuo.monitoring.connectors.workbook.mapping import Mapping
from tansuo.monitoring.connectors.workbook.raw_row import RawRow, raw_row
from tansuo.monitoring.reading import Measurement
from tansuo.quantity.finding import Finding

__all__ = ["Judged", "Mapping", "RawRow", "judge", "measurements_of", "raw_row", "read_mapping"]

_read = lru_cache(maxsize=16)(read_mapping)


def measurements_of(document: bytes, name: str, mapping: bytes) -> tuple[list[Measurement], list[Finding]]:
    """Every measurement of a file, row by row, and its findings; the same bytes always give the same answer.

    FindingError where the map itself cannot be read.
    """
    judged = judge(document, name, _read(mapping, f"{name}: map"))
    return judged.measurements, judged.findings
