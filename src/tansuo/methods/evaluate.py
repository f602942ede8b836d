"""The one evaluator: a method's document and inputs in, figures out. Standard library only.

Factors are chosen on their ladders and the flat program of the grid is run (``Calculator``: all that verification
needs). ``evaluate`` adds what a receipt and an operator want besides: the factors in full, warnings, unrounded
values. No Python of a pack runs here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from tansuo.methods.document import Cell, Document, Json, Shape, SourceKey, cell_text, nodes, parts
from tansuo.methods.ladder import OVERRIDE, Choice, Chosen, FactorTable, Ladders, LocalValue, chosen
from tansuo.methods.program import Program, compile_program
from tansuo.methods.term import Declared, FactorRow, MethodData, Quantity, method_data, outside
from tansuo.quantity.decimals import CONTEXT, round_to
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, Provenance, State, Value

__all__ = [
    "Calculator",
    "Cell",
    "CompiledMethod",
    "Evaluation",
    "Inputs",
    "Outcome",
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
K = TypeVar("K")
V = TypeVar("V")


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
class Outcome:
    """What running the method of a document on ``inputs`` under ``options`` gives.

    ``quantities``: published values. ``terms``: every input taken, factors among them, in the term's unit.
    ``choices``: the factors. ``taken``: of quantities that are a ladder of formulas, the branch taken.
    ``slots``: everything that ``program`` came to. ``findings``: why a factor was not to be had.
    """

    document: Document
    inputs: Inputs
    options: Mapping[str, str]
    program: Program
    slots: Sequence[Value]
    terms: Mapping[Cell, Value]
    choices: Mapping[Cell, Choice]
    quantities: Mapping[Cell, Value]
    taken: Mapping[Cell, str]
    findings: Sequence[Finding]


class Calculator:
    """A method's document ready to run."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.table = FactorTable(document.json["factors"])
        formulas = [node for made in document.quantities.values() for node in nodes(made["expression"])]
        self._decays = any(node["node"] == "first_order_decay" for node in formulas)

    def program(self, shape: Shape, options: Mapping[str, str] | None = None) -> Program:
        """The flat program for ``shape`` under these options."""
        return compile_program(self.document, shape, options)

    def run(self, inputs: Inputs, options: Mapping[str, str]) -> Outcome:
        """Every quantity of the method on the grid of ``inputs``.

        FindingError for what must not be computed at all: an unknown option, a value outside the grid, a source
        that two activities claim, a month outside the method's validity. A missing value or factor is no error:
        it makes the figures above it Missing, with its name.
        """
        document, shape = self.document, inputs.shape
        findings = [*self._judge_grid(shape), *_judge_request(document, inputs, options)]
        asked = {name: answer for name, answer in options.items() if name in document.json["options"]}
        program = self.program(shape, asked)
        findings += _judge_values(document, inputs, program)
        if findings:
            raise FindingError(findings)
        ladders = Ladders(document, self.table, inputs.local, document.answers(options))
        attributes = {
            one.id: {**inputs.attributes, **one.attributes, "source": one.id} for one in shape.sources
        }
        choices: dict[Cell, Choice] = {}
        terms: dict[Cell, Value] = {}
        for cell in program.inputs:
            term = document.terms[cell[0]]
            value: Value = Missing(State.MISSING, *cell)
            if term["kind"] == "activity":
                value = inputs.values.get(cell, value)
            else:
                source, _ = document.place_of(cell)
                keys = attributes[source] if source else inputs.attributes
                got = ladders.choose(cell[0], keys, period_of(document, shape, cell), findings)
                if isinstance(got, Choice):
                    choices[cell] = got
                    value = got.value
            if "places" in term and isinstance(value, Decimal):
                value = round_to(value, term["places"], term.get("rounding", "half_even"))
            terms[cell] = value
        slots = program.trace(list(terms.values()))
        quantities = dict(zip(program.outputs, map(slots.__getitem__, program.published), strict=True))
        given = (document, inputs, options)
        return Outcome(*given, program, slots, terms, choices, quantities, program.taken(slots), findings)

    def claims(self, source: SourceKey) -> Sequence[tuple[str, Json]]:
        """The activities that a source belongs to."""
        return [
            (symbol, term)
            for symbol, term in self.document.terms.items()
            if term["kind"] == "activity"
            and "source" in term.get("over", ())
            and source.fits(term.get("keys", {}))
        ]

    def _judge_grid(self, shape: Shape) -> list[Finding]:
        """A source that two activities of one indicator claim would count twice; decay needs every year."""
        findings: list[Finding] = []
        method = self.document.id
        if self._decays:
            held = {month for month in shape.months if month.isdigit()}
            years = range(int(min(held, default="0")), int(max(held, default="0")))
            absent = [str(year) for year in years if str(year) not in held]
            if absent:
                params = {"absent": ", ".join(absent[:9])}
                findings.append(Finding("methods.years_apart", {"method": method}, params))
        for source in shape.sources:
            seen: dict[str, str] = {}
            for symbol, term in self.claims(source):
                other = seen.setdefault(term.get("indicator", symbol), symbol)
                if other != symbol:
                    params = {"one": other, "other": symbol, "keys": _known(source)}
                    where = {"method": method, "cell": source.id}
                    findings.append(Finding("methods.source_twice", where, params))
        return findings


