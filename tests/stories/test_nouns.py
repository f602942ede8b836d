"""Four nouns carry every programme: a target, a scenario path, a project with a task, a space unit with
geometry and an allowance posting are added and rolled up, and the database gets no new table."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text

from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Draft
from tansuo.evidence.ledger import append, open_ledger, size
from tansuo.evidence.projection import catch_up
from tansuo.evidence.rebuild import check_projections
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Missing
from tansuo.registry import posting, statement
from tansuo.registry.case import find as cases
from tansuo.registry.case import step
from tansuo.registry.geometry import as_geojson, polygon
from tansuo.registry.indicator import Additivity, define
from tansuo.registry.posting import Line, post
from tansuo.registry.projection import PROJECTION
from tansuo.registry.relation import children, relate
from tansuo.registry.roll import derive_ratio, over_postings, over_subjects, over_time
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import state_
from tansuo.registry.subject import declare, get
from tansuo.registry.zhenjiang import CITY, seeds

SOURCE = Source("演示数据: a story of the test suite", Status.EXAMPLE)
DAY = date(2026, 3, 1)


def _write(connection: Connection, drafts: list[Draft], clock: SimulatedClock) -> None:
    append(connection, drafts, clock)
    catch_up(connection, [PROJECTION])


def _tables(connection: Connection) -> set[str]:
    rows = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'tansuo'"))
    return {row[0] for row in rows}


@pytest.fixture
def city(connection: Connection) -> Connection:
    """Zhenjiang with two enterprises, one in 丹徒, one counted half in 丹徒 and half in 镇江新区."""
    clock = SimulatedClock(1_772_323_200_000)
    open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
    enterprises = [
        declare(f"demo.{letter}", "enterprise", f"演示企业{letter.upper()}", f"Demo {letter}", synthetic=True)
        for letter in "ab"
    ]
    _write(
        connection,
        [
            *seeds(),
            *enterprises,
            relate("demo.a", "reports_for", "zj.unit.dantu"),
            relate("demo.b", "reports_for", "zj.unit.dantu", "0.5"),
            relate("demo.b", "reports_for", "zj.unit.xinqu", "0.5"),
        ],
        clock,
    )
    return connection


def _targets() -> list[Draft]:
    """Yearly caps of two units (a target) and a falling path of one of them (a scenario)."""
    drafts = [define("co2.key_firms", "重点企业排放", "emissions of key firms", "t CO2", Additivity.FLOW)]
    for unit, cap in (("dantu", "900"), ("xinqu", "600")):
        drafts.append(
            state_(
                f"zj.unit.{unit}",
                "co2.key_firms",
                "2026",
                Decimal(cap),
                "万t CO2",
                world="target",
                issuer="zj.bureau",
                synthetic=True,
                source=SOURCE,
            )
        )
    for year, tonnes in ((2026, 880), (2027, 850), (2028, 800), (2029, 760), (2030, 700)):
        drafts.append(
            state_(
                "zj.unit.dantu",
                "co2.key_firms",
                str(year),
                Decimal(tonnes),
                "万t CO2",
                world="scenario:peak-2027",
                issuer="zj.bureau",
                synthetic=True,
                source=SOURCE,
            )
        )
    return drafts


def _project() -> list[Draft]:
    """A retrofit project of an enterprise with one task, its deadline, and the saving it promises."""
    return [
        define("saving", "节能量", "energy saved", "tce", Additivity.FLOW),
        declare("project.1", "project", "余热回收改造", "Heat recovery retrofit", synthetic=True),
        declare("task.1", "task", "完成设备安装", "Install the equipment", synthetic=True),
        relate("task.1", "part_of", "project.1"),
        relate("demo.a", "carries_out", "project.1"),
        relate("project.1", "reports_for", "zj.unit.dantu"),
        step(
            "case.task.1", "task", "task.1", "安装", "Installation",
            step="opened", role="demo.a", deadline=date(2026, 6, 30), synthetic=True,
        ),
        *(
            state_(
                "project.1", "saving", f"2026-{month:02d}", Decimal(250), "tce",
                world="commitment", issuer="demo.a", synthetic=True,
            )
            for month in range(1, 13)
        ),
    ]  # fmt: skip


def _space() -> list[Draft]:
    """Two space units with geometry and area, lying in a division."""
    ring = [("119.40", "32.10"), ("119.41", "32.10"), ("119.41", "32.11"), ("119.40", "32.10")]
    drafts = []
    for number, area in (("1", "0.52"), ("2", "1.13")):
        unit = f"space.{number}"
        drafts += [
            declare(
                unit, "space_unit", f"演示空间单元{number}", f"Demo space unit {number}",
                geometry=polygon(ring), synthetic=True,
            ),
            relate(unit, "lies_in", "zj.division.dantu"),
            state_(unit, "area", "2026", Decimal(area), "km2", issuer="zj.planning", synthetic=True),
        ]  # fmt: skip
    return drafts


def _allowances() -> list[Draft]:
    lines = [Line("state", "issued", -1500), Line("demo.a", "held", 1000), Line("demo.b", "held", 500)]
    surrender = [Line("demo.a", "held", -400), Line("demo.a", "surrendered", 400)]
    return [
        post("allowance.2026", "t CO2", date(2026, 1, 31), lines, memo="预分配", synthetic=True),
        post("allowance.2026", "t CO2", date(2026, 12, 31), surrender, memo="清缴", synthetic=True),
    ]


def test_every_programme_fits_the_four_nouns_without_a_new_table(city: Connection) -> None:
    tables, before = _tables(city), size(city)
    _write(city, [*_targets(), *_project(), *_space(), *_allowances()], SimulatedClock(1_772_323_300_000))

    target = over_subjects(city, CITY, "reports_for", "co2.key_firms", "2026", world="target")
    assert isinstance(target.value, Missing)
    assert target.known == 15_000_000 and len(target.holes) == 6
    path = statement.find(city, subject="zj.unit.dantu", world="scenario:peak-2027")
    assert [one.period for one in path] == ["2026", "2027", "2028", "2029", "2030"]
    five_years = over_time(
        city, "zj.unit.dantu", "co2.key_firms", "2026/2030", "year", world="scenario:peak-2027"
    )
    assert five_years.value == 39_900_000

    promised = over_time(city, "project.1", "saving", "2026", "month", world="commitment")
    assert promised.value == 3000 and promised.synthetic
    (task,) = children(city, "project.1", "part_of", DAY)
    assert [(one.subject, one.deadline) for one in cases(city, kind="task")] == [
        (task.subject, date(2026, 6, 30))
    ]
    below = {one.subject for one in children(city, CITY, "reports_for", DAY, deep=True)}
    assert {"project.1", "demo.a", "demo.b"} < below

    area = over_subjects(city, "zj.division.dantu", "lies_in", "area", "2026")
    assert str(area.value) == "1.65"
    space = get(city, "space.1")
    assert space is not None and space.geometry is not None
    assert as_geojson(space.geometry).startswith('{"type":"Polygon","coordinates":[[[119.4000000,')

    assert over_postings(city, CITY, "reports_for", "allowance.2026", "held", "2026-06") == {"t CO2": 1500}
    assert over_postings(city, CITY, "reports_for", "allowance.2026", "held", "2026") == {"t CO2": 1100}
    assert posting.trial_balance(city, "allowance.2026") == {"t CO2": 0}

    assert _tables(city) == tables
    assert check_projections(city, [PROJECTION]) == []
    assert statement.find(city, indicator="co2.key_firms", as_of=before) == []
    assert get(city, "space.1", as_of=before) is None
    assert over_postings(city, CITY, "reports_for", "allowance.2026", "held", "2026", as_of=before) == {}


def test_intensities_are_derived_and_never_summed(city: Connection) -> None:
    drafts = [
        define("co2", "排放量", "emissions", "t CO2", Additivity.FLOW),
        define("output", "产值", "output", "万元@current", Additivity.FLOW),
        define("intensity", "排放强度", "emission intensity", "t CO2/万元@current", Additivity.RATIO),
    ]
    for firm, tonnes, yuan, own in (("demo.a", 900, 100, "9.00"), ("demo.b", 100, 900, "0.11")):
        drafts += [
            state_(firm, "co2", "2026", Decimal(tonnes), "t CO2", issuer=firm, synthetic=True),
            state_(firm, "output", "2026", Decimal(yuan), "万元@current", issuer=firm, synthetic=True),
            state_(
                firm, "intensity", "2026", Decimal(own), "t CO2/万元@current",
                issuer=firm, synthetic=True,
            ),
        ]  # fmt: skip
    _write(city, drafts, SimulatedClock(1_772_323_300_000))
    with pytest.raises(FindingError) as caught:
        over_subjects(city, "zj.unit.dantu", "reports_for", "intensity", "2026")
    assert caught.value.findings[0].code == "registry.ratio_summed"
    emitted = over_subjects(city, "zj.unit.dantu", "reports_for", "co2", "2026")
    made = over_subjects(city, "zj.unit.dantu", "reports_for", "output", "2026")
    assert (emitted.value, made.value) == (950, 550)
    assert str(derive_ratio(emitted, made, "t CO2/万元@current", 4)) == "1.7273"
