"""The monitoring plan 数据质量控制方案: which series an enterprise keeps, from which stream, on which grid.

A plan is one entry of type `plan` with subject `plan/<org>`; a newer one replaces it whole. It says what is
expected (so that a hole is known as a hole), and what a stream's numbers mean.

A series keeps its form, step, label, zone and decimals for life, because its stored integers and its grid
depend on them; another meter with another grid is another series. Its unit is how the integers are read, so a
plan that corrects a wrong unit corrects the past as now known and leaves it as first known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, RowMapping, Text, cast, select

from tansuo.evidence.as_of import visible
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.monitoring import tables
from tansuo.quantity.decimals import parse_decimal
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.unit import UnitError, parse_unit

Form = Literal["interval_amount", "register", "rate", "ratio"]
Label = Literal["start", "end"]

FORMS: tuple[Form, ...] = ("interval_amount", "register", "rate", "ratio")

IRREGULAR = 0
"""Step of a series without a grid (deliveries over a weighbridge): nothing is expected, events count."""

MONTHLY = -1
"""Step of one value a calendar month; a label anywhere in the month names it (label "end": up to and with
00:00 of the next first)."""

DAY_SECONDS = 86_400

#: What the stored integers of a series depend on; equal in every plan that names the series.
FIXED_FOR_LIFE = ("form", "step_s", "label", "zone", "decimals")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One series of a monitoring plan. Raises FindingError where a field cannot be what it says.

    `source` emission source or facility, `meter` the instrument, `indicator` what it measures; `channel`,
    `device`, `stream` where the numbers come from (see Measurement). `step_s` is the length of a cell in
    seconds (a divisor of 86,400; IRREGULAR and MONTHLY beside). `label` says whether a value is labelled with
    the start or the end of its interval: with "end", the value labelled 00:00 belongs to the day before.
    `unit` of the stored value (a rate's is per time: `t/h`, `kW`), kept with `decimals`. `authoritative`: of
    several streams of one quantity (HJ 212 sends it in 2011, 2051, 2061 and 2031) the one that counts.
    Validity is in civil days of `zone`, half-open. `lower` and `upper` are plausible limits in `unit`, as
    decimal texts: beyond them is a finding, never a changed value. `attributes` may carry `amount_unit` (the
    unit a rate sums to), `largest_change` and `stuck_after` (see quality).
    """

    series: str
    org: str
    source: str
    meter: str
    indicator: str
    channel: str
    device: str
    stream: str
    form: Form
    step_s: int
    label: Label
    zone: str
    unit: str
    decimals: int
    authoritative: bool
    required: bool
    valid_from: date
    valid_to: date | None = None
    lower: str | None = None
    upper: str | None = None
    synthetic: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    entry: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if wrong := _wrong_field(self):
            name, value = wrong
            raise FindingError(
                Finding(
                    "monitoring.plan_field",
                    {"series": self.series},
                    {"series": self.series, "field": name, "value": value},
                )
            )

    def covers(self, day: date) -> bool:
        """Whether the line is valid on a civil day of its zone."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def key(self) -> tuple[str, str, str]:
        """The stream this line is bound to."""
        return (self.channel, self.device, self.stream)

    @property
    def amount_unit(self) -> str:
        """The unit in which the series adds up: a rate's unit times time (`t/h` → t, `kW` → kWh), else
        `unit`."""
        if self.form != "rate":
            return self.unit
        stated = self.attributes.get("amount_unit")
        over, slash, _ = self.unit.rpartition("/")
        return stated or (over if slash else self.unit + "h")


def _wrong_field(line: PlanLine) -> tuple[str, str] | None:
    for name in ("series", "org", "source", "indicator", "channel", "device", "stream"):
        if not getattr(line, name):
            return name, ""
    if line.form not in FORMS:
        return "form", line.form
    if line.label not in ("start", "end"):
        return "label", line.label
    regular = line.step_s > 0 and DAY_SECONDS % line.step_s == 0
    if not regular and line.step_s not in (IRREGULAR, MONTHLY):
        return "step_s", str(line.step_s)
    if line.form == "rate" and not regular:
        return "step_s", str(line.step_s)
    if not 0 <= line.decimals <= 12:
        return "decimals", str(line.decimals)
    if line.valid_to is not None and line.valid_to <= line.valid_from:
        return "valid_to", line.valid_to.isoformat()
    try:
        ZoneInfo(line.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return "zone", line.zone
    wrong = _wrong_unit(line.unit, line.amount_unit if line.form == "rate" else "")
    if wrong:
        return wrong, getattr(line, wrong)
    for name in ("lower", "upper"):
        limit = getattr(line, name)
        try:
            if limit is not None:
                parse_decimal(limit)
        except ValueError:
            return name, limit
    return None


@lru_cache(maxsize=1024)
def _wrong_unit(unit: str, amount_unit: str) -> str:
    """Which of the units cannot be what it says, "" for none; ``amount_unit`` "" where the form is no rate."""
    try:
        per_cell = parse_unit(unit)
        if amount_unit and (per_cell * parse_unit("s")).dimensions != parse_unit(amount_unit).dimensions:
            return "amount_unit"
    except UnitError:
        return "unit"
    return ""


def plan_draft(
    org: str,
    lines: Sequence[PlanLine],
    *,
    supersedes: int | None = None,
    why: Mapping[str, object] | None = None,
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry that makes `lines` the monitoring plan of `org`; `supersedes` is the plan in force, if any
    (`current_plan`), and then `why` is needed.

    Raises FindingError with every fault of the plan (`judge`). At most about 250 lines fit an entry.
    """
    findings = judge(org, lines)
    if findings:
        raise FindingError(findings)
    body = {"lines": [line_as_json(line) for line in sorted(lines, key=lambda one: one.series)]}
    return Draft("plan", f"plan/{org}", body, org=org, supersedes=supersedes, why=why, by=by)


