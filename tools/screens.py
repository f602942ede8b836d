"""Takes the screenshots of docs/screens from a running demo: `python tools/screens.py http://127.0.0.1:8000`.

Every part of the workspace once for the role it is made for, wide and narrow, and a few in English and dark. The
pictures are looked at by people; no test compares them.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/screens"
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: file name, what it shows in both languages, who looks, over what, where."""

    name: str
    zh: str
    en: str
    role: str
    subject: str
    path: str
    language: str = "zh"
    dark: bool = False
    narrow: bool = True


CITY = "zj.city"
VERIFIER = "demo.verifier"
CLOSED_FINDING = "receipts/closed-finding"
SHOTS = (
    Shot("overview-zh", "总览", "Cockpit", "city_manager", CITY, "overview"),
    Shot("overview-en", "总览(英文)", "Cockpit in English", "city_manager", CITY, "overview", "en"),
    Shot("overview-dark", "总览(深色)", "Cockpit, dark", "city_manager", CITY, "overview", dark=True),
    Shot("screen", "大屏", "Wall screen", "city_manager", CITY, "screen", narrow=False),
    Shot("home-city", "市级管理首页", "City manager's home", "city_manager", CITY, ""),
    Shot("home-approver", "市级审批首页", "City approver's home", "city_approver", CITY, ""),
    Shot("home-department", "部门报数首页", "Department's home", "department", CITY, ""),
    Shot("home-county", "区县管理首页", "County's home", "county_manager", "zj.unit.xinqu", ""),
    Shot("home-clerk", "企业填报首页", "Enterprise clerk's home", "enterprise_clerk", "demo.chemical-d", ""),
    Shot("home-reviewer", "企业审核首页", "Reviewer's home", "enterprise_reviewer", "demo.chemical-d", ""),
    Shot("home-verifier", "技术审核机构首页", "Verifier's home", "verifier", VERIFIER, ""),
    Shot("home-public", "公众首页", "The public's home", "", "", ""),
    Shot("enterprises", "企业列表", "Enterprises", "city_manager", CITY, "enterprises"),
    Shot(
        "enterprise-months",
        "企业:月度",
        "Enterprise by month",
        "city_manager",
        CITY,
        "enterprises/demo.power-a?tab=months",
    ),
    Shot(
        "enterprise-live",
        "企业:实时",
        "Enterprise, live",
        "city_manager",
        CITY,
        "enterprises/demo.power-a?tab=live",
    ),
    Shot(
        "enterprise-sources",
        "企业:排放源与计量",
        "Sources and meters",
        "city_manager",
        CITY,
        "enterprises/demo.power-a?tab=sources",
    ),
    Shot(
        "enterprise-grid",
        "企业:完整性",
        "Completeness",
        "city_manager",
        CITY,
        "enterprises/demo.paper-e?tab=completeness",
    ),
    Shot(
        "enterprise-history",
        "企业:变更",
        "Changes",
        "city_manager",
        CITY,
        "enterprises/demo.chemical-d?tab=history",
    ),
    Shot("explore", "查询", "Explorer", "city_manager", CITY, "explore?preset=0"),
    Shot("drawer", "收据抽屉", "Receipt drawer", "city_manager", CITY, "overview?drawer=0"),
    Shot(
        "receipt-findings",
        "收据文件:不符合项",
        "Receipt document with a finding",
        "verifier",
        VERIFIER,
        CLOSED_FINDING,
    ),
    Shot(
        "home-audit",
        "审计管理员首页:证据保全",
        "Audit administrator's home with holds",
        "audit_admin",
        "",
        "",
    ),
    Shot("methods", "方法", "Methods", "verifier", VERIFIER, "methods"),
    Shot("method", "一个方法", "One method", "verifier", VERIFIER, "methods/packs/cn_power_generation_2022"),
    Shot("factors", "因子库", "Factor library", "verifier", VERIFIER, "methods/factors?row=0"),
    Shot("ledger", "账本", "Ledger", "verifier", VERIFIER, "ledger"),
    Shot("entry", "账本条目与证明", "Entry with its proof", "verifier", VERIFIER, "ledger/300"),
    Shot("imports", "导入", "Imports", "enterprise_clerk", "demo.chemical-d", "imports"),
    Shot("notices", "提醒", "Notices", "city_manager", CITY, "notices"),
    Shot("publish", "发布台", "Approver's desk", "city_approver", CITY, "publish"),
    Shot("corrections", "更正台", "Corrections", "city_approver", CITY, "corrections"),
    Shot("search", "搜索", "Search", "verifier", VERIFIER, "search?q=电厂"),
    Shot("admin-system", "系统管理员", "System administrator", "system_admin", "", ""),
    Shot("admin-security", "安全管理员", "Security administrator", "security_admin", "", ""),
    Shot("admin-audit", "审计管理员", "Audit administrator", "audit_admin", "", ""),
)
PRESSED = {
    "preset=0": ".explore-preset",
    "drawer=0": ".big-direct .figure-link",
    "row=0": ".library-row",
}


