"""The answer of ``tansuo calc`` for people: worked lines, and on each figure's face what is not the standard's."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tansuo.methods.term import FactorRow
from tansuo.quantity.decimals import plain
from tansuo.quantity.wording import Language

_SAID = {
    "zh": {
        "branches": "分支",
        "nonstandard": "非标准",
        "default": "默认",
        "what_if": "假设",
        "factor": "因子",
    },
    "en": {
        "branches": "branch",
        "nonstandard": "not the standard's",
        "default": "default",
        "what_if": "what if",
        "factor": "factor",
    },
}


def mark_supposed(figures: Sequence[dict[str, Any]], supposed: Sequence[tuple[FactorRow, Decimal]]) -> None:
    """Say on every figure that rests on a supposed row what was supposed, and instead of what."""
    rows = {row.id: (row, value) for row, value in supposed}
    for figure in figures:
        for factor in figure["factors"]:
            if factor["id"] not in rows:
                continue
            row, value = rows[factor["id"]]
            factor["what_if"] = f"instead of {plain(row.value)} {row.unit}"
            said = f"{plain(value)} {row.unit} instead of {plain(row.value)}"
            figure.setdefault("nonstandard", {})[f"what-if.{row.id}"] = said


def calc_text(answer: Mapping[str, Any], spoken: Language) -> str:
    """Method and options, then each figure: worked line, branches taken, factors, what is not standard."""
    words, method = _SAID[spoken], answer["method"]
    lines = [f"{method['id']}  {method['edition']}  SHA-256 {method['fingerprint']}"]
    lines += [f"--option {name}={value}" for name, value in answer["options"].items()]
    lines += [
        f"{words['what_if']}: {one['row']} = {one['value']} {one['unit']} (← {one['before']})"
        for one in answer.get("what_if", ())
    ]
    for figure in answer["figures"]:
        value = figure["value"]
        shown = f"{value} {figure['unit']}" if value is not None else figure[spoken]
        cell = f" [{figure['cell']}]" if figure["cell"] else ""
        lines += [
            "",
            f"{figure['quantity']}{cell}  {figure[f'name_{spoken}']}: {shown}",
            f"  {figure['worked']}",
        ]
        lines += [f"  {words['branches']} {at}: {name}" for at, name in figure.get("branches", {}).items()]
        lines += [_factor(one, words) for one in figure["factors"]]
        lines += [
            f"  ! {words['nonstandard']}: {name} = {text}"
            for name, text in figure.get("nonstandard", {}).items()
        ]
    return "\n".join(lines)


def _factor(one: Mapping[str, str], words: Mapping[str, str]) -> str:
    instead = f"; {words['default']} {one['default']} {one['instead_of']}" if one.get("instead_of") else ""
    at = f"{one['symbol']} {one['cell']}".strip()
    return (
        f"  {words['factor']} {at} = {one['value']} {one['unit']} ({one['rung']}, {one['status']}{instead})"
    )
