"""Findings, holds and corrected values in the bundle of a town's figure, as both verifiers print them."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bundled_town import Bundled, pack, unpack
from second_verifier import Judges
from tansuo.accounting import verification
from tansuo.accounting.local_factor import local_factor
from tansuo.accounting.replay import open_receipt
from tansuo.evidence.entry import Actor
from tansuo.registry import hold
from tansuo.registry.source import Source, Status
from town import Town

FINDER, JUDGE, FIRM = (
    Actor("p.finder", "verifier"),
    Actor("p.judge", "audit_admin"),
    Actor("p.firm", "enterprise_clerk"),
)


@pytest.fixture
def bundled(connection: Connection) -> Bundled:
    return Bundled(Town(connection)).ready()


def put_right(bundled: Bundled, day: int, value: str) -> int:
    at = datetime(2026, 1, day, tzinfo=ZoneInfo("Asia/Shanghai"))
    return bundled.town.correct("a/coal", at, Decimal(value)).index


def found(bundled: Bundled, receipt: str) -> str:
    """A finding about the figure; its id."""
    connection, town = bundled.town.connection, bundled.town
    published, _ = open_receipt(connection, receipt)
    figure = town.figure("a", "E_fuel", "2026-01", as_of=published.size)
    entry = verification.attach(
        connection, published, figure, "figure", "nonconformity", "5.3", "one meter is missing", "verifier.one",
        FINDER, town.clock,
    )  # fmt: skip
    town.follow()
    return str(entry.body["id"])


def judged(judges: Judges, bundled: Bundled, receipt: str) -> dict[str, Any]:
    said = judges.ask(bundled.bundle(receipt), bundled.policy)
    assert said["verdict"] == "verified", said["steps"][-1]
    return said


def notes(said: dict[str, Any]) -> list[str]:
    return [one["en"] for one in said["notes"]]


def test_what_lies_under_a_figure_at_the_head_is_printed(bundled: Bundled, judges: Judges) -> None:
    receipt, town = bundled.receipts["E_fuel"], bundled.town
    assert notes(judged(judges, bundled, receipt)) == []
    name = found(bundled, receipt)
    hold.place(town.connection, "a", "a", "case 7 of the court", JUDGE, town.clock)
    hold.place(town.connection, "b", "b", "another firm's", JUDGE, town.clock)
    town.follow()
    # Not under a signed head yet: the bundle is as known at its head.
    assert notes(judged(judges, bundled, receipt)) == []
    bundled.head()
    finding, held = notes(judged(judges, bundled, receipt))
    assert (
        finding == f"finding the figure {name}: nonconformity 5.3 one meter is missing (verifier.one) [open]"
    )
    assert held.startswith("hold hold-") and held.endswith(": case 7 of the court (p.judge) [held]")
    verification.move(town.connection, name, "answered", "it is there", "a", FIRM, town.clock)
    town.follow()
    bundled.head()
    said = judged(judges, bundled, receipt)
    assert notes(said)[0].endswith("[answered]")
    assert "1 open findings, 1 standing holds; 0 corrected values" in said["steps"][-1]["en"]
    assert any("beyond those listed" in one["en"] for one in said["not_checked"])


def test_a_step_cannot_be_left_out(bundled: Bundled, judges: Judges) -> None:
    receipt = bundled.receipts["E_fuel"]
    name = found(bundled, receipt)
    bundled.head()
    files = unpack(bundled.bundle(receipt))
    (index,) = json.loads(files["under.json"])["cases"][name]
    proofs = json.loads(files["proofs.json"])
    del proofs["inclusion"][str(index)], files[f"entries/{index}.json"]
    files["proofs.json"] = json.dumps(proofs, separators=(",", ":"), sort_keys=True).encode()
    said = judges.ask(pack(files), bundled.policy)
    assert (said["verdict"], said["steps"][-1]["step"]) == ("refused", "under")


def test_a_correction_since_is_told_with_the_frame_of_what_stood(bundled: Bundled, judges: Judges) -> None:
    entry = put_right(bundled, 5, "90")
    bundled.head()
    said = judged(judges, bundled, bundled.receipts["E_fuel"])
    assert notes(said) == [
        "corrected a/coal 1767542400,100125,value.measured.N → 1767542400,90000,value.declared"
        f" (clerk + chief, entry {entry}) misread"
    ]
    assert "1 corrected values, 1 of them since publication" in said["steps"][-1]["en"]
    assert not any("no frame shows" in one["en"] for one in said["not_checked"])


def test_a_figure_that_rests_on_corrections_and_a_statement_said_again(
    bundled: Bundled, judges: Judges
) -> None:
    town = bundled.town
    put_right(bundled, 5, "80")
    put_right(bundled, 5, "90")
    for value in ("23.7", "24.1"):
        town.enter(local_factor("a.coal", "ncv", "2026-01", Decimal(value), "GJ/t", issuer="lab",
                                source=Source("R-1", Status.OFFICIAL), org="a"))  # fmt: skip
    bundled.seal("a", "2026-01")
    receipt = bundled.publish("a", "E_fuel", reason="corrected")
    bundled.head()
    said = judged(judges, bundled, receipt)
    first, second, third = notes(said)
    assert "100125,value.measured.N → 1767542400,80000" in first and "80000,value.declared → " in second
    assert third.startswith("corrected factor.ncv a.coal 2026-01: 23.7 → 24.1 (system, entry ")
    assert "3 corrected values, 0 of them since publication" in said["steps"][-1]["en"]


def test_a_sum_says_where_its_corrections_are(bundled: Bundled, judges: Judges) -> None:
    put_right(bundled, 5, "90")
    receipt = bundled.publish("zj.unit.dantu", "E_fuel", relation="reports_for")
    bundled.head()
    assert notes(judged(judges, bundled, receipt)) == []
    absent = json.loads(unpack(bundled.bundle(receipt))["absent.json"])
    (why,) = [one["why"]["en"] for one in absent if one["what"] == "corrections"]
    assert why.startswith("a sum has no readings of its own")
