"""``tansuo pack show ID``: one pack as plain text, all that a reader of the standard would look for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tansuo.entry.text_table import text_table
from tansuo.methods.cases import read_cases
from tansuo.methods.pack import Pack
from tansuo.methods.paper import PARTS
from tansuo.methods.render import name, text
from tansuo.methods.term import Rung
from tansuo.quantity.decimals import plain
from tansuo.quantity.wording import Language

_PARTS = {
    "boundary": ("核算边界", "boundary"),
    "evidence": ("证据清单", "evidence"),
    "plan": ("数据质量控制方案应载明", "fields of the monitoring plan"),
    "rules": ("规则", "rules"),
}


def sheet(pack: Pack, spoken: Language, *, rows: bool = False) -> str:
    """Head, what it extends, options, boundary, terms with ladders, formulas, tables, sources, rules, evidence.

    ``rows``: every factor row with its id as well.
    """
    words: Any = pack.wording()
    method = pack.data
    lines = [
        f"{words['title'][spoken]}  ({pack.id}, {method.edition}, {method.valid})",
        f"SHA-256 {pack.fingerprint}",
    ]
    if method.extends:
        base = method.extends
        lines.append(f"extends {base['id']} {base['edition']} {base['fingerprint'][:16]}")
    lines += [
        f"--option {key}: {' | '.join(one.choices)} (= {one.default})  {words['options'][key][spoken]}"
        for key, one in method.options.items()
    ]
    terms = [
        [symbol, name(symbol, spoken, words), one.unit, str(one.exactly or "") or _rungs(one.ladder)]
        for symbol, one in method.terms.items()
    ]
    formulas = [
        [symbol, name(symbol, spoken, words), one.unit, text(one.expression, spoken), one.scope or "—"]
        for symbol, one in method.quantities.items()
    ]
    origins = pack.handed.origins
    counted = Counter(
        (row.table, row.column, row.status, origins.get(row.id, pack.id)) for row in method.factors
    )
    tables = [[*key, number] for key, number in counted.items()]
    listed = [
        [
            row.id,
            plain(row.value),
            row.unit,
            "" if row.valid_to is None else row.valid_to.isoformat(),
            row.data_year,
            row.published_on,
            row.status,
        ]
        for row in (method.factors if rows else ())
    ]
    sources = [
        [key, words["sources"][key][f"title_{spoken}"], facts.get("number", ""), facts.get("status", "")]
        for key, facts in method.sources.items()
    ]
    cases = Counter((one.file.rpartition("/")[2], one.status) for one in read_cases(pack)[0])
    paper: Mapping[str, Sequence[Mapping[str, str]]] = words.get("paper", {})
    lines += _remarks(paper, ("boundary",), spoken)
    for header, lines_of in (
        (("term", "name", "unit", "value"), terms),
        (("quantity", "name", "unit", "formula", "scope"), formulas),
        (("table", "column", "status", "from", "rows"), tables),
        (("row", "value", "unit", "until", "data of", "published", "status"), listed),
        (("source", "title", "number", "status"), sources),
        (("cases", "status", "number"), [[*key, number] for key, number in cases.items()]),
    ):
        if lines_of:
            lines += ["", text_table(header, lines_of)]
    return "\n".join([*lines, *_remarks(paper, PARTS[1:], spoken)])


def _remarks(
    paper: Mapping[str, Sequence[Mapping[str, str]]], parts: Sequence[str], spoken: Language
) -> list[str]:
    """What the standard says in words, each with its clause and standing."""
    lines: list[str] = []
    for part in parts:
        if part in paper:
            lines += ["", f"{_PARTS[part][spoken == 'en']}:"]
        for one in paper.get(part, ()):
            about = f"{one['about']}: " if one.get("about") else ""
            where = ", ".join(one[key] for key in ("clause", "status") if one.get(key))
            lines.append(f"- {about}{one[spoken]}" + (f" [{where}]" if where else ""))
    return lines


def _rungs(ladder: Sequence[Rung]) -> str:
    return " → ".join(rung.name for rung in ladder)
