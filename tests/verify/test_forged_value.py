"""Forgeries against the figure: method, inputs, evaluation, sums, stage; and words that are no form of a bundle."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bundled_town import Files, pack
from forging import ARRIVAL, METHOD, POLICY, Forged, forged, made, refused, worked_in
from second_verifier import Judges
from tansuo.evidence.policy import read_policy
from tansuo.verify.main import verify


def body(**fields: Any) -> Callable[[], bytes]:
    """Another body of the figure's entry."""
    return lambda: forged(lambda one: one.body.update(fields))


def book(change: Callable[[Forged], object]) -> Callable[[], bytes]:
    """A change of anything."""
    return lambda: forged(lambda one: change(one) and None)


def total(change: Callable[[Forged], object]) -> Callable[[], bytes]:
    """A change of a roll-up, whose children are committed to."""

    def make(one: Forged) -> None:
        change(one)
        one.children()

    return lambda: forged(make, "roll_up")


def inputs(change: Callable[[Any], object]) -> Callable[[], bytes]:
    """Other inputs."""
    return book(lambda one: change(one.inputs))


def published(change: Callable[[Any], object]) -> Callable[[], bytes]:
    """Another method, published; the figure is of it."""

    def make(one: Forged) -> None:
        change(one.json["method.json"])
        one.method()

    return lambda: forged(make)


def child(one: Forged) -> Any:
    """The one child of the roll-up."""
    return one.body["working"]["children"][0]


def another(one: Forged, **fields: Any) -> None:
    """A second child, of which no entry is there."""
    more = deepcopy(child(one))
    more["figures"][0]["cell"]["subject"] = more["subject"] = "b"
    one.body["working"]["children"].append({**more, **fields})


def unrounded(one: Forged, **fields: Any) -> None:
    """A method that adds what is not rounded, and a child with these fields."""
    one.json["method.json"]["quantities"][2].update(parents="sum_unrounded")
    one.method()
    child(one).update(fields)


def twice(one: Forged) -> None:
    """A method that gives a value for each month."""
    one.body["cell"]["quantity"] = "E_s"
    one.inputs["months"].append("2026-02")


def decided(**fields: Any) -> Callable[[Forged], None]:
    """A decision that certifies the figure."""

    def make(one: Forged) -> None:
        one.entries[154] = {
            **one.entries[ARRIVAL],
            "type": "decision",
            "body": {"stage": "certified", "size": 152},
        }
        one.body.update(decision=154, stage="certified")
        one.entries[154]["body"].update({name: value for name, value in fields.items() if name != "type"})
        one.entries[154].update({name: value for name, value in fields.items() if name == "type"})

    return make


