"""更正值 on the receipt document and its sheet: how many, both versions, and whether the figure rests on them."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bundled_town import Bundled
from html_page import Element, read
from tansuo.accounting.replay import open_receipt
from tansuo.evidence.ledger import find_receipt
from tansuo.reporting import receipt_sheet as sheets
from tansuo.reporting.cells import Seen
from tansuo.reporting.frame import frame
from tansuo.reporting.html import Language
from tansuo.reporting.receipt_pages import figure_at, receipt_page
from town import Town


@pytest.fixture
def bundled(connection: Connection) -> Bundled:
    return Bundled(Town(connection)).ready()


def put_right(bundled: Bundled, day: int, value: str) -> int:
    at = datetime(2026, 1, day, tzinfo=ZoneInfo("Asia/Shanghai"))
    return bundled.town.correct("a/coal", at, Decimal(value)).index


def document(
    bundled: Bundled, receipt: str, language: Language = "zh", *, seen: bool = True, at: int | None = None
) -> Element:
    connection = bundled.town.connection
    published, _ = open_receipt(connection, receipt)
    entry = find_receipt(connection, receipt)
    assert entry is not None
    page = frame(
        connection, language=language, section="overview", path="", clock=bundled.town.clock, as_of=at
    )
    made = figure_at(connection, published.cell, published.size)
    return read(receipt_page(connection, page, made, entry, receipt, Seen(None, seen), under_as_of=at))


def text(page: Element) -> str:
    return page.text


def hrefs(page: Element) -> set[str]:
    return {one.attributes.get("href", "") for one in page.all("a")}


def test_a_figure_published_before_says_so_and_one_after_says_that_it_rests_on_them(bundled: Bundled) -> None:
    before = bundled.receipts["E_fuel"]
    assert "更正值" not in text(document(bundled, before))
    size = bundled.town.size
    entry = put_right(bundled, 5, "90")
    shown = document(bundled, before)
    assert "公布后又有 1 处更正，未计入本数" in text(shown) and "已计入本数" not in text(shown)
    for said in ("100.125", "90.000 t", "misread", "clerk + chief", "2026-01-05 00:00", str(entry)):
        assert said in text(shown), said
    assert "since publication 1 values were corrected" in text(document(bundled, before, "en"))
    assert {f"/zh/ledger/{entry}", "#corrected"} <= hrefs(shown)
    after = bundled.publish("a", "E_fuel", reason="corrected")
    assert "1 处更正值，已计入本数" in text(document(bundled, after))
    # As known before it, and to those who may not see the readings, nothing is said of it.
    assert "更正值" not in text(document(bundled, before, at=size))
    assert "更正值" not in text(document(bundled, after, seen=False))


def test_the_sheet_prints_them(bundled: Bundled) -> None:
    receipt = bundled.receipts["E_fuel"]
    put_right(bundled, 5, "90")
    connection = bundled.town.connection
    published, _ = open_receipt(connection, receipt)
    entry = find_receipt(connection, receipt)
    assert entry is not None
    page = frame(
        connection,
        language="zh",
        section="overview",
        path="",
        clock=bundled.town.clock,
        as_of=entry.index + 1,
    )
    made = figure_at(connection, published.cell, published.size)
    papers = (connection, page, made, entry, receipt, Seen(None, True))
    plain = sheets.receipt_sheet(*papers, corrected_as_of=entry.index + 1)
    assert plain != sheets.receipt_sheet(*papers)
    assert plain == sheets.receipt_sheet(*papers, corrected_as_of=entry.index + 1)


def test_many_are_counted_and_the_newest_listed(bundled: Bundled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tansuo.reporting.why_pages.CORRECTED_SHOWN", 2)
    for day in (5, 6, 7):
        put_right(bundled, day, "90")
    shown = text(document(bundled, bundled.receipts["E_fuel"]))
    assert "另有较早的 1 处未列出" in shown and "2026-01-05 00:00" not in shown
