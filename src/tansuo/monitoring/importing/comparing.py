"""What a judged file would change: its readings against the plan and against what is known already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from tansuo.evidence.document import CITY
from tansuo.monitoring import plan
from tansuo.monitoring.acceptance import Held, fills, held
from tansuo.monitoring.binding import Binder, Candidate, Origin, Refused
from tansuo.monitoring.connectors.workbook import Judged, Mapping
from tansuo.monitoring.connectors.workbook.judged import TABLE_SHIFT
from tansuo.monitoring.importing.declarations import Declarations
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.reading import OWN_PLAN, Measurement
from tansuo.quantity.decimals import plain, unscaled
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import State

_AT_ONCE = 20_000
OUTCOMES = ("new", "known", "fills", "differs", "other_origin", "waiting")
"""Nothing was known; the very same was; it fills a hole; it differs and needs a reason; the same value is
known with another provenance; no line of the plan takes it."""


@dataclass(slots=True)
class Comparison:
    """How many readings of each outcome there are, in all and by series, and a finding for each that matters."""

    counts: Counter[str] = field(default_factory=Counter)
    by_series: dict[str, Counter[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def note(self, series: str, outcome: str) -> None:
        """Count one reading."""
        self.counts[outcome] += 1
        self.by_series.setdefault(series, Counter())[outcome] += 1


def compare(
    connection: Connection,
    org: str,
    mapping: Mapping,
    judged: Judged,
    declared: Declarations,
    now_s: int | None = None,
) -> Comparison:
    """Bind the readings of a judged file as its arrival would, and look up what is in force; changes nothing.

    ``declared`` are the plan lines that the import itself would add; ``now_s``, in seconds since 1970, is
    the present: one warning a series names the first reading after it, another the first below zero where the series
    is no ratio. Requires projections that have caught up.
    """
    lines = plan.lines(connection, org=None if org == CITY else org) + _declared(declared)
    known_lines = {(one.series, one.valid_from): one for one in lines}
    round_ = Binder(known_lines.values()).round()
    origin = Origin(0, 0, reasoned=False, sender=None if org == CITY else org)
    result = Comparison()
    places = _Places(mapping, judged)
    batch: list[tuple[Measurement, Candidate]] = []
    ahead: dict[str, list[Measurement]] = {}
    below: dict[str, list[Measurement]] = {}
    summed = {one.series for one in lines if one.form != "ratio"}
    decimals = {one.series: one.decimals for one in lines}
    for one in _measurements(judged):
        bound = round_.bind(one, origin)
        if isinstance(bound, Refused):
            result.note(_series_of(judged, one), "waiting")
            where = places.of(one)
            params = {"stream": one.stream, "times": 1, **bound.params}
            if one.device == OWN_PLAN:
                params["stream"] = where.get("column", one.stream)
            else:
                where["device"] = one.device
            result.findings.append(Finding("monitoring." + bound.code, where, params, "warning"))
            continue
        if now_s is not None and bound.start > now_s:
            ahead.setdefault(bound.series, []).append(one)
        if bound.value is not None and bound.value < 0 and bound.series in summed:
            below.setdefault(bound.series, []).append(one)
        batch.append((one, bound))
        if len(batch) >= _AT_ONCE:
            _weigh(connection, batch, places, decimals, result)
            batch = []
    _weigh(connection, batch, places, decimals, result)
    for code, found in (("future", ahead), ("negative", below)):
        result.findings += [_first_of(code, one, places) for one in found.values()]
    return result


def _first_of(code: str, found: Sequence[Measurement], places: _Places) -> Finding:
    """One warning for all readings of a series that are alike: where the first stands, and how many there are."""
    said: dict[str, str | int] = {
        "time": found[0].label.isoformat(" ", timespec="minutes"),
        "times": len(found),
    }
    return Finding(f"monitoring.import_{code}", places.of(found[0]), said, "warning")


def _declared(declared: Declarations) -> list[PlanLine]:
    """The lines of the plans that would be written; where a plan is, they replace the lines known so far."""
    found: list[PlanLine] = []
    for draft in declared.drafts:
        stated = draft.body.get("lines") if draft.type == "plan" else None
        if isinstance(stated, list):
            found += [plan.line_from_json(body) for body in stated]
    return found


def _measurements(judged: Judged) -> Iterable[Measurement]:
    for batch in judged.batches:
        yield from batch.measurements()


def _series_of(judged: Judged, one: Measurement) -> str:
    for found in judged.found.values():
        if found.device == one.device and found.rule.stream == one.stream:
            return found.series
    return one.stream


def _weigh(
    connection: Connection,
    batch: Sequence[tuple[Measurement, Candidate]],
    places: _Places,
    decimals: dict[str, int],
    result: Comparison,
) -> None:
    if not batch:
        return
    known = held(connection, [candidate for _, candidate in batch])
    for one, candidate in batch:
        old = known.get((candidate.series, candidate.start))
        outcome = _outcome(candidate, old)
        result.note(candidate.series, outcome)
        if old is None or outcome not in ("differs", "other_origin"):
            continue
        places_of = decimals[candidate.series]
        value, known_value = (
            _text(candidate.value, candidate.state, places_of),
            _text(*old.said[:2], places_of),
        )
        params: dict[str, str | int] = {
            "series": candidate.series, "time": one.label.isoformat(" ", timespec="minutes"), "value": value,
            "known": known_value if outcome == "differs" else old.said[2].value,
            "origin": candidate.provenance.value, "known_entry": old.entry,
        }  # fmt: skip
        result.findings.append(Finding(f"monitoring.import_{outcome}", places.of(one), params, "warning"))


def _outcome(one: Candidate, old: Held | None) -> str:
    if old is None:
        return "new"
    if old.said == (one.value, one.state, one.provenance):
        return "known"
    if fills(one, old):
        return "fills"
    return "other_origin" if old.said[:2] == (one.value, one.state) else "differs"


def _text(value: int | None, state: State, decimals: int) -> str:
    return state.value if value is None else plain(unscaled(value, decimals))


class _Places:
    """From a measurement back to the sheet, row and column it stands in."""

    def __init__(self, mapping: Mapping, judged: Judged) -> None:
        self._sheets = [one.sheet for one in judged.tables]
        self._columns = [
            {one.stream: one.columns[0] if rule.across is None else "" for one in rule.series}
            for rule in mapping.tables
        ]

    def of(self, one: Measurement) -> dict[str, str | int]:
        number, row = one.record >> TABLE_SHIFT, one.record & ((1 << TABLE_SHIFT) - 1)
        where: dict[str, str | int] = {}
        if number < len(self._sheets) and self._sheets[number]:
            where["sheet"] = self._sheets[number]
        where["row"] = row
        column = self._columns[number].get(one.stream, "")
        return {**where, "column": column} if column else where
