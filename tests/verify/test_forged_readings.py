"""Forgeries against the readings: seals, segments, the plan, local values, attributes, samples.

The platform that made them holds the log's key: entries, proofs, digest and head agree with the lie.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bundled_town import Files, pack
from forging import (
    ARRIVAL,
    FIGURE,
    KEY,
    PLAN,
    POLICY,
    SEAL,
    Forged,
    checked,
    encoded,
    forged,
    look_at_readings,
    made,
    of_steps,
    refused,
    sealed_in,
)
from second_verifier import Judges
from tansuo.evidence import canonical
from tansuo.evidence.policy import read_policy
from tansuo.verify.main import verify

DAY = 1767196800
"""Midnight of 1 January 2026 in Shanghai."""


def text(change: Callable[[list[str]], object]) -> Callable[[], bytes]:
    """Other lines in the segment."""

    def make(book: Forged) -> None:
        lines = book.files[f"segments/{SEAL}-0.csv"].decode().splitlines(keepends=True)
        change(lines)
        book.lines("".join(lines).encode("utf-8"))

    return lambda: forged(make)


def line(text_of_it: str) -> Callable[[], bytes]:
    """Another third line in the segment."""
    return text(lambda lines: lines.__setitem__(2, text_of_it + "\n"))


def seal(change: Callable[[Any], object]) -> Callable[[], bytes]:
    """Another seal."""
    return lambda: forged(lambda book: change(book.seal))


def row(**fields: Any) -> Callable[[], bytes]:
    """Another row of the coal in the seal."""
    return seal(lambda body: body["series"][0].update(fields))


def plan(**fields: Any) -> Callable[[], bytes]:
    """Another line of the coal in the plan."""
    return lambda: forged(lambda book: book.line.update(fields))


def both(**fields: Any) -> Callable[[], bytes]:
    """Another line in the plan, and a seal that agrees with it."""

    def make(book: Forged) -> None:
        book.line.update(fields)
        book.seal["series"][0].update({name: one for name, one in fields.items() if name != "valid_to"})

    return lambda: forged(make)


def book(change: Callable[[Forged], object]) -> Callable[[], bytes]:
    """A change of anything."""
    return lambda: forged(lambda one: change(one) and None)


def inputs(change: Callable[[Any], object]) -> Callable[[], bytes]:
    """Other inputs."""
    return lambda: forged(lambda one: change(one.inputs) and None)


def amount(change: Callable[[Any], object]) -> Callable[[], bytes]:
    """Another account of where the coal comes from."""
    return lambda: forged(lambda one: change(one.amount) and None)


def samples(change: Callable[[Any], object]) -> Callable[[], bytes]:
    """Other samples: nobody signs them."""

    def make(files: Files, proofs: Any) -> None:
        held: Any = canonical.decode(files["frames/samples.json"])
        change(held)
        files["frames/samples.json"] = canonical.encode(held)

    return lambda: pack(Forged().signed(make))


def sample(**fields: Any) -> Callable[[], bytes]:
    """Another first sample."""
    return samples(lambda one: one["samples"][0].update(fields))


def register(one: Forged, *values: int | None) -> None:
    """The coal as a register, read at midnight of each day and at the end of the last."""
    one.line.update(form="register")
    one.seal["series"][0].update(form="register")
    values = values or tuple(range(0, 3103875 + 1, 100125))
    one.readings(*values)


def registers(*values: int | None) -> Callable[[], bytes]:
    return lambda: forged(lambda one: register(one, *values))


def local(**fields: Any) -> Callable[[], bytes]:
    """A measured heating value with its statement."""

    def make(one: Forged) -> None:
        measured(one)
        for name, value in fields.items():
            where = one.inputs["local"][0] if name.startswith("given_") else one.entries[148]["body"]
            where[name.removeprefix("given_")] = value
        one.digest()

    return lambda: forged(make)


def measured(one: Forged) -> None:
    """Let a laboratory's heating value be used."""
    one.inputs["local"] = [
        {"citation": "R-1", "month": "2026-01", "provenance": "measured", "rung": "measured",
         "source": "a.coal", "symbol": "NCV", "unit": "GJ/t", "value": "23.736"}
    ]  # fmt: skip
    one.inputs["from"]["local"] = [{"statement": 148}]
    one.entries[148] = {
        **one.entries[ARRIVAL],
        "type": "statement",
        "body": {"basis": "actual", "indicator": "factor.ncv", "provenance": "measured", "unit": "GJ/t",
                 "value": "23.736"},
    }  # fmt: skip
    one.digest()


