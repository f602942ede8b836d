"""Inputs and figures as JSON, for `tansuo calc`, for cases and for anyone without a database.

    {"enterprise": {"id": "a", "attributes": {"province": "江苏"}},
     "sources": [{"id": "boiler", "attributes": {"family": "solid_liquid", "fuel": "烟煤"}}],
     "months": ["2023-01"],
     "values": {"FC": {"boiler/2023-01": "286500.00"}},
     "local": [{"symbol": "NCV", "source": "boiler", "value": "20.908", "unit": "GJ/t", "rung": "measured"}],
     "options": {"grid": "provincial"}}

A method of years has "years": ["2022", "2023"] in place of months. A value may also be
{"value": "12", "unit": "kWh", "provenance": "estimated"} or {"state": "not_operating"}.
Numbers are decimal strings; a JSON number is refused, because it may have been a binary float.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tansuo.methods.document import Cell
from tansuo.methods.evaluate import Evaluation, Inputs, Shape, SourceKey
from tansuo.methods.expression import symbols
from tansuo.methods.input_form import check_form
from tansuo.methods.ladder import Chosen, LocalValue
from tansuo.methods.lineage import factors, feeds, kinds, nonstandard, taken
from tansuo.methods.render import missing_text, name, text, worked_line
from tansuo.methods.term import MethodData
from tansuo.quantity.decimals import parse_decimal, plain
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.state import Missing, Provenance, State, Value
from tansuo.quantity.unit import UnitError, convert


def read_inputs(data: Mapping[str, Any], method: MethodData) -> tuple[Inputs, dict[str, str]]:
    """Inputs and options from their JSON form; FindingError with every place that is wrong."""
    malformed = check_form(data)
    if malformed:
        raise FindingError(malformed)
    findings: list[Finding] = []
    attributes = data.get("enterprise", {}).get("attributes", {})
    sources = tuple(SourceKey(one["id"], dict(one.get("attributes", {}))) for one in data.get("sources", ()))
    months = tuple(data.get("months", ()) or data["years"])
    values: dict[Cell, Value] = {}
    provenance: dict[Cell, frozenset[Provenance]] = {}
    for symbol, cells in data.get("values", {}).items():
        for place, given in cells.items():
            cell = (symbol, place)
            try:
                values[cell] = _value(method, cell, given)
                if isinstance(given, Mapping) and "provenance" in given:
                    provenance[cell] = frozenset({Provenance(given["provenance"])})
            except FindingError as error:
                findings.extend(error.findings)
            except ValueError as error:
                where = {"symbol": symbol, "cell": place}
                findings.append(Finding("methods.input_value", where, {"error": str(error)}))
    local: list[LocalValue] = []
    for number, one in enumerate(data.get("local", ()), start=1):
        try:
            local.append(_local(one))
        except (KeyError, ValueError, TypeError) as error:
            findings.append(Finding("methods.input_local", {"row": number}, {"error": str(error)}))
    if findings:
        raise FindingError(findings)
    shape = Shape(sources, months)
    return Inputs(shape, values, local, attributes, provenance), dict(data.get("options", {}))


def _value(method: MethodData, cell: Cell, given: object) -> Value:
    term = method.terms.get(cell[0])
    where = {"symbol": cell[0], "cell": cell[1]}
    if term is None or term.kind != "activity":
        known = ", ".join(symbol for symbol, one in method.terms.items() if one.kind == "activity")
        raise FindingError(Finding("methods.input_symbol", where, {"known": known}))
    if isinstance(given, Mapping) and "state" in given:
        return _stated(State(given["state"]), cell)
    number = given["value"] if isinstance(given, Mapping) else given
    if not isinstance(number, str):
        raise ValueError(f"{number!r} is no decimal string")
    value = parse_decimal(number)
    if not isinstance(given, Mapping) or "unit" not in given:
        return value
    try:
        return convert(value, given["unit"], term.unit)
    except UnitError as error:
        raise FindingError([Finding(one.code, where, one.params) for one in error.findings]) from None


def _stated(state: State, cell: Cell) -> Value:
    if state is State.VALUE:
        raise ValueError("state value needs a value")
    return Decimal(0) if state.has_value else Missing(state, *cell)


def _local(given: Mapping[str, str]) -> LocalValue:
    rest = {key: value for key, value in given.items() if key not in ("value", "provenance")}
    provenance = Provenance(given.get("provenance", Provenance.MEASURED))
    return LocalValue(**rest, value=parse_decimal(given["value"]), provenance=provenance)


def figures(
    evaluation: Evaluation, words: Mapping[str, Any] | None = None, quantities: Sequence[str] = ()
) -> list[dict[str, object]]:
    """Every figure (or those of ``quantities``) as JSON data: decimal string, unit, kind, worked line.

    A figure that is missing has ``value`` null, its ``state`` and the names of what is missing. So has one made
    of amounts of which the firm has no source: not_occurring (not_estimated where no source at all is given),
    because a sum over nothing is no measured 0.
    """
    method = evaluation.method
    return [
        _figure(evaluation, cell, value, words)
        for cell, value in evaluation.quantities.items()
        if not quantities or cell[0] in quantities
        if cell[0] in method.quantities
    ]


def _figure(
    evaluation: Evaluation, cell: Cell, value: Value, words: Mapping[str, Any] | None
) -> dict[str, object]:
    made = evaluation.method.quantities[cell[0]]
    worked = worked_line(evaluation, *cell)
    if _of_amounts(evaluation.method, made.symbol) and not _amounts(evaluation, cell):
        shape = evaluation.inputs.shape
        state = State.NOT_OCCURRING if shape.sources else State.NOT_ESTIMATED
        value = Missing(state, made.symbol, cell[1] or ", ".join(shape.months))
        worked = f"{text(made.expression)} = {missing_text(value, 'zh')}"
    figure: dict[str, object] = {
        "quantity": made.symbol,
        "cell": cell[1],
        "name_zh": name(made.symbol, "zh", words),
        "name_en": name(made.symbol, "en", words),
        "value": None,
        "unit": made.unit,
        "kind": sorted(kind.value for kind in kinds(evaluation, cell)),
        "scope": made.scope,
        "formula": f"{made.symbol} = {text(made.expression)}",
        "worked": worked,
        "factors": [_factor(one, chosen) for one, chosen in factors(evaluation, cell).items()],
    }
    branches = {" ".join(one).strip(): name for one, name in taken(evaluation, cell).items()}
    odd = nonstandard(evaluation, cell)
    figure |= {"branches": branches} if branches else {}
    figure |= {"nonstandard": odd} if odd else {}
    if isinstance(value, Missing):
        said = {language: missing_text(value, language) for language in ("zh", "en")}
        figure |= {"state": value.state.value, "missing": list(value.names), **said}
    else:
        figure["value"] = plain(value)
    return figure


def _of_amounts(method: MethodData, symbol: str) -> bool:
    """Whether the formula rests on an activity, directly or through other quantities."""
    made = method.quantities.get(symbol)
    if made is None:
        return method.terms[symbol].kind == "activity"
    return any(_of_amounts(method, one) for one in symbols(made.expression))


def _amounts(evaluation: Evaluation, cell: Cell) -> list[Cell]:
    """The activity cells of this grid that a figure rests on."""
    terms = evaluation.method.terms
    leaves = feeds(evaluation.document, evaluation.inputs.shape, cell)
    return [leaf for leaf in leaves if terms[leaf[0]].kind == "activity"]


def _factor(cell: Cell, chosen: Chosen) -> dict[str, str]:
    default = chosen.instead_of
    return {
        **({"instead_of": default.factor_id, "default": plain(default.value)} if default else {}),
        "symbol": cell[0],
        "cell": cell[1],
        "value": plain(chosen.value),
        "unit": chosen.unit,
        "id": chosen.factor_id,
        "rung": chosen.rung,
        "source": chosen.source,
        "page": chosen.page,
        "status": chosen.status,
        "valid_from": chosen.valid_from,
        "valid_to": chosen.valid_to,
    }
