"""Where a figure stands: in the ledger if published, else at which size it was computed; and what came later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import Connection

from tansuo.accounting.explain import explain
from tansuo.accounting.figure import Figure
from tansuo.accounting.receipt import Published
from tansuo.evidence.checkpoint import covering
from tansuo.evidence.entry import Entry
from tansuo.evidence.ledger import origin
from tansuo.evidence.moment import recorded_at, zone_of
from tansuo.reporting.cells import cell_href, moved
from tansuo.reporting.html import Page, words
from tansuo.reporting.numbers import grouped

Fact = tuple[str, str, str]


def provisional_facts(connection: Connection, page: Page, figure: Figure) -> list[Fact]:
    """What a provisional receipt says: computed from which size, by which method, of which inputs."""
    t = words(page.language)
    return [
        (t("stage"), t("stage.calculated"), ""),
        (t("as_of_point"), f"{origin(connection)}@{figure.as_of}", ""),
        *_common(page, figure),
    ]


def ledger_facts(connection: Connection, page: Page, figure: Figure, entry: Entry) -> list[Fact]:
    """What a published receipt says of its place: entry, leaf hash, the size it was frozen at, who decided."""
    t = words(page.language)
    when = recorded_at(connection, entry.index + 1, zone_of(connection))
    facts: list[Fact] = [
        (t("entry"), str(entry.index), page.link(f"ledger/{entry.index}", as_of=None)),
        (t("leaf"), entry.leaf_hash.hex(), ""),
        (t("recorded"), when.strftime("%Y-%m-%d %H:%M:%S") if when else "", ""),
        (t("as_of_point"), f"{origin(connection)}@{entry.body['size']}", ""),
    ]
    if entry.body.get("decision") is not None:
        number = entry.body["decision"]
        facts.append((t("decision"), str(number), page.link(f"ledger/{number}", as_of=None)))
    head = covering(connection, entry.index)
    if head is not None:
        facts.append((t("in_signed_head"), str(head.checkpoint.size), page.link("ledger", as_of=None)))
    for key in ("evaluator", "parser", "build", "input_digest"):
        said = entry.body.get(key, "")
        text = " · ".join(str(one) for one in said.values()) if isinstance(said, Mapping) else str(said)
        facts.append((t(f"fact.{key}"), text, ""))
    return facts + _common(page, figure)[:1]


def _common(page: Page, figure: Figure) -> list[Fact]:
    t = words(page.language)
    return [
        (t("method"), f"{figure.method.id} · SHA-256 {figure.method.fingerprint}",
         page.link(f"methods/{figure.method.fingerprint}")),
        (t("fact.input_digest"), figure.input_digest, ""),
    ]  # fmt: skip


def now_known(page: Page, now: Figure, published_text: object) -> dict[str, object]:
    """The cell as `now` known beside what was published, with the change."""
    change = ""
    if now.value is not None and isinstance(published_text, str):
        difference = now.value - Decimal(published_text)
        said = words(page.language)
        change = (
            said("unchanged") if not difference else f"({'+' if difference > 0 else ''}{grouped(difference)})"
        )
    return {
        "text": grouped(now.value) if now.value is not None else None,
        "href": cell_href(page, now.cell, now=True),
        "change": change,
    }


def history_rows(
    connection: Connection, page: Page, found: Sequence[Published], now: Figure
) -> list[dict[str, object]]:
    """Every publication of a cell (at least one), first to last, and how far it has moved since, to `now`."""
    t = words(page.language)
    zone = zone_of(connection)
    rows: list[dict[str, object]] = []
    for one in found:
        when = recorded_at(connection, one.entry + 1, zone)
        rows.append(
            {
                "when": when.strftime("%Y-%m-%d %H:%M") if when else "",
                "what": f"{t('stage.' + one.stage.value)} {one.receipt}",
                "href": page.link(f"receipts/{one.receipt}", as_of=None),
                "value": grouped(one.value) if one.value is not None else t("incomplete"),
            }
        )
    shift = moved(found[-1].value, now)
    rows.append(
        {
            "when": t("now"),
            "what": t("as_now_known") + (f" {shift}" if shift else ""),
            "href": cell_href(page, now.cell, now=True),
            "value": grouped(now.value) if now.value is not None else t("incomplete"),
        }
    )
    return rows


def moved_rows(page: Page, figure: Figure, now: Figure) -> list[dict[str, str]]:
    """Why the cell is another figure `now` than when it was published: parts that add up to the difference."""
    t = words(page.language)
    if figure.value is None or now.value is None or figure.value == now.value:
        return []
    found = explain(figure, now)
    zh = page.language == "zh"
    names = {
        one.subject: one.name_zh if zh else one.name_en for child in (figure, now) for one in child.children
    }
    rows = [
        {
            "kind": t(f"part.{one.kind}"),
            "what": names.get(one.place.partition("/")[0], f"{one.symbol} {one.place}".strip()),
            "before": _read(one.before),
            "after": _read(one.after),
            "added": grouped(one.added),
        }
        for one in found.parts
    ]
    rows.append({"kind": t("sum"), "what": "", "before": "", "after": "", "added": grouped(found.gap)})
    return rows


def _read(text: str) -> str:
    """A value as a receipt writes it, with its thousands apart where it is a plain number."""
    return grouped(text) if text.lstrip("-").replace(".", "", 1).isdigit() else text
