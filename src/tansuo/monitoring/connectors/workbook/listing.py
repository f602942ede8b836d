"""Findings as a table to correct the file by: one line a finding, with its cell, for any spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from tansuo.quantity.finding import Finding
from tansuo.quantity.wording import Language, render

HEADERS: dict[Language, tuple[str, ...]] = {
    "zh": ("级别", "文件", "工作表", "行", "列", "内容", "问题与处理", "代码"),
    "en": ("severity", "file", "sheet", "row", "column", "content", "what and remedy", "code"),
}
SEVERITIES: dict[Language, dict[str, str]] = {
    "zh": {"error": "未收", "warning": "已收，请核对", "info": "说明"},
    "en": {"error": "refused", "warning": "taken, please check", "info": "note"},
}
_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "\0")


def listing(findings: Sequence[Finding], language: Language) -> bytes:
    """A CSV in UTF-8 with a byte order mark, which spreadsheet programs open as it is."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADERS[language])
    for one in findings:
        where, params = one.where, one.params
        cells = (
            SEVERITIES[language][one.severity],
            where.get("file", ""),
            where.get("sheet", ""),
            where.get("row", where.get("key", "")),
            where.get("column", ""),
            params.get("value", ""),
            render(Finding(one.code, {}, params, one.severity), language),
            one.code,
        )
        writer.writerow([safe(str(cell)) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: a quote stands before one that looks like it."""
    return "'" + text if text.startswith(_STARTS) else text
