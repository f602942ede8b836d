"""The documents over the demo city: what every page says of itself, and what no page may ever say."""

import gzip
import re
from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from demo_city import HTML, METHOD, OTHER, OWN, DemoCity
from demo_things import public_receipt, things_of
from html_page import Element, links, read
from tansuo.evidence.ledger import size
from tansuo.methods.pack import pack_paths
from tansuo.registry.zhenjiang import CITY

LIGHT = 60 * 1024
NUMBER = re.compile(r"−?\d[\d,]*(\.\d+)?")
CELL = f"quantity=E_fuel&method={METHOD}"
PAGES = {
    "overview": "/",
    "overview of a month with holes": "/?period=2026-03",
    "overview as known on a past day": "/?known_on=2026-04-20",
    "enterprise": f"/enterprises/{OWN}",
    "enterprise with holes": "/enterprises/demo.paper-e",
    "enterprise with a correction": f"/enterprises/{OTHER}",
    "provisional receipt of a firm": f"/figures?subject={OWN}&period=2026-04&{CELL}",
    "provisional receipt with holes": f"/figures?subject=demo.paper-e&period=2026-03&{CELL}",
    "provisional receipt of a quarter": f"/figures?subject={OTHER}&period=2026-Q2&{CELL}",
    "provisional receipt of the city": f"/figures?subject={CITY}&period=2026-04&{CELL}&relation=reports_for",
    "receipt of the city": "/receipts/{city}",
    "receipt of a sum that moved": "/receipts/{moved}",
    "receipt of a firm": "/receipts/{firm}",
    "day": f"/series/{OWN}/coal/hour/2026-04-03",
    "day without a reading": "/series/demo.paper-e/coal/hour/2026-03-20",
    "day with a correction": f"/series/{OTHER}/heat/hour/2026-04-14",
    "frame": "/frames/{arrival}/{record}",
    "methods": "/methods",
    "method": "/methods/{method}",
    "factor tables": "/factors",
    **{f"pack {name}": f"/packs/{name}" for name in pack_paths()},
    "ledger": "/ledger",
    "entries of one type": "/ledger?type=figure",
    "entry of an arrival": "/ledger/{arrival}",
    "entry of a figure": "/ledger/{figure}",
    "session": "/session",
}


@pytest.fixture(scope="module")
def manager(demo: DemoCity) -> TestClient:
    return demo.signed_in("city_manager")


@pytest.fixture(scope="module")
def names(demo: DemoCity) -> dict[str, object]:
    """What fills the addresses of PAGES."""
    thing = things_of(demo, OWN)
    return {
        "city": public_receipt(demo, CITY),
        "moved": public_receipt(demo, "zj.unit.xinqu", "E_indirect"),
        "firm": thing.receipt,
        "arrival": thing.arrival,
        "record": thing.record,
        "method": thing.method,
        "figure": int(thing.receipt.partition("-")[0][1:]),
    }


def get(browser: TestClient, path: str, language: str = "zh") -> Element:
    answer = browser.get(f"/{language}{path}", headers=HTML)
    assert answer.status_code == 200, answer.text[:300]
    return read(answer.text)


def main(page: Element) -> Element:
    """The page without its frame."""
    return page.one("main")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", PAGES)
def test_every_page_is_light_stands_alone_and_says_what_it_is(
    kind: str, language: str, manager: TestClient, names: dict[str, object]
) -> None:
    path = PAGES[kind].format(**names)
    answer = manager.get(f"/{language}{path}", headers=HTML)
    assert answer.status_code == 200
    assert len(gzip.compress(answer.content, 6)) <= LIGHT
    assert not re.search(r"https?://", answer.text)
    page = read(answer.text)
    links(page, f"/{language}{path}")  # none leads out of the house
    assert page.one("html").attributes["lang"] == ("zh-CN" if language == "zh" else "en")
    assert page.one("h1").text
    synthetic = "演示数据" if language == "zh" else "Synthetic demo data"
    assert page.one("div", "strip").one("span", "synthetic").text == synthetic
    invented = "虚构演示" if language == "zh" else "invented for the demo"
    assert invented in page.one("footer").text
    other = page.one("header").text
    assert ("English" if language == "zh" else "中文") in other


