"""Sampling by size: which receipts a verifier opens, drawn so that anybody can draw the same ones again.

Systematic sampling with probability proportional to size (monetary unit sampling; ISA 530, appendix 1): the
receipts stand in the order of their ids, each as long as its value; from a start that the seed gives, every
n-th part of the whole length picks the receipt it falls into. What is longer than a step is certain to come.
The start is the first 16 bytes of SHA-256(seed) as a fraction of one, times the step: exact, no random number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

_PARTS = 2**128


@dataclass(frozen=True, slots=True)
class Drawn:
    """A receipt that was drawn. ``certain``: it is longer than a step, so every seed draws it."""

    receipt: str
    size: Decimal
    certain: bool


def draw(sizes: Mapping[str, Decimal], count: int, seed: str) -> list[Drawn]:
    """At most ``count`` receipts, by id; all of them where there are no more. Sizes of zero are never drawn.

    ValueError for a size below zero or a count below one.
    """
    if count < 1 or any(size < 0 for size in sizes.values()):
        raise ValueError("a sample needs a count of at least one and sizes of at least zero")
    population = [(name, sizes[name]) for name in sorted(sizes) if sizes[name] > 0]
    if len(population) <= count:
        return [Drawn(name, size, certain=True) for name, size in population]
    certain, rest = _certain(population, count)
    picked = _picked(rest, count - len(certain), seed)
    return sorted(
        [Drawn(name, size, certain=True) for name, size in certain]
        + [Drawn(name, size, certain=False) for name, size in picked],
        key=lambda one: one.receipt,
    )


Sized = list[tuple[str, Decimal]]


def _certain(population: Sized, count: int) -> tuple[Sized, Sized]:
    """What is at least a step long is taken, and the step made anew over the rest, until nothing more is."""
    taken: Sized = []
    rest = list(population)
    while len(taken) < count:
        step = _length(rest) / (count - len(taken))
        long = [one for one in rest if Fraction(one[1]) >= step]
        if not long:
            break
        room = count - len(taken)
        taken += sorted(long, key=lambda one: (-one[1], one[0]))[:room]
        names = {name for name, _ in taken}
        rest = [one for one in rest if one[0] not in names]
    return taken, rest


def _picked(rest: Sized, count: int, seed: str) -> Sized:
    if count < 1:
        return []
    step = _length(rest) / count
    at = step * Fraction(int.from_bytes(sha256(seed.encode()).digest()[:16]), _PARTS)
    found: Sized = []
    end = Fraction(0)
    for one in rest:
        end += Fraction(one[1])
        if at < end:
            found.append(one)
            at += step
    return found


def _length(population: Sequence[tuple[str, Decimal]]) -> Fraction:
    return sum((Fraction(size) for _, size in population), Fraction(0))
