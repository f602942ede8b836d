"""Takes the screenshots of docs/screens from a running demo: `python tools/screens.py http://127.0.0.1:8000`.

Every page once for the role it is made for, wide and narrow, and a few between, in English or dark; which, says
`tools/screens.toml`. The pictures are looked at by people; no test compares them.
"""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/screens"
HEIGHTS = {1440: 900, 1024: 768, 390: 844}
CLOSED_FINDING = "{closed finding}"
"""In an address: the receipt of which a finding was closed."""

SILENT = datetime.now(ZoneInfo("Asia/Shanghai")).date() - timedelta(days=3)
"""The day, counted back from the demo's load, of which a device still owes its first four hours."""


class Shot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page to be pictured: file name, what it shows in both languages, who looks, over what, where, what first."""

    name: str
    zh: str
    en: str
    at: str
    role: str = ""
    subject: str = ""
    language: str = "zh"
    dark: bool = False
    widths: tuple[int, ...] = (1440, 390)
    steps: tuple[str, ...] = ()

    def file(self, width: int) -> str:
        """The name of its picture of one width, in pixels."""
        return f"{self.name}{'' if width == max(HEIGHTS) else f'-{width}'}.png"


def shots() -> list[Shot]:
    """All of them, as `tools/screens.toml` lists them."""
    return msgspec.toml.decode((ROOT / "tools/screens.toml").read_bytes(), type=dict[str, list[Shot]])["shot"]


def link(base: str, shot: Shot) -> str:
    """A fresh sign-in link for who looks."""
    name = ".".join(one for one in ("screens", shot.role, shot.subject) if one)
    words = [str(ROOT / "run"), "tansuo", "link", shot.role, name, "--base", base, "--json"]
    if shot.subject:
        words += ["--subject", shot.subject]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return str(json.loads(done.stdout)["link"])


def signed_in(browser: Browser, base: str, shot: Shot) -> Any:
    """What the browser remembers of a sign-in."""
    context = browser.new_context()
    if shot.role:
        page = context.new_page()
        page.goto(link(base, shot))
        page.locator("form[action*='sign-in'] button").click()
        page.wait_for_load_state("domcontentloaded")
    state = context.storage_state()
    context.close()
    return state


def address(page: Page, base: str, shot: Shot) -> str:
    """Where the page of a shot is."""
    if not shot.at.startswith("/"):
        return f"{base}/{shot.language}/app/{shot.at}"
    if shot.at.endswith(".html"):
        return base + shot.at
    at = shot.at
    if CLOSED_FINDING in at:
        found = page.request.get(f"{base}/api/findings?state=all").json()
        at = at.replace(CLOSED_FINDING, next(one["receipt"] for one in found if one["state"] == "closed"))
    return f"{base}/{shot.language}{at}"


def settle(page: Page) -> None:
    """Wait until the page has its heading and nothing is on its way."""
    page.locator("h1").first.wait_for()
    page.wait_for_function("() => document.querySelector('.waiting') === null")


def do(page: Page, step: str) -> None:
    """One step of those that `tools/screens.toml` names."""
    act, _, what = step.partition(" ")
    if act == "upload":
        name, _, text = what.partition(" ")
        content = text.replace("|", "\r\n").encode("utf-8")
        page.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": content}
        )
    elif act == "wait":
        page.locator(what).first.wait_for()
    elif act == "click":
        page.locator(what).first.click()
        page.wait_for_timeout(500)  # what is opened is loaded first, and says only then that it waits
    elif act == "follow":
        page.goto(page.url.split("/zh/")[0] + str(page.locator(what).first.get_attribute("href")))
    else:
        raise ValueError(f"no such step: {step!r}; there are upload, wait, click and follow")


def take(browser: Browser, base: str, shot: Shot, state: Any, width: int) -> None:
    """One picture of one width."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        storage_state=state,
        locale="zh-CN" if shot.language == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if shot.dark else "light",
    )
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(address(page, base, shot))
    settle(page)
    for step in shot.steps:
        do(page, step.format(name=shot.name, width=width, day=SILENT))
    settle(page)
    page.wait_for_timeout(6_000 if "live" in shot.at or shot.at == "screen" else 800)
    page.screenshot(path=FOLDER / shot.file(width))
    context.close()


def index() -> None:
    """The page that lists the pictures."""
    lines = [
        "# Screens",
        "",
        "The demo city; everything it shows is synthetic (演示数据). First the workspace, then the documents.",
        "",
        "Taken by `tools/screens.py` from a running `./run demo`, 1440 and 390 px wide, a few 1024.",
        "",
    ]
    for shot in shots():
        pictures = " ".join(f"![{shot.en}, {width} px]({shot.file(width)})" for width in shot.widths)
        lines += [f"## {shot.zh} · {shot.en}", "", pictures, ""]
    (FOLDER / "README.md").write_text("\n".join(lines), "utf-8")


def main(arguments: list[str]) -> int:
    """Take every picture, or those whose names are given after the address."""
    base, *names = arguments
    FOLDER.mkdir(parents=True, exist_ok=True)
    states: dict[tuple[str, str], Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for shot in shots():
            if names and shot.name not in names:
                continue
            who = (shot.role, shot.subject)
            if who not in states:
                states[who] = signed_in(browser, base, shot)
            for width in shot.widths:
                take(browser, base, shot, states[who], width)
            print(shot.name, flush=True)
        browser.close()
    index()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
