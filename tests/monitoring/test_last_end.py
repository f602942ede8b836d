"""When an organisation was last heard: what the youngest readings of all its series say, at every size."""

from datetime import UTC, date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tansuo.monitoring import plan, segment_file
from tansuo.monitoring.last_end import last_ends
from tansuo.monitoring.lookup import checks
from tansuo.monitoring.plan import MONTHLY
from tansuo.monitoring.series import check, curve, curves, latest
from tansuo.quantity.period import Period

DAYS = [date(2026, 3, day) for day in (1, 2, 3, 31)]
STEPS = (
    st.tuples(
        st.sampled_from(["a.hour", "a.day", "a.month", "b.hour"]), st.integers(0, 3), st.integers(0, 23)
    ),
    st.tuples(st.just("close"), st.integers(0, 3), st.just(0)),
)


def three_firms(river, line) -> None:
    """Two firms with meters of different pace, and a third that says nothing."""
    river.plan(line("a.hour"), line("a.day", step_s=86_400), line("a.month", step_s=MONTHLY))
    river.plan(line("b.hour", org="firm.b"))
    river.plan(line("c.hour", org="firm.c"))


def by_latest(river, size: int | None) -> dict[str, datetime]:
    """The same from the readings themselves."""
    lines = {one.series: one for one in plan.lines(river.connection, size)}
    found: dict[str, datetime] = {}
    for name, one in latest(river.connection, list(lines), size).items():
        org = lines[name].org
        found[org] = max(one.end, found.get(org, one.end))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(*STEPS), min_size=1, max_size=12))
def test_it_is_what_the_youngest_readings_say_at_every_size(rivers, line, say, steps) -> None:
    with rivers() as river:
        three_firms(river, line)
        for n, (what, day, hour) in enumerate(steps):
            if what == "close":
                river.close(DAYS[day])
                continue
            at = {"a.day": 0, "a.month": 0}.get(what, hour)
            when = datetime.combine(date(2026, 3, 1) if what == "a.month" else DAYS[day], datetime.min.time())
            river.arrive(say(what, when.replace(hour=at), str(n + 1)))
        for size in (*range(3, river.size + 1), None):
            lines = plan.lines(river.connection, size)
            assert last_ends(river.connection, lines, size) == by_latest(river, size), size


def test_a_day_closed_is_opened_only_where_it_may_end_later(river, line, monkeypatch) -> None:
    three_firms(river, line)
    river.hours(DAYS[0], [(0, "1")], "a.hour")
    river.hours(DAYS[0], [(5, "1")], "b.hour")
    river.close(DAYS[1])
    river.hours(DAYS[1], [(3, "2")], "a.hour")
    opened = []
    monkeypatch.setattr(
        "tansuo.monitoring.last_end.read",
        lambda places: opened.extend(places) or segment_file.read(places),
    )
    found = last_ends(river.connection, plan.lines(river.connection))
    assert found == {
        "firm.a": datetime(2026, 3, 1, 20, tzinfo=UTC),
        "firm.b": datetime(2026, 2, 28, 22, tzinfo=UTC),
    }
    assert len(opened) == 1, "firm.a's open day is younger than its closed one"
    assert last_ends(river.connection, []) == {}


def test_many_series_at_once_say_what_each_says_alone(river, line) -> None:
    lines = [line("a.hour", upper="5"), line("a.day", step_s=86_400), line("b.hour", lower="2")]
    river.plan(*lines)
    for day in DAYS[:2]:
        river.hours(day, [(0, "1"), (1, "7")], "a.hour")
        river.hours(day, [(0, "24")], "a.day")
        river.hours(day, [(4, "1"), (9, None)], "b.hour")
    river.close(DAYS[1])
    halves = [Period.of_day(DAYS[0]), Period.of_day(DAYS[1])]
    for size in (None, 3, river.size - 1):
        together = curves(river.connection, lines, DAYS[0], DAYS[2], size)
        alone = {one.series: curve(river.connection, one.series, DAYS[0], DAYS[2], size) for one in lines}
        assert together == alone
        judged = checks(river.connection, lines, halves, size)
        assert judged == [
            finding
            for one in lines
            for half in halves
            for finding in check(river.connection, one, half, size)
        ]
    assert [finding.code for finding in judged].count("monitoring.above_upper") == 2
    assert checks(river.connection, [], halves) == []
