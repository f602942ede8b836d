"""Factors that a firm measured or declared itself: statements about a source, read as local values.

A laboratory result (NCV, carbon content, enthalpy of steam, a supplier's heat factor) is a statement of the
source, or of its facility or enterprise, with the indicator ``factor.<column>``: the column of the table the
term's default stands in (``factor.ncv``, ``factor.cc``), or the term's symbol where it has no table
(``factor.HS``). The statement's basis is the rung of the ladder it stands on; "" means ``measured`` for a
measured value and ``supplier`` for any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection

from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.methods.ladder import LocalValue
from tansuo.methods.term import Declared, MethodData
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance
from tansuo.registry.source import Source
from tansuo.registry.statement import Stage, Statement, find, state_

PREFIX = "factor."


@dataclass(frozen=True, slots=True)
class LocalFactor:
    """A local value for one term, source and month, and the statement it comes from."""

    value: LocalValue
    statement: Statement


def local_factor(
    subject: str,
    column: str,
    period: str,
    value: Decimal,
    unit: str,
    *,
    rung: str = "",
    provenance: Provenance = Provenance.MEASURED,
    synthetic: bool = False,
    issuer: str,
    source: Source,
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry that states a measured or supplied factor of ``subject`` for ``period``, with its document.

    ``column`` is the factor's column (``ncv``, ``cc``) or a term's symbol; ``issuer`` the laboratory or
    supplier; ``source`` names the report and, in ``document``, its SHA-256.
    """
    return state_(
        subject,
        PREFIX + column,
        period,
        value,
        unit,
        basis=rung,
        stage=Stage.PRELIMINARY,
        provenance=provenance,
        synthetic=synthetic,
        issuer=issuer,
        source=source,
        org=org,
        by=by,
    )


def column_of(term: Declared) -> str | None:
    """The column by which local values of a factor are stated; None for a factor that takes none."""
    if not any(step.take == "local" for step in term.ladder):
        return None
    columns = [step.column for step in term.ladder if step.column]
    return columns[0] if columns else term.symbol


def local_terms(method: MethodData) -> Mapping[str, list[Declared]]:
    """Terms that take local values, by the indicator of the statements they are read from."""
    found: dict[str, list[Declared]] = {}
    for term in method.terms.values():
        column = column_of(term) if term.kind == "factor" else None
        if column is not None:
            found.setdefault(PREFIX + column, []).append(term)
    return found


def stated(
    connection: Connection, method: MethodData, subjects: Sequence[str], as_of: int | None = None
) -> list[Statement]:
    """Every statement of ``subjects`` that a factor of ``method`` could be read from."""
    indicators = sorted(local_terms(method))
    if not indicators or not subjects:
        return []
    return find(connection, subject=subjects, indicator=indicators, world="actual", as_of=as_of)


def local_factors(
    method: MethodData,
    statements: Mapping[str, Sequence[Statement]],
    source: str,
    way: Sequence[str],
    months: Sequence[Period],
) -> list[LocalFactor]:
    """Local values for one source and ``months``: of several statements the nearest subject's counts, then
    the shortest period, then the highest stage, then the latest entry.

    ``statements``: by subject. ``way``: the source's facility, enterprise and further up, nearest first.
    """
    found: list[LocalFactor] = []
    terms = local_terms(method)
    for month in months:
        best: dict[tuple[str, str], tuple[tuple[int, int, int, int], Statement]] = {}
        for distance, subject in enumerate((source, *way)):
            for one in statements.get(subject, ()):
                period = Period.parse(one.period)
                if one.value is None or not period.contains(month):
                    continue
                length = (period.end - period.start).days
                rank = (-distance, -length, one.stage.rank, one.entry)
                key = (one.indicator, _rung(one))
                if key not in best or rank > best[key][0]:
                    best[key] = (rank, one)
        for (indicator, rung), (_, one) in best.items():
            for term in terms[indicator]:
                found.append(LocalFactor(_value(term.symbol, one, source, month, rung), one))
    return found


def _rung(one: Statement) -> str:
    if one.basis:
        return one.basis
    return "measured" if one.provenance is Provenance.MEASURED else "supplier"


def _value(symbol: str, one: Statement, source: str, month: Period, rung: str) -> LocalValue:
    assert one.value is not None
    cited = one.source.text if one.source else f"{one.issuer}, {plain(one.value)} {one.unit}"
    if one.source and one.source.page:
        cited = f"{cited}, {one.source.page}"
    return LocalValue(symbol, one.value, one.unit, source, month.text, rung, cited, one.provenance)
