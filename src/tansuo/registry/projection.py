"""How registry entries become registry tables. The later fact about a key holds from its entry on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, insert

from tansuo.evidence.entry import Entry
from tansuo.evidence.projection import Projection
from tansuo.quantity.period import Period
from tansuo.registry import tables
from tansuo.registry.slices import carve, supersede
from tansuo.registry.wording import Body, days

Row = dict[str, Any]


def apply(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write ``entries`` (index order, each once) into the registry's tables."""
    run: list[Entry] = []
    for one in entries:
        if run and _WRITERS[run[0].type] is not _WRITERS[one.type]:
            _WRITERS[run[0].type](connection, run)
            run = []
        run.append(one)
    if run:
        _WRITERS[run[0].type](connection, run)


def _subjects(connection: Connection, entries: Sequence[Entry]) -> None:
    for entry in entries:
        body: Body = entry.body
        if body["op"] == "declare":
            supersede(connection, tables.subject, ("id",), [_subject_row(entry)])
            named: Mapping[str, str | None] = body["attributes"]
        else:
            named = {body["name"]: body["value"]}
        for name, value in named.items():
            key = {"subject": body["id"], "name": name}
            _hold(
                connection, tables.subject_attribute, key, entry, None if value is None else {"value": value}
            )


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
    for entry in entries:
        body: Body = entry.body
        key = {"a": body["a"], "relation": body["relation"], "b": body["b"]}
        share = None if body["share"] is None else Decimal(body["share"])
        _hold(connection, tables.relation, key, entry, {"share": share} if body["holds"] else None)


def _hold(connection: Connection, table: Table, key: dict[str, str], entry: Entry, what: Row | None) -> None:
    """A dated fact takes over the days of its entry; ``what`` None only clears them."""
    first, last = days(entry)
    carve(connection, table, key, first, last, entry.index)
    if what is None:
        return
    body: Body = entry.body
    row = {
        **key,
        **what,
        "valid_from": first,
        "valid_to": last,
        "source": body["source"],
        "stated_by": entry.index,
        "org_id": entry.org,
        "entry": entry.index,
    }
    connection.execute(insert(table), row)


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


_WRITERS: Mapping[str, Callable[[Connection, Sequence[Entry]], None]] = {
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
