"""Small maps and files for tests of the workbook connector."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from tansuo.monitoring.connectors.workbook import Judged, Mapping, judge, read_mapping

ROOT = Path(__file__).resolve().parents[3]

METER = """
map = "meter"

[timestamp]
column = "time"
formats = ["%Y-%m-%d %H:%M"]
label = "start"
step = "1h"
zone = "Asia/Shanghai"

[key]
device = "meter_1"

[[series]]
name = "power"
id = "firm.power"
value = "kwh"
unit = "kWh"
decimals = 2
indicator = "electricity_purchased"
"""


@pytest.fixture
def meter_map() -> Callable[..., str]:
    """The map of an hourly meter with columns `time` and `kwh`; pairs (old, new) of text change it."""

    def make(*changes: tuple[str, str]) -> str:
        text = METER
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        return text

    return make


@pytest.fixture
def judged() -> Callable[..., Judged]:
    """Judge text or bytes of a file by a map's text."""

    def run(document: str | bytes, mapping: str, name: str = "meter.csv") -> Judged:
        data = document.encode() if isinstance(document, str) else document
        return judge(data, name, read_mapping(mapping.encode(), "meter.toml"))

    return run


@pytest.fixture
def shipped_map() -> Callable[[str], Mapping]:
    """A map shipped with the product, by name."""

    def read(name: str) -> Mapping:
        path = ROOT / "maps" / f"{name}.toml"
        return read_mapping(path.read_bytes(), path.name)

    return read


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """An .xlsx with the given sheets: name → rows of plain cells, or a function that fills the sheet."""

    def make(**sheets: Sequence[Sequence[object]] | Callable[[xlsxwriter.Workbook, object], None]) -> bytes:
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
        for name, content in sheets.items():
            sheet = book.add_worksheet(name)
            if callable(content):
                content(book, sheet)
                continue
            for row, cells in enumerate(content):
                sheet.write_row(row, 0, cells)
        book.close()
        return out.getvalue()

    return make
