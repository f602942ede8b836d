"""Laboratory values: both verifiers work them out again as accounting does, and refuse what the results do not give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from forging import ARRIVAL, POLICY, Forged, checked, forged, made, refused
from second_verifier import Judges
from tansuo.accounting.fuel_basis import Basis, decimal_of
from tansuo.accounting.fuel_tests import Analysis, LabReport, Result, Sample, drafts
from tansuo.accounting.tested import month_of
from tansuo.evidence.policy import read_policy
from tansuo.methods.document import Document
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.verify.book import Book, json_file
from tansuo.verify.laboratory import UNITS, worked_out
from tansuo.verify.main import verify
from tansuo.verify.report import Report
from tansuo.verify.sources import check_local

D = Decimal
AR, AD, DRY, DAF = Basis.AR, Basis.AD, Basis.D, Basis.DAF
JANUARY = Period.parse("2026-01")
PLACES = range(100, 140)
"""Where in the log the results stand."""
Given = tuple[str, Basis, str]


def analysis(
    *results: Given, name: str = "S-01", amount: str | None = None, marks: tuple[str, ...] = ("CMA",)
) -> Analysis:
    """Of the whole month."""
    days = date(2026, 1, 1), date(2026, 1, 31)
    units = {"net_calorific_value": "J/g", "gross_calorific_value": "MJ/kg"}
    sample = Sample(name, *days, True, *days, None if amount is None else D(amount))
    test = LabReport("lab", "R-2026-01", date(2026, 2, 3), marks)
    made_ = tuple(Result(one, basis, D(value), units.get(one, "%")) for one, basis, value in results)
    return Analysis("a.coal", sample, test, made_)


MAR, MAD = ("moisture", AR, "9.80"), ("moisture", AD, "2.10")
ASH_AD, ASH_D, ASH_AR = ("ash", AD, "20.5"), ("ash", DRY, "21.0"), ("ash", AR, "19.0")
NET_AR = ("net_calorific_value", AR, "20908")
CASES: dict[str, tuple[str, Sequence[Analysis]]] = {
    "heat as received": ("ncv", [analysis(NET_AR)]),
    "heat air-dried": ("ncv", [analysis(("net_calorific_value", AD, "22908"), MAR, MAD)]),
    "heat dry": ("ncv", [analysis(("net_calorific_value", DRY, "23108"), MAR)]),
    "heat ash-free, ash dry": ("ncv", [analysis(("net_calorific_value", DAF, "29108"), MAR, ASH_D)]),
    "heat ash-free, ash air-dried": ("ncv", [analysis(("net_calorific_value", DAF, "29108"), MAR, MAD, ASH_AD)]),
    "heat ash-free, ash as received": ("ncv", [analysis(("net_calorific_value", DAF, "29108"), MAR, ASH_AR)]),
    "heat from the gross value, air-dried": (
        "ncv", [analysis(("gross_calorific_value", AD, "23.912"), ("hydrogen", AD, "3.8"), MAR, MAD)]),
    "heat from the gross value, as received": (
        "ncv", [analysis(("gross_calorific_value", AR, "22.012"), ("hydrogen", AR, "3.5"), MAR)]),
    "heat from the gross value, dry": (
        "ncv", [analysis(("gross_calorific_value", DRY, "24.425"), ("hydrogen", DRY, "3.88"), MAR)]),
    "heat from the gross value, ash-free": (
        "ncv", [analysis(("gross_calorific_value", DAF, "30.918"), ("hydrogen", DAF, "4.91"), MAR, ASH_D)]),
    "heat of a sample with a space in its name": ("ncv", [analysis(NET_AR, name="S 01 b")]),
    "heat of two samples by their fuel": (
        "ncv", [analysis(NET_AR, name="S-01", amount="100.5"),
                analysis(("net_calorific_value", AR, "21111"), name="S-02", amount="77")]),
    "carbon of heat": ("cc", [analysis(("carbon", AD, "58.20"), MAR, MAD, NET_AR)]),
    "carbon of heat, of two samples": (
        "cc", [analysis(("carbon", DRY, "60.11"), MAR, NET_AR, name="S-01", amount="3"),
               analysis(("carbon", DAF, "77.7"), MAR, ASH_D, NET_AR, name="S-02", amount="7")]),
    "carbon in one sample and heat in another": (
        "cc", [analysis(("carbon", AR, "55.5"), name="S-01"), analysis(NET_AR, name="S-02")]),
    "a report without a mark": ("ncv", [analysis(NET_AR, marks=())]),
    "a mark of CNAS among others": ("ncv", [analysis(NET_AR, marks=("own", "CNAS"))]),
}  # fmt: skip
OTHERS: dict[str, tuple[str, Sequence[Analysis]]] = {
    "carbon as received": ("C_ar", [analysis(("carbon", AD, "58.20"), MAR, MAD)]),
    "carbon by another name": ("C_arm", [analysis(("carbon", AR, "53.1"))]),
}  # fmt: skip
AS_REPORTED: dict[str, tuple[str, str]] = {
    "C_ad": ("0.582", "t C/t"), "M_ad": ("0.021", "1"), "M_ar": ("0.098", "1"),
}  # fmt: skip


def value(column: str, found: Sequence[Analysis], own_formula: bool = False) -> tuple[str, str]:
    """What accounting makes of it, and the rung."""
    ((rung, tested),) = [
        (rung, one)
        for (name, rung), one in month_of(found, JANUARY, "a.coal", own_formula=own_formula).values.items()
        if name == column
    ]
    assert tested.unit == UNITS[column]
    return plain(decimal_of(tested.number)), rung


def bodies(found: Sequence[Analysis]) -> list[Any]:
    return [one.body for item in found for one in drafts(item, org="a")]


@pytest.mark.parametrize("what", [*CASES, *OTHERS])
def test_the_verifier_arrives_at_what_accounting_said(what: str) -> None:
    column, found = (CASES | OTHERS)[what]
    said, rung = value(column, found)
    assert plain(worked_out(bodies(found), column, JANUARY, rung == "measured")) == said


@pytest.mark.parametrize("column", AS_REPORTED)
def test_what_was_reported_is_taken_as_it_stands(column: str) -> None:
    one = [analysis(("carbon", AD, "58.20"), MAR, MAD)]
    said = plain(worked_out(bodies(one), column, JANUARY, True))
    assert (D(said), UNITS[column]) == (D(AS_REPORTED[column][0]), AS_REPORTED[column][1])
    assert said == value(column, one, own_formula=True)[0]


def worked(
    column: str,
    found: Sequence[Analysis],
    change: Callable[[Forged, Any, list[Any]], object] = lambda *_: None,
) -> Callable[[], bytes]:
    """A bundle whose factor comes from these analyses; ``change``: of book, given value and the results' bodies."""

    def make(book: Forged) -> None:
        said, rung = value(column, found)
        kind = "measured" if rung == "measured" else "declared"
        symbol = {"ncv": "NCV", "cc": "CC"}[column]
        given = {"citation": "R-2026-01", "month": "2026-01", "provenance": kind, "rung": rung, "source": "a.coal",
                 "symbol": symbol, "unit": UNITS[column], "value": said}  # fmt: skip
        stated = deepcopy(bodies(found))
        for place, body in zip(PLACES, stated, strict=False):
            book.entries[place] = {**deepcopy(book.entries[ARRIVAL]), "type": "statement", "body": body}
        indexes = [*PLACES][: len(stated)]
        book.inputs["local"] = [given]
        book.inputs["from"]["local"] = [{"statement": indexes[-1], "tested": indexes}]
        change(book, given, stated)
        book.digest()

    return lambda: forged(make)


