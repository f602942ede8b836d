"""Findings, holds and corrected values in a bundle: honest ones as they are printed, forged ones in their words."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bundled_town import pack, unpack
from forging import (
    ARRIVAL,
    FIGURE,
    PLAN,
    POLICY,
    SEAL,
    VECTORS,
    Forged,
    checked,
    encoded,
    forged,
    kept,
    made,
    of_steps,
    refused,
    sent,
)
from second_verifier import Judges
from tansuo.evidence import canonical
from tansuo.evidence.policy import read_policy
from tansuo.evidence.tree import leaf_hash, root
from tansuo.verify.book import Book
from tansuo.verify.main import verify
from tansuo.verify.report import Report
from tansuo.verify.sources import read_segments
from tansuo.verify.under import check_under

DAY = 1767196800
"""Midnight of 1 January 2026 in Shanghai."""
MUTANTS = 120
OLD, NOW = f"{DAY},90000,value.measured.N", f"{DAY},100125,value.declared"
FIRST, RAW, CORRECTION, LATER = 144, 146, 148, 157
"""Places in the log: of a first correction, of the older frame, of what the figure rests on, and of what came later."""
FIRST_SECOND, AFTER_ALL = 1767225600 - 14 * 3600, 1769904000 + 14 * 3600
"""January 2026 in UTC, and fourteen hours on either side."""
Change = Callable[[Forged], object]


def under(book: Forged) -> Any:
    """What is listed."""
    return book.json.setdefault("under.json", {"form": "tansuo.under/1", "cases": {}, "corrections": []})


def receipt(book: Forged) -> str:
    """The figure's receipt, whose entry must not change any more."""
    return f"R{FIGURE}-{leaf_hash(canonical.encode(book.entries[FIGURE])).hex()[:8]}"


def entered(book: Forged, index: int, kind: str, body: Any, by: str = "p.one", **more: Any) -> None:
    """An entry of the firm at a place in the log."""
    entry = {
        **deepcopy(book.entries[ARRIVAL]),
        "type": kind,
        "body": body,
        "org": "a",
        "by": {"id": by, "role": "x"},
    }
    book.entries[index] = {**entry, **more}
    book.size = max(book.size, index + 1)


def case(book: Forged, name: str, *steps: tuple[str, str], about: str = "a", **notes: Any) -> None:
    """A finding or a hold with its steps (step, person), after all the others."""
    hold = name.startswith("hold")
    usual: dict[str, Any] = (
        {"receipt": "", "figure": None, "period": "", "reason": "case 7", "placed_by": "p.judge",
         "placed_role": "audit_admin", "asker": "p.judge"}
        if hold
        else {"receipt": receipt(book), "figure": FIGURE, "node": {"id": "figure", "zh": "本数", "en": "the figure"},
              "severity": "nonconformity", "clause": "5.3", "claim": "one meter is missing",
              "organisation": "verifier.one", "finder": "p.finder"}
    )  # fmt: skip
    indexes = []
    for step, by in steps:
        index = book.size
        entered(
            book, index, "case",
            {"id": name, "kind": "hold" if hold else "verification_finding", "subject": about, "step": step,
             "notes": {**usual, **notes}},
            by,
        )  # fmt: skip
        indexes.append(index)
    under(book)["cases"][name] = indexes


OPEN = ("open", "p.finder")


def finding(*steps: tuple[str, str], **notes: Any) -> Change:
    return lambda book: case(book, "finding-1", *steps, **notes)


def hold(*steps: tuple[str, str], about: str = "a", **notes: Any) -> Change:
    return lambda book: case(book, "hold-1", *steps, about=about, **notes)


def corrected(
    book: Forged, index: int = CORRECTION, before: Any = None, now: str = NOW, by: str = "p.one", **body: Any
) -> None:
    """The first of January put right."""
    _, value, quality = now.split(",")
    state, kind = quality.split(".")
    said = {"series": "a/coal", "start": "2025-12-31T16:00:00+00:00", "scaled": int(value) if value else None,
            "state": state, "provenance": kind, "second_by": "p.two"}  # fmt: skip
    entered(book, index, "correction", {**said, **body}, by, why={"reason": "misread"})
    under(book)["corrections"].append({"entry": index, "series": "a/coal", "before": before, "now": now})


