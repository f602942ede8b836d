"""Roll-up against decoding only: hour and day sums of minute readings in our segments.

Readings are those of the common generator (a daily swing with noise, integer thousandths). Two files: every
minute there, and one minute in a hundred missing in runs of ten. `decode` reads the list column alone;
`roll up` reads what the kernel needs and sums hours and days by provenance with states counted. Both on one
thread; CPU seconds; the ratio is the median of those of interleaved repeats. The sums are compared with
NumPy's own of the same integers. Bars: roll up ≤ 2 × decode; ≤ 1.0 bytes a reading.
"""

import statistics
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from harness import Bar, Figure, cpu, interleaved, ratios

from tansuo.monitoring import kernel, segment_file
from tansuo.monitoring.grid import day_bounds
from tansuo.monitoring.kernel import roll_up
from tansuo.monitoring.segment_row import ABSENT, SCHEMA, STATES
from tansuo.quantity.state import Provenance, State

BAR = Bar("at most", 2.0)
BYTES = Bar("at most", 1.0)
METERS, DAYS, MINUTES = 1008, 14, 1440
ZONE = "Asia/Shanghai"
FIRST = date(2024, 1, 1)
METERS_A_TABLE = 32
Numbers = npt.NDArray[np.int64]


def readings(meters: int, days: int, holes: bool) -> Iterator[tuple[int, Numbers, npt.NDArray[np.bool_]]]:
    """Blocks of meters: first meter, integers (meter-day × minute), which of them are there."""
    rng = np.random.default_rng(7)
    minutes = np.arange(days * MINUTES)
    swing = 1000 + 400 * np.sin(minutes * 2 * np.pi / MINUTES)
    for meter in range(0, meters, METERS_A_TABLE):
        base = rng.uniform(0.5, 40, size=(METERS_A_TABLE, 1))
        noise = rng.integers(0, 64, size=(METERS_A_TABLE, len(minutes)))
        numbers = (base * swing + noise).astype(np.int64).reshape(-1, MINUTES)
        there = np.ones_like(numbers, dtype=bool)
        if holes:
            there &= np.repeat(rng.random((len(numbers), MINUTES // 10)) >= 0.01, 10, axis=1)
        there[:, 0] = True
        yield meter, numbers, there


def table(meter: int, days: int, numbers: Numbers, there: npt.NDArray[np.bool_]) -> pa.Table:
    """One block as segment rows, holes carried forward."""
    rows = len(numbers)
    source = np.where(there, np.arange(MINUTES), 0)
    numbers = np.take_along_axis(numbers, np.maximum.accumulate(source, axis=1), axis=1)
    change = np.ones_like(there)
    change[:, 1:] = there[:, 1:] != there[:, :-1]
    row, begin = np.nonzero(change)
    counts = np.bincount(row, minlength=rows)
    length = np.diff(row * MINUTES + begin, append=rows * MINUTES)
    edges = np.concatenate([[0], np.cumsum(counts)])
    dates = [FIRST + timedelta(days=n % days) for n in range(rows)]
    once = np.arange(rows + 1)
    state = np.where(there[row, begin], STATES.index(State.VALUE), ABSENT)
    record = np.tile(np.arange(MINUTES), rows)

    def lists(name: str, edge: Numbers, values: object) -> pa.Array:
        kind = SCHEMA.field(name).type
        return pa.ListArray.from_arrays(
            pa.array(edge, pa.int32()), pa.array(values, kind.value_type), type=kind
        )

    columns: dict[str, object] = {
        "series": [f"meter.{meter + n // days:05d}" for n in range(rows)],
        "day": dates,
        **dict.fromkeys(("org",), ["bench"] * rows),
        "zone": [ZONE] * rows,
        "form": ["interval_amount"] * rows,
        "label": ["start"] * rows,
        "unit": ["kWh"] * rows,
        "step_s": [60] * rows,
        "decimals": [3] * rows,
        "start": [day_bounds(ZONE, day)[0] for day in dates],
        "from_entry": [1] * rows,
        "to_entry": [1] * rows,
        "values": lists("values", once * MINUTES, numbers.ravel()),
        "offsets": [None] * rows,
        "run_start": lists("run_start", edges, begin),
        "run_length": lists("run_length", edges, length),
        "run_state": lists("run_state", edges, state),
        "run_provenance": lists("run_provenance", edges, np.zeros_like(begin)),
        "run_synthetic": lists("run_synthetic", edges, np.zeros(len(begin), bool)),
        "run_flag": lists("run_flag", edges, [""] * len(begin)),
        "known_start": lists("known_start", once, np.zeros(rows, int)),
        "known_length": lists("known_length", once, np.full(rows, MINUTES)),
        "known_entry": lists("known_entry", once, np.ones(rows, int)),
        "known_arrival": lists("known_arrival", once, np.ones(rows, int)),
        "records": lists("records", once * MINUTES, record),
        "superseded": [[] for _ in range(rows)],
    }
    arrays = [
        one if isinstance(one, pa.Array) else pa.array(one, SCHEMA.field(name).type)
        for name, one in columns.items()
    ]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def decode(path: Path) -> int:
    """Read the list column and nothing else."""
    total = 0
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            table_ = file.read_row_group(number, columns=["values"], use_threads=False)
            total += len(table_.column("values").chunk(0).values)
    return total


def summed(path: Path) -> int:
    """Hour and day sums of the whole file; the sum of all days."""
    total = 0
    for batch in segment_file.batches(path, kernel.COLUMNS):
        found = roll_up(batch)
        total += int(found.days.sums[Provenance.MEASURED].sum())
        assert int(found.hours.sums[Provenance.MEASURED].sum()) == int(
            found.days.sums[Provenance.MEASURED].sum()
        )
    return total


def measure(quick: bool) -> Iterator[Figure]:
    """Roll-up against decode and bytes a reading, for a file without holes and one with."""
    with tempfile.TemporaryDirectory() as place:
        for name, holes in (("every minute", False), ("1 % missing", True)):
            yield from of_file(name, holes, Path(place), 3 if quick else 25)


def of_file(name: str, holes: bool, place: Path, repeats: int) -> Iterator[Figure]:
    """Both figures of one file."""
    expected = 0

    def tables() -> Iterator[pa.Table]:
        nonlocal expected
        for meter, numbers, there in readings(METERS, DAYS, holes):
            expected += int(numbers[there].sum())
            yield table(meter, DAYS, numbers, there)

    path = segment_file.write(tables(), place, "bench")
    count, total = decode(path), summed(path)
    ways = {"decode": lambda: cpu(lambda: decode(path)), "roll up": lambda: cpu(lambda: summed(path))}
    taken = interleaved(ways, repeats)
    one, other = (statistics.median(taken[way]) for way in ways)
    yield Figure(
        "roll_up",
        f"CPU of decode only, {name}",
        ratios(taken["roll up"], taken["decode"]),
        BAR,
        notes=(
            f"{count:,} readings: decode {one:.3f} s, roll up {other:.3f} s CPU, "
            f"{count / other / 1e6:.0f} million readings a second",
        ),
        faults=(f"the sum is {total} and not {expected}",) if total != expected else (),
    )
    yield Figure("roll_up", f"segment size, {name}", (path.stat().st_size / count,), BYTES, "B a reading")
