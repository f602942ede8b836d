"""Two documents of a method side by side: every field in which they differ.

Parts that have a name are compared by it (quantities by symbol, factor rows by id), so that a new row in the
middle of a table is one difference and not a hundred. A formula is one field, written in symbols.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tansuo.methods.render import text
from tansuo.methods.tree_json import from_json

_NAMED = {"quantities": "symbol", "factors": "id"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: ``section`` of the document, ``path`` within it, and what stands there; None where nothing."""

    section: str
    path: str
    before: str | None
    after: str | None


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Difference]:
    """The fields in which two method documents (``MethodData.as_json``) differ, by section, then path."""
    before, after = dict(_fields(one)), dict(_fields(other))
    paths = dict.fromkeys([*before, *after])
    return [
        Difference(*place, before.get(place), after.get(place))
        for place in sorted(paths)
        if before.get(place) != after.get(place)
    ]


def _fields(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Every field of a document: (section, path) and its text."""
    for section, value in document.items():
        name = _NAMED.get(section)
        if name is None:
            yield from _walk(section, "", value)
            continue
        for part in value:
            rest = {key: inner for key, inner in part.items() if key != name}
            yield from _walk(section, str(part[name]), rest)


def _walk(section: str, path: str, value: Any) -> Iterator[tuple[tuple[str, str], str]]:
    if path.endswith(".expression"):
        yield (section, path), text(from_json(value))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _walk(section, f"{path}.{key}".lstrip("."), inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _walk(section, f"{path} {number}".lstrip(), inner)
    else:
        yield (section, path), str(value)
