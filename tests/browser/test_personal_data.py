"""A clerk reads, writes and has erased what is kept of them; the security administrator sees names by need."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from browsing import LANGUAGES, NARROW, WIDE, Site, Visit, drawn, in_words

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME, PHONE = "示例人员甲", "13900000000"


def fits(page: "Page") -> bool:
    """Whether nothing is wider than the window."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_one_s_own_page_to_the_administrator_and_back(
    language: str, visit: Visit, site: Site, axe: Callable[["Page"], list[str]]
) -> None:
    say, size = in_words(language), WIDE if language == "zh" else NARROW
    clerk = visit("enterprise_clerk", language, size)
    page = clerk.open(f"/{language}/app/session")
    drawn(page)
    page.get_by_role("link", name=say("我的个人信息", "My personal data")).click()
    page.get_by_label(say("姓名", "Name"), exact=True).fill(NAME)
    page.get_by_label(say("电话", "Telephone")).fill(PHONE)
    page.get_by_role("button", name=say("保存", "Save")).click()
    page.locator(".personal-facts").get_by_text(NAME).wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name=say("下载", "Download")).click()
    assert download.value.suggested_filename == "personal-test.enterprise_clerk.json"
    page.get_by_label(say("理由", "Reason")).fill(say("撤回同意", "consent withdrawn"))
    page.get_by_label(say("法律依据", "Legal basis")).select_option("pipl-47-3")
    assert (axe(page), fits(page)) == ([], True)
    asking = page.get_by_role("button", name=say("提出申请", "Ask"), exact=True)
    asking.click()
    asking.wait_for(state="detached")  # the form gives way to the entry's number once it is in the log
    site.city.work()

    security = visit("security_admin", language, size)
    desk = security.open(f"/{language}/app/admin")
    drawn(desk)
    assert NAME not in desk.content()
    opened = say("查看 test.enterprise_clerk 的个人信息", "Open the personal data of test.enterprise_clerk")
    desk.get_by_role("button", name=opened).click()
    desk.locator(".personal-facts").get_by_text(NAME).wait_for()
    assert (axe(desk), fits(desk)) == ([], True)
    home = security.open(f"/{language}/app/")
    drawn(home)
    home.get_by_text(say("撤回同意", "consent withdrawn")).wait_for()
    assert (axe(home), fits(home)) == ([], True)
    confirming = home.get_by_role("button", name=say("确认删除", "Confirm and erase"))
    confirming.click()
    confirming.wait_for(state="detached")
    site.city.work()

    page.reload()
    drawn(page)
    page.locator(".card").first.get_by_text(say("已按第", "redacted at entry")).first.wait_for()
    assert NAME not in page.content()
    assert fits(page)
