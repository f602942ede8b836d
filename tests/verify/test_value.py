"""The value of a figure, one rule at a time: method, inputs, digest, sums of children, and the stage."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from forging import FUEL_TERM, METHOD, Forged, asking, branched, made_by, worked_in
from tansuo.evidence import canonical
from tansuo.methods.document import Document
from tansuo.quantity.decimals import plain
from tansuo.quantity.state import Missing, State
from tansuo.verify.book import Book, Head
from tansuo.verify.report import Refused, Report
from tansuo.verify.value import check_stage, check_sum, check_value, read_inputs, read_method

Change = Callable[[Forged], object]


@cache
def _whole(name: str) -> Forged:
    return Forged(name)


def taken(change: Change, name: str = "leaf") -> Forged:
    """A bundle taken apart, and changed."""
    one = deepcopy(_whole(name))
    change(one)
    return one


def book_of(one: Forged) -> Book:
    """What a verifier has of it once the log was looked at."""
    files = {**one.files, **{name: canonical.encode(each) for name, each in one.json.items()}}
    return Book(files, {"figure": one.figure}, Head("x", one.size, bytes(32)), [], one.entries)


def said(check: Callable[[Book, Report], object], one: Forged) -> Report:
    """The report, with why it was refused as the last step."""
    report = Report()
    try:
        check(book_of(one), report)
    except Refused as refused:
        report.failed(refused.zh, refused.en)
    return report


def method_of(book: Book, report: Report) -> None:
    read_method(book, report)


def value_of(book: Book, report: Report) -> None:
    inputs, options, _ = read_inputs(book.files)
    check_value(book, Document(canonical.decode(book.files["method.json"])), inputs, options, report)


def sum_of(book: Book, report: Report) -> None:
    check_sum(book, Document(canonical.decode(book.files["method.json"])), report)


NOT_THERE = "the entry that published the method is not in the bundle"
METHODS: dict[str, tuple[Change, str]] = {
    "form": (lambda one: one.body.update(form="x"), "unknown form or evaluator: x tansuo.methods.evaluate/1"),
    "no form": (lambda one: one.body.pop("form"), "unknown form or evaluator: None tansuo.methods.evaluate/1"),
    "evaluator": (lambda one: one.body.update(evaluator="y"), "unknown form or evaluator: tansuo.figure/1 y"),
    "no evaluator": (lambda one: one.body.pop("evaluator"), "unknown form or evaluator: tansuo.figure/1 None"),
    "no document": (lambda one: one.json.pop("method.json"),
                    "method.json is missing or not canonical JSON ('method.json')"),
    "another document": (lambda one: one.json["method.json"].update(id="x"),
                         "the method document is not the one the figure names"),
    "published otherwise": (lambda one: one.entries[METHOD]["body"].update(fingerprint="0"),
                            NOT_THERE),
    "not published": (lambda one: one.entries.pop(METHOD), NOT_THERE),
    "published as a seal": (lambda one: one.entries[METHOD].update(type="seal"),
                            NOT_THERE),
    "published later": (lambda one: one.body.update(size=METHOD), NOT_THERE),
    "another format": (lambda one: (one.json["method.json"].update(format="x"), one.method()),
                       "the method document cannot be read: "),
}  # fmt: skip


@pytest.mark.parametrize("what", METHODS)
def test_a_method_that_was_not_published_for_the_figure_is_refused(what: str) -> None:
    change, words = METHODS[what]
    (step,) = said(method_of, taken(change)).steps
    assert step[:2] == ("method", False) and step[3].startswith(words)


def test_the_method_is_named_with_its_edition_and_half_of_its_fingerprint() -> None:
    one = taken(lambda one: None)
    short = one.body["fingerprint"][:16]
    assert said(method_of, one).steps == [
        ("method", True, f"方法 general_combustion_and_power 2024 指纹 {short}…",
         f"method general_combustion_and_power 2024, fingerprint {short}…")
    ]  # fmt: skip
    assert read_method(book_of(one), Report()).edition == "2024"


def test_the_inputs_are_read_as_they_are_written() -> None:
    one = taken(lambda one: None)
    local = {"citation": "R", "month": "2026-01", "provenance": "measured", "rung": "measured", "source": "a.coal",
             "symbol": "NCV", "unit": "GJ/t", "value": "23.7"}  # fmt: skip
    one.inputs.update(local=[local], options={"grid": "regional"})
    one.inputs["values"]["FG"] = {"a.gas/2026-01": {"state": "not_estimated"}}
    inputs, options, given = read_inputs(book_of(one).files)
    assert given == one.inputs and options == {"grid": "regional"}
    assert plain(inputs.values["FC", "a.coal/2026-01"]) == "3103.875"  # type: ignore[arg-type]
    absent = Missing(State.NOT_ESTIMATED, "FG", "a.gas/2026-01")
    assert inputs.values["FG", "a.gas/2026-01"] == absent
    assert inputs.shape.months == ("2026-01",)
    assert [(each.id, dict(each.attributes)) for each in inputs.shape.sources] == [
        ("a.coal", {"family": "solid_liquid", "fuel": "烟煤"}), ("a.power", {"family": "electricity"}),
    ]  # fmt: skip
    (own,) = inputs.local
    assert (plain(own.value), own.provenance.value, own.rung, own.source) == (
        "23.7",
        "measured",
        "measured",
        "a.coal",
    )
    assert inputs.attributes == {"grid_region": "华东", "province": "江苏"}


@pytest.mark.parametrize("form", ["tansuo.inputs/2", None])
def test_inputs_of_another_form_are_refused(form: str | None) -> None:
    one = taken(lambda one: one.inputs.update(form=form))
    with pytest.raises(Refused, match=r"^inputs.json is not of the form tansuo.inputs/1$"):
        read_inputs(book_of(one).files)


def coal(one: Forged, state: str) -> None:
    """The coal is missing."""
    one.inputs["values"]["FC"]["a.coal/2026-01"] = {"state": state}
    one.digest()


def sources(one: Forged, kept: slice, state: str) -> None:
    """None of the sources burns anything."""
    one.inputs.update(sources=one.inputs["sources"][kept], values={})
    one.digest()
    one.body.update(value=None, state=state)


VALUES: dict[str, Change] = {
    "as it is": lambda one: None,
    "another amount": lambda one: (
        one.inputs["values"]["FC"].update({"a.coal/2026-01": "10.005"}),
        one.digest(),
    ),
    "an option that the ladder does not ask": lambda one: one.inputs["options"].update(grid="regional"),
    "an option that the ladder asks": lambda one: asking(one, grid="regional"),
    "an option that the ladder asks, unanswered": asking,
    "what is only measured": lambda one: made_by(one, FUEL_TERM),
    "the first of two formulas": branched,
    "no coal known": lambda one: coal(one, "missing"),
    "coal not estimated": lambda one: coal(one, "not_estimated"),
    "no source that burns": lambda one: sources(one, slice(1, 2), "not_occurring"),
    "no source": lambda one: sources(one, slice(0, 0), "not_estimated"),
}


@pytest.mark.parametrize("what", VALUES)
def test_the_value_that_the_method_gives_is_the_one_published(what: str) -> None:
    one = taken(VALUES[what])
    report = said(value_of, one)
    count, shown = len(one.body["working"]["intermediates"]), one.body["value"] or "—"
    assert report.steps == [
        ("evaluation", True, report.steps[0][2],
         f"the inputs' digest agrees, and {count} intermediate values come out the same"),
        ("value", True, report.steps[1][2], f"{shown} t CO2: the very string that was published"),
    ]  # fmt: skip


REFUSED: dict[str, tuple[Change, str, str]] = {
    "digest": (lambda one: one.body.update(input_digest="0"), "evaluation",
               "the inputs are not those that the figure's entry committed to"),
    "subject": (lambda one: one.body["cell"].update(subject="b"), "evaluation",
                "the inputs are not those that the figure's entry committed to"),
    "fingerprint": (lambda one: one.body.update(fingerprint="0"), "evaluation",
                    "the inputs are not those that the figure's entry committed to"),
    "amount": (lambda one: one.inputs["values"]["FC"].update({"a.coal/2026-01": "1"}), "evaluation",
               "the inputs are not those that the figure's entry committed to"),
    "quantity": (lambda one: one.body["cell"].update(quantity="E"), "evaluation", "the method does not give one value"),
    "option": (lambda one: (asking(one), one.inputs["options"].update(grid="regional")), "evaluation",
               "the inputs are not those that the figure's entry committed to"),
    "a cell nobody has": (lambda one: one.inputs["values"]["FC"].update({"a.coal/2026-02": "1"}), "evaluation",
                          "the method refuses these inputs: "),
    "intermediate": (lambda one: one.body["working"]["intermediates"].update({"E_fuel": "1"}), "evaluation",
                     "E_fuel comes out as 7001.46, not 1"),
    "unknown": (lambda one: one.body["working"]["intermediates"].update({"E_s x": "1"}), "evaluation",
                "E_s x comes out as None, not 1"),
    "place": (lambda one: one.body["working"]["intermediates"].update({"E_s a.coal/2026-01": "1"}), "evaluation",
              "E_s a.coal/2026-01 comes out as 7001.46, not 1"),
    "value": (lambda one: one.body.update(value="1"), "value",
              "it comes out as 7001.46 t CO2; 1 t CO2 was published"),
    "withheld": (lambda one: one.body.update(value=None), "value",
                 "it comes out as 7001.46 t CO2; — t CO2 was published"),
    "unit": (lambda one: one.body.update(unit="t"), "value", "it comes out as 7001.46 t CO2; 7001.46 t was published"),
    "reason": (lambda one: (coal(one, "missing"), one.body.update(state="not_estimated")), "value",
               "the reason for its absence is another"),
    "made up": (lambda one: (coal(one, "missing"), one.body.update(value="1")), "value",
                "it comes out as — t CO2; 1 t CO2 was published"),
    "other reason": (lambda one: sources(one, slice(1, 2), "not_estimated"), "value",
                     "the reason for its absence is another"),
    "reason of none": (lambda one: sources(one, slice(0, 0), "not_occurring"), "value",
                       "the reason for its absence is another"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_value_that_does_not_come_out_is_refused_where_it_differs(what: str) -> None:
    change, now, words = REFUSED[what]
    step = said(value_of, taken(change)).steps[-1]
    assert step[:2] == (now, False) and step[3].startswith(words), step


def child(one: Forged) -> Any:
    return one.body["working"]["children"][0]


def more(one: Forged, value: str | None, contribution: str | None, **fields: Any) -> None:
    """One more child, of which no entry is there."""
    another = deepcopy(child(one))
    another["figures"][0] |= {"value": value, "cell": {**another["figures"][0]["cell"], "subject": "b"}}
    one.body["working"]["children"].append(
        {**another, "subject": "b", "contribution": contribution, **fields}
    )


def unrounded(one: Forged, contribution: str, value: str, share: str = "1", **fields: Any) -> None:
    """A method that adds what is not rounded."""
    one.json["method.json"]["quantities"][2].update(parents="sum_unrounded", **fields)
    child(one)["figures"][0].update(share=share)
    child(one).update(contribution=contribution)
    one.body["value"] = value


def unplaced(one: Forged, parents: str, contribution: str) -> None:
    """A method that rounds nothing."""
    quantity = one.json["method.json"]["quantities"][2]
    del quantity["places"], quantity["rounding"]
    quantity["parents"] = parents
    more(one, "0.001", contribution)
    one.body["value"] = "7001.461"


def holed(one: Forged) -> None:
    child(one).update(complete=False)
    one.body["value"] = None


def half_even(one: Forged) -> None:
    """The method does not say how it rounds."""
    unrounded(one, "7001.465", "7001.46")
    del one.json["method.json"]["quantities"][2]["rounding"]


def of_two_figures(one: Forged) -> None:
    """A child of two rounded figures, as far above their sum as both roundings let it."""
    unrounded(one, "7002.48", "7002.48")
    child(one)["figures"].append({**child(one)["figures"][0], "value": "1.00", "digest": "0"})


SUMS: dict[str, tuple[Change, int, int, int]] = {
    "one": (lambda one: None, 1, 1, 1),
    "two": (lambda one: (more(one, "1.01", "1.01"), one.body.update(value="7002.47")), 2, 2, 1),
    "nothing known of one": (lambda one: more(one, None, None), 2, 2, 1),
    "a hole, no value": (holed, 1, 1, 1),
    "as much above as rounding lets it": (lambda one: unrounded(one, "7001.47", "7001.47"), 1, 1, 1),
    "as much below as rounding lets it": (lambda one: unrounded(one, "7001.45", "7001.45"), 1, 1, 1),
    "as much above as two roundings let it": (of_two_figures, 1, 2, 1),
    "half up": (lambda one: unrounded(one, "7001.465", "7001.47", rounding="half_up"), 1, 1, 1),
    "half even": (lambda one: unrounded(one, "7001.465", "7001.46"), 1, 1, 1),
    "half even by default": (half_even, 1, 1, 1),
    "taken away": (lambda one: unrounded(one, "-7001.455", "-7001.46", share="-1"), 1, 1, 1),
    "all digits": (lambda one: unplaced(one, "sum_unrounded", "0.001"), 2, 2, 1),
    "all digits as published": (lambda one: unplaced(one, "sum_published", "0.001"), 2, 2, 1),
}  # fmt: skip


@pytest.mark.parametrize("what", SUMS)
def test_a_sum_is_that_of_its_children(what: str) -> None:
    change, children, figures, linked = SUMS[what]
    one = taken(change, "roll_up")
    one.children()
    report = said(sum_of, one)
    shown = one.body["value"] or "—"
    assert [(name, ok, en) for name, ok, _, en in report.steps] == [
        ("evaluation", True, f"{children} children are added"),
        ("value", True, f"{shown} t CO2: the very string that was published"),
    ]
    words = f"{figures} figures below, {linked} with their entry here; each has a bundle of its own"
    none = ["the total is incomplete and has no value"] if one.body["value"] is None else []
    assert [en for _, en in report.not_checked] == [
        "whether every member is listed, and with which share", *none, words,
    ]  # fmt: skip


AMOUNT, HOLE = "{} adds another amount than its values", "{} has a hole: there can be no total"
SUMS_REFUSED: dict[str, tuple[Change, str]] = {
    "more": (lambda one: child(one).update(contribution="7001.4601"), AMOUNT.format("a")),
    "less": (lambda one: child(one).update(contribution="7001.4599"), AMOUNT.format("a")),
    "without value": (lambda one: child(one)["figures"][0].update(value=None), AMOUNT.format("a")),
    "without share": (lambda one: child(one)["figures"][0].update(share=None), AMOUNT.format("a")),
    "half": (lambda one: child(one)["figures"][0].update(share="0.5"), AMOUNT.format("a")),
    "above rounding": (lambda one: unrounded(one, "7001.470001", "7001.47"), AMOUNT.format("a")),
    "below rounding": (lambda one: unrounded(one, "7001.449999", "7001.45"), AMOUNT.format("a")),
    "half a share lets half": (lambda one: unrounded(one, "3500.736", "3500.74", share="0.5"), AMOUNT.format("a")),
    "no places let nothing": (lambda one: unplaced(one, "sum_unrounded", "0.0011"), AMOUNT.format("b")),
    "a hole": (lambda one: child(one).update(complete=False), HOLE.format("a")),
    "a hole below": (lambda one: more(one, None, None, complete=False), HOLE.format("b")),
    "another total": (lambda one: one.body.update(value="1"), "it comes out as 7001.46 t CO2; 1 t CO2 was published"),
    "another unit": (lambda one: one.body.update(unit="t"), "it comes out as 7001.46 t CO2; 7001.46 t was published"),
    "nothing": (lambda one: one.body["working"].update(children=[]),
                "it comes out as — t CO2; 7001.46 t CO2 was published"),
}  # fmt: skip


@pytest.mark.parametrize("what", SUMS_REFUSED)
def test_a_sum_of_something_else_is_refused(what: str) -> None:
    change, words = SUMS_REFUSED[what]
    one = taken(change, "roll_up")
    one.children()
    step = said(sum_of, one).steps[-1]
    assert step[1] is False and step[3] == words
    assert step[0] == ("value" if "comes out" in words else "evaluation")


@pytest.mark.parametrize("field", ["value", "share", "digest", "cell"])
def test_what_is_said_of_a_child_is_committed_to(field: str) -> None:
    one = taken(lambda one: child(one)["figures"][0].update({field: "x"}), "roll_up")
    step = said(sum_of, one).steps[-1]
    assert step[:2] == ("evaluation", False)
    assert step[3] == "the children are not those that the entry committed to"


@pytest.mark.parametrize("field", ["cell", "value", "input_digest"])
def test_a_childs_entry_is_there_only_with_its_cell_value_and_digest(field: str) -> None:
    def change(one: Forged) -> None:
        entries = [each for at, each in one.entries.items() if each["type"] == "figure" and at != one.figure]
        assert len(entries) == 1
        entries[0]["body"][field] = "x"

    one = taken(change, "roll_up")
    report = said(sum_of, one)
    assert report.not_checked[-1][1].startswith("1 figures below, 0 with their entry here")


@pytest.mark.parametrize("name", ["leaf", "roll_up"])
def test_a_working_may_stand_in_a_document(name: str) -> None:
    check = value_of if name == "leaf" else sum_of
    assert said(check, taken(worked_in, name)).steps[-1][:2] == ("value", True)
    altered = taken(lambda one: worked_in(one, name="0" * 64), name)
    assert said(check, altered).steps[-1][3] == "the working is missing or altered"


def decided(one: Forged, **fields: Any) -> None:
    """A decision certifies the figure."""
    one.body.update(decision=154, stage="certified")
    one.entries[154] = {"type": "decision", "body": {"stage": "certified", "size": 152, **fields}}


STAGES: dict[str, tuple[Change, str | None]] = {
    "calculated": (lambda one: None, None),
    "decided": (decided, None),
    "nobody": (lambda one: one.body.update(stage="certified"), "no decision gives the figure its stage"),
    "another": (lambda one: decided(one, stage="published"), "the decision gives another stage, or froze another size"),
    "size": (lambda one: decided(one, size=151), "the decision gives another stage, or froze another size"),
    "no decision": (lambda one: (decided(one), one.entries[154].update(type="seal")),
                    "the decision gives another stage, or froze another size"),
}  # fmt: skip


@pytest.mark.parametrize("what", STAGES)
def test_a_stage_is_given_by_a_decision_over_the_size_of_the_figure(what: str) -> None:
    change, words = STAGES[what]
    report = said(check_stage, taken(change))
    assert report.now == "value" and not report.not_checked
    assert [(name, ok, en) for name, ok, _, en in report.steps] == (
        [("value", False, words)] if words else []
    )


def test_a_decision_that_is_elsewhere_is_said_not_to_be_looked_at() -> None:
    report = said(check_stage, taken(lambda one: one.body.update(decision=154, stage="certified")))
    assert [en for _, en in report.not_checked] == ["the decision that gives the stage is not in the bundle"]
    assert not report.steps
