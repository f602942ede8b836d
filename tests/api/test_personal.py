"""Everybody sees their own data and nobody else's; names behind pseudonyms are opened by one role and noted."""

import hashlib
import json

import pytest
from httpx import Response

from demo_city import HTML, OWN, DemoCity
from import_desk import PAPER, Desk
from personal_things import FIELDS, asked_to_erase, kept_of
from tansuo.evidence.erasable import check_erasable

CLERK = "p.clerk"


def code(answer: Response) -> str:
    return str(answer.json()["findings"][0]["code"])


def checked(city: DemoCity) -> list[str]:
    with city.connection() as connection:
        return [one.code for one in check_erasable(connection)]


@pytest.fixture
def kept(demo_copy: DemoCity) -> DemoCity:
    """A city with the particulars of a clerk."""
    kept_of(demo_copy, CLERK, "enterprise_clerk")
    return demo_copy


def test_a_person_sees_and_downloads_what_opens_the_commitment(kept: DemoCity) -> None:
    browser = kept.signed_in("enterprise_clerk", None, CLERK)
    own = browser.get("/api/personal/own").json()
    (version,) = own["versions"]
    assert version["fields"] == {**FIELDS, "email": ""}
    assert [(one["entry"], one["redacted"], one["org"]) for one in own["items"]] == [
        (version["entry"], None, OWN)
    ]
    file = browser.get("/api/personal/own/download")
    assert file.headers["content-disposition"] == f'attachment; filename="personal-{CLERK}.json"'
    one = json.loads(file.content)["versions"][0]
    opened = hashlib.sha256(bytes.fromhex(one["salt"]) + one["data"].encode()).hexdigest()
    stated = browser.get(f"/api/ledger/entries/{one['entry']}").json()
    assert opened == one["commitment"]
    assert opened in json.dumps(stated) and FIELDS["name"] not in json.dumps(stated, ensure_ascii=False)


def test_a_telephone_and_an_e_mail_address_have_their_form(kept: DemoCity) -> None:
    browser = kept.signed_in("enterprise_clerk", None, CLERK)
    before = browser.get("/api/personal/own").json()["versions"]
    for wrong, code in (({"phone": "abc"}, "api.phone_form"), ({"email": "notanemail"}, "api.email_form")):
        answer = browser.put("/api/personal/own", json=wrong)
        assert (answer.status_code, answer.json()["findings"][0]["code"]) == (422, code)
        assert next(iter(wrong.values())) not in answer.text
    assert browser.get("/api/personal/own").json()["versions"] == before
    for phone in ("13900000000", "+86 511-8888 0000 转 12", "(0511) 8888-0000", "12345"):
        answer = browser.put("/api/personal/own", json={"phone": phone, "email": "甲@example.org"})
        assert answer.status_code == 200, (phone, answer.text)


def test_another_of_the_same_firm_sees_nothing_of_it(kept: DemoCity) -> None:
    for role in ("enterprise_reviewer", "city_manager", "audit_admin", "system_admin"):
        own = kept.signed_in(role, None, f"p.{role}".replace("_", "-")).get("/api/personal/own").json()
        assert (own["versions"], own["items"]) == ([], [])
    assert kept.client().get("/api/personal/own").status_code == 401


def test_names_are_opened_by_the_security_administrator_and_each_look_is_noted(kept: DemoCity) -> None:
    browser = kept.signed_in("security_admin", None, "s.one")
    page = browser.get("/api/personal").text
    assert CLERK in page and FIELDS["name"] not in page
    found = browser.get(f"/api/personal/people/{CLERK}").json()
    assert found["versions"][0]["fields"]["name"] == FIELDS["name"]
    events = kept.signed_in("audit_admin", None, "a.one").get(
        "/api/administration/events?kind=personal_opened"
    )
    assert [(one["actor"], one["about"]) for one in events.json()["events"]] == [("s.one", CLERK)]


