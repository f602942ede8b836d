"""Receipts: what is published, at which stage, by whom, for whom, and what may replace it."""

from typing import Any

import pytest

from tansuo.accounting.receipt import FORM, histories_of, history_of, of_entry, publish, published, receipts
from tansuo.accounting.working import read_working, stored
from tansuo.database.connect import Access, admit
from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import receipt_id
from tansuo.quantity.finding import FindingError
from tansuo.registry.case import decide
from tansuo.registry.statement import Stage
from town import COAL, GENERAL, POWER, Town


@pytest.fixture
def firm(town: Town) -> Town:
    """A firm with coal in January and February; electricity of January has a hole."""
    town.firm("a", "dantu")
    town.days("a", COAL, "2026-01", "100")
    town.days("a", COAL, "2026-02", "100")
    town.days("a", POWER, "2026-01", "10", without=[3])
    return town


def _publish(town: Town, *names: str, decision: Entry | None = None, reason: str = "") -> list[Entry]:
    figures = [town.figure("a", *name.split()) for name in names]
    if decision is not None:
        size = int(decision.body["size"])  # type: ignore[call-overload]
        figures = [town.figure("a", *name.split(), as_of=size) for name in names]
    entries = publish(town.connection, figures, decision, clock=town.clock, reason=reason)
    town.follow()
    return entries


def _decision(town: Town, **changes: Any) -> Entry:
    words = {
        "outcome": "approved",
        "authority": "生态环境局",
        "size": town.size,
        "audience": "public",
        "stage": Stage.APPROVED,
        "covers": {"subject": "a", "period": ["2026-01", "2026-02"]},
        **changes,
    }
    return town.enter(decide("case.1", "approval", "a", "审定", "Approval", **words))[0]


def test_a_receipt_holds_everything_that_made_the_figure(firm: Town) -> None:
    (entry,) = _publish(firm, "E_fuel 2026-01")
    body = entry.body
    assert entry.type == "figure" and entry.org == "a"
    assert body["form"] == FORM and body["value"] == "6992.71" and body["unit"] == "t CO2"
    assert body["cell"] == firm.cell("a", "E_fuel", "2026-01").as_json()
    assert body["kind"] == ["default", "measured"] and body["by_kind"] == {"measured": "6992.71"}
    assert (body["stage"], body["decision"], body["synthetic"]) == ("calculated", None, True)
    assert body["size"] == entry.index and body["evaluator"] and body["parser"]
    assert len(str(body["build"])) == len(str(body["input_digest"])) == len(str(body["fingerprint"])) == 64
    working = read_working(firm.connection, body)
    assert working["intermediates"] == {"E_s a.coal/2026-01": "6992.71", "E_fuel": "6992.71"}
    taken = {one["symbol"]: (one["id"], one["rung"], one["value"]) for one in working["factors"]}
    assert taken == {
        "NCV": ("fuel_defaults/烟煤/ncv/national@2021-01-01", "default", "23.736"),
        "CC": ("fuel_defaults/烟煤/cc/national@2021-01-01", "default", "0.02618"),
        "OF": ("fuel_defaults/烟煤/of/national@2021-01-01", "default", "0.99"),
    }
    assert working["completeness"]["complete"] and working["completeness"]["present"] == 31


def test_an_incomplete_figure_may_be_published_as_incomplete(firm: Town) -> None:
    (entry,) = _publish(firm, "E_power 2026-01")
    one = of_entry(entry)
    assert (one.value, one.body["state"], one.body["partial"]) == (None, "missing", "159.18")
    holes = read_working(firm.connection, one.body)["completeness"]
    assert holes["incomplete"] == ["2026-01"]
    assert holes["holes"] == [
        {"term": "PE", "source": "a.power", "month": "2026-01", "readings": 1, "reason": "PE"}
    ]


def test_publishing_the_same_again_gives_the_same_receipt(firm: Town) -> None:
    first = _publish(firm, "E_fuel 2026-01")
    before = firm.size
    assert _publish(firm, "E_fuel 2026-01") == first
    assert firm.size == before


def test_another_value_needs_a_reason_and_both_stay(firm: Town) -> None:
    (first,) = _publish(firm, "E_power 2026-01")
    firm.send("a", [("e01001", _day_three(), "10", "N")])
    with pytest.raises(FindingError, match="needs a reason"):
        _publish(firm, "E_power 2026-01")
    (second,) = _publish(firm, "E_power 2026-01", reason="late reading of 3 January")
    assert second.supersedes == first.index
    assert second.why == {"code": "restated", "text": "late reading of 3 January"}
    cell = firm.cell("a", "E_power", "2026-01")
    assert [(one.value, one.in_force) for one in history_of(firm.connection, cell)] == [
        (None, False),
        ("164.49", True),
    ]
    assert [one.value for one in published(firm.connection, cell=cell)] == ["164.49"]
    assert [one.value for one in published(firm.connection, cell=cell, as_of=second.index)] == [None]


