"""An energy manager reports by a spreadsheet: upload, columns, check, correction, receipt; with a reload between."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from browsing import NARROW, WIDE, Visit
from import_desk import PAPER

if TYPE_CHECKING:
    from playwright.sync_api import Page

FILE = "时间,燃煤 (kg),购入电 kWh,备注\n2026-03-20 07:00,１２５０,10500,早\n2026-03-20 08:00,800,abc,\n"


@pytest.mark.parametrize(("language", "size"), [("zh", WIDE), ("en", NARROW)])
def test_from_a_spreadsheet_to_a_receipt(
    language: str, size: tuple[int, int], visit: Visit, axe: Callable[["Page"], list[str]]
) -> None:
    visitor = visit("enterprise_clerk", language, size, PAPER)
    page = visitor.open(f"/{language}/app/imports")
    named = {"name": f"补报-{language}.csv", "mimeType": "text/csv", "buffer": FILE.encode("gbk")}
    page.locator("input[type=file]").set_input_files([named])  # type: ignore[list-item]

    page.locator(".imports-columns").wait_for()
    page.locator(".scroll td", has_text="10.500").first.wait_for()  # kWh of the file, MWh of the plan
    assert page.locator(".imports-findings li").count() == 2
    found = axe(page)
    page.locator(".imports-actions .button-primary").click()

    page.locator("[role=status] .ant-progress").wait_for()
    visitor.site.city.work()
    page.locator(".imports-table tbody tr", has_text="abc").wait_for()
    assert page.locator(".imports-table code", has_text="C3").count() == 1
    with page.expect_download() as marked:
        page.locator(".imports-corrected a").first.click()
    assert marked.value.suggested_filename.endswith(".xlsx")
    page.reload()
    page.locator(".imports-outcomes").wait_for()
    found += axe(page)

    page.locator(".imports-actions .button-primary").click()
    page.locator(
        ".imports-actions .button-primary", has_text="提交" if language == "zh" else "Submit"
    ).click()
    page.locator("[role=status] .ant-progress").wait_for()
    visitor.site.city.work()
    page.locator(".imports-done a", has_text="R").first.wait_for()
    found += axe(page)
    assert found == []
