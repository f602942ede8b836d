"""Rows and citations that a pack takes over from others: the one it extends, and tables it uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tansuo.methods.method import Method
from tansuo.methods.tables import Place, Tables
from tansuo.methods.term import FactorRow
from tansuo.quantity.finding import Finding

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Handed:
    """A pack's rows with everything about them. ``origins``: row id → the pack it is taken from unchanged."""

    rows: tuple[FactorRow, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    sources: Words = field(default_factory=dict)
    titles: Words = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def from_others(self) -> frozenset[str]:
        """Ids of rows that are another pack's, unchanged."""
        return frozenset(self.origins)


def joined(
    method: Method, own: Tables, facts: Words, titles: Words, others: Sequence[tuple[str, Handed, str | None]]
) -> tuple[Handed, list[Finding]]:
    """A pack's own rows and those of ``others``: (pack, its rows, the table used; all of an extended pack's).

    Own rows of a table, key, column and selectors replace what others say there. Of the others only rows that
    a factor of ``method`` reads are kept, and the citations of kept rows. A citation key that stands for
    another text there than here is a finding.
    """
    mine = {_group(row) for row in own.rows}
    steps = [step for term in method.terms.values() for step in term.ladder if step.take == "table"]
    rows = list(own.rows)
    places, notes = dict(own.places), dict(own.notes)
    sources, wordings = dict(facts), dict(titles)
    findings: list[Finding] = []
    taken: dict[str, FactorRow] = {}
    origins: dict[str, str] = {}
    for pack, handed, table in others:
        if table is not None and all(row.table != table for row in handed.rows):
            findings.append(Finding("methods.no_table", {"method": method.id, "table": table}))
        for row in handed.rows:
            if table not in (None, row.table) or _group(row) in mine or row.id in taken:
                continue
            if not any(step.may_take(row) for step in steps):
                continue
            taken[row.id] = row
            origins[row.id] = handed.origins.get(row.id, pack)
            places[row.id] = handed.places[row.id]
            if row.id in handed.notes:
                notes[row.id] = handed.notes[row.id]
        cited = {row.source for row in handed.rows if taken.get(row.id) is row}
        if table is None:  # what an extended pack cites besides its rows may be cited on
            cited |= {method.source} & set(handed.sources)
        for key in sorted(cited):
            if sources.setdefault(key, handed.sources[key]) != handed.sources[key]:
                findings.append(Finding("methods.source_differs", {"method": method.id, "key": key}))
            wordings.setdefault(key, handed.titles[key])
    rows += taken.values()
    return Handed(tuple(rows), places, notes, sources, wordings, origins), findings


def _group(row: FactorRow) -> tuple[str, ...]:
    return (row.table, row.key, row.column, row.level, row.region, row.applies_to)