def then(first: Callable[[Forged], object], second: Callable[[Forged], object]) -> Callable[[], bytes]:
    """Two changes, one after the other."""

    def make(one: Forged) -> None:
        first(one)
        second(one)

    return lambda: forged(make)


def blob(one: Forged, data: bytes | None = None, *, name: str = "") -> None:
    """Let the seal's content stand in a document beside the entry."""
    sealed_in(one, data, name=name)


def declared(**body: Any) -> Callable[[], bytes]:
    """Another declaration of the coal."""
    return lambda: forged(lambda one: one.entries[145]["body"].update(body))


def attribute(**body: Any) -> Callable[[], bytes]:
    """The fuel of the coal stated by an entry of its own."""
    return lambda: forged(lambda one: one.entries[145].update(body=body))


FORGERIES: dict[str, Callable[[], bytes]] = {
    # segments and seals
    "a segment of no seal's name": book(lambda one: one.files.update({"segments/one.csv": b""})),
    "a segment with a zero before its number": book(lambda one: one.files.update({"segments/0155-0.csv": b""})),
    "a segment of an entry that is not there": book(lambda one: one.files.update({"segments/2-0.csv": b""})),
    "a segment of another entry": book(lambda one: one.files.update({"segments/150-0.csv": b""})),
    "a segment of a series that was not sealed": book(lambda one: one.files.update({f"segments/{SEAL}-2.csv": b""})),
    "a seal without key": seal(lambda one: one.pop("key")),
    "a seal of a key that is no text": seal(lambda one: one.update(key=5)),
    "a seal of a key that is no base64": seal(lambda one: one.update(key="!")),
    "a seal of a short key": then(lambda one: one.seal.update(key="AAAA"),
                                  lambda one: one.lines(one.files[f"segments/{SEAL}-0.csv"])),
    "a seal of another hash": row(sha256="0" * 64),
    "a seal without hash": seal(lambda one: one["series"][0].pop("sha256")),
    "a seal of more rows": row(rows=32),
    "a seal without rows": seal(lambda one: one["series"][0].pop("rows")),
    "a seal that expects what did not come": row(expected=32),
    "a seal whose series are no list": seal(lambda one: one.update(series={})),
    "a seal of another form": seal(lambda one: one.update(form="tansuo.seal/2")),
    "a seal that names a document that is not there": seal(lambda one: one.update(blob="0" * 64)),
    "a seal that names another document": book(lambda one: blob(one, b"{}", name="0" * 64)),
    "a seal in a document that is not canonical": book(lambda one: blob(one, b'{ "form":"tansuo.seal/1"}')),
    "a seal in a document that is no object": book(lambda one: blob(one, b"[]")),
    "a last line that does not end": text(lambda lines: lines.__setitem__(-1, lines[-1].strip())),
    "a line that is no text": line("1767369600,100125,valué.measured.N"),
    "a line of two fields": line("1767369600,100125"),
    "a line of an unknown state": line("1767369600,100125,val.measured.N"),
    "a line of an unknown kind": line("1767369600,100125,value.guessed.N"),
    "a value that is missing": line("1767369600,,value.measured.N"),
    "a missing one with a value": line("1767369600,100125,missing.measured"),
    "a value with a zero before": line("1767369600,0100125,value.measured.N"),
    "a value too long": line("1767369600,1000000000000000000,value.measured.N"),
    "a time with a zero before": line("01767369600,100125,value.measured.N"),
    "a time too long": line("1767369600000,100125,value.measured.N"),
    "a negative time": line("-1,100125,value.measured.N"),
    "a time twice": text(lambda lines: lines.__setitem__(2, lines[1])),
    "times that do not rise": text(lambda lines: lines.reverse()),
    # amounts
    "a source of no amount": inputs(lambda one: one["from"]["values"]["FC"].update({"a.wood/2026-01": {}})),
    "a source of no term": inputs(lambda one: one["from"]["values"].update(FG={"a.coal/2026-01": {}})),
    "another amount": inputs(lambda one: one["values"]["FC"].update({"a.coal/2026-01": "3103.874"})),
    "an amount written otherwise": inputs(lambda one: one["values"]["FC"].update({"a.coal/2026-01": "3103.8750"})),
    "an amount of half a source": amount(lambda one: one.update(share="0.5")),
    "an amount of no parts": amount(lambda one: one.update(parts=[])),
    "an amount of two plans": amount(lambda one: one["parts"].append({**one["parts"][0], "plan": FIGURE})),
    "an amount of a plan that is none": amount(lambda one: one["parts"][0].update(plan=ARRIVAL)),
    "an amount of a plan that is not there": amount(lambda one: one["parts"][0].update(plan=2)),
    "an amount of a plan of no number": amount(lambda one: one["parts"][0].update(plan="149")),
    "an amount of a plan made later": then(lambda one: one.move(PLAN, 154), lambda one: (
        one.amount["parts"][0].update(plan=154), one.seal["series"][0].update(plan=154))),
    "an amount of the same part twice": amount(lambda one: one["parts"].append(one["parts"][0])),
    "an amount of another series": amount(lambda one: one["parts"][0].update(series="a/power")),
    "an amount of a seal that is not there": amount(lambda one: one["parts"][0].update(seals=[[2, 0]])),
    "an amount of no seals": amount(lambda one: one["parts"][0].update(seals=[])),
    "a plan of no such line": plan(authoritative=False),
    "a plan of another source": plan(source="a.wood"),
    "a plan of another indicator": plan(indicator="heat"),
    "a plan that begins in February": plan(valid_from="2026-02-01"),
    "a plan that ended with December": plan(valid_from="2025-01-01", valid_to="2026-01-01"),
    "a plan of one day less": plan(valid_to="2026-01-31"),
    "a plan that begins a day later": plan(valid_from="2026-01-02"),
    "a plan that is not summed": plan(form="ratio"),
    "a plan with a second meter": book(
        lambda one: one.entries[PLAN]["body"]["lines"].append({**one.line, "series": "a/coal2"})
    ),
    "a seal of another plan": row(plan=KEY),
    "a seal of another unit": row(unit="kg"),
    "a seal of other decimals": row(decimals=2),
    "a seal of another form of reading": row(form="register"),
    "a seal of another step": row(step_s=3600),
    "a seal of another source": row(source="a.wood"),
    "a seal of another indicator": row(indicator="heat"),
    "a seal of another series": row(series="a/coal2"),
    "a seal of another month": seal(lambda one: one.update(period="2026-02")),
    "a seal of a month of like name": seal(lambda one: one.update(period="2026-011")),
    "a seal that begins a day late": row(**{"from": "2026-01-02"}),
    "a seal that begins in the month before": row(**{"from": "2025-12-31"}),
    "a seal that ends a day early": row(to="2026-01-31"),
    "a seal that ends before it begins": row(to="2026-01-01"),
    "a seal over another time": book(
        lambda one: one.entries[SEAL].update(valid=["2025-12-31T16:00:00+00:00", "2026-01-30T15:59:59+00:00"])
    ),
    "a seal over a time that began later": book(
        lambda one: one.entries[SEAL].update(valid=["2025-12-31T16:00:01+00:00", "2026-01-31T16:00:00+00:00"])
    ),
    "a seal of a reading at its end": text(
        lambda lines: lines.__setitem__(-1, "1769875200,100125,value.measured.N\n")
    ),
    "a seal that received less": row(received=30, expected=30),
    "a seal that expects another number of days": row(received=30, gap=1),
    "a seal that expects nothing": row(expected=None),
    "a seal with a hole": then(lambda one: one.readings(*[100125] * 30),
                               lambda one: one.seal["series"][0].update(received=30, gap=1)),
    "a seal with a hole in words": text(
        lambda lines: lines.__setitem__(2, "1767369600,,missing.measured\n")
    ),
    "a hole that is counted": then(
        lambda one: one.lines(one.files[f"segments/{SEAL}-0.csv"].replace(
            b"1767369600,100125,value.measured.N", b"1767369600,,missing.measured")),
        lambda one: one.seal["series"][0].update(received=30, gap=1)),
    "irregular readings of which some are expected": both(step_s=0),
    "hours of which none are expected": book(lambda one: (
        hourly(one, 744), one.seal["series"][0].update(expected=None))),
    "hours of which two are lacking": book(lambda one: hourly(one, 742)),
    "hours of which two are too many": book(lambda one: hourly(one, 746)),
    "a month's reading that comes twice": both(step_s=-1),
    "a register of one reading": registers(5),
    "a register that falls": registers(*range(3103875, -1, -100125)),
    "a register that begins late": book(lambda one: (register(one), one.lines(
        b"".join(one.files[f"segments/{SEAL}-0.csv"].splitlines(keepends=True)[1:])))),
    "a register that ends early": book(lambda one: (register(one), one.lines(
        b"".join(one.files[f"segments/{SEAL}-0.csv"].splitlines(keepends=True)[:-1])))),
    "a register beyond its month": registers(*range(0, 3103875 + 100125 + 1, 100125)),
    "a register with a hole": book(lambda one: (register(one), one.lines(
        one.files[f"segments/{SEAL}-0.csv"].replace(
            b"1767369600,200250,value.measured.N", b"1767369600,,missing.measured")))),
    # local values and attributes
    "a local value without its source": inputs(lambda one: one["from"]["local"].append({"statement": 148})),
    "a statement of another value": local(value="23.7360"),
    "a statement of another unit": local(unit="MJ/kg"),
    "a statement of another provenance": local(provenance="declared"),
    "a statement of another indicator": local(indicator="factor.cc"),
    "a statement that overrides": local(basis="override"),
    "a local value that calls itself an override": local(given_rung="override"),
    "an attribute of another entry": inputs(lambda one: one["from"]["attributes"]["a.coal"].update(fuel=147)),
    "an attribute of no subject": inputs(lambda one: one["from"]["attributes"]["a.coal"].update(fuel=ARRIVAL)),
    "an attribute of no entry": inputs(lambda one: one["from"]["attributes"]["a.coal"].update(fuel=None)),
    "an attribute of nobody": inputs(lambda one: one["from"]["attributes"].update(b={"fuel": 145})),
    "an attribute that is not given": inputs(lambda one: one["from"]["attributes"]["a.coal"].update(kind=145)),
    "an attribute declared otherwise": declared(attributes={"fuel": "无烟煤", "family": "solid_liquid"}),
    "an attribute not declared": declared(attributes={"family": "solid_liquid"}),
    "a declaration without attributes": book(lambda one: one.entries[145]["body"].pop("attributes")),
    "an attribute set otherwise": attribute(op="set", name="fuel", value="无烟煤"),
    "an attribute of another name": attribute(op="set", name="family", value="烟煤"),
    "an attribute whose entry names another": book(lambda one: (
        one.inputs["from"]["attributes"]["a.coal"].pop("family"),
        one.entries[145].update(body={"op": "set", "name": "kind", "value": "烟煤"}))),
    "a statement of a column that is asked second": then(measured, lambda one: (
        one.entries[148]["body"].update(indicator="factor.cc"),
        one.json["method.json"]["terms"]["NCV"]["ladder"].append(
            {"column": "cc", "key": "fuel", "name": "other", "table": "fuel_defaults", "take": "table"}),
        one.method(), one.digest())),
    "an attribute declared later": then(lambda one: one.move(145, 154), lambda one: one.inputs["from"][
        "attributes"].update({"a.coal": {"fuel": 154}})),
    # samples
    "samples of another form": samples(lambda one: one.update(form="tansuo.samples/2")),
    "samples without form": samples(lambda one: one.pop("form")),
    "samples without head": samples(lambda one: one.pop("head")),
    "samples of an altered head": samples(lambda one: one.update(head=one["head"].replace("156", "155"))),
    "samples of a head before the seal": lambda: pack(early()),
    "samples of another log's head": lambda: pack(early(157, "tansuo-demo/x")),
    "samples of another history": samples(lambda one: one["consistency"].pop()),
    "a sample of another line": sample(line="1767196800,100126,value.measured.N"),
    "a sample of another number": sample(number=77),
    "a sample before the first": sample(number=-1),
    "a sample numbered in words": sample(number="0"),
    "a sample twice": samples(lambda one: one["samples"].insert(0, one["samples"][0])),
    "samples in another order": samples(lambda one: one["samples"].reverse()),
    "a drawing beyond the last": samples(lambda one: one["samples"][-1].update(number=30)),
    "a sample of a row that was not sealed": sample(row=1),
    "a sample of a seal that is none": sample(seal=ARRIVAL, row=0),
    "a sample of another arrival": sample(arrival=KEY),
    "a sample of an arrival that is not there": sample(arrival=2),
    "a sample of another frame": sample(frame=encoded(b"another")),
    "a sample of a frame that is no base64": sample(frame="!"),
    "a sample of another record": sample(record=30),
    "a sample without path": sample(path=[]),
    "a sample of a path of no hashes": sample(path=["AAAA"]),
    "an arrival of a root that is none": book(lambda one: one.entries[ARRIVAL]["body"].update(root="x")),
    "an arrival of fewer frames": book(lambda one: one.entries[ARRIVAL]["body"].update(count=15)),
}  # fmt: skip


