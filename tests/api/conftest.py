"""The demo city as the API's tests use it: every browser at an address of its own, with its session's token at hand."""

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

import pytest

from demo_city import DemoCity, copy_of
from tansuo.database.supervisor import PostgresServer

if TYPE_CHECKING:
    from starlette.testclient import TestClient

ADDRESSES = count(1)


class ApiCity(DemoCity):
    """A city whose browsers send what a program must send; failed sign-ins of one do not count for another."""

    def client(self, *, https: bool = False) -> "TestClient":
        """A browser without a session, at an address no other has."""
        from starlette.testclient import TestClient

        scheme, number = "https" if https else "http", next(ADDRESSES)
        browser = TestClient(
            self.app,
            base_url=f"{scheme}://testserver",
            follow_redirects=False,
            client=(f"10.0.{number // 256}.{number % 256}", 50000),
        )
        browser.portal = self.loop
        return browser

    def signed_in(self, role: str, subject: str | None = None, label: str = "") -> "TestClient":
        """A browser in which `role` has signed in, and which sends its session's token."""
        browser = super().signed_in(role, subject, label)
        if role != "anonymous":
            browser.headers["X-Tansuo-Token"] = browser.get("/api/session").json()["form_token"]
        return browser


def _api(city: DemoCity) -> ApiCity:
    return ApiCity(city.database, city.clock, city.app, city.loop)


@pytest.fixture(scope="session")
def demo(demo: DemoCity) -> DemoCity:
    """The loaded city for tests that only read (sessions apart)."""
    return _api(demo)


@pytest.fixture
def demo_copy(demo_copy: DemoCity) -> DemoCity:
    """A city of this test's own, to write into and to move in time."""
    return _api(demo_copy)


@pytest.fixture(scope="module")
def city(server: PostgresServer, demo_template: str) -> Iterator[DemoCity]:
    """A copy of the loaded city for one module; its tests do not undo what they do."""
    with copy_of(server, demo_template) as made:
        yield _api(made)
