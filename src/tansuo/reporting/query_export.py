"""A query's answer as CSV, XLSX and JSON: every row can be cited, and all three agree to the last digit.

A row carries the value as its exact text with unit, state, kinds, world, basis, stage, issuer, source, and the
receipt, ledger entry or cell that says it, as of one point of the ledger. Text that a spreadsheet would take
for a formula is written with an apostrophe before it; numbers are left as they are.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter

from tansuo.accounting.query.answer import Answer
from tansuo.accounting.query.catalogue import stage_names
from tansuo.accounting.query.said import Said, Total, Voice
from tansuo.evidence.as_of import AsOf
from tansuo.quantity.decimals import plain, shortest
from tansuo.quantity.finding import Finding
from tansuo.quantity.wording import render
from tansuo.registry.subject import Subject
from tansuo.reporting.html import words

FORM = "tansuo.query/1"
"""The form of the JSON export; docs/reference/query-export.md describes it."""

COLUMNS = (
    "indicator", "indicator_zh", "indicator_en", "scope", "subject", "subject_zh", "subject_en", "sum_of", "period",
    "value", "unit", "state", "kind", "complete", "known_part", "synthetic", "label", "world", "basis", "stage",
    "stage_zh", "form", "issuer", "source", "source_status", "source_page", "receipt", "entry", "cell", "as_of",
    "reason_zh", "reason_en",
)  # fmt: skip
"""Columns of a row, in this order in every export."""

TOTAL_COLUMNS = (
    "along", "indicator", "indicator_zh", "indicator_en", "subject", "period", "value", "unit", "state", "kind",
    "known_part", "cells", "cells_present", "synthetic", "label", "world", "basis", "stage", "form", "issuer",
    "as_of", "reason_zh", "reason_en",
)  # fmt: skip
"""Columns of a sub-total."""

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_DIGITS = 15
"""A spreadsheet keeps and shows this many significant digits of a number."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Export:
    """An answer with what a citation needs beside it: the point of the ledger, the day, the permalink."""

    answer: Answer
    point: AsOf
    known: str
    permalink: str

    @property
    def rows(self) -> list[dict[str, str]]:
        """One row a statement, in the order of the answer; everything is text, "" where there is nothing."""
        names = {one.id: one for one in self.answer.subjects}
        abouts = {one.code: (one.name_zh, one.name_en, one.scope) for one in self.answer.abouts}
        return [self._row(one, names[one.subject], abouts[one.indicator]) for one in self.answer.said]

    @property
    def totals(self) -> list[dict[str, str]]:
        """One row a sub-total; "" for the axis that was summed over."""
        abouts = {one.code: (one.name_zh, one.name_en) for one in self.answer.abouts}
        return [self._total(one, *abouts[one.indicator]) for one in self.answer.totals]

    def _row(self, one: Said, subject: Subject, about: tuple[str, str, str]) -> dict[str, str]:
        zh, en, scope = about
        rolled = one.cell is not None and one.cell.relation is not None
        return {
            "indicator": one.indicator,
            "indicator_zh": zh,
            "indicator_en": en,
            "scope": scope,
            "subject": one.subject,
            "subject_zh": subject.name_zh,
            "subject_en": subject.name_en,
            "sum_of": both("query.key_enterprises") if rolled else "",
            "period": one.period,
            "value": one.text or "",
            "unit": one.unit,
            "state": one.state.value,
            "kind": " ".join(one.kinds),
            "complete": _yes(one.complete),
            "known_part": "" if one.partial is None else plain(one.partial),
            **_label(one.synthetic),
            **_voice(one.voice),
            "source": "" if one.source is None else one.source.text,
            "source_status": "" if one.source is None else one.source.status.value,
            "source_page": "" if one.source is None else one.source.page,
            "receipt": one.receipt or "",
            "entry": "" if one.entry is None else str(one.entry),
            "cell": "" if one.cell is None else "~".join(one.cell.as_json().values()),
            "as_of": str(self.point),
            **_reason(one.why),
        }

    def _total(self, one: Total, zh: str, en: str) -> dict[str, str]:
        voice = _voice(one.voice)
        del voice["stage_zh"]
        return {
            "along": one.along,
            "indicator": one.indicator,
            "indicator_zh": zh,
            "indicator_en": en,
            "subject": one.subject or "",
            "period": one.period or "",
            "value": one.text or "",
            "unit": one.unit,
            "state": one.state.value,
            "kind": " ".join(one.kinds),
            "known_part": "" if one.partial is None else plain(one.partial),
            "cells": str(one.parts),
            "cells_present": str(one.present),
            **_label(one.synthetic),
            **voice,
            "as_of": str(self.point),
            **_reason(one.why),
        }

    @property
    def about(self) -> list[tuple[str, str]]:
        """What was asked, when, and what the reader must know: label and text, for the sheet and the JSON."""
        asked = self.answer.question
        lines = [
            (both("query.permalink"), self.permalink),
            (both("query.as_of"), f"{self.point} ({self.known})"),
            (both("query.indicators"), ", ".join(asked.indicators)),
            (both("query.subjects"), ", ".join(asked.subjects)),
            (both("query.span"), f"{asked.span} · {asked.grain}"),
            (both("query.filters"), _filters(self.answer)),
            (both("query.note"), both("query.note_values")),
            (both("query.note"), both("query.note_numbers")),
        ]
        if self.answer.synthetic:
            lines.insert(0, (both("synthetic"), both("query.note_synthetic")))
        return lines