def test_two_people_erase_and_everybody_is_told_by_which_entry(kept: DemoCity) -> None:
    first, second = (
        kept.signed_in("security_admin", None, "s.one"),
        kept.signed_in("audit_admin", None, "a.two"),
    )
    wanted = {"basis": "pipl-47-1", "reason": "has left the firm", "person": CLERK}
    name = first.post("/api/personal/erasures", json=wanted).json()["id"]
    kept.work()
    assert [one["may"] for one in first.get("/api/personal/erasures").json()] == [["decline"]]
    assert [one["may"] for one in second.get("/api/personal/erasures").json()] == [["confirm", "decline"]]
    assert code(first.post(f"/api/personal/erasures/{name}/confirm")) == "registry.erasure_second_person"
    assert second.post(f"/api/personal/erasures/{name}/confirm").status_code == 201
    kept.work()
    own = kept.signed_in("enterprise_clerk", None, CLERK).get("/api/personal/own").json()
    (item,), (asked,) = own["items"], own["erasures"]
    assert (own["versions"], asked["state"], asked["redacted"]) == ([], "erased", [item["redacted"]])
    with kept.connection() as connection:
        from tansuo.evidence.ledger import get

        redact = get(connection, item["redacted"])
    assert redact is not None
    assert (redact.type, redact.body["entry"], redact.body["basis"]) == ("redact", item["entry"], "pipl-47-1")
    assert checked(kept) == []


def test_a_person_asks_and_is_told_why_not(kept: DemoCity) -> None:
    name = asked_to_erase(kept, "p.asker")
    browser = kept.signed_in("security_admin", None, "s.one")
    kept.work()
    said = {"reason": "the period of keeping is not over"}
    assert browser.post(f"/api/personal/erasures/{name}/decline", json=said).status_code == 201
    kept.work()
    (one,) = kept.signed_in("enterprise_clerk", None, "p.asker").get("/api/personal/own").json()["erasures"]
    assert (one["state"], one["said"], one["may"]) == ("declined", said["reason"], [])


def test_a_hold_over_the_firm_refuses_and_all_is_still_there(kept: DemoCity) -> None:
    placed = kept.signed_in("audit_admin", None, "a.hold").post(
        "/api/holds", json={"subject": OWN, "reason": "case 7"}
    )
    assert placed.status_code == 201
    wanted = {"basis": "pipl-47-1", "reason": "has left", "person": CLERK}
    name = (
        kept.signed_in("security_admin", None, "s.one")
        .post("/api/personal/erasures", json=wanted)
        .json()["id"]
    )
    refused = kept.signed_in("security_admin", None, "s.two").post(f"/api/personal/erasures/{name}/confirm")
    assert (refused.status_code, code(refused)) == (422, "registry.held")
    assert (
        len(kept.signed_in("enterprise_clerk", None, CLERK).get("/api/personal/own").json()["versions"]) == 1
    )
    assert checked(kept) == []


def test_confirming_needs_a_fresh_session(kept: DemoCity) -> None:
    browser = kept.signed_in("audit_admin", None, "a.two")
    kept.pass_time(minutes=16)
    assert code(browser.post("/api/personal/erasures/erasure-0/confirm")) == "api.sign_in_again"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (
            {"basis": "pipl-47-1", "reason": f"{FIELDS['name']} has left", "person": CLERK},
            "registry.erasure_reason_names",
        ),
        ({"basis": "pipl-47-1", "reason": "has left", "person": "nobody.here"}, "registry.nothing_to_erase"),
        ({"basis": "pipl-47-1", "reason": "has left"}, "registry.nothing_to_erase"),
    ],
)
def test_what_is_no_request_is_refused(kept: DemoCity, wanted: dict[str, str], said: str) -> None:
    refused = kept.signed_in("security_admin", None, "s.one").post("/api/personal/erasures", json=wanted)
    assert (refused.status_code, code(refused)) == (422, said)


SCAN, SIGNED = "示例人员甲签字的煤质报告.pdf", b"%PDF signed by \xe7\xa4\xba"