def link(base: str, shot: Shot) -> str:
    """A fresh sign-in link for who looks."""
    words = [str(ROOT / "run"), "tansuo", "link", shot.role, f"screens.{shot.role}", "--base", base, "--json"]
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


def take(browser: Browser, base: str, shot: Shot, state: Any, size: str) -> None:
    """One picture of one width."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        storage_state=state,
        locale="zh-CN" if shot.language == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if shot.dark else "light",
    )
    context.set_default_timeout(90_000)
    page = context.new_page()
    path, _, tail = shot.path.partition("?")
    press = PRESSED.get(tail)
    if shot.path == CLOSED_FINDING:
        found = context.request.get(f"{base}/api/findings?state=all").json()
        receipt = next(one["receipt"] for one in found if one["state"] == "closed")
        page.goto(f"{base}/{shot.language}/receipts/{receipt}")
    else:
        page.goto(f"{base}/{shot.language}/app/{path}" + (f"?{tail}" if tail and press is None else ""))
    page.locator("h1").first.wait_for()
    if press is not None:
        page.locator(press).first.click()
        page.wait_for_timeout(500)  # what is opened is loaded first, and says only then that it waits
    page.wait_for_function("() => document.querySelector('.waiting') === null")
    page.wait_for_timeout(6_000 if "live" in shot.path or shot.path == "screen" else 800)
    page.screenshot(path=FOLDER / f"{shot.name}{'' if size == 'wide' else '-390'}.png")
    context.close()


def index() -> None:
    """The page that lists the pictures."""
    lines = [
        "# Screens of the workspace",
        "",
        "The demo city; everything it shows is synthetic (演示数据).",
        "",
    ]
    lines += ["Taken by `tools/screens.py` from a running `./run demo`, 1440 and 390 px wide.", ""]
    for shot in SHOTS:
        narrow = f" ![{shot.en}, 390 px]({shot.name}-390.png)" if shot.narrow else ""
        lines += [f"## {shot.zh} · {shot.en}", "", f"![{shot.en}]({shot.name}.png){narrow}", ""]
    (FOLDER / "README.md").write_text("\n".join(lines), "utf-8")


def main(arguments: list[str]) -> int:
    """Take every picture, or those whose names are given after the address."""
    base, *names = arguments
    FOLDER.mkdir(parents=True, exist_ok=True)
    states: dict[tuple[str, str], Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for shot in SHOTS:
            if names and shot.name not in names:
                continue
            who = (shot.role, shot.subject)
            if who not in states:
                states[who] = signed_in(browser, base, shot)
            for size in SIZES if shot.narrow else ["wide"]:
                take(browser, base, shot, states[who], size)
            print(shot.name, flush=True)
        browser.close()
    index()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
