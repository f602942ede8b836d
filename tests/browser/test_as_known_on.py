"""As known on a day: pages, drawer, explorer and files say what was known then, or say that they do not."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from browsing import Site, Visit, Watched, drawn
from demo_city import METHOD, OTHER
from tansuo.evidence.ledger import size

if TYPE_CHECKING:
    from playwright.sync_api import Page

BEFORE = "2026-05-11"
"""After April was published, and before one of its hours was put right."""
INDIRECT = f"{METHOD}.E_indirect"


def value(page: "Page", visitor: Watched, day: str) -> str:
    """April's indirect emission of the firm as the API gives it, as known on a day ("": now), with thousands apart."""
    asked = {"period": "2026-04", **({"known_on": day} if day else {})}
    found = page.request.get(f"{visitor.site.base}/api/enterprises?{urlencode(asked)}").json()
    (row,) = (one for one in found["rows"] if one["enterprise"]["id"] == OTHER)
    whole, _, part = row["indirect"]["amount"]["value"].partition(".")
    return f"{int(whole):,}.{part}"


def test_a_past_day_is_what_was_known_then_in_page_drawer_explorer_and_file(visit: Visit) -> None:
    visitor = visit("city_manager", "en")
    page = visitor.open("/en/app/")
    then, now = value(page, visitor, BEFORE), value(page, visitor, "")
    assert then != now
    for day, right, wrong in ((BEFORE, then, now), ("", now, then)):
        kept = {"known_on": day} if day else {}
        cell = "~".join((OTHER, "E_indirect", "2026-04", METHOD, ""))
        asked = urlencode({"tab": "months", "figure": cell, **kept})
        page.goto(f"{visitor.site.base}/en/app/enterprises/{OTHER}?{asked}")
        page.locator(".drawer-value", has_text=right).wait_for()
        drawn(page)
        months = page.get_by_role("region", name="Month by month").inner_text()
        assert right.partition(".")[0] in months
        asked = urlencode(
            {"indicator": INDIRECT, "subject": OTHER, "period": "2026-04", "grain": "month", **kept}
        )
        page.goto(f"{visitor.site.base}/en/app/explore?{asked}")
        drawn(page)
        table = page.locator("main").inner_text()
        assert right in table
        with page.expect_download() as csv:
            page.get_by_role("link", name="CSV").click()
        text = csv.value.path().read_text("utf-8-sig")
        assert right.replace(",", "") in text
        if day:
            assert wrong not in table and wrong.replace(",", "") not in text


@pytest.mark.parametrize(
    ("part", "day", "said"),
    [
        ("imports", BEFORE, "This page shows the present only"),
        ("personal", BEFORE, "This page shows the present only"),
        ("notices", BEFORE, "You are looking at what was known on a past day"),
        ("notices", "2026-05-20", "You are looking at what was known on a past day"),
        ("notices", "2026-05-22", "has not come yet"),
        ("notices", "2026-02-30", "which is no day"),
    ],
)
def test_what_is_not_of_the_chosen_day_says_so(part: str, day: str, said: str, visit: Visit) -> None:
    page = visit("city_manager", "en").open(f"/en/app/{part}?known_on={day}")
    page.locator(".past", has_text=said).wait_for()
    drawn(page)
    assert page.locator(".note-bad").count() == 0
    page.get_by_role("button", name="Back to now").click()
    page.locator(".past").wait_for(state="detached")
    assert "known_on" not in page.url


def test_today_and_a_day_to_come_are_now_and_live(visit: Visit) -> None:
    visitor = visit("city_manager", "en")
    page = visitor.open(f"/en/app/enterprises/{OTHER}?tab=live&known_on=2026-05-21")
    drawn(page)
    assert page.locator(".past").count() == 0
    live = page.locator("main").inner_text()
    page.goto(f"{visitor.site.base}/en/app/enterprises/{OTHER}?tab=live&known_on=2026-05-22")
    page.locator(".past", has_text="has not come yet").wait_for()
    drawn(page)
    for text in (live, page.locator("main").inner_text()):
        assert "there is nothing live there" not in text
    page.goto(f"{visitor.site.base}/en/app/enterprises/{OTHER}?tab=live&known_on=2026-05-20")
    page.get_by_text("there is nothing live there").wait_for()


def test_the_live_strip_of_the_cockpit_is_of_now_only(visit: Visit) -> None:
    visitor = visit("city_manager", "en")
    page = visitor.open("/en/app/overview")
    strip = page.get_by_role("region", name="Live")
    strip.get_by_text("readings within the hour").wait_for()
    firm = strip.get_by_role("link").first.get_attribute("href")
    assert firm is not None and re.fullmatch(r"/en/app/enterprises/demo\.[a-z-]+\?tab=live", firm)
    page.goto(f"{visitor.site.base}/en/app/overview?known_on={BEFORE}")
    drawn(page)
    page.get_by_role("heading", name="Public facts").wait_for()
    assert strip.count() == 0


def test_what_waited_then_is_shown_and_settled_from_now_only(visit: Visit, site: Site) -> None:
    asked = {"series": f"{OTHER}/heat/hour", "start": "2026-04-20T07:00:00+08:00", "value": "100.00"}
    clerk = site.city.signed_in("enterprise_clerk", OTHER, "d.clerk")
    token = {"X-Tansuo-Token": clerk.get("/api/session").json()["form_token"]}
    answer = clerk.post(
        "/api/corrections", json={**asked, "reason": "read off the wrong dial"}, headers=token
    )
    assert answer.status_code == 201, answer.text
    site.city.work()
    with site.city.connection() as connection:
        then = size(connection)
    visitor = visit("enterprise_reviewer", "en", subject=OTHER)
    page = visitor.open(f"/en/app/corrections?as_of={then}")
    card = page.locator(".desk-request", has_text="read off the wrong dial")
    card.wait_for()
    page.get_by_text("Corrections are settled from the present").wait_for()
    assert card.locator("button").count() == 0
    day = card.get_by_role("link").get_attribute("href")
    assert day is not None and day.endswith(f"/2026-04-20?as_of={then}")
    page.get_by_role("button", name="Back to now").click()
    card.get_by_role("button", name="Decline").wait_for()
    assert page.get_by_text("Corrections are settled from the present").count() == 0


def test_the_home_of_an_administrator_is_of_now_whatever_day_is_chosen(visit: Visit) -> None:
    page = visit("system_admin", "zh").open(f"/zh/app/?known_on={BEFORE}")
    page.locator(".past", has_text="此页只显示目前的内容").wait_for()
    page.get_by_text("今天 2026-05-21").wait_for()


def test_a_day_before_the_ledger_began_is_refused_in_words(visit: Visit) -> None:
    visitor = visit("city_manager", "en")
    visitor.expected.append("422")
    page = visitor.open("/en/app/enterprises?known_on=2001-01-01")
    page.get_by_text("On 2001-01-01 the ledger had not begun").first.wait_for()
