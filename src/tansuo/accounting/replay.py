"""Replay: the same figure again, from raw batches and entries below its log size, and nothing else.

The receipt's entry, and every entry below its size, is checked against the ledger's leaves. Then every
projection is rebuilt into empty temporary tables from those entries, whose arrivals are parsed again from
their raw bytes, and the same code that publishes figures is asked for the cell. The string must be identical.
The live tables are asked too: where they give another string, somebody changed a stored value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, literal, select

from tansuo.accounting import tables
from tansuo.accounting.build import build_hash
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import PROJECTIONS, Inventory
from tansuo.accounting.receipt import FORM, Published, of_entry
from tansuo.accounting.wording import refuse
from tansuo.accounting.working import read_working, working_of
from tansuo.evidence.entry import Entry, strict_entry
from tansuo.evidence.ledger import get, receipt_id
from tansuo.evidence.projection import Progress, applied, walk
from tansuo.evidence.rebuild import drop_shadow, rebuild_into_shadow
from tansuo.evidence.tables import entry as entry_table
from tansuo.evidence.tables import leaf
from tansuo.methods.evaluate import EVALUATOR
from tansuo.quantity.decimals import plain
from tansuo.quantity.finding import Finding, FindingError


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What was published and what came out now. ``equal``: the strings are identical and nothing was altered.

    ``replayed`` is None where replay could not come to a figure; then a finding says why. ``figure`` is the
    replayed figure with all its explanations.
    """

    receipt: str
    cell: Cell
    size: int
    published: str | None
    replayed: str | None
    equal: bool
    findings: tuple[Finding, ...]
    figure: Figure | None


def open_receipt(connection: Connection, receipt: str) -> tuple[Published, list[Finding]]:
    """The figure a receipt names, and what is wrong with its entry or row; [] where nothing is.

    FindingError ``accounting.no_receipt`` where the ledger has no such figure. An entry whose bytes were
    altered after it was written still opens, because the leaf remembers what the receipt was given for; the
    finding ``accounting.entry_altered`` says so (``accounting.entry_unreadable`` where it says nothing now).
    """
    index, _, short = receipt.removeprefix("R").partition("-")
    if not receipt.startswith("R") or not index.isascii() or not index.isdigit() or len(index) > 18:
        raise refuse("no_receipt", receipt=receipt)
    try:
        found = get(connection, int(index))
    except (ValueError, KeyError, TypeError) as broken:
        raise refuse("entry_unreadable", {"entry": int(index)}, problem=str(broken)) from broken
    known = connection.scalar(select(leaf.c.hash).where(leaf.c.index == int(index)))
    if found is None or known is None or bytes(known).hex()[:8] != short or found.type != "figure":
        raise refuse("no_receipt", receipt=receipt)
    findings = _entry_findings(connection, found, bytes(known))
    published = of_entry(found)
    return published, [*findings, *_row_findings(connection, found, published)]


def _entry_findings(connection: Connection, found: Entry, known: bytes) -> list[Finding]:
    where = {"entry": found.index}
    findings: list[Finding] = []
    if found.leaf_hash != known:
        params = {"stated": known.hex()[:16], "found": found.leaf_hash.hex()[:16]}
        findings.append(Finding("accounting.entry_altered", where, params))
    try:
        strict_entry(found.index, found.data)
    except ValueError as problem:
        findings.append(Finding("accounting.entry_malformed", where, {"problem": str(problem)}))
    columns = connection.execute(select(entry_table).where(entry_table.c.index == found.index)).one()
    stated = (found.type, found.org, found.subject, known)
    if (columns.type, columns.org_id, columns.subject, bytes(columns.leaf_hash)) != stated:
        findings.append(Finding("accounting.entry_columns", where, {"subject": found.subject}))
    return findings


def _row_findings(connection: Connection, found: Entry, published: Published) -> list[Finding]:
    """The row of the projection against the entry it was made from."""
    table = tables.figure
    row = connection.execute(select(table).where(table.c.entry == found.index)).mappings().one_or_none()
    if row is None:
        return []
    stated: dict[str, Any] = {
        **published.cell.as_json(),
        "receipt": receipt_id(found),
        "value": published.value,
        "unit": published.unit,
        "stage": published.stage.value,
        "size": published.size,
        "body": dict(published.body),
    }
    where = {"entry": found.index}
    return [
        Finding(
            "accounting.row_altered", where, {"column": name, "stored": str(row[name]), "stated": str(value)}
        )
        for name, value in stated.items()
        if row[name] != value
    ]


def recompute(connection: Connection, receipt: str) -> ReplayResult:
    """The published figure against the live tables as of its size: quick, and blind to what is beneath."""
    published, findings = open_receipt(connection, receipt)
    figure, problems = _ask(connection, published)
    return _result(connection, published, figure, [*findings, *problems])


def replay(connection: Connection, receipt: str, *, progress: Progress | None = None) -> ReplayResult:
    """Replay a published figure; see the module. Needs access to the whole city.

    Findings name what differs: ``accounting.value_differs`` (the strings), ``inputs_differ``,
    ``intermediate_differs`` (which named value), ``completeness_differs``, ``method_differs``,
    ``live_differs`` (only the live tables give another value), ``entry_altered``, and what reading the raw
    bytes found (``monitoring.arrival_bytes_differ`` …). Another program or form is named as information.
    """
    return replay_all(connection, [receipt], progress=progress)[0]


