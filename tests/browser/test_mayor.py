"""The mayor: how much, who, is it falling, are we keeping our promise, can you prove it; then what was known then."""

import re

import pytest

from browsing import LANGUAGES, NARROW, Visit, drawn, in_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mayor_goes_from_the_total_to_its_proof(language: str, visit: Visit) -> None:
    say = in_words(language)
    visitor = visit("city_manager", language)
    page = visitor.open(f"/{language}/app/overview?period=2026-04")
    drawn(page)
    main = page.locator("main")

    # 重点企业合计, never 全市: there is no city account, and the page says so.
    heading = page.locator("h1").inner_text()
    assert say("重点企业合计", "Key enterprises") in heading
    assert say("全市", "Whole city") not in heading
    assert say("未核算", "not accounted").lower() in main.inner_text().lower()
    for question in (
        ("排了多少", "How much"),
        ("在下降吗", "falling"),
        ("承诺兑现了吗", "promise"),
        ("能证明吗", "prove"),
    ):
        assert say(*question).lower() in main.inner_text().lower()
    assert page.locator(".badge-synthetic").first.is_visible()

    # Every figure opens what stands behind it: the drawer, then the document.
    page.locator(".big-direct .figure-link").first.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("heading", name=say("账本位置", "Place in the ledger")).wait_for()
    assert re.search(r"\d", drawer.locator(".drawer-value").inner_text())
    assert drawer.get_by_role("heading", name=say("由这些部分相加", "The sum of these parts")).is_visible()
    assert "figure=" in page.url
    document = drawer.get_by_role("link", name=say("打开收据文件", "Open the receipt document"))
    assert str(document.get_attribute("href")).startswith(f"/{language}/")
    page.keyboard.press("Escape")
    drawer.wait_for(state="detached")
    assert "figure=" not in page.url


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_known_then_is_another_page(language: str, visit: Visit) -> None:
    """On 9 May April had not been published; as known today it has, and one hour of it was corrected since."""
    visitor = visit("city_manager", language)
    page = visitor.open(f"/{language}/app/overview?period=2026-04")
    drawn(page)
    now = page.locator(".answers").inner_text()
    page.goto(f"{visitor.site.base}/{language}/app/overview?period=2026-04&known_on=2026-05-09")
    drawn(page)
    assert page.locator(".past").is_visible()
    assert page.locator(".answers").inner_text() != now


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wall_and_the_telephone_show_the_same_city(language: str, visit: Visit) -> None:
    visitor = visit("city_manager", language, NARROW)
    page = visitor.open(f"/{language}/app/overview?period=2026-04")
    drawn(page)
    number = page.locator(".big-direct .figure-number").first.inner_text()
    wall = visitor.open(f"/{language}/app/screen?period=2026-04")
    drawn(wall)
    assert number in wall.locator("body").inner_text()