def judge(org: str, lines: Iterable[PlanLine]) -> list[Finding]:
    """Faults of a plan as a whole.

    `monitoring.plan_org` a line of another organisation; `monitoring.stream_bound_twice` one stream feeding
    two series on one day; `monitoring.two_authoritative` two authoritative series of one source, meter and
    indicator on one day; `monitoring.series_changed` one series with two grids.
    """
    findings: list[Finding] = []
    streams: dict[tuple[str, ...], list[PlanLine]] = {}
    quantities: dict[tuple[str, ...], list[PlanLine]] = {}
    first: dict[str, PlanLine] = {}
    for line in lines:
        where = {"series": line.series}
        if line.org != org:
            findings.append(Finding("monitoring.plan_org", where, {"org": line.org, "plan": org}))
        for other in streams.setdefault(line.key, []):
            if overlap(line, other):
                params = {"device": line.device, "stream": line.stream, "other": other.series}
                findings.append(Finding("monitoring.stream_bound_twice", where, params))
        streams[line.key].append(line)
        if line.authoritative:
            quantity = (line.source, line.meter, line.indicator)
            for other in quantities.setdefault(quantity, []):
                if overlap(line, other):
                    params = {"source": line.source, "indicator": line.indicator, "other": other.series}
                    findings.append(Finding("monitoring.two_authoritative", where, params))
            quantities[quantity].append(line)
        if changed := changed_field(first.setdefault(line.series, line), line):
            findings.append(
                Finding("monitoring.series_changed", where, {"series": line.series, "field": changed})
            )
    return findings


def overlap(one: PlanLine, other: PlanLine) -> bool:
    """Whether there is a day on which both lines are valid."""
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )


def changed_field(one: PlanLine, other: PlanLine) -> str | None:
    """The first of the fields that a series keeps for life in which two lines differ, or None."""
    return next((name for name in FIXED_FOR_LIFE if getattr(one, name) != getattr(other, name)), None)


def line_as_json(line: PlanLine) -> dict[str, object]:
    """A line as an entry's body carries it; defaults are left out, so that plans stay small."""
    body: dict[str, object] = {}
    for one in fields(line):
        value = getattr(line, one.name)
        default = one.default if one.default_factory is NO_DEFAULT else one.default_factory()
        if one.name == "entry" or value == default:
            continue
        if isinstance(value, date):
            value = value.isoformat()
        body[one.name] = dict(value) if isinstance(value, Mapping) else value
    return body


def line_from_json(body: Mapping[str, object], entry: int | None = None) -> PlanLine:
    """The line an entry states. FindingError, TypeError or ValueError on a body no plan_draft wrote."""
    values = {**body, "entry": entry}
    for name in ("valid_from", "valid_to"):
        if isinstance(stated := values.get(name), str):
            values[name] = date.fromisoformat(stated)
    return PlanLine(**values)  # type: ignore[arg-type]


def current_plan(connection: Connection, org: str, as_of: int | None = None) -> int | None:
    """Index of the plan entry of `org` in force, None where it has none yet."""
    table = tables.plan_line
    query = select(table.c.entry).where(visible(table, as_of), table.c.org_id == org).limit(1)
    found: int | None = connection.execute(query).scalar_one_or_none()
    return found


def lines(
    connection: Connection,
    as_of: int | None = None,
    *,
    org: str | None = None,
    source: str | None = None,
    series: str | None = None,
    device: str | None = None,
) -> list[PlanLine]:
    """Lines of the plans in force at a ledger size, by series and first day, narrowed by what is given."""
    table = tables.plan_line
    columns = [cast(table.c[one], Text) if one == "attributes" else table.c[one] for one in _COLUMNS]
    query = select(*columns).where(visible(table, as_of)).order_by(table.c.series, table.c.valid_from)
    for column, wanted in (
        (table.c.org_id, org),
        (table.c.source, source),
        (table.c.series, series),
        (table.c.device, device),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return [_line(tuple(row)) for row in connection.execute(query)]


def line_from_row(row: RowMapping) -> PlanLine:
    """The line of a row of `plan_line`."""
    return PlanLine(*(row[name] for name in _COLUMNS))


_COLUMNS = tuple("org_id" if one.name == "org" else one.name for one in fields(PlanLine))
"""The columns of `plan_line` that are the fields of a line, in their order."""


@lru_cache(maxsize=16_384)
def _line(row: tuple[Any, ...]) -> PlanLine:
    """The line of a row of `_COLUMNS`, attributes as text: plans are asked for all the time and change rarely."""
    fields_ = dict(zip(_COLUMNS, row, strict=True))
    return PlanLine(*{**fields_, "attributes": json.loads(fields_["attributes"])}.values())


def line_row(line: PlanLine, entry: int) -> dict[str, object]:
    """A line as a row of `plan_line`, in force from `entry` on."""
    values: dict[str, object] = {one.name: getattr(line, one.name) for one in fields(PlanLine)}
    values["attributes"] = dict(line.attributes)
    values["org_id"] = values.pop("org")
    return {**values, "entry": entry, "superseded_at": None}
