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

from tansuo.methods.document import Document, Json
from tansuo.methods.term import Rung
from tansuo.quantity.decimals import parse_decimal
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
class Choice:
    """The factor taken on the rung ``step``: ``got``, its ``value`` in the term's unit, ``instead`` of which row."""

    value: Decimal
    factor_id: str
    rung: str
    step: Json
    got: "Json | LocalValue"
    instead: Json | None = None


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
            for year in (2025, 2026):  # two years running: one has no 29 February, and so it is no day
                day_before(published_before, year)
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
    shift, day, fixed = found.groups()
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

    def __init__(self, rows: Sequence[Json]) -> None:
        self._rows: dict[tuple[str, str, str | None], list[Json]] = {}
        for row in rows:
            at = (row["table"], row.get("column", ""), row.get("key", ""))
            self._rows.setdefault(at, []).append(row)

    def rows(self, step: Json, keys: Mapping[str, str]) -> list[Json]:
        """The rows a table rung selects for these attributes, of any validity; none for an attribute not there."""
        key, region = (_text(step.get(name, ""), keys) for name in ("key", "region"))
        wanted = {"region": region, "level": step.get("level"), "applies_to": step.get("applies_to")}
        return [
            row
            for row in self._rows.get((step.get("table", ""), step.get("column", ""), key), ())
            if all(row.get(name, "") == text for name, text in wanted.items() if name in step)
        ]


def _text(selector: str, keys: Mapping[str, str]) -> str | None:
    if selector.startswith("="):
        return selector[1:]
    return keys.get(selector) if selector else ""


@dataclass(frozen=True)
class Ladders:
    """What factors are chosen by: the method, its rows, local values, and the answers to its options."""

    document: Document
    table: FactorTable
    local: Sequence[LocalValue]
    answers: Mapping[str, str]

    def choose(
        self, symbol: str, keys: Mapping[str, str], period: Period, findings: list[Finding]
    ) -> Choice | Missing:
        """The value of factor ``symbol`` in ``period`` for a source with attributes ``keys`` (its id is "source").

        A local value on the rung "override" is taken where a table would be read, and names the row it replaces.
        Pure: nothing is remembered. Two rows that hold at once, or a row in a unit of another kind, give Missing
        and a finding in ``findings``; so does a ladder on which no rung holds.
        """
        term = self.document.terms[symbol]
        cell = f"{keys['source']}/{period.text}" if "source" in keys else period.text
        where: dict[str, str | int] = {"method": self.document.id, "symbol": symbol, "cell": cell}
        absent = Missing(State.MISSING, symbol, cell)
        steps = term.get("ladder", ())
        for step in steps:
            if any(self.answers.get(name) != answer for name, answer in step.get("when", {}).items()):
                continue
            row: Json | None = None
            if step["take"] == "local":
                local = self._local(step["name"], symbol, keys, period)
            else:
                holding = _holding(self.table.rows(step, keys), period, step)
                if len(holding) > 1:
                    ids = ", ".join(one["id"] for one in holding)
                    findings.append(
                        Finding("methods.ambiguous_factor", where, {"rung": step["name"], "ids": ids})
                    )
                    return absent
                row = holding[0] if holding else None
                local = self._local(OVERRIDE, symbol, keys, period)
            got = local or row
            if got is None:
                continue
            value, unit = _printed(got)
            try:
                value = convert(value, unit, term["unit"])
            except UnitError as error:
                findings.extend(Finding(one.code, where, one.params) for one in error.findings)
                return absent
            if isinstance(got, LocalValue):
                return Choice(value, f"local/{symbol}/{cell}", got.rung, step, got, row)
            return Choice(value, got["id"], step["name"], step, got)
        # Names with a point (option.grid, basis.cets) are choices about the firm, not what a row is found by.
        known = ", ".join(
            f"{name}={value}" for name, value in sorted(keys.items()) if name != "source" and "." not in name
        )
        tried = ", ".join(step["name"] for step in steps)
        params: dict[str, str | int] = {"period": period.text, "tried": tried, "keys": known or "—"}
        findings.append(Finding("methods.no_factor", where, params))
        return absent

    def _local(self, rung: str, symbol: str, keys: Mapping[str, str], period: Period) -> LocalValue | None:
        """The local value given for the narrowest cell: source and month before source before everywhere."""
        sources, months = ("", keys.get("source")), ("", period.text)
        fitting = [
            one
            for one in self.local
            if (one.symbol, one.rung) == (symbol, rung) and one.source in sources and one.month in months
        ]
        return max(fitting, key=lambda one: (one.source != "", one.month != ""), default=None)


