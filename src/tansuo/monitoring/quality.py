"""What a device's quality mark means, and what a plausible series looks like.

Marks decide state and provenance; they never make a number. Plausibility gives findings and changes nothing:
a spike is removed by a person with a reason (a correction), with both values kept.

A device that says "stopped" (F) and sends an amount other than zero contradicts itself. Not operating adds
nothing and makes no hole, so believing the mark would drop the amount without a word; believing the number
would count what the device disowns. The cell is therefore missing, with its mark kept, and said by the finding
`monitoring.stopped_with_value`: no total until a person decides (docs/decisions/0008).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from tansuo.monitoring.grid import instant
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.reading import Measurement, Version
from tansuo.quantity.decimals import plain, scaled, unscaled
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import Provenance, State


class Mark(NamedTuple):
    """What a mark says of a number sent with it: state where the number is not taken (None: it is),
    origin."""

    state: State | None
    provenance: Provenance


_VALID = Mark(None, Provenance.MEASURED)
_INVALID = Mark(State.MISSING, Provenance.MEASURED)

STOPPED = "F"
"""The mark of a source that does not operate."""

STOPPED_WITH_VALUE = "monitoring.stopped_with_value"

#: Data marks of HJ 212-2017 table 8 (N normal, F stopped, M maintenance, S set by hand, D fault,
#: C calibration, T over range, B communication fault). Only N counts as measured.
HJ212_MARKS: Mapping[str, Mark] = {
    "": _VALID,
    "N": _VALID,
    STOPPED: Mark(State.NOT_OPERATING, Provenance.MEASURED),
    "S": Mark(None, Provenance.DECLARED),
    **dict.fromkeys("MDCTB", _INVALID),
}


def mark(measurement: Measurement) -> Mark:
    """The mark of a measurement. What the connector states outright wins; files carry no marks of their own.

    An invalid HJ 212 mark (M, D, C, T, B, or one that is not in the table) makes the value missing, unless
    the connector says that the number is a declared substitute.
    """
    said = _VALID if measurement.channel == "file" else HJ212_MARKS.get(measurement.flag, _INVALID)
    if measurement.state is None and measurement.provenance is None:
        return said
    provenance = measurement.provenance or said.provenance
    if measurement.state is not None:
        return Mark(None if measurement.state.has_value else measurement.state, provenance)
    if said.state is State.MISSING and measurement.provenance is Provenance.SUBSTITUTED:
        return Mark(None, provenance)
    return Mark(said.state, provenance)


def stopped_with_value(measurement: Measurement, form: str) -> bool:
    """Whether the device says that the source stood still (F) and yet sends an amount other than zero.

    Asked of amounts and rates, which are summed. A register keeps its count while the source stands still, and
    a ratio (a temperature, a concentration) may well have a value then: no contradiction. Any digit but 0
    makes a number other than zero, so that one too fine or too large to be stored is not overlooked.
    """
    return (
        measurement.channel == "hj212"
        and measurement.flag == STOPPED
        and measurement.state is None
        and form in ("interval_amount", "rate")
        and any(digit in "123456789" for digit in measurement.text or "")
    )


def place_of(series: str, start: int, arrival: int, record: int) -> dict[str, str | int]:
    """Where a finding on one reading is: its series and time, and the raw frame or row it came in."""
    return {"series": series, "time": instant(start).isoformat(), "entry": arrival, "frame": record}


def state_of(number: int, provenance: Provenance) -> State:
    """The state of a number: a zero is a measured zero or, where somebody stated it, a declared one.

    A zero that was substituted, estimated or set by default is a value like any other: nobody saw it.
    """
    if number:
        return State.VALUE
    if provenance is Provenance.MEASURED:
        return State.MEASURED_ZERO
    return State.DECLARED_ZERO if provenance is Provenance.DECLARED else State.VALUE


def plausibility(line: PlanLine, versions: Sequence[Version]) -> list[Finding]:
    """Findings on the readings in force of a series, in time order: limits, jumps, values that stand still.

    `monitoring.below_lower`, `monitoring.above_upper` against the plan's limits; `monitoring.large_change`
    where neighbours differ by more than the attribute `largest_change`; `monitoring.stuck` where a value
    other than zero comes `stuck_after` times in a row.
    """
    valued = [one for one in versions if one.value is not None]
    return [*_limits(line, valued), *_jumps(line, valued), *_stuck(line, valued)]


def has_limits(line: PlanLine) -> bool:
    """Whether the plan states anything by which `plausibility` could find fault with a reading of the line."""
    stated = line.attributes
    return bool(
        line.lower is not None
        or line.upper is not None
        or "largest_change" in stated
        or "stuck_after" in stated
    )


def _finding(code: str, line: PlanLine, version: Version, **params: str | int) -> Finding:
    value = "" if version.value is None else plain(unscaled(version.value, line.decimals))
    where: dict[str, str | int] = {
        "series": line.series,
        "time": instant(version.start).isoformat(),
        "entry": version.arrival,
    }
    return Finding("monitoring." + code, where, {"value": value, "unit": line.unit, **params}, "warning")


def _limits(line: PlanLine, valued: Sequence[Version]) -> Iterator[Finding]:
    lower = None if line.lower is None else scaled(line.lower, 12)
    upper = None if line.upper is None else scaled(line.upper, 12)
    finer = 10 ** (12 - line.decimals)
    for one in valued:
        assert one.value is not None
        if lower is not None and one.value * finer < lower:
            yield _finding("below_lower", line, one, limit=line.lower or "")
        if upper is not None and one.value * finer > upper:
            yield _finding("above_upper", line, one, limit=line.upper or "")


def _jumps(line: PlanLine, valued: Sequence[Version]) -> Iterator[Finding]:
    stated = line.attributes.get("largest_change")
    if stated is None:
        return
    largest, finer = scaled(stated, 12), 10 ** (12 - line.decimals)
    for before, after in pairwise(valued):
        assert before.value is not None and after.value is not None
        if abs(after.value - before.value) * finer > largest:
            was = plain(unscaled(before.value, line.decimals))
            yield _finding("large_change", line, after, before=was, limit=stated)


def _stuck(line: PlanLine, valued: Sequence[Version]) -> Iterator[Finding]:
    stated = line.attributes.get("stuck_after")
    if stated is None:
        return
    for value, run in groupby(valued, key=lambda one: one.value):
        same = list(run)
        if value and len(same) >= int(stated):
            yield _finding("stuck", line, same[0], times=len(same), limit=stated)
