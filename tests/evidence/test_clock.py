"""Clocks."""

import time

from tansuo.evidence.clock import SimulatedClock, SystemClock


def test_the_systems_clock_is_the_systems() -> None:
    before = time.time_ns() // 1_000_000
    assert before <= SystemClock().now_ms() <= time.time_ns() // 1_000_000


def test_a_simulated_clock_stands_until_it_is_moved() -> None:
    clock = SimulatedClock(5)
    assert clock.now_ms() == clock.now_ms() == 5
    clock.advance(10)
    assert clock.now_ms() == 15
    clock.set(3)
    assert clock.now_ms() == 3
