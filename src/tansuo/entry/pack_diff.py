"""``tansuo pack diff ONE OTHER``: what leads from one method to another, and what it does to the cases."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tansuo.entry.text_table import text_table
from tansuo.evidence import canonical
from tansuo.methods.cases import Case, read_cases
from tansuo.methods.compare import Difference, differences
from tansuo.methods.impact import Impact, RowChange, impact, row_changes
from tansuo.methods.pack import Pack, fingerprint, load_pack, pack_paths
from tansuo.methods.shift import Shifts, shifts
from tansuo.methods.term import FactorRow, MethodData, method_data
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding, FindingError
from tansuo.quantity.wording import Language, render


@dataclass(frozen=True)
class Side:
    """One of the two methods compared; ``pack`` where it lies as a folder, so that its cases are known."""

    data: MethodData
    fingerprint: str
    title: Mapping[str, str]
    pack: Pack | None = None

    @property
    def label(self) -> str:
        """Id, edition, months and the beginning of the fingerprint."""
        return f"{self.data.id}  {self.data.edition}  {self.data.valid}  {self.fingerprint[:16]}"


def side(name: str, folders: Callable[[Sequence[str]], list[Path]]) -> Side:
    """The method ``name`` names: a pack, the folder of one, a built pack.json, or a SHA-256 (of a pack that came
    with the product, else of a document published in the ledger). FindingError where there is none.
    """
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        data, words, mark = built(path)
        return Side(data, mark, (words or {}).get("title", {}))
    if len(name) == 64 and all(letter in "0123456789abcdef" for letter in name):
        return _by_fingerprint(name)
    [folder] = [path] if (path / "pack.py").is_file() else folders([name])
    return _of_pack(load_pack(folder))


def _of_pack(pack: Pack) -> Side:
    return Side(pack.data, pack.fingerprint, pack.words["title"], pack)


def built(path: Path) -> tuple[MethodData, Mapping[str, Any] | None, str]:
    """The method in a pack.json that ``pack build`` wrote, the wording beside it, its fingerprint."""
    try:
        document: Any = canonical.decode(path.read_bytes())
        data = method_data(document)
    except ValueError as error:
        where = {"file": str(path)}
        raise FindingError(Finding("entry.not_a_method", where, {"problem": str(error)})) from None
    beside = path.with_name("wording.json")
    words = json.loads(beside.read_bytes()) if beside.is_file() else None
    return data, words, fingerprint(document)


def _by_fingerprint(name: str) -> Side:
    for folder in pack_paths().values():
        pack = load_pack(folder)
        if pack.fingerprint == name:
            return _of_pack(pack)
    # Only a document that did not come with the product needs a database.
    from tansuo.accounting.methods_store import by_fingerprint
    from tansuo.database.connect import SYSTEM, transaction
    from tansuo.entry.compose import open_database, projections
    from tansuo.evidence.projection import catch_up

    with transaction(open_database(), SYSTEM) as connection:
        catch_up(connection, projections())
        stored = by_fingerprint(connection, name)
    return Side(stored.data, stored.fingerprint, stored.words["title"])


@dataclass(frozen=True)
class Comparison:
    """Two methods, every field in which they differ, and how far the cases of both packs move."""

    one: Side
    other: Side
    fields: Sequence[Difference]
    rows: Sequence[RowChange]
    impact: Impact
    shifts: Shifts

    def as_json(self) -> dict[str, object]:
        """Plain JSON data; rows old and new apart, findings of refused cases in both languages."""
        shifted = self.shifts
        return {
            "one": _head(self.one),
            "other": _head(self.other),
            "kinds": list(self.impact.kinds),
            "periods": list(self.impact.periods),
            "quantities": list(self.impact.quantities),
            "differences": [_field(one) for one in self.fields],
            "factors": [_row(one) for one in self.rows],
            "shift": {
                "cases": shifted.cases,
                "unmoved": shifted.unmoved,
                "moved": [{**_record(one), "absent": list(one.absent)} for one in shifted.moved],
                "refused": [
                    {
                        "case": one.case,
                        "side": one.side,
                        "findings": [found.as_json() for found in one.findings],
                    }
                    for one in shifted.refused
                ],
            },
        }


def compared(one: Side, other: Side) -> Comparison:
    """Compare two methods field by field and on the cases of whichever of them is a pack with cases."""
    fields = [
        found for found in differences(one.data.as_json(), other.data.as_json()) if found.section != "factors"
    ]
    return Comparison(
        one,
        other,
        fields,
        row_changes(one.data, other.data),
        impact(one.data, other.data),
        shifts(one.data, other.data, _cases(one, other)),
    )


def _cases(*sides: Side) -> list[Case]:
    """The cases of both packs, one that both have only once."""
    found: list[Case] = []
    for one in sides:
        if one.pack is not None:
            found += [case for case in read_cases(one.pack)[0] if case not in found]
    return found


_SAID: dict[Language, dict[str, str]] = {
    "zh": {
        "kind": "变更种类", "periods": "受影响期间", "quantities": "受影响的量", "factors": "因子行", "same": "相同",
        "cases": "参考算例 {cases} 个：{moved} 个数有变化，{unmoved} 个不变", "case": "算例", "figure": "量",
        "unit": "单位", "difference": "差", "validity": "适用期", "options": "可选项", "terms": "各项",
        "formulas": "公式", "citations": "出处", "other": "标识",
    },
    "en": {
        "kind": "kind", "periods": "periods", "quantities": "quantities", "factors": "factors", "same": "=",
        "cases": "reference cases: {cases}; figures moved: {moved}, unmoved: {unmoved}", "case": "case",
        "figure": "figure", "unit": "unit", "difference": "difference",
    },
}  # fmt: skip


def _head(one: Side) -> dict[str, object]:
    return {
        "id": one.data.id,
        "edition": one.data.edition,
        "valid": one.data.valid,
        "fingerprint": one.fingerprint,
        "title_zh": one.title.get("zh", one.data.id),
        "title_en": one.title.get("en", one.data.id),
    }


def _field(one: Difference) -> dict[str, object]:
    return {"section": one.section, "path": one.path, "before": one.before, "after": one.after}


def _row(one: RowChange) -> dict[str, object]:
    return {
        "id": one.row.id,
        "before": None if one.before is None else one.before.as_json(),
        "after": None if one.after is None else one.after.as_json(),
        "percent": one.percent,
    }


def _record(one: Any) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__slots__}


def written(found: Comparison, language: Language) -> str:
    """A comparison as plain text: what kind, what it touches, fields by section, rows, the cases."""
    t = _SAID[language]
    lines = [f"− {found.one.label}", f"+ {found.other.label}"]
    if found.one.fingerprint == found.other.fingerprint:
        return "\n".join([*lines, t["same"]])
    lines += [
        f"{t['kind']}: {', '.join(t.get(one, one) for one in found.impact.kinds)}",
        f"{t['periods']}: {', '.join(found.impact.periods) or '—'}",
        f"{t['quantities']}: {', '.join(found.impact.quantities) or '—'}",
    ]
    for section in dict.fromkeys(one.section for one in found.fields):
        rows = [
            [one.path or section, one.before or "—", one.after or "—"]
            for one in found.fields
            if one.section == section
        ]
        lines += ["", text_table((section, "−", "+"), rows)]
    if found.rows:
        rows = [
            [one.row.id, _value(one.before), _value(one.after), _percent(one.percent)] for one in found.rows
        ]
        lines += ["", text_table((t["factors"], "−", "+", "%"), rows)]
    return "\n".join([*lines, *_shift_lines(found.shifts, language)])


def _shift_lines(found: Shifts, language: Language) -> list[str]:
    t = _SAID[language]
    lines = ["", t["cases"].format(cases=found.cases, moved=len(found.moved), unmoved=found.unmoved)]
    if found.moved:
        rows = [
            [
                one.case,
                f"{one.quantity} {one.cell}".strip(),
                one.before or "—",
                one.after or "—",
                one.unit,
                one.difference or ", ".join(one.absent),
                _percent(one.percent),
            ]
            for one in found.moved
        ]
        header = (t["case"], t["figure"], "−", "+", t["unit"], t["difference"], "%")
        lines.append(text_table(header, rows))
    for one in found.refused:
        sign = "−" if one.side == "before" else "+"
        lines.append(f"{sign} {one.case}: {render(one.findings[0], language)}")
    return lines


def _value(row: FactorRow | None) -> str:
    """A row's value with unit, days and standing."""
    if row is None:
        return "—"
    return f"{plain(row.value)} {row.unit} {row.valid_from}/{row.valid_to or '..'} {row.status}"


def _percent(text: str) -> str:
    return "" if not text else text if text.startswith("-") else f"+{text}"
