"""The verifier: from the city's total to a raw frame, and the ledger's own proof computed in the browser."""

import re

import pytest

from browsing import LANGUAGES, Visit, drawn, in_words

CELL = "zj.city~E_fuel~2026-04~general_combustion_and_power~reports_for"


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_total_to_a_frame(language: str, visit: Visit) -> None:
    say = in_words(language)
    visitor = visit("verifier", language)
    page = visitor.open(f"/{language}/app/overview?period=2026-04&figure={CELL}")
    drawer = page.get_by_role("dialog")

    # Total → assessment unit → enterprise: each part of a sum opens its own drawer.
    parts = drawer.locator(
        "section", has=page.get_by_role("heading", name=say("由这些部分相加", "The sum of these parts"))
    )
    for _ in range(2):
        before = page.url
        parts.locator("tbody .figure-link").first.click()
        page.wait_for_url(lambda url, before=before: url != before)  # type: ignore[misc]
        page.wait_for_function("() => document.querySelector('dialog .waiting') === null")

    # Enterprise: formula with numbers, factors with their source, then the days.
    drawer.get_by_role("heading", name=say("公式与演算", "Formula and working")).wait_for()
    assert drawer.get_by_role("heading", name=say("因子", "Factors")).is_visible()
    day = drawer.locator("a.day-full").first
    day.click()

    # The day's document lists its readings; a reading leads to the frame as it arrived.
    page.wait_for_url(re.compile(r"/series/.+/2026-04-\d\d"))
    page.locator("a[href*='/frames/']").first.click()
    page.wait_for_load_state("domcontentloaded")
    assert re.search(r"##\d{4}QN=\d{17};ST=\d\d;CN=20[36]1;", page.locator("body").inner_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_proves_its_place_in_the_browser(language: str, visit: Visit) -> None:
    say = in_words(language)
    visitor = visit("verifier", language)
    page = visitor.open(f"/{language}/app/ledger")
    drawn(page)
    page.locator("main a[href*='/ledger/']").first.click()
    page.wait_for_url(re.compile(r"/ledger/\d+"))
    drawn(page)
    page.get_by_text(say("验证通过", "verified"), exact=False).first.wait_for()
    text = page.locator("main").inner_text().lower()
    assert say("防篡改", "tamper-proof") not in text.replace(
        say("不称为防篡改", "not called tamper-proof"), ""
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_anything_is_found_by_the_search_box(language: str, visit: Visit) -> None:
    visitor = visit("verifier", language)
    page = visitor.open(f"/{language}/app/")
    drawn(page)
    page.keyboard.press("/")
    page.keyboard.type("demo.power-a")
    option = page.get_by_role("option").first
    option.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"power-a|search"))
