"""The public visitor: what is published, how it came to be, and nothing that is not public."""

import re

import pytest

from browsing import LANGUAGES, Visit, drawn, in_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_reads_what_is_published(language: str, visit: Visit) -> None:
    say = in_words(language)
    visitor = visit("anonymous", language)
    page = visitor.open(f"/{language}/")
    assert say("演示数据", "Synthetic") in page.locator("body").inner_text()

    page.goto(f"{visitor.site.base}/{language}/app/")
    drawn(page)
    names = page.get_by_role("navigation", name=say("主导航", "Main")).inner_text()
    for hidden in (
        ("企业", "Enterprises"),
        ("导入", "Import"),
        ("发布", "Publish"),
        ("管理", "Administration"),
    ):
        assert say(*hidden) not in names.splitlines()

    page.goto(f"{visitor.site.base}/{language}/app/methods")
    drawn(page)
    page.locator(".method-list a[href*='/methods/']").first.click()
    page.wait_for_url(re.compile(r"/methods/[0-9a-f]{16,}"))
    drawn(page)
    assert page.locator("main math, main code").first.is_visible()

    page.goto(f"{visitor.site.base}/{language}/app/explore")
    drawn(page)
    page.locator(".explore-preset").first.click()
    page.locator(".explore-answer").wait_for()
    assert "indicator=" in page.url


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_public_asks_to_sign_in(language: str, visit: Visit) -> None:
    visitor = visit("anonymous", language)
    visitor.expected.append("401")
    page = visitor.open(f"/{language}/app/enterprises")
    page.get_by_role(
        "heading", name={"zh": "此页需要登录", "en": "This page needs a sign-in"}[language]
    ).wait_for()
    assert page.locator("main").locator("input, select, table").count() == 0
    assert not re.search(r"\d{3},\d{3}", page.locator("main").inner_text())
