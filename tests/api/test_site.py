"""Behind a proxy that speaks TLS the public address, not the proxy's plain request, decides what browsers are told."""

import pytest
from starlette.testclient import TestClient

from demo_city import DemoCity
from tansuo.api.app import create_app
from tansuo.api.site import Site
from tansuo.entry.services import Options
from tansuo.quantity.finding import FindingError

PUBLIC = "https://carbon.example.cn"


def proxied(city: DemoCity, url: str = PUBLIC) -> TestClient:
    """A browser whose requests come to us over plain HTTP, as a proxy passes them on."""
    return TestClient(create_app(city.database, city.clock, url), follow_redirects=False)


def test_behind_a_tls_proxy_the_cookie_is_host_bound_and_hsts_is_said(demo: DemoCity) -> None:
    browser = proxied(demo)
    answer = browser.post(f"/zh/sign-in/{demo.link('city_manager')}", headers={"origin": PUBLIC})
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-tansuo=") and "; Secure" in cookie
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    kept = {"cookie": cookie.partition(";")[0]}
    assert browser.get("/api/session", headers=kept).json()["role"] == "city_manager"
    plain = {"cookie": kept["cookie"].removeprefix("__Host-")}
    assert browser.get("/api/session", headers=plain).json()["role"] == "public"


def test_with_a_plain_public_address_nothing_speaks_of_tls(demo: DemoCity) -> None:
    plain = "http://carbon.example.cn:8080"
    answer = proxied(demo, plain).post(f"/zh/sign-in/{demo.link('investor')}", headers={"origin": plain})
    assert answer.status_code == 303
    assert answer.headers["set-cookie"].startswith("tansuo=") and "Secure" not in answer.headers["set-cookie"]
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://carbon.example.cn"}, {"origin": "http://testserver"}, {"origin": "null"},
     {"origin": f"{PUBLIC}:8443"}, {"origin": PUBLIC, "sec-fetch-site": "cross-site"},
     {"sec-fetch-site": "same-origin"}],
)  # fmt: skip
def test_what_changes_something_must_come_from_the_public_address(
    headers: dict[str, str], demo: DemoCity
) -> None:
    token = demo.link("investor")
    answer = proxied(demo).post(f"/zh/sign-in/{token}", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["findings"][0]["code"] == "api.cross_site"
    assert demo.client().post(f"/zh/sign-in/{token}").status_code == 303  # the link was not used up


@pytest.mark.parametrize(
    ("url", "origin"),
    [(PUBLIC, PUBLIC), ("HTTPS://Carbon.Example.CN/", PUBLIC), (f"{PUBLIC}:443", PUBLIC),
     (f"{PUBLIC}:8443", f"{PUBLIC}:8443"), ("http://[::1]:8000", "http://[::1]:8000")],
)  # fmt: skip
def test_an_address_is_read_as_browsers_write_it(url: str, origin: str) -> None:
    assert Site.of(url).origin == origin


@pytest.mark.parametrize(
    "url", ["", "carbon.example.cn", "ftp://x.cn", "https://", f"{PUBLIC}/deep", f"{PUBLIC}?a=1", "https://a@b.cn",
            "https://x:99999", "https://碳.cn", "https://[x"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(FindingError) as caught:
        Site.of(url)
    assert caught.value.findings[0].code == "api.public_url"


def test_every_service_is_told_the_public_address() -> None:
    words = Options(public_url=PUBLIC).argv()
    assert words[words.index("--public-url") + 1] == PUBLIC


def test_behind_a_proxy_failed_sign_ins_count_for_the_address_the_proxy_saw(demo: DemoCity) -> None:
    browser = proxied(demo)

    def tried(address: str) -> int:
        headers = {"origin": PUBLIC, "x-forwarded-for": address}
        return browser.post("/zh/sign-in/never-was", headers=headers).status_code

    # What the reader claims stands before what the proxy added.
    assert [tried(f"192.0.2.{number}, 198.51.100.7") for number in range(11)] == [410] * 10 + [429]
    assert tried("198.51.100.8") == 410