def raw(line: str = OLD, entry: int = RAW) -> dict[str, Any]:
    """An older version with its frame, alone in its arrival."""
    record = sent(line)
    assert record is not None
    return {"entry": entry, "line": line, "arrival": RAW, "record": 0, "frame": encoded(record), "path": []}


def sealed(book: Forged, line: str = NOW) -> None:
    """The seal holds another line of the first of January; 100.125 t as before."""
    rest = book.files[f"segments/{SEAL}-0.csv"].partition(b"\n")[2]
    book.lines(line.encode() + b"\n" + rest)


def arrived(book: Forged, line: str = OLD) -> None:
    """The arrival of the older frame."""
    record = sent(line)
    assert record is not None
    body = {**book.entries[ARRIVAL]["body"], "root": root([leaf_hash(record)]).hex(), "count": 1}
    entered(book, RAW, "arrival", body)


def in_figure(book: Forged, change: Callable[[Any], object] = lambda item: None, **body: Any) -> None:
    """A correction that figure and seal rest on, with the frame of what stood before."""
    arrived(book)
    sealed(book)
    corrected(book, before=raw(), **body)
    change(under(book)["corrections"][0])


def since(book: Forged, change: Callable[[Any], object] = lambda item: None, **body: Any) -> None:
    """A correction after the seal."""
    stood = f"{DAY},100125,value.measured.N"
    corrected(book, LATER, {"entry": ARRIVAL, "line": stood}, f"{DAY},90000,value.declared", **body)
    change(under(book)["corrections"][0])


def twice(book: Forged, change: Callable[[Any], object] = lambda items: None) -> None:
    """Corrected twice, the second time into what was sealed."""
    sealed(book)
    corrected(book, FIRST, {"entry": FIRST - 1, "line": OLD}, f"{DAY},95000,value.declared")
    corrected(book, CORRECTION, {"entry": FIRST, "line": f"{DAY},95000,value.declared"})
    change(under(book)["corrections"])


def redriven(book: Forged) -> None:
    """The older frame waited for a plan."""
    entered(book, FIRST, "redrive", {})
    in_figure(book, lambda item: item["before"].update(entry=FIRST))


def by_file(book: Forged, **body: Any) -> None:
    """Put right by a file that came with a reason."""
    sealed(book)
    entered(book, CORRECTION, "arrival", {"reason": "the meter's log", **body}, why=None)
    item = {"entry": CORRECTION, "series": "a/coal", "before": {"entry": RAW, "line": OLD}, "now": NOW}
    under(book)["corrections"].append(item)


def statement(book: Forged, index: int = LATER, change: Callable[[Any], object] = lambda entry: None) -> None:
    """A heating value said again after the figure."""
    for at, value in ((CORRECTION, "23.700"), (index, "24.100")):
        body = {
            "subject": "a.coal",
            "indicator": "factor.ncv",
            "period": "2026-01",
            "value": value,
            "state": "value",
        }
        entered(book, at, "statement", body, subj="statement/a.coal/factor.ncv", why=None)
    change(book.entries[index])
    under(book)["corrections"].append({"entry": index, "before": {"entry": CORRECTION}})


def filled(book: Forged, at: int) -> None:
    """A hole that a person filled, at a second of no day that was sealed."""
    start = datetime.fromtimestamp(at, UTC).isoformat()
    corrected(book, now=f"{at},100125,value.declared", start=start)


def withdrawn(entry: Any) -> None:
    """A statement says that there is no value."""
    entry["body"].update(value=None, state="not_occurring")


def at_the_size(book: Forged) -> None:
    """The first entry that is too late for the figure corrects it, and what was sealed after both holds it."""
    sealed(book)
    corrected(book, book.body["size"], {"entry": ARRIVAL, "line": OLD})


def many(*changes: Change) -> Callable[[], bytes]:
    def make(book: Forged) -> None:
        for change in changes:
            change(book)

    return lambda: forged(make)


