"""The one evaluator: a published method document and inputs in, figures out. Standard library only.

Factors are chosen on their ladders, the flat program of the grid is run, and everything a receipt needs is
handed back beside the figures. A method is taken from its document; no Python of a pack runs here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from tansuo.methods.expression import Decay, FirstOf, nodes, symbols
from tansuo.methods.grid import Cell, Shape, SourceKey, cell_text, place_of
from tansuo.methods.ladder import OVERRIDE, Chosen, FactorTable, LocalValue, choose
from tansuo.methods.program import Program, compile_program
from tansuo.methods.term import Declared, FactorRow, MethodData, Quantity, method_data, outside
from tansuo.quantity.decimals import CONTEXT, round_to
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State, Value

__all__ = [
    "Cell",
    "CompiledMethod",
    "Evaluation",
    "Inputs",
    "Program",
    "Shape",
    "SourceKey",
    "compile_program",
    "evaluate",
    "from_document",
]

#: Part of every receipt: figures are replayed by an evaluator that gives the same digits.
EVALUATOR = "tansuo.methods.evaluate/1"

_KEPT = 512


@dataclass(frozen=True)
class Inputs:
    """What one enterprise brings to a method for some months.

    ``values``: (activity symbol, cell) → Decimal in the term's unit, or Missing; a cell of the grid that is
    absent counts as Missing. ``attributes``: of the enterprise (``province`` …); a source's own go before
    them. ``provenance``: how each value came to be, for the kinds of a figure; absent means measured.
    """

    shape: Shape
    values: Mapping[Cell, Value]
    local: Sequence[LocalValue] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[Cell, frozenset[Provenance]] = field(default_factory=dict)


@dataclass(frozen=True)
class Evaluation:
    """Figures and how they came about.

    ``quantities``: published values. ``unrounded``: before rounding (34 digits where a division does not
    end). ``terms``: every input taken, factors among them, in the term's unit. ``chosen``: the factors with
    rung and citation. ``taken``: of quantities that are a ladder of formulas, the name of the branch taken.
    ``findings``: warnings; what is an error is raised. ``leaves``: of cells somebody asked about, what they
    rest on (``lineage.leaves`` keeps it here).
    """

    method: MethodData
    inputs: Inputs
    options: Mapping[str, str]
    quantities: Mapping[Cell, Value]
    unrounded: Mapping[Cell, Value]
    terms: Mapping[Cell, Value]
    chosen: Mapping[Cell, Chosen]
    findings: tuple[Finding, ...]
    taken: Mapping[Cell, str] = field(default_factory=dict)
    leaves: dict[Cell, tuple[Cell, ...]] = field(default_factory=dict, compare=False, repr=False)


class CompiledMethod:
    """A method ready to run: its data, its factor table by key, and the programs of the grids met so far."""

    def __init__(self, data: MethodData) -> None:
        self.data = data
        self.table = FactorTable(data.factors)
        self.spare = _spare(data)
        self._branching = sorted(_branching(data))
        self._programs: dict[tuple[Shape, tuple[str, ...]], Program] = {}

    def program(self, shape: Shape, options: Mapping[str, str] | None = None) -> Program:
        """The flat program for ``shape`` under these options, compiled at its first use."""
        answers = {name: option.default for name, option in self.data.options.items()} | dict(options or {})
        key = (shape, tuple(answers[name] for name in self._branching))
        found = self._programs.get(key)
        if found is None:
            if len(self._programs) >= _KEPT:
                self._programs.clear()
            found = self._programs[key] = compile_program(self.data, shape, answers)
        return found

    def with_factors(self, rows: Sequence[FactorRow]) -> "CompiledMethod":
        """The same formulas over other factor rows: for what-if questions and for testing cases."""
        other = CompiledMethod(replace(self.data, factors=tuple(rows)))
        other._programs = self._programs
        return other


def _branching(data: MethodData) -> set[str]:
    """The options that decide which branches of a ladder of formulas are looked at."""
    ladders = [one.expression for one in data.quantities.values() if isinstance(one.expression, FirstOf)]
    return {name for ladder in ladders for branch in ladder.branches for name, _ in branch.when}


def _spare(data: MethodData) -> frozenset[str]:
    """Factors that stand only in branches which another one follows: to lack one is nothing to report."""
    spare: set[str] = set()
    needed: set[str] = set()
    for made in data.quantities.values():
        node = made.expression
        if isinstance(node, FirstOf):
            for branch in node.branches[:-1]:
                spare.update(symbols(branch.of))
            needed.update(symbols(node.branches[-1].of))
        else:
            needed.update(symbols(node))
    return frozenset(spare - needed)


def from_document(document: Mapping[str, Any]) -> CompiledMethod:
    """The method a canonical document states; ValueError where it is not one that ``as_json`` writes."""
    return CompiledMethod(method_data(document))


def evaluate(
    method: CompiledMethod | Mapping[str, Any], inputs: Inputs, options: Mapping[str, str] | None = None
) -> Evaluation:
    """Every quantity of ``method`` on the grid of ``inputs``.

    FindingError for what must not be computed at all: an unknown option, a value outside the grid, a source
    that two activities claim, a month outside the method's validity. A missing value or factor is no error:
    it makes the figures above it Missing, with its name.
    """
    compiled = method if isinstance(method, CompiledMethod) else from_document(method)
    data, shape = compiled.data, inputs.shape
    answers = dict(options or {})
    findings = [*_judge_grid(data, shape), *_judge_request(data, inputs, answers)]
    program = compiled.program(shape, {name: answers[name] for name in answers if name in data.options})
    findings += _judge_values(data, inputs, program)
    wrong = [one for one in findings if one.severity == "error"]
    if wrong:
        raise FindingError(wrong)
    chosen: dict[Cell, Chosen] = {}
    terms: dict[Cell, Value] = {}
    attributes = {one.id: {**inputs.attributes, **one.attributes, "source": one.id} for one in shape.sources}
    for cell in program.inputs:
        term = data.terms[cell[0]]
        value: Value = Missing(State.MISSING, *cell)
        if term.kind == "activity":
            value = inputs.values.get(cell, value)
        else:
            source, period = _where(data, cell, shape)
            keys = attributes[source] if source else inputs.attributes
            got = choose(
                data,
                term.symbol,
                keys=keys,
                period=period,
                local=inputs.local,
                options=answers,
                table=compiled.table,
                findings=None if cell[0] in compiled.spare else findings,
            )
            if isinstance(got, Chosen):
                chosen[cell] = got
                value = got.value
        findings.extend(_judge_range(data, term, cell, value))
        if term.places is not None and isinstance(value, Decimal):
            value = round_to(value, term.places, term.rounding)
        terms[cell] = value
    slots = program.trace(list(terms.values()))
    quantities = {cell: slots[slot] for cell, slot in zip(program.outputs, program.published, strict=True)}
    unrounded = {
        cell: _over(slots[slot], under)
        for cell, (slot, under) in zip(program.outputs, program.unrounded, strict=True)
    }
    for cell, value in quantities.items():
        findings.extend(_judge_range(data, data.quantities[cell[0]], cell, value))
    warnings = tuple(
        Finding(one.code, one.where, one.params, severity="warning") for one in dict.fromkeys(findings)
    )
    taken = program.taken(slots)
    return Evaluation(data, inputs, answers, quantities, unrounded, terms, chosen, warnings, taken)


def _over(value: Value, under: int) -> Value:
    if isinstance(value, Missing) or under == 1:
        return value
    return CONTEXT.divide(value, Decimal(under))


def _where(data: MethodData, cell: Cell, shape: Shape) -> tuple[str, Period]:
    """Source and period a factor's cell stands for; a factor without months holds for all of them."""
    source, month = place_of(data, cell)
    return source, Period.parse(month) if month else shape.period()


