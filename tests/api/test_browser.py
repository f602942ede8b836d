"""What protects a reader's browser: headers on every answer, no script, no foreign request, no foreign form."""

import base64
import re
from hashlib import sha256

import pytest
from httpx import Response
from starlette.testclient import TestClient

from demo_city import HTML, OWN, DemoCity
from demo_things import public_receipt, things_of
from tansuo.api.app import BODY_BYTES, BODY_LIMITS, create_app
from tansuo.api.routers import documents
from tansuo.database.connect import Database
from tansuo.registry.zhenjiang import CITY

METHOD = "general_combustion_and_power"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def pages(city: DemoCity) -> list[str]:
    """Every kind of document page, without its language."""
    thing = things_of(city, OWN)
    return [
        "/", "/?period=2026-03", "/?known_on=2026-04-20", f"/enterprises/{OWN}",
        f"/receipts/{public_receipt(city, CITY)}", f"/receipts/{thing.receipt}",
        f"/figures?subject={CITY}&quantity=E_fuel&period=2026-04&method={METHOD}&relation=reports_for",
        f"/figures?subject={OWN}&quantity=E_fuel&period=2026-04&method={METHOD}",
        f"/series/{thing.series}/2026-04-03", f"/frames/{thing.arrival}/{thing.record}", "/methods",
        f"/methods/{thing.method}", "/ledger", "/ledger?type=figure&before=300", f"/ledger/{thing.arrival}",
        "/session", f"/sign-in/{city.link('investor')}",
    ]  # fmt: skip


def secure(answer: Response) -> None:
    """The headers that every answer carries."""
    parts = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    policy = {part[0]: part[1:] for part in parts}
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == policy["connect-src"] == ["'self'"]
    assert policy["img-src"] == ["'self'", "data:"]
    assert "script-src" not in policy  # so that default-src 'none' holds for scripts
    assert len(policy["style-src"]) == 1 and policy["style-src"][0].startswith("'sha256-")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "camera=()" in answer.headers["permissions-policy"]


def styled(answer: Response) -> None:
    """The one style sheet of the page is the one the header allows."""
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]


def scriptless(page: str) -> None:
    """Nothing in the page runs, and nothing in it needs an inline style."""
    assert not re.search(r"<(script|iframe|object|embed|base|meta\s+http-equiv)\b", page, re.I)
    assert not re.search(r"<[^>]*\son\w+\s*=", page)
    assert not re.search(r"<[^>]*\sstyle\s*=", page)
    assert not re.search(r"(href|src|action)\s*=\s*[\"']?\s*(javascript|vbscript|data:text)", page, re.I)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_runs_a_script_and_every_page_is_guarded(language: str, demo: DemoCity) -> None:
    manager = demo.signed_in("city_manager")
    for path in pages(demo):
        answer = manager.get(f"/{language}{path}", headers=HTML)
        assert answer.status_code == 200, path
        secure(answer)
        styled(answer)
        scriptless(answer.text)


