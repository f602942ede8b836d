"""What a leaf figure was computed from, as a bundle carries it: grid, amounts with their seals, local values.

An amount names its seals only where their readings, added up again from the sealed text, give just this amount.
Only attributes that the method asks for are in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Connection

from tansuo.accounting.activity_data import Activity, lines_for
from tansuo.accounting.figure import Figure
from tansuo.accounting.holdings import Holdings, holdings
from tansuo.accounting.local_factor import LocalFactor
from tansuo.evidence import checkpoint, ledger
from tansuo.evidence.document import get_blob
from tansuo.evidence.entry import Entry
from tansuo.evidence.erasable import redactions
from tansuo.methods.expression import SumOver, nodes
from tansuo.methods.ladder import LocalValue
from tansuo.methods.lineage import leaves
from tansuo.methods.term import MethodData
from tansuo.monitoring.amounts import amount
from tansuo.monitoring.plan import PlanLine, lines
from tansuo.monitoring.seals import key_of, read_seal, sealed_segments, subject_of
from tansuo.monitoring.segment_text import segment_hash
from tansuo.quantity.decimals import CONTEXT, plain
from tansuo.quantity.finding import FindingError
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing, State
from tansuo.quantity.unit import convert

FORM = "tansuo.inputs/1"
_ADDS = frozenset({State.NOT_OPERATING.value, State.NOT_OCCURRING.value, State.INCLUDED_ELSEWHERE.value})


@dataclass
class Inputs:
    """``document`` is inputs.json; ``entries`` and ``files`` what it rests on; ``sealed`` the segments used."""

    document: dict[str, Any]
    entries: set[int] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    absent: list[tuple[str, str]] = field(default_factory=list)
    sealed: dict[tuple[int, int], Sealed] = field(default_factory=dict)


@dataclass(frozen=True)
class Sealed:
    """One segment: its seal, its place in it, its row of it and its text."""

    seal: Entry
    place: int
    row: Mapping[str, Any]
    text: str
    period: str

    @property
    def path(self) -> str:
        """Where it lies in a bundle."""
        return f"segments/{self.seal.index}-{self.place}.csv"

    @cached_property
    def number(self) -> int | None:
        """The integers of the text added up (of a register the last less the first); None where it has a hole."""
        rows = [line.split(",") for line in self.text.splitlines()]
        if self.row["gap"] or any(not v and q.split(".")[0] not in _ADDS for _, v, q in rows):
            return None
        values = [int(v) for _, v, _ in rows if v]
        if self.row["form"] != "register":
            return sum(values)
        return values[-1] - values[0] if len(values) > 1 and values == sorted(values) else None


def inputs_of(connection: Connection, figure: Figure) -> Inputs:
    """The inputs of a figure that has sources of its own."""
    bound, method = figure.bound, figure.method.data
    assert bound is not None
    asked = _asked(method)
    made = Inputs({})
    seals = _Seals(connection, made, figure)
    values: dict[str, dict[str, Any]] = {}
    origins: dict[str, dict[str, Any]] = {}
    for cell in leaves(figure.evaluation, figure.result_cell):
        one = bound.activities.get(cell)
        if one is None:
            continue
        values.setdefault(cell[0], {})[cell[1]] = _value(one)
        origin = seals.origin(one)
        if origin is not None:
            origins.setdefault(cell[0], {})[cell[1]] = origin
    held = holdings(connection, [bound.subject.id], figure.as_of)
    made.document = {
        "form": FORM,
        "enterprise": {"id": bound.subject.id, "attributes": _only(bound.inputs.attributes, asked)},
        "sources": [
            {"id": one.id, "attributes": _only(one.attributes, asked)} for one in bound.inputs.shape.sources
        ],
        "months": list(bound.inputs.shape.months),
        "values": values,
        "local": [_local(one) for one in bound.inputs.local],
        "options": dict(bound.options),
        "from": {
            "values": origins,
            "local": [_statement(connection, made, one) for one in bound.locals],
            "attributes": _attributes(made, figure, held, asked),
        },
    }
    return made


def _value(one: Activity) -> object:
    return {"state": one.value.state.value} if isinstance(one.value, Missing) else plain(one.value)


def _local(one: LocalValue) -> dict[str, str]:
    return {
        "symbol": one.symbol, "value": plain(one.value), "unit": one.unit, "source": one.source, "month": one.month,
        "rung": one.rung, "citation": one.citation, "provenance": one.provenance.value,
    }  # fmt: skip


def _statement(connection: Connection, made: Inputs, one: LocalFactor) -> dict[str, Any]:
    made.entries.add(one.statement.entry)
    document = one.statement.source.document if one.statement.source else ""
    if document:
        _document(connection, made, document)
    if one.tested is None:
        return {"statement": one.statement.entry}
    rest = sorted({said.entry for test in one.tested.analyses for said in test.statements})
    made.entries.update(rest)
    return {"statement": one.statement.entry, "tested": rest}


def _document(connection: Connection, made: Inputs, digest: str) -> None:
    """No document is handed out; of one that bore personal data and was erased, the entries that say so are."""
    head, gone = checkpoint.latest(connection), redactions(connection, [digest]).get(digest)
    if gone is None or head is None or gone.index >= head.size:
        made.absent.append((f"docs/{digest}", "document"))
        return
    made.entries.update((int(str(gone.body["entry"])), gone.index))
    made.absent.append((f"docs/{digest} · entries/{gone.index}.json", "redacted"))


def _asked(method: MethodData) -> frozenset[str]:
    """The attributes a method asks about."""
    found: set[str] = set()
    for declared in method.terms.values():
        found.update(declared.keys)
    for made in method.quantities.values():
        found.update(made.keys)
    for term in method.terms.values():
        for step in term.ladder:
            found.update(one for one in (step.key, step.region) if one and not one.startswith("="))
    for quantity in method.quantities.values():
        for node in nodes(quantity.expression):
            if isinstance(node, SumOver):
                found.update(name for name, _ in node.where)
    return frozenset(found)


def _only(attributes: Mapping[str, str], asked: frozenset[str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if name in asked}


def _attributes(
    made: Inputs, figure: Figure, held: Holdings, asked: frozenset[str]
) -> dict[str, dict[str, int]]:
    """For the enterprise and each source the entry that gave each attribute, the nearest subject's first."""
    bound = figure.bound
    assert bound is not None
    on, root = bound.period.days()[-1], bound.subject.id
    ways = {root: (root, *held.above(root, on))}
    for one in held.of[root]:
        ways[one.source.id] = (one.source.id, *(name for name in one.way if name != root))
    given = {one.id: one.attributes for one in bound.inputs.shape.sources} | {root: bound.inputs.attributes}
    found: dict[str, dict[str, int]] = {}
    for holder, attributes in given.items():
        for name, value in _only(attributes, asked).items():
            entry = _said(held, ways.get(holder, ()), name, value, on)
            if entry is None:
                made.absent.append((f"{holder} {name}", "attribute"))
            else:
                found.setdefault(holder, {})[name] = entry
                made.entries.add(entry)
    return found


