"""A department reports what it owes from its home, and is told in words what cannot be."""

import pytest

from browsing import Site, Visit, drawn

STATISTICS = "zj.department.statistics"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_department_reports_from_its_home(width: int, visit: Visit, site: Site) -> None:
    visitor = visit("department", "en", subject=STATISTICS)
    visitor.expected.append("422")
    page = visitor.open("/en/app/")
    page.set_viewport_size({"width": width, "height": 900})
    form = page.get_by_role("form", name="Report")
    form.wait_for()
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    year = "2024" if width == 1440 else "2022"
    form.get_by_label("Indicator").select_option("population.resident")
    form.get_by_label("Period").fill(year)
    form.get_by_role("textbox", name="Value").fill("3,22")
    form.get_by_label("Source").fill("draft of the communiqué, page 2")
    form.get_by_role("button", name="Report").click()
    form.get_by_text("is no decimal number").wait_for()
    form.get_by_role("textbox", name="Value").fill("322.10")
    with page.expect_response("**/api/deliveries") as answered:
        form.get_by_role("button", name="Report").click()
    assert answered.value.status == 201, answered.value.text()
    form.get_by_text("It is in the ledger").wait_for()
    site.city.work()
    page.reload()
    page.get_by_role("link", name="Entry").first.wait_for()
