"""Twelve traps that developers of such systems fall into; here those of devices, of prices, of counties and of scores.

Traps 3, 4 and 6 to 10 are about methods and stand with the packs (tests/packs/test_cets_traps.py).
"""

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from tansuo.accounting.figure import Cell
from tansuo.accounting.receipt import history_of, of_entry, publish
from tansuo.accounting.replay import replay
from tansuo.accounting.working import read_working
from tansuo.evidence.ledger import receipt_id
from tansuo.methods import Method, sum_over
from tansuo.methods.evaluate import CompiledMethod, Inputs, Shape, SourceKey, evaluate
from tansuo.methods.pack import load_pack
from tansuo.methods.tables import COLUMNS
from tansuo.monitoring.connectors.hj212.crc import crc16
from tansuo.monitoring.connectors.hj212.frame import decode
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Missing
from tansuo.quantity.unit import UnitError, parse_unit
from tansuo.reporting.html import words
from town import COAL, Town

TESTS = Path(__file__).resolve().parents[1]
SEGMENT = (
    "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
)


def modbus(data: bytes) -> int:
    """The check value of Modbus, which differs in one operation: the register is not shifted before the byte."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return register


def test_all_twelve_traps_have_a_test() -> None:
    found: dict[int, set[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        for number, name in re.findall(
            r"^def test_trap_(\d\d)_(\w+)", path.read_text(encoding="utf-8"), re.M
        ):
            found.setdefault(int(number), set()).add(name)
    assert sorted(found) == list(range(1, 13))


def test_trap_01_the_check_value_of_hj212_is_not_that_of_modbus() -> None:
    """The standard's own example carries 1C80; Modbus gives 0759, and a frame with that is refused."""
    assert (f"{crc16(SEGMENT.encode()):04X}", f"{modbus(SEGMENT.encode()):04X}") == ("1C80", "0759")
    assert decode(f"##0101{SEGMENT}1C80\r\n").problems == ()
    assert "crc_mismatch" in decode(f"##0101{SEGMENT}0759\r\n").problems


def test_trap_02_the_length_counts_the_segment_alone() -> None:
    """101 is the segment; with the check value it would be 105, with CR LF 107, with the head 113."""
    assert len(SEGMENT) == 101
    for counted in (105, 107, 113):
        assert "length_mismatch" in decode(f"##{counted:04d}{SEGMENT}1C80\r\n").problems


def test_trap_05_intensity_by_current_prices_is_no_intensity_by_constant_prices() -> None:
    m = Method(
        "intensity", edition="1", title_zh="强度", title_en="intensity", valid="2020-01/..", source="s"
    )
    co2 = m.activity("E", "排放", "emission", "t CO2", over="month", indicator="co2")
    nominal = m.activity(
        "GDP", "现价", "current prices", "万元@current", over="month", indicator="gdp_current"
    )
    older = m.activity(
        "GDP_2015", "2015年价", "prices of 2015", "万元@2015", over="month", indicator="gdp_2015"
    )
    real = m.activity(
        "GDP_2020", "2020年价", "prices of 2020", "万元@2020", over="month", indicator="gdp_2020"
    )
    wanted = "t CO2/万元@2020"
    m.quantity("I", "强度", "intensity", wanted, sum_over(co2, "month") / sum_over(real, "month"), places=4)
    for wrong in (nominal, older):
        with pytest.raises(FindingError) as refused:
            m.quantity(
                "I_wrong", "强度", "intensity", wanted, sum_over(co2, "month") / sum_over(wrong, "month")
            )
        assert refused.value.findings[0].code == "methods.other_kind"
        with pytest.raises(FindingError) as refused:
            m.quantity(
                "GDP_all", "合计", "sum", "万元@2020", sum_over(real, "month") + sum_over(wrong, "month")
            )
        assert refused.value.findings[0].code == "methods.unlike_things"
    # Money that does not say its prices is no unit at all.
    with pytest.raises(UnitError, match="must say its base"):
        parse_unit("t CO2/万元")


def county() -> Method:
    """Fuel burnt in a county, that of plants which feed the grid in a line of its own."""
    m = Method("county", edition="1", title_zh="县域", title_en="county", valid="2020-01/..", source="s")
    e = m.activity(
        "E", "燃烧排放", "combustion", "t CO2", indicator="co2", keys={"family": "firm"}, lower="0"
    )
    every = "source month"
    own = m.quantity(
        "E_own",
        "不含上网电量",
        "without power fed to the grid",
        "t CO2",
        sum_over(e, every, where={"feeds": "no"}),
    )
    grid = m.quantity(
        "E_grid", "上网电量", "power fed to the grid", "t CO2", sum_over(e, every, where={"feeds": "grid"})
    )
    m.quantity("E_all", "含上网电量", "with power fed to the grid", "t CO2", own + grid)
    return m


