"""Which factor: a ladder of named rungs, tried in order; the rung taken is part of the answer.

Validity is half-open: a row holds for a period when ``valid_from`` ≤ first day and last day < ``valid_to``.
Where no rung holds the answer is a Missing that says so, never the nearest row. Two kinds of rung take rows
whose validity is another period's. With ``reach="before"`` the latest that has ended: the value is its source's,
but its use for a later period is a proposal, and the status of the choice says so: never "official". With
``published_before`` the last that was published before a day which the method itself fixes for every reporting
year; there the method prescribes the use, and the status is the row's own.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tansuo.methods.term import Declared, FactorRow, MethodData, Rung
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State
from tansuo.quantity.unit import UnitError, convert

#: The rung of a local value that replaces what a table would give; it stands on every table rung.
OVERRIDE = "override"
#: A day of the reporting year, of one before or after it, or one day for all years.
_DAY = re.compile(r"(?:year([+-]\d)?/(\d\d-\d\d)|(\d{4}-\d\d-\d\d))", re.ASCII)


@dataclass(frozen=True, slots=True)
class LocalValue:
    """A factor that the firm itself measured or declared, given with the inputs.

    ``source`` and ``month`` say where it holds; an empty one says everywhere. ``rung``: the rung it stands
    on. ``citation``: laboratory report, delivery note.
    """

    symbol: str
    value: Decimal
    unit: str
    source: str = ""
    month: str = ""
    rung: str = "measured"
    citation: str = ""
    provenance: Provenance = Provenance.MEASURED


@dataclass(frozen=True, slots=True)
class Default:
    """The row of a table that an override stands in for: it stays visible beside what replaced it."""

    factor_id: str
    value: Decimal
    unit: str
    status: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The factor taken: ``value`` in the term's unit, and everything a receipt says about it.

    ``original`` and ``original_unit`` are as printed in the source; ``status`` is the row's, or "local",
    or "override" for a local value that replaces the table's, or "proposal" for a row that ended before the
    period (a draft or an example stays one). ``instead_of``: the table's row that an override replaced.
    """

    value: Decimal
    unit: str
    factor_id: str
    rung: str
    source: str
    page: str
    status: str
    citation: str
    original: Decimal
    original_unit: str
    valid_from: str
    valid_to: str
    provenance: Provenance
    instead_of: Default | None = None


def rung(
    name: str,
    *,
    local: bool = False,
    table: str = "",
    column: str = "",
    key: str = "",
    region: str = "",
    level: str = "",
    applies_to: str = "",
    when: Mapping[str, str] | None = None,
    reach: str = "",
    published_before: str = "",
) -> Rung:
    """A rung with its own selectors; what is left empty is taken from the factor it stands in.

    ``reach="before"``: where no row holds, the latest of those that have ended, as a proposal.
    ``published_before``: whatever its validity, the row published last before that day; "year-1/11-01" is the
    1 November of the year before the reporting year (what was published up to 31 October), "year/04-01" a day
    of that year itself, "2025-11-01" one day for all. FindingError for another way of writing either.
    """
    if reach not in ("", "before") or (reach and published_before):
        raise FindingError(Finding("methods.rung_reach", params={"rung": name, "reach": reach}))
    if published_before:
        try:
            day_before(published_before, 2024)
        except ValueError:
            params = {"rung": name, "day": published_before}
            raise FindingError(Finding("methods.rung_published", params=params)) from None
    return Rung(
        name,
        "local" if local else "table",
        table,
        column,
        key,
        region,
        level,
        applies_to,
        dict(when or {}),
        reach,
        published_before,
    )


def day_before(text: str, year: int) -> date:
    """The day that ``published_before`` names for a reporting year; ValueError where it names none."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} names no day")
    shift, day, fixed = found.groups("")
    named = year + int(shift) if shift else year
    return date.fromisoformat(fixed or f"{named:04d}-{day}")


def ladder(*rungs: str | Rung) -> tuple[Rung, ...]:
    """Rungs from first to last choice. A plain name beginning with "default" reads the factor's table; any
    other plain name takes a local value given under that name.
    """
    return tuple(
        one if isinstance(one, Rung) else rung(one, local=not one.startswith("default")) for one in rungs
    )


class FactorTable:
    """A method's factor rows, found by (table, column, key)."""

    def __init__(self, rows: Sequence[FactorRow]) -> None:
        self._rows: dict[tuple[str, str, str], list[FactorRow]] = {}
        for row in rows:
            self._rows.setdefault((row.table, row.column, row.key), []).append(row)

    def rows(self, step: Rung, keys: Mapping[str, str]) -> list[FactorRow]:
        """The rows a table rung selects for these attributes, of any validity."""
        key, region = _text(step.key, keys), _text(step.region, keys)
        if key is None or region is None:
            return []
        return [
            row
            for row in self._rows.get((step.table, step.column, key), ())
            if (not step.region or row.region == region) and step.may_take(row)
        ]


def _text(selector: str, keys: Mapping[str, str]) -> str | None:
    if selector.startswith("="):
        return selector[1:]
    return keys.get(selector) if selector else ""


