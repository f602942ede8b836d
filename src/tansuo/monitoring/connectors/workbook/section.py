"""A strict reader of TOML tables: every key is asked for by name and type, and what nobody asked for is said.

It collects findings instead of stopping at the first, so that a map's author sees all faults at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from tansuo.quantity.finding import Finding, Severity

Choice = TypeVar("Choice", bound=str)


class Section:
    """One table of a map. ``path`` is where it stands (``series[2].state[1]``), for messages."""

    def __init__(self, raw: Mapping[str, object], path: str, file: str, findings: list[Finding]) -> None:
        self._raw = raw
        self._asked: set[str] = set()
        self.path = path
        self.file = file
        self.findings = findings

    def has(self, key: str) -> bool:
        """Whether the key is written, whatever its value."""
        return key in self._raw

    def complain(self, name: str, key: str, severity: Severity = "error", **params: str | int) -> None:
        """Note a finding ``monitoring.workbook.<name>`` about a key of this section."""
        where: dict[str, str | int] = {"file": self.file, "key": self.place(key)}
        self.findings.append(Finding(f"monitoring.workbook.{name}", where, params, severity))

    def place(self, key: str) -> str:
        """The full name of a key of this section."""
        return f"{self.path}.{key}" if self.path else key

    def _take(self, key: str, kind: type | tuple[type, ...], wanted: str) -> object | None:
        self._asked.add(key)
        if key not in self._raw:
            return None
        value = self._raw[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.complain("map_value", key, value=_brief(value), wanted=wanted)
            return None
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text; an empty one where it is required is a finding."""
        value = self._take(key, str, "text")
        if value is None or (required and not str(value).strip()):
            if required and (key not in self._raw or value is not None):
                self.complain("map_key_missing", key)
            return default
        return str(value)

    def choice(self, key: str, choices: Mapping[str, Choice], default: Choice) -> Choice:
        """One of a few words."""
        value = self._take(key, str, " | ".join(choices))
        if value is None:
            return default
        if value not in choices:
            self.complain("map_value", key, value=_brief(value), wanted=" | ".join(choices))
            return default
        return choices[str(value)]

    def integer(self, key: str, default: int, least: int = 0) -> int:
        """A whole number of at least ``least``."""
        value = self._take(key, int, f"a whole number ≥ {least}")
        if not isinstance(value, int):
            return default
        if value < least:
            self.complain("map_value", key, value=value, wanted=f"a whole number ≥ {least}")
            return default
        return value

    def flag(self, key: str) -> bool | None:
        """true, false, or None where it is not written."""
        value = self._take(key, bool, "true | false")
        return value if isinstance(value, bool) else None

    def decimal(self, key: str) -> Decimal | None:
        """An exact number, written as a TOML number or as text; None where it is not written."""
        value = self._take(key, (int, Decimal, str), "a decimal number")
        if value is None:
            return None
        try:
            number = Decimal(value) if isinstance(value, (int, Decimal, str)) else None
        except ArithmeticError:
            number = None
        if number is None or not number.is_finite():
            self.complain("map_value", key, value=_brief(value), wanted="a decimal number")
            return None
        return number

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts and whole numbers (or a single one), as texts."""
        value = self._take(key, (list, str, int, Decimal), "a list of texts")
        if value is None:
            return ()
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(one, (str, int, Decimal)) and not isinstance(one, bool) for one in found):
            self.complain("map_value", key, value=_brief(value), wanted="a list of texts")
            return ()
        return tuple(str(one) for one in found)

    def table(self, key: str) -> Section | None:
        """A sub-table, None where it is not written."""
        value = self._take(key, dict, "a table")
        return self._sub(value, key) if isinstance(value, dict) else None

    def tables(self, key: str) -> list[Section]:
        """An array of tables; a single table counts as an array of one."""
        value = self._take(key, (list, dict), "an array of tables")
        found = value if isinstance(value, list) else [] if value is None else [value]
        sections: list[Section] = []
        for place, one in enumerate(found, start=1):
            if isinstance(one, dict):
                sections.append(self._sub(one, f"{key}[{place}]"))
            else:
                self.complain("map_value", f"{key}[{place}]", value=_brief(one), wanted="a table")
        return sections

    def words(self, key: str) -> dict[str, str]:
        """A table of texts."""
        section = self.table(key)
        return {} if section is None else {name: section.text(name) for name in section.names()}

    def names(self) -> list[str]:
        """The keys written here."""
        return list(self._raw)

    def raw(self, key: str) -> object:
        """A key as written, for those that may be of several types."""
        self._asked.add(key)
        return self._raw.get(key)

    def close(self, known: Iterable[str] = ()) -> None:
        """Say which keys nobody asked for, each with the nearest key that exists here."""
        asked = sorted({*self._asked, *known})
        for key in self._raw:
            if key not in asked:
                near = difflib.get_close_matches(key, asked, n=1)
                self.complain("map_key_unknown", key, near=near[0] if near else ", ".join(asked))

    def _sub(self, raw: Mapping[str, object], key: str) -> Section:
        return Section(raw, self.place(key), self.file, self.findings)


def _brief(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
