"""Rolling up: the relation is the grid, holes are named, ratios are derived again."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tansuo.evidence.entry import Entry
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import Missing, Provenance, State
from tansuo.registry.indicator import Additivity, define
from tansuo.registry.relation import relate
from tansuo.registry.roll import Rolled, derive_ratio, over_subjects, over_time
from tansuo.registry.statement import Stage, state_

Enter = Callable[..., list[Entry]]

COAL = define("coal", "耗煤量", "coal burnt", "t", Additivity.FLOW)
PEOPLE = define("people", "人口", "people", "万人", Additivity.STOCK)
SHARE = define("share", "占比", "share", "%", Additivity.RATIO)


def test_a_sum_converts_units_and_weighs_shares(connection: Connection, enter: Enter) -> None:
    enter(
        COAL,
        relate("plant", "reports_for", "unit"),
        relate("mill", "reports_for", "unit", "0.25"),
        state_("plant", "coal", "2026-03", Decimal("1.5"), "万t", issuer="x"),
        state_("mill", "coal", "2026-03", Decimal("400"), "t", issuer="x", provenance=Provenance.MEASURED),
    )
    rolled = over_subjects(connection, "unit", "reports_for", "coal", "2026-03")
    assert rolled.value == rolled.known == 15100
    assert rolled.by_provenance == {Provenance.MEASURED: 100, Provenance.DECLARED: 15000}
    assert (rolled.unit, rolled.holes, rolled.synthetic) == ("t", (), False)


def test_a_child_that_says_nothing_is_a_hole_and_not_a_zero(connection: Connection, enter: Enter) -> None:
    enter(
        COAL,
        *(relate(one, "reports_for", "unit") for one in ("a", "b", "c", "d")),
        relate("e", "reports_for", "unit", "1", date(2026, 4, 1)),
        state_("a", "coal", "2026-03", Decimal("10"), "t", issuer="x", synthetic=True),
        state_("b", "coal", "2026-03", State.NOT_OCCURRING, "t", issuer="x"),
        state_("c", "coal", "2026-03", State.CONFIDENTIAL, "t", issuer="x"),
    )
    rolled = over_subjects(connection, "unit", "reports_for", "coal", "2026-03")
    assert isinstance(rolled.value, Missing)
    assert rolled.holes == ("c", "d")
    assert rolled.known == 10
    assert rolled.synthetic


def test_a_share_nobody_stated_makes_the_sum_unknown(connection: Connection, enter: Enter) -> None:
    enter(
        COAL,
        relate("a", "belongs_to", "east", None),
        state_("a", "coal", "2026", Decimal("10"), "t", issuer="x"),
    )
    rolled = over_subjects(connection, "east", "belongs_to", "coal", "2026")
    assert isinstance(rolled.value, Missing) and rolled.value.what == "share"


def test_the_highest_stage_counts(connection: Connection, enter: Enter) -> None:
    enter(
        COAL,
        relate("a", "reports_for", "unit"),
        state_("a", "coal", "2026", Decimal("9"), "t", issuer="x", stage=Stage.APPROVED),
        state_("a", "coal", "2026", Decimal("10"), "t", issuer="x", stage=Stage.FLASH),
    )
    assert over_subjects(connection, "unit", "reports_for", "coal", "2026").value == 9


def test_ten_of_twelve_months_is_incomplete_by_name(connection: Connection, enter: Enter) -> None:
    months = [f"2026-{month:02d}" for month in range(1, 13) if month not in (3, 7)]
    enter(COAL, *(state_("a", "coal", month, Decimal(100), "t", issuer="x") for month in months))
    rolled = over_time(connection, "a", "coal", "2026", "month")
    assert isinstance(rolled.value, Missing)
    assert rolled.holes == ("2026-03", "2026-07")
    assert rolled.known == 1000
    enter(*(state_("a", "coal", month, Decimal(100), "t", issuer="x") for month in ("2026-03", "2026-07")))
    assert over_time(connection, "a", "coal", "2026", "month").value == 1200


def test_quarters_halves_and_years_are_pieces_too(connection: Connection, enter: Enter) -> None:
    enter(
        COAL,
        *(state_("a", "coal", f"2026-Q{n}", Decimal(n), "t", issuer="x") for n in range(1, 5)),
        *(state_("a", "coal", f"2026-H{n}", Decimal(n), "t", issuer="x") for n in (1, 2)),
        *(state_("a", "coal", f"{year}", Decimal(1), "t", issuer="x") for year in range(2021, 2026)),
    )
    assert over_time(connection, "a", "coal", "2026", "quarter").value == 10
    assert over_time(connection, "a", "coal", "2026", "half").value == 3
    assert over_time(connection, "a", "coal", "2021/2025", "year").value == 5


def test_ratios_never_sum_and_stocks_never_sum_over_time(connection: Connection, enter: Enter) -> None:
    enter(SHARE, PEOPLE, relate("a", "reports_for", "unit"))
    for rolled in (
        lambda: over_subjects(connection, "unit", "reports_for", "share", "2026"),
        lambda: over_time(connection, "a", "share", "2026", "month"),
    ):
        with pytest.raises(FindingError) as caught:
            rolled()
        assert caught.value.findings[0].code == "registry.ratio_summed"
    with pytest.raises(FindingError, match="is a stock"):
        over_time(connection, "a", "people", "2026", "month")
    with pytest.raises(FindingError, match="has not been defined"):
        over_time(connection, "a", "nothing", "2026", "month")
    with pytest.raises(FindingError, match="Nothing stands in relation"):
        over_subjects(connection, "empty", "reports_for", "people", "2026")


def _sum(value: str, unit: str) -> Rolled:
    return Rolled("s", "i", "2026", unit, Decimal(value), Decimal(value), (), {}, False)


def test_an_intensity_is_derived_from_two_sums() -> None:
    intensity = derive_ratio(_sum("5017", "万t CO2"), _sum("100", "亿元@current"), "t CO2/万元@current", 4)
    assert str(intensity) == "50.1700"
    with pytest.raises(FindingError, match="does not lead to"):
        derive_ratio(_sum("1", "t CO2"), _sum("1", "亿元@current"), "t CO2/万元@2020", 4)
    with pytest.raises(FindingError, match="cannot divide"):
        derive_ratio(_sum("1", "t CO2"), _sum("0", "亿元@current"), "t CO2/万元@current", 4)
    hole = Missing(State.MISSING, "gdp", "x 2026")
    unknown = Rolled("s", "gdp", "2026", "亿元@current", hole, None, (), {}, False)
    assert derive_ratio(_sum("1", "t CO2"), unknown, "t CO2/万元@current", 4) == hole


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(0, 3)), min_size=1, max_size=8
    )
)
def test_merging_counties_leaves_the_city_as_it_was(
    connection: Connection, enter: Enter, counties: list[tuple[int, int, int]]
) -> None:
    """However counties are merged into groups, the sums of sums and the city's ratio are the same."""
    savepoint = connection.begin_nested()
    emitted = define("emitted", "排放", "emitted", "t CO2", Additivity.FLOW)
    earned = define("earned", "产值", "earned", "万元@current", Additivity.FLOW)
    drafts = [emitted, earned]
    for number, (tonnes, yuan, group) in enumerate(counties):
        county = f"county.{number}"
        drafts += [relate(county, "reports_for", "city"), relate(county, "lies_in", f"group.{group}")]
        drafts.append(state_(county, "emitted", "2026", Decimal(tonnes), "t CO2", issuer="x"))
        drafts.append(state_(county, "earned", "2026", Decimal(yuan), "万元@current", issuer="x"))
    enter(*drafts)
    groups = sorted({f"group.{group}" for _, _, group in counties})
    sums = {}
    for code in ("emitted", "earned"):
        sums[code] = over_subjects(connection, "city", "reports_for", code, "2026")
        merged = [over_subjects(connection, one, "lies_in", code, "2026").value for one in groups]
        assert sums[code].value == sum(one for one in merged if isinstance(one, Decimal))
    ratio = derive_ratio(sums["emitted"], sums["earned"], "t CO2/万元@current", 6)
    tonnes, yuan = (Decimal(sum(column)) for column in list(zip(*counties, strict=True))[:2])
    assert isinstance(ratio, Decimal)
    assert abs(ratio * yuan - tonnes) <= yuan * Decimal("0.0000005")
    savepoint.rollback()
