"""Which factor: a ladder of named rungs, tried in order; the rung taken is part of the answer.

Validity is half-open: a row holds for a period when ``valid_from`` ≤ first day and last day < ``valid_to``.
Where no rung holds the answer is a Missing that says so, never the nearest row. Only a rung with
``reach="before"`` takes a row that has ended; the value is its source's, but its use for a later period is a
proposal, and the status of the choice says so: never "official".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tansuo.methods.term import Declared, FactorRow, MethodData, Rung
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State
from tansuo.quantity.unit import UnitError, convert

#: The rung of a local value that replaces what a table would give; it stands on every table rung.
OVERRIDE = "override"


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
) -> Rung:
    """A rung with its own selectors; what is left empty is taken from the factor it stands in.

    ``reach="before"``: where no row holds, the latest of those that have ended, as a proposal.
    """
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
    )


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
            holding = _holding(rows.rows(step, keys), period, step.reach)
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
    known = ", ".join(f"{name}={value}" for name, value in sorted(keys.items()) if name != "source")
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


def _holding(rows: Sequence[FactorRow], period: Period, reach: str) -> list[FactorRow]:
    holding = [
        row
        for row in rows
        if row.valid_from <= period.start and (row.valid_to is None or period.end <= row.valid_to)
    ]
    if holding or reach != "before":
        return holding
    ended = [row for row in rows if row.valid_to is not None and row.valid_to <= period.start]
    latest = max((row.valid_to for row in ended if row.valid_to is not None), default=None)
    return [row for row in ended if row.valid_to == latest]


def _status(row: FactorRow, period: Period) -> str:
    """The row's own status while it holds; after its last day a proposal at best."""
    ended = row.valid_to is not None and row.valid_to <= period.start
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
        status=_status(got, period),
        citation=f"{got.source} {got.page}".strip(),
        original=got.value,
        original_unit=got.unit,
        valid_from=got.valid_from.isoformat(),
        valid_to=last,
        provenance=Provenance.DEFAULT,
    )
