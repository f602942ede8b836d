"""Bundles of every honest kind, and what both verifiers say of each: registers, rates, holes that add nothing, sums."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from bundled_town import Files, pack
from forging import (
    ARRIVAL,
    PLAN,
    POLICY,
    SEAL,
    Forged,
    asking,
    branched,
    checked,
    forged,
    look_at_readings,
    made,
    said_of,
    sealed_in,
    words_of,
    worked_in,
)
from second_verifier import Judges
from tansuo.evidence.policy import read_policy
from tansuo.quantity.decimals import parse_decimal
from tansuo.verify.main import verify

DAY = 1767196800
"""Midnight of 1 January 2026 in Shanghai."""
NCV = {"citation": "R-1", "month": "2026-01", "provenance": "measured", "rung": "measured", "source": "a.coal",
       "symbol": "NCV", "unit": "GJ/t", "value": "23.700"}  # fmt: skip


def book(change: Callable[[Forged], object], amount: str | None = None) -> Callable[[], bytes]:
    """A bundle with ``change`` made; ``amount``: and the coal of January."""

    def make(one: Forged) -> None:
        change(one)
        if amount is not None:
            one.inputs["values"]["FC"]["a.coal/2026-01"] = amount
            one.digest()

    return lambda: forged(make)


def both(one: Forged, **fields: Any) -> None:
    """Plan and seal say so."""
    one.line.update(fields)
    one.seal["series"][0].update({name: value for name, value in fields.items() if name != "attributes"})


def counted(one: Forged, count: int | None, received: int | None = None) -> None:
    """How many readings the seal says there are."""
    one.seal["series"][0].update(expected=count, received=received if count is None else count)


def every(one: Forged, seconds: int, count: int, value: int) -> None:
    """``count`` equal readings from the beginning of the month on."""
    both(one, step_s=seconds)
    counted(one, count)
    one.lines(b"".join(b"%d,%d,value.measured.N\n" % (DAY + seconds * at, value) for at in range(count)))


def rate(one: Forged, unit: str, seconds: int, count: int, **attributes: str) -> None:
    """The coal as a rate."""
    both(one, form="rate", unit=unit)
    if attributes:
        one.line["attributes"] = attributes
    every(one, seconds, count, 1001)


def register(one: Forged, *values: int) -> None:
    both(one, form="register")
    one.readings(*values)


def sparse(one: Forged, day: int) -> None:
    """A register that was read at both ends and on some days between."""
    both(one, form="register")
    one.lines(b"%d,5,value.measured.N\n%d,7,value.measured.N\n%d,7,value.measured.N\n"
              % (DAY, DAY + 86400 * day, DAY + 86400 * 31))  # fmt: skip


def idle(one: Forged, state: str) -> None:
    """A day of which a state is all that is known, and which adds nothing."""
    data = one.files[f"segments/{SEAL}-0.csv"]
    one.lines(data.replace(b"1767369600,100125,value.measured.N", f"1767369600,,{state}.declared".encode()))


def second_seal(one: Forged, day: int) -> None:
    """The month in two seals: from ``day`` on it is another."""
    both(one)
    whole = one.files[f"segments/{SEAL}-0.csv"].splitlines(keepends=True)
    rest = deepcopy(one.entries[SEAL])
    first = one.seal["series"][0]
    first.update(to=f"2026-01-{day + 1:02}", expected=day, received=day)
    rest["body"]["series"][0].update(
        {"from": f"2026-01-{day + 1:02}", "expected": 31 - day, "received": 31 - day}
    )
    one.entries[154] = rest
    one.lines(b"".join(whole[:day]))
    one.lines(b"".join(whole[day:]), 154)
    one.amount["parts"][0]["seals"].append([154, 0])


def daily(one: Forged) -> None:
    """The first seal is of the days of the month, written as its days."""
    one.seal["period"] = "2026-01-01"
    del one.json["frames/samples.json"]


def second_meter(one: Forged) -> None:
    """A meter is replaced on the 16th by one of the same series name."""
    second_seal(one, 15)
    one.line.update(valid_to="2026-01-16")
    one.entries[PLAN]["body"]["lines"].append(
        {**one.line, "valid_from": "2026-01-16", "valid_to": "2026-02-01"}
    )
    one.amount["parts"] = [{"plan": PLAN, "series": "a/coal", "seals": [[seal, 0]]} for seal in (SEAL, 154)]


def from_the_16th(one: Forged) -> None:
    """A source that began in the middle of the month."""
    one.line.update(valid_from="2026-01-16")
    one.seal["series"][0].update({"from": "2026-01-16", "expected": 16, "received": 16})
    one.lines(b"".join(one.files[f"segments/{SEAL}-0.csv"].splitlines(keepends=True)[15:]))


def summer(one: Forged) -> None:
    """A clock that was set back: an hour more than a month has."""
    every(one, 3600, 745, 1)
    one.entries[SEAL]["valid"][1] = "2026-01-31T17:00:00+00:00"


def unsealed(one: Forged) -> None:
    """Nothing was sealed."""
    one.inputs["from"]["values"] = {}
    del one.files[f"segments/{SEAL}-0.csv"]
    del one.json["frames/samples.json"]


def local(one: Forged, made_of: Any = None, body: Any = None, **fields: Any) -> None:
    """A heating value of the firm's own."""
    one.inputs["local"] = [{**NCV, **fields}]
    one.inputs["from"]["local"] = [{"statement": 148} if made_of is None else made_of]
    said = {
        "basis": "actual",
        "indicator": "factor.ncv",
        "provenance": "measured",
        "unit": "GJ/t",
        "value": "23.700",
    }
    one.entries[148] = {**one.entries[ARRIVAL], "type": "statement", "body": {**said, **(body or {})}}
    one.digest()


