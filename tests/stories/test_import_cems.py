"""A year of hourly emission monitoring of eight units in the ledger: what the readings of the plan add up to is
what an independent program computed from the file, and what stood still is known to have stood still."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from tansuo.database.connect import SYSTEM, Database, transaction
from tansuo.entry.compose import projections
from tansuo.evidence import ledger
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.document import CITY
from tansuo.monitoring import plan
from tansuo.monitoring.connectors.workbook import judge, read_mapping
from tansuo.monitoring.importing.receiving import File, import_readings
from tansuo.monitoring.series import month_sums
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance, State

ROOT = Path(__file__).resolve().parents[2]
START_MS = 1_772_323_200_000  # 2026-03-01T00:00Z
YEAR = Period.parse("2017")


def test_a_year_of_eight_units_by_month_and_by_state(
    database: Database, shared_data: Callable[[str], Path]
) -> None:
    folder = shared_data("epa_cems_idaho")
    expected = json.loads((folder / "expected_2017.json").read_text())
    path = ROOT / "maps" / "epa_cems.toml"
    file = File("cems.parquet", (folder / "cems_id_2017.parquet").read_bytes(), path.name, path.read_bytes())
    mapping = read_mapping(file.map_data, file.map_name)
    judged = judge(file.data, file.name, mapping)
    clock = SimulatedClock(START_MS)
    with transaction(database, SYSTEM) as connection:
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=False, clock=clock)
    done = import_readings(database, projections(), clock, file, mapping, judged)

    assert (done.arrival.org, done.conflicts, done.waiting) == (CITY, 0, 0)
    assert len(done.declared.orgs) == len({unit["orispl_code"] for unit in expected["by_unit"]})
    months: dict[str, Decimal] = {}
    with transaction(database, SYSTEM) as connection:
        for unit in expected["by_unit"]:
            place = f"epa.{unit['orispl_code']}-{unit['unitid']}"
            (line,) = plan.lines(connection, series=f"{place}.co2_mass")
            assert line.zone == ("Etc/GMT+8" if unit["orispl_code"] in (7456, 55179) else "Etc/GMT+7")
            sums = month_sums(connection, [line], YEAR)
            for one in sums:
                assert one.total is not None
                assert not one.holes
                months[one.period.text] = months.get(one.period.text, Decimal(0)) + one.total
            year = sum((one.total for one in sums if one.total is not None), Decimal(0))
            assert year == Decimal(str(unit["co2_short_ton"])), place
            assert sum(one.expected for one in sums if one.expected is not None) == unit["rows"]
            idle = sum(one.counts[State.NOT_OPERATING] for one in sums if State.NOT_OPERATING in one.counts)
            valued = sum(one.counts[State.VALUE] for one in sums if State.VALUE in one.counts)
            assert idle + valued == unit["rows"], place
            assert {kind for one in sums for kind in one.by_provenance} <= {
                Provenance.MEASURED,
                Provenance.SUBSTITUTED,
            }
    assert months == {month: Decimal(str(tons)) for month, tons in expected["monthly_co2_short_ton"].items()}
