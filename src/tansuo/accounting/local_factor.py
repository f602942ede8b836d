"""Factors that a firm measured or declared itself, or that an operator set: statements, read as local values.

A value (NCV, carbon content, enthalpy of steam, a supplier's heat factor) is a statement of the source, or of its
facility or enterprise, with the indicator ``factor.<column>``: the column of the table the term's default stands
in (``factor.ncv``, ``factor.cc``), or the term's symbol (``factor.HS``). The statement's basis is the rung of the
ladder it stands on; "" means ``measured`` for a measured value and ``supplier`` for any other. On the rung
``override`` it replaces a provider's default, which stays visible beside it, and says why in its detail.

Laboratory results (``accounting.fuel_tests``) stand on the rung ``measured`` where no such statement does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from tansuo.accounting.activity_data import PREFIX as ACTIVITY
from tansuo.accounting.fuel_tests import INDICATORS, Analysis, analyses
from tansuo.accounting.tested import COLUMNS, Tested, month_of
from tansuo.accounting.wording import refuse
from tansuo.evidence.entry import SYSTEM_ACTOR, Actor, Draft
from tansuo.methods.document import cell_text, timed
from tansuo.methods.ladder import OVERRIDE, LocalValue
from tansuo.methods.term import Declared, MethodData
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance
from tansuo.quantity.unit import compatible
from tansuo.registry.source import Source
from tansuo.registry.statement import Stage, Statement, find, state_

PREFIX = "factor."


@dataclass(frozen=True, slots=True)
class LocalFactor:
    """A local value for one term, source and month, the statement it comes from (of an analysis its newest), and
    where a laboratory found it, the way from the results to the value."""

    value: LocalValue
    statement: Statement
    tested: Tested | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """Symbol, place and rung: by which the evaluator's choice leads back here."""
        return self.value.symbol, cell_text((self.value.source, self.value.month)), self.value.rung

    @property
    def synthetic(self) -> bool:
        """Whether anything it rests on is invented."""
        return self.statement.synthetic or (
            self.tested is not None and any(one.synthetic for one in self.tested.analyses)
        )


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
    detail: Mapping[str, Any] | None = None,
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
        detail=detail,
        org=org,
        by=by,
    )


def override(
    subject: str,
    column: str,
    period: str,
    value: Decimal,
    unit: str,
    reason: str,
    *,
    synthetic: bool = False,
    issuer: str,
    source: Source,
    org: str = "public",
    by: Actor = SYSTEM_ACTOR,
) -> Draft:
    """The entry by which an operator replaces a provider's default for ``subject`` and ``period``.

    FindingError ``accounting.override_reason`` without a reason.
    """
    if not reason.strip():
        raise refuse("override_reason", column=column)
    return local_factor(
        subject, column, period, value, unit, rung=OVERRIDE, provenance=Provenance.DECLARED, synthetic=synthetic,
        issuer=issuer, source=source, detail={"reason": reason.strip()}, org=org, by=by,
    )  # fmt: skip


def column_of(term: Declared) -> str | None:
    """The column by which local values of a factor are stated; None for a factor that takes none."""
    if not any(step.take == "local" for step in term.ladder):
        return None
    columns = [step.column for step in term.ladder if step.column]
    return columns[0] if columns else term.symbol


def local_terms(method: MethodData) -> Mapping[str, list[Declared]]:
    """Factors by the indicators of the statements they are read from: those of their column and their symbol."""
    found: dict[str, list[Declared]] = {}
    for term in method.terms.values():
        if term.kind == "factor":
            columns = [step.column for step in term.ladder if step.column][:1]
            for name in dict.fromkeys((*columns, term.symbol)):
                found.setdefault(PREFIX + name, []).append(term)
    return found


def stated(
    connection: Connection, method: MethodData, subjects: Sequence[str], as_of: int | None = None
) -> list[Statement]:
    """Every statement of ``subjects`` that a factor or an activity of ``method`` could be read from, laboratory
    results among them."""
    amounts = {
        ACTIVITY + (term.indicator or term.symbol)
        for term in method.terms.values()
        if term.kind == "activity"
    }
    indicators = sorted({*local_terms(method), *amounts, *INDICATORS})
    if not subjects:
        return []
    return find(connection, subject=subjects, indicator=indicators, world="actual", as_of=as_of)


def takes(term: Declared, rung: str) -> bool:
    """Whether a value on ``rung`` has a place on the term's ladder; an override stands where a table is read."""
    if rung == OVERRIDE:
        return any(step.take == "table" for step in term.ladder)
    return any(step.take == "local" and step.name == rung for step in term.ladder)