def early(size: int = 155, origin: str = "") -> Files:
    """Samples drawn by a head that the seal's maker knew, or by another log's."""
    one = Forged()

    def make(files: Files, proofs: Any) -> None:
        held: Any = canonical.decode(files["frames/samples.json"])
        held["head"] = one.note(size, one.leaves(), origin)
        files["frames/samples.json"] = canonical.encode(held)

    return one.signed(make)


def hourly(one: Forged, count: int) -> None:
    """The coal by the hour, ``count`` of them from the beginning of the month on."""
    one.line.update(step_s=3600)
    one.seal["series"][0].update(step_s=3600, expected=count, received=count)
    one.lines(b"".join(b"%d,1,value.measured.N\n" % (DAY + 3600 * at) for at in range(count)))


@pytest.mark.parametrize("what", of_steps("readings", "seals", "inputs", "local"))
def test_what_looks_at_readings_alone_refuses_them(what: str) -> None:
    refused("readings", what, checked(made(what, FORGERIES[what]), look_at_readings))


@pytest.mark.parametrize("what", FORGERIES)
def test_forged_readings_are_refused_in_these_words(what: str) -> None:
    refused("readings", what, verify(made(what, FORGERIES[what]), read_policy(POLICY)))


@pytest.mark.parametrize("what", FORGERIES)
def test_both_refuse_forged_readings(judges: Judges, what: str) -> None:
    assert judges.ask(made(what, FORGERIES[what]), POLICY)["verdict"] == "refused"
