"""The load of the demo city: 24 months of raw frames through intake, with everything that is published on the way.

The bar is 20 s where the check value of a frame of 561 bytes, one step of plain Python a byte over a table, takes
10 µs. That loop is timed in the same run, before and after each load, so that the figure is a share of the time
allowed on this machine; the seconds are told beside it.
"""

import random
import statistics
import time
from collections.abc import Iterator
from itertools import pairwise

from frames import crc_table
from harness import Bar, Figure, folder, home_of, own_database, say

from tansuo.entry.demo import command

ALLOWED_S = 20.0
STEP_US = 10.0
FRAME_BYTES = 561
SHARE = Bar("at most", 1.0)


def check_value(frame: bytes, steps: list[int]) -> int:
    """The check value of HJ 212, a step a byte."""
    value = 0xFFFF
    for byte in frame:
        value = steps[value >> 8 ^ byte]
    return value


def step_us(frames: int = 20_000) -> float:
    """Microseconds that the check value of one frame takes here and now: the median of ten lots."""
    steps, frame = crc_table(), random.Random(561).randbytes(FRAME_BYTES)
    taken = []
    for _ in range(10):
        begun = time.perf_counter()
        for _ in range(frames // 10):
            check_value(frame, steps)
        taken.append((time.perf_counter() - begun) / (frames // 10) * 1e6)
    return statistics.median(taken)


def measure(quick: bool) -> Iterator[Figure]:
    """The share of the time allowed, load by load."""
    seconds: list[float] = []
    loops = [step_us()]
    with folder() as home, own_database(home) as database, home_of(home):
        for turn in range(1 if quick else 5):
            say(f"load: turn {turn + 1}")
            command.wipe(database)
            loader = command.loader_of(database)
            loader.run()
            seconds.append(loader.seconds)
            loops.append(step_us())
    around = [statistics.mean(pair) for pair in pairwise(loops)]
    yield Figure(
        "load", f"history of the city, of {ALLOWED_S:g} s where a frame's check value takes {STEP_US:g} µs",
        tuple(one / ALLOWED_S / (loop / STEP_US) for one, loop in zip(seconds, around, strict=True)), SHARE,
        notes=(
            f"{statistics.median(seconds):.1f} s ({min(seconds):.1f} to {max(seconds):.1f}); the check value of"
            f" {FRAME_BYTES} bytes, a step a byte: {statistics.median(loops):.1f} µs"
            f" ({min(loops):.1f} to {max(loops):.1f})",
        ),
    )  # fmt: skip
