"""The three administrators: health of the platform, people and links, who did what; and none does another's work."""

import json
import os
from pathlib import Path

import pytest

from demo_city import OTHER, OWN, DemoCity
from tansuo.entry.demo.model import firms

LINKS = "/api/administration/links"
NEW = {"role": "enterprise_clerk", "subject": OWN, "label": "power-a.clerk-2"}
PAGES = {
    "system_admin": ["/api/administration/system"],
    "security_admin": ["/api/administration/people", "/api/administration/directory"],
    "audit_admin": ["/api/administration/actions", "/api/administration/events"],
}


@pytest.mark.parametrize("role", sorted(PAGES))
def test_no_administrator_does_anothers_work(role: str, demo: DemoCity) -> None:
    browser = demo.signed_in(role)
    for owner, paths in PAGES.items():
        assert {browser.get(path).status_code for path in paths} == {200 if owner == role else 403}
    if role != "security_admin":
        assert browser.post(LINKS, json=NEW).status_code == 403


def test_the_system_administrator_sees_the_platform_and_no_firm(
    demo: DemoCity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/api.json").write_text(
        json.dumps({"pid": os.getpid(), "host": "127.0.0.1", "port": 8000})
    )
    (tmp_path / "run/worker.json").write_text(json.dumps({"pid": 2**22 + 1, "host": "", "port": 0}))
    monkeypatch.setenv("TANSUO_HOME", str(tmp_path))
    answer = demo.signed_in("system_admin").get("/api/administration/system")
    body = answer.json()
    states = {one["name"]: (one["state"], one["address"]) for one in body["services"]}
    assert states["api"] == ("running", "127.0.0.1:8000")
    assert (states["worker"][0], states["gateway"][0]) == ("stopped", "never")
    assert {one["name"]: one["lag"] for one in body["projections"]} == dict.fromkeys(
        ("accounting", "monitoring", "registry", "seals"), 0
    )
    assert 0 < body["checkpoint_size"] <= body["ledger_size"]
    assert body["waiting_chunks"] == 0 and 0 < body["disk_free_bytes"] <= body["disk_bytes"]
    assert not [firm.id for firm in firms() if firm.id in answer.text]


def test_what_waits_for_the_worker_is_a_lag(demo_copy: DemoCity) -> None:
    clerk = demo_copy.signed_in("city_approver")
    body = {
        "subjects": ["zj.city"], "quantities": ["T_national"], "period": "2026-04", "relation": "reports_for",
        "title_zh": "公开", "title_en": "Publish",
    }  # fmt: skip
    assert clerk.post("/api/publications", json=body).status_code == 201
    found = demo_copy.signed_in("system_admin").get("/api/administration/system").json()
    assert {one["lag"] for one in found["projections"]} == {2}  # a decision and a figure
    demo_copy.work()
    found = demo_copy.signed_in("system_admin").get("/api/administration/system").json()
    assert {one["lag"] for one in found["projections"]} == {0}


def test_a_link_made_by_the_administrator_lets_one_person_in_once(demo_copy: DemoCity) -> None:
    security = demo_copy.signed_in("security_admin", label="test.security")
    made = security.post(LINKS, json=NEW)
    assert made.status_code == 201
    waiting = security.get("/api/administration/people").json()["links"]
    assert [(one["label"], one["subject"]) for one in waiting] == [("power-a.clerk-2", OWN)]
    assert made.json()["path_zh"].rpartition("/")[2] not in security.get("/api/administration/people").text
    browser = demo_copy.client()
    assert browser.post(made.json()["path_zh"]).status_code == 303
    assert browser.get("/api/session").json()["subject"] == OWN
    assert browser.post(made.json()["path_zh"]).status_code == 410
    people = {one["label"]: one for one in security.get("/api/administration/people").json()["people"]}
    assert people["power-a.clerk-2"]["open_sessions"] == 1
    assert people["power-a.clerk-2"]["subject_zh"] == "演示电厂A"