def replay_all(
    connection: Connection, receipts: Sequence[str], *, progress: Progress | None = None
) -> list[ReplayResult]:
    """``replay`` of many figures, in the order given, with one rebuild: it stops at each one's log size."""
    opened = [open_receipt(connection, one) for one in receipts]
    live = [_ask(connection, published) for published, _ in opened]
    asked: dict[int, tuple[Figure | None, list[Finding]]] = {}
    broken: list[Finding] = []
    try:
        with connection.begin_nested():
            for number in sorted(range(len(opened)), key=lambda at: opened[at][0].size):
                _rebuild_to(connection, opened[number][0].size, progress, begin=not asked)
                asked[number] = _ask(connection, opened[number][0])
            if asked:
                drop_shadow(connection, PROJECTIONS)
    except FindingError as refused:
        broken = list(refused.findings)
    return [
        _compared(connection, published, findings, asked.get(number, (None, broken)), live[number])
        for number, (published, findings) in enumerate(opened)
    ]


def _rebuild_to(connection: Connection, size: int, progress: Progress | None, *, begin: bool) -> None:
    """Every projection as of ``size``, in temporary tables that hide the live ones.

    ``begin`` makes them; else they are brought further. No lock is taken: nobody else sees them.
    """
    if begin:
        rebuild_into_shadow(connection, PROJECTIONS, size, progress=progress)
        return
    begun = applied(connection, PROJECTIONS)
    walk(connection, PROJECTIONS, begun, dict.fromkeys(begun, size), progress=progress)


def _compared(
    connection: Connection,
    published: Published,
    findings: list[Finding],
    replayed: tuple[Figure | None, list[Finding]],
    live: tuple[Figure | None, list[Finding]],
) -> ReplayResult:
    figure, problems = replayed
    altered = _altered_below(connection, published.size)
    result = _result(connection, published, figure, [*findings, *altered, *problems])
    if figure is None or (live[0] is not None and live[0].text == figure.text):
        return result
    params = {"live": "—" if live[0] is None else str(live[0].text), "replayed": str(figure.text)}
    differs = Finding("accounting.live_differs", {"cell": str(published.cell)}, params)
    return replace(result, equal=False, findings=(*result.findings, differs, *live[1]))


def _altered_below(connection: Connection, size: int) -> list[Finding]:
    """The first few entries below ``size`` whose bytes are not those their leaves were made of."""
    changed = (
        select(entry_table.c.index)
        .join(leaf, leaf.c.index == entry_table.c.index)
        .where(entry_table.c.index < size, func.sha256(_LEAF.op("||")(entry_table.c.data)) != leaf.c.hash)
        .order_by(entry_table.c.index)
        .limit(_SHOWN)
    )
    return [
        Finding("accounting.entry_below_altered", {"entry": index}) for index in connection.scalars(changed)
    ]


_LEAF = literal(b"\x00")
"""Prefix of a leaf in RFC 9162."""

_SHOWN = 10


def _ask(connection: Connection, published: Published) -> tuple[Figure | None, list[Finding]]:
    try:
        return Inventory(connection, published.size).figures([published.cell])[0], []
    except FindingError as refused:
        return None, list(refused.findings)


def _result(
    connection: Connection, published: Published, figure: Figure | None, findings: list[Finding]
) -> ReplayResult:
    found = [*findings, *(_differences(connection, published, figure) if figure is not None else ())]
    wrong = any(one.severity == "error" for one in found)
    return ReplayResult(
        receipt=published.receipt,
        cell=published.cell,
        size=published.size,
        published=published.value,
        replayed=None if figure is None else figure.text,
        equal=not wrong and figure is not None and figure.text == published.value,
        findings=tuple(found),
        figure=figure,
    )


def _differences(connection: Connection, published: Published, figure: Figure) -> Iterator[Finding]:
    body, where = published.body, {"cell": str(published.cell)}
    if figure.text != published.value or figure.unit != published.unit:
        params = {
            "published": f"{published.value} {published.unit}",
            "replayed": f"{figure.text} {figure.unit}",
        }
        yield Finding("accounting.value_differs", where, params)
    if figure.method_fingerprint != body["fingerprint"]:
        params = {"published": body["fingerprint"][:16], "replayed": figure.method_fingerprint[:16]}
        yield Finding("accounting.method_differs", where, params)
    if body["form"] != FORM or body["evaluator"] != EVALUATOR:
        params = {"published": f"{body['form']} {body['evaluator']}", "now": f"{FORM} {EVALUATOR}"}
        yield Finding("accounting.other_program", where, params, "info")
        return
    if figure.input_digest != body["input_digest"]:
        params = {"published": body["input_digest"][:16], "replayed": figure.input_digest[:16]}
        yield Finding("accounting.inputs_differ", where, params)
    partial = None if figure.partial is None else plain(figure.partial)
    if partial != body["partial"]:
        params = {"name": "partial", "published": str(body["partial"]), "replayed": str(partial)}
        yield Finding("accounting.intermediate_differs", where, params)
    if body["build"] != build_hash():
        params = {"published": body["build"][:16], "now": build_hash()[:16]}
        yield Finding("accounting.other_build", where, params, "info")
    try:
        yield from _working_differences(read_working(connection, body), working_of(figure), where)
    except FindingError as broken:
        yield from broken.findings


def _working_differences(
    published: Mapping[str, Any], replayed: Mapping[str, Any], where: Mapping[str, str]
) -> Iterator[Finding]:
    if published["completeness"] != replayed["completeness"]:
        yield Finding("accounting.completeness_differs", where)
    before, after = published.get("intermediates", {}), replayed.get("intermediates", {})
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            params = {"name": name, "published": str(before.get(name)), "replayed": str(after.get(name))}
            yield Finding("accounting.intermediate_differs", where, params)
    if published.get("factors") != replayed.get("factors"):
        yield Finding("accounting.factors_differ", where)
    if published.get("children") != replayed.get("children"):
        yield Finding("accounting.children_differ", where)