def period_of(document: Document, shape: Shape, cell: Cell) -> Period:
    """The period a factor's cell stands for; a factor without months holds for all of them."""
    _, month = document.place_of(cell)
    return Period.parse(month) if month else shape.period()


def _judge_request(document: Document, inputs: Inputs, options: Mapping[str, str]) -> list[Finding]:
    findings: list[Finding] = []
    method: dict[str, str | int] = {"method": document.id}
    known = document.json["options"]
    for name, answer in options.items():
        if name not in known or answer not in known[name]["choices"]:
            choices = ", ".join(known[name]["choices"] if name in known else sorted(known)) or "—"
            params = {"option": f"{name}={answer}", "choices": choices}
            findings.append(Finding("methods.unknown_option", method, params))
    for one in inputs.local:
        term, where = document.terms.get(one.symbol, {}), {**method, "symbol": one.symbol}
        if "exactly" in term:
            findings.append(Finding("methods.constant_is_fixed", where, {"exactly": term["exactly"]}))
        elif one.rung not in _local_rungs(term):
            findings.append(Finding("methods.local_unknown", where, {"rung": one.rung}))
    grain = document.json.get("grain", "month")
    grains = sorted({Period.parse(month).grain for month in inputs.shape.months} - {grain})
    if grains:
        params = {"grain": grain, "found": ", ".join(grains)}
        findings.append(Finding("methods.other_grain", method, params))
    valid: str = document.json["valid"]
    first, last = valid.split("/")
    span = inputs.shape.period()
    if span.start < Period.parse(first).start or (last != ".." and span.end > Period.parse(last).start):
        findings.append(
            Finding("methods.outside_validity", {**method, "period": span.text}, {"valid": valid})
        )
    return findings


def _local_rungs(term: Json) -> set[str]:
    """The rungs local values of a factor may stand on; an override stands where a table is read."""
    return {step["name"] if step["take"] == "local" else OVERRIDE for step in term.get("ladder", ())}


def _judge_values(document: Document, inputs: Inputs, program: Program) -> list[Finding]:
    """Values that are given for cells which are not on the grid."""
    wanted = set(program.inputs)
    return [
        Finding("methods.value_off_grid", {"method": document.id, "symbol": cell[0], "cell": cell[1]})
        for cell in inputs.values
        if cell not in wanted and not _on_grid(document.terms.get(cell[0]), inputs.shape, cell[1])
    ]


def _on_grid(term: Json | None, shape: Shape, place: str) -> bool:
    if term is None or term["kind"] != "activity":
        return False
    return place in map(cell_text, shape.places(term.get("over", ()), term.get("keys", {})))


def _known(source: SourceKey) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(source.attributes.items())) or "—"


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

    @property
    def document(self) -> Document:
        """The document of the method."""
        return self.method.document


