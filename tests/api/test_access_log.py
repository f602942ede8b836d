"""Who came in and who was refused is kept, by the platform alone, and read by two administrators alone."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from demo_city import DemoCity
from tansuo.api.access_log import events
from tansuo.database.connect import SYSTEM, Access, transaction


def kinds(city: DemoCity, actor: str) -> list[tuple[str, str, str]]:
    """Kind, operation and detail of what is kept of one person, the youngest first."""
    with transaction(city.database, SYSTEM) as connection:
        return [(one.kind, one.operation, one.detail) for one in events(connection, actor=actor)]


def test_coming_in_being_refused_and_going_are_kept(demo_copy: DemoCity) -> None:
    browser = demo_copy.signed_in("investor", label="test.curious")
    assert browser.get("/api/overview?period=2026-04").status_code == 403
    assert browser.get("/api/receipts").status_code == 200  # what is allowed leaves no trace
    token = browser.headers["X-Tansuo-Token"]
    browser.post("/zh/sign-out", data={"form_token": token, "everywhere": "1"})
    assert kinds(demo_copy, "test.curious") == [
        ("signed_out", "sign_out", "everywhere"),
        ("refused", "get_overview", "api.role_refused"),
        ("signed_in", "sign_in", ""),
    ]


def test_a_session_too_old_to_publish_is_a_refusal(demo_copy: DemoCity) -> None:
    browser = demo_copy.signed_in("city_approver", label="test.late")
    demo_copy.pass_time(minutes=16)
    assert browser.post("/api/publications", json={}).status_code == 403
    assert kinds(demo_copy, "test.late")[0] == ("refused", "publish_figures", "api.sign_in_again")


def test_a_link_that_fails_is_kept_with_its_address_and_without_its_token(demo_copy: DemoCity) -> None:
    browser = demo_copy.client()
    assert browser.post("/zh/sign-in/never-was-such-a-link").status_code == 410
    with transaction(demo_copy.database, SYSTEM) as connection:
        (one,) = events(connection, kinds={"sign_in_failed"})
        stored = str(connection.execute(text("SELECT * FROM access_event")).all())
    assert one.address.startswith("10.0.") and (one.actor, one.detail) == ("", "api.link_used")
    assert "never-was-such-a-link" not in stored


def test_strangers_who_are_refused_do_not_fill_the_list(demo_copy: DemoCity) -> None:
    assert demo_copy.client().get("/api/overview?period=2026-04").status_code == 401
    with transaction(demo_copy.database, SYSTEM) as connection:
        assert events(connection) == []


@pytest.mark.parametrize(
    ("role", "sees"),
    [("security_admin", True), ("audit_admin", True), ("system_admin", False), ("city_manager", False)],
)
def test_the_database_itself_shows_the_list_to_two_administrators(
    role: str, sees: bool, demo_copy: DemoCity
) -> None:
    demo_copy.signed_in("investor", label="test.somebody")
    access = Access(actor="test", role=role, orgs=frozenset())
    with transaction(demo_copy.database, access) as connection:
        assert bool(events(connection)) is sees


@pytest.mark.parametrize("statement", ["UPDATE access_event SET actor = ''", "DELETE FROM access_event"])
def test_nobody_of_the_application_changes_what_is_kept(statement: str, demo_copy: DemoCity) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction(demo_copy.database, SYSTEM) as connection,
    ):
        connection.execute(text(statement))


def test_the_session_says_whose_it_is_and_what_they_may_open(demo: DemoCity) -> None:
    body = demo.signed_in("county_manager", "zj.unit.dantu").get("/api/session").json()
    assert (body["subject_zh"], body["subject_en"]) == ("丹徒区", "Dantu District")
    assert {"overview", "enterprises", "ledger"} <= set(body["features"])
    assert "publish" not in body["features"]
    assert body["fresh_until"] < body["ends"]
    public = demo.client().get("/api/session", headers={"accept-language": "en"}).json()
    assert (public["signed_in"], public["language"], public["form_token"]) == (False, "en", None)
    assert set(public["features"]) == {"overview", "screen", "explore", "methods", "ledger"}


def test_a_session_keeps_the_language_it_was_opened_in(demo: DemoCity) -> None:
    for language in ("zh", "en"):
        browser = demo.client()
        assert browser.post(f"/{language}/sign-in/{demo.link('verifier')}").status_code == 303
        assert browser.get("/api/session").json()["language"] == language
