"""The label of every row of a table: cells → civil time; the order of rows settles the midnight trap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tansuo.monitoring.connectors.workbook.cells import Cell, Problem, cell_text, shown
from tansuo.monitoring.connectors.workbook.mapping import MONTHLY, TimeRule
from tansuo.monitoring.connectors.workbook.masks import Masks
from tansuo.monitoring.connectors.workbook.sums import names_sum
from tansuo.monitoring.connectors.workbook.tables import Table
from tansuo.monitoring.connectors.workbook.timestamps import Moment, place, read_moment, whole_number
from tansuo.quantity.finding import Finding

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Times:
    """For each row its label and zone, None where the row has no usable time (``findings`` says why).

    ``twice`` are the places whose label the clock of the zone shows twice, when it is put back; ``sums`` are those
    of rows of sums, which have none and are not refused.
    """

    labels: list[datetime | None]
    zones: list[str]
    findings: list[Finding] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    twice: set[int] = field(default_factory=set)
    sums: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Listed:
    """One row's time before the midnight question: the day it is listed under and the span after midnight."""

    day: date
    clock: timedelta
    offset: timedelta | None
    whole_month: bool = False


def read_times(
    table: Table,
    rule: TimeRule,
    masks: Masks,
    taken: Sequence[bool] | None,
    devices: Sequence[str],
    sums: Sequence[str] = (),
) -> Times:
    """Labels of the rows ``taken`` (all, where None).

    A row without a real, unambiguous time on the grid of its step is refused, with a finding at the cell, unless
    one of ``sums`` stands in place of its time or in its first cell.
    """
    zone_rules = masks.first_of([one.when for one in rule.zones])
    zones = [rule.zones[at].zone if at >= 0 else "" for at in zone_rules]
    times = Times([None] * len(table.rows), zones)
    columns = [table.columns[name] for name in rule.columns]
    known: dict[tuple[Cell, ...], _Listed | tuple[str, Problem]] = {}
    listed: list[_Listed | None] = [None] * len(table.rows)
    for at in range(len(table.rows)):
        if taken is not None and not taken[at]:
            continue
        cells = tuple(column[at] for column in columns)
        found = known.get(cells)
        if found is None:
            found = known[cells] = _listed(rule, dict(zip(rule.columns, cells, strict=True)))
        if isinstance(found, tuple):
            if table.rows[at] in table.summed or any(names_sum(cell, sums) for cell in cells):
                times.sums.add(at)
            else:
                _refuse(times, table, at, found[0], found[1])
        elif not zones[at]:
            _refuse(times, table, at, "", Problem("no_zone", {}))
        else:
            listed[at] = found
    closes = _midnight(times, table, rule, listed, devices)
    ready: dict[tuple[int, str, bool], tuple[datetime, bool] | Problem] = {}
    for at, one in enumerate(listed):
        if one is None or at in times.refused:
            continue
        key = (id(one), zones[at], closes[at])
        label = ready.get(key)
        if label is None:
            label = ready[key] = _label(rule, one, zones[at], closes[at])
        if isinstance(label, Problem):
            _refuse(times, table, at, rule.columns[0], label)
            continue
        times.labels[at], comes_twice = label
        if comes_twice:
            times.twice.add(at)
    return times


def readable(rule: TimeRule, cells: Mapping[str, Cell]) -> bool:
    """Whether the cells of a row, by the names of the rule's columns, say a time."""
    return not isinstance(_listed(rule, dict(cells)), tuple)


def _refuse(times: Times, table: Table, at: int, column: str, problem: Problem) -> None:
    header = table.header(column, at) if column else ""
    where = table.where(table.rows[at], header)
    times.findings.append(Finding(f"monitoring.workbook.{problem.code}", where, problem.params))
    times.refused.add(at)


def _listed(rule: TimeRule, cells: dict[str, Cell]) -> _Listed | tuple[str, Problem]:
    """The listed day and clock of one row; a Problem with the column it stands in."""
    if rule.ordinal:
        return _ordinal(rule, cells)
    if rule.column:
        moment = read_moment(cells[rule.column], rule.formats)
        if isinstance(moment, Problem):
            return rule.column, moment
        if moment.day is None:
            return rule.column, Problem("no_date", {"value": shown(cells[rule.column])})
        whole_month = rule.step_s == MONTHLY and bool(rule.formats) and isinstance(cells[rule.column], str)
        whole_month = whole_month and not any("%d" in one or "%j" in one for one in rule.formats)
    else:
        parts = _parts(rule, cells)
        if isinstance(parts, tuple):
            return parts
        moment, whole_month = Moment(parts, None, None), not rule.day
    clock = _clock(rule, cells, moment)
    if isinstance(clock, tuple):
        return clock
    assert moment.day is not None
    return _Listed(moment.day, clock, moment.offset, whole_month)


def _parts(rule: TimeRule, cells: dict[str, Cell]) -> date | tuple[str, Problem]:
    numbers = []
    for name in (rule.year, rule.month, rule.day):
        value = whole_number(cells[name]) if name else 1
        if value is None:
            return name, Problem("no_whole_number", {"value": shown(cells[name])})
        numbers.append(value)
    try:
        return date(*numbers)
    except ValueError:
        text = "-".join(str(one) for one in numbers)
        return rule.day or rule.month or rule.year, Problem("no_such_date", {"value": text})


