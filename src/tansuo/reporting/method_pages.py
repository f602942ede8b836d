"""Methods for people: every formula as mathematics and in words, every factor with its source and standing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection

from tansuo.accounting.examples import CaseResult, judged
from tansuo.accounting.methods_store import ReadableMethod, by_fingerprint, listings
from tansuo.accounting.shipped import GROUPS, Shelf, group_of, shelf, users_of
from tansuo.evidence.ledger import get
from tansuo.methods.paper import PARTS
from tansuo.methods.render import mathml, name, spoken, text
from tansuo.methods.term import Declared, FactorRow, Quantity
from tansuo.quantity.decimals import plain
from tansuo.reporting.html import Language, Page, indicator_name, render_page, words
from tansuo.reporting.words import status_word


def methods_page(connection: Connection, page: Page, as_of: int | None) -> str:
    """The published methods as known at `as_of`."""
    zh = page.language == "zh"
    rows = [
        {
            "title": one.title_zh if zh else one.title_en,
            "id": one.id,
            "edition": one.edition,
            "valid": valid_text(one.valid, page.language),
            "fingerprint": one.fingerprint,
            "href": page.link(f"methods/{one.fingerprint}"),
            "entry": one.entry,
            "entry_href": page.link(f"ledger/{one.entry}"),
        }
        for one in listings(connection, as_of=as_of)
    ]
    view = {
        "methods": rows,
        "groups": _groups(shelf(), {str(row["fingerprint"]) for row in rows}, page),
        "factors_href": page.link("factors"),
    }
    return render_page("methods.html", page, title=words(page.language)("methods_title"), view=view)


def _groups(carried: Shelf, published: set[str], page: Page) -> list[dict[str, object]]:
    """The shipped packs by group, and whether each stands published here."""
    t = words(page.language)
    found: dict[str, list[dict[str, object]]] = {name: [] for name in GROUPS}
    for folder, pack in carried.packs.items():
        found[group_of(folder)].append(
            {
                "title": pack.words["title"][page.language],
                "pack": folder,
                "edition": pack.data.edition,
                "valid": valid_text(pack.data.valid, page.language),
                "rows": len(pack.data.factors),
                "href": page.link(f"packs/{folder}"),
                "standing": t("published_here") if pack.fingerprint in published else t("shipped_only"),
            }
        )
    return [{"name": t(f"group.{name}"), "packs": rows} for name, rows in found.items() if rows]


def valid_text(valid: str, language: Language) -> str:
    """`2021-01/..` in words."""
    first, _, last = valid.partition("/")
    if last == "..":
        return f"{first} 起" if language == "zh" else f"from {first}"
    return f"{first} – {last}"


def method_page(connection: Connection, page: Page, fingerprint: str, as_of: int | None) -> str:
    """One method by its fingerprint; FindingError where none was published under it."""
    found = by_fingerprint(connection, fingerprint, as_of)
    t = words(page.language)
    entry = get(connection, found.listing.entry)
    pack = "" if entry is None else str(entry.body.get("pack", ""))
    facts = [(t("entry"), str(found.listing.entry))]
    return _page(found, pack, page, facts)


def pack_page(page: Page, folder: str) -> str | None:
    """A shipped pack, published or not; None where this build carries none of that name."""
    pack = shelf().packs.get(folder)
    return None if pack is None else _page(pack, folder, page, [])


def _page(found: ReadableMethod, pack: str, page: Page, facts: list[tuple[str, str]]) -> str:
    t, carried, data = words(page.language), shelf(), found.data
    title = str(found.words["title"][page.language])
    users = users_of(data)
    built_on = carried.base(data)
    related = [
        (t("extends"), [built_on] if built_on else []),
        (t("extended_by"), carried.extended_by(pack) if pack in carried.packs else []),
        (t("rows_from"), carried.rows_from(pack) if pack in carried.packs else []),
        (t("rows_used_by"), carried.rows_used_by(pack) if pack in carried.packs else []),
    ]
    view = {
        "title": title,
        "facts": [
            (t("method"), data.id),
            (t("edition"), data.edition),
            (t("valid"), valid_text(data.valid, page.language)),
            (t("fingerprint"), f"SHA-256 {found.fingerprint}"),
            *facts,
            *_options(found, page.language),
        ],
        "related": [
            (name, [(folder, page.link(f"packs/{folder}")) for folder in folders])
            for name, folders in related
            if folders
        ],
        "quantities": [_quantity(found, one, page.language) for one in data.quantities.values()],
        "terms": [
            {**_term(found, one, page.language), "users": ", ".join(users.get(one.symbol, ()))}
            for one in data.terms.values()
        ],
        "tables": _tables(found, page.language),
        "sources": [_source(found, key, row, page.language) for key, row in data.sources.items()],
        "paper": _paper(found, page.language),
        "cases": [_case(one, page.language) for one in judged(found, pack).results],
    }
    return render_page("method.html", page, title=title, view=view)


def factors_page(page: Page) -> str:
    """The tables of all shipped packs: rows, standing, and the page they stand on."""
    t, carried = words(page.language), shelf()
    packs: list[dict[str, object]] = []
    for folder, pack in carried.packs.items():
        own = [row for row in pack.data.factors if row.id not in pack.handed.origins]
        counted = Counter((row.table, row.column, row.status) for row in own)
        if counted:
            rows = [
                {
                    "table": table,
                    "column": column,
                    "status": status_word(status, page.language),
                    "rows": number,
                }
                for (table, column, status), number in sorted(counted.items())
            ]
            title = pack.words["title"][page.language]
            packs.append(
                {
                    "title": title,
                    "pack": folder,
                    "rows": rows,
                    "href": page.link(f"packs/{folder}"),
                    "users": ", ".join(carried.rows_used_by(folder)),
                }
            )
    return render_page("factors.html", page, title=t("factors_title"), view={"packs": packs})


def _paper(found: ReadableMethod, language: Language) -> list[dict[str, object]]:
    """What the standard says in words, part by part."""
    t = words(language)
    said: Mapping[str, list[Mapping[str, str]]] = found.words.get("paper", {})
    return [
        {
            "name": t(f"paper.{part}"),
            "remarks": [
                {
                    "about": one.get("about", ""),
                    "text": one[language],
                    "clause": one.get("clause", ""),
                    "status": status_word(one["status"], language) if one.get("status") else "",
                }
                for one in said[part]
            ],
        }
        for part in PARTS
        if part in said
    ]


def _case(one: CaseResult, language: Language) -> dict[str, object]:
    t = words(language)
    return {
        "name": one.case.name,
        "source": one.case.source,
        "answer": one.case.answer,
        "status": status_word(one.case.status, language),
        "result": t("case_passes") if one.passed else t("case_fails"),
    }


def _options(found: ReadableMethod, language: Language) -> list[tuple[str, str]]:
    named: Mapping[str, Any] = found.words.get("options", {})
    return [
        (str(named.get(key, {}).get(language, key)), " · ".join(option.choices))
        for key, option in found.data.options.items()
    ]


def scope_word(scope: str, language: Language) -> str:
    """direct, indirect or both, in words."""
    t = words(language)
    return {"direct": t("direct"), "indirect": t("indirect"), "both": f"{t('direct')} + {t('indirect')}"}.get(
        scope, ""
    )


def rules_text(one: Quantity, language: Language) -> str:
    """How a quantity is rounded and handed on, in words; "" where the method says nothing."""
    t = words(language)
    rules = []
    if one.places is not None:
        rules.append(
            t("rule_half_even" if one.rounding == "half_even" else "rule_half_up", places=one.places)
        )
    if one.additivity == "flow":
        rules.append(
            t("rule_parents_published" if one.parents == "sum_published" else "rule_parents_unrounded")
        )
    return " ".join(rules)


def _quantity(found: ReadableMethod, one: Quantity, language: Language) -> dict[str, object]:
    return {
        "symbol": one.symbol,
        "name": name(one.symbol, language, found.words),
        "unit": one.unit,
        "scope": scope_word(one.scope, language),
        "mathml": Markup(mathml(spoken(one.expression, found.words, language), found.data, one.symbol)),  # noqa: S704 - made by our own writer
        "words": text(one.expression, language, found.words),
        "rules": rules_text(one, language),
        "clause": one.clause,
    }


def _term(found: ReadableMethod, one: Declared, language: Language) -> dict[str, object]:
    t = words(language)
    if one.exactly is not None:
        origin = f"{t('constant')}: {one.exactly.numerator}/{one.exactly.denominator}"
    elif one.kind == "activity":
        origin = f"{t('measured_activity')}: {indicator_name(t, one.indicator)}"
    else:
        origin = f"{t('ladder')}: " + " → ".join(step.name for step in one.ladder)
    over = " × ".join(t(f"over.{dim}") for dim in one.over)
    return {
        "symbol": one.symbol,
        "name": name(one.symbol, language, found.words),
        "unit": one.unit,
        "over": over,
        "origin": origin,
        "clause": one.clause,
    }


def _tables(found: ReadableMethod, language: Language) -> list[dict[str, object]]:
    grouped: dict[str, list[dict[str, object]]] = {}
    for row in found.data.factors:
        grouped.setdefault(row.table, []).append(_factor(found, row, language))
    return [{"name": key, "rows": rows} for key, rows in grouped.items()]


def _factor(found: ReadableMethod, row: FactorRow, language: Language) -> dict[str, object]:
    until = row.valid_to.isoformat() if row.valid_to else ""
    return {
        "key": " ".join(part for part in (row.key, row.region, row.applies_to) if part),
        "data_year": row.data_year,
        "published_on": row.published_on,
        "official": row.status == "official",
        "column": row.column,
        "value": plain(row.value),
        "unit": row.unit,
        "valid": f"{row.valid_from.isoformat()} – {until}",
        "source": citation(found, row.source, row.page, language),
        "note": str(found.words.get("notes", {}).get(row.id, "")),
        "status": status_word(row.status, language),
    }


def citation(found: ReadableMethod, source: str, place: str, language: Language) -> str:
    """A source in words with its page or clause."""
    named: Mapping[str, Any] = found.words.get("sources", {}).get(source, {})
    title = str(named.get(f"title_{language}") or named.get(language) or source)
    return f"{title} {place}".strip()


def _source(found: ReadableMethod, key: str, row: Mapping[str, str], language: Language) -> dict[str, object]:
    status = row.get("status", "")
    return {
        "key": key,
        "text": citation(found, key, "", language),
        "status": status_word(status, language) if status else "",
    }