def test_trap_11_a_county_is_printed_with_and_without_the_plants_that_feed_the_grid() -> None:
    plant = SourceKey("plant", {"family": "firm", "feeds": "grid"})
    mill = SourceKey("mill", {"family": "firm", "feeds": "no"})
    values = {("E", "plant/2024-01"): Decimal(9000), ("E", "mill/2024-01"): Decimal(1000)}
    data = county().data()
    made = evaluate(CompiledMethod(data), Inputs(Shape((plant, mill), ("2024-01",)), values)).quantities
    assert [made[name, ""] for name in ("E_own", "E_grid", "E_all")] == [1000, 9000, 10000]
    # A plant nobody reported is a hole of its line and of the total, and not of the line without it.
    del values["E", "plant/2024-01"]
    made = evaluate(CompiledMethod(data), Inputs(Shape((plant, mill), ("2024-01",)), values)).quantities
    assert made["E_own", ""] == 1000
    assert isinstance(made["E_all", ""], Missing)


def test_trap_11_a_roll_up_of_a_county_names_its_plants_and_is_never_called_its_total(
    connection: Connection,
) -> None:
    town = Town(connection)
    for name, amount in (("plant", "1000"), ("mill", "10")):
        town.firm(name, "dantu", [COAL])
        town.days(name, COAL, "2026-01", amount)
    made = town.figure("zj.unit.dantu", "E_fuel", "2026-01", relation="reports_for")
    (entry,) = publish(town.connection, [made], clock=town.clock)
    town.follow()
    children = read_working(town.connection, entry.body)["children"]
    assert sorted(one["subject"] for one in children) == ["mill", "plant"]
    assert sum(Decimal(one["contribution"]) for one in children) == made.value
    assert entry.body["cell"] == {**made.cell.as_json(), "relation": "reports_for"}
    # By no relation a county has no figure: what nobody accounted for is not made of what its firms sent.
    assert town.figure("zj.unit.dantu", "E_fuel", "2026-01").text is None
    assert words("zh")("key_firms_total") == "重点企业合计"
    assert "不等于全市排放" in words("zh")("overview_lead")
    assert "not the emissions of the city" in words("en")("overview_lead")


SCORE = """
from tansuo.methods import bands, extend

m = extend(
    "general_combustion_and_power", "score_example", edition="1", title_zh="评分示例", title_en="a score",
    valid="2021-01/..", source="cets_steel_2024",
)
m.quantity("S", "得分", "score", "1", bands(m["E_fuel"], ("", "5"), ("7000", "3"), ("9000", "0")), places=0)
"""


def test_trap_12_a_published_score_stays_as_published_when_data_are_corrected(
    connection: Connection, tmp_path: Path
) -> None:
    town = Town(connection)
    town.firm("a", "dantu", [COAL])
    town.days("a", COAL, "2026-01", "100")
    folder = tmp_path / "score_example"
    folder.mkdir()
    (folder / "pack.py").write_text(SCORE, encoding="utf-8")
    (folder / "factors.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    town.publish(load_pack(folder))
    cell = Cell("a", "S", "2026-01", "score_example")
    (before,) = town.figures([cell])
    (entry,) = publish(town.connection, [before], clock=town.clock)
    town.follow()
    assert of_entry(entry).value == "5"

    town.correct("a/coal", datetime(2026, 1, 3, tzinfo=ZoneInfo("Asia/Shanghai")), Decimal("150"))
    # What is now known is another score; the published one, its history and its replay stay what they were.
    (now,) = town.figures([cell])
    assert now.text == "3"
    assert [(one.value, one.in_force) for one in history_of(town.connection, cell)] == [("5", True)]
    again = replay(town.connection, receipt_id(entry))
    assert (again.equal, again.published, again.replayed) == (True, "5", "5")
    # It is published anew only with a reason, and then both stand, the old one named as superseded.
    with pytest.raises(FindingError, match="needs a reason"):
        publish(town.connection, [now], clock=town.clock)
    (later,) = publish(
        town.connection, [now], clock=town.clock, reason="a reading of 3 January was corrected"
    )
    town.follow()
    assert later.supersedes == entry.index
    assert [(one.value, one.in_force) for one in history_of(town.connection, cell)] == [
        ("5", False),
        ("3", True),
    ]
    assert replay(town.connection, receipt_id(entry)).published == "5"
