"""The findings as a table to correct the file by."""

import csv
import io
from collections.abc import Callable

from tansuo.monitoring.connectors.workbook import Judged
from tansuo.monitoring.connectors.workbook.listing import listing, safe

Judge = Callable[..., Judged]
MeterMap = Callable[..., str]


def test_each_finding_is_a_line_with_its_place_and_remedy(judged: Judge, meter_map: MeterMap) -> None:
    found = judged("time,kwh\n2026-01-01 00:00,=1+1\n2026-01-01 01:00,x\n", meter_map())
    text = listing(found.findings, "zh").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["文件"], row["行"], row["列"], row["内容"]) for row in rows] == [
        ("meter.csv", "2", "kwh", "'=1+1"),
        ("meter.csv", "3", "kwh", "x"),
    ]
    assert all(row["问题与处理"].endswith("。") for row in rows)
    english = csv.DictReader(io.StringIO(listing(found.findings, "en").decode("utf-8-sig")))
    assert {row["severity"] for row in english} == {"refused"}


def test_no_cell_of_it_is_taken_for_a_formula() -> None:
    for text in ("=1", "+1", "-1", "@a", "＝1", "＋1", "－1", "＠a", "\t=1", "\r=1", "\0=1"):
        assert safe(text) == "'" + text
    for text in ("1", "a=1", "", "用电"):
        assert safe(text) == text
