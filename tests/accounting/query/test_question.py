"""What may be asked, and how much of it."""

from itertools import pairwise

import pytest

from tansuo.accounting.query.question import LIMIT, pieces, question
from tansuo.quantity.finding import FindingError


@pytest.mark.parametrize(
    ("span", "grain", "first", "last", "count"),
    [
        ("2010/2025", "year", "2010", "2025", 16),
        ("2025", "month", "2025-01", "2025-12", 12),
        ("2025-01/2025-12", "quarter", "2025-Q1", "2025-Q4", 4),
        ("2025-Q2", "month", "2025-04", "2025-06", 3),
        ("2025-11/2026-02", "month", "2025-11", "2026-02", 4),
        ("2025-Q4/2026-Q1", "quarter", "2025-Q4", "2026-Q1", 2),
        ("2025-H1/2025-H2", "year", "2025", "2025", 1),
        ("2026-03", "month", "2026-03", "2026-03", 1),
    ],
)
def test_a_span_falls_into_whole_pieces(span: str, grain: str, first: str, last: str, count: int) -> None:
    found = pieces(span, grain)  # type: ignore[arg-type]
    assert (found[0].text, found[-1].text, len(found)) == (first, last, count)
    assert all(one.end == other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("span", "grain", "code"),
    [
        ("2025-02/2026-01", "year", "query_grain"),
        ("2025-01/2025-05", "quarter", "query_grain"),
        ("2025/2010", "year", "query_span"),
        ("2025-03-01/2025-04", "month", "query_span"),
        ("soon", "year", "query_span"),
        ("2025/", "year", None),
        ("/2025", "year", "query_span"),
        ("2025/2026/2027", "year", "query_span"),
        ("0001/9999", "month", "query_span"),
        ("1900/9998", "month", "too_many_cells"),
        ("9999", "year", "query_span"),
        ("", "year", "query_span"),
    ],
)
def test_a_span_that_cannot_be_meant_is_refused(span: str, grain: str, code: str | None) -> None:
    if code is None:
        assert len(pieces(span, grain)) == 1  # type: ignore[arg-type]
        return
    with pytest.raises(FindingError) as caught:
        pieces(span, grain)  # type: ignore[arg-type]
    assert caught.value.findings[0].code == f"accounting.{code}"


def test_names_stand_once_and_in_their_order() -> None:
    asked = question(["b", "a", "b"], ["x", "y", "x"], "2025", "year")
    assert (asked.indicators, asked.subjects) == (("b", "a"), ("x", "y"))


def test_a_question_that_is_too_large_names_its_size_and_the_way_out() -> None:
    subjects = [f"s{number}" for number in range(84)]
    assert len(question(["a"], subjects[:83], "2006/2025", "month").periods) == 240
    with pytest.raises(FindingError) as caught:
        question(["a"], subjects, "2006/2025", "month")
    (finding,) = caught.value.findings
    assert finding.params["cells"] == 84 * 240 > LIMIT == finding.params["limit"]
    assert "84" in str(finding) and "quarter or year" in str(finding)
