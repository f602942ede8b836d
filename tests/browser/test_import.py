"""An energy manager reports by a spreadsheet: upload, columns, check, correction, receipt; with breaks between.

The story is walked once a language. Every page on the way is looked at in both widths, since a width changes how a
page is laid out and nothing of what it does.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from browsing import LANGUAGES, NARROW, WIDE, Visit, in_words
from import_desk import PAPER
from tansuo.database.connect import SYSTEM, transaction
from tansuo.monitoring.importing import staging

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Route

FILE = "时间,燃煤 (kg),购入电 kWh,备注\n2026-03-20 07:00,１２５０,10500,早\n2026-03-20 08:00,800,abc,\n"
PART = re.compile(r"/api/imports/\w+/parts/(\d+)$")
BROKEN = "net::ERR_INTERNET_DISCONNECTED"
WALKS = [("zh", WIDE, NARROW), ("en", NARROW, WIDE)]


@pytest.mark.parametrize(("language", "size", "other"), WALKS)
def test_from_a_spreadsheet_to_a_receipt(
    language: str,
    size: tuple[int, int],
    other: tuple[int, int],
    visit: Visit,
    axe: Callable[["Page"], list[str]],
) -> None:
    say = in_words(language)
    visitor = visit("enterprise_clerk", language, size, PAPER)
    page = visitor.open(f"/{language}/app/imports")
    found: list[str] = []

    def look() -> None:
        for width, height in (other, size):
            page.set_viewport_size({"width": width, "height": height})
            beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found.extend([f"{page.url} is {beyond} px too wide at {width}"] if beyond > 0 else [])
            found.extend(axe(page))

    choose(page, f"补报-{language}.csv", FILE.encode("gbk"))
    page.locator(".imports-columns").wait_for()
    page.locator(".scroll td", has_text="10.500").first.wait_for()  # kWh of the file, MWh of the plan
    assert page.locator(".imports-findings li").count() == 2
    look()
    page.locator(".imports-actions .button-primary").click()

    page.locator("[role=status] .ant-progress").wait_for()
    visitor.site.city.work()
    page.locator(".imports-table tbody tr", has_text="abc").wait_for()
    assert page.locator(".imports-table code", has_text="C3").count() == 1
    with page.expect_download() as marked:
        page.locator(".imports-corrected a").first.click()
    assert marked.value.suggested_filename.endswith(say("-问题.xlsx", "-findings.xlsx"))
    with page.expect_download() as mended:
        page.get_by_role("link", name=say("下载修正后的副本", "Download the mended copy")).click()
    assert mended.value.suggested_filename.endswith(say("-修正.xlsx", "-mended.xlsx"))
    page.reload()
    page.locator(".imports-outcomes").wait_for()
    look()

    page.goto(f"{visitor.site.base}/{language}/app/imports")
    choose(page, mended.value.suggested_filename, mended.value.path().read_bytes())
    page.locator(".scroll td", has_text="1.25").first.wait_for()  # １２５０ kg, put right
    page.locator(".imports-actions .button-primary").click()
    page.locator("[role=status] .ant-progress").wait_for()
    visitor.site.city.work()
    page.locator(".imports-outcomes").wait_for()

    page.locator(".imports-actions .button-primary").click()
    page.locator(".imports-actions .button-primary", has_text=say("提交", "Submit")).click()
    page.locator("[role=status] .ant-progress").wait_for()
    visitor.site.city.work()
    page.locator(".imports-done a", has_text="R").first.wait_for()
    look()
    assert found == []


LEDGER = (
    "时间,能源,,备注\n,购入电 kWh,车间 kWh,\n2026-03-20 07:00,10500,,\n白班合计,10500,,\n"
    "2026/03/20 08:00,800,,\n2026-03-20 09:00,900,,\n合计,12200,,\n注：抄自配电室,,,\n"
)


@pytest.mark.parametrize(("language", "size", "other"), WALKS)
def test_a_ledger_with_names_in_two_rows_sums_and_two_forms_of_dates(
    language: str,
    size: tuple[int, int],
    other: tuple[int, int],
    visit: Visit,
    axe: Callable[["Page"], list[str]],
) -> None:
    say = in_words(language)
    visitor = visit("enterprise_clerk", language, size, PAPER)
    page = visitor.open(f"/{language}/app/imports")
    choose(page, f"台账-{language}.csv", LEDGER.encode())
    page.locator(".imports-column strong", has_text="能源 购入电 kWh").wait_for()
    page.locator(".imports-findings li", has_text="2026/03/20 08:00").wait_for()
    page.locator(".imports-forms label", has_text="YYYY/MM/DD HH:mm").click()
    page.locator(".scroll td", has_text="0.800").wait_for()
    page.locator(".imports-findings li", has_text="2026/03/20 08:00").wait_for(state="detached")
    found = axe(page)
    page.set_viewport_size({"width": other[0], "height": other[1]})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator(".imports-actions .button-primary").click()
    page.locator("[role=status] .ant-progress").wait_for()
    visitor.site.city.work()
    page.locator(".imports-account", has_text="3").wait_for()
    options = page.locator(".imports-fields option").all_inner_texts()
    assert say("合计行 × 1", "rows of sums × 1") in options
    assert not [one for one in options if "_" in one]
    assert [*found, *axe(page)] == []


def choose(page: "Page", name: str, data: bytes) -> None:
    """Choose a file as a person does."""
    chosen = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("input[type=file]").set_input_files([chosen])  # type: ignore[list-item]


def cut_off(page: "Page", after: int) -> None:
    """Let the connection of a tab break after so many parts of a file."""

    def pass_or_break(route: "Route") -> None:
        part = PART.search(route.request.url)
        if part is not None and int(part[1]) <= after:
            route.continue_()
        else:
            route.abort("internetdisconnected")

    page.route(PART, pass_or_break)


def close_cut_off(page: "Page") -> None:
    """Close a tab that tries again and again: a tab's routes end before the tab, and one try could pass."""
    context = page.context
    context.set_offline(True)
    page.close()
    context.set_offline(False)


