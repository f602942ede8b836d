"""Zhenjiang: six divisions, eight assessment units, and public facts that are not forced to agree."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tansuo.evidence.entry import Entry
from tansuo.quantity.state import Missing
from tansuo.registry import statement
from tansuo.registry.relation import children, parents
from tansuo.registry.roll import over_subjects
from tansuo.registry.source import Status
from tansuo.registry.subject import find, get
from tansuo.registry.zhenjiang import CITY, SEED_FACTS, UNITS, seed_facts, seeds

Enter = Callable[..., list[Entry]]
DAY = date(2026, 3, 1)


@pytest.fixture
def seeded(connection: Connection, enter: Enter) -> Connection:
    enter(*seeds())
    return connection


def test_divisions_and_assessment_units_are_two_lists(seeded: Connection) -> None:
    divisions = {one.attributes["gbt2260"]: one.name_zh for one in find(seeded, kind="division")}
    assert divisions == {
        "321102": "京口区",
        "321111": "润州区",
        "321112": "丹徒区",
        "321181": "丹阳市",
        "321182": "扬中市",
        "321183": "句容市",
    }
    units = find(seeded, kind="assessment_unit")
    assert {one.id for one in units} == set(UNITS) and len(UNITS) == 8
    assert {one.name_zh for one in units} - set(divisions.values()) == {"镇江新区", "镇江高新区"}
    city = get(seeded, CITY)
    assert city is not None and city.attributes["gbt2260"] == "321100"
    assert {one.subject for one in children(seeded, CITY, "part_of", DAY)} == {
        one.id for one in find(seeded, kind="division")
    }
    assert {one.subject for one in children(seeded, CITY, "reports_for", DAY)} == set(UNITS)


def test_a_functional_area_lies_across_divisions_with_shares_unstated(seeded: Connection) -> None:
    across = parents(seeded, "zj.unit.xinqu", "belongs_to", DAY)
    assert [(one.b, one.share) for one in across] == [
        ("zj.division.dantu", None),
        ("zj.division.jingkou", None),
    ]
    assert parents(seeded, "zj.unit.xinqu", "belongs_to", date(2013, 12, 31)) == []
    own = parents(seeded, "zj.unit.danyang", "belongs_to", DAY)
    assert [(one.b, one.share) for one in own] == [("zj.division.danyang", Decimal(1))]


def test_every_place_and_fact_carries_source_and_standing(seeded: Connection) -> None:
    places = find(seeded, kind="division") + find(seeded, kind="assessment_unit") + find(seeded, kind="city")
    assert all(one.source is not None for one in places)
    assert {one.source.status for one in places if one.source} == {Status.MEMORY, Status.SECONDARY}
    facts = statement.find(seeded)
    assert facts
    assert all(one.source is not None and one.source.status is not Status.OFFICIAL for one in facts)
    assert not any(one.synthetic for one in facts)


def test_the_sum_of_the_units_is_not_forced_onto_the_city(seeded: Connection) -> None:
    rolled = over_subjects(seeded, CITY, "reports_for", "gdp", "2022")
    (city,) = statement.find(seeded, subject=CITY, indicator="gdp", period="2022")
    assert rolled.value == Decimal("5009.39")
    assert city.value is not None and not isinstance(rolled.value, Missing)
    assert city.value - rolled.value == Decimal("7.65")


def test_three_industries_make_the_gdp(seeded: Connection) -> None:
    for year in ("2019", "2021"):
        parts = statement.find(
            seeded,
            subject=CITY,
            period=year,
            indicator=["value_added.primary", "value_added.secondary", "value_added.tertiary"],
        )
        (gdp,) = statement.find(seeded, subject=CITY, period=year, indicator="gdp")
        assert sum(one.value for one in parts if one.value is not None) == gdp.value


def test_the_facts_are_those_of_the_shared_table(
    seeded: Connection, shared_data: Callable[[str], Path]
) -> None:
    folder = shared_data("zhenjiang_public_facts")
    rows = list(csv.DictReader((folder / "facts.csv").read_text(encoding="utf-8").splitlines()))
    wanted = sorted((row["year"].replace("-", "/"), Decimal(row["value"])) for row in rows)
    stated = [(one.period, one.value) for one in statement.find(seeded) if one.value is not None]
    assert Counter(stated) >= Counter(wanted)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    rolled = over_subjects(seeded, CITY, "reports_for", "gdp", "2022")
    assert str(rolled.value) == str(expected["county_gdp_sum_2022"])


def test_the_seed_facts_are_cited_actual_and_nobodys_invention(seeded: Connection) -> None:
    found = seed_facts(seeded)
    assert [(one.indicator.code, one.statement.period) for one in found] == list(SEED_FACTS)
    for one in found:
        said = one.statement
        assert said.subject == CITY and said.world == "actual" and not said.synthetic
        assert said.source is not None and said.source.status is Status.SECONDARY
        assert one.indicator.unit == said.unit
    values = {one.indicator.code: str(one.statement.value) for one in found}
    assert values["capacity.photovoltaic"] == "90.3" and values["gas_chp.investment"] == "87"
    assert values["chemical.firms_change"] == "-80" and values["air.good_days_change"] == "19.8"
    units = {one.indicator.code: one.statement.unit for one in found}
    assert units["air.good_days_change"] == "个百分点" and units["air.pm25_change"] == "%"


def test_constant_prices_are_only_what_a_cited_growth_rate_gives(seeded: Connection) -> None:
    at_2021 = {one.period: one for one in statement.find(seeded, subject=CITY, indicator="gdp.constant")}
    assert set(at_2021) == {"2020", "2021"}
    assert {one.unit for one in at_2021.values()} == {"亿元@2021"}
    (growth,) = statement.find(seeded, subject=CITY, indicator="gdp.growth", period="2021")
    (current,) = statement.find(seeded, subject=CITY, indicator="gdp", period="2021")
    assert growth.value is not None and current.value is not None
    derived = (current.value / (1 + growth.value / 100)).quantize(Decimal("0.01"))
    assert (at_2021["2021"].value, at_2021["2020"].value) == (current.value, derived)


def test_every_statement_fits_its_indicator(seeded: Connection) -> None:
    assert statement.judge(seeded, [draft for draft in seeds() if draft.type == "statement"]) == []
