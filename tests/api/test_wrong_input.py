"""Wrong questions get an answer that says what, where and what to do instead, and never a breakdown."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.testclient import TestClient

from demo_city import HTML, OTHER, OWN, DemoCity
from demo_things import things_of
from tansuo.database.connect import SYSTEM, admit
from tansuo.evidence.ledger import size
from tansuo.registry.zhenjiang import CITY

METHOD = "general_combustion_and_power"
FIGURE = f"subject={OWN}&quantity=E_fuel&method={METHOD}"
HUGE = "9" * 40

WRONG = [
    # period
    ("/api/overview?period=soon", 422, "api.bad_period"),
    ("/api/overview?period=2026-13", 422, "api.bad_period"),
    ("/api/overview?period=0000", 422, "api.bad_period"),
    ("/api/overview?period=9999-12", 422, "api.bad_period"),
    ("/api/overview?period=2026-03-15", 422, "accounting.day_figure"),
    ("/api/overview", 422, "api.field_missing"),
    (f"/api/overview?period={'2' * 40}", 422, "api.field_range"),
    ("/zh/?period=soon", 422, "api.bad_period"),
    ("/zh/?period=2026-03-15", 422, "api.field_range"),
    (f"/api/figures?{FIGURE}&period=2026-Q5", 422, "api.bad_period"),
    (f"/zh/figures?{FIGURE}&period=", 422, "api.bad_period"),
    # as of
    ("/api/subjects?as_of=999999", 422, "api.beyond_ledger"),
    ("/zh/?as_of=999999", 422, "api.beyond_ledger"),
    (f"/zh/ledger?as_of={HUGE}", 422, "api.beyond_ledger"),
    ("/zh/?as_of=0", 422, "api.field_range"),
    ("/zh/?as_of=-3", 422, "api.field_range"),
    ("/zh/?as_of=now", 422, "api.field_form"),
    ("/zh/?known_on=2026-02-01", 422, "api.before_ledger"),
    ("/api/methods?known_on=2020-01-01", 422, "api.before_ledger"),
    ("/zh/?known_on=1926-05-01", 422, "api.field_range"),
    ("/zh/?known_on=9999-12-31", 422, "api.field_range"),
    ("/zh/?known_on=yesterday", 422, "api.field_form"),
    ("/zh/?known_on=2026-02-30", 422, "api.field_form"),
    # cells
    (f"/api/figures?subject={OWN}&quantity=E_nothing&period=2026-04", 422, "accounting.no_quantity"),
    (f"/api/figures?subject={OWN}&quantity=E_s&period=2026-Q2", 422, "accounting.not_one_value"),
    (f"/api/figures?subject={OWN}&quantity=E_fuel&period=2026-04&method=none", 404, "accounting.no_method"),
    (f"/api/figures?subject={OWN}&quantity=E_fuel&period=2001", 404, "accounting.no_method"),
    ("/api/figures?subject=nobody&quantity=E_fuel&period=2026-04", 404, "api.not_found"),
    (f"/api/figures?subject={CITY}&quantity=NCV_mean&period=2026-04&relation=reports_for", 422,
     "accounting.not_additive"),
    (f"/zh/figures?subject={OWN}&quantity=E_nothing&period=2026-04&method={METHOD}", 422, "accounting.no_quantity"),
    (f"/zh/figures?quantity=E_fuel&period=2026-04&method={METHOD}", 422, "api.field_missing"),
    # paths that lead nowhere
    ("/zh/enterprises/nobody", 404, "api.not_found"),
    (f"/zh/enterprises/{CITY}", 404, "api.not_found"),
    ("/zh/receipts/R1-00000000", 404, "api.not_found"),
    ("/zh/receipts/R-1", 404, "api.not_found"),
    (f"/zh/receipts/R{HUGE}-0a1b2c3d", 404, "api.not_found"),
    (f"/api/receipts/R{HUGE}-0a1b2c3d", 404, "api.not_found"),
    ("/api/receipts/nonsense", 404, "api.not_found"),
    ("/zh/series/no/such/series/2026-04-03", 404, "api.not_found"),
    (f"/zh/series/{OWN}/coal/hour/soon", 404, "api.not_found"),
    (f"/zh/series/{OWN}/coal/hour/9999-12-31", 404, "api.not_found"),
    (f"/zh/series/{OWN}/coal/hour/0001-01-01", 404, "api.not_found"),
    (f"/api/series/{OWN}/coal/hour/days/9999-12-31", 404, "api.not_found"),
    ("/zh/frames/1/0", 404, "api.not_found"),
    ("/zh/frames/-1/0", 404, "api.not_found"),
    (f"/zh/frames/{HUGE}/0", 404, "api.not_found"),
    (f"/api/arrivals/{HUGE}/records/{HUGE}", 404, "api.not_found"),
    ("/zh/ledger/999999", 404, "api.not_found"),
    (f"/zh/ledger/{HUGE}", 404, "api.not_found"),
    ("/zh/ledger/latest", 404, "api.not_found"),
    (f"/api/ledger/entries/{HUGE}", 404, "api.not_found"),
    ("/api/ledger/proofs/inclusion/999999", 404, "api.not_found"),
    ("/zh/methods/0", 404, "api.not_found"),
    ("/api/methods/0", 404, "api.not_found"),
    ("/api/subjects/nobody", 404, "api.not_found"),
    ("/fr/", 404, "api.not_found"),
    ("/fr", 404, "api.not_found"),
    ("/fr/ledger", 404, "api.not_found"),
    ("/zh/nothing", 404, "api.not_found"),
    ("/zh/ledger/", 404, "api.not_found"),
    ("/api", 404, "api.not_found"),
    ("/favicon.ico", 404, "api.not_found"),
    ("/../../etc/passwd", 404, "api.not_found"),
    # the rest
    ("/api/ledger/proofs/consistency?old=9&new=3", 422, "api.bad_sizes"),
    (f"/api/ledger/proofs/consistency?old=3&new={HUGE}", 422, "api.bad_sizes"),
    ("/api/ledger/proofs/consistency?old=0&new=3", 422, "api.field_range"),
    ("/zh/ledger?before=-1", 422, "api.field_range"),
    (f"/zh/ledger?before={HUGE}", 422, "api.field_range"),
    (f"/api/subjects?kind={'k' * 41}", 422, "api.field_range"),
    ("/api/live?events=0", 422, "api.field_range"),
    ("/api/receipts?stage=gold", 422, "api.field_form"),
    ("/api/receipts?subject=%00", 422, "api.unstorable"),
    ("/api/subjects/a%00b", 422, "api.unstorable"),
    ("/zh/series/a%00b/2026-04-03", 422, "api.unstorable"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "status", "code"), WRONG, ids=lambda value: str(value)[:70])
def test_a_wrong_question_is_answered_with_what_where_and_remedy(
    path: str, status: int, code: str, demo: DemoCity
) -> None:
    answer = demo.signed_in("city_manager").get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["type"] == f"urn:tansuo:problem:{code}"
    (finding,) = body["findings"]
    assert finding["code"] == code
    assert body["title_zh"] == finding["zh"] and body["title"] == finding["en"]
    assert "{" not in finding["zh"] + finding["en"]
    what, _, remedy = finding["zh"].partition("。")
    assert what and remedy
    assert ". " in finding["en"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in finding["zh"])


def test_the_problem_names_the_place_and_the_way_out(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    with demo.connection() as connection:
        known = size(connection)
    beyond = browser.get(f"/api/subjects?as_of={known + 1}").json()["findings"][0]
    assert str(known + 1) in beyond["en"] and f"at most {known}" in beyond["en"]
    assert browser.get(f"/api/subjects?as_of={known}").status_code == 200
    before = browser.get("/zh/?known_on=2026-02-27").json()["findings"][0]
    assert "2026-02-28" in before["zh"]  # the day on which the log was opened
    assert browser.get("/zh/?known_on=2026-02-28").status_code == 200


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        (
            "/zh/?as_of=now",
            "as_of 的写法不对,应为整数",
            "as_of is not in its form; it should be a whole number",
        ),
        ("/zh/?known_on=2026-02-30", "应为日期,如 2026-05-21", "a day such as 2026-05-21"),
        ("/api/receipts?stage=gold", "下列之一:flash, ", "one of: flash, preliminary, "),
        ("/zh/?as_of=0", "as_of 超出允许范围(≥ 1)", "(≥ 1)"),
        (f"/api/subjects?kind={'k' * 41}", "(长度 ≤ 40)", "(length ≤ 40)"),
    ],
)
def test_a_field_is_said_to_be_wrong_in_the_readers_words(
    path: str, zh: str, en: str, demo: DemoCity
) -> None:
    (finding,) = demo.signed_in("city_manager").get(path).json()["findings"]
    assert zh in finding["zh"] and en in finding["en"]


def test_an_unknown_language_is_not_found_in_the_callers_language(demo: DemoCity) -> None:
    for accepts, word in (("en-GB,en;q=0.9", "Cannot be shown"), ("zh-CN", "无法显示"), ("", "无法显示")):
        answer = demo.client().get("/fr/ledger", headers={**HTML, "accept-language": accepts})
        assert answer.status_code == 404
        assert word in answer.text


def test_the_address_without_its_last_stroke_leads_on(demo: DemoCity) -> None:
    for path in ("/zh", "/en"):
        answer = demo.client().get(path)
        assert (answer.status_code, answer.headers["location"]) == (307, f"{path}/")
    home = demo.client().get("/", headers={"accept-language": "en"})
    assert home.headers["location"] == "/en/"


BODIES = [
    (b"", 422, "api.field_missing"),
    (b"[]", 422, "api.field_form"),
    (b"{", 422, "api.field_form"),
    (b'{"series": 1}', 422, "api.field_form"),
    (b"\xff\xfe", 422, "api.field_form"),
]
ASKED = {
    "series": f"{OTHER}/heat/hour",
    "start": "2026-04-14T00:00:00+08:00",
    "value": "15.00",
    "reason": "misread",
}
CORRECTIONS = [
    ({"value": None}, "api.value_or_state"),
    ({"state": "missing"}, "api.value_or_state"),
    ({"value": "1e3"}, "api.bad_number"),
    ({"value": "1,000"}, "api.bad_number"),
    ({"value": "NaN"}, "api.bad_number"),
    ({"value": "٣"}, "api.bad_number"),
    ({"value": "1" * 41}, "api.field_range"),
    ({"value": 15.0}, "api.field_form"),
    ({"value": None, "state": "value"}, "monitoring.state_has_value"),
    ({"value": None, "state": "asleep"}, "api.field_form"),
    ({"value": "1.234567"}, "monitoring.too_many_decimals"),
    ({"start": "2026-04-14T00:00:00"}, "api.no_offset"),
    ({"start": "2026-04-14T00:20:00+08:00"}, "monitoring.off_grid"),
    ({"start": "2025-04-14T00:00:00+08:00"}, "monitoring.unknown_series"),
    ({"start": "yesterday"}, "api.field_form"),
    ({"reason": "x"}, "api.field_range"),
    ({"reason": "     "}, "monitoring.no_reason"),
    ({"document": "f" * 64}, "api.no_document"),
    ({"document": "report.pdf"}, "api.field_form"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "code"), BODIES)
def test_a_body_that_is_no_request_is_refused(body: bytes, status: int, code: str, demo: DemoCity) -> None:
    for path, role in (("/api/corrections", "city_manager"), ("/api/publications", "city_approver")):
        answer = demo.signed_in(role).post(path, content=body)
        assert answer.status_code == status, answer.text
        assert answer.json()["findings"][0]["code"] == code


@pytest.mark.parametrize(("change", "code"), CORRECTIONS, ids=lambda value: str(value)[:50])
def test_a_correction_that_cannot_be_meant_is_refused_at_once(
    change: dict[str, object], code: str, demo: DemoCity
) -> None:
    with demo.connection() as connection:
        before = size(connection)
    answer = demo.signed_in("city_manager").post("/api/corrections", json={**ASKED, **change})
    assert answer.status_code in (404, 422), answer.text
    assert answer.json()["findings"][0]["code"] == code
    with demo.connection() as connection:
        assert size(connection) == before


PUBLISHED = {"subjects": [CITY], "quantities": ["E_fuel"], "period": "2026-04", "relation": "reports_for",
             "title_zh": "公开", "title_en": "Publish"}  # fmt: skip
PUBLICATIONS = [
    ({"subjects": []}, "api.field_range"),
    ({"subjects": ["nobody"]}, "accounting.no_subject"),
    ({"quantities": ["E_nothing"]}, "accounting.no_quantity"),
    ({"period": "soon"}, "api.bad_period"),
    ({"period": "2026-03"}, "accounting.decided_hole"),
    ({"stage": "calculated"}, "api.bad_stage"),
    ({"stage": "gold"}, "api.field_form"),
    ({"audience": "demo.nobody-z"}, "api.bad_audience"),
    ({"audience": "a,b"}, "api.bad_audience"),
    ({"method": "none"}, "accounting.no_method"),
]


@pytest.mark.parametrize(("change", "code"), PUBLICATIONS, ids=lambda value: str(value)[:50])
def test_a_publication_that_cannot_be_meant_is_refused_and_decides_nothing(
    change: dict[str, object], code: str, demo: DemoCity
) -> None:
    with demo.connection() as connection:
        before = size(connection)
    answer = demo.signed_in("city_approver").post("/api/publications", json={**PUBLISHED, **change})
    assert answer.status_code in (404, 422), answer.text
    assert answer.json()["findings"][0]["code"] == code
    with demo.connection() as connection:
        assert size(connection) == before


PATHS = [
    "/zh/enterprises/{}", "/zh/receipts/{}", "/zh/series/{}/2026-04-03", "/zh/frames/{}/0", "/zh/methods/{}",
    "/zh/ledger/{}", "/zh/sign-in/{}", "/api/subjects/{}", "/api/receipts/{}", "/api/arrivals/1/records/{}",
    "/zh/?period={}", "/zh/?as_of={}", "/zh/?known_on={}", "/api/overview?period={}", "/zh/ledger?type={}",
    "/api/figures?subject={}&quantity=E_fuel&period=2026-04", "/api/series?org={}",
]  # fmt: skip


@pytest.fixture
def browser(demo: DemoCity) -> TestClient:
    return demo.signed_in("city_manager")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(PATHS), raw=st.binary(min_size=1, max_size=40))
def test_no_bytes_in_an_address_break_anything(path: str, raw: bytes, browser: TestClient) -> None:
    written = "".join(f"%{byte:02x}" for byte in raw if byte != 0x2F)
    assert browser.get(path.format(written or "x")).status_code < 500


def test_bytes_that_are_gone_are_a_fault_of_ours_and_say_so(demo_copy: DemoCity) -> None:
    """Evidence that was altered is not the reader's mistake."""
    thing = things_of(demo_copy, OWN)
    with demo_copy.database.owner_engine.begin() as connection:
        admit(connection, SYSTEM)
        connection.execute(text("UPDATE blob SET data = data || '\\x00'::bytea"))
    answer = demo_copy.signed_in("city_manager").get(f"/api/arrivals/{thing.arrival}/records/0")
    assert answer.status_code == 500
    assert answer.json()["findings"][0]["code"] == "monitoring.arrival_bytes_differ"
