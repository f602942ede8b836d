"""How ``method`` and ``figure`` entries become tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from tansuo.accounting import tables
from tansuo.accounting.methods_store import method_rows
from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import receipt_id
from tansuo.evidence.projection import Projection
from tansuo.registry.slices import supersede

FIGURE_KEY = ("subject", "quantity", "period", "method", "relation", "stage", "org_id")
"""One figure of a cell is in force at each stage for each audience; a later one replaces it."""


def apply(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write ``entries`` (index order, each once) into the tables of methods and figures."""
    methods = [one for one in entries if one.type == "method"]
    figures = [one for one in entries if one.type == "figure"]
    if methods:
        supersede(connection, tables.method, ("id", "edition"), method_rows(methods))
    if figures:
        supersede(connection, tables.figure, FIGURE_KEY, [_figure_row(one) for one in figures])


def _figure_row(entry: Entry) -> dict[str, Any]:
    body: Mapping[str, Any] = entry.body
    cell = body["cell"]
    return {
        "receipt": receipt_id(entry),
        "subject": cell["subject"],
        "quantity": cell["quantity"],
        "period": cell["period"],
        "method": cell["method"],
        "relation": cell["relation"],
        "value": body["value"],
        "unit": body["unit"],
        "stage": body["stage"],
        "size": body["size"],
        "decision": body["decision"],
        "synthetic": body["synthetic"],
        "body": dict(body),
        "org_id": entry.org,
        "entry": entry.index,
    }


PROJECTION = Projection(
    name="accounting",
    tables=("method", "figure"),
    entry_types=frozenset({"method", "figure"}),
    apply=apply,
)
