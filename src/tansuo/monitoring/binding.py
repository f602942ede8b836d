"""Binding: which plan line a measurement belongs to, and the candidate reading it makes.

A measurement that no line can take is refused with a finding's code and goes to quarantine; nothing is
guessed, nothing is dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from tansuo.monitoring.grid import ambiguous, place
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.quality import mark, state_of, stopped_with_value
from tansuo.monitoring.reading import LARGEST, OWN_PLAN, Measurement
from tansuo.quantity.decimals import is_decimal, scaled
from tansuo.quantity.state import Provenance, State

LONGEST = 64
"""Longest number text that is looked at."""


class Candidate(NamedTuple):
    """A reading that wants to be accepted. Fields as in Version; `reasoned`: somebody gave a reason, so it
    may replace a differing value. `disowned`: the amount that came with the mark of a stopped source."""

    series: str
    start: int
    day: date
    value: int | None
    state: State
    provenance: Provenance
    flag: str
    synthetic: bool
    arrival: int
    record: int
    org: str
    entry: int
    reasoned: bool
    disowned: str | None = None


class Refused(NamedTuple):
    """Why no line can take a measurement: finding code without the package's name, and its parameters."""

    code: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Origin:
    """What is common to the measurements of one arrival: its index, the entry from which they are known (the
    same, or the redrive's), whether the arrival carried a reason, and for whom it speaks: a file only for the
    organisation that sent it, None for everybody (a device names itself; a file of the city)."""

    arrival: int
    entry: int
    reasoned: bool
    sender: str | None = None


Lines = dict[tuple[str, str, str], list[PlanLine]]


class Binder:
    """Binds measurements by (channel, device, stream) to the plan lines given, which are those in force.

    A file may also name a series of the plan itself, whatever its channel: by the device ``OWN_PLAN`` and the
    series' id. So a person fills the hours that a meter did not send.
    """

    def __init__(self, lines: Iterable[PlanLine]) -> None:
        self._lines: Lines = {}
        self._named: Lines = {}
        for line in sorted(lines, key=lambda one: (one.series, one.valid_from)):
            self._lines.setdefault(line.key, []).append(line)
            self._named.setdefault(("file", OWN_PLAN, line.series), []).append(line)

    def round(self) -> Round:
        """A binding of the measurements of one arrival, in which an ambiguous label may come twice."""
        return Round(self._lines, self._named)


class Round:
    """See `Binder.round`."""

    def __init__(self, lines: Lines, named: Lines) -> None:
        self._lines = lines
        self._named = named
        self._met: Counter[tuple[tuple[str, str, str], datetime]] = Counter()

    def bind(self, one: Measurement, origin: Origin) -> Candidate | Refused:
        """The candidate that a measurement makes under the plan.

        Refused with `unknown_stream`, `not_in_plan_then` (a line knows the stream, but not on that day),
        `subsecond_time`, `nonexistent_time`, `off_grid`, `not_a_decimal`, `too_many_decimals`, `too_large`.
        """
        key = (one.channel, one.device, one.stream)
        known: Sequence[PlanLine] = self._lines.get(key) or self._named.get(key) or ()
        if origin.sender is not None:
            known = [line for line in known if line.org == origin.sender]
        if not known:
            return Refused("unknown_stream", {"device": one.device, "stream": one.stream})
        later = False
        if ambiguous(known[0].zone, one.label):
            self._met[(key, one.label)] += 1
            later = self._met[(key, one.label)] > 1
        refused = Refused("not_in_plan_then", {"device": one.device, "stream": one.stream})
        for line in known:
            placed = place(line.zone, line.step_s, line.label, line.form == "register", one.label, later)
            if isinstance(placed, str):
                refused = Refused(placed, {"label": one.label.isoformat(), "step": line.step_s})
            elif line.covers(placed.day):
                return _candidate(one, line, placed.start, placed.day, origin)
        return refused


def _candidate(
    one: Measurement, line: PlanLine, start: int, day: date, origin: Origin
) -> Candidate | Refused:
    state, provenance = mark(one)
    contradicts = stopped_with_value(one, line.form)
    if contradicts:
        state = State.MISSING
    value: int | None = None
    if state is None:
        if one.text is None:
            state = State.MISSING
        else:
            number = _number(one.text, line.decimals)
            if isinstance(number, Refused):
                return number
            value, state = number, state_of(number, provenance)
    return Candidate(
        line.series, start, day, value, state, provenance, one.flag, one.synthetic or line.synthetic,
        origin.arrival, one.record, line.org, origin.entry, origin.reasoned,
        one.text if contradicts else None,
    )  # fmt: skip


def _number(text: str, decimals: int) -> int | Refused:
    if len(text) > LONGEST:
        return Refused("too_large", {"value": text[:LONGEST] + "…"})
    try:
        number = scaled(text, decimals)
    except ValueError:
        if not is_decimal(text):
            return Refused("not_a_decimal", {"value": text})
        return Refused("too_many_decimals", {"value": text, "decimals": decimals})
    return number if abs(number) <= LARGEST else Refused("too_large", {"value": text})
