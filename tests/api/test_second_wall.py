"""Row-level security behind the API's own checks: one figure is read with the reader's eyes, a sum with the city's."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi import Request

from demo_city import HTML, METHOD, OTHER, OWN, DemoCity
from demo_things import public_receipt, things_of
from tansuo.api import viewer as viewer_module
from tansuo.api.routers import accounting, documents
from tansuo.registry.zhenjiang import CITY

CELL = {"subject": OWN, "period": "2026-04", "method": METHOD}


@pytest.fixture
def no_first_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API's own checks of scope let everybody through."""
    for module in (accounting, documents):
        monkeypatch.setattr(module, "own", lambda *_: None)
        monkeypatch.setattr(module, "own_subject", lambda *_: None)


@pytest.fixture
def no_system_access(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads with the city's eyes fails."""

    @contextmanager
    def refused(request: Request) -> Iterator[None]:
        raise AssertionError("read with the access of the system")
        yield

    for module in (accounting, documents, viewer_module):
        monkeypatch.setattr(module, "summing", refused)


@pytest.mark.parametrize("quantity", ["E_fuel", "E_indirect"])
@pytest.mark.parametrize("role", ["enterprise_clerk", "county_manager"])
def test_a_firm_sees_its_figure_as_the_city_sees_it(role: str, quantity: str, demo: DemoCity) -> None:
    query = {**CELL, "quantity": quantity}
    seen = [demo.signed_in(one).get("/api/figures", params=query).json() for one in (role, "city_manager")]
    assert seen[0] == seen[1]
    assert seen[0]["value"] is not None


@pytest.mark.usefixtures("no_system_access")
def test_one_figure_and_a_receipt_are_read_with_the_readers_own_access(demo: DemoCity) -> None:
    clerk = demo.signed_in("enterprise_clerk")
    query = {**CELL, "quantity": "E_fuel"}
    assert clerk.get("/api/figures", params=query).status_code == 200
    assert clerk.get("/zh/figures", params=query, headers=HTML).status_code == 200
    assert clerk.get(f"/api/receipts/{things_of(demo, OWN).receipt}").status_code == 200
    assert demo.client().get(f"/api/receipts/{public_receipt(demo, CITY)}").status_code == 200


@pytest.mark.usefixtures("no_first_wall")
def test_without_the_first_wall_the_second_still_hides_what_others_have(demo: DemoCity) -> None:
    clerk = demo.signed_in("enterprise_clerk")
    query = {**CELL, "subject": OTHER, "quantity": "E_fuel"}
    known = demo.signed_in("city_manager").get("/api/figures", params=query).json()["value"]
    for path in ("/api/figures", "/zh/figures"):
        answer = clerk.get(path, params=query)
        assert answer.status_code >= 400, path
        assert known not in answer.text
    assert clerk.get(f"/api/receipts/{things_of(demo, OTHER).receipt}").status_code == 404
