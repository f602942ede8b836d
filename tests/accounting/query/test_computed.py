"""Computed indicators: provisional figures as of the point, published ones by their receipts, one voice each."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from query_things import Ask, sums
from tansuo.accounting.query import computed as module
from tansuo.accounting.query.catalogue import catalogue
from tansuo.accounting.receipt import publish
from tansuo.evidence.ledger import append, receipt_id
from tansuo.quantity.finding import FindingError
from tansuo.quantity.state import State
from tansuo.quantity.wording import render
from tansuo.registry.case import decide
from tansuo.registry.statement import Stage
from tansuo.registry.subject import declare
from town import COAL, GENERAL, POWER, Town

FUEL, INDIRECT = f"{GENERAL}.E_fuel", f"{GENERAL}.E_power"
UNIT = "zj.unit.dantu"


@pytest.fixture
def firms(town: Town) -> Town:
    """Two firms of 丹徒: a is whole in the first quarter, b lacks the third of February."""
    for name, amount in (("a", "50"), ("b", "100")):
        town.firm(name, "dantu", (COAL, POWER))
        for month in ("2026-01", "2026-02", "2026-03"):
            town.days(name, COAL, month, amount, without=[3] if (name, month) == ("b", "2026-02") else [])
            town.days(name, POWER, month, "10")
    return town


def test_figures_are_those_of_the_inventory(firms: Town, ask: Ask) -> None:
    found = {
        (one.subject, one.period): one
        for one in ask([FUEL], ["a", "b", UNIT], "2026-01/2026-03", "month").said
    }
    assert {one.voice.form for one in found.values()} == {"provisional"}
    for (subject, period), one in found.items():
        figure = firms.figure(subject, "E_fuel", period, "reports_for" if subject == UNIT else None)
        assert (one.text, one.unit, one.synthetic) == (figure.text, "t CO2", True)
        assert one.cell == figure.cell
    assert found["a", "2026-02"].text is not None
    hole = found["b", "2026-02"]
    assert (hole.value, hole.state, hole.complete) == (None, State.MISSING, False)
    assert hole.partial is not None and hole.why is not None and "2026-02" in str(hole.why)


def test_totals_are_what_a_roll_up_gives(firms: Town, ask: Ask) -> None:
    """The sum over the firms of a unit is the unit's figure, and the sum over months the quarter's."""
    found = sums(ask([FUEL], ["a", "b"], "2026-01/2026-03", "month"), "provisional")
    january = firms.figure(UNIT, "E_fuel", "2026-01", "reports_for")
    assert found["subjects", None, "2026-01"].text == january.text
    assert found["periods", "a", None].text == firms.figure("a", "E_fuel", "2026-Q1").text
    holed = found["subjects", None, "2026-02"]
    assert holed.value is None
    assert holed.partial == firms.figure(UNIT, "E_fuel", "2026-02", "reports_for").partial
    assert found["both", None, None].why is not None


def test_what_is_published_stands_beside_what_is_known_now(firms: Town, ask: Ask) -> None:
    size = firms.size
    cell = firms.cell(UNIT, "E_fuel", "2026-01", "reports_for")
    decision = append(
        firms.connection,
        [
            decide(
                "one", "publication", UNIT, "公开", "Publish", outcome="published", authority="the.approver",
                size=size, audience="public", stage=Stage.PUBLISHED, covers={"quantity": "E_fuel"},
            )
        ],
        firms.clock,
    )[0]  # fmt: skip
    (entry,) = publish(firms.connection, firms.figures([cell], size), decision, clock=firms.clock)
    firms.follow()
    first = firms.figure(UNIT, "E_fuel", "2026-01", "reports_for").text
    firms.correct("a/coal", datetime(2026, 1, 5, tzinfo=ZoneInfo("Asia/Shanghai")), Decimal(51))
    now, then = ask([FUEL], [UNIT], "2026-01", "month").said
    assert (now.voice.form, now.voice.stage, now.voice.issuer) == ("provisional", "calculated", "tansuo")
    assert (then.voice.form, then.voice.stage, then.voice.issuer) == (
        "published",
        "published",
        "the.approver",
    )
    assert (then.text, then.receipt, then.entry) == (first, receipt_id(entry), entry.index)
    assert now.receipt is None and now.text != then.text
    (alone,) = ask([FUEL], [UNIT], "2026-01", "month", computing=False).said
    assert alone == then
    (only,) = ask([FUEL], [UNIT], "2026-01", "month", stages=[Stage.PUBLISHED]).said
    assert only == then
    (before,) = ask([FUEL], [UNIT], "2026-01", "month", computing=False, as_of=size).said
    assert before.voice.form == "absent" and before.why is not None
    assert before.why.code == "accounting.nothing_published"


def test_what_cannot_be_computed_says_why_and_is_never_zero(firms: Town, ask: Ask) -> None:
    codes = {
        one.subject + " " + one.period: one.why.code.partition(".")[2]
        for span in ("2014-12/2015-01", "2025-12/2026-01", "2026-05")
        for one in ask([FUEL], ["a", "zj.unit.gaoxin"], span, "month").said
        if one.why is not None
    }
    assert codes == {
        "a 2014-12": "no_method", "zj.unit.gaoxin 2014-12": "no_method",
        "a 2015-01": "not_monitored", "zj.unit.gaoxin 2015-01": "not_monitored",
        "a 2025-12": "not_monitored", "zj.unit.gaoxin 2025-12": "not_monitored",
        "zj.unit.gaoxin 2026-01": "nobody_reports",
        "a 2026-05": "not_begun", "zj.unit.gaoxin 2026-05": "not_begun",
    }  # fmt: skip
    (meter,) = ask([FUEL], ["zj.division.dantu"], "2026-01", "month").said
    assert meter.why is not None and meter.why.code == "accounting.nobody_reports"


def test_a_subject_that_carries_no_figures_says_so(firms: Town, ask: Ask) -> None:
    firms.enter(declare("office", "department", "统计局", "Statistics"))
    (one,) = ask([FUEL], ["office"], "2026-01", "month").said
    assert one.why is not None and one.why.code == "accounting.no_figures_of_kind"
    assert "统计局（部门）" in render(one.why, "zh") and "Statistics (department)" in render(one.why, "en")


def test_too_much_to_compute_is_refused_with_its_size(
    firms: Town, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LIMIT", 5)
    assert ask([FUEL], [UNIT], "2026-01/2026-02", "month").said
    with pytest.raises(FindingError) as caught:
        ask([FUEL], [UNIT], "2026-01/2026-03", "month")
    (finding,) = caught.value.findings
    assert (finding.code, finding.params["months"]) == ("accounting.too_much_to_compute", 6)


def test_direct_and_indirect_are_never_one_total(firms: Town, ask: Ask) -> None:
    found = ask([FUEL, INDIRECT], ["a", "b"], "2026-01", "month")
    assert [one.indicator for one in found.totals] == [FUEL, INDIRECT]
    values = [one.value for one in found.said]
    assert [one.value for one in found.totals] == [
        (values[0] or Decimal()) + (values[1] or Decimal()),
        (values[2] or Decimal()) + (values[3] or Decimal()),
    ]


def test_the_catalogue_lists_what_can_be_asked(firms: Town) -> None:
    made = catalogue(firms.connection, firms.size, (date(2026, 1, 1), date(2026, 4, 30)))
    askable = {one.about.code: one for one in made.indicators}
    fuel = askable[FUEL]
    assert (fuel.first, fuel.last, fuel.grains) == ("2026-01", "2026-04", ("month", "quarter", "year"))
    assert (fuel.bases, fuel.about.scope, fuel.about.unit) == ((GENERAL,), "direct", "t CO2")
    assert f"{GENERAL}.E_s" not in askable  # one value a source and month, none a subject
    assert askable["gdp"].grains == ("year",) and askable["gdp"].about.owner == "统计局"
    parents = {one.subject.id: one.parent for one in made.subjects}
    assert parents["a"] == UNIT and parents[UNIT] == "zj.city" and parents["zj.division.dantu"] == "zj.city"
    assert parents["zj.city"] is None and "a.coal" not in parents
    assert {one.code for one in made.bases} >= {"", GENERAL}
    public = catalogue(firms.connection, firms.size, None)
    assert FUEL not in {one.about.code for one in public.indicators}