@pytest.mark.parametrize("kind", [kind for kind in PAGES if kind != "session"])
def test_what_is_said_in_one_language_is_said_in_the_other(
    kind: str, manager: TestClient, names: dict[str, object]
) -> None:
    """The same numbers in the same tables; Chinese words on an English page are names and quotations only."""
    path = PAGES[kind].format(**names)
    zh, en = (main(get(manager, path, language)) for language in ("zh", "en"))
    for first, second in zip(zh.all("td", "n"), en.all("td", "n"), strict=True):
        assert NUMBER.findall(first.text) == NUMBER.findall(second.text)
    headings = [one.text for tag in ("h2", "th") for one in en.all(tag)]
    assert not [one for one in headings if re.search(r"[。、]|合计|数据|排放|企业", one)] or kind.startswith(
        ("method", "pack ")
    )


@pytest.mark.parametrize("kind", [kind for kind in PAGES if kind != "session"])
def test_every_page_names_its_point_in_the_ledger_and_a_link_that_keeps_it(
    kind: str, manager: TestClient, names: dict[str, object], demo: DemoCity
) -> None:
    path = PAGES[kind].format(**names)
    page = get(manager, path)
    strip = page.one("div", "strip")
    with demo.connection() as connection:
        now = size(connection)
    shown = re.search(r"账本前 (\d+) 条\(20\d\d-\d\d-\d\d \d\d:\d\d\)", strip.text)
    assert shown
    assert (int(shown[1]) < now) is ("known_on" in path)
    (keeping,) = [one.attributes["href"] for one in strip.all("a") if one.text == "固定链接"]
    assert keeping.endswith(f"as_of={shown[1]}")
    again = read(manager.get(keeping, headers=HTML).text)
    assert f"按当时所知:账本前 {shown[1]} 条" in again.one("div", "strip").text
    assert again.one("h1").text == page.one("h1").text


PICKED = ["overview", "enterprise", "provisional receipt of a firm", "day", "ledger", "methods"]


