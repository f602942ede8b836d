"""What if: functions from a method to a method, each with a new id and so a new fingerprint.

A reform never touches the method it starts from; it names it under ``extends``. Figures computed with one are
never those of the standard, which its id says ("…+what-if").
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from tansuo.evidence import canonical
from tansuo.methods.check import define
from tansuo.methods.expression import Node
from tansuo.methods.term import FactorRow, MethodData, Option
from tansuo.quantity.finding import Finding, FindingError

MARK = "+what-if"


def named(data: MethodData, what: str = "") -> MethodData:
    """A copy that is a method of its own: its id marked, its origin named; ``what`` goes into the id."""
    if MARK in data.id:
        return data
    origin = {
        "id": data.id,
        "edition": data.edition,
        "fingerprint": hashlib.sha256(canonical.encode(data.as_json())).hexdigest(),
    }
    return replace(data, id=f"{data.id}{MARK}{what and '.' + what}", extends=origin)


def with_values(data: MethodData, values: Mapping[str, Decimal], what: str = "") -> MethodData:
    """Factor rows (by id) with other values; they become proposals. FindingError for an id that is not there."""
    known = {row.id for row in data.factors}
    absent = sorted(set(values) - known)
    if absent:
        raise FindingError([Finding("methods.no_row", {"method": data.id}, {"id": one}) for one in absent])
    changed = tuple(
        replace(row, value=values[row.id], status="proposal") if row.id in values else row
        for row in data.factors
    )
    return replace(named(data, what), factors=changed)


def with_rows(data: MethodData, rows: Sequence[FactorRow], what: str = "") -> MethodData:
    """Further factor rows, or others in the place of those with the same id."""
    new = {row.id: row for row in rows}
    kept = [row for row in data.factors if row.id not in new]
    factors = tuple(sorted([*kept, *rows], key=lambda row: row.id))
    return replace(named(data, what), factors=factors)


def with_default(data: MethodData, option: str, answer: str, what: str = "") -> MethodData:
    """Another default of an option. FindingError where the option or the answer is unknown."""
    known = data.options.get(option)
    if known is None or answer not in known.choices:
        choices = ", ".join(known.choices) if known else ", ".join(sorted(data.options)) or "—"
        params = {"option": f"{option}={answer}", "choices": choices}
        raise FindingError(Finding("methods.unknown_option", {"method": data.id}, params))
    options = {**data.options, option: Option(known.choices, answer)}
    return replace(named(data, what), options=options)


def with_formula(data: MethodData, symbol: str, expression: Node, what: str = "") -> MethodData:
    """Another formula for a quantity, judged as at its definition: same unit, grid and domain, or FindingError."""
    old = data.quantities.get(symbol)
    if old is None:
        where = {"method": data.id, "symbol": symbol}
        raise FindingError(Finding("methods.unknown_symbol", where, {"unknown": symbol}))
    new = replace(old, expression=expression)
    listed = list(data.quantities)
    before = {name: data.quantities[name] for name in listed[: listed.index(symbol)]}
    meaning = define(data.id, data.terms, before, new)
    if (meaning.over, dict(meaning.keys)) != (old.over, dict(old.keys)):
        raise FindingError(Finding("methods.not_as_stated", {"method": data.id, "symbol": symbol}))
    return replace(named(data, what), quantities={**data.quantities, symbol: new})
