"""How registry entries become registry tables. The later fact about a key holds from its entry on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, insert

from tansuo.evidence.entry import Entry
from tansuo.evidence.projection import Projection
from tansuo.quantity.period import Period
from tansuo.registry import tables
from tansuo.registry.slices import Fact, Row, carve, supersede
from tansuo.registry.wording import Body, days

Writer = Callable[[Connection, Sequence[Entry]], None]


def apply(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write ``entries`` (index order, each once) into the registry's tables.

    Each kind of entry has tables of its own, so a batch is written kind by kind, in order within each.
    """
    by_writer: dict[Writer, list[Entry]] = {}
    for one in entries:
        by_writer.setdefault(_WRITERS[one.type], []).append(one)
    for write, run in by_writer.items():
        write(connection, run)


def _subjects(connection: Connection, entries: Sequence[Entry]) -> None:
    declared: list[Row] = []
    facts: list[Fact] = []
    for entry in entries:
        body: Body = entry.body
        if body["op"] == "declare":
            declared.append(_subject_row(entry))
            named: Mapping[str, str | None] = body["attributes"]
        else:
            named = {body["name"]: body["value"]}
        for name, value in named.items():
            facts.append(_fact(entry, (body["id"], name), None if value is None else {"value": value}))
    if declared:
        supersede(connection, tables.subject, ("id",), declared)
    if facts:
        carve(connection, tables.subject_attribute, ("subject", "name"), facts)


def _subject_row(entry: Entry) -> Row:
    body: Body = entry.body
    first, last = days(entry)
    return {
        "id": body["id"],
        "kind": body["kind"],
        "name_zh": body["name"]["zh"],
        "name_en": body["name"]["en"],
        "geometry": body["geometry"],
        "synthetic": body["synthetic"],
        "valid_from": first,
        "valid_to": last,
        "source": body["source"],
        "region": entry.region,
        "org_id": entry.org,
        "entry": entry.index,
    }


def _relations(connection: Connection, entries: Sequence[Entry]) -> None:
    facts: list[Fact] = []
    for entry in entries:
        body: Body = entry.body
        share = None if body["share"] is None else Decimal(body["share"])
        key = (body["a"], body["relation"], body["b"])
        facts.append(_fact(entry, key, {"share": share} if body["holds"] else None))
    carve(connection, tables.relation, ("a", "relation", "b"), facts)


def _fact(entry: Entry, key: tuple[str, ...], what: Row | None) -> Fact:
    """What an entry says of a key over its own days; ``what`` None says that nothing holds there."""
    first, last = days(entry)
    body: Body = entry.body
    row = None if what is None else {**what, "source": body["source"], "org_id": entry.org}
    return Fact(key, first, last, entry.index, row)


def _indicators(connection: Connection, entries: Sequence[Entry]) -> None:
    rows: list[Row] = []
    for entry in entries:
        body: Body = entry.body
        rows.append(
            {
                "code": body["code"],
                "name_zh": body["name"]["zh"],
                "name_en": body["name"]["en"],
                "unit": body["unit"],
                "additivity": body["additivity"],
                "decimals": body["decimals"],
                "owner": body["owner"],
                "org_id": entry.org,
                "entry": entry.index,
            }
        )
    supersede(connection, tables.indicator, ("code",), rows)


def _statements(connection: Connection, entries: Sequence[Entry]) -> None:
    rows: list[Row] = []
    for entry in entries:
        body: Body = entry.body
        about = Period.parse(body["period"])
        rows.append(
            {
                **{name: body[name] for name in _STATED},
                "value": None if body["value"] is None else Decimal(body["value"]),
                "detail": body.get("detail"),
                "period_start": about.start,
                "period_end": about.end,
                "org_id": entry.org,
                "entry": entry.index,
            }
        )
    supersede(connection, tables.statement, _STATEMENT_KEY, rows)


_STATEMENT_KEY = ("subject", "indicator", "period", "world", "basis", "stage", "issuer")
_STATED = (*_STATEMENT_KEY, "unit", "state", "provenance", "synthetic", "source")


def _cases(connection: Connection, entries: Sequence[Entry]) -> None:
    rows: list[Row] = []
    for entry in entries:
        body: Body = entry.body
        rows.append(
            {
                "id": body["id"],
                "kind": body["kind"],
                "subject": body["subject"],
                "title_zh": body["title"]["zh"],
                "title_en": body["title"]["en"],
                "step": body["step"],
                "role": body["role"],
                "deadline": body["deadline"] and date.fromisoformat(body["deadline"]),
                "outcome": body.get("outcome"),
                "frozen_size": body.get("size"),
                "audience": body.get("audience"),
                "body": dict(body),
                "synthetic": body["synthetic"],
                "org_id": entry.org,
                "entry": entry.index,
            }
        )
    supersede(connection, tables.case_, ("id",), rows)


def _postings(connection: Connection, entries: Sequence[Entry]) -> None:
    rows: list[Row] = []
    for entry in entries:
        body: Body = entry.body
        for number, line in enumerate(body["lines"]):
            rows.append(
                {
                    "entry": entry.index,
                    "line": number,
                    "book": body["book"],
                    "subject": line["subject"],
                    "account": line["account"],
                    "amount": line["amount"],
                    "unit": body["unit"],
                    "booked_on": date.fromisoformat(body["date"]),
                    "reverses": body["reverses"],
                    "synthetic": body["synthetic"],
                    "org_id": line["org"] or entry.org,
                }
            )
    connection.execute(insert(tables.posting), rows)


_WRITERS: Mapping[str, Writer] = {
    "subject": _subjects,
    "relation": _relations,
    "indicator": _indicators,
    "statement": _statements,
    "case": _cases,
    "decision": _cases,
    "posting": _postings,
}

PROJECTION = Projection(
    name="registry",
    tables=tuple(table.name for table in tables.metadata.sorted_tables),
    entry_types=frozenset(_WRITERS),
    apply=apply,
)
