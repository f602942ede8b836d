"""What is due in the demo: roles that exist, days that make sense on any day of the year."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tansuo.api.policy import policy
from tansuo.entry.demo.deadlines import drafts
from tansuo.entry.demo.model import firms


@given(st.dates(date(2025, 1, 1), date(2032, 12, 31)))
def test_everything_that_is_due_is_still_to_come(today: date) -> None:
    bodies = [draft.body for draft in drafts(firms(), today)]
    due = {str(body["kind"]): date.fromisoformat(str(body["deadline"])) for body in bodies}
    assert set(due) == {"monthly_evidence", "self_check", "publication"}
    assert all(today <= day <= today + timedelta(days=120) for day in due.values())
    assert len({str(body["id"]) for body in bodies}) == len(bodies) == 11 + 2


def test_every_case_waits_for_a_role_of_the_platform_and_says_that_it_is_invented() -> None:
    for draft in drafts(firms(), date(2026, 5, 21)):
        assert draft.body["role"] in policy().roles
        assert draft.body["synthetic"] is True
        assert "演示" in str(draft.body["title"])


def test_the_evidence_of_a_firm_is_its_own_affair() -> None:
    cases = [
        draft for draft in drafts(firms(), date(2026, 5, 21)) if draft.body["kind"] == "monthly_evidence"
    ]
    assert all(draft.org == draft.body["subject"] for draft in cases)
    assert {draft.body["deadline"] for draft in cases} == {"2026-06-09"}
