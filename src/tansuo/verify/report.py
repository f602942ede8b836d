"""What a check says: its steps in order, the statement it vouches for, and what it did not look at.

Words stand in the code in English, with ``{}`` where values go; ``words.toml`` has them in Chinese.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from tansuo.evidence.proof import ProofError
from tansuo.quantity.data_file import text_of

VERDICT = "tansuo.verdict/1"
Kinds = tuple[type[Exception], ...]
Said = tuple[str, str]
"""The same in Chinese and in English."""


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(text_of("tansuo.verify", "words.toml"))


def said(words: str, *values: object) -> Said:
    """Words with their values in both languages."""
    return _words()[words].format(*values), words.format(*values)


class Refused(Exception):
    """A bundle that does not show what it claims; ``zh`` and ``en`` say why, for somebody without our code."""

    def __init__(self, words: str, *values: object) -> None:
        self.zh, self.en = said(words, *values)
        super().__init__(self.en)


def require(holds: object, words: str, *values: object) -> None:
    """Refuse in these words what does not hold."""
    if not holds:
        raise Refused(words, *values)


@contextmanager
def otherwise(words: str, *values: object, of: Kinds = ()) -> Iterator[None]:
    """Refuse in these words, the problem after the values, where what is done within cannot be; ``of``: more kinds."""
    kinds: Kinds = (ValueError, ProofError, *of)
    try:
        yield
    except kinds as problem:
        raise Refused(words, *values, problem) from None


@dataclass
class Report:
    """The verdict in the making. ``steps``: (name, ok, zh, en); ``not_checked``: (zh, en); ``now``: the step begun.

    ``notes``: what stands beside the figure, to be read with it (zh, en)."""

    statement: dict[str, Any] | None = None
    steps: list[tuple[str, bool, str, str]] = field(default_factory=list)
    not_checked: list[Said] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    now: str = "manifest"

    @property
    def verified(self) -> bool:
        """Whether there is a statement and every step that was taken holds."""
        return self.statement is not None and all(ok for _, ok, _, _ in self.steps)

    def passed(self, words: str, *values: object) -> None:
        """The step begun holds."""
        self.steps.append((self.now, True, *said(words, *values)))

    def failed(self, zh: str, en: str) -> None:
        """The step begun does not hold."""
        self.steps.append((self.now, False, zh, en))

    def skip(self, words: str, *values: object) -> None:
        """Something that was not looked at, or could not be."""
        if said(words, *values) not in self.not_checked:
            self.not_checked.append(said(words, *values))

    def note(self, words: str, *values: object) -> None:
        """Something to be read with the figure: a finding, a hold, a corrected value."""
        self.notes.append(said(words, *values))

    def as_data(self) -> dict[str, object]:
        """The verdict as plain JSON data."""
        return {
            "form": VERDICT,
            "verdict": "verified" if self.verified else "refused",
            "statement": self.statement if self.verified else None,
            "steps": [{"step": name, "ok": ok, "zh": zh, "en": en} for name, ok, zh, en in self.steps],
            "notes": [{"zh": zh, "en": en} for zh, en in self.notes],
            "not_checked": [{"zh": zh, "en": en} for zh, en in self.not_checked],
        }

    def text(self, zh: bool) -> str:
        """The verdict for people, one step a line."""
        spoken = 0 if zh else 1
        lines = []
        for name, ok, *what in self.steps:
            title = _words()["steps"][name][spoken]
            lines.append(f"{'✓' if ok else '✗'} {title}{'：' if zh else ': '}{what[spoken]}")
        lines += [f"  * {one[spoken]}" for one in self.notes]
        lines += [said("Not checked:")[spoken]] if self.not_checked else []
        lines += [f"  · {one[spoken]}" for one in self.not_checked]
        if self.verified and self.statement:
            lines.append(_line(self.statement))
            lines += [said("SYNTHETIC: nobody measured this")[spoken]] if self.statement["synthetic"] else []
        return "\n".join([*lines, said("VERIFIED" if self.verified else "REFUSED")[spoken]])


def _line(one: dict[str, Any]) -> str:
    """What a statement says, in a line."""
    if "cell" not in one:
        recorded = datetime.fromtimestamp(one["recorded_ms"] // 1000, UTC).isoformat()
        return f"{one['receipt']} · {one['type']} {one['subject']} · {recorded}"
    number = "—" if one["value"] is None else f"{one['value']} {one['unit']}"
    cell = " / ".join(str(part) for part in one["cell"].values() if part)
    return f"{one['receipt']} · {cell} · {one['stage']} · {number}"