def columns(book: Forged, column: str) -> None:
    """The method takes its heating value from another column."""
    for step in book.json["method.json"]["terms"]["NCV"]["ladder"]:
        if step.get("column"):
            step["column"] = column
    book.method()


UNMARKED, SULPHUR = {"marks": ["own"]}, "test.sulphur"
TWO = CASES["heat of two samples by their fuel"][1]
FORGERIES: dict[str, Callable[[], bytes]] = {
    "another value": worked("ncv", TWO, lambda book, given, _: given.update(value="20.909")),
    "another unit": worked("ncv", TWO, lambda book, given, _: given.update(unit="MJ/kg")),
    "another kind": worked("ncv", TWO, lambda book, given, _: given.update(provenance="declared")),
    "another result": worked("ncv", TWO, lambda book, given, stated: stated[0].update(value="20900")),
    "another weight": worked("ncv", TWO, lambda book, given, stated: stated[0]["detail"].update(amount="100")),
    "no weight": worked("ncv", TWO, lambda book, given, stated: stated[0]["detail"].update(amount=None)),
    "a result left out": worked("ncv", TWO, lambda book, given, _: book.inputs["from"]["local"][0]["tested"].pop()),
    "a result that is not there": worked(
        "ncv", TWO, lambda book, given, _: book.inputs["from"]["local"][0]["tested"].append(90)),
    "a result that is no statement": worked(
        "ncv", TWO, lambda book, given, _: book.inputs["from"]["local"][0]["tested"].append(ARRIVAL)),
    "a result that is no test": worked("ncv", TWO, lambda book, given, of: of[0].update(indicator="factor.ncv")),
    "results of another month": worked(
        "ncv", TWO, lambda book, given, stated: stated[0]["detail"].update(represents=["2026-02-01", "2026-02-28"])),
    "results of the month before": worked(
        "ncv", TWO, lambda book, given, stated: stated[0]["detail"].update(represents=["2025-12-01", "2025-12-31"])),
    "results without a mark": worked("ncv", TWO, lambda book, given, stated: stated[0]["detail"].update(UNMARKED)),
    "results of another parameter": worked(
        "ncv", CASES["heat as received"][1], lambda book, given, of: of[0].update(indicator="test.ash", unit="%")),
    "results without a moisture": worked(
        "ncv", CASES["heat dry"][1], lambda book, given, stated: stated[1].update(indicator="test.ash")),
    "results without an ash": worked(
        "ncv", CASES["heat ash-free, ash dry"][1], lambda book, given, of: of[2].update(indicator=SULPHUR)),
    "results of a factor that no laboratory finds": worked("ncv", TWO, lambda book, given, _: columns(book, "of")),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGERIES)
