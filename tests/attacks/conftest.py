"""The attacked platform, and browsers that remember."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from attacked import Browser, Platform, Root
from tansuo.database.connect import Database

_LOOP = """
const { compare, headOf } = require('./memory.js');
require('readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  const { kept, note, proof } = JSON.parse(line);
  const storage = { getItem: (key) => kept[key] ?? null, setItem: (key, value) => { kept[key] = value; } };
  const finding = await compare(headOf(note, '2026-11-26T00:00:00Z'), storage, async () => proof);
  process.stdout.write(JSON.stringify({ kept, finding }) + '\\n');
});
"""


@pytest.fixture
def platform(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """A platform with a firm and a first signed head; its home is the test's own."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("TANSUO_HOME", str(tmp_path / "home"))
    return Platform(database, tmp_path)


@pytest.fixture
def root(platform: Platform) -> Root:
    """Its operator, who turns against it."""
    return Root(platform)


@pytest.fixture(scope="session")
def memory_program(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Node, and the workspace's ``features/ledger/memory.ts`` as a program; skipped where there is no Node."""
    node, web = os.environ.get("TANSUO_NODE"), os.environ.get("TANSUO_WEB")
    if not node or not web:
        pytest.skip("the browser's memory needs Node, which ./run test brings: TANSUO_NODE is not set")
    folder = tmp_path_factory.mktemp("memory")
    bundler = [node, f"{web}/node_modules/rolldown/bin/cli.mjs"]
    words = [*bundler, "src/features/ledger/memory.ts", "-d", str(folder), "--format", "cjs"]
    subprocess.run(words, cwd=web, check=True, capture_output=True)
    (folder / "visit.cjs").write_text(_LOOP, encoding="utf-8")
    return node, folder


@pytest.fixture
def new_browser(memory_program: tuple[str, Path]) -> Iterator[Callable[[], Browser]]:
    """Makes a browser with a memory of its own."""
    node, folder = memory_program
    made: list[subprocess.Popen[str]] = []

    def start() -> Browser:
        process = subprocess.Popen(
            [node, "visit.cjs"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            encoding="utf-8",
        )  # fmt: skip
        made.append(process)
        return Browser(process)

    yield start
    for process in made:
        process.kill()
        process.wait()


@pytest.fixture
def browser_memory(new_browser: Callable[[], Browser]) -> Browser:
    """A visitor."""
    return new_browser()
