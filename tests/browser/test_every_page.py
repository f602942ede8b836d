"""Every part of the workspace opens for whoever may open it: drawn, quiet, and usable without mouse or eyes."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from browsing import BETWEEN, NARROW, WIDE, Visit, drawn
from tansuo.api.policy import policy
from tansuo.entry.demo.links import SHOWN

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROLES = ("anonymous", *(role for role in policy().roles if role != "public"))
OVER = {role: subject for role, subject, _ in SHOWN if role in ("department", "laboratory", "verifier")}
"""Over whom these roles are signed in; the others by the reach of their role."""
ADMIN = ("system", "security", "audit")
WITHIN = ("publish_methods", "samples", "live", "settle_corrections")
"""What the policy names of the workspace that is no part of its own: it stands on the page of another."""
IN_ENGLISH = (
    "anonymous", "city_approver", "city_manager", "verifier", "system_admin", "security_admin", "audit_admin",
)  # fmt: skip
"""Roles that open every part there is between them; each alone would draw the same parts again."""
COLOURS = {"zh": "light", "en": "dark"}
"""What is walked in English is every part, so every part is judged in both."""
NOT_THERE = {"zh": "没有这个页面", "en": "There is no such page"}


def parts(role: str) -> list[str]:
    """The addresses of the workspace that a role may open."""
    named = policy().features_of("public" if role == "anonymous" else role)
    admin = ["admin"] if any(one in ADMIN for one in named) else []
    return ["", *(one for one in named if one not in (*ADMIN, *WITHIN)), *admin, "session"]


def looked_at(role: str, language: str) -> set[str]:
    """The parts that are judged as this role sees them: what is its own, and what no role before it has opened."""
    roles = ROLES if language == "zh" else IN_ENGLISH
    before = {part for one in roles[: roles.index(role)] for part in parts(one)} - {"admin"}
    return {"", *(part for part in parts(role) if part not in before)}


def overflow(page: "Page", width: int) -> int:
    """By how many pixels a page is wider than a window of this width."""
    size = page.viewport_size
    assert size is not None
    if size["width"] != width:
        page.set_viewport_size({"width": width, "height": size["height"]})
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")
    return int(page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth"))


def test_what_is_walked_in_english_is_every_part() -> None:
    assert {part for role in ROLES for part in parts(role)} == {
        part for role in IN_ENGLISH for part in parts(role)
    }


@pytest.mark.parametrize(
    ("role", "language"), [*((role, "zh") for role in ROLES), *((role, "en") for role in IN_ENGLISH)]
)
def test_whoever_may_open_a_part_sees_it(
    role: str, language: str, visit: Visit, axe: Callable[["Page"], list[str]]
) -> None:
    size = WIDE if language == "zh" else NARROW
    visitor = visit(role, language, size, subject=OVER.get(role), color_scheme=COLOURS[language])
    page = visitor.open()
    found: list[str] = []
    judged = looked_at(role, language)
    for part in parts(role):
        if language == "en" and part not in judged:
            continue  # opened as this role in Chinese
        page.goto(f"{visitor.site.base}/{language}/app/{part}")
        drawn(page)
        assert page.locator(".note-bad").count() == 0, (
            f"{part}: {page.locator('.note-bad').first.inner_text()}"
        )
        assert page.get_by_role("heading", name=NOT_THERE[language]).count() == 0, f"{part}: no such page"
        if part in judged:
            found += [f"{part or 'home'}: {line}" for line in axe(page)]
        found += [
            f"{part or 'home'}: {more} px wider than a window of {width}"
            for width in ((size[0], BETWEEN) if part in judged else (size[0],))
            if (more := overflow(page, width)) > 0
        ]
        page.set_viewport_size({"width": size[0], "height": size[1]})
    assert found == []


def test_a_part_that_is_not_there_says_so_and_leads_home(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/en/app/nowhere/at/all")
    assert page.get_by_role("heading", name="There is no such page").is_visible()
    page.get_by_role("link", name="To the home page").click()
    assert page.url.rstrip("/").endswith("/en/app")


def test_a_past_day_stays_on_every_page_until_it_is_left(visit: Visit) -> None:
    visitor = visit("city_manager", "en")
    page = visitor.open("/en/app/")
    drawn(page)
    page.get_by_role("button", name="As known now").click()
    page.get_by_label("Day").fill("2026-05-02")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("You are looking at what was known on a past day").wait_for()
    links = page.get_by_role("navigation", name="Main").locator(
        "a[href*='/app']:not([lang]):not([href*='/screen'])"
    )
    assert links.count() >= 1
    for number in range(links.count()):
        links.nth(number).click()
        drawn(page)
        assert "known_on=2026-05-02" in page.url
    page.get_by_role("button", name="Back to now").click()
    assert "known_on" not in page.url


def test_the_first_key_skips_to_the_content(visit: Visit) -> None:
    page = visit().open("/zh/app/")
    drawn(page)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


TABS = ("facts", "live", "months", "bases", "sources", "completeness", "documents", "figures", "history")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_tab_of_a_firm_is_drawn_and_fits_its_window(
    language: str, visit: Visit, axe: Callable[["Page"], list[str]]
) -> None:
    size = WIDE if language == "zh" else NARROW
    visitor = visit("city_manager", language, size, color_scheme=COLOURS[language])
    page = visitor.open()
    found: list[str] = []
    for tab in TABS:
        page.goto(f"{visitor.site.base}/{language}/app/enterprises/demo.cement-c?tab={tab}&against=guideline")
        drawn(page)
        assert page.locator(".note-bad").count() == 0, (
            f"{tab}: {page.locator('.note-bad').first.inner_text()}"
        )
        found += [f"{tab}: {line}" for line in axe(page)]
        found += [
            f"{tab}: {more} px wider than a window of {width}"
            for width in (size[0], BETWEEN)
            if (more := overflow(page, width)) > 0
        ]
        page.set_viewport_size({"width": size[0], "height": size[1]})
    assert found == []


def test_two_bases_of_a_firm_are_explained_to_the_last_tonne(visit: Visit) -> None:
    page = visit("city_manager", "en").open("/en/app/enterprises/demo.cement-c?tab=bases&period=2026-04")
    drawn(page)
    page.get_by_label("against").select_option("guideline")
    drawn(page)
    table = page.get_by_role("region", name="Two bases explained")
    table.get_by_text("another boundary").first.wait_for()
    assert table.get_by_text("another factor").count() >= 1
    numbers = [one.replace(",", "").replace("−", "-") for one in table.locator("td.number").all_inner_texts()]
    *parts, whole = [Decimal(one) for one in numbers]
    assert sum(parts) == whole
