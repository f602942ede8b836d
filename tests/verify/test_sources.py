"""What a seal expects of a series, and stored integers as amounts: each by hand."""

from typing import Any

import pytest

from tansuo.methods.document import Document
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.verify.book import Book, Head
from tansuo.verify.report import Report
from tansuo.verify.sources import _converted, _expected, check_local, epoch, midnights


@pytest.mark.parametrize(("step", "expected", "right"), [
    (86_400, 31, True), (86_400, 30, False), (86_400, None, False), (86_400, 1, False),
    (0, None, True), (0, 31, False), (0, 1, False), (0, 0, False),
    (-1, 1, True), (-1, 31, False), (-1, None, False),
    (3_600, 744, True), (3_600, 743, True), (3_600, 745, True), (3_600, 742, False), (3_600, 746, False),
    (3_600, None, False), (60, 44_580, True), (60, 44_579, False), (60, 44_700, True), (60, 44_701, False),
    (1, 2_678_400, True), (1, 2_674_800, True), (1, 2_674_799, False), (1, 1, False), (1, None, False),
])  # fmt: skip
def test_a_seal_expects_what_the_step_makes_of_its_days_and_an_hour_more_or_less(
    step: int, expected: int | None, right: bool
) -> None:
    row = {"from": "2026-01-01", "to": "2026-02-01", "step_s": step, "expected": expected}
    assert _expected(row) is right


@pytest.mark.parametrize(("number", "line", "unit", "amount"), [
    (744_000, {"form": "interval_amount", "unit": "t", "decimals": 3}, "t", "744.000"),
    (744_000, {"form": "register", "unit": "kg", "decimals": 0}, "t", "744"),
    (744_000, {"form": "rate", "unit": "t/h", "decimals": 3, "step_s": 3600}, "t", "744.000"),
    (744_000, {"form": "rate", "unit": "t/h", "decimals": 3, "step_s": 7200}, "t", "1488.000"),
    (5, {"form": "rate", "unit": "t/h", "decimals": 1, "step_s": 1800}, "t", "0.25"),
    (1, {"form": "rate", "unit": "t/h", "decimals": 0, "step_s": 1200}, "t", "0." + "3" * 34),
    (744_000, {"form": "rate", "unit": "kW", "decimals": 3, "step_s": 3600}, "MWh", "0.744"),
    (1, {"form": "rate", "unit": "kW", "decimals": 0, "step_s": 700, "attributes": {}}, "kWh", "0.1" + "9" + "4" * 32),
    (1, {"form": "rate", "unit": "kW", "decimals": 0, "step_s": 700, "attributes": {"amount_unit": "MJ"}}, "MJ", "0.7"),
])  # fmt: skip
def test_stored_integers_are_multiplied_first_and_divided_once(
    number: int, line: dict[str, Any], unit: str, amount: str
) -> None:
    assert plain(_converted(number, line, unit)) == amount


def test_a_period_begins_and_ends_at_midnight_of_utc() -> None:
    assert midnights(Period.parse("2026-01")) == (1_767_225_600, 1_769_904_000)
    assert epoch("2026-01-01T00:00:00+08:00") == 1_767_196_800


def test_a_local_value_of_a_term_without_ladder_is_stated_by_its_symbol() -> None:
    """Whether a method takes one is for its evaluation to say."""
    given = {"symbol": "K", "unit": "1", "value": "3", "provenance": "declared", "rung": "measured"}
    body = {**given, "basis": "actual", "indicator": "factor.K"}
    entries: Any = {1: {"type": "statement", "body": body}, 9: {"type": "figure", "body": {"size": 7}}}
    book = Book({}, {"figure": 9}, Head("x", 10, bytes(32)), [], entries)
    document = {"format": "tansuo.method/1", "id": "m", "edition": "1", "terms": {"K": {}}, "quantities": []}
    origins = {"local": [{"statement": 1}], "attributes": {}}
    inputs = {"local": [given], "from": origins, "sources": [], "enterprise": {"id": "a", "attributes": {}}}
    report = Report()
    check_local(book, Document(document), inputs, report)
    assert [en for _, _, _, en in report.steps] == ["1 local values and attributes are stated"]