@pytest.mark.parametrize("kind", PICKED)
def test_the_date_picker_of_a_page_leads_to_that_page_as_it_was(
    kind: str, manager: TestClient, names: dict[str, object]
) -> None:
    path = PAGES[kind].format(**names)
    form = get(manager, path).one("div", "strip").one("form")
    fields = {one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input")}
    assert fields.keys() >= {"known_on"}
    answer = manager.get(form.attributes["action"], params={**fields, "known_on": "2026-04-25"}, headers=HTML)
    assert answer.status_code == 200, answer.text[:200]
    past = read(answer.text)
    assert "按当时所知" in past.one("div", "strip").text
    (back,) = [one.attributes["href"] for one in past.one("div", "strip").all("a") if one.text == "回到现在"]
    assert "按目前所知" in read(manager.get(back, headers=HTML).text).one("div", "strip").text


def test_today_and_a_day_to_come_are_now(manager: TestClient) -> None:
    today = (
        read(manager.get("/zh/", params={"known_on": "2026-05-21"}, headers=HTML).text)
        .one("div", "strip")
        .text
    )
    assert "按目前所知" in today and "还没有到" not in today
    ahead = (
        read(manager.get("/zh/", params={"known_on": "2026-06-30"}, headers=HTML).text)
        .one("div", "strip")
        .text
    )
    assert "2026-06-30 还没有到" in ahead and "按目前所知" in ahead and "按当时所知" not in ahead


def test_a_receipt_says_of_what_the_kinds_are(demo: DemoCity) -> None:
    page = demo.client().get(f"/zh/receipts/{public_receipt(demo, CITY)}", headers=HTML).text
    assert re.search(r"活动数据:\s*实测 [\d,.]+ t CO2", page)
    assert "因子:" in page


def linked(cell: Element) -> bool:
    """Whether every number in a cell stands in a link to a receipt."""
    inside = " ".join(
        one.text for one in cell.all("a") if re.search(r"/(figures\?|receipts/)", one.attributes["href"])
    )
    shifts = " ".join(one.text for one in cell.all("span", "badge"))  # by how much it moved, beside its link
    return len(NUMBER.findall(f"{inside} {shifts}")) == len(NUMBER.findall(cell.text.replace("CO2", "")))


def test_every_figure_of_the_overview_leads_to_its_receipt(manager: TestClient) -> None:
    page = main(get(manager, "/?period=2026-04"))
    figures = [card.one("div", "big") for card in page.all("div", "card") if list(card.all("div", "big"))]
    assert len(figures) == 2
    for heading, columns in (("trend", (1, 2, 4)), ("units", (1, 2)), ("firms", (2, 3))):
        rows = page.section(heading).rows()
        assert rows
        figures += [row[column] for row in rows for column in columns]
    numbers = [one for one in figures if NUMBER.search(one.text.replace("CO2", ""))]
    assert len(numbers) > 40
    for one in numbers:
        assert linked(one), one.text


@pytest.mark.parametrize("firm", [OWN, OTHER, "demo.paper-e", "demo.electronics-h"])
def test_every_figure_of_an_enterprise_leads_to_its_receipt(firm: str, manager: TestClient) -> None:
    page = main(get(manager, f"/enterprises/{firm}"))
    rows = page.section("figures").rows()
    assert [row[0].text for row in rows] == ["2026-05", "2026-04", "2026-03"]
    for row in rows:
        for cell in row[1:]:
            assert linked(cell), cell.text


def test_the_page_of_an_enterprise_has_every_basis_and_explains_two(manager: TestClient) -> None:
    """The rows of the comparison and what is left over add up to the difference of the two totals."""
    page = manager.get(f"/en/enterprises/{OWN}").text
    section = page[page.index('id="bases"') :]
    totals = section[: section.index("<details>")]
    for name in ("National carbon market", "National sector guideline", "General method"):
        assert name in totals
    assert "own values" in totals and "synthetic" in totals.lower()
    table = section[section.index('id="reconciliation"') :]
    table = table[table.index("<tbody>") : table.index("</tbody>")]
    cells = [re.findall(r'<td class="n">(.*?)</td>', row) for row in table.split("</tr>") if "<td" in row]
    numbers = [Decimal(re.sub(r"<[^>]+>|,", "", row[-1]).replace("−", "-")) for row in cells]
    assert len(numbers) > 3 and numbers[-1] != 0
    assert sum(numbers[:-1]) == numbers[-1]


def test_the_published_figure_stands_beside_the_one_now_known(manager: TestClient) -> None:
    """One hour of steam was put right after publication: the page says both and by how much it moved."""
    (april,) = [
        row
        for row in main(get(manager, f"/enterprises/{OTHER}")).section("figures").rows()
        if row[0].text == "2026-04"
    ]
    now = Decimal(april[2].text.replace(",", ""))
    first = re.search(r"间接排放 ([\d,.]+) −([\d,.]+)", april[3].text)
    assert first
    published, moved = (Decimal(one.replace(",", "")) for one in first.groups())
    assert published - moved == now and moved > 0


def test_three_clicks_lead_from_the_overview_to_the_bytes_of_a_frame(manager: TestClient) -> None:
    def click(page: Element, address: str, part: str) -> tuple[Element, str]:
        target = next(one for one in links(page, address) if part in one)
        answer = manager.get(target, headers=HTML)
        assert answer.status_code == 200
        return read(answer.text), target

    overview, address = get(manager, "/"), "/zh/"
    receipt, at = click(overview.section("firms"), address, f"/figures?subject={OWN}&quantity=E_fuel")
    assert "收据" in receipt.one("h1").text
    day, at = click(main(receipt), at, f"/series/{OWN}/coal/hour/2026-04-17")
    assert len(day.one("table").rows()) == 24
    frame, _ = click(main(day), at, "/frames/")
    sent = frame.one("pre").text
    assert sent.startswith("##") and "MN=3211DEMOA000000000000001" in sent
    value = re.search(r"f01001-Cou=([\d.]+)", sent)
    assert value and value[1] in day.one("table").text.replace(",", "")


def test_a_month_with_holes_is_named_and_is_no_number(manager: TestClient) -> None:
    """演示造纸E sent nothing for 41 hours of March."""
    firm = main(get(manager, "/enterprises/demo.paper-e")).section("figures").rows()
    (march,) = [row for row in firm if row[0].text == "2026-03"]
    assert [cell.text for cell in march[1:3]] == ["不完整", "不完整"]
    overview = main(get(manager, "/?period=2026-03"))
    (trend,) = [row for row in overview.section("trend").rows() if row[0].text == "2026-03"]
    assert [cell.text for cell in trend[1:3]] == ["不完整", "不完整"]
    assert "2026-03" in trend[3].text and "演示造纸E" in trend[3].text
    for card in overview.all("div", "big"):
        assert card.text == "数据不完整"
    receipt = main(get(manager, PAGES["provisional receipt with holes"]))
    assert receipt.one("div", "big").text == "数据不完整"
    assert "2026-03" in receipt.text and "不是合计" in receipt.text


def test_a_month_that_is_not_over_is_said_to_be_under_way(manager: TestClient) -> None:
    rows = main(get(manager, "/")).section("trend").rows()
    (may,) = [row for row in rows if row[0].text == "2026-05"]
    assert [cell.text for cell in may[1:3]] == ["进行中", "进行中"]


def test_charts_draw_holes_as_holes_and_carry_the_mark_of_invented_data(manager: TestClient) -> None:
    day = main(get(manager, PAGES["day without a reading"]))
    drawing = day.one("svg", "chart")
    assert len(list(drawing.all("rect", "gap"))) == 24 and not list(drawing.all("rect", "measured"))
    trend = main(get(manager, "/")).one("svg", "chart")
    looks = [one.classes for one in trend.all("rect", "bar")]
    assert looks == [{"bar", "incomplete"}, {"bar", "measured"}, {"bar", "incomplete"}]
    for path in ("/", f"/enterprises/{OWN}", f"/series/{OWN}/coal/hour/2026-04-03"):
        for chart in main(get(manager, path)).all("svg", "chart"):
            assert chart.one("text", "badge-text").text == "演示数据"


def test_direct_and_indirect_are_nowhere_added(manager: TestClient, demo: DemoCity) -> None:
    """Neither the exact sum nor any rounding of it stands on a page."""
    found = manager.get("/api/overview?period=2026-04").json()
    paths = ("/?period=2026-04", f"/enterprises/{OWN}", f"/enterprises/{OTHER}")
    pages = [main(get(manager, path)).text for path in paths]
    pages.append(main(read(demo.client().get("/zh/?period=2026-04", headers=HTML).text)).text)
    text = " ".join(pages)
    for line in [found["city"], *found["units"], *found["enterprises"]]:
        direct, indirect = line["direct"]["value"], line["indirect"]["value"]
        if direct is None or indirect is None:
            continue
        exact = Decimal(direct) + Decimal(indirect)
        rounded = sum(Decimal(one).quantize(Decimal(1)) for one in (direct, indirect))
        for sum_ in (f"{exact:,}", f"{exact.quantize(Decimal(1)):,}", f"{rounded:,}"):
            assert not re.search(rf"(?<![\d,]){re.escape(sum_)}(?![\d,.])", text), line["subject"]
    assert "从不相加" in text


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_city_itself_is_not_accounted_and_key_firms_are_called_so(
    signed_in: bool, manager: TestClient, demo: DemoCity
) -> None:
    browser = manager if signed_in else demo.client()
    for language, none, sum_ in (
        ("zh", "未核算", "重点企业合计"),
        ("en", "Not accounted", "Key enterprises"),
    ):
        page = main(get(browser, "/?period=2026-04", language))
        (card,) = [one for one in page.all("div", "card") if none in one.text]
        assert not NUMBER.search(card.text)
        for big in page.all("div", "big"):
            assert big.parent is not None and sum_ in big.parent.text
        assert "全市合计" not in page.text


def test_a_page_of_the_past_stays_what_it_was(demo_copy: DemoCity) -> None:
    """Half a month later the same address shows the same page, to the letter."""
    manager = demo_copy.signed_in("city_manager")
    with demo_copy.connection() as connection:
        now = size(connection)
    paths = [
        f"/?as_of={now}",
        f"/enterprises/{OWN}?as_of={now}",
        f"/series/{OWN}/coal/hour/2026-05-21?as_of={now}",
    ]
    before = [main(get(manager, path)).text for path in paths]
    demo_copy.pass_time(days=16)
    later = demo_copy.signed_in("city_manager")
    assert [main(get(later, path)).text for path in paths] == before
    assert "2026-06" in main(get(later, "/")).section("trend").text
