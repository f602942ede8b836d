"""A workbook to fill in: the enterprise's own series as columns, the times that are still missing as rows.

Its headers are what ``targets.suggest`` knows, so that the filled workbook maps itself.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlalchemy import Connection

from tansuo.monitoring.connectors.workbook.mapping import IRREGULAR, MONTHLY
from tansuo.monitoring.grid import cell_end, cells, epoch, instant
from tansuo.monitoring.importing.column_map import Owner, step_name
from tansuo.monitoring.importing.targets import labels
from tansuo.monitoring.lookup import versions
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.tally import NOW
from tansuo.quantity.period import Period
from tansuo.quantity.state import State
from tansuo.quantity.wording import Language

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "month": "逐月", "1d": "逐日", "1h": "逐时", "irregular": "逐次", "time": "时间", "monthly": "月份",
        "about": "说明", "series": "序列", "unit": "单位", "indicator": "指标", "step": "步长",
        "source": "排放源", "known": "灰色格已有数据，不必再填；空格表示不填报。改列名、增删行都可以，导入时再对应。",
        "synthetic": "演示数据：企业与数据均为虚构。", "whole": "本期已有全部数据，没有需要补报的时间。",
    },
    "en": {
        "month": "Monthly", "1d": "Daily", "1h": "Hourly", "irregular": "Events", "time": "Time",
        "monthly": "Month", "about": "About", "series": "series", "unit": "unit", "indicator": "indicator",
        "step": "step", "source": "source",
        "known": "Grey cells are known already; an empty cell reports nothing. Columns may be renamed, rows added.",
        "synthetic": "Synthetic data: the firm and its data are invented.",
        "whole": "Everything of this period is known; no time is missing.",
    },
}  # fmt: skip
_EVENTS = 40
_MOST_ROWS = 12_000


def sample(connection: Connection, owner: Owner, month: Period, now: datetime, language: Language) -> bytes:
    """The workbook for a month: monthly series get the months of its year so far, others its missing cells.

    ``now`` (aware): times that have not ended are not asked for. A sheet for each step, then an explanation.
    """
    words = _WORDS[language]
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    head = book.add_format(
        {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "top"}
    )
    grey = book.add_format({"bg_color": "#D9D9D9"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    wanted = [one for one in owner.lines if one.authoritative and _speaks_of(one, month)]
    for (step, label, zone), lines in _groups(wanted).items():
        name = step_name(step)
        names = labels(lines, owner.sources, language)
        sheet = book.add_worksheet(_sheet_name(book, words.get(name, name)))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, len(lines), 20)
        sheet.write_string(0, 0, words["monthly" if step == MONTHLY else "time"], head)
        for at, line in enumerate(lines, 1):
            sheet.write_string(0, at, names[line.series], head)
        rows = _rows(connection, lines, month, now)
        for row, (start, known) in enumerate(rows[:_MOST_ROWS], 1):
            shown = _label(lines[0], start, label, zone)
            if step == MONTHLY:
                sheet.write_string(row, 0, shown.strftime("%Y-%m"))
            else:
                sheet.write_datetime(row, 0, shown, day if step == 86_400 else clock)
            for at, line in enumerate(lines, 1):
                if line.series in known:
                    sheet.write_blank(row, at, None, grey)
        if not rows and step != IRREGULAR:
            sheet.write_comment(0, 0, words["whole"])
    _explain(book, owner, wanted, labels(wanted, owner.sources, language), words)
    book.close()
    return out.getvalue()


def _speaks_of(line: PlanLine, month: Period) -> bool:
    """Whether a line is valid on a day of the month, or for a monthly one of its year so far."""
    first = month.start.replace(month=1) if line.step_s == MONTHLY else month.start
    return line.valid_from < month.end and (line.valid_to is None or first < line.valid_to)


def _groups(lines: Iterable[PlanLine]) -> dict[tuple[int, str, str], list[PlanLine]]:
    """Lines of one grid together, the longest step first."""
    found: dict[tuple[int, str, str], list[PlanLine]] = {}
    for line in sorted(lines, key=lambda one: (one.step_s != MONTHLY, -one.step_s, one.series)):
        mine = found.setdefault((line.step_s, line.label, line.zone), [])
        if line.series not in {one.series for one in mine}:
            mine.append(line)
    return found


def _rows(
    connection: Connection, lines: Sequence[PlanLine], month: Period, now: datetime
) -> list[tuple[int, set[str]]]:
    """Starts of the cells that some series lacks, each with the series of which it is known."""
    if lines[0].step_s == IRREGULAR:
        return []
    span = month if lines[0].step_s != MONTHLY else Period.parse(f"{month.start.year}")
    last = epoch(now)
    known: dict[int, set[str]] = {}
    starts: dict[int, set[str]] = {}
    for line in lines:
        for one in versions(connection, line.series, span.start, min(span.end, month.end)):
            if one.in_force(NOW) and one.state is not State.MISSING:
                known.setdefault(one.start, set()).add(line.series)
        for day in (day for day in span.days() if day < month.end and line.covers(day)):
            for start in cells(line.zone, line.step_s, day):
                if cell_end(line, start, day) <= last or line.step_s == MONTHLY:
                    starts.setdefault(start, set()).add(line.series)
    return [
        (start, {line.series for line in lines} - (expected - known.get(start, set())))
        for start, expected in sorted(starts.items())
        if expected - known.get(start, set())
    ]


def _label(line: PlanLine, start: int, label: str, zone: str) -> datetime:
    at = start
    if label == "end" and line.step_s > 0:
        at = epoch(instant(start) + timedelta(seconds=line.step_s))
    return instant(at).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _explain(
    book: Any, owner: Owner, lines: Sequence[PlanLine], names: Mapping[str, str], words: Mapping[str, str]
) -> None:
    sheet = book.add_worksheet(_sheet_name(book, words["about"]))
    sheet.set_column(0, 4, 28)
    sheet.write_string(0, 0, words["known"])
    if owner.enterprise is not None and owner.enterprise.synthetic:
        sheet.write_string(1, 0, words["synthetic"])
    headers = ("source", "series", "indicator", "unit", "step")
    for at, header in enumerate(headers):
        sheet.write_string(3, at, words[header])
    for row, line in enumerate(lines, 4):
        texts = (names[line.series], line.series, line.indicator, line.unit, step_name(line.step_s))
        for at, text in enumerate(texts):
            sheet.write_string(row, at, text)


def _sheet_name(book: Any, wanted: str) -> str:
    taken = {one.get_name() for one in book.worksheets()}
    name, number = wanted[:31], 2
    while name in taken:
        name, number = f"{wanted[:26]} {number}", number + 1
    return name