def choose(
    method: MethodData,
    term: str,
    *,
    keys: Mapping[str, str],
    period: Period,
    local: Sequence[LocalValue] = (),
    options: Mapping[str, str] | None = None,
    table: FactorTable | None = None,
    findings: list[Finding] | None = None,
) -> Chosen | Missing:
    """The value of factor ``term`` in ``period`` for a source with attributes ``keys`` (its id is "source").

    A local value on the rung "override" is taken where a table would be read, and names the row it replaces.
    Pure: nothing is remembered. Two rows that hold at once, or a row in a unit of another kind, give Missing
    and a finding in ``findings``; so does a ladder on which no rung holds.
    """
    declared = method.terms[term]
    found: list[Finding] = [] if findings is None else findings
    rows = FactorTable(method.factors) if table is None else table
    answers = {name: option.default for name, option in method.options.items()} | dict(options or {})
    where: dict[str, str | int] = {"method": method.id, "symbol": term, "cell": _cell(keys, period)}
    for step in declared.ladder:
        if any(answers.get(name) != answer for name, answer in step.when.items()):
            continue
        instead: FactorRow | None = None
        if step.take == "local":
            got: FactorRow | LocalValue | None = _local(step, term, keys, period, local)
        else:
            holding = _holding(rows.rows(step, keys), period, step)
            if len(holding) > 1:
                ids = ", ".join(row.id for row in holding)
                found.append(Finding("methods.ambiguous_factor", where, {"rung": step.name, "ids": ids}))
                return Missing(State.MISSING, term, _cell(keys, period))
            row = holding[0] if holding else None
            replaced = _local(rung(OVERRIDE, local=True), term, keys, period, local)
            got, instead = replaced or row, row if replaced else None
        if got is None:
            continue
        try:
            value = convert(got.value, got.unit, declared.unit)
        except UnitError as error:
            found.extend(Finding(one.code, where, one.params) for one in error.findings)
            return Missing(State.MISSING, term, _cell(keys, period))
        return _chosen(step, got, value, declared, period, _cell(keys, period), instead)
    tried = ", ".join(step.name for step in declared.ladder)
    # Names with a point (option.grid, basis.cets) are choices about the firm, not what a row is found by.
    known = ", ".join(
        f"{name}={value}" for name, value in sorted(keys.items()) if name != "source" and "." not in name
    )
    params: dict[str, str | int] = {"period": period.text, "tried": tried, "keys": known or "—"}
    found.append(Finding("methods.no_factor", where, params))
    return Missing(State.MISSING, term, _cell(keys, period))


def _cell(keys: Mapping[str, str], period: Period) -> str:
    return f"{keys['source']}/{period.text}" if "source" in keys else period.text


def _local(
    step: Rung, term: str, keys: Mapping[str, str], period: Period, local: Sequence[LocalValue]
) -> LocalValue | None:
    """The local value given for the narrowest cell: source and month before source before everywhere."""
    at = (keys.get("source", ""), period.text)
    fitting = [
        one
        for one in local
        if one.symbol == term
        and one.rung == step.name
        and one.source in ("", at[0])
        and one.month in ("", at[1])
    ]
    return max(fitting, key=lambda one: (one.source != "", one.month != ""), default=None)


def _holding(rows: Sequence[FactorRow], period: Period, step: Rung) -> list[FactorRow]:
    if step.published_before:
        first, last = (
            _published(rows, day_before(step.published_before, year))
            for year in (period.start.year, (period.end - timedelta(days=1)).year)
        )
        return first if first == last else []
    holding = [
        row
        for row in rows
        if row.valid_from <= period.start and (row.valid_to is None or period.end <= row.valid_to)
    ]
    if holding or step.reach != "before":
        return holding
    ended = [row for row in rows if row.valid_to is not None and row.valid_to <= period.start]
    latest = max((row.valid_to for row in ended if row.valid_to is not None), default=None)
    return [row for row in ended if row.valid_to == latest]


def _published(rows: Sequence[FactorRow], day: date) -> list[FactorRow]:
    """The rows published last before ``day``; of several published at once those with the latest data.

    A month or a year without a day was over before its rows are taken as published.
    """
    out = [(known, row.data_year, row) for row in rows if (known := _known_on(row)) and known <= day]
    latest = max(((known, year) for known, year, _ in out), default=None)
    return [row for known, year, row in out if (known, year) == latest]


def _known_on(row: FactorRow) -> date | None:
    """The day after the one, month or year in which a row was published; None where that is not said."""
    try:
        return Period.parse(row.published_on).end
    except ValueError:
        return None


def _status(row: FactorRow, period: Period, step: Rung) -> str:
    """The row's own status while it holds or the method prescribes it; after its last day a proposal at best."""
    ended = not step.published_before and row.valid_to is not None and row.valid_to <= period.start
    return "proposal" if ended and row.status not in ("draft", "example") else row.status


def _chosen(
    step: Rung,
    got: FactorRow | LocalValue,
    value: Decimal,
    declared: Declared,
    period: Period,
    cell: str,
    instead: FactorRow | None,
) -> Chosen:
    if isinstance(got, LocalValue):
        name = f"local/{declared.symbol}/{cell}"
        status = OVERRIDE if got.rung == OVERRIDE else "local"
        default = Default(instead.id, instead.value, instead.unit, instead.status) if instead else None
        measured = (got.citation, "", status, got.citation, got.value, got.unit, "", "", got.provenance)
        return Chosen(value, declared.unit, name, got.rung, *measured, default)
    last = "" if got.valid_to is None else got.valid_to.isoformat()
    return Chosen(
        value=value,
        unit=declared.unit,
        factor_id=got.id,
        rung=step.name,
        source=got.source,
        page=got.page,
        status=_status(got, period, step),
        citation=f"{got.source} {got.page}".strip(),
        original=got.value,
        original_unit=got.unit,
        valid_from=got.valid_from.isoformat(),
        valid_to=last,
        provenance=Provenance.DEFAULT,
    )
