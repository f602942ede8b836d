"""The receipt of a figure: formula in words and mathematics, worked lines, factors, readings, ledger position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection

from tansuo.accounting.activity_data import Activity
from tansuo.accounting.drilldown import Step, steps_of
from tansuo.accounting.face import face
from tansuo.accounting.figure import Cell, Figure
from tansuo.accounting.inventory import Inventory
from tansuo.accounting.local_factor import LocalFactor
from tansuo.accounting.memory import Memory
from tansuo.accounting.papers import erased_reports
from tansuo.accounting.receipt import history_of
from tansuo.evidence.document import CITY
from tansuo.evidence.entry import Entry
from tansuo.methods.ladder import OVERRIDE, Chosen
from tansuo.methods.lineage import leaves
from tansuo.methods.render import branch_word, mathml, name, spoken, text
from tansuo.monitoring import plan
from tansuo.monitoring.plan import PlanLine
from tansuo.monitoring.series import curve
from tansuo.quantity.decimals import plain
from tansuo.quantity.period import Period
from tansuo.quantity.state import Missing
from tansuo.quantity.wording import render
from tansuo.registry import subject
from tansuo.reporting.cells import KEY_FIRMS, Seen, kinds_bar, why_missing
from tansuo.reporting.charts import completeness_grid
from tansuo.reporting.grids import day_labels, day_squares
from tansuo.reporting.html import Language, Page, render_page, words
from tansuo.reporting.method_pages import citation
from tansuo.reporting.numbers import grouped, percent
from tansuo.reporting.receipt_children import children_rows
from tansuo.reporting.receipt_facts import (
    history_rows,
    ledger_facts,
    moved_rows,
    now_known,
    provisional_facts,
)
from tansuo.reporting.sample_lines import sample_lines
from tansuo.reporting.under_receipt import NOTHING, Ways, under_view
from tansuo.reporting.why_pages import corrected_view, hole_rows
from tansuo.reporting.words import kind_word, kind_words, mark_words, rung_word, state_word, status_word

WORKED_SHOWN = 14


def receipt_page(
    connection: Connection,
    page: Page,
    figure: Figure,
    entry: Entry | None,
    receipt: str,
    seen: Seen,
    ways: Ways = NOTHING,
    *,
    under_as_of: int | None = None,
    memory: Memory | None = None,
) -> str:
    """The receipt of `figure` as a page; see `receipt_view`. Findings and holds as known now, or at a size."""
    view = receipt_view(
        connection, page, figure, entry, receipt, seen, corrected_as_of=under_as_of, memory=memory
    )
    view["under"] = under_view(connection, page, figure, receipt, seen, under_as_of, ways) if entry else None
    return render_page("receipt.html", page, title=f"{words(page.language)('receipt')} {receipt}", view=view)


def receipt_view(
    connection: Connection,
    page: Page,
    figure: Figure,
    entry: Entry | None,
    receipt: str,
    seen: Seen,
    *,
    corrected_as_of: int | None = None,
    memory: Memory | None = None,
) -> dict[str, Any]:
    """What a receipt says of `figure`: provisional, or published as `entry` under the id `receipt`.

    Of a published figure it names the values corrected by the size `corrected_as_of` (None: by now), also those
    that are not in it; of a provisional one those it rests on.

    Who may see the provisional figure sees its readings and what became of it since; everybody else (the
    public) what the published entry says, and that there is something newer, but not what.
    """
    t = words(page.language)
    cell = figure.cell
    details = seen.provisional and (figure.org == CITY or seen.shows(figure.org))
    history = history_of(connection, cell) if details else []
    now = figure_at(connection, cell, None, memory) if entry is not None or history else None
    published_text = None if entry is None else entry.body["value"]
    shown = figure.text if entry is None else published_text
    nothing = (
        state_word(figure.missing.state, page.language)
        if figure.missing is not None and figure.missing.state.adds_nothing
        else ""
    )
    return {
        "id": receipt,
        "published": entry is not None,
        "stage": t("stage.calculated") if entry is None else t(f"stage.{entry.body['stage']}"),
        "synthetic": figure.synthetic,
        "unwitnessed": entry is not None,
        "path": _path(connection, page, figure, linked=details),
        "subject": _name(connection, cell.subject, page.language, figure.as_of),
        "quantity": quantity_name(figure, page.language),
        "period": cell.period,
        "text": grouped(str(shown)) if shown is not None else None,
        "unit": figure.unit,
        "why": why_missing(figure, page.language),
        "nothing": nothing,
        "holes": hole_rows(connection, page, figure) if details else [],
        "corrected": corrected_view(
            connection, page, figure, figure.as_of if entry is None else corrected_as_of
        )
        if details
        else {"counts": [], "rows": [], "more": ""},
        "partial": grouped(figure.partial) if figure.partial is not None else "",
        "kinds": _kinds(figure, page.language),
        "kinds_bar": kinds_bar(figure.by_kind, page.language),
        "factor_kinds": kind_words(figure.kinds - set(figure.by_kind), page.language),
        "basis": basis(figure, page.language),
        "nonstandard": [mark_words(one, page.language) for one in face(figure)],
        "said": _said(figure, page.language),
        "children": children_rows(connection, page, figure, entry, seen) if cell.relation else [],
        "children_note": t("children_note"),
        "steps": [] if cell.relation or nothing else _steps(figure, page.language),
        "terms": [] if cell.relation else _terms(connection, page, figure, details=details),
        "readings": _readings(connection, page, figure) if details and not cell.relation else [],
        "ledger": (
            provisional_facts(connection, page, figure)
            if entry is None
            else ledger_facts(connection, page, figure, entry)
        ),
        "now": now_known(page, now, published_text) if entry and now and details else None,
        "newer": bool(entry and now and not details and now.text != figure.text),
        "moved": moved_rows(page, figure, now) if entry and now and details else [],
        "history": history_rows(connection, page, history, now) if history and now else [],
    }


def quantity_name(figure: Figure, language: Language) -> str:
    """The quantity in words; over 重点企业 it says so."""
    said = name(figure.cell.quantity, language, figure.method.words)
    if figure.cell.relation == KEY_FIRMS:
        return f"{words(language)('key_firms_total')} · {said}"
    return said


def basis(figure: Figure, language: Language) -> str:
    """The 口径 in words: method, edition, fingerprint."""
    title = figure.method.words["title"][language]
    return f"{title} {figure.method.listing.edition} · {figure.method.fingerprint[:12]}"


def _name(connection: Connection, subject_id: str, language: Language, as_of: int) -> str:
    found = subject.get(connection, subject_id, as_of=as_of)
    return subject_id if found is None else found.name_zh if language == "zh" else found.name_en


def _path(connection: Connection, page: Page, figure: Figure, *, linked: bool) -> list[tuple[str, str]]:
    t = words(page.language)
    here = _name(connection, figure.cell.subject, page.language, figure.as_of)
    steps = [(t("nav.overview"), page.link(""))]
    if not figure.cell.relation:
        steps.append((here, page.link(f"enterprises/{figure.cell.subject}") if linked else ""))
    else:
        steps.append((here, ""))
    return [*steps, (figure.cell.period, "")]


def _kinds(figure: Figure, language: Language) -> list[tuple[str, str, str | None]]:
    total = sum(figure.by_kind.values(), Decimal(0))
    return [
        (kind_word(kind, language), f"{grouped(amount)} {figure.unit}", percent(amount, total))
        for kind, amount in figure.by_kind.items()
    ]


def _steps(figure: Figure, language: Language) -> list[dict[str, object]]:
    """Every quantity on the way to the result, the result first, each with its formula and worked lines."""
    by_symbol: dict[str, list[Step]] = {}
    for step in reversed(steps_of(figure)):
        by_symbol.setdefault(step.cell[0], []).append(step)
    shown: list[dict[str, object]] = []
    for symbol, steps in by_symbol.items():
        lines = [_line(figure, one, language) for one in steps[:WORKED_SHOWN]]
        if len(steps) > WORKED_SHOWN:
            lines.append(f"… +{len(steps) - WORKED_SHOWN}")
        said = steps[0].names[language]
        drawn = mathml(spoken(steps[0].expression, figure.method.words, language), figure.method.data, symbol)
        shown.append(
            {
                "name": f"{symbol} {said}",
                "clause": steps[0].clause,
                "words": f"{said} = {text(steps[0].expression, language, figure.method.words)}",
                "mathml": Markup(drawn),  # noqa: S704 - made by our own writer
                "worked": lines,
            }
        )
    return shown


def _line(figure: Figure, step: Step, language: Language) -> str:
    """The worked line, and of a ladder of formulas the branch taken."""
    branch = figure.evaluation.taken.get(step.cell)
    named = branch_word(branch, figure.method.words, language) if branch else ""
    said = f" [{words(language)('branch_taken')}: {named}]" if named else ""
    return step.worked[language] + said


def _said(figure: Figure, language: Language) -> list[str]:
    """What laboratory results of the period leave open."""
    return [render(one, language) for one in figure.bound.findings] if figure.bound is not None else []


def _terms(connection: Connection, page: Page, figure: Figure, *, details: bool) -> list[dict[str, object]]:
    evaluation = figure.evaluation
    gone = erased_reports(connection, figure, page.size)
    given = {one.key: one for one in figure.bound.locals} if figure.bound is not None else {}
    rows: list[dict[str, object]] = []
    for symbol, place in leaves(evaluation, figure.result_cell):
        declared = evaluation.method.terms[symbol]
        value = evaluation.terms[symbol, place]
        row: dict[str, object] = {
            "symbol": symbol,
            "name": name(symbol, page.language, figure.method.words),
            "key": _place(figure, place, page.language),
            "value": state_word(value.state, page.language) if isinstance(value, Missing) else grouped(value),
            "unit": declared.unit,
            "origin": "",
            "note": "",
            "lines": [],
            "status": "",
            "href": "",
        }
        chosen = evaluation.chosen.get((symbol, place))
        if chosen is not None:
            row |= _factor_row(page, figure, chosen, given.get((symbol, place, chosen.rung)), gone)
        elif figure.bound is not None and (symbol, place) in figure.bound.activities:
            row |= _activity_row(page, figure.bound.activities[symbol, place], details=details)
        rows.append(row)
    return rows


def _factor_row(
    page: Page, figure: Figure, chosen: Chosen, local: LocalFactor | None, gone: Mapping[str, int]
) -> dict[str, object]:
    t = words(page.language)
    own = chosen.status in ("local", OVERRIDE)
    named = chosen.citation if own else citation(figure.method, chosen.source, chosen.page, page.language)
    notes = [f"{t('rung')}: {rung_word(chosen.rung, page.language)}"]
    if (chosen.original_unit, chosen.original) != (chosen.unit, chosen.value):
        notes.append(f"{t('as_printed')} {plain(chosen.original)} {chosen.original_unit}")
    if chosen.instead_of is not None:
        default = chosen.instead_of
        notes.append(f"{t('instead_of')} {plain(default.value)} {default.unit} ({default.factor_id})")
    href = page.link(f"methods/{figure.method.fingerprint}") + "#factors"
    if own:
        href = page.link(f"ledger/{local.statement.entry}", as_of=None) if local is not None else ""
    return {
        "origin": named,
        "note": " · ".join(notes),
        "lines": sample_lines(local.tested, page.language, gone)
        if own and local is not None and local.tested
        else [],
        "status": status_word(chosen.status, page.language),
        "href": href,
    }


def _activity_row(page: Page, one: Activity, *, details: bool) -> dict[str, object]:
    kinds = [kind_word(kind, page.language) for kind in one.by_provenance]
    href = "#readings" if details and one.sums else ""
    origin = ", ".join(item.series for item in one.sums)
    if one.statement is not None:
        cited = one.statement.source.text if one.statement.source else one.statement.issuer
        origin = f"{words(page.language)('declared_amount')}: {cited}" if details else ""
        href = page.link(f"ledger/{one.statement.entry}", as_of=None) if details else ""
    return {"origin": origin, "note": " · ".join(kinds), "status": "", "href": href}


def _place(figure: Figure, place: str, language: Language) -> str:
    """`source/month` of a cell in words."""
    if figure.bound is None:
        return place
    for source_id, about in figure.bound.sources.items():
        if place == source_id or place.startswith(f"{source_id}/"):
            said = about.name_zh if language == "zh" else about.name_en
            return f"{said} {place[len(source_id) + 1 :]}".strip()
    return place


def _readings(connection: Connection, page: Page, figure: Figure) -> list[dict[str, object]]:
    """Each series the figure rests on, with one square a day."""
    assert figure.bound is not None
    period = Period.parse(figure.cell.period)
    feeding = set(leaves(figure.evaluation, figure.result_cell))
    used: dict[str, list[Activity]] = {}
    for cell, one in figure.bound.activities.items():
        if cell in feeding:
            for item in one.sums:
                used.setdefault(item.series, []).append(one)
    lines: dict[str, PlanLine] = {
        line.series: line for line in plan.lines(connection, figure.as_of, org=figure.bound.subject.org)
    }
    return [
        _series_view(connection, page, figure, lines[series], activities, period)
        for series, activities in used.items()
        if series in lines
    ]


def _series_view(
    connection: Connection,
    page: Page,
    figure: Figure,
    line: PlanLine,
    activities: Sequence[Activity],
    period: Period,
) -> dict[str, object]:
    t = words(page.language)
    assert figure.bound is not None
    sums = [item for one in activities for item in one.sums if item.series == line.series]
    known = [item.partial for item in sums if item.partial is not None]
    expected = sum(item.expected for item in sums if item.expected is not None)
    holes = sum(hole.cells for item in sums for hole in item.holes)
    revised, conflicts = sum(item.revised for item in sums), sum(item.conflicts for item in sums)
    start, end = period.start, min(period.end, period.start + timedelta(days=400))
    whole = Period(period.text, start, end, period.grain)
    months = [period] if period.grain == "month" else whole.by_month()
    daily = curve(connection, line.series, months[0].start, months[-1].end, figure.as_of) if months else []
    rows = []
    for month in months:
        squares = day_squares(
            daily, month.start, month.end, page,
            lambda day: page.link(f"series/{line.series}/{day}", as_of=figure.as_of),
        )  # fmt: skip
        rows.append((month.text, squares))
    source = figure.bound.sources.get(line.source)
    said = line.source if source is None else source.name_zh if page.language == "zh" else source.name_en
    return {
        "name": said,
        "synthetic": line.synthetic,
        "total": grouped(sum(known, Decimal(0))) if known else "—",
        "unit": line.amount_unit,
        "completeness": t("readings_count", present=expected - holes, expected=expected),
        "corrections": t("corrections_count", revised=revised, conflicts=conflicts),
        "meter": f"{line.meter} · {line.channel} {line.device} {line.stream}",
        "grid": completeness_grid(
            rows,
            columns=day_labels(period.start, min(period.end, period.start + timedelta(days=31))),
            caption=said,
        ),
    }


def figure_at(connection: Connection, cell: Cell, as_of: int | None, memory: Memory | None = None) -> Figure:
    """The figure of a cell as known at a size; errors as in `accounting.inventory.figures`.

    A `memory` gives what was evaluated before and holds at that size; see `Inventory`.
    """
    return Inventory(connection, as_of, memory).figures([cell])[0]