ANSWERED = ("answered", "p.firm")
HONEST: dict[str, Callable[[], bytes]] = {
    "nothing": many(under),
    "an open finding": many(finding(OPEN)),
    "a finding answered": many(finding(OPEN, ANSWERED)),
    "a finding answered, opened again and closed": many(
        finding(OPEN, ANSWERED, ("reopened", "p.finder"), ANSWERED, ("closed", "p.finder"))
    ),
    "a hold over the firm": many(hold(("held", "p.judge"))),
    "a hold over the quarter, its release asked": many(
        hold(("held", "p.judge"), ("release_asked", "p.judge"), period="2026-Q1")
    ),
    "a hold released": many(
        lambda book: hold(
            ("held", "p.judge"), ("release_asked", "p.judge"), ("released", "p.other"),
            receipt=receipt(book), figure=FIGURE,
        )(book)
    ),
    "a finding and a hold": many(finding(OPEN), hold(("held", "p.judge"))),
    "a corrected value in the figure, with its older frame": many(in_figure),
    "a corrected value since": many(since),
    "a value corrected twice": many(twice),
    "a value corrected by a file": many(by_file),
    "a corrected value whose frame was taken in again": many(redriven),
    "a hole that a person filled": many(sealed, corrected),
    "a day that a person took away": many(lambda book: since(
        book, lambda item: item.update(now=f"{DAY},,missing.declared"), scaled=None, state="missing")),
    "a statement said again": many(statement),
    "a statement withdrawn": many(lambda book: statement(book, change=withdrawn)),
    "a corrected value as late as the size of the seal": many(
        lambda book: book.seal.update(size=LATER), since),
    "a corrected value as late as the size of the figure": many(at_the_size),
    "a hole filled at the first second of the month in any zone": many(lambda book: filled(book, FIRST_SECOND)),
    "a hole filled at the last second of the month in any zone": many(lambda book: filled(book, AFTER_ALL - 1)),
    "a hole filled at the end of what was sealed": many(lambda book: filled(book, DAY + 31 * 86400)),
    "a correction of a series that was not sealed": many(lambda book: corrected_power(book)),
    "a corrected value whose frame is of a device that is not read": many(
        lambda book: book.line.update(channel="mqtt"), in_figure),
}  # fmt: skip


def corrected_power(book: Forged) -> None:
    """The electricity, of which the bundle holds no readings."""
    before = raw(f"{DAY},10000,value.measured.N")
    corrected(book, before=before, series="a/power")
    under(book)["corrections"][0]["series"] = "a/power"


def listed(change: Callable[[Any], object]) -> Callable[[], bytes]:
    """A finding and a hold, listed otherwise."""
    return many(finding(OPEN, ANSWERED), hold(("held", "p.judge")), lambda book: change(under(book)))


def stepped(at: int, **body: Any) -> Callable[[], bytes]:
    """One of three steps of a finding otherwise."""

    def change(book: Forged) -> None:
        case(book, "finding-1", OPEN, ANSWERED, ("closed", "p.finder"))
        entry = book.entries[under(book)["cases"]["finding-1"][at]]
        for name, value in body.items():
            place = (
                entry if name in entry else entry["body"] if name in entry["body"] else entry["body"]["notes"]
            )
            place[name] = value

    return many(change)


def put_right(change: Callable[[Any], object] = lambda item: None, **body: Any) -> Callable[[], bytes]:
    return many(lambda book: in_figure(book, change, **body))


