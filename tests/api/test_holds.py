"""A hold stops erasure under it until two people have released it."""

import pytest
from httpx import Response

from demo_city import HTML, OTHER, OWN, DemoCity
from demo_things import public_receipt, things_of
from finding_things import form_token
from tansuo.evidence.ledger import size
from tansuo.quantity.finding import FindingError
from tansuo.registry import hold


def place(city: DemoCity, role: str = "city_manager", **scope: str) -> Response:
    answer = city.signed_in(role, None, "h.placer").post("/api/holds", json={"reason": "case 7", **scope})
    city.work()
    return answer


def held(city: DemoCity, role: str = "city_manager", **scope: str) -> str:
    answer = place(city, role, **scope)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def code(answer: Response) -> str:
    return str(answer.json()["findings"][0]["code"])


def refuses(city: DemoCity, org: str) -> str | None:
    with city.connection() as connection:
        try:
            hold.refuse_if_held(connection, org, "the file of a clerk")
        except FindingError as error:
            return error.findings[0].code
    return None


def test_a_hold_stands_until_a_second_person_releases_it(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    name = held(city, receipt=receipt)
    first, second = (
        city.signed_in("city_manager", None, "h.placer"),
        city.signed_in("audit_admin", None, "h.audit"),
    )
    assert (refuses(city, OWN), refuses(city, OTHER)) == ("registry.held", None)
    assert code(second.post(f"/api/holds/{name}/release/confirm")) == "registry.hold_step"
    assert first.post(f"/api/holds/{name}/release", json={"reason": "judged"}).status_code == 201
    assert code(first.post(f"/api/holds/{name}/release", json={"reason": "judged"})) == "registry.hold_step"
    city.work()
    assert refuses(city, OWN) == "registry.held"  # asking lifts nothing
    assert code(first.post(f"/api/holds/{name}/release/confirm")) == "registry.hold_second_person"
    ways = {
        who: [one["may"] for one in browser.get("/api/holds").json() if one["id"] == name]
        for who, browser in (("first", first), ("second", second))
    }
    assert ways == {"first": [[]], "second": [["confirm"]]}
    with city.connection() as connection:
        past = second.get("/api/holds", params={"as_of": size(connection)}).json()
    assert [(one["state"], one["may"]) for one in past if one["id"] == name] == [("release_asked", [])]
    assert second.post(f"/api/holds/{name}/release/confirm").status_code == 201
    city.work()
    (one,) = [one for one in first.get("/api/holds").json() if one["id"] == name]
    assert (one["state"], one["stands"], refuses(city, OWN)) == ("released", False, None)
    assert [row["by"] for row in one["steps"]] == ["h.placer", "h.placer", "h.audit"]


def test_what_a_hold_covers(demo_copy: DemoCity) -> None:
    city, april = demo_copy, things_of(demo_copy, OWN).receipt
    browser = city.signed_in("enterprise_clerk")

    def shown() -> int:
        return len(browser.get(f"/api/receipts/{april}/findings").json()["holds"])

    held(city, subject=OWN, period="2026-05")
    assert shown() == 0
    held(city, subject=OWN, period="2026")
    assert shown() == 1
    held(city, subject=OWN)
    assert shown() == 2
    held(city, receipt=april)
    assert shown() == 3
    held(city, subject=OTHER)
    assert shown() == 3
    assert len(browser.get("/api/holds").json()) == 4
    everything = city.signed_in("audit_admin").get("/api/holds").json()
    assert len([one for one in everything if one["org"] in (OWN, OTHER)]) == 5
    assert [one["org"] for one in everything if one["org"] not in (OWN, OTHER)] == [
        "demo.paper-e"
    ]  # the demo's own
    page = browser.get(f"/zh/receipts/{april}", headers=HTML).text
    assert page.count("保全中</span>") == 3 and "设立证据保全" not in page
    assert "设立证据保全" in city.signed_in("city_manager").get(f"/zh/receipts/{april}", headers=HTML).text


def test_the_same_hold_for_the_same_reason_stands_once(demo_copy: DemoCity) -> None:
    name = held(demo_copy, subject=OWN, period="2026-04")
    again = place(demo_copy, subject=OWN, period="2026-04")
    assert (again.status_code, code(again)) == (422, "registry.hold_twice") and name in again.text
    assert place(demo_copy, subject=OWN, period="2026-04", reason="case 8").status_code == 201
    assert place(demo_copy, subject=OWN, period="2026-03").status_code == 201


def test_a_session_that_is_not_fresh_places_and_confirms_nothing(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    browser = city.signed_in("city_manager", None, "h.stale")
    token = form_token(browser.get(f"/zh/receipts/{receipt}", headers=HTML).text)
    city.pass_time(minutes=16)
    stale = browser.post("/api/holds", json={"receipt": receipt, "reason": "case 7"})
    assert (stale.status_code, code(stale)) == (403, "api.sign_in_again")
    form = {**token, "action": "hold", "text": "case 7"}
    page = browser.post(f"/zh/receipts/{receipt}/under", data=form, headers=HTML)
    assert page.status_code == 403 and "重新登录" in page.text and "返回收据" in page.text


def test_a_public_figure_is_held_out_of_public_sight(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, public_receipt(demo_copy, "zj.city")
    held(city, "audit_admin", receipt=receipt)
    assert city.client().get(f"/api/receipts/{receipt}/findings").json()["holds"] == []
    assert len(city.signed_in("city_manager").get(f"/api/receipts/{receipt}/findings").json()["holds"]) == 1


@pytest.mark.parametrize(
    ("scope", "status", "said"),
    [
        ({}, 422, "api.hold_scope"),
        ({"subject": OWN, "receipt": "R1-00000000"}, 422, "api.hold_scope"),
        ({"subject": "demo.nobody"}, 404, "api.not_found"),
        ({"receipt": "R1-00000000"}, 404, "api.not_found"),
        ({"subject": OWN, "period": "spring"}, 422, "registry.bad_period"),
        ({"subject": OWN, "reason": "    "}, 422, "registry.hold_reason"),
    ],
)
def test_what_cannot_be_held(scope: dict[str, str], status: int, said: str, demo: DemoCity) -> None:
    answer = place(demo, **scope)
    assert (answer.status_code, code(answer)) == (status, said)


def test_a_held_firms_file_is_not_discarded(demo_copy: DemoCity) -> None:
    city, clerk = demo_copy, demo_copy.signed_in("enterprise_clerk")
    wanted = {"name": "a.csv", "size": 4, "sha256": "0" * 64}
    name = clerk.post("/api/imports", json=wanted).json()["id"]
    hold_name = held(city, subject=OWN)
    refused = clerk.delete(f"/api/imports/{name}")
    assert (refused.status_code, code(refused)) == (422, "registry.held")
    assert f"Have the hold {hold_name} released first" in refused.text
    assert clerk.get(f"/api/imports/{name}").status_code == 200


def test_the_form_of_the_page_places_and_releases(demo_copy: DemoCity) -> None:
    city, receipt = demo_copy, things_of(demo_copy, OWN).receipt
    path = f"/en/receipts/{receipt}"
    first, second = (
        city.signed_in("city_manager", None, "h.one"),
        city.signed_in("city_approver", None, "h.two"),
    )
    token = form_token(first.get(path, headers=HTML).text)
    assert first.post(f"{path}/under", data={**token, "action": "hold", "text": "case 7"}).status_code == 303
    city.work()
    (name,) = [one["id"] for one in first.get("/api/holds").json() if one["receipt"] == receipt]
    asked = first.post(f"{path}/under", data={**token, "action": "ask", "id": name, "text": "judged"})
    assert asked.status_code == 303
    city.work()
    page = second.get(path, headers=HTML).text
    assert "Confirm the release" in page
    done = second.post(f"{path}/under", data={**form_token(page), "action": "confirm", "id": name})
    assert done.status_code == 303
    city.work()
    assert "released" in second.get(path, headers=HTML).text
