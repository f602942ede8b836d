"""T12: somebody makes today what shall have been so since last year: a factor, a method, a statement, a time."""

import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from attacked import MONTH, Platform, Root
from bundled_town import pack, unpack
from second_verifier import Judges
from tansuo.accounting.explain import explain
from tansuo.accounting.local_factor import local_factor
from tansuo.accounting.methods_store import publish_method
from tansuo.accounting.receipt import publish
from tansuo.accounting.replay import recompute, replay
from tansuo.evidence import canonical, ledger
from tansuo.evidence.ledger import receipt_id
from tansuo.evidence.tree import leaf_hash
from tansuo.methods.pack import Pack, load_pack
from tansuo.quantity.finding import FindingError
from tansuo.registry.relation import relate
from tansuo.registry.source import Source, Status
from tansuo.registry.statement import find, state_
from tansuo.registry.subject import set_attribute
from town import COAL, GENERAL, POWER, ROOT, Town

SOURCE = Source("文件", Status.EXAMPLE)


@pytest.fixture
def milder(tmp_path: Path) -> Pack:
    """The general pack with bituminous coal that burns less of its carbon, as if the table had always said so."""
    folder = tmp_path / "packs" / GENERAL
    shutil.copytree(ROOT / "packs" / GENERAL, folder)
    rows = (folder / "factors.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    changed = [
        one.replace(",of,0.99,", ",of,0.90,").replace(",of,1,", ",of,0.90,")
        if one.startswith("fuel_defaults,烟煤,of,")
        else one
        for one in rows
    ]
    assert changed != rows
    (folder / "factors.csv").write_text("".join(changed), encoding="utf-8")
    return load_pack(folder)


def test_a_factor_back_dated_today_changes_no_figure_that_was_published(
    platform: Platform, milder: Pack, judges: Judges
) -> None:
    receipt = platform.month()["E_fuel"]
    platform.head()
    platform.cosigned()
    before = platform.size
    old_bundle = platform.bundle(receipt)
    said = judges.ask(old_bundle, platform.policy)
    with platform.act() as town:
        first = town.figure("a", "E_fuel", MONTH)
        # Nobody changes a published method without saying why.
        with pytest.raises(FindingError, match="needs a reason"):
            publish_method(town.connection, milder, clock=town.clock)
    with platform.act() as town:
        entry = town.publish(milder, reason="the table had always said so")
        assert entry.index >= before  # no interface sets a place or a time in the past
        # As of then: the identical figure. Its receipt replays to the identical string.
        then = town.figure("a", "E_fuel", MONTH, as_of=before)
        assert (then.text, then.input_digest) == (first.text, first.input_digest)
        assert replay(town.connection, receipt).equal
        # As of now: another figure, and what changed is named, to the last digit.
        now = town.figure("a", "E_fuel", MONTH)
        why = explain(first, now)
        assert now.text != first.text and why.gap == sum(one.added for one in why.parts) < 0
        assert {(one.kind, one.symbol) for one in why.parts} == {("factor", "OF")}
        assert "0.99" in why.parts[0].before and "0.90" in why.parts[0].after
        # Published, it stands beside the old one, says which one it replaces, and why.
        with pytest.raises(FindingError):
            publish(town.connection, [now], clock=town.clock)
        (newer,) = publish(town.connection, [now], clock=town.clock, reason="factor changed")
        town.follow()
        old = ledger.find_receipt(town.connection, receipt)
        assert old is not None and newer.supersedes == old.index and newer.why is not None
    platform.head()
    platform.cosigned()
    # Both bundles verify, each with its own figure; the new one carries the old entry's place and the reason.
    new_bundle = platform.bundle(receipt_id(newer))
    assert judges.ask(old_bundle, platform.policy) == said
    fresh = judges.ask(new_bundle, platform.policy)
    assert (
        fresh["verdict"] == "verified"
        and fresh["statement"]["value"] == now.text != said["statement"]["value"]
    )
    stated = canonical.parse(unpack(new_bundle)[f"entries/{newer.index}.json"])
    assert isinstance(stated, dict) and stated["sup"] == old.index and "factor changed" in str(stated["why"])
    method = unpack(new_bundle)["method.json"]
    assert method != unpack(old_bundle)["method.json"] and platform.check().sound


def acts(town: Town, milder: Pack) -> dict[str, Callable[[], object]]:
    """Whatever can be entered later about the past, once each."""
    return {
        "factor": lambda: town.publish(milder, reason="the table had always said so"),
        "laboratory": lambda: town.enter(
            local_factor(
                "a.coal", "ncv", MONTH, Decimal("20.908"), "GJ/t", issuer="lab", source=SOURCE, org="a"
            )
        ),
        "correction": lambda: town.correct("a/coal", datetime(2026, 1, 8, 16, tzinfo=UTC), Decimal("55")),
        "late reading": lambda: town.days("a", POWER, MONTH, "10"),
        "contradiction": lambda: town.days("a", COAL, MONTH, "9"),
        "share": lambda: town.enter(relate("a", "reports_for", "zj.unit.dantu", "0.5", org="a")),
        "option": lambda: town.enter(set_attribute("zj.city", "option.grid", "provincial")),
        "statement": lambda: town.enter(
            state_("a", "output", MONTH, Decimal("7"), "t", issuer="a", source=SOURCE, org="a")
        ),
        "plan": lambda: town.plan("a", [town.line("a", COAL, since=datetime(2026, 1, 1).date())]),
    }