def _clock(rule: TimeRule, cells: dict[str, Cell], moment: Moment) -> timedelta | tuple[str, Problem]:
    clock = moment.clock or timedelta()
    if rule.time:
        inner = read_moment(cells[rule.time], rule.time_formats or ("%H:%M", "%H:%M:%S"))
        if isinstance(inner, Problem):
            return rule.time, inner
        if inner.clock is None or not timedelta() <= inner.clock <= _DAY:
            return rule.time, Problem("no_time_of_day", {"value": shown(cells[rule.time])})
        clock += inner.clock
    if rule.hour:
        hour = whole_number(cells[rule.hour])
        first = 1 if rule.hours == "1-24" else 0
        if hour is None or not first <= hour <= first + 23:
            return rule.hour, Problem("hour_range", {"value": shown(cells[rule.hour]), "hours": rule.hours})
        # Hour n of 1–24 is the hour that ends at n; its start is n - 1.
        clock += timedelta(hours=hour - 1 if first and rule.label == "start" else hour)
    if rule.minute:
        minute = whole_number(cells[rule.minute])
        if minute is None or minute > 59:
            return rule.minute, Problem("no_time_of_day", {"value": shown(cells[rule.minute])})
        clock += timedelta(minutes=minute)
    if clock > _DAY:
        return rule.columns[0], Problem("time_twice", {"value": str(clock)})
    return clock


def _ordinal(rule: TimeRule, cells: dict[str, Cell]) -> _Listed | tuple[str, Problem]:
    assert rule.base is not None
    text = rule.base.fill({name: cell_text(cells[name]) for name in rule.base.columns})
    base = read_moment(f"{text}-01-01" if text.isdigit() else text, ())
    if isinstance(base, Problem) or base.day is None:
        column = rule.base.columns[0] if rule.base.columns else rule.ordinal
        return column, Problem("no_such_date", {"value": text})
    count = whole_number(cells[rule.ordinal])
    if count is None or count < rule.first:
        return rule.ordinal, Problem("no_whole_number", {"value": shown(cells[rule.ordinal])})
    steps = count - rule.first + (1 if rule.label == "end" else 0)
    label = datetime.combine(base.day, time()) + timedelta(seconds=steps * rule.step_s)
    return _Listed(label.date(), label - datetime.combine(label.date(), time()), None)


def _midnight(
    times: Times, table: Table, rule: TimeRule, listed: Sequence[_Listed | None], devices: Sequence[str]
) -> list[bool]:
    """For each row whether its 0:00 closes the day it is listed under.

    The order of the rows of one device is the witness: a 0:00 that closes its day stands after the other rows
    of that day, one that opens it before them (the other way round where the file runs backwards). Rows that
    speak against the map are refused; where the map is silent, so are rows that stand after the others of
    their day, because they would be counted a day early.
    """
    closes = [False] * len(listed)
    if rule.label != "end" or rule.ordinal or rule.step_s <= 0 or rule.step_s >= 86_400:
        if rule.midnight_closes:
            closes = [one is not None and not one.clock for one in listed]
        return closes
    before: dict[str, date] = {}
    waiting: dict[str, int] = {}
    for at, one in _by_time(listed):
        device = devices[at]
        earlier = waiting.pop(device, None)
        if earlier is not None and rule.midnight_closes and _day(listed[earlier]) == one.day and one.clock:
            _refuse(times, table, earlier, rule.columns[0], Problem("midnight_opens", {"day": str(one.day)}))
        if not one.clock and one.offset is None:
            after_its_day = before.get(device) == one.day
            if rule.midnight_closes:
                closes[at] = True
                if not after_its_day:
                    waiting[device] = at
            elif rule.midnight_closes is None and after_its_day:
                problem = Problem("midnight_closes", {"day": str(one.day)})
                _refuse(times, table, at, rule.columns[0], problem)
        before[device] = one.day
    return closes


def _by_time(listed: Sequence[_Listed | None]) -> list[tuple[int, _Listed]]:
    """The rows that have a time, in file order; in reverse where the file runs from new to old."""
    rows = [(at, one) for at, one in enumerate(listed) if one is not None]
    return rows[::-1] if rows and rows[0][1].day > rows[-1][1].day else rows


def _day(one: _Listed | None) -> date | None:
    return one.day if one else None


def _label(rule: TimeRule, one: _Listed, zone: str, closes: bool) -> tuple[datetime, bool] | Problem:
    """The label, and whether the clock of its zone shows it twice."""
    if rule.step_s == MONTHLY:
        return _month_label(rule, one), False
    label = place(one.day + _DAY if closes else one.day, one.clock, one.offset, zone)
    if rule.step_s > 0 and rule.grid == "strict":
        beyond = (label - datetime.combine(label.date(), time())).total_seconds() % rule.step_s
        if beyond:
            return Problem("off_grid", {"value": label.isoformat(" "), "step": _span(rule.step_s)})
    if zone.startswith("Etc/"):
        return label, False
    first = label.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    second = label.replace(tzinfo=ZoneInfo(zone), fold=1).utcoffset()
    assert first is not None and second is not None
    if first < second:
        return Problem("time_skipped", {"value": label.isoformat(" "), "zone": zone})
    return label, first > second


def _span(seconds: int) -> str:
    """A step as people write it: 15 min, 1 h."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _month_label(rule: TimeRule, one: _Listed) -> datetime:
    """One label a month: its first midnight, or the next one where labels stand at the end."""
    first = one.day.replace(day=1)
    at_close = rule.label == "end" and not one.whole_month and one.day.day == 1 and not one.clock
    if at_close:
        first = (first - _DAY).replace(day=1)
    if rule.label == "start":
        return datetime.combine(first, time())
    return datetime.combine((first + 31 * _DAY).replace(day=1), time())
