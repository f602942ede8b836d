"""The receipt of a published figure as a PDF to print and file (PDF/A-2b): what its page says, without what is later.

Typst sets it with the one typeface that lies beside this file; nothing is read from the machine or from a network. The
same receipt under the same signed head gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib.resources import as_file, files
from typing import Any

import segno
import typst
from sqlalchemy import Connection

from tansuo.accounting.figure import Figure
from tansuo.evidence.entry import Entry
from tansuo.reporting.cells import Seen
from tansuo.reporting.html import Page, words
from tansuo.reporting.receipt_pages import receipt_view

_WORDS = (
    "receipt", "synthetic", "unwitnessed", "incomplete", "basis", "nonstandard", "laboratory_says", "formula", "terms",
    "symbol", "meaning", "value", "unit", "where_from", "status", "made_of", "subject", "completeness", "sum",
    "what_is_missing", "source", "interval", "readings_missing", "corrected_values", "when", "what", "reason",
    "two_people", "entry", "corrected_before", "corrected_now", "corrected_where", "readings", "meter",
    "corrections", "ledger_position", "sheet.check", "sheet.head",
    "sheet.page",
)  # fmt: skip
_LACKING = re.compile(r'the text `"(.)"` could not be displayed', re.DOTALL)
_SHOWN = (
    "id",
    "stage",
    "subject",
    "quantity",
    "period",
    "text",
    "unit",
    "why",
    "nothing",
    "basis",
    "nonstandard",
)


def receipt_sheet(
    connection: Connection,
    page: Page,
    figure: Figure,
    entry: Entry,
    receipt: str,
    seen: Seen,
    *,
    corrected_as_of: int | None = None,
) -> bytes:
    """The published receipt as PDF; ``page.head`` is printed as a QR code, ``page.language`` decides the words.

    Corrected values are those known at the size ``corrected_as_of``: of a receipt under a signed head, at its size.

    A character the typeface lacks is printed as its code point, and named nowhere else: the page has it.
    """
    view = receipt_view(connection, page, figure, entry, receipt, seen, corrected_as_of=corrected_as_of)
    moment = datetime.fromtimestamp(entry.recorded_ms / 1000, UTC)
    said = {
        **{key: view[key] for key in _SHOWN},
        "synthetic": view["synthetic"],
        "kinds": [[name, value, share or ""] for name, value, share in view["kinds"]],
        "said": view["said"],
        "partial": view["partial"],
        "holes": view["holes"],
        "corrected": view["corrected"],
        "children": [_texts(row, "name", "text", "label", "completeness") for row in view["children"]],
        "children_note": view["children_note"],
        "steps": [
            {**_texts(row, "name", "clause", "words"), "worked": row["worked"]} for row in view["steps"]
        ],
        "terms": [
            {
                **_texts(row, "symbol", "name", "key", "value", "unit", "origin", "note", "status"),
                "lines": row["lines"],
            }
            for row in view["terms"]
        ],
        "readings": [
            _texts(row, "name", "total", "unit", "completeness", "corrections", "meter")
            for row in view["readings"]
        ],
        "ledger": [[name, value] for name, value, _ in view["ledger"]],
        "city": page.city,
        "head": page.head,
        "recorded": [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second],
        "words": {key: words(page.language)(key) for key in _WORDS},
        "language": page.language,
    }
    return _typeset("receipt.typ", said)


def _texts(row: Mapping[str, Any], *keys: str) -> dict[str, str]:
    return {key: "" if row.get(key) is None else str(row[key]) for key in keys}


def _typeset(template: str, said: Mapping[str, object]) -> bytes:
    """The PDF of a template of ours filled with ``said``, over a code of the signed head."""
    note = str(said["head"])
    code = segno.make(note, error="l", micro=False, boost_error=False).svg_inline(border=4) if note else ""
    # The template reads its data as JSON, so that no text of anybody's is ever set as markup.
    given = {"data": json.dumps(said, ensure_ascii=False, sort_keys=True), "code": code}
    source = files("tansuo.reporting").joinpath("templates", template)
    with as_file(source) as path, as_file(files("tansuo.reporting").joinpath("fonts")) as fonts:

        def made(data: Mapping[str, str]) -> bytes:
            return bytes(
                typst.compile(
                    path,
                    root=path.parent,
                    font_paths=[fonts],
                    ignore_system_fonts=True,
                    sys_inputs=dict(data),
                    pdf_standards=["a-2b"],
                )
            )

        return _without_unknown(made, given)


def _without_unknown(made: Callable[[Mapping[str, str]], bytes], given: Mapping[str, str]) -> bytes:
    """The PDF, once every character that no typeface draws stands as its code point: PDF/A takes no blank boxes."""
    data = dict(given)
    while True:
        try:
            return made(data)
        except typst.TypstError as error:
            lacking = _LACKING.search(str(error))
            if lacking is None or lacking[1] not in data["data"]:
                raise
            named = "".join(f"[U+{ord(one):04X}]" for one in lacking[1])
            data["data"] = data["data"].replace(lacking[1], named)
