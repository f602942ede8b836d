"""Two methods side by side, published or shipped, as the browser shows them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from tansuo.accounting.methods_store import ReadableMethod, StoredMethod, by_fingerprint
from tansuo.accounting.shipped import shelf
from tansuo.api import comparison_shapes as shape
from tansuo.api.drawer_shapes import Text
from tansuo.api.method_sheet import factor
from tansuo.api.problems import not_found
from tansuo.evidence.ledger import get
from tansuo.methods.cases import read_cases
from tansuo.methods.compare import differences
from tansuo.methods.impact import RowChange, impact, row_changes
from tansuo.methods.render import mathml, name, spoken, text
from tansuo.methods.shift import Shift, Shifts, shifts
from tansuo.quantity.finding import FindingError
from tansuo.quantity.wording import render
from tansuo.reporting.method_pages import rules_text


def side(
    connection: Connection, fingerprint: str, size: int | None
) -> tuple[ReadableMethod, shape.MethodHead]:
    """The method of that fingerprint: as published below `size`, else as shipped; Problem 404 where neither is."""
    folder = shelf().by_fingerprint.get(fingerprint, "")
    try:
        stored = by_fingerprint(connection, fingerprint, size)
    except FindingError:
        if not folder:
            raise not_found("method", fingerprint) from None
        pack = shelf().packs[folder]
        return pack, _head(pack, None, folder)
    return stored, _head(stored, stored.listing.entry, folder or _folder(connection, stored))


def _folder(connection: Connection, stored: StoredMethod) -> str:
    """The pack folder that the entry of a published method names, where this build carries it."""
    entry = get(connection, stored.listing.entry)
    folder = "" if entry is None else str(entry.body.get("pack", ""))
    return folder if folder in shelf().packs else ""


def _head(found: ReadableMethod, entry: int | None, folder: str) -> shape.MethodHead:
    data, title = found.data, found.words["title"]
    return shape.MethodHead(
        id=data.id,
        edition=data.edition,
        fingerprint=found.fingerprint,
        valid=data.valid,
        title_zh=title["zh"],
        title_en=title["en"],
        entry=entry,
        pack=folder,
    )


def compared(
    one: ReadableMethod, other: ReadableMethod, heads: tuple[shape.MethodHead, shape.MethodHead]
) -> shape.EditionComparison:
    """Everything that differs between two methods, and how far the cases of their packs move."""
    touched = impact(one.data, other.data)
    return shape.EditionComparison(
        one=heads[0],
        other=heads[1],
        kinds=list(touched.kinds),
        periods=list(touched.periods),
        quantities=list(touched.quantities),
        differences=[
            shape.MethodDifference(section=x.section, path=x.path, before=x.before, after=x.after)
            for x in differences(one.data.as_json(), other.data.as_json())
        ],
        formulas=_formulas(one, other),
        factors=[_row(one, other, change) for change in row_changes(one.data, other.data)],
        shift=_measured(one, other, tuple(dict.fromkeys(head.pack for head in heads if head.pack))),
    )


def _measured(one: ReadableMethod, other: ReadableMethod, folders: tuple[str, ...]) -> shape.CaseShifts:
    """How far the cases of these packs move; measured once, for neither a document nor a pack of a build changes."""
    key = (one.fingerprint, other.fingerprint, folders)
    known = _MEASURED.get(key)
    if known is None:
        while len(_MEASURED) >= KEPT:
            _MEASURED.pop(next(iter(_MEASURED)), None)
        packs = shelf().packs
        cases = [case for folder in folders for case in read_cases(packs[folder])[0]]
        known = _MEASURED[key] = _shifts(shifts(one.data, other.data, cases))
    return known


KEPT = 256
"""Comparisons whose measures are remembered."""

_MEASURED: dict[tuple[str, str, tuple[str, ...]], shape.CaseShifts] = {}


def _formulas(one: ReadableMethod, other: ReadableMethod) -> list[shape.FormulaChange]:
    """Quantities that are not the same, in the order of the later method, then those that are gone."""
    listed = dict.fromkeys([*other.data.quantities, *one.data.quantities])
    found: list[shape.FormulaChange] = []
    for symbol in listed:
        before, after = (side.data.quantities.get(symbol) for side in (one, other))
        if (
            before is not None
            and after is not None
            and replace(before, clause="") == replace(after, clause="")
        ):
            continue
        named = other if after is not None else one
        found.append(
            shape.FormulaChange(
                symbol=symbol,
                name_zh=name(symbol, "zh", named.words),
                name_en=name(symbol, "en", named.words),
                before=_written(one, symbol),
                after=_written(other, symbol),
            )
        )
    return found


def _written(found: ReadableMethod, symbol: str) -> shape.WrittenFormula | None:
    made = found.data.quantities.get(symbol)
    if made is None:
        return None
    return shape.WrittenFormula(
        formula=f"{symbol} = {text(made.expression)}",
        words=Text(zh=text(made.expression, "zh", found.words), en=text(made.expression, "en", found.words)),
        mathml=mathml(spoken(made.expression, found.words), found.data, symbol),
        unit=made.unit,
        rules=Text(zh=rules_text(made, "zh"), en=rules_text(made, "en")),
    )


def _row(one: ReadableMethod, other: ReadableMethod, change: RowChange) -> shape.FactorChange:
    return shape.FactorChange(
        before=None if change.before is None else factor(one, change.before, ""),
        after=None if change.after is None else factor(other, change.after, ""),
        percent=change.percent or None,
    )


def _shifts(found: Shifts) -> shape.CaseShifts:
    return shape.CaseShifts(
        cases=found.cases,
        unmoved=found.unmoved,
        moved=[_shift(one) for one in found.moved],
        refused=[
            shape.RefusedCase(
                case=one.case,
                side=one.side,
                why=Text(zh=render(one.findings[0], "zh"), en=render(one.findings[0], "en")),
            )
            for one in found.refused
        ],
    )


def _shift(one: Shift) -> shape.FigureShift:
    return shape.FigureShift(
        case=one.case,
        quantity=one.quantity,
        cell=one.cell,
        unit=one.unit,
        before=one.before or None,
        after=one.after or None,
        difference=one.difference or None,
        percent=one.percent or None,
        absent=list(one.absent),
    )
