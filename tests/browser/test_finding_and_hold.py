"""Findings and holds as their people meet them: raised, answered, closed; placed, in the way of erasure, released."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from browsing import LANGUAGES, NARROW, WIDE, Visit, Watched, drawn, in_words
from demo_city import OWN
from demo_things import things_of
from tansuo.entry.demo.people import VERIFIER

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Axe = Callable[["Page"], list[str]]


def drawer(visitor: Watched, language: str, receipt: str) -> tuple["Page", "Locator"]:
    """The workspace with the drawer of a receipt open."""
    page = visitor.open(f"/{language}/app/?figure={receipt}")
    drawn(page)
    return page, page.get_by_role("dialog")


def fits(page: "Page") -> bool:
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize(("language", "size"), [("zh", WIDE)])
def test_a_finding_is_raised_in_the_drawer_answered_at_home_and_closed_on_the_document(
    language: str, size: tuple[int, int], visit: Visit, axe: Axe
) -> None:
    say = in_words(language)
    verifier = visit("verifier", language, size, VERIFIER)
    city = verifier.site.city
    receipt = things_of(city, OWN).receipt
    claim = f"belt weigher not calibrated ({language})"

    page, sheet = drawer(verifier, language, receipt)
    sheet.locator("summary", has_text=say("提出不符合项", "Attach a finding")).click()
    form = sheet.locator("details[open] form")
    send = form.get_by_role("button")
    form.get_by_label(say("针对收据的哪一项", "About which part of the receipt")).select_option(index=1)
    form.get_by_label(say("答复期限", "Answer due")).fill("2026-05-01")
    words = form.get_by_label(say("发现了什么", "What was found"))
    words.fill("ab")
    assert send.is_disabled()
    words.fill(claim)
    found = axe(page)
    send.click()
    sheet.get_by_text(say("已记入账本第", "Entered as entry")).wait_for()
    city.work()
    raised = sheet.locator("article", has_text=claim)
    raised.wait_for()
    assert say("演示审核机构", "Demo Verification Body") in raised.inner_text()
    assert say("已逾期", "overdue") in raised.inner_text()
    assert fits(page)

    manager = visit("city_manager", language, size).open(f"/{language}/app/")
    drawn(manager)
    units = manager.locator("section.card", has_text=say("按考核单元", "by assessment unit"))
    assert say("项逾期", "overdue") in units.locator("h3").first.inner_text()  # late answers come first
    assert units.get_by_text(claim).is_visible() and fits(manager)
    found += axe(manager)

    firm = visit("enterprise_reviewer", language, size, OWN)
    home = firm.open(f"/{language}/app/")
    drawn(home)
    home.locator("li", has_text=claim).get_by_role("link").click()
    mine = home.get_by_role("dialog").locator("article", has_text=claim)
    mine.get_by_label(say("说明", "In words")).fill("certificate entered today")
    mine.get_by_role("button", name=say("提交答复", "Answer")).click()
    mine.get_by_text(say("已记入账本第", "Entered as entry")).wait_for()
    city.work()
    mine.get_by_text(say("已答复", "answered, the verifier decides")).first.wait_for()
    found += axe(home)

    document = verifier.open(f"/{language}/receipts/{receipt}")
    section = document.locator("section.card", has_text=claim)
    section.locator("textarea").fill("seen and agreed")
    section.get_by_role("button", name=say("关闭此项", "Close it")).click()
    document.locator(".done").wait_for()
    city.work()
    document.reload()
    assert section.locator(".badge").first.inner_text() == say("已关闭", "closed")
    assert section.locator("ol.said li").count() == 3
    assert fits(document)
    found += axe(document)
    document.emulate_media(media="print")
    assert section.is_visible() and document.locator("form:visible").count() == 0
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_few_words_on_the_document_lead_back_to_it(language: str, visit: Visit) -> None:
    say = in_words(language)
    verifier = visit("verifier", language, subject=VERIFIER)
    verifier.expected.append("422")
    receipt = things_of(verifier.site.city, OWN).receipt
    page = verifier.open(f"/{language}/receipts/{receipt}")
    page.locator("#attach summary").click()
    page.locator("#attach form").evaluate("form => { form.noValidate = true }")
    page.locator("#attach button").click()
    page.get_by_text(say("内容太短", "The text is too short")).wait_for()
    page.get_by_role("link", name=say("返回收据", "Back to the receipt")).click()
    assert page.url.endswith(f"/{language}/receipts/{receipt}")


@pytest.mark.parametrize(("language", "size"), [("en", NARROW)])
def test_a_hold_refuses_erasure_until_two_people_release_it(
    language: str, size: tuple[int, int], visit: Visit, axe: Axe
) -> None:
    say = in_words(language)
    matter = f"case 7 ({language})"
    clerk = visit("enterprise_clerk", language, size, OWN)
    clerk.expected.append("422")
    city, receipt = clerk.site.city, things_of(clerk.site.city, OWN).receipt
    files = clerk.open(f"/{language}/app/imports")
    file = {
        "name": f"held-{language}.csv",
        "mimeType": "text/csv",
        "buffer": b"time,coal (t)\n2026-03-20 07:00,1\n",
    }
    files.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
    files.locator(".imports-columns").wait_for()

    manager = visit("city_manager", language, size)
    page, sheet = drawer(manager, language, receipt)
    sheet.locator("summary", has_text=say("设立证据保全", "Place a hold")).click()
    form = sheet.locator("details[open] form")
    form.get_by_label(say("案由", "Matter")).fill(matter)
    found = axe(page)
    form.get_by_role("button").click()
    sheet.get_by_text(say("已记入账本第", "Entered as entry")).wait_for()
    city.work()
    held = sheet.locator("article", has_text=matter)
    held.wait_for()

    def discard() -> None:
        files.goto(f"{clerk.site.base}/{language}/app/imports")
        drawn(files)
        row = files.locator("tr, li", has_text=f"held-{language}.csv").first
        row.get_by_role("button", name=say("删除", "Discard")).click()
        files.locator(".ant-popconfirm .ant-btn-primary").last.click()

    discard()
    files.locator(".note-bad", has_text=matter).wait_for()
    assert fits(files)

    held.get_by_label(say("解除理由", "Why it shall end")).fill("judged")
    held.get_by_role("button", name=say("申请解除", "Ask for release")).click()
    held.get_by_text(say("已记入账本第", "Entered as entry")).wait_for()
    city.work()
    held.get_by_text(say("待另一人确认解除", "another person has to confirm")).wait_for()
    assert held.get_by_role("button").count() == 0  # who asked does not confirm

    audit = visit("audit_admin", language, size, "")
    home = audit.open(f"/{language}/app/")
    drawn(home)
    waiting = home.locator("article", has_text=matter)
    found += axe(home)
    assert fits(home)
    waiting.get_by_role("button", name=say("确认解除", "Confirm the release")).click()
    waiting.get_by_text(say("已记入账本第", "Entered as entry")).wait_for()
    city.work()
    waiting.wait_for(state="detached")  # it stands no more

    discard()
    files.locator("tr, li", has_text=f"held-{language}.csv").first.wait_for(state="detached")
    assert found == []