def test_what_a_laboratory_did_not_find_is_refused_in_these_words(what: str) -> None:
    refused("laboratory", what, verify(made(what, FORGERIES[what]), read_policy(POLICY)))


def local(book: Book, report: Report) -> None:
    """Local values alone."""
    method = Document(json_file(book.files, "method.json"))
    check_local(book, method, json_file(book.files, "inputs.json"), report)


@pytest.mark.parametrize("what", FORGERIES)
def test_what_looks_at_local_values_alone_refuses_it(what: str) -> None:
    refused("laboratory", what, checked(made(what, FORGERIES[what]), local))


@pytest.mark.parametrize("what", CASES)
def test_what_looks_at_local_values_alone_takes_what_was_found(what: str) -> None:
    report = checked(made(what, worked(*CASES[what])), local)
    assert [(name, ok, en) for name, ok, _, en in report.steps] == [
        ("local", True, "6 local values and attributes are stated")
    ]
    assert [en for _, en in report.not_checked] == [
        "whether there are other laboratory results than those used",
        "from which subject above an attribute was taken was not followed",
    ]


@pytest.mark.parametrize("what", FORGERIES)
def test_both_refuse_what_a_laboratory_did_not_find(judges: Judges, what: str) -> None:
    said = judges.ask(made(what, FORGERIES[what]), POLICY)
    assert (said["verdict"], said["steps"][-1]["step"]) == ("refused", "local")


@pytest.mark.parametrize("what", CASES)
def test_what_a_laboratory_found_is_worked_out_again(what: str) -> None:
    report = verify(made(what, worked(*CASES[what])), read_policy(POLICY))
    assert report.verified, report.steps[-1]


@pytest.mark.parametrize("what", CASES)
def test_both_work_out_what_a_laboratory_found(judges: Judges, what: str) -> None:
    said = judges.ask(made(what, worked(*CASES[what])), POLICY)
    assert said["verdict"] == "verified", said["steps"][-1]
    assert any("other laboratory results" in one["en"] for one in said["not_checked"])


