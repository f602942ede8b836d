"""Judges one table: its times, its series, the account of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from tansuo.monitoring.connectors.workbook.cells import cell_text
from tansuo.monitoring.connectors.workbook.judged import TABLE_SHIFT, Batch, Column, Found, Judged, Progress
from tansuo.monitoring.connectors.workbook.leaving_out import leave_out
from tansuo.monitoring.connectors.workbook.mapping import Mapping, SeriesRule, TableRule
from tansuo.monitoring.connectors.workbook.masks import Masks
from tansuo.monitoring.connectors.workbook.opening import present
from tansuo.monitoring.connectors.workbook.order import Key, gaps, increments, repeated, settle
from tansuo.monitoring.connectors.workbook.tables import Table
from tansuo.monitoring.connectors.workbook.times import read_times
from tansuo.monitoring.connectors.workbook.totals import Groups, Ledgers, period_of
from tansuo.monitoring.connectors.workbook.values import Values, read_values
from tansuo.quantity.finding import Finding


class Span(NamedTuple):
    """First and last label of a device, and the place of its first row in the table."""

    first: datetime
    last: datetime
    place: int


class TableJudge:
    """Judges one table into a common result."""

    def __init__(
        self, judged: Judged, sums: Ledgers, mapping: Mapping, rule: TableRule, table: Table
    ) -> None:
        self.judged = judged
        self.sums = sums
        self.mapping = mapping
        self.rule = rule
        self.table = table
        self.masks = Masks(table, rule.file.style)
        self.bad: set[int] = set(table.refused)
        self.left: set[int] = set()
        self.keys: list[Key | None] = []
        self.zones: list[str] = []
        self.twice: set[int] = set()
        self.ids: dict[tuple[str, str], str] = {}
        self.spans: dict[str, Span] = {}
        self.whole = Groups([], [], None)
        self.parts: list[tuple[str, list[str], Groups]] = []

    def run(self, tell: Progress) -> None:
        """Times, then each series, then the account of all rows."""
        series = [one for one in self.rule.series if present(self.table, one)]
        taken = self.masks.all_of(self.rule.where)
        before = len(self.judged.findings)
        devices = self._devices(taken)
        tell(0, len(series), "times")
        times = read_times(self.table, self.rule.time, self.masks, taken, devices, self.rule.file.sums)
        left = leave_out(self.table, self.rule, times)
        self.left = left.rows
        self.bad -= left.rows
        keyed = [one for one in self.judged.findings[before:] if one.where.get("row") not in left.rows]
        self.judged.findings[before:] = keyed
        self.judged.findings += [*left.findings, *times.findings]
        self._bad(times.refused)
        self.zones, self.twice = times.zones, times.twice
        self.keys = [
            (device, label) if label is not None and device else None
            for device, label in zip(devices, times.labels, strict=True)
        ]
        usable = [at for at, key in enumerate(self.keys) if key is not None]
        self.spans = self._spans(usable)
        self._group()
        read = self._read(series, usable, tell)
        self.judged.batches.append(self._batch(read))
        self.judged.findings += self.table.findings
        headers = dict.fromkeys(
            self.table.header_of.get(name, name) for one in series for name in one.columns
        )
        self.judged.findings += gaps(self.table, self.rule.time, usable, self.keys, list(headers))
        self.judged.notes += self.table.notes
        self._account(taken, read)

    def _devices(self, taken: Sequence[bool] | None) -> list[str]:
        """The device of each row; a row with an empty key column is refused and has none."""
        if not self.rule.key:
            return [self.rule.device.fill({})] * len(self.table.rows)
        known: dict[tuple[str, ...], str] = {}
        devices = [""] * len(self.table.rows)
        columns = [self.table.columns[name] for name in self.rule.key]
        for at in range(len(self.table.rows)):
            if taken is not None and not taken[at]:
                continue
            texts = tuple(cell_text(column[at]) for column in columns)
            if "" in texts:
                self._say("key_empty", at, self.rule.key[texts.index("")])
                self._bad([at])
                continue
            if texts not in known:
                named = dict(zip(self.rule.key, texts, strict=True))
                known[texts] = self.rule.device.fill(named, identifier=True)
            devices[at] = known[texts]
        return devices

    def _bad(self, places: Iterable[int]) -> None:
        self.bad.update(self.table.rows[at] for at in places)

    def _read(
        self, series: Sequence[SeriesRule], usable: Sequence[int], tell: Progress
    ) -> list[tuple[SeriesRule, Values]]:
        again = repeated(usable, self.keys)
        unclaimed = set(usable) if any(one.where for one in series) else set()
        read: list[tuple[SeriesRule, Values]] = []
        for place, one in enumerate(series):
            tell(place, len(series), one.stream)
            mask = self.masks.all_of(one.where)
            own = usable if mask is None else [at for at in usable if mask[at]]
            unclaimed.difference_update(own)
            values = read_values(self.table, one, self.rule.file.style, self.rule.words, self.masks, own)
            if again:
                settle(self.table, one, self.rule.duplicates, values, self.keys, self.twice)
            if self.mapping.several:
                self._once(one, values)
            self.judged.findings += values.findings
            self._bad(values.refused)
            self._meet(one, own if own is not usable else None)
            self._add_up(one, values)
            values.numbers = []
            read.append((one, values))
        tell(len(series), len(series), "")
        for at in sorted(unclaimed):
            self._say("row_of_no_series", at, "")
        self._bad(unclaimed)
        return read

    def _once(self, one: SeriesRule, values: Values) -> None:
        """Refuse what an earlier table of the same file has already said of the same time."""
        for at in list(values.places()):
            key = self.keys[at]
            assert key is not None
            place = (one.stream, *key)
            if self.judged.said.setdefault(place, self.rule.number) != self.rule.number:
                self._say("time_in_two_tables", at, one.columns[0], series=one.stream, time=str(key[1]))
                values.drop(at)

    def _meet(self, one: SeriesRule, places: Sequence[int] | None) -> None:
        """Note every series of a rule that the rows speak of (all of them, where None), with its span."""
        for device, span in (self.spans if places is None else self._spans(places)).items():
            self._introduce(one, device, span.first, span.place)
            series = self.ids[one.stream, device]
            old = self.judged.found[series]
            first, last = min(old.first, span.first), max(old.last, span.last)
            self.judged.found[series] = replace(old, first=first, last=last)

    def _spans(self, places: Iterable[int]) -> dict[str, Span]:
        """For each device its first and last label, and the place of its first row."""
        spans: dict[str, Span] = {}
        for at in places:
            key = self.keys[at]
            assert key is not None
            device, label = key
            span = spans.get(device)
            if span is None:
                spans[device] = Span(label, label, at)
            elif not span.first <= label <= span.last:
                spans[device] = Span(min(span.first, label), max(span.last, label), span.place)
        return spans

    def _introduce(self, one: SeriesRule, device: str, label: datetime, at: int) -> None:
        texts = {name: cell_text(self.table.columns[name][at]) for name in self.rule.named}
        series = one.id.fill({name: texts[name] for name in one.id.columns}, identifier=True)
        self.ids[one.stream, device] = series
        new = Found(series, one, self.rule, device, self.zones[at], texts, label, label)
        old = self.judged.found.setdefault(series, new)
        self.sums.rules[series] = (one, self.rule.time)
        if old is not new and not old.same_grid(new):
            self._say("series_clash", at, "", series=series, device=device, other=old.device)

    def _say(self, code: str, at: int, column: str, **params: str | int) -> None:
        where = self.table.where(self.table.rows[at], self.table.header(column, at) if column else "")
        self.judged.findings.append(Finding(f"monitoring.workbook.{code}", where, params))

    def _group(self) -> None:
        """Sort the rows into what is summed together: once a table, not once a series."""
        devices = [None if key is None else key[0] for key in self.keys]
        known: dict[datetime, str] = {}
        periods = [""] * len(self.keys)
        for at, key in enumerate(self.keys):
            if key is not None:
                period = known.get(key[1])
                if period is None:
                    period = known[key[1]] = period_of(key[1], self.rule.time)
                periods[at] = period
        self.whole = Groups(devices, periods, None)
        self.parts = []
        for name in self.rule.breakdowns:
            keys = [cell_text(cell) for cell in self.table.columns[name]]
            self.parts.append((name, keys, Groups(devices, periods, keys)))

    def _add_up(self, one: SeriesRule, values: Values) -> None:
        """Count a series' values into the totals: registers by what they counted, ratios nowhere."""
        for (group, state), count in self.whole.absent(values).items():
            device, period, _ = self.whole.keys[group]
            self.sums.lack(self.ids[one.stream, device], state.value, period, count)
        if one.form == "register":
            self._count_up(one, values)
        elif one.form != "ratio":
            columns = [("", self.whole), *((name, groups) for name, _, groups in self.parts)]
            for column, groups in columns:
                for provenance, group, value, count in groups.sums(values):
                    device, period, key = groups.keys[group]
                    series = self.ids[one.stream, device]
                    self.sums.add(series, provenance.value, period, (column, key), value, count)

    def _count_up(self, one: SeriesRule, values: Values) -> None:
        found, findings = increments(self.table, one, values, self.keys)
        self.judged.findings += findings
        for step in found:
            key = self.keys[step.place]
            if not step.period or key is None:
                continue
            series = self.ids[one.stream, key[0]]
            parts = [("", ""), *((name, keys[step.place]) for name, keys, _ in self.parts)]
            for part in parts:
                self.sums.add(series, step.provenance.value, step.period, part, step.amount, 1)

    def _account(self, taken: Sequence[bool] | None, read: Sequence[tuple[SeriesRule, Values]]) -> None:
        """Every row is accepted, partly accepted, refused, or left out.

        Left out are rows by ``where``, empty and silent ones, rows of sums, and what is not read after them.
        """
        numbers = self.table.rows
        good = {numbers[at] for _, values in read for at in values.places()}
        rows = {*numbers, *self.table.refused, *self.left}
        left_out = set() if taken is None else rows - self.bad
        if taken is not None:
            left_out -= {row for row, kept in zip(numbers, taken, strict=True) if kept}
        silent = {numbers[at] for _, values in read for at in values.silent}
        left_out |= (silent - good - self.bad) | self.left
        self.judged.rows += len(rows)
        self.judged.left_out += len(left_out)
        self.judged.partly += len(good & self.bad)
        self.judged.accepted += len(good - self.bad)
        self.judged.refused += len(rows - good - left_out)

    def _batch(self, read: Sequence[tuple[SeriesRule, Values]]) -> Batch:
        """The measurements of the table, in columns."""
        shift = self.rule.number << TABLE_SHIFT
        return Batch(
            [shift + row for row in self.table.rows],
            self.keys,
            [
                Column(one.stream, values.texts, values.states, values.provenances, values.flags)
                for one, values in read
            ],
            self.mapping.synthetic,
        )