def three(one: Forged) -> None:
    """Of three factors of the firm's own the first two are stated nowhere here."""
    local(one)
    usual = one.inputs["local"][0]
    carbon = {"symbol": "CC", "unit": "t C/GJ", "value": "0.02700"}
    one.inputs["local"] = [{**usual, **carbon, "month": "2026-01"}, {**usual, "symbol": "NCVG"}, usual]
    one.inputs["from"]["local"] = [None, {"statement": None}, {"statement": 148}]
    one.inputs["local"][1]["unit"] = "GJ/万Nm3@20C"
    one.digest()


def two_stated(one: Forged) -> None:
    """Heating value and carbon are both the firm's own, and stated."""
    local(one)
    usual, said = one.inputs["local"][0], one.entries[148]
    carbon = {"unit": "t C/GJ", "value": "0.02700"}
    one.inputs["local"].append({**usual, **carbon, "symbol": "CC"})
    one.inputs["from"]["local"].append({"statement": 151})
    one.entries[151] = {**said, "body": {**said["body"], **carbon, "indicator": "factor.cc"}}
    one.digest()


def missing(one: Forged, state: str) -> None:
    one.inputs["values"]["FC"]["a.coal/2026-01"] = {"state": state}
    one.digest()


def sources(one: Forged, kept: slice, state: str) -> None:
    """A figure over sources none of which burns anything."""
    one.inputs.update(sources=one.inputs["sources"][kept], values={})
    one.inputs["from"].update(values={}, attributes={})
    one.digest()
    one.body.update(value=None, state=state)


def decided(one: Forged, there: bool) -> None:
    one.body.update(decision=154, stage="certified")
    if there:
        one.entries[154] = {
            **one.entries[ARRIVAL],
            "type": "decision",
            "body": {"stage": "certified", "size": 152},
        }


def attribute(one: Forged) -> None:
    """The fuel is stated by an entry of its own, what it belongs to by none."""
    one.entries[145]["body"] = {"op": "set", "name": "fuel", "value": "烟煤"}
    del one.inputs["from"]["attributes"]["a.coal"]["family"]
    del one.inputs["from"]["attributes"]["a"]


def total(change: Callable[[Forged], object]) -> Callable[[], bytes]:
    """A roll-up with ``change`` made, whose children are committed to."""

    def make(one: Forged) -> None:
        change(one)
        one.children()

    return lambda: forged(make, "roll_up")


def child(one: Forged) -> Any:
    return one.body["working"]["children"][0]


