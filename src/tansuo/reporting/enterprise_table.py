"""The list of enterprises as a table for files: each number with unit, state, kinds, and its receipt or cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tansuo.quantity.state import Provenance, State
from tansuo.registry.sectors import sector_name
from tansuo.reporting.html import Language, words
from tansuo.reporting.tables import Column, Table, Value
from tansuo.reporting.words import kind_words, state_word

_FIGURES = ("direct", "indirect")
_CHANGES = ("since_before", "since_year")


def table_of(
    rows: Sequence[Mapping[str, Any]],
    period: str,
    point: str,
    zone: str,
    method: tuple[str, str],
    language: Language,
) -> Table:
    """The table of one period as of `point` (origin@size); `rows` as the API answers them, `method` by name in
    Chinese and English."""
    t = words(language)
    synthetic = any(row["enterprise"]["synthetic"] for row in rows)
    label = t("column.synthetic_label") if synthetic else ""
    title = t("column.title", period=period)
    notes = [
        (t("column.period"), period),
        (t("column.point"), point),
        (t("column.method"), method[0] if language == "zh" else method[1]),
        (t("column.stage"), t("column.stage_calculated")),
        (t("column.rule"), t("column.never_added")),
        (t("column.synthetic"), label or t("column.no")),
    ]
    return Table(
        title=title,
        columns=columns(language),
        rows=[_row(row, period, point, ZoneInfo(zone), language) for row in rows],
        notes=notes,
        notes_title=t("column.notes"),
        label=label,
    )


def columns(language: Language) -> list[Column]:
    """The columns, in order."""
    t = words(language)
    found = [
        Column("id", "ID", width=20),
        Column("name", t("column.name"), width=24),
        Column("unit", t("column.unit"), width=14),
        Column("sector", t("column.sector"), width=12),
        Column("industry", t("column.industry"), width=10),
        Column("capacity", t("column.capacity"), width=18),
        Column("period", t("column.period"), width=10),
    ]
    for figure in _FIGURES:
        name = t("column." + figure)
        found += [
            Column(figure, name, number=True),
            Column(f"{figure}_unit", f"{name} {t('column.unit_of')}", width=8),
            Column(f"{figure}_state", f"{name} {t('column.state')}", width=10),
            Column(f"{figure}_known", f"{name} {t('column.known')}", number=True),
            Column(f"{figure}_kinds", f"{name} {t('column.kinds')}"),
            Column(f"{figure}_measured", f"{name} {t('column.measured')}", number=True, width=9),
        ]
        for change in _CHANGES:
            head = f"{name} {t('column.' + change)}"
            found += [
                Column(f"{figure}_{change}", f"{head} %", number=True, width=9),
                Column(f"{figure}_{change}_base", f"{head} {t('column.base')}", width=10),
            ]
        found.append(Column(f"{figure}_receipt", f"{name} {t('column.receipt')}", width=30))
    return [
        *found,
        Column("readings_expected", t("column.readings_expected"), number=True, width=10),
        Column("readings_present", t("column.readings_present"), number=True, width=10),
        Column("online", t("column.online"), width=10),
        Column("newest", t("column.newest"), width=20),
        Column("open", t("column.open"), number=True, width=8),
        Column("synthetic", t("column.synthetic"), width=10),
        Column("point", t("column.point"), width=30),
    ]


def _row(
    row: Mapping[str, Any], period: str, point: str, zone: ZoneInfo, language: Language
) -> dict[str, Value]:
    t = words(language)
    name = f"name_{language}"
    newest = row["online"]["newest"]
    made: dict[str, Value] = {
        "id": row["enterprise"]["id"],
        "name": row["enterprise"][name],
        "unit": "、".join(unit[name] for unit in row["units"]),
        "sector": sector_name(row["sector"], language),
        "industry": row["industry"],
        "capacity": row["capacity"],
        "period": period,
        "readings_expected": str(row["readings_expected"]),
        "readings_present": str(row["readings_present"]),
        "online": t(f"column.online_{row['online']['state']}"),
        "newest": newest and datetime.fromisoformat(newest).astimezone(zone).isoformat(timespec="seconds"),
        "open": str(sum(row["open"].values())),
        "synthetic": t("column.synthetic_mark") if row["enterprise"]["synthetic"] else t("column.no"),
        "point": point,
    }
    for figure in _FIGURES:
        made.update(_figure(figure, row[figure], language))
    return made


def _figure(prefix: str, said: Mapping[str, Any], language: Language) -> dict[str, Value]:
    amount = said["amount"]
    made: dict[str, Value] = {
        prefix: amount["value"],
        f"{prefix}_unit": amount["unit"],
        f"{prefix}_state": state_word(State(amount["state"]), language),
        f"{prefix}_known": said["known"]["value"],
        f"{prefix}_kinds": kind_words((Provenance(kind) for kind in amount["kinds"]), language),
        f"{prefix}_measured": said["measured"],
        f"{prefix}_receipt": amount["receipt"] or _cell(amount["cell"]),
    }
    for change in _CHANGES:
        moved = said[change] or {"percent": None, "base": None}
        made[f"{prefix}_{change}"] = moved["percent"]
        made[f"{prefix}_{change}_base"] = moved["base"]
    return made


def _cell(cell: Mapping[str, Any]) -> str:
    """A provisional cell as addresses write it."""
    names = ("subject", "quantity", "period", "method", "relation")
    return "~".join(str(cell[one] or "") for one in names)
