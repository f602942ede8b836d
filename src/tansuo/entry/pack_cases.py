"""Cases of a pack: a situation, the figures a cited source gives for it, and the judge that compares.

A file ``cases/*.yaml`` is a list of

    - name: 30,000 MWh, Jiangsu 2023
      source: where the answer was read; page or clause
      status: official | secondary | memory | proposal | draft | example
      answer: the printed number, or the rational computation written out
      given: {sources: …, months: …, values: …, local: …, options: …}     as for `tansuo calc`
      expect: {E_power: "17481.00", E_fuel: {missing: ["FC @ boiler/2023-03"]}}
      rungs: {EF_grid/supply/2023-06: provincial}                          optional
      refused: [quantity.different_kinds]                                  instead of expect

An answer never comes from our own evaluator: it is read or computed elsewhere and written down.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tansuo.methods.calculation import read_inputs
from tansuo.methods.evaluate import CompiledMethod, Evaluation, evaluate
from tansuo.methods.pack import Pack
from tansuo.methods.program import Cell
from tansuo.methods.tables import STATUSES
from tansuo.quantity.decimals import parse_decimal, plain
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.state import Missing, Value

_TEXTS = ("name", "source", "status", "answer")
_KNOWN = (*_TEXTS, "given", "expect", "rungs", "refused")


@dataclass(frozen=True, slots=True)
class Case:
    """One case as written; ``file`` and ``name`` say where a finding about it belongs."""

    file: str
    name: str
    source: str
    status: str
    given: Mapping[str, Any]
    expect: Mapping[str, Any] = field(default_factory=dict)
    rungs: Mapping[str, str] = field(default_factory=dict)
    refused: Sequence[str] = ()

    @property
    def where(self) -> dict[str, str | int]:
        """File and name, for findings."""
        return {"file": self.file, "case": self.name}


def read_cases(pack: Pack) -> tuple[list[Case], list[Finding]]:
    """Every case of ``pack`` that is well formed, and what is wrong with the others; no case at all is wrong."""
    cases: list[Case] = []
    findings: list[Finding] = []
    for path in pack.cases:
        file = f"{pack.id}/cases/{path.name}"
        for item in _items(path, file, findings):
            problem = _problem(item)
            name = str(item.get("name", "—")) if isinstance(item, Mapping) else "—"
            if problem:
                findings.append(Finding("entry.case_form", {"file": file, "case": name}, {"problem": problem}))
                continue
            rest = {key: item[key] for key in ("expect", "rungs", "refused") if key in item}
            cases.append(Case(file, name, item["source"], item["status"], item["given"], **rest))
    if not cases and not findings:
        findings.append(Finding("entry.no_cases", {"pack": pack.id}))
    return cases, findings


def judge_cases(method: CompiledMethod, cases: Sequence[Case]) -> list[Finding]:
    """What differs between the cases' answers and the method; empty when every figure and rung agrees."""
    return [finding for case in cases for finding in judge(method, case)]


def judge(method: CompiledMethod, case: Case) -> list[Finding]:
    """What differs in one case. A published figure must agree to the last printed digit."""
    try:
        inputs, options = read_inputs(case.given, method.data)
        evaluation = evaluate(method, inputs, options)
    except FindingError as error:
        return _judge_refusal(case, error)
    if case.refused:
        return [Finding("entry.case_not_refused", case.where, {"expected": ", ".join(case.refused)})]
    return [*_judge_figures(case, evaluation), *_judge_rungs(case, evaluation)]


def _items(path: Path, file: str, findings: list[Finding]) -> list[Any]:
    try:
        items = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        findings.append(Finding("entry.case_file", {"file": file}, {"problem": " ".join(str(error).split())}))
        return []
    if not isinstance(items, list):
        findings.append(Finding("entry.case_file", {"file": file}, {"problem": "not a list of cases"}))
        return []
    return items


def _problem(item: object) -> str:
    """What is not well formed in a case; empty when nothing is."""
    if not isinstance(item, Mapping):
        return "a case is a mapping"
    for key in item:
        if key not in _KNOWN:
            return f"{key} is not known; known are {', '.join(_KNOWN)}"
    for key in _TEXTS:
        if not isinstance(item.get(key), str) or not item[key].strip():
            return f"{key} must be a text"
    if item["status"] not in STATUSES:
        return f"status {item['status']} is not known; known are {', '.join(STATUSES)}"
    for key in ("given", "expect", "rungs"):
        if key in item and not isinstance(item[key], Mapping):
            return f"{key} must be a mapping"
    if "given" not in item or bool(item.get("expect")) == bool(item.get("refused")):
        return "a case has given, and either expect or refused"
    if "refused" in item and not isinstance(item["refused"], list):
        return "refused must be a list of finding codes"
    for figure, answer in item.get("expect", {}).items():
        if not _answerable(answer):
            return f'expect {figure}: write a decimal in quotes, or {{missing: ["symbol @ cell"]}}'
    return ""


def _answerable(answer: object) -> bool:
    if isinstance(answer, Mapping):
        return list(answer) == ["missing"] and isinstance(answer["missing"], list)
    if not isinstance(answer, str):
        return False
    try:
        parse_decimal(answer)
    except ValueError:
        return False
    return True


def _judge_refusal(case: Case, error: FindingError) -> list[Finding]:
    found = {one.code for one in error.findings}
    if case.refused and set(case.refused) == found:
        return []
    if not case.refused:
        return [Finding(one.code, {**case.where, **one.where}, one.params) for one in error.findings]
    params = {"expected": ", ".join(case.refused), "found": ", ".join(sorted(found))}
    return [Finding("entry.case_refused_otherwise", case.where, params)]


def _cell(text: str) -> Cell:
    symbol, _, cell = text.partition("/")
    return symbol, cell


def _judge_figures(case: Case, evaluation: Evaluation) -> Iterator[Finding]:
    for figure, answer in case.expect.items():
        cell = _cell(figure)
        if cell not in evaluation.quantities:
            yield Finding("entry.case_no_figure", {**case.where, "symbol": cell[0], "cell": cell[1]})
            continue
        value = evaluation.quantities[cell]
        if not _agrees(value, answer, evaluation.method.quantities[cell[0]].places):
            expected = " + ".join(answer["missing"]) if isinstance(answer, Mapping) else answer
            params = {"figure": figure, "expected": expected, "found": _said(value)}
            yield Finding("entry.case_differs", case.where, params)


def _agrees(value: Value, answer: str | Mapping[str, list[str]], places: int | None) -> bool:
    if isinstance(answer, Mapping):
        return isinstance(value, Missing) and sorted(value.names) == sorted(answer["missing"])
    if isinstance(value, Missing):
        return False
    # What is not rounded has no fixed number of decimals to print.
    return plain(value) == answer if places is not None else value == parse_decimal(answer)


def _said(value: Value) -> str:
    return str(value) if isinstance(value, Missing) else plain(value)


def _judge_rungs(case: Case, evaluation: Evaluation) -> Iterator[Finding]:
    for text, rung in case.rungs.items():
        chosen = evaluation.chosen.get(_cell(text))
        if chosen is None or chosen.rung != rung:
            params = {"figure": text, "expected": rung, "found": chosen.rung if chosen else "—"}
            yield Finding("entry.case_rung", case.where, params)
