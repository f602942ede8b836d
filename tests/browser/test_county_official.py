"""The county official: my figures, my enterprises, what is late; and nothing of my neighbours."""

import pytest

from browsing import LANGUAGES, Visit, drawn, in_words

OWN, NEIGHBOUR = "demo.power-a", "demo.chemical-d"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_county_sees_its_own_and_only_its_own(language: str, visit: Visit) -> None:
    say = in_words(language)
    visitor = visit("county_manager", language)
    visitor.expected.append("404")
    page = visitor.open(f"/{language}/app/")
    drawn(page)
    assert say("丹徒区", "Dantu") in page.locator("main").inner_text()

    page.goto(f"{visitor.site.base}/{language}/app/enterprises?period=2026-04")
    drawn(page)
    rows = page.locator("main").inner_text()
    assert say("演示电厂A", "Demo Power Plant A") in rows
    assert say("演示化工D", "Demo Chemicals D") not in rows

    # Own enterprise: the grid says in letters what is there, and April is complete.
    page.goto(f"{visitor.site.base}/{language}/app/enterprises/{OWN}?tab=completeness")
    drawn(page)
    assert page.locator("main table").first.is_visible()

    # A neighbour's is told like one that does not exist.
    page.goto(f"{visitor.site.base}/{language}/app/enterprises/{NEIGHBOUR}")
    page.locator(".note-bad").wait_for()
    hidden = page.locator(".note-bad").inner_text().replace(NEIGHBOUR, "…")
    page.goto(f"{visitor.site.base}/{language}/app/enterprises/demo.no-such-firm")
    page.locator(".note-bad").wait_for()
    assert page.locator(".note-bad").inner_text().replace("demo.no-such-firm", "…") == hidden


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_is_taken_along_as_a_file(language: str, visit: Visit) -> None:
    visitor = visit("county_manager", language)
    page = visitor.open(f"/{language}/app/enterprises?period=2026-04")
    drawn(page)
    with page.expect_download() as coming:
        page.locator("a[download][href*='csv']").click()
    text = coming.value.path().read_text("utf-8-sig")
    assert OWN in text
    assert NEIGHBOUR not in text
    assert "演示数据" in text or "synthetic" in text.lower()
