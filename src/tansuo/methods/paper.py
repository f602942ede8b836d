"""What a standard asks for beside its formulas: boundary, evidence, plan fields, rules in words.

Shown with the method and kept in its wording document; no figure depends on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

PARTS = ("boundary", "evidence", "plan", "rules")


@dataclass(frozen=True, slots=True)
class Remark:
    """One statement of the standard: about a term (or "" for the whole), where it stands, and how sure we are."""

    about: str
    zh: str
    en: str
    clause: str
    status: str

    def as_json(self) -> dict[str, str]:
        """Plain JSON data without what is empty."""
        named = {
            "about": self.about,
            "zh": self.zh,
            "en": self.en,
            "clause": self.clause,
            "status": self.status,
        }
        return {name: value for name, value in named.items() if value}


@dataclass
class Paper:
    """The remarks of a method, by part: 核算边界, 证据清单, 数据质量控制方案, 规则."""

    parts: dict[str, list[Remark]] = field(default_factory=lambda: {name: [] for name in PARTS})

    def say(self, part: str, about: str, zh: str, en: str, clause: str, status: str) -> None:
        """Add a remark to one of ``PARTS``."""
        self.parts[part].append(Remark(about, zh, en, clause, status))

    def drop(self, about: str) -> None:
        """Leave out what was said about a term."""
        for name, remarks in self.parts.items():
            self.parts[name] = [one for one in remarks if one.about != about]

    def as_json(self) -> dict[str, list[dict[str, str]]]:
        """The parts that say anything, as JSON data."""
        return {name: [one.as_json() for one in remarks] for name, remarks in self.parts.items() if remarks}

    @classmethod
    def read(cls, data: Mapping[str, list[Mapping[str, str]]]) -> "Paper":
        """The paper that ``as_json`` wrote."""
        paper = cls()
        for name in PARTS:
            for one in data.get(name, ()):
                paper.say(
                    name,
                    one.get("about", ""),
                    one["zh"],
                    one["en"],
                    one.get("clause", ""),
                    one.get("status", ""),
                )
        return paper
