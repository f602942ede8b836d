"""Factors chosen from a document by hand: which row, what a receipt says of it, what a refusal says."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from tansuo.methods.document import Document
from tansuo.methods.ladder import (
    Choice,
    Chosen,
    Default,
    FactorTable,
    Ladders,
    LocalValue,
    chosen,
    day_before,
    rung,
)
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State

Json = dict[str, Any]
TABLE: Json = {"take": "table", "name": "default", "table": "fuels", "column": "ncv", "key": "fuel"}
OWN: Json = {"take": "local", "name": "measured"}
COAL = {"source": "boiler", "fuel": "coal"}


def row(name: str, value: str = "20", **fields: str) -> Json:
    """A row of the table of coal that holds from 2021 on; a field given as "" is left out."""
    plain = {"table": "fuels", "column": "ncv", "key": "coal", "unit": "GJ/t", "valid_from": "2021-01-01"}
    return {
        "id": name,
        "value": value,
        **{field: text for field, text in (plain | fields).items() if text},
    }


def choose(
    rows: Sequence[Json],
    *ladder: Json,
    keys: Mapping[str, str] = COAL,
    period: str = "2023-01",
    local: Sequence[LocalValue] = (),
) -> tuple[Choice | Missing, list[Finding]]:
    term: Json = {"kind": "factor", "unit": "GJ/t"} | ({"ladder": list(ladder)} if ladder else {})
    document = Document(
        {
            "format": "tansuo.method/1",
            "id": "demo",
            "edition": "1",
            "options": {},
            "terms": {"NCV": term},
            "quantities": [],
        }
    )
    findings: list[Finding] = []
    found = Ladders(document, FactorTable(rows), local, {}).choose(
        "NCV", keys, Period.parse(period), findings
    )
    return found, findings


def taken(rows: Sequence[Json], *ladder: Json, **asked: Any) -> str:
    """The id of the row taken; "" where none is."""
    found, _ = choose(rows, *ladder, **asked)
    return "" if isinstance(found, Missing) else found.factor_id


def receipt(rows: Sequence[Json], *ladder: Json, period: str = "2023-01", **asked: Any) -> Chosen:
    found, findings = choose(rows, *ladder, period=period, **asked)
    assert isinstance(found, Choice) and not findings
    return chosen(found, "GJ/t", Period.parse(period))


def test_a_row_is_found_by_table_column_and_key_or_by_none_of_them() -> None:
    bare: Json = {"take": "table", "name": "default", "table": "fuels"}
    rows = [row("coal"), row("plain", column="", key=""), row("no column", column=""), row("no key", key="")]
    assert taken(rows, TABLE) == "coal"
    assert taken(rows, bare) == "plain"
    assert taken(rows, {**bare, "key": "=coal"}) == "no column"
    assert taken(rows, {**bare, "column": "ncv"}) == "no key"
    assert taken(rows, TABLE, keys={"fuel": "oil"}) == taken(rows, TABLE, keys={}) == ""


@pytest.mark.parametrize("name", ["level", "applies_to", "region"])
def test_a_rung_that_asks_for_more_takes_only_rows_that_say_it(name: str) -> None:
    rows = [row("plain"), row("one", **{name: "1"}), row("two", **{name: "2"})]
    mark = "=" if name == "region" else ""
    assert taken(rows, {**TABLE, name: f"{mark}1"}) == "one"
    assert taken(rows, {**TABLE, name: f"{mark}2"}) == "two"
    assert taken(rows, {**TABLE, name: f"{mark}3"}) == ""


def test_a_region_of_nobody_is_that_of_the_rows_without_one() -> None:
    rows = [row("plain"), row("one", region="1")]
    assert taken(rows, {**TABLE, "region": "="}) == "plain"
    assert taken(rows, {**TABLE, "region": "province"}) == ""
    assert taken(rows, {**TABLE, "region": "province"}, keys={**COAL, "province": "1"}) == "one"


def test_what_is_said_where_no_factor_is_found() -> None:
    keys = {"source": "boiler", "fuel": "oil", "area": "1", "option.way": "x"}
    found, findings = choose([row("coal")], OWN, TABLE, keys=keys)
    where = {"method": "demo", "symbol": "NCV", "cell": "boiler/2023-01"}
    assert found == Missing(State.MISSING, "NCV", "boiler/2023-01")
    params = {"period": "2023-01", "tried": "measured, default", "keys": "area=1, fuel=oil"}
    assert findings == [Finding("methods.no_factor", where, params)]
    found, findings = choose([], keys={"option.way": "x"})
    params = {"period": "2023-01", "tried": "", "keys": "—"}
    assert found == Missing(State.MISSING, "NCV", "2023-01")
    assert findings == [Finding("methods.no_factor", {**where, "cell": "2023-01"}, params)]


def test_what_is_said_of_two_rows_that_hold_at_once() -> None:
    found, findings = choose([row("one"), row("two")], TABLE)
    where = {"method": "demo", "symbol": "NCV", "cell": "boiler/2023-01"}
    assert found == Missing(State.MISSING, "NCV", "boiler/2023-01")
    assert findings == [Finding("methods.ambiguous_factor", where, {"rung": "default", "ids": "one, two"})]


def test_what_is_said_of_a_row_of_another_kind() -> None:
    found, findings = choose([row("one", unit="t")], TABLE)
    assert found == Missing(State.MISSING, "NCV", "boiler/2023-01")
    (said,) = findings
    assert said.where == {"method": "demo", "symbol": "NCV", "cell": "boiler/2023-01"}
    assert (said.code, set(said.params)) == ("quantity.different_kinds", set(said.params))
    assert {"t", "GJ/t"} <= {str(one) for one in said.params.values()}


def test_what_a_receipt_says_of_a_row() -> None:
    full = row("one", "20.9", status="official", source="guide", page="table 1", valid_to="2024-01-01")
    assert receipt([full], TABLE) == Chosen(
        Decimal("20.9"), "GJ/t", "one", "default", "guide", "table 1", "official", "guide table 1",
        Decimal("20.9"), "GJ/t", "2021-01-01", "2024-01-01", Provenance.DEFAULT,
    )  # fmt: skip
    assert receipt([row("one", "20900", unit="MJ/t")], TABLE) == Chosen(
        Decimal("20.900"), "GJ/t", "one", "default", "", "", "", "",
        Decimal(20900), "MJ/t", "2021-01-01", "", Provenance.DEFAULT,
    )  # fmt: skip


def test_what_a_receipt_says_of_a_value_of_the_firms_own() -> None:
    own = LocalValue("NCV", Decimal(21000), "MJ/t", source="boiler", citation="report 7",
                     provenance=Provenance.DECLARED)  # fmt: skip
    assert receipt([row("one")], OWN, TABLE, local=[own]) == Chosen(
        Decimal("21.000"), "GJ/t", "local/NCV/boiler/2023-01", "measured", "report 7", "", "local", "report 7",
        Decimal(21000), "MJ/t", "", "", Provenance.DECLARED,
    )  # fmt: skip
    assert taken([row("one")], TABLE, local=[own]) == "one"
    found, _ = choose([], TABLE, OWN, local=[own])
    assert isinstance(found, Choice)
    assert (found.rung, found.step) == ("measured", OWN)


def test_what_a_receipt_says_of_an_override() -> None:
    ruled = LocalValue("NCV", Decimal(19), "GJ/t", rung="override", citation="ruling 7")
    other = LocalValue("CC", Decimal(3), "GJ/t", rung="override")
    for status in ("official", ""):
        made = receipt([row("one", "20000", unit="MJ/t", status=status)], TABLE, local=[other, ruled])
        assert made == Chosen(
            Decimal(19), "GJ/t", "local/NCV/boiler/2023-01", "override", "ruling 7", "", "override", "ruling 7",
            Decimal(19), "GJ/t", "", "", Provenance.MEASURED, Default("one", Decimal(20000), "MJ/t", status),
        )  # fmt: skip
    assert receipt([], TABLE, local=[ruled]).instead_of is None


def test_a_value_given_for_a_source_or_a_month_is_for_no_other() -> None:
    for own, fits in (
        (LocalValue("NCV", Decimal(1), "GJ/t", source="oven"), False),
        (LocalValue("NCV", Decimal(1), "GJ/t", month="2023-02"), False),
        (LocalValue("NCV", Decimal(1), "GJ/t", month="2023-01"), True),
        (LocalValue("NCV", Decimal(1), "GJ/t", rung="tested"), False),
    ):
        assert (taken([], OWN, local=[own]) != "") is fits
    assert taken([], OWN, keys={}, local=[LocalValue("NCV", Decimal(1), "GJ/t", source="oven")]) == ""


def test_reaching_back_takes_the_row_that_ended_last() -> None:
    back = {**TABLE, "reach": "before"}
    rows = [
        row("early", valid_to="2022-01-01"),
        row("late", valid_from="2022-01-01", valid_to="2023-01-01"),
        row("after", valid_from="2024-01-01"),
        row("soon", valid_from="2023-06-01", valid_to="2024-01-01"),
    ]
    assert [taken(rows, back, period=month) for month in ("2023-01", "2023-06", "2024-01")] == [
        "late",
        "soon",
        "after",
    ]
    assert taken(rows[2:], back) == ""
    assert taken([*rows[:1], row("same", valid_to="2022-01-01")], back) == ""
    assert taken(rows, TABLE) == ""


@pytest.mark.parametrize(
    ("status", "said"),
    [("official", "proposal"), ("", "proposal"), ("draft", "draft"), ("example", "example")],
)
def test_a_row_that_ended_is_a_proposal_unless_its_use_is_prescribed(status: str, said: str) -> None:
    ended = row("one", status=status, valid_to="2023-01-01", published_on="2022-11-30")
    assert receipt([ended], {**TABLE, "reach": "before"}).status == said
    assert receipt([ended], {**TABLE, "reach": "before"}, period="2022-12").status == status
    assert receipt([ended], {**TABLE, "published_before": "year/01-01"}).status == status


def test_the_last_published_is_asked_for_each_year_of_a_period() -> None:
    step = {**TABLE, "published_before": "year/01-01"}
    rows = [row("old", published_on="2021-05"), row("new", published_on="2022-12-31"), row("never")]
    assert [taken(rows, step, period=one) for one in ("2022-12-31", "2023-01-01", "2023")] == [
        "old",
        "new",
        "new",
    ]
    assert taken(rows, step, period="2022/2023") == taken(rows, step, period="2021-01") == ""
    assert taken(rows[2:], step) == ""


def test_of_rows_published_at_once_the_one_with_the_latest_data_is_taken() -> None:
    step = {**TABLE, "published_before": "year/01-01"}
    one, two = row("undated", published_on="2022"), row("dated", published_on="2022", data_year="2020")
    assert taken([one, two], step) == taken([two, one], step) == "dated"


def test_the_day_a_rung_names() -> None:
    for text, day in (
        ("year/04-01", "2025-04-01"), ("year-1/11-01", "2024-11-01"), ("year+2/01-31", "2027-01-31"),
        ("2020-02-29", "2020-02-29"),
    ):  # fmt: skip
        assert day_before(text, 2025).isoformat() == day
    with pytest.raises(ValueError, match="'31 October' names no day"):
        day_before("31 October", 2025)


def test_a_rung_is_refused_in_words_that_name_it() -> None:
    for wrong in ("31 October", "year/02-29", "year-1/02-29", "year+3/02-29"):
        with pytest.raises(FindingError) as refused:
            rung("x", published_before=wrong)
        assert refused.value.findings == (
            Finding("methods.rung_published", params={"rung": "x", "day": wrong}),
        )
    with pytest.raises(FindingError) as refused:
        rung("x", reach="befor")
    assert refused.value.findings == (Finding("methods.rung_reach", params={"rung": "x", "reach": "befor"}),)
