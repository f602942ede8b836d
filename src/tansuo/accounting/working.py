"""The working of a figure: factors with their rungs, completeness, named intermediate values, children.

Short workings stand in the entry; long ones (many sources, many enterprises) are a blob named by SHA-256.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from tansuo.accounting.figure import Figure
from tansuo.accounting.wording import refuse
from tansuo.evidence import canonical
from tansuo.evidence.document import get_blob, put_blob
from tansuo.methods.document import Cell as Place
from tansuo.methods.ladder import OVERRIDE, Chosen
from tansuo.methods.lineage import children, factors, nonstandard, taken
from tansuo.quantity.decimals import plain
from tansuo.quantity.state import Missing, Value

LONGEST = 40_000
"""Longest working, in bytes, that stands in the entry itself; entries end at 65,535."""


def working_of(figure: Figure) -> dict[str, Any]:
    """The working of a figure as JSON data; numbers are decimal strings."""
    working: dict[str, Any] = {"completeness": figure.completeness.as_json()}
    if figure.bound is None:
        working["children"] = [
            {
                "subject": child.subject,
                "contribution": None if child.contribution is None else plain(child.contribution),
                "complete": child.complete,
                "synthetic": child.synthetic,
                "figures": [
                    {
                        "cell": one.cell.as_json(),
                        "value": one.text,
                        "share": None if share is None else plain(share),
                        "digest": one.input_digest,
                    }
                    for one, share in zip(child.figures, child.shares, strict=True)
                ],
            }
            for child in figure.children
        ]
        return working
    working["factors"] = _factors(figure)
    working["intermediates"] = {
        f"{symbol} {place}".strip(): written(figure.evaluation.quantities[symbol, place])
        for symbol, place in steps(figure)
    }
    working["options"] = dict(figure.evaluation.options)
    branches = taken(figure.evaluation, figure.result_cell)
    if branches:
        working["branches"] = {
            f"{symbol} {place}".strip(): name for (symbol, place), name in branches.items()
        }
    odd = nonstandard(figure.evaluation, figure.result_cell)
    if odd:
        working["nonstandard"] = odd
    return working


def steps(figure: Figure) -> list[Place]:
    """The quantity cells that a figure is made of, itself last, each once, parts before wholes."""
    evaluation = figure.evaluation
    document, shape = evaluation.document, evaluation.inputs.shape
    found: dict[Place, None] = {}
    open_: list[tuple[Place, bool]] = [(figure.result_cell, False)]
    while open_:
        one, seen = open_.pop()
        if one in found:
            continue
        if seen:
            found[one] = None
            continue
        open_.append((one, True))
        below = [
            part
            for part in children(document, shape, one, evaluation.taken)
            if part[0] in document.quantities
        ]
        open_.extend((part, False) for part in reversed(below))
    return list(found)


def written(value: Value) -> str:
    """A value as a receipt writes it: a plain decimal, or the name of its state."""
    return value.state.value if isinstance(value, Missing) else plain(value)


def _factors(figure: Figure) -> list[dict[str, Any]]:
    """Each factor taken, once, with the places it was taken for."""
    assert figure.bound is not None
    locals_ = {one.key: one for one in figure.bound.locals}
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for (symbol, place), chosen in factors(figure.evaluation, figure.result_cell).items():
        given = locals_.get((symbol, place, chosen.rung)) if chosen.status in ("local", OVERRIDE) else None
        row = found.setdefault(
            (symbol, chosen.factor_id, chosen.rung), {"symbol": symbol, **_factor(chosen), "places": []}
        )
        row["places"].append(place)
        if given is not None:
            row["statement"] = given.statement.entry
            if given.tested is not None:
                row["tested"] = given.tested.as_json()
            if given.statement.detail and "reason" in given.statement.detail:
                row["reason"] = given.statement.detail["reason"]
    return list(found.values())


def _factor(chosen: Chosen) -> dict[str, Any]:
    default = chosen.instead_of
    replaced = (
        {"id": default.factor_id, "value": plain(default.value), "unit": default.unit} if default else None
    )
    return {
        **({"instead_of": replaced} if replaced else {}),
        "id": chosen.factor_id,
        "rung": chosen.rung,
        "value": plain(chosen.value),
        "unit": chosen.unit,
        "original": plain(chosen.original),
        "original_unit": chosen.original_unit,
        "status": chosen.status,
        "source": chosen.source,
        "page": chosen.page,
        "citation": chosen.citation,
        "valid_from": chosen.valid_from,
        "valid_to": chosen.valid_to,
        "kind": chosen.provenance.value,
    }


def stored(connection: Connection, working: Mapping[str, Any], org: str) -> dict[str, Any]:
    """The working as an entry carries it: itself, or ``{"blob": sha256, "bytes": n}`` where it is long."""
    data = canonical.encode(working)
    if len(data) <= LONGEST:
        return dict(working)
    return {"blob": put_blob(connection, data, org), "bytes": len(data)}


def read_working(connection: Connection, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The working of a published figure, from its entry's body.

    FindingError ``accounting.working_bytes`` where its blob is not there or is not what the entry names.
    """
    working: Mapping[str, Any] = body["working"]
    if "blob" not in working:
        return working
    data = get_blob(connection, working["blob"])
    if data is None or sha256(data).hexdigest() != working["blob"]:
        raise refuse("working_bytes", blob=str(working["blob"])[:12])
    read = canonical.decode(data)
    assert isinstance(read, dict)
    return read
