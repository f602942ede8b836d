"""A department reports its own indicators: who may, what is refused, and what the homes and the explorer then say."""

import pytest
from httpx import Response
from starlette.testclient import TestClient

from demo_city import DemoCity
from tansuo.registry.zhenjiang import CITY

STATISTICS = "zj.department.statistics"
GDP = {"indicator": "gdp", "period": "2025", "value": "5500.10", "citation": "统计公报草稿第 2 页"}


def reported(city: DemoCity, **more: object) -> Response:
    return reporter(city).post("/api/deliveries", json={**GDP, **more})


def reporter(city: DemoCity) -> TestClient:
    return city.signed_in("department", STATISTICS)


def test_a_report_is_an_entry_and_stands_in_the_home_and_the_explorer(demo_copy: DemoCity) -> None:
    answer = reported(demo_copy)
    assert answer.status_code == 201, answer.text
    (entry,) = answer.json()["entries"]
    demo_copy.work()
    body = reporter(demo_copy).get(f"/api/ledger/entries/{entry}").json()["entry"]["body"]
    assert (body["value"], body["unit"], body["issuer"]) == ("5500.10", "亿元@current", STATISTICS)
    assert body["synthetic"] is True and body["source"]["status"] == "example", (
        "a demo log holds nothing real"
    )
    held = {one["code"]: one for one in reporter(demo_copy).get("/api/home").json()["answer"]["holdings"]}
    assert (held["gdp"]["period"], held["gdp"]["entry"]) == ("2025", entry)
    query = {"indicator": "gdp", "subject": CITY, "period": "2025"}
    cells = demo_copy.signed_in("city_manager").get("/api/explore", params=query).json()["cells"]
    assert [one["amount"]["value"] for one in cells] == ["5500.10"]
    public = demo_copy.client().get("/api/explore", params=query).json()["cells"]
    assert [one["voice"]["form"] for one in public] == ["absent"], (
        "not public before an approver publishes it"
    )


def test_a_second_report_of_the_period_needs_a_reason_and_keeps_the_first(demo_copy: DemoCity) -> None:
    (first,) = reported(demo_copy).json()["entries"]
    demo_copy.work()
    again = reported(demo_copy, value="5510.00")
    assert again.status_code == 422
    assert again.json()["findings"][0]["code"] == "api.replaces_without_reason"
    assert again.json()["findings"][0]["params"]["entry"] == first
    corrected = reported(demo_copy, value="5510.00", reason="revised by the bureau")
    assert corrected.status_code == 201, corrected.text
    demo_copy.work()
    entry = reporter(demo_copy).get(f"/api/ledger/entries/{corrected.json()['entries'][0]}").json()["entry"]
    assert (entry["sup"], entry["why"]["reason"]) == (first, "revised by the bureau")
    assert reported(demo_copy, stage="approved").status_code == 201, "another stage is another statement"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"indicator": "capacity.photovoltaic"}, 404, "api.not_found"),
        ({"indicator": "nothing"}, 404, "api.not_found"),
        ({"subject": "demo.power-a"}, 404, "api.not_found"),
        ({"period": "2027"}, 422, "api.period_ahead"),
        ({"period": "soon"}, 422, "api.bad_period"),
        ({"value": "5,500"}, 422, "api.bad_number"),
        ({"value": None}, 422, "api.value_or_state"),
        ({"citation": ""}, 422, "api.field_range"),
        ({"stage": "published"}, 422, "api.field_form"),
        ({"document": "0" * 64}, 422, "api.no_document"),
    ],
)
def test_what_cannot_be_reported(change: dict[str, object], status: int, code: str, demo: DemoCity) -> None:
    answer = reported(demo, **change)
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (status, code)


def test_only_a_department_reports(demo: DemoCity) -> None:
    for role, status in (("city_manager", 403), ("county_manager", 403), ("verifier", 403)):
        assert demo.signed_in(role).post("/api/deliveries", json=GDP).status_code == status, role
    assert demo.client().post("/api/deliveries", json=GDP).status_code == 401
