"""Worked examples of a published method: the cases that came with its pack, run against the stored document.

No Python of a pack is run: the cases are data, and the method is the one the ledger names. A case that does not
give what its source says under this very document (another edition's, for instance) is no example of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tansuo.accounting.binding import compiled
from tansuo.accounting.methods_store import StoredMethod
from tansuo.methods.cases import Case, read_cases, run_case
from tansuo.methods.evaluate import Evaluation
from tansuo.methods.pack import Pack, pack_paths
from tansuo.methods.render import worked_line
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


def examples_of(method: StoredMethod, pack: str) -> Mapping[str, Example]:
    """Quantity → the first case that gives it a value; a quantity of which no case speaks is left out.

    ``pack`` is the folder that the method's entry names; {} where this build does not carry it.
    """
    known = _EXAMPLES.get(method.fingerprint)
    if known is None:
        known = _EXAMPLES[method.fingerprint] = _examples(method, pack)
    return known


_EXAMPLES: dict[str, Mapping[str, Example]] = {}
"""By fingerprint: neither a published document nor the pack of this build changes while it runs."""


def _examples(method: StoredMethod, pack: str) -> Mapping[str, Example]:
    folder = pack_paths().get(pack)
    if folder is None:
        return {}
    cases, _ = read_cases(Pack(pack, folder, method.data, method.words))
    found: dict[str, Example] = {}
    for case in cases:
        evaluation, problems = run_case(compiled(method), case)
        if evaluation is None or problems:
            continue
        for symbol in method.data.quantities:
            if symbol not in found and (made := _example(evaluation, symbol, case)) is not None:
                found[symbol] = made
    return found


def _example(evaluation: Evaluation, symbol: str, case: Case) -> Example | None:
    for (name, cell), value in evaluation.quantities.items():
        if name == symbol and not isinstance(value, Missing):
            lines = [worked_line(evaluation, symbol, cell, language) for language in ("zh", "en")]
            return Example(case.name, case.source, case.status, cell, *lines)
    return None