def _judge_request(data: MethodData, inputs: Inputs, options: Mapping[str, str]) -> list[Finding]:
    findings: list[Finding] = []
    for name, answer in options.items():
        known = data.options.get(name)
        if known is None or answer not in known.choices:
            choices = ", ".join(known.choices) if known else ", ".join(sorted(data.options)) or "—"
            params = {"option": f"{name}={answer}", "choices": choices}
            findings.append(Finding("methods.unknown_option", {"method": data.id}, params))
    for one in inputs.local:
        term = data.terms.get(one.symbol)
        where = {"method": data.id, "symbol": one.symbol}
        if term is not None and term.kind == "constant":
            findings.append(Finding("methods.constant_is_fixed", where, {"exactly": str(term.exactly)}))
        elif term is None or one.rung not in _local_rungs(term):
            findings.append(Finding("methods.local_unknown", where, {"rung": one.rung}))
    grains = sorted({Period.parse(month).grain for month in inputs.shape.months} - {data.grain})
    if grains:
        params = {"grain": data.grain, "found": ", ".join(grains)}
        findings.append(Finding("methods.other_grain", {"method": data.id}, params))
    first, _, last = data.valid.partition("/")
    span = inputs.shape.period()
    begins = Period.parse(first).start
    ends = None if last == ".." else Period.parse(last).start
    if span.start < begins or (ends is not None and span.end > ends):
        where = {"method": data.id, "period": span.text}
        findings.append(Finding("methods.outside_validity", where, {"valid": data.valid}))
    return findings