METAL = "demo.metal-g"
"""A firm without a hold: over PAPER one stands."""


@pytest.fixture
def desk(demo_copy: DemoCity) -> Desk:
    return Desk(demo_copy)


def test_a_scan_with_signatures_is_kept_sealed_and_erased_and_its_entry_says_so(demo_copy: DemoCity) -> None:
    desk, city = Desk(demo_copy, subject=METAL), demo_copy
    upload = desk.upload(SCAN, SIGNED)
    kept = desk.post(f"/{upload}/keep?sealed=true")
    assert (kept["state"], SCAN in json.dumps(kept, ensure_ascii=False)) == ("kept", False)
    with city.connection() as connection:
        tables = connection.exec_driver_sql(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'tansuo'"
        ).scalars()
        for table in list(tables):
            rows = connection.exec_driver_sql(f'SELECT t::text FROM "{table}" t').scalars()
            assert not any("示例人员甲" in row or SIGNED.hex() in row for row in rows), table
    city.work()
    path, entry = f"/api/enterprises/{METAL}/documents", kept["kept"]["entry"]
    (one,) = [row for row in desk.client.get(path).json()["rows"] if row["sealed"]]
    assert (one["entry"], one["sha256"], one["redacted"], one["name"]) == (
        entry,
        kept["kept"]["sha256"],
        None,
        "",
    )
    content = desk.client.get(f"{path}/{one['sha256']}/content")
    assert content.content == SIGNED
    assert (
        content.headers["content-disposition"].endswith(".pdf")
        and "%E7%A4%BA" in content.headers["content-disposition"]
    )
    assert hashlib.sha256(SIGNED).hexdigest() == content.headers["x-content-sha256"] != one["sha256"]
    assert city.client().get(f"{path}/{one['sha256']}/content").status_code == 401
    assert (
        city.signed_in("enterprise_clerk", OWN, "p.other").get(f"{path}/{one['sha256']}/content").status_code
        == 404
    )

    first, second = (
        city.signed_in("security_admin", None, "s.one"),
        city.signed_in("security_admin", None, "s.two"),
    )
    wanted = {"basis": "pipl-47-2", "reason": "the period of keeping is over", "entry": entry}
    name = first.post("/api/personal/erasures", json=wanted).json()["id"]
    assert second.post(f"/api/personal/erasures/{name}/confirm").status_code == 201
    city.work()
    (gone,) = [row for row in desk.client.get(path).json()["rows"] if row["sealed"]]
    refused = desk.client.get(f"{path}/{one['sha256']}/content")
    assert (refused.status_code, code(refused)) == (410, "api.redacted")
    assert f"redacted at entry {gone['redacted']}" in refused.json()["title"]
    assert desk.client.get(f"/api/ledger/entries/{entry}").json()["redacted_by"] == gone["redacted"]
    browser = desk.client
    assert f"已按第 {gone['redacted']} 条删除" in browser.get(f"/zh/ledger/{entry}", headers=HTML).text
    assert f"redacted at entry {gone['redacted']}" in browser.get(f"/en/ledger/{entry}", headers=HTML).text
    assert checked(city) == []


def test_a_sealed_report_may_be_cited(desk: Desk) -> None:
    kept = desk.post(f"/{desk.upload(SCAN, SIGNED)}/keep?sealed=true")["kept"]
    amount = {
        "source": PAPER, "indicator": "steam_purchased", "month": "2026-04", "value": "12.5", "unit": "t",
        "citation": "the bill of April", "document": kept["sha256"],
    }  # fmt: skip
    made = desk.client.post(f"/api/enterprises/{PAPER}/amounts", json=amount)
    assert made.status_code == 201, made.text
    desk.city.work()
    (one,) = [
        row for row in desk.client.get(f"/api/enterprises/{PAPER}/documents").json()["rows"] if row["sealed"]
    ]
    assert [use["kind"] for use in one["uses"]] == ["statement"]
