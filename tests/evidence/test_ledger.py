"""Appending and reading: contiguous, insert only, one order for everybody."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import ProgrammingError

from tansuo.database.connect import SYSTEM, Access, transaction
from tansuo.evidence import ledger
from tansuo.evidence.check import check
from tansuo.evidence.clock import SimulatedClock, SystemClock
from tansuo.evidence.entry import Draft
from tansuo.evidence.proof import make_inclusion, verify_inclusion
from tansuo.evidence.tables import entry, leaf, tree_node
from tansuo.evidence.tree import root
from tansuo.quantity.finding import FindingError


def test_a_ledger_begins_with_its_genesis(written) -> None:
    """
    0  08:00  genesis
    """
    [first] = written.entries()
    assert (first.index, first.type, first.subject, first.region) == (0, "genesis", "ledger/321100", "321100")
    stated = dict(first.body)
    origin = stated.pop("origin")
    assert stated == {
        "format": 1, "suite": "intl", "city": "321100", "zone": "Asia/Shanghai", "demo": True,
    }  # fmt: skip
    assert str(origin).startswith("tansuo-demo/321100/")
    assert ledger.origin(written.connection) == origin
    assert ledger.size(written.connection) == 1


def test_opening_again_finds_the_same_ledger_or_refuses(written) -> None:
    """
    0  08:00  genesis
    """
    connection, clock = written.connection, written.clock
    again = ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
    assert [again] == written.entries()
    for city, zone, demo, named in (
        ("320100", "Asia/Shanghai", True, "city"),
        ("321100", "UTC", True, "zone"),
    ):
        with pytest.raises(FindingError, match=f"its {named} is"):
            ledger.open_ledger(connection, city, zone, demo=demo, clock=clock)
    with pytest.raises(FindingError, match="cannot become a real one"):
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=False, clock=clock)


def test_a_ledger_of_record_is_named_apart_from_a_demonstration(connection: Connection) -> None:
    ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=False)
    assert ledger.origin(connection).startswith("tansuo/321100/")


def test_two_ledgers_of_one_city_never_share_a_name(connection: Connection) -> None:
    names = set()
    for _ in range(3):
        with connection.begin_nested() as attempt:
            ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True)
            names.add(ledger.origin(connection))
            attempt.rollback()
    assert len(names) == 3


def test_only_known_suites_are_opened(connection: Connection) -> None:
    with pytest.raises(FindingError, match="Unknown suite gm"):
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", "gm", demo=True)


def test_nothing_is_written_before_the_genesis(connection: Connection) -> None:
    with pytest.raises(FindingError, match="no genesis"):
        ledger.append(connection, [Draft("say", "kettle", {})], SystemClock())
    with pytest.raises(FindingError, match="no genesis"):
        ledger.origin(connection)
    assert ledger.size(connection) == 0
    assert ledger.append(connection, [], SystemClock()) == []


def test_there_is_one_genesis(written) -> None:
    """
    0  08:00  genesis
    """
    with pytest.raises(FindingError, match="only one genesis"):
        ledger.append(written.connection, [Draft("genesis", "x", {})], written.clock)


def test_time_never_runs_back_whatever_the_clock_does(written) -> None:
    """
    0  08:00  genesis
    1  10:00  kettle  says 3
    2  09:00  kettle  says 4, replacing 1 because the clock was set back
    3  10:30  kettle  says 5, replacing 2 because it went on
    """
    times = [one.recorded_ms for one in written.entries()]
    assert [at - times[0] for at in times] == [0, 7_200_000, 7_200_000, 9_000_000]


def test_what_was_appended_is_read_back_page_by_page(written) -> None:
    """
    0  08:00  genesis
    """
    drafts = [Draft("say" if at % 3 else "ask", f"s/{at}", {"value": str(at)}) for at in range(2500)]
    made = ledger.append(written.connection, drafts, written.clock)
    assert [one.index for one in made] == list(range(1, 2501))
    assert written.entries()[1:] == made
    assert list(ledger.read(written.connection, 700, 1800)) == made[699:1799]
    asked = [one for one in made if one.type == "ask"]
    assert list(ledger.read(written.connection, 0, 9999, {"ask"})) == asked
    assert list(ledger.read(written.connection, 5, 5)) == []
    assert list(ledger.read(written.connection, 0, 9, set())) == []
    assert ledger.get(written.connection, 1234) == made[1233]
    assert ledger.get(written.connection, 2501) is None
    assert ledger.get_many(written.connection, [2501, 1234, 700]) == {700: made[699], 1234: made[1233]}
    assert ledger.get_many(written.connection, []) == {}


def test_the_tree_over_it_proves_every_entry(written) -> None:
    """
    0  08:00  genesis
    """
    for count in (1, 254, 1, 300, 2, 700):
        ledger.append(written.connection, [Draft("say", "kettle", {})] * count, written.clock)
    entries = written.entries()
    head = root([one.leaf_hash for one in entries])
    assert ledger.root_at(written.connection, len(entries)) == head
    read = ledger.stored_nodes(written.connection)
    for one in entries[::37]:
        path = make_inclusion(read, one.index, len(entries))
        verify_inclusion(one.leaf_hash, one.index, len(entries), path, head)
    nodes = written.connection.execute(select(tree_node.c.level, tree_node.c.index)).all()
    assert [tuple(node) for node in nodes] == [(1, at) for at in range(4)]


def test_a_replacement_names_an_entry_in_force_of_the_same_subject(written) -> None:
    """
    0  08:00  genesis
    1  08:01  kettle  says 3
    2  08:02  lamp    says 60
    3  08:03  kettle  says 4, replacing 1 because misread
    """
    for old, code in ((9, "unknown"), (4, "unknown"), (2, "subject"), (1, "twice")):
        with pytest.raises(FindingError) as refused:
            written.line(f"4  08:04  kettle  says 5, replacing {old} because misread")
        assert refused.value.findings[0].code == f"evidence.supersede_{code}"
    written.line("4  08:04  kettle  says 5, replacing 3 because misread again")
    assert [one.body["value"] for one in ledger.history(written.connection, "kettle")] == ["3", "4", "5"]


def test_replacements_within_one_batch_obey_the_same_rules(written) -> None:
    """
    0  08:00  genesis
    """

    def newer(old: int) -> Draft:
        return Draft("say", "kettle", {}, supersedes=old, why={"text": "misread"})

    first = Draft("say", "kettle", {})
    with pytest.raises(FindingError, match="replaced already"):
        ledger.append(written.connection, [first, newer(1), newer(1)], written.clock)
    with pytest.raises(FindingError, match="not there"):
        ledger.append(written.connection, [newer(2), first], written.clock)
    assert [one.index for one in ledger.append(written.connection, [first, newer(1)], written.clock)] == [
        1,
        2,
    ]


def test_a_refused_draft_leaves_nothing_behind(written) -> None:
    """
    0  08:00  genesis
    """
    drafts = [Draft("say", "kettle", {}), Draft("say", "kettle", {"value": 0.5})]
    with pytest.raises(FindingError, match="float"):
        ledger.append(written.connection, drafts, written.clock)
    assert ledger.size(written.connection) == 1


def test_a_receipt_id_names_one_entry_and_notices_a_slip(written) -> None:
    """
    0  08:00  genesis
    1  08:01  kettle  says 3
    """
    one = written.entries()[1]
    receipt = ledger.receipt_id(one)
    assert receipt == f"R1-{one.leaf_hash.hex()[:8]}"
    assert ledger.find_receipt(written.connection, receipt) == one
    slipped = receipt[:-1] + ("0" if receipt[-1] != "0" else "1")
    wrong = (
        slipped,
        receipt.replace("R1", "R0"),
        receipt.replace("R1", "R7"),
        receipt.lower(),
        receipt + " ",
        "R1",
        "",
    )
    for text_ in wrong:
        assert ledger.find_receipt(written.connection, text_) is None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.integers(1, 300), min_size=1, max_size=5))
def test_any_batches_make_a_sound_ledger(connection: Connection, batches: list[int]) -> None:
    with connection.begin_nested() as attempt:
        clock = SimulatedClock(0)
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
        for count in batches:
            ledger.append(connection, [Draft("say", "kettle", {"n": count})] * count, clock)
        report = check(connection)
        assert report.sound, report.findings
        assert report.size == 1 + sum(batches)
        assert report.root == ledger.root_at(connection, report.size)
        attempt.rollback()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.integers(1, 40), after=st.integers(1, 40), data=st.data())
def test_as_of_never_changes_when_entries_are_added(connection, before, after, data) -> None:
    with connection.begin_nested() as attempt:
        clock = SimulatedClock(data.draw(st.integers(0, 10**12)))
        ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock)
        ledger.append(connection, [Draft("say", "kettle", {})] * before, clock)
        point = data.draw(st.integers(1, before + 1))
        then = list(ledger.read(connection, 0, point)), ledger.root_at(connection, point)
        clock.set(data.draw(st.integers(0, 10**12)))
        ledger.append(connection, [Draft("ask", "kettle", {})] * after, clock)
        assert (list(ledger.read(connection, 0, point)), ledger.root_at(connection, point)) == then
        attempt.rollback()


@pytest.mark.parametrize("table", ["entry", "leaf", "tree_node", "checkpoint", "blob"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_role_may_add_and_read_and_nothing_else(kept, table: str, statement: str) -> None:
    column = "sha256" if table == "blob" else "size" if table == "checkpoint" else "index"
    forbidden = pytest.raises(ProgrammingError, match="permission denied")
    with forbidden, transaction(kept.database, SYSTEM) as connection:
        connection.execute(text(statement.format(table, column, column)))


def test_an_organisation_reads_its_own_and_the_public_entries_and_still_proves_them(kept) -> None:
    with transaction(kept.database, SYSTEM) as connection:
        drafts = [Draft("say", f"{org}/meter", {}, org=org) for org in ("org-1", "org-2", "public", "city")]
        ledger.append(connection, drafts * 100, kept.clock)
        head = ledger.root_at(connection, 401)
    with transaction(kept.database, Access("p-1", "enterprise", frozenset({"org-1"}))) as connection:
        seen = list(ledger.read(connection, 0, 401))
        assert {one.org for one in seen} == {"org-1", "public"}
        assert len(seen) == 201
        assert ledger.get(connection, 2) is None
        assert ledger.size(connection) == 401
        assert ledger.root_at(connection, 401) == head
        read = ledger.stored_nodes(connection)
        own = seen[50]
        verify_inclusion(own.leaf_hash, own.index, 401, make_inclusion(read, own.index, 401), head)


def test_an_organisation_writes_for_itself_only(kept) -> None:
    firm = Access("p-1", "enterprise", frozenset({"org-1"}))
    with transaction(kept.database, firm) as connection:
        [own] = ledger.append(connection, [Draft("say", "org-1/meter", {}, org="org-1")], kept.clock)
    assert own.index == 1
    for org in ("org-2", "public", "city"):
        refused = pytest.raises(ProgrammingError, match="row-level security")
        with refused, transaction(kept.database, firm) as connection:
            ledger.append(connection, [Draft("say", "x", {}, org=org)], kept.clock)
    assert kept.size() == 2


def test_two_appenders_never_fork_or_skip(kept) -> None:
    """Four threads append batches of their own; each batch stays together and the log has no seam."""

    def appender(name: int) -> list[list[int]]:
        runs = []
        for at in range(12):
            with transaction(kept.database, SYSTEM) as connection:
                drafts = [Draft("say", f"{name}/{at}", {})] * (1 + at * 5)
                runs.append([one.index for one in ledger.append(connection, drafts, kept.clock)])
        return runs

    with ThreadPoolExecutor(4) as pool:
        runs = [run for made in pool.map(appender, range(4)) for run in made]
    assert sorted(index for run in runs for index in run) == list(range(1, kept.size()))
    assert all(run == list(range(run[0], run[-1] + 1)) for run in runs)
    with transaction(kept.database, SYSTEM) as connection:
        assert check(connection).sound


def test_a_reader_never_sees_two_before_one(kept) -> None:
    """The first appender has its indexes and is slow to commit; the second waits, and so does its entry."""
    first_has_appended, let_first_go = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction(kept.database, SYSTEM) as connection:
            ledger.append(connection, [Draft("say", "slow", {})], kept.clock)
            first_has_appended.set()
            let_first_go.wait(30)

    def quick() -> None:
        with transaction(kept.database, SYSTEM) as connection:
            ledger.append(connection, [Draft("say", "quick", {})], kept.clock)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(slow)
        assert first_has_appended.wait(30)
        second = pool.submit(quick)
        while not waiting_for_the_append_lock(kept):
            assert not second.done(), "the second appender did not wait"
            time.sleep(0.01)
        assert kept.size() == 1
        let_first_go.set()
        first.result(30)
        second.result(30)
    with transaction(kept.database, SYSTEM) as connection:
        assert [one.subject for one in ledger.read(connection, 1, 3)] == ["slow", "quick"]


def waiting_for_the_append_lock(kept) -> bool:
    with transaction(kept.database, SYSTEM) as connection:
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return connection.scalar(waiting) == 1


def test_an_aborted_append_leaves_no_hole(kept) -> None:
    with pytest.raises(RuntimeError), transaction(kept.database, SYSTEM) as connection:
        ledger.append(connection, [Draft("say", "kettle", {})] * 300, kept.clock)
        raise RuntimeError("the power failed")
    assert [one.index for one in kept.say("3", "4")] == [1, 2]
    with transaction(kept.database, SYSTEM) as connection:
        assert check(connection).sound


def test_columns_beside_the_bytes_say_what_the_bytes_say(written) -> None:
    """
    0  08:00  genesis
    1  08:01  kettle  says 3
    2  08:02  kettle  says 4, replacing 1 because misread
    """
    one = written.entries()[2]
    row = written.connection.execute(select(entry).where(entry.c.index == 2)).one()._mapping
    assert dict(row) == {
        "index": 2, "type": "say", "org_id": "public", "region": "", "subject": "kettle",
        "recorded": one.recorded_ms, "supersedes": 1, "leaf_hash": one.leaf_hash, "data": one.data,
    }  # fmt: skip
    spine = written.connection.execute(select(leaf).where(leaf.c.index == 2)).one()
    assert tuple(spine) == (2, one.recorded_ms, one.leaf_hash)
