"""The mapping of a foreign factor library: which columns of its file become which cells of factors.csv.

A TOML file (``maps/factors_*.toml``; docs/reference/factor-maps.md). Every cell of a row is a template in which a
column stands in braces. Nothing is guessed: what a mapping does not say stays empty, and a text that it does not
know is a finding.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tansuo.methods.tables import COLUMNS
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period

_NAMED = re.compile(r"\{([^{}]+)\}")
_CELLS = (*(name for name in COLUMNS if name not in ("value",)), "valid_until")
_KEYS = {
    *("map", "title_zh", "title_en", "encoding", "delimiter", "decimal", "value", "split", "negative"),
    *("source", "row", "texts", "skip", "archived", "gases", "dates", "edition"),
}
#: Parts of a key that are empty are left out between these.
JOIN = " > "


@dataclass(frozen=True)
class FactorMap:
    """A mapping as read. ``row``: the template of each cell; ``texts``: by column, their text → ours.

    ``split``: an expression with groups ``value`` and ``unit`` where both stand in one cell. ``gases``: columns
    that must add up to the value within ``tolerance``. ``editions``: what is known of each edition of a library
    whose file does not say it.
    """

    id: str
    source: str
    citation: Mapping[str, str]
    row: Mapping[str, str]
    value: str
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    decimal: str = "."
    split: str = ""
    negative: str = "refuse"
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    archived: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gases: tuple[str, ...] = ()
    tolerance: Decimal = Decimal(0)
    months: Mapping[str, int] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    editions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def columns(self, known: Mapping[str, str]) -> set[str]:
        """The columns the file must have, given what is ``known`` of the edition."""
        named = {name for template in self.row.values() for name in _NAMED.findall(template)}
        wanted = {*named, fill(self.value, known), *self.gases, *self.skip, *self.archived}
        return {name for name in wanted if name not in known and name not in ("line", "unit")}

    def edition(self, name: str) -> dict[str, str]:
        """What templates may name of an edition; FindingError for one the mapping does not know."""
        if self.editions and name not in self.editions:
            params = {"edition": name or "—", "known": ", ".join(sorted(self.editions))}
            raise FindingError(Finding("methods.library_edition", {"table": self.id}, params))
        known = {"edition": name} if name else {}
        if re.fullmatch(r"\d{4}", name, re.ASCII):
            known |= {"next": str(int(name) + 1), "previous": str(int(name) - 1)}
        return known | {f"edition.{key}": text for key, text in self.editions.get(name, {}).items()}

    def day(self, text: str) -> Period | None:
        """The day, month or year written as ``text``, day first; None where it is none of them."""
        if re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text, re.ASCII):
            tokens = text.split("-")[::-1]
        else:
            bare = re.sub(r"\d{1,2}:\d\d(:\d\d)?", "", text.lower()).replace(".", "")
            tokens = [one for one in re.split(r"[/\-\s]+", bare) if one and one not in self.words]
        numbers = [self._number(one) for one in tokens]
        if not 1 <= len(numbers) <= 3 or None in numbers:
            return None
        day, month, year = [None, None, *numbers][-3:]
        year = year + 2000 if year is not None and year < 100 else year
        parts = (f"{year:04d}", *(f"{one:02d}" for one in (month, day) if one is not None))
        try:
            return Period.parse("-".join(parts))
        except ValueError:
            return None

    def _number(self, token: str) -> int | None:
        return int(token) if token.isascii() and token.isdigit() else self.months.get(token)


def fill(template: str, known: Mapping[str, str]) -> str:
    """``template`` with what stands in braces filled in, blanks and empty parts of a key left out."""
    filled = _NAMED.sub(lambda found: known.get(found[1], found[0]), template)
    return JOIN.join(part.strip() for part in filled.split(JOIN) if part.strip())


def read_factor_map(data: bytes, file: str) -> FactorMap:
    """The mapping in a TOML file; FindingError that names every key that is wrong or lacking."""
    try:
        raw = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FindingError(Finding("methods.not_toml", {"file": file}, {"error": str(error)})) from None
    findings = list(_judge(raw, file))
    if findings:
        raise FindingError(findings)
    source, dates, gases = dict(raw["source"]), raw.get("dates", {}), raw.get("gases", {})
    return FactorMap(
        id=raw["map"],
        source=source.pop("key"),
        citation={name: str(text) for name, text in source.items()},
        row=dict(raw["row"]),
        value=raw["value"],
        encoding=raw.get("encoding", "utf-8-sig"),
        delimiter=raw.get("delimiter", ","),
        decimal=raw.get("decimal", "."),
        split=raw.get("split", ""),
        negative=raw.get("negative", "refuse"),
        texts={column: dict(texts) for column, texts in raw.get("texts", {}).items()},
        skip=_several(raw.get("skip", {})),
        archived=_several(raw.get("archived", {})),
        gases=tuple(gases.get("columns", ())),
        tolerance=Decimal(str(gases.get("tolerance", "0"))),
        months=dict(dates.get("months", {})),
        words=tuple(dates.get("words", ())),
        editions={name: dict(known) for name, known in raw.get("edition", {}).items()},
    )


def _several(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {column: tuple(values) for column, values in table.items()}


def _judge(raw: Mapping[str, Any], file: str) -> list[Finding]:
    """Keys that mean nothing, and those without which nothing can be read."""
    row, source = raw.get("row", {}), raw.get("source", {})
    odd = [key for key in raw if key not in _KEYS] + [f"row.{key}" for key in row if key not in _CELLS]
    lacking = [key for key in ("map", "value") if not raw.get(key)]
    lacking += [
        f"row.{key}" for key in ("table", "column", "unit", "valid_from", "status") if not row.get(key)
    ]
    lacking += [f"source.{key}" for key in ("key", "title_zh", "title_en") if not source.get(key)]
    if raw.get("negative", "refuse") not in ("refuse", "keep"):
        odd.append("negative")
    if raw.get("split") and not _splits(raw["split"]):
        odd.append("split")
    found = [Finding("methods.library_key", {"file": file, "key": key}) for key in odd]
    return found + [Finding("methods.library_lacks", {"file": file, "key": key}) for key in lacking]


def _splits(expression: str) -> bool:
    try:
        return {"value", "unit"} <= set(re.compile(expression).groupindex)
    except re.error:
        return False