def _local_rungs(term: Declared) -> set[str]:
    """The rungs local values of a factor may stand on; an override stands where a table is read."""
    rungs = {step.name for step in term.ladder if step.take == "local"}
    return rungs | {OVERRIDE} if any(step.take == "table" for step in term.ladder) else rungs


def _judge_values(data: MethodData, inputs: Inputs, program: Program) -> list[Finding]:
    """Values that are given for cells which are not on the grid."""
    wanted = set(program.inputs)
    return [
        Finding("methods.value_off_grid", {"method": data.id, "symbol": symbol, "cell": place})
        for symbol, place in inputs.values
        if (symbol, place) not in wanted and not _on_grid(data, inputs.shape, symbol, place)
    ]


def _on_grid(data: MethodData, shape: Shape, symbol: str, place: str) -> bool:
    term = data.terms.get(symbol)
    if term is None or term.kind != "activity":
        return False
    return place in {cell_text(one) for one in shape.places(term.over, term.keys)}


def _judge_grid(data: MethodData, shape: Shape) -> list[Finding]:
    """Each source belongs to one activity of an indicator: none is a warning, two would count it twice.

    A method with decay needs its years without a gap.
    """
    findings: list[Finding] = []
    if any(isinstance(one, Decay) for made in data.quantities.values() for one in nodes(made.expression)):
        held = {month for month in shape.months if month.isdigit()}
        years = range(int(min(held, default="0")), int(max(held, default="0")))
        absent = [str(year) for year in years if str(year) not in held]
        if absent:
            params = {"absent": ", ".join(absent[:9])}
            findings.append(Finding("methods.years_apart", {"method": data.id}, params))
    activities = [term for term in data.terms.values() if term.kind == "activity" and "source" in term.over]
    for source in shape.sources:
        claims = [term for term in activities if source.fits(term.keys)]
        known = ", ".join(f"{name}={value}" for name, value in sorted(source.attributes.items())) or "—"
        where = {"method": data.id, "cell": source.id}
        if not claims:
            params = {"keys": known}
            findings.append(Finding("methods.source_unclaimed", where, params, severity="warning"))
        seen: dict[str, str] = {}
        for term in claims:
            other = seen.setdefault(term.indicator or term.symbol, term.symbol)
            if other != term.symbol:
                params = {"one": other, "other": term.symbol, "keys": known}
                findings.append(Finding("methods.source_twice", where, params))
    return findings


def _judge_range(data: MethodData, term: Declared | Quantity, cell: Cell, value: Value) -> list[Finding]:
    params = None if isinstance(value, Missing) else outside(term, value)
    if params is None:
        return []
    where = {"method": data.id, "symbol": cell[0], "cell": cell[1]}
    return [Finding("methods.out_of_range", where, params, severity="warning")]
