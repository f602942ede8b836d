"""A platform that lies before it signs: it may publish what it likes, but not call it the sum of sealed readings.

It holds the log's key, so digest, entries and proofs agree with the lie. What these tests change is therefore only
what such a platform could have published, and what is judged is the step that adds the readings up again.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, time
from hashlib import sha256
from typing import Any

import pytest

from bundled_town import Bundled, Files, pack, unpack
from tansuo.evidence import canonical
from tansuo.evidence.policy import read_policy
from tansuo.quantity.period import Period
from tansuo.verify import sources
from tansuo.verify.archive import read_archive
from tansuo.verify.book import Book, read_book
from tansuo.verify.report import Refused, Report
from tansuo.verify.sources import check_inputs, read_segments
from tansuo.verify.value import check_sum, read_inputs, read_method
from town import COAL, POWER

PLACE = "a.coal/2026-01"
Given = dict[str, Any]


def added_up(bundled: Bundled, files: Files, change: Callable[[Given], None] = lambda given: None) -> Report:
    """The step that sums the readings, over inputs as a lying platform would have published them."""
    report = Report()
    book: Book = read_book(read_archive(pack(files)), read_policy(bundled.policy), report)
    method = read_method(book, report)
    given: Given = copy.deepcopy(dict(read_inputs(files)[2]))
    change(given)
    check_inputs(book, method, given, read_segments(book, report), report)
    return report


def coal(given: Given) -> Given:
    origin: Given = given["from"]["values"]["FC"][PLACE]
    return origin


@pytest.fixture
def by_days(bundled: Bundled) -> tuple[Bundled, Files]:
    """A figure of February, whose coal was sealed day by day."""
    town = bundled.town
    for source, amount in ((COAL, "100"), (POWER, "10")):
        town.days("a", source, "2026-02", amount)
    for day in Period.parse("2026-02").days():
        bundled.seal("a", day.isoformat())
    receipt = bundled.publish("a", "E_fuel", period="2026-02")
    bundled.head()
    return bundled, unpack(bundled.bundle(receipt))


def test_days_sealed_one_by_one_add_up_to_the_month(by_days: tuple[Bundled, Files]) -> None:
    bundled, files = by_days
    assert [one[0] for one in added_up(bundled, files).steps][-1] == "inputs"


@pytest.mark.parametrize(
    ("what", "kept"), [("a day left out", slice(0, 27)), ("one inside", slice(None, None, 2))]
)
def test_a_month_is_not_some_of_its_days(by_days: tuple[Bundled, Files], what: str, kept: slice) -> None:
    bundled, files = by_days

    def lie(given: Given) -> None:
        origin = given["from"]["values"]["FC"]["a.coal/2026-02"]
        origin["parts"][0]["seals"] = origin["parts"][0]["seals"][kept]
        given["values"]["FC"]["a.coal/2026-02"] = f"{len(origin['parts'][0]['seals'])}00.000"

    with pytest.raises(Refused, match=r"seals (end|overlap or leave a gap)"):
        added_up(bundled, files, lie)


def test_readings_sealed_by_the_month_and_by_the_day_count_once(bundled: Bundled) -> None:
    for day in Period.parse("2026-01").days():
        bundled.seal("a", day.isoformat())
    bundled.head()
    files = unpack(bundled.bundle(bundled.receipts["E_fuel"]))

    def twice(given: Given) -> None:
        coal(given)["parts"] *= 2
        given["values"]["FC"][PLACE] = "6207.750"

    def again(given: Given) -> None:
        coal(given)["parts"][0]["seals"] *= 2
        given["values"]["FC"][PLACE] = "6207.750"

    added_up(bundled, files)
    with pytest.raises(Refused, match="taken already"):
        added_up(bundled, files, twice)
    with pytest.raises(Refused, match="overlap"):
        added_up(bundled, files, again)


def test_an_amount_is_not_some_of_its_meters(bundled: Bundled) -> None:
    town = bundled.town
    second = town.line("a", COAL, since=Period.parse("2026-03").start, series="a/coal2", meter="a.coal.second",
                       stream="2031:f01009:Cou")  # fmt: skip
    town.plan(
        "a", [town.line("a", one, since=Period.parse("2026-01").start) for one in (COAL, POWER)] + [second]
    )
    town.days("a", COAL, "2026-03", "100")
    town.send("a", [("f01009", label, "7", "N") for label in _labels("2026-03")])
    bundled.seal("a", "2026-03")
    receipt = bundled.publish("a", "E_fuel", period="2026-03")
    bundled.head()
    files = unpack(bundled.bundle(receipt))

    def half(given: Given) -> None:
        origin = given["from"]["values"]["FC"]["a.coal/2026-03"]
        origin["parts"] = origin["parts"][:1]
        given["values"]["FC"]["a.coal/2026-03"] = "3100.000"

    assert added_up(bundled, files).steps[-1][0] == "inputs"
    with pytest.raises(Refused, match="left out"):
        added_up(bundled, files, half)


def _labels(period: str) -> list[Any]:
    return [datetime.combine(day, time()) for day in Period.parse(period).days()]


@pytest.mark.parametrize(
    ("name", "value"), [("received", 30), ("expected", 30), ("gap", 1), ("to", "2026-01-31"), ("unit", "kg")]
)
def test_a_seal_that_counts_wrongly_gives_no_amount(
    bundled: Bundled, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    files = unpack(bundled.bundle(bundled.receipts["E_fuel"]))
    whole = sources.seal_body

    def lying(book: Book, index: int) -> Any:
        body = copy.deepcopy(dict(whole(book, index)))
        for row in body["series"]:
            row[name] = value
            if name == "expected":
                row["received"], row["gap"] = value, 0
        return body

    monkeypatch.setattr(sources, "seal_body", lying)
    with pytest.raises(Refused):
        added_up(bundled, files)


@pytest.mark.parametrize(
    ("complete", "value", "vouched"), [(True, "40", True), (False, "40", False), (False, None, True)]
)
def test_a_total_over_a_hole_is_no_total(
    bundled: Bundled, monkeypatch: pytest.MonkeyPatch, complete: bool, value: str | None, vouched: bool
) -> None:
    """Two firms, of which the second may have a hole: what is known of them is not what was emitted."""
    files = unpack(bundled.bundle(bundled.receipts["E_fuel"]))
    book = read_book(read_archive(pack(files)), read_policy(bundled.policy), Report())
    method = read_method(book, Report())
    cell = {**book.figure["cell"], "relation": "reports_for"}
    parts = [{"cell": {**cell, "subject": name}, "share": "1", "value": known, "digest": "0"}
             for name, known in (("a", "40.00"), ("b", None))]  # fmt: skip
    children = [
        {"subject": "a", "contribution": "40.00", "complete": True, "figures": parts[:1]},
        {"subject": "b", "contribution": None, "complete": complete, "figures": parts[1:]},
    ]
    digest = sha256(canonical.encode({"cell": cell, "children": parts})).hexdigest()
    body = {**book.figure, "cell": cell, "input_digest": digest, "working": {"children": children},
            "value": value and f"{value}.00", "unit": "t CO2"}  # fmt: skip
    monkeypatch.setattr(Book, "figure", body)
    if vouched:
        check_sum(book, method, Report())
    else:
        with pytest.raises(Refused, match="hole"):
            check_sum(book, method, Report())
