"""Is the JSON given to a calculation of the right form? Judged before anything is read from it."""

from collections.abc import Iterator, Mapping
from typing import Any

from tansuo.quantity.finding import Finding
from tansuo.quantity.period import Period

#: Field → what it must be. Everything but months (or years, for a method of years) may be left out.
FIELDS = {
    "enterprise": "object",
    "sources": "list",
    "months": "list",
    "years": "list",
    "values": "object",
    "local": "list",
    "options": "object",
}
_TYPES: dict[str, type] = {"object": Mapping, "list": list, "text": str}


def check_form(data: object) -> list[Finding]:
    """Everything that has the wrong form, each with its place; empty when the content may be read."""
    if not isinstance(data, Mapping):
        return [Finding("methods.input_form", {}, {"expected": "object", "found": _said(data)})]
    findings = [
        Finding("methods.input_unknown", {"field": str(key)}, {"known": ", ".join(FIELDS)})
        for key in data
        if key not in FIELDS
    ]
    given = [name for name in FIELDS if name in data]
    wrong = [name for name in given if not isinstance(data[name], _TYPES[FIELDS[name]])]
    findings += [_form(name, FIELDS[name], data[name]) for name in wrong]
    if not wrong:
        findings += [*_enterprise(data), *_sources(data), *_months(data), *_rest(data)]
    return findings


def _said(value: object) -> str:
    if value is None:
        return "null"
    for name, kind in _TYPES.items():
        if isinstance(value, kind):
            return name
    return f"{type(value).__name__} {value!r}"[:40]


def _form(field: str, expected: str, value: object) -> Finding:
    return Finding("methods.input_form", {"field": field}, {"expected": expected, "found": _said(value)})


def _texts(field: str, value: object) -> Iterator[Finding]:
    """An object whose values are texts."""
    if not isinstance(value, Mapping):
        yield _form(field, "object", value)
        return
    for key, one in value.items():
        if not isinstance(one, str):
            yield _form(f"{field}.{key}", "text", one)


def _enterprise(data: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _subject("enterprise", data.get("enterprise", {}))


def _subject(field: str, one: Mapping[str, Any]) -> Iterator[Finding]:
    for key in one:
        if key not in ("id", "attributes"):
            yield Finding("methods.input_unknown", {"field": f"{field}.{key}"}, {"known": "id, attributes"})
    yield from _texts(f"{field}.attributes", one.get("attributes", {}))


def _sources(data: Mapping[str, Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, one in enumerate(data.get("sources", ()), start=1):
        field = f"sources[{number}]"
        if not isinstance(one, Mapping):
            yield _form(field, "object", one)
            continue
        yield from _subject(field, one)
        name = one.get("id")
        if not isinstance(name, str) or not name or "/" in name:
            yield _form(f"{field}.id", "text", name)
        elif name in seen:
            yield Finding("methods.input_twice", {"field": f"{field}.id"}, {"name": name})
        else:
            seen.add(name)


def _months(data: Mapping[str, Any]) -> Iterator[Finding]:
    field = "years" if "years" in data and "months" not in data else "months"
    months = data.get(field, ())
    if not months or ("years" in data and "months" in data):
        yield Finding("methods.input_no_months", {"field": field})
    for number, one in enumerate(months, start=1):
        where: dict[str, str | int] = {"field": f"{field}[{number}]"}
        try:
            grain = Period.parse(one).grain if isinstance(one, str) else ""
        except ValueError as error:
            yield Finding("methods.input_period", where, {"error": str(error)})
            continue
        if grain != field[:-1]:
            yield Finding("methods.input_period", where, {"error": f"{one!r} is no {field[:-1]}"})
        elif one in months[: number - 1]:
            yield Finding("methods.input_twice", where, {"name": one})


def _rest(data: Mapping[str, Any]) -> Iterator[Finding]:
    for symbol, cells in data.get("values", {}).items():
        if not isinstance(cells, Mapping):
            yield _form(f"values.{symbol}", "object", cells)
            continue
        for cell, given in cells.items():
            if isinstance(given, Mapping) and not ({"value", "state"} & given.keys()):
                yield _form(f"values.{symbol}.{cell}", "value | state", given)
    for number, one in enumerate(data.get("local", ()), start=1):
        yield from _texts(f"local[{number}]", one)
    yield from _texts("options", data.get("options", {}))
