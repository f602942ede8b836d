"""Signing in by a one-time link, the session's two clocks, signing out, and the cookie that carries it."""

import re
from http.cookies import SimpleCookie

import pytest
from httpx import Response
from sqlalchemy import text

from demo_city import HTML, OWN, DemoCity

COOKIE = "tansuo"


def who(browser: object) -> str:
    """The role a browser has."""
    return str(browser.get("/api/session").json()["role"])  # type: ignore[attr-defined]


def cookie_of(answer: Response) -> SimpleCookie:
    """The cookie an answer sets."""
    cookie: SimpleCookie = SimpleCookie()
    cookie.load(answer.headers["set-cookie"])
    return cookie


def form_token(page: str) -> str:
    """The token in a page's sign-out form."""
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_link_signs_in_once(demo: DemoCity) -> None:
    token = demo.link("city_manager")
    first, second = demo.client(), demo.client()
    assert first.post(f"/zh/sign-in/{token}").headers["location"] == "/zh/app/"
    again = second.post(f"/zh/sign-in/{token}")
    assert again.status_code == 410
    assert again.json()["findings"][0]["code"] == "api.link_used"
    assert (who(first), who(second)) == ("city_manager", "public")


def test_looking_at_a_link_does_not_use_it_up(demo: DemoCity) -> None:
    token = demo.link("enterprise_clerk", label="demo.power-a.clerk")
    browser = demo.client()
    for _ in range(3):  # mail programs and virus scanners open links too
        page = browser.get(f"/zh/sign-in/{token}", headers=HTML)
        assert page.status_code == 200
        assert "demo.power-a.clerk(企业填报)" in page.text
        assert "set-cookie" not in page.headers
    assert who(browser) == "public"
    assert browser.post(f"/zh/sign-in/{token}").headers["location"] == "/zh/app/"
    assert f'href="/zh/enterprises/{OWN}"' in browser.get("/zh/session").text  # the way without a script
    assert browser.get(f"/zh/sign-in/{token}").status_code == 410


def test_a_link_ends_after_a_day(demo_copy: DemoCity) -> None:
    token, other = demo_copy.link("investor"), demo_copy.link("investor")
    demo_copy.pass_time(hours=23, minutes=59)
    assert demo_copy.client().post(f"/en/sign-in/{other}").status_code == 303
    demo_copy.pass_time(minutes=1)
    assert demo_copy.client().get(f"/en/sign-in/{token}").status_code == 410
    assert demo_copy.client().post(f"/en/sign-in/{token}").status_code == 410


def test_unknown_used_and_expired_links_are_told_alike(demo: DemoCity) -> None:
    used = demo.link("investor")
    demo.client().post(f"/zh/sign-in/{used}")
    answers = [demo.client().post(f"/zh/sign-in/{token}").json() for token in (used, "never-was")]
    for one in answers:
        one.pop("instance")
    assert answers[0] == answers[1]


def test_a_session_ends_after_half_an_hour_without_use(demo_copy: DemoCity) -> None:
    browser = demo_copy.signed_in("city_manager")
    for _ in range(4):
        demo_copy.pass_time(minutes=29)
        assert who(browser) == "city_manager"
    demo_copy.pass_time(minutes=30)
    assert who(browser) == "public"


def test_a_session_ends_after_eight_hours_however_busy(demo_copy: DemoCity) -> None:
    browser = demo_copy.signed_in("city_manager")
    for _ in range(19):
        demo_copy.pass_time(minutes=25)
        assert who(browser) == "city_manager"
    demo_copy.pass_time(minutes=5)
    assert who(browser) == "public"
    assert browser.get("/api/series").status_code == 401


