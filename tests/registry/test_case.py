"""Cases: steps follow one another, and a decision freezes a log size."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Connection

from tansuo.evidence.entry import Actor, Entry
from tansuo.evidence.ledger import history, size
from tansuo.quantity.finding import FindingError
from tansuo.registry.case import decide, find, follow, get, newest_step, newest_steps, step, steps
from tansuo.registry.statement import Stage

Enter = Callable[..., list[Entry]]
HEAD = ("case.1", "figure_approval", "zj.city", "三月审定", "Approval for March")


def test_a_case_moves_on_and_a_decision_freezes_the_log(connection: Connection, enter: Enter) -> None:
    enter(step(*HEAD, step="opened", role="bureau", deadline=date(2026, 4, 10)))
    opened = size(connection)
    enter(step(*HEAD, step="reviewed", role="office", deadline=date(2026, 4, 20)))
    enter(
        decide(
            *HEAD,
            outcome="approved",
            authority="生态环境局",
            size=opened,
            audience="public",
            stage=Stage.APPROVED,
            covers={"period": "2026-03"},
        )
    )
    decided = get(connection, "case.1")
    assert decided is not None
    assert (decided.step, decided.outcome, decided.frozen_size) == ("decided", "approved", opened)
    assert (decided.audience, decided.role, decided.body["stage"]) == ("public", "生态环境局", "approved")
    before = get(connection, "case.1", as_of=opened)
    assert before is not None and (before.step, before.outcome) == ("opened", None)
    assert [one.type for one in history(connection, "case/case.1")] == ["case", "case", "decision"]


def test_cases_due_are_found_in_the_order_of_their_deadlines(connection: Connection, enter: Enter) -> None:
    for name, day in (("late", date(2026, 3, 9)), ("soon", date(2026, 3, 1)), ("never", None)):
        enter(step(name, "task", "zj.city", "任务", "Task", step="opened", role="office", deadline=day))
    assert [one.id for one in find(connection, kind="task")] == ["soon", "late", "never"]
    assert [one.id for one in find(connection, due_before=date(2026, 3, 5))] == ["soon"]
    assert find(connection, subject="elsewhere") == []


def test_a_decision_gives_no_stage_but_approved_or_published() -> None:
    for stage in (Stage.FLASH, Stage.PRELIMINARY, Stage.CALCULATED):
        with pytest.raises(FindingError, match="cannot give figures"):
            decide(*HEAD, outcome="x", authority="y", size=5, audience="public", stage=stage)
    with pytest.raises(FindingError, match="cannot freeze"):
        decide(*HEAD, outcome="x", authority="y", size=0, audience="public")


def test_a_following_step_is_about_the_same_and_changes_only_what_it_says(
    connection: Connection, enter: Enter
) -> None:
    notes = {"claim": "coal", "said": "coal"}
    day = date(2026, 4, 10)
    enter(
        step(
            "q-1", "question", "zj.city", "问", "Asked", step="open", role="owner", deadline=day, notes=notes
        )
    )
    opened = newest_step(connection, "q-1", "question")
    assert opened is not None
    enter(follow(opened, step="answered", role="asker", notes={"said": "as metered"}, by=Actor("a", "owner")))
    found = get(connection, "q-1")
    assert found is not None
    assert (found.step, found.role, found.deadline, found.title_zh) == ("answered", "asker", None, "问")
    assert found.body["notes"] == {"claim": "coal", "said": "as metered"}
    assert [one.body["step"] for one in steps(connection, "q-1")] == ["open", "answered"]
    assert [one.body["step"] for one in steps(connection, "q-1", opened.index + 1)] == ["open"]


def test_the_newest_steps_are_those_of_one_kind_and_organisation(
    connection: Connection, enter: Enter
) -> None:
    for name, kind, org in (
        ("q-1", "question", "a"),
        ("q-2", "question", "b"),
        ("q_3", "task", "a"),
        ("q-4", "task", "a"),
    ):
        enter(step(name, kind, "zj.city", "问", "Asked", step="open", role="", org=org))
    enter(step("q-1", "question", "zj.city", "问", "Asked", step="closed", role="", org="a"))
    found = newest_steps(connection, "question", "q-", "a")
    assert [(one.subject, one.body["step"]) for one in found] == [("case/q-1", "closed")]
    assert (
        newest_step(connection, "q-4", "question") is None and newest_step(connection, "q-9", "task") is None
    )