def as_csv(export: Export) -> bytes:
    """UTF-8 with BOM, CRLF, one header line, ``COLUMNS``; cells only, sub-totals are left to the other two."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in export.rows:
        writer.writerow([guarded(row[name]) for name in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_json(export: Export) -> bytes:
    """One object: ``form``, the question, ``cells`` (keys ``COLUMNS``), ``totals``; every value is a text or null."""
    asked = export.answer.question
    body = {
        "form": FORM,
        "as_of": str(export.point),
        "known": export.known,
        "permalink": export.permalink,
        "synthetic": export.answer.synthetic,
        "label": both("synthetic") if export.answer.synthetic else "",
        "question": {
            "indicator": list(asked.indicators),
            "subject": list(asked.subjects),
            "period": asked.span,
            "grain": asked.grain,
            "world": sorted(asked.worlds),
            "basis": sorted(asked.bases),
            "stage": sorted(asked.stages),
        },
        "columns": list(COLUMNS),
        "cells": [_nulls(row) for row in export.rows],
        "totals": [_nulls(row) for row in export.totals],
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def _nulls(row: Row) -> dict[str, str | None]:
    return {name: text or None for name, text in row.items()}


def as_xlsx(export: Export) -> bytes:
    """Three sheets: 说明 about, 数据 data, 合计 totals.

    ``value`` is a number where a spreadsheet keeps every digit of it, else text; ``value_text`` is always the
    exact text. No cell is a formula or a link.
    """
    made = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(made, options) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        about = book.add_worksheet("说明 about")
        about.set_column(0, 0, 28)
        about.set_column(1, 1, 100)
        for number, (label, said) in enumerate(export.about):
            about.write_string(number, 0, label, bold)
            about.write_string(number, 1, said, wrap)
        formats: dict[int, object] = {}
        for title, columns, rows in (
            ("数据 data", COLUMNS, export.rows),
            ("合计 totals", TOTAL_COLUMNS, export.totals),
        ):
            _sheet(book, title, columns, rows, bold, formats)
    return made.getvalue()


def _sheet(
    book: "xlsxwriter.Workbook",
    title: str,
    columns: Sequence[str],
    rows: Sequence[Row],
    bold: object,
    formats: dict[int, object],
) -> None:
    sheet = book.add_worksheet(title)
    at = columns.index("value") + 1
    named = [*columns[:at], "value_text", *columns[at:]]
    for number, name in enumerate(named):
        sheet.write_string(0, number, name, bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(named) - 1)
    for line, row in enumerate(rows, 1):
        for number, name in enumerate(named):
            text = row["value" if name == "value_text" else name]
            if name == "value" and keeps(text):
                places = len(text.partition(".")[2])
                if places not in formats:
                    formats[places] = book.add_format(
                        {"num_format": "0" + ("." + "0" * places if places else "")}
                    )
                sheet.write_number(line, number, float(text), formats[places])
            elif text:
                sheet.write_string(line, number, text)


def keeps(text: str) -> bool:
    """Whether a spreadsheet's number (a double shown with 15 digits) keeps every digit of a decimal text."""
    if not _DECIMAL.fullmatch(text):
        return False
    digits = text.lstrip("-").replace(".", "").lstrip("0")
    return len(digits) <= _DIGITS and shortest(float(text)) == Decimal(text)


def guarded(text: str) -> str:
    """``text`` as a cell no spreadsheet takes for a formula; a plain decimal number stays as it is."""
    if text.startswith(_FORMULA) and not _DECIMAL.fullmatch(text):
        return "'" + text
    return text


def both(key: str) -> str:
    """A word in both languages."""
    return f"{words('zh')(key)} {words('en')(key)}"


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _label(synthetic: bool) -> dict[str, str]:
    return {"synthetic": _yes(synthetic), "label": both("synthetic") if synthetic else ""}


def _voice(voice: Voice) -> dict[str, str]:
    return {
        "world": voice.world,
        "basis": voice.basis,
        "stage": "" if voice.stage is None else voice.stage.value,
        "stage_zh": "" if voice.stage is None else stage_names(voice.stage)[0],
        "form": voice.form,
        "issuer": voice.issuer,
    }


def _reason(why: Finding | None) -> dict[str, str]:
    zh, en = ("", "") if why is None else (render(why, "zh"), render(why, "en"))
    return {"reason_zh": zh, "reason_en": en}


def _filters(answer: Answer) -> str:
    asked = answer.question
    parts = [
        *(f"world={one}" for one in sorted(asked.worlds)),
        *(f"basis={one}" for one in sorted(asked.bases)),
        *(f"stage={one}" for one in sorted(asked.stages)),
    ]
    return ", ".join(parts) or both("query.no_filter")
