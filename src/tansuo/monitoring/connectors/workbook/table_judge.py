"""Judges one table: its times, its series, the account of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from tansuo.monitoring.connectors.workbook.cells import cell_text
from tansuo.monitoring.connectors.workbook.judged import TABLE_SHIFT, Found, Judged, Progress
from tansuo.monitoring.connectors.workbook.mapping import Mapping, SeriesRule, TableRule
from tansuo.monitoring.connectors.workbook.masks import Masks
from tansuo.monitoring.connectors.workbook.opening import present
from tansuo.monitoring.connectors.workbook.order import Key, gaps, increments, repeats, settle
from tansuo.monitoring.connectors.workbook.tables import Table
from tansuo.monitoring.connectors.workbook.times import read_times
from tansuo.monitoring.connectors.workbook.totals import Ledgers, period_of
from tansuo.monitoring.connectors.workbook.values import Value, Values, read_values
from tansuo.monitoring.reading import Measurement
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding


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
        self.good: set[int] = set()
        self.keys: list[Key | None] = []
        self.zones: list[str] = []
        self.twice: set[int] = set()
        self.ids: dict[tuple[str, str], str] = {}
        self.parts = [(name, [cell_text(cell) for cell in table.columns[name]]) for name in rule.breakdowns]

    def run(self, tell: Progress) -> None:
        """Times, then each series, then the account of all rows."""
        series = [one for one in self.rule.series if present(self.table, one)]
        taken = self.masks.all_of(self.rule.where)
        devices = self._devices(taken)
        tell(0, len(series), "times")
        times = read_times(self.table, self.rule.time, self.masks, taken, devices)
        self.judged.findings += times.findings
        self._bad(times.refused)
        self.zones, self.twice = times.zones, times.twice
        self.keys = [
            (device, label) if label is not None and device else None
            for device, label in zip(devices, times.labels, strict=True)
        ]
        usable = [at for at, key in enumerate(self.keys) if key is not None]
        read = self._read(series, usable, tell)
        self._measure(usable, read)
        self.judged.findings += self.table.findings
        self.judged.findings += gaps(self.table, self.rule.time, usable, self.keys)
        self.judged.notes += self.table.notes
        self._account(taken)

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
        again = bool(repeats(usable, self.keys))
        unclaimed = set(usable)
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
            self._meet(one, own)
            self._add_up(one, values)
            read.append((one, values))
        tell(len(series), len(series), "")
        for at in sorted(unclaimed):
            self._say("row_of_no_series", at, "")
        self._bad(unclaimed)
        return read

    def _once(self, one: SeriesRule, values: Values) -> None:
        """Refuse what an earlier table of the same file has already said of the same time."""
        for at in sorted(values.values):
            key = self.keys[at]
            assert key is not None
            place = (one.stream, *key)
            if self.judged.said.setdefault(place, self.rule.number) != self.rule.number:
                self._say("time_in_two_tables", at, one.columns[0], series=one.stream, time=str(key[1]))
                del values.values[at]
                values.refused.add(at)

    def _meet(self, one: SeriesRule, places: Sequence[int]) -> None:
        """Note every series of a rule that the rows speak of, with the span of its labels."""
        spans: dict[str, list[datetime]] = {}
        for at in places:
            key = self.keys[at]
            assert key is not None
            device, label = key
            span = spans.get(device)
            if span is None:
                spans[device] = [label, label]
                self._introduce(one, device, label, at)
            else:
                span[0], span[1] = min(span[0], label), max(span[1], label)
        for device, (first, last) in spans.items():
            series = self.ids[one.stream, device]
            old = self.judged.found[series]
            self.judged.found[series] = replace(old, first=min(old.first, first), last=max(old.last, last))

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

    def _add_up(self, one: SeriesRule, values: Values) -> None:
        """Count a series' values into the totals: registers by what they counted, ratios nowhere."""
        absent = [(at, value) for at, value in values.values.items() if value.number is None]
        for at, value in absent:
            self.sums.lack(self._id(one, at), value.state.value, self._month(at))
        if one.form == "ratio":
            return
        if one.form == "register":
            found, findings = increments(self.table, one, values.values, self.keys)
            self.judged.findings += findings
            for step in found:
                if step.period:
                    series, parts = self._id(one, step.place), self._parts(step.place)
                    self.sums.add(series, step.provenance.value, step.period, step.amount, parts)
            return
        for at, value in values.values.items():
            if value.number is not None:
                self.sums.add(
                    self._id(one, at), self._kind(value), self._month(at), value.number, self._parts(at)
                )

    def _id(self, one: SeriesRule, at: int) -> str:
        key = self.keys[at]
        assert key is not None
        return self.ids[one.stream, key[0]]

    def _month(self, at: int) -> str:
        key = self.keys[at]
        assert key is not None
        return period_of(key[1], self.rule.time)

    def _kind(self, value: Value) -> str:
        assert value.provenance is not None
        return value.provenance.value

    def _parts(self, at: int) -> list[tuple[str, str]]:
        return [(name, texts[at]) for name, texts in self.parts]

    def _measure(self, usable: Sequence[int], read: Sequence[tuple[SeriesRule, Values]]) -> None:
        """The measurements of all series, row by row."""
        shift = self.rule.number << TABLE_SHIFT
        synthetic = self.mapping.synthetic
        out = self.judged.measurements
        for at in usable:
            key = self.keys[at]
            assert key is not None
            device, label = key
            row = self.table.rows[at]
            for one, values in read:
                value = values.values.get(at)
                if value is None:
                    continue
                self.good.add(row)
                text = None if value.number is None else plain(value.number)
                said = (value.state, value.provenance, synthetic)
                out.append(
                    Measurement("file", device, one.stream, label, text, value.flag, shift + row, *said)
                )

    def _account(self, taken: Sequence[bool] | None) -> None:
        """Every row is accepted, partly accepted, refused, or left out by the map's ``where``."""
        rows = {*self.table.rows, *self.table.refused}
        left_out = set() if taken is None else rows - self.bad
        if taken is not None:
            left_out -= {row for row, kept in zip(self.table.rows, taken, strict=True) if kept}
        self.judged.rows += len(rows)
        self.judged.left_out += len(left_out)
        self.judged.partly += len(self.good & self.bad)
        self.judged.accepted += len(self.good - self.bad)
        self.judged.refused += len(rows - self.good - left_out)