def test_a_link_that_was_withdrawn_opens_nothing(demo_copy: DemoCity) -> None:
    security = demo_copy.signed_in("security_admin")
    path = security.post(LINKS, json=NEW).json()["path_en"]
    (link,) = security.get("/api/administration/people").json()["links"]
    assert security.delete(f"{LINKS}/{link['id']}").status_code == 204
    assert demo_copy.client().post(path).status_code == 410
    assert security.delete(f"{LINKS}/{link['id']}").status_code == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"role": "audit_admin", "subject": ""}, "api.link_role"),
        ({"role": "public", "subject": ""}, "api.link_role"),
        ({"role": "mayor"}, "api.link_role"),
        ({"subject": ""}, "api.link_subject"),
        ({"subject": "zj.city"}, "api.link_subject"),
        ({"role": "investor"}, "api.link_no_subject"),
        ({"label": "王小明"}, "api.link_label"),
        ({"label": "test.security"}, "api.link_person"),
        ({"label": "test.other", "subject": OWN}, "api.link_person"),
    ],
)
def test_what_no_link_is_made_for(change: dict[str, str], code: str, demo_copy: DemoCity) -> None:
    security = demo_copy.signed_in("security_admin", label="test.security")
    demo_copy.signed_in("enterprise_clerk", OTHER, label="test.other")
    answer = security.post(LINKS, json=NEW | change)
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (422, code)
    for language in ("zh", "en"):
        assert answer.json()["findings"][0][language]


def test_one_click_ends_the_sessions_of_somebody_else(demo_copy: DemoCity) -> None:
    security = demo_copy.signed_in("security_admin", label="test.security")
    clerk = demo_copy.signed_in("enterprise_clerk", label="test.leaver")
    ended = security.post("/api/administration/people/test.leaver/end-sessions")
    assert ended.json() == {"sessions": 1}
    assert clerk.get("/api/session").json()["role"] == "public"
    assert security.post("/api/administration/people/nobody.here/end-sessions").status_code == 404
    audit = demo_copy.signed_in("audit_admin").get("/api/administration/events?actor=test.leaver").json()
    assert [(one["kind"], one["actor"], one["about"]) for one in audit["events"]] == [
        ("sessions_ended", "test.security", "test.leaver"),
        ("signed_in", "test.leaver", ""),
    ]


def test_the_security_administrator_sees_what_failed(demo_copy: DemoCity) -> None:
    demo_copy.client().post("/zh/sign-in/never-was")
    demo_copy.signed_in("investor", label="test.curious").get("/api/subjects")
    found = demo_copy.signed_in("security_admin").get("/api/administration/people").json()["failures"]
    assert [(one["kind"], one["actor"]) for one in found] == [
        ("refused", "test.curious"),
        ("sign_in_failed", ""),
    ]


def test_the_audit_administrator_reads_who_did_what_page_by_page_and_nothing_of_it(demo: DemoCity) -> None:
    browser = demo.signed_in("audit_admin")
    people = browser.get("/api/administration/actions").json()["actions"]
    assert {one["role"] for one in people} == {
        "city_approver", "enterprise_clerk", "verifier", "audit_admin"
    }  # fmt: skip
    assert {"decision", "figure", "correction", "case"} == {one["type"] for one in people}
    mine = browser.get("/api/administration/actions?actor=demo.chemical-d.clerk").json()["actions"]
    assert [(one["type"], one["actor"]) for one in mine] == [
        ("case", "demo.chemical-d.clerk"),
        ("correction", "demo.chemical-d.clerk"),
    ]
    seen: list[int] = []
    before = ""
    while True:
        answer = browser.get(f"/api/administration/actions?machines=true{before}")
        assert not [firm.zh for firm in firms() if firm.zh in answer.text]
        page = answer.json()
        seen += [one["index"] for one in page["actions"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert seen == sorted(set(seen), reverse=True) and seen[-1] == 0 and len(seen) > 100


def test_the_audit_administrator_counts_the_last_day(demo_copy: DemoCity) -> None:
    demo_copy.signed_in("investor")
    demo_copy.pass_time(hours=25)
    audit = demo_copy.signed_in("audit_admin")
    demo_copy.client().post("/zh/sign-in/never-was")
    body = audit.get("/api/administration/events").json()
    assert (body["last_day"]["signed_in"], body["last_day"]["sign_in_failed"]) == (1, 1)
    assert [one["kind"] for one in body["events"]] == ["sign_in_failed", "signed_in", "signed_in"]
    only = audit.get("/api/administration/events?kind=sign_in_failed").json()["events"]
    assert [one["detail"] for one in only] == ["api.link_used"]
    assert audit.get("/api/administration/events?kind=mischief").status_code == 422
