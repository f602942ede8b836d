"""Projections follow the log, in order, once, and can be made again."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, select, text

from tansuo.evidence import ledger
from tansuo.evidence.as_of import visible
from tansuo.evidence.clock import SimulatedClock
from tansuo.evidence.entry import Draft, Entry
from tansuo.evidence.projection import Projection, applied, catch_up
from tansuo.evidence.rebuild import (
    check_projections,
    compare_with_shadow,
    drop_shadow,
    rebuild_into_shadow,
)
from tansuo.quantity.finding import FindingError


def values(connection: Connection, table: Table, size: int | None) -> dict[str, str]:
    rows = connection.execute(select(table.c.subject, table.c.value).where(visible(table, size)))
    return {subject: value for subject, value in rows}  # noqa: C416 - a Row is no pair


def test_as_first_published_and_as_now_known(written, sayings, saying_table) -> None:
    """
    0  10:00  genesis
    1  10:01  kettle  says 3
    2  10:02  lamp    says 60
    3  10:03  kettle  says 4, replacing 1 because misread
    """
    catch_up(written.connection, sayings)
    assert values(written.connection, saying_table, 3) == {"kettle": "3", "lamp": "60"}
    assert values(written.connection, saying_table, 4) == {"kettle": "4", "lamp": "60"}
    assert values(written.connection, saying_table, None) == {"kettle": "4", "lamp": "60"}
    assert values(written.connection, saying_table, 1) == {}


def test_each_entry_is_applied_once_however_often_we_catch_up(written, sayings, saying_table) -> None:
    """
    0  10:00  genesis
    1  10:01  kettle  says 3
    """
    assert catch_up(written.connection, sayings) == 2
    assert catch_up(written.connection, sayings) == 2
    written.line("2  10:02  lamp says 60")
    assert catch_up(written.connection, sayings, stop=2) == 2
    assert values(written.connection, saying_table, None) == {"kettle": "3"}
    assert catch_up(written.connection, sayings) == 3
    assert values(written.connection, saying_table, None) == {"kettle": "3", "lamp": "60"}
    assert applied(written.connection, sayings) == {"sayings": 3, "echo": 3}


def test_a_projection_never_sees_tables_that_know_a_later_entry(written, sayings, echo_table) -> None:
    """
    0  10:00  genesis
    1  10:01  kettle  says 3
    """
    ask = Draft("ask", "kettle", {})
    ledger.append(written.connection, [ask], written.clock)
    written.line("3  10:03  lamp says 60")
    ledger.append(written.connection, [ask], written.clock)
    catch_up(written.connection, sayings)
    rows = written.connection.execute(select(echo_table.c.entry, echo_table.c.heard))
    assert [(entry, heard) for entry, heard in rows] == [(2, 1), (4, 2)]


def test_a_newcomer_is_brought_up_from_the_beginning(written, sayings, echo_table) -> None:
    """
    0  10:00  genesis
    1  10:01  kettle  says 3
    """
    ledger.append(written.connection, [Draft("ask", "kettle", {})], written.clock)
    catch_up(written.connection, sayings[:1])
    catch_up(written.connection, sayings)
    assert applied(written.connection, sayings) == {"sayings": 3, "echo": 3}
    assert written.connection.scalar(select(echo_table.c.heard)) == 1


def test_beyond_the_log_there_is_no_state(written, sayings) -> None:
    """
    0  10:00  genesis
    """
    with pytest.raises(FindingError, match="log has 1 entries"):
        catch_up(written.connection, sayings, stop=2)
    with pytest.raises(FindingError, match="log has 1 entries"):
        rebuild_into_shadow(written.connection, sayings, stop=2)


def test_progress_ends_at_the_whole(written, sayings) -> None:
    """
    0  10:00  genesis
    1  10:01  kettle  says 3
    2  10:02  kettle  says 4, replacing 1 because misread
    """
    seen: list[tuple[int, int]] = []
    catch_up(written.connection, sayings, batch=1, progress=lambda done, whole: seen.append((done, whole)))
    assert seen == [(2, 3), (3, 3), (3, 3)]


def test_a_rebuild_stands_beside_the_live_tables(written, sayings, saying_table) -> None:
    """
    0  10:00  genesis
    1  10:01  kettle  says 3
    2  10:02  kettle  says 4, replacing 1 because misread
    """
    catch_up(written.connection, sayings)
    rebuild_into_shadow(written.connection, sayings, stop=2)
    assert values(written.connection, saying_table, None) == {"kettle": "3"}
    assert applied(written.connection, sayings) == {"sayings": 2, "echo": 2}
    drop_shadow(written.connection, sayings)
    assert values(written.connection, saying_table, None) == {"kettle": "4"}
    assert applied(written.connection, sayings) == {"sayings": 3, "echo": 3}


def test_an_untouched_projection_equals_its_rebuild(written, sayings) -> None:
    """
    0  10:00  genesis
    1  10:01  kettle  says 3
    2  10:02  kettle  says 4, replacing 1 because misread
    """
    catch_up(written.connection, sayings)
    written.line("3  10:03  lamp says 60")  # not applied yet: the rebuild goes as far as the live table
    assert check_projections(written.connection, sayings) == []


@pytest.mark.parametrize(
    ("tampering", "only_live", "only_rebuilt"),
    [
        ("UPDATE saying SET value = '5' WHERE entry = 2", 1, 1),
        ("UPDATE saying SET superseded_at = NULL WHERE entry = 1", 1, 1),
        ("DELETE FROM saying WHERE entry = 1", 0, 1),
        ("INSERT INTO saying VALUES ('kettle', 9, 9, '9')", 1, 0),
        ("DELETE FROM saying", 0, 2),
    ],
)
def test_a_row_nobody_stated_is_found(written, sayings, tampering, only_live, only_rebuilt) -> None:
    """
    0  10:00  genesis
    1  10:01  kettle  says 3
    2  10:02  kettle  says 4, replacing 1 because misread
    """
    catch_up(written.connection, sayings)
    written.connection.execute(text(tampering))
    rebuild_into_shadow(written.connection, sayings)
    [finding] = compare_with_shadow(written.connection, sayings)
    assert finding.code == "evidence.projection_differs"
    assert finding.where == {"table": "saying"}
    assert (finding.params["only_live"], finding.params["only_rebuilt"]) == (only_live, only_rebuilt)
    assert "kettle" in str(finding.params["example"])


class Recorder:
    """A projection that only remembers what it was given."""

    def __init__(self, name: str, types: set[str], order: list[tuple[str, int]]) -> None:
        self.name, self.order = name, order
        self.projection = Projection(name, (), frozenset(types), self.apply)

    def apply(self, _connection: Connection, entries: Sequence[Entry]) -> None:
        self.order.extend((self.name, one.index) for one in entries)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from("abc"), min_size=1, max_size=30), batch=st.integers(1, 9))
def test_where_batches_are_cut_changes_nothing(connection: Connection, kinds: list[str], batch: int) -> None:
    with connection.begin_nested() as attempt:
        clock = SimulatedClock(0)
        start = ledger.open_ledger(connection, "321100", "Asia/Shanghai", demo=True, clock=clock).index + 1
        ledger.append(connection, [Draft(kind, "x", {}) for kind in kinds], clock)
        order: list[tuple[str, int]] = []
        followers = [Recorder("first", {"a", "b"}, order), Recorder("second", {"b", "c"}, order)]
        catch_up(connection, [one.projection for one in followers], batch=batch)
        attempt.rollback()
    for one in followers:
        wanted = [start + at for at, kind in enumerate(kinds) if kind in one.projection.entry_types]
        assert [index for name, index in order if name == one.name] == wanted
    # The first has applied everything below an entry before the second meets it, and nothing above an entry
    # that is the second's alone.
    for at, (name, index) in enumerate(order):
        if name == "second":
            known = {i for n, i in order[:at] if n == "first"}
            below = {i for n, i in order if n == "first" and i < index}
            assert known == below if kinds[index - start] == "c" else known >= below