def test_answers_that_are_no_pages_are_guarded_too(demo: DemoCity, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("a flaw in the program")

    manager = demo.signed_in("city_manager")
    answers = {
        200: manager.get("/api/series"),
        303: demo.client().post(f"/zh/sign-in/{demo.link('investor')}"),
        307: demo.client().get("/"),
        401: demo.client().get("/api/series"),
        403: demo.client().post("/zh/sign-out", headers={"origin": "https://elsewhere.example"}),
        404: demo.client().get("/zh/no/such/page"),
        405: demo.client().put("/api/ledger"),
        410: demo.client().get("/zh/sign-in/never-was"),
        413: manager.post("/api/corrections", content=b"x" * (BODY_BYTES + 1)),
        422: manager.get("/api/overview?period=soon"),
    }
    monkeypatch.setattr(documents, "methods_page", broken)
    answers[500] = manager.get("/zh/methods")
    for status, answer in answers.items():
        assert answer.status_code == status, answer.text
        secure(answer)
    assert "flaw" not in answers[500].text and answers[500].json()["findings"][0]["code"] == "api.broken"
    assert answers[405].headers["allow"] == "GET"


def test_the_stream_of_live_values_is_guarded_too(demo: DemoCity) -> None:
    secure(demo.signed_in("city_manager").get("/api/live?events=1"))


def test_a_browser_gets_its_problem_as_a_page_in_its_language(demo: DemoCity) -> None:
    for path, wanted in (("/en/no-such", "Cannot be shown"), ("/zh/no-such", "无法显示")):
        answer = demo.client().get(path, headers=HTML)
        assert answer.status_code == 404
        assert wanted in answer.text
        secure(answer)
        styled(answer)
        scriptless(answer.text)


def test_names_from_the_address_cannot_break_out_of_a_page(demo: DemoCity) -> None:
    evil = "%3Cscript%3Ealert(1)%3C/script%3E"
    for path in (f"/zh/{evil}", f"/zh/receipts/{evil}", f"/zh/ledger?type={evil}", f"/zh/methods/{evil}"):
        answer = demo.client().get(path, headers=HTML)
        assert "<script" not in answer.text, path
        scriptless(answer.text)


def test_over_tls_browsers_are_told_to_stay_with_it(demo: DemoCity) -> None:
    assert "strict-transport-security" not in demo.client().get("/zh/").headers
    for path in ("/zh/", "/zh/no-such"):
        told = demo.client(https=True).get(path).headers["strict-transport-security"]
        assert int(told.partition("max-age=")[2]) >= 31536000


FOREIGN = [
    {"origin": "https://elsewhere.example"},
    {"origin": "http://testserver.elsewhere.example"},
    {"origin": "https://testserver:8443"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
]
UNSAFE = ["/api/corrections", "/api/corrections/x/confirm", "/api/publications", "/zh/sign-out", "/zh/sign-in/x",
          "/api/receipts/R1-00000000/replay"]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: " ".join(map(":".join, headers.items())))
def test_a_request_from_another_site_changes_nothing(headers: dict[str, str], demo: DemoCity) -> None:
    browser = demo.signed_in("city_approver")
    for path in UNSAFE:
        answer = browser.post(path, headers={**headers, **FORM}, content=b"")
        assert answer.status_code == 403, path
        assert answer.json()["findings"][0]["code"] == "api.cross_site"
    assert browser.get("/api/session").json()["role"] == "city_approver"


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"},
     {"sec-fetch-site": "same-origin", "origin": "null"}],
)  # fmt: skip
def test_a_form_of_our_own_page_is_taken(headers: dict[str, str], demo: DemoCity) -> None:
    answer = demo.client().post(f"/zh/sign-in/{demo.link('investor')}", headers=headers)
    assert answer.status_code == 303


def test_reading_from_another_site_is_reading(demo: DemoCity) -> None:
    answer = demo.client().get("/zh/", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200


def test_no_address_changes_anything_by_get(demo: DemoCity) -> None:
    """What changes something is an operation of its own, never the one that a GET asks; no GET takes a body."""
    paths = demo.app.openapi()["paths"]
    asked = {one["operationId"] for verbs in paths.values() for verb, one in verbs.items() if verb == "get"}
    changing = {
        one["operationId"] for verbs in paths.values() for verb, one in verbs.items() if verb != "get"
    }
    assert changing and not changing & asked
    assert not [path for path, verbs in paths.items() if "requestBody" in verbs.get("get", {})]
    both = {path for path, verbs in paths.items() if "get" in verbs and len(verbs) > 1}
    assert {path for path in both if not path.startswith("/api/")} == {"/{language}/sign-in/{token}"}


@pytest.mark.parametrize("length", ["-1", "12e3", "9" * 4000, str(BODY_BYTES + 1)])
def test_a_body_too_long_is_refused_before_it_is_read(length: str, demo: DemoCity) -> None:
    answer = demo.client().post("/api/corrections", headers={"content-length": length}, content=b"{}")
    assert answer.status_code == 413


def test_an_operation_may_take_more_and_only_that_one(
    demo: DemoCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BODY_LIMITS, "ask_correction", 2 * BODY_BYTES)
    long = b"x" * (BODY_BYTES + 1)
    clerk = demo.signed_in("enterprise_clerk")
    assert clerk.post("/api/corrections", content=long).status_code == 422
    assert clerk.post("/api/corrections/x/confirm", content=long).status_code == 413
    too_long = clerk.post("/api/corrections", content=long + long)
    assert too_long.status_code == 413
    assert too_long.json()["findings"][0]["params"]["limit"] == 2 * BODY_BYTES


def test_a_body_without_a_length_is_refused(demo: DemoCity) -> None:
    answer = demo.client().post("/api/corrections", content=iter([b"{", b"}"]))
    assert answer.status_code == 411
    assert answer.json()["findings"][0]["code"] == "api.no_length"


def test_without_its_database_the_application_says_so() -> None:
    nowhere = Database("", "postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    browser = TestClient(create_app(nowhere), follow_redirects=False)
    for headers in ({}, HTML):
        answer = browser.get("/zh/", headers=headers)
        assert answer.status_code == 503
        assert "数据库暂不可用" in answer.text
        secure(answer)
