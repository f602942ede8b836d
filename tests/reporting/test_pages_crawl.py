"""Every link of the documents leads somewhere, for somebody who may see everything and for somebody who may not."""

from collections import deque

import pytest
from starlette.testclient import TestClient

from demo_city import HTML, METHOD, OTHER, OWN, DemoCity
from demo_things import public_receipt, things_of
from html_page import links, read
from tansuo.registry.zhenjiang import CITY

DEPTH = 3
PAGES = 110
A_PAGE = 24
"""So many links of one page are followed, spread over it; every page's first links are those of its frame."""


def crawl(
    browser: TestClient, starts: list[str], pages: int, *, alike: int
) -> tuple[dict[str, int], set[str]]:
    """Status by address, and which kinds of page were met; `alike` pages of one kind are opened at most."""
    queue = deque((start, 0) for start in starts)
    known, opened = set(starts), dict.fromkeys([kind_of(start) for start in starts], 0)
    statuses: dict[str, int] = {}
    while queue and len(statuses) < pages:
        address, depth = queue.popleft()
        answer = browser.get(address, headers=HTML)
        statuses[address] = answer.status_code
        opened[kind_of(address)] = opened.get(kind_of(address), 0) + 1
        if answer.status_code != 200 or depth == DEPTH:
            continue
        found = [one for one in links(read(answer.text), address) if one not in known]
        step = max(1, len(found) // A_PAGE)
        for target in found[::step]:
            if (
                opened.get(kind_of(target), 0) + sum(kind_of(one) == kind_of(target) for one, _ in queue)
                < alike
            ):
                known.add(target)
                queue.append((target, depth + 1))
    return statuses, {kind for kind, count in opened.items() if count}


def kind_of(address: str) -> str:
    """The first part of an address after its language."""
    parts = address.partition("?")[0].strip("/").split("/")
    return parts[1] if len(parts) > 1 else "overview"


def starts(demo: DemoCity, language: str) -> list[str]:
    thing = things_of(demo, OWN)
    return [
        f"/{language}{path}"
        for path in (
            "/", f"/enterprises/{OWN}", f"/enterprises/{OTHER}", f"/receipts/{public_receipt(demo, CITY)}",
            f"/receipts/{thing.receipt}", f"/series/{thing.series}/2026-04-03",
            f"/frames/{thing.arrival}/{thing.record}", "/ledger", "/methods", "/?known_on=2026-04-20",
            f"/figures?subject=demo.cement-c&quantity=E_fuel&period=2026-04&method={METHOD}",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "pages"), [("zh", PAGES), ("en", PAGES // 2)])
def test_every_link_answers_the_city_manager(language: str, pages: int, demo: DemoCity) -> None:
    statuses, kinds = crawl(demo.signed_in("city_manager"), starts(demo, language), pages, alike=pages // 8)
    assert {address: status for address, status in statuses.items() if status >= 400} == {}
    assert len(statuses) > pages * 3 // 4
    assert {"enterprises", "receipts", "figures", "series", "frames", "ledger", "methods", "session"} <= kinds


def test_every_link_the_public_is_shown_answers_the_public(demo: DemoCity) -> None:
    begin = [
        "/zh/",
        "/zh/?period=2026-03",
        "/zh/ledger",
        "/zh/methods",
        f"/zh/receipts/{public_receipt(demo, CITY)}",
    ]
    statuses, kinds = crawl(demo.client(), begin, 70, alike=20)
    assert {address: status for address, status in statuses.items() if status >= 400} == {}
    assert kinds >= {"receipts", "ledger", "methods", "session"}
    assert not kinds & {"enterprises", "figures", "series", "frames"}


def test_every_link_an_enterprise_is_shown_answers_it(demo: DemoCity) -> None:
    clerk = demo.signed_in("enterprise_clerk")
    begin = ["/zh/", f"/zh/enterprises/{OWN}", f"/zh/series/{OWN}/coal/hour/2026-04-03"]
    statuses, kinds = crawl(clerk, begin, 70, alike=12)
    assert {address: status for address, status in statuses.items() if status >= 400} == {}
    assert kinds >= {"enterprises", "figures", "series", "frames"}
