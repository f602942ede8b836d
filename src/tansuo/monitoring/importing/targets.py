"""What the columns of a file can be: the series of the sender's own monitoring plan, and its sources."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from tansuo.database.settings import shipped
from tansuo.evidence.document import CITY
from tansuo.evidence.moment import zone_of
from tansuo.monitoring import plan
from tansuo.monitoring.connectors.workbook import Mapping as FileMap
from tansuo.monitoring.connectors.workbook import read_mapping
from tansuo.monitoring.connectors.workbook.inspection import ColumnSeen
from tansuo.monitoring.connectors.workbook.tables import normal
from tansuo.monitoring.importing.column_map import Owner
from tansuo.monitoring.plan import PlanLine
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.unit import UnitError, compatible
from tansuo.registry import subject
from tansuo.registry.subject import Subject

_BRACKETS = re.compile(r"[（(\[【][^()（）\[\]【】]*[)）\]】]")
_SHORTEST_STEP = 900
_ALIKE = 0.72


@dataclass(frozen=True, slots=True)
class ShippedMap:
    """A map that comes with the product: its name, bytes, and what it says."""

    name: str
    data: bytes
    mapping: FileMap


def owner_of(connection: Connection, org: str, enterprise: str | None = None) -> Owner:
    """Whose plan the columns of a file of ``org`` can be mapped to.

    The city's file may speak of one ``enterprise`` or (None) of all. FindingError
    ``monitoring.import_no_enterprise`` where there is no such enterprise.
    """
    name = enterprise if org == CITY else org
    about = None if name is None else subject.get(connection, name)
    if name is not None and about is None:
        raise FindingError(Finding("monitoring.import_no_enterprise", params={"enterprise": name}))
    lines = plan.lines(connection, org=name)
    found = subject.find(connection, kind="emission_source", org=name) if name else []
    wanted = {one.source for one in lines} - {one.id for one in found}
    found += subject.find(connection, ids=sorted(wanted)) if wanted else []
    sources = {one.id: one for one in found}
    return Owner(about, sources, reportable(lines), zone_of(connection))


def reportable(lines: Sequence[PlanLine]) -> list[PlanLine]:
    """The lines a person may report to: what counts, and what comes by file; no live second-by-second series."""
    return [
        one for one in lines if one.authoritative or one.channel == "file" or one.step_s >= _SHORTEST_STEP
    ]


def label_of(line: PlanLine, sources: Mapping[str, Subject], language: str) -> str:
    """A series in words: the name of its source, or its own title."""
    about = sources.get(line.source)
    titled = line.attributes.get(f"title_{language}", "")
    if about is None:
        return titled or line.series
    return about.name_zh if language == "zh" else about.name_en


def labels(lines: Sequence[PlanLine], sources: Mapping[str, Subject], language: str) -> dict[str, str]:
    """series → its name and unit, with the id where another series of the same step has the same."""
    steps = {one.series: one.step_s for one in lines}
    named = {one.series: f"{label_of(one, sources, language)} ({one.unit})" for one in lines}
    times = Counter((name, steps[series]) for series, name in named.items())
    return {
        series: name if times[name, steps[series]] == 1 else f"{name} {series}"
        for series, name in named.items()
    }


def suggest(
    columns: Sequence[ColumnSeen],
    owner: Owner,
    earlier: Mapping[str, str],
    step_s: int | None,
    foreign: Collection[str] = (),
) -> dict[str, str]:
    """Column → series that it most likely is: as mapped before, by the sample's headers, or by likeness.

    Only columns that hold no times, each series once, and never against a unit that the header names.
    ``step_s`` is the step of the file's rows where it can be told: other series are not proposed. ``foreign`` are
    headers that name another enterprise, for which nothing is proposed.
    """
    lines = {one.series: one for one in owner.lines if step_s is None or one.step_s == step_s}
    chances: list[tuple[float, str, str]] = []
    for column in columns:
        if column.holds == "time" or column.name in foreign:
            continue
        for line in lines.values():
            score = _likeness(column, line, owner, earlier)
            if score >= _ALIKE:
                chances.append((score, column.name, line.series))
    found: dict[str, str] = {}
    for _, name, series in sorted(chances, key=lambda one: (-one[0], one[1], one[2])):
        if name not in found and series not in found.values():
            found[name] = series
    return found


def _likeness(column: ColumnSeen, line: PlanLine, owner: Owner, earlier: Mapping[str, str]) -> float:
    if earlier.get(column.name) == line.series:
        return 2.0
    if column.unit and not _same_kind(column.unit, line.unit):
        return 0.0
    header = normal(_BRACKETS.sub("", column.name)).removesuffix(normal(column.unit)).strip(" /")
    about = owner.sources.get(line.source)
    names = {line.series, line.attributes.get("title_zh", ""), line.attributes.get("title_en", "")}
    if about is not None:
        names |= {about.name_zh, about.name_en, about.attributes.get("fuel", "")}
    bonus = 0.05 if line.authoritative else 0.0
    best = 0.0
    for name in names:
        plain = normal(_BRACKETS.sub("", name))
        if not plain:
            continue
        if column.name.endswith(line.series) or plain == header:
            best = max(best, 1.0)
        elif len(header) > 1 and (header in plain or plain in header):
            best = max(best, 0.8)
        elif column.unit and _share_chinese(header, plain):
            best = max(best, _ALIKE)
        else:
            best = max(best, difflib.SequenceMatcher(None, header, plain).ratio())
    return best + bonus if best >= _ALIKE else best


def _share_chinese(one: str, other: str) -> bool:
    """Whether two names have two Chinese characters side by side in common (燃煤量, 锅炉燃煤)."""
    pairs = {one[at : at + 2] for at in range(len(one) - 1)}
    return any(pair in other and all("\u4e00" <= sign <= "\u9fff" for sign in pair) for pair in pairs)


def _same_kind(one: str, other: str) -> bool:
    try:
        return compatible(one, other)
    except UnitError:
        return False


@lru_cache(maxsize=1)
def shipped_maps() -> tuple[ShippedMap, ...]:
    """Every map for readings that comes with the product, by name."""
    found: list[ShippedMap] = []
    for path in sorted(shipped("maps").glob("*.toml")):
        data = path.read_bytes()
        try:
            found.append(ShippedMap(path.stem, data, read_mapping(data, path.name)))
        except FindingError:
            continue  # a map for documents
    return tuple(found)
