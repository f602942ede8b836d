"""Statements side by side, and flows summed over months voice by voice."""

from decimal import Decimal

from query_things import Ask, cells
from tansuo.quantity.state import Provenance, State
from tansuo.registry.indicator import Additivity, define
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import Stage, state_
from town import Town

DANTU = "zj.unit.dantu"
BUREAU, POWER = "statistics", "power.company"


def _months(town: Town, year: int, months: range, value: str = "10", **more: object) -> None:
    usual: dict[str, object] = {"issuer": POWER, "basis": "meter", "stage": Stage.FLASH}
    town.enter(
        *(
            state_(DANTU, "electricity", f"{year}-{month:02d}", Decimal(value), "亿kWh", **{**usual, **more})  # type: ignore[arg-type]
            for month in months
        )
    )


def _electricity(town: Town, additivity: Additivity = Additivity.FLOW) -> None:
    town.enter(define("electricity", "全社会用电量", "electricity", "亿kWh", additivity, owner="供电公司"))


def test_several_statements_on_one_cell_all_stand(town: Town, ask: Ask) -> None:
    _electricity(town)
    book = Source("年鉴 yearbook", Status.OFFICIAL, page="12")
    for stage, value, issuer in (
        (Stage.PRELIMINARY, "101.5", BUREAU),
        (Stage.PUBLISHED, "102.30", BUREAU),
        (Stage.PRELIMINARY, "99", POWER),
    ):
        draft = state_(
            DANTU, "electricity", "2024", Decimal(value), "亿kWh", stage=stage, issuer=issuer, source=book
        )
        town.enter(draft)
    town.enter(state_(DANTU, "electricity", "2024", Decimal(90), "亿kWh", world="target", issuer=BUREAU))
    found = ask(["electricity"], [DANTU], "2024").said
    assert [(one.voice.world, one.voice.stage, one.voice.issuer, one.text) for one in found] == [
        ("actual", "preliminary", POWER, "99"),
        ("actual", "preliminary", BUREAU, "101.5"),
        ("actual", "published", BUREAU, "102.30"),
        ("target", "preliminary", BUREAU, "90"),
    ]
    assert {one.source for one in found} == {book, None}
    assert all(one.entry is not None and one.complete for one in found)
    only = ask(["electricity"], [DANTU], "2024", stages=[Stage.PUBLISHED]).said
    assert [one.text for one in only] == ["102.30"]


def test_a_cell_of_which_nobody_speaks_says_so_and_is_no_zero(town: Town, ask: Ask) -> None:
    _electricity(town)
    (one,) = ask(["electricity"], [DANTU], "2024").said
    assert (one.voice.form, one.value, one.state) == ("absent", None, State.MISSING)
    assert one.why is not None and "供电公司" in str(one.why)


def test_a_state_without_value_is_kept(town: Town, ask: Ask) -> None:
    _electricity(town)
    town.enter(state_(DANTU, "electricity", "2024", State.CONFIDENTIAL, "亿kWh", issuer=BUREAU))
    (one,) = ask(["electricity"], [DANTU], "2024").said
    assert (one.voice.form, one.text, one.state, one.complete) == ("stated", None, State.CONFIDENTIAL, False)


def test_units_stand_as_stated(town: Town, ask: Ask) -> None:
    _electricity(town)
    town.enter(
        state_(DANTU, "electricity", "2024", Decimal(10), "亿kWh", issuer=BUREAU),
        state_(DANTU, "electricity", "2024", Decimal(100000), "万kWh", issuer=POWER),
    )
    found = ask(["electricity"], [DANTU], "2024").said
    assert {(one.text, one.unit) for one in found} == {("10", "亿kWh"), ("100000", "万kWh")}


def test_a_flow_is_summed_over_the_months_of_one_voice(town: Town, ask: Ask) -> None:
    _electricity(town)
    _months(town, 2024, range(1, 13))
    _months(town, 2024, range(1, 4), "7.25", issuer=BUREAU)
    found = cells(ask(["electricity"], [DANTU], "2024"))
    whole, part = found[DANTU, "2024", POWER], found[DANTU, "2024", BUREAU]
    assert (whole.voice.form, whole.text, whole.complete) == ("summed", "120", True)
    assert (part.value, part.partial, part.state) == (None, Decimal("21.75"), State.MISSING)
    assert part.why is not None and "2024-04" in str(part.why) and "2024-12" in str(part.why)
    quarters = cells(ask(["electricity"], [DANTU], "2024", "quarter"))
    assert quarters[DANTU, "2024-Q1", BUREAU].text == "21.75"
    assert (DANTU, "2024-Q2", BUREAU) not in quarters
    assert quarters[DANTU, "2024-Q2", POWER].text == "30"


def test_what_a_voice_states_of_the_year_itself_is_not_summed_again(town: Town, ask: Ask) -> None:
    _electricity(town)
    _months(town, 2024, range(1, 13))
    town.enter(
        state_(
            DANTU,
            "electricity",
            "2024",
            Decimal("119.9"),
            "亿kWh",
            basis="meter",
            stage=Stage.FLASH,
            issuer=POWER,
        )
    )
    (one,) = ask(["electricity"], [DANTU], "2024").said
    assert (one.voice.form, one.text) == ("stated", "119.9")


def test_a_month_that_does_not_occur_is_no_hole(town: Town, ask: Ask) -> None:
    _electricity(town)
    _months(town, 2024, range(1, 12))
    town.enter(
        state_(
            DANTU, "electricity", "2024-12", State.NOT_OPERATING, "亿kWh", basis="meter", stage=Stage.FLASH,
            issuer=POWER,
        )
    )  # fmt: skip
    (one,) = ask(["electricity"], [DANTU], "2024").said
    assert one.text == "110"


def test_stocks_and_ratios_are_not_summed_over_months(town: Town, ask: Ask) -> None:
    for additivity, code in ((Additivity.STOCK, "stock_over_time"), (Additivity.RATIO, "ratio_over_time")):
        _electricity(town, additivity)
        _months(town, 2024, range(1, 13))
        (one,) = ask(["electricity"], [DANTU], "2024").said
        assert (one.value, one.partial, one.state) == (None, None, State.NOT_ESTIMATED)
        assert one.why is not None and one.why.code == f"accounting.{code}"


def test_a_synthetic_month_makes_a_synthetic_year(town: Town, ask: Ask) -> None:
    _electricity(town)
    _months(town, 2024, range(1, 12))
    _months(town, 2024, range(12, 13), synthetic=True, provenance=Provenance.ESTIMATED)
    (one,) = ask(["electricity"], [DANTU], "2024").said
    assert one.synthetic and one.kinds == (Provenance.DECLARED, Provenance.ESTIMATED)


def test_the_past_answers_as_it_was_known(town: Town, ask: Ask) -> None:
    _electricity(town)
    town.enter(state_(DANTU, "electricity", "2024", Decimal(10), "亿kWh", issuer=BUREAU))
    before = town.size
    town.enter(state_(DANTU, "electricity", "2024", Decimal(11), "亿kWh", issuer=BUREAU))
    (then,) = ask(["electricity"], [DANTU], "2024", as_of=before).said
    (now,) = ask(["electricity"], [DANTU], "2024").said
    assert (then.text, now.text) == ("10", "11")
