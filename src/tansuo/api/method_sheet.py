"""From a stored method to what the methods browser shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tansuo.accounting.examples import Example, examples_of
from tansuo.accounting.methods_store import Listing, StoredMethod
from tansuo.api import method_shapes as shape
from tansuo.api.drawer_shapes import Text
from tansuo.methods.render import latex, mathml, name, text
from tansuo.methods.term import Declared, FactorRow, Quantity
from tansuo.quantity.decimals import plain
from tansuo.reporting.method_pages import citation, rules_text

Usage = Mapping[str, tuple[int, int]]


def row(one: Listing, used: Usage, standing: frozenset[str]) -> dict[str, Any]:
    """One edition as a row; `standing` are the fingerprints in force."""
    figures, subjects = used.get(one.fingerprint, (0, 0))
    return {
        "id": one.id,
        "edition": one.edition,
        "fingerprint": one.fingerprint,
        "valid": one.valid,
        "title_zh": one.title_zh,
        "title_en": one.title_en,
        "entry": one.entry,
        "figures": figures,
        "subjects": subjects,
        "in_force": one.fingerprint in standing,
    }


def parts(found: StoredMethod, pack: str) -> dict[str, Any]:
    """Everything a sheet says beside its row and its editions; `pack` is the folder its entry names."""
    data = found.data
    examples = examples_of(found, pack)
    return {
        "gwp": data.gwp,
        "source": _cited(found, data.source, ""),
        "quantities": [_quantity(found, one, examples.get(one.symbol)) for one in data.quantities.values()],
        "terms": [_term(found, one) for one in data.terms.values()],
        "factors": [_factor(found, one) for one in data.factors],
        "sources": [
            shape.CitedSource(
                key=key,
                title=_cited(found, key, ""),
                number=one.get("number", ""),
                issued=one.get("issued", ""),
                status=one.get("status", ""),
            )
            for key, one in data.sources.items()
        ],
        "options": [
            shape.MethodOption(
                name=key,
                name_zh=_option(found, key, "zh"),
                name_en=_option(found, key, "en"),
                choices=list(one.choices),
                default=one.default,
            )
            for key, one in data.options.items()
        ],
    }


def _cited(found: StoredMethod, source: str, page: str) -> Text:
    return Text(zh=citation(found, source, page, "zh"), en=citation(found, source, page, "en"))


def _option(found: StoredMethod, key: str, language: str) -> str:
    named: Mapping[str, Any] = found.words.get("options", {})
    return str(named.get(key, {}).get(language, key))


def _quantity(found: StoredMethod, one: Quantity, example: Example | None) -> shape.MethodQuantity:
    words = found.words
    return shape.MethodQuantity(
        symbol=one.symbol,
        name_zh=name(one.symbol, "zh", words),
        name_en=name(one.symbol, "en", words),
        unit=one.unit,
        scope=one.scope,
        additivity=one.additivity,
        formula=f"{one.symbol} = {text(one.expression)}",
        words=Text(zh=text(one.expression, "zh", words), en=text(one.expression, "en", words)),
        mathml=mathml(one.expression, found.data, one.symbol),
        latex=f"{one.symbol} = {latex(one.expression, found.data)}",
        places=one.places,
        rounding="" if one.places is None else one.rounding,
        parents=one.parents,
        rules=Text(zh=rules_text(one, "zh"), en=rules_text(one, "en")),
        clause=one.clause,
        indicator=one.indicator,
        example=None
        if example is None
        else shape.MethodExample(
            case=example.case,
            source=example.source,
            status=example.status,
            cell=example.cell,
            worked=Text(zh=example.zh, en=example.en),
        ),
    )


def _term(found: StoredMethod, one: Declared) -> shape.MethodTerm:
    return shape.MethodTerm(
        symbol=one.symbol,
        name_zh=name(one.symbol, "zh", found.words),
        name_en=name(one.symbol, "en", found.words),
        kind=one.kind,
        unit=one.unit,
        over=list(one.over),
        indicator=one.indicator,
        ladder=[step.name for step in one.ladder],
        exactly=None if one.exactly is None else str(one.exactly),
        places=one.places,
        lower=None if one.lower is None else plain(one.lower),
        upper=None if one.upper is None else plain(one.upper),
        clause=one.clause,
    )


def _factor(found: StoredMethod, one: FactorRow) -> shape.MethodFactor:
    return shape.MethodFactor(
        id=one.id,
        table=one.table,
        key=one.key,
        column=one.column,
        value=plain(one.value),
        unit=one.unit,
        region=one.region,
        valid_from=one.valid_from.isoformat(),
        valid_to=None if one.valid_to is None else one.valid_to.isoformat(),
        data_year=one.data_year,
        source=_cited(found, one.source, one.page),
        status=one.status,
        note=str(found.words.get("notes", {}).get(one.id, "")),
    )
