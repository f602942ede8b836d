"""Methods in the workspace: found among all packs, read with their formulas, followed, compared, and their rows."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from browsing import NARROW, WIDE, Visit, drawn, in_words

if TYPE_CHECKING:
    from playwright.sync_api import Page

GENERAL, SHIPPED = "general_combustion_and_power", "cn_guideline_common_2013"
PLACES = {
    "list": "methods",
    "published": f"methods?q={GENERAL}",
    "pack": f"methods/packs/{SHIPPED}",
    "library": "methods/factors?q=2023&table=grid",
    "row opened": "methods/factors?q=江苏",
    "nothing found": "methods/factors?q=no-such-thing",
}


@pytest.mark.parametrize(("language", "size"), [("zh", WIDE), ("en", NARROW)], ids=["zh-wide", "en-narrow"])
def test_every_page_of_methods_fits_and_can_be_used_by_everybody(
    language: str, size: tuple[int, int], visit: Visit, axe: Callable[["Page"], list[str]]
) -> None:
    visitor = visit("city_approver", language, size)
    page = visitor.open()
    found: list[str] = []

    def look(name: str) -> None:
        drawn(page)
        assert page.locator(".note-bad").count() == 0, name
        found.extend(f"{name}: {line}" for line in axe(page))
        overflow = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert overflow <= 0, f"{name} is {overflow} px wider than its window"

    for name, place in PLACES.items():
        page.goto(f"{visitor.site.base}/{language}/app/{place}")
        drawn(page)
        if name == "row opened":
            page.locator(".library-row").first.click()
            page.locator(".library-detail").wait_for()
        look(name)
    say = in_words(language)
    page.goto(f"{visitor.site.base}/{language}/app/methods/packs/{SHIPPED}")
    page.get_by_label(say("与另一方法比较", "Compare with")).select_option(index=1)
    page.get_by_role("button", name=say("比较", "Compare"), exact=True).click()
    page.wait_for_url(re.compile(r"/compare/"))
    look("comparison")
    assert found == []


def test_a_method_is_found_by_words_and_read_from_top_to_bottom(visit: Visit) -> None:
    page = visit("enterprise_clerk", "en").open("/en/app/methods")
    drawn(page)
    page.get_by_role("searchbox", name="Find a method").fill("combustion power general")
    page.get_by_role("link", name="Fossil fuel combustion").first.click()
    drawn(page)
    assert page.locator("math").count() > 5 and page.locator("math msub").count() > 5
    assert page.get_by_text("published figures").first.is_visible()
    page.get_by_text("Who", exact=True).click()
    page.locator(".method-users li").first.wait_for()
    page.get_by_role("button", name="PE", exact=True).click()
    said = page.locator(".method-reach").inner_text()
    assert "E_power" in said and "FC" not in said.split()
    page.get_by_role("button", name="PE", exact=True).press("Enter")
    assert page.locator(".method-reach").inner_text() == ""
    assert page.locator(".case-bad").count() == 0 and page.locator(".case-good").count() > 20


def test_what_is_shipped_is_published_by_an_approver_only(visit: Visit) -> None:
    path = f"/en/app/methods/packs/{SHIPPED}"
    other = visit("city_manager", "en").open(path)
    drawn(other)
    assert other.get_by_role("button", name="Publish in this ledger").count() == 0
    page = visit("city_approver", "en").open(path)
    drawn(page)
    assert page.get_by_text("shipped, not published here").first.is_visible()
    page.get_by_role("button", name="Publish in this ledger").click()
    page.get_by_text("Written into the ledger, entry").wait_for()
    assert page.get_by_role("button", name="Publish in this ledger").count() == 0


def test_the_library_follows_a_number_through_its_editions(visit: Visit) -> None:
    page = visit("city_manager", "en").open("/en/app/methods/factors")
    drawn(page)
    page.get_by_role("searchbox").fill("江苏")
    page.wait_for_function("() => document.querySelectorAll('.library tbody').length < 60")
    with page.expect_response(lambda answer: "published_before=2026-01-01" in answer.url):
        page.get_by_label("last published before").fill("2026-01-01")
    # Only rows published last are left: each that has several editions says so, and none is of the answer before.
    page.wait_for_function(
        "() => document.querySelector('[aria-busy=false]') !== null &&"
        " document.querySelectorAll('.library tbody').length === document.querySelectorAll('.library .mark').length"
    )
    page.locator(".library-row").first.press("Enter")
    page.locator(".library-detail").wait_for()
    assert page.locator(".library-detail li").count() > 1
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "江苏" in download.value.path().read_text("utf-8-sig")
