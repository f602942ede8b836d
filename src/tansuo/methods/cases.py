"""Cases of a pack: situations with the figures a cited page gives for them, run against the method.

A case file is a YAML list; each case says where its answer was read, never what our evaluator gave:

    - name: 30,000 MWh, national average of 2023
      source: notice of 2025-12-31
      status: official
      answer: "printed: 15918 t"
      given: {sources: […], months: […], values: {…}, local: […], options: {…}}     as for `tansuo calc`
      expect: {E_power: "15918.00", E_fuel: {missing: ["FC @ coal/2023-03"]}}        symbol or symbol/cell
      rungs: {EF_grid/supply/2023-06: national}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from tansuo.methods.calculation import read_inputs
from tansuo.methods.document import Cell
from tansuo.methods.evaluate import CompiledMethod, Evaluation, evaluate
from tansuo.methods.pack import Pack
from tansuo.methods.tables import STATUSES
from tansuo.methods.term import FactorRow
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.state import Missing

_FIELDS = ("name", "source", "status", "answer", "given", "expect")


@dataclass(frozen=True)
class Case:
    """One situation. ``expect``: "symbol/cell" → decimal string or {"missing": names}."""

    file: str
    name: str
    source: str
    status: str
    answer: str
    given: Mapping[str, Any]
    expect: Mapping[str, Any]
    rungs: Mapping[str, str]


def read_cases(pack: Pack) -> tuple[list[Case], list[Finding]]:
    """The cases of a pack, and a finding for each that does not say what it expects or where that is from."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    cases: list[Case] = []
    findings: list[Finding] = []
    for path in pack.cases:
        file = f"{pack.id}/cases/{path.name}"
        try:
            # The base loader knows only text, lists and mappings: 0.10 stays "0.10", nothing is executed.
            listed = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
        except yaml.YAMLError as error:
            findings.append(Finding("methods.case_unreadable", {"file": file}, {"error": str(error)}))
            continue
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            params = {"error": "the file is no list of cases"}
            findings.append(Finding("methods.case_unreadable", {"file": file}, params))
            continue
        for number, one in enumerate(listed, start=1):
            where = {"file": file, "case": str(one.get("name", number))}
            absent = [key for key in _FIELDS if not one.get(key)]
            if absent or one["status"] not in STATUSES:
                lacking = ", ".join(absent) or f"status {one['status']}"
                findings.append(Finding("methods.case_incomplete", where, {"fields": lacking}))
                continue
            cases.append(Case(file, **{key: one[key] for key in _FIELDS}, rungs=one.get("rungs") or {}))
    if not cases and not findings:
        findings.append(Finding("methods.no_cases", {"pack": pack.id}))
    return cases, findings


def run_case(method: CompiledMethod, case: Case) -> tuple[Evaluation | None, list[Finding]]:
    """Evaluate a case; a finding for every figure, hole or rung that differs from what it expects."""
    where = {"file": case.file, "case": case.name}
    try:
        evaluation = evaluate(method, *read_inputs(case.given, method.data))
    except FindingError as error:
        return None, [Finding("methods.case_refused", where, {"why": str(error)})]
    findings = [
        Finding("methods.case_figure", where, {"figure": key, "expected": str(expected), "found": found})
        for key, expected in case.expect.items()
        if (found := _differs(evaluation, _cell(key), expected)) is not None
    ]
    for key, rung in case.rungs.items():
        chosen = evaluation.chosen.get(_cell(key))
        taken = chosen.rung if chosen else "—"
        if taken != rung:
            params = {"figure": key, "expected": rung, "found": taken}
            findings.append(Finding("methods.case_rung", where, params))
    return evaluation, findings


def _cell(key: str) -> Cell:
    symbol, _, cell = key.partition("/")
    return symbol, cell


def _differs(evaluation: Evaluation, cell: Cell, expected: object) -> str | None:
    """What was found instead of ``expected``; None when it is that, digit for digit."""
    found = evaluation.quantities.get(cell)
    if found is None:
        return "no such cell"
    if isinstance(found, Missing):
        names = sorted(found.names)
        wanted = sorted(expected.get("missing", ())) if isinstance(expected, Mapping) else None
        return None if names == wanted else "missing: " + ", ".join(names)
    text = plain(found)
    if not isinstance(expected, str):
        return text
    rounded = evaluation.method.quantities[cell[0]].places is not None
    same = text == expected if rounded else found == Decimal(expected)
    return None if same else text


def check_cases(pack: Pack) -> list[Finding]:
    """Run every case of a pack; empty when each gives exactly what its source says."""
    cases, findings = read_cases(pack)
    method = CompiledMethod(pack.data)
    for case in cases:
        findings.extend(run_case(method, case)[1])
    return findings


def unguarded(pack: Pack) -> list[Finding]:
    """Factor rows that could be wrong by one last digit, up or down, without any case noticing.

    Rows taken over from another pack as they are there are looked after there.
    """
    method = CompiledMethod(pack.data)
    users: dict[str, list[Case]] = {}
    for case in read_cases(pack)[0]:
        evaluation, _ = run_case(method, case)
        for name in {one.factor_id for one in evaluation.chosen.values()} if evaluation else ():
            users.setdefault(name, []).append(case)
    return [
        Finding("methods.factor_unguarded", {"pack": pack.id, "key": row.id}, {"value": plain(changed.value)})
        for row in pack.data.factors
        if row.id not in pack.handed.from_others
        for changed in (_off_by(row, 1), _off_by(row, -1))
        if not _noticed(method, pack.data.factors, row, changed, users.get(row.id, ()))
    ]


def _off_by(row: FactorRow, step: int) -> FactorRow:
    exponent = int(row.value.as_tuple().exponent)
    return replace(row, value=row.value + Decimal(step).scaleb(exponent))


def _noticed(
    method: CompiledMethod,
    rows: Sequence[FactorRow],
    row: FactorRow,
    changed: FactorRow,
    cases: Sequence[Case],
) -> bool:
    other = method.with_factors(tuple(changed if one is row else one for one in rows))
    return any(run_case(other, case)[1] for case in cases)
