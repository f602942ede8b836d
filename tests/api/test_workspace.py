"""The workspace's addresses: one page for all of them, strict in what it may load, open to everybody."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo_city import HTML, DemoCity
from tansuo.api.routers import workspace
from tansuo.reporting.workspace import ENTRY, Built


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A build of one file."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "manifest.json").write_text(json.dumps({ENTRY: {"file": "assets/main-1.js"}}))
    (tmp_path / "assets/main-1.js").write_text("start()")
    made = Built(tmp_path)
    monkeypatch.setattr(workspace, "built", lambda: made)
    yield


def carried(page: str) -> dict[str, dict[str, object]]:
    """What the page says to the script."""
    found: dict[str, dict[str, object]] = json.loads(
        page.partition('id="boot">')[2].partition("</script>")[0]
    )
    return found


def test_every_address_of_the_workspace_is_the_same_page(demo: DemoCity) -> None:
    client = demo.client()
    assert client.get("/zh/app").headers["location"] == "/zh/app/"
    for path in ("", "overview", "enterprises/demo.power-a", "anything/at/all"):
        answer = client.get(f"/zh/app/{path}")
        assert answer.status_code == 200
        assert '<html lang="zh-CN">' in answer.text
    assert '<html lang="en">' in client.get("/en/app/overview").text
    assert client.get("/fr/app/").status_code == 404


def test_the_page_runs_our_files_only(demo: DemoCity) -> None:
    first, second = (demo.client().get("/zh/app/") for _ in range(2))
    rules = first.headers["content-security-policy"]
    assert "script-src 'self';" in rules and "default-src 'none'" in rules
    assert "unsafe-eval" not in rules and "script-src 'self' 'unsafe" not in rules
    nonces = [
        re.search(r"'nonce-([^']+)'", one.headers["content-security-policy"]) for one in (first, second)
    ]
    assert nonces[0] and nonces[1] and nonces[0][1] != nonces[1][1]
    assert f'content="{nonces[0][1]}"' in first.text
    assert first.headers["cache-control"] == "no-store"


def test_the_page_knows_who_opened_it(demo: DemoCity) -> None:
    seen = carried(demo.client().get("/zh/app/").text)
    assert seen["session"]["role"] == "public"
    assert (seen["ledger"]["synthetic"], seen["ledger"]["today"]) == (True, "2026-05-21")
    signed_in = demo.signed_in("verifier")
    session = carried(signed_in.get("/en/app/").text)["session"]
    assert (session["role"], session["role_zh"]) == ("verifier", "技术审核机构")
    assert session["form_token"]


def test_a_built_file_may_be_kept_for_ever(demo: DemoCity) -> None:
    answer = demo.client().get("/assets/main-1.js")
    assert answer.text == "start()"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert demo.client().get("/assets/absent.js").status_code == 404
    assert demo.client().get("/assets/..%2f..%2fapp.py").status_code == 404


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", ["/api/cockpit", "/api/map"]),
        ("?as_of=7&period=2026-04", ["/api/cockpit?as_of=7&amp;period=2026-04", "/api/map?as_of=7"]),
        ("?known_on=2026-05-02", ["/api/cockpit?known_on=2026-05-02", "/api/map?known_on=2026-05-02"]),
        ("?known_on=2026-05-21", ["/api/cockpit", "/api/map"]),
        ("?known_on=2026-13-45", ["/api/cockpit", "/api/map"]),
        ("?as_of=abc", ["/api/cockpit", "/api/map"]),
    ],
)
def test_the_overview_asks_beforehand_for_what_its_page_will_ask(
    query: str, asked: list[str], demo: DemoCity
) -> None:
    page = demo.signed_in("city_manager").get(f"/zh/app/overview{query}", headers=HTML).text
    assert re.findall(r'href="(/api/[^"]*)"', page) == asked
