"""Runs pytest; the last line says "N passed, N failed[, N skipped]", whatever happened before it."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


class Tally:
    """Counts outcomes as pytest's own summary does; an error counts as a failure."""

    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Read the counts after the last test, whether or not tests ran in several processes."""
        stats = terminalreporter.stats
        self.passed = len(stats.get("passed", [])) + len(stats.get("xfailed", []))
        self.failed = (
            len(stats.get("failed", [])) + len(stats.get("error", [])) + len(stats.get("xpassed", []))
        )
        self.skipped = len(stats.get("skipped", []))

    def line(self, status: int) -> str:
        """The last line; a run that broke without a failing test still shows a failure."""
        failed = self.failed or (1 if status not in (0, 5) else 0)
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {failed} failed{skipped}"


def workspace(tally: Tally) -> int:
    """The unit tests of the workspace, counted with the others; without Node they are skipped, and that is said."""
    node, web = os.environ.get("TANSUO_NODE"), os.environ.get("TANSUO_WEB")
    if not node or not web:
        print("SKIPPED the workspace's unit tests: Node or its packages could not be installed")
        tally.skipped += 1
        return 0
    program = str(Path(web) / "node_modules/vitest/vitest.mjs")
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        words = [node, program, "run", "--reporter=default", "--reporter=json", f"--outputFile.json={report}"]
        code = subprocess.run(words, cwd=web, check=False).returncode
        counts = json.loads(report.read_text("utf-8")) if report.is_file() else {}
    tally.passed += int(counts.get("numPassedTests", 0))
    failed = int(counts.get("numFailedTests", 0))
    tally.failed += max(failed, 1 if code != 0 else 0)
    tally.skipped += int(counts.get("numPendingTests", 0))
    return code


def main(arguments: list[str]) -> int:
    """Run all tests on every core, or those the arguments name in this process; not zero where one fails."""
    tally = Tally()
    whole = not arguments
    if whole:
        # One more than there are cores: some tests wait for a browser, a service or a disk.
        arguments = ["-n", str(min((os.cpu_count() or 1) + 1, 8)), "--dist", "worksteal"]
    status = int(
        pytest.main(["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), *arguments], [tally])
    )
    sys.stdout.flush()
    sys.stderr.flush()
    if whole:
        status = workspace(tally) or status
    print(tally.line(status), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