FORGERIES: dict[str, Callable[[], bytes]] = {
    "another form": listed(lambda one: one.update(form="tansuo.under/2")),
    "a step that is not listed": listed(lambda one: one["cases"]["finding-1"].pop()),
    "a case that is not listed": listed(lambda one: one["cases"].pop("hold-1")),
    "a step that is not there": listed(lambda one: one["cases"]["finding-1"].append(900)),
    "a step that is no case": listed(lambda one: one["cases"]["finding-1"].append(ARRIVAL)),
    "a case of no steps": listed(lambda one: one["cases"].update({"finding-2": []})),
    "a case of another name": listed(lambda one: one["cases"].update({"finding-2": one["cases"].pop("finding-1")})),
    "two cases in one": listed(lambda one: one["cases"].update({"finding-1": one["cases"]["finding-1"] + one[
        "cases"].pop("hold-1")})),
    "steps backwards": listed(lambda one: one["cases"]["finding-1"].reverse()),
    "an answer to nothing": many(finding(ANSWERED)),
    "closed twice": many(finding(OPEN, ("closed", "p.finder"), ("closed", "p.finder"))),
    "opened again while open": many(finding(OPEN, ("reopened", "p.finder"))),
    "released by nobody's asking": many(hold(("held", "p.judge"), ("released", "p.other"))),
    "answered by the finder": many(finding(OPEN, ("answered", "p.finder"))),
    "released by the one who asked": many(
        hold(("held", "p.judge"), ("release_asked", "p.judge"), ("released", "p.judge"))),
    "another claim at the end": stepped(2, claim="nothing"),
    "another severity at the end": stepped(2, severity="improvement"),
    "another firm at the end": stepped(2, org="b"),
    "another name at the end": stepped(2, id="finding-2"),
    "a step nobody knows": stepped(2, step="forgotten"),
    "a case nobody knows": many(finding(OPEN), lambda book: book.entries[157]["body"].update(kind="task")),
    "a finding about another receipt": many(finding(OPEN, receipt="R1-00000000")),
    "a finding about another figure": many(finding(OPEN, figure=7)),
    "a hold over another firm": many(hold(("held", "p.judge"), about="b")),
    "a hold over another month": many(hold(("held", "p.judge"), period="2026-02")),
    "a hold over another receipt": many(hold(("held", "p.judge"), receipt="R1-00000000", figure=1)),
    "a correction of no entry": put_right(lambda item: item.update(entry=2)),
    "a correction of another entry": put_right(lambda item: item.update(entry=PLAN)),
    "a correction of another series": put_right(lambda item: item.update(series="a/power")),
    "a correction of a series in no plan": put_right(lambda item: item.update(series="a/wood"), series="a/wood"),
    "a correction of another value": put_right(lambda item: item.update(now=f"{DAY},1,value.declared")),
    "a correction of another time": put_right(lambda item: item["before"].update(line=f"{DAY + 1},9,value.measured")),
    "a correction long before the month": put_right(
        lambda item: (item.update(now=f"{DAY - 99999},100125,value.declared"), item.update(before=None))),
    "a correction long after the month": put_right(
        lambda item: (item.update(now=f"{DAY + 9999999},100125,value.declared"), item.update(before=None))),
    "a correction just before the month in any zone": many(lambda book: filled(book, FIRST_SECOND - 1)),
    "a correction just after the month in any zone": many(lambda book: filled(book, AFTER_ALL)),
    "a correction of one person": put_right(second_by="p.one"),
    "a correction of nobody else": put_right(second_by=""),
    "a correction without reason": many(in_figure, lambda book: book.entries[CORRECTION].update(why={"reason": ""})),
    "a correction of what came later": put_right(lambda item: item["before"].update(entry=CORRECTION)),
    "a correction that lacks its series": put_right(lambda item: item.pop("series")),
    "a correction that says more": put_right(lambda item: item.update(note="x")),
    "an older value of no entry": put_right(lambda item: item["before"].pop("entry")),
    "an older value of another entry than its arrival": put_right(lambda item: item["before"].update(entry=145)),
    "another older value than the frame's": put_right(
        lambda item: item["before"].update(line=f"{DAY},80000,value.measured.N")),
    "a frame in another arrival": put_right(lambda item: item["before"].update(arrival=ARRIVAL)),
    "a frame with a path too long": put_right(lambda item: item["before"].update(path=[encoded(bytes(32))])),
    "a corrected value that was not sealed": many(arrived, lambda book: corrected(book, before=raw())),
    "a correction since of what was not sealed": many(lambda book: since(
        book, lambda item: item["before"].update(line=f"{DAY},7,value.measured.N"))),
    "a hole filled since that was none": many(lambda book: corrected(book, LATER)),
    "a chain with another value between": many(lambda book: twice(
        book, lambda items: items[1]["before"].update(line=f"{DAY},96000,value.declared"))),
    "a chain with another entry between": many(lambda book: twice(
        book, lambda items: items[1]["before"].update(entry=RAW))),
    "a file without reason": many(lambda book: by_file(book, reason="")),
    "a statement that replaces another's": many(lambda book: statement(
        book, change=lambda entry: entry.update(subj="statement/a.coal/factor.cc"))),
    "a statement of another month": many(lambda book: statement(
        book, change=lambda entry: entry["body"].update(period="2026-02"))),
    "a statement of the month before": many(lambda book: statement(
        book, change=lambda entry: entry["body"].update(period="2025-12"))),
    "a statement that replaces itself": many(statement, lambda book: under(book)["corrections"][0].update(
        before={"entry": LATER})),
    "a statement that replaces a later one": many(lambda book: statement(book, FIRST)),
    "a statement that replaces none": many(statement, lambda book: book.entries[CORRECTION].update(type="subject")),
}  # fmt: skip


