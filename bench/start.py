"""The start of the demo as a newcomer has it: `./run demo` in a fresh clone with an empty home, then again.

Cold is from nothing to everything running: installer, packages, database, 24 months of history, workspace. It needs
the package registries. Bars are 60 s and 8 s where the check value of a frame takes 10 µs (see ``load``).
"""

import os
import signal
import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from harness import Figure, folder, say
from load import FRAME_BYTES, SHARE, STEP_US, step_us

COLD_S = 60.0
WARM_S = 8.0
READY = "运行中 running"
ROOT = Path(__file__).resolve().parents[1]


def seconds(tree: Path, home: Path) -> float:
    """From the command to its line that everything runs; RuntimeError with its last lines where that never comes."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TANSUO_", "PYTHON"))}
    begun = time.perf_counter()
    demo = subprocess.Popen(
        ["./run", "demo", "--no-browser", "--port", "0", "--gateway-port", "0"],
        cwd=tree, env={**ours, "HOME": str(home)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert demo.stdout is not None
    said: list[str] = []
    try:
        for line in demo.stdout:
            said.append(line)
            if READY in line:
                return time.perf_counter() - begun
        raise RuntimeError("the demo did not start:\n" + "".join(said[-12:]))
    finally:
        demo.send_signal(signal.SIGINT)
        demo.stdout.read()
        demo.wait()


def measure(quick: bool) -> Iterator[Figure]:
    """One cold start, then warm ones."""
    with folder() as place:
        tree, home = place / "tree", place / "home"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(tree)], check=True)
        home.mkdir()
        say("start: cold, from nothing")
        loops, taken = [step_us()], []
        for _ in range(2 if quick else 6):
            taken.append(seconds(tree, home))
            loops.append(step_us())
    for name, allowed, times, around in (
        ("cold", COLD_S, taken[:1], loops[:2]),
        ("warm", WARM_S, taken[1:], loops[1:]),
    ):
        loop = statistics.mean(around)
        yield Figure(
            "start", f"{name}, of {allowed:g} s where a frame's check value takes {STEP_US:g} µs",
            tuple(one / allowed / (loop / STEP_US) for one in times), SHARE,
            notes=(
                f"{statistics.median(times):.1f} s ({min(times):.1f} to {max(times):.1f}) until everything runs;"
                f" the check value of {FRAME_BYTES} bytes, a step a byte: {loop:.1f} µs",
            ),
        )  # fmt: skip
