"""Keys that look like a slip of the pen: a name that stands where another, nearly alike, is lacking.

A row under a wrong key is never found, and nothing else would say so before a firm's figure is missing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations, pairwise

from tansuo.methods.expression import symbols
from tansuo.methods.term import FactorRow, MethodData
from tansuo.quantity.finding import Finding

Place = dict[str, str | int]
_ALIKE = 0.5
_FEW = 2
_MANY = 5


def check_keys(data: MethodData, at: Callable[[FactorRow], Place]) -> Iterator[Finding]:
    """Keys in one column of a table or in one year only, where one nearly alike stands in the others only.

    Compared are columns that a formula multiplies with each other, found by the same attribute of a source, and
    consecutive editions (``valid_from``) of one column and level.
    """
    often = Counter((row.table, row.key) for row in data.factors)
    said: set[tuple[str, str]] = set()
    for first, second in (*_columns(data), *_editions(data.factors)):
        here, there = {row.key for row in first}, {row.key for row in second}
        table = first[0].table
        for key, like in _pairs(here - there, there - here):
            odd, usual = sorted((key, like), key=lambda one: often[table, one])
            if (table, odd) in said:
                continue
            said.add((table, odd))
            row = next(row for row in (*first, *second) if row.key == odd)
            yield Finding("methods.key_alone", {**at(row), "column": "key"}, {"key": odd, "usual": usual})


def _pairs(one: set[str], other: set[str]) -> Iterator[tuple[str, str]]:
    if not one or not other or max(len(one), len(other)) > _FEW:
        return
    for key in sorted(one):
        for like in sorted(other):
            if SequenceMatcher(None, key, like, autojunk=False).ratio() >= _ALIKE:
                yield key, like


def _columns(data: MethodData) -> list[tuple[list[FactorRow], list[FactorRow]]]:
    """The rows of every two columns of a table that one formula multiplies for the same attribute."""
    held: dict[tuple[str, str], list[FactorRow]] = {}
    for row in data.factors:
        held.setdefault((row.table, row.column), []).append(row)
    found: set[tuple[str, str, str]] = set()
    for made in data.quantities.values():
        read: dict[tuple[str, str], set[str]] = {}
        for symbol in symbols(made.expression):
            for step in data.terms[symbol].ladder if symbol in data.terms else ():
                if step.take == "table" and step.key and not step.key.startswith("="):
                    read.setdefault((step.table, step.key), set()).add(step.column)
        for (table, _), columns in read.items():
            found.update((table, *pair) for pair in combinations(sorted(columns), 2))
    return [
        (held[table, one], held[table, other])
        for table, one, other in sorted(found)
        if (table, one) in held and (table, other) in held
    ]


def _editions(rows: Sequence[FactorRow]) -> list[tuple[list[FactorRow], list[FactorRow]]]:
    """The rows of consecutive editions of every column and level, where both have many."""
    held: dict[tuple[str, str, str], dict[str, list[FactorRow]]] = {}
    for row in rows:
        group = held.setdefault((row.table, row.column, row.level), {})
        group.setdefault(row.valid_from.isoformat(), []).append(row)
    return [
        (group[one], group[other])
        for group in held.values()
        for one, other in pairwise(sorted(group))
        if min(len(group[one]), len(group[other])) >= _MANY
    ]
