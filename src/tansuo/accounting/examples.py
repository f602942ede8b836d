"""Cases of a method run for readers: which pass, and for each quantity a worked example.

No Python of a pack is run: the cases are data, and the method is the one the ledger names. A case that does not
give what its source says under this very document (another edition's, for instance) is no example of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tansuo.accounting.binding import compiled
from tansuo.accounting.methods_store import ReadableMethod
from tansuo.methods.cases import Case, read_cases, run_case
from tansuo.methods.evaluate import Evaluation
from tansuo.methods.pack import Pack, pack_paths
from tansuo.methods.render import worked_line
from tansuo.quantity.finding import Finding
from tansuo.quantity.state import Missing


@dataclass(frozen=True, slots=True)
class Example:
    """A quantity worked with the numbers of a case: where those are from, and the line in both languages."""

    case: str
    source: str
    status: str
    cell: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case and what running it found: nothing where every figure is as its source says."""

    case: Case
    problems: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether the method gives exactly what the case expects."""
        return not self.problems


@dataclass(frozen=True)
class Judged:
    """The cases of a pack run against one document, and the first worked line of each quantity."""

    results: tuple[CaseResult, ...] = ()
    examples: Mapping[str, Example] = field(default_factory=dict)


def examples_of(method: ReadableMethod, pack: str) -> Mapping[str, Example]:
    """Quantity → the first case that gives it a value; a quantity of which no case speaks is left out."""
    return judged(method, pack).examples


def judged(method: ReadableMethod, pack: str) -> Judged:
    """The cases of the pack in folder ``pack`` (the one that a method's entry names), run against ``method``.

    Empty where this build does not carry the pack.
    """
    key = (method.fingerprint, pack)
    known = _JUDGED.get(key)
    if known is None:
        known = _JUDGED[key] = _judge(method, pack)
    return known


_JUDGED: dict[tuple[str, str], Judged] = {}
"""By fingerprint and folder: neither a document nor the packs of this build change while it runs."""


def _judge(method: ReadableMethod, pack: str) -> Judged:
    folder = pack_paths().get(pack)
    if folder is None:
        return Judged()
    cases, _ = read_cases(Pack(pack, folder, method.data, method.words))
    results: list[CaseResult] = []
    found: dict[str, Example] = {}
    nothing: dict[str, Example] = {}
    for case in cases:
        evaluation, problems = run_case(compiled(method), case)
        results.append(CaseResult(case, tuple(problems)))
        if evaluation is None or problems:
            continue
        for symbol in method.data.quantities:
            if symbol not in found and (made := _example(evaluation, symbol, case)) is not None:
                value, example = made
                (found if value else nothing).setdefault(symbol, example)
    return Judged(tuple(results), {**nothing, **found})


def _example(evaluation: Evaluation, symbol: str, case: Case) -> tuple[Decimal, Example] | None:
    """The first value of ``symbol`` that is there; an example that comes to 0 shows little, so the caller knows."""
    for (name, cell), value in evaluation.quantities.items():
        if name == symbol and not isinstance(value, Missing):
            lines = [worked_line(evaluation, symbol, cell, language) for language in ("zh", "en")]
            return value, Example(case.name, case.source, case.status, cell, *lines)
    return None