def more(one: Forged, value: str | None = "1.01", contribution: str | None = "1.01", **fields: Any) -> None:
    """One more child."""
    another = deepcopy(child(one))
    another["figures"][0] |= {"value": value, "cell": {**another["figures"][0]["cell"], "subject": "b"}}
    one.body["working"]["children"].append(
        {**another, "subject": "b", "contribution": contribution, **fields}
    )


def without_a_value(one: Forged) -> None:
    child(one).update(complete=False)
    more(one)
    one.body["value"] = None


def two(one: Forged) -> None:
    more(one)
    one.body["value"] = "7002.47"


def shared(one: Forged) -> None:
    """Half of a firm, and of a firm below without value or share."""
    child(one)["figures"][0]["share"] = "0.5"
    child(one)["figures"] += [
        {**child(one)["figures"][0], "value": None},
        {**child(one)["figures"][0], "share": None},
    ]
    child(one)["contribution"] = "3500.730"
    one.body["value"] = "3500.73"


def rounded(one: Forged, contribution: str, value: str, share: str = "1", **fields: Any) -> None:
    """A method that adds what is not rounded."""
    one.json["method.json"]["quantities"][2].update(parents="sum_unrounded", **fields)
    one.method()
    child(one)["figures"][0].update(share=share)
    child(one).update(contribution=contribution)
    one.body["value"] = value


def unplaced(one: Forged) -> None:
    """A method that rounds nothing."""
    del one.json["method.json"]["quantities"][2]["places"]
    del one.json["method.json"]["quantities"][2]["rounding"]
    one.json["method.json"]["quantities"][2]["parents"] = "sum_unrounded"
    one.method()
    more(one, "0.001", "0.001")
    one.body["value"] = "7001.461"


def none_known(one: Forged) -> None:
    """A child of which nothing is known, and which is complete without it."""
    more(one, None, None)


def in_power(one: Forged) -> None:
    """Fuel told in megawatt hours, measured as a power."""
    one.json["method.json"]["terms"]["FC"]["unit"] = "MWh"
    one.method()
    rate(one, "kW", 3600, 744)


HONEST: dict[str, Callable[[], bytes]] = {
    "as it is": forged,
    "a seal in a document": book(sealed_in),
    "a working in a document": book(worked_in),
    "half a source": book(lambda one: one.amount.update(share="0.5"), "1551.9375"),
    "another unit": book(lambda one: both(one, unit="kg"), "3.103875"),
    "a register": book(lambda one: register(one, *range(0, 3103875 + 1, 100125)), "3103.875"),
    "a register that stands": book(lambda one: register(one, *[7] * 32), "0.000"),
    "a register of few readings": book(lambda one: sparse(one, 9), "0.002"),
    "a rate by the hour": book(lambda one: rate(one, "t/h", 3600, 744), "744.744"),
    "a rate by the half hour": book(lambda one: rate(one, "t/h", 1800, 1488), "744.744"),
    "a rate by three minutes": book(lambda one: rate(one, "t/h", 180, 14880), "744.744"),
    "a rate in another unit of amount": book(
        lambda one: rate(one, "t/h", 3600, 744, amount_unit="kg"), "744.744"
    ),
    "a rate that is a power": book(in_power, "0.744744"),
    "a day that was idle": book(lambda one: idle(one, "not_operating"), "3003.750"),
    "irregular readings": book(lambda one: (both(one, step_s=0), counted(one, None, 31)), "3103.875"),
    "one reading a month": book(lambda one: (both(one, step_s=-1), counted(one, 1), one.readings(100125)), "100.125"),
    "an hour lost in spring": book(lambda one: every(one, 3600, 743, 1), "0.743"),
    "an hour won in autumn": book(summer, "0.745"),
    "two seals": book(lambda one: second_seal(one, 15), "3103.875"),
    "a meter replaced": book(second_meter, "3103.875"),
    "a source that began on the 16th": book(from_the_16th, "1602.000"),
    "a seal of a day": book(daily),
    "nothing sealed": book(unsealed),
    "no inputs": lambda: _without_inputs(),
    "no samples": book(lambda one: one.json.pop("frames/samples.json")),
    "a statement": book(local),
    "a statement by the symbol": book(lambda one: local(one, body={"indicator": "factor.NCV"})),
    "a statement that overrides": book(lambda one: local(one, body={"basis": "override"}, rung="override")),
    "a laboratory's value of no result": book(lambda one: local(one, {"statement": 148, "tested": []})),
    "three values, of which one is stated": book(three),
    "two values that are stated": book(two_stated),
    "a value without statement": book(lambda one: local(one, {"statement": None})),
    "a value for all sources": book(lambda one: local(one, {"statement": None}, source="", month="")),
    "a value stated later": book(lambda one: (local(one, {"statement": 154}), one.move(148, 154))),
    "attributes of entries and of none": book(attribute),
    "an option that a ladder asks": book(lambda one: asking(one, grid="regional")),
    "an option that a ladder asks, unanswered": book(asking),
    "the first of two formulas": book(branched),
    "coal that is missing": book(lambda one: missing(one, "missing")),
    "coal that is not estimated": book(lambda one: missing(one, "not_estimated")),
    "no source that burns": book(lambda one: sources(one, slice(1, 2), "not_occurring")),
    "no source at all": book(lambda one: sources(one, slice(0, 0), "not_estimated")),
    "a decision": book(lambda one: decided(one, True)),
    "a decision elsewhere": book(lambda one: decided(one, False)),
    "a sum": lambda: forged(name="roll_up"),
    "a sum in a document": lambda: forged(worked_in, "roll_up"),
    "a sum of two": total(two),
    "a sum with a hole": total(without_a_value),
    "a sum with nothing known of one": total(none_known),
    "a sum of half a firm": total(shared),
    "a sum of what is not rounded": total(lambda one: rounded(one, "7001.4623", "7001.46")),
    "a sum as much above as rounding lets it": total(lambda one: rounded(one, "7001.47", "7001.47")),
    "a sum as much below as rounding lets it": total(lambda one: rounded(one, "7001.45", "7001.45")),
    "a sum rounded half up": total(
        lambda one: rounded(one, "7001.465", "7001.47", rounding="half_up")
    ),
    "a sum rounded half even": total(lambda one: rounded(one, "7001.465", "7001.46")),
    "a sum of what is taken away": total(lambda one: rounded(one, "-7001.455", "-7001.46", share="-1")),
    "a sum in all its digits": total(unplaced),
}  # fmt: skip


