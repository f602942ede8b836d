"""Findings: what is wrong, where, and what to do about it, as a code with parameters.

A finding is data; its words are in ``wording``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong or worth saying.

    ``code``: "<package>.<name>"; ``where``: file, sheet, row, column, frame, clause …; ``params``: the values
    the text names. ``severity`` "error" means the thing is refused or quarantined, "warning" that it was
    taken but someone should look, "info" that it is only said.
    """

    code: str
    where: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    params: Mapping[str, str | int] = field(default_factory=dict, hash=False)
    severity: Severity = "error"

    def __str__(self) -> str:
        """In English; code and data in a program that carries no words, as the offline verifier."""
        said = {**self.where, **self.params}
        return (
            SPOKEN[0](self) if SPOKEN else " ".join([self.code, *(f"{name}={said[name]}" for name in said)])
        )

    def as_json(self) -> dict[str, object]:
        """The finding as plain JSON data, with both renderings for readers without our texts."""
        from tansuo.quantity.wording import as_json

        return as_json(self)


SPOKEN: list[Callable[[Finding], str]] = []
"""How findings are worded in English: ``wording`` enters itself when it is loaded."""


class FindingError(Exception):
    """Raised where work cannot go on; ``findings`` says why (never empty)."""

    def __init__(self, *findings: Finding | Iterable[Finding]) -> None:
        flat: list[Finding] = []
        for item in findings:
            flat.extend([item] if isinstance(item, Finding) else item)
        self.findings: tuple[Finding, ...] = tuple(flat)
        super().__init__("\n".join(str(one) for one in flat))
