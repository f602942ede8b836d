"""A real browser on the real application over the loaded demo city.

Every page is watched: a request to any other host, an error on the console or an error of a script fails the
test that opened it. Where no Chromium is found the tests are skipped, and say so.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from demo_city import DemoCity, copy_of
from tansuo.database.supervisor import PostgresServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""Debian's own two first; the shell draws pages and no window around them, which costs a third less."""
WIDE, NARROW = (1440, 900), (390, 844)
BETWEEN = 1024
"""The width of an older screen or a tablet, in pixels."""


def chromium() -> str | None:
    """The browser of this machine: ``TANSUO_CHROMIUM``, else the system's."""
    named = os.environ.get("TANSUO_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass
class Site:
    """The application at an address of this machine, over a city that tests may change."""

    city: DemoCity
    base: str

    def link(self, role: str, language: str = "zh", subject: str | None = None) -> str:
        """The address of a fresh one-time sign-in link."""
        return f"{self.base}/{language}/sign-in/{self.city.link(role, subject)}"


@pytest.fixture(scope="module")
def site(server: PostgresServer, demo_template: str) -> Iterator[Site]:
    """The application behind a real web server over a city of its own, for one module."""
    with copy_of(server, demo_template) as city:
        yield from _served(city)


def _served(city: DemoCity) -> Iterator[Site]:
    import uvicorn

    static = Path(os.environ.get("TANSUO_STATIC", ROOT / "src/tansuo/static"))
    assert (static / "manifest.json").is_file(), f"the workspace is not built in {static}: ./run web build"
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(city.app, log_level="warning", lifespan="off", ws="none", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the web server did not start"
        time.sleep(0.01)
    yield Site(city, f"http://127.0.0.1:{listening.getsockname()[1]}")
    server.should_exit = server.force_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator["Browser"]:
    """A headless Chromium for one module.

    It comes after the site and goes with the module: while it is there its event loop runs in this thread,
    and no other can.
    """
    program = chromium()
    if program is None:
        pytest.skip(f"no Chromium found ({', '.join(NAMES)} or TANSUO_CHROMIUM): browser tests need one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@dataclass
class Watched:
    """Pages of one visitor, and what went wrong on them."""

    context: "BrowserContext"
    site: Site
    wrong: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> "Page":
        """A new tab at an address of the site; without a path an empty one."""
        page = self.context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"script error: {error}"))
        page.on("request", lambda request: self._asked(request.url))
        if path:
            page.goto(path if path.startswith("http") else f"{self.site.base}{path}")
        return page

    def _said(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), str(getattr(message, "text", message))
        if kind == "error" and not any(one in text for one in self.expected):
            self.wrong.append(f"console: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.site.base, "data:", "blob:")):
            self.wrong.append(f"asked another host: {url}")


Visit = Callable[..., Watched]


@pytest.fixture
def visit(site: Site, browser: "Browser") -> Iterator[Visit]:
    """Opens a browser for a visitor: ``visit(role, language, size)``; what went wrong fails the test at its end."""
    opened: list[Watched] = []

    def come(
        role: str = "anonymous",
        language: str = "zh",
        size: tuple[int, int] = WIDE,
        subject: str | None = None,
        **options: object,
    ) -> Watched:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN" if language == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            **options,  # type: ignore[arg-type]
        )
        context.set_default_timeout(30_000)
        visitor = Watched(context, site)
        opened.append(visitor)
        if role != "anonymous":
            page = visitor.open(site.link(role, language, subject))
            page.locator("form[action*='sign-in'] button").click()
            page.wait_for_load_state("domcontentloaded")
            page.close()
        return visitor

    yield come
    wrong = [line for visitor in opened for line in visitor.wrong]
    for visitor in opened:
        visitor.context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def axe() -> Callable[["Page"], list[str]]:
    """Runs axe-core on a page: its serious and critical findings, one line each."""
    source = Path(os.environ.get("TANSUO_WEB", ROOT / "web")) / "node_modules/axe-core/axe.min.js"
    assert source.is_file(), f"axe-core is not installed in {source}: ./run web build"
    script = source.read_text("utf-8")

    def check(page: "Page") -> list[str]:
        page.evaluate(script)
        result = page.evaluate(
            "() => axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})"
        )
        return [
            f"{one['id']}: {one['help']} at {_places(one['nodes'])}"
            for one in result["violations"]
            if one["impact"] in ("serious", "critical")
        ]

    return check


def _places(nodes: list[dict[str, object]]) -> str:
    """Where on a page, the first three."""
    return "; ".join(str(node["target"]) for node in nodes[:3])


LANGUAGES = ("zh", "en")


def in_words(language: str) -> Callable[[str, str], str]:
    """Of a pair of texts the one that this language's pages say."""
    return lambda zh, en: zh if language == "zh" else en


def drawn(page: "Page") -> None:
    """Wait until the page has its heading and nothing is on its way."""
    page.locator("h1").first.wait_for()
    page.wait_for_function("() => document.querySelector('.waiting') === null")
