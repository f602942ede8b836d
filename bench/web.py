"""What a reader waits for: the cockpit and the documents against the same kind of page built the common way.

The other side is one bundle with antd's components and all of ECharts (``web/bench/whole.tsx``): a form, a table
of 20 rows, one chart of 365 points, data by fetch. All are opened in one headless Chromium, each time with a
cold cache, on a 4G line as throttled by the browser's own protocol (150 ms, 1.6 Mbit/s down, 0.75 up) and a
processor slowed four times; they take turns. Time runs from the start of the navigation to the second frame
after what was asked for is on the page. Bars: cockpit ≤ 1/2; documents ≤ 1/5, and ≤ 60 kB as sent.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from harness import Bar, Figure, say
from pages import HOST, Reader, answer, city, paths, process, serve, serve_pages
from starlette.types import Receive, Scope, Send

from tansuo.entry.demo import links

HALF, FIFTH, SIZE = Bar("at most", 0.5), Bar("at most", 0.2), Bar("at most", 60.0)
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
SLOWER = 4
DRAWN = {"cockpit": "[data-drawn='cockpit']", "whole": "[data-drawn='whole']", "document": "footer"}
WATCH = """(() => {
  const look = () => document.querySelector(SELECTOR) === null
    ? requestAnimationFrame(look)
    : requestAnimationFrame(() => requestAnimationFrame(() => { window.drawnAt = performance.now(); }));
  look();
})()"""
REPEATS, QUICK = 5, 2


def build(target: Path) -> dict[str, tuple[bytes, str, str]]:
    """The other side's files by path: bytes as sent, media type, encoding."""
    web = Path(os.environ["TANSUO_WEB"])
    node = os.environ["TANSUO_NODE"]
    vite = [node, str(web / "node_modules/vite/bin/vite.js"), "build", "--config", "bench/vite.config.ts"]
    words = [*vite, "--outDir", str(target), "--emptyOutDir", "--logLevel", "warn"]
    path = f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(words, cwd=web, env={**os.environ, "PATH": path}, check=True)
    script = next(target.glob("assets/*.js"))
    squeeze = (
        "const z=require('zlib'),f=require('fs');const p={params:{[z.constants.BROTLI_PARAM_QUALITY]:10}};"
    )
    code = (
        f"{squeeze}f.writeFileSync(process.argv[2],z.brotliCompressSync(f.readFileSync(process.argv[1]),p))"
    )
    small = script.with_suffix(".br")
    subprocess.run([node, "-e", code, str(script), str(small)], check=True)
    head = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>whole</title>'
    page = f'{head}<script type="module" src="/{script.name}"></script></head><body><div id="root"></div></body></html>'
    rows = [{"key": str(n), "name": f"演示企业{n}", "value": f"{n * 1234.5:.2f}"} for n in range(20)]
    data = {"rows": rows, "days": [str(n) for n in range(365)], "values": [n * 7 % 100 for n in range(365)]}
    return {
        "/": (page.encode(), "text/html; charset=utf-8", ""),
        f"/{script.name}": (small.read_bytes(), "text/javascript", "br"),
        "/data.json": (json.dumps(data).encode(), "application/json", ""),
    }


def serve_whole(ready: Pipe, files: Mapping[str, tuple[bytes, str, str]]) -> None:
    """A process: the other side's files from memory, by the product's own web server."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body, kind, encoding = files.get(scope["path"], (b"", "text/plain", ""))
        headers = {"content-type": kind, **({"content-encoding": encoding} if encoding else {})}
        await answer(send, body, headers)

    serve(ready, app)


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium. SystemExit where this machine has none."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("TANSUO_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        raise SystemExit(
            f"no Chromium found: install one of {', '.join(names)}, or name it in TANSUO_CHROMIUM"
        )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


def drawn(browser: Any, reader: Reader, path: str, what: str) -> tuple[float, float]:
    """(milliseconds until drawn, kilobytes received) of one cold visit on the slow line."""
    base = f"http://{HOST}:{reader.connection.port}"
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    if "Cookie" in reader.headers:
        name, _, value = reader.headers["Cookie"].partition("=")
        context.add_cookies([{"name": name, "value": value, "url": base}])
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    received: list[float] = []
    protocol.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    protocol.send("Network.enable")
    protocol.send("Network.emulateNetworkConditions", LINE)
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH.replace("SELECTOR", json.dumps(DRAWN[what])))
    page.goto(base + path, wait_until="commit")
    page.wait_for_function("() => window.drawnAt !== undefined", timeout=90_000)
    at = float(page.evaluate("() => window.drawnAt"))
    context.close()
    return at, sum(received) / 1000


def measure(quick: bool) -> Iterator[Figure]:
    """The cockpit and each document over the other side, turn by turn."""
    with tempfile.TemporaryDirectory() as place, city() as database:
        say("building the other side")
        files = build(Path(place) / "whole")
        owner = (database.url_owner, database.url_app)
        with (
            process(serve_pages, *owner) as ours,
            process(serve_whole, files) as theirs,
            chromium() as browser,
        ):
            ours.sign_in(links.fresh(database, "")[0][1])
            visits = {"cockpit": (ours, "/zh/app/overview", "cockpit")}
            visits |= {name: (ours, f"/zh{path}", "document") for name, path in paths(database).items()}
            visits["whole"] = (theirs, "/", "whole")
            for reader, path, _ in visits.values():
                reader.get(path)
            found: dict[str, list[tuple[float, float]]] = {name: [] for name in visits}
            for turn in range(QUICK if quick else REPEATS):
                say(f"turn {turn + 1}")
                for name, (reader, path, what) in visits.items():
                    found[name].append(drawn(browser, reader, path, what))
    yield from figures(found)


def figures(found: Mapping[str, list[tuple[float, float]]]) -> Iterator[Figure]:
    """The ratios against their bars, and what was seen."""
    whole = found["whole"]
    seen = tuple(at for at, _ in whole)
    yield Figure(
        "web", "antd and all of ECharts, drawn", seen, None, "ms", (f"{whole[0][1]:.0f} kB received",)
    )
    for name in found.keys() - {"whole"}:
        ratio = tuple(ours[0] / theirs[0] for ours, theirs in zip(found[name], whole, strict=True))
        middle = sorted(at for at, _ in found[name])[len(found[name]) // 2]
        notes = (f"{middle:.0f} ms, {found[name][-1][1]:.0f} kB received",)
        bar = HALF if name == "cockpit" else FIFTH
        yield Figure("web", f"{name} drawn, over that", ratio, bar, "×", notes)
        if name != "cockpit":
            yield Figure("web", f"{name} as sent", tuple(size for _, size in found[name]), SIZE, "kB")
