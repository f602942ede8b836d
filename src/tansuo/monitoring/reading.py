"""What a connector hands over, what a stored reading is, and what a sum over readings says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State

Channel = Literal["hj212", "file"]

LARGEST = 2**53 - 1
"""Largest stored integer: the bound of integers in the ledger's entries, and so far from the edge of 64 bits
that a thousand of them can be added without looking."""


OWN_PLAN = "plan"
"""The device of a file whose streams are named by the series of its sender's own monitoring plan."""


class Measurement(NamedTuple):
    """One number as a connector read it, before anybody has said what it means.

    `device` is the MN, or the map's device id. `stream` names the number within the device: `2061:a05001:Cou`
    (command, factor, field) for HJ 212, the map's series name for files. `label` is the time as sent: naive
    civil time of the series' zone, whole seconds. `text` is a plain decimal, None where the field was empty.
    `flag` is the device's own quality mark (HJ 212: N F M S D C T B), "" where there is none. `record` is the
    index of the frame or row inside the arrival.

    `state` and `provenance` are given where the connector knows them (a map that says "not operating");
    None leaves them to `monitoring.quality`. `frame` identifies the frame (MN/CN/QN/PNO) and `digest` its
    bytes (first 16 hex characters of SHA-256), so that a frame sent again has no effect; both "" for files.
    """

    channel: Channel
    device: str
    stream: str
    label: datetime
    text: str | None
    flag: str
    record: int
    state: State | None = None
    provenance: Provenance | None = None
    synthetic: bool = False
    frame: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One accepted value of one time of a series, in force or superseded; also kept conflicts.

    `value` is an integer of 10^-decimals units, None where the state has no number. `start` is the first
    second (UTC epoch) of the interval, or the instant of a register reading. `entry` is the ledger index from
    which the version is known; `arrival` and `record` lead to the raw frame or row (they differ from `entry`
    for a reading re-driven from quarantine; for a correction `arrival` is the correction's own index).
    `superseded_at` is the index of the entry that replaced it.
    """

    series: str
    start: int
    value: int | None
    state: State
    provenance: Provenance
    flag: str
    synthetic: bool
    arrival: int
    record: int
    revision: int
    entry: int
    superseded_at: int | None
    org: str

    def in_force(self, size: int) -> bool:
        """Whether this version is what was known when the ledger held `size` entries."""
        return self.entry < size and (self.superseded_at is None or self.superseded_at >= size)


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell of a series for people: the value in force and everything else ever said about that time.

    `start` and `end` are UTC instants of the interval (equal for a register or an irregular reading);
    `time_utc` is the instant of the label as sent. `value` is in the series' unit. `superseded` are earlier
    versions, oldest first; `conflicts` differing values that came without a reason and are not in force.
    """

    time_utc: datetime
    start: datetime
    end: datetime
    value: Decimal | None
    state: State
    provenance: Provenance
    flag: str
    entry: int
    arrival: int
    record: int
    synthetic: bool
    superseded: tuple[Reading, ...] = ()
    conflicts: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Hole:
    """Cells of the plan's grid, side by side, that no usable reading covers: [start, end) in UTC.

    `cells` is their number. `state` is missing (nothing came, or only an invalid value), not_estimated or
    confidential.
    """

    start: datetime
    end: datetime
    cells: int
    state: State = State.MISSING


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """The sum of one series over one period against the plan's grid, as known at a ledger size.

    `total` is in `unit` and exact; it is None unless every expected cell has a number or a state that adds
    nothing (not operating, not occurring, included elsewhere): ten of twelve months are not a total. Where
    every cell adds nothing it is 0, `by_provenance` is empty, and `counts` says why.
    `partial` is the sum of what is there (None where nothing is). `by_provenance` adds up to `partial`.
    `expected` is the number of cells of the grid (None for irregular series), `counts` how many are in each
    state, absent ones counted as missing. `revised` cells had another value before; `conflicts` wait for a
    decision. `first_arrival` and `last_arrival` are the ledger indexes between which the readings in force
    became known. `bridged` cells of a register lie inside a difference longer than a cell.
    """

    series: str
    period: Period
    unit: str
    total: Decimal | None
    partial: Decimal | None
    by_provenance: Mapping[Provenance, Decimal]
    expected: int | None
    counts: Mapping[State, int]
    holes: tuple[Hole, ...]
    revised: int
    conflicts: int
    synthetic: bool
    first_arrival: int | None
    last_arrival: int | None
    bridged: int = 0

    @property
    def complete(self) -> bool:
        """Whether every expected cell is covered, and (irregular series) no event lacks its number."""
        return self.total is not None

    def value(self) -> Decimal | Missing:
        """`total`, or a Missing that names the series and the period."""
        if self.total is not None:
            return self.total
        return Missing(self.holes[0].state if self.holes else State.MISSING, self.series, self.period.text)
