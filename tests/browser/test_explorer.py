"""The explorer opens with what an address names, restores a whole question, and says what a broken one lacks."""

from browsing import Visit, drawn


def test_an_indicator_alone_opens_the_builder_with_it(visit: Visit) -> None:
    page = visit("city_manager", "en").open("/en/app/explore?indicator=gdp")
    drawn(page)
    page.locator(".explore-builder", has_text="gross domestic product").wait_for()
    assert page.get_by_role("alert").count() == 0


def test_a_shortened_or_mistyped_question_says_what_is_wrong_with_it(visit: Visit) -> None:
    page = visit("city_manager", "en").open("/en/app/explore?indicator=gdp&subject=zj.city&stage=final")
    alert = page.get_by_role("alert")
    alert.wait_for()
    said = alert.inner_text()
    assert "The period is missing" in said and "There is no stage “final”" in said
    assert page.locator(".explore-answer").count() == 0
    builder = page.locator(".explore-builder")
    assert "gross domestic product" in builder.inner_text() and "Zhenjiang" in builder.inner_text()


def test_a_permalink_restores_the_whole_question_in_another_browser(visit: Visit) -> None:
    page = visit("city_manager", "en").open("/en/app/explore")
    drawn(page)
    page.locator(".explore-preset").nth(1).click()  # the assessment units, as a pivot
    page.locator(".explore-answer table").first.wait_for()
    drawn(page)
    other = visit("verifier", "en").open(page.url)
    other.locator(".explore-answer table").first.wait_for()
    drawn(other)
    title, table = "h2", ".explore-answer table"
    for place in (title, table):
        assert other.locator(place).all_inner_texts() == page.locator(place).all_inner_texts()
