"""A small river for tests of readings: a ledger, plans, arrivals whose measurements the test writes down."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Actor, Draft, Entry
from tansuo.evidence.projection import Projection, catch_up
from tansuo.monitoring import projection
from tansuo.monitoring.correction import correct
from tansuo.monitoring.plan import PlanLine, current_plan, plan_draft
from tansuo.monitoring.reading import Measurement
from tansuo.monitoring.segments import close_days
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import Provenance, State

MIDNIGHT_MS = 1_767_225_600_000  # 2026-01-01T00:00Z
CLERK, CHIEF = Actor("clerk", "reporter"), Actor("chief", "reviewer")


def plan_line(series: str = "kiln.power", **changes: object) -> PlanLine:
    """An hourly interval amount in kWh from a device, as most tests want it; `changes` by field name."""
    usual: dict[str, object] = {
        "series": series, "org": "firm.a", "source": series, "meter": f"meter.{series}",
        "indicator": "electricity", "channel": "file", "device": "book", "stream": series,
        "form": "interval_amount", "step_s": 3600, "label": "start", "zone": "Asia/Shanghai", "unit": "kWh",
        "decimals": 0, "authoritative": True, "required": True, "valid_from": date(2020, 1, 1),
    }  # fmt: skip
    return PlanLine(**{**usual, **changes})  # type: ignore[arg-type]


def measured(
    stream: str,
    label: datetime,
    text: str | None,
    *,
    flag: str = "",
    record: int = 0,
    state: State | None = None,
    provenance: Provenance | None = None,
) -> Measurement:
    """One number of the device `book`."""
    return Measurement("file", "book", stream, label, text, flag, record, state, provenance)


@dataclass
class River:
    """Writes entries and projects them; `said` holds what each arrival's bytes would say."""

    connection: Connection
    folder: Path
    clock: SimulatedClock
    said: dict[int, list[Measurement]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ledger.open_ledger(self.connection, "321100", "Asia/Shanghai", demo=True, clock=self.clock)

    @property
    def projection(self) -> Projection:
        """The projection of monitoring, reading what the test says instead of stored bytes."""

        def apply(connection: Connection, entries: Sequence[Entry]) -> None:
            projection.project(connection, entries, self._measure)

        return replace(projection.PROJECTION, apply=apply)

    def _measure(self, _: Connection, entry: Entry) -> tuple[list[Measurement], list[Finding]]:
        return self.said[entry.index], []

    def write(self, draft: Draft) -> Entry:
        """Append one entry and leave it to be projected."""
        return ledger.append(self.connection, [draft], self.clock)[0]

    def plan(self, *lines: PlanLine) -> Entry:
        """Make these the plan of their organisation, and project it."""
        org = lines[0].org
        before = current_plan(self.connection, org)
        why = None if before is None else {"reason": "new plan"}
        entry = self.write(plan_draft(org, lines, supersedes=before, why=why))
        self.project()
        return entry

    def arrive(self, *found: Measurement, reason: str | None = None, project: bool = True) -> Entry:
        """An arrival that says `found`; records are numbered where they are all 0."""
        entry = self.write(
            Draft("arrival", "arrival/file", {"channel": "file", "reason": reason}, org="city")
        )
        if all(one.record == 0 for one in found):
            found = tuple(one._replace(record=n) for n, one in enumerate(found))
        self.said[entry.index] = list(found)
        if project:
            self.project()
        return entry

    def hours(
        self,
        day: date,
        numbers: Iterable[tuple[int, str | None]],
        series: str = "kiln.power",
        reason: str | None = None,
    ) -> Entry:
        """An arrival of hourly numbers (hour, text) of one day."""
        midnight = datetime.combine(day, datetime.min.time())
        found = [measured(series, midnight + timedelta(hours=hour), text) for hour, text in numbers]
        return self.arrive(*found, reason=reason)

    def correct(self, series: str, start: datetime, value: Decimal | State) -> Entry:
        """A correction by the clerk, confirmed by the chief, and projected."""
        entry = correct(self.connection, series, start, value, "misread", None, CLERK, CHIEF, self.clock)
        self.project()
        return entry

    def project(self, batch: int = 500) -> None:
        """Bring the projection up to the end of the ledger."""
        catch_up(self.connection, [self.projection], batch=batch)

    def close(self, before: date) -> int:
        """Close every day before `before` into the test's own folder."""
        return close_days(self.connection, before, self.folder)

    @property
    def size(self) -> int:
        """How many entries the ledger holds."""
        return ledger.size(self.connection)


@pytest.fixture
def river(connection: Connection, tmp_path: Path) -> River:
    """An open ledger with no plan yet."""
    return River(connection, tmp_path / "segments", SimulatedClock(MIDNIGHT_MS))


@pytest.fixture(scope="session")
def river_in() -> Callable[[Connection, Path, SimulatedClock], River]:
    """Opens a river in a connection of the test's own."""
    return River


@pytest.fixture
def rivers(connection: Connection, tmp_path: Path) -> Callable[[], AbstractContextManager[River]]:
    """A context manager that gives a fresh river and forgets all of it afterwards, for property tests."""

    @contextmanager
    def opened() -> Iterator[River]:
        point = connection.begin_nested()
        try:
            yield River(connection, tmp_path / "segments", SimulatedClock(MIDNIGHT_MS))
        finally:
            point.rollback()

    return opened


@pytest.fixture(scope="session")
def line() -> Callable[..., PlanLine]:
    """`plan_line` as a fixture."""
    return plan_line


@pytest.fixture(scope="session")
def say() -> Callable[..., Measurement]:
    """`measured` as a fixture."""
    return measured


@pytest.fixture
def flow(tmp_path: Path) -> Callable[[Connection, SimulatedClock, dict[int, list[Measurement]]], River]:
    """A river on another connection, by a clock of the test's own; what was said earlier is given."""

    def on(connection: Connection, clock: SimulatedClock, said: dict[int, list[Measurement]]) -> River:
        return River(connection, tmp_path / "segments", clock, said)

    return on