def _without_inputs() -> bytes:
    def make(files: Files, proofs: Any) -> None:
        del files["inputs.json"]

    return pack(Forged().signed(make))


@pytest.mark.parametrize("what", HONEST)
def test_an_honest_bundle_is_vouched_for_in_these_words(what: str) -> None:
    said_of(what, verify(made(what, HONEST[what]), read_policy(POLICY)))


#: What of not being looked at others than these checks say.
ELSEWHERE = ("no quorum", "there is no time-stamp", "whether the drawing head", "no raw frames", "drawn frames",
             "findings, holds", "anything before", "kinds of data", "the decision")  # fmt: skip


@pytest.mark.parametrize(
    "what", [one for one in HONEST if not one.startswith("a sum") and one != "no inputs"]
)
def test_what_looks_at_readings_alone_says_the_same(what: str) -> None:
    said, whole = checked(made(what, HONEST[what]), look_at_readings), words_of("honest")[what]
    assert [[name, zh, en] for name, _, zh, en in said.steps] == [
        one for one in whole["steps"] if one[0] in ("seals", "inputs", "local")
    ]
    assert [[*one] for one in said.not_checked] == [
        one for one in whole["not_checked"] if not any(words in one[1] for words in ELSEWHERE)
    ]


@pytest.mark.parametrize("what", HONEST)
def test_both_vouch_for_it(judges: Judges, what: str) -> None:
    assert judges.ask(made(what, HONEST[what]), POLICY)["verdict"] == "verified"


def test_what_a_forger_publishes_is_what_comes_out() -> None:
    """The figures of these bundles by hand: amount, heating value, carbon, oxidation, 44/12, to two places."""
    for amount, value in (("3103.88", "7001.46"), ("744.74", "1679.92"), ("1602.00", "3613.65")):
        product = parse_decimal(amount)
        for factor in ("23.736", "0.02618", "0.99", "44"):
            product *= parse_decimal(factor)
        assert abs(product / 12 - parse_decimal(value)) <= parse_decimal("0.005")
