"""Only what may be added is added, and a total that is not there says why."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from query_things import Ask, sums
from tansuo.accounting.query.overlap import Containment
from tansuo.quantity.state import State
from tansuo.registry.indicator import Additivity, define
from tansuo.registry.relation import relate
from tansuo.registry.statement import Stage, state_
from tansuo.registry.subject import declare
from town import Town

CITY, DANTU, JINGKOU, XINQU = "zj.city", "zj.unit.dantu", "zj.unit.jingkou", "zj.unit.xinqu"


def _state(town: Town, additivity: Additivity, values: Sequence[tuple[str, str, str | State]]) -> None:
    town.enter(define("thing", "某量", "a thing", "万人", additivity))
    town.enter(
        *(
            state_(
                subject, "thing", period, Decimal(said) if not isinstance(said, State) else said, "万人",
                issuer="statistics", stage=Stage.PUBLISHED,
            )
            for subject, period, said in values
        )
    )  # fmt: skip


WHOLE = [(DANTU, "2023", "1.10"), (DANTU, "2024", "1.2"), (JINGKOU, "2023", "2"), (JINGKOU, "2024", "3")]


def test_a_flow_adds_along_both_axes(town: Town, ask: Ask) -> None:
    _state(town, Additivity.FLOW, WHOLE)
    found = sums(ask(["thing"], [DANTU, JINGKOU], "2023/2024"))
    assert {key: one.text for key, one in found.items()} == {
        ("subjects", None, "2023"): "3.10",
        ("subjects", None, "2024"): "4.2",
        ("periods", DANTU, None): "2.30",
        ("periods", JINGKOU, None): "5",
        ("both", None, None): "7.30",
    }
    assert all(one.why is None and one.parts == one.present for one in found.values())


def test_a_stock_adds_over_subjects_only_and_a_ratio_never(town: Town, ask: Ask) -> None:
    for additivity, added in ((Additivity.STOCK, {"subjects"}), (Additivity.RATIO, set())):
        _state(town, additivity, WHOLE)
        found = sums(ask(["thing"], [DANTU, JINGKOU], "2023/2024"))
        assert {along for (along, _, _), one in found.items() if one.value is not None} == added
        for (along, _, _), one in found.items():
            if along not in added:
                assert (one.state, one.partial) == (State.NOT_ESTIMATED, None)
                assert one.why is not None and str(one.why).startswith("Not additive")


def test_a_hole_leaves_the_total_missing_and_names_it(town: Town, ask: Ask) -> None:
    _state(town, Additivity.FLOW, [*WHOLE[:3], (JINGKOU, "2024", State.NOT_ESTIMATED)])
    found = sums(ask(["thing"], [DANTU, JINGKOU, XINQU], "2023/2024"))
    total = found["subjects", None, "2024"]
    assert (total.value, total.partial, total.state) == (None, Decimal("1.2"), State.MISSING)
    assert (total.parts, total.present) == (3, 1)
    assert total.why is not None and f"{JINGKOU} 2024, {XINQU} 2024" in str(total.why)


def test_what_does_not_occur_is_no_hole_in_a_total(town: Town, ask: Ask) -> None:
    _state(town, Additivity.FLOW, [*WHOLE[:3], (JINGKOU, "2024", State.NOT_OCCURRING)])
    assert sums(ask(["thing"], [DANTU, JINGKOU], "2023/2024"))["subjects", None, "2024"].text == "1.2"


def test_voices_are_never_brought_together(town: Town, ask: Ask) -> None:
    _state(town, Additivity.FLOW, WHOLE[:1])
    town.enter(state_(JINGKOU, "thing", "2023", Decimal(5), "万人", issuer="somebody", stage=Stage.PUBLISHED))
    found = ask(["thing"], [DANTU, JINGKOU], "2023")
    assert [(one.voice.issuer, one.text, one.partial) for one in found.totals] == [
        ("somebody", None, Decimal(5)),
        ("statistics", None, Decimal("1.10")),
    ]


def test_subjects_that_contain_one_another_are_not_added(town: Town, ask: Ask) -> None:
    values = [(name, year, "1") for name in (CITY, DANTU, "zj.division.dantu") for year in ("2012", "2024")]
    _state(town, Additivity.FLOW, values)
    for pair in ([CITY, DANTU], ["zj.division.dantu", DANTU], [CITY, "zj.division.dantu"]):
        for year in ("2012", "2024"):  # the units are assessed since 2014 and lay in the city before
            total = sums(ask(["thing"], pair, year))["subjects", None, year]
            assert total.value is None and total.partial is None
            assert total.why is not None and "would count twice" in str(total.why)


@pytest.mark.parametrize(
    ("subjects", "twice"),
    [
        ([DANTU, JINGKOU, XINQU], ""),
        ([XINQU, "zj.division.dantu"], XINQU),
        (["zj.division.dantu", "zj.division.jingkou"], ""),
        ([CITY], ""),
        (["firm", DANTU], "firm"),
        (["firm", CITY], "firm"),
        (["firm", XINQU], ""),
        (["halves", DANTU], "halves"),
        ([DANTU, XINQU, JINGKOU, "park"], "firm"),
        ([XINQU, "park"], ""),
        ([JINGKOU, XINQU], ""),
    ],
)
def test_who_would_count_twice(subjects: list[str], twice: str, town: Town) -> None:
    town.enter(
        declare("firm", "enterprise", "甲", "A"),
        relate("firm", "reports_for", DANTU),
        declare("park", "park", "园区", "Park"),
        relate("firm", "lies_in", "park"),
        declare("halves", "enterprise", "乙", "B"),
        relate("halves", "reports_for", JINGKOU, "0.5"),
        relate("halves", "reports_for", DANTU, "0.5"),
    )
    assert Containment(town.connection, town.size).twice(subjects, date(2025, 1, 1)) == twice


def test_a_firm_that_moved_counts_once_in_both_its_units(town: Town) -> None:
    town.enter(
        declare("firm", "enterprise", "甲", "A"),
        relate("firm", "reports_for", DANTU, valid_to=date(2024, 7, 1)),
        relate("firm", "reports_for", XINQU, valid_from=date(2024, 7, 1)),
    )
    asked = Containment(town.connection, town.size)
    assert (
        asked.twice([DANTU, XINQU], date(2024, 1, 1)) == asked.twice([DANTU, XINQU], date(2025, 1, 1)) == ""
    )
