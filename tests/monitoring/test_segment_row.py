"""A meter-day as a row: whatever was known of it comes out again; the kernel sums what is in force."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tansuo.monitoring import segment_file
from tansuo.monitoring.grid import HOUR, cells, day_bounds
from tansuo.monitoring.kernel import RollUp, roll_up
from tansuo.monitoring.manifest import manifest_rows
from tansuo.monitoring.reading import Version
from tansuo.monitoring.segment_row import STATES, Kind, Versions, pack, unfold
from tansuo.quantity.state import Provenance, State

DAYS = (date(2026, 3, 7), date(2026, 3, 8), date(2026, 11, 1))
HUGE = 2**53 - 1


def columns(versions: list[Version]) -> Versions:
    """Versions as the columns in which a day leaves the table."""
    ordered = sorted(versions, key=lambda one: (one.start, one.entry, one.arrival, one.record))
    return Versions(*([getattr(one, name) for one in ordered] for name in Versions._fields))


@st.composite
def meter_days(draw: st.DrawFn) -> tuple[Kind, date, list[Version]]:
    """Days of any form and grid with absent cells, odd states, corrections, and large numbers."""
    step = draw(st.sampled_from([0, 60, 900, 1800, 3600, 7200, 86_400]))
    form = draw(st.sampled_from(["interval_amount", "rate", "ratio", "register"]))
    zone, day = draw(st.sampled_from(["Asia/Shanghai", "America/New_York"])), draw(st.sampled_from(DAYS))
    kind = Kind("m", "firm.a", zone, form, draw(st.sampled_from(["start", "end"])), "kWh", step, 2)
    first, last = day_bounds(zone, day)
    grid = list(cells(zone, step, day)) or list(range(first, last, 977))
    if form == "register" and draw(st.booleans()):
        grid = [at + 1 for at in grid]
    number = st.one_of(st.integers(0, 50), st.integers(-HUGE, HUGE), st.just(HUGE))
    found: list[Version] = []
    for start in sorted(draw(st.sets(st.sampled_from(grid), min_size=1, max_size=40))):
        for revision in range(draw(st.sampled_from([1, 1, 1, 1, 2, 3]))):
            value = draw(st.one_of(number, number, st.none()))
            state = (
                draw(st.sampled_from([one for one in STATES if not one.has_value]))
                if value is None
                else (State.VALUE if value else State.MEASURED_ZERO)
            )
            entry = draw(st.integers(1, 5)) * 10 + revision
            if revision:
                found[-1] = replace(found[-1], superseded_at=max(entry, found[-1].entry))
                entry = found[-1].superseded_at or entry
            found.append(
                Version(
                    "m", start, value, state, draw(st.sampled_from(list(Provenance))),
                    draw(st.sampled_from(["", "N", "D", "备"])), draw(st.booleans()),
                    draw(st.integers(0, entry)), draw(st.integers(0, 9)), revision, entry, None, "firm.a",
                )
            )  # fmt: skip
    return kind, day, found


def batch_of(days: list[tuple[Kind, date, list[Version]]]) -> tuple[list[dict[str, object]], pa.RecordBatch]:
    """Packed rows and the Arrow batch a segment file would give for them."""
    packed = [pack(kind, day, columns(found)) for kind, day, found in days]
    return packed, segment_file.table_of(packed).combine_chunks().to_batches()[0]


@settings(max_examples=120, deadline=None)
@given(meter_days())
def test_what_goes_in_comes_out(one: tuple[Kind, date, list[Version]]) -> None:
    _, batch = batch_of([one])
    assert unfold(batch.to_pylist()[0]) == sorted(one[2], key=lambda found: (found.start, found.revision))


@settings(max_examples=120, deadline=None)
@given(st.lists(meter_days(), min_size=1, max_size=6))
def test_the_kernel_sums_what_is_in_force(days: list[tuple[Kind, date, list[Version]]]) -> None:
    packed, batch = batch_of(days)
    for rolled, shift in ((roll_up(batch), 0), (roll_up(batch.slice(len(days) // 2)), len(days) // 2)):
        additive = [n for n, (kind, _, _) in enumerate(days) if kind.form in ("interval_amount", "rate")]
        assert [row + shift for row in rolled.rows.tolist()] == [n for n in additive if n >= shift]
        for at, number in enumerate(rolled.rows.tolist()):
            check_row(rolled, at, *days[number + shift])
    for row, (kind, day, found) in zip(manifest_rows(packed, batch), days, strict=True):
        live = [one for one in found if one.superseded_at is None]
        grid = cells(kind.zone, kind.step_s, day)
        expected = len(grid) if grid and {one.start for one in found} <= set(grid) else len(live)
        assert sum(int(str(row[f"count_{state.value}"])) for state in STATES) == expected
        assert row["revised"] == sum(one.revision > 0 for one in live)
        assert row["synthetic"] == any(one.synthetic for one in live)


def check_row(rolled: RollUp, at: int, kind: Kind, day: date, found: list[Version]) -> None:
    """One row of a roll-up against plain Python over its versions."""
    first, _ = day_bounds(kind.zone, day)
    days: Counter[Provenance] = Counter()
    hours: Counter[tuple[int, Provenance]] = Counter()
    states: Counter[State] = Counter()
    for one in found:
        if one.superseded_at is None:
            states[one.state] += 1
            if one.value is not None:
                days[one.provenance] += one.value
                hours[(one.start - first) // HOUR, one.provenance] += one.value
    for provenance in Provenance:
        sums = rolled.days.sums.get(provenance)
        assert (0 if sums is None else int(sums[at])) == days[provenance]
    absent = states.pop(State.MISSING, 0)
    for code, state in enumerate(STATES):
        if state is not State.MISSING:
            assert rolled.states[at, code] == states[state]
    assert rolled.states[at, STATES.index(State.MISSING)] >= absent
    mine = [n for n, row in enumerate(rolled.hour_row.tolist()) if row == at]
    assert bool(mine) == (0 < kind.step_s <= HOUR)
    for provenance, sums in rolled.hours.sums.items():
        for n in mine:
            hour = (int(rolled.hour_start[n]) - first) // HOUR
            assert int(sums[n]) == hours.pop((hour, provenance), 0)
    assert not mine or not any(hours.values())


def test_an_empty_batch_rolls_up_to_nothing() -> None:
    _, batch = batch_of([(Kind("m", "o", "UTC", "ratio", "start", "1", 3600, 0), DAYS[0], [_one(0)])])
    rolled = roll_up(batch)
    assert len(rolled.rows) == 0 and len(rolled.hour_row) == 0


def test_sums_beyond_64_bits_are_exact() -> None:
    kind = Kind("m", "o", "UTC", "interval_amount", "start", "kWh", 60, 0)
    start, _ = day_bounds("UTC", DAYS[0])
    found = [replace(_one(start + 60 * n), value=HUGE, state=State.VALUE) for n in range(1440)]
    _, batch = batch_of([(kind, DAYS[0], found)])
    rolled = roll_up(batch)
    assert set(rolled.hours.sums[Provenance.MEASURED].tolist()) == {HUGE * 60}
    total = rolled.days.sums[Provenance.MEASURED][0]
    assert total == HUGE * 1440 > 2**63


def test_an_integer_no_reading_may_have_is_not_written() -> None:
    kind = Kind("m", "o", "UTC", "interval_amount", "start", "kWh", 60, 0)
    with pytest.raises(ValueError, match="beyond"):
        pack(kind, DAYS[0], columns([replace(_one(day_bounds("UTC", DAYS[0])[0]), value=HUGE + 1)]))


def _one(start: int) -> Version:
    return Version("m", start, 1, State.VALUE, Provenance.MEASURED, "", False, 1, 0, 0, 1, None, "o")
