"""Methods for people: every formula as mathematics and in words, every factor with its source and standing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection

from tansuo.accounting.methods_store import StoredMethod, by_fingerprint, listings
from tansuo.methods.render import mathml, name, text
from tansuo.methods.term import Declared, FactorRow, Quantity
from tansuo.quantity.decimals import plain
from tansuo.reporting.html import Language, Page, render_page, words
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
    return render_page(
        "methods.html", page, title=words(page.language)("methods_title"), view={"methods": rows}
    )


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
    title = str(found.words["title"][page.language])
    view = {
        "title": title,
        "facts": [
            (t("method"), found.id),
            (t("edition"), found.listing.edition),
            (t("valid"), valid_text(found.listing.valid, page.language)),
            (t("fingerprint"), f"SHA-256 {found.fingerprint}"),
            (t("entry"), str(found.listing.entry)),
            *_options(found, page.language),
        ],
        "quantities": [_quantity(found, one, page.language) for one in found.data.quantities.values()],
        "terms": [_term(found, one, page.language) for one in found.data.terms.values()],
        "tables": _tables(found, page.language),
        "sources": [_source(found, key, row, page.language) for key, row in found.data.sources.items()],
    }
    return render_page("method.html", page, title=title, view=view)


def _options(found: StoredMethod, language: Language) -> list[tuple[str, str]]:
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


def _quantity(found: StoredMethod, one: Quantity, language: Language) -> dict[str, object]:
    return {
        "symbol": one.symbol,
        "name": name(one.symbol, language, found.words),
        "unit": one.unit,
        "scope": scope_word(one.scope, language),
        "mathml": Markup(mathml(one.expression, found.data, one.symbol)),  # noqa: S704 - made by our own writer
        "words": text(one.expression, language, found.words),
        "rules": rules_text(one, language),
        "clause": one.clause,
    }


def _term(found: StoredMethod, one: Declared, language: Language) -> dict[str, object]:
    t = words(language)
    if one.exactly is not None:
        origin = f"{t('constant')}: {one.exactly.numerator}/{one.exactly.denominator}"
    elif one.kind == "activity":
        origin = f"{t('measured_activity')}: {one.indicator}"
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


def _tables(found: StoredMethod, language: Language) -> list[dict[str, object]]:
    grouped: dict[str, list[dict[str, object]]] = {}
    for row in found.data.factors:
        grouped.setdefault(row.table, []).append(_factor(found, row, language))
    return [{"name": key, "rows": rows} for key, rows in grouped.items()]


def _factor(found: StoredMethod, row: FactorRow, language: Language) -> dict[str, object]:
    until = row.valid_to.isoformat() if row.valid_to else ""
    return {
        "key": " ".join(part for part in (row.key, row.data_year) if part),
        "column": row.column,
        "value": plain(row.value),
        "unit": row.unit,
        "valid": f"{row.valid_from.isoformat()} – {until}",
        "source": citation(found, row.source, row.page, language),
        "note": str(found.words.get("notes", {}).get(row.id, "")),
        "status": status_word(row.status, language),
    }


def citation(found: StoredMethod, source: str, place: str, language: Language) -> str:
    """A source in words with its page or clause."""
    named: Mapping[str, Any] = found.words.get("sources", {}).get(source, {})
    title = str(named.get(f"title_{language}") or named.get(language) or source)
    return f"{title} {place}".strip()


def _source(found: StoredMethod, key: str, row: Mapping[str, str], language: Language) -> dict[str, object]:
    status = row.get("status", "")
    return {
        "key": key,
        "text": citation(found, key, "", language),
        "status": status_word(status, language) if status else "",
    }
