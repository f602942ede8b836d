"""Headers of a file that name another enterprise than the one it is mapped for.

The names of all enterprises are looked through, and nothing is given back but headers of the file itself: who
asks learns of a name that stands there already, and of no other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, select

from tansuo.evidence.as_of import visible
from tansuo.evidence.document import CITY
from tansuo.monitoring import plan
from tansuo.monitoring.connectors.workbook import Judged, Mapping
from tansuo.monitoring.connectors.workbook.tables import normal
from tansuo.quantity.finding import Finding
from tansuo.registry import tables

_SHORTEST = 3
"""A name of two characters may be a part of any word."""


def naming_others(connection: Connection, own: str, headers: Iterable[str]) -> set[str]:
    """The headers that hold the name or id of an enterprise other than ``own``.

    ``connection`` must see every enterprise. The longest name counts where one is a part of another, and what
    sources of ``own`` are called names nobody else.
    """
    asked = {header: normal(header) for header in headers if header}
    if not asked:
        return set()
    names = _names(connection, own)
    return {header for header, text in asked.items() if _names_other(text, names)}


def _names(connection: Connection, own: str) -> list[tuple[str, bool]]:
    """Every name, the longest first, and whether it is another's; what is called alike is one's own."""
    table = tables.subject
    mine = (table.c.org_id == own) & table.c.kind.in_(("enterprise", "emission_source", "facility"))
    rows = connection.execute(
        select(table.c.id, table.c.org_id, table.c.name_zh, table.c.name_en).where(
            visible(table, None), (table.c.kind == "enterprise") | mine
        )
    )
    others: dict[str, bool] = {}
    for id_, org, zh, en in rows:
        for name in (id_, zh, en):
            plain = normal(name or "")
            if len(plain) >= _SHORTEST:
                others[plain] = others.get(plain, True) and own not in (id_, org)
    return sorted(others.items(), key=lambda one: (-len(one[0]), one[0]))


def _names_other(text: str, names: Sequence[tuple[str, bool]]) -> bool:
    for name, other in names:
        if name not in text:
            continue
        found = re.search(_bounded(name), text)
        if found is not None:
            if other:
                return True
            text = re.sub(_bounded(name), " ", text)
    return False


def _bounded(name: str) -> str:
    """The pattern of a name that is no part of a longer word of Latin letters and digits."""
    before = r"(?<![a-z0-9.-])" if name[0].isascii() else ""
    after = r"(?![a-z0-9-])" if name[-1].isascii() and not re.search(r"[^\x00-\x7f]", name) else ""
    return before + re.escape(name) + after


def header_warnings(
    connection: Connection, org: str, mapping: Mapping, judged: Judged, enterprise: str | None = None
) -> list[Finding]:
    """A warning for each column of values whose header names another enterprise than the series it is read as.

    ``connection`` must see every enterprise. A file of the city that speaks of several names them rightly.
    """
    own = {org} if org != CITY else {enterprise} if enterprise else _owners(connection, judged)
    if len(own) != 1:
        return []
    columns: dict[tuple[str, str], None] = {}
    for rule, table in zip(mapping.tables, judged.tables, strict=False):
        if rule.across is None:
            columns.update({(table.sheet, name): None for one in rule.series for name in one.columns})
    others = naming_others(connection, own.pop() or "", {name for _, name in columns})
    return [
        Finding(
            "monitoring.import_header_of_other",
            {**({"sheet": sheet} if sheet else {}), "column": name},
            {"header": name},
            "warning",
        )
        for sheet, name in columns
        if name in others
    ]


def _owners(connection: Connection, judged: Judged) -> set[str | None]:
    found: Collection[str] = judged.found
    return {one.org for one in plan.lines(connection) if one.series in found}
