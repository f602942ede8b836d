"""What a figure must say on its face 非标准口径: options answered otherwise than the method does, defaults replaced.

Each mark is said in both languages by whoever shows it; an empty list is a figure that the method alone decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tansuo.accounting.figure import Figure
from tansuo.methods.ladder import OVERRIDE
from tansuo.methods.lineage import factors, nonstandard
from tansuo.methods.render import name
from tansuo.quantity.decimals import plain

OPTION = "option."


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that is not standard.

    ``kind`` option: ``symbol`` is its name, ``value`` the answer, ``usual`` the method's own. override:
    ``symbol`` the factor, ``value`` and ``usual`` with units, ``factor`` the default's row ("" where no row
    held), ``cells`` how many places, ``reason`` the operator's, ``entry`` the statement. member: ``value`` of
    ``usual`` members of a sum are not standard.
    """

    kind: Literal["option", "override", "member"]
    symbol: str
    names: Mapping[str, str] = field(hash=False)
    value: str
    usual: str
    factor: str = ""
    cells: int = 0
    reason: str = ""
    entry: int | None = None


def face(figure: Figure) -> list[Mark]:
    """The marks of a figure; of a roll-up one mark that counts its members with any."""
    if figure.bound is None:
        return _members(figure)
    words = figure.method.words
    made: list[Mark] = []
    for key, answer in nonstandard(figure.evaluation, figure.result_cell).items():
        if key.startswith(OPTION):
            option = key.removeprefix(OPTION)
            usual = figure.method.data.options[option].default
            made.append(Mark("option", option, _option(words, option), answer, usual))
    return made + _overrides(figure)


def is_standard(figure: Figure) -> bool:
    """Whether the method alone decides the figure."""
    return not face(figure)


def _option(words: Mapping[str, Any], option: str) -> dict[str, str]:
    said = words.get("options", {}).get(option, {})
    return {language: str(said.get(language, option)) for language in ("zh", "en")}


def _overrides(figure: Figure) -> list[Mark]:
    assert figure.bound is not None
    given = {one.key: one.statement for one in figure.bound.locals}
    grouped: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for (symbol, place), chosen in factors(figure.evaluation, figure.result_cell).items():
        if chosen.status == OVERRIDE:
            default = chosen.instead_of
            usual = f"{plain(default.value)} {default.unit}" if default else ""
            key = (symbol, f"{plain(chosen.original)} {chosen.original_unit}", usual)
            grouped.setdefault(key, []).append((place, default.factor_id if default else ""))
    found = []
    for (symbol, value, usual), places in grouped.items():
        statement = given.get((symbol, places[0][0], OVERRIDE))
        detail = (statement.detail or {}) if statement else {}
        found.append(
            Mark(
                "override",
                symbol,
                {language: name(symbol, language, figure.method.words) for language in ("zh", "en")},
                value,
                usual,
                places[0][1],
                len(places),
                str(detail.get("reason", "")),
                statement.entry if statement else None,
            )
        )
    return found


def _members(figure: Figure) -> list[Mark]:
    odd = sum(1 for child in figure.children if any(face(one) for one in child.figures))
    if not odd:
        return []
    return [Mark("member", "", {"zh": "", "en": ""}, str(odd), str(len(figure.children)))]