class CompiledMethod(Calculator):
    """A method ready to run many times: its data, and the programs of the grids met so far."""

    def __init__(self, data: MethodData) -> None:
        super().__init__(data.document)
        self.data = data
        self.spare = _spare(data.document)
        ladders = [one["expression"].get("branches", ()) for one in data.document.quantities.values()]
        self._branching = sorted(
            {name for ladder in ladders for one in ladder for name in one.get("when", ())}
        )
        self._programs: dict[tuple[Shape, tuple[str, ...]], Program] = {}
        self._claimed: dict[SourceKey, Sequence[tuple[str, Json]]] = {}

    def program(self, shape: Shape, options: Mapping[str, str] | None = None) -> Program:
        """The flat program for ``shape`` under these options, compiled at its first use."""
        answers = self.document.answers(options or {})
        key = (shape, tuple(answers[name] for name in self._branching))
        return _once(self._programs, key, lambda: super(CompiledMethod, self).program(shape, answers))

    def claims(self, source: SourceKey) -> Sequence[tuple[str, Json]]:
        """As of the calculator, looked for at its first use."""
        return _once(self._claimed, source, lambda: super(CompiledMethod, self).claims(source))

    def with_factors(self, rows: Sequence[FactorRow]) -> "CompiledMethod":
        """The same formulas over other factor rows: for what-if questions and for testing cases."""
        other = CompiledMethod(self.data.with_factors(rows))
        other._programs, other._claimed = self._programs, self._claimed
        return other


def _once(kept: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """What ``make`` gives for ``key``, kept until there is too much of it."""
    found = kept.get(key)
    if found is None:
        if len(kept) >= _KEPT:
            kept.clear()
        found = kept[key] = make()
    return found


def _symbols(node: Json) -> set[str]:
    return {one["symbol"] for one in nodes(node) if "symbol" in one}


def _spare(document: Document) -> frozenset[str]:
    """Factors that stand only in branches which another one follows: to lack one is nothing to report."""
    spare: set[str] = set()
    needed: set[str] = set()
    for made in document.quantities.values():
        node = made["expression"]
        *first, last = parts(node) if "branches" in node else [node]
        spare = spare.union(*map(_symbols, first))
        needed |= _symbols(last)
    return frozenset(spare - needed)


def from_document(document: Mapping[str, Any]) -> CompiledMethod:
    """The method a canonical document states; ValueError where it is not one that ``as_json`` writes."""
    return CompiledMethod(method_data(document))


def evaluate(
    method: CompiledMethod | Mapping[str, Any], inputs: Inputs, options: Mapping[str, str] | None = None
) -> Evaluation:
    """Every quantity of ``method`` on the grid of ``inputs``, with all that is said about it.

    FindingError as ``Calculator.run`` raises it.
    """
    compiled = method if isinstance(method, CompiledMethod) else from_document(method)
    data, document, shape, answers = compiled.data, compiled.document, inputs.shape, dict(options or {})
    made = compiled.run(inputs, answers)
    findings = [
        Finding("methods.source_unclaimed", {"method": data.id, "cell": one.id}, {"keys": _known(one)})
        for one in shape.sources
        if not compiled.claims(one)
    ]
    findings += [one for one in made.findings if one.where["symbol"] not in compiled.spare]
    for cell in made.terms:
        raw = made.choices[cell].value if cell in made.choices else inputs.values.get(cell)
        findings += _judge_range(data, data.terms[cell[0]], cell, raw)
    for cell, value in made.quantities.items():
        findings += _judge_range(data, data.quantities[cell[0]], cell, value)
    unrounded = zip(made.program.outputs, made.program.unrounded, strict=True)
    return Evaluation(
        data,
        inputs,
        answers,
        made.quantities,
        {cell: _over(made.slots[slot], under) for cell, (slot, under) in unrounded},
        made.terms,
        {
            cell: chosen(one, data.terms[cell[0]].unit, period_of(document, shape, cell))
            for cell, one in made.choices.items()
        },
        tuple(replace(one, severity="warning") for one in dict.fromkeys(findings)),
        made.taken,
    )


def _over(value: Value, under: int) -> Value:
    if isinstance(value, Missing) or under == 1:
        return value
    return CONTEXT.divide(value, Decimal(under))


def _judge_range(
    data: MethodData, term: Declared | Quantity, cell: Cell, value: Value | None
) -> list[Finding]:
    params = outside(term, value) if isinstance(value, Decimal) else None
    where = {"method": data.id, "symbol": cell[0], "cell": cell[1]}
    return [] if params is None else [Finding("methods.out_of_range", where, params)]