def _printed(got: LocalValue | Json) -> tuple[Decimal, str]:
    """Value and unit as they are written where a factor was found."""
    if isinstance(got, LocalValue):
        return got.value, got.unit
    return parse_decimal(got["value"]), got["unit"]


def _holding(rows: Sequence[Json], period: Period, step: Json) -> list[Json]:
    """The rows that hold for a period; or, on a rung that says so, the last ones from before it."""
    first, end = period.start.isoformat(), period.end.isoformat()
    if "published_before" in step:
        years = {period.start.year, (period.end - timedelta(days=1)).year}
        found = [_published(rows, day_before(step["published_before"], year)) for year in sorted(years)]
        return found[0] if found[0] == found[-1] else []
    holding = [row for row in rows if row["valid_from"] <= first and end <= row.get("valid_to", end)]
    if holding or step.get("reach") != "before":
        return holding
    ended = [row for row in rows if row.get("valid_to", end) <= first]
    return [row for row in ended if all(one["valid_to"] <= row["valid_to"] for one in ended)]


def _published(rows: Sequence[Json], day: date) -> list[Json]:
    """The rows published last before ``day``; of several published at once those with the latest data.

    A month or a year without a day was over before its rows are taken as published.
    """
    out = [
        (known, row.get("data_year", ""), row) for row in rows if (known := _known_on(row)) and known <= day
    ]
    latest = max(((known, year) for known, year, _ in out), default=None)
    return [row for known, year, row in out if (known, year) == latest]


def _known_on(row: Json) -> date | None:
    """The day after the one, month or year in which a row was published; None where that is not said."""
    try:
        return Period.parse(row["published_on"]).end
    except (KeyError, ValueError):
        return None


def chosen(choice: Choice, unit: str, period: Period) -> Chosen:
    """What a receipt says of a choice, in ``unit`` of its term and for ``period``."""
    got, instead = choice.got, choice.instead
    if isinstance(got, LocalValue):
        status = OVERRIDE if got.rung == OVERRIDE else "local"
        default = Default(*_default(instead)) if instead else None
        measured = (got.citation, "", status, got.citation, got.value, got.unit, "", "", got.provenance)
        return Chosen(choice.value, unit, choice.factor_id, got.rung, *measured, default)
    source, page = got.get("source", ""), got.get("page", "")
    return Chosen(
        value=choice.value,
        unit=unit,
        factor_id=choice.factor_id,
        rung=choice.rung,
        source=source,
        page=page,
        status=_status(got, period, choice.step),
        citation=f"{source} {page}".strip(),
        original=parse_decimal(got["value"]),
        original_unit=got["unit"],
        valid_from=got["valid_from"],
        valid_to=got.get("valid_to", ""),
        provenance=Provenance.DEFAULT,
    )


def _default(row: Json) -> tuple[str, Decimal, str, str]:
    return row["id"], parse_decimal(row["value"]), row["unit"], row.get("status", "")


def _status(row: Json, period: Period, step: Json) -> str:
    """The row's own status while it holds or the method prescribes it; after its last day a proposal at best."""
    status: str = row.get("status", "")
    prescribed = "published_before" in step or "valid_to" not in row
    ended = not prescribed and row["valid_to"] <= period.start.isoformat()
    return "proposal" if ended and status not in ("draft", "example") else status
