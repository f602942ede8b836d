"""Which rows and which fields a role sees, and what of the business the public and the administrators see."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from demo_city import FIRMS as CITY_FIRMS
from demo_city import HTML, OTHER, OWN, DemoCity
from demo_things import public_receipt, things_of
from html_page import read
from tansuo.accounting.receipt import published
from tansuo.registry.zhenjiang import CITY

FIRMS = {firm.id for firm in CITY_FIRMS}
SEEN = {
    "city_manager": FIRMS,
    "verifier": FIRMS,
    "department": FIRMS,
    "county_manager": {OWN},
    "enterprise_clerk": {OWN},
    "enterprise_reviewer": {OWN},
}
OUTSIDERS = ["anonymous", "public", "investor", "laboratory", "system_admin", "security_admin", "audit_admin"]
FIGURE = {"quantity": "E_fuel", "period": "2026-04"}


@pytest.mark.parametrize("role", sorted(SEEN))
def test_lists_hold_the_rows_of_ones_scope_and_no_others(role: str, demo: DemoCity) -> None:
    browser = demo.signed_in(role)
    orgs = {
        path: {row["org"] for row in browser.get(path).json()} - {"public", "city"}
        for path in ("/api/subjects", "/api/series", "/api/receipts")
    }
    assert orgs == dict.fromkeys(orgs, SEEN[role])
    lines = {line["subject"] for line in browser.get("/api/overview?period=2026-04").json()["enterprises"]}
    assert lines == SEEN[role]


def test_the_unit_of_a_county_manager_is_all_its_firms(demo: DemoCity) -> None:
    browser = demo.signed_in("county_manager", "zj.unit.xinqu")
    xinqu = {firm.id for firm in CITY_FIRMS if firm.unit == "xinqu"}
    assert set(browser.get("/api/session").json()["orgs"]) == xinqu
    assert len(xinqu) > 1


def test_asking_for_the_series_of_others_gives_none(demo: DemoCity) -> None:
    clerk = demo.signed_in("enterprise_clerk")
    assert clerk.get("/api/series", params={"org": OTHER}).json() == []
    assert len(clerk.get("/api/series", params={"org": OWN}).json()) == 5


@pytest.mark.parametrize("role", OUTSIDERS)
def test_outsiders_see_public_receipts_and_nothing_else_of_the_business(role: str, demo: DemoCity) -> None:
    browser = demo.signed_in(role)
    with demo.connection() as connection:
        public = {one.receipt for one in published(connection) if one.org == "public"}
    assert {row["receipt"] for row in browser.get("/api/receipts").json()} == public
    assert len(public) == 30
    thing = things_of(demo, OWN)
    closed = [
        f"/zh/enterprises/{OWN}",
        f"/zh/series/{thing.series}/2026-04-03",
        f"/zh/frames/{thing.arrival}/{thing.record}",
        f"/zh/figures?subject={CITY}&quantity=E_fuel&period=2026-04&method=x&relation=reports_for",
        "/api/series",
        "/api/subjects",
        f"/api/series/{thing.series}/days/2026-04-03",
        f"/api/arrivals/{thing.arrival}/records/{thing.record}",
        f"/api/figures?subject={OWN}&quantity=E_fuel&period=2026-04",
        "/api/overview?period=2026-04",
        "/api/live?events=1",
    ]
    wanted = 401 if role == "anonymous" else 403
    assert {path: browser.get(path).status_code for path in closed} == dict.fromkeys(closed, wanted)
    assert browser.get(f"/api/receipts/{thing.receipt}").status_code == 404


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin", "investor", "laboratory"])
def test_an_administrator_reads_the_very_overview_of_the_public(role: str, demo: DemoCity) -> None:
    def body(page: str) -> str:
        return page[page.index("<main") :]

    seen = demo.signed_in(role).get("/zh/", headers=HTML)
    assert body(seen.text) == body(demo.client().get("/zh/", headers=HTML).text)


def test_the_overview_of_the_public_holds_published_figures_with_public_receipts(demo: DemoCity) -> None:
    page = demo.client().get("/en/?period=2026-03", headers=HTML).text
    assert "/figures?" not in page
    assert "not published" in page  # the sum of the city was incomplete when March was published
    with demo.connection() as connection:
        provisional = connection.scalar(text("SELECT count(*) FROM reading"))
        march = [
            one
            for one in published(connection)
            if one.org == "public" and one.cell.period == "2026-03" and one.value is not None
        ]
    assert provisional
    for one in march:
        assert f"/en/receipts/{one.receipt}" in page
        assert f"{Decimal(str(one.value)).quantize(Decimal(1)):,}" in page
    for firm in CITY_FIRMS:
        assert firm.en not in page


def test_the_public_overview_counts_every_firm_of_a_published_month(demo: DemoCity) -> None:
    """演示电子H burns nothing itself: it stands in the indirect sum only, and is a firm all the same."""
    page = read(demo.client().get("/zh/?period=2026-04", headers=HTML).text)
    (card,) = [one for one in page.all("div", "card") if "数据完整的企业" in one.text]
    assert card.one("div", "figure").text == "10/ 10"
    counts = {row[0].text: row[4].text for row in page.section("units").rows()}
    assert (counts["镇江高新区"], counts["镇江新区"]) == ("1", "3")


def test_who_works_with_the_data_sees_what_is_not_published_yet(demo: DemoCity) -> None:
    manager = demo.signed_in("city_manager").get("/en/?period=2026-04", headers=HTML).text
    assert "/en/figures?" in manager
    assert all(firm.en in manager for firm in CITY_FIRMS)


def test_a_clerk_sees_of_a_sum_its_own_part_and_that_others_belong_to_it(demo: DemoCity) -> None:
    clerk = demo.signed_in("enterprise_clerk", OTHER)
    query = {**FIGURE, "subject": "zj.unit.xinqu", "relation": "reports_for"}
    parts = {one["subject"]: one for one in clerk.get("/api/figures", params=query).json()["children"]}
    assert {name for name, one in parts.items() if one["shown"]} == {OTHER}
    assert {name for name, one in parts.items() if one["contribution"] is not None} == {OTHER}
    whole = demo.signed_in("city_manager").get("/api/figures", params=query).json()
    assert all(one["contribution"] for one in whole["children"])
    hidden = [one for one in whole["children"] if one["subject"] != OTHER]
    page = clerk.get("/en/figures", params={**query, "method": "general_combustion_and_power"}, headers=HTML)
    for one in hidden:
        assert f"{Decimal(one['contribution']):,}" not in page.text
        assert one["name_en"] in page.text
    assert page.text.count("outside your scope") == len(hidden)


def test_a_public_receipt_leads_the_public_to_public_receipts_only(demo: DemoCity) -> None:
    receipt = public_receipt(demo, CITY)
    page = demo.client().get(f"/en/receipts/{receipt}", headers=HTML)
    assert page.status_code == 200
    for inside in ("/figures?", "/series/", "/frames/", "/enterprises/"):
        assert inside not in page.text
    assert f"/en/receipts/{public_receipt(demo, 'zj.unit.xinqu')}" in page.text


def test_of_a_figure_that_moved_the_public_learns_that_it_did(demo: DemoCity) -> None:
    """One hour of steam was put right after April was published."""
    receipt = public_receipt(demo, "zj.unit.xinqu", "E_indirect")
    anybody = demo.client().get(f"/en/receipts/{receipt}", headers=HTML).text
    assert "The data have changed since" in anybody
    assert "As now known:" not in anybody
    manager = demo.signed_in("city_manager").get(f"/en/receipts/{receipt}", headers=HTML).text
    assert "As now known:" in manager
    unmoved = public_receipt(demo, "zj.unit.dantu")
    assert "The data have changed since" not in demo.client().get(f"/en/receipts/{unmoved}").text


def test_the_entry_of_a_firm_proves_itself_to_everybody_and_opens_to_its_own(demo: DemoCity) -> None:
    mine = things_of(demo, OWN).entry
    anybody = demo.client().get(f"/api/ledger/entries/{mine}").json()
    clerk = demo.signed_in("enterprise_clerk").get(f"/api/ledger/entries/{mine}").json()
    stranger = demo.signed_in("enterprise_clerk", OTHER).get(f"/api/ledger/entries/{mine}").json()
    assert anybody == stranger
    assert anybody["entry"] is None and anybody["data"] is None and anybody["receipt"] is None
    assert clerk["entry"]["org"] == OWN
    assert anybody["leaf_hash"] == clerk["leaf_hash"]
    page = demo.client().get(f"/en/ledger/{mine}", headers=HTML).text
    assert "belongs to one enterprise" in page and OWN not in page