def test_signing_out_needs_the_form_of_this_session(demo: DemoCity) -> None:
    browser, other = demo.signed_in("city_manager"), demo.signed_in("city_approver")
    foreign = form_token(other.get("/zh/session").text)
    for data in ({}, {"form_token": ""}, {"form_token": foreign}):
        refused = browser.post("/zh/sign-out", data=data)
        assert refused.status_code == 403
        assert refused.json()["findings"][0]["code"] == "api.form_token"
    assert who(browser) == "city_manager"
    kept = browser.cookies[COOKIE]
    answer = browser.post("/zh/sign-out", data={"form_token": form_token(browser.get("/zh/session").text)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/zh/session")
    assert cookie_of(answer)[COOKIE]["max-age"] == "0"
    browser.cookies.set(COOKIE, kept)  # the session itself is over, not only the cookie forgotten
    assert who(browser) == "public"
    assert who(other) == "city_approver"


def test_one_click_ends_all_sessions_of_a_person(demo: DemoCity) -> None:
    here = demo.signed_in("city_manager", label="test.person")
    elsewhere = demo.signed_in("city_manager", label="test.person")
    colleague = demo.signed_in("city_manager", label="test.colleague")
    page = here.get("/zh/session").text
    assert 'name="everywhere"' in page
    here.post("/zh/sign-out", data={"form_token": form_token(page), "everywhere": "1"})
    assert (who(here), who(elsewhere), who(colleague)) == ("public", "public", "city_manager")


def test_signing_in_again_ends_the_session_before_and_a_bad_link_does_not(demo: DemoCity) -> None:
    browser = demo.signed_in("city_manager")
    before = browser.cookies[COOKIE]
    assert browser.post("/zh/sign-in/never-was").status_code == 410
    assert who(browser) == "city_manager"
    browser.post(f"/zh/sign-in/{demo.link('city_approver')}")
    assert browser.cookies[COOKIE] != before
    assert who(browser) == "city_approver"
    old = demo.client()
    old.cookies.set(COOKIE, before)
    assert who(old) == "public"


@pytest.mark.parametrize("https", [False, True])
def test_the_cookie_is_closed_to_scripts_and_other_sites(https: bool, demo: DemoCity) -> None:
    browser = demo.client(https=https)
    answer = browser.post(f"/zh/sign-in/{demo.link('city_manager')}")
    name = "__Host-tansuo" if https else COOKIE
    cookie = cookie_of(answer)[name]
    assert cookie["httponly"] and cookie["samesite"] == "lax" and cookie["path"] == "/"
    assert bool(cookie["secure"]) is https and not cookie["domain"]
    assert len(cookie.value) >= 43  # 256 bits
    assert who(browser) == "city_manager"
    gone = browser.post("/zh/sign-out", data={"form_token": form_token(browser.get("/zh/session").text)})
    # A browser lets go of a __Host- cookie only by an order that is secure and for the path "/".
    forgotten = cookie_of(gone)[name]
    assert bool(forgotten["secure"]) is https and forgotten["path"] == "/"


def test_a_cookie_for_plain_http_opens_nothing_over_tls(demo: DemoCity) -> None:
    plain = demo.signed_in("city_manager")
    secure = demo.client(https=True)
    secure.cookies.set(COOKIE, plain.cookies[COOKIE])
    assert who(secure) == "public"


def test_the_database_holds_no_token_that_would_open_a_session(demo: DemoCity) -> None:
    link = demo.link("investor")
    browser = demo.signed_in("city_manager")
    with demo.connection() as connection:
        stored = {
            str(value)
            for table in ("session", "sign_in_link")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
            for value in row
        }
    assert browser.cookies[COOKIE] not in stored
    assert link not in stored


@pytest.mark.parametrize("value", ["", "x", "a" * 5000, "%00", "'; DROP TABLE session; --"])
def test_a_made_up_cookie_is_the_public(value: str, demo: DemoCity) -> None:
    answer = demo.client().get("/api/session", headers={"cookie": f"{COOKIE}={value}"})
    assert (answer.status_code, answer.json()["role"]) == (200, "public")


def test_a_session_of_a_role_that_is_no_more_is_the_public(demo_copy: DemoCity) -> None:
    browser = demo_copy.signed_in("city_manager")
    with demo_copy.database.engine.begin() as connection:
        connection.execute(text("UPDATE session SET role = 'mayor'"))
    assert who(browser) == "public"