@pytest.mark.parametrize("what", [*OTHERS, *AS_REPORTED])
def test_both_agree_on_columns_of_other_methods(judges: Judges, what: str) -> None:
    """The method of the bundle asks for none of them: it is refused, but after the value was found to be right."""
    one = [analysis(("carbon", AD, "58.20"), MAR, MAD)]
    column, found = OTHERS.get(what, (what, one))
    said, rung = value(column, found, own_formula=what in AS_REPORTED)

    def make(book: Forged) -> None:
        for place, body in zip(PLACES, bodies(found), strict=False):
            book.entries[place] = {**deepcopy(book.entries[ARRIVAL]), "type": "statement", "body": body}
        book.inputs["local"] = [
            {"citation": "R", "month": "2026-01", "provenance": "measured", "rung": rung, "source": "a.coal",
             "symbol": "NCV", "unit": UNITS[column], "value": said}
        ]  # fmt: skip
        indexes = [*PLACES][: len(bodies(found))]
        book.inputs["from"]["local"] = [{"statement": indexes[-1], "tested": indexes}]
        columns(book, column)

    answer = judges.ask(forged(make), POLICY)
    assert [one["step"] for one in answer["steps"] if one["ok"]][-1] == "local"


@pytest.mark.parametrize("days", [["2025-12-02", "2026-01-01"], ["2026-01-31", "2026-02-27"]])
def test_a_result_of_one_day_of_the_month_is_of_the_month(judges: Judges, days: list[str]) -> None:
    bundle = worked("ncv", CASES["heat as received"][1], lambda book, given, of: of[0]["detail"].update(
        represents=days))  # fmt: skip
    assert judges.ask(bundle(), POLICY)["verdict"] == "verified"


@pytest.mark.parametrize(("days", "within"), [
    (["2025-12-02", "2025-12-31"], False), (["2025-12-02", "2026-01-01"], True),
    (["2026-01-31", "2026-02-27"], True), (["2026-02-01", "2026-02-27"], False),
])  # fmt: skip
def test_results_of_no_day_of_the_month_are_refused(days: list[str], within: bool) -> None:
    (stated,) = bodies([analysis(NET_AR)])
    stated = {**stated, "detail": {**stated["detail"], "represents": days}}
    if within:
        assert plain(worked_out([stated], "ncv", JANUARY, True)) == "20.908"
    else:
        with pytest.raises(ValueError, match=r"^S-01 is of another month or standing$"):
            worked_out([stated], "ncv", JANUARY, True)


def test_samples_are_not_weighed_without_the_weight_of_each() -> None:
    two = [analysis(NET_AR, amount="3"), analysis(NET_AR, name="S-02")]
    with pytest.raises(ValueError, match=r"^Invalid literal for Fraction: ''$"):
        worked_out(bodies(two), "ncv", JANUARY, True)


def test_two_samples_are_not_taken_as_reported() -> None:
    two = [
        analysis(("carbon", AD, "58.20"), MAR, MAD),
        analysis(("carbon", AD, "58.20"), MAR, MAD, name="S-02"),
    ]
    with pytest.raises(ValueError, match="too many"):
        worked_out(bodies(two), "C_ad", JANUARY, True)


def test_a_report_of_the_gross_value_needs_its_hydrogen() -> None:
    whole = analysis(("gross_calorific_value", AD, "23.912"), ("hydrogen", AD, "3.8"), MAR, MAD)
    stated = bodies([whole])[:1]
    with pytest.raises(ZeroDivisionError):
        worked_out(stated, "ncv", JANUARY, True)


def test_a_sample_that_leads_nowhere_is_left_to_the_others() -> None:
    lacking = analysis(("carbon", AD, "58.20"), MAR, MAD, name="S-02")
    stated = bodies([analysis(("carbon", AR, "53.1"))]) + bodies([lacking])[:1]
    assert plain(worked_out(stated, "C_ar", JANUARY, True)) == "0.531"
