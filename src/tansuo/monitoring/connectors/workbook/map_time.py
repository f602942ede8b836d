"""The ``[timestamp]`` section of a map."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tansuo.monitoring.connectors.workbook.mapping import (
    IRREGULAR,
    MONTHLY,
    Condition,
    Label,
    Template,
    TimeRule,
    ZoneRule,
)
from tansuo.monitoring.connectors.workbook.section import Section
from tansuo.monitoring.connectors.workbook.timestamps import FormatError, compile_format

ReadConditions = Callable[[Section, str], tuple[Condition, ...]]

_HOURS: Mapping[str, Literal["0-23", "1-24"]] = {"0-23": "0-23", "1-24": "1-24"}
_LABELS: Mapping[str, Label] = {"start": "start", "end": "end"}
_GRIDS: Mapping[str, Literal["strict", "free"]] = {"strict": "strict", "free": "free"}
_STEP = re.compile(r"([1-9][0-9]*) ?(s|min|h|d)")
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?00)?")
_DAY = 86_400


def time_rule(at: Section, read_conditions: ReadConditions) -> TimeRule:
    """The rule in ``[timestamp]``; what is missing or contradictory is noted as findings."""
    column, year, ordinal = (at.text(key) for key in ("column", "year", "ordinal"))
    if len([one for one in (column, year, ordinal) if one]) != 1 and not (ordinal and not column):
        at.complain("map_value", "column", value=column, wanted="exactly one of column, year, ordinal")
    base_text = at.text("base")
    label = at.choice("label", _LABELS, "start")
    if not at.has("label"):
        at.complain("map_key_missing", "label")
    step = _step(at)
    rule = TimeRule(
        label=label,
        step_s=step,
        zones=_zones(at, read_conditions),
        column=column,
        formats=_formats(at, "formats"),
        time=at.text("time"),
        time_formats=_formats(at, "time_formats"),
        year=year,
        month=at.text("month"),
        day=at.text("day"),
        hour=at.text("hour"),
        hours=at.choice("hours", _HOURS, "0-23"),
        minute=at.text("minute"),
        ordinal=ordinal,
        first=at.integer("first", 0),
        base=Template(base_text) if base_text else None,
        midnight_closes=at.flag("midnight_closes_listed_day"),
        grid=at.choice("grid", _GRIDS, "strict"),
    )
    if rule.year and not rule.month and step != MONTHLY and not rule.ordinal:
        at.complain("map_key_missing", "month")
    if rule.ordinal and rule.base is None:
        at.complain("map_key_missing", "base")
    if rule.ordinal and step <= 0:
        at.complain("map_value", "step", value=step, wanted="a step of fixed length for an ordinal time")
    if rule.midnight_closes and rule.label != "end":
        at.complain("map_value", "label", value=rule.label, wanted="end, where 0:00 closes the listed day")
    at.close()
    return rule


def _step(at: Section) -> int:
    text = at.text("step", required=True)
    if text == "month":
        return MONTHLY
    if text == "irregular":
        return IRREGULAR
    found = _STEP.fullmatch(text)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if text and (seconds == 0 or _DAY % seconds != 0):
        at.complain(
            "map_value", "step", value=text, wanted="15min, 1h, 1d …, a part of a day; month; irregular"
        )
    return seconds or 3600


def _formats(at: Section, key: str) -> tuple[str, ...]:
    formats = at.texts(key)
    for one in formats:
        try:
            compile_format(one)
        except FormatError as error:
            at.complain("map_value", key, value=one, wanted=str(error))
            return ()
    return formats


def _zones(at: Section, read_conditions: ReadConditions) -> tuple[ZoneRule, ...]:
    """``zone`` is a name, a fixed offset in whole hours, or a list of tables {when, is}."""
    stated = at.raw("zone")
    if stated is None:
        at.complain("map_key_missing", "zone")
        return ()
    if isinstance(stated, str):
        return (ZoneRule((), _zone(at, "zone", stated)),)
    rules = []
    for one in at.tables("zone"):
        when = read_conditions(one, "when")
        rules.append(ZoneRule(when, _zone(one, "is", one.text("is", required=True))))
        one.close()
    return tuple(rules)


def _zone(at: Section, key: str, text: str) -> str:
    found = _OFFSET.fullmatch(text)
    if found and int(found[2]) <= 14:
        hours = int(found[2])
        # POSIX signs: Etc/GMT+7 is seven hours behind UTC.
        name = f"Etc/GMT{'-' if found[1] == '+' else '+'}{hours}" if hours else "Etc/UTC"
    else:
        name = text
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        wanted = "an IANA zone (Asia/Shanghai) or a fixed offset in whole hours (UTC-07:00)"
        at.complain("map_value", key, value=text, wanted=wanted)
        return "Etc/UTC"
    return name
