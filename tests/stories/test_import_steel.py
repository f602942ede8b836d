"""Half a year of a real steel plant: the file becomes readings, a stated factor makes them tonnes, the figure
has a receipt, the receipt replays to the same string, and any reading leads back to its row."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection

from tansuo.accounting.drilldown import day_by_readings
from tansuo.accounting.inventory import Cell, figure
from tansuo.accounting.local_factor import column_of, local_factor
from tansuo.accounting.methods_store import in_force
from tansuo.accounting.raw import raw
from tansuo.accounting.receipt import publish
from tansuo.accounting.replay import replay
from tansuo.evidence.document import CITY
from tansuo.evidence.ledger import receipt_id
from tansuo.monitoring.connectors.workbook import judge, read_mapping
from tansuo.monitoring.importing.declarations import declarations
from tansuo.monitoring.intake import receive_file
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance
from tansuo.registry.source import Source, Status
from town import CLERK, GENERAL, Town

Shared = Callable[[str], Path]
ROOT = Path(__file__).resolve().parents[2]
FIRM = "steel_gwangyang"
#: Months in kWh as the data set's README states them, by the stated factor of 0.42 kg/kWh, each rounded to
#: 0.01 t half to even: worked by hand.
MONTHS = {
    "2018-01": "53.02", "2018-02": "38.43", "2018-03": "33.70",
    "2018-04": "33.08", "2018-05": "33.20", "2018-06": "27.47",
}  # fmt: skip


def test_half_a_year_of_electricity_becomes_tonnes_with_a_receipt(
    connection: Connection, shared_data: Shared
) -> None:
    data = (shared_data("steel_energy_15min") / "steel_2018h1.csv.gz").read_bytes()
    map_data = (ROOT / "maps" / "steel_15min.toml").read_bytes()
    town = Town(connection)
    mapping = read_mapping(map_data, "steel_15min.toml")
    judged = judge(data, "steel_2018h1.csv.gz", mapping)
    declared = declarations(connection, mapping, judged, by=CLERK)
    town.enter(*declared.drafts)
    assert declared.org == FIRM != CITY
    receive_file(
        connection, "steel_2018h1.csv.gz", data, map_data, "steel_15min.toml", FIRM, CLERK, clock=town.clock
    )
    term = method_term(connection)
    said = Source("the data set's README: implied factor about 0.42 kg/kWh", Status.EXAMPLE)
    town.enter(
        local_factor(
            f"{FIRM}.electricity",
            term,
            "2018",
            Decimal("0.42"),
            "t CO2/MWh",
            rung="stated",
            provenance=Provenance.DECLARED,
            issuer="README",
            source=said,
            org=FIRM,
        )
    )

    for month, tonnes in MONTHS.items():
        assert str(figure(connection, cell(month)).value) == tonnes, month
    half = figure(connection, cell("2018-H1"))
    assert half.value == sum(Decimal(one) for one in MONTHS.values()) == Decimal("218.90")
    assert half.completeness.complete

    (entry,) = publish(connection, [half], clock=town.clock)
    town.follow()
    result = replay(connection, receipt_id(entry))
    assert (result.published, result.replayed, result.equal) == ("218.90", "218.90", True)

    (last,) = [
        one
        for one in day_by_readings(connection, half, f"{FIRM}.usage", date(2018, 6, 30))
        if one.reading.end.isoformat() == "2018-06-30T15:00:00+00:00"
    ]
    row = raw(connection, last.reading.arrival, last.reading.record)
    assert (row.position, row.cells["date"], row.cells["Usage_kWh"]) == (17377, "30/06/2018 00:00", "2.92")
    assert row.data == data


def method_term(connection: Connection) -> str:
    """The column by which a stated factor of bought electricity is written."""
    method = in_force(connection, GENERAL, Period.parse("2018"))
    column = column_of(method.data.terms["EF_grid"])
    assert column is not None
    return column


def cell(period: str) -> Cell:
    return Cell(FIRM, "E_power", period, GENERAL)