FORGERIES: dict[str, Callable[[], bytes]] = {
    "a figure of another form": body(form="tansuo.figure/2"),
    "a figure of another evaluator": body(evaluator="tansuo.methods.evaluate/2"),
    "a figure without form": book(lambda one: one.body.pop("form")),
    "no method": lambda: _without("method.json"),
    "a method that was not published": body(fingerprint="0" * 64),
    "a publication of another method": book(lambda one: one.entries[METHOD]["body"].update(fingerprint="0" * 64)),
    "a publication that is not there": book(lambda one: one.body["method"].update(entry=2)),
    "a publication that is none": book(lambda one: one.body["method"].update(entry=ARRIVAL)),
    "a publication after the figure": book(lambda one: (one.move(METHOD, 154), one.body["method"].update(entry=154))),
    "a method of another format": published(lambda one: one.update(format="tansuo.method/2")),
    "inputs of another form": inputs(lambda one: one.update(form="tansuo.inputs/2")),
    "inputs without form": inputs(lambda one: one.pop("form")),
    "inputs of a state that is none": inputs(
        lambda one: one["values"]["FC"].update({"a.coal/2026-01": {"state": "lost"}})
    ),
    "inputs of a number that is none": inputs(lambda one: one["values"]["FC"].update({"a.coal/2026-01": "1e5"})),
    "inputs of a number as such": inputs(lambda one: one["values"]["FC"].update({"a.coal/2026-01": 3103})),
    "inputs for a month that is not theirs": inputs(lambda one: one["values"]["FC"].update({"a.coal/2026-02": "1"})),
    "inputs of an option that is none": inputs(lambda one: one["options"].update(grid="local")),
    "inputs from before the method": inputs(
        lambda one: one.update(months=["2014-12"], values={}) or one["from"].update(values={})
    ),
    "inputs of another factor": book(lambda one: one.inputs["local"].append(
        {"citation": "", "month": "", "provenance": "measured", "rung": "measured", "source": "", "symbol": "NCV",
         "unit": "GJ/t", "value": "23"}) or one.inputs["from"]["local"].append(None)),
    "inputs of a local value of no kind": book(lambda one: one.inputs["local"].append(
        {"citation": "", "month": "", "provenance": "heard", "rung": "measured", "source": "", "symbol": "NCV",
         "unit": "GJ/t", "value": "23"}) or one.inputs["from"]["local"].append(None)),
    "a digest of something else": body(input_digest="0" * 64),
    "a figure of no quantity": book(lambda one: one.body["cell"].update(quantity="E_none")),
    "a figure of two values": book(twice),
    "an intermediate value of another size": book(
        lambda one: one.body["working"]["intermediates"].update({"E_s a.coal/2026-01": "7001.47"})
    ),
    "an intermediate value that is not made": book(
        lambda one: one.body["working"]["intermediates"].update({"E_s a.wood/2026-01": "1.00"})
    ),
    "an intermediate value that is missing": book(
        lambda one: one.body["working"]["intermediates"].update({"E_fuel": "missing"})
    ),
    "another value": body(value="7001.47"),
    "a value of more digits": body(value="7001.460"),
    "a value in another unit": body(unit="t CO2e"),
    "a value that is withheld": body(value=None, state="missing"),
    "a value for what is missing": book(lambda one: missing(one, "5.00", "value")),
    "another reason for what is missing": book(lambda one: missing(one, None, "not_operating")),
    "a working that is not there": book(lambda one: one.body.update(working={"blob": "0" * 64})),
    "a working that was altered": book(lambda one: worked_in(one, name="0" * 64)),
    "a working that is not canonical": book(lambda one: worked_in(one, b'{ "intermediates":{}}')),
    "a working that is no object": book(lambda one: worked_in(one, b"[]")),
    "a working without what it says": book(lambda one: one.body["working"].pop("intermediates")),
    "a stage that nobody gave": body(stage="certified"),
    "a decision of another stage": book(decided(stage="published")),
    "a decision over another size": book(decided(size=151)),
    "a decision that is none": book(decided(type="seal")),
    "a figure of no cell": body(cell=None),
    # sums
    "a sum of no quantity": total(lambda one: one.body["cell"].update(quantity="E_none")),
    "a sum of other children": lambda: forged(lambda one: child(one)["figures"][0].update(value="7001.47"), "roll_up"),
    "a sum of another amount": total(lambda one: child(one).update(contribution="7001.47")),
    "a sum of an amount a little less": total(lambda one: child(one).update(contribution="7001.4599")),
    "a sum of a child without value": total(lambda one: child(one)["figures"][0].update(value=None)),
    "a sum of a child without share": total(lambda one: child(one)["figures"][0].update(share=None)),
    "a sum of half a child": total(lambda one: child(one)["figures"][0].update(share="0.5")),
    "a sum of too much by rounding": total(lambda one: unrounded(one, contribution="7001.470001")),
    "a sum of too little by rounding": total(lambda one: unrounded(one, contribution="7001.449999")),
    "a sum of a child that has a hole": total(lambda one: child(one).update(complete=False)),
    "a sum of the first child only": total(lambda one: another(one)),
    "a sum of nothing": total(lambda one: one.body["working"].update(children=[])),
    "a sum of a child that is withheld": total(lambda one: child(one).update(contribution=None)),
    "a sum in another unit": total(lambda one: one.body.update(unit="t")),
    "a sum of a number that is none": total(lambda one: child(one).update(contribution="much")),
    "a sum that is written otherwise": total(lambda one: one.body.update(value="7001.460")),
    "a sum of a working that is not there": lambda: forged(
        lambda one: one.body.update(working={"blob": "0" * 64}), "roll_up"
    ),
    "a sum without children": lambda: forged(lambda one: one.body.update(working={}), "roll_up"),
}  # fmt: skip


def missing(one: Forged, value: str | None, state: str) -> None:
    """The coal is missing, but something is said of it."""
    one.inputs["values"]["FC"]["a.coal/2026-01"] = {"state": "missing"}
    one.digest()
    one.body.update(value=value, state=state)


def _without(name: str) -> bytes:
    def make(files: Files, proofs: Any) -> None:
        del files[name]

    return pack(Forged().signed(make))


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_figure_is_refused_in_these_words(what: str) -> None:
    refused("value", what, verify(made(what, FORGERIES[what]), read_policy(POLICY)))


@pytest.mark.parametrize("what", FORGERIES)
def test_both_refuse_a_forged_figure(judges: Judges, what: str) -> None:
    assert judges.ask(made(what, FORGERIES[what]), POLICY)["verdict"] == "refused"