def beneath(book: Book, report: Report) -> None:
    """What lies under the figure alone."""
    check_under(book, read_segments(book, Report()), report)


@pytest.mark.parametrize("what", of_steps("under", "under"))
def test_what_looks_under_a_figure_alone_refuses_it(what: str) -> None:
    refused("under", what, checked(made(what, FORGERIES[what]), beneath))


@pytest.mark.parametrize("what", HONEST)
def test_what_looks_under_a_figure_alone_prints_it(what: str) -> None:
    report = checked(made(what, HONEST[what]), beneath)
    said = [*report.steps[0], [[*one] for one in report.notes], [[*one] for one in report.not_checked]]
    assert said.pop(1) is True and len(report.steps) == 1
    assert said == kept("printed", what, said)


def test_a_bundle_without_the_list_says_so_and_nothing_else() -> None:
    report = checked(made("honest", forged), beneath)
    words = "findings, holds and corrections: a bundle of this age does not carry them"
    assert (report.steps, [en for _, en in report.not_checked], report.now) == ([], [words], "under")


def test_a_case_may_stand_right_after_the_first_entry() -> None:
    def early(book: Book, report: Report) -> None:
        given: Any = canonical.decode(book.files["under.json"])
        ((name, (index,)),) = given["cases"].items()
        given["cases"] = {name: [1]}
        entries = {**book.entries, 1: book.entries[index]}
        del entries[index]
        beneath(
            replace(book, entries=entries, files={**book.files, "under.json": canonical.encode(given)}),
            report,
        )

    report = checked(made("an open finding", HONEST["an open finding"]), early)
    assert [ok for _, ok, _, _ in report.steps] == [True]


@pytest.mark.parametrize("what", FORGERIES)
def test_what_is_forged_under_a_figure_is_refused_in_these_words(what: str) -> None:
    refused("under", what, verify(made(what, FORGERIES[what]), read_policy(POLICY)))


@pytest.mark.parametrize("what", FORGERIES)
def test_both_refuse_what_is_forged_under_a_figure(judges: Judges, what: str) -> None:
    assert judges.ask(made(what, FORGERIES[what]), POLICY)["verdict"] == "refused"


@pytest.mark.parametrize("what", HONEST)
def test_what_lies_under_a_figure_is_printed(what: str) -> None:
    report = verify(made(what, HONEST[what]), read_policy(POLICY))
    assert report.verified, report.steps[-1]
    step, _, zh, en = report.steps[-1]
    unchecked = [[*one] for one in report.not_checked if "列" in one[0] or "原值" in one[0]]
    said = [step, zh, en, [[*one] for one in report.notes], unchecked]
    assert said == kept("printed", what, said)
    assert all(en in report.text(False) and zh in report.text(True) for zh, en in report.notes)


@pytest.mark.parametrize("what", HONEST)
def test_both_print_the_same_under_a_figure(judges: Judges, what: str) -> None:
    assert judges.ask(made(what, HONEST[what]), POLICY)["verdict"] == "verified"


def test_random_changes_never_change_what_is_read_with_the_figure(judges: Judges) -> None:
    """Single bits of what lies under a figure and of the drawn frames, with a manifest that fits: never accepted."""
    chance = random.Random(20261126)
    files = unpack((VECTORS / "under.zip").read_bytes())
    names = [name for name in sorted(files) if name in ("under.json", "frames/samples.json") or b'"case"' in files[name]
             or b'"correction"' in files[name]]  # fmt: skip
    assert len(names) > 5
    for _ in range(MUTANTS):
        name = chance.choice(names)
        data = bytearray(files[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        said = judges.ask(pack({**files, name: bytes(data)}), POLICY)
        assert said["verdict"] == "refused", name
