"""Days are a way of asking; the answer is a size of the log."""

from datetime import date

from tansuo.evidence.moment import recorded_at, size_on


def test_the_size_at_the_end_of_a_civil_day(written) -> None:
    """
    0  08:00  genesis
    1  15:59  kettle  says 3
    2  16:00  kettle  says 4, replacing 1 because in Shanghai it is tomorrow
    """
    connection = written.connection
    assert size_on(connection, date(2025, 12, 31), "Asia/Shanghai") == 0
    assert size_on(connection, date(2026, 1, 1), "Asia/Shanghai") == 2
    assert size_on(connection, date(2026, 1, 2), "Asia/Shanghai") == 3
    assert size_on(connection, date(2026, 1, 1), "UTC") == 3


def test_when_the_last_of_so_many_entries_was_recorded(written) -> None:
    """
    0  08:00  genesis
    1  16:00  kettle  says 3
    """
    assert str(recorded_at(written.connection, 2, "Asia/Shanghai")) == "2026-01-02 00:00:00+08:00"
    assert recorded_at(written.connection, 0, "Asia/Shanghai") is None
    assert recorded_at(written.connection, 3, "Asia/Shanghai") is None
