"""Binding: a published method, the registry and the monitoring plan, brought together into inputs.

One ``Binder`` reads everything that several subjects need for a window of months, in a handful of queries;
``bound`` then gives the inputs of one subject and period, and ``evaluation`` runs the evaluator over them.
What it reads is the state as of one log size, and nothing else: the same size gives the same inputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Connection

from tansuo.accounting.activity_data import Activity, LineMonth, activity
from tansuo.accounting.holdings import Holding, holdings
from tansuo.accounting.local_factor import LocalFactor, local_factors, stated
from tansuo.accounting.methods_store import ReadableMethod, StoredMethod
from tansuo.methods.evaluate import Cell, CompiledMethod, Evaluation, Inputs, Shape, SourceKey, evaluate
from tansuo.methods.term import MethodData
from tansuo.monitoring.plan import PlanLine, lines
from tansuo.monitoring.reading import PeriodSum
from tansuo.monitoring.series import month_sums
from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period
from tansuo.quantity.state import Provenance
from tansuo.registry.statement import Statement
from tansuo.registry.subject import Subject

OPTION = "option."
"""Attributes of a subject that choose an option of a method: ``option.grid`` = ``provincial``."""


@dataclass(frozen=True)
class Bound:
    """The inputs of one subject and period under one method, and where each of them comes from.

    ``activities``: every activity cell of the grid. ``locals``: local factor values with their statements.
    ``inputs`` and ``options`` are what the evaluator is given. ``findings``: what laboratory results give to say.
    """

    subject: Subject
    period: Period
    method: StoredMethod
    inputs: Inputs
    options: Mapping[str, str]
    activities: Mapping[Cell, Activity]
    locals: Sequence[LocalFactor]
    sources: Mapping[str, Subject]
    synthetic: bool
    findings: tuple[Finding, ...] = ()

    @cached_property
    def evaluation(self) -> Evaluation:
        """The method run over the inputs."""
        return evaluate(compiled(self.method), self.inputs, self.options)


@dataclass
class Binder:
    """Everything ``subjects`` need for periods within ``window`` under ``method``, as of a log size.

    What ``bound`` gives for a period does not depend on the window or on the other subjects.
    """

    connection: Connection
    subjects: Sequence[str]
    window: Period
    method: StoredMethod
    as_of: int
    _sums: dict[LineMonth, PeriodSum] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.holdings = holdings(self.connection, self.subjects, self.as_of)
        self.sources = sorted({one.source.id for held in self.holdings.of.values() for one in held})
        self.lines = self._plan()
        counted = self._counted()
        months = [month.text for month in self.window.by_month()]
        named = [(line.series, line.valid_from, month) for line in counted for month in months]
        sums = month_sums(self.connection, counted, self.window, self.as_of)
        self._sums = dict(zip(named, sums, strict=True))
        self.statements: dict[str, list[Statement]] = {}
        names = sorted(self.holdings.subjects)
        for one in stated(self.connection, self.method.data, names, self.as_of):
            self.statements.setdefault(one.subject, []).append(one)

    def bound(self, subject: str, period: Period) -> Bound:
        """The inputs of ``subject`` for ``period``, which lies in the window."""
        held, on = self.holdings.of[subject], period.days()[-1]
        months = period.by_month()
        keys = tuple(SourceKey(one.source.id, self.holdings.own(subject, one, on)) for one in held)
        shape = Shape(keys, tuple(month.text for month in months))
        activities = {one.cell: one for one in self._activities(held, shape, months)}
        findings: list[Finding] = []
        found = self._locals(subject, held, months, period, findings)
        attributes = self.holdings.attributes(subject, on)
        inputs = Inputs(
            shape=shape,
            values={cell: one.value for cell, one in activities.items()},
            local=[one.value for one in found],
            attributes=attributes,
            provenance={cell: _kinds(one) for cell, one in activities.items()},
        )
        about = self.holdings.subjects[subject]
        synthetic = (
            about.synthetic
            or any(one.source.synthetic for one in held)
            or any(one.synthetic for one in activities.values())
            or any(one.synthetic for one in found)
        )
        return Bound(
            subject=about,
            period=period,
            method=self.method,
            inputs=inputs,
            options=_options(self.method.data, attributes),
            activities=activities,
            locals=found,
            sources={one.source.id: one.source for one in held},
            synthetic=synthetic,
            findings=tuple(dict.fromkeys(findings)),
        )

    def series_of(self, subject: str) -> tuple[str, ...]:
        """The series whose sums the figures of ``subject`` are made of, at any time."""
        sources = {one.source.id for one in self.holdings.of[subject]}
        return tuple(sorted({line.series for line in self._counted() if line.source in sources}))

    def _activities(self, held: Sequence[Holding], shape: Shape, months: Sequence[Period]) -> list[Activity]:
        found = []
        by_month = {month.text: month for month in months}
        by_source = {one.source.id: one for one in held}
        counted = {
            (one.source.id, month.text): one.counted(month, self.holdings.elsewhere.get(one.source.id, ()))
            for one in held
            for month in months
        }
        for term in self.method.data.terms.values():
            if term.kind != "activity":
                continue
            for source, month in shape.places(term.over, term.keys):
                if source in by_source and month:
                    spans = counted[source, month]
                    said = self.statements.get(source, ())
                    found.append(
                        activity(term, source, by_month[month], self._of(source), self._sums, spans, said)
                    )
        return found

    def _locals(
        self,
        subject: str,
        held: Sequence[Holding],
        months: Sequence[Period],
        period: Period,
        findings: list[Finding],
    ) -> list[LocalFactor]:
        above = self.holdings.above(subject, period.days()[-1])
        method, said = self.method.data, self.statements
        found = local_factors(method, said, "", (subject, *above), months, period)
        for one in held:
            way = tuple(dict.fromkeys((*one.way, *above)))
            found += local_factors(method, said, one.source.id, way, months, period, findings)
        return found

    def _plan(self) -> dict[str, list[PlanLine]]:
        owners = {one.source.org for held in self.holdings.of.values() for one in held}
        only = next(iter(owners)) if len(owners) == 1 else None
        wanted = set(self.sources)
        found: dict[str, list[PlanLine]] = {}
        for line in lines(self.connection, self.as_of, org=only):
            if line.source in wanted:
                found.setdefault(line.source, []).append(line)
        return found

    def _of(self, source: str) -> Sequence[PlanLine]:
        return self.lines.get(source, ())

    def _counted(self) -> list[PlanLine]:
        """Authoritative lines of activities the method knows: the only ones whose sums are asked for."""
        indicators = {term.indicator for term in self.method.data.terms.values() if term.kind == "activity"}
        return [
            line
            for of_source in self.lines.values()
            for line in of_source
            if line.authoritative and line.indicator in indicators
        ]


_COMPILED: dict[str, CompiledMethod] = {}
_KEPT = 32


def compiled(method: ReadableMethod) -> CompiledMethod:
    """The method ready to run, kept by its fingerprint with the programs of the grids it has met."""
    found = _COMPILED.get(method.fingerprint)
    if found is None:
        if len(_COMPILED) >= _KEPT:
            _COMPILED.clear()
        found = _COMPILED[method.fingerprint] = CompiledMethod(method.data)
    return found


def _options(method: MethodData, attributes: Mapping[str, str]) -> dict[str, str]:
    """Options that the nearest subject chose and the method knows; the rest stay at the method's default."""
    return {
        name: attributes[OPTION + name]
        for name, option in method.options.items()
        if attributes.get(OPTION + name) in option.choices
    }


def _kinds(one: Activity) -> frozenset[Provenance]:
    """How an amount came to be: every kind that gives it something, measured where nothing is said."""
    kinds = frozenset(kind for kind, amount in one.by_provenance.items() if amount != Decimal())
    return kinds or frozenset({Provenance.MEASURED})