def test_histories_of_many_cells_are_the_histories_of_each(firm: Town) -> None:
    _publish(firm, "E_power 2026-01", "E_fuel 2026-01")
    firm.send("a", [("e01001", _day_three(), "10", "N")])
    _publish(firm, "E_power 2026-01", reason="late reading of 3 January")
    cells = [firm.cell("a", name, "2026-01") for name in ("E_power", "E_fuel", "E_heat")]
    found = histories_of(firm.connection, cells)
    assert [len(found[one]) for one in cells] == [2, 1, 0]
    assert found == {one: history_of(firm.connection, one) for one in cells}


def test_only_a_decision_raises_stage_and_audience(firm: Town) -> None:
    cell = firm.cell("a", "E_fuel", "2026-01")
    (calculated,) = _publish(firm, "E_fuel 2026-01")
    (approved,) = _publish(firm, "E_fuel 2026-01", decision=_decision(firm))
    assert (approved.body["stage"], approved.org) == ("approved", "public")
    assert (calculated.body["stage"], calculated.org) == ("calculated", "a")
    both = published(firm.connection, cell=cell)
    assert [one.stage for one in both] == [Stage.CALCULATED, Stage.APPROVED]
    best = receipts(firm.connection, [cell, firm.cell("a", "E_fuel", "2026-02")])
    assert {one: found.receipt for one, found in best.items()} == {cell: receipt_id(approved)}
    admit(firm.connection, Access("somebody", "public", frozenset()))
    assert [one.stage for one in published(firm.connection, cell=cell)] == [Stage.APPROVED]


def test_a_decision_covers_its_cells_at_its_size_and_nothing_else(firm: Town) -> None:
    decision = _decision(firm)
    firm.days("a", COAL, "2026-03", "100")
    with pytest.raises(FindingError, match=r"does not cover .*: covers"):
        _publish(firm, "E_fuel 2026-Q1", decision=decision)
    late = firm.figure("a", "E_fuel", "2026-02")
    with pytest.raises(FindingError, match=f"does not cover .*: size {decision.body['size']}, not"):
        publish(firm.connection, [late], decision, clock=firm.clock)
    with pytest.raises(FindingError, match="cannot be approved"):
        _publish(firm, "E_power 2026-01", decision=decision)
    with pytest.raises(FindingError, match=r"does not cover .*: stage"):
        _publish(firm, "E_fuel 2026-01", decision=_decision(firm, stage=None))
    with pytest.raises(FindingError, match=r"does not cover .*: covers"):
        _publish(firm, "E_fuel 2026-01", decision=_decision(firm, covers={}))


def test_a_roll_up_names_its_children_and_belongs_to_the_city(firm: Town) -> None:
    rolled = firm.figure("zj.city", "E_fuel", "2026-01", "reports_for")
    (entry,) = publish(firm.connection, [rolled], clock=firm.clock)
    assert entry.org == "city"
    children = read_working(firm.connection, entry.body)["children"]
    (filled,) = [one for one in children if one["contribution"] is not None]
    assert (filled["subject"], filled["contribution"]) == ("zj.unit.dantu", "6992.71")
    (below,) = filled["figures"]
    assert below["cell"]["relation"] == "reports_for" and below["share"] == "1"


def test_a_long_working_is_a_blob_named_by_its_hash(firm: Town) -> None:
    short = {"factors": ["x"]}
    assert stored(firm.connection, short, "a") == short
    long = {"factors": ["x" * 1000 for _ in range(100)]}
    kept = stored(firm.connection, long, "a")
    assert set(kept) == {"blob", "bytes"} and kept["bytes"] > 100_000
    assert read_working(firm.connection, {"working": kept}) == long
    with pytest.raises(FindingError, match="missing or altered"):
        read_working(firm.connection, {"working": {**kept, "blob": "0" * 64}})


def test_the_method_that_computed_is_named(firm: Town) -> None:
    (entry,) = _publish(firm, "E_fuel 2026-01")
    method: Any = entry.body["method"]
    assert method["id"] == GENERAL and method["entry"] < entry.index


def _day_three() -> Any:
    from datetime import datetime

    return datetime(2026, 1, 3)