def _said(held: Holdings, way: Sequence[str], name: str, value: str, on: date) -> int | None:
    for subject in way:
        fitting = [one for one in held.dated.get(subject, ()) if (one.name, one.value) == (name, value)]
        today = [
            one
            for one in fitting
            if (one.valid_from is None or one.valid_from <= on)
            and (one.valid_to is None or on < one.valid_to)
        ]
        for one in today or fitting:
            return one.entry
    return None


class _Seals:
    """Which sealed segments give an amount."""

    def __init__(self, connection: Connection, made: Inputs, figure: Figure) -> None:
        assert figure.bound is not None
        self.connection = connection
        self.made = made
        self.as_of = figure.as_of
        self.plan: dict[str, list[PlanLine]] = {}
        for line in lines(connection, figure.as_of):
            self.plan.setdefault(line.source, []).append(line)
        self.terms = figure.method.data.terms
        self.segments = cache(self._segments)

    def origin(self, one: Activity) -> dict[str, Any] | None:
        """Where an amount comes from; None, and said, where sealed readings do not give it."""
        what = f"{one.term} {one.source}/{one.month}"
        if isinstance(one.value, Missing):
            self.made.absent.append((what, "missing"))
            return None
        term, month = self.terms[one.term], Period.parse(one.month)
        here = lines_for(term, one.source, self.plan.get(one.source, ()), month)
        self.made.entries.update(line.entry for line in here if line.entry is not None)
        why = "no_seal"
        for before in (True, False):
            parts, used, total = self._summed(one, here, month, before)
            if total is not None and plain(total) == plain(one.value):
                for segment in used:
                    self._use(segment)
                return {"share": plain(one.share), "parts": parts}
            why = "other_seal" if used else why
        self.made.absent.append((what, why))
        return None

    def _summed(
        self, one: Activity, here: Sequence[PlanLine], month: Period, before: bool
    ) -> tuple[list[dict[str, Any]], list[Sealed], Decimal | None]:
        """Parts, segments and sum of an amount by seals made before or after the figure; None where one lacks."""
        parts: list[dict[str, Any]] = []
        used: list[Sealed] = []
        total: Decimal | None = None
        for line in here:
            found = self._of(line, month, before)
            used += found
            known = [segment.number for segment in found if segment.number is not None]
            if not found or len(known) < len(found):
                return parts, used, None
            there = convert(amount(line, sum(known)), line.amount_unit, self.terms[one.term].unit)
            there = there if one.share == 1 else CONTEXT.multiply(there, one.share)
            total = there if total is None else CONTEXT.add(total, there)
            seals = [[segment.seal.index, segment.place] for segment in found]
            parts.append({"series": line.series, "plan": line.entry, "seals": seals})
        return parts, used, total

    def _use(self, segment: Sealed) -> None:
        self.made.sealed[segment.seal.index, segment.place] = segment
        self.made.entries.add(segment.seal.index)
        self.made.files[segment.path] = segment.text.encode()
        blob = segment.seal.body.get("blob")
        if isinstance(blob, str):
            self.made.files[f"docs/{blob}"] = get_blob(self.connection, blob) or b""

    def _of(self, line: PlanLine, month: Period, before: bool) -> list[Sealed]:
        """The segments of a line over a month: of one seal of the month, else one a day; [] where one lacks."""
        for periods in ([month], [Period.of_day(day) for day in month.days() if line.covers(day)]):
            found: list[Sealed] = []
            for period in periods:
                fitting = [
                    one
                    for one in self.segments(line.org, period.text, before)
                    if (one.row["series"], one.row["plan"], one.row["from"])
                    == (line.series, line.entry, max(period.start, line.valid_from).isoformat())
                ]
                if len(fitting) != 1:
                    break
                found += fitting
            else:
                if found:
                    return found
        return []

    def _segments(self, org: str, period: str, before: bool) -> list[Sealed]:
        """Every segment of a period whose text still has the hash that was sealed.

        Of the last seal made at or before the figure's log size, or of the first one after it.
        """
        history = ledger.history(self.connection, subject_of(org, Period.parse(period)))
        known = [one for one in history if (int(str(one.body["size"])) <= self.as_of) is before]
        if not known:
            return []
        seal = known[-1 if before else 0]
        try:
            body = read_seal(self.connection, seal)
            rows = sealed_segments(self.connection, seal)
        except FindingError:
            return []
        key = key_of(body)
        return [
            Sealed(seal, place, row, text, period)
            for place, (row, text) in enumerate(rows)
            if segment_hash(key, text) == row["sha256"]
        ]