@pytest.mark.parametrize("seed", range(3))
def test_as_of_a_size_nothing_ever_changes_whatever_is_entered_later(
    connection: Connection, milder: Pack, seed: int
) -> None:
    town = Town(connection)
    town.firm("a", "dantu")
    town.days("a", COAL, MONTH, "100.125")
    town.days("a", POWER, MONTH, "10", without=[3])
    cells = [
        ("a", "E_fuel", MONTH, None), ("a", "E_power", MONTH, None), ("zj.city", "E_fuel", MONTH, "reports_for"),
    ]  # fmt: skip
    first = [town.figure(*cell) for cell in cells]
    receipts = [receipt_id(one) for one in publish(connection, first, clock=town.clock)]
    town.follow()
    size = town.size
    then = [(one.text, one.input_digest) for one in first]
    order = list(acts(town, milder).items())
    random.Random(seed).shuffle(order)
    moved = 0
    for name, act in order:
        act()
        found = [town.figure(*cell, as_of=size) for cell in cells]
        assert [(one.text, one.input_digest) for one in found] == then, name
        assert all(recompute(connection, one).equal for one in receipts), name
        now = [town.figure(*cell) for cell in cells]
        moved += [(one.text, one.input_digest) for one in now] != then
    assert moved > 3  # the present did move: the test could have failed
    assert all(replay(connection, one).equal for one in receipts)


def test_a_statement_about_last_year_has_todays_place(platform: Platform) -> None:
    with platform.act() as town:
        size = town.size
        town.clock.advance(-40 * 86_400_000)  # the operator turns the clock of the host back
        (made,) = town.enter(
            state_("zj.city", "output", "2020", Decimal("7"), "t", issuer="bureau", source=SOURCE)
        )
        before = ledger.get(town.connection, size - 1)
        assert before is not None and made.index == size and made.recorded_ms >= before.recorded_ms
        asked = {"subject": "zj.city", "indicator": "output", "period": "2020"}
        assert find(town.connection, **asked, as_of=size) == []  # type: ignore[arg-type]
        assert len(find(town.connection, **asked)) == 1  # type: ignore[arg-type]


def test_a_time_written_into_an_entry_does_not_move_its_place(platform: Platform, root: Root) -> None:
    """The operator writes the newest entry anew with a time of last year, and mends every hash of it."""
    platform.month()
    index = platform.size - 1
    with platform.reading() as connection:
        entry = ledger.get(connection, index)
        assert entry is not None
        fields = canonical.parse(entry.data)
    assert isinstance(fields, dict)
    data = canonical.encode({**fields, "rec": entry.recorded_ms - 365 * 86_400_000})
    digest = leaf_hash(data).hex()
    root.run(
        f"UPDATE entry SET data = '\\x{data.hex()}', leaf_hash = '\\x{digest}' WHERE index = {index}",
        f"UPDATE entry SET recorded = recorded - 31536000000 WHERE index = {index}",
        f"UPDATE leaf SET hash = '\\x{digest}', recorded = recorded - 31536000000 WHERE index = {index}",
    )
    assert "evidence.time_backwards" in {one.code for one in platform.check().findings}


def test_a_factor_changed_where_it_stands_is_refused_by_everybody_who_computes(
    platform: Platform, root: Root, judges: Judges
) -> None:
    """No new edition: the bytes of the published method are altered in the store."""
    receipt = platform.month()["E_fuel"]
    platform.head()
    honest = platform.bundle(receipt)
    with platform.reading() as connection:
        name = connection.scalar(
            text("SELECT sha256 FROM blob WHERE data LIKE '%fuel_defaults%' ORDER BY size DESC")
        )
    root.run(
        "UPDATE blob SET data = convert_to(replace(convert_from(data, 'UTF8'), '0.99', '0.90'), 'UTF8')"
        f" WHERE sha256 = '{name}'"
    )
    assert {"evidence.blob_hash", "accounting.method_bytes"} <= {
        one.code for one in platform.check().findings
    }
    with platform.act():
        # The live platform may still hold the method it read; replay and a new process read it again.
        with pytest.raises(FindingError) as refused:
            platform.bundled.bundle(receipt)
        assert refused.value.findings[0].code == "accounting.method_bytes"
    # The bundle with the altered method in the place of the true one.
    files = unpack(honest)
    forged = pack({**files, "method.json": files["method.json"].replace(b"0.99", b"0.90")})
    assert judges.ask(forged, f"log {platform.key}\n")["verdict"] == "refused"
    assert judges.ask(honest, f"log {platform.key}\n")["verdict"] == "verified"