def local_factors(
    method: MethodData,
    statements: Mapping[str, Sequence[Statement]],
    source: str,
    way: Sequence[str],
    months: Sequence[Period],
    whole: Period | None = None,
    findings: list[Finding] | None = None,
) -> list[LocalFactor]:
    """Local values for one source and ``months``: of several statements the nearest subject's counts, then
    the shortest period, then the highest stage, then the latest entry.

    ``statements``: by subject. ``way``: the source's facility, enterprise and further up, nearest first. A term
    that has no months of its own takes a statement that holds for all of ``whole``; with ``source`` "" the
    terms that have no source are asked for, of the subjects of ``way``. What does not fit a term's ladder or unit
    is passed over. ``findings`` receives what laboratory results give to say.
    """
    found: list[LocalFactor] = []
    terms = local_terms(method)
    subjects = (source, *way) if source else tuple(way)
    spans = [(month, True) for month in months] + ([(whole, False)] if whole is not None else [])
    for span, monthly in spans:
        best = _best(statements, subjects, span)
        for (indicator, rung), one in best.items():
            for term in terms.get(indicator, ()):
                if _asked(term, source, monthly) and takes(term, rung) and compatible(one.unit, term.unit):
                    at = span.text if monthly else ""
                    found.append(LocalFactor(_value(term.symbol, one, source, at, rung), one))
    if source:
        held = {(one.value.symbol, one.value.month, one.value.rung) for one in found}
        for made in _from_tests(method, statements, subjects, months, [] if findings is None else findings):
            if (made.value.symbol, made.value.month, made.value.rung) not in held:
                found.append(made)
    return found


def _asked(term: Declared, source: str, monthly: bool) -> bool:
    return ("source" in term.over) is bool(source) and timed(term.over) is monthly


def _best(
    statements: Mapping[str, Sequence[Statement]], subjects: Sequence[str], span: Period
) -> dict[tuple[str, str], Statement]:
    """The statement that counts for ``span``, by indicator and rung."""
    best: dict[tuple[str, str], tuple[tuple[int, int, int, int], Statement]] = {}
    for distance, subject in enumerate(subjects):
        for one in statements.get(subject, ()):
            period = Period.parse(one.period)
            if one.value is None or not one.indicator.startswith(PREFIX) or not period.contains(span):
                continue
            length = (period.end - period.start).days
            rank = (-distance, -length, one.stage.rank, one.entry)
            key = (one.indicator, _rung(one))
            if key not in best or rank > best[key][0]:
                best[key] = (rank, one)
    return {key: one for key, (_, one) in best.items()}


def _from_tests(
    method: MethodData,
    statements: Mapping[str, Sequence[Statement]],
    subjects: Sequence[str],
    months: Sequence[Period],
    findings: list[Finding],
) -> Iterator[LocalFactor]:
    """Values that laboratory results give, of the nearest subject that has any for the month."""
    known = [(subject, analyses(statements.get(subject, ()))) for subject in subjects]
    terms = local_terms(method)
    own_formula = PREFIX + "C_ad" in terms
    for month in months:
        here: list[Analysis] = next(
            (found for _, found in known if any(one.sample.touches(month) for one in found)), []
        )
        if not here:
            continue
        made = month_of(here, month, subjects[0], own_formula=own_formula)
        findings += made.findings
        for (column, rung), tested in made.values.items():
            for term in terms.get(PREFIX + column, ()) if column in COLUMNS else ():
                if (
                    takes(term, rung)
                    and _asked(term, subjects[0], True)
                    and compatible(tested.unit, term.unit)
                ):
                    newest = max(
                        (said for one in tested.analyses for said in one.statements),
                        key=lambda said: said.entry,
                    )
                    yield LocalFactor(tested.local(term.symbol, subjects[0], month.text), newest, tested)


def _rung(one: Statement) -> str:
    if one.basis:
        return one.basis
    return "measured" if one.provenance is Provenance.MEASURED else "supplier"


def _value(symbol: str, one: Statement, source: str, month: str, rung: str) -> LocalValue:
    assert one.value is not None
    cited = one.source.text if one.source else f"{one.issuer}, {plain(one.value)} {one.unit}"
    if one.source and one.source.page:
        cited = f"{cited}, {one.source.page}"
    return LocalValue(symbol, one.value, one.unit, source, month, rung, cited, one.provenance)
