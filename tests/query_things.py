"""What tests of queries share: how a question is asked, and cells by their place."""

from collections.abc import Callable

from tansuo.accounting.query.answer import Answer
from tansuo.accounting.query.said import Said, Total

Ask = Callable[..., Answer]


def cells(found: Answer) -> dict[tuple[str, str, str], Said]:
    """By subject, period and issuer; fails where two share a place."""
    made: dict[tuple[str, str, str], Said] = {}
    for one in found.said:
        key = (one.subject, one.period, one.voice.issuer)
        assert key not in made
        made[key] = one
    return made


def sums(found: Answer, form: str = "stated") -> dict[tuple[str, str | None, str | None], Total]:
    """Totals of one form by axis, subject and period."""
    return {(one.along, one.subject, one.period): one for one in found.totals if one.voice.form == form}
