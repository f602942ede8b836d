"""The sheet of a published receipt: PDF/A, made from nothing but its own typeface, the same bytes every time."""

import re
import zlib

import pytest
from sqlalchemy import Connection

from bundled_town import Bundled
from tansuo.accounting.replay import open_receipt
from tansuo.evidence.ledger import find_receipt
from tansuo.reporting import receipt_sheet as sheets
from tansuo.reporting.cells import Seen
from tansuo.reporting.frame import frame
from tansuo.reporting.html import Language
from tansuo.reporting.receipt_pages import figure_at
from town import Town


@pytest.fixture
def bundled(connection: Connection) -> Bundled:
    return Bundled(Town(connection)).ready()


def sheet(bundled: Bundled, quantity: str, language: Language = "zh") -> bytes:
    connection, receipt = bundled.town.connection, bundled.receipts[quantity]
    published, _ = open_receipt(connection, receipt)
    entry = find_receipt(connection, receipt)
    assert entry is not None
    page = frame(
        connection,
        language=language,
        section="overview",
        path="",
        clock=bundled.town.clock,
        as_of=entry.index + 1,
    )
    made = figure_at(connection, published.cell, published.size)
    return sheets.receipt_sheet(connection, page, made, entry, receipt, Seen(None, True))


def glyphs(pdf: bytes) -> str:
    """Every character the sheet can show, by its fonts' own tables of code points."""
    found = ""
    for one in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(one)
        except zlib.error:
            continue
        if b"beginbfchar" in text:
            found += "".join(
                bytes.fromhex(code.decode()).decode("utf-16-be")
                for code in re.findall(rb"<[0-9A-Fa-f]+> <([0-9A-Fa-f]+)>", text)
            )
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("quantity", ["E_fuel", "E_power"])
def test_the_sheet_is_pdf_a_and_always_the_same_bytes(
    bundled: Bundled, quantity: str, language: Language
) -> None:
    first = sheet(bundled, quantity, language)
    assert first.startswith(b"%PDF-") and b"<pdfaid:part>2</pdfaid:part>" in first
    assert first == sheet(bundled, quantity, language)


def test_chinese_and_digits_are_drawn_with_the_typeface_in_the_tree(bundled: Bundled) -> None:
    pdf = sheet(bundled, "E_fuel")
    assert b"TansuoSansSC" in pdf
    assert set("收据公式0123456789") <= set(glyphs(pdf))


def test_a_character_no_typeface_draws_stands_as_its_code_point(
    bundled: Bundled, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = sheets.receipt_view
    monkeypatch.setattr(
        sheets, "receipt_view", lambda *given, **more: {**plain(*given, **more), "subject": "𪚥厂 \U0001f3ed"}
    )
    assert set("[U+1F3ED]") <= set(glyphs(sheet(bundled, "E_fuel")))


def test_what_typst_says_of_anything_else_is_not_swallowed() -> None:
    def broken(_: object) -> bytes:
        raise sheets.typst.TypstError("unknown variable: x")

    with pytest.raises(sheets.typst.TypstError, match="unknown variable"):
        sheets._without_unknown(broken, {"data": "{}"})