def parts_of(requests: list["Request"]) -> list[tuple[int, int]]:
    """Number and bytes of each part of a file among the requests of a tab."""
    parts = [(PART.search(one.url), one) for one in requests]
    return [(int(part[1]), int(one.header_value("content-length") or 0)) for part, one in parts if part]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_upload_goes_on_with_the_same_file_and_with_no_other(
    language: str, visit: Visit, axe: Callable[["Page"], list[str]]
) -> None:
    say = in_words(language)
    row = "2026-03-20 07:00,1,{:070d}\n"
    rows = (row.format(number) for number in range(2 * staging.PART_BYTES // len(row.format(0)) + 500))
    data, name = ("时间,购入电,备注\n" + "".join(rows)).encode(), f"大文件-{language}.csv"
    rest = len(data) - 2 * staging.PART_BYTES
    visitor = visit("enterprise_clerk", language, WIDE if language == "zh" else NARROW, PAPER)
    visitor.expected.append(BROKEN)

    page = visitor.open(f"/{language}/app/imports")
    cut_off(page, after=1)
    choose(page, name, data)
    page.locator(".imports-sending", has_text=say("连接中断", "Connection lost")).wait_for()
    page.locator(".imports-sending", has_text="33%").wait_for()  # the first of three parts is there
    close_cut_off(page)

    page = visitor.open()
    asked: list[Request] = []
    page.on("request", lambda one: asked.append(one))
    page.goto(f"{visitor.site.base}/{language}/app/imports")
    page.locator(".imports-waits", has_text=say("没有传完", "not sent to the end")).wait_for()
    line = page.locator("tbody tr", has_text=name)
    assert line.locator(".badge").inner_text() == say("未传完", "half sent")
    found = axe(page)
    line.get_by_role("link", name=say("接着传", "Go on")).click()
    for another in (data[:-1], data[:-1] + b"?"):
        page.locator(".imports-waits", has_text=say("已收到 1/3 段", "1 of 3 parts")).wait_for()
        choose(page, name, another)
        page.get_by_role("alert").get_by_text(say("这不是同一个文件", "This is another file")).wait_for()
        found += axe(page)
        page.reload()
    assert asked != []
    assert parts_of(asked) == []

    page.locator(".imports-waits", has_text=say("已收到 1/3 段", "1 of 3 parts")).wait_for()
    choose(page, name, data)
    page.locator(".imports-columns").wait_for()
    assert parts_of(asked) == [(2, staging.PART_BYTES), (3, rest)]
    with transaction(visitor.site.city.database, SYSTEM) as connection:
        (whole,) = [one for one in staging.find(connection, PAPER) if one.name == name]
        assert (whole.state, whole.sha256) == ("uploaded", sha256(data).hexdigest())
        assert staging.data_of(connection, whole) == data
    assert found == []


def test_another_file_of_the_same_name_is_an_import_of_its_own(visit: Visit) -> None:
    data, name = FILE.encode(), "同名.csv"
    visitor = visit("enterprise_clerk", "zh", WIDE, PAPER)
    visitor.expected.append(BROKEN)
    page = visitor.open("/zh/app/imports")
    cut_off(page, after=0)
    choose(page, name, data)
    page.locator(".imports-sending", has_text="连接中断").wait_for()
    close_cut_off(page)

    page = visitor.open("/zh/app/imports")
    choose(page, name, data.replace(b"10500", b"10600"))
    page.locator(".imports-columns").wait_for()
    page.get_by_role("link", name="全部导入").click()
    lines = page.locator("tbody tr", has_text=name)
    lines.nth(1).wait_for()
    assert sorted(lines.locator(".badge").all_inner_texts()) == ["待对应列", "未传完"]


def test_a_file_that_is_no_table_can_be_kept_from_the_page_that_says_so(visit: Visit) -> None:
    visitor = visit("enterprise_clerk", "en", NARROW, PAPER)
    visitor.expected.append("status of 422")
    page = visitor.open("/en/app/imports")
    choose(page, "invoice.pdf", b"%PDF-1.7\n" + b"x" * 100)
    page.get_by_role("alert").get_by_text("This is no table").wait_for()
    page.get_by_role("button", name="Keep as a document").click()
    page.get_by_text("Kept as a document.").wait_for()
