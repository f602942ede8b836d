"""From a stored method to what the methods browser shows of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tansuo.accounting.examples import CaseResult, Example, judged
from tansuo.accounting.methods_store import Listing, ReadableMethod
from tansuo.accounting.shipped import Shelf, shelf, users_of
from tansuo.api import method_shapes as shape
from tansuo.api.drawer_shapes import Text
from tansuo.methods.expression import symbols
from tansuo.methods.paper import PARTS
from tansuo.methods.render import latex, mathml, name, spoken, text
from tansuo.methods.term import Declared, FactorRow, Quantity
from tansuo.quantity.decimals import plain
from tansuo.quantity.wording import render
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


def parts(found: ReadableMethod, pack: str) -> dict[str, Any]:
    """Everything a sheet says beside its row and its editions; `pack` is the folder its entry names."""
    data, carried = found.data, shelf()
    shipped = carried.packs.get(pack)
    run = judged(found, pack)
    users = users_of(data)
    origins = {} if shipped is None else shipped.handed.origins
    return {
        "pack": "" if shipped is None else pack,
        "gwp": data.gwp,
        "grain": data.grain,
        "extends": _base(carried, data.extends),
        "extended_by": [] if shipped is None else list(carried.extended_by(pack)),
        "rows_from": [] if shipped is None else list(carried.rows_from(pack)),
        "rows_used_by": [] if shipped is None else list(carried.rows_used_by(pack)),
        "paper": _paper(found.words.get("paper", {})),
        "cases": [_case(one) for one in run.results],
        "source": _cited(found, data.source, ""),
        "quantities": [
            _quantity(found, one, run.examples.get(one.symbol), users) for one in data.quantities.values()
        ],
        "terms": [_term(found, one, users) for one in data.terms.values()],
        "factors": [factor(found, one, origins.get(one.id, pack)) for one in data.factors],
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


def _base(carried: Shelf, extends: Mapping[str, str]) -> shape.MethodBase | None:
    if not extends:
        return None
    return shape.MethodBase(**extends, pack=carried.by_fingerprint.get(extends["fingerprint"], ""))


def _paper(said: Mapping[str, Any]) -> shape.MethodPaper:
    return shape.MethodPaper(**{part: [_remark(one) for one in said.get(part, ())] for part in PARTS})


def _remark(one: Mapping[str, str]) -> shape.MethodRemark:
    return shape.MethodRemark(
        about=one.get("about", ""),
        text=Text(zh=one["zh"], en=one["en"]),
        clause=one.get("clause", ""),
        status=one.get("status", ""),
    )


def _case(one: CaseResult) -> shape.MethodCase:
    case = one.case
    return shape.MethodCase(
        name=case.name,
        file=case.file,
        source=case.source,
        status=case.status,
        answer=case.answer,
        expects=[_expected(key, value) for key, value in case.expect.items()],
        passed=one.passed,
        problems=[Text(zh=render(found, "zh"), en=render(found, "en")) for found in one.problems],
    )


def _expected(key: str, value: Any) -> shape.ExpectedFigure:
    missing = list(value.get("missing", ())) if isinstance(value, Mapping) else []
    return shape.ExpectedFigure(figure=key, value=None if missing else str(value), missing=missing)


def _cited(found: ReadableMethod, source: str, page: str) -> Text:
    return Text(zh=citation(found, source, page, "zh"), en=citation(found, source, page, "en"))


def _option(found: ReadableMethod, key: str, language: str) -> str:
    named: Mapping[str, Any] = found.words.get("options", {})
    return str(named.get(key, {}).get(language, key))


def _quantity(
    found: ReadableMethod, one: Quantity, example: Example | None, users: Mapping[str, Sequence[str]]
) -> shape.MethodQuantity:
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
        mathml=mathml(spoken(one.expression, found.words), found.data, one.symbol),
        latex=f"{one.symbol} = {latex(one.expression, found.data)}",
        places=one.places,
        rounding="" if one.places is None else one.rounding,
        parents=one.parents,
        rules=Text(zh=rules_text(one, "zh"), en=rules_text(one, "en")),
        clause=one.clause,
        indicator=one.indicator,
        uses=list(dict.fromkeys(symbols(one.expression))),
        used_in=list(users.get(one.symbol, ())),
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


def _term(found: ReadableMethod, one: Declared, users: Mapping[str, Sequence[str]]) -> shape.MethodTerm:
    return shape.MethodTerm(
        symbol=one.symbol,
        name_zh=name(one.symbol, "zh", found.words),
        name_en=name(one.symbol, "en", found.words),
        kind=one.kind,
        unit=one.unit,
        over=list(one.over),
        indicator=one.indicator,
        ladder=[step.name for step in one.ladder],
        rungs=[
            shape.MethodRung(
                name=step.name,
                take=step.take,
                table=step.table,
                column=step.column,
                when=dict(step.when),
                reach=step.reach,
                published_before=step.published_before,
            )
            for step in one.ladder
        ],
        used_in=list(users.get(one.symbol, ())),
        exactly=None if one.exactly is None else str(one.exactly),
        places=one.places,
        lower=None if one.lower is None else plain(one.lower),
        upper=None if one.upper is None else plain(one.upper),
        clause=one.clause,
    )


def factor(found: ReadableMethod, one: FactorRow, origin: str) -> shape.MethodFactor:
    """A row of a factor table as the browser and the library show it; `origin` is the pack that brought it."""
    return shape.MethodFactor(
        id=one.id,
        table=one.table,
        key=one.key,
        column=one.column,
        value=plain(one.value),
        unit=one.unit,
        region=one.region,
        level=one.level,
        applies_to=one.applies_to,
        published_on=one.published_on,
        origin=origin,
        valid_from=one.valid_from.isoformat(),
        valid_to=None if one.valid_to is None else one.valid_to.isoformat(),
        data_year=one.data_year,
        source=_cited(found, one.source, one.page),
        status=one.status,
        note=str(found.words.get("notes", {}).get(one.id, "")),
    )
