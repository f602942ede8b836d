"""Whatever bytes come, judging them ends in findings: nothing else is raised, and every row is accounted for."""

import gzip
import io
import random
import zipfile
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tansuo.monitoring.connectors.workbook import judge, read_mapping

MAP = b"""
map = "meter"
[timestamp]
column = "time"
formats = ["%Y-%m-%d %H:%M"]
label = "start"
step = "1h"
zone = "Asia/Shanghai"
[key]
columns = ["unit"]
device = "meter.{unit}"
[[series]]
name = "power"
id = "firm.{unit}.power"
value = "kwh"
unit = "kWh"
decimals = 2
indicator = "electricity_purchased"
flag = "unit"
"""
HOURS = 48


@cache
def honest() -> dict[str, bytes]:
    """One table in every form in which it may come."""
    rows = [(f"2026-01-{1 + n // 24:02d} {n % 24:02d}:00", "甲", n / 4) for n in range(HOURS)]
    text = "time,unit,kwh\n" + "".join(f"{time},{unit},{value}\n" for time, unit, value in rows)
    columnar, sheet = io.BytesIO(), io.BytesIO()
    times, units, values = zip(*rows, strict=True)
    pq.write_table(pa.table({"time": list(times), "unit": list(units), "kwh": list(values)}), columnar)
    book = xlsxwriter.Workbook(sheet, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, ["time", "unit", "kwh"])
    for at, row in enumerate(rows, start=1):
        page.write_row(at, 0, row)
    book.close()
    return {
        "csv": text.encode(),
        "gb18030": text.encode("gb18030"),
        "utf-16": text.encode("utf-16"),
        "gz": gzip.compress(text.encode()),
        "parquet": columnar.getvalue(),
        "xlsx": sheet.getvalue(),
    }


def must_end_in_findings(data: bytes) -> None:
    found = judge(data, "file", read_mapping(MAP, "map"))
    assert found.rows == found.accepted + found.partly + found.refused + found.left_out
    assert len(found.measurements) == found.readings
    found.as_json()


def within(data: bytes, chance: random.Random) -> bytes:
    """A workbook whose parts, not their packing, were altered."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as again:
        for name in packed.namelist():
            part = bytearray(packed.read(name))
            if "sheet1" in name or "workbook" in name:
                for _ in range(chance.randint(1, 5)):
                    part[chance.randrange(len(part))] = chance.randrange(256)
            again.writestr(name, bytes(part))
    return out.getvalue()


@pytest.mark.parametrize("form", ["csv", "gb18030", "utf-16", "gz", "parquet", "xlsx"])
def test_the_honest_file_is_taken_whole(form: str) -> None:
    found = judge(honest()[form], "file", read_mapping(MAP, "map"))
    assert (found.findings, found.accepted, found.readings) == ([], HOURS, HOURS)


@pytest.mark.parametrize("form", ["csv", "gb18030", "utf-16", "gz", "parquet", "xlsx"])
@given(seed=st.integers(0, 2**32))
def test_altered_cut_and_stuffed_files(form: str, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(honest()[form])
    for _ in range(chance.randint(0, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if seed % 3 == 0:
        del data[chance.randrange(len(data)) :]
    if seed % 5 == 0:
        at = chance.randrange(len(data) + 1)
        data[at:at] = chance.randbytes(chance.randint(1, 40))
    must_end_in_findings(bytes(data))


@given(seed=st.integers(0, 2**32))
def test_a_workbook_altered_within(seed: int) -> None:
    must_end_in_findings(within(honest()["xlsx"], random.Random(seed)))


@given(st.binary(max_size=300))
def test_any_bytes_at_all(data: bytes) -> None:
    must_end_in_findings(data)


@given(
    st.sampled_from([b"PAR1", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"\xff\xfe", b"time,unit,kwh\n"]),
    st.binary(max_size=200),
)
def test_any_bytes_under_a_known_beginning(beginning: bytes, rest: bytes) -> None:
    found = judge(beginning + rest, "file", read_mapping(MAP, "map"))
    assert found.rows == found.accepted + found.partly + found.refused + found.left_out
